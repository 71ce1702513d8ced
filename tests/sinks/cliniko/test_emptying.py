"""What a draft takes away from a record because the source has it no more."""

from __future__ import annotations

from typing import Any

import pytest

from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET
from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.cliniko.emptying import emptied

ADA = m.PatientDraft(first_name="Ada", last_name="Example")
FULL = m.Patient(
    id="1",
    email="ada@mail.example",
    notes="Shy",
    country="Chile",
    reminder_type="SMS",
    concession_type=Ref("concession_types", "2"),
)


def test_what_the_source_has_no_more_becomes_null() -> None:
    """Only what it had before, and only where the record still holds it."""
    found = emptied(ADA, {"email", "occupation", "first_name", "unmute:confirmations"}, FULL)

    assert ("email",) == tuple(found.names)
    assert () == tuple(found.left)
    assert found.held
    assert (None, UNSET, "Ada") == (found.draft.email, found.draft.notes, found.draft.first_name)


def test_a_record_that_holds_nothing_of_it_is_left() -> None:
    """Nothing is sent for what is empty there already."""
    found = emptied(ADA, {"email"}, m.Patient(id="1", email=""))

    assert not found.held
    assert ADA == found.draft


def test_of_a_record_that_is_not_known_everything_is_emptied() -> None:
    """It costs nothing to set null where there is nothing."""
    found = emptied(ADA, {"email", "concession_type_id"}, None)

    assert (["email"], ["concession_type_id"]) == (list(found.names), list(found.left))


def test_links_are_left_to_a_person() -> None:
    """The API takes null for none of them."""
    found = emptied(ADA, {"concession_type_id"}, FULL)

    assert ([], ["concession_type_id"]) == (list(found.names), list(found.left))
    assert UNSET is found.draft.concession_type_id


@pytest.mark.parametrize(
    ("draft", "name", "record", "value"),
    [
        (m.RecallDraft(), "notes", m.Recall(id="1", notes="Ring"), ""),
        (ADA, "follow_ups_communication_channels", m.Patient(id="1", follow_ups_communication_channels=(1,)), []),
    ],
)
def test_what_is_emptied_otherwise(draft: Any, name: str, record: Any, value: object) -> None:
    """Where the API takes no null, what stands for nothing is sent."""
    assert value == getattr(emptied(draft, {name}, record).draft, name)


def test_what_the_api_takes_no_nothing_for() -> None:
    """A person is to see to it."""
    found = emptied(m.ConcessionPriceDraft(), {"price"}, m.ConcessionPrice(id="1", price=3))  # type: ignore[arg-type] # as good as a decimal

    assert ["price"] == list(found.left)


@pytest.mark.parametrize(
    ("draft", "name"),
    [
        (m.PatientDraft(country_code="CL"), "country"),
        (m.PatientDraft(reminders_communication_channels=[]), "reminder_type"),
    ],
)
def test_what_another_attribute_says_is_no_emptiness(draft: Any, name: str) -> None:
    """An older way to say the same stays as the account makes it."""
    assert not emptied(draft, {name}, FULL).held


def test_what_no_record_shows_is_not_looked_at() -> None:
    """Lists are merged, and a stock level moves by itself."""
    assert not emptied(m.ProductDraft(), {"stock_level"}, m.Product(id="1", stock_level=3)).held  # type: ignore[arg-type] # as good as a decimal
    assert not emptied(m.PatientAttachmentDraft(), {"content"}, m.UploadedPatientAttachment(id="1")).held
