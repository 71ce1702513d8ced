"""What a journal's file holds after the power went or the process was killed."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import random
import sqlite3
import stat
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import attrs
import pytest

from clinikomigrate.client.ref import Ref
from clinikomigrate.errors import JournalBusy
from clinikomigrate.transfer.follow_ups import Stage
from clinikomigrate.transfer.journal import Entry, Owed, State
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.sqlite_journal import SQLiteJournal
from tests.transfer.practice import Practice, ScriptedSink
from tests.transfer.write_ahead_log import cuts, ends_of_commits, mixed, torn

SEED = 20
RECORDS = 5

KEY = b"one secret for all journals here"
"""Journals that hold the same are the same to the byte: their digests have one key."""


@attrs.frozen
class Disk:
    """What lay on the disk at one time.

    Attributes:
        database: The journal's file.
        log: Its write-ahead log.
    """

    database: bytes
    log: bytes

    @classmethod
    def of(cls, path: Path) -> Disk:
        """Reads a journal's files."""
        log = log_of(path)
        return cls(path.read_bytes(), log.read_bytes() if log.exists() else b"")

    def put(self, folder: Path) -> Path:
        """Writes them into a folder, as they would be found after the power came back."""
        path = folder / "after.journal"
        path.write_bytes(self.database)
        log_of(path).write_bytes(self.log)
        return path


def log_of(path: Path) -> Path:
    """Returns where a journal's write-ahead log lies."""
    return path.with_name(f"{path.name}-wal")


class Reporting(SQLiteJournal):
    """A journal that keeps what lay on the disk, and what it knew, each time it reported something as durable.

    Attributes:
        reported: The disk and the content after each commit, from the empty journal on.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.reported: list[tuple[Disk, list[str]]] = []

    def open(self) -> None:
        """Takes the file."""
        super().open()
        self._report()

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with super()._writing() as connection:
            yield connection
        self._report()

    def _report(self) -> None:
        self.reported.append((Disk.of(self.path), content(self)))


def content(journal: SQLiteJournal) -> list[str]:
    """Returns all that an open journal holds, as statements."""
    assert journal._connection is not None
    return list(journal._connection.iterdump())


def content_of(path: Path) -> list[str]:
    """Opens what was found on a disk, looks that it can be written to, and returns what it held."""
    journal = SQLiteJournal(path, key=KEY)
    journal.open()
    held = content(journal)
    journal.note("after", "the power came back")
    assert journal._connection is not None
    assert "ok" == journal._connection.execute("PRAGMA integrity_check").fetchone()[0]
    assert "the power came back" == journal.noted("after")
    journal.close()
    return held


def live(journal: SQLiteJournal, records: int = RECORDS) -> None:
    """Writes what a transfer writes: intents, outcomes with losses and follow-ups, follow-ups that are done."""
    journal.bind("1", "2")
    for number in range(records):
        ref = Ref[object]("patients", str(number))
        journal.intend(ref, None)
        follow_ups = [(Stage.ARCHIVE, "archive:a")]
        journal.settle(ref, Entry(State.CREATED, f"9{number}"), [Loss("gender", "no home")], follow_ups)
        journal.follow_up_done(Owed("patients", ref.id, f"9{number}", "archive:a"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Returns where the journal is to lie."""
    folder = tmp_path / "journals"
    folder.mkdir()
    return folder / "a.journal"


@pytest.fixture
def journal(path: Path) -> Iterator[Reporting]:
    """Returns an open journal that keeps what it reports."""
    journal = Reporting(path)
    journal.open()
    yield journal
    journal.close()


# How it is set.


def test_each_commit_is_synced(journal: Reporting) -> None:
    """An open journal writes ahead, waits for the disk at each commit, and for the disk's own cache where it can."""
    names = ("journal_mode", "synchronous", "locking_mode", "fullfsync", "checkpoint_fullfsync")
    assert journal._connection is not None
    found = [journal._connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names]

    assert ["wal", 2, "exclusive", 1, 1] == found


def test_what_may_be_thrown_away_is_not_synced(tmp_path: Path) -> None:
    """A journal that is only a copy for a plan does without waiting for the disk."""
    copy = SQLiteJournal(tmp_path / "copy.journal", durable=False)
    copy.open()
    assert copy._connection is not None
    found = [copy._connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("synchronous", "fullfsync")]
    copy.close()

    assert [0, 0] == found


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_only_its_owner_can_read_any_of_its_files(path: Path, umask: int) -> None:
    """Whatever the user's mask says, the journal and its log have mode 0600, and there is no other file."""
    before = os.umask(umask)
    try:
        journal = SQLiteJournal(path, key=KEY)
        journal.open()
        live(journal)
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
        journal.close()
    finally:
        os.umask(before)

    assert {"a.journal": 0o600, "a.journal-wal": 0o600} == modes


# When the power goes.


def test_what_was_reported_is_at_the_end_of_the_log(journal: Reporting) -> None:
    """When a commit is reported, the log ends with it: nothing of it is still to be written."""
    live(journal)

    for disk, _ in journal.reported:
        assert len(disk.log) == ends_of_commits(disk.log)[-1]


def test_nothing_reported_is_lost_wherever_the_log_breaks_off(journal: Reporting, tmp_path: Path) -> None:
    """Any part of what was written after the last reported commit may be missing: all that was reported is there."""
    live(journal)

    for (before, known), (after, _) in zip(journal.reported, journal.reported[1:], strict=False):
        for length in cuts(len(before.log), len(after.log)):
            found = content_of(attrs.evolve(after, log=after.log[:length]).put(tmp_path))

            assert known == found, f"broken off at {length}"


def test_nothing_reported_is_lost_whatever_follows_in_the_log(journal: Reporting, tmp_path: Path) -> None:
    """What was written after the last reported commit may be torn or garbage: all that was reported is there."""
    live(journal)
    chance = random.Random(SEED)

    for (before, known), (after, more) in zip(journal.reported, journal.reported[1:], strict=False):
        for log in torn(after.log, len(before.log), chance):
            found = content_of(attrs.evolve(after, log=log).put(tmp_path))

            assert found in (known, more)


def test_a_log_that_is_cut_earlier_loses_commits_and_opens(journal: Reporting, tmp_path: Path) -> None:
    """A disk that forgot what it had promised leaves the journal as it was after some earlier commit."""
    live(journal, 4)
    last = journal.reported[-1][0]
    ends = {len(disk.log): known for disk, known in journal.reported}
    chance = random.Random(SEED)

    for length in sorted({*ends, *chance.sample(range(len(last.log)), 60)}):
        found = content_of(attrs.evolve(last, log=last.log[:length]).put(tmp_path))
        whole = [known for end, known in ends.items() if end <= length]

        assert (whole[-1] if whole else content_of_a_new_journal(tmp_path)) == found


def content_of_a_new_journal(folder: Path) -> list[str]:
    """Returns what a journal holds at first."""
    path = folder / "new.journal"
    path.unlink(missing_ok=True)
    return content_of(path)


def test_an_empty_file_is_a_new_journal(path: Path, tmp_path: Path) -> None:
    """When the power went before anything was written into the file, it is taken as if it had not been there."""
    path.touch(0o600)

    assert content_of_a_new_journal(tmp_path) == content_of(path)


# When the power goes while the log is carried into the file.


@pytest.fixture
def short_log(journal: Reporting) -> Reporting:
    """Returns a journal that carries its log into the file every few commits, and that has written a while."""
    assert journal._connection is not None
    journal._connection.execute("PRAGMA wal_autocheckpoint = 40")
    live(journal, 40)
    return journal


def test_a_checkpoint_that_is_cut_off_loses_nothing(short_log: Reporting, tmp_path: Path) -> None:
    """With any part of the log carried into the file, and any part not, all that was reported is there."""
    chance = random.Random(SEED)
    checkpoints = 0

    for (before, _), (after, known) in zip(short_log.reported, short_log.reported[1:], strict=False):
        if before.database == after.database:
            continue
        checkpoints += 1
        for _ in range(4):
            disk = Disk(mixed(before.database, after.database, chance), after.log)

            assert known == content_of(disk.put(tmp_path))
    assert checkpoints > 3


def test_a_log_that_begins_anew_loses_nothing(short_log: Reporting, tmp_path: Path) -> None:
    """After a checkpoint the log is written from its beginning: with any part of that done, nothing is lost."""
    chance = random.Random(SEED)
    begun_anew = 0

    for (before, known), (after, more) in zip(short_log.reported, short_log.reported[1:], strict=False):
        if before.log[:32] == after.log[:32] or not before.log:
            continue
        begun_anew += 1
        for length in (4, 16, 20, 32):  # the header is synced before any frame is written
            log = after.log[:length] + before.log[length:]

            assert known == content_of(attrs.evolve(before, log=log).put(tmp_path))
        for _ in range(4):
            log = after.log[:32] + mixed(before.log, after.log, chance)[32:]

            assert content_of(attrs.evolve(before, log=log).put(tmp_path)) in (known, more)
    assert begun_anew > 3


def test_a_journal_that_is_cut_off_while_it_closes_loses_nothing(
    journal: Reporting, path: Path, tmp_path: Path
) -> None:
    """Closing carries the log into the file and then takes it away; cut off anywhere, nothing is lost."""
    live(journal)
    before, known = journal.reported[-1]
    journal.close()
    chance = random.Random(SEED)
    halfway = [Disk(mixed(before.database, path.read_bytes(), chance), before.log) for _ in range(20)]

    assert not log_of(path).exists()
    for disk in (*halfway, Disk(path.read_bytes(), before.log), Disk.of(path)):
        assert known == content_of(disk.put(tmp_path))


# What a transfer does with it.


def test_an_intent_is_on_the_disk_before_its_request_leaves(tmp_path: Path) -> None:
    """When a record is about to be sent, what the disk was made to hold has its intent already."""
    practice = Practice(tmp_path)
    names = {f"Number {number}": practice.patient(f"Number {number}") for number in range(8)}
    journal = Reporting(practice.journal)
    found: dict[str, Entry | None] = {}

    def look(draft: Any) -> None:
        durable = journal.reported[-1][0]
        folder = tmp_path / draft.first_name
        folder.mkdir()
        after = SQLiteJournal(durable.put(folder))
        after.open()
        found[draft.first_name] = after.entry(Ref("patients", names[draft.first_name]))
        after.close()

    practice.run(ScriptedSink(before=look), include={"patients"}, journal=journal)

    assert set(names) == set(found)
    assert {State.INTENT} == {entry.state for entry in found.values() if entry is not None}
    assert None not in found.values()


# More than one process.


def hold(path: str, holder: Connection) -> None:
    """Opens a journal, writes into it, and keeps it until the process ends."""
    journal = SQLiteJournal(path, key=KEY)
    journal.open()
    journal.intend(Ref("patients", "11"), None)
    holder.send("open")
    holder.recv()


@contextlib.contextmanager
def held_by_another_process(path: Path) -> Iterator[Any]:
    """Lets another process hold a journal open, and ends it for good."""
    processes = multiprocessing.get_context("spawn")
    here, there = processes.Pipe()
    process = processes.Process(target=hold, args=(str(path), there), daemon=True)
    process.start()
    try:
        assert "open" == here.recv()
        yield process
    finally:
        process.kill()
        process.join()
        process.close()
        here.close()
        there.close()


def test_a_transfer_whose_journal_another_process_has_is_refused(tmp_path: Path) -> None:
    """It is refused at once, before anything is sent to either account, and what the journal says stays as it is."""
    practice = Practice(tmp_path)
    practice.patient()
    sink = ScriptedSink()
    with held_by_another_process(practice.journal), pytest.raises(JournalBusy, match="in use"):
        practice.run(sink)

    assert [] == practice.source.log
    assert [] == sink.attempts


def test_a_journal_whose_holder_was_killed_opens_at_once(path: Path) -> None:
    """After a kill -9 nothing is left that keeps anybody out, and what was durable is there."""
    with held_by_another_process(path) as holder:
        holder.kill()
        holder.join()
        journal = SQLiteJournal(path, key=KEY)
        journal.open()
        found = journal.entry(Ref("patients", "11"))
        journal.close()

    assert Entry(State.INTENT) == found


def try_to_open(path: str, results: Connection) -> None:
    """Opens a journal as soon as it is told to, says whether it got it, and keeps it until it is told to end."""
    journal = SQLiteJournal(path, key=KEY)
    results.recv()
    try:
        journal.open()
    except JournalBusy:
        results.send("busy")
    else:
        results.send("open")
    results.recv()


def test_of_several_processes_at_once_no_two_get_it(path: Path) -> None:
    """However many open a journal that nobody made yet in the same moment, at most one has it; others are refused."""
    processes = multiprocessing.get_context("spawn")
    pipes = [processes.Pipe() for _ in range(4)]
    started = [processes.Process(target=try_to_open, args=(str(path), there), daemon=True) for _, there in pipes]
    for process in started:
        process.start()
    for here, _ in pipes:
        here.send("go")
    found = sorted(here.recv() for here, _ in pipes)
    for here, _ in pipes:
        here.send("end")
    for process in started:
        process.join()
        process.close()

    assert ["busy", "busy", "busy"] == found[:3]
    assert found[3] in ("busy", "open")
