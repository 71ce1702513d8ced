"""Finding what an earlier write of unknown fate has made."""

from __future__ import annotations

from datetime import timedelta

from clinikomigrate.splose.models import ContactDraft
from tests.sinks.splose.workspace import BOOKED, PAST, There, client_draft


def test_a_client_is_found_by_when_it_came_to_be(there: There) -> None:
    """Somebody else's of the same name and birth date, made in another year, is none of ours."""
    draft = client_draft(middle_name="May")
    made = there.sink.create(draft)
    there.ada(birthdate=str(draft.birthdate), createdAt=BOOKED + timedelta(days=400))
    there.ada(birthdate="1970-01-01", createdAt=BOOKED)
    since = there.sink.server_now() - timedelta(seconds=2)

    assert there.sink.find(draft, since) == [made.id]
    assert there.sink.find(draft, since + timedelta(seconds=45)) == [made.id]


def test_an_earlier_copy_of_a_client_is_none_of_ours(there: There) -> None:
    """It came to be at the same time; what the workspace stamped since tells it, archived there or not."""
    draft = client_draft()
    same = {"birthdate": str(draft.birthdate), "createdAt": BOOKED}
    there.ada(**same, archived=True, deletedAt=BOOKED + timedelta(days=30))
    there.ada(**same, updatedAt=BOOKED + timedelta(days=30))
    there.sink.account()
    since = there.sink.server_now() - timedelta(seconds=2)

    assert there.sink.find(draft, since) == []

    made = there.sink.create(draft)

    assert there.sink.find(draft, since) == [made.id]


def test_where_nothing_was_stamped_since_a_person_tells(there: There) -> None:
    """Which is the copy is told by archiving the other; one that was archived after the write began is found alone."""
    draft = client_draft()
    there.sink.account()
    since = there.sink.server_now() - timedelta(seconds=2)
    made, other = there.sink.create(draft), there.ada(birthdate=str(draft.birthdate), createdAt=BOOKED)

    assert sorted(there.sink.find(draft, since)) == sorted([made.id, other])

    archive(there, other)

    assert there.sink.find(draft, since) == [made.id]

    archive(there, made.id)

    assert sorted(there.sink.find(draft, since)) == sorted([made.id, other])


def test_a_client_who_is_made_archived_is_found_so(there: There) -> None:
    """The time at which it was archived is no sign of another one."""
    draft = client_draft(archived=True)
    there.sink.account()
    since = there.sink.server_now() - timedelta(seconds=2)
    made = there.sink.create(draft)

    assert there.sink.find(draft, since) == [made.id]


def archive(there: There, id: str) -> None:
    """Archives a client by hand."""
    now = there.fake.time_text()
    there.fake.tables.at("patients", int(id)).update(archived=True, deletedAt=now, updatedAt=now)


def test_a_client_without_a_birth_date_and_an_archived_one_are_found(there: There) -> None:
    """All clients are read then; archived ones too, for that is how they are made."""
    draft = client_draft(birthdate=None, archived=True)
    made = there.sink.create(draft)

    assert there.sink.find(draft, None) == [made.id]


def test_without_a_time_of_its_own_the_server_s_tells(there: There) -> None:
    """A contact's time can't be given: what was there before the write began is none of ours."""
    draft = ContactDraft(type="Standard", name="Acme", email="bills@mail.example")
    there.fake.add("contacts", type="Standard", name="Acme", email="bills@mail.example", createdAt=BOOKED)
    there.sink.account()
    since = there.sink.server_now() - timedelta(seconds=2)

    assert there.sink.find(draft, since) == []

    made = there.sink.create(draft)

    assert there.sink.find(draft, since) == [made.id]
    assert len(there.sink.find(draft, None)) == 2


def test_an_appointment_is_found_by_client_practitioner_and_start(there: There) -> None:
    """A cancelled one too; one of another time, or booked at another, is not it."""
    ada = there.ada()
    draft = there.visit(ada, deleted_at=BOOKED + timedelta(days=2))
    made = there.sink.create(draft)
    there.sink.create(there.visit(ada, start=PAST - timedelta(minutes=15)))
    later = BOOKED + timedelta(days=1)
    other = there.sink.create(there.visit(ada, created_at=later))

    assert there.sink.find(draft, there.sink.server_now()) == [made.id]
    assert there.sink.find(there.visit(ada, created_at=later), there.sink.server_now()) == [other.id]


def test_what_says_something_else_by_now_is_found_by_when_it_came_to_be(there: There) -> None:
    """Of an appointment by its client; of a client among all."""
    made = there.sink.create(client_draft(firstname="Adah"))
    visit = there.sink.create(there.visit(made.id))
    moved = there.visit(made.id, start=BOOKED, end=BOOKED + timedelta(hours=1))

    assert there.sink.find_changed(client_draft(), there.sink.server_now()) == [made.id]
    assert there.sink.find_changed(moved, there.sink.server_now()) == [visit.id]
    assert there.sink.find_changed(client_draft(created_at=BOOKED + timedelta(days=1)), None) == [made.id]


def test_drafts_that_one_look_up_would_find_have_one_key(there: There) -> None:
    """They are never in flight two at a time."""
    assert there.sink.look_up_key(client_draft(email="a@mail.example")) == there.sink.look_up_key(client_draft())
    assert there.sink.look_up_key(there.visit("1")) != there.sink.look_up_key(there.visit("2"))
