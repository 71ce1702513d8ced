"""A journal for a rehearsal: it knows what another one does, and is thrown away."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from clinikomigrate.client.ref import Ref
from clinikomigrate.transfer import completeness, rereading, sent_last, taken_back, under_way, unfinished_undo
from clinikomigrate.transfer.journal import Journal, Owed, State
from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.sqlite_journal import SQLiteJournal, opened_if_there


@contextmanager
def rehearsed(journal: Journal | None, taken: Callable[[], None] = lambda: None) -> Iterator[Journal]:
    """Gives a journal for a rehearsal: a copy of what is known so far, thrown away afterwards.

    Args:
        journal: What is known so far, if anything is; it is not changed.
        taken: Is called when no other transfer has that one, and before it is copied, which may take a while.
    """
    with TemporaryDirectory() as folder:
        with opened_if_there(journal) as known:
            taken()
            copy = _copy_of(known, folder)
        with closing(copy):
            yield copy


@contextmanager
def copied(journal: Journal) -> Iterator[Journal]:
    """Gives a copy of a journal that is open, thrown away afterwards.

    Args:
        journal: What is known so far; it is not changed.
    """
    with TemporaryDirectory() as folder, closing(_copy_of(journal, folder)) as copy:
        yield copy


def _copy_of(known: Journal | None, folder: str) -> SQLiteJournal:
    """Makes a journal of its own that knows what another one does, and tells changes as that one does."""
    key = None if known is None else known.key
    copy = SQLiteJournal(Path(folder) / "rehearsal.journal", durable=False, key=key)
    copy.open()
    if known is not None:
        _take_over(known, copy)
    return copy


def _take_over(journal: Journal, copy: Journal) -> None:
    """Copies what is known of records, what they lost, and what is owed to them."""
    if (accounts := journal.accounts()) is not None:
        copy.bind(*accounts)
    completeness.take_over(journal, copy)
    rereading.take_over(journal, copy)
    unfinished_undo.take_over(journal, copy)
    for beginning in (taken_back.NOTES, sent_last.NOTES, under_way.NOTES):
        for name, text in journal.notes(beginning):
            copy.note(name, text)
    for kind in KINDS:
        for id, rows in itertools.groupby(journal.loss_rows(kind), key=lambda row: row[1]):
            _copy(journal, copy, Ref(kind, id), [Loss(field, reason) for _, _, field, reason in rows])
        for id in journal.ids(kind, list(State)):
            ref: Ref[Any] = Ref(kind, id)
            if copy.entry(ref) is None:
                _copy(journal, copy, ref)
        for row in journal.follow_ups(kind):
            owed = Owed(kind, row.source_id, "", row.name)
            copy.owe(owed, row.stage)
            if row.done:
                copy.follow_up_done(owed)


def _copy(journal: Journal, copy: Journal, ref: Ref[Any], losses: Iterable[Loss] = ()) -> None:
    for entry in journal.entries(ref.kind, [ref.id]).values():
        copy.settle(ref, entry, losses)
