"""What needs records of a kind that was left out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clinikomigrate import ALL_KINDS, ByPatient, Filter, Finding, Mapper, Ref, Scope, Transfer
from clinikomigrate.cliniko.models import TreatmentNote
from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.missing import CONCERNED
from clinikomigrate.transfer.survey import Survey
from tests.end_to_end.accounts import Pair, client
from tests.transfer.dict_sink import DictMapper, DictSink
from tests.traps.clinic import Clinic

WITHOUT_PATIENTS = ALL_KINDS - {"patients"}
WITHOUT_DIARY = ALL_KINDS - {"individual_appointments", "group_appointments"}


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    """Returns a small old clinic with two patients: one with a case, an appointment and a note about it."""
    clinic = Clinic(tmp_path)
    ada = clinic.patient()
    case = clinic.add("patient_cases", patient_id=ada, name="Knee")
    visit = clinic.visit(ada, patient_case_id=case)
    clinic.note(ada, booking_id=visit)
    clinic.patient(first_name="Bea")
    return clinic


def found(clinic: Clinic, **settings: Any) -> dict[str | None, Finding]:
    """Looks at both accounts, and gives what was found of kinds that were left out, by kind."""
    with clinic.source.in_process(), clinic.destination.in_process():
        looked = Pair(clinic.source, clinic.destination, clinic.journal).transfer(**settings).preflight()
    return {each.kind: each for each in looked if each.code == "included-without"}


def messages(clinic: Clinic, **settings: Any) -> dict[str | None, str]:
    """Gives what is said of them."""
    return {kind: finding.message for kind, finding in found(clinic, **settings).items()}


def test_what_hangs_on_patients_does_not_go_without_them(clinic: Clinic) -> None:
    """Kinds are named and counted, with what to do; nothing of kinds of which the source has nothing."""
    finding = found(clinic, include=WITHOUT_PATIENTS)["patients"]

    assert (
        "Patients were left out, and 2 patients of the source were not carried before: nothing stands for them in the "
        "destination. What hangs on them doesn't go: 1 patient case, 1 individual appointment, 1 attendee, 1 treatment "
        "note."
    ) == finding.message
    assert finding.remedy.startswith("Let patients go too (include=), or run on the journal of the transfer")
    assert "existing='adopt'" in finding.remedy


def test_the_verdicts_do_not_sound_as_if_all_were_there(clinic: Clinic) -> None:
    """A plan and a report of such a run name what stays behind; when the patients come, it follows them."""
    with clinic.source.in_process(), clinic.destination.in_process():
        plan = Pair(clinic.source, clinic.destination, clinic.journal).transfer(include=WITHOUT_PATIENTS).plan()
    report = clinic.move(include=WITHOUT_PATIENTS)
    whole = clinic.move()
    stay = "4 records stay behind (1 attendee, 1 individual appointment, 1 patient case, 1 other)"

    assert stay in plan.verdict
    assert report.verdict.startswith(f"1 of the selected records are in the destination (1 of them new); {stay}; ")
    assert [("patients", "included-without")] == [(each.kind, each.code) for each in report.findings[:1]]
    assert whole.verdict.startswith(
        "All 7 selected records are in the destination (5 of them new, 1 taken as it stands there); "
    )


def test_links_are_lost_without_what_they_lead_to(clinic: Clinic) -> None:
    """A note goes without its link to an appointment, an appointment without its case."""
    diary = messages(clinic, include=WITHOUT_DIARY)
    cases = messages(clinic, include=ALL_KINDS - {"patient_cases"})

    assert ["individual_appointments"] == list(diary)
    assert diary["individual_appointments"].endswith("These go without their links to them: up to 1 treatment note.")
    assert (
        "Patient cases were left out, and 1 patient case of the source was not carried before: nothing stands for it "
        "in the destination. These go without their links to them: 1 attendee."
    ) == cases["patient_cases"]


def test_what_was_carried_before_lacks_nothing(clinic: Clinic) -> None:
    """Patients of an earlier run on the same journal stand for themselves; only those who came since are missed."""
    clinic.move(include={"patients", "patient_cases", "individual_appointments", "appointment_types"})
    carried = messages(clinic, include={"treatment_notes"})
    clinic.add("medical_alerts", patient_id=clinic.patient(first_name="Cyn"), name="Latex")
    later = messages(clinic, include={"treatment_notes", "medical_alerts"})
    report = clinic.move(include={"treatment_notes"})

    assert {} == carried
    assert ["patients"] == list(later)
    assert "1 patient of the source was not carried before" in later["patients"]
    assert later["patients"].endswith("What hangs on them doesn't go: medical alerts, treatment notes.")
    assert 0 == report.kinds["treatment_notes"].skipped
    assert clinic.only("treatment_notes")["booking_id"] is not None


def test_under_a_filter_it_is_about_those_whom_it_chooses(clinic: Clinic) -> None:
    """Of chosen patients it is known who went before; numbers of the rest are upper bounds."""
    ada, bea = (str(row["id"]) for row in clinic.source.rows("patients"))
    before = messages(clinic, include=WITHOUT_PATIENTS, filter=ByPatient(ada))
    nothing = messages(clinic, include=WITHOUT_PATIENTS, filter=ByPatient(bea))
    clinic.move(filter=ByPatient(ada))
    after = messages(clinic, include=WITHOUT_PATIENTS, filter=ByPatient(ada))
    both = messages(clinic, include=WITHOUT_PATIENTS, filter=ByPatient(ada, bea))

    assert "1 patient of the source was not carried before" in before["patients"]
    assert before["patients"].endswith("up to 1 attendee, up to 1 treatment note.")
    assert {} == nothing == after
    assert "1 patient of the source was not carried before" in both["patients"]


def test_a_filter_that_looks_at_each_record_has_the_last_word(clinic: Clinic) -> None:
    """What it keeps none of is not named."""

    class NoNotes(Filter):
        """Leaves notes behind."""

        def keeps(self, record: Any, scope: Scope) -> bool:
            """Keeps what is no note."""
            return not isinstance(record, TreatmentNote)

    said = messages(clinic, include=WITHOUT_PATIENTS, filter=NoNotes())

    assert said["patients"].endswith("up to 1 individual appointment, up to 1 attendee.")


def test_what_a_mapper_matches_lacks_nothing(clinic: Clinic) -> None:
    """A mapper of one's own may know who stands for whom."""

    class Knowing(DictMapper):
        """Knows where the patients are."""

        def prepare(self, survey: Survey) -> tuple[dict[Ref[Any], str], tuple[Finding, ...]]:
            """Matches them."""
            return {Ref("patients", str(row["id"])): f"P{row['id']}" for row in clinic.source.rows("patients")}, ()

    def codes(mapper: Mapper) -> set[str]:
        transfer = Transfer(client(clinic.source), DictSink(), mapper=mapper, include={"individual_appointments"})
        return {finding.code for finding in transfer.preflight()}

    with clinic.source.in_process():
        assert "included-without" in codes(DictMapper())
        assert "included-without" not in codes(Knowing())


def test_what_no_destination_of_this_kind_takes_is_not_missed(clinic: Clinic) -> None:
    """A sink of one's own that has no place for patients can do without them."""

    class Appointments(DictSink):
        """Takes appointments only."""

        kinds = ("individual_appointments",)  # type: ignore[assignment] # one of three

    with clinic.source.in_process():
        found = Transfer(client(clinic.source), Appointments(), mapper=DictMapper()).preflight()

    assert "included-without" not in {finding.code for finding in found}


def test_each_need_that_is_not_matched_by_name_is_looked_at() -> None:
    """What the table of kinds says is needed is matched by name, or stands in the table of what is missed."""
    needed = {
        need
        for kind in KINDS.values()
        for need in kind.needs
        if kind.left_behind is None and not KINDS[need].adoptable and need != "attendees"  # they go with their bookings
    }

    assert set(CONCERNED) == needed
