"""A report says what came otherwise than it was planned, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clinikomigrate import Active, ByPatient, ConfigurationError, Context, Report, Skip
from clinikomigrate.cliniko.models import Patient
from clinikomigrate.errors import Unprocessable
from tests.transfer.dict_sink import DictMapper, DictSink
from tests.transfer.memory_journal import MemoryJournal
from tests.transfer.practice import Practice, ScriptedSink


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    """Returns a source with three patients and two alerts."""
    practice = Practice(tmp_path)
    for name in ("Ada", "Bo", "Cy"):
        patient = practice.patient(name)
        if name != "Cy":
            practice.alert(patient)
    return practice


def differing(report: Report) -> dict[tuple[str, str], tuple[int, int, str]]:
    """Returns what differs: planned, done and why."""
    return {(row.kind, row.what): (row.planned, row.done, row.why) for row in report.differences if row.why}


def plan(practice: Practice, **settings: Any) -> None:
    """Plans the transfer."""
    with practice.source.in_process():
        practice.transfer(settings.pop("sink", DictSink()), **settings).plan()


def refusing(name: str) -> ScriptedSink:
    """Returns a sink that refuses patients of a name."""

    def refuse(draft: Any) -> None:
        if getattr(draft, "first_name", None) == name:
            raise Unprocessable(status=422, method="POST", path="/patients", fields={"first_name": "is odd"})

    return ScriptedSink(before=refuse)


def test_without_a_plan_there_is_nothing_to_compare(practice: Practice) -> None:
    """A journal on which no plan was made has none."""
    report = practice.run(DictSink())

    assert report.planned is None
    assert () == tuple(report.differences)


def test_what_was_planned_was_done(practice: Practice) -> None:
    """Where nothing changed, one line says so, and the files hold both numbers of everything."""
    plan(practice)
    report = practice.run(DictSink())

    assert {} == differing(report)
    assert "Nothing differs from the plan: 5 created, 0 adopted, 0 skipped, 0 losses." in str(report)
    assert {("patients", "created", 3, 3), ("medical_alerts", "created", 2, 2)} <= {
        (row.kind, row.what, row.planned, row.done) for row in report.differences
    }


def test_a_journal_of_one_s_own_keeps_plans_too(practice: Practice) -> None:
    """A product's own journal remembers what was planned as the file does."""
    journal = MemoryJournal()
    plan(practice, journal=journal)
    report = practice.run(DictSink(), journal=journal)

    assert "Nothing differs from the plan: " in str(report)


def test_another_choice_of_as_many_patients_is_told(practice: Practice) -> None:
    """A plan for one patient explains nothing of a run for another."""
    ada, bo = (str(row["id"]) for row in practice.source.rows("patients")[:2])
    plan(practice, filter=ByPatient(ada))
    report = practice.run(DictSink(), filter=ByPatient(ada, bo))

    why = differing(report)["patients", "created"][2]
    assert f"settings differ: filter was ByPatient('{ada}'), is ByPatient('{ada}', '{bo}')" in why


def test_records_that_came_since(practice: Practice) -> None:
    """A patient and an alert who came after the plan are carried, and told."""
    plan(practice)
    practice.alert(practice.patient("Di"))
    report = practice.run(DictSink())
    more = "the source holds 1 more than at the plan"

    assert {
        ("patients", "found"): (3, 4, more),
        ("patients", "selected"): (3, 4, more),
        ("patients", "created"): (3, 4, more),
        ("medical_alerts", "found"): (2, 3, more),
        ("medical_alerts", "selected"): (2, 3, more),
        ("medical_alerts", "created"): (2, 3, more),
    } == differing(report)
    assert "Nothing differs" not in str(report)


def test_records_that_could_not_go(practice: Practice) -> None:
    """What the destination refuses, and what waits for it, is told with the reasons."""
    plan(practice)
    report = practice.run(refusing("Ada"))
    found = differing(report)

    assert (3, 2, "1 could not go") == found["patients", "created"]
    assert (0, 1) == found["patients", "failed"][:2]
    assert "1 could not go; the destination refused it: first_name. Mend it" in found["patients", "failed"][2]
    assert (2, 1, "1 wait for a record that could not go") == found["medical_alerts", "created"]
    assert "which could not go (1)" in found["medical_alerts", "blocked"][2]


def test_what_is_unfinished_is_there(practice: Practice) -> None:
    """A record that is there and still owed something is no difference."""
    practice.patient("Old", archived_at="2024-01-01T00:00:00Z")
    plan(practice)

    def refuse(follow_up: Any) -> None:
        raise Unprocessable(status=422, method="POST", path="/patients/{id}/archive", fields={})

    report = practice.run(ScriptedSink(finishing=refuse))

    assert ["unfinished"] == [row.state for row in report.set_aside]
    assert {} == differing(report)


def test_several_runs_are_compared_as_one(practice: Practice) -> None:
    """After a run that stopped early and one that did the rest, all is as it was planned."""
    plan(practice)
    sink = ScriptedSink(after=lambda draft: transfer.stop())
    sink.workers = 1
    transfer = practice.transfer(sink)
    with practice.source.in_process():
        first = transfer.run()
        sink.after = None
        second = transfer.run()

    assert (3, 1, "the run stopped early (asked to stop)") == differing(first)["patients", "created"]
    assert {} == differing(second)
    assert 2 == second.kinds["patients"].created


def test_a_plan_after_a_run_counts_what_was_carried(practice: Practice) -> None:
    """What an earlier run had carried is in both numbers, so that a plan for the rest can be compared too."""
    practice.run(DictSink())
    practice.patient("Di")
    sink = DictSink()
    plan(practice, sink=sink)
    report = practice.run(sink)
    (created,) = [row for row in report.differences if (row.kind, row.what) == ("patients", "created")]

    assert (4, 4, "") == (created.planned, created.done, created.why)
    assert {} == differing(report)


def test_a_run_with_another_filter(practice: Practice) -> None:
    """What a filter leaves out that the plan was made without is told as that."""
    practice.patient("Old", archived_at="2024-01-01T00:00:00Z")
    plan(practice)
    report = practice.run(DictSink(), filter=Active())
    other = "settings differ: filter was Everything(), is Active()"

    assert {
        ("patients", "selected"): (4, 3, other),
        ("patients", "created"): (4, 3, other),
    } == differing(report)


def test_what_an_earlier_run_carried(practice: Practice) -> None:
    """Records that went with another filter before the plan's own run are told."""
    practice.patient("Old", archived_at="2024-01-01T00:00:00Z")
    plan(practice, filter=Active())
    sink = DictSink()
    practice.run(sink)
    report = practice.run(sink, filter=Active())

    assert {("patients", "created"): (3, 4, "an earlier run carried 1 that this one did not choose")} == differing(
        report
    )


def test_a_run_with_another_mapper(practice: Practice) -> None:
    """What a mapper skips that the plan was made without is told as that."""

    class Choosy(DictMapper):
        """Leaves Bo out."""

        def patient(self, patient: Patient, context: Context) -> Any:
            """Leaves Bo out."""
            return Skip("not Bo", lost=True) if patient.first_name == "Bo" else super().patient(patient, context)

        def __repr__(self) -> str:
            return "<Choosy>"

    plan(practice)
    found = differing(practice.run(DictSink(), mapper=Choosy()))

    assert (3, 2) == found["patients", "created"][:2]
    assert found["patients", "created"][2].startswith(
        "settings differ: mapper was <tests.transfer.dict_sink.DictMapper"
    )
    assert found["patients", "skipped"][2].endswith("is <Choosy>; 1 do not go after all; not Bo (1 more)")
    assert found["patients", "losses"][2].endswith("record: not Bo (1 more)")


def test_a_run_of_other_kinds(practice: Practice) -> None:
    """A kind that the plan was made with, and that does not go, is told as that."""
    plan(practice)
    found = differing(practice.run(DictSink(), include={"patients"}))

    assert {"medical_alerts"} == {kind for kind, _ in found}
    assert {"settings differ: include does not have medical_alerts"} == {why for _, _, why in found.values()}


def test_a_run_of_what_failed_only(practice: Practice) -> None:
    """What it did not try for is not there for that reason; what it tried counts."""
    plan(practice)
    sink = refusing("Ada")
    practice.run(sink)
    practice.patient("Di")
    sink.before = None
    report = practice.run(sink, only_failed=True)

    assert {} == differing(report)
    assert {"found", "selected"} & {row.what for row in report.differences} == set()


def test_a_plan_that_was_too_dark(practice: Practice) -> None:
    """What the plan expected to fail and went is told."""

    class Strict(DictMapper):
        """Refuses Bo."""

        def patient(self, patient: Patient, context: Context) -> Any:
            """Refuses Bo."""
            if patient.first_name == "Bo":
                raise ConfigurationError("Bo is odd.")
            return super().patient(patient, context)

        def __repr__(self) -> str:
            return "<Mapper>"

    class Lenient(DictMapper):
        """Takes everybody."""

        def __repr__(self) -> str:
            return "<Mapper>"

    plan(practice, mapper=Strict())
    found = differing(practice.run(DictSink(), mapper=Lenient()))

    assert (2, 3, "1 could go that the plan expected to fail") == found["patients", "created"]
    assert (1, 0, "1 could go that the plan expected to fail") == found["patients", "failed"]
    assert (1, 2, "1 wait for nothing any more") == found["medical_alerts", "created"]


def test_the_last_plan_counts(practice: Practice) -> None:
    """A later plan takes the place of an earlier one."""
    plan(practice)
    practice.patient("Di")
    plan(practice)

    assert {} == differing(practice.run(DictSink()))
