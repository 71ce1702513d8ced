"""The mark by which it is told whether a draft still says the same."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import attrs
import pytest

from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET
from clinikomigrate.cliniko.models import (
    Content,
    CustomField,
    CustomFieldOption,
    CustomFields,
    CustomFieldSection,
    OtherOption,
    Patient,
    PatientAttachmentDraft,
    PatientDraft,
    ProductDraft,
    Question,
    Section,
    TreatmentNoteDraft,
)
from clinikomigrate.transfer.follow_ups import Archiving, Cancel, FollowUp
from clinikomigrate.transfer.imprints import (
    beside_of,
    digest,
    has_changed,
    is_known,
    names_in,
    of_draft,
    of_entity,
    of_follow_ups,
    of_state,
    only_names,
    says,
)

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


# Of the source's records.

ADA = Patient(id="1", first_name="Ada", updated_at=datetime(2024, 1, 1, tzinfo=UTC))
MOVED = attrs.evolve(ADA, updated_at=datetime(2024, 2, 1, tzinfo=UTC))
BEA = attrs.evolve(ADA, first_name="Bea")
HERE, ELSEWHERE = [Ref[Any]("businesses", "1")], [Ref[Any]("businesses", "2")]


def test_when_a_record_was_touched_says_nothing() -> None:
    """What it says does."""
    assert of_entity(KEY, ADA) == of_entity(KEY, MOVED) != of_entity(KEY, BEA)


def test_what_was_looked_at_besides_is_told_apart() -> None:
    """Behind the record's own mark, and only where there is anything."""
    marks = [of_entity(KEY, ADA, beside) for beside in ([], HERE, ELSEWHERE)]

    assert [0, 16, 16] == [len(beside_of(mark)) for mark in marks]
    assert beside_of(marks[1]) != beside_of(marks[2])
    assert all(mark.startswith(marks[0]) for mark in marks)


@pytest.mark.parametrize(
    ("before", "now", "changed"),
    [
        (of_entity(KEY, ADA), of_entity(KEY, BEA), True),
        (of_entity(KEY, ADA), of_entity(KEY, MOVED), False),
        (of_entity(KEY, ADA, HERE), of_entity(KEY, ADA, ELSEWHERE), True),
        (of_entity(KEY, ADA, HERE), of_entity(KEY, MOVED, HERE), False),
        (of_entity(KEY, ADA, HERE), of_entity(KEY, ADA), False),
        (of_entity(KEY, ADA), of_entity(KEY, ADA, HERE), False),
        (of_entity(KEY, ADA, HERE), of_entity(KEY, BEA), True),
        (b"", of_entity(KEY, ADA), True),
    ],
)
def test_whether_the_source_says_something_else(before: bytes, now: bytes, changed: bool) -> None:
    """What only one of two marks tells says nothing; a mark of which nothing is known is that of something else."""
    assert changed == has_changed(before, now)


def test_follow_ups_are_a_set() -> None:
    """The order in which a mapper gives them says nothing."""
    both: list[FollowUp] = [Archiving(), Cancel(reason=40)]

    assert of_follow_ups(KEY, both) == of_follow_ups(KEY, both[::-1]) != of_follow_ups(KEY, both[:1])


def test_a_state_that_is_not_told_has_no_mark() -> None:
    """Whoever doesn't say what a record is can't be asked whether it changed."""
    assert of_state(KEY, None) is None
    assert of_state(KEY, {"name": "Ada", "tags": frozenset({"b", "a"})}) == of_state(
        KEY, {"tags": {"a", "b"}, "name": "Ada"}
    )
    assert of_state(KEY, 1.5) != of_state(KEY, 2.5)


def _in_a_field(**values: Any) -> CustomFields:
    """Makes what a patient has in a custom field."""
    section = CustomFieldSection(token="s", name="Sport", fields=(CustomField(token="f", name="Club", **values),))
    return CustomFields(sections=(section,))


@pytest.mark.parametrize(
    ("value", "something"),
    [
        (None, False),
        (UNSET, False),
        (False, False),
        ("  ", False),
        ([], False),
        ([""], False),
        ({"a": None}, False),
        (Content(sections=()), False),
        (0, True),
        (True, True),
        ("-", True),
        ([{"a": 1}], True),
        (Ref("patients", "1"), True),
        (Content(sections=(Section(name="About"),)), True),
        (_in_a_field(value=" "), False),
        (_in_a_field(value="Rovers"), True),
        (_in_a_field(options=(CustomFieldOption(token="1", name="Monday", selected=False),)), False),
        (_in_a_field(options=(CustomFieldOption(token="1", selected=True),)), True),
        (_in_a_field(other=OtherOption(enabled=True, selected=False, value="Holidays")), False),
        (_in_a_field(other=OtherOption(enabled=True, selected=True, value="")), False),
        (_in_a_field(other=OtherOption(selected=True, value="Holidays")), True),
    ],
)
def test_what_says_something(value: object, something: bool) -> None:
    """A number does, whichever it is; nothing, blanks, no, and whatever holds only these don't."""
    assert something is says(value)


def test_names_stand_behind_a_digest() -> None:
    """Of what a draft says, and of what else is given; they outlive the digest."""
    meant = of_draft(KEY, PatientDraft(first_name="Ada", notes="", accepted_privacy_policy=False), ["unmute:x"])
    only = only_names(meant, of_draft(KEY, PatientDraft(email="a@mail.example")), b"")

    assert {"first_name", "unmute:x"} == names_in(meant)
    assert {"first_name", "unmute:x", "email"} == names_in(only)
    assert (True, False, False) == (is_known(meant), is_known(only), is_known(b""))
    assert b"" == only_names(b"", of_draft(KEY, PatientDraft()))
