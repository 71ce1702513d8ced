"""A sink that keeps all records is shown them, of kinds too that no destination takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import attrs
import pytest

from clinikomigrate import ByPatient, Context, FollowUp, Mapped, Plan, Report, Skip
from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko.models import MedicalAlert, MedicalAlertDraft, Patient, PatientDraft
from clinikomigrate.errors import ArchiveError, ConfigurationError, Error, UnexpectedResponse
from clinikomigrate.transfer.follow_ups import Stage
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.mapper import Fetch
from tests.transfer.dict_sink import DictMapper
from tests.transfer.memory_journal import MemoryJournal
from tests.transfer.practice import Practice, ScriptedSink

KINDS = frozenset({"patients", "medical_alerts", "invoices"})
MATCHED = frozenset({"businesses", "practitioners", "users", "referral_source_types"})


class Keeper(ScriptedSink):
    """Keeps what it is shown, and wants each alert told to its patient.

    Attributes:
        shown: Ids by kind, in the order in which they came.
        place: Where the journal lies.
        trouble: What goes wrong, if anything.
        owing: Whether an alert makes something owed to its patient.
        holding: Whether it holds a file.
    """

    keeps = True

    def __init__(self) -> None:
        super().__init__()
        self.shown: dict[str, list[str]] = defaultdict(list)
        self.place: Path | None = None
        self.trouble: ConfigurationError | None = None
        self.owing = False
        self.holding = False

    def lie_beside(self, journal: Path) -> None:
        """Notes where the journal lies."""
        self.place = journal

    def let_go(self) -> None:
        """Closes its file."""
        self.holding = False

    def witness(self, entities: Sequence[Any]) -> Iterable[tuple[Ref[Any], FollowUp]]:
        """Notes what is shown, in a file."""
        self.holding = True
        if self.trouble is not None:
            raise self.trouble
        for each in entities:
            known = each.id in self.shown[each.kind]
            self.shown[each.kind].append(each.id)
            if self.owing and each.kind == "medical_alerts" and not known:
                yield each.patient, Telling()


@attrs.frozen
class Telling(FollowUp):
    """Tells a patient's alerts."""

    stage: Stage = Stage.LINK


class TellingMapper(DictMapper):
    """Has each patient's alerts told."""

    def patient(self, patient: Patient, context: Context) -> Mapped[PatientDraft] | Skip:
        """Maps a patient."""
        mapped = super().patient(patient, context)
        return mapped if isinstance(mapped, Skip) else attrs.evolve(mapped, follow_ups=(Telling(),))


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    """Returns a source with two patients, each with an alert and an invoice."""
    practice = Practice(tmp_path)
    practice.source.add("businesses", business_name="Northside")
    for name in ("Ada", "Bo"):
        patient = practice.patient(name)
        practice.alert(patient)
        practice.source.add("invoices", patient_id=patient)
    return practice


def test_all_that_goes_is_shown(practice: Practice) -> None:
    """Matched records come first, then the kinds that go, and those that no destination takes."""
    sink = Keeper()
    assert practice.run(sink, include=KINDS).ok

    assert MATCHED | KINDS >= sink.shown.keys() >= {"businesses", *KINDS}
    assert next(iter(sink.shown)) in MATCHED
    assert [2, 2, 2] == [len(sink.shown[kind]) for kind in sorted(KINDS)]
    assert practice.journal == sink.place


def test_what_a_filter_leaves_out_is_not_shown(practice: Practice) -> None:
    """Of kinds that no destination takes neither."""
    ada = practice.source.rows("patients")[0]["id"]
    sink = Keeper()
    practice.run(sink, include=KINDS, filter=ByPatient(str(ada)))

    assert [1, 1, 1] == [len(sink.shown[kind]) for kind in sorted(KINDS)]


def test_a_plan_shows_nothing_and_counts_what_reading_takes(practice: Practice) -> None:
    """It reads what a run will read."""
    sink = Keeper()
    with practice.source.in_process():
        planned = practice.transfer(sink, include=KINDS).plan()
        ran = practice.transfer(sink, include=KINDS).run()

    assert 2 == len(sink.shown["invoices"])
    assert abs(planned.requests - len(sink.attempts) - ran.requests) <= 1  # to write into a dictionary takes none


def test_what_is_tried_again_is_all_that_is_shown(practice: Practice) -> None:
    """A run of what failed reads no more."""
    sink = Keeper()
    practice.run(sink, include=KINDS)
    sink.shown.clear()
    practice.run(sink, include=KINDS, only_failed=True)

    assert MATCHED >= sink.shown.keys()


def test_what_can_t_be_kept_ends_the_run(practice: Practice) -> None:
    """Nothing is written of what is not kept, and the next run goes on."""
    sink = Keeper()
    sink.trouble = ConfigurationError("The archive folder is full.")
    report = practice.run(sink, include=KINDS)
    sink.trouble = None

    assert "The archive folder is full." == report.stopped
    assert [] == sink.attempts
    assert practice.run(sink, include=KINDS).ok


def test_stop_ends_the_showing(practice: Practice) -> None:
    """Nothing more is shown nor written, and the next run shows the rest."""

    class Stopping(Keeper):
        """Asks its transfer to stop as soon as it sees a business."""

        at_once = 1

        def witness(self, entities: Sequence[Any]) -> Iterable[tuple[Ref[Any], FollowUp]]:
            """Notes what is shown, and asks to stop."""
            if entities[0].kind == "businesses":
                transfer.stop()
            return super().witness(entities)

    before = len(practice.source.rows("businesses"))
    for name in ("Northside", "Southside"):
        practice.source.add("businesses", business_name=name)
    sink = Stopping()
    transfer = practice.transfer(sink, include=KINDS)
    with practice.source.in_process():
        report = transfer.run()
    second = Keeper()

    assert "asked to stop" == report.stopped
    assert (1, []) == (len(sink.shown["businesses"]), sink.attempts)
    assert practice.run(second, include=KINDS).ok
    assert before + 2 == len(second.shown["businesses"])


def test_what_is_owed_because_of_a_record(practice: Practice) -> None:
    """A patient who has arrived is owed it once more when a record comes that calls for it; nobody else is."""
    sink = Keeper()
    sink.owing = True
    settings: dict[str, Any] = {"include": KINDS, "mapper": TellingMapper()}
    practice.run(sink, **settings)
    first = sorted(sink.finished)
    practice.run(sink, **settings)
    ada, _ = practice.source.rows("patients")
    sink.finished.clear()
    practice.alert(str(ada["id"]), "Nuts", created_at=practice.source.time_text())
    report = practice.run(sink, **settings)

    assert [("patients", "1", "telling:link"), ("patients", "2", "telling:link")] == first
    assert 1 == len(sink.finished)
    assert report.ok


def test_a_journal_that_is_no_file(practice: Practice) -> None:
    """Nobody tells where it lies."""
    sink = Keeper()
    practice.run(sink, include=KINDS, journal=MemoryJournal())

    assert sink.place is None
    assert sink.shown["patients"]


def test_nothing_is_held_between_calls(practice: Practice) -> None:
    """Whatever becomes of a call, the sink is told when it is over."""
    sink = Keeper()
    for trouble in (None, ConfigurationError("The archive folder is full.")):
        sink.trouble = trouble
        practice.run(sink, include=KINDS)

        assert not sink.holding

    with practice.source.in_process():
        sink.holding = True
        practice.transfer(sink).plan()

        assert not sink.holding


class Attaching(Keeper):
    """Keeps with each record a part that is read from the source: the patient of an alert, the alerts of a patient.

    Attributes:
        parts: What was read, by kind and id of the record.
        refusal: What goes wrong, if anything.
        lack: What is said of each record.
    """

    def __init__(self) -> None:
        super().__init__()
        self.parts: dict[tuple[str, str], object] = {}
        self.refusal: Error | None = None
        self.lack = Loss("drawing", "it can't be had")

    def keep_parts(self, entity: Any, fetch: Callable[[Fetch], object]) -> Sequence[Loss]:
        """Reads and keeps a part."""
        self.parts[entity.kind, entity.id] = self._read(entity, fetch)
        if self.refusal is not None:
            raise self.refusal
        return (self.lack,)

    def foresee_parts(self, entity: Any, fetch: Callable[[Fetch], object]) -> Sequence[Loss]:
        """Reads a part."""
        self._read(entity, fetch)
        return (self.lack,)

    @staticmethod
    def _read(entity: Any, fetch: Callable[[Fetch], object]) -> object:
        return fetch(Fetch("medical_alerts", (getattr(entity, "patient", None) or Ref(entity.kind, entity.id),)))


class LeavingMapper(DictMapper):
    """Leaves alerts behind, those of latex as lost."""

    def medical_alert(self, alert: MedicalAlert, context: Context) -> Mapped[MedicalAlertDraft] | Skip:
        """Maps an alert."""
        return Skip("alerts stay behind", lost=alert.name == "Latex", losses=(Loss("name", "it has a name"),))


def lost(report: Report | Plan) -> set[tuple[str, str, str]]:
    """Gives what is lost."""
    return {(each.kind, each.field, each.reason) for each in report.losses}


def test_what_belongs_to_a_record_is_kept_with_it(practice: Practice) -> None:
    """Before it is made; what is wrong with a part is a loss of the record, also of one that does not go itself.

    A later run reads it again only with a record that changed.
    """
    sink = Attaching()
    practice.alert(str(practice.source.rows("patients")[0]["id"]), "Nuts")
    report = practice.run(sink, include=KINDS - {"invoices"}, mapper=LeavingMapper())

    assert sorted(sink.parts.values(), key=str) == [["Latex", "Nuts"]] * 3 + [["Latex"]] * 2
    assert lost(report) == {
        ("patients", "drawing", "it can't be had"),
        ("medical_alerts", "drawing", "it can't be had"),
        ("medical_alerts", "name", "it has a name"),
        ("medical_alerts", "record", "alerts stay behind"),
    }

    sink.parts.clear()
    row = practice.source.rows("patients")[1]
    known = practice.source.store.at("patients", str(row["id"]))
    practice.source.store.change("patients", known, first_name="Bob", updated_at=practice.source.time_text())
    practice.run(sink, include={"patients"})

    assert list(sink.parts) == [("patients", str(row["id"]))]


def test_a_plan_reads_the_parts_too_and_says_the_same_of_them(practice: Practice) -> None:
    """With as many requests, and keeps nothing."""
    sink = Attaching()
    with practice.source.in_process():
        planned = practice.transfer(sink, include=KINDS).plan()

        assert sink.parts == {}

        ran = practice.transfer(sink, include=KINDS).run()

    assert lost(planned) == lost(ran)
    assert len(sink.parts) == 4
    assert abs(planned.requests - len(sink.attempts) - ran.requests) <= 1  # to write into a dictionary takes none


def test_a_part_that_can_t_be_read_now_sets_its_record_aside(practice: Practice) -> None:
    """The others go, and the next run tries it again."""
    sink = Attaching()
    sink.refusal = UnexpectedResponse("it is no object")
    first = practice.run(sink, include={"patients"})
    sink.refusal = None
    second = practice.run(sink, include={"patients"})

    assert {(each.kind, each.state, each.reason) for each in first.set_aside} == {
        ("patients", "failed", "it is no object")
    }
    assert sink.attempts
    assert second.ok


def test_a_part_that_can_t_be_kept_ends_the_run(practice: Practice) -> None:
    """As a record does that can't be kept."""
    sink = Attaching()
    sink.refusal = ArchiveError("The disk is full.")
    report = practice.run(sink, include=KINDS)

    assert report.stopped == "The disk is full."
    assert sink.attempts == []


def test_a_sink_without_parts_reads_none(practice: Practice) -> None:
    """By default nothing belongs to a record, in a plan as in a run."""

    def never(fetch: Fetch) -> object:
        pytest.fail(f"{fetch} was read")

    assert tuple(Keeper().keep_parts(Patient(id="1"), never)) == ()
    assert tuple(Keeper().foresee_parts(Patient(id="1"), never)) == ()
