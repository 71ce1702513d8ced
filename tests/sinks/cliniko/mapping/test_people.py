"""Patients and those around them, and their traps."""

from __future__ import annotations

from typing import Any

import pytest

from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET
from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.cliniko import reasons
from clinikomigrate.sinks.cliniko.mapper import ClinikoMapper
from clinikomigrate.sinks.cliniko.mapping.people import MERGED, NO_SUBCATEGORY, OTHER_REFERRER
from clinikomigrate.sinks.reasons import CUT, NO_MATCH, REFUSED
from clinikomigrate.transfer.follow_ups import Archiving, Change, Stage, Unmute
from clinikomigrate.transfer.mapper import Context, Fetch, Mapped, Skip
from clinikomigrate.transfer.sink import Account
from tests.sinks.cliniko.samples import PATIENT, SOURCE_TYPE, WHEN, bare, losses, mapped, skipped, value_for


@pytest.mark.parametrize(("accepted", "unsubscribed"), [(True, False), (False, True), (None, True)])
def test_consent_to_text_messages_is_never_widened(accepted: bool | None, unsubscribed: bool) -> None:
    """The API takes the opposite, and a new patient consents unless told otherwise; only a yes is a yes."""
    assert mapped(bare(m.Patient, accepted_sms_marketing=accepted)).draft.unsubscribe_sms_marketing is unsubscribed


@pytest.mark.parametrize("given", [True, False, None])
def test_other_consent_is_carried_as_it_is(given: bool | None) -> None:
    """Yes, no, and nobody asked."""
    draft = mapped(bare(m.Patient, accepted_email_marketing=given, accepted_privacy_policy=given)).draft

    assert (draft.accepted_email_marketing, draft.accepted_privacy_policy) == (given, given)


def test_a_merged_patient_is_not_copied() -> None:
    """What hangs on it goes to the patient that it was merged into."""
    winner: Ref[m.Patient] = Ref("patients", "1")
    skip = skipped(bare(m.Patient, merged_with_patient=winner, archived_at=WHEN))

    assert (skip.reason, skip.instead, skip.lost) == (MERGED, winner, False)


@pytest.mark.parametrize(
    ("ways", "muted"),
    [
        (frozenset(), set()),
        ({"confirmations"}, {"receives_confirmation_emails"}),
        ({"cancellations"}, {"receives_cancellation_emails"}),
        ({"confirmations", "cancellations"}, {"receives_confirmation_emails", "receives_cancellation_emails"}),
    ],
)
def test_patients_are_muted_while_the_transfer_could_write_to_them(ways: Any, muted: set[str]) -> None:
    """Only where it could, and only until its end."""
    both = {"receives_confirmation_emails": True, "receives_cancellation_emails": True}
    result = mapped(bare(m.Patient, **both), may_message=frozenset(ways))

    assert {name for name in both if getattr(result.draft, name) is False} == muted
    assert set(result.follow_ups) == {Unmute(way=way) for way in ways}


@pytest.mark.parametrize("given", [False, None])
def test_patients_who_are_not_written_to_stay_so(given: bool | None) -> None:
    """There is nothing to mute, and nothing that would be restored."""
    flags = {"receives_confirmation_emails": given, "receives_cancellation_emails": given}
    result = mapped(bare(m.Patient, **flags), may_message=frozenset({"confirmations", "cancellations"}))

    assert (result.draft.receives_confirmation_emails, result.draft.receives_cancellation_emails) == (given, given)
    assert result.follow_ups == ()


def test_a_channel_that_is_not_known_is_a_loss() -> None:
    """The patient is reminded by the others."""
    result = mapped(bare(m.Patient, reminders_communication_channels=(1, 3)))

    assert [1] == result.draft.reminders_communication_channels
    assert {"reminders_communication_channels": REFUSED} == losses(result)


@pytest.mark.parametrize(
    ("channels", "kind", "expected"),
    [
        ((1, 2), "None", {"reminders_communication_channels": [1, 2]}),
        ((), "SMS", {"reminders_communication_channels": []}),
        (None, "SMS & Email", {"reminder_type": "SMS & Email"}),
        (None, None, {"reminder_type": None}),
    ],
)
def test_reminders_go_by_their_channels_or_as_older_accounts_say_it(
    channels: tuple[int, ...] | None, kind: str | None, expected: dict[str, object]
) -> None:
    """Where the source says nothing the destination's default, which may remind, is not let in."""
    draft = mapped(bare(m.Patient, reminders_communication_channels=channels, reminder_type=kind)).draft
    names = ("reminders_communication_channels", "reminder_type")

    assert expected == {name: getattr(draft, name) for name in names if getattr(draft, name) is not UNSET}


def test_an_unknown_way_of_reminding_is_a_loss() -> None:
    """Nobody is reminded in a way that nobody chose."""
    result = mapped(bare(m.Patient, reminder_type="Pigeon"))

    assert result.draft.reminder_type is None
    assert losses(result)["reminder_type"] == REFUSED


@pytest.mark.parametrize(
    ("code", "name", "sent"),
    [("AU", "Australia", UNSET), ("AU", None, UNSET), (None, "Australia", "Australia"), ("", "", UNSET)],
)
def test_a_country_goes_by_its_code(code: str | None, name: str | None, sent: object) -> None:
    """The name is deprecated; it is sent where there is no code."""
    draft = mapped(bare(m.Patient, country_code=code, country=name)).draft

    assert (draft.country, draft.country_code) == (sent, code or UNSET)


def test_custom_fields_get_the_destinations_tokens() -> None:
    """What has no field there is a loss that names the field."""
    field = m.CustomField(name="GP", type="text", token="there")
    section = m.CustomFieldSection(name="Health", token="section", fields=(field,))
    settings = m.Settings(patient_custom_fields_definition=m.CustomFields(sections=(section,)))
    patient = bare(m.Patient, custom_fields=value_for(m.Patient, "custom_fields"))
    moved = mapped(patient, account=Account("2", "New", settings))

    assert moved.draft.custom_fields == m.CustomFields(
        sections=(m.CustomFieldSection(token="section", fields=(m.CustomField(token="there", value="Dr Sample"),)),)
    )
    assert mapped(patient).draft.custom_fields is UNSET
    assert "custom_fields[Health / GP]" in losses(mapped(patient))
    assert "custom_fields[Health / GP]" in losses(mapped(patient, account=None))


@pytest.mark.parametrize("old", ["FX-1", "PM:00001,b", "cm-9-7"])
def test_an_id_of_an_older_system_is_carried(old: str) -> None:
    """The clinic may print it, and search by it; also where it is the mark of another move."""
    assert mapped(bare(m.Patient, old_reference_id=old)).draft.old_reference_id == old


@pytest.mark.parametrize("old", [None, "", " "])
def test_who_has_none_is_marked_as_a_copy(old: str | None) -> None:
    """The mark says of which account and of whom, and counts as no loss."""
    result = mapped(bare(m.Patient, id="7", old_reference_id=old))

    assert result.draft.old_reference_id == "cm-1-7"
    assert "old_reference_id" not in losses(result)


@pytest.mark.parametrize("settings", [None, m.Settings(), m.Settings(account=m.AccountSettings(id="1:2"))])
def test_nobody_is_marked_where_the_account_has_no_plain_id(settings: m.Settings | None) -> None:
    """Conditions on lists have signs for themselves, which a mark must not have."""
    assert mapped(bare(m.Patient), settings=settings).draft.old_reference_id is UNSET


def test_marks_can_be_left_out() -> None:
    """A mapper of one's own that takes them away is obeyed."""

    class Unmarked(ClinikoMapper):
        def patient(self, patient: m.Patient, context: Context, /) -> Mapped[m.PatientDraft] | Skip:
            result = super().patient(patient, context)
            assert isinstance(result, Mapped)
            return result.evolve(old_reference_id=patient.old_reference_id)

    assert mapped(bare(m.Patient), using=Unmarked()).draft.old_reference_id is None


@pytest.mark.parametrize(
    ("gender", "sex", "identity", "lost"),
    [
        ("Female", None, None, True),
        ("Female", "female", None, False),
        ("Woman", "Female", "WOMAN", False),
        ("Not applicable", "Female", "Woman", True),
        (None, "Female", None, False),
        ("", None, None, False),
    ],
)
def test_a_gender_that_nothing_else_says_is_a_loss(
    gender: str | None, sex: str | None, identity: str | None, *, lost: bool
) -> None:
    """The API no longer takes it; it is not put into sex or gender identity, which say something else."""
    result = mapped(bare(m.Patient, gender=gender, sex=sex, gender_identity=identity))

    assert ("gender" in losses(result)) is lost
    assert (result.draft.sex, result.draft.gender_identity) == (sex or UNSET, identity or UNSET)


def test_phone_numbers_are_sent_as_somebody_typed_them() -> None:
    """The API's own form of the number can't be written; blank ones are left out, odd kinds become other."""
    numbers = (
        m.PhoneNumber(number=" 0400 000 000 ", phone_type="Mobile", normalized_number="+61400000000"),
        m.PhoneNumber(number=" ", phone_type="Home"),
        m.PhoneNumber(number="9" * 101, phone_type="Satellite"),
        m.PhoneNumber(number="1"),
    )
    result = mapped(bare(m.Patient, patient_phone_numbers=numbers))

    assert result.draft.patient_phone_numbers == [
        m.PhoneNumberDraft(number="0400 000 000", phone_type="Mobile"),
        m.PhoneNumberDraft(number="9" * 100, phone_type="Other"),
        m.PhoneNumberDraft(number="1", phone_type="Other"),
    ]
    assert losses(result)["patient_phone_numbers"] == CUT
    assert losses(result)["patient_phone_numbers.phone_type"] == REFUSED
    assert mapped(bare(m.Contact, phone_numbers=numbers[:1])).draft.phone_numbers == [
        m.PhoneNumberDraft(number="0400 000 000", phone_type="Mobile")
    ]


def test_pronouns_go_all_five_or_not_at_all() -> None:
    """The API refuses some without the others."""
    whole = value_for(m.Patient, "pronouns")

    assert mapped(bare(m.Patient, pronouns=whole)).draft.pronouns == whole
    assert "pronouns" not in losses(mapped(bare(m.Patient, pronouns=m.Pronouns())))
    for some in (m.Pronouns(nominative="ze"), m.Pronouns(**{**_forms(whole), "reflexive": "z" * 51})):
        result = mapped(bare(m.Patient, pronouns=some))
        assert result.draft.pronouns is UNSET
        assert losses(result)["pronouns"] == REFUSED


def _forms(pronouns: m.Pronouns) -> dict[str, Any]:
    names = ("nominative", "accusative", "pronominal_possessive", "predicative_possessive", "reflexive")
    return {name: getattr(pronouns, name) for name in names}


def test_links_of_a_patient_are_refs() -> None:
    """Concession and doctor go before the patient, and are resolved when the patient is written."""
    concession: Ref[m.ConcessionType] = Ref("concession_types", "1")
    doctor: Ref[m.Contact] = Ref("contacts", "2")
    draft = mapped(bare(m.Patient, concession_type=concession, referring_doctor=doctor)).draft

    assert (draft.concession_type_id, draft.referring_doctor_id) == (concession, doctor)


@pytest.mark.parametrize(
    ("names", "expected", "reason"),
    [
        ({"company_name": "Spine Centre"}, "Spine Centre", "the company's name is sent"),
        ({"company_name": "Spine Centre", "preferred_name": "Nessie"}, "Spine Centre", "the company's name is sent"),
        ({"company_name": " ", "preferred_name": "Nessie"}, "Nessie", "the one they prefer: that is sent"),
        ({"first_name": "", "preferred_name": "Nessie"}, "Nessie", "the one they prefer: that is sent"),
        ({"company_name": "c" * 300}, "c" * 255, "the company's name is sent"),
        ({}, "-", "'-' is sent"),
    ],
)
def test_a_contact_without_a_persons_name_gets_one(names: dict[str, str], expected: str, reason: str) -> None:
    """The API wants a first or a last name, of companies too; the loss says what it gets."""
    result = mapped(bare(m.Contact, last_name=None, **names))

    assert result.draft.last_name == expected
    assert losses(result)["last_name"].endswith(reason)


def test_a_contact_with_one_name_keeps_it() -> None:
    """One of the two is enough."""
    first = mapped(bare(m.Contact, last_name="", first_name="Ωmega")).draft

    assert (first.first_name, first.last_name) == ("Ωmega", UNSET)
    assert mapped(bare(m.Contact)).draft.last_name == "Sample"


@pytest.mark.parametrize(
    ("code", "words", "sent"),
    [(2, "Doctor", 2), (None, "Doctor", 1), (0, None, 0), (None, "Plumber", UNSET), (None, None, UNSET)],
)
def test_a_contacts_type_goes_by_its_code(code: int | None, words: str | None, sent: object) -> None:
    """Older accounts only have the words."""
    assert mapped(bare(m.Contact, type_code=code, type=words)).draft.type_code == sent


def test_a_blank_type_of_doctor_is_not_sent() -> None:
    """The API reads blank where nobody is a doctor, and refuses to take it."""
    assert mapped(bare(m.Contact, doctor_type="")).draft.doctor_type is UNSET


def test_a_contacts_country_without_a_code_is_a_loss() -> None:
    """Of contacts the API takes the code only."""
    assert losses(mapped(bare(m.Contact, country="Australia")))["country"] == reasons.COUNTRY
    assert "country" not in losses(mapped(bare(m.Contact, country="Australia", country_code="AU")))


@pytest.mark.parametrize("code", ["AUT", "Austria"])
def test_a_country_s_code_is_never_cut(code: str) -> None:
    """The beginning of Austria's is Australia's."""
    result = mapped(bare(m.Contact, country_code=code))

    assert UNSET is result.draft.country_code
    assert {"country_code": REFUSED} == losses(result)


def source_type(**more: Any) -> dict[str, Any]:
    """Makes what the destination has for the type of referral source."""
    return {"referral_source_types": (("950", m.ReferralSourceType(id="950", **more)),)}


def test_a_referral_source_is_set_on_its_patient() -> None:
    """With all that it can say, so that it replaces whatever is there."""
    source = bare(m.ReferralSource, subcategory="radio ", referrer=PATIENT, notes="said so")
    result = mapped(source, existing=source_type(referrer_type="Patient", subcategories=("TV", "Radio")))

    assert result.draft == m.ReferralSourceDraft(
        patient_id=PATIENT,
        referral_source_type_id="950",
        referrer_id=PATIENT,
        subcategory="Radio",
        notes="said so",
    )
    assert mapped(bare(m.ReferralSource), existing=source_type()).draft == m.ReferralSourceDraft(
        patient_id=PATIENT, referral_source_type_id="950", subcategory=None, notes=None
    )


def test_what_the_destinations_type_of_source_lacks_is_lost() -> None:
    """The API would refuse the whole of it."""
    contact: Ref[m.Contact] = Ref("contacts", "3")
    result = mapped(
        bare(m.ReferralSource, subcategory="Radio", referrer=contact), existing=source_type(referrer_type="Patient")
    )

    assert (result.draft.subcategory, result.draft.referrer_id) == (None, UNSET)
    assert losses(result)["subcategory"] == NO_SUBCATEGORY
    assert losses(result)["referrer"] == OTHER_REFERRER


def test_a_referral_source_without_a_type_stays_behind() -> None:
    """The API refuses it."""
    unmatched: Ref[m.ReferralSourceType] = Ref("referral_source_types", "99")

    for nothing in (None, unmatched):
        skip = skipped(bare(m.ReferralSource, referral_source_type=nothing))
        assert (skip.reason, skip.lost) == (NO_MATCH, True)
    assert mapped(bare(m.ReferralSource, referral_source_type=SOURCE_TYPE), existing={}).draft.referrer_id is UNSET


@pytest.mark.parametrize(
    ("closed", "closed_at", "sent"), [(None, None, False), (False, None, False), (True, None, True), (None, WHEN, True)]
)
def test_a_case_is_closed_and_gets_its_files_when_everything_is_there(
    closed: bool | None, closed_at: Any, sent: object
) -> None:
    """A closed case may take nothing more, and its files don't exist yet when it is made."""
    result = mapped(bare(m.PatientCase, closed=closed, closed_at=closed_at))
    (change,) = result.follow_ups

    assert isinstance(change, Change)
    assert change.stage is Stage.LINK
    assert change.draft.patient_attachment_ids == Fetch("case_attachments", (Ref("patient_cases", "7"),))
    assert change.draft.closed == sent
    assert (result.draft.closed, result.draft.attendee_ids, result.draft.patient_attachment_ids) == (UNSET,) * 3


def test_an_archived_case_is_archived_after_its_links() -> None:
    """Follow-ups come in the order of their stages."""
    stages = [each.stage for each in mapped(bare(m.PatientCase, archived_at=WHEN)).follow_ups]

    assert stages == [Stage.LINK, Stage.ARCHIVE]


def test_relationships_alerts_and_recalls_are_carried() -> None:
    """Each with its patient, all that it says, and whether it is archived."""
    alert = mapped(bare(m.MedicalAlert, archived_at=WHEN))
    recall = mapped(bare(m.Recall, notes="bring\nshoes"))

    assert alert.draft == m.MedicalAlertDraft(name="Latex", patient_id=PATIENT)
    assert alert.follow_ups == (Archiving(),)
    assert (recall.draft.recall_type_id, recall.draft.notes) == (Ref("recall_types", "3"), "bring\nshoes")
    assert mapped(bare(m.Relationship)).draft == m.RelationshipDraft(
        patient_id=PATIENT, related_patient_id=Ref("patients", "31"), relation=10
    )
