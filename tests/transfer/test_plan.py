"""What a run would do, known beforehand."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import pytest

from clinikomigrate import (
    Account,
    Active,
    Blocked,
    ByBusiness,
    ByPatient,
    ByPractitioner,
    ClinikoSink,
    ConfigurationError,
    Everything,
    Filter,
    Finding,
    Level,
    Plan,
    SeenSince,
    Since,
    Transfer,
)
from clinikomigrate.errors import JournalForeign
from clinikomigrate.testing.log import LoggedRequest
from clinikomigrate.transfer.left_out import LeftOut
from clinikomigrate.transfer.plan import Match
from clinikomigrate.transfer.report import Report
from clinikomigrate.transfer.sqlite_journal import SQLiteJournal
from clinikomigrate.transfer.summary import LossCount
from clinikomigrate.transfer.tally import Count
from tests.end_to_end.accounts import Pair, client, pair_of
from tests.fair_clock import FairClock
from tests.transfer.dict_sink import DictMapper, DictSink
from tests.transfer.practice import Practice, ScriptedSink
from tests.traps.clinic import Clinic

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
        left_out=(LeftOut("patients", "<merged>", 1),),
        could_not_go=(LeftOut("patients", "it was refused", 2),),
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
    assert f"{verdict} 1 record could not go." == with_aside(plan).verdict
    assert f"{verdict} 1 record would be unfinished." == attrs.evolve(with_aside(plan), unfinished=1).verdict
    assert f"{verdict} 2 records could not go and 1 would be unfinished." == (
        attrs.evolve(plan, set_aside=3, unfinished=1).verdict
    )
    less = attrs.evolve(plan, losses=(LossCount("recalls", "record", "no place for them", 2),))
    assert f"{verdict[:-1]}; 2 records stay behind (2 recalls)." == less.verdict
    assert not with_aside(plan).ok


def test_plain_data(plan: Plan) -> None:
    """to_dict() has counts by kind, requests, seconds and the verdict, as every result has."""
    data = plan.to_dict()

    assert {"kinds", "requests", "seconds", "verdict"} == set(data)
    assert (30, 7200.0, plan.verdict) == (data["requests"], data["seconds"], data["verdict"])
    assert (3, 2) == (data["kinds"]["patients"]["selected"], data["kinds"]["patients"]["losses"])


def test_a_plan_is_written_as_csv(plan: Plan, tmp_path: Path) -> None:
    """Files that only their owner can read; without other ways there is no file of them, and no table."""
    plan.to_csv(tmp_path / "plan")
    files = sorted((tmp_path / "plan").iterdir())
    names = ["could_not_go", "counts", "left_out", "losses", "matched", "to_do"]

    assert names == [file.stem for file in files]
    assert {0o600} == {stat.S_IMODE(file.stat().st_mode) for file in files}
    assert "businesses,Old rooms,Northside" in (tmp_path / "plan" / "matched.csv").read_text("utf-8")
    assert "before,It is slow. Bring time." in (tmp_path / "plan" / "to_do.csv").read_text("utf-8")
    assert plan.ways is None


def test_what_to_do_by_hand_is_said_before_and_after(plan: Plan) -> None:
    """What findings ask for comes before the run; what no interface takes, and revoking the keys, after it."""
    owing = attrs.evolve(plan, open_invoices=3)

    assert ("It is slow. Bring time.",) == plan.before
    assert (
        "Enter in the destination what is listed under 'To enter by hand' (1 line).",
        "Revoke both API keys, and any others that were made for this transfer.",
    ) == plan.after
    assert "opening balances" in owing.after[1]
    assert owing.after[-1] == plan.after[-1]


def test_what_blocks_is_said_first(plan: Plan) -> None:
    """A plan with a blocker is not ok, and says so before anything else."""
    blocked = attrs.evolve(plan, findings=(*plan.findings, Finding(Level.BLOCKER, "shut", "It is shut.", "Open it.")))

    assert not blocked.ok
    assert blocked.verdict == f"1 blocker to be mended first. {plan.verdict}"
    assert blocked.before[0] == "Before anything can be written: It is shut. Open it."


def test_text_and_html(plan: Plan) -> None:
    """Both show counts, losses, what was matched and what to do; HTML is escaped."""
    text, page = str(plan), plan._repr_html_()

    for shown in ("Old rooms", "Northside", "Bring time.", "Weekly roster of Amy Ng", "Revoke both API keys"):
        assert shown in text
        assert shown in page
    assert "10 requests to the source, 20 to the destination." in text
    assert "10 requests to the source, 20 to the destination." in page
    assert "Left out:\n  kind      reason    records\n  patients  <merged>        1" in text
    assert "Could not go:\n  kind      reason          records\n  patients  it was refused        2" in text
    assert "&lt;merged&gt;" in page
    assert "<merged>" not in page
    assert text.endswith(plan.verdict)
    assert "<no home>" in text
    assert "&lt;no home&gt;" in page


# A plan of a clinic.


class ElsewhereSink(DictSink):
    """Another dictionary than the usual one."""

    def account(self) -> Account:
        """Returns the other account."""
        return Account("elsewhere", "Another dictionary")


@contextmanager
def opened(journal: SQLiteJournal) -> Iterator[None]:
    """Opens a journal for a while."""
    journal.open()
    try:
        yield
    finally:
        journal.close()


def is_shown(kind: str, row: dict[str, Any]) -> bool:
    """Says whether a list shows a row; archived suppliers of products no filter brings to light."""
    return kind != "product_suppliers" or row["archived_at"] is None


def per_page(request: LoggedRequest) -> int:
    """Returns how many records of a list were asked for."""
    return int(dict(request.query).get("per_page", "50"))


def planned_and_run(pair: Pair, **settings: Any) -> tuple[Plan, Report]:
    """Plans a transfer, then runs it."""
    return pair.transfer(**settings).plan(), pair.transfer(**settings).run()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_plan_tells_what_a_run_then_does(tmp_path: Path, seed: int) -> None:
    """Where nothing changes in between, a plan has the same counts by kind and the same losses as the run."""
    with pair_of(tmp_path, patients=8, seed=seed) as pair:
        plan, report = planned_and_run(pair)

    assert report.kinds == plan.kinds
    assert set() == set(plan.losses) ^ set(report.losses)
    assert (report.ok, len(report.set_aside)) == (plan.ok, plan.set_aside)
    assert tuple(report.by_hand) == tuple(plan.by_hand)
    assert tuple(report.left_out) == tuple(plan.left_out)
    assert report.open_invoices == plan.open_invoices
    assert report.to_do == plan.after
    assert "Nothing differs from the plan: " in str(report)


def test_a_plan_knows_how_long_a_run_takes(tmp_path: Path) -> None:
    """The expected duration is within 5 % of what the run then takes."""
    with pair_of(tmp_path, patients=60, seed=1, clock=FairClock()) as pair:
        plan, report = planned_and_run(pair)

    assert pytest.approx(report.seconds, rel=0.05) == plan.seconds
    assert plan.shortest <= plan.seconds <= plan.longest
    assert pytest.approx(report.requests, rel=0.05) == plan.requests


@pytest.mark.parametrize(
    ("seed", "patients", "filter"),
    [
        (1, 15, Everything()),
        (3, 30, ByBusiness("Northside Physio & Co.")),
        (4, 30, ByPractitioner("Amy Ng") & SeenSince(date(2024, 1, 1))),
        (8, 30, Since(date(2024, 6, 1)) & Active()),
    ],
)
def test_a_plan_knows_how_long_a_small_run_takes(tmp_path: Path, seed: int, patients: int, filter: Filter) -> None:
    """Where little goes, what is read beforehand weighs most: nothing is written beside it."""
    with pair_of(tmp_path, patients=patients, seed=seed, clock=FairClock()) as pair:
        plan, report = planned_and_run(pair, filter=filter)

    assert pytest.approx(report.seconds, rel=0.05) == plan.seconds
    assert pytest.approx(report.requests, rel=0.05) == plan.requests


@pytest.mark.parametrize("authors", [("Björn Þórsson", "Dana בן־דוד"), ("Björn Þórsson",)])
def test_a_plan_knows_how_long_a_run_takes_with_authors_keys(tmp_path: Path, authors: tuple[str, ...]) -> None:
    """Each author's key has an allowance of its own: their notes go beside those of others, and that is foreseen."""
    with pair_of(tmp_path, patients=30, seed=1, clock=FairClock()) as pair:
        alone = pair.transfer().plan()
        plan, report = planned_and_run(pair, authors=authors)

    assert pytest.approx(report.seconds, rel=0.05) == plan.seconds
    assert pytest.approx(report.requests, rel=0.05) == plan.requests
    assert plan.seconds < alone.seconds
    assert plan.requests > alone.requests
    assert set(report.losses) == set(plan.losses)
    assert report.kinds == plan.kinds


def test_a_plan_writes_nothing_and_needs_no_journal(tmp_path: Path) -> None:
    """Both accounts are only read, and without a journal no file is left."""
    with pair_of(tmp_path, patients=6) as pair:
        before = pair.destination.snapshot()
        transfer = Transfer(client(pair.source), ClinikoSink(client(pair.destination)))
        first = transfer.plan()
        second = transfer.plan()
        writes = [each.path for fake in (pair.source, pair.destination) for each in fake.log if each.method != "GET"]

    assert [] == writes
    assert before == pair.destination.snapshot()
    assert [] == list(tmp_path.iterdir())
    assert (first.kinds, first.losses, first.requests) == (second.kinds, second.losses, second.requests)


def test_a_plan_leaves_its_counts_in_the_journal_and_nothing_else(tmp_path: Path) -> None:
    """A journal that is new is made for the note; it is its owner's alone, knows no record, and is bound to nobody."""
    with pair_of(tmp_path, patients=6) as pair:
        pair.transfer().plan()
        names = {str(row[name]) for row in pair.source.rows("patients") for name in ("first_name", "last_name")}
    journal = SQLiteJournal(pair.journal)
    with opened(journal):
        note = journal.noted("plan")
        held = (journal.accounts(), journal.counts(), journal.losses())

    assert 0o600 == stat.S_IMODE(pair.journal.stat().st_mode)
    assert (None, {}, []) == held
    assert note is not None
    assert 6 == json.loads(note)["totals"]["kinds"]["patients"]["found"]
    assert [] == [name for name in names if name in note]


def test_a_plan_that_was_followed_by_one_for_others_is_forgotten(tmp_path: Path) -> None:
    """A journal that only plans were made with serves any pair of accounts; a plan for others is nothing to hold by."""
    practice = Practice(tmp_path)
    practice.patient()
    with practice.source.in_process():
        practice.transfer(ElsewhereSink()).plan()
        report = practice.transfer(DictSink()).run()

    assert report.ok
    assert report.planned is None
    assert "Planned and done" not in str(report)


def test_a_plan_on_a_journal_of_other_accounts_is_refused(tmp_path: Path) -> None:
    """A journal that belongs to another pair is refused as a run refuses it, before the source is read through."""
    practice = Practice(tmp_path)
    practice.alert(practice.patient())
    practice.run(DictSink())
    before = len(practice.source.log)
    with practice.source.in_process(), pytest.raises(JournalForeign, match="Give this one a journal of its own"):
        practice.transfer(ElsewhereSink()).plan()
    lists = [each for each in practice.source.log[before:] if each.path == "/v1/medical_alerts" and per_page(each) > 1]

    assert [] == lists


def test_a_plan_is_not_lost_when_a_run_has_taken_the_journal_meanwhile(tmp_path: Path) -> None:
    """Where the journal is in use by the time the plan is made, it is given all the same, and leaves no note."""
    practice = Practice(tmp_path)
    practice.patient()
    journal = SQLiteJournal(practice.journal)

    class Taken(DictSink):
        """Lets somebody else take the journal while it is asked for its prices."""

        def cost(self, work: Any, *, change: bool = False) -> int:
            """Takes the journal."""
            journal.open()
            return 1

    with practice.source.in_process():
        plan = practice.transfer(Taken()).plan()
    noted = journal.noted("plan")
    journal.close()

    assert 1 == plan.kinds["patients"].created
    assert noted is None


def test_a_plan_says_what_the_source_holds_and_what_the_filter_leaves(tmp_path: Path) -> None:
    """Under a filter `found` is still all that the source holds, and what is not chosen is said with the filter."""
    with pair_of(tmp_path, patients=20, seed=7) as pair:
        filter = ByBusiness("Southside")
        plan, report = planned_and_run(pair, filter=filter)
        held = {kind: len([row for row in pair.source.rows(kind) if is_shown(kind, row)]) for kind in plan.kinds}
    unchosen = {row.kind: row.records for row in plan.left_out if not row.chosen}

    assert held == {kind: count.found for kind, count in plan.kinds.items()}
    assert unchosen == {
        kind: count.found - count.selected for kind, count in plan.kinds.items() if count.found > count.selected
    }
    assert unchosen["patients"] > 0
    assert {"not chosen by the filter ByBusiness('Southside'), nor needed by what is"} == {
        row.reason for row in plan.left_out if not row.chosen
    }
    assert report.kinds == plan.kinds
    assert tuple(report.left_out) == tuple(plan.left_out)


def test_a_pilot_s_plan_takes_few_requests(tmp_path: Path) -> None:
    """Lists that are empty or short are read once, numbers are asked for once, and what a run takes is still foreseen.

    34 of the requests count what the source holds of each kind that the filter narrows.
    """
    clinic = Clinic(tmp_path)
    ada, bea = clinic.patient(), clinic.patient(first_name="Bea")
    for patient in (ada, bea):
        clinic.visit(patient)
        clinic.note(patient)
        clinic.file(patient)
        clinic.form(patient)
    clinic.seat(clinic.lesson(), ada)
    pair = Pair(clinic.source, clinic.destination, clinic.journal)
    with clinic.source.in_process(), clinic.destination.in_process():
        plan = pair.transfer(filter=ByPatient(ada)).plan()
        planning = len(clinic.source.log)
        report = pair.transfer(filter=ByPatient(ada)).run()
    running = len(clinic.source.log) - planning

    assert planning <= 80
    assert running == plan.source_requests <= 95
    assert report.kinds == plan.kinds


def test_a_plan_counts_what_the_destination_does_by_itself_or_at_a_second_try(tmp_path: Path) -> None:
    """Looks at seats, a relationship that comes from the other side, and a form that is refused as a completed one."""
    clinic = Clinic(tmp_path)
    ada, bea = clinic.patient(), clinic.patient(first_name="Bea")
    lesson = clinic.lesson()
    for patient in (ada, bea):
        clinic.visit(patient)
        clinic.seat(lesson, patient)
    clinic.add("relationships", patient_id=ada, related_patient_id=bea, relation=10)
    clinic.form(ada, {"name": "Sign", "type": "signature", "required": True}, completed_at="2024-03-01T00:00:00Z")
    pair = Pair(clinic.source, clinic.destination, clinic.journal)
    with clinic.source.in_process(), clinic.destination.in_process():
        plan, report = planned_and_run(pair)

    assert report.requests == plan.requests
    assert report.kinds == plan.kinds


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
    assert set() == set(again.losses) ^ set(plan.losses)
    assert tuple(again.left_out) == tuple(plan.left_out)


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
    assert (
        LeftOut("medical_alerts", "waits for a record that could not go", 1),
        LeftOut("patients", "Nobody goes.", 1),
    ) == tuple(plan.could_not_go)
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
