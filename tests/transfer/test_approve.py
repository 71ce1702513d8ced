"""Asking before the first write."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clinikomigrate import Account, Blocked, ConfigurationError, Event, Plan
from clinikomigrate.errors import JournalForeign
from clinikomigrate.transfer.events import RecordSettled, RunFinished, RunStarted
from clinikomigrate.transfer.sqlite_journal import SQLiteJournal
from tests.end_to_end.accounts import Pair, pair_of
from tests.transfer.dict_sink import DictSink
from tests.transfer.practice import Practice, ScriptedSink


def yes(plan: Plan) -> bool:
    """Goes on."""
    return True


def no(plan: Plan) -> bool:
    """Doesn't."""
    return False


def noting(asked: list[Plan]) -> Callable[[Plan], bool]:
    """Returns a callable that keeps the plan that it is asked about, and goes on."""

    def approve(plan: Plan) -> bool:
        asked.append(plan)
        return True

    return approve


def writes(pair: Pair) -> int:
    """Counts the requests of both accounts that were more than reading."""
    return sum(request.method != "GET" for fake in (pair.source, pair.destination) for request in fake.log)


def test_a_run_that_is_approved_does_what_its_plan_says(tmp_path: Path) -> None:
    """The callable gets the plan before anything is written; the run then does just that, correctly, in one call."""
    asked: list[tuple[Plan, int]] = []

    def approve(plan: Plan) -> bool:
        asked.append((plan, writes(pair)))
        return plan.ok

    with pair_of(tmp_path, patients=8, seed=3) as pair:
        report = pair.transfer().run(approve=approve)
        ((plan, written),) = asked

    assert 0 == written
    assert report.ok
    assert report.kinds == plan.kinds
    assert set() == set(plan.losses) ^ set(report.losses)
    assert tuple(report.findings) == tuple(plan.findings)
    assert "Nothing differs from the plan: " in str(report)
    pair.check()


def test_a_plan_to_approve_is_the_plan(tmp_path: Path) -> None:
    """It is the same that plan() gives, requests and duration too; the run reads once more for it what is long."""
    asked: list[Plan] = []
    with pair_of(tmp_path, patients=8, seed=3) as pair:
        plan = pair.transfer().plan()
        report = pair.transfer().run(approve=noting(asked))

    assert plan == asked[0]
    assert report.requests > plan.requests


@pytest.mark.parametrize("answer", ["no", "yes", 1, None])
def test_only_true_is_a_yes(tmp_path: Path, answer: Any) -> None:
    """What somebody typed, or a function that forgets its return, approves of nothing."""
    practice = Practice(tmp_path)
    practice.patient("Ada")
    with practice.source.in_process():
        report = practice.transfer(DictSink()).run(approve=lambda plan: answer)

    assert "not approved" == report.stopped


def test_a_run_that_is_not_approved_writes_nothing(tmp_path: Path) -> None:
    """It says so, is not ok, leaves both accounts and the journal as they are, and a later run does everything."""
    with pair_of(tmp_path, patients=8, seed=3) as pair:
        before = pair.destination.snapshot()
        report = pair.transfer().run(approve=no)
        written, after = writes(pair), pair.destination.snapshot()
        journal = SQLiteJournal(pair.journal)
        journal.open()
        held = (journal.accounts(), journal.counts(), journal.losses())
        journal.close()
        later = pair.transfer().run()

    assert ("not approved", "The plan was not approved; nothing was written.", False) == (
        report.stopped,
        report.verdict,
        report.ok,
    )
    assert (0, before) == (written, after)
    assert (None, {}, []) == held
    assert {} == dict(report.kinds)
    assert report.findings
    assert "Planned and done" not in str(report)
    assert later.ok
    pair.check()


def test_a_run_that_is_not_approved_keeps_what_was_carried(tmp_path: Path) -> None:
    """After an interrupted run, turning down the plan for the rest loses nothing of what is known."""
    practice = Practice(tmp_path)
    for name in ("Ada", "Bo", "Cy"):
        practice.patient(name)
    sink = ScriptedSink(after=lambda draft: transfer.stop())
    sink.workers = 1
    transfer = practice.transfer(sink)
    with practice.source.in_process():
        transfer.run()
        sink.after = None
        turned_down = transfer.run(approve=no)
        done = transfer.run(approve=yes)

    assert {} == dict(turned_down.kinds)
    assert (1, 2) == (done.kinds["patients"].already, done.kinds["patients"].created)
    assert 3 == len(sink.records["patients"])


def test_an_error_of_the_callable_s_own_is_not_hidden(tmp_path: Path) -> None:
    """It comes out of run(), nothing was written, and the journal is free again."""

    def approve(plan: Plan) -> bool:
        raise LookupError("nobody is there to ask")

    with pair_of(tmp_path, patients=6) as pair:
        transfer = pair.transfer()
        with pytest.raises(LookupError, match="nobody is there"):
            transfer.run(approve=approve)
        written = writes(pair)
        later = transfer.run()

    assert 0 == written
    assert later.ok
    pair.check()


def test_ctrl_c_while_somebody_is_asked_ends_the_run_cleanly(tmp_path: Path) -> None:
    """As it does anywhere else: nothing was written, and the run can be called again."""

    def approve(plan: Plan) -> bool:
        raise KeyboardInterrupt

    practice = Practice(tmp_path)
    practice.patient()
    sink = DictSink()
    with practice.source.in_process():
        report = practice.transfer(sink).run(approve=approve)

    assert "asked to stop" == report.stopped
    assert {} == sink.records["patients"]


def test_a_stop_while_the_plan_is_made_ends_the_run_cleanly(tmp_path: Path) -> None:
    """Nobody is asked then."""
    practice = Practice(tmp_path)
    practice.patient()

    class Stopping(DictSink):
        """Stops the run when it is asked for its prices."""

        def cost(self, work: Any, *, change: bool = False) -> int:
            """Stops."""
            transfer.stop()
            return 1

    transfer = practice.transfer(Stopping())
    with practice.source.in_process():
        report = transfer.run(approve=lambda plan: pytest.fail("it was asked"))

    assert "asked to stop" == report.stopped


def test_nobody_is_asked_while_something_has_to_be_mended(tmp_path: Path) -> None:
    """With a blocker the run raises Blocked, as without approve."""
    with pair_of(tmp_path, patients=6) as pair:
        transfer = pair.transfer()
        pair.destination.faults.add("401", when=lambda request: request.path == "/v1/user", every=1)
        with pytest.raises(Blocked, match="Nothing was written"):
            transfer.run(approve=lambda plan: pytest.fail("it was asked"))


def test_nobody_is_asked_with_a_journal_of_other_accounts(tmp_path: Path) -> None:
    """Such a journal is refused before the source is read through for a plan."""

    class ElsewhereSink(DictSink):
        """Another dictionary."""

        def account(self) -> Account:
            """Returns the other account."""
            return Account("elsewhere", "Another dictionary")

    practice = Practice(tmp_path)
    practice.patient()
    practice.run(DictSink())
    with practice.source.in_process(), pytest.raises(JournalForeign):
        practice.transfer(ElsewhereSink()).run(approve=lambda plan: pytest.fail("it was asked"))


def test_whoever_listens_hears_of_the_run_only(tmp_path: Path) -> None:
    """While the plan is made nothing is told, so that no record is counted twice."""
    practice = Practice(tmp_path)
    practice.alert(practice.patient())
    told: list[Event] = []
    before: list[int] = []

    def approve(plan: Plan) -> bool:
        before.append(len(told))
        return True

    with practice.source.in_process():
        practice.transfer(DictSink()).run(approve=approve, on_event=told.append)

    assert [0] == before
    assert isinstance(told[0], RunStarted)
    assert isinstance(told[-1], RunFinished)
    assert 2 == sum(isinstance(each, RecordSettled) for each in told)


def test_a_plan_of_what_failed_is_of_that_alone(tmp_path: Path) -> None:
    """With only_failed the plan to approve is of those records; it isn't kept to compare whole runs with."""
    practice = Practice(tmp_path)
    for name in ("Ada", "Bo"):
        practice.patient(name)
    asked: list[Plan] = []

    def refuse(draft: Any) -> None:
        if draft.first_name == "Bo":
            raise ConfigurationError("Bo is odd.")

    sink = ScriptedSink(before=refuse)
    sink.workers = 1
    practice.run(sink)
    practice.patient("Cy")
    with practice.source.in_process():
        sink.before = None
        report = practice.transfer(sink).run(approve=noting(asked), only_failed=True)

    assert 1 == asked[0].kinds["patients"].created
    assert 1 == asked[0].kinds["patients"].found
    assert () == tuple(asked[0].left_out)
    assert report.planned is None
