"""The progress bar, drawn into a text."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from io import StringIO

import pytest

from clinikomigrate.errors import ConfigurationError
from clinikomigrate.notebook import ProgressBar
from clinikomigrate.transfer.events import (
    Event,
    FollowUpDone,
    KindFinished,
    KindStarted,
    RecordSettled,
    RunFinished,
    RunStarted,
    StageStarted,
    Waiting,
)
from clinikomigrate.transfer.journal import State

DONE = RunFinished("All is well.")


def settled(kind: str, count: int) -> list[Event]:
    """Some records of a kind that arrived."""
    return [RecordSettled(kind, str(number), State.CREATED) for number in range(count)]


def drawn(events: Iterable[Event]) -> list[str]:
    """What a bar wrote while it was told of events: each state that it showed, without the bar itself and the time."""
    text = StringIO()
    with ProgressBar(text) as bar:
        for event in events:
            bar(event)
    return [plain(state) for state in text.getvalue().replace("\n", "\r").split("\r") if state.strip()]


def plain(state: str) -> str:
    """One state without what depends on the terminal: `100% 3/3 done`."""
    share, _, rest = state.partition("|")
    numbers = rest.rpartition("|")[2].rpartition("[")[0]
    return f"{share.strip()} {numbers.strip()}"


def test_ends_full() -> None:
    """When all records of all kinds are settled, the bar is at its end and says so."""
    events = [RunStarted(("taxes", "patients")), KindStarted("taxes", 1), *settled("taxes", 1), KindFinished("taxes")]
    events += [KindStarted("patients", 2), *settled("patients", 2), KindFinished("patients"), DONE]

    assert "100% 3/3 done" == drawn(events)[-1]


def test_counts_kinds_side_by_side() -> None:
    """Kinds at work at the same time share the bar: it names the largest, and how many more there are."""
    events: list[Event] = [KindStarted("taxes", 1), KindStarted("medical_alerts", 6), KindStarted("products", 3)]
    events += [*settled("taxes", 1), *settled("medical_alerts", 1)]

    assert "20% 2/10 medical alerts +2" == drawn(events)[-1]


def test_says_what_it_waits_for() -> None:
    """A lost connection is shown at once, and no longer once records arrive again."""
    events = [KindStarted("patients", 10), Waiting(5.0, "TimedOut")]

    assert "0% 0/10 waiting 5 s (TimedOut)" in drawn(events)
    assert "10% 1/10 patients" == drawn([*events, *settled("patients", 1)])[-1]


def test_takes_back_what_did_not_come() -> None:
    """Records that a filter leaves out, or that are counted only, don't keep the bar from its end."""
    events = [KindStarted("patients", 10), *settled("patients", 4), KindFinished("patients")]
    events += [KindStarted("invoices", 50), KindFinished("invoices"), DONE]

    assert "100% 4/4 done" == drawn(events)[-1]


def test_grows_with_what_came_unexpected() -> None:
    """A record that was added to the source meanwhile makes the total larger."""
    events = [KindStarted("patients", 1), *settled("patients", 3), *settled("contacts", 1), KindFinished("patients")]

    assert "100% 4/4 done" == drawn([*events, KindFinished("contacts"), DONE])[-1]


def test_counts_follow_ups() -> None:
    """The finishing pass adds what is owed, stage by stage."""
    events = [StageStarted("link", 3), FollowUpDone("patient_cases", "1", "link")]
    events += [StageStarted("archive", 2), *[FollowUpDone("patients", "1", "archive")] * 2]

    assert "100% 3/3 done" == drawn([*events, DONE])[-1]


def test_says_when_a_run_ended_early() -> None:
    """A run that was stopped leaves the bar where it was."""
    events = [KindStarted("patients", 4), *settled("patients", 1), RunFinished("Stopped early.")]

    assert "25% 1/4 ended early" == drawn(events)[-1]


def test_shows_a_run_with_nothing_to_do() -> None:
    """A run without records ends at the bar's end too."""
    assert "100% 0/0 done" == drawn([RunStarted(()), DONE])[-1]


def test_draws_seldom() -> None:
    """A thousand records in no time are not a thousand drawings: that would flicker, and slow the run."""
    events = [KindStarted("patients", 1000), *settled("patients", 1000), KindFinished("patients"), DONE]

    assert len(drawn(events)) < 100


def test_takes_one_run_after_another() -> None:
    """Each run has a line of its own, beginning at nothing."""
    run = [RunStarted(("patients",)), KindStarted("patients", 2), *settled("patients", 2)]
    run += [KindFinished("patients"), DONE]
    text = StringIO()
    with ProgressBar(text) as bar:
        for event in [*run, *run]:
            bar(event)

    assert 2 == text.getvalue().count("\n")
    assert "4/4" not in text.getvalue()


def test_draws_nothing_before_the_first_event() -> None:
    """A run that is refused leaves no empty bar behind."""
    assert [] == drawn([])


def test_needs_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without tqdm the error names what to install."""
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)

    with pytest.raises(ConfigurationError, match=r"pip install 'clinikomigrate\[progress\]'"):
        ProgressBar()
