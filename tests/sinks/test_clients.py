"""What a sink is given as its client."""

from __future__ import annotations

from typing import Any

import pytest

from clinikomigrate.cliniko import Cliniko
from clinikomigrate.errors import ConfigurationError
from clinikomigrate.sinks.cliniko import ClinikoSink
from clinikomigrate.sinks.splose import SploseSink
from clinikomigrate.splose import Splose

KEY = "a" * 40


@pytest.mark.parametrize(("sink", "name"), [(ClinikoSink, "Cliniko"), (SploseSink, "Splose")])
def test_a_key_is_no_client(sink: Any, name: str) -> None:
    """Who gives the key itself is told what is needed, and the key is not shown."""
    with pytest.raises(ConfigurationError, match=rf"cm\.{name}\(\.\.\.\)") as refused:
        sink(KEY)

    assert KEY not in str(refused.value)


def test_a_client_of_another_vendor_is_refused() -> None:
    """At once, and not in the middle of preflight."""
    source = Cliniko(f"{KEY}-au1", app_name="Acme Migrations", contact_email="dev@acme.example")
    sinks: tuple[tuple[Any, Any], ...] = ((SploseSink, source), (ClinikoSink, Splose(KEY)))
    for sink, client in sinks:
        with pytest.raises(ConfigurationError, match=type(client).__name__):
            sink(client)
