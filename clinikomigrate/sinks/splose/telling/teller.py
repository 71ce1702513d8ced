"""Tells what Splose has no records for: in documents of their own, or in the one of all the rest of a client."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Final
from zoneinfo import ZoneInfo

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.errors import ArchiveError, TransferError, Unsupported
from clinikomigrate.sinks.splose import lasting, reasons
from clinikomigrate.sinks.splose.archive import Archive
from clinikomigrate.sinks.splose.archive.drawings import Drawings
from clinikomigrate.sinks.splose.documents import Arrangement, Documents, PatientRecord
from clinikomigrate.sinks.splose.documents.showing import version
from clinikomigrate.sinks.splose.telling.drafts import DocumentDraft, Telling
from clinikomigrate.sinks.splose.telling.gathering import (
    CONCERNED,
    LISTS,
    OWN,
    Versions,
    gathered,
    only,
    states,
    versions,
)
from clinikomigrate.sinks.splose.telling.ledger import Issue, Ledger
from clinikomigrate.sinks.splose.telling.naming import Naming
from clinikomigrate.sinks.splose.telling.outbox import Outbox, subject_called, subject_of
from clinikomigrate.sinks.splose.uploads import LAID_OUT
from clinikomigrate.splose import Splose
from clinikomigrate.transfer.follow_ups import FollowUp
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.sink import Finished, Made

_PATIENTS: Final = "patients"
_MERGED: Final = "merged"
_NOT_THERE: Final = Loss("documents", reasons.REFUSED_FILE)
_DUE: Final = "the drawn signature of patient_forms {} could not be read yet: its document waits for the next run"


@attrs.frozen
class Settings:
    """How documents are made.

    Attributes:
        arrangement: `"each"` or `"collected"`.
        fonts: Files of further fonts.
        names: The names that preflight read.
        zone: The zone in which times are told; None for UTC.
    """

    arrangement: Arrangement
    fonts: tuple[Any, ...] = ()
    names: Mapping[Ref[Any], str] = attrs.field(factory=dict)
    zone: ZoneInfo | None = None


class Teller:
    """Makes documents of what lies in the archive, and knows what they tell already. Safe in threads.

    Args:
        client: The workspace's client.
        archive: The archive.
        settings: How documents are made.
    """

    def __init__(self, client: Splose, archive: Archive, settings: Settings) -> None:
        self._client = client
        self._archive = archive
        self._settings = settings
        self._ledger = Ledger(archive)
        self._drawings = Drawings(archive)

    @cached_property
    def _outbox(self) -> Outbox:
        settings = self._settings
        naming = Naming(self._archive, settings.names, settings.zone)
        documents = Documents(
            naming,
            zone=settings.zone,
            arrangement=settings.arrangement,
            signatures=self._drawings.of,
            fonts=settings.fonts,
        )
        return Outbox(self._client, self._archive, self._ledger, documents)

    # One record.

    def create(self, draft: DocumentDraft) -> Made:
        """Tells a note or a form, unless it was told as it is.

        Args:
            draft: With the client's id.

        Returns:
            The id of the document's first file; behind it that of the record where the document tells more than that.

        Raises:
            Unsupported: Splose takes no file for the client, who is archived: it lies in the archive folder.
            Error: As `Outbox.issue`; or the archive doesn't hold the record.
        """
        record = self._kept(draft.kind, draft.record)
        patient = self._kept(_PATIENTS, self._archive.remaining(record.patient.id))
        client, key, now = str(draft.patient_id), (draft.kind, draft.record), version(record)
        own, shared = subject_of(record), subject_of(patient)
        self._outbox.settle(client, own)
        for subject in (own, shared):
            issue = self._last(client, subject, key)
            if issue is not None and issue.told[key] == now:
                more = f"#{record.id}" if subject == shared else ""
                return self._made(issue, more)
        one = PatientRecord(patient=patient, **{LISTS[draft.kind]: (record,)})
        issue = self._outbox.issue(client, own, one, {key: now})
        return self._made(issue)

    def _made(self, issue: Issue, more: str = "") -> Made:
        if self._outbox.is_laid_out(issue):
            raise Unsupported(reasons.REFUSED_FILE)
        return Made(f"{_first(issue)}{more}")

    def left(self, draft: DocumentDraft) -> str | None:
        """Says why a note or a form need not be told again: its document lies in the archive folder.

        Args:
            draft: With the client's id.

        Raises:
            Error: Splose could not be asked who is live.
        """
        return self._outbox.left(str(draft.patient_id), subject_called(draft.kind, draft.record))

    def update(self, id: str, draft: DocumentDraft) -> Made:
        """Tells a note or a form once more, because it would read otherwise now. The earlier document stays.

        Args:
            id: The id that it has.
            draft: With the client's id.

        Raises:
            Error: As `create`.
        """
        made = self.create(draft)
        return Made(id, (*lasting.of_change(draft), *made.losses))

    # All the rest.

    def tell(self, client: str, follow_up: Telling) -> Finished:
        """Tells all that there is about a client and was not told yet.

        Args:
            client: The client's id in the workspace.
            follow_up: Says who it is in the source.

        Returns:
            What Splose did not take.

        Raises:
            TransferError: A drawn signature could not be read yet.
            Error: As `create`.
        """
        patient = self._kept(_PATIENTS, follow_up.patient)
        subject = subject_of(patient)
        self._outbox.settle(client, subject)
        record = gathered(self._archive, patient, collected=self._settings.arrangement == "collected")
        due = [form.id for form in record.forms if self._drawings.wait(form.id)]
        if due:
            raise TransferError(_DUE.format(due[0]))
        told = self._told(client, patient.id)
        fresh = {key: now for key, now in versions(record).items() if now not in told[key]}
        if fresh:
            self._outbox.issue(client, subject, only(record, fresh.__contains__), fresh)
        merged = {(_PATIENTS, id): _MERGED for id in self._archive.people(patient.id)[1:]}
        self._ledger.catch_up(patient.id, {**states(record), **merged})
        issues = self._ledger.issues(client=client, subject=subject)
        if any(self._outbox.is_laid_out(issue) for issue in issues):
            return Finished(None, None, (_NOT_THERE,))
        return Finished(None, None, regained=(_NOT_THERE,))

    def owed(self, entities: Sequence[Any]) -> Iterator[tuple[Ref[Any], FollowUp]]:
        """Says who is to be told something more: who had been told all, and of whom a record is new or reads otherwise.

        A patient who was never told all is owed it too: one who came before documents were made, for example; and one
        whose document Splose took no file of.

        Args:
            entities: Records of one kind, as they lie in the archive by now.
        """
        kind = entities[0].kind if entities else ""
        apart = kind in OWN and self._settings.arrangement == "each"
        if kind not in {_PATIENTS, *CONCERNED} or apart or (kind != _PATIENTS and self._ledger.is_new):
            return
        known: dict[str, Versions | None] = {}
        owed: set[str] = set()
        waiting = kind == _PATIENTS and self._archive.rows("SELECT 1 FROM upload WHERE state = ? LIMIT 1", LAID_OUT)
        for entity in entities:
            now = _MERGED if kind == _PATIENTS else version(entity)
            for patient in {self._archive.remaining(each) for each in self._whose(entity)} - owed:
                if patient not in known:
                    known[patient] = self._ledger.states(patient)
                before = known[patient]
                if kind == _PATIENTS and patient == entity.id:
                    changed = before is None or bool(waiting and self._waits(patient))
                else:
                    changed = before is not None and before.get((kind, entity.id)) != now
                owed |= {patient} if changed else set()
        yield from ((Ref(_PATIENTS, patient), Telling(patient=patient)) for patient in sorted(owed))

    def _waits(self, patient: str) -> bool:
        issues = self._ledger.issues(patient=patient, subject=subject_called(_PATIENTS, patient))
        return any(self._outbox.is_laid_out(issue) for issue in issues)

    def _whose(self, entity: Any) -> Sequence[str]:
        if entity.kind == _PATIENTS:
            return (entity.id,)
        if entity.kind == "group_appointments":
            return self._ledger.attending(entity.id)
        return () if entity.patient is None else (entity.patient.id,)

    # What was told.

    def _told(self, client: str, patient: str) -> Mapping[tuple[str, str], set[str]]:
        """Says in which version each record was told last, by documents of the client and of whoever was merged in.

        A document of a patient who was merged since is another client's; it counts as long as that client is there.
        """
        issues = self._ledger.issues(client=client)
        merged = [
            issue
            for loser in self._archive.people(patient)[1:]
            for issue in self._ledger.issues(patient=loser)
            if issue.client != client
        ]
        there = self._there({issue.client for issue in merged})
        last: dict[tuple[str, str, str, str], str] = {}
        for issue in (*issues, *(each for each in merged if each.client in there)):
            for (kind, id), told in issue.told.items() if issue.files is not None else ():
                last[issue.client, issue.subject, kind, id] = told
        found: dict[tuple[str, str], set[str]] = defaultdict(set)
        for (_, _, kind, id), told in last.items():
            found[kind, id].add(told)
        return found

    def _there(self, clients: set[str]) -> set[str]:
        if not clients:
            return set()
        return {each.id for each in self._client.patients.list(ids=sorted(clients), include_archived=True)}

    def _last(self, client: str, subject: str, key: tuple[str, str]) -> Issue | None:
        issues = self._ledger.issues(client=client, subject=subject)
        return next((each for each in reversed(issues) if each.files is not None and key in each.told), None)

    def _kept(self, kind: str, id: str) -> Any:
        record = self._archive.get(kind, id)
        if record is None:
            raise ArchiveError(
                f"The archive folder {self._archive.path} doesn't hold {kind} {id}: give the folder that the earlier "
                "runs had (archive=...)."
            )
        return record


def _first(issue: Issue) -> str:
    return (issue.files or issue.names)[0]
