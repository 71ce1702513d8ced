"""A slice of the campaign into Splose, and what its checks see.

`python -m tests.campaign --into splose` runs the whole.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from hypothesis.stateful import run_state_machine_as_test

from tests.campaign.into_splose import IntoSplose
from tests.campaign.pair import Pair, pair_in
from tests.campaign.shares import Share, fault, kill, machine_into, mixtures
from tests.campaign.splose_copy import folder_of

PLAIN = IntoSplose(None)
TELLING = IntoSplose("collected")
MARKING = IntoSplose(None, outcomes=True)
SEED = 19
KILLS = 5
FAULTS = 4
MIXTURES = 2
MARKED = 2


def test_transfers_that_are_killed() -> None:
    """Killed at requests and commits, once or again and again, transfers end with everything there once."""
    figures = kill(Share(PLAIN, KILLS, SEED))

    assert [] == figures.wrong
    assert figures.interrupted >= KILLS


def test_transfers_that_meet_a_fault() -> None:
    """With any fault at any request, transfers end with everything there once, documents too."""
    figures = fault(Share(TELLING, FAULTS, SEED))

    assert [] == figures.wrong
    assert FAULTS == figures.transfers == figures.blows.total()


def test_transfers_that_meet_a_fault_and_mark_appointments() -> None:
    """With any fault at any request, transfers end with each appointment marked as it was, once."""
    figures = fault(Share(MARKING, MARKED, SEED))

    assert [] == figures.wrong
    assert MARKED == figures.transfers == figures.blows.total()


def test_transfers_to_which_anything_happens() -> None:
    """With kills, faults, stops and changes in any order, transfers end with everything there once."""
    run_state_machine_as_test(machine_into(PLAIN), settings=mixtures(MIXTURES, derandomize=True))


def _lose_a_file(pair: Pair) -> None:
    files = pair.destination.tables._rows["patient_files"]
    del files[next(iter(files))]


def _double_a_document(pair: Pair) -> None:
    row = next(row for row in pair.destination.rows("patient_files") if "patient-record" in row["name"])
    pair.destination.add("patient_files", name=row["name"], patientId=str(row["patientId"]), content=row["content"])


def _spoil_a_file(pair: Pair) -> None:
    row = next(row for row in pair.destination.tables.all("patient_files") if " scan " in row["name"])
    row["content"] = row["content"][:-1]


def _lose_an_appointment(pair: Pair) -> None:
    pair.destination.tables._rows["appointments"].popitem()


def _write_to_a_client(pair: Pair) -> None:
    row = next(row for row in pair.destination.tables.all("patients") if row["communicationPreference"] == "SMS")
    row["communicationPreference"] = "NONE"


def _lose_a_record_of_the_folder(pair: Pair) -> None:
    with sqlite3.connect(folder_of(pair.journal) / "records.sqlite") as connection:
        connection.execute("DELETE FROM record WHERE kind = 'recalls'")
    connection.close()


def _take_a_file_out_of_the_folder(pair: Pair) -> None:
    next((folder_of(pair.journal) / "files").glob("*/*")).unlink()


def _leave_a_file_in_doubt(pair: Pair) -> None:
    waiting = folder_of(pair.journal) / "in-doubt" / "1"
    waiting.mkdir(parents=True)
    (waiting / "a.pdf").touch()


SPOILS: dict[Callable[[Pair], None], str] = {
    _lose_a_file: "",
    _double_a_document: "of one name",
    _spoil_a_file: "not as it was",
    _lose_an_appointment: "no copy",
    _write_to_a_client: "reminders_communication_channels",
    _lose_a_record_of_the_folder: "recalls",
    _take_a_file_out_of_the_folder: "missing, or not as it was",
    _leave_a_file_in_doubt: "left in the folder",
}


def test_the_checks_see_appointments_that_are_marked_otherwise(tmp_path: Path) -> None:
    """A mark that is missing, and one that nobody asked for."""
    with pair_in(tmp_path, MARKING) as pair:
        pair.run()

        assert pair.problems() == []

        marked = [row["appointmentPatients"][0] for row in pair.destination.tables.all("appointments")]
        next(each for each in marked if each["status"] == "Arrived").update(status=None)
        next(each for each in marked if each["status"] == "Cancelled").update(status="Arrived")

        assert {each.partition(": ")[2] for each in pair.problems()} == {
            "not marked Cancelled",
            "marked None",
        }


def test_the_checks_see_what_is_wrong(tmp_path: Path) -> None:
    """Whatever is missing, twice or spoilt in the workspace or in the folder."""
    with pair_in(tmp_path, TELLING) as pair:
        pair.run()
        whole, files = pair.destination.snapshot(), {path: path.read_bytes() for path in pair.journal_files()}

        assert pair.problems() == []

        for spoil, said in SPOILS.items():
            spoil(pair)
            found = pair.problems()

            assert [each for each in found if said in each], spoil.__name__

            pair.destination.restore(whole)
            pair.remove_journal()
            for path, content in files.items():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)

        assert pair.problems() == []
