"""A sink that writes nothing and counts what writing would take."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from clinikomigrate import Archiving, Change, Finding, Level, Present, Ref
from clinikomigrate.cliniko.models import (
    MedicalAlertDraft,
    PatientAttachmentDraft,
    PatientCaseDraft,
    PatientDraft,
    RelationshipDraft,
)
from clinikomigrate.errors import Unsupported
from clinikomigrate.transfer.follow_ups import Stage
from clinikomigrate.transfer.rehearsal import Rehearsal, planned_allowance, planned_kind
from clinikomigrate.transfer.sink import Wanted
from clinikomigrate.transfer.source import SourceFile
from tests.transfer.dict_sink import DictSink

DRAFT = PatientDraft(first_name="Ada", last_name="Example")
PATIENT: Ref[Any] = Ref("patients", "1")


class Counting(DictSink):
    """A destination with prices."""

    sent = 7

    @property
    def requests_sent(self) -> int:
        """How many requests were sent."""
        return self.sent

    def cost(self, work: Any, *, change: bool = False) -> int:
        """Returns another price for each kind of work."""
        return 100 if isinstance(work, Archiving) else 10 if change else 1

    def foresee(self, drafts: Sequence[Any]) -> Sequence[Present | None]:
        """Foresees everything."""
        return [Present("9", same=True)] * len(drafts)

    def same(self, draft: Any, record: Any) -> bool:
        """Takes everything for the same."""
        return True

    def check(self) -> Collection[Finding]:
        """Finds something."""
        return [Finding(Level.NOTE, "a", "b", "c")]


def test_it_writes_nothing_and_counts_everything() -> None:
    """Making, changing and finishing are counted at the sink's own prices; the sink itself is only read."""
    sink = Counting()
    rehearsal = Rehearsal(sink)
    first, second = rehearsal.create(DRAFT), rehearsal.create(DRAFT)
    rehearsal.update("1", DRAFT)
    rehearsal.finish("patients", "1", Archiving())
    rehearsal.unarchive("patients", "1")
    sink.sent += 1000  # what reading took meanwhile

    assert 1 + 1 + 10 + 100 + 100 + 1000 == rehearsal.requests_sent
    assert {"patients": {}, "individual_appointments": {}, "medical_alerts": {}} == sink.records
    assert [] == sink.finished
    assert first.id != second.id
    assert ["patients", "patients"] == [planned_kind(each.id) for each in (first, second)]


class Telling(Counting):
    """A destination that tells what hangs on records, and how they differ from what was meant."""

    def hanging_on(self, kind: str, ids: Sequence[str]) -> Iterator[tuple[str, str, str]]:
        """Gives one more record for each."""
        return ((id, kind, f"{id}0") for id in ids)

    def compare(self, wanted: Wanted, record: Any) -> Sequence[str]:
        """Names all that is given."""
        return [name for name, value in attrs.asdict(wanted.draft).items() if value == record]


def test_what_it_asks_is_what_the_sink_says() -> None:
    """Of what hangs on records, and of how they differ."""
    rehearsal = Rehearsal(Telling())

    assert [("1", "patients", "10")] == list(rehearsal.hanging_on("patients", ["1"]))
    assert ["first_name"] == list(rehearsal.compare(Wanted(DRAFT), DRAFT.first_name))


class Shared(Counting):
    """A destination that is written to with the keys of several users."""

    def spending(self, work: Any, *, kind: str, id: str | None = None) -> Mapping[str, int]:
        """Lets somebody else pay for alerts, and for what is done to them."""
        if kind != "medical_alerts":
            return super().spending(work, kind=kind, id=id)
        return {"else": 2} if id is None else {"": 1, planned_allowance(id): 1}


def test_it_counts_by_allowance_and_phase() -> None:
    """What goes side by side is counted together, by who pays; a planned record tells what paid for it."""
    rehearsal = Rehearsal(Shared())
    patient = rehearsal.create(DRAFT).id
    alert = rehearsal.create(MedicalAlertDraft(patient_id=patient, name="Latex")).id
    rehearsal.create(PatientCaseDraft(patient_id=patient, name="Knee"))
    rehearsal.finish("medical_alerts", alert, Change(DRAFT, stage=Stage.SETTLE))
    rehearsal.finish("medical_alerts", alert, Archiving())
    rehearsal.finish("patients", patient, Archiving())

    assert [{"": 1}, {"else": 3, "": 2}, {"": 1, "else": 1}, {"": 100}] == [dict(each) for each in rehearsal.spent]
    assert 108 == rehearsal.requests_sent
    assert ("", "else", "") == tuple(planned_allowance(each) for each in (patient, alert, "123"))
    assert ["patients", "medical_alerts"] == [planned_kind(each) for each in (patient, alert)]


class Related(Counting):
    """A destination that makes the other side of a relationship by itself, and that has patients who get e-mails."""

    def look_up_key(self, draft: Any) -> Hashable:
        """Takes both sides of a relationship for one."""
        return frozenset({draft.patient_id, draft.related_patient_id})

    def cost(self, work: Any, *, change: bool = False) -> int:
        """Looks before it makes."""
        return 2

    def foresee_looks(self, drafts: Sequence[Any]) -> int:
        """Asks about each by itself."""
        return len(drafts)

    def foresee_clash(self, draft: Any, earlier: Sequence[Any]) -> str | None:
        """Takes no two relationships that say different things."""
        return "another" if any(each.relation != draft.relation for each in earlier) else None

    def loud(self, ids: Sequence[str]) -> Mapping[str, Collection[str]]:
        """Writes to everybody."""
        assert ids
        return dict.fromkeys(ids, ("confirmations", "cancellations"))


def test_what_comes_by_itself_is_only_looked_up() -> None:
    """The other side of a relationship comes with the first; what is refused was sent."""
    rehearsal = Rehearsal(Related())
    one = RelationshipDraft(patient_id="1", related_patient_id="2", relation=30)
    requests = []
    for draft in (one, attrs.evolve(one, patient_id="2", related_patient_id="1")):
        rehearsal.create(draft)
        requests.append(rehearsal.requests_sent)
    with pytest.raises(Unsupported, match="another"):
        rehearsal.create(attrs.evolve(one, relation=10))

    assert [2, 3, 5] == [*requests, rehearsal.requests_sent]


def test_looks_at_what_is_only_planned_are_counted() -> None:
    """A run asks about records that point at what is there by then."""
    rehearsal = Rehearsal(Related())
    rehearsal.present([DRAFT, DRAFT])

    assert 2 == rehearsal.requests_sent
    assert [] == rehearsal.present([])


def test_muting_who_was_there_is_counted() -> None:
    """Whoever is there already is asked about and muted; whoever is only planned was muted from the start, or not."""
    rehearsal = Rehearsal(Related())

    assert {"1": ("confirmations", "cancellations")} == rehearsal.loud(["1", "planned:patients::2"])
    assert {} == rehearsal.loud(["planned:patients::2"])
    assert {"planned:patients::3:loud:confirmations:SMS": ["confirmations:SMS"]} == rehearsal.loud(
        ["planned:patients::3:loud:confirmations:SMS"]
    )

    rehearsal.mute("1", ("confirmations", "cancellations"))

    assert 1 + 3 + 1 == rehearsal.requests_sent


def test_it_counts_the_source_s_files() -> None:
    """A file is read while it is written: that is a request to the source which a plan doesn't send."""
    rehearsal = Rehearsal(Counting())
    file = SourceFile("scan.pdf", None, 4, lambda: pytest.fail("it was read"))
    rehearsal.create(PatientAttachmentDraft(patient_id="1", content=file))
    rehearsal.create(DRAFT)

    assert 1 == rehearsal.files_read


def test_what_a_destination_has_no_place_for_is_foreseen() -> None:
    """The source's file is read to know it, and nothing is sent; what is refused beside others isn't even read."""

    class Choosy(Counting):
        """Takes no files."""

        clash: str | None = None

        def foresee_refusal(self, draft: Any) -> str | None:
            """Says why."""
            return "no files"

        def foresee_clash(self, draft: Any, earlier: Sequence[Any]) -> str | None:
            """Says what it is told to."""
            return self.clash

    sink = Choosy()
    rehearsal = Rehearsal(sink)
    draft = PatientAttachmentDraft(patient_id="1", content=SourceFile(None, None, 4, lambda: pytest.fail("read")))
    with pytest.raises(Unsupported, match="no files"):
        rehearsal.create(draft)

    assert (0, 1) == (rehearsal.requests_sent, rehearsal.files_read)

    sink.clash = "twice"
    with pytest.raises(Unsupported, match="twice"):
        rehearsal.create(draft)

    assert 1 == rehearsal.files_read


@pytest.mark.parametrize("id", [None, "1234567890123456789", ""])
def test_a_real_id_is_not_a_planned_one(id: str | None) -> None:
    """Ids of records that are there tell no kind."""
    assert planned_kind(id) is None


def test_it_answers_as_the_sink_does() -> None:
    """What is read of the destination comes from it; what it will have made by itself is foreseen."""
    sink = Counting()
    rehearsal = Rehearsal(sink)

    assert sink.kinds == rehearsal.kinds
    assert sink.account() == rehearsal.account()
    assert [] == list(rehearsal.existing("patients"))
    assert [Present("9", same=True)] == rehearsal.present([DRAFT])
    assert sink.look_up_key(DRAFT) == rehearsal.look_up_key(DRAFT)
    assert rehearsal.same(DRAFT, DRAFT)
    assert () == tuple(rehearsal.left_over(DRAFT, DRAFT))
    assert () == tuple(rehearsal.find(DRAFT, datetime.now(UTC)))
    assert repr(rehearsal).startswith("<Rehearsal of <")
