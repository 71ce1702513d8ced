"""What all models have in common."""

from __future__ import annotations

import attrs
import pytest

from clinikomigrate.client.entity import Draft, Entity, Part, Record
from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko.models import (
    AttachmentPresignedPost,
    Content,
    MemoCommunicationDraft,
    Patient,
    PatientDraft,
    PhoneNumber,
    Question,
    Section,
)
from tests.cliniko.models.models import DRAFTS, ENTITIES, PARTS, RECORDS

SECRET = "Zebedee Quux"


@pytest.mark.parametrize("model", ENTITIES.values(), ids=ENTITIES)
def test_entity_shows_kind_and_id_only(model: type[Entity]) -> None:
    """An entity's repr is its class and its id, whatever it holds."""
    values: dict[str, object] = {field.name: SECRET for field in attrs.fields(model)}
    values |= {"id": "123", "extra": {"nickname": SECRET}}
    values |= dict.fromkeys(values.keys() & {"repeat_rule"})

    assert f"<{model.__name__} 123>" == repr(model(**values))  # type: ignore[arg-type]  # a repr looks at no type


@pytest.mark.parametrize(
    "model", [model for model in PARTS.values() if not issubclass(model, Entity)], ids=lambda model: model.__name__
)
def test_part_shows_its_class_only(model: type[Part]) -> None:
    """What has no id shows nothing but its class."""
    values: dict[str, object] = {field.name: SECRET for field in attrs.fields(model)}

    assert f"<{model.__name__}>" == repr(model(**values))  # type: ignore[arg-type]  # a repr looks at no type


@pytest.mark.parametrize("model", DRAFTS.values(), ids=DRAFTS)
def test_draft_shows_names_only(model: type[Draft]) -> None:
    """A draft's repr names what was given, in order, and shows no value."""
    names = [field.name for field in attrs.fields(model)]

    assert f"<{model.__name__}: {', '.join(names)}>" == repr(model(**dict.fromkeys(names, SECRET)))


def test_draft_shows_what_is_null_but_not_what_is_unset() -> None:
    """An attribute that clears a field was given; one that was left out was not."""
    assert repr(PatientDraft(last_name="Nguyen", email=None)) == "<PatientDraft: email, last_name>"


def test_empty_draft_shows_its_class() -> None:
    """A draft of nothing has no list of names."""
    assert repr(PatientDraft()) == "<PatientDraft>"


@pytest.mark.parametrize("model", RECORDS.values(), ids=RECORDS)
def test_record_has_a_kind(model: type[Record]) -> None:
    """Each record knows the API's plural for itself, in snake case."""
    assert model.kind == model.kind.lower()
    assert model.kind.replace("_", "").isalpha()


@pytest.mark.parametrize("model", DRAFTS.values(), ids=DRAFTS)
def test_draft_has_the_kind_of_what_it_makes(model: type[Draft]) -> None:
    """A draft's kind is one that entities have."""
    assert model.kind in {entity.kind for entity in ENTITIES.values()}


@pytest.mark.parametrize("model", ENTITIES.values(), ids=ENTITIES)
def test_entity_needs_nothing_but_its_id(model: type[Entity]) -> None:
    """The API leaves out what it likes: all but the id is None, and nothing is unknown."""
    rest = attrs.asdict(model(id="7"), recurse=False, filter=lambda field, _: field.name not in {"id", "extra"})

    assert model(id="7").extra == {}
    assert {None} == set(rest.values())


@pytest.mark.parametrize("model", RECORDS.values(), ids=RECORDS)
def test_links_to_collections_have_no_attribute(model: type[Record]) -> None:
    """A link is either a list, which is passed over, or an attribute."""
    assert set() == model.collections & {field.name for field in attrs.fields(model)}


def test_equal_records_are_equal() -> None:
    """Two entities are equal if everything in them is, unknown fields too."""
    patient = Patient(id="1", last_name="Nguyen", extra={"shoe_size": 42})

    assert patient == Patient(id="1", last_name="Nguyen", extra={"shoe_size": 42})
    assert patient != Patient(id="1", last_name="Nguyen")


def test_records_can_be_in_a_set() -> None:
    """Entities have a hash, though they hold what has none."""
    phone = PhoneNumber(number="03 9999 0000", extra={"verified": []})
    patients = {Patient(id="1", patient_phone_numbers=(phone,), extra={"tags": []}) for _ in range(2)}

    assert len(patients) == 1


def test_content_can_be_in_a_set() -> None:
    """A question has a hash, whatever JSON its answer is."""
    question = Question(name="Address", type="address", answer={"city": "Ballarat"}, options={"title_enabled": True})
    contents = {Content(sections=(Section(questions=(question,)),)) for _ in range(2)}

    assert len(contents) == 1


def test_upload_permission_can_be_in_a_set() -> None:
    """A permission to upload has a hash, though its fields have none."""
    assert len({AttachmentPresignedPost(url="https://store.example", fields={"key": "a"}) for _ in range(2)}) == 1


def test_records_cannot_be_changed() -> None:
    """Entities are frozen."""
    patient = Patient(id="1")

    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        patient.last_name = "Nguyen"  # type: ignore[misc]  # that is the point


def test_changed_copy_of_a_draft() -> None:
    """`attrs.evolve` copies a draft with other values, under the names that Python can say."""
    draft = MemoCommunicationDraft(from_="Reception", to="Mr Nguyen", patient_id=Ref("patients", "1"))

    assert MemoCommunicationDraft(from_="Amy Ng", to="Mr Nguyen", patient_id="9") == attrs.evolve(
        draft, from_="Amy Ng", patient_id="9"
    )
