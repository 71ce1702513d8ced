"""A record whose write has an unknown fate, and that says something else when it is looked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import attrs
import pytest

from clinikomigrate import Context, Everything, Made, Mapped, Report, Skip
from clinikomigrate.cliniko.models import Patient, PatientDraft
from clinikomigrate.errors import Error, NotFound, Unauthorized, Unprocessable
from clinikomigrate.transfer.carry import CHANGED
from clinikomigrate.transfer.scope import Scope
from clinikomigrate.transfer.sink import Wanted
from clinikomigrate.transfer.sqlite_journal import SQLiteJournal
from tests.transfer.dict_sink import DictMapper
from tests.transfer.practice import Practice, ScriptedSink, aside, names
from tests.transfer.test_late_requests import Killed


class WideSink(ScriptedSink):
    """A dictionary that can give all that was made of a kind.

    Attributes:
        trouble: What goes wrong when it is asked.
    """

    trouble: Error | None = None

    def find_changed(self, draft: Any, since: datetime | None) -> Sequence[str]:
        """Gives all ids of a kind."""
        if self.trouble is not None:
            raise self.trouble
        return list(self.records[draft.kind])


def die(_: Any) -> None:
    """Ends the process."""
    raise Killed


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    """Returns a source with a patient."""
    practice = Practice(tmp_path)
    practice.patient()
    return practice


def rename(practice: Practice, name: str) -> str:
    """Gives the source's last patient another first name, and returns the id."""
    *_, row = practice.source.store.all("patients")
    practice.source.store.change("patients", row, first_name=name)
    return str(row["id"])


def killed(practice: Practice, sink: ScriptedSink, *, before: bool = False) -> None:
    """Runs a transfer whose process dies when the patient is about to be made, or just after."""
    sink.before, sink.after = (die, None) if before else (None, die)
    with pytest.raises(Killed):
        practice.run(sink)
    sink.before = sink.after = None


def test_what_was_changed_while_in_doubt_is_not_sent_beside_what_it_was(practice: Practice) -> None:
    """The copy of how it was may be there: it is named, nothing is sent, and once it is gone the record goes."""
    sink = WideSink()
    killed(practice, sink)
    patient = rename(practice, "Bea")
    first, second = practice.run(sink), practice.run(sink, only_failed=True)

    for report in (first, second):
        assert ("conflict", CHANGED.format("1")) == (
            aside(report)["patients", patient].state,
            aside(report)["patients", patient].reason,
        )
    assert ["Ada"] == names(sink)

    del sink.records["patients"]["1"]
    third = practice.run(sink)

    assert third.ok
    assert ["Bea"] == names(sink)


def test_taking_the_change_back_settles_it(practice: Practice) -> None:
    """With the source's record as it was, its copy is found."""
    sink = WideSink()
    killed(practice, sink)
    rename(practice, "Bea")
    first = practice.run(sink)
    rename(practice, "Ada")
    second = practice.run(sink)

    assert not first.ok
    assert second.ok
    assert ["Ada"] == names(sink)
    assert 1 == len(sink.attempts)


def test_what_was_changed_and_never_arrived_is_sent(practice: Practice) -> None:
    """Where nothing was made since, the record goes as it is now."""
    sink = WideSink()
    killed(practice, sink, before=True)
    rename(practice, "Bea")

    assert practice.run(sink).ok
    assert ["Bea"] == names(sink)


def test_what_stands_for_another_record_is_not_what_it_was(tmp_path: Path) -> None:
    """A record that the journal knows as somebody else's copy is no candidate."""
    practice, sink = Practice(tmp_path), WideSink()
    practice.patient("Carl")
    practice.run(sink)
    practice.patient("Ada")
    killed(practice, sink, before=True)
    rename(practice, "Bea")

    assert practice.run(sink).ok
    assert ["Bea", "Carl"] == names(sink)


def test_a_sink_that_cannot_give_all_has_it_sent(practice: Practice) -> None:
    """A sink that finds only what says the same has the record sent as it is now."""
    sink = ScriptedSink()
    killed(practice, sink, before=True)
    rename(practice, "Bea")

    assert practice.run(sink).ok
    assert ["Bea"] == names(sink)


class Nobody(Everything):
    """Chooses nobody."""

    def keeps(self, record: object, scope: Scope) -> bool:
        """Leaves a record behind."""
        return False


def test_a_sink_that_cannot_give_all_has_a_person_look_for_what_is_not_chosen(practice: Practice) -> None:
    """What changed and is not chosen any more is neither sent nor said to have never arrived."""
    sink = ScriptedSink()
    killed(practice, sink)
    patient = rename(practice, "Bea")
    report = practice.run(sink, filter=Nobody())
    rename(practice, "Ada")
    settled = practice.run(sink, filter=Nobody())

    assert "in doubt" == aside(report)["patients", patient].state
    assert "does not choose it any more, so that no run looks for it" in aside(report)["patients", patient].reason
    assert settled.ok
    assert 1 == settled.kinds["patients"].created == len(sink.attempts)


def test_while_it_cannot_be_asked_it_stays_in_doubt(practice: Practice) -> None:
    """When the search fails, nothing is sent, and the next run searches again by the same mark."""
    sink = WideSink()
    sink.trouble = NotFound(status=404, method="GET", path="/patients")
    killed(practice, sink)
    patient = rename(practice, "Bea")
    first = practice.run(sink)
    sink.trouble = None
    second: Report = practice.run(sink)

    assert "in doubt" == aside(first)["patients", patient].state
    assert "conflict" == aside(second)["patients", patient].state
    assert ["Ada"] == names(sink)


class NamingSink(ScriptedSink):
    """A dictionary that looks patients up by their first names, as the API does by a few of their attributes.

    Attributes:
        refusal: What it says of changes.
    """

    refusal: BaseException | None = None

    def find(self, draft: Any, since: datetime | None) -> Sequence[str]:
        """Gives those of the same name."""
        return [id for id, record in self.records[draft.kind].items() if record.first_name == draft.first_name]

    def update(self, id: str, draft: Any, record: Any = None) -> None:
        """Keeps the draft instead."""
        if self.refusal is not None:
            raise self.refusal
        self.records[draft.kind][id] = draft


def born(practice: Practice, day: str) -> str:
    """Gives the source's patient a birth date, and returns the id."""
    (row,) = practice.source.store.all("patients")
    practice.source.store.change("patients", row, date_of_birth=day)
    return str(row["id"])


def test_what_is_found_as_it_was_is_brought_up_to_date(practice: Practice) -> None:
    """A copy that is found although the record has changed since gets the change at once, and is not made again."""
    sink = NamingSink()
    killed(practice, sink)
    born(practice, "1980-02-03")
    report = practice.run(sink)

    assert report.ok
    assert [date(1980, 2, 3)] == [record.date_of_birth for record in sink.records["patients"].values()]
    assert 1 == len(sink.attempts)


def test_what_can_not_be_brought_up_to_date_is_said_until_it_can(practice: Practice) -> None:
    """When the destination refuses the change, the record is there as it was, and a later run brings it over."""
    sink = NamingSink()
    sink.refusal = Unprocessable(status=422, method="PATCH", path="/patients/{id}", fields={"date_of_birth": "is bad"})
    killed(practice, sink)
    patient = born(practice, "1980-02-03")
    first = practice.run(sink)
    sink.refusal = None
    second = practice.run(sink)

    assert "the destination refused it: date_of_birth" in aside(first)["patients", patient].reason
    assert second.ok
    assert [date(1980, 2, 3)] == [record.date_of_birth for record in sink.records["patients"].values()]
    assert 1 == len(sink.attempts)


class ReadingSink(NamingSink):
    """Gives what it holds, too, and compares it."""

    def read(self, kind: str, ids: Sequence[str], *, hidden: bool = False) -> Iterable[tuple[str, Any]]:
        """Gives what there is."""
        return [(id, self.records[kind][id]) for id in ids]

    def compare(self, wanted: Wanted, record: Any) -> Sequence[str]:
        """Says whether there is another birth date."""
        return [] if wanted.draft.date_of_birth == record.date_of_birth else ["date_of_birth"]


def test_what_somebody_has_brought_up_to_date_is_left_so(practice: Practice) -> None:
    """A copy that says by now what the source says is taken as it is."""
    sink = ReadingSink()
    killed(practice, sink)
    born(practice, "1980-02-03")
    ((id, made),) = sink.records["patients"].items()
    sink.records["patients"][id] = attrs.evolve(made, date_of_birth=date(1980, 2, 3))
    sink.refusal = AssertionError("nothing is to be changed")
    report = practice.run(sink)

    assert report.ok
    assert 1 == report.kinds["patients"].created == len(sink.attempts)


class Recognising(WideSink):
    """Finds its only patient whatever the draft says, as by a mark, and can change it.

    Attributes:
        problem: What a change fails with, if with anything.
    """

    problem: Error | None = None

    def find(self, draft: Any, since: datetime | None) -> Sequence[str]:
        """Finds what there is."""
        return list(self.records[draft.kind])

    def update(self, id: str, draft: Any, record: Any = None) -> Made | None:
        """Changes it."""
        if self.problem is not None:
            raise self.problem
        self.records[draft.kind][id] = draft
        return None


def test_a_copy_that_is_recognised_is_brought_up_to_date(practice: Practice) -> None:
    """What was found as it was when its write was in doubt is changed to what the source says now, once."""
    sink = Recognising()
    killed(practice, sink)
    rename(practice, "Bea")
    report = practice.run(sink)
    attempts = len(sink.attempts)
    again = practice.run(sink)

    assert report.ok
    assert (1, 0) == (report.kinds["patients"].created, again.kinds["patients"].updated)
    assert ["Bea"] == names(sink)
    assert attempts == len(sink.attempts)


def test_a_copy_that_can_t_be_brought_up_to_date_yet(practice: Practice) -> None:
    """It is said, and the next run sees the change all the same."""
    sink = Recognising()
    killed(practice, sink)
    id = rename(practice, "Bea")
    sink.problem = Unprocessable(status=422, method="PATCH", path="/patients/{id}")
    report = practice.run(sink)
    sink.problem = None
    before = names(sink)
    again = practice.run(sink)

    assert "refused it" in aside(report)["patients", id].reason
    assert ["Ada"] == before
    assert again.ok
    assert ["Bea"] == names(sink)


def test_a_key_that_is_revoked_meanwhile(practice: Practice) -> None:
    """The run ends; the record is known, and the next run sees the change."""
    sink = Recognising()
    killed(practice, sink)
    rename(practice, "Bea")
    sink.problem = Unauthorized(status=401, method="PATCH", path="/patients/{id}")
    report = practice.run(sink)
    sink.problem = None

    assert "no longer accepted" in str(report.stopped)
    assert practice.run(sink).ok
    assert ["Bea"] == names(sink)


def test_a_process_that_dies_before_it_is_brought_up_to_date(practice: Practice) -> None:
    """The journal names the record as unfinished, so that the next run looks at it whatever it reads of the list."""
    sink = NamingSink()
    killed(practice, sink)
    patient = born(practice, "1980-02-03")
    sink.refusal = Killed()
    with pytest.raises(Killed):
        practice.run(sink)
    journal = SQLiteJournal(practice.journal)
    journal.open()
    named = list(journal.unfinished("patients", ()))
    journal.close()
    sink.refusal = None
    report = practice.run(sink)

    assert [patient] == named
    assert report.ok
    assert [date(1980, 2, 3)] == [record.date_of_birth for record in sink.records["patients"].values()]


class Timeless(Recognising):
    """Has a clock."""

    def server_now(self) -> datetime:
        """Gives any time."""
        return datetime(2030, 1, 1, tzinfo=UTC)


def test_a_sink_that_cannot_look_without_a_draft_has_a_person_look(practice: Practice) -> None:
    """What a mapper leaves out by now stays in doubt, and is found when it goes again."""

    class Skipping(DictMapper):
        """Leaves patients out."""

        def patient(self, patient: Patient, context: Context) -> Mapped[PatientDraft] | Skip:
            """Leaves a patient out."""
            return Skip("nobody goes")

    sink = Timeless()
    killed(practice, sink)
    (row,) = practice.source.store.all("patients")
    report = practice.run(sink, mapper=Skipping())

    assert "in doubt" == aside(report)["patients", str(row["id"])].state
    assert "nobody goes, so that no run looks for it" in aside(report)["patients", str(row["id"])].reason
    assert practice.run(sink).ok
    assert 1 == len(sink.attempts)
