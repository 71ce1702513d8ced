"""The journal as one SQLite file."""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from clinikomigrate.client.ref import Ref
from clinikomigrate.errors import JournalBusy, JournalCorrupt, JournalError, JournalForeign, JournalNeeded
from clinikomigrate.transfer.follow_ups import Stage
from clinikomigrate.transfer.journal import SET_ASIDE, Entry, FollowUpRow, Imprint, Journal, Owed, State
from clinikomigrate.transfer.losses import Loss

_APPLICATION: Final = 0x434D4A31
_VERSION: Final = 1
_SCHEMA: Final = (
    "CREATE TABLE account (role TEXT PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE secret (key BLOB NOT NULL)",
    """CREATE TABLE record (
        kind TEXT NOT NULL, source_id TEXT NOT NULL, state TEXT NOT NULL, destination_id TEXT, reason TEXT,
        instead_kind TEXT, instead_id TEXT, since TEXT, digest BLOB,
        seen BLOB, meant BLOB, needed BLOB, written BLOB, file BLOB, PRIMARY KEY (kind, source_id)) WITHOUT ROWID""",
    "CREATE INDEX record_destination ON record (kind, destination_id)",
    "CREATE INDEX record_state ON record (state, kind)",
    """CREATE TABLE follow_up (
        stage INTEGER NOT NULL, kind TEXT NOT NULL, source_id TEXT NOT NULL, name TEXT NOT NULL,
        done INTEGER NOT NULL DEFAULT 0, reason TEXT, PRIMARY KEY (stage, kind, source_id, name)) WITHOUT ROWID""",
    "CREATE INDEX follow_up_owed ON follow_up (stage, kind, source_id) WHERE done = 0",
    """CREATE TABLE loss (
        kind TEXT NOT NULL, source_id TEXT NOT NULL, field TEXT NOT NULL, reason TEXT NOT NULL,
        PRIMARY KEY (kind, source_id, field, reason)) WITHOUT ROWID""",
    """CREATE TABLE hold (
        kind TEXT NOT NULL, source_id TEXT NOT NULL, by_kind TEXT NOT NULL, by_id TEXT NOT NULL,
        PRIMARY KEY (kind, source_id, by_kind, by_id)) WITHOUT ROWID""",
    "CREATE INDEX hold_by ON hold (by_kind, by_id)",
    "CREATE TABLE note (name TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID",
)
_HELD: Final = "EXISTS (SELECT 1 FROM hold h WHERE h.kind = f.kind AND h.source_id = f.source_id)"
_OPEN: Final = (*SET_ASIDE, State.UNDONE)
_BOUND: Final = "SELECT role, id FROM account"
_NOT_MADE: Final = (
    "The journal {} can't be made: {}. Look whether its folder is there, and whether you may write to it; or choose "
    "another one."
)
_COLUMNS: Final = (
    "state, destination_id, reason, instead_kind, instead_id, since, digest, seen, meant, needed, written, file"
)


class SQLiteJournal:
    """A journal in one SQLite file of mode 0600, in WAL mode, each commit synced to the disk.

    While it is open, no other process can open it.

    Args:
        path: The file. It is made when it isn't there.
        durable: Whether each commit is synced; only what may be thrown away can do without.
        key: The secret with which a new journal's imprints are keyed; one that is drawn at random by default.
    """

    def __init__(self, path: str | os.PathLike[str], *, durable: bool = True, key: bytes | None = None) -> None:
        self.path = Path(path)
        self._durable = durable
        self._new_key = key or secrets.token_bytes(32)
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None

    def __repr__(self) -> str:
        return f"<SQLiteJournal {self.path.name!r}>"

    def is_there(self) -> bool:
        """Says whether the file was made already.

        Raises:
            JournalError: It can't be looked for.
        """
        try:
            return self.path.exists()
        except OSError as error:
            raise JournalError(
                f"The journal {self.path} can't be looked for: {error.strerror}. See to it that you may read its "
                "folder."
            ) from None

    # An open journal is one connection, used by one thread at a time.

    def open(self) -> None:
        """Takes the file for this process.

        Raises:
            JournalBusy: Another process or transfer has it.
            JournalCorrupt: The file is damaged, is no journal, or is of a newer version.
            JournalError: The file can't be made or opened.
        """
        new = self._make()
        try:
            connection = sqlite3.connect(self.path, timeout=0, isolation_level=None, check_same_thread=False)
        except sqlite3.OperationalError as error:
            raise JournalError(f"The journal {self.path} can't be opened: {error}.") from None
        try:
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        if new:
            try:
                self._sync_folder()
            except OSError as error:
                connection.close()
                self.path.unlink()  # nobody can tell whether it would outlast a power failure
                raise JournalError(
                    f"The folder of the journal {self.path} can't be read: {error.strerror}. Choose another one."
                ) from None
        self._connection = connection

    def _make(self) -> bool:
        """Makes the file where it isn't there, and sees to it that only its owner can read it.

        A file that is there is never opened here: if this process closed it again, the locks of a transfer that runs in
        this process would be gone with it.

        Returns:
            Whether it was made.
        """
        try:
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            self._guard()
            return False
        except OSError as error:
            raise JournalError(_NOT_MADE.format(self.path, error.strerror)) from None
        return True

    def _guard(self) -> None:
        if not self.path.is_file():
            raise JournalError(f"The journal {self.path} is no file. Choose another name.")
        for file in (self.path, *self._beside()):
            try:
                if file.exists() and file.stat().st_mode & 0o077:
                    file.chmod(0o600)
            except OSError as error:
                raise JournalError(
                    f"Others can read {file}, and that can't be changed: {error.strerror}. It must be yours alone."
                ) from None

    def _beside(self) -> Iterator[Path]:
        """Gives the files that SQLite may keep beside the journal."""
        return (self.path.with_name(f"{self.path.name}-{part}") for part in ("wal", "shm"))

    def _prepare(self, connection: sqlite3.Connection) -> None:
        try:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(f"PRAGMA synchronous = {'FULL' if self._durable else 'OFF'}")
            for cache in ("fullfsync", "checkpoint_fullfsync"):  # macOS: a plain sync ends in the disk's own cache
                connection.execute(f"PRAGMA {cache} = {int(self._durable)}")
            connection.execute("BEGIN EXCLUSIVE")
            self._check_schema(connection)
            connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
                raise JournalBusy(
                    f"The journal {self.path} is in use by another transfer. Wait until that one ends, or stop it."
                ) from None
            problem = self._closed_to_us() or f"{error}."
            raise JournalError(f"The journal {self.path} can't be opened: {problem}") from None
        except sqlite3.DatabaseError as error:
            raise self._damaged(error) from None

    def _closed_to_us(self) -> str | None:
        """Says what of the journal this user may not read or write, and what to do; None where that is nothing."""
        places = (self.path.parent, self.path, *self._beside())
        found = next((place for place in places if place.exists() and not _is_open_to_us(place)), None)
        if found is None:
            return None
        return f"{found} is read-only, or closed to this user. See to it that you may read it and write to it."

    def _damaged(self, error: Exception) -> JournalCorrupt:
        return JournalCorrupt(
            f"The journal {self.path} can't be read: {error}. Put back a copy of it, or start a new journal in an "
            "empty destination."
        )

    def _check_schema(self, connection: sqlite3.Connection) -> None:
        application, version, tables = (
            connection.execute(question).fetchone()[0]
            for question in ("PRAGMA application_id", "PRAGMA user_version", "SELECT count(*) FROM sqlite_master")
        )
        if tables == 0:
            for statement in _SCHEMA:
                connection.execute(statement)
            connection.execute("INSERT INTO secret VALUES (?)", (self._new_key,))
            connection.execute(f"PRAGMA application_id = {_APPLICATION}")
            connection.execute(f"PRAGMA user_version = {_VERSION}")
        elif application != _APPLICATION:
            raise JournalCorrupt(f"{self.path} is a database, but no journal of a transfer. Choose another file name.")
        elif version != _VERSION:
            raise JournalCorrupt(
                f"The journal {self.path} has version {version}, and this program reads version {_VERSION}. "
                "Install the version of clinikomigrate that made it."
            )
        elif (result := connection.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
            raise sqlite3.DatabaseError(result)

    def _sync_folder(self) -> None:
        descriptor = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def close(self) -> None:
        """Gives the file back."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            if self._connection is None:
                raise JournalError(f"The journal {self.path} is closed.")
            try:
                yield self._connection
            except sqlite3.Error as error:
                raise JournalError(f"The journal {self.path} failed: {error}. Nothing is lost: run again.") from None

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._reading() as connection:
            try:
                connection.execute("BEGIN IMMEDIATE")  # Ctrl-C may come just after it
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    @property
    def key(self) -> bytes:
        """The secret with which this journal's imprints are keyed."""
        with self._reading() as connection:
            key: bytes = connection.execute("SELECT key FROM secret").fetchone()[0]
        return key

    def bind(self, source: str, destination: str) -> None:
        """Binds a new journal to its pair of accounts, and checks an old one.

        Raises:
            JournalForeign: It belongs to another pair.
        """
        pair = {"source": source, "destination": destination}
        with self._writing() as connection:
            bound = dict(connection.execute(_BOUND).fetchall())
            if not bound:
                connection.executemany("INSERT INTO account VALUES (?, ?)", pair.items())
            elif bound != pair:
                raise JournalForeign(
                    f"The journal {self.path} belongs to a transfer from account {bound['source']} to account "
                    f"{bound['destination']}, not from {source} to {destination}. Give this one a journal of its own."
                )

    def accounts(self) -> tuple[str, str] | None:
        """Returns the pair of accounts that it is bound to, source and destination; None where it is new."""
        with self._reading() as connection:
            bound = dict(connection.execute(_BOUND).fetchall())
        return (bound["source"], bound["destination"]) if bound else None

    def note(self, name: str, text: str) -> None:
        """Keeps a text under a name; what stood there is replaced."""
        with self._writing() as connection:
            connection.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", (name, text))

    def noted(self, name: str) -> str | None:
        """Returns what is kept under a name, or None."""
        with self._reading() as connection:
            row = connection.execute("SELECT text FROM note WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def notes(self, beginning: str) -> Iterator[tuple[str, str]]:
        """Gives name and text of all that is kept under names with a beginning, in the order of the names."""
        query = "SELECT name, text FROM note WHERE substr(name, 1, ?) = ?"
        yield from self._walk(query, (len(beginning), beginning), "name")

    # Records.

    def entry(self, ref: Ref[Any]) -> Entry | None:
        """Returns what is known of a record, or None."""
        return self.entries(ref.kind, [ref.id]).get(ref.id)

    def entries(self, kind: str, ids: Collection[str]) -> Mapping[str, Entry]:
        """Returns what is known of several records of a kind, by source id."""
        marks = ",".join("?" * len(ids))
        query = f"SELECT source_id, {_COLUMNS} FROM record WHERE kind = ? AND source_id IN ({marks})"  # noqa: S608 - marks only
        with self._reading() as connection:
            rows = connection.execute(query, (kind, *ids)).fetchall()
        return {row[0]: self._entry(row[1:]) for row in rows}

    def _entry(self, row: Sequence[Any]) -> Entry:
        state, destination_id, reason, instead_kind, instead_id, since, digest, seen, meant, needed, written, file = row
        try:
            return Entry(
                State(state),
                destination_id,
                reason,
                Ref(instead_kind, instead_id) if instead_kind else None,
                datetime.fromisoformat(since) if since else None,
                digest,
                Imprint(seen, meant, needed, written, file) if seen is not None else None,
            )
        except ValueError as error:
            raise self._damaged(error) from None

    def intend(self, ref: Ref[Any], since: datetime | None, digest: bytes | None = None) -> None:
        """Notes that a write is about to leave."""
        with self._writing() as connection:
            _put(connection, ref, Entry(State.INTENT, since=since, digest=digest))

    def settle(
        self,
        ref: Ref[Any],
        entry: Entry,
        losses: Iterable[Loss] = (),
        follow_ups: Iterable[tuple[Stage, str]] = (),
        waiting_for: Iterable[Ref[Any]] = (),
    ) -> None:
        """Notes an outcome, with what was lost, what is still owed and what it waits for, all or nothing."""
        with self._writing() as connection:
            _put(connection, ref, entry)
            connection.execute("DELETE FROM hold WHERE by_kind = ? AND by_id = ?", (ref.kind, ref.id))
            connection.executemany(
                "INSERT OR IGNORE INTO hold VALUES (?, ?, ?, ?)",
                [(held.kind, held.id, ref.kind, ref.id) for held in waiting_for],
            )
            connection.execute("DELETE FROM loss WHERE kind = ? AND source_id = ?", (ref.kind, ref.id))
            if entry.state is State.UNDONE:  # whatever is made anew needs everything anew
                connection.execute("DELETE FROM follow_up WHERE kind = ? AND source_id = ?", (ref.kind, ref.id))
            _put_losses(connection, ref, losses)
            connection.executemany(
                "INSERT OR IGNORE INTO follow_up (stage, kind, source_id, name) VALUES (?, ?, ?, ?)",
                [(int(stage), ref.kind, ref.id, name) for stage, name in follow_ups],
            )

    def holds(self, kind: str, destination_id: str) -> bool:
        """Says whether a record of the destination stands for a record of the source already."""
        query = "SELECT 1 FROM record WHERE kind = ? AND destination_id = ? AND state <> 'undone' LIMIT 1"
        with self._reading() as connection:
            return connection.execute(query, (kind, destination_id)).fetchone() is not None

    def ids(self, kind: str, states: Collection[State]) -> Iterator[str]:
        """Gives the source ids of a kind's records in any of some states."""
        marks = ",".join("?" * len(states))
        query = f"SELECT source_id FROM record WHERE kind = ? AND state IN ({marks})"  # noqa: S608 - marks only
        yield from (row[0] for row in self._walk(query, (kind, *(state.value for state in states)), "source_id"))

    def unfinished(self, kind: str, reasons: Collection[str]) -> Iterator[str]:
        """Gives the source ids of a kind's records that the next run must look at though they didn't change."""
        query = f"""SELECT source_id FROM record r WHERE kind = ? AND (state IN ({_marks(_OPEN)})
            OR (state = 'skipped' AND seen IS NULL)
            OR (state IN ('created', 'adopted') AND (reason IS NOT NULL OR seen = x''))
            OR EXISTS (SELECT 1 FROM loss l WHERE l.kind = r.kind AND l.source_id = r.source_id
                AND l.reason IN ({_marks(reasons)})))"""  # noqa: S608 - marks only
        values = (kind, *(state.value for state in _OPEN), *reasons)
        yield from (row[0] for row in self._walk(query, values, "source_id"))

    def identities(self, kind: str) -> Iterator[tuple[str, str]]:
        """Gives pairs of source id and destination id of a kind's records that arrived."""
        query = "SELECT source_id, destination_id FROM record WHERE kind = ? AND state IN ('created', 'adopted')"
        yield from self._walk(query, (kind,), "source_id")

    def _walk(self, query: str, values: Sequence[object], key: str) -> Iterator[Any]:
        """Walks rows by their key, a thousand at a time, so that the journal can be written meanwhile."""
        last = ""
        while True:
            with self._reading() as connection:
                page = f"{query} AND {key} > ? ORDER BY {key} LIMIT 1000"
                rows = connection.execute(page, (*values, last)).fetchall()
            yield from rows
            if len(rows) < 1000:
                return
            last = rows[-1][0]

    # Follow-ups.

    def owed(
        self, stage: Stage, kind: str, after: Owed | None = None, limit: int = 100, *, ready: bool = True
    ) -> Sequence[Owed]:
        """Returns follow-ups of a stage that are owed to records of a kind, in the order of source ids as text."""
        query = f"""SELECT f.kind, f.source_id, r.destination_id, f.name
            FROM follow_up f JOIN record r ON r.kind = f.kind AND r.source_id = f.source_id
            WHERE f.stage = ? AND f.kind = ? AND f.done = 0 AND (f.source_id, f.name) > (?, ?)
            AND r.state IN ('created', 'adopted')
            AND (NOT ? OR (NOT EXISTS (SELECT 1 FROM follow_up e WHERE e.stage < f.stage AND e.kind = f.kind
                AND e.source_id = f.source_id AND e.done = 0) AND (f.stage < {int(Stage.ARCHIVE)} OR NOT {_HELD})))
            ORDER BY f.source_id, f.name LIMIT ?"""  # noqa: S608 - a number and a constant
        last = (after.source_id, after.name) if after else ("", "")
        with self._reading() as connection:
            return [Owed(*row) for row in connection.execute(query, (int(stage), kind, *last, ready, limit))]

    def owe(self, owed: Owed, stage: Stage) -> None:
        """Notes that a follow-up is owed to a record that is there."""
        with self._writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO follow_up (stage, kind, source_id, name) VALUES (?, ?, ?, ?)",
                (int(stage), owed.kind, owed.source_id, owed.name),
            )

    def owes(self, ref: Ref[Any], stage: Stage) -> bool:
        """Says whether any follow-up of a stage is owed to a record."""
        query = "SELECT 1 FROM follow_up WHERE stage = ? AND kind = ? AND source_id = ? AND done = 0 LIMIT 1"
        with self._reading() as connection:
            return connection.execute(query, (int(stage), ref.kind, ref.id)).fetchone() is not None

    def renew(self, ref: Ref[Any], follow_ups: Iterable[tuple[Stage, str]]) -> None:
        """Notes that a change of a record that arrived is about to leave, all or nothing."""
        with self._writing() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO follow_up (stage, kind, source_id, name) VALUES (?, ?, ?, ?)",
                [(int(stage), ref.kind, ref.id, name) for stage, name in follow_ups],
            )

    def remark(self, ref: Ref[Any], reason: str | None) -> None:
        """Notes why a later change of a record that arrived did not go; None forgets it."""
        with self._writing() as connection:
            values = (reason, ref.kind, ref.id)
            connection.execute("UPDATE record SET reason = ? WHERE kind = ? AND source_id = ?", values)

    def is_done(self, ref: Ref[Any], stage: Stage) -> bool:
        """Says whether a follow-up of a stage was done to a record, and is not owed again."""
        query = "SELECT min(done) FROM follow_up WHERE stage = ? AND kind = ? AND source_id = ?"
        with self._reading() as connection:
            return bool(connection.execute(query, (int(stage), ref.kind, ref.id)).fetchone()[0])

    def forget(self, ref: Ref[Any], stage: Stage) -> None:
        """Forgets that follow-ups of a stage were done to a record, or are owed to it."""
        with self._writing() as connection:
            connection.execute(
                "DELETE FROM follow_up WHERE stage = ? AND kind = ? AND source_id = ?", (int(stage), ref.kind, ref.id)
            )

    def follow_ups(self, kind: str) -> Iterator[FollowUpRow]:
        """Gives all follow-ups of a kind's records, those that are done too."""
        query = """SELECT source_id, stage, name, done FROM follow_up
            WHERE kind = ? AND (source_id, stage, name) > (?, ?, ?)
            ORDER BY 1, 2, 3 LIMIT 1000"""
        last: tuple[str, int, str] = ("", 0, "")
        while True:
            with self._reading() as connection:
                rows = connection.execute(query, (kind, *last)).fetchall()
            yield from (FollowUpRow(id, Stage(stage), name, bool(done)) for id, stage, name, done in rows)
            if len(rows) < 1000:
                return
            last = rows[-1][:3]

    def finished(self, kind: str, ids: Collection[str], stage: Stage) -> Mapping[str, Collection[str]]:
        """Returns which follow-ups of a stage were done for records of a kind, by source id."""
        query = f"""SELECT source_id, name FROM follow_up
            WHERE stage = ? AND kind = ? AND done = 1 AND source_id IN ({_marks(ids)})"""  # noqa: S608 - marks only
        return self._sets(query, (int(stage), kind, *ids))

    def _sets(self, query: str, values: Sequence[object]) -> Mapping[str, Collection[str]]:
        """Gives the second columns of rows by their first."""
        found: dict[str, set[str]] = {}
        with self._reading() as connection:
            for key, value in connection.execute(query, values):
                found.setdefault(key, set()).add(value)
        return found

    def follow_up_done(
        self, owed: Owed, losses: Iterable[Loss] = (), written: bytes | None = None, file: bytes | None = None
    ) -> None:
        """Notes that a follow-up was done."""
        with self._writing() as connection:
            connection.execute(
                "UPDATE follow_up SET done = 1, reason = NULL WHERE kind = ? AND source_id = ? AND name = ?",
                (owed.kind, owed.source_id, owed.name),
            )
            _put_losses(connection, Ref(owed.kind, owed.source_id), losses)
            if written is not None:
                _put_written(connection, Ref(owed.kind, owed.source_id), written)
            if file is not None:
                values = (file, owed.kind, owed.source_id)
                connection.execute("UPDATE record SET file = ? WHERE kind = ? AND source_id = ?", values)

    def waive(self, owed: Owed) -> None:
        """Notes that a follow-up is owed no more, though it was not done."""
        with self._writing() as connection:
            connection.execute(
                "DELETE FROM follow_up WHERE kind = ? AND source_id = ? AND name = ? AND done = 0",
                (owed.kind, owed.source_id, owed.name),
            )

    def follow_up_failed(self, owed: Owed, reason: str) -> None:
        """Notes why a follow-up could not be done; it stays owed."""
        with self._writing() as connection:
            connection.execute(
                "UPDATE follow_up SET reason = ? WHERE kind = ? AND source_id = ? AND name = ?",
                (reason, owed.kind, owed.source_id, owed.name),
            )

    # What a report tells.

    def counts(self) -> Mapping[str, Mapping[State, int]]:
        """Returns how many records of each kind stand in each state."""
        found: dict[str, dict[State, int]] = {}
        with self._reading() as connection:
            for kind, state, number in connection.execute("SELECT kind, state, count(*) FROM record GROUP BY 1, 2"):
                found.setdefault(kind, {})[State(state)] = number
        return found

    def losses(self) -> Sequence[tuple[str, str, str, int]]:
        """Returns kind, field, reason and number of records of everything that could not be carried."""
        query = "SELECT kind, field, reason, count(*) FROM loss GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
        with self._reading() as connection:
            return connection.execute(query).fetchall()

    def lost(self, kind: str, ids: Collection[str], reasons: Collection[str]) -> Mapping[str, Collection[str]]:
        """Returns which fields records of a kind lost for any of some reasons, by source id."""
        query = f"""SELECT source_id, field FROM loss
            WHERE kind = ? AND source_id IN ({_marks(ids)}) AND reason IN ({_marks(reasons)})"""  # noqa: S608 - marks only
        return self._sets(query, (kind, *ids, *reasons))

    def regained(
        self,
        ref: Ref[Any],
        fields: Collection[str],
        reasons: Collection[str],
        instead: str | None = None,
        written: bytes | None = None,
    ) -> None:
        """Takes back what a record lost for any of some reasons, or says why it is lost for good."""
        query = f"""DELETE FROM loss WHERE kind = ? AND source_id = ?
            AND field IN ({_marks(fields)}) AND reason IN ({_marks(reasons)})"""  # noqa: S608 - marks only
        with self._writing() as connection:
            connection.execute(query, (ref.kind, ref.id, *fields, *reasons))
            _put_losses(connection, ref, [Loss(field, instead) for field in fields] if instead else ())
            if written is not None:
                _put_written(connection, ref, written)

    def lost_fields(self, ref: Ref[Any]) -> Collection[str]:
        """Returns the fields that a record lost, for whatever reason."""
        query = "SELECT DISTINCT field FROM loss WHERE kind = ? AND source_id = ?"
        with self._reading() as connection:
            return {row[0] for row in connection.execute(query, (ref.kind, ref.id))}

    def source_of(self, kind: str, destination_id: str) -> str | None:
        """Returns the source id of the record that one of the destination stands for, or None."""
        query = "SELECT source_id FROM record WHERE kind = ? AND destination_id = ? LIMIT 1"
        with self._reading() as connection:
            row = connection.execute(query, (kind, destination_id)).fetchone()
        return None if row is None else str(row[0])

    def skipped(self) -> Sequence[tuple[str, str, int]]:
        """Returns kind, reason and number of records of all that do not go, as it should be."""
        query = """SELECT kind, coalesce(reason, ''), count(*) FROM record WHERE state = ? GROUP BY 1, 2
            ORDER BY 1, 2"""
        with self._reading() as connection:
            return connection.execute(query, (State.SKIPPED.value,)).fetchall()

    def set_aside(self) -> Iterator[tuple[Ref[Any], Entry]]:
        """Gives the records that could not go, and those that arrived and of which a later change did not go."""
        marks = ",".join("?" * len(SET_ASIDE))
        query = f"""SELECT kind, source_id, {_COLUMNS} FROM record
            WHERE state IN ({marks}) OR (state IN ('created', 'adopted', 'undone') AND reason IS NOT NULL)
            ORDER BY 1, 2"""  # noqa: S608 - marks only
        with self._reading() as connection:
            rows = connection.execute(query, [state.value for state in SET_ASIDE]).fetchall()
        yield from ((Ref(row[0], row[1]), self._entry(row[2:])) for row in rows)

    def loss_rows(self, kind: str | None = None) -> Iterator[tuple[str, str, str, str]]:
        """Gives kind, source id, field and reason of each loss, those of one record together."""
        with self._reading() as connection:
            kinds = [row[0] for row in connection.execute("SELECT DISTINCT kind FROM loss ORDER BY kind")]
        for each in kinds if kind is None else [kind]:
            yield from self._losses_of(each)

    def _losses_of(self, kind: str) -> Iterator[tuple[str, str, str, str]]:
        query = """SELECT kind, source_id, field, reason FROM loss
            WHERE kind = ? AND (source_id, field, reason) > (?, ?, ?) ORDER BY 2, 3, 4 LIMIT 1000"""
        last = (kind, "", "", "")
        while True:
            with self._reading() as connection:
                rows = connection.execute(query, last).fetchall()
            yield from rows
            if len(rows) < 1000:
                return
            last = rows[-1]

    def withheld(self) -> Iterator[Owed]:
        """Gives what is not archived because a record that could not go points at it."""
        query = f"""SELECT f.kind, f.source_id, r.destination_id, f.name
            FROM follow_up f JOIN record r ON r.kind = f.kind AND r.source_id = f.source_id
            WHERE f.stage = ? AND f.done = 0 AND {_HELD} ORDER BY 1, 2"""  # noqa: S608 - a constant
        with self._reading() as connection:
            rows = connection.execute(query, (int(Stage.ARCHIVE),)).fetchall()
        yield from (Owed(*row) for row in rows)

    def follow_ups_failed(self) -> Iterator[tuple[Owed, str]]:
        """Gives the follow-ups that could not be done, each with its reason."""
        query = """SELECT f.kind, f.source_id, r.destination_id, f.name, f.reason
            FROM follow_up f JOIN record r ON r.kind = f.kind AND r.source_id = f.source_id
            WHERE f.done = 0 AND f.reason IS NOT NULL ORDER BY 1, 2, 4"""
        with self._reading() as connection:
            rows = connection.execute(query).fetchall()
        yield from ((Owed(*row[:4]), row[4]) for row in rows)


@contextlib.contextmanager
def opened_if_there(journal: Journal | None) -> Iterator[Journal | None]:
    """Opens a journal for a while, unless it is a file that nobody made yet.

    Args:
        journal: Any journal, or None.

    Raises:
        JournalError: It can't be opened; or it isn't there, and can't be made where it is to be.
    """
    if isinstance(journal, SQLiteJournal) and not journal.is_there():
        if not _is_open_to_us(journal.path.parent):
            raise JournalError(_NOT_MADE.format(journal.path, f"{journal.path.parent} can't be written to"))
        journal = None
    if journal is None:
        yield None
        return
    journal.open()
    try:
        yield journal
    finally:
        journal.close()


@contextlib.contextmanager
def opened_as_left(journal: Journal) -> Iterator[None]:
    """Opens a journal for a while that a run has left behind, and never makes one.

    Args:
        journal: Any journal.

    Raises:
        JournalNeeded: It is a file that isn't there.
        JournalError: It can't be opened.
    """
    if isinstance(journal, SQLiteJournal) and not journal.is_there():
        raise JournalNeeded(
            f"There is no journal {journal.path.absolute()}. This takes the one that the transfer ran with: give its "
            "name and folder (journal=...), or run the transfer first."
        )
    journal.open()
    try:
        yield
    finally:
        journal.close()


def _is_open_to_us(place: Path) -> bool:
    """Says whether this process may read and write a file or a folder."""
    effective = os.access in os.supports_effective_ids
    return os.access(place, os.R_OK | os.W_OK, effective_ids=effective)


def _marks(values: Collection[object]) -> str:
    """Returns a question mark for each value."""
    return ",".join("?" * len(values))


def _put(connection: sqlite3.Connection, ref: Ref[Any], entry: Entry) -> None:
    instead, imprint = entry.instead, entry.imprint
    connection.execute(
        "INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            ref.kind,
            ref.id,
            entry.state.value,
            entry.destination_id,
            entry.reason,
            instead and instead.kind,
            instead and instead.id,
            entry.since and entry.since.astimezone(UTC).isoformat(),
            entry.digest,
            imprint and imprint.seen,
            imprint and imprint.meant,
            imprint and imprint.needed,
            imprint and imprint.written,
            imprint and imprint.file,
        ),
    )


def _put_written(connection: sqlite3.Connection, ref: Ref[Any], digest: bytes) -> None:
    values = (digest, ref.kind, ref.id)
    connection.execute("UPDATE record SET written = ? WHERE kind = ? AND source_id = ?", values)


def _put_losses(connection: sqlite3.Connection, ref: Ref[Any], losses: Iterable[Loss]) -> None:
    connection.executemany(
        "INSERT OR IGNORE INTO loss VALUES (?, ?, ?, ?)",
        [(ref.kind, ref.id, loss.field, loss.reason) for loss in losses],
    )
