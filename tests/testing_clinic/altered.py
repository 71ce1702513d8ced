"""An account with a few rows changed, while the account itself stays as it is."""

from __future__ import annotations

from typing import Any

from clinikomigrate.testing.fake import FakeCliniko

Row = dict[str, Any]


class Shown:
    """Shows an account as it is, always with the same rows: nobody may change them.

    Args:
        account: The account.
    """

    def __init__(self, account: FakeCliniko) -> None:
        self.account = account
        self._rows: dict[str, list[Row]] = {}

    def rows(self, kind: str) -> list[Row]:
        """Gives the rows of a kind."""
        if kind not in self._rows:
            self._rows[kind] = self.account.rows(kind)
        return self._rows[kind]

    def custom_fields_definition(self) -> Row:
        """Gives the account's definition of custom fields."""
        return self.account.custom_fields_definition()

    @property
    def settings(self) -> Row:
        """The account's settings."""
        return self.account.settings


class Altered:
    """Shows an account with rows changed, removed or added.

    Args:
        account: The account.
    """

    def __init__(self, account: Shown) -> None:
        self.account = account
        self._changes: dict[tuple[str, str], Row] = {}
        self._removed: set[tuple[str, str]] = set()
        self._added: list[tuple[str, Row]] = []

    def rows(self, kind: str) -> list[Row]:
        """Gives the rows of a kind as altered."""
        rows = self.account.rows(kind)
        kept = [
            row | self._changes.get((kind, row["id"]), {}) for row in rows if (kind, row["id"]) not in self._removed
        ]
        return kept + [row for added, row in self._added if added == kind]

    def custom_fields_definition(self) -> Row:
        """Gives the account's definition of custom fields."""
        return self.account.custom_fields_definition()

    @property
    def settings(self) -> Row:
        """The account's settings."""
        return self.account.settings

    def change(self, kind: str, row: Row, **values: object) -> Altered:
        """Shows other values in a row."""
        self._changes.setdefault((kind, row["id"]), {}).update(values)
        return self

    def remove(self, kind: str, row: Row) -> Altered:
        """Leaves a row out."""
        self._removed.add((kind, row["id"]))
        return self

    def add(self, kind: str, row: Row, **values: object) -> Altered:
        """Shows a row a second time, with an id of its own."""
        self._added.append((kind, row | {"id": "9" * 19} | values))
        return self

    def find(self, kind: str, **values: object) -> Row:
        """Gives the first row that has these values; `...` stands for any value but none."""
        return next(
            dict(row)
            for row in self.rows(kind)
            if all(
                row[name] not in (None, "", []) if value is ... else row[name] == value
                for name, value in values.items()
            )
        )
