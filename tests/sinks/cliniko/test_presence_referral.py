"""A patient's referral source: one at most, set and not made."""

from __future__ import annotations

from clinikomigrate.client.unset import UNSET
from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.cliniko.presence import present_referral_sources
from clinikomigrate.transfer.sink import Present
from tests.sinks.cliniko.destination import Destination


def draft(there: Destination, patient: str, notes: str = "from a friend") -> m.ReferralSourceDraft:
    """Makes a referral source."""
    return m.ReferralSourceDraft(patient_id=patient, referral_source_type_id=there.source_type, notes=notes)


def test_patients_with_and_without_one(there: Destination) -> None:
    """What a patient has already is found, and whether it says the same; whoever has none has none."""
    same, other = (
        there.fake.add("referral_sources", patient_id=patient, referral_source_type_id=there.source_type, notes=notes)
        for patient, notes in ((there.patient, "from a friend"), (there.relative, "from the web"))
    )
    drafts = [draft(there, patient) for patient in (there.patient, there.relative, there.third)]

    there_already = [Present(same, same=True), Present(other, same=False, differs=("notes",)), None]

    assert there_already == there.sink.present(drafts)


def test_a_draft_of_nobody_finds_nothing(there: Destination) -> None:
    """Without a patient nothing is asked."""
    before = there.sink.requests_sent

    assert [None] == present_referral_sources(there.client, [m.ReferralSourceDraft(notes="x")])
    assert before == there.sink.requests_sent
    assert UNSET is m.ReferralSourceDraft(notes="x").patient_id


def test_it_is_set_in_place_of_what_was_there(there: Destination) -> None:
    """update() gives the patient another one; there is still one only."""
    there.fake.add("referral_sources", patient_id=there.patient, referral_source_type_id=there.source_type, notes="old")
    there.sink.update("any", draft(there, there.patient, "new"))

    assert ["new"] == [row["notes"] for row in there.fake.rows("referral_sources")]


def test_what_is_planned_has_none_yet(there: Destination) -> None:
    """A patient who is only planned has no referral source; one who is there is asked for."""
    made = there.fake.add(
        "referral_sources", patient_id=there.patient, referral_source_type_id=there.source_type, notes="from a friend"
    )
    drafts = [draft(there, "planned:patients:1"), draft(there, there.patient)]

    assert [None, Present(made, same=True)] == there.sink.foresee(drafts)


def test_the_seat_of_a_planned_appointment_will_be_there(there: Destination) -> None:
    """The account will make the attendee of an individual appointment, and none of a class."""
    real = m.AttendeeDraft(booking_id=there.appointment, patient_id=there.patient)
    lesson = m.AttendeeDraft(booking_id="planned:group_appointments:1", patient_id=there.patient)
    visit = m.AttendeeDraft(booking_id="planned:individual_appointments:1", patient_id="planned:patients:1")
    foreseen = there.sink.foresee([visit, lesson, real])

    assert [True, False, True] == [each is not None for each in foreseen]
    assert Present(there.attendee, same=True) == foreseen[2]


def test_looks_that_only_a_run_takes_are_foreseen(there: Destination) -> None:
    """Of what points at planned records a plan asks nothing; a run does, 100 bookings or patients at once."""
    planned = [
        m.AttendeeDraft(booking_id=f"planned:group_appointments:{number}", patient_id=there.patient)
        for number in range(110)
    ]
    real = m.AttendeeDraft(booking_id=there.appointment, patient_id=there.patient)
    relatives = [
        m.RelationshipDraft(patient_id=f"planned:patients::{number}", related_patient_id="planned:patients::0")
        for number in range(1, 101)
    ]
    sources = [draft(there, "planned:patients::1"), draft(there, there.patient)]
    before = there.sink.requests_sent

    assert [2, 1, 0, 0] == [there.sink.foresee_looks(each) for each in (planned, [*planned, real], [real], [])]
    assert 2 == there.sink.foresee_looks(relatives)
    assert 1 == there.sink.foresee_looks(sources)
    assert 0 == there.sink.foresee_looks([there.draft("medical_alerts")])
    assert before == there.sink.requests_sent


def test_nothing_is_foreseen_of_what_the_account_does_not_make(there: Destination) -> None:
    """Kinds that are always made by the transfer need no look."""
    before = there.sink.requests_sent

    assert [None] == there.sink.foresee([there.draft("medical_alerts")])
    assert before == there.sink.requests_sent
