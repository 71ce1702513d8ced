"""The mark by which it is told whether a draft still says the same."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import attrs
import pytest

from clinikomigrate.cliniko.models import (
    Content,
    PatientAttachmentDraft,
    PatientDraft,
    ProductDraft,
    Question,
    Section,
    TreatmentNoteDraft,
)
from clinikomigrate.transfer.imprints import digest

KEY = b"a journal's secret"
PATIENT = PatientDraft(first_name="Ada", last_name="Example", date_of_birth=date(1980, 2, 3), email=None)
SECTION = Section(name="Notes", questions=(Question(name="Course", type="text", answer="Better."),))
NOTE = TreatmentNoteDraft(title="First", draft=False, patient_id="1", content=Content(sections=(SECTION,)))


@attrs.frozen
class Unread:
    """A file that can't be read."""

    name: str
    size: int
    content_type: str | None = None

    def open(self) -> Iterator[bytes]:
        """Fails."""
        raise AssertionError(self.name)


@pytest.mark.parametrize(
    ("draft", "changes"),
    [
        (PATIENT, {"first_name": "Bea"}),
        (PATIENT, {"date_of_birth": date(1980, 2, 4)}),
        (PATIENT, {"email": "ada@example.test"}),
        (PATIENT, {"occupation": None}),
        (NOTE, {"patient_id": "2"}),
        (NOTE, {"draft": True}),
        (NOTE, {"content": Content(sections=(attrs.evolve(SECTION, name="Plan"),))}),
        (ProductDraft(name="Band", price=Decimal("12.50")), {"price": Decimal("12.60")}),
    ],
)
def test_it_changes_with_what_the_draft_says(draft: Any, changes: dict[str, object]) -> None:
    """An attribute with another value, one that is given and wasn't, or a word deep in a text makes another mark."""
    assert digest(KEY, draft) == digest(KEY, attrs.evolve(draft))
    assert digest(KEY, draft) != digest(KEY, attrs.evolve(draft, **changes))


def test_it_tells_nothing_without_the_key() -> None:
    """Another journal's mark of the same draft is another one."""
    assert digest(KEY, PATIENT) != digest(b"another", PATIENT)


def test_drafts_of_two_kinds_are_never_the_same() -> None:
    """The kind counts too."""
    assert digest(KEY, ProductDraft(name="Band")) != digest(KEY, PatientDraft(first_name="Band", last_name="Band"))


def test_a_file_counts_by_its_name() -> None:
    """A file's bytes are not read for it."""
    drafts = [
        PatientAttachmentDraft(patient_id="1", content=Unread(name, size))
        for name, size in (("a.pdf", 1), ("a.pdf", 2), ("b.pdf", 1))
    ]
    first, second, third = (digest(KEY, draft) for draft in drafts)

    assert first == second != third


def test_it_is_the_same_in_every_process() -> None:
    """The next run, in another process, makes the same mark of the same draft."""
    program = (
        "from datetime import UTC, date, datetime; from clinikomigrate.transfer.imprints import digest;"
        "from clinikomigrate.cliniko.models import IndividualAppointmentDraft as D;"
        "print(digest(b'key', D(starts_at=datetime(2026, 3, 1, 9, tzinfo=UTC), notes='Ünder', patient_id='1')).hex())"
    )
    command = [sys.executable, "-c", program]
    found = {subprocess.run(command, capture_output=True, text=True, check=True).stdout for _ in range(2)}  # noqa: S603

    assert 1 == len(found)
