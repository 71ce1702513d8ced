"""Finding what a write of unknown fate has made."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import attrs
import pytest

from clinikomigrate.client.query import Condition, FieldType
from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko import models as m
from clinikomigrate.errors import OutcomeUnknown
from clinikomigrate.sinks.cliniko.look_up import _FURTHER, find, related
from tests.sinks.cliniko.destination import DRAFTS, START, Destination, Pages

PLAIN = sorted(set(DRAFTS) - {"referral_sources"})


def look_up(there: Destination, draft: Any) -> list[str]:
    """Makes a record, and looks it up from just before."""
    there.wait()
    since = now(there)
    there.sink.create(draft)
    return list(there.sink.find(draft, since))


def now(there: Destination) -> datetime:
    """Gives the account's time."""
    return datetime.fromtimestamp(there.fake.clock.now(), UTC)


@pytest.mark.parametrize("kind", PLAIN)
def test_lost_reply(there: Destination, kind: str) -> None:
    """A record whose reply was lost is found, it alone, and nothing is there twice."""
    draft = there.draft(kind)
    there.sink.create(twin(there, draft))
    there.wait()
    before = {row["id"] for row in there.fake.rows(kind)}
    since = now(there)
    there.lose("drop_after", "POST", f"/{kind}")

    with pytest.raises(OutcomeUnknown):
        there.sink.create(draft)

    made = [row["id"] for row in there.fake.rows(kind) if row["id"] not in before]
    assert made[:1] == there.sink.find(draft, since)
    assert 1 == len(made) or kind == "relationships"  # which have another side


def twin(there: Destination, draft: Any) -> Any:
    """Makes a draft that is looked up by the same, where the API takes two of them."""
    changes = {"attendees": {"patient_id": there.relative}, "relationships": {"related_patient_id": there.third}}
    return attrs.evolve(draft, **changes.get(draft.kind, {}))


@pytest.mark.parametrize("kind", PLAIN)
def test_dropped_before(there: Destination, kind: str) -> None:
    """A record that never arrived is not found."""
    draft = there.draft(kind)
    there.wait()

    assert [] == there.sink.find(draft, now(there))


@pytest.mark.parametrize("kind", ["individual_appointments", "attendees"])
def test_cancelled_records_are_found(there: Destination, kind: str) -> None:
    """What was cancelled after it was made is found all the same."""
    draft = there.draft(kind)
    there.wait()
    since = now(there)
    made = there.sink.create(draft).id
    resource: Any = there.client.resource(kind)
    resource.cancel(made, reason=50)

    assert [made] == there.sink.find(draft, since)


def test_archived_records_are_left_out(there: Destination) -> None:
    """Whoever settles a conflict archives what is not the copy; it is no candidate any more."""
    draft = there.draft("medical_alerts")
    there.client.medical_alerts.archive(there.sink.create(draft).id)

    assert [] == there.sink.find(draft, None)


STRANGERS: dict[str, dict[str, Any]] = {
    "communications": {"content": "Called us"},
    "group_appointments": {"appointment_type_id": "appointment_type"},
    "individual_appointments": {"patient_id": "relative"},
    "medical_alerts": {"name": "Typed in meanwhile"},
    "patient_attachments": {"filename": "other.txt"},
    "patient_cases": {"name": "Another knee"},
    "patient_forms": {"name": "Consent"},
    "recalls": {"recall_at": date(2025, 1, 2)},
    "relationships": {"relation": 50},
    "treatment_notes": {"title": "Phone call"},
    "unavailable_blocks": {"ends_at": START + timedelta(minutes=5)},
}
"""For each kind whose look-up key isn't telling enough: how somebody else's record of the same key may differ."""


def test_every_telling_attribute_is_shown() -> None:
    """There is a stranger for each kind of which more than the key is compared."""
    assert set(_FURTHER) == set(STRANGERS)


@pytest.mark.parametrize("kind", sorted(STRANGERS))
def test_somebody_else_s_record_is_no_candidate(there: Destination, kind: str) -> None:
    """A record of the same patient and moment that says something else was typed in by somebody else."""
    draft = there.draft(kind)
    changes = {name: getattr(there, str(value), value) for name, value in STRANGERS[kind].items()}
    stranger = attrs.evolve(draft, **changes)
    if kind == "patient_attachments":
        stranger = attrs.evolve(stranger, content=Pages("other.txt", (b"first ", b"second")))
    made = there.sink.create(stranger).id
    for _ in range(4 if kind == "patient_attachments" else 0):  # it is worked on before it has a name
        there.wait()
        there.client.patient_attachments.get(made)

    assert there.sink.look_up_key(draft) == there.sink.look_up_key(stranger)
    assert [made] == there.sink.find(stranger, None)
    assert [] == there.sink.find(draft, None)


@pytest.mark.parametrize(
    ("draft", "record"),
    [
        (m.MedicalAlertDraft(name="Latex  and\r\nnuts "), m.MedicalAlert(id="7", name="Latex and\nnuts")),
        (m.MedicalAlertDraft(name="Zoe\u0308"), m.MedicalAlert(id="7", name="Zoë")),
        (m.MedicalAlertDraft(), m.MedicalAlert(id="7", name="Latex")),
        (m.RecallDraft(recall_type_id="1", recall_at=date(2025, 1, 1)), m.Recall(id="7", recall_at=date(2025, 1, 1))),
        (
            m.MemoCommunicationDraft(content="<b>5 < 6</b> & more\u2026"),
            m.MemoCommunication(id="7", content="5 &lt; 6 &amp; more ..."),
        ),
        (
            m.MemoCommunicationDraft(content="Hello\n\nthere", direction_code=1, type_code=4),
            m.MemoCommunication(id="7", content="Hello there", direction_code=1),
        ),
        (m.PatientAttachmentDraft(), m.UploadedPatientAttachment(id="7", filename="x.txt")),
        (m.PatientAttachmentDraft(filename="x.txt"), m.UploadedPatientAttachment(id="7")),
        (
            m.PatientAttachmentDraft(filename="My scan (1) ë.txt"),
            m.UploadedPatientAttachment(id="7", filename="My_scan_1_e\u0308.txt".replace("e\u0308", "_")),
        ),
        (
            m.PatientAttachmentDraft(content=Pages(None, (b"x",))),  # type: ignore[arg-type]  # as sources give files
            m.UploadedPatientAttachment(id="7", filename="file"),
        ),
    ],
)
def test_as_the_api_may_keep_it(draft: Any, record: Any) -> None:
    """Blanks, composition, a file store's names and what the API leaves out make nobody else's record of ours."""
    assert ["7"] == find(Listed([record]), draft, None)  # type: ignore[arg-type]  # nothing but a list is asked of it


def test_a_record_without_its_text_is_somebody_else_s() -> None:
    """A text that was sent is there."""
    resource = Listed([m.TreatmentNote(id="7")])

    assert [] == find(resource, m.TreatmentNoteDraft(title="Progress"), None)  # type: ignore[arg-type]  # as above


def test_without_since(there: Destination) -> None:
    """Without a time, records of any age are found."""
    draft = there.draft("medical_alerts")
    old = there.fake.add("medical_alerts", name=draft.name, patient_id=there.patient)
    made = there.sink.create(draft).id

    assert {old, made} == set(there.sink.find(draft, None))


def test_since_is_floored(there: Destination) -> None:
    """A record made in the very second of the intent is found: the API's times have no fractions."""
    there.wait(0.25)
    since = now(there) + timedelta(milliseconds=300)
    draft = there.draft("medical_alerts")
    made = there.sink.create(draft).id

    assert [made] == there.sink.find(draft, since)


@pytest.mark.parametrize("kept", ["  Zoë ", "Zoe\u0308"], ids=["untrimmed", "decomposed"])
def test_texts_as_the_api_keeps_them(there: Destination, kept: str) -> None:
    """A name is found however the API trimmed or recomposed it."""
    draft = there.draft("patients")
    made = there.fake.add("patients", first_name=kept, last_name="Example", date_of_birth="1980-02-29")

    assert [made] == there.sink.find(draft, None)


@pytest.mark.parametrize(
    "other",
    [
        {"first_name": "Zara"},
        {"last_name": "Examples"},
        {"date_of_birth": "1980-02-28"},
        {"date_of_birth": None},
    ],
)
def test_other_patients(there: Destination, other: dict[str, Any]) -> None:
    """A patient who differs in name or birthday is another one."""
    there.fake.add("patients", **{"first_name": "Zoë", "last_name": "Example", "date_of_birth": "1980-02-29", **other})

    assert [] == there.sink.find(there.draft("patients"), None)


def test_patient_without_birthday(there: Destination) -> None:
    """A patient whose birthday nobody knows is not taken for one who has one."""
    draft = m.PatientDraft(first_name="Zoë", last_name="Example")
    there.fake.add("patients", first_name="Zoë", last_name="Example", date_of_birth="1980-02-29")
    made = there.fake.add("patients", first_name="Zoë", last_name="Example")

    assert [made] == there.sink.find(draft, None)


def test_patient_with_an_older_reference(there: Destination) -> None:
    """Of two namesakes with one birthday, the reference of an older system tells who it is."""
    draft = attrs.evolve(there.draft("patients"), old_reference_id="OLD-2")
    for other in (None, "OLD-1"):
        namesake = {"first_name": "Zoë", "last_name": "Example", "date_of_birth": "1980-02-29"}
        there.fake.add("patients", **namesake, old_reference_id=other)
    made = there.sink.create(draft).id

    assert [made] == there.sink.find(draft, None)


def test_appointment_in_another_zone(there: Destination) -> None:
    """A start is the same moment whatever zone it is written in, down to the second."""
    draft = there.draft("individual_appointments")
    there.sink.create(attrs.evolve(draft, starts_at=START + timedelta(minutes=5)))
    made = there.sink.create(draft).id
    elsewhere = START.astimezone(timezone(timedelta(hours=11))) + timedelta(milliseconds=3)

    assert [made] == there.sink.find(attrs.evolve(draft, starts_at=elsewhere), None)


def test_exports_are_no_uploads(there: Destination) -> None:
    """An archive that the product made of a patient isn't taken for an uploaded file."""
    there.fake.add("patient_attachments", patient_id=there.patient, category="Full patient export")

    assert [] == there.sink.find(there.draft("patient_attachments"), None)


def test_messages_are_no_memos(there: Destination) -> None:
    """An e-mail to the patient isn't taken for a memo."""
    there.fake.add("communications", patient_id=there.patient, category_code=1, type_code=2)

    assert [] == there.sink.find(there.draft("communications"), None)


@pytest.mark.parametrize(("relation", "expected"), [(20, ["7"]), (None, ["7"]), (10, [])])
def test_relationship_from_the_other_side(relation: int | None, expected: list[str]) -> None:
    """A relationship that the API lists from the other side only is found; a parent is a child from there."""
    record = m.Relationship(
        id="7", patient=Ref("patients", "2"), related_patient=Ref("patients", "1"), relation=relation
    )
    draft = m.RelationshipDraft(patient_id="1", related_patient_id="2", relation=10)

    assert expected == find(Listed([record]), draft, None)  # type: ignore[arg-type]  # nothing but a list is asked


def test_links_that_the_api_leaves_out(there: Destination) -> None:
    """A record without the link that its list was narrowed by is found."""
    draft = there.draft("medical_alerts")
    resource = Listed([m.MedicalAlert(id="7", name=draft.name)])

    assert ["7"] == find(resource, draft, None)  # type: ignore[arg-type]  # as above


class Listed:
    """Has one list, whatever is asked."""

    def __init__(self, records: list[Any]) -> None:
        self.records = records
        self.fields: dict[str, FieldType] = {}

    def resource(self, _: str) -> Listed:
        """Gives itself."""
        return self

    def list(self, *_: Condition, **__: bool) -> list[Any]:
        """Gives all there is."""
        return self.records


def test_relationship_of_another_pair(there: Destination) -> None:
    """A relationship with somebody else is another one."""
    there.fake.add("relationships", patient_id=there.patient, related_patient_id=there.third, relation=10)

    assert [] == there.sink.find(there.draft("relationships"), None)


def test_related_in_whatever_way(there: Destination) -> None:
    """Any relationship of two patients keeps the account from taking another one, an archived one maybe."""
    draft = there.draft("relationships")
    made = there.sink.create(attrs.evolve(draft, relation=50)).id
    before = related(there.client, draft)
    there.client.relationships.archive(made)

    assert [made] == before
    assert [] == related(there.client, draft)
    assert [made] == related(there.client, draft, archived=True)


def test_referral_source(there: Destination) -> None:
    """A referral source is there once it says what the draft says, and not before."""
    draft = there.draft("referral_sources")
    before = there.sink.find(draft, None)
    made = there.sink.create(draft).id

    assert [] == before
    assert [made] == there.sink.find(draft, None)
    assert [] == there.sink.find(attrs.evolve(draft, notes="from a neighbour"), None)


def test_account_without_the_endpoint() -> None:
    """An account that lacks a kind's endpoint holds none of the kind."""
    there = Destination(lacks={"/recall_types"})
    with there.fake.in_process():
        assert [] == there.sink.find(there.draft("recall_types"), None)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (
            m.RelationshipDraft(patient_id="1", related_patient_id="2", relation=10),
            m.RelationshipDraft(patient_id="2", related_patient_id="1", relation=20),
        ),
        (
            m.PatientDraft(first_name=" Zoe\u0308", last_name="E", old_reference_id="1"),
            m.PatientDraft(first_name="Zoë", last_name="E ", date_of_birth=None, old_reference_id="2"),
        ),
        (
            m.AvailabilityBlockDraft(business_id="1", practitioner_id="2", starts_at=START),
            m.AvailabilityBlockDraft(
                business_id="1",
                practitioner_id="2",
                starts_at=START.astimezone(timezone(timedelta(hours=2))) + timedelta(milliseconds=1),
            ),
        ),
    ],
)
def test_equal_keys(there: Destination, first: Any, second: Any) -> None:
    """Drafts that one look-up would find together share a key."""
    assert there.sink.look_up_key(first) == there.sink.look_up_key(second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (m.MedicalAlertDraft(patient_id="1", name="A"), m.MedicalAlertDraft(patient_id="2", name="A")),
        (m.TaxDraft(name="A"), m.ConcessionTypeDraft(name="A")),
        (
            m.PatientDraft(first_name="A", last_name="B", date_of_birth=date(1980, 1, 1)),
            m.PatientDraft(first_name="A", last_name="B", date_of_birth=date(1980, 1, 2)),
        ),
    ],
)
def test_other_keys(there: Destination, first: Any, second: Any) -> None:
    """Drafts that are looked up by something else have keys of their own."""
    assert there.sink.look_up_key(first) != there.sink.look_up_key(second)


def test_made_and_found(there: Destination) -> None:
    """A record that was made is found with the time from just before."""
    draft = there.draft("treatment_notes")

    assert 1 == len(look_up(there, draft))
