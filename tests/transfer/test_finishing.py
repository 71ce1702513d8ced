"""The finishing pass: what records still need once everything is made."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from clinikomigrate import Context, Event, FollowUp, Mapped, Skip
from clinikomigrate.cliniko.models import Patient, PatientDraft
from clinikomigrate.errors import Unprocessable
from clinikomigrate.transfer.events import FollowUpDone, StageStarted, Waiting
from tests.transfer.dict_sink import DictMapper
from tests.transfer.practice import Practice, ScriptedSink, aside

REFUSED = Unprocessable(status=422, method="POST", path="/patients/{id}/archive", fields={"base": "no"})


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    """Returns a source with twelve archived patients, whom the finishing pass archives in the destination."""
    practice = Practice(tmp_path)
    for number in range(12):
        practice.patient(f"Ada{number}", archived_at="2024-01-01T00:00:00Z")
    return practice


def refuse(follow_up: FollowUp) -> None:
    """Refuses a follow-up."""
    raise REFUSED


def test_it_tells_of_each_stage_and_follow_up(practice: Practice) -> None:
    """A listener hears how many follow-ups a stage has and the outcome of each; stages with none are not mentioned."""
    events: list[Event] = []
    report = practice.run(ScriptedSink(), on_event=events.append)

    assert report.ok
    assert [StageStarted("archive", 12)] == [event for event in events if isinstance(event, StageStarted)]
    assert 12 == sum(isinstance(event, FollowUpDone) and event.ok for event in events)


def test_what_could_not_be_finished_is_said_in_events_too(practice: Practice) -> None:
    """A follow-up that was refused is told as not ok."""
    events: list[Event] = []
    report = practice.run(ScriptedSink(finishing=refuse), on_event=events.append)

    assert 12 == len(report.set_aside)
    assert 12 == sum(isinstance(event, FollowUpDone) and not event.ok for event in events)


def test_stop_ends_it_and_the_next_run_does_the_rest(practice: Practice) -> None:
    """stop() lets what is in flight finish; nothing is done twice afterwards."""
    sink = ScriptedSink()
    sink.workers = 1
    transfer = practice.transfer(sink)

    def listen(event: Event) -> None:
        if isinstance(event, FollowUpDone):
            transfer.stop()

    with practice.source.in_process():
        report = transfer.run(on_event=listen)

    assert "asked to stop" == report.stopped
    assert 1 == len(sink.finished)

    assert practice.run(sink).ok
    assert 12 == len(sink.finished) == len(set(sink.finished))


def test_stop_between_stages_ends_it(practice: Practice) -> None:
    """stop() at the beginning of a stage leaves all of it for the next run."""
    sink = ScriptedSink()
    transfer = practice.transfer(sink)

    def listen(event: Event) -> None:
        if isinstance(event, StageStarted):
            transfer.stop()

    with practice.source.in_process():
        report = transfer.run(on_event=listen)

    assert "asked to stop" == report.stopped
    assert [] == sink.finished

    assert practice.run(sink).ok
    assert 12 == len(sink.finished)


def test_ctrl_c_ends_it_as_stop_does(practice: Practice) -> None:
    """Ctrl-C while follow-ups are done gives a report and leaves a journal to go on with."""
    sink = ScriptedSink()

    def listen(event: Event) -> None:
        if isinstance(event, StageStarted):
            signal.raise_signal(signal.SIGINT)

    report = practice.run(sink, on_event=listen)

    assert "asked to stop" == report.stopped
    assert [] == sink.finished

    assert practice.run(sink).ok
    assert 12 == len(sink.finished)


def test_a_sink_s_own_mistake_is_not_hidden(practice: Practice) -> None:
    """An exception that isn't one of this package's surfaces from run(), and the journal can go on."""

    def mistaken(follow_up: FollowUp) -> None:
        raise ZeroDivisionError("a mistake in the sink")

    sink = ScriptedSink(finishing=mistaken)
    with pytest.raises(ZeroDivisionError, match="a mistake in the sink"):
        practice.run(sink)

    sink.finishing = None

    assert practice.run(sink).ok
    assert 12 == len(sink.finished)


def test_a_listener_s_own_mistake_is_not_hidden(practice: Practice) -> None:
    """An exception of the listener surfaces from run()."""

    def listen(event: Event) -> None:
        if isinstance(event, FollowUpDone):
            raise LookupError("a mistake in the listener")

    with pytest.raises(LookupError, match="a mistake in the listener"):
        practice.run(ScriptedSink(), on_event=listen)

    assert practice.run(ScriptedSink()).ok


def test_records_that_may_not_be_read_again_stop_the_run_with_the_reason(practice: Practice) -> None:
    """When the source refuses the records at the end, the run stops and says so; the next run does the rest."""
    sink = ScriptedSink(finishing=refuse)
    practice.run(sink)
    sink.finishing = None
    with practice.failing("403", "/patients", where="id:="):
        report = practice.run(sink)

    assert "records could not be read again" in str(report.stopped)
    assert "isn't allowed to do this" in str(report.stopped)
    assert practice.run(sink).ok


def test_a_connection_that_is_lost_at_the_end_is_waited_for(practice: Practice) -> None:
    """While records are read again a lost connection is waited for, a quarter of an hour at most."""
    sink = ScriptedSink(finishing=refuse)
    practice.run(sink)
    sink.finishing = None
    events: list[Event] = []
    with practice.failing("refuse", "/patients", where="id:="):
        report = practice.run(sink, on_event=events.append)

    assert "no connection for 15 minutes" in str(report.stopped)
    assert any(isinstance(event, Waiting) for event in events)
    assert practice.run(sink).ok


def test_a_record_that_vanished_from_the_source_needs_nothing_any_more(practice: Practice) -> None:
    """When somebody deletes a record in the source for good, what was owed to its copy is dropped, and told."""
    sink = ScriptedSink(finishing=refuse)
    gone = aside(practice.run(sink)).popitem()[1].source_id
    store = practice.source.store
    store.remove("patients", store.at("patients", gone))
    sink.finishing = None
    events: list[Event] = []
    report = practice.run(sink, on_event=events.append)

    assert report.ok
    assert 11 == len(sink.finished)
    assert FollowUpDone("patients", gone, "archive") in events


def test_a_record_that_changed_since_needs_what_it_needs_now(practice: Practice) -> None:
    """A patient who was taken out of the archive meanwhile is not archived in the destination."""
    sink = ScriptedSink(finishing=refuse)
    back = aside(practice.run(sink)).popitem()[1].source_id
    practice.source.store.change("patients", practice.source.store.at("patients", back), archived_at=None)
    sink.finishing = None

    assert practice.run(sink).ok
    assert 11 == len(sink.finished)


def test_a_record_that_the_mapper_leaves_out_by_now_stays_unfinished(practice: Practice) -> None:
    """When the mapper was changed in between and skips the record, what is owed is neither done nor forgotten."""

    class Leaving(DictMapper):
        """Leaves everybody out."""

        def patient(self, patient: Patient, context: Context) -> Mapped[PatientDraft] | Skip:
            """Skips."""
            return Skip("left out by now")

    sink = ScriptedSink(finishing=refuse)
    practice.run(sink)
    sink.finishing = None
    report = practice.run(sink, mapper=Leaving())

    assert {"unfinished"} == {row.state for row in report.set_aside}
    assert [] == sink.finished
    assert practice.run(sink).ok
    assert 12 == len(sink.finished)
