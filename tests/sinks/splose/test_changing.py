"""Bringing changes over, as far as Splose's API can."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from clinikomigrate.client.unset import UNSET
from clinikomigrate.errors import Unsupported
from clinikomigrate.sinks.splose import reasons
from clinikomigrate.splose.models import ContactDraft
from tests.sinks.splose.workspace import COMING, PAST, There, client_draft


def test_a_client_s_main_fields_are_changed_and_the_rest_is_said(there: There) -> None:
    """What an update can't give is for a person to do."""
    ada = there.ada(communicationPreference="SMS", middleName="May")
    draft = client_draft(email="ada@mail.example", address_l1="2 Quay Road", communication_preference="EMAIL")
    made = there.sink.update(ada, draft)
    row = there.fake.rows("patients")[0]

    assert (row["email"], row["addressL1"], row["middleName"]) == ("ada@mail.example", "1 Banksia Street", "May")
    assert row["communicationPreference"] == "EMAIL"
    assert made.by_hand == reasons.FIXED.format("the address")
    assert made.record.email == "ada@mail.example"


def test_who_gets_no_messages_gets_none_by_a_change(there: There) -> None:
    """Only what this transfer held back is given back, and that at its end."""
    ada = there.ada(communicationPreference="NONE")
    there.sink.update(ada, client_draft(email="ada@mail.example", communication_preference="EMAIL"))
    row = there.fake.rows("patients")[0]

    assert (row["email"], row["communicationPreference"]) == ("ada@mail.example", "NONE")


def test_a_client_who_wants_no_messages_any_more_gets_none(there: There) -> None:
    """That is done at once, and not when the transfer ends."""
    ada = there.ada(communicationPreference="SMS")
    there.sink.update(ada, client_draft(address_l1="1 Banksia Street", communication_preference="NONE"))

    assert there.fake.rows("patients")[0]["communicationPreference"] == "NONE"


def test_what_the_source_says_no_more_is_emptied(there: There) -> None:
    """As far as an update can give it; what Splose fills in by itself stays, and so does what no source says."""
    phone = {"type": "Mobile", "code": "+61", "phoneNumber": "400000001"}
    ada = there.ada(email="ada@mail.example", phoneNumbers=[phone], alert="Nuts", country="Australia", middleName="May")
    record = there.client.patients.get(ada)
    draft = client_draft(medical_alerts=[])

    assert sorted(there.sink.left_over(draft, record)) == ["address_l1", "email", "phone_numbers"]

    made = there.sink.update(ada, draft)
    row = there.fake.rows("patients")[0]

    assert (row["email"], row["phoneNumbers"], row["alert"]) == (None, [], None)
    assert (row["country"], row["middleName"]) == ("Australia", "May")
    assert made.by_hand == reasons.FIXED.format("the address")


def test_a_country_and_a_zone_are_emptied_that_are_not_the_workspace_s_own(there: There) -> None:
    """It may have filled its own in by itself; where the draft doesn't say which these are, nothing is emptied."""
    ada = there.ada(country="Peru", timezone="America/Lima")
    record = there.client.patients.get(ada)
    given = {"address_l1": "1 Banksia Street"}
    own = client_draft(own=("America/Lima", "Peru"), **given)
    other = client_draft(own=("Australia/Perth",), **given)

    assert there.sink.left_over(client_draft(**given), record) == there.sink.left_over(own, record) == ()
    assert there.sink.left_over(other, record) == ("country", "timezone")
    assert there.sink.update(ada, other).by_hand is None

    row = there.fake.rows("patients")[0]

    assert (row["country"], row["timezone"]) == (None, None)


def test_a_zone_that_splose_does_not_empty_is_said(there: There, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may take nothing for its own zone, and fill that in again."""
    ada = there.ada(timezone="America/Lima")
    get = there.client.patients.get
    monkeypatch.setattr(there.client.patients, "get", lambda id: attrs.evolve(get(id), timezone="America/Lima"))
    made = there.sink.update(ada, client_draft(own=("Australia/Perth",), address_l1="1 Banksia Street"))

    assert made.by_hand == reasons.FIXED.format("the time zone")


def test_the_workspace_s_own_fields_are_emptied(there: There) -> None:
    """Those of which the source has nothing, and no other; where Splose doesn't, a person is told to."""
    club, diet = (there.fake.add("custom_fields", name=name, type="Short text") for name in ("Club", "Diet"))
    ada = there.sink.create(client_draft()).id
    there.client.patients.set_custom_fields(ada, {club: "Rovers", diet: "None"})
    draft = client_draft(blank_fields={club: "Club"})

    assert there.sink.left_over(draft, there.client.patients.get(ada)) == ("custom_fields",)

    made = there.sink.update(ada, draft)
    writes = len(there.writes())

    assert there.fake.rows("patients")[0]["customFields"] == [{"name": "Diet", "value": "None"}]
    assert (made.by_hand, made.record.custom_fields[0].name) == (None, "Diet")
    assert there.sink.update(ada, draft).by_hand is None
    assert len(there.writes()) == writes


def test_alerts_that_do_not_go_are_left_alone(there: There) -> None:
    """The clinic may keep them in Splose."""
    ada = there.ada(alert="Nuts")
    there.sink.update(ada, client_draft(address_l1="1 Banksia Street", email="ada@mail.example"))

    assert there.fake.rows("patients")[0]["alert"] == "Nuts"


def test_an_appointment_that_is_over_can_be_moved(there: There) -> None:
    """Its note can't be changed, which is said; the same again writes nothing."""
    visit = there.sink.create(there.visit(there.ada(communicationPreference="SMS"), note="Left")).id
    ada = there.fake.rows("patients")[0]["id"]
    moved = there.visit(str(ada), start=PAST - timedelta(minutes=15), note="Right")
    made = there.sink.update(visit, moved)
    writes = len(there.writes())
    again = there.sink.update(visit, moved)

    assert made.record.start == PAST - timedelta(minutes=15)
    assert made.by_hand == again.by_hand == reasons.FIXED_VISIT.format("the note")
    assert len(there.writes()) == writes


def test_an_appointment_to_come_is_moved_only_where_nobody_is_told(there: There) -> None:
    """Splose may write to the client about it."""
    loud, still = there.ada(communicationPreference="SMS"), there.ada(communicationPreference="NONE")
    later = {"start": COMING, "end": COMING + timedelta(hours=1)}
    first = there.sink.create(there.visit(loud)).id
    second = there.sink.create(there.visit(still)).id
    with pytest.raises(Unsupported, match="write to the client"):
        there.sink.update(first, there.visit(loud, **later))
    made = there.sink.update(second, there.visit(still, **later))

    assert made.record.start == COMING
    assert there.fake.outbox == []


def test_what_is_cancelled_later_is_left_to_be_done_by_hand(there: There) -> None:
    """The API has no way to archive an appointment that stands."""
    ada = there.ada()
    visit = there.sink.create(there.visit(ada)).id
    with pytest.raises(Unsupported, match="stands in Splose as a live appointment"):
        there.sink.update(visit, there.visit(ada, deleted_at=PAST))
    assert there.sink.update(visit, there.visit(ada, deleted_at=PAST, cancels=True)).by_hand is None


def test_what_is_archived_there_stays_so(there: There) -> None:
    """It can't be brought back, which is said; the time at which it was archived stays what it was."""
    ada = there.ada()
    visit = there.sink.create(there.visit(ada, deleted_at=PAST)).id
    with pytest.raises(Unsupported, match="can't bring it back"):
        there.sink.update(visit, there.visit(ada))
    made = there.sink.update(visit, there.visit(ada, deleted_at=PAST + timedelta(days=1)))

    assert [(loss.field, loss.reason) for loss in made.losses] == [("archived_at", reasons.ARCHIVED_BEFORE)]


def test_only_what_an_update_sends_sets_anything_off(there: There) -> None:
    """What it only says, for a person to do, does not."""
    ada = there.ada()
    live, gone = (there.sink.create(there.visit(ada, deleted_at=time)).record for time in (UNSET, PAST))
    moved = {"start": PAST - timedelta(minutes=15)}
    sets_off = there.sink.sets_off_changed

    assert sets_off(there.visit(ada, **moved), live)
    assert sets_off(there.visit(ada, deleted_at=PAST, cancels=True, **moved), live)
    assert sets_off(there.visit(ada, deleted_at=PAST + timedelta(days=1), **moved), gone)
    assert not sets_off(there.visit(ada, note="Left knee"), live)
    assert not sets_off(there.visit(ada, deleted_at=PAST, **moved), live)
    assert not sets_off(there.visit(ada, **moved), gone)


def test_contacts_cannot_be_changed(there: There) -> None:
    """Splose's API has no way."""
    with pytest.raises(Unsupported, match="contacts"):
        there.sink.update("1", ContactDraft(type="Standard", name="Acme", email="bills@mail.example"))
