"""A Cliniko account as a destination."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import attrs
import pytest

from clinikomigrate.cliniko import models as m
from clinikomigrate.errors import ConfigurationError, Forbidden, NotFound, OutcomeUnknown, Unprocessable, Unsupported
from clinikomigrate.sinks.cliniko import ClinikoSink
from clinikomigrate.sinks.cliniko.comparison import UNREADABLE
from clinikomigrate.sinks.cliniko.fallback import FALLBACKS
from clinikomigrate.testing.faults import FaultKind
from clinikomigrate.transfer.follow_ups import Archiving, Cancel, Change, FollowUp, Seats, Stage, Unmute
from clinikomigrate.transfer.kinds import KINDS, MATCHED_KINDS
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.sink import Wanted
from tests.sinks.cliniko.destination import DRAFTS, Destination, content
from tests.sinks.cliniko.samples import survey

# What it is.


def test_kinds(there: Destination) -> None:
    """It takes every kind that goes at all."""
    assert {kind.name for kind in KINDS.values() if kind.left_behind is None} == set(there.sink.kinds)


def test_account(there: Destination) -> None:
    """It says which account it writes to, with all settings for the mapper."""
    account = there.sink.account()

    assert isinstance(account.details, m.Settings)
    assert account.details.account is not None
    assert (account.details.account.id, account.details.account.name) == (account.id, account.name)


def test_no_account(there: Destination) -> None:
    """Settings that name no account are no account."""
    sink = ClinikoSink(there.client)
    sink._client = _Nameless()  # type: ignore[assignment]  # nothing but settings is asked of it

    with pytest.raises(ConfigurationError, match="name no account"):
        sink.account()


class _Nameless:
    """Has settings without an account."""

    def settings(self) -> m.Settings:
        """Gives them."""
        return m.Settings()


def test_quiet(there: Destination) -> None:
    """Making a sink sends nothing, and its repr shows no key."""
    sink = ClinikoSink(there.another_client())

    assert 0 == sink.requests_sent
    assert there.fake.key not in repr(sink)
    assert "ClinikoSink" in repr(sink)


@pytest.mark.parametrize("workers", [0, -1])
def test_workers(there: Destination, workers: int) -> None:
    """Nothing goes without a worker."""
    with pytest.raises(ConfigurationError, match="workers"):
        ClinikoSink(there.client, workers=workers)


def test_server_time(there: Destination) -> None:
    """The account's own time is told."""
    there.sink.account()

    assert datetime.fromtimestamp(int(there.fake.clock.now()), UTC) == there.sink.server_now().replace(microsecond=0)


def test_default_mapper(there: Destination) -> None:
    """Without a mapper of the user's, its own is taken."""
    assert "ClinikoMapper" == type(there.sink.default_mapper()).__name__


def test_may_message(there: Destination) -> None:
    """Cancelling may send e-mails always, making only where an appointment type has a template for it."""
    before = set(there.sink.may_message())
    template = there.fake.add("message_templates", name="Confirmation")
    there.fake.add("appointment_types", name="With mail", appointment_confirmation_template_ids=[template])

    assert {"cancellations"} == before
    assert {"cancellations", "confirmations"} == there.sink.may_message()


# What is there.


@pytest.mark.parametrize("kind", sorted([*MATCHED_KINDS, *(kind.name for kind in KINDS.values() if kind.adoptable)]))
def test_existing(there: Destination, kind: str) -> None:
    """Everything of a kind is swept, with its id."""
    found = dict(there.sink.existing(kind))

    assert {row["id"] for row in there.fake.rows(kind)} == set(found)
    assert list(found) == [record.id for record in found.values()]


def test_existing_practitioners(there: Destination) -> None:
    """Practitioners who left are there too."""
    gone = there.fake.add("practitioners", first_name="Gone", last_name="Away", active=False)

    assert gone in dict(there.sink.existing("practitioners"))


def test_existing_without_leftovers(there: Destination) -> None:
    """What is archived is left where it is: nothing is adopted from the archive."""
    archived = there.fake.add("contacts", first_name="Old", last_name="One", archived_at="2024-01-01T00:00:00Z")

    assert archived not in dict(there.sink.existing("contacts"))


def test_archived_patients(there: Destination) -> None:
    """Only those in the archive are given, a hundred a request."""
    gone = {"last_name": "One", "archived_at": "2024-01-01T00:00:00Z"}
    archived = {there.fake.add("patients", first_name=f"N{number}", **gone) for number in range(120)}

    assert archived == {id for id, patient in there.sink.existing_archived("patients") if patient.id == id}
    assert 2 == len(there.requests("GET", "/patients"))


def test_existing_without_the_endpoint() -> None:
    """An account that lacks a newer kind's endpoint holds none; one that lacks an old one's is broken."""
    there = Destination(lacks={"/recall_types", "/taxes"})
    with there.fake.in_process():
        assert [] == list(there.sink.existing("recall_types"))
        with pytest.raises(NotFound):
            list(there.sink.existing("taxes"))


def test_read_again(there: Destination) -> None:
    """Records are read by id, 100 a request; what is hidden only where it is wanted, what is gone never."""
    archived = there.fake.add("contacts", first_name="Old", last_name="One", archived_at="2024-01-01T00:00:00Z")
    contacts = [there.fake.add("contacts", first_name=f"N{number}", last_name="X") for number in range(110)]
    ids = [*contacts, archived, "1"]

    assert set(contacts) == set(dict(there.sink.read("contacts", ids)))
    assert {*contacts, archived} == set(dict(there.sink.read("contacts", ids, hidden=True)))
    assert 2 * 2 == len(there.requests("GET", "/contacts"))
    assert {contacts[0]: "N0"} == {id: each.first_name for id, each in there.sink.read("contacts", contacts[:1])}


def test_read_again_what_was_cancelled(there: Destination) -> None:
    """A cancelled appointment is hidden as an archived record is."""
    row = there.fake.store.at("individual_appointments", there.appointment)
    there.fake.store.change("individual_appointments", row, cancelled_at="2024-02-01T00:00:00Z")

    assert [[], [there.appointment]] == [
        list(dict(there.sink.read("individual_appointments", [there.appointment], hidden=hidden)))
        for hidden in (False, True)
    ]


def test_read_again_without_the_endpoint() -> None:
    """An account that lacks a newer kind's endpoint holds none; one that lacks an old one's is broken."""
    there = Destination(lacks={"/recall_types", "/taxes"})
    with there.fake.in_process():
        assert [] == list(there.sink.read("recall_types", ["1"]))
        with pytest.raises(NotFound):
            list(there.sink.read("taxes", ["1"]))


def test_what_an_adopted_patient_does_not_hold(there: Destination) -> None:
    """It is named as the record calls it, with what would be switched on again counted as on."""
    [(_, read)] = there.sink.read("patients", [there.patient])
    draft = m.PatientDraft(
        first_name="Mira", city="Melbourne", unsubscribe_sms_marketing=True, receives_confirmation_emails=False
    )
    wanted = Wanted(draft, (Unmute(way="confirmations"),))
    on, off = (
        attrs.evolve(read, receives_confirmation_emails=wants, accepted_sms_marketing=True) for wants in (True, False)
    )

    assert {"city", "accepted_sms_marketing"} == set(there.sink.differences(wanted, on))
    assert {"city", "accepted_sms_marketing", "receives_confirmation_emails"} == set(
        there.sink.differences(wanted, off)
    )


def test_a_mark_is_nothing_that_an_adopted_patient_lacks(there: Destination) -> None:
    """It says nothing of the source's; the mark of another account is an old reference id like any other."""
    [(_, read)] = there.sink.read("patients", [there.patient])
    list(there.sink.prepare(survey(), {}))
    drafts = [m.PatientDraft(first_name="Mira", old_reference_id=f"cm-{account}-7") for account in (1, 2)]

    assert [(), ("old_reference_id",)] == [there.sink.differences(Wanted(draft), read) for draft in drafts]
    assert [("old_reference_id",)] * 2 == [there.sink.compare(Wanted(draft), read) for draft in drafts]


def test_copies_are_told_by_their_marks(there: Destination) -> None:
    """Of the source that is asked about; and the archive's are counted, at one request."""
    copy = there.fake.add("patients", first_name="A", last_name="B", old_reference_id="cm-1-7")
    there.client.patients.archive(there.fake.add("patients", first_name="A", last_name="B", old_reference_id="cm-1-8"))
    records = dict(there.sink.existing("patients"))
    requests = there.sink.requests_sent

    assert ["7", None, None] == [there.sink.copied(source, records[copy]) for source in ("1", "2", "1:2")]
    assert there.sink.copied("1", records[there.patient]) is None
    assert [1, 0, 0] == [there.sink.archived_copies(source) for source in ("1", "2", "1:2")]
    assert 2 == there.sink.requests_sent - requests


@pytest.mark.parametrize("lost", [True, False])
def test_a_marked_patient_is_found_by_the_mark(there: Destination, lost: bool) -> None:
    """Once the source is known, and not by name, also where somebody has changed the name since."""
    list(there.sink.prepare(survey(), {}))
    since = there.sink.server_now()
    there.fake.add("patients", first_name="Zoë", last_name="Example", date_of_birth="1980-02-29")
    draft = attrs.evolve(there.draft("patients"), old_reference_id="cm-1-7")
    made = [] if lost else [there.sink.create(draft).id]
    there.fake.add("patients", first_name="A", last_name="B", old_reference_id="cm-1-8")

    assert made == there.sink.find(attrs.evolve(draft, last_name="Sample"), since)
    assert made == there.sink.find(draft, since)


# Making.


@pytest.mark.parametrize("kind", sorted(DRAFTS))
def test_create(there: Destination, kind: str) -> None:
    """A draft of every kind is made, and loses nothing."""
    before = {row["id"] for row in there.fake.rows(kind)}
    made = there.sink.create(there.draft(kind))

    new = [row["id"] for row in there.fake.rows(kind) if row["id"] not in before]
    assert [made.id] == new[:1]
    assert 1 == len(new) or kind == "relationships"  # which have another side
    assert () == made.losses


@pytest.mark.parametrize("kind", sorted(kind.name for kind in KINDS.values() if kind.adoptable))
def test_what_was_made_is_the_same(there: Destination, kind: str) -> None:
    """What a draft has made is what the draft says, so that a second transfer adopts it."""
    draft = there.draft(kind)
    made = there.sink.create(draft).id

    assert there.sink.same(draft, dict(there.sink.existing(kind))[made])


def test_other_side_of_a_relationship(there: Destination) -> None:
    """The side that the account made by itself is taken, not made again."""
    one = there.draft("relationships")
    other = m.RelationshipDraft(patient_id=one.related_patient_id, related_patient_id=one.patient_id, relation=20)
    made = [there.sink.create(draft).id for draft in (one, other)]

    assert made == [row["id"] for row in there.fake.rows("relationships")]


def test_another_relationship_of_the_same_two(there: Destination) -> None:
    """The account takes one relationship for each pair, whatever it is; that is foreseen, and said."""
    draft = there.draft("relationships")
    there.sink.create(draft)
    other = attrs.evolve(draft, relation=50)
    mirror = m.RelationshipDraft(patient_id=draft.related_patient_id, related_patient_id=draft.patient_id, relation=20)

    assert None is there.sink.foresee_clash(there.draft("medical_alerts"), [])
    assert "another relationship" in str(there.sink.foresee_clash(other, []))
    assert "another relationship" in str(there.sink.foresee_clash(other, [draft]))
    assert "another relationship" in str(there.sink.foresee_clash(draft, [draft]))
    assert None is there.sink.foresee_clash(mirror, [draft])
    with pytest.raises(Unsupported, match="another relationship"):
        there.sink.create(other)


def test_an_archived_relationship_is_no_obstacle(there: Destination) -> None:
    """The account takes another relationship of two patients whose first one is in its archive; that is foreseen."""
    draft = there.draft("relationships")
    there.client.relationships.archive(there.sink.create(draft).id)
    other = attrs.evolve(draft, relation=50)

    assert None is there.sink.foresee_clash(other, [])
    assert there.sink.create(other).id


def test_every_kind_has_a_draft() -> None:
    """There is a draft of every kind that goes; daily availabilities can be counted, and not made."""
    assert {kind.name for kind in KINDS.values() if kind.left_behind is None} == {*DRAFTS, "daily_availabilities"}


def test_nobody_is_messaged(there: Destination) -> None:
    """Whatever a draft says, no form is mailed to a patient."""
    for completed in (True, False):
        draft = m.PatientFormDraft(
            patient_id=there.patient,
            name="Intake",
            content=content("Yes"),
            completed=completed,
            email_to_patient_on_completion=True,
        )
        made = there.sink.create(draft).id
        there.sink.update(made, m.PatientFormDraft(name="Renamed", email_to_patient_on_completion=True))
        assert there.row("patient_forms", made)["email_to_patient_on_completion"] is False

    assert [] == there.fake.outbox


def test_side_by_side(there: Destination) -> None:
    """Threads can write at once: everything arrives, once."""
    drafts = [m.MedicalAlertDraft(patient_id=there.patient, name=f"Alert {number}") for number in range(40)]
    with ThreadPoolExecutor(there.sink.workers) as threads:
        made = [each.id for each in threads.map(there.sink.create, drafts)]

    names = {str(row["id"]): row["name"] for row in there.fake.rows("medical_alerts")}
    assert [draft.name for draft in drafts] == [names[id] for id in made]
    assert 40 == len(names)


def test_refused(there: Destination) -> None:
    """A record that the account refuses is an error that names the fields, and nothing is made."""
    archived = there.fake.add("patients", first_name="Gone", last_name="Away", archived_at="2024-01-01T00:00:00Z")
    with pytest.raises(Unprocessable) as caught:
        there.sink.create(m.MedicalAlertDraft(patient_id=archived, name="Latex"))

    assert ["patient"] == list(caught.value.fields)
    assert [] == there.fake.rows("medical_alerts")


def test_not_a_practitioner(there: Destination) -> None:
    """A note is refused to whoever is no practitioner."""
    user = there.fake.add("users", first_name="Kim", last_name="Key", email="kim@clinic.example", role="administrator")
    sink = ClinikoSink(there.another_client(key=there.fake.key_for(user)))

    with pytest.raises(Forbidden):
        sink.create(there.draft("treatment_notes"))


def refuses(there: Destination, kind: str, **changes: Any) -> tuple[Any, tuple[str, ...]]:
    """Makes a record of a draft that is refused in part; gives its row and what was lost."""
    made = there.sink.create(attrs.evolve(there.draft(kind), **changes))
    return there.row(kind, made.id), tuple(loss.field for loss in made.losses)


def test_contact_who_is_no_doctor(there: Destination) -> None:
    """A case whose contact is no doctor goes without the contact."""
    contact = there.fake.add("contacts", first_name="Some", last_name="Body", type_code=0)
    row, lost = refuses(there, "patient_cases", contact_id=contact)

    assert (None, ("contact",)) == (row["contact_id"], lost)


def test_form_that_cannot_be_completed(there: Destination) -> None:
    """A completed form that lacks a required answer goes as an open one, with its answers."""
    question = m.Question(name="Signed?", type="text", required=True)
    incomplete = m.Content(sections=(m.Section(name="A", questions=(question,)),))
    row, lost = refuses(there, "patient_forms", content=incomplete, completed=True)

    assert (None, ("completed_at",)) == (row["completed_at"], lost)


def test_custom_fields_of_another_account(there: Destination) -> None:
    """A patient whose custom fields are refused goes without them."""
    token = "11111111-2222-3333-4444-555555555555"
    field = m.CustomField(token=token, value="42")
    fields = m.CustomFields(sections=(m.CustomFieldSection(token=token, fields=(field,)),))
    row, lost = refuses(there, "patients", custom_fields=fields)

    assert (("custom_fields",), "Zoë") == (lost, row["first_name"])


@pytest.mark.parametrize(
    ("kind", "attribute"),
    [
        ("treatment_notes", "attendee_id"),
        ("treatment_notes", "booking_id"),
        ("patient_forms", "attendee_id"),
        ("attendees", "patient_case_id"),
        ("individual_appointments", "patient_case_id"),
        ("unavailable_blocks", "unavailable_block_type_id"),
    ],
)
def test_refused_link(there: Destination, kind: str, attribute: str) -> None:
    """A record goes without a link that is refused, and everything else of it goes."""
    row, lost = refuses(there, kind, **{attribute: "1"})

    assert (None, (attribute.removesuffix("_id"),)) == (row[attribute], lost)


def test_refused_reference(there: Destination) -> None:
    """A patient whose old reference id is refused goes without it."""
    row, lost = refuses(there, "patients", old_reference_id="x" * 256)

    assert not row["old_reference_id"]
    assert ("old_reference_id",) == lost


def test_several_refused_links(there: Destination) -> None:
    """Each refused part is a loss of its own."""
    row, lost = refuses(there, "treatment_notes", attendee_id="1", booking_id="2")

    assert {"attendee", "booking"} == set(lost)
    assert row["content"]


def test_fallback_costs_one_request(there: Destination) -> None:
    """A fallback is one more request."""
    refuses(there, "treatment_notes", attendee_id="1")

    assert 2 == len(there.requests("POST", "/treatment_notes"))


def test_fallback_that_is_refused_too(there: Destination) -> None:
    """A record that is refused also without the part is refused."""
    draft = m.TreatmentNoteDraft(patient_id=there.patient, title="", draft=False, attendee_id="1")

    with pytest.raises(Unprocessable) as caught:
        there.sink.create(draft)
    assert ["title"] == list(caught.value.fields)


@pytest.mark.parametrize(
    "kind",
    [
        "appointment_type_billable_items",
        "appointment_type_products",
        "concession_prices",
        "recall_types",
        "recalls",
        "relationships",
        "unavailable_block_types",
    ],
)
def test_missing_endpoint(kind: str) -> None:
    """A kind whose endpoint the account lacks is said to be unsupported, by name, with what to do."""
    there = Destination(lacks={f"/{kind}"})
    with there.fake.in_process(), pytest.raises(Unsupported, match=f"{kind.replace('_', ' ')}; do it by hand"):
        there.sink.create(there.draft(kind))


def test_referral_source_is_set_again(there: Destination) -> None:
    """Setting a referral source does no harm twice, so a lost reply is no question."""
    draft = there.draft("referral_sources")
    there.lose("drop_after", "PATCH", f"/patients/{there.patient}/referral_source", times=2)
    made = there.sink.create(draft)
    there.sink.update(made.id, attrs.evolve(draft, notes="from a neighbour"))

    assert [(made.id, "from a neighbour")] == [(row["id"], row["notes"]) for row in there.fake.rows("referral_sources")]


def test_patient_who_wants_no_reminders(there: Destination) -> None:
    """Where the channels are refused, the account's own default doesn't take their place."""
    row, lost = refuses(there, "patients", reminders_communication_channels=[7])

    assert (("reminders_communication_channels",), "None") == (lost, row["reminder_type"])


def test_names_on_memos() -> None:
    """On an account that wants to know from whom and to whom something stands in, also when the reply was lost."""
    there = Destination(refuses_nameless_memos=True)
    draft = m.MemoCommunicationDraft(
        patient_id=there.patient, content="Rang", direction_code=1, type_code=3, confidential=False, from_=None, to=""
    )
    with there.fake.in_process():
        made = there.sink.create(draft)

        assert ["from_", "to"] == [loss.field for loss in made.losses]
        assert made.losses == there.sink.lost(draft, made.id)


def test_long_answers() -> None:
    """On an account that takes short answers a form arrives whole and completed, with more questions."""
    there = Destination(longest_form_answer=255)
    with there.fake.in_process():
        row, lost = refuses(there, "patient_forms", content=content("0123456789" * 60), completed=True)

    questions = row["content"]["sections"][0]["questions"]
    assert "0123456789" * 60 == "".join(question["answer"] for question in questions)
    assert (("content",), 3) == (lost, len(questions))
    assert row["completed_at"] is not None


# Changing.


def test_update(there: Destination) -> None:
    """Given attributes are set, and no others."""
    there.sink.update(there.case, m.PatientCaseDraft(notes="closed soon"))

    row = there.row("patient_cases", there.case)
    assert ("Left knee", "closed soon") == (row["name"], row["notes"])


def test_update_leaves_out_what_only_new_records_take(there: Destination) -> None:
    """An attendee keeps its place, though the draft says which."""
    draft = m.AttendeeDraft(booking_id=there.appointment, patient_id=there.patient, arrived=True)
    there.sink.update(there.attendee, draft)

    assert {"arrived": True} == there.requests("PATCH", f"/attendees/{there.attendee}")[0].json
    assert there.row("attendees", there.attendee)["arrived"] is True


def test_update_without_a_refused_link(there: Destination) -> None:
    """A refused link doesn't keep the rest of a change from being made, and is counted."""
    draft = m.AttendeeDraft(booking_id=there.appointment, patient_id=there.patient, patient_case_id="1", arrived=True)

    assert (Loss("patient_case", "the destination refused the link"),) == there.sink.update(
        there.attendee, draft
    ).losses
    assert there.row("attendees", there.attendee)["arrived"] is True


def test_update_that_loses_nothing(there: Destination) -> None:
    """A change that is made as a whole loses nothing."""
    assert () == there.sink.update(there.attendee, m.AttendeeDraft(arrived=True)).losses


def test_refused_update(there: Destination) -> None:
    """What can't be left out of a change is refused."""
    with pytest.raises(Unprocessable):
        there.sink.update(there.patient, m.PatientDraft(reminders_communication_channels=[1], time_zone="Melbourne"))


def test_refused_follow_up(there: Destination) -> None:
    """Nothing is left out of a follow-up, where nobody would count it."""
    with pytest.raises(Unprocessable):
        there.sink.finish("attendees", there.attendee, Change(draft=m.AttendeeDraft(patient_case_id="1")))


def test_the_seats_of_a_class(there: Destination) -> None:
    """How many it has is told, and it is given as many as it had."""
    [(_, lesson)] = there.sink.read("group_appointments", [there.group])
    there.sink.finish("group_appointments", there.group, Seats(number=12))

    assert there.row("group_appointments", there.group)["max_attendees"] == 12
    assert lesson.max_attendees == there.sink.seats(lesson)


def test_update_of_a_file(there: Destination) -> None:
    """Of a file only the description can change."""
    made = there.sink.create(there.draft("patient_attachments")).id
    there.sink.update(made, attrs.evolve(there.draft("patient_attachments"), description="X-ray"))

    assert "X-ray" == there.row("patient_attachments", made)["description"]


def test_update_is_sent_again(there: Destination) -> None:
    """A change whose reply was lost is sent again."""
    there.lose("drop_after", "PATCH", f"/patient_cases/{there.case}")
    there.sink.update(there.case, m.PatientCaseDraft(notes="x"))

    assert 2 == len(there.requests("PATCH", f"/patient_cases/{there.case}"))


def test_update_of_what_cannot_change(there: Destination) -> None:
    """A kind that the API can't change is said to be unsupported."""
    with pytest.raises(Unsupported, match="changing availability blocks"):
        there.sink.update("1", there.draft("availability_blocks"))


# Finishing.


def test_change(there: Destination) -> None:
    """A follow-up sets what could not be known before."""
    for _ in range(2):
        there.sink.finish("patient_cases", there.case, Change(draft=m.PatientCaseDraft(attendee_ids=[there.attendee])))

    assert there.case == there.row("attendees", there.attendee)["patient_case_id"]


def test_cancel(there: Destination) -> None:
    """A cancellation carries reason and note, and is done once."""
    follow_up = Cancel(reason=30, note="Cancelled 1 May 2020")
    for _ in range(2):
        there.sink.finish("individual_appointments", there.appointment, follow_up)

    row = there.row("individual_appointments", there.appointment)
    assert (30, "Cancelled 1 May 2020") == (row["cancellation_reason"], row["cancellation_note"])
    assert row["cancelled_at"] is not None


def test_cancelled_seat(there: Destination) -> None:
    """A seat in a class can be cancelled."""
    made = there.sink.create(there.draft("attendees")).id
    there.sink.finish("attendees", made, Cancel(reason=50, stage=Stage.SETTLE))

    assert there.row("attendees", made)["cancelled_at"] is not None


def archivable() -> list[str]:
    """Names the kinds that can be archived."""
    never = {
        "appointment_type_billable_items",
        "appointment_type_products",
        "availability_blocks",
        "concession_prices",
        "concession_types",
        "practitioner_reference_numbers",
        "referral_sources",
        "taxes",
    }
    return sorted(set(DRAFTS) - never)


@pytest.mark.parametrize("kind", archivable())
def test_archive(there: Destination, kind: str) -> None:
    """A record is archived once, however often it is asked for."""
    made = there.sink.create(there.draft(kind)).id
    for _ in range(2):
        there.sink.finish(kind, made, Archiving())

    assert there.row(kind, made)["archived_at"] is not None


@pytest.mark.parametrize("kind", sorted(set(DRAFTS) - set(archivable())))
def test_what_cannot_be_archived(there: Destination, kind: str) -> None:
    """A kind that the API can't archive is said to be unsupported."""
    with pytest.raises(Unsupported, match="archiving"):
        there.sink.finish(kind, "1", Archiving())


def test_what_cannot_be_cancelled(there: Destination) -> None:
    """A class can't be cancelled, only its attendees."""
    with pytest.raises(Unsupported, match="cancelling group appointments"):
        there.sink.finish("group_appointments", there.group, Cancel())


@pytest.mark.parametrize(("fault", "sent"), [("drop_after", 1), ("drop_before", 2), ("500", 2)])
@pytest.mark.parametrize("follow_up", [Cancel(), Archiving()])
def test_lost_replies(there: Destination, fault: FaultKind, sent: int, follow_up: FollowUp) -> None:
    """A cancellation or archiving whose reply was lost is looked at, and sent again only if it didn't arrive."""
    cancels = isinstance(follow_up, Cancel)
    method, action, state = ("PATCH", "cancel", "cancelled_at") if cancels else ("POST", "archive", "archived_at")
    path = f"/individual_appointments/{there.appointment}/{action}"
    there.lose(fault, method, path)
    there.sink.finish("individual_appointments", there.appointment, follow_up)

    assert there.row("individual_appointments", there.appointment)[state] is not None
    assert sent == len(there.requests(method, path))


def test_older_word_for_archived(there: Destination) -> None:
    """What an account says to be deleted is archived, and not archived again after a lost request."""
    note = {"patient_id": there.patient, "practitioner_id": there.practitioner, "title": "Old", "draft": False}
    id = there.fake.add("treatment_notes", deleted_at="2024-01-01T00:00:00Z", **note)
    there.lose("drop_before", "POST", f"/treatment_notes/{id}/archive")
    there.sink.finish("treatment_notes", id, Archiving())

    assert 1 == len(there.requests("POST", f"/treatment_notes/{id}/archive"))


def test_record_that_is_gone(there: Destination) -> None:
    """A record that isn't there at all can't be archived."""
    with pytest.raises(NotFound):
        there.sink.finish("patients", "1", Archiving())


def test_archiving_that_the_account_lacks() -> None:
    """A newer kind that the account can't archive is said to be unsupported."""
    there = Destination(lacks={"/recalls"})
    with there.fake.in_process(), pytest.raises(Unsupported, match="archiving recalls"):
        there.sink.finish("recalls", "1", Archiving())


def test_never_answered(there: Destination) -> None:
    """An archiving that never gets an answer stays unknown."""
    there.lose("drop_before", "POST", f"/patients/{there.patient}/archive", times=1000)

    with pytest.raises(OutcomeUnknown):
        there.sink.finish("patients", there.patient, Archiving())


def test_other_follow_ups(there: Destination) -> None:
    """A follow-up of somebody else's is refused."""
    with pytest.raises(Unsupported, match="no way of doing Stranger to patients"):
        there.sink.finish("patients", there.patient, Stranger(Stage.LINK))


@attrs.frozen
class Stranger(FollowUp):
    """A follow-up that this sink doesn't know."""


def test_losses_say_why(there: Destination) -> None:
    """A loss gives a reason that holds for every such record."""
    made = there.sink.create(attrs.evolve(there.draft("attendees"), patient_case_id="1"))

    assert (Loss("patient_case", "the destination refused the link"),) == made.losses


LOSSY: dict[str, tuple[dict[str, Any], list[str]]] = {
    "attendees": ({"patient_case_id": "1"}, ["patient_case"]),
    "communications": ({"from_": None, "to": ""}, ["from_", "to"]),
    "individual_appointments": ({"patient_case_id": "1"}, ["patient_case"]),
    "patient_attachments": ({"filename": "another.txt"}, ["filename"]),
    "patient_cases": ({"contact_id": "relative"}, ["contact"]),
    "patient_forms": ({"attendee_id": "1"}, ["attendee"]),
    "patients": ({"reminders_communication_channels": [7]}, ["reminders_communication_channels"]),
    "recalls": ({"notes": "refused"}, ["notes"]),
    "referral_sources": ({"subcategory": "Neighbour"}, ["subcategory"]),
    "treatment_notes": ({"booking_id": "1"}, ["booking"]),
    "unavailable_blocks": ({"unavailable_block_type_id": "1"}, ["unavailable_block_type"]),
}
"""For each kind of which something may be refused: what, and what is lost by it."""


def test_what_no_record_shows(there: Destination) -> None:
    """Whether anything but a cancellation or an archiving was done to it can't be told."""
    patient = there.client.patients.get(there.sink.create(there.draft("patients")).id)

    assert None is there.sink.shows(Unmute(), patient)
    assert there.client.requests_per_minute == there.sink.requests_per_minute


def test_every_kind_that_may_lose_something() -> None:
    """There is an example for each."""
    assert {each.kind for each in FALLBACKS} == set(LOSSY)


@pytest.mark.parametrize("kind", sorted(LOSSY))
def test_what_was_lost_shows_in_the_record(there: Destination, kind: str) -> None:
    """What was left out of a record whose reply was lost can be told from the record, whatever its kind."""
    draft = there.draft(kind)
    changes, lost = LOSSY[kind]
    made = there.sink.create(draft).id
    there.wait()
    for _ in range(4 if kind == "patient_attachments" else 0):  # it is worked on before it has a name
        there.client.patient_attachments.get(made)

    assert () == there.sink.lost(draft, made)
    assert lost == [loss.field for loss in there.sink.lost(attrs.evolve(draft, **changes), made)]


@pytest.mark.parametrize("kind", sorted(LOSSY))
def test_nothing_shows_of_what_was_taken_away(there: Destination, kind: str) -> None:
    """A record that is gone when it is looked at tells of no loss."""
    changes, _ = LOSSY[kind]

    assert () == there.sink.lost(attrs.evolve(there.draft(kind), **changes), "1")


def test_what_is_never_sent_is_lost_in_what_was_found_too(there: Destination) -> None:
    """A signature that the account doesn't take was left out of a form, however its reply fared."""
    question = m.Question(name="Sign", type="signature", signature="data:image/png;base64,iVBORw0KGgo=")
    signed = m.Content(sections=(m.Section(name="A", questions=(question,)),))
    draft = attrs.evolve(there.draft("patient_forms"), content=signed)
    made = there.sink.create(draft)

    assert ["signatures"] == [loss.field for loss in made.losses]
    assert made.losses == there.sink.lost(draft, made.id)


@pytest.mark.parametrize(
    ("draft", "fields"),
    [
        (
            m.AppointmentTypeDraft(name="A", business_ids=["1"], practitioner_ids=["2"]),
            ["business_ids", "practitioner_ids"],
        ),
        (m.AppointmentTypeDraft(name="A", business_ids=[], practitioner_ids=()), []),
        (m.ProductDraft(name="A", price=Decimal(1), price_includes_tax=True, stock_level=Decimal(0)), ["stock_level"]),
        (m.ProductDraft(name="A"), []),
        (m.TaxDraft(name="A"), []),
    ],
)
def test_what_an_adopted_record_does_not_show(there: Destination, draft: Any, fields: list[str]) -> None:
    """What a draft says and the account doesn't show is to be checked by hand."""
    losses = there.sink.unread(draft)

    assert fields == [loss.field for loss in losses]
    assert all("check it by hand" in loss.reason for loss in losses)


@pytest.mark.parametrize("kind", sorted(UNREADABLE))
def test_every_hidden_attribute_is_a_draft_s(there: Destination, kind: str) -> None:
    """The table of what doesn't show names attributes that the drafts have."""
    assert UNREADABLE[kind] <= {field.name for field in attrs.fields(type(there.draft(kind)))}


def test_losses_of_what_was_found_again(there: Destination) -> None:
    """What was left out of a record whose reply was lost can be told from the record."""
    draft = attrs.evolve(there.draft("treatment_notes"), attendee_id="1")
    there.fake.faults.add(
        kind="drop_after", when=lambda each: each.method == "POST" and "attendee_id" not in str(each.json)
    )
    with pytest.raises(OutcomeUnknown):
        there.sink.create(draft)
    found = there.sink.find(draft, None)

    assert (Loss("attendee", "the destination refused the link"),) == there.sink.lost(draft, found[0])
    assert () == there.sink.lost(there.draft("treatment_notes"), found[0])
    assert () == there.sink.lost(there.draft("taxes"), there.tax)


def test_a_lost_referral_source_is_asked_by_its_patient(there: Destination) -> None:
    """What a referral source lost is found out by its patient: the API has no other way to read one."""
    draft = there.draft("referral_sources")
    made = there.sink.create(draft).id

    assert () == there.sink.lost(draft, made)


def test_what_can_not_be_compared_is_said(there: Destination) -> None:
    """A type that is adopted may be offered by others: the API doesn't show it, so it is said."""
    draft = m.AppointmentTypeDraft(name="Initial", practitioner_ids=["1"], business_ids=[])

    assert ["practitioner_ids"] == [loss.field for loss in there.sink.unread(draft)]


def test_a_change_without_what_is_refused(there: Destination) -> None:
    """What the account refuses of a change is left out and counted; the rest is set."""
    attendee = there.fake.rows("attendees")[0]["id"]
    other = there.fake.add("patients", first_name="Other", last_name="Patient")
    case = there.fake.add("patient_cases", patient_id=other, name="Not theirs")
    losses = there.sink.update(str(attendee), m.AttendeeDraft(arrived=True, patient_case_id=case)).losses

    assert ["patient_case"] == [loss.field for loss in losses]
    assert True is there.row("attendees", str(attendee))["arrived"]
    with pytest.raises(Unprocessable):
        there.sink.update(there.patient, m.PatientDraft(email="no e-mail"))
