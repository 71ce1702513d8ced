"""What a run would do, known beforehand."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import attrs
import pytest

from clinikomigrate import Blocked, ConfigurationError, Finding, Level, Plan
from clinikomigrate.transfer.plan import Match, duration
from clinikomigrate.transfer.report import Report
from clinikomigrate.transfer.summary import LossCount
from clinikomigrate.transfer.tally import Count
from tests.end_to_end.accounts import Pair, pair_of
from tests.transfer.dict_sink import DictMapper, DictSink
from tests.transfer.practice import Practice, ScriptedSink

SEEDS = range(10)


@pytest.fixture
def plan() -> Plan:
    """Returns a plan by which all goes well."""
    return Plan(
        kinds={"patients": Count(found=4, selected=3, created=2, adopted=1)},
        losses=(LossCount("patients", "gender", "<no home>", 2),),
        set_aside=0,
        by_hand=("Weekly roster of Amy Ng",),
        matches=(Match("businesses", "Old rooms", "Northside"),),
        findings=(Finding(Level.WARNING, "slow", "It is slow.", "Bring time."),),
        source_requests=10,
        destination_requests=20,
        seconds=7200.0,
        shortest=6000.0,
        longest=9000.0,
    )


def with_aside(plan: Plan) -> Plan:
    """Returns the same with a record that could not go."""
    return attrs.evolve(plan, set_aside=1)


# How it looks.


def test_the_verdict_is_one_sentence(plan: Plan) -> None:
    """It says how many records would be made and adopted, what would be lost, and how long it would take."""
    verdict = "2 records would be made and 1 adopted, with 2 losses, in about 2.0 h (1.7 h to 2.5 h)."

    assert verdict == plan.verdict
    assert f"<Plan: {verdict}>" == repr(plan)
    assert plan.ok
    assert f"{verdict} 1 records could not go." == with_aside(plan).verdict
    assert not with_aside(plan).ok


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (89.4, "89 s"), (90, "2 min"), (5399, "90 min"), (5400, "1.5 h"), (100_000, "27.8 h")],
)
def test_lengths_of_time_are_in_people_s_units(seconds: float, words: str) -> None:
    """Seconds, minutes or hours, whichever reads best."""
    assert words == duration(seconds)


def test_plain_data(plan: Plan) -> None:
    """to_dict() has counts by kind, requests, seconds and the verdict, as every result has."""
    data = plan.to_dict()

    assert {"kinds", "requests", "seconds", "verdict"} == set(data)
    assert (30, 7200.0, plan.verdict) == (data["requests"], data["seconds"], data["verdict"])
    assert (3, 2) == (data["kinds"]["patients"]["selected"], data["kinds"]["patients"]["losses"])


def test_what_to_do_by_hand_is_said_before_and_after(plan: Plan) -> None:
    """Findings' remedies come before the run; what no interface takes, and revoking the keys, after it."""
    assert ("Bring time.",) == plan.before
    assert ("Weekly roster of Amy Ng", "Revoke both API keys.") == plan.after


def test_text_and_html(plan: Plan) -> None:
    """Both show counts, losses, what was matched and what to do; HTML is escaped."""
    text, page = str(plan), plan._repr_html_()

    for shown in ("Old rooms", "Northside", "Bring time.", "Weekly roster of Amy Ng", "Revoke both API keys."):
        assert shown in text
        assert shown in page
    assert "10 requests to the source, 20 to the destination." in text
    assert text.endswith(plan.verdict)
    assert "<no home>" in text
    assert "&lt;no home&gt;" in page


# A plan of a clinic.


def planned_and_run(pair: Pair, **settings: Any) -> tuple[Plan, Report]:
    """Plans a transfer, then runs it."""
    return pair.transfer(**settings).plan(), pair.transfer(**settings).run()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_plan_counts_what_a_run_then_does(tmp_path: Path, seed: int) -> None:
    """Where nothing changes in between, a plan has the same counts by kind as the report of the run."""
    with pair_of(tmp_path, patients=8, seed=seed) as pair:
        plan, report = planned_and_run(pair)

    assert report.kinds == plan.kinds
    assert (report.ok, len(report.set_aside)) == (plan.ok, plan.set_aside)
    assert tuple(report.by_hand) == tuple(plan.by_hand)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_plan_lists_what_a_run_then_loses(tmp_path: Path, seed: int) -> None:
    """Where nothing changes in between, a plan lists the same losses as the report of the run."""
    with pair_of(tmp_path, patients=8, seed=seed) as pair:
        plan, report = planned_and_run(pair)

    assert set() == set(plan.losses) ^ set(report.losses)


def test_a_plan_knows_how_long_a_run_takes(tmp_path: Path) -> None:
    """The expected duration is within 5 % of what the run then takes at the accounts' rate limits."""
    with pair_of(tmp_path, patients=60, seed=1) as pair:
        plan, report = planned_and_run(pair)

    assert pytest.approx(report.seconds, rel=0.05) == plan.seconds
    assert plan.shortest <= plan.seconds <= plan.longest
    assert pytest.approx(report.requests, rel=0.05) == plan.requests


def test_a_plan_writes_nothing_and_needs_no_journal(tmp_path: Path) -> None:
    """Both accounts are only read, no file is left, and with a file name for a journal none is made."""
    with pair_of(tmp_path, patients=6) as pair:
        before = pair.destination.snapshot()
        first = pair.transfer().plan()
        second = pair.transfer().plan()
        writes = [each.path for fake in (pair.source, pair.destination) for each in fake.log if each.method != "GET"]

    assert [] == writes
    assert before == pair.destination.snapshot()
    assert [] == list(tmp_path.iterdir())
    assert (first.kinds, first.losses, first.requests) == (second.kinds, second.losses, second.requests)


def test_a_plan_after_a_run_has_nothing_left_to_do(tmp_path: Path) -> None:
    """With the journal of a finished run all counts as there already, and the journal is not changed."""
    with pair_of(tmp_path, patients=6) as pair:
        pair.transfer().run()
        mode, held = stat.S_IMODE(pair.journal.stat().st_mode), dict(pair.transfer().identities("patients"))
        plan = pair.transfer().plan()
        again = pair.transfer().run()

    assert again.kinds == plan.kinds
    assert 0 == sum(count.created + count.adopted for count in plan.kinds.values())
    assert (mode, held) == (0o600, dict(pair.transfer().identities("patients")))


def test_a_plan_after_an_interrupted_run_counts_the_rest(tmp_path: Path) -> None:
    """What an earlier run had carried counts as there, the rest as to be made; also what is owed is foreseen."""
    practice = Practice(tmp_path)
    for name in ("Ada", "Bo", "Cy"):
        practice.alert(practice.patient(name, archived_at="2024-01-01T00:00:00Z"))
    sink = ScriptedSink()
    sink.workers = 1
    transfer = practice.transfer(sink)

    def stop(draft: Any) -> None:
        transfer.stop()

    sink.after = stop
    with practice.source.in_process():
        transfer.run()
        plan = practice.transfer(sink).plan()

    assert Count(found=3, selected=3, created=2, already=1) == plan.kinds["patients"]
    assert 3 == plan.kinds["medical_alerts"].created
    assert (1, 1) == (len(sink.records["patients"]), len(sink.attempts))


def test_a_plan_of_what_was_left_unfinished_counts_all_that_is_owed(tmp_path: Path) -> None:
    """Records that are there but owe follow-ups of several stages cost these requests still."""
    with pair_of(tmp_path, patients=8, seed=3) as pair:
        pair.destination.faults.add(
            "403", when=lambda each: each.method == "PATCH" or each.path.endswith(("/cancel", "/archive")), every=1
        )
        pair.transfer().run()
        pair.destination.faults.clear()
        plan, report = planned_and_run(pair)

    assert report.kinds == plan.kinds
    assert pytest.approx(report.requests, rel=0.1) == plan.requests


def test_a_plan_says_what_could_not_go(tmp_path: Path) -> None:
    """A record that the mapper refuses is counted as one that could not go, with what needs it."""

    class Strict(DictMapper):
        """Refuses everybody."""

        def patient(self, patient: Any, context: Any) -> Any:
            """Refuses."""
            raise ConfigurationError("Nobody goes.")

    practice = Practice(tmp_path)
    practice.alert(practice.patient())
    with practice.source.in_process():
        plan = practice.transfer(DictSink(), mapper=Strict()).plan()

    assert 2 == plan.set_aside
    assert not plan.ok
    assert "2 records could not go." in plan.verdict


def test_a_plan_of_what_may_not_be_read_is_not_taken_for_whole(tmp_path: Path) -> None:
    """When a list can't be read there is no plan, and the reason is said."""
    practice = Practice(tmp_path)
    practice.alert(practice.patient())
    with practice.failing("403", "/medical_alerts"), practice.source.in_process():
        transfer = practice.transfer(DictSink())
        with pytest.raises(Blocked, match="medical_alerts could not be read"):
            transfer.plan()
