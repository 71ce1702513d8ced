"""How a comparison is told."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from clinikomigrate import Mismatch, Verification, Why
from clinikomigrate.transfer.mismatches import Mismatches
from clinikomigrate.transfer.tally import Count


def verification(number: int, **settings: Any) -> Verification:
    """Returns a comparison in which so many patients differ, each in two fields."""
    differences = Mismatches()
    for place in range(number):
        for field, why in (("email", Why.EDITED_THERE), ("notes", Why.CHANGED_HERE)):
            differences.add(Mismatch("patients", str(place), f"d{place}", field, why))
    kinds = {"patients": Count(found=90, selected=80, already=80 - number, failed=number)}
    given: dict[str, Any] = {
        "kinds": kinds,
        "differences": differences,
        "losses": [],
        "sample": [],
        "requests": 9,
        "seconds": 2.0,
    }
    return Verification(**(given | settings))


def test_all_is_well() -> None:
    """One sentence says so."""
    well = verification(0)

    assert well.ok
    assert "All 80 records are in the destination as they were meant." == well.verdict
    assert "Differences" not in str(well)
    assert f"<Verification: {well.verdict}>" == repr(well)


def test_the_table_has_what_was_meant_to_be_there() -> None:
    """Kinds of which nothing was are left out; what the destination doesn't show again is counted apart."""
    kinds = {"taxes": Count(found=3), "patients": Count(found=2, selected=2, already=2)}
    files = {"patient_attachments": Count(found=4, selected=4)}

    assert ["kind      meant  as meant  different", "patients      2         2          0"] == str(
        verification(0, kinds=kinds)
    ).splitlines()[:2]
    assert [
        "kind                 meant  as meant  different  not compared",
        "patients                 2         2          0             0",
        "patient_attachments      4         0          0             4",
    ] == str(verification(0, kinds=kinds | files, unseen={"patient_attachments": 4})).splitlines()[:3]


def test_a_single_record_is_counted_as_people_do() -> None:
    """Whether it is as it was meant or not."""
    one = verification(0, kinds={"patients": Count(found=1, selected=1, already=1)})
    other = verification(1, kinds={"patients": Count(found=2, selected=2, already=1, failed=1)})

    assert "The only record is in the destination as it was meant." == one.verdict
    assert "1 record is as it was meant; 1 differs (1 edited in" in other.verdict


def test_where_nothing_is_meant_to_be_there() -> None:
    """It is not said that all is there: nothing went yet, or what went was taken back."""
    nothing: dict[str, Any] = {"kinds": {"patients": Count(found=2)}}

    assert "There is nothing of this transfer to compare." == verification(0, **nothing).verdict
    assert (
        "Nothing of this transfer is meant to be in the destination: 1 record was taken back."
        == verification(0, **nothing, taken_back=1).verdict
    )
    assert verification(0, taken_back=2).verdict.endswith("as they were meant. 2 records were taken back before.")


def test_records_and_differences_are_counted_apart() -> None:
    """A record with two differences is one record."""
    assert (
        "50 records are as they were meant; 30 differ (30 edited in the destination since, 30 changed in the source "
        "since)." == verification(30).verdict
    )


def test_few_are_shown_and_all_are_written(tmp_path: Path) -> None:
    """Terminal and notebook show the first, and by field how many there are; files hold each."""
    many = verification(30)
    many.to_csv(tmp_path / "out")
    rows = {path.stem: list(csv.reader(path.read_text().splitlines())) for path in (tmp_path / "out").iterdir()}

    assert "and 40 more: to_csv() writes all of them" in str(many)
    assert "and 40 more" in many._repr_html_()
    assert ["patients", "email", "edited in the destination since", "30"] in rows["fields"]
    assert 1 + 60 == len(rows["differences"])
    assert 60 == len(many.to_dict()["differences"])
    assert ["kind", "source_id", "destination_id", "source_link", "destination_link"] == rows["sample"][0]


def test_what_waits_to_be_archived_is_told_and_no_difference() -> None:
    """With what archives it."""
    waiting = verification(0, to_archive={"patients": 1, "contacts": 2})

    assert waiting.ok
    assert waiting.verdict.endswith(
        "Archived in the source and not yet in the destination: 1 patient, 2 contacts; a run that leaves nothing "
        "behind archives them, or, if none is to come, run(last=True)."
    )


def test_what_waits_for_records_that_could_not_go_is_told_apart() -> None:
    """No further run archives it before those are mended."""
    mending = "records that could not go point there: mend what the report says of those, and run again."
    all_of_it = verification(0, to_archive={"patients": 1}, withheld={"patients": 1})
    some_of_it = verification(0, to_archive={"patients": 3}, withheld={"patients": 1})

    assert all_of_it.verdict.endswith(f"Archived in the source and not yet in the destination: 1 patient; {mending}")
    assert f"destination: 1 patient; {mending}" in some_of_it.verdict
    assert "destination: 2 patients; a run that leaves nothing behind archives them" in some_of_it.verdict


def test_what_the_destination_does_not_show_again_is_told_and_no_difference() -> None:
    """It isn't said to be as it was meant either."""
    told = "Not compared, because the destination doesn't show them again: 2 patient attachments."
    unseen: dict[str, Any] = {"unseen": {"patient_attachments": 2}}

    assert verification(0, **unseen).ok
    assert f"All 80 records are in the destination as they were meant. {told}" == verification(0, **unseen).verdict
    assert told == verification(0, kinds={}, **unseen).verdict
    assert {"patient_attachments": 2} == verification(0, **unseen).to_dict()["unseen"]


def test_what_the_mapper_leaves_out_by_now_is_told_and_no_difference() -> None:
    """It isn't said to be as it was meant, for nobody knows what it was to be."""
    told = "Left out by now, and not compared: 1 individual appointment."
    left: dict[str, Any] = {"left_out": {"individual_appointments": 1}}

    assert verification(0, **left).ok
    assert f"All 80 records are in the destination as they were meant. {told}" == verification(0, **left).verdict
    assert told == verification(0, kinds={}, **left).verdict
    assert {"individual_appointments": 1} == verification(0, **left).to_dict()["left_out"]


def test_one_that_ended_early_is_not_well() -> None:
    """It says why, and how much was found as it was meant."""
    stopped = verification(0, stopped="asked to stop")

    assert not stopped.ok
    assert "Stopped early (asked to stop); 80 records were found as they were meant." == stopped.verdict
