"""An index of texts that holds none: digests and ids, in a temporary file."""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
import threading
from typing import Final, TypeAlias

Key: TypeAlias = tuple[str | None, ...]
"""What is looked up: some texts in a row."""

_BYTES: Final = 16


class Digests:
    """Which ids stand under which keys. They lie in a temporary file, not in memory.

    Of a key only a digest is kept, made with a secret that is drawn anew for each index and never leaves memory: from
    the file nobody can read a name, nor find out whether a name is in it.
    """

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._connection = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._connection.execute("CREATE TABLE entry (digest BLOB NOT NULL, id TEXT NOT NULL)")
        self._connection.execute("CREATE INDEX entry_digest ON entry (digest, id)")

    def __repr__(self) -> str:
        try:
            return f"<Digests of {len(self)} keys>"
        except sqlite3.Error:
            return "<Digests, closed>"

    def __len__(self) -> int:
        return int(self._all("SELECT count(*) FROM entry")[0][0])

    def close(self) -> None:
        """Gives the temporary file back."""
        with self._lock:
            self._connection.close()

    def clear(self) -> None:
        """Forgets everything."""
        self._all("DELETE FROM entry")

    def add(self, key: Key, id: str) -> None:
        """Puts an id under a key.

        Args:
            key: The key.
            id: The id; the same one can stand under any number of keys.
        """
        self._all("INSERT INTO entry VALUES (?, ?)", self._digest(key), id)

    def ids(self, key: Key) -> list[str]:
        """Returns the ids under a key, in the order in which they were put there."""
        return [row[0] for row in self._all("SELECT id FROM entry WHERE digest = ? ORDER BY rowid", self._digest(key))]

    def remove(self, key: Key, id: str) -> None:
        """Takes an id away from under a key."""
        self._all("DELETE FROM entry WHERE digest = ? AND id = ?", self._digest(key), id)

    def _digest(self, key: Key) -> bytes:
        return hashlib.blake2b(repr(key).encode(), digest_size=_BYTES, key=self._secret).digest()

    def _all(self, statement: str, *values: bytes | str) -> list[tuple[str, ...]]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()
