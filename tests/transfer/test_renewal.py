"""What becomes of records that arrived and say something else by now."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs
import pytest

from clinikomigrate import (
    UNSET,
    Archiving,
    Cancel,
    Change,
    ConfigurationError,
    Context,
    FollowUp,
    Loss,
    Made,
    Mapped,
    Ref,
    Skip,
)
from clinikomigrate.cliniko.models import (
    AppointmentType,
    AppointmentTypeDraft,
    MedicalAlert,
    MedicalAlertDraft,
    Patient,
    PatientCase,
    PatientCaseDraft,
    PatientDraft,
)
from clinikomigrate.errors import Error, NotFound, Unauthorized, Unsupported
from clinikomigrate.testing import VirtualClock
from clinikomigrate.transfer.carry import imprint_of
from clinikomigrate.transfer.follow_ups import Stage, Unmute
from clinikomigrate.transfer.imprints import of_state
from clinikomigrate.transfer.journal import Entry, Owed, State
from clinikomigrate.transfer.mapper import Fetch
from clinikomigrate.transfer.patience import Patience, Stopped
from clinikomigrate.transfer.renewal import LEFT_BEHIND, Renewal, Stale
from clinikomigrate.transfer.resolve import Resolver
from clinikomigrate.transfer.survey import Survey
from clinikomigrate.transfer.written import UNREAD
from tests.transfer.dict_sink import DictSink
from tests.transfer.memory_journal import MemoryJournal

ADA = Ref[Any]("patients", "1")
THERE = Patient(id="d1", first_name="Ada")


class Editable(DictSink):
    """A destination whose records can be changed, and that notes it.

    Attributes:
        updates: What was sent.
        problem: What a change fails with, if with anything.
        archived: Whether records show that they are archived.
        there: What can be read, by id; None where nothing can.
        off: Which settings are off, by what they are about.
    """

    unarchives: Sequence[str] = ("patients",)

    def __init__(self) -> None:
        super().__init__()
        self.updates: list[Any] = []
        self.back: list[str] = []
        self.problem: Error | None = None
        self.archived = False
        self.there: Mapping[str, Any] | None = None
        self.off: Mapping[str, str] = {}

    def update(self, id: str, draft: Any, record: Any = None) -> Made | None:
        """Notes a change."""
        if self.problem is not None:
            raise self.problem
        self.updates.append(draft)
        return None

    def read(self, kind: str, ids: Sequence[str], *, hidden: bool = False) -> Iterator[tuple[str, Any]]:
        """Gives what can be read."""
        if self.there is None:
            raise NotImplementedError
        yield from self.there.items()

    def silent(self, record: Any) -> Mapping[str, str]:
        """Says what is off."""
        return self.off

    def same(self, draft: Any, record: Any) -> bool:
        """Compares first names."""
        return bool(draft.first_name == record.first_name)

    def state(self, record: Any) -> object:
        """Tells the first name."""
        return record.first_name

    def shows(self, follow_up: FollowUp, record: Any) -> bool | None:
        """Says whether records are archived."""
        return self.archived if isinstance(follow_up, Archiving) else None

    def unarchive(self, kind: str, id: str) -> None:
        """Notes what came back."""
        self.back.append(id)


class Lists:
    """A source that gives lists away, and nothing else."""

    def __init__(self) -> None:
        self.refs: Any = None

    def fetch(self, fetch: Fetch, entity: Any) -> object:
        """Gives the list, or fails."""
        if isinstance(self.refs, Exception):
            raise self.refs
        return self.refs


class Room:
    """A journal that knows a patient as carried, and a destination.

    Attributes:
        mapped: What the mapper makes of whatever it gets.
    """

    def __init__(self) -> None:
        self.sink, self.journal, self.lists = Editable(), MemoryJournal(), Lists()
        patience = Patience(VirtualClock(), threading.Event(), lambda _, __: None)
        self.resolver = Resolver(self.journal, Context(Survey(settings=None)), self.lists)
        self.renewal = Renewal(self.sink, self.journal, self.resolver, patience)
        self.mapped: Mapped[Any] | Skip | Error = Mapped(PatientDraft(first_name="Ada", last_name="-"))

    def settle(self, entity: Any, mapped: Mapped[Any], state: State = State.CREATED, **values: Any) -> Entry:
        """Notes that a record was carried, and stands there as `THERE` does."""
        lists = self.resolver.parts(mapped, entity)
        written = of_state(self.journal.key, THERE.first_name)
        imprint = attrs.evolve(imprint_of(self.journal.key, entity, mapped, lists), written=written)
        entry = Entry(state, f"d{entity.id}", imprint=imprint, **values)
        follow_ups = [(each.stage, each.name) for each in mapped.follow_ups]
        self.journal.settle(Ref(entity.kind, entity.id), entry, (), follow_ups)
        return entry

    def stale(self, entity: Any, entry: Entry) -> Stale | None:
        """Looks whether a record has changed."""

        def mapping(_: Any) -> Mapped[Any] | Skip:
            if isinstance(self.mapped, Error):
                raise self.mapped
            return self.mapped

        return self.renewal.stale(Ref(entity.kind, entity.id), entity, entry, mapping)

    def changed(self, **values: Any) -> Stale:
        """Gives a patient who was carried and is called something else by now."""
        before = Mapped(PatientDraft(first_name="Ada", last_name="-"), (), values.get("before", ()))
        entry = self.settle(Patient(id="1", first_name="Ada"), before)
        self.mapped = Mapped(PatientDraft(first_name="Bea", last_name="-"), (), values.get("after", ()))
        stale = self.stale(Patient(id="1", first_name="Bea"), entry)
        assert stale is not None
        return stale

    def reason(self, ref: Ref[Any] = ADA) -> str:
        """Gives why a record's change did not go; nothing where it did, or there is none."""
        entry = self.journal.entry(ref)
        assert entry is not None
        return entry.reason or ""


@pytest.fixture
def room() -> Room:
    """Returns a journal and a destination."""
    return Room()


# Whether there is anything to bring over.


def test_what_says_the_same_is_left(room: Room) -> None:
    """Neither a record as it was, nor one of which only what does not go has changed; an old reason is forgotten."""
    mapped = Mapped(PatientDraft(first_name="Ada", last_name="-"))
    entry = room.settle(Patient(id="1", first_name="Ada"), mapped, reason="an old one")

    assert room.stale(Patient(id="1", first_name="Ada"), entry) is None
    assert "" == room.reason()
    assert room.stale(Patient(id="1", first_name="Ada", notes="New"), entry) is None
    assert room.stale(Patient(id="1", first_name="Ada"), Entry(State.CREATED, "d1")) is None


def test_who_was_merged_since_is_told(room: Room) -> None:
    """What is only left out by now is told as such; and whom others are to point at instead."""
    entry = room.settle(Patient(id="1"), Mapped(PatientDraft(first_name="Ada", last_name="-")))
    room.mapped = Skip("left out")
    nothing = room.stale(Patient(id="1", first_name="Bea"), entry), room.reason()
    room.mapped = Skip("merged", instead=Ref("patients", "2"))

    assert (None, LEFT_BEHIND) == nothing
    assert room.stale(Patient(id="1", first_name="Bea"), entry) is None
    assert "merge it in the destination by hand" in room.reason()


@pytest.mark.parametrize("error", [ConfigurationError("no")])
def test_a_mapper_that_fails_stops_nobody_else(room: Room, error: Error) -> None:
    """The record stays as it is, with the reason."""
    entry = room.settle(Patient(id="1"), Mapped(PatientDraft(first_name="Ada", last_name="-")))
    room.mapped = error

    assert room.stale(Patient(id="1", first_name="Bea"), entry) is None
    assert "no" == room.reason()


def test_what_was_there_before_is_told(room: Room) -> None:
    """The destination's own record is not touched."""
    entry = room.settle(Patient(id="1"), Mapped(PatientDraft(first_name="A", last_name="-")), State.ADOPTED)

    assert room.stale(Patient(id="1", first_name="Bea"), entry) is None
    assert "not touched" in room.reason()


def test_what_points_at_something_that_could_not_go(room: Room) -> None:
    """It waits for that, and says so; what may not be read at all is told as such."""
    alert, ref = MedicalAlert(id="5", name="Latex", patient=ADA), Ref[Any]("medical_alerts", "5")
    entry = room.settle(alert, Mapped(MedicalAlertDraft(name="Latex")))
    room.journal.settle(ADA, Entry(State.FAILED))
    room.mapped = Mapped(MedicalAlertDraft(name="Wasps", patient_id=ADA))

    assert room.stale(attrs.evolve(alert, name="Wasps"), entry) is None
    assert "could not go" in room.reason(ref)

    room.mapped = Mapped(MedicalAlertDraft(name=Fetch("signature", ())))  # type: ignore[arg-type] # it is fetched
    room.lists.refs = ConfigurationError("not to be read")

    assert room.stale(attrs.evolve(alert, name="Wasps"), entry) is None
    assert "not to be read" == room.reason(ref)


# Lists that hang on a record.


def offered(*practitioners: str, places: Sequence[str] = ()) -> Mapped[AppointmentTypeDraft]:
    """Gives a mapped appointment type, of which the source says who offers it."""
    asked: Any = Fetch("type_practitioners", (Ref("appointment_types", "7"),))
    draft = AppointmentTypeDraft(name="Initial", practitioner_ids=asked, business_ids=list(places))
    return Mapped(draft, (), (), tuple(Ref("businesses", place) for place in places))


def refs(*ids: str) -> list[Ref[Any]]:
    """Gives refs to practitioners."""
    return [Ref("practitioners", id) for id in ids]


@pytest.mark.parametrize(
    ("now", "place", "changed"),
    [("23", "4", False), ("32", "4", False), ("2", "4", True), ("", "4", True), ("23", "5", True)],
)
def test_who_offers_a_type_and_where(room: Room, now: str, place: str, changed: bool) -> None:
    """Others, or nobody any more, or elsewhere; the order in which they come says nothing."""
    for id in "23":
        room.journal.settle(Ref("practitioners", id), Entry(State.CREATED, f"d{id}"))
    kind = AppointmentType(id="7", name="Initial")
    room.lists.refs = refs("2", "3")
    entry = room.settle(kind, offered(places="4"))
    room.lists.refs, room.mapped = refs(*now), offered(places=place)
    stale = room.stale(kind, entry)

    assert changed == (stale is not None)
    if stale is not None:
        assert [f"d{id}" for id in now] == stale.draft.practitioner_ids
        assert room.renewal.renew(stale, THERE)
        assert [stale.draft] == room.sink.updates


def test_settings_that_changed_are_no_change_of_the_source(room: Room) -> None:
    """A mapper that asks for no list any more, or that maps places otherwise, changes nothing that was made."""
    kind = AppointmentType(id="7", name="Initial")
    room.lists.refs = refs("2")
    entry = room.settle(kind, offered(places="4"))
    room.mapped = Mapped(AppointmentTypeDraft(name="Initial"))
    without = room.stale(kind, entry)
    room.mapped = attrs.evolve(offered(places="4"), draft=attrs.evolve(offered().draft, business_ids=["9"]))

    assert without is None
    assert room.stale(kind, entry) is None


def test_a_list_that_is_not_given_away_says_nothing(room: Room) -> None:
    """Of a case whose files can't be read nothing is taken away."""
    case = PatientCase(id="8", name="Knee")
    files: Any = Fetch("case_attachments", (Ref("patient_cases", "8"),))
    mapped = Mapped(PatientCaseDraft(name="Knee"), (), (Change(draft=PatientCaseDraft(patient_attachment_ids=files)),))
    room.lists.refs = [Ref("patient_attachments", "3")]
    entry = room.settle(case, mapped)
    room.lists.refs, room.mapped = None, mapped
    stale = room.stale(case, entry)

    assert stale is not None
    assert () == stale.emptied
    assert stale.is_same


def test_files_that_left_a_case(room: Room) -> None:
    """The empty list is said at once; what else it needs afterwards is owed again."""
    case, ref = PatientCase(id="8", name="Knee"), Ref[Any]("patient_cases", "8")
    files: Any = Fetch("case_attachments", (ref,))
    change = Change(draft=PatientCaseDraft(patient_attachment_ids=files))
    mapped = Mapped(PatientCaseDraft(name="Knee"), (), (change, Archiving()))
    room.lists.refs = [Ref("patient_attachments", "3")]
    entry = room.settle(case, mapped)
    room.lists.refs, room.mapped = [], mapped
    stale = room.stale(case, entry)

    assert stale is not None
    assert room.renewal.renew(stale, attrs.evolve(THERE, id="d8"))
    assert [PatientCaseDraft(patient_attachment_ids=[])] == room.sink.updates
    assert room.journal.owes(ref, Stage.LINK)


def test_files_that_left_a_case_that_is_archived(room: Room) -> None:
    """No list of an archived case can be changed any more."""
    case, ref = PatientCase(id="8", name="Knee"), Ref[Any]("patient_cases", "8")
    files: Any = Fetch("case_attachments", (ref,))
    change = Change(draft=PatientCaseDraft(patient_attachment_ids=files))
    mapped = Mapped(PatientCaseDraft(name="Knee"), (), (change, Archiving()))
    room.lists.refs = [Ref("patient_attachments", "3")]
    entry = room.settle(case, mapped)
    for stage in (Stage.LINK, Stage.ARCHIVE):
        room.journal.follow_up_done(next(iter(room.journal.owed(stage, "patient_cases"))))
    room.lists.refs, room.mapped = [], mapped
    stale = room.stale(case, entry)
    room.sink.problem = NotFound(status=404, method="PATCH", path="/patient_cases/{id}")

    assert stale is not None
    assert not room.renewal.renew(stale, THERE)
    assert "it is archived in the destination" in room.reason(ref)


# Bringing it over.


def test_a_change_is_sent(room: Room) -> None:
    """And is no change any more."""
    stale = room.changed()

    assert room.renewal.renew(stale, THERE)
    assert ["Bea"] == [each.first_name for each in room.sink.updates]
    assert room.stale(Patient(id="1", first_name="Bea"), room.journal.entries("patients", ["1"])["1"]) is None


def test_what_is_there_already_is_not_sent(room: Room) -> None:
    """Somebody made the same change there; where nothing can be read, it is sent."""
    stale = room.changed()

    assert room.renewal.renew(stale, Patient(id="d1", first_name="Bea"))
    assert [] == room.sink.updates
    assert room.renewal.renew(room.changed(), UNREAD)
    assert 1 == len(room.sink.updates)


@pytest.mark.parametrize(
    ("problem", "done", "said"),
    [
        (Unsupported("there is no way"), None, "there is no way"),
        (NotFound(status=404, method="PATCH", path="/patients/{id}"), None, "not in the destination any more"),
        (
            NotFound(status=404, method="PATCH", path="/patients/{id}"),
            Stage.CANCEL,
            "it is cancelled in the destination",
        ),
        (ConfigurationError("whatever"), None, "whatever"),
    ],
)
def test_a_change_that_does_not_go(room: Room, problem: Error, done: Stage | None, said: str) -> None:
    """It stays a conflict, with its reason."""
    stale = room.changed(before=(Cancel(),), after=(Cancel(),))
    if done is not None:
        room.journal.follow_up_done(next(iter(room.journal.owed(done, "patients"))))
    room.sink.problem = problem

    assert not room.renewal.renew(stale, THERE)
    assert said in room.reason()


def test_a_key_that_is_not_accepted_any_more_ends_the_run(room: Room) -> None:
    """That is wrong with the account."""
    stale = room.changed()
    room.sink.problem = Unauthorized(status=401, method="PATCH", path="/patients/{id}")

    with pytest.raises(Stopped):
        room.renewal.renew(stale, THERE)


def test_what_is_gone(room: Room) -> None:
    """It is told."""
    assert not room.renewal.renew(room.changed(), None)
    assert "not in the destination any more" in room.reason()


def test_what_was_edited_there(room: Room) -> None:
    """It is not overwritten, unless it says the same by now."""
    stale = room.changed()

    assert not room.renewal.renew(stale, attrs.evolve(THERE, first_name="Eva"))
    assert "was edited in the destination too" in room.reason()
    assert room.renewal.renew(stale, THERE)
    assert room.renewal.renew(stale, attrs.evolve(THERE, first_name="Bea"))
    assert 1 == len(room.sink.updates)


def test_of_which_nothing_is_known(room: Room) -> None:
    """Where the answer to a write was lost, any other record may have been edited: it is not overwritten."""
    stale = room.changed()
    stale = attrs.evolve(stale, before=attrs.evolve(stale.before, written=None))

    assert not room.renewal.renew(stale, THERE)
    assert "was edited in the destination too" in room.reason()
    assert room.renewal.renew(stale, attrs.evolve(THERE, first_name="Bea"))
    assert [] == room.sink.updates


def test_a_change_that_is_not_answered(room: Room) -> None:
    """The record is read once more, so that what is edited there afterwards is known for an edit."""
    room.renewal.renew(room.changed(), THERE)
    unread = room.journal.entries("patients", ["1"])["1"].imprint
    room.sink.there = {"d1": attrs.evolve(THERE, first_name="Bea")}
    room.renewal.renew(room.changed(), THERE)
    read = room.journal.entries("patients", ["1"])["1"].imprint

    assert unread is not None
    assert unread.written is None
    assert read is not None
    assert of_state(room.journal.key, "Bea") == read.written


def test_a_setting_that_is_off_in_the_destination(room: Room) -> None:
    """It is not switched on by a change, which says so; what this transfer switched off itself is owed once."""
    mapped = Mapped(PatientDraft(first_name="Bea", receives_confirmation_emails=True), (), (Unmute("cancellations"),))
    stale = attrs.evolve(room.changed(), draft=mapped.draft, follow_ups=mapped.follow_ups)
    room.sink.off = {"cancellations": "receives_cancellation_emails", "confirmations": "receives_confirmation_emails"}
    room.renewal.renew(stale, THERE)
    lost = set(room.journal.lost_fields(ADA))
    owed = room.journal.owes(ADA, Stage.RESTORE)
    for way in room.sink.off:
        room.journal.owe(Owed("patients", "1", "d1", Unmute(way, later=True).name), Stage.RESTORE)
    room.renewal.renew(stale, THERE)

    assert set(room.sink.off.values()) == lost
    assert not owed
    assert set() == set(room.journal.lost_fields(ADA))
    assert [PatientDraft(first_name="Bea")] * 2 == [
        attrs.evolve(each, receives_cancellation_emails=UNSET) for each in room.sink.updates
    ]
    assert 2 == len(room.journal.owed(Stage.RESTORE, "patients", ready=False))


def test_what_is_not_cancelled_any_more(room: Room) -> None:
    """A cancellation that this transfer did can't be taken back."""
    stale = room.changed(before=(Cancel(),))
    room.journal.follow_up_done(next(iter(room.journal.owed(Stage.CANCEL, "patients"))))

    assert not room.renewal.renew(stale, THERE)
    assert "make it anew by hand" in room.reason()


def test_what_can_not_come_back(room: Room) -> None:
    """A record of which the destination brings none back from the archive stays there."""
    room.sink.unarchives = ()
    stale = room.changed(before=(Archiving(),), after=(Archiving(),))
    room.journal.follow_up_done(next(iter(room.journal.owed(Stage.ARCHIVE, "patients"))))
    room.sink.archived = True

    assert not room.renewal.renew(stale, THERE)
    assert "can't bring patients back" in room.reason()


def test_what_somebody_archived_there(room: Room) -> None:
    """What this transfer did not archive is not opened again."""
    stale = room.changed()
    room.sink.archived = True

    assert not room.renewal.renew(stale, THERE)
    assert "was archived in the destination" in room.reason()


@pytest.mark.parametrize("still", [True, False])
def test_what_this_transfer_archived(room: Room, still: bool) -> None:
    """It is opened for the change, and archived again where the source's still is."""
    stale = room.changed(before=(Archiving(),), after=(Archiving(),) if still else ())
    room.journal.follow_up_done(next(iter(room.journal.owed(Stage.ARCHIVE, "patients"))))
    room.sink.archived = True

    assert room.renewal.renew(stale, THERE)
    assert ["d1"] == room.sink.back
    assert still == room.journal.owes(ADA, Stage.ARCHIVE)


def test_what_is_lost_by_a_change_is_told(room: Room) -> None:
    """As of a record that is made."""
    stale = attrs.evolve(room.changed(), losses=(Loss("notes", "too long"),))

    assert room.renewal.renew(stale, THERE)
    assert {"notes"} == set(room.journal.lost_fields(ADA))


def test_a_file_stays_compared(room: Room) -> None:
    """What tells a file's content is kept through a change of what is said about it."""
    stale = room.changed()
    stale = attrs.evolve(stale, before=attrs.evolve(stale.before, file=b"as it was"))
    room.renewal.renew(stale, THERE)
    known: Mapping[str, Entry] = room.journal.entries("patients", ["1"])
    imprint = known["1"].imprint

    assert imprint is not None
    assert b"as it was" == imprint.file
