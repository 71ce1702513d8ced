"""What looks back at a transfer needs the journal that it ran with, and makes none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from clinikomigrate import Everything, Transfer
from clinikomigrate.errors import Blocked, JournalNeeded
from clinikomigrate.transfer.scope import Scope
from tests.end_to_end.accounts import Pair
from tests.traps.clinic import Clinic


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    """Returns a small old clinic with a patient."""
    clinic = Clinic(tmp_path)
    clinic.patient()
    return clinic


def transfer_of(clinic: Clinic) -> Transfer:
    """Makes the transfer."""
    return Pair(clinic.source, clinic.destination, clinic.journal).transfer()


@pytest.mark.parametrize(
    "look_back",
    [
        Transfer.verify,
        Transfer.undo,
        lambda transfer: list(transfer.identities("patients")),
        lambda transfer: transfer.identities("patients").to_csv("nobody.csv"),
    ],
    ids=["verify", "undo", "identities", "identities as a file"],
)
def test_a_journal_that_nobody_made_is_said(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch, look_back: Callable[[Transfer], object]
) -> None:
    """With a name that was mistyped nothing is there to look back at: that is an error, and leaves no file behind."""
    monkeypatch.chdir(clinic.journal.parent)
    with (
        clinic.source.in_process(),
        clinic.destination.in_process(),
        pytest.raises(JournalNeeded, match=f"There is no journal {clinic.journal}.*give its name and folder"),
    ):
        look_back(transfer_of(clinic))

    assert [] == list(clinic.journal.parent.iterdir())
    assert [] == clinic.destination.log


def test_a_report_whose_journal_was_moved_away_makes_no_other(clinic: Clinic, tmp_path: Path) -> None:
    """Its lists would be empty, as if nothing had arrived; with the journal back in its place they are whole."""
    report = clinic.move()
    pairs = transfer_of(clinic).identities("patients")
    pairs.to_csv(tmp_path / "patients.csv")
    before = (tmp_path / "patients.csv").read_text()
    aside = clinic.journal.rename(tmp_path / "moved.journal")
    for look_back in (
        lambda: report.to_csv(tmp_path / "report"),
        report.debtors,
        lambda: pairs.to_csv(tmp_path / "patients.csv"),
    ):
        with pytest.raises(JournalNeeded, match="There is no journal"):
            look_back()
    left = (clinic.journal.exists(), (tmp_path / "patients.csv").read_text())
    aside.rename(clinic.journal)
    report.to_csv(tmp_path / "report")

    assert (False, before) == left
    assert clinic.only("patients")["id"] in (tmp_path / "report" / "identities.csv").read_text()


class Stopping(Everything):
    """Ends a transfer when it was asked about so many records.

    Args:
        number: How many.
    """

    def __init__(self, number: int) -> None:
        self._left = number
        self.transfer: Transfer | None = None

    def keeps(self, record: object, scope: Scope) -> bool:
        """Takes the record."""
        self._left -= 1
        if self._left == 0 and self.transfer is not None:
            self.transfer.stop()
        return True


def test_a_plan_that_can_not_be_made_leaves_no_journal(clinic: Clinic) -> None:
    """Wherever it is stopped: only a plan that was made is noted, for the report of the run that follows."""
    stopped: list[str] = []
    with clinic.source.in_process(), clinic.destination.in_process():
        while not clinic.journal.exists():
            ending = Stopping(len(stopped) + 1)
            ending.transfer = Pair(clinic.source, clinic.destination, clinic.journal).transfer(filter=ending)
            try:
                ending.transfer.plan()
            except Blocked as error:
                stopped.append(str(error))
                assert not clinic.journal.exists()

    assert {"The plan can't be made: asked to stop."} == set(stopped)
    assert 5 < len(stopped)
