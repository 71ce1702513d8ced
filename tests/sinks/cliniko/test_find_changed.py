"""Finding what a record may have become that said something else when it was sent."""

from __future__ import annotations

from datetime import UTC, datetime

import attrs
import pytest

from clinikomigrate.cliniko import models as m
from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.sink import Made
from tests.sinks.cliniko.destination import DRAFTS, Destination


def now(there: Destination) -> datetime:
    """Gives the account's time."""
    return datetime.fromtimestamp(there.fake.clock.now(), UTC)


def id_of(made: Made | str) -> str:
    """Gives the id of what was made."""
    return made if isinstance(made, str) else made.id


@pytest.mark.parametrize("kind", sorted(set(DRAFTS) - {"referral_sources"}))
def test_all_of_a_kind_that_was_made_since_is_found(there: Destination, kind: str) -> None:
    """Whatever a record of any kind says, it is found by its time, and older ones are not."""
    old = {row["id"] for row in there.fake.rows(kind)}
    there.wait()
    since = now(there)
    there.sink.create(there.draft(kind))
    there.wait()
    made = [row["id"] for row in there.fake.rows(kind) if row["id"] not in old]
    found = there.sink.find_changed(there.draft(kind), since)

    assert set(found) <= set(made)
    assert made[0] in found
    assert [] == there.sink.find_changed(there.draft(kind), now(there))


def test_another_patients_records_are_left_out(there: Destination) -> None:
    """Whose a record is can't be changed: what others have is no candidate."""
    since = now(there)
    mine = there.sink.create(m.MedicalAlertDraft(name="Latex", patient_id=there.patient))
    there.sink.create(m.MedicalAlertDraft(name="Latex", patient_id=there.relative))
    draft = m.MedicalAlertDraft(name="Nuts", patient_id=there.patient)

    assert [id_of(mine)] == there.sink.find_changed(draft, since)
    assert [] == there.sink.find(draft, since)


def test_what_was_archived_is_settled(there: Destination) -> None:
    """Whoever archives the copy of how a record was has decided: it is found no more."""
    since = now(there)
    draft = m.MedicalAlertDraft(name="Latex", patient_id=there.patient)
    made = there.sink.create(draft)
    there.client.medical_alerts.archive(id_of(made))

    assert [] == there.sink.find_changed(attrs.evolve(draft, name="Nuts"), since)


def test_a_referral_source_is_set_and_not_made(there: Destination) -> None:
    """A patient has one at most, and setting it again leaves one: nothing is looked for."""
    draft = there.draft("referral_sources")
    there.sink.create(draft)

    assert [] == there.sink.find_changed(draft, None)


MADE = sorted(kind for kind in DRAFTS if not (KINDS[kind].look_first or KINDS[kind].one_each))
"""Kinds of which a record is there only when somebody made it."""


@pytest.mark.parametrize("kind", MADE)
def test_whatever_was_made_since_is_found_without_a_draft(there: Destination, kind: str) -> None:
    """By its time, and the patient where the kind has one; what is archived is found no more."""
    old = {row["id"] for row in there.fake.rows(kind)}
    there.wait()
    since = now(there)
    draft = there.draft(kind)
    there.sink.create(draft)
    there.wait()
    made = [row["id"] for row in there.fake.rows(kind) if row["id"] not in old]
    patient = getattr(draft, "patient_id", None)
    whose = patient if isinstance(patient, str) else None

    assert made == sorted(made_since(there, kind, since, whose), key=made.index)
    assert made == sorted(made_since(there, kind, since, None), key=made.index)
    assert [] == made_since(there, kind, now(there), whose)
    if whose is not None:
        assert [] == made_since(there, kind, since, there.relative)
    if hasattr(there.client.resource(kind), "archive"):
        there.client.resource(kind).archive(made[0])
        assert made[0] not in made_since(there, kind, since, whose)


def made_since(there: Destination, kind: str, since: datetime, patient: str | None) -> list[str]:
    """Gives what was made since, of a kind of which the account tells it."""
    found = there.sink.made_since(kind, since, patient)
    assert found is not None
    return list(found)


@pytest.mark.parametrize("kind", sorted(set(DRAFTS) - set(MADE)))
def test_what_the_account_has_by_itself_tells_nothing(there: Destination, kind: str) -> None:
    """Seats come with appointments, other sides with relationships, and a referral source is set: a person looks."""
    assert there.sink.made_since(kind, now(there), there.patient) is None
