"""Whatever answers come, each method of the client gives what they say, or an error of the package's own.

How many answers each method is tried with, and the seed that they come from, can be given:

    CLINIKOMIGRATE_FUZZ=1000 CLINIKOMIGRATE_FUZZ_SEED=7 python -m pytest tests/fuzz
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from clinikomigrate.errors import Error
from tests.cliniko.test_operations import ABILITIES
from tests.fuzz.account import Reply, account
from tests.fuzz.mangling import mangled
from tests.fuzz.methods import SENDS_NOTHING, methods
from tests.fuzz.network import Network
from tests.fuzz.properties import check_error, check_requests, check_result
from tests.fuzz.trying import MODES, call, connect, good_arguments
from tests.secrets.marks import Secrets
from tests.secrets.watch import Watch

SETTINGS: Final = frozenset({"/v1/settings", "/v1/settings/public"})
"""What can be asked before the first write, to see whose account it is."""

TRIES: Final = int(os.environ.get("CLINIKOMIGRATE_FUZZ", "8"))
SEED: Final = int(os.environ.get("CLINIKOMIGRATE_FUZZ_SEED", "1"))


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Watches all that comes out."""
    watch = Watch(Secrets((account().fake.key,)))
    with watch.watching():
        yield watch


@pytest.fixture
def network() -> Iterator[Network]:
    """Answers in place of the network."""
    network = Network(account())
    with network.entered():
        yield network


def test_all_methods_are_tried() -> None:
    """Each method of each resource is among those that are tried here, and the client's own that send something."""
    known = {f"{kind}.{ability}" for kind, abilities in ABILITIES.items() for ability in abilities.split()}
    counts = {f"{kind}.count" for kind, abilities in ABILITIES.items() if "list" in abilities.split()}

    assert known | counts | {"user", "settings", "public_settings", "check_account"} <= set(methods())
    assert {"patients.invoices", "practitioners.inactive", "patient_attachments.download"} <= set(methods())


def test_the_others_send_nothing(network: Network) -> None:
    """What is left out has no answer that could be spoiled."""
    client = connect()
    patient: Any = type("Patient", (), {"kind": "patients", "id": "1"})
    given: dict[str, tuple[Any, ...]] = {"link": (patient,), "resource": ("patients",)}
    for name in SENDS_NOTHING:
        getattr(client, name)(*given.get(name, ()))

    assert [] == network.sent


@pytest.mark.parametrize("name", methods())
def test_any_answer_is_understood_or_refused(network: Network, watch: Watch, name: str) -> None:
    """A spoiled answer is an error that names its request and quotes nothing, or comes through whole."""
    print(f"seed {SEED}, {TRIES} spoiled answers")
    arguments = good_arguments(name)
    call(name, arguments)
    wanted, requests = {request.path for request in network.sent} | SETTINGS, len(network.sent)

    @seed(f"{SEED} {name}")
    @settings(
        max_examples=TRIES,
        database=None,
        deadline=None,
        print_blob=False,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def fuzz(data: st.DataObject) -> None:
        spoiled, lasting = data.draw(st.integers(0, requests - 1)), data.draw(st.booleans())

        def mangle(number: int, reply: Reply) -> Reply:
            if number == spoiled or (lasting and number > spoiled):
                return mangled(data.draw, reply)
            return reply

        network.clear(mangle)
        watch.found.clear()
        try:
            came = call(name, arguments, data.draw(st.sampled_from(MODES)))
        except Error as error:
            check_error(error, network.sent, watch)
        else:
            check_result(came, network.sent)
        check_requests(network.sent, account().host, wanted)

        assert [] == watch.found

    fuzz()
