"""The finishing pass: what records still need once everything is made."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from clinikomigrate import Context, Event, FollowUp, Mapped, Skip
from clinikomigrate.cliniko.models import Patient, PatientDraft
from clinikomigrate.errors import ConfigurationError, Error, JournalError, Unprocessable
from clinikomigrate.transfer.events import FollowUpDone, StageStarted, Waiting
from clinikomigrate.transfer.follow_ups import Unmute
from clinikomigrate.transfer.sqlite_journal import SQLiteJournal
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


def test_a_full_disk_ends_it_as_stop_does(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is a report, and the next run goes on."""
    full = JournalError("The journal failed: database or disk is full. Nothing is lost: run again.")

    def fail(*_: object, **__: object) -> None:
        raise full

    sink = ScriptedSink()
    with monkeypatch.context() as patch:
        patch.setattr(SQLiteJournal, "follow_up_done", fail)
        report = practice.run(sink)

    assert str(full) == report.stopped
    assert practice.run(sink).ok


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


def test_a_key_that_is_revoked_at_the_end_stops_the_run_with_the_reason(practice: Practice) -> None:
    """It is said as it is, and not that records could not be read."""
    sink = ScriptedSink(finishing=refuse)
    practice.run(sink)
    with practice.failing("401", "/patients", where="id:="):
        report = practice.run(sink)

    assert str(report.stopped).startswith("a key is no longer accepted")


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


def test_what_was_not_called_for_for_a_while_is_done_when_it_is_called_for_again(practice: Practice) -> None:
    """A patient who was taken out of the archive before the destination's was put there, and is archived again."""
    sink = ScriptedSink(finishing=refuse)
    back = aside(practice.run(sink)).popitem()[1].source_id
    sink.finishing = None
    for archived_at in (None, "2024-02-01T00:00:00Z"):
        practice.source.store.change("patients", practice.source.store.at("patients", back), archived_at=archived_at)
        report = practice.run(sink)

    assert report.ok
    assert 12 == len(sink.finished)


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
    events: list[Event] = []
    report = practice.run(sink, mapper=Leaving(), on_event=events.append)

    assert {"unfinished"} == {row.state for row in report.set_aside}
    assert [] == sink.finished
    assert 12 == sum(isinstance(event, FollowUpDone) and not event.ok for event in events)
    assert practice.run(sink).ok
    assert 12 == len(sink.finished)


class Muting(DictMapper):
    """Has every patient made muted.

    Args:
        setting: What a patient gets at the end; None where nobody is written to.
        trouble: What goes wrong with a patient.
    """

    def __init__(self, setting: str | None = "SMS", *, trouble: Error | Skip | None = None) -> None:
        self.setting = setting
        self.trouble = trouble

    def patient(self, patient: Patient, context: Context) -> Mapped[PatientDraft] | Skip:
        """Maps a patient as the test says."""
        if isinstance(self.trouble, Error):
            raise self.trouble
        if self.trouble is not None:
            return self.trouble
        draft = PatientDraft(first_name="Ada", last_name="-", receives_cancellation_emails=False)
        return Mapped(draft, (), () if self.setting is None else (Unmute(setting=self.setting),))


class Silencing(ScriptedSink):
    """A destination that says of a patient, or a draft, whether it is muted."""

    def silent(self, record: Any) -> Mapping[str, str]:
        """Says what is off."""
        off = record is not None and record.receives_cancellation_emails is False
        return {"cancellations": "receives_cancellation_emails"} if off else {}


@pytest.fixture
def muted(tmp_path: Path) -> tuple[Practice, ScriptedSink, str]:
    """Returns a source with a patient who was made muted, and to whom the setting could not be given back."""
    practice, sink = Practice(tmp_path), Silencing(finishing=refuse)
    ada = practice.patient()
    practice.run(sink, mapper=Muting())
    sink.finishing = None
    return practice, sink, ada


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("SMS", ["unmute:cancellations:SMS"]),
        ("EMAIL", ["unmute:cancellations:EMAIL"]),
        (None, []),
    ],
)
def test_who_was_made_muted_gets_what_the_source_says_by_now(
    muted: tuple[Practice, ScriptedSink, str], setting: str | None, expected: list[str]
) -> None:
    """Nothing where it says that nobody is to be written to; and then nothing is owed any more."""
    practice, sink, _ = muted

    assert practice.run(sink, mapper=Muting(setting)).ok
    assert expected == [name for _, _, name in sink.finished]


def test_who_is_not_mapped_any_more_gets_what_was_noted(muted: tuple[Practice, ScriptedSink, str]) -> None:
    """A mapper that leaves the patient out by now leaves nobody muted."""
    practice, sink, _ = muted
    report = practice.run(sink, mapper=Muting(trouble=Skip("left out by now")))

    assert report.ok
    assert ["unmute:cancellations:SMS"] == [name for _, _, name in sink.finished]


def test_who_is_gone_from_the_source_gets_what_was_noted(muted: tuple[Practice, ScriptedSink, str]) -> None:
    """Nothing says otherwise."""
    practice, sink, ada = muted
    practice.source.store.remove("patients", practice.source.store.at("patients", ada))

    assert practice.run(sink, mapper=Muting()).ok
    assert ["unmute:cancellations:SMS"] == [name for _, _, name in sink.finished]


def test_who_can_not_be_mapped_waits_for_the_setting(muted: tuple[Practice, ScriptedSink, str]) -> None:
    """It stays owed, with the reason, because nobody knows which one it is."""
    practice, sink, _ = muted
    events: list[Event] = []
    mapper = Muting(trouble=ConfigurationError("a mapper's own trouble"))
    report = practice.run(sink, mapper=mapper, on_event=events.append)

    assert [False] == [event.ok for event in events if isinstance(event, FollowUpDone)]
    assert ["unmute: a mapper's own trouble"] == [row.reason for row in report.set_aside]
    assert [] == sink.finished
    assert practice.run(sink, mapper=Muting()).ok
