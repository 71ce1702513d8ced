"""What a document shows of a record, and when a record would read otherwise."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.splose.documents import Visit
from clinikomigrate.sinks.splose.documents.records import Records
from clinikomigrate.sinks.splose.documents.showing import SHOWN, version
from tests.sinks.cliniko.samples import bare, value_for
from tests.sinks.splose.documents.pdf import told

LATER = datetime(2025, 5, 5, tzinfo=UTC)
BOOKING = m.IndividualAppointment(id="1")
WHOLE: dict[type[m.Entity], dict[str, Any]] = {
    m.PatientForm: {"completed_at": LATER, "edited_at": LATER},
    m.EmailCommunication: {"type": None},
    m.SmsCommunication: {"type": None},
}
"""What a record must have for others of its attributes to be shown."""


def shown(entity: Any) -> list[str]:
    """Gives the words of a record's document."""
    records = Records(lambda ref: f"{ref.kind} {ref.id}", None)
    if isinstance(entity, m.Attendee):
        return told(records.visits([Visit(BOOKING, entity)]))
    if isinstance(entity, m.IndividualAppointment | m.GroupAppointment):
        return told(records.visits([Visit(entity)]))
    ways: dict[str, Any] = {
        "treatment_notes": records.note,
        "patient_forms": records.form,
        "medical_alerts": records.alert,
        "patient_cases": records.case,
        "communications": records.communication,
    }
    return told(ways[entity.kind](entity))


def samples(model: type[m.Entity], name: str) -> tuple[Any, Any]:
    """Makes a record without a value, and the same with one."""
    given: dict[str, Any] = (
        {"cancelled_at": LATER} if "cancelled_at" in SHOWN[model] and name.startswith("cancellation") else {}
    )
    if name == "ends_at":
        given["starts_at"] = datetime(2020, 1, 1, tzinfo=UTC)
    if name == "direction_description":
        given["direction_code"] = 2
    if name == "direction_code":
        return bare(model, direction_code=1), bare(model, direction_code=2)
    given |= {key: value for key, value in WHOLE.get(model, {}).items() if key != name}
    value = False if name == "arrived" else value_for(model, name)
    if name == "draft":
        given["finalized_at"] = None
    return bare(model, **{**given, name: None}), bare(model, **{**given, name: value})


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (model, field.name)
        for model in SHOWN
        for field in attrs.fields(model)
        if field.name not in ("id", "extra", "updated_at")
    ],
    ids=lambda each: each if isinstance(each, str) else each.__name__,
)
def test_the_table_says_what_stands_in_a_document(model: type[m.Entity], name: str) -> None:
    """An attribute alone shows exactly if the table says so, and then makes another version; its author's name none."""
    without, given = samples(model, name)
    is_shown = name in SHOWN[model]

    assert (shown(without) != shown(given)) is is_shown
    assert (version(without) != version(given)) is (is_shown and name != "author_name")


def test_a_version_is_of_all_that_is_shown_as_one() -> None:
    """A visit is an appointment and a place in it."""
    came = m.Attendee(id="2", arrived=True)

    assert version(BOOKING) != version(BOOKING, came) != version(BOOKING, attrs.evolve(came, arrived=False))
    assert version(BOOKING, came) == version(attrs.evolve(BOOKING, updated_at=LATER), came)


def test_a_version_stays_what_it_is() -> None:
    """It is kept in the archive folder, and compared by later versions of this package."""
    note = m.TreatmentNote(
        id="7",
        title="Review",
        created_at=LATER,
        practitioner=Ref("practitioners", "3"),
        content=m.Content(sections=(m.Section(name="Plan", questions=(m.Question(name="?", answer="<p>Rest</p>"),)),)),
    )

    assert version(note) == "acdb34ca37b7060e7ad6b0a4b6dd1c24"
