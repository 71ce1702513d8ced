"""The life of one record: what happens when a write is refused, or its fate is not known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import attrs
import pytest

from clinikomigrate import UNSET, Change, ConfigurationError, Context, Mapped, OutcomeUnknown, Ref, Skip
from clinikomigrate.cliniko.models import MedicalAlertDraft, Patient, PatientDraft
from clinikomigrate.errors import (
    ArchiveError,
    Error,
    JournalError,
    PaymentRequired,
    Unauthorized,
    UnexpectedResponse,
    Unprocessable,
    Unsupported,
)
from clinikomigrate.transfer.follow_ups import FollowUp
from clinikomigrate.transfer.mapper import Fetch
from tests.transfer.dict_sink import DictMapper
from tests.transfer.practice import Practice, ScriptedSink, aside, names
from tests.traps.clinic import Clinic

LOST = OutcomeUnknown(method="POST", path="/patients", cause_name="the connection broke")
REFUSED = Unprocessable(status=422, method="POST", path="/patients", fields={"email": "is invalid"})


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    """Returns a source without records."""
    return Practice(tmp_path)


def raising(error: BaseException, *, times: int = 10**6, kind: str = "patients") -> Any:
    """Makes a hook that raises an error for so many drafts of a kind."""
    left = times

    def hook(draft: Any) -> None:
        nonlocal left
        if draft.kind == kind and left:
            left -= 1
            raise error

    return hook


# The fate of a write is not known.


def test_a_record_whose_answer_was_lost_is_found_and_not_sent_again(practice: Practice) -> None:
    """One candidate that was made since the intent is taken for the record."""
    practice.patient()
    sink = ScriptedSink(after=raising(LOST))
    report = practice.run(sink)

    assert report.ok
    assert 1 == report.kinds["patients"].created
    assert 1 == len(sink.attempts) == len(sink.records["patients"])


def test_two_candidates_are_a_conflict_that_a_person_settles(practice: Practice) -> None:
    """With two candidates nothing is guessed or sent again; both ids are named, and the one that is left is adopted."""
    patient = practice.patient()

    def twice(draft: Any) -> None:
        sink.records["patients"]["901"] = draft  # somebody else typed the same patient in at that moment
        raise LOST

    sink = ScriptedSink(after=twice)
    first, second = practice.run(sink), practice.run(sink, only_failed=True)
    reason = (
        "the destination holds 2 records that could be it: 1, 901. Archive there what is not the copy, and run again"
    )

    for report in (first, second):
        assert not report.ok
        assert ("conflict", reason) == (
            aside(report)["patients", patient].state,
            aside(report)["patients", patient].reason,
        )
        assert 1 == report.kinds["patients"].failed
    assert 1 == len(sink.attempts)

    del sink.records["patients"]["901"]
    third = practice.run(sink, only_failed=True)

    assert third.ok
    assert [(patient, "1")] == list(practice.transfer(sink).identities("patients"))
    assert 1 == len(sink.attempts)


def test_a_conflict_that_was_deleted_wholly_is_sent_again(practice: Practice) -> None:
    """When a person deletes both candidates, the next run makes the record."""
    practice.patient()

    def twice(draft: Any) -> None:
        sink.records["patients"]["901"] = draft
        raise LOST

    sink = ScriptedSink(after=twice)
    practice.run(sink)
    sink.records["patients"].clear()
    sink.after = None

    assert practice.run(sink).ok
    assert ["Ada"] == names(sink)
    assert 2 == len(sink.attempts)


def test_what_stands_for_another_record_is_no_candidate(practice: Practice) -> None:
    """Of two patients with the same name, the one that is in the journal already is not taken for the other."""
    practice.patient()
    practice.patient()
    sink = ScriptedSink(after=raising(LOST))
    report = practice.run(sink)

    assert report.ok
    assert 2 == len(sink.records["patients"]) == len(sink.attempts)
    assert {"1", "2"} == {there for _, there in practice.transfer(sink).identities("patients")}


def test_five_times_no_answer_is_a_failure_that_the_next_run_mends(practice: Practice) -> None:
    """When the destination never answers and holds nothing, the record is set aside after five tries with pauses."""
    patient = practice.patient()
    sink = ScriptedSink(before=raising(LOST, times=5))
    report = practice.run(sink)

    assert not report.ok
    assert 5 == len(sink.attempts)
    assert "5 times the destination gave no answer" in aside(report)["patients", patient].reason
    assert report.seconds >= 50

    assert practice.run(sink).ok
    assert ["Ada"] == names(sink)


def test_a_doubtful_record_stays_doubtful_while_what_it_needs_cannot_go(tmp_path: Path) -> None:
    """An alert whose fate is unknown keeps its intent when its patient can't be resolved, so it is looked up later."""
    practice = Practice(tmp_path)
    patient = practice.patient()
    alert = practice.alert(patient)

    def interrupted(draft: Any) -> None:
        if draft.kind == "medical_alerts":
            raise ZeroDivisionError

    sink = ScriptedSink(after=interrupted)  # the program dies after the alert was sent
    with pytest.raises(ZeroDivisionError):
        practice.run(sink)

    class Holding(DictMapper):
        """Makes alerts wait for a patient who can't go."""

        def medical_alert(self, alert: Any, context: Context) -> Mapped[MedicalAlertDraft] | Skip:
            """Points at a record that could not go."""
            return Mapped(MedicalAlertDraft(name=alert.name, patient_id=Ref("patients", refused)))

    refused = practice.patient("Bo")
    sink.after, sink.before = None, raising(REFUSED)
    report = practice.run(sink, mapper=Holding())

    assert 1 == report.kinds["medical_alerts"].failed
    assert "in doubt" == aside(report)["medical_alerts", alert].state
    assert f"waits for patients {refused}" in aside(report)["medical_alerts", alert].reason

    sink.before = None

    assert practice.run(sink).ok
    assert 1 == len(sink.records["medical_alerts"])


def in_doubt(practice: Practice, sink: ScriptedSink) -> None:
    """Lets the program die right after each record was written."""
    sink.workers = 1
    sink.after = raising(ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        practice.run(sink)
    sink.after = None


class Skipping(DictMapper):
    """Leaves patients out."""

    def patient(self, patient: Patient, context: Context) -> Mapped[PatientDraft] | Skip:
        """Skips a patient."""
        return Skip("left out on purpose")


class Refusing(DictMapper):
    """Refuses patients."""

    def patient(self, patient: Patient, context: Context) -> Mapped[PatientDraft] | Skip:
        """Refuses a patient."""
        raise ConfigurationError("Nobody goes.")


class Unable(DictMapper):
    """Gives patients a draft that can't be read."""

    def patient(self, patient: Patient, context: Context) -> Mapped[PatientDraft] | Skip:
        """Asks for the files of a case."""
        return Mapped(PatientDraft(first_name="Ada", notes=Fetch("case_attachments", (Ref("patient_cases", "5"),))))  # type: ignore[arg-type] # fetched before it is sent


@pytest.mark.parametrize("mapper", [Skipping(), Refusing(), Unable()])
def test_a_changed_mapper_does_not_settle_what_is_in_doubt(practice: Practice, mapper: DictMapper) -> None:
    """A record that may be in the destination already stays in doubt until it is looked up, whatever a mapper says."""
    patient = practice.patient()
    sink = ScriptedSink()
    in_doubt(practice, sink)
    with practice.failing("403", "/patient_cases/5/patient_attachments"):
        report = practice.run(sink, mapper=mapper)

    assert "in doubt" == aside(report)["patients", patient].state
    assert practice.run(sink).ok
    assert 1 == len(sink.records["patients"]) == len(sink.attempts)


def test_a_record_in_doubt_whose_required_link_does_not_go_stays_in_doubt(practice: Practice) -> None:
    """An alert that may be there already is not skipped when its patient is left out by now."""
    alert = practice.alert(practice.patient())
    sink = ScriptedSink(after=raising(ZeroDivisionError(), kind="medical_alerts"))
    with pytest.raises(ZeroDivisionError):
        practice.run(sink)
    sink.after = None

    class Lost(DictMapper):
        """Points at a patient who is not part of the transfer."""

        def medical_alert(self, alert: Any, context: Context) -> Mapped[MedicalAlertDraft] | Skip:
            """Points at nobody."""
            return Mapped(MedicalAlertDraft(name=alert.name, patient_id=Ref("patients", "5")))

    report = practice.run(sink, mapper=Lost())

    assert "in doubt" == aside(report)["medical_alerts", alert].state
    assert "its patient does not go" in aside(report)["medical_alerts", alert].reason
    assert practice.run(sink).ok
    assert 1 == len(sink.records["medical_alerts"])


def test_a_look_up_that_fails_leaves_the_record_in_doubt(practice: Practice) -> None:
    """When the destination refuses the look-up nothing is sent again; the next run looks again."""
    patient = practice.patient()

    class Blind(ScriptedSink):
        """A destination that can be looked into only later."""

        error: Error | None = UnexpectedResponse("no list", path="/patients")

        def find(self, draft: Any, since: datetime | None) -> Sequence[str]:
            """Fails at first."""
            if self.error is not None:
                raise self.error
            return super().find(draft, since)

    sink = Blind(after=raising(LOST))
    report = practice.run(sink)

    assert "in doubt" == aside(report)["patients", patient].state
    assert "no list" in aside(report)["patients", patient].reason

    sink.error = JournalError("The disk is full.")
    assert "The disk is full." == practice.run(sink).stopped

    sink.error = None
    assert practice.run(sink).ok
    assert 1 == len(sink.records["patients"]) == len(sink.attempts)


# What a record needs.


def test_a_record_waits_for_one_that_could_not_go(practice: Practice) -> None:
    """A record whose patient was refused is blocked and says by whom; once the patient goes, it goes too."""
    patient = practice.patient()
    alert = practice.alert(patient)
    sink = ScriptedSink(before=raising(REFUSED))
    report = practice.run(sink)

    assert "failed" == aside(report)["patients", patient].state
    assert (
        "the destination refused it: email. Mend it in the source or by a mapper of your own, and run again"
        == aside(report)["patients", patient].reason
    )
    assert "blocked" == aside(report)["medical_alerts", alert].state
    assert f"waits for patients {patient}, which could not go" == aside(report)["medical_alerts", alert].reason
    assert (1, 1) == (report.kinds["patients"].failed, report.kinds["medical_alerts"].blocked)
    assert "2 could not go" in report.verdict

    sink.before = None

    assert practice.run(sink, only_failed=True).ok
    assert 1 == len(sink.records["medical_alerts"])


def test_a_refusal_that_names_a_record_of_which_nothing_is_known(practice: Practice) -> None:
    """Where the destination can't be read, nothing is said of an archive."""

    def refuse(draft: Any) -> None:
        if isinstance(draft, MedicalAlertDraft):
            raise Unprocessable(status=422, method="POST", path="/medical_alerts", fields={"patient": "is not right"})

    alert = practice.alert(practice.patient())
    report = practice.run(ScriptedSink(before=refuse))

    assert "the destination refused it: patient. " in aside(report)["medical_alerts", alert].reason


def test_a_record_whose_required_link_does_not_go_is_lost_aloud(practice: Practice) -> None:
    """An alert can't be without its patient: when that one is left out, the alert is skipped and counted as lost."""
    practice.alert(practice.patient())
    report = practice.run(ScriptedSink(), mapper=Skipping())

    assert report.ok
    assert 1 == report.kinds["medical_alerts"].skipped
    assert [("medical_alerts", "record", "its patient does not go", 1)] == [
        attrs.astuple(each) for each in report.losses
    ]


def test_an_optional_link_that_does_not_go_is_left_empty_aloud(practice: Practice) -> None:
    """A link that a record can be without is left out and counted as a loss of that field."""

    class Referred(DictMapper):
        """Gives every patient a referring doctor who isn't part of the transfer."""

        def patient(self, patient: Patient, context: Context) -> Mapped[PatientDraft] | Skip:
            """Points at a contact."""
            draft = PatientDraft(first_name="Ada", last_name="Example", referring_doctor_id=Ref("contacts", "5"))
            return Mapped(draft)

    practice.patient()
    sink = ScriptedSink()
    report = practice.run(sink, mapper=Referred())

    assert report.ok
    assert UNSET is sink.records["patients"]["1"].referring_doctor_id
    assert [("referring_doctor", "the record it points at does not go")] == [
        (each.field, each.reason) for each in report.losses
    ]


def test_what_merged_patients_had_with_each_other_is_left_behind(tmp_path: Path) -> None:
    """A relationship between two patients who are one by now would point from a patient to the same one."""
    clinic = Clinic(tmp_path)
    kept = clinic.patient(first_name="Kim")
    merged = clinic.patient(first_name="Kimberly", archived_at="2024-01-01T00:00:00Z", merged_with_patient_id=kept)
    clinic.add("relationships", patient_id=kept, related_patient_id=merged, relation=30, mirror=False)
    report = clinic.move()

    assert [] == clinic.arrived("relationships")
    assert [("record", "after a merge of patients it would point from a patient to the same one")] == [
        (loss.field, loss.reason) for loss in report.losses if loss.kind == "relationships"
    ]


# What the destination says no to.


def test_what_a_destination_has_no_way_to_hold_is_lost_aloud(practice: Practice) -> None:
    """A sink that says Unsupported loses the record, with the sink's words as the reason; nothing is set aside."""
    practice.patient()
    report = practice.run(ScriptedSink(before=raising(Unsupported("there are no patients here"))))

    assert report.ok
    assert [("record", "there are no patients here")] == [(each.field, each.reason) for each in report.losses]


class Died(BaseException):
    """The process ended."""


def test_what_has_no_place_is_left_where_an_earlier_write_was_looked_for(practice: Practice) -> None:
    """A run that died in between leaves no doubt about a record that a destination has no way to hold."""
    practice.patient()
    with pytest.raises(Died):
        practice.run(ScriptedSink(before=raising(Died())))
    report = practice.run(ScriptedSink(before=raising(Unsupported("there are no patients here"))))

    assert report.ok
    assert [("record", "there are no patients here")] == [(each.field, each.reason) for each in report.losses]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (Unauthorized(status=401, method="POST", path="/patients"), "a key is no longer accepted"),
        (PaymentRequired(status=402, method="POST", path="/patients"), "the account takes no more"),
        (JournalError("The disk is full."), "The disk is full."),
        (ArchiveError("The folder is full."), "The folder is full."),
    ],
)
def test_what_concerns_all_records_stops_the_run(practice: Practice, error: Error, reason: str) -> None:
    """A key that was revoked, an account or a disk that is full end the run; when it is mended, the next goes on."""
    practice.patient()
    sink = ScriptedSink(before=raising(error, times=1))
    report = practice.run(sink)

    assert report.stopped is not None
    assert report.stopped.startswith(reason)
    assert {row.state for row in report.set_aside} <= {"in doubt"}

    assert practice.run(sink).ok
    assert ["Ada"] == names(sink)


@pytest.mark.parametrize(("status", "stopped"), [("403", None), ("401", "a key is no longer accepted")])
def test_trouble_in_reading_what_a_draft_needs(practice: Practice, status: Any, stopped: str | None) -> None:
    """A record whose parts may not be read fails alone; a key that is revoked meanwhile ends the run."""
    ada = practice.patient()
    practice.patient("Bo")
    case = practice.source.add("patient_cases", patient_id=ada, name="Left knee")

    class Asking(DictMapper):
        """Lets the first patient's draft ask for more."""

        def patient(self, patient: Patient, context: Context) -> Mapped[PatientDraft] | Skip:
            """Asks for the files of a case, as the draft's notes."""
            mapped = super().patient(patient, context)
            assert isinstance(mapped, Mapped)
            files = Fetch("case_attachments", (Ref("patient_cases", case),))
            return mapped.evolve(notes=files) if patient.id == ada else mapped

    sink = ScriptedSink()
    with practice.failing(status, f"/patient_cases/{case}/patient_attachments"):
        report = practice.run(sink, mapper=Asking())

    assert (stopped or "None") in str(report.stopped)
    if stopped is None:
        assert {("patients", ada)} == set(aside(report))
        assert "isn't allowed to do this" in aside(report)["patients", ada].reason
        assert ["Bo"] == names(sink)

    assert practice.run(sink, mapper=Asking()).ok
    assert ["Ada", "Bo"] == names(sink)


# Follow-ups.


class Linking(DictMapper):
    """Gives a patient a link to another record once that is there."""

    def __init__(self, to: Ref[Any]) -> None:
        self._to = to

    def patient(self, patient: Patient, context: Context) -> Mapped[PatientDraft] | Skip:
        """Adds the link to the first patient."""
        mapped = super().patient(patient, context)
        assert isinstance(mapped, Mapped)
        if patient.first_name != "Ada":
            return mapped
        return attrs.evolve(mapped, follow_ups=(Change(PatientDraft(referring_doctor_id=self._to)),))


def test_a_link_waits_for_a_record_that_could_not_go(practice: Practice) -> None:
    """A link to a record that was set aside stays owed and is reported as unfinished; the next run sets it."""
    ada, bo = practice.patient(), practice.patient("Bo")

    def no_bo(draft: Any) -> None:
        if draft.first_name == "Bo":
            raise REFUSED

    links: list[FollowUp] = []
    sink = ScriptedSink(before=no_bo, finishing=links.append)
    report = practice.run(sink, mapper=Linking(Ref("patients", bo)))

    assert "unfinished" == aside(report)["patients", ada].state
    assert "change: waits for a record that could not go" == aside(report)["patients", ada].reason
    assert [] == links

    sink.before = None
    report = practice.run(sink, mapper=Linking(Ref("patients", bo)))
    there = dict(practice.transfer(sink).identities("patients"))

    assert report.ok
    assert [there[bo]] == [each.draft.referring_doctor_id for each in links if isinstance(each, Change)]


def test_a_link_to_what_does_not_go_is_lost_and_nothing_is_sent(practice: Practice) -> None:
    """A change of which nothing is left sends no request; the link is counted as a loss."""
    practice.patient()
    links: list[FollowUp] = []
    report = practice.run(ScriptedSink(finishing=links.append), mapper=Linking(Ref("contacts", "5")))

    assert report.ok
    assert [] == links
    assert ["referring_doctor"] == [each.field for each in report.losses]


def test_a_follow_up_that_fails_is_done_by_the_next_run(practice: Practice) -> None:
    """What the destination refuses to finish is reported with its reason and tried again."""
    patient = practice.patient(archived_at="2024-01-01T00:00:00Z")
    sink = ScriptedSink()
    sink.finishing = lambda follow_up: (_ for _ in ()).throw(REFUSED)
    report = practice.run(sink)

    assert not report.ok
    assert "archiving: the destination refused it: email" in aside(report)["patients", patient].reason
    assert "; 1 unfinished." in report.verdict

    sink.finishing = None
    report = practice.run(sink)

    assert report.ok
    assert [("patients", "1", "archiving:archive")] == sink.finished


def test_a_key_that_is_revoked_at_the_end_stops_the_run(practice: Practice) -> None:
    """A follow-up that meets a revoked key ends the run, ready to go on."""
    practice.patient(archived_at="2024-01-01T00:00:00Z")
    sink = ScriptedSink()
    revoked = Unauthorized(status=401, method="POST", path="/patients/{id}/archive")
    sink.finishing = lambda follow_up: (_ for _ in ()).throw(revoked)

    assert "a key is no longer accepted" in str(practice.run(sink).stopped)

    sink.finishing = None

    assert practice.run(sink).ok
