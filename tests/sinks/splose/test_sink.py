"""Writing into a workspace of Splose."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest

from clinikomigrate.client.unset import UNSET
from clinikomigrate.errors import ConfigurationError, Unsupported
from clinikomigrate.sinks.splose import SploseMapper, SploseSink, reasons
from clinikomigrate.sinks.splose.drafts import AnswersDraft, SeatDraft
from clinikomigrate.sinks.splose.mapping.family import Workspace
from clinikomigrate.splose import Splose
from clinikomigrate.splose.models import ContactDraft
from clinikomigrate.testing import FakeSplose
from clinikomigrate.transfer.classes import Class
from clinikomigrate.transfer.findings import Level
from clinikomigrate.transfer.follow_ups import Archiving, Change, Unmute
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.sink import Present, Wanted
from tests.sinks.splose.workspace import BOOKED, COMING, PAST, There, client_draft


def test_a_workspace_is_known_by_its_oldest_location(there: There) -> None:
    """Splose gives a workspace no id: its oldest location stands for it, whatever is added later."""
    first = there.sink.account()
    there.fake.add("locations", title="Southside")

    assert there.sink.account() == first
    assert (first.name, first.region) == ("Splose (Northside)", "au")
    assert there.location in first.id
    assert isinstance(first.details, Workspace)
    assert first.details.own == ("Australia/Sydney",)


def test_a_workspace_without_a_location_cannot_be_written_to() -> None:
    """There is nothing to know it by, and nowhere to book."""
    fake = FakeSplose(name="empty")
    with fake.in_process(), pytest.raises(ConfigurationError, match="no location"):
        SploseSink(Splose(fake.key, clock=fake.clock)).account()


def test_a_sink_says_what_it_is(there: There) -> None:
    """Its repr names the client and no key; without a worker it is none."""
    assert repr(there.sink) == "<SploseSink <Splose au>>"
    assert isinstance(there.sink.default_mapper(), SploseMapper)
    assert there.sink.requests_per_minute == 60
    with pytest.raises(ConfigurationError, match="workers"):
        SploseSink(there.client, workers=0)


def test_a_good_key_is_no_finding_and_a_bad_one_blocks(there: There) -> None:
    """A key is tried with one read."""
    wrong = SploseSink(Splose("sk_wrong", clock=there.fake.clock))

    assert list(there.sink.check()) == []
    assert [(each.code, each.level) for each in wrong.check()] == [("destination-key", Level.BLOCKER)]


def test_a_workspace_without_a_location_blocks() -> None:
    """Nothing can be booked in it, and nobody could tell it from another workspace."""
    fake = FakeSplose()
    with fake.in_process():
        sink = SploseSink(Splose(fake.key, clock=fake.clock))

        assert [("splose-no-location", Level.BLOCKER)] == [(each.code, each.level) for each in sink.check()]
        with pytest.raises(ConfigurationError, match="has no location"):
            sink.account()


def test_what_is_matched_is_given_by_the_names_that_people_know(there: There) -> None:
    """Only services for appointments; a practitioner's address; nothing of what Splose doesn't have."""
    there.fake.add("services", name="Report", **{"for": "support activity"})
    found = {
        kind: [(id, each.name, each.email) for id, each in there.sink.existing(kind)]
        for kind in ("businesses", "practitioners", "users", "appointment_types", "taxes")
    }
    amy = [(there.practitioner, "Amy Ng", "amy@acme.example")]

    assert found == {
        "businesses": [(there.location, "Northside", None)],
        "practitioners": amy,
        "users": amy,
        "appointment_types": [(there.service, "Initial", None)],
        "taxes": [],
    }


def test_clients_are_told_apart_by_name_birth_date_address_and_number(there: There) -> None:
    """Who is archived is swept apart."""
    phone = {"type": "Mobile", "code": "+61", "phoneNumber": "400000001"}
    ada = there.ada(email="ada@mail.example", preferredName="Addie", phoneNumbers=[phone])
    old = there.ada(firstname="Bea", archived=True)
    found = dict(there.sink.existing("patients"))
    person = there.sink.person(found[ada])

    assert set(found) == {ada}
    assert [id for id, _ in there.sink.existing_archived("patients")] == [old]
    assert (person.first_name, person.last_name, person.preferred_first_name) == ("Ada", "Sample", "Addie")
    assert (str(person.date_of_birth), person.emails) == ("1980-05-01", ("ada@mail.example",))
    assert person.phone_numbers == ("+61400000001",)
    assert there.sink.person(client_draft()).emails == ()


def test_a_client_who_is_booked_is_made_without_messages(there: There) -> None:
    """Who isn't gets the right setting at once; alerts come into the one field that Splose has."""
    draft = client_draft(communication_preference="SMS", medical_alerts=["Latex", "Nuts"], to_come=True)
    muted = there.sink.create(draft)
    other = there.sink.create(client_draft(communication_preference="SMS"))
    rows = {str(row["id"]): row for row in there.fake.rows("patients")}

    assert rows[muted.id]["communicationPreference"] == "NONE"
    assert rows[muted.id]["alert"] == "Latex\n\nNuts"
    assert rows[other.id]["communicationPreference"] == "SMS"
    assert rows[other.id]["alert"] is None


def test_the_setting_comes_back_with_everything_else_as_it_was(there: There) -> None:
    """The update gives all that it must; doing it again writes nothing."""
    ada = there.ada(communicationPreference="NONE", email="ada@mail.example")
    unmute = Unmute("confirmations", setting="SMS_EMAIL")
    before = there.fake.rows("patients")[0]
    after = there.sink.finish("patients", ada, unmute)
    there.sink.finish("patients", ada, unmute)
    row = there.fake.rows("patients")[0]

    assert there.writes() == [f"PUT /v1/patients/{ada}"]
    assert after.communication_preference == row["communicationPreference"] == "SMS_EMAIL"
    moved = {"communicationPreference", "updatedAt"}
    assert {name: value for name, value in row.items() if name not in moved} == {
        name: value for name, value in before.items() if name not in moved
    }


def test_a_setting_that_somebody_chose_meanwhile_is_kept(there: There) -> None:
    """Who is not muted any more has a preference of somebody else's, which is not overwritten."""
    ada = there.ada(communicationPreference="SMS")
    after = there.sink.finish("patients", ada, Unmute("confirmations", setting="SMS_EMAIL"))

    assert [] == there.writes()
    assert "SMS" == after.communication_preference


def test_who_gets_no_messages_is_said_to_by_which_setting(there: There) -> None:
    """So that a change in the source switches nothing on that somebody switched off."""
    preferences = ("NONE", "SMS")
    clients = [there.client.patients.get(there.ada(communicationPreference=each)) for each in preferences]

    assert [there.sink.silent(each) for each in clients] == [{"confirmations": "communication_preference"}, {}]
    assert [there.sink.set_to(each) for each in clients] == [{}, {"communication_preference": "confirmations:SMS"}]


def test_custom_fields_are_set_and_told_by_the_client_s_state(there: There) -> None:
    """The client is read again, so that a later edit shows."""
    field = there.fake.add("custom_fields", name="GP", type="Short text")
    ada = there.ada()
    before = there.client.patients.get(ada)
    after = there.sink.finish("patients", ada, Change(draft=AnswersDraft(answers={field: "Dr Sample"})))

    assert [each.value for each in after.custom_fields] == ["Dr Sample"]
    assert there.sink.state(before) != there.sink.state(after)

    answers = AnswersDraft(answers={field: "Dr Sample"}, names={field: "GP"})
    wanted = Wanted(client_draft(birthdate=UNSET), (Change(draft=answers),))

    assert list(there.sink.differences(wanted, after)) == ["created_at"]
    assert list(there.sink.compare(wanted, after)) == ["created_at", "address_1", "date_of_birth"]
    assert list(there.sink.compare(wanted, before)) == ["created_at", "address_1", "date_of_birth", "custom_fields"]


def test_what_it_cannot_do_is_refused(there: There) -> None:
    """A follow-up that no mapper of Splose's gives; taking something back."""
    with pytest.raises(Unsupported, match="no way of doing Archiving to patients"):
        there.sink.finish("patients", "1", Archiving())
    with pytest.raises(Unsupported, match="no way of taking back"):
        there.sink.remove("patients", "1")


def test_an_appointment_s_state_and_what_it_holds_otherwise(there: There) -> None:
    """What was made is as it was meant; an edit shows in state and comparison."""
    ada = there.ada()
    draft = there.visit(ada, note="Left knee", became="Arrived.")
    made = there.sink.create(draft)
    record = dict(there.sink.read("individual_appointments", [made.id]))[made.id]

    assert there.sink.same(draft, record)
    assert there.sink.state(record) == there.sink.state(made.record)
    moved = there.visit(ada, note="Right knee", start=PAST.replace(minute=45))
    assert list(there.sink.compare(Wanted(moved), record)) == ["starts_at", "notes"]
    assert list(there.sink.differences(Wanted(moved), record)) == ["starts_at", "notes"]


def test_a_seat_of_an_individual_appointment_is_that_appointment(there: There) -> None:
    """Nothing is written for it; whose it is is compared, and all the rest is the appointment's."""
    ada = there.ada()
    made = there.sink.create(there.visit(ada, note="Front row"))
    seat = SeatDraft(seat=made.id, patient_id=ada, note="Front row")
    record = made.record

    assert there.sink.present([seat]) == there.sink.foresee([seat]) == [Present(made.id, same=True)]
    assert there.sink.same(seat, record)
    assert there.sink.compare(Wanted(SeatDraft(seat=made.id, patient_id="1", note="Back")), record) == ("patient",)
    assert there.sink.left_over(SeatDraft(seat=made.id, patient_id=ada), record) == ()
    assert there.sink.told_by(seat) == "individual_appointments"
    assert there.sink.told_by(there.visit(ada)) is None
    assert there.sink.look_up_key(seat) == ("seats", made.id)
    assert not there.sink.sets_off(seat)
    assert there.sink.held([Wanted(seat)]) == [[]]


def test_a_seat_in_a_class_is_an_appointment_of_its_own(there: There) -> None:
    """It is made, found and compared as one."""
    ada = there.ada()
    held = Class(PAST, PAST.replace(hour=23), there.service, there.location, there.practitioner)
    seat = SeatDraft(seat=held, patient_id=ada, created_at=BOOKED)
    made = there.sink.create(seat)

    assert there.sink.present([seat]) == [None]
    assert there.sink.find(seat, None) == [made.id]
    assert [found.id for found in there.sink.held([Wanted(seat)])[0]] == [made.id]
    assert there.sink.same(seat, dict(there.sink.read("attendees", [made.id]))[made.id])


def test_words_for_a_class_that_was_archived_later_need_not_be_added(there: There) -> None:
    """They come with the making of a seat's appointment; any other note is another one."""
    held = Class(PAST, PAST.replace(hour=23), there.service, there.location, there.practitioner)
    seat = SeatDraft(seat=held, patient_id=there.ada(), created_at=BOOKED, note="Front row")
    made = there.sink.create(seat)
    gone = attrs.evolve(seat, seat=attrs.evolve(held, archived_at=PAST))
    there.fake.tables.at("appointments", int(made.id)).update(archived=True, deletedAt="2024-03-13T22:30:00.000Z")
    record = dict(there.sink.read("attendees", [made.id], hidden=True))[made.id]

    assert there.sink.same(gone, record)
    assert not there.sink.same(attrs.evolve(gone, note="Back row"), record)


def test_only_what_is_to_come_sets_messages_off(there: There) -> None:
    """An appointment that is over does not, nor does anything but appointments."""
    coming = there.visit("1", start=COMING, end=COMING.replace(hour=1))

    assert there.sink.may_message() == {"confirmations"}
    assert there.sink.sets_off(coming)
    assert not there.sink.sets_off(there.visit("1"))
    assert not there.sink.sets_off(client_draft())


def test_who_was_there_before_is_muted_and_known_by_what_was_set(there: There) -> None:
    """Who gets no messages is left alone."""
    ada, bea = there.ada(communicationPreference="EMAIL"), there.ada(communicationPreference="NONE")

    assert there.sink.loud([ada, bea]) == {ada: ["confirmations:EMAIL"]}
    there.sink.mute(ada, ["confirmations:EMAIL"])
    assert there.sink.loud([ada, bea]) == {}


def test_what_was_booked_before_is_found_for_a_client_who_was_there(there: There) -> None:
    """The most alike first; a client who is only planned has nothing."""
    ada = there.ada()
    there.sink.create(there.visit(ada, note="Other"))
    same = there.sink.create(there.visit(ada, note="Left knee"))
    draft = there.visit(ada, note="Left knee")

    assert [(each.id == same.id, each.same) for each in there.sink.held([Wanted(draft)])[0]] == [
        (True, True),
        (False, False),
    ]
    assert there.sink.held([Wanted(there.visit("planned:patients::1"))]) == [[]]


@pytest.mark.parametrize(
    ("start", "there_since", "said"),
    [
        (COMING, BOOKED, (True, None)),
        (COMING, PAST.replace(year=2025), (False, Loss("cancelled_at", reasons.BOOKED_ANEW))),
        (PAST, BOOKED, (False, None)),
    ],
)
def test_a_live_appointment_is_no_cancelled_one(
    there: There, start: datetime, there_since: datetime, said: tuple[bool, Loss | None]
) -> None:
    """One to come is not taken; one that was made after the cancellation is another; of the past a loss tells."""
    ada = there.ada()
    times = {"start": start, "end": start.replace(hour=23)}
    made = there.sink.create(there.visit(ada, **times, created_at=there_since))
    [present] = there.sink.held([Wanted(there.visit(ada, **times, deleted_at=PAST))])[0]
    live = there.sink.held([Wanted(there.visit(ada, **times))])[0][0]

    assert (present.objection == reasons.LIVE_THERE.format(made.id), present.beside) == said
    assert "archived_at" in present.differs
    assert ("individual_appointments", "archived_at") in there.sink.left_as_it_is
    assert (live.objection, live.beside) == (None, None)


@pytest.mark.parametrize(("how", "field"), [("archived", "archived_at"), ("cancelled", "cancelled_at")])
@pytest.mark.parametrize("start", [COMING, PAST])
def test_a_live_appointment_of_the_source_is_none_that_was_closed_there(
    there: There, start: datetime, how: str, field: str
) -> None:
    """Of one to come a person is asked, by its id; of the past a loss tells."""
    ada = there.ada()
    times = {"start": start, "end": start.replace(hour=23)}
    made = there.sink.create(there.visit(ada, **times, **({"deleted_at": PAST} if how == "archived" else {})))
    if how == "cancelled":
        row = there.fake.tables.at("appointments", int(made.id))
        row["appointmentPatients"][0]["status"] = "Cancelled"
    (present,) = there.sink.held([Wanted(there.visit(ada, **times))])[0]

    assert present.objection == (reasons.GONE_THERE.format(made.id) if start is COMING else None)
    assert present.differs == (field,)
    assert ("individual_appointments", field) in there.sink.left_as_it_is


def test_when_an_appointment_was_archived_there_makes_no_other_one(there: There) -> None:
    """It is gone in both."""
    ada = there.ada()
    there.sink.create(there.visit(ada, deleted_at=PAST))
    (present,) = there.sink.held([Wanted(there.visit(ada, deleted_at=PAST + timedelta(days=3)))])[0]

    assert (present.same, present.differs, present.objection) == (True, (), None)


def test_what_is_archived_there_may_stand_for_a_cancelled_one(there: There) -> None:
    """It is in no diary."""
    ada = there.ada()
    draft = there.visit(ada, start=COMING, end=COMING.replace(hour=1), deleted_at=PAST)
    there.sink.create(draft)

    assert [(each.same, each.objection, each.beside) for each in there.sink.held([Wanted(draft)])[0]] == [
        (True, None, None)
    ]


def test_costs_are_what_is_sent(there: There) -> None:
    """A change of a client is read, written and read again; what takes a mute back is counted with it."""
    works: list[tuple[Any, bool]] = [
        (client_draft(), False),
        (client_draft(), True),
        (client_draft(to_come=True), False),
        (Unmute("confirmations"), False),
        (Unmute("confirmations", setting="SMS"), False),
        (Change(draft=AnswersDraft()), False),
        (there.visit("1"), True),
    ]

    assert [there.sink.cost(work, change=change) for work, change in works] == [1, 3, 3, 5, 1, 2, 1]


def test_contacts_are_the_same_by_what_they_say(there: There) -> None:
    """Who is there already with all that a draft says can be adopted."""
    draft = ContactDraft(type="Doctor", name="Dr Sample", email="gp@mail.example", last_name="Sample")
    made = there.sink.create(draft)
    record = dict(there.sink.read("contacts", [made.id]))[made.id]

    assert there.sink.same(draft, record)
    assert not there.sink.same(ContactDraft(type="Standard", name="Dr Sample", email="gp@mail.example"), record)
    assert there.sink.state(record) == there.sink.state(made.record)


def test_server_time_is_told(there: There) -> None:
    """By the workspace's own clock."""
    there.sink.account()

    assert abs((there.sink.server_now() - datetime(2025, 3, 3, tzinfo=UTC)).total_seconds()) < 120
    assert there.sink.requests_sent == 3
    assert client_draft().alert is UNSET
