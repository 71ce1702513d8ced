"""Writes into a workspace of Splose."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, get_args

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET
from clinikomigrate.cliniko.models import PatientForm
from clinikomigrate.errors import ConfigurationError, Error
from clinikomigrate.sinks import moments
from clinikomigrate.sinks.clients import checked
from clinikomigrate.sinks.repeating import repeated
from clinikomigrate.sinks.splose import comparison, extra, foreseen, lasting, look_up, practice, reading, reasons
from clinikomigrate.sinks.splose.advice import advice, of_archive, of_damaged
from clinikomigrate.sinks.splose.archive import work_lists
from clinikomigrate.sinks.splose.archive.folder import Folder
from clinikomigrate.sinks.splose.archive.settings import keep_settings
from clinikomigrate.sinks.splose.attachments import Attachments
from clinikomigrate.sinks.splose.cancellation_reasons import checked as cancellation_reasons_of
from clinikomigrate.sinks.splose.cancellation_reasons import read as read_reasons
from clinikomigrate.sinks.splose.changing import Changing
from clinikomigrate.sinks.splose.clearing import Clearing
from clinikomigrate.sinks.splose.codes import CODES
from clinikomigrate.sinks.splose.documents import Arrangement
from clinikomigrate.sinks.splose.documents.fonts import Fonts
from clinikomigrate.sinks.splose.documents.letters import Letters
from clinikomigrate.sinks.splose.drafts import AnswersDraft, ClientDraft, FileDraft, SeatDraft, VisitDraft
from clinikomigrate.sinks.splose.field_names import of_source
from clinikomigrate.sinks.splose.mapper import SploseMapper
from clinikomigrate.sinks.splose.mapping.family import Workspace
from clinikomigrate.sinks.splose.mapping.people import NOBODY
from clinikomigrate.sinks.splose.outcomes import Outcomes, cancelled_otherwise
from clinikomigrate.sinks.splose.replacing import Replacing
from clinikomigrate.sinks.splose.sending import as_sent
from clinikomigrate.sinks.splose.signatures import Signatures
from clinikomigrate.sinks.splose.telling.deleting import further_files
from clinikomigrate.sinks.splose.telling.drafts import DocumentDraft, Telling
from clinikomigrate.sinks.splose.telling.looking import FurtherUnknownLetters, UnknownLetters
from clinikomigrate.sinks.splose.telling.teller import Settings, Teller
from clinikomigrate.sinks.splose.ways import ways
from clinikomigrate.sinks.splose.whereabouts import whereabouts
from clinikomigrate.splose import Splose
from clinikomigrate.splose.models import Patient
from clinikomigrate.transfer.aside import SetAside
from clinikomigrate.transfer.batches import batched
from clinikomigrate.transfer.deleting import ToDelete
from clinikomigrate.transfer.findings import Finding
from clinikomigrate.transfer.follow_ups import Arrive, Cancel, Change, FillIn, FollowUp, Unmute
from clinikomigrate.transfer.inspection import Look, PlanLook
from clinikomigrate.transfer.keys import no_answer
from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.mapper import Fetch, Mapper
from clinikomigrate.transfer.persons import Person
from clinikomigrate.transfer.sink import Account, Made, Present, Sink, Wanted
from clinikomigrate.transfer.source import IDS_A_REQUEST
from clinikomigrate.transfer.summary import LossCount, Table
from clinikomigrate.transfer.survey import Survey
from clinikomigrate.transfer.tally import Count
from clinikomigrate.transfer.whereabouts import Whereabouts

_WAY: Final = "confirmations"
_PREFERENCE: Final = "communication_preference"
_TAKEN: Final = frozenset(kind.name for kind in KINDS.values() if kind.left_behind is None) - {"appointment_types"}
_MARKED: Final = dict.fromkeys(("individual_appointments", "attendees"), (reasons.NO_REASON,))
_NO_MESSAGES: Final = (None, UNSET, NOBODY)
_WRITTEN: Final = 2
"""How many requests it takes to give a client the setting back, beyond looking at it: write, read again."""
_UPDATE: Final = 1 + _WRITTEN
"""How many requests it takes to change a client, or to mark an appointment: read, write, read again."""


class SploseSink(Sink):
    """A workspace of Splose as a destination.

    Clients, contacts and appointments are made, and clients' files as far as Splose takes them. Of everything else
    Splose's API makes no records. What is written about patients goes into PDF documents among their clients' files:
    with `documents="each"` each treatment note and each form in one of its own, which counts as created; all the rest
    (alerts, cases, the history of appointments, communications) in one more for each client, made at the end of a run,
    for which these records are skipped with that reason. With `"collected"` notes and forms stand in that one too. A
    later run adds documents of what is new or was changed, and says so in their names. What neither makes nor tells is
    counted as a loss, with its reason. All records that go are kept in an archive folder as data, and so are the files
    that Splose doesn't take. Splose takes nothing back, so `Transfer.undo` removes nothing and lists what is to be
    deleted by hand, in which order.

    It never lets the workspace write to a client because of the transfer: a client who is booked is made with no
    messages, and gets the right setting when all is done.

    What became of an appointment stands in its note, and a cancelled one is made archived. With `outcomes` it is marked
    as well, by calls that Splose doesn't document: they may write to clients and charge for a cancellation. Clients are
    muted for it; it takes three requests for each marked appointment. Turned on later, it marks what went before too.

    Args:
        client: The workspace's client. The sink leaves it open.
        archive: The folder that takes all records that go, as data, and what a person has to look after. By default it
            lies beside the journal's file and is called after it: `northside.journal.archive`.
        documents: What becomes of what Splose has no records for: `"each"` makes a PDF document of each treatment note
            and each form, and one of all the rest of a client's record; `"collected"` makes one document of everything;
            None makes none, and all of it is a loss.
        fonts: Files of fonts for characters that DejaVu Sans doesn't have, the most wanted first.
        outcomes: Whether attendance and cancellations are sent too. Off by default, because nobody proved these calls.
        cancellation_reasons: With `outcomes`: by what the source calls a reason (`"Feeling better"`), which of the
            workspace's cancellation reasons stands for it, by name or id. Those not named are matched by name; what
            has none is archived and not marked, which is a loss.
        workers: How many writes may be in flight at once.

    Attributes:
        keeps: Whether all records that go are kept in the archive folder: they are.
        workers: How many writes may be in flight at once.

    Raises:
        ConfigurationError: The client is no Splose client, there is no worker, no such arrangement of documents, a file
            is no font, the extra `splose` isn't installed, or reasons are given in another form or without `outcomes`.
    """

    drafts_for = "Splose"
    keeps = True
    at_once = 20
    takes_back = False
    fills_in = MappingProxyType({"patients": reasons.NO_PLACE})
    left_as_it_is = reasons.LEFT_AS_IT_IS
    unseen = frozenset({"patient_attachments", "patient_forms", "treatment_notes"})
    names = MappingProxyType(
        {
            "attendees": "appointment",
            "individual_appointments": "appointment",
            "patient_attachments": "file",
            "patient_forms": "file",
            "patients": "client",
            "treatment_notes": "file",
        }
    )

    def __init__(
        self,
        client: Splose,
        *,
        archive: str | os.PathLike[str] | None = None,
        documents: Arrangement | None = "each",
        fonts: Iterable[str | Path] = (),
        outcomes: bool = False,
        cancellation_reasons: Mapping[str, str] | None = None,
        workers: int = 4,
    ) -> None:
        client = checked(client, Splose)
        if workers < 1:
            raise ConfigurationError(f"workers must be at least 1, not {workers}.")
        if documents not in (*get_args(Arrangement), None):
            raise ConfigurationError(f"documents must be 'each', 'collected' or None, not {documents!r}.")
        if cancellation_reasons is not None and not outcomes:
            raise ConfigurationError("cancellation_reasons is of use with outcomes=True only.")
        self._marks = outcomes
        self.catches_up = _MARKED if outcomes else {}
        self._reasons = cancellation_reasons_of(cancellation_reasons or {})
        self._called: Mapping[str, str] = {}
        self._outcomes = Outcomes(client)
        self._ways = frozenset({_WAY, "cancellations"} if outcomes else {_WAY})
        self.workers = workers
        self._documents = documents
        if isinstance(fonts, str | Path):
            raise ConfigurationError("fonts must be a list of files, also of a single one.")
        self._fonts = tuple(fonts)
        self._letters = None if documents is None else _letters(self._fonts)
        self._folder = Folder(archive)
        self._lock = threading.Lock()
        self._teller: Teller | None = None
        self._survey: Survey | None = None
        self._client = client
        self._attachments = Attachments(client, self._folder)
        self._signatures = Signatures(self._folder, shown=documents is not None)
        self._kept_settings = False
        self._clearing = Clearing(self._folder)
        self._replacing = Replacing(client, self._clearing)
        self._changing = Changing(client, self._replacing)

    def __repr__(self) -> str:
        return f"<SploseSink {self._client!r}>"

    @property
    def kinds(self) -> Collection[str]:
        """The names of the record kinds that go, or of which the mapper says why they don't."""
        return _TAKEN

    def account(self) -> Account:
        """Returns the workspace that is written to.

        Splose gives a workspace no id, so that its oldest location stands for it.

        Raises:
            ConfigurationError: The workspace has no location.
        """
        locations = list(self._client.locations.list(include_archived=True))
        if not locations:
            raise ConfigurationError("The workspace has no location: make one in Splose's settings first.")
        first = locations[0]
        made = "" if first.created_at is None else f"-{first.created_at:%Y%m%d%H%M%S}"
        region = self._client.region
        known = read_reasons(self._client, self._reasons) if self._marks else None
        self._called = {} if known is None else known.called
        fields, activities = tuple(self._client.custom_fields.list()), practice.activities(self._client)
        own = practice.own(locations)
        details = Workspace(fields, known, self._documents, self._letters, activities, own)
        return Account(f"splose-{region}-{first.id}{made}", f"Splose ({first.title or first.id})", details, region)

    def lie_beside(self, journal: Path) -> None:
        """Is told where the journal lies: the archive folder lies beside it, unless another one was given.

        Args:
            journal: The path of its file.
        """
        self._folder.lie_beside(journal)
        self._teller = None

    def let_go(self) -> None:
        """Closes the archive folder until it is needed again."""
        self._folder.close()

    def witness(self, entities: Sequence[Any]) -> Iterable[tuple[Ref[Any], FollowUp]]:
        """Keeps records in the archive folder.

        Args:
            entities: Records of one kind.

        Returns:
            Who is to be told more than they were, in a further document.

        Raises:
            ArchiveError: The folder can't be written to, or belongs to a transfer between other accounts.
            ConfigurationError: None was given, and the journal is no file.
        """
        archive = self._folder.ready()
        with self._lock:
            if not self._kept_settings and self._survey is not None and self._survey.settings is not None:
                keep_settings(archive, self._survey.settings)
                self._kept_settings = True
        archive.put(entities)
        return () if self._documents is None else self._telling().owed(entities)

    def keep_parts(self, entity: Any, fetch: Callable[[Fetch], object]) -> Sequence[Loss]:
        """Keeps the drawn signatures of a form in the archive folder, from where its document takes them.

        Args:
            entity: A record that goes; forms have signatures.
            fetch: Reads them from the source.

        Returns:
            What the source doesn't give away, or no document can show.

        Raises:
            ArchiveError: The folder can't be written to.
            Error: A signature could not be read now.
        """
        return self._signatures.keep(entity, fetch) if isinstance(entity, PatientForm) else ()

    def foresee_parts(self, entity: Any, fetch: Callable[[Fetch], object]) -> Sequence[Loss]:
        """Says what `keep_parts` will say, and keeps nothing.

        Args:
            entity: A record that goes.
            fetch: Reads its signatures from the source.
        """
        return self._signatures.foresee(entity, fetch) if isinstance(entity, PatientForm) else ()

    def looks(self) -> Iterable[Look]:
        """Looks for characters that no font has, in what preflight reads anyway: notes, and names."""
        if self._letters is None or self._survey is None:
            return ()
        return (UnknownLetters(self._letters, self._survey),)

    def plan_looks(self) -> Iterable[PlanLook]:
        """Looks for characters that no font has in all the rest of what documents tell."""
        return () if self._letters is None else (FurtherUnknownLetters(self._letters),)

    @property
    def told(self) -> Mapping[str, str]:
        """What it was told, in words: how documents are arranged, where the folder is, how appointments are marked."""
        told = {"documents": self._documents or "none", "archive": self._folder.told}
        if not self._marks:
            return told
        named = ", ".join(f"{name!r} as {there!r}" for name, there in sorted(self._reasons.items()))
        return {**told, "outcomes": "sent", **({"cancellation_reasons": named} if named else {})}

    def _telling(self) -> Teller:
        """Gives what makes documents, for the archive that there is and what preflight has read last."""
        with self._lock:
            if self._teller is None:
                survey = self._survey or Survey(None)
                zone = moments.zone(getattr(getattr(survey.settings, "account", None), "time_zone_identifier", None))
                settings = Settings(self._documents or "each", self._fonts, survey.names, zone)
                self._teller = Teller(self._client, self._folder.archive, settings)
            return self._teller

    def existing(self, kind: str) -> Iterator[tuple[str, Any]]:
        """Sweeps what the workspace holds of a kind; archived records are left where they are.

        Args:
            kind: The record kind's name. Nothing is given of a kind that Splose doesn't have.
        """
        return practice.existing(self._client, kind)

    def existing_archived(self, kind: str) -> Iterator[tuple[str, Any]]:
        """Sweeps the clients in the workspace's archive.

        Args:
            kind: `"patients"`.
        """
        for record in self._client.resource(kind).list(include_archived=True):
            if record.archived or record.deleted_at is not None:
                yield record.id, record

    def person(self, record: Any) -> Person:
        """Says who a client of the workspace is.

        Args:
            record: As `existing` gives it.
        """
        return practice.person(record)

    def create(self, draft: Any) -> Made:
        """Makes one record.

        Args:
            draft: With the destination's ids.

        Returns:
            The new record's id.

        Raises:
            Unprocessable: The workspace refused the record.
            OutcomeUnknown: The record may have been made or not.
            UploadInDoubt: A file may have arrived or not; the message says what to do.
            Unsupported: Splose doesn't take the file: it lies in the archive folder.
            ArchiveError: The archive folder can't be used.
        """
        if isinstance(draft, FileDraft):
            return self._attachments.create(draft)
        if isinstance(draft, DocumentDraft):
            return self._telling().create(draft)
        sent = as_sent(draft)
        if isinstance(draft, ClientDraft) and draft.to_come is True:
            sent = attrs.evolve(sent, communication_preference=NOBODY)
        record = self._client.resource(sent.kind).create(sent)
        if isinstance(draft, ClientDraft):
            self._folder.note_client(record.id, f"{record.firstname or ''} {record.lastname or ''}".strip())
        return Made(record.id, record=record)

    def find(self, draft: Any, since: datetime | None) -> Sequence[str]:
        """Looks for records that an earlier `create` of this draft may have made, archived ones too.

        Of a document nothing is found: Splose can't list files, and `create` knows which were sent.

        Args:
            draft: As given to `create`.
            since: Only records that were made at this time or later; None for records of any age.
        """
        if isinstance(draft, FileDraft):
            return self._attachments.sent(draft)
        return [] if isinstance(draft, DocumentDraft) else look_up.find(self._client, draft, since)

    def find_changed(self, draft: Any, since: datetime | None) -> Sequence[str]:
        """Looks for what an earlier `create` may have made of a record that said something else then.

        Args:
            draft: What would be given to `create` now.
            since: Only records that were made at this time or later.
        """
        if isinstance(draft, FileDraft | DocumentDraft):  # a file is known by the source's id, whatever it is called
            return ()
        return look_up.find_changed(self._client, draft, since)

    def look_up_key(self, draft: Any) -> Hashable:
        """Returns what `find` looks a draft up by."""
        if isinstance(draft, DocumentDraft):
            return (draft.kind, draft.record)
        return look_up.look_up_key(draft)

    def present(self, drafts: Sequence[Any]) -> Sequence[Present | None]:
        """Says which seats stand there already: those of individual appointments are these appointments.

        Args:
            drafts: Drafts of one kind.
        """
        return [_standing(draft) for draft in drafts]

    def foresee(self, drafts: Sequence[Any]) -> Sequence[Present | None]:
        """Says what `present` will find.

        Args:
            drafts: Drafts of one kind.
        """
        return self.present(drafts)

    def foresee_clash(self, draft: Any, earlier: Sequence[Any]) -> str | None:  # noqa: ARG002 - nothing clashes
        """Says why a file or document need not be made again: it lies in the archive folder, or was taken out of there.

        Args:
            draft: With the destination's ids.
            earlier: Other drafts.
        """
        if isinstance(draft, DocumentDraft):
            return self._telling().left(draft) if self._folder.is_there else None
        return self._attachments.left(draft) if isinstance(draft, FileDraft) else None

    def foresee_refusal(self, draft: Any) -> str | None:
        """Says why a file will go into the archive folder, as far as what the source says of it shows.

        Args:
            draft: With the destination's ids.
        """
        reason = foreseen.why_not(draft.file) if isinstance(draft, FileDraft) else None
        return reason and reasons.IN_THE_FOLDER.format(reason)

    def lasting(self, kind: str, *, changed: bool) -> Sequence[Loss]:
        """Gives the losses that a record may have, and that a change of it does not make good.

        Args:
            kind: The record kind's name.
            changed: Whether the record is changed by `update`.
        """
        return lasting.of(kind, changed=changed)

    def may_lose(self, kind: str, follow_up: FollowUp) -> Sequence[Loss]:
        """Gives the losses that an arrival may come to: it is sent again with each change of its appointment.

        Args:
            kind: The record kind's name.
            follow_up: What is done.
        """
        return lasting.of_follow_up(kind, follow_up)

    def foresee_change(self, draft: Any) -> Sequence[Loss]:
        """Says what `update` will leave out of a draft: files and documents stay as they are.

        Args:
            draft: With the destination's ids.
        """
        return lasting.of_change(draft)

    def cost(self, work: Any, *, change: bool = False) -> int:
        """Returns how many requests a piece of work takes when all goes well.

        Args:
            work: A draft, or a follow-up.
            change: For a draft: whether it changes a record and does not make one.
        """
        match work:
            case Unmute():  # what mutes is counted with the write that takes it back; only giving it back has a setting
                return 1 if work.setting else _UPDATE + _WRITTEN
            case Change():
                return 2
            case Arrive() | Cancel() | FillIn():
                return _UPDATE
            case FileDraft() if change:
                return 0
            case ClientDraft():
                return _UPDATE if change or work.to_come is True else 1
        return 1

    def read(self, kind: str, ids: Sequence[str], *, hidden: bool = False) -> Iterator[tuple[str, Any]]:
        """Reads records again.

        Args:
            kind: The record kind's name.
            ids: Their ids in the workspace.
            hidden: Whether archived records are given too.

        Raises:
            NotImplementedError: They are documents: Splose shows no files.
        """
        if kind in self.unseen:
            raise NotImplementedError("Splose can't be asked for a client's files.")
        return reading.records(self._client, kind, ids, hidden=hidden)

    def says_otherwise(self, follow_up: FollowUp, record: Any) -> tuple[str, ...]:
        """Names what an appointment that is marked as cancelled says of that otherwise than it was meant.

        Args:
            follow_up: What was to be done; only a cancellation says anything.
            record: The appointment.
        """
        return cancelled_otherwise(follow_up, record, self._called) if isinstance(follow_up, Cancel) else ()

    def same(self, draft: Any, record: Any) -> bool:
        """Says whether a record holds all that the draft says."""
        return not comparison.differences(draft, record)

    def left_over(self, draft: Any, record: Any) -> Sequence[str]:
        """Names what a record has that the source has no more; of a client in the workspace's own fields too."""
        return comparison.left_over(draft, record)

    def told_by(self, draft: Any) -> str | None:
        """Says that an individual appointment says all that its attendee says."""
        return None if _standing(draft) is None else "individual_appointments"

    def differences(self, wanted: Wanted, record: Any) -> Sequence[str]:
        """Names what a record does not hold of its draft, as the source calls it."""
        return of_source(wanted.draft.kind, comparison.in_the_end(wanted, record, ours=False))

    def compare(self, wanted: Wanted, record: Any) -> Sequence[str]:
        """Names what a record holds otherwise than it was meant, once all that follows is done, as the source does."""
        return of_source(wanted.draft.kind, comparison.in_the_end(wanted, record, ours=True))

    def state(self, record: Any) -> object:
        """Returns what a record says of what a draft can set; what an update of a transfer's own cleared counts too."""
        return comparison.state(record, self._cleared(record))

    def cleared(self, record: Any) -> Sequence[str]:
        """Names what an update cleared of a client and nobody has entered again, as the source does."""
        return of_source("patients", self._cleared(record))

    def _cleared(self, record: Any) -> Mapping[str, Any]:
        return self._clearing.cleared(record) if isinstance(record, Patient) else {}

    def held(self, wanted: Sequence[Wanted]) -> list[list[Present]]:
        """Says which appointments in the workspace are what drafts of one kind would make.

        Args:
            wanted: What the records would be, had they to be made.
        """
        return [self._held(each.draft) for each in wanted]

    def _held(self, draft: Any) -> list[Present]:
        if not isinstance(draft, VisitDraft | SeatDraft) or _standing(draft) is not None:
            return []
        if not str(draft.patient_id).isdigit():  # a client who is only planned has nothing yet
            return []
        ids = look_up.find(self._client, draft, None)
        found = [
            self._judged(draft, Present(id, not differs, differs, record))
            for id, record in reading.records(self._client, draft.kind, ids, hidden=True)
            for differs in [of_source(draft.kind, _but_when(draft, record, comparison.differences(draft, record)))]
        ]
        return sorted(found, key=lambda each: len(each.differs))

    def _judged(self, draft: Any, present: Present) -> Present:
        """Says of an appointment that is live in the source only, or in the diary only, what is to be done."""
        record, gone = present.record, as_sent(draft).deleted_at
        closed = comparison.closed_there(draft, record)
        if closed is False or (closed is None and gone is UNSET):
            return present
        if record.end is not None and record.end <= self.server_now():  # nobody waits for anybody any more
            return present
        if closed:
            return attrs.evolve(present, objection=reasons.GONE_THERE.format(record.id))
        if record.created_at is not None and record.created_at > gone:
            return attrs.evolve(present, beside=Loss("cancelled_at", reasons.BOOKED_ANEW))
        return attrs.evolve(present, objection=reasons.LIVE_THERE.format(record.id))

    def edited(self, draft: Any, record: Any) -> str | None:
        """Says what is to be done about an appointment that changed in the source and was archived or cancelled there.

        Where it is gone in the source too, and Splose's says all else but for its note, that is as it should be.

        Args:
            draft: With the destination's ids.
            record: As it is.
        """
        closed = comparison.closed_there(draft, record)
        if closed is None:
            return None
        if closed:
            return reasons.GONE_THERE_SINCE.format(record.id)
        return "" if {"deleted_at", "note"}.issuperset(comparison.differences(draft, record)) else None

    def whereabouts(self, kind: str, ids: Mapping[str, str]) -> Mapping[str, Whereabouts]:
        """Says whose records are, when appointments begin, and what files are called.

        Args:
            kind: The record kind's name.
            ids: By the source's id: the workspace's, blank where the record isn't there.
        """
        return whereabouts(self._folder.archive, kind, ids) if self._folder.is_there else {}

    def keep_lists(self, set_aside: Sequence[SetAside], to_delete: Sequence[ToDelete]) -> None:
        """Keeps, in the archive folder, lists of what a person has to see to, with clients' names.

        Args:
            set_aside: What was set aside.
            to_delete: What is to be deleted by hand; of `undo` only.

        Raises:
            ArchiveError: The folder can't be written to.
        """
        if self._folder.is_there:
            work_lists.keep(self._folder.archive, self.names, set_aside, to_delete)

    def besides(self) -> Iterable[ToDelete]:
        """Gives the files that stand for no single record, and those that a record has beside its first one."""
        return further_files(self._folder.archive) if self._folder.is_there else ()

    def update(self, id: str, draft: Any, record: Any = None) -> Made:  # noqa: ARG002 - it is read anew anyway
        """Sets the given attributes of a record, as far as Splose's API can.

        Args:
            id: The record's id.
            draft: The attributes to set.
            record: The record as it is, where that is known.

        Returns:
            What could not be changed, and what the record is now.

        Raises:
            Unsupported: The API has no way to change such a record, or would write to the client about it.
        """
        if isinstance(draft, FileDraft):
            return Made(id, lasting.of_change(draft))
        if isinstance(draft, DocumentDraft):
            return self._telling().update(id, draft)
        return self._changing.update(id, draft)

    def finish(self, kind: str, id: str, follow_up: FollowUp) -> Any:
        """Does what a record still needs after it was made. What is done already is left as it is.

        Args:
            kind: The record kind's name.
            id: The record's id.
            follow_up: What to do.

        Returns:
            The client as it is now, or the appointment before and after.

        Raises:
            Unsupported: An update would lose something of the client, or a cancelled appointment stands as a live one.
            UploadInDoubt: A document may have arrived or not; the message says what to do.
            OutcomeUnknown: It can't be learnt whether an appointment was marked.
        """
        match follow_up:
            case Telling():
                return self._telling().tell(id, follow_up)
            case Change(draft=AnswersDraft() as answers):
                values: Any = answers.answers or {}
                set_fields = self._client.patients.set_custom_fields
                repeated(lambda: set_fields(id, values), self._client.clock)
                return self._client.patients.get(id)
            case FillIn():
                return self._changing.fill_in(id, follow_up.draft)
            case Unmute():
                return self._replacing.unmute(id, follow_up.setting)
            case Arrive() | Cancel():
                marks = self._outcomes
                return marks.cancel(kind, id, follow_up) if isinstance(follow_up, Cancel) else marks.arrive(kind, id)
            case _:
                return super().finish(kind, id, follow_up)

    def server_now(self) -> datetime:
        """Returns the workspace's own time: its answers' `Date` (aware, UTC)."""
        return self._client.server_now()

    def check(self) -> Iterator[Finding]:
        """Looks at the key, whether it is valid and of this region, and whether the workspace has a location."""
        try:
            located = self._client.locations.list(include_archived=True).first() is not None
        except Error as error:
            yield no_answer("destination", error)
            return
        if not located:
            yield CODES.finding(
                "splose-no-location",
                "The workspace has no location, so that nobody can be booked in it.",
                "Make the clinic's locations in Splose's settings first; then practitioners and services.",
            )

    def prepare(self, survey: Survey, matches: Mapping[Ref[Any], str]) -> Iterator[Finding]:  # noqa: ARG002 - nothing is matched here
        """Says what has no place in the workspace, and what can't be undone.

        Args:
            survey: What preflight read of both accounts.
            matches: For matched records the source's ref and the destination's id.
        """
        self._survey, self._teller, self._kept_settings = survey, None, False
        self._attachments = Attachments(self._client, self._folder)
        shown = self._documents is not None and "patients" in survey.included
        self._signatures = Signatures(self._folder, shown=shown)
        yield from advice(survey)
        unusable = tuple(of_archive(self._folder, survey))
        yield from unusable or of_damaged(self._clearing, self._client)

    def other_ways(self, kinds: Mapping[str, Count], losses: Sequence[LossCount]) -> Table:
        """Says what of each kind goes by the API, what Splose's importer does better, and what is left to do by hand.

        Args:
            kinds: What a run would do with each kind's records.
            losses: What it could not carry.
        """
        return ways(kinds, losses, marked=self._marks)

    def may_message(self) -> Collection[str]:
        """Says that the workspace could write to clients about appointments that are made, or marked."""
        return self._ways

    def sets_off(self, draft: Any) -> bool:
        """Says whether the workspace could write to a client about an appointment: one that is not over yet.

        Args:
            draft: Of an appointment or a seat.
        """
        if not isinstance(draft, VisitDraft | SeatDraft) or _standing(draft) is not None:
            return False
        end = as_sent(draft).end
        return end is UNSET or bool(end > self.server_now())

    def sets_off_changed(self, draft: Any, record: Any) -> bool:
        """Says whether an update would send anything, and not only say what is to be done by hand.

        Args:
            draft: Of an appointment or a seat.
            record: The appointment as it is.
        """
        return self._changing.sends(draft, record)

    def loud(self, ids: Sequence[str]) -> Mapping[str, Collection[str]]:
        """Says which clients get messages.

        Args:
            ids: The clients' ids.
        """
        return {
            patient.id: self._said(patient.communication_preference)
            for some in batched(ids, IDS_A_REQUEST)
            for patient in self._client.patients.list(ids=list(some), include_archived=True)
            if patient.communication_preference not in _NO_MESSAGES
        }

    def foresee_loud(self, draft: Any) -> Collection[str]:
        """Says how a client will be written to who is made of a draft.

        Args:
            draft: As given to `create`.
        """
        if (
            not isinstance(draft, ClientDraft)
            or draft.to_come is True
            or draft.communication_preference in _NO_MESSAGES
        ):
            return ()
        return self._said(draft.communication_preference)

    def _said(self, preference: object) -> list[str]:
        return [f"{way}:{preference}" for way in sorted(self._ways)]

    def set_to(self, record: Any) -> Mapping[str, str]:
        """Says how a client is written to.

        Args:
            record: The client, as the workspace's client gives it; other records have no such setting.
        """
        preference = getattr(record, _PREFERENCE, None)
        return {} if preference in _NO_MESSAGES else {_PREFERENCE: f"{_WAY}:{preference}"}

    def silent(self, record: Any) -> Mapping[str, str]:
        """Says about what a client gets no messages, and by which setting.

        Args:
            record: The client, as the workspace's client gives it, or a draft; other records have no such setting.
        """
        return {_WAY: _PREFERENCE} if getattr(record, _PREFERENCE, None) == NOBODY else {}

    def mute(self, id: str, ways: Collection[str]) -> None:  # noqa: ARG002 - there is one way
        """Switches a client's messages off.

        Args:
            id: The client's id.
            ways: Of `may_message`, what to switch off.
        """
        self._replacing.change(id, communication_preference=NOBODY)

    def default_mapper(self) -> Mapper:
        """Returns a `SploseMapper` that matches everything by name."""
        return SploseMapper()

    @property
    def requests_per_minute(self) -> float:
        """How many requests a minute the workspace allows the key."""
        return self._client.requests_per_minute

    @property
    def requests_sent(self) -> int:
        """How many requests the client has sent, for whatever purpose."""
        return self._client.requests_sent


def _letters(fonts: Iterable[str | Path]) -> Letters:
    """Gives what the documents' fonts have.

    Raises:
        ConfigurationError: A file is no font, or the extra isn't installed.
    """
    extra.require(extra.DOCUMENTS, otherwise=" Or make no documents: SploseSink(client, documents=None).")
    return Letters(Fonts(fonts), map(str, fonts))


def _but_when(draft: Any, record: Any, differs: Sequence[str]) -> Sequence[str]:
    """Leaves out when an appointment was archived that is gone in both: that it is counts, and Splose may say when."""
    alike = comparison.closed_there(draft, record) is False
    return [name for name in differs if not (alike and name == "deleted_at")]


def _standing(draft: Any) -> Present | None:
    """Gives the appointment that a seat is, if it is an individual one's, made with all that the seat said."""
    if not isinstance(draft, SeatDraft) or not draft.stands:
        return None
    return Present(draft.seat, same=True)
