"""Taking who was in the destination before, and what they have there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import attrs
import pytest

from clinikomigrate import Present, Report, Wanted
from clinikomigrate.cliniko.models import MedicalAlertDraft, PatientDraft
from clinikomigrate.errors import NotFound, Unsupported
from clinikomigrate.transfer.carry import LEFT
from clinikomigrate.transfer.journal import State
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.reunion import NOT_COMPARED
from tests.transfer.memory_journal import MemoryJournal
from tests.transfer.practice import Practice, ScriptedSink, aside

ADA = PatientDraft(first_name="Ada", last_name="Example", date_of_birth=None, email="ada@mail.example")


class Inhabited(ScriptedSink):
    """A dictionary in which somebody is already, and that can say so.

    Attributes:
        looked: What was looked for of patients who were there.
        answer: What is raised instead of an answer.
    """

    def __init__(self, *patients: PatientDraft, alerts: int = 0) -> None:
        super().__init__()
        self.looked: list[list[str]] = []
        self.answer: Exception | None = None
        for number, patient in enumerate(patients):
            self.records["patients"][f"90{number}"] = patient
        for number in range(alerts):
            self.records["medical_alerts"][f"80{number}"] = MedicalAlertDraft(name="Latex", patient_id="900")

    def existing(self, kind: str) -> Iterator[tuple[str, Any]]:
        """Shows all that there is."""
        yield from list(self.records.get(kind, {}).items())

    def read(self, kind: str, ids: Sequence[str], *, hidden: bool = False) -> Iterator[tuple[str, Any]]:
        """Shows some of it again."""
        return ((id, self.records[kind][id]) for id in ids if id in self.records[kind])

    def differences(self, wanted: Wanted, record: Any) -> Sequence[str]:
        """Compares names and birth dates."""
        draft = attrs.asdict(wanted.draft)
        return [name for name in ("first_name", "date_of_birth") if draft[name] != getattr(record, name)]

    def held(self, wanted: Sequence[Wanted]) -> Sequence[Sequence[Present]]:
        """Finds equal drafts."""
        self.looked.append([each.draft.patient_id for each in wanted])
        if self.answer is not None:
            raise self.answer
        there = [list(self.records[each.draft.kind].items()) for each in wanted]
        return [
            [Present(id, same=True) for id, record in records if record == each.draft]
            for each, records in zip(wanted, there, strict=True)
        ]


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    """Returns a source with Ada, who has an alert."""
    practice = Practice(tmp_path)
    practice.alert(practice.patient(email="ada@mail.example"))
    return practice


def counts(report: Report, kind: str) -> tuple[int, int]:
    """Gives how many records of a kind were adopted and created."""
    return report.kinds[kind].adopted, report.kinds[kind].created


def test_who_is_there_is_taken_with_what_she_has(practice: Practice) -> None:
    """A destination of one's own adopts too, as far as it can compare; what differs is a loss by name."""
    sink = Inhabited(attrs.evolve(ADA, first_name="ADA"), alerts=1)
    report = practice.run(sink, existing="adopt")

    assert ((1, 0), (1, 0)) == (counts(report, "patients"), counts(report, "medical_alerts"))
    assert [("patients", "first_name", LEFT, 1)] == [attrs.astuple(loss) for loss in report.losses]
    assert [] == sink.attempts


def test_what_matters_too_much_says_what_to_do(practice: Practice) -> None:
    """A sink has a reason of its own for what differs of who was there before."""

    class Careful(Inhabited):
        """Says what a person is to do about first names."""

        left_as_it_is = {("patients", "first_name"): "correct it by hand"}  # noqa: RUF012 - a test's

    report = practice.run(Careful(attrs.evolve(ADA, first_name="ADA")), existing="adopt")

    assert [("patients", "first_name", "correct it by hand", 1)] == [attrs.astuple(loss) for loss in report.losses]
    assert any("correct it by hand" in step for step in report.to_do)


class Objecting(Inhabited):
    """Has an alert of Ada's that can't be taken.

    Attributes:
        why: How it says so.
    """

    why: dict[str, Any]

    def held(self, wanted: Sequence[Wanted]) -> Sequence[Sequence[Present]]:
        """Finds every alert of hers."""
        return [
            [
                Present(id, record == each.draft, **({} if record == each.draft else self.why))
                for id, record in self.records[each.draft.kind].items()
            ]
            for each in wanted
        ]


def objecting(**why: Any) -> Objecting:
    """Makes one that has the alert under another name."""
    sink = Objecting(ADA)
    sink.why = why
    sink.records["medical_alerts"]["800"] = MedicalAlertDraft(name="LATEX", patient_id="900")
    return sink


def test_what_must_not_be_taken_is_set_aside_until_it_is_settled(practice: Practice) -> None:
    """Nothing is written, and the reason is the sink's; once it is the same it is taken."""
    sink = objecting(objection="change 800 by hand")
    report = practice.run(sink, existing="adopt")
    sink.records["medical_alerts"]["800"] = MedicalAlertDraft(name="Latex", patient_id="900")
    settled = practice.run(sink, existing="adopt")

    assert ["change 800 by hand"] == [row.reason for row in report.set_aside]
    assert [] == sink.attempts
    assert (True, (1, 0)) == (settled.ok, counts(settled, "medical_alerts"))


@pytest.mark.parametrize("both", [True, False])
def test_what_is_another_record_after_all_is_made_beside_it(practice: Practice, both: bool) -> None:
    """With a loss that says so; there is nothing to say where that other one stands for another of the source's."""
    if both:
        practice.alert(str(practice.source.rows("patients")[0]["id"]), "LATEX")
    report = practice.run(objecting(beside=Loss("name", "look at it by hand")), existing="adopt")
    said = [attrs.astuple(loss) for loss in report.losses if loss.kind == "medical_alerts"]

    assert (int(both), 1) == counts(report, "medical_alerts")
    assert ([] if both else [("medical_alerts", "name", "look at it by hand", 1)]) == said


def test_a_destination_that_cannot_read_again_says_so(practice: Practice) -> None:
    """Without `read` a patient is adopted all the same, and what differs is for a person to look at."""

    class Short(Inhabited):
        """Reads nothing again."""

        def read(self, kind: str, ids: Sequence[str], *, hidden: bool = False) -> Iterator[tuple[str, Any]]:
            """Can't."""
            raise NotImplementedError

    report = practice.run(Short(ADA), existing="adopt")

    assert (1, 0) == counts(report, "patients")
    assert [("patients", "record", NOT_COMPARED, 1)] == [attrs.astuple(loss) for loss in report.losses]


def test_a_destination_that_cannot_compare_loses_all_or_nothing(practice: Practice) -> None:
    """By default a record is the same or it is not; and by default nothing is held."""

    class Plain(ScriptedSink):
        """Holds Ada."""

        existing = Inhabited.existing
        read = Inhabited.read

        def same(self, draft: Any, record: Any) -> bool:
            """Compares last names."""
            return bool(draft.last_name == record.last_name)

    found = []
    for last_name in ("Example", "EXAMPLE"):
        sink = Plain()
        sink.records["patients"]["900"] = attrs.evolve(ADA, last_name=last_name)
        report = practice.run(sink, existing="adopt", journal=MemoryJournal())
        found.append([(loss.field, loss.reason) for loss in report.losses])

        assert ((1, 0), (0, 1)) == (counts(report, "patients"), counts(report, "medical_alerts"))
    assert [[], [("record", LEFT)]] == found


def test_who_is_gone_meanwhile_is_made(practice: Practice) -> None:
    """Somebody who was archived between the sweep and the second look is not adopted."""

    class Forgetful(Inhabited):
        """Forgets who was there."""

        def read(self, kind: str, ids: Sequence[str], *, hidden: bool = False) -> Iterator[tuple[str, Any]]:
            """Gives nobody."""
            return iter(())

    assert (0, 1) == counts(practice.run(Forgetful(ADA), existing="adopt"), "patients")


@pytest.mark.parametrize("answer", [NotFound(status=404, method="GET", path="/alerts"), Unsupported("can't say")])
def test_what_the_destination_cannot_list_is_made(practice: Practice, answer: Exception) -> None:
    """A destination without such a list holds none of it."""
    sink = Inhabited(ADA, alerts=1)
    sink.answer = answer

    assert (0, 1) == counts(practice.run(sink, existing="adopt"), "medical_alerts")


def test_no_record_stands_for_two(practice: Practice) -> None:
    """Of many equal records, more than go in one batch, each is adopted once."""
    ada = str(practice.source.rows("patients")[0]["id"])
    for _ in range(149):
        practice.alert(ada)
    sink = Inhabited(ADA, alerts=140)
    transfer = practice.transfer(sink, existing="adopt")
    report = practice.run(sink, existing="adopt")

    assert (140, 10) == counts(report, "medical_alerts")
    assert 150 == len({id for _, id in transfer.identities("medical_alerts")})


def test_who_was_adopted_before_stays_so(practice: Practice) -> None:
    """A later run looks for what she has, whatever it is told about others; whoever is new is not looked up."""
    sink = Inhabited(ADA)
    practice.run(sink, existing="adopt")
    ada = str(practice.source.rows("patients")[0]["id"])
    practice.alert(ada, "Nuts")
    practice.alert(practice.patient("Bo"), "Bees")
    sink.records["medical_alerts"]["800"] = MedicalAlertDraft(name="Nuts", patient_id="900")
    sink.looked.clear()
    report = practice.run(sink, existing="copy")

    assert (1, 1) == counts(report, "medical_alerts")
    assert [["900"]] == sink.looked


def test_nothing_is_looked_for_where_nobody_is(practice: Practice) -> None:
    """In an empty destination 'adopt' costs one look at its patients, and no more."""
    sink = Inhabited()
    practice.run(sink, existing="adopt")

    assert [] == sink.looked


def test_who_is_not_clear_waits_until_it_is(practice: Practice) -> None:
    """She is set aside as a conflict, never looked for as if she had been written, and taken once it is clear."""
    sink = Inhabited(ADA, ADA)
    report = practice.run(sink, existing="adopt")
    ada = str(practice.source.rows("patients")[0]["id"])

    assert "conflict" == aside(report)["patients", ada].state
    assert (1, 1) == (report.kinds["patients"].failed, report.kinds["medical_alerts"].blocked)

    del sink.records["patients"]["901"]
    mended = practice.run(sink, existing="adopt", only_failed=True)

    assert mended.ok
    assert ((1, 0), (0, 1)) == (counts(mended, "patients"), counts(mended, "medical_alerts"))
    assert [MedicalAlertDraft(name="Latex", patient_id="900")] == sink.attempts


def test_a_state_that_is_not_clear_is_not_doubtful() -> None:
    """Nothing was ever written for such a record, so there is nothing to look for."""
    assert not State.AMBIGUOUS.doubtful
    assert not State.AMBIGUOUS.arrived
