"""Streaming kinds from the source to the sink."""

from __future__ import annotations

import signal
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs
import pytest

from clinikomigrate import ConfigurationError, Context, Event, Made, Mapped, Present, Skip
from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko.models import Patient, PatientDraft, RelationshipDraft
from clinikomigrate.errors import JournalError, Unprocessable, Unsupported
from clinikomigrate.transfer.events import KindFinished, KindStarted, RecordSettled, RunFinished, RunStarted, Waiting
from clinikomigrate.transfer.filters import ByPatient
from clinikomigrate.transfer.journal import Entry, State
from clinikomigrate.transfer.sqlite_journal import SQLiteJournal
from clinikomigrate.transfer.tally import Count
from tests.transfer.dict_sink import DictMapper
from tests.transfer.memory_journal import MemoryJournal
from tests.transfer.practice import Practice, ScriptedSink, aside, names
from tests.traps.clinic import Clinic

REFUSED = Unprocessable(status=422, method="POST", path="/patients", fields={"email": "is invalid"})


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    """Returns a source with four patients, each with an alert."""
    practice = Practice(tmp_path)
    for name in ("Ada", "Bo", "Cy", "Di"):
        practice.alert(practice.patient(name))
    return practice


# Order, and what is told.


def test_a_kind_starts_when_what_it_needs_is_done(practice: Practice) -> None:
    """Events come in the order of things: alerts start only when all patients are there."""
    events: list[Event] = []
    report = practice.run(ScriptedSink(), on_event=events.append)

    assert RunStarted(("patients", "medical_alerts")) == events[0]
    assert RunFinished(report.verdict) == events[-1]
    assert events.index(KindFinished("patients")) < events.index(KindStarted("medical_alerts", 4))
    assert 8 == sum(isinstance(event, RecordSettled) for event in events)


def test_a_second_run_tells_what_an_earlier_one_had_carried(practice: Practice) -> None:
    """Nothing is written twice; records that are there are told and counted as already there."""
    sink = ScriptedSink()
    practice.run(sink)
    events: list[Event] = []
    report = practice.run(sink, on_event=events.append)

    assert {True} == {event.already for event in events if isinstance(event, RecordSettled)}
    assert Count(found=4, selected=4, already=4) == report.kinds["patients"]
    assert 8 == len(sink.attempts)
    assert "nothing new to carry" in report.verdict


def test_only_failed_touches_nothing_else(practice: Practice) -> None:
    """only_failed reads only the records that could not go, by id."""
    sink = ScriptedSink()

    def no_bo(draft: Any) -> None:
        if getattr(draft, "first_name", "") == "Bo":
            raise REFUSED

    sink.before = no_bo
    practice.run(sink)
    sink.before = None
    report = practice.run(sink, only_failed=True)

    assert report.ok
    assert (1, 1) == (report.kinds["patients"].found, report.kinds["medical_alerts"].found)
    assert ["Ada", "Bo", "Cy", "Di"] == names(sink)


# Ending early.


def test_ctrl_c_ends_a_run_as_stop_does(practice: Practice) -> None:
    """Ctrl-C finishes what is in flight, gives a report, and the next run goes on without doubling anything."""
    sink = ScriptedSink()
    sink.workers = 1
    transfer = practice.transfer(sink)

    def interrupt(draft: Any) -> None:
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        assert transfer._stop.wait(10)

    sink.before = interrupt
    with practice.source.in_process():
        report = transfer.run()

    assert "asked to stop" == report.stopped
    assert 1 == len(sink.attempts) == len(sink.records["patients"])
    assert "Stopped early (asked to stop); 1 record was carried. Run again to go on." == report.verdict

    sink.before = None

    assert practice.run(sink).ok
    assert ["Ada", "Bo", "Cy", "Di"] == names(sink)
    assert 8 == len(sink.attempts)


def test_a_full_disk_ends_a_run_with_a_report(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it is the journal's, and comes when a refusal is to be noted."""
    settle = SQLiteJournal.settle

    def full(self: SQLiteJournal, ref: Ref[Any], entry: Entry, *rest: Any, **more: Any) -> None:
        if entry.state is State.FAILED:
            raise JournalError("The journal can't be written: database or disk is full.")
        settle(self, ref, entry, *rest, **more)

    monkeypatch.setattr(SQLiteJournal, "settle", full)

    def refuse(draft: Any) -> None:
        raise REFUSED

    report = practice.run(ScriptedSink(before=refuse))

    assert "The journal can't be written: database or disk is full." == report.stopped


def test_stop_from_another_thread(practice: Practice) -> None:
    """stop() from a thread ends the run after what is in flight."""
    sink = ScriptedSink()
    sink.workers = 1
    transfer = practice.transfer(sink)

    def stop(draft: Any) -> None:
        thread = threading.Thread(target=transfer.stop)
        thread.start()
        thread.join()

    sink.after = stop
    with practice.source.in_process():
        assert "asked to stop" == transfer.run().stopped

    assert 1 == len(sink.records["patients"])


def test_a_sink_s_own_mistake_is_not_hidden(practice: Practice) -> None:
    """An exception that isn't one of this package's surfaces from run(); the record is looked up by the next run."""

    def mistaken(draft: Any) -> None:
        raise ZeroDivisionError("a mistake in the sink")

    sink = ScriptedSink(after=mistaken)
    sink.workers = 1
    with pytest.raises(ZeroDivisionError, match="a mistake in the sink"):
        practice.run(sink)

    assert 1 == len(sink.records["patients"])
    sink.after = None

    assert practice.run(sink).ok
    assert ["Ada", "Bo", "Cy", "Di"] == names(sink)
    assert 8 == len(sink.attempts)


def test_a_mapper_s_own_mistake_is_not_hidden(practice: Practice) -> None:
    """A mapper that returns neither Mapped nor Skip is told so, and nothing was written."""

    class Forgetful(DictMapper):
        """Forgets to return anything."""

        def patient(self, patient: Patient, context: Context) -> Any:
            """Returns nothing."""

    sink = ScriptedSink()
    with pytest.raises(TypeError, match=r"Forgetful\.patient must return Mapped or Skip, not NoneType"):
        practice.run(sink, mapper=Forgetful())

    assert [] == sink.attempts


def test_a_listener_s_own_mistake_is_not_hidden(practice: Practice) -> None:
    """An exception of the listener surfaces from run(), whatever thread it was called from."""
    for trigger in (KindStarted, RecordSettled, KindFinished):

        def listen(event: Event, trigger: type[Event] = trigger) -> None:
            if isinstance(event, trigger):
                raise LookupError("a mistake in the listener")

        sink = ScriptedSink()
        with pytest.raises(LookupError, match="a mistake in the listener"):
            practice.run(sink, on_event=listen, journal=MemoryJournal())


def test_a_kind_that_may_not_be_read_stops_the_run_with_the_reason(practice: Practice) -> None:
    """A list that the source's key may not read is named, with what to do; the next run goes on."""
    sink = ScriptedSink()
    with practice.failing("403", "/medical_alerts"):
        report = practice.run(sink)

    assert str(report.stopped).startswith("medical_alerts could not be read: GET /medical_alerts")
    assert "reading everything takes an administrator" in str(report.stopped)
    assert practice.run(sink).ok
    assert 4 == len(sink.records["medical_alerts"])


# What goes wrong with one record.


def test_a_mapper_that_says_no_to_a_record_sets_it_aside(practice: Practice) -> None:
    """One of this package's errors, raised by a mapper, concerns that record and what needs it; the others go."""

    class Strict(DictMapper):
        """Refuses one patient."""

        def patient(self, patient: Patient, context: Context) -> Mapped[PatientDraft] | Skip:
            """Refuses Bo."""
            if patient.first_name == "Bo":
                raise ConfigurationError("This clinic's Bo needs a decision first.")
            return super().patient(patient, context)

    sink = ScriptedSink()
    report = practice.run(sink, mapper=Strict())

    assert ["Ada", "Cy", "Di"] == names(sink)
    assert {"failed", "blocked"} == {row.state for row in report.set_aside}
    assert "This clinic's Bo needs a decision first." in {row.reason for row in report.set_aside}


def test_what_a_mapper_leaves_to_people_is_listed(practice: Practice) -> None:
    """A mapper's `by_hand` ends up in the report; `lost` makes a skipped record a loss."""

    class Roster(DictMapper):
        """Leaves alerts to people."""

        def medical_alert(self, alert: Any, context: Context) -> Skip:
            """Skips an alert."""
            return Skip("alerts are entered by hand", lost=True, by_hand="Enter the alerts.")

    report = practice.run(ScriptedSink(), mapper=Roster())

    assert ["Enter the alerts."] * 4 == list(report.by_hand)
    assert [("medical_alerts", "record", "alerts are entered by hand", 4)] == [
        attrs.astuple(each) for each in report.losses
    ]


def test_a_kind_without_a_method_is_lost_aloud(practice: Practice) -> None:
    """What the mapper has no method for is skipped as a loss, not forgotten."""

    class OnlyPatients(DictMapper):
        """Carries no alerts."""

        medical_alert = None  # type: ignore[assignment] # as if the class had no such method

    report = practice.run(ScriptedSink(), mapper=OnlyPatients())

    assert (4, 4) == (report.kinds["medical_alerts"].skipped, report.to_dict()["kinds"]["medical_alerts"]["losses"])


def test_too_many_failures_end_the_run(practice: Practice) -> None:
    """With max_failures a run that goes wrong all over ends after one more than that."""

    def refuse(draft: Any) -> None:
        raise REFUSED

    sink = ScriptedSink(before=refuse)
    sink.workers = 1
    with practice.source.in_process():
        report = practice.transfer(sink).run(max_failures=1)

    assert "more than 1 records failed" == report.stopped
    assert 2 == len(sink.attempts)


# Reading.


def test_a_list_that_breaks_off_goes_on_behind_the_last_record(practice: Practice) -> None:
    """When the connection is gone between two pages, the stream goes on where it was; nothing is missed or doubled."""
    for number in range(130):
        practice.patient(f"Patient {number}")
    events: list[Event] = []
    sink = ScriptedSink()
    practice.source.faults.add(
        "refuse",
        when=lambda request: (
            request.path == "/v1/patients" and any(value.startswith("id:>") for _, value in request.query)
        ),
        every=1,
        times=20,
    )
    report = practice.run(sink, on_event=events.append)

    assert report.ok
    assert 134 == report.kinds["patients"].found == len(sink.records["patients"])
    assert {"ConnectionFailed"} == {event.reason for event in events if isinstance(event, Waiting)}


def test_an_endpoint_that_the_source_lacks_holds_no_records(tmp_path: Path) -> None:
    """A source account without a newer endpoint is copied without it; the report shows a zero."""
    clinic = Clinic(tmp_path)
    clinic.patient()
    for path in ("/recalls", "/recall_types", "/relationships", "/unavailable_block_types", "/concession_prices"):
        clinic.source.lacks.add(path)
        report = clinic.move()

        assert 0 == report.kinds[path.removeprefix("/")].found


def test_an_endpoint_that_the_destination_lacks_is_a_loss_of_each_record(tmp_path: Path) -> None:
    """What the destination's API has no endpoint for is skipped as lost, record by record; all else goes."""
    clinic = Clinic(tmp_path)
    patient, sister = clinic.patient(), clinic.patient(first_name="Bea")
    recall_type = clinic.add("recall_types", name="Check-up")
    clinic.add("recalls", patient_id=patient, recall_type_id=recall_type, recall_at="2025-01-01")
    clinic.add("relationships", patient_id=patient, related_patient_id=sister, relation=30)
    clinic.destination.lacks.update({"/recalls", "/recall_types", "/relationships"})
    report = clinic.move()
    lost = {loss.kind: loss for loss in report.losses if loss.field == "record"}

    assert {"recalls", "recall_types", "relationships"} == set(lost)
    assert (1, 1, 2) == tuple(lost[kind].records for kind in ("recall_types", "recalls", "relationships"))
    assert "do it by hand" in lost["relationships"].reason
    assert 2 == report.kinds["patients"].created


def test_kinds_that_stay_are_counted_and_not_read(practice: Practice) -> None:
    """Invoices are counted, and those that are open by themselves; nothing else of them is read."""
    report = practice.run(ScriptedSink(), include={"patients", "invoices"})
    asked = [request for request in practice.source.log if request.path == "/v1/invoices"]

    assert report.kinds["invoices"].created == 0
    assert [("per_page", "1")] * 3 == [each for request in asked for each in request.query if each[0] == "per_page"]


def test_a_few_chosen_patients_are_read_by_id(practice: Practice) -> None:
    """Of a large source, what was chosen by id is asked for by id; where the list is shorter, the list is read."""
    for number in range(250):
        practice.patient(f"Patient {number}")
    one, *more = (str(row["id"]) for row in practice.source.rows("patients"))
    events: list[Event] = []
    sink = ScriptedSink()
    few = practice.run(sink, filter=ByPatient(one), on_event=events.append)
    asked = [request for request in practice.source.log if request.path == "/v1/patients"]
    many = practice.run(sink, filter=ByPatient(one, *more[:200]))

    assert KindStarted("patients", 1) in events
    assert (254, 1, 1) == tuple(getattr(few.kinds["patients"], name) for name in ("found", "selected", "created"))
    assert all("q[]" in dict(request.query) or ("per_page", "1") in request.query for request in asked)
    assert (254, 201) == (many.kinds["patients"].found, many.kinds["patients"].selected)
    assert 201 == len(sink.records["patients"])


# Merged patients.


def test_records_of_merged_patients_go_to_whoever_they_were_merged_into_at_last(practice: Practice) -> None:
    """A chain of merges ends at the patient who is left; what hangs on any of them arrives there."""
    ada = practice.patient("Last")
    middle = practice.patient("Middle", archived_at="2024-01-01T00:00:00Z", merged_with_patient_id=ada)
    first = practice.patient("First", archived_at="2024-01-01T00:00:00Z", merged_with_patient_id=middle)
    practice.alert(first, "Of the first")
    practice.alert(middle, "Of the middle")
    sink = ScriptedSink()
    report = practice.run(sink)
    there = dict(practice.transfer(sink).identities("patients"))

    assert report.ok
    assert 2 == report.kinds["patients"].skipped
    assert {there[ada]} == {
        alert.patient_id for alert in sink.records["medical_alerts"].values() if alert.name.startswith("Of the")
    }
    assert {first, middle}.isdisjoint(there)


def test_a_merged_patient_s_referral_source_goes_where_the_other_has_none(tmp_path: Path) -> None:
    """A patient has one referral source: that of the patient who is left stays; only an empty place is filled."""
    clinic = Clinic(tmp_path)
    friend = clinic.add("referral_source_types", name="Friend")
    alone, both = clinic.patient(first_name="Alone"), clinic.patient(first_name="Both")
    gone = {"archived_at": "2024-01-01T00:00:00Z"}
    for patient, notes in ((alone, None), (both, "of her own")):
        merged = clinic.patient(first_name="Merged", merged_with_patient_id=patient, **gone)
        clinic.add("referral_sources", patient_id=merged, referral_source_type_id=friend, notes="of the merged")
        if notes:
            clinic.add("referral_sources", patient_id=patient, referral_source_type_id=friend, notes=notes)
    report = clinic.move()

    assert {"of the merged", "of her own"} == {row["notes"] for row in clinic.arrived("referral_sources")}
    assert (2, 1) == (report.kinds["referral_sources"].created, report.kinds["referral_sources"].skipped)


# What the destination makes by itself.


class SelfMaking(ScriptedSink):
    """A destination that says which attendees are there, or that it can't."""

    kinds = (*ScriptedSink.kinds, "relationships")  # type: ignore[assignment] # one kind more than the class has

    def __init__(self, answer: Any) -> None:
        super().__init__()
        self.answer = answer
        self.updated: list[str] = []

    def present(self, drafts: Sequence[Any]) -> Sequence[Present | None]:
        """Answers as the test wants."""
        if isinstance(self.answer, Exception):
            raise self.answer
        return [self.answer] * len(drafts)

    def update(self, id: str, draft: Any, record: Any = None) -> Any:
        """Notes what was changed."""
        self.updated.append(id)


class Relating(DictMapper):
    """Carries relationships too."""

    def relationship(self, relationship: Any, context: Context) -> Mapped[Any]:
        """Maps a relationship."""
        return Mapped(
            RelationshipDraft(
                patient_id=relationship.patient,
                related_patient_id=relationship.related_patient,
                relation=relationship.relation,
            )
        )


@pytest.mark.parametrize(
    ("answer", "made", "updated"),
    [
        (None, [1, 1], []),
        (Present("77", same=True), [0, 1], []),
        (Present("77", same=False), [0, 1], ["77"]),
        (Unsupported("can't say"), [1, 1], []),
    ],
)
def test_what_the_destination_made_by_itself_is_taken_once(
    practice: Practice, answer: Any, made: list[int], updated: list[str]
) -> None:
    """What stands there is adopted by one record only, changed where it says less, and made where it can't be asked."""
    ada, bo, cy = (str(row["id"]) for row in practice.source.rows("patients")[:3])
    sink = SelfMaking(answer)
    found = []
    for other in (bo, cy):
        practice.source.add("relationships", patient_id=ada, related_patient_id=other, relation=30, mirror=False)
        report = practice.run(sink, mapper=Relating(), include={"patients", "relationships"})
        found.append(report.kinds["relationships"].created)

        assert report.ok
    assert made == found
    assert updated == sink.updated


def test_what_the_destination_made_by_itself_and_does_not_let_be_changed(practice: Practice) -> None:
    """The record is lost, with the destination's words."""

    class Rigid(SelfMaking):
        """Lets nothing be changed."""

        def update(self, id: str, draft: Any, record: Any = None) -> Any:
            """Refuses."""
            raise Unsupported("a mirror can't be changed")

    ada, bo = (str(row["id"]) for row in practice.source.rows("patients")[:2])
    practice.source.add("relationships", patient_id=ada, related_patient_id=bo, relation=30, mirror=False)
    sink = Rigid(Present("77", same=False))
    report = practice.run(sink, mapper=Relating(), include={"patients", "relationships"})

    assert report.ok
    assert [("relationships", "record", "a mirror can't be changed", 1)] == [
        (each.kind, each.field, each.reason, each.records) for each in report.losses
    ]


def test_what_the_destination_made_by_itself_and_leaves_to_a_person_in_part(practice: Practice) -> None:
    """It is listed, and the next run looks at it again."""

    class Partial(SelfMaking):
        """Says what it can't change."""

        def update(self, id: str, draft: Any, record: Any = None) -> Any:
            """Changes some."""
            super().update(id, draft, record)
            return Made(id, by_hand="turn the mirror by hand")

    ada, bo = (str(row["id"]) for row in practice.source.rows("patients")[:2])
    practice.source.add("relationships", patient_id=ada, related_patient_id=bo, relation=30, mirror=False)
    sink = Partial(Present("77", same=False))
    reports = [practice.run(sink, mapper=Relating(), include={"patients", "relationships"}) for _ in range(2)]

    assert ["turn the mirror by hand"] == [row.reason for row in reports[0].set_aside]
    assert ["relationships"] == [row.kind for row in reports[1].set_aside]


# Journals of one's own.


def test_a_journal_of_one_s_own_carries_a_whole_clinic(tmp_path: Path) -> None:
    """The protocol suffices: with a journal in memory a run fails in part, is mended, and does nothing twice."""
    practice = Practice(tmp_path)
    for name in ("Ada", "Bo"):
        practice.alert(practice.patient(name, archived_at="2024-01-01T00:00:00Z"))
    journal = MemoryJournal()

    def no_alert(draft: Any) -> None:
        if draft.kind == "medical_alerts":
            raise REFUSED

    sink = ScriptedSink(before=no_alert)
    report = practice.run(sink, journal=journal)

    assert {"failed", "unfinished"} == {row.state for row in report.set_aside}
    assert {State.CREATED: 2} == journal.counts()["patients"]
    assert {State.FAILED: 2} == journal.counts()["medical_alerts"]

    sink.before = None
    mended, again = practice.run(sink, journal=journal), practice.run(sink, journal=journal)

    assert mended.ok
    assert again.ok
    assert (2, 2) == (len(sink.records["patients"]), len(sink.records["medical_alerts"]))
    assert 2 == len(sink.finished)
    assert not journal.is_open
    assert {} == aside(mended)
