"""The archive folder's records: every one that the transfer was given, by kind, id and patient."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from clinikomigrate.client.entity import Entity
from clinikomigrate.client.ref import Ref
from clinikomigrate.errors import ArchiveError
from clinikomigrate.sinks.splose.archive.plain import from_json, to_json

RECORDS: Final = "records.sqlite"
"""The name of the file with the records."""

OTHERS: Final = (
    "The archive folder {folder} belongs to a transfer between other accounts. Give this one a folder of its own "
    "(archive=...)."
)
"""What is wrong with a folder, and what to do."""

_PAGE: Final = 200
_TABLES: Final = """
    CREATE TABLE IF NOT EXISTS record (
        kind TEXT NOT NULL, id TEXT NOT NULL, model TEXT NOT NULL, patient TEXT, body TEXT NOT NULL,
        PRIMARY KEY (kind, id)
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS of_patient ON record (patient, kind, id);
    CREATE TABLE IF NOT EXISTS merged (patient TEXT PRIMARY KEY, into_patient TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS upload (
        client TEXT NOT NULL, name TEXT NOT NULL, state TEXT NOT NULL, file TEXT NOT NULL,
        PRIMARY KEY (client, name)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS file (
        attachment TEXT PRIMARY KEY, client TEXT NOT NULL, patient TEXT NOT NULL, name TEXT NOT NULL, reason TEXT,
        size INTEGER NOT NULL, sha256 TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS drawing (
        signature TEXT PRIMARY KEY, form TEXT NOT NULL, patient TEXT NOT NULL, file TEXT, missing TEXT
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS drawing_on ON drawing (form);
    CREATE TABLE IF NOT EXISTS client (id TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS cleared (client TEXT PRIMARY KEY, state TEXT NOT NULL, fields TEXT NOT NULL)
    WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS account (side TEXT PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID;
"""
"""`record` has the source's records as the API gives them; `merged` who of the patients was merged into whom; `upload`
what went into the files of which client of the workspace: the state, and the file's id once it is known; `file` what
became of patients' files; `drawing` what became of drawn signatures: the file, or what is missing; `client` what the
workspace's clients are called; `cleared` what clients had that an update may clear, or cleared;
`account` between which two it is."""


class Archive:
    """A folder on disk with all that a transfer was given, as data. Only its owner can read it. Safe in threads.

    Its records lie in `records.sqlite`, in the table `record`: kind, id, the id of the patient whose it is, and the
    record as JSON in the shape in which Cliniko's API gives it. What is given again replaces what was there.

    Args:
        path: The folder. It is made when it is first written to.

    Attributes:
        path: The folder.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None

    def __repr__(self) -> str:
        return f"<Archive {str(self.path)!r}>"

    def make(self) -> None:
        """Makes the folder, if it isn't there.

        Raises:
            ArchiveError: It can't be made, or holds something else.
        """
        with self._lock:
            self._opened()

    def put(self, entities: Iterable[Any], *, patient: str | None = None) -> None:
        """Keeps records; all of them or, where that fails, none.

        Args:
            entities: Records of the source (`Any`: of any kind's model).
            patient: The id of the patient whose they are, where they don't say it themselves.

        Raises:
            ArchiveError: The folder can't be written to.
        """
        rows, merged = [], []
        for entity in entities:
            rows.append((entity.kind, entity.id, type(entity).__name__, _patient(entity) or patient, to_json(entity)))
            winner = getattr(entity, "merged_with_patient", None)
            if isinstance(winner, Ref):
                merged.append((entity.id, winner.id))
        with self._writing() as connection:
            connection.executemany("INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?, ?)", rows)
            connection.executemany("INSERT OR REPLACE INTO merged VALUES (?, ?)", merged)

    def get(self, kind: str, id: str) -> Any:
        """Gives a record back, of its own model; None where it isn't there.

        Args:
            kind: The record kind's name.
            id: The source's id.
        """
        found = self.rows("SELECT model, body FROM record WHERE kind = ? AND id = ?", kind, id)
        return next((from_json(*row) for row in found), None)

    def of(self, patient: str, kind: str) -> Iterator[Any]:
        """Gives a patient's records of a kind, and those of everybody who was merged into the patient.

        Args:
            patient: The source's id of who remains.
            kind: The record kind's name.
        """
        for whose in self.people(patient):
            yield from self._paged("kind = ? AND patient = ?", kind, whose)

    def all(self, kind: str) -> Iterator[Any]:
        """Gives all records of a kind, in the order of their ids as texts.

        Args:
            kind: The record kind's name.
        """
        yield from self._paged("kind = ?", kind)

    def people(self, patient: str) -> Sequence[str]:
        """Names a patient and who was merged into the patient, in however many steps.

        Args:
            patient: The source's id of who remains.
        """
        found = [patient]
        for id in found:
            losers = self.rows("SELECT patient FROM merged WHERE into_patient = ? ORDER BY patient", id)
            found += [loser for (loser,) in losers if loser not in found]
        return found

    def upload(self, client: str, name: str) -> tuple[str, str] | None:
        """Says what is known of a file of a client of the workspace.

        Args:
            client: The client's id.
            name: The file's name.

        Returns:
            Its state and, once it is known, its id; None where it was never sent.
        """
        found = self.rows("SELECT state, file FROM upload WHERE client = ? AND name = ?", client, name)
        return next(iter(found), None)

    def note_upload(self, client: str, name: str, state: str | None, file: str = "") -> None:
        """Notes, durably, what is known of a file of a client of the workspace.

        Args:
            client: The client's id.
            name: The file's name.
            state: Its state; None where it was not sent after all.
            file: Its id.
        """
        with self._writing() as connection:
            connection.execute("DELETE FROM upload WHERE client = ? AND name = ?", (client, name))
            if state is not None:
                connection.execute("INSERT INTO upload VALUES (?, ?, ?, ?)", (client, name, state, file))

    def remaining(self, patient: str) -> str:
        """Says who remains of a patient who was merged into another, in however many steps; else it is the patient.

        Args:
            patient: The source's id.
        """
        seen: set[str] = set()
        while patient not in seen:
            seen.add(patient)
            found = self.rows("SELECT into_patient FROM merged WHERE patient = ?", patient)
            patient = found[0][0] if found else patient
        return patient

    def client(self, id: str) -> str | None:
        """Says what a client of the workspace is called; None where no answer said it.

        Args:
            id: The client's id.
        """
        return next((name for (name,) in self.rows("SELECT name FROM client WHERE id = ?", id)), None)

    def note_client(self, id: str, name: str) -> None:
        """Notes what a client of the workspace is called.

        Args:
            id: The client's id.
            name: The name, as the workspace answered it.
        """
        self.write("INSERT OR REPLACE INTO client VALUES (?, ?)", id, name)

    def accounts(self) -> tuple[str, str] | None:
        """Says between which two accounts the transfer is that the archive belongs to; None where it is nobody's yet.

        Returns:
            The ids of the source and the destination.
        """
        found = dict(self.rows("SELECT side, id FROM account"))
        return (found["source"], found["destination"]) if found else None

    def bind(self, source: str, destination: str) -> None:
        """Says which transfer the archive belongs to, once for all.

        Args:
            source: The source account's id.
            destination: The destination's.

        Raises:
            ArchiveError: It belongs to a transfer between other accounts.
        """
        known = self.accounts()
        if known not in (None, (source, destination)):
            raise ArchiveError(OTHERS.format(folder=self.path))
        with self._writing() as connection:
            pair = [("source", source), ("destination", destination)]
            connection.executemany("INSERT OR IGNORE INTO account VALUES (?, ?)", pair)

    def close(self) -> None:
        """Closes the file with the records. It is opened again when something is asked of it."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def rows(self, query: str, *values: str) -> list[Any]:
        """Asks the tables.

        Args:
            query: A constant text.
            *values: What stands for its question marks.

        Raises:
            ArchiveError: The file can't be read.
        """
        with self._lock:
            connection = self._opened()
            with self.using():
                return connection.execute(query, values).fetchall()

    def write(self, query: str, *values: str | int | None) -> None:
        """Changes the tables, durably.

        Args:
            query: A constant text.
            *values: What stands for its question marks.

        Raises:
            ArchiveError: The folder can't be written to.
        """
        with self._writing() as connection:
            connection.execute(query, values)

    def _paged(self, condition: str, *values: str) -> Iterator[Any]:
        query = f"SELECT id, model, body FROM record WHERE {condition} AND id > ? ORDER BY id LIMIT {_PAGE}"  # noqa: S608 - constants
        last = ""
        while rows := self.rows(query, *values, last):
            for id, model, body in rows:
                yield from_json(model, body)
                last = id

    @contextmanager
    def using(self) -> Iterator[None]:
        """Says of a failure of the disk that the folder can't be used.

        Raises:
            ArchiveError: The disk is full, or refuses.
        """
        try:
            yield
        except (OSError, sqlite3.DatabaseError) as error:
            raise self._unusable(error) from None

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            connection = self._opened()
            with self.using(), connection:
                yield connection

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            file = self.path / RECORDS
            try:
                self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
                os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
                self._connection = sqlite3.connect(file, check_same_thread=False)
                self._connection.executescript(f"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; {_TABLES}")
            except (OSError, sqlite3.DatabaseError) as error:
                self.close()
                raise self._unusable(error) from None
        return self._connection

    def _unusable(self, error: Exception) -> ArchiveError:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return ArchiveError(
            f"The archive folder {self.path} can't be used: {reason}. Put that right, and run again; before anything "
            "went, another folder will do too (archive=...)."
        )


def _patient(entity: Entity) -> str | None:
    """Gives the id of the patient whose record it is; that of a patient is the patient's own."""
    whose = getattr(entity, "patient", None)
    if isinstance(whose, Ref):
        return whose.id
    return entity.id if getattr(entity, "kind", None) == "patients" else None
