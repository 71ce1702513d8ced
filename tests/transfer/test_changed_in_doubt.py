"""A record whose write has an unknown fate, and that says something else when it is looked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from clinikomigrate import Report
from clinikomigrate.errors import Error, NotFound
from clinikomigrate.transfer.carry import CHANGED
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
