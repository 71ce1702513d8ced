"""Which mapper goes with which sink."""

from __future__ import annotations

import pytest

from clinikomigrate import ClinikoMapper, ClinikoSink, ConfigurationError, SploseMapper, Transfer
from clinikomigrate.testing import FakeCliniko
from tests.end_to_end.accounts import client
from tests.sinks.splose.workspace import workspace


class OurMapper(SploseMapper):
    """A mapper of a user's own."""


def test_each_sink_takes_its_own_mappers_only() -> None:
    """Whichever is given to the other one's sink is refused when the transfer is made, with what to give instead."""
    source, cliniko = client(FakeCliniko()), ClinikoSink(client(FakeCliniko(subdomain="new-clinic")))
    with workspace() as there:
        with pytest.raises(ConfigurationError, match=r"ClinikoMapper makes drafts for Cliniko: give a SploseMapper\("):
            Transfer(source, there.sink, mapper=ClinikoMapper())
        with pytest.raises(ConfigurationError, match=r"OurMapper makes drafts for Splose: give a ClinikoMapper\("):
            Transfer(source, cliniko, mapper=OurMapper())

        assert there.fake.log == []
        assert "SploseSink" in repr(Transfer(source, there.sink, mapper=OurMapper()))
        assert "ClinikoSink" in repr(Transfer(source, cliniko, mapper=ClinikoMapper()))
