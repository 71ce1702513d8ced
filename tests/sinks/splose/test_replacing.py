"""Changing clients, whatever an update does to what it can't give."""

from __future__ import annotations

import pytest

from clinikomigrate.errors import Unsupported
from clinikomigrate.sinks.splose.archive.folder import Folder
from clinikomigrate.sinks.splose.clearing import Clearing
from clinikomigrate.sinks.splose.replacing import Replacing
from tests.sinks.splose.workspace import There, workspace


def test_a_change_leaves_everything_else(there: There) -> None:
    """Also the second one, which need not go alone any more."""
    first, second = there.ada(extraInfo="Notes"), there.ada(firstname="Bea", email="bea@mail.example")
    replacing = Replacing(there.client, Clearing(Folder(None)))
    replacing.change(first, alert="Latex")
    after = replacing.change(second, alert="Nuts")

    assert (after.alert, after.email, after.address_l1) == ("Nuts", "bea@mail.example", "1 Banksia Street")


def test_what_is_so_already_is_not_written(there: There) -> None:
    """A try whose reply was lost is not sent again once it shows."""
    ada = there.ada(alert="Latex")

    assert Replacing(there.client, Clearing(Folder(None))).change(ada, alert="Latex ").alert == "Latex"
    assert there.writes() == []


def test_a_lost_reply_is_looked_after(there: There) -> None:
    """An update sets values, so that it can be sent again."""
    ada = there.ada()
    there.fake.faults.add("drop_after", when=lambda request: request.method == "PUT")

    assert Replacing(there.client, Clearing(Folder(None))).change(ada, alert="Latex").alert == "Latex"


def test_the_first_update_that_clears_something_is_the_last() -> None:
    """The refusal says of whom and what; who needs no change is still given."""
    with workspace(update_clears=True) as there:
        ada, bea = there.ada(extraInfo="Notes"), there.ada(firstname="Bea", alert="Nuts")
        replacing = Replacing(there.client, Clearing(Folder(None)))
        with pytest.raises(Unsupported, match=f"the address, the further information.*client {ada}"):
            replacing.change(ada, alert="Latex")
        with pytest.raises(Unsupported, match=f"set by hand, of client {bea}, the alert;"):
            replacing.change(bea, alert="Latex")

        assert replacing.change(bea, alert="Nuts").firstname == "Bea"
        assert there.writes() == [f"PUT /v1/patients/{ada}"]


def test_a_client_with_nothing_to_lose_proves_nothing() -> None:
    """The next one who has something goes alone all the same, and is looked at."""
    with workspace(update_clears=True) as there:
        bare, ada = there.ada(addressL1=None), there.ada()
        replacing = Replacing(there.client, Clearing(Folder(None)))
        replacing.change(bare, alert="Latex")
        with pytest.raises(Unsupported, match="the address"):
            replacing.change(ada, alert="Latex")
