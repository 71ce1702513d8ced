"""Writes into a Cliniko account."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

import attrs

from clinikomigrate.client.query import where
from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET
from clinikomigrate.cliniko import Cliniko
from clinikomigrate.cliniko.models import GroupAppointmentDraft, PatientDraft
from clinikomigrate.errors import BadRequest, ConfigurationError, Forbidden, NotFound, Unprocessable, Unsupported
from clinikomigrate.sinks.clients import checked
from clinikomigrate.sinks.cliniko import (
    check,
    closing,
    comparison,
    custom_fields,
    emptying,
    listings,
    look_up,
    presence,
    signatures,
    taking_back,
    uploads,
)
from clinikomigrate.sinks.cliniko.advice import advice
from clinikomigrate.sinks.cliniko.authored import AUTHOR
from clinikomigrate.sinks.cliniko.authors import MAIN, NOTES, Authors
from clinikomigrate.sinks.cliniko.fallback import (
    FALLBACKS,
    Fallback,
    is_unsupported,
    lost,
    next_fallback,
    overlooked,
)
from clinikomigrate.sinks.cliniko.holdings import Holdings
from clinikomigrate.sinks.cliniko.mapper import ClinikoMapper
from clinikomigrate.sinks.cliniko.mapping.family import definitions
from clinikomigrate.sinks.cliniko.marks import Marks
from clinikomigrate.sinks.cliniko.outcome import WAYS, cancelled_otherwise, in_the_end, is_archived, is_cancelled
from clinikomigrate.sinks.comparable import comparable
from clinikomigrate.sinks.repeating import repeated
from clinikomigrate.transfer.batches import batched
from clinikomigrate.transfer.findings import Finding
from clinikomigrate.transfer.follow_ups import Archiving, Cancel, Change, CheckFile, FollowUp, Seats, Unmute
from clinikomigrate.transfer.kinds import KINDS, OPTIONAL_KINDS
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.mapper import Mapper
from clinikomigrate.transfer.rehearsal import planned_allowance
from clinikomigrate.transfer.sink import Account, Emptied, Made, Present, Sink, Wanted
from clinikomigrate.transfer.source import IDS_A_REQUEST
from clinikomigrate.transfer.survey import Survey

_CARRIED: Final = frozenset(kind.name for kind in KINDS.values() if kind.left_behind is None)


_REQUESTS: Final = {"patient_attachments": 2, "relationships": 2}

_NOT_SHOWN: Final = "the record was there already, and the API does not show whether it has the same; check it by hand"
_FINALISED: Final = "it is finalised in the destination, where it can't be changed any more"
_PUT_AWAY: Final = "it is archived in the destination, where it can't be changed any more"
_RELATED: Final = "the destination holds another relationship of these two patients, and takes one for each pair"


class ClinikoSink(Sink):
    """A Cliniko account as a destination.

    It never makes the account write to a patient: no form is e-mailed, and memos only record. Appointments that are
    made or cancelled send what the account's own settings tell it to; preflight looks at those.

    Treatment notes are by whoever owns the key that writes them. A note goes out under a person's key only if that very
    person wrote it in the source; all others go under the main key, and say in words who wrote them.

    Args:
        client: The account's client, with the key of an administrator who is also a practitioner: the main key.
        authors: Clients with the keys of other practitioners of the account, by these persons' names or ids in the
            source. Preflight proves whose each key is. The sink leaves the clients open.
        workers: How many writes may be in flight at once.

    Attributes:
        workers: How many writes may be in flight at once.

    Raises:
        ConfigurationError: An argument is of the wrong type, or there is no worker.
    """

    drafts_for = "Cliniko"

    def __init__(self, client: Cliniko, *, authors: Mapping[str, Cliniko] | None = None, workers: int = 8) -> None:
        client = checked(client, Cliniko)
        if workers < 1:
            raise ConfigurationError(f"workers must be at least 1, not {workers}.")
        self.workers = workers
        self._client = client
        self._authors = Authors(client, authors)
        self._marks: Marks | None = None
        self._reached: frozenset[str] | None = None
        self._fingerprints = uploads.Fingerprints()

    def __repr__(self) -> str:
        authors = f" authors: {', '.join(self._authors.names)}" if self._authors.names else ""
        return f"<ClinikoSink {self._client!r}{authors}>"

    @property
    def told(self) -> Mapping[str, str]:
        """For whom keys of their own were given."""
        return {"authors": ", ".join(sorted(self._authors.names))} if self._authors.names else {}

    @property
    def kinds(self) -> Collection[str]:
        """The names of the record kinds that this sink can write."""
        return _CARRIED

    def account(self) -> Account:
        """Returns the account that is written to; its `details` are the account's `Settings`.

        Raises:
            ConfigurationError: The account doesn't say which one it is.
        """
        settings = self._client.settings()
        account = settings.account
        if account is None or not account.id:
            raise ConfigurationError("The destination's settings name no account; check `base_url`.")
        name = account.name or account.subdomain or account.id
        return Account(account.id, name, settings, self._client.region)

    def existing(self, kind: str) -> Iterator[tuple[str, Any]]:
        """Sweeps what the account holds of a kind; archived records are left where they are.

        Args:
            kind: The record kind's name. Of practitioners also those who left are given.

        Returns:
            Pairs of id and record. Nothing for a kind whose endpoint the account lacks.
        """
        try:
            for record in self._resource(kind).list():
                yield record.id, record
        except NotFound:
            if kind not in OPTIONAL_KINDS:
                raise
        if kind == "practitioners":
            for practitioner in self._client.practitioners.inactive():
                yield practitioner.id, practitioner

    def existing_archived(self, kind: str) -> Iterator[tuple[str, Any]]:
        """Sweeps what the account holds of a kind in its archive.

        Args:
            kind: The record kind's name, of a kind that has an archive.
        """
        for record in self._resource(kind).list(where("archived_at").not_null()):
            yield record.id, record

    def create(self, draft: Any) -> Made:
        """Makes one record.

        What the account refuses of a record is left out where the record is worth having without it, and counted as a
        loss: custom fields, a link that it does not take, a form's being completed.

        Args:
            draft: A draft with the destination's ids.

        Returns:
            The new record's id, and what it lost.

        Raises:
            Unprocessable: The account refused the record.
            Unsupported: The account has no way to hold such a record.
            OutcomeUnknown: The record may have been made or not.
        """
        draft, losses = self._acceptable(draft)
        tried: tuple[Fallback, ...] = ()
        while True:
            try:
                made = self._send(draft)
            except (NotFound, Unprocessable) as error:
                if is_unsupported(draft.kind, error):
                    raise closing.unsupported(draft.kind, "create") from error
                if draft.kind == "relationships" and look_up.related(self._client, draft, archived=True):
                    raise Unsupported(_RELATED) from error
                fallback = next_fallback(draft, error, tried) if isinstance(error, Unprocessable) else None
                if fallback is None:
                    raise
            else:
                losses = (*losses, *(each.loss for each in tried))
                return self._said_otherwise(draft, attrs.evolve(made, losses=losses))
            tried = (*tried, fallback)
            draft = fallback.without(draft)

    def _said_otherwise(self, draft: Any, made: Made) -> Made:
        """Counts what the account overlooked of a record, and says it otherwise where that can be."""
        for each in overlooked(draft, made.record):
            changes, record = each.otherwise(draft), made.record
            if changes is not None:
                with suppress(BadRequest, Forbidden, NotFound, Unprocessable):  # the record is there all the same
                    record = self._update(made.id, changes)
            made = attrs.evolve(made, losses=(*made.losses, each.loss), record=record)
        return made

    def _send(self, draft: Any) -> Made:
        client = self._authors.writer(draft)
        if draft.kind == "patient_attachments":
            return _made(uploads.upload(client, draft, self._fingerprints))
        if draft.kind == "referral_sources":
            set_source = client.patients.set_referral_source
            return _made(repeated(lambda: set_source(draft.patient_id, draft), client.clock))
        if draft.kind == "relationships":
            other_side = presence.present_relationships(client, [draft])[0]
            if other_side is not None:  # it came with the relationship that was made just before
                stood = comparison.read(other_side.record, "patient_id") == draft.patient_id
                return Made(other_side.id, record=other_side.record, stood=stood)
        return _made(client.resource(draft.kind).create(draft))

    def find(self, draft: Any, since: datetime | None) -> Sequence[str]:
        """Looks for records that an earlier `create` of this draft may have made.

        Args:
            draft: As given to `create`.
            since: Only records that were made at this time or later; None for records of any age.

        Returns:
            The ids of all records that the draft's `look_up_key` finds and that say the same, cancelled ones too; of a
            patient who was marked all that bear the mark, if any does. Archived ones are left out: a record is
            archived after its write is settled.
        """
        return look_up.find(self._client, draft, since, self._marks)

    def find_changed(self, draft: Any, since: datetime | None) -> Sequence[str]:
        """Looks for what an earlier `create` may have made of a record that said something else then.

        Args:
            draft: What would be given to `create` now.
            since: Only records that were made at this time or later.

        Returns:
            The ids of all records of the kind that were made since then, of the same patient where it has one. Patients
            who bear another one's mark are left out.
        """
        return look_up.find_changed(self._client, draft, since, self._marks)

    def made_since(self, kind: str, since: datetime, patient: str | None) -> Sequence[str] | None:
        """Looks for what an earlier `create` may have made of a record that does not go any more.

        Args:
            kind: The record kind's name.
            since: Only records that were made at this time or later.
            patient: The account's id of its patient; None where it has none.

        Returns:
            The ids of all records of the kind that were made since then, of the same patient where it has one. None
            where nobody can tell: the account makes such records by itself, or has one for each patient that is set.
        """
        if KINDS[kind].look_first or KINDS[kind].one_each:
            return None
        return look_up.made_since(self._client, kind, since, patient)

    def lost(self, draft: Any, id: str) -> tuple[Loss, ...]:
        """Says what the account had refused of a record that `find` has found.

        Args:
            draft: As given to `create`.
            id: The record's id.
        """
        draft, losses = _acceptable(draft)
        if draft.kind not in {each.kind for each in FALLBACKS}:
            return losses
        try:
            record = self._read(draft, id)
        except NotFound:  # it was taken away since
            return losses
        return (*losses, *self._authors.lost(draft, record), *lost(draft, record))

    def _read(self, draft: Any, id: str) -> Any:
        if draft.kind == "referral_sources":
            return self._client.patients.referral_source(draft.patient_id)
        return self._resource(draft.kind).get(id)

    def unread(self, draft: Any) -> tuple[Loss, ...]:
        """Says what `same` could not compare of a draft, because the account does not show it.

        Args:
            draft: What a record that was there already is adopted for.
        """
        hidden = sorted(comparison.UNREADABLE.get(draft.kind, frozenset()) - comparison.READ_OTHERWISE)
        return tuple(Loss(name, _NOT_SHOWN) for name in hidden if _says(getattr(draft, name)))

    def look_up_key(self, draft: Any) -> Hashable:
        """Returns what `find` looks a draft up by."""
        return look_up.look_up_key(draft)

    def present(self, drafts: Sequence[Any]) -> Sequence[Present | None]:
        """Says which attendees, relationships or referral sources stand in the account already.

        Args:
            drafts: Drafts of one kind.

        Returns:
            For each draft what stands there for it, or None.
        """
        kind = drafts[0].kind if drafts else None
        if kind == "attendees":
            return presence.present_attendees(self._client, drafts)
        if kind == "relationships":
            return presence.present_relationships(self._client, drafts)
        if kind == "referral_sources":
            return presence.present_referral_sources(self._client, drafts)
        return [None] * len(drafts)

    def put_away(self, drafts: Sequence[Any]) -> Sequence[Sequence[tuple[Present, str]]]:
        """Says which archived relationships say what drafts do.

        Args:
            drafts: Drafts of one kind.

        Returns:
            For each draft pairs of such a relationship, and the id of the one that came along with it.
        """
        real = [draft for draft in drafts if draft.kind == "relationships" and not presence.is_planned(draft)]
        found = dict(zip(map(id, real), presence.archived_relationships(self._client, real), strict=True))
        return [
            [(Present(one.id, same=True, record=one), other.id) for one, other in found.get(id(draft), ())]
            for draft in drafts
        ]

    def foresee(self, drafts: Sequence[Any]) -> Sequence[Present | None]:
        """Says what `present` will find once what the drafts point at is made.

        Args:
            drafts: Drafts of one kind.
        """
        return presence.foreseen(drafts, self.present)

    def foresee_looks(self, drafts: Sequence[Any]) -> int:
        """Returns how many requests `present` will take beyond those that `foresee` takes.

        Args:
            drafts: Drafts of one kind, as given to `foresee`.
        """
        return presence.looks(drafts)

    def foresee_clash(self, draft: Any, earlier: Sequence[Any]) -> str | None:
        """Says why a draft will be refused beside others of the same patients, or None.

        Args:
            draft: With the destination's ids.
            earlier: Drafts that are found by the same look-up key, and will be there.
        """
        if draft.kind != "relationships":
            return None
        there = bool(earlier) or (not presence.is_planned(draft) and bool(look_up.related(self._client, draft)))
        return _RELATED if there and not presence.agrees(draft, earlier) else None

    def clashed(self, draft: Any) -> Mapping[str, str]:
        """Says which archived relationships of the same patients were in a draft's way while they were live.

        Args:
            draft: With the destination's ids.
        """
        if draft.kind != "relationships" or presence.is_planned(draft):
            return {}
        return dict.fromkeys(look_up.related(self._client, draft, archived=True), _RELATED)

    def lasting(self, kind: str, *, changed: bool) -> tuple[Loss, ...]:
        """Gives the losses with which `create` may have made a record and that a change of it does not make good.

        Args:
            kind: The record kind's name.
            changed: Whether the record is changed by `update`.
        """
        lasting = {NOTES: AUTHOR, "patient_forms": signatures.NOT_TAKEN}
        once = self._resource(kind).create_only
        refused = [each for each in FALLBACKS if each.kind == kind and (not changed or each.attribute in once)]
        return (*([lasting[kind]] if kind in lasting else []), *(each.loss for each in refused))

    def foresee_locked(self, kind: str, record: Any) -> str | None:
        """Says why the account will take no change of a record, or None.

        Args:
            kind: The record kind's name.
            record: As the account's client gives it.
        """
        if kind == NOTES and not record.draft:
            return _FINALISED
        if is_archived(record) and kind not in self.unarchives:
            return _PUT_AWAY
        return None

    def foresee_losses(self, draft: Any) -> Sequence[Loss]:
        """Says what `create` will leave out of a draft, as far as the draft shows it.

        Args:
            draft: With the destination's ids.
        """
        acceptable, losses = self._acceptable(draft)
        if _is_refused_at_first(acceptable):
            return (*losses, *(each.loss for each in FALLBACKS if each.attribute == "completed"))
        return losses

    def _acceptable(self, draft: Any) -> tuple[Any, tuple[Loss, ...]]:
        acceptable, losses = _acceptable(draft)
        return acceptable, (*losses, *self._authors.losses(draft))

    def cost(self, work: Any, *, change: bool = False) -> int:
        """Returns how many requests a piece of work takes when all goes well.

        Args:
            work: A draft, or a follow-up.
            change: For a draft: whether it changes a record and does not make one.
        """
        if isinstance(work, CheckFile):
            return 2
        if isinstance(work, FollowUp) or change:
            return 1
        return _REQUESTS.get(work.kind, 1) + _is_refused_at_first(work)

    def spending(self, work: Any, *, kind: str, id: str | None = None) -> Mapping[str, int]:
        """Says how many requests a piece of work takes when all goes well, by the user whose allowance they are of.

        Args:
            work: A draft, or a follow-up.
            kind: The record kind's name.
            id: The record that is changed or finished; None where one is made.
        """
        if id is None:
            return {self._authors.allowance(work): self.cost(work)}
        spent = Counter({planned_allowance(id) if kind == NOTES else MAIN: self.cost(work, change=True)})
        return spent + Counter({MAIN: 1}) if kind == NOTES and self._authors.looks_first else spent

    def read(self, kind: str, ids: Sequence[str], *, hidden: bool = False) -> Iterator[tuple[str, Any]]:
        """Reads records again, 100 a request.

        Args:
            kind: The record kind's name.
            ids: Their ids in the account.
            hidden: Whether archived and cancelled records are given too.

        Returns:
            Pairs of id and record. Nothing for a kind whose endpoint the account lacks.
        """
        try:
            for some in batched(ids, IDS_A_REQUEST):
                listed = self._resource(kind).list(id=some, include_archived=hidden, include_cancelled=hidden)
                yield from ((record.id, record) for record in listed)
        except NotFound:
            if kind not in OPTIONAL_KINDS:
                raise

    remembered = listings.REMEMBERED
    """Where and by whom appointment types are offered, which files belong to a case, and whether it is closed."""

    def listed(self, kind: str, ids: Sequence[str], name: str) -> Mapping[str, Collection[str]]:
        """Reads where or by whom appointment types are offered, or which files belong to cases.

        Args:
            kind: The record kind's name.
            ids: The records' ids.
            name: The draft's attribute.
        """
        return listings.read(self._client, kind, ids, name)

    def same(self, draft: Any, record: Any) -> bool:
        """Says whether a record that `existing` gave holds all that the draft says."""
        return comparison.same(draft, record)

    def emptied(self, draft: Any, gone: Collection[str], record: Any) -> Emptied:
        """Makes a draft take away what a record still holds and the source has no more; links can't be emptied.

        Args:
            draft: With the destination's ids.
            gone: The draft's attributes that said something before.
            record: As `read` gives it; None where it is not known.
        """
        return emptying.emptied(draft, gone, record, self._reached)

    def state(self, record: Any) -> object:
        """Returns what a record says of what a draft can set.

        Args:
            record: As the account's client gives it.
        """
        return comparison.state(record)

    def shared(self, record: Any) -> Mapping[str, object]:
        """Says what of a record changes along with another one: an attendee's case, with its appointment's.

        Args:
            record: As the account's client gives it.
        """
        return comparison.shared(record)

    def shows(self, follow_up: FollowUp, record: Any) -> bool | None:
        """Says whether a record shows that a cancellation or an archiving was done to it.

        Args:
            follow_up: What may have been done.
            record: As the account's client gives it.
        """
        match follow_up:
            case Cancel():
                return is_cancelled(record)
            case Archiving():
                return is_archived(record)
            case _:
                return None

    def says_otherwise(self, follow_up: FollowUp, record: Any) -> tuple[str, ...]:
        """Names what a cancelled record says of its cancellation otherwise than it was meant.

        Args:
            follow_up: What was to be done; only a cancellation says anything.
            record: As the account's client gives it.
        """
        return cancelled_otherwise(follow_up, record) if isinstance(follow_up, Cancel) else ()

    def differences(self, wanted: Wanted, record: Any) -> tuple[str, ...]:
        """Names the attributes of which a draft says more than a record holds once all that follows is done.

        A mark is nothing that the source says: a patient who was there before has none.

        Args:
            wanted: What the record would be, had it to be made.
            record: As `existing` and `read` give it.
        """
        lacking = comparison.lacking(self._unmarked(in_the_end(_as_taken(wanted))), record)
        return tuple(comparison.READ_AS.get(name, name) for name in lacking)

    def _unmarked(self, draft: Any) -> Any:
        if isinstance(draft, PatientDraft) and self._marks and self._marks.patient(draft.old_reference_id):
            return attrs.evolve(draft, old_reference_id=UNSET)
        return draft

    def compare(self, wanted: Wanted, record: Any) -> tuple[str, ...]:
        """Names the attributes that a record holds otherwise than it was meant, once all that follows is done.

        Args:
            wanted: What the record was to be.
            record: As `read` gives it.
        """
        return comparison.differences(in_the_end(_as_taken(wanted)), record)

    def pictures(self, wanted: Wanted, record: Any) -> tuple[str, ...]:
        """Names the signatures of a form if they are other drawings than they were meant to be; fetches each of them.

        Args:
            wanted: What the record was to be.
            record: As `read` gives it.
        """
        draft = _as_taken(wanted).draft
        return () if signatures.are_the_same(self._client, draft, record) else ("signatures",)

    def fingerprint(self, id: str) -> tuple[int, str]:
        """Downloads a file and returns its size in bytes and its SHA-256.

        Args:
            id: The attachment's id.
        """
        return uploads.fingerprint(self._client, id)

    def link(self, record: Any) -> str | None:
        """Returns the address of the page that shows a record's patient.

        Args:
            record: As the account's client gives it.
        """
        return self._client.link(record)

    def remove(self, kind: str, id: str) -> None:
        """Takes a record back: deletes it where the API really deletes, and archives it elsewhere.

        Args:
            kind: The record kind's name.
            id: The record's id.

        Raises:
            Unsupported: The API can do neither.
        """
        taking_back.remove(self._authors.taker_back_of(kind, id), kind, id)

    def hanging_on(self, kind: str, ids: Sequence[str]) -> Iterator[tuple[str, str, str]]:
        """Gives what hangs on records or uses them, whoever made it, as far as the API finds it by their ids.

        Args:
            kind: The record kind's name.
            ids: The records' ids, at most 100.
        """
        return taking_back.hanging_on(self._client, kind, ids)

    def pointing_at(self, kind: str) -> Iterator[tuple[str, str, str]]:
        """Gives what hangs on records of a kind or uses them, as far as only whole lists tell.

        Args:
            kind: The record kind's name.
        """
        return taking_back.pointing_at(self._client, kind)

    def held(self, wanted: Sequence[Wanted]) -> list[list[Present]]:
        """Says which records in the account are what drafts of one kind would make.

        They are read by patient, 100 a request; bookings by practitioner and time. Of a file of the same name and size
        both are read and compared byte by byte.

        Args:
            wanted: What the records would be, had they to be made.

        Returns:
            For each of them all records that say the same, and are cancelled or archived exactly where it would be; the
            most alike first.
        """
        holdings = Holdings(self._client, self._authors.lost, self.workers)
        return holdings.find([_as_taken(each) for each in wanted]) if wanted else []

    def update(self, id: str, draft: Any, record: Any = None) -> Made:
        """Sets the given attributes of a record, but for those that only a new record can be given.

        What the account refuses is left out where the rest is worth having without it.

        Args:
            id: The record's id; for referral sources the draft's `patient_id` says whose it is.
            draft: The attributes to set.
            record: The record as it is, where that is known: only what differs is sent then.

        Returns:
            What was left out or stays otherwise, and what the record is now.

        Raises:
            Unsupported: The API has no way to change such a record.
        """
        tried: tuple[Fallback, ...] = ()
        if record is not None:
            draft = comparison.without_equal(draft, record)
        while True:
            try:
                changed = self._update(id, _unmailed(draft))
            except Unprocessable as error:
                fallback = next_fallback(draft, error, tried)
                if fallback is None:
                    raise
            else:
                return self._said_otherwise(draft, Made(id, tuple(each.loss for each in tried), changed))
            tried = (*tried, fallback)
            draft = fallback.without(draft)

    def _update(self, id: str, draft: Any) -> Any:
        client = self._authors.writer_of(draft.kind, id)
        if draft.kind == "referral_sources":
            return repeated(lambda: client.patients.set_referral_source(draft.patient_id, draft), client.clock)
        write = closing.method(client, draft.kind, "update")
        changes = attrs.evolve(draft, **dict.fromkeys(_create_only(draft, self._resource(draft.kind)), UNSET))
        return repeated(lambda: write(id, changes), client.clock)

    def seats(self, record: Any) -> int | None:
        """Says how many have room in a class.

        Args:
            record: The class, as the account's client gives it.
        """
        number: int | None = record.max_attendees
        return number

    def finish(self, kind: str, id: str, follow_up: FollowUp) -> Any:
        """Does what a record still needs after it was made. What is done already is left as it is.

        Args:
            kind: The record kind's name.
            id: The record's id.
            follow_up: What to do.

        Returns:
            The record as it is now where its attributes changed, None otherwise.

        Raises:
            FileDiffers: An uploaded file isn't what the source has.
            Unsupported: The API has no way to do it.
        """
        match follow_up:
            case Change():  # refused as a whole or not at all: nobody would count what is left out here
                return self._update(id, _unmailed(follow_up.draft))
            case Seats():
                return self._update(id, GroupAppointmentDraft(max_attendees=follow_up.number))
            case Cancel():
                closing.cancel(self._client, kind, id, follow_up)
            case Archiving():
                closing.archive(self._authors.writer_of(kind, id), kind, id)
            case Unmute():
                return self.update(id, _settings([follow_up.way], value=True)).record
            case CheckFile():
                return uploads.check_file(self._client, id, follow_up.file, self._fingerprints)
            case _:
                return super().finish(kind, id, follow_up)
        return None

    unarchives = frozenset({"patients", "treatment_notes"})
    """The names of kinds whose records can be taken out of the archive again."""

    def unarchive(self, kind: str, id: str) -> None:
        """Takes a patient or a treatment note out of the archive; one that isn't in it is left as it is.

        Args:
            kind: The record kind's name.
            id: The record's id.
        """
        repeated(lambda: self._resource(kind).unarchive(id), self._client.clock)

    def _resource(self, kind: str) -> Any:
        return self._client.resource(kind)

    def server_now(self) -> datetime:
        """Returns the account's own time: its answers' `Date` (aware, UTC)."""
        return self._client.server_now()

    def check(self) -> Iterator[Finding]:
        """Looks at the key: whether it is valid, and of an administrator and practitioner of the account named."""
        return check.check(self._client)

    def prepare(self, survey: Survey, matches: Mapping[Ref[Any], str]) -> Iterator[Finding]:
        """Looks at what the account will do by itself, at what has no place in it, and at the keys of authors.

        Args:
            survey: What preflight read of both accounts.
            matches: For matched records the source's ref and the destination's id.
        """
        self._marks = Marks.of_source(survey)
        self._reached = custom_fields.reachable(*definitions(survey))
        yield from self._authors.prepare(survey)
        yield from advice(self._client, survey, matches)

    def copied(self, source: str, record: Any) -> str | None:
        """Says by its mark of which of a source's patients a patient was made, by whatever transfer.

        Args:
            source: The source account's id.
            record: As the account's client gives it.
        """
        marks = Marks.of_account(source)
        return None if marks is None else marks.patient(record.old_reference_id)

    def archived_copies(self, source: str) -> int:
        """Counts the archived patients who bear the mark of a source, with one request.

        Args:
            source: The source account's id.
        """
        marks = Marks.of_account(source)
        return 0 if marks is None else marks.count_archived(self._client)

    def may_message(self) -> Collection[str]:
        """Says how the account could write to patients while records are made.

        What the API cancels sends the same e-mails as what is cancelled by hand; what it makes sends confirmations
        where an appointment type has templates for them.
        """
        types = self._client.appointment_types.list()
        confirms = any(each.appointment_confirmation_template_ids for each in types)
        return {"cancellations", "confirmations"} if confirms else {"cancellations"}

    def would_message(self, draft: Any) -> Collection[str]:
        """Says how the account could write to patients once it holds a record: an appointment type with templates.

        Args:
            draft: As the mapper gave it.
        """
        return {"confirmations"} if getattr(draft, "appointment_confirmation_template_ids", UNSET) else ()

    def loud(self, ids: Sequence[str]) -> Mapping[str, Collection[str]]:
        """Says which patients get e-mails about what is made or cancelled for them.

        Args:
            ids: The patients' ids.
        """
        found: dict[str, list[str]] = {}
        for some in batched(ids, IDS_A_REQUEST):
            for patient in self._client.patients.list(id=some, include_archived=True):
                ways = [way for way, name in WAYS.items() if getattr(patient, name)]
                if ways:
                    found[patient.id] = ways
        return found

    def foresee_loud(self, draft: Any) -> Collection[str]:
        """Says which e-mails a patient will get who is made of a draft: what it doesn't say is on in a new patient.

        Args:
            draft: As given to `create`.
        """
        if not isinstance(draft, PatientDraft):
            return ()
        return [way for way, name in WAYS.items() if getattr(draft, name) in (True, UNSET)]

    def silent(self, record: Any) -> Mapping[str, str]:
        """Says which e-mails a patient doesn't get, and by which setting.

        Args:
            record: The patient, as the account's client gives it; other records have no such settings.
        """
        return {way: name for way, name in WAYS.items() if getattr(record, name, True) is False}

    def mute(self, id: str, ways: Collection[str]) -> None:
        """Switches off a patient's e-mails.

        Args:
            id: The patient's id.
            ways: Of `may_message`, what to switch off.
        """
        self.update(id, _settings(ways, value=False))

    def default_mapper(self) -> Mapper:
        """Returns a `ClinikoMapper` that matches everything by name."""
        return ClinikoMapper()

    @property
    def requests_per_minute(self) -> float:
        """How many requests a minute the account allows the main key's user."""
        return self._client.requests_per_minute

    @property
    def allowances(self) -> Mapping[str, float | None]:
        """How many requests a minute each user has whose key writes; the main key's under `""`."""
        return self._authors.allowances

    @property
    def requests_sent(self) -> int:
        """How many requests the clients have sent, the authors' too, and for whatever purpose."""
        return self._authors.requests_sent


def _made(record: Any) -> Made:
    return Made(record.id, record=record)


def _says(value: Any) -> bool:
    """Says whether an attribute of a draft is given; an empty list says nothing."""
    return comparable(value) is not None


def _create_only(draft: Any, resource: Any) -> list[str]:
    """Names the attributes that only a new record can be given."""
    names = {*resource.create_only, *(("content",) if draft.kind == "patient_attachments" else ())}
    return [field.name for field in attrs.fields(type(draft)) if field.name in names]


def _settings(ways: Collection[str], *, value: bool) -> PatientDraft:
    """Returns a patient's settings for what the account writes about."""
    draft = PatientDraft()
    if "confirmations" in ways:
        draft = attrs.evolve(draft, receives_confirmation_emails=value)
    if "cancellations" in ways:
        draft = attrs.evolve(draft, receives_cancellation_emails=value)
    return draft


def _as_taken(wanted: Wanted) -> Wanted:
    return Wanted(_acceptable(wanted.draft)[0], wanted.follow_ups)


def _is_refused_at_first(draft: Any) -> bool:
    """Says whether a draft is a form that can't be completed as it is: it is sent once more, not completed."""
    return draft.kind == "patient_forms" and bool(draft.completed) and signatures.is_incomplete(draft)


def _acceptable(draft: Any) -> tuple[Any, tuple[Loss, ...]]:
    """Leaves out what the API is known to refuse, and what would send a message."""
    if draft.kind == "patient_forms":
        return signatures.without_others(_unmailed(draft, always=True))
    if draft.kind == "patient_attachments" and draft.content and draft.filename is UNSET:
        return attrs.evolve(draft, filename=draft.content.name), ()
    return draft, ()


def _unmailed(draft: Any, *, always: bool = False) -> Any:
    """Sees to it that no patient is sent a form."""
    if draft.kind == "patient_forms" and (always or draft.email_to_patient_on_completion):
        return attrs.evolve(draft, email_to_patient_on_completion=False)
    return draft
