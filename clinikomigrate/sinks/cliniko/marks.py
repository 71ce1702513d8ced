"""The mark by which a patient is known as the copy of one of another account."""

from __future__ import annotations

import re
from typing import Any, Final

import attrs

from clinikomigrate.client.query import Condition, where
from clinikomigrate.cliniko import Cliniko
from clinikomigrate.transfer.survey import Survey

_PLAIN: Final = re.compile(r"[0-9A-Za-z]+")
"""What an id is made of. Conditions on lists have `:` and `,` for themselves, and a mark has `-`."""


@attrs.frozen
class Marks:
    """Makes and reads the marks of one source account's patients: `cm-`, the account's id, `-`, the patient's id.

    They stand where the old reference id stands of a patient who has none.

    Attributes:
        account: The account's id, of letters and digits.
    """

    account: str

    @classmethod
    def of_source(cls, survey: Survey) -> Marks | None:
        """Returns the marks of the account that is read; None where no id of it is known that a mark can hold.

        Args:
            survey: What preflight read of both accounts.
        """
        account = getattr(survey.settings, "account", None)
        return cls.of_account(str(getattr(account, "id", None) or ""))

    @classmethod
    def of_account(cls, account: str) -> Marks | None:
        """Returns an account's marks; None where its id is not one that a mark can hold.

        Args:
            account: The account's id.
        """
        return cls(account) if _PLAIN.fullmatch(account) else None

    @property
    def beginning(self) -> str:
        """What all marks of the account begin with."""
        return f"cm-{self.account}-"

    def of(self, patient: str) -> str | None:
        """Returns a patient's mark; None where the id is not one that a mark can hold.

        Args:
            patient: The patient's id in the source.
        """
        return f"{self.beginning}{patient}" if _PLAIN.fullmatch(patient) else None

    def patient(self, reference: object) -> str | None:
        """Returns the id of the patient whose mark an old reference id is; None where it is no mark of the account.

        Args:
            reference: What a draft or a record has as its old reference id.
        """
        text = reference.strip() if isinstance(reference, str) else ""
        patient = text.removeprefix(self.beginning)
        return patient if patient != text and _PLAIN.fullmatch(patient) else None

    def are_of_two(self, reference: object, other: object) -> bool:
        """Says whether two old reference ids are the marks of two patients.

        Args:
            reference: One.
            other: The other.
        """
        both = self.patient(reference), self.patient(other)
        return None not in both and both[0] != both[1]

    def are_kept(self, client: Cliniko, mark: str) -> bool:
        """Says whether an account keeps marks, so that whoever has none is nobody's copy.

        It may have taken marks from others and refused this one, where somebody bears it already.

        Args:
            client: The destination's client.
            mark: The mark that was to be kept.
        """
        reference = where("old_reference_id")
        return not _is_any(client, reference == mark) and _is_any(client, reference.contains(self.beginning))

    def count_archived(self, client: Cliniko) -> int:
        """Counts the archived patients who bear a mark.

        Args:
            client: The destination's client.
        """
        marked = where("old_reference_id").contains(self.beginning)
        return client.patients.list(marked, where("archived_at").not_null()).count()


def _is_any(client: Cliniko, condition: Condition) -> bool:
    patients: Any = client.patients.list(condition, include_archived=True)
    return patients.first() is not None
