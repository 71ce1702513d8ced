"""Each record is told once, in a document of its own or in its client's, and again only as it is now."""

from __future__ import annotations

from io import BytesIO

import attrs
import pytest
from pypdf import PdfReader

from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko import models as m
from clinikomigrate.errors import ArchiveError, TransferError
from clinikomigrate.sinks.splose import reasons
from clinikomigrate.sinks.splose.archive.drawings import LATER as TRIED_LATER
from clinikomigrate.sinks.splose.archive.drawings import Drawings
from clinikomigrate.sinks.splose.documents.showing import version
from clinikomigrate.sinks.splose.telling.ledger import Issue, Ledger
from tests.sinks.splose.documents.samples import LATER, PATIENT, WHEN
from tests.sinks.splose.documents.test_signed import photographed
from tests.sinks.splose.telling.scene import ALERT, FORM, NOTE, OWNER, Scene

NOTE_FILE = "2024-03-13 treatment-note 7.pdf"
REST_FILE = "2024-03-13 patient-record 42.pdf"
CHANGED = attrs.evolve(NOTE, title="Review", updated_at=LATER)
AMY: Ref[m.Practitioner] = Ref("practitioners", "3")


def test_a_note_and_a_form_each_have_a_document(scene: Scene) -> None:
    """Its id is the file's; whoever tells it again gets the same, and nothing is sent."""
    scene.keep(NOTE, FORM)
    made = [scene.teller().create(scene.draft(each)) for each in (NOTE, FORM)]
    again = [scene.teller().create(scene.draft(each)) for each in (NOTE, FORM)]

    assert scene.files == [NOTE_FILE, "2024-03-13 patient-form 8.pdf"]
    assert [each.id for each in made] == [str(row["id"]) for row in scene.there.fake.rows("patient_files")]
    assert again == made
    assert "Knee" in next(scene.texts())
    assert scene.on_their_way == []


def test_a_note_that_changed_has_one_more_document(scene: Scene) -> None:
    """Its name and first line say so, its id stays, and that the earlier one is still there is a loss."""
    scene.keep(NOTE)
    first = scene.teller().create(scene.draft(NOTE))
    scene.keep(CHANGED)
    for _ in range(2):
        made = scene.teller().update(first.id, scene.draft(CHANGED))

        assert made.id == first.id
        assert [(loss.field, loss.reason) for loss in made.losses] == [("record", reasons.EARLIER)]
    assert scene.files == [NOTE_FILE, "2024-03-13 treatment-note 7 version 2.pdf"]
    assert "Version 2. It was changed" in list(scene.texts())[1]


def test_all_the_rest_stands_in_one_document(scene: Scene) -> None:
    """Without notes and forms, which have their own; told again, it is not sent again."""
    scene.keep(NOTE, FORM, ALERT, m.PatientCase(id="10", name="Knee case", patient=OWNER, created_at=WHEN))
    for _ in range(2):
        assert scene.tell().losses == ()
    (text,) = scene.texts()

    assert scene.files == [REST_FILE]
    assert ("Latex" in text, "Knee case" in text, "Intake" in text) == (True, True, False)


def test_collected_all_stands_in_one_document(scene: Scene) -> None:
    """Notes and forms too."""
    scene.keep(NOTE, FORM, ALERT)
    scene.tell("collected")
    (text,) = scene.texts()

    assert all(word in text for word in ("Latex", "Initial consult", "Intake"))


def test_of_whom_there_is_nothing_nothing_is_told(scene: Scene) -> None:
    """No empty document."""
    scene.tell()

    assert scene.files == []
    assert scene.owed(ALERT) == ["42"]


def test_what_is_new_or_changed_stands_in_a_further_document(scene: Scene) -> None:
    """And nothing else does."""
    scene.keep(ALERT)
    scene.tell()
    scene.keep(attrs.evolve(ALERT, id="11", name="Nuts"))
    scene.tell()
    scene.keep(attrs.evolve(ALERT, archived_at=LATER))
    scene.tell()
    _, second, third = scene.texts()

    assert scene.files == [
        REST_FILE,
        "2024-03-13 patient-record 42 addition 1.pdf",
        "2024-03-13 patient-record 42 addition 2.pdf",
    ]
    assert ("Addition 1." in second, "Nuts" in second, "Latex" in second) == (True, True, False)
    assert ("Nuts" in third, "Latex" in third, "Archived on" in third) == (False, True, True)


def test_a_document_waits_once_for_a_signature(scene: Scene) -> None:
    """Which could not be read yet, for Splose takes no document back; a document of the form's own never comes so far.

    If the next run can't read it either, the document says so.
    """
    question = m.Question(name="Sign here", type="signature", signature_id="77")
    form = attrs.evolve(FORM, content=m.Content(sections=(m.Section(questions=(question,)),)))
    scene.keep(form, ALERT)
    Drawings(scene.archive).lacks(form, "77", TRIED_LATER)
    with pytest.raises(TransferError, match="drawn signature of patient_forms 8 could not be read yet"):
        scene.tell("collected")

    assert scene.files == []

    scene.tell("collected")
    (text,) = scene.texts()

    assert "number 77 in Cliniko, and could not be had from there." in " ".join(text.split())


@pytest.mark.parametrize("arrangement", ["each", "collected"])
def test_a_document_shows_the_signatures_that_are_kept(scene: Scene, arrangement: str) -> None:
    """And says under whom Cliniko has them."""
    question = m.Question(name="Sign here", type="signature", signature_id="78")
    form = attrs.evolve(FORM, id="80", content=m.Content(sections=(m.Section(questions=(question,)),)))
    scene.keep(form, m.User(id="3", first_name="Amy", last_name="Ng"))
    Drawings(scene.archive).keep(form, m.Signature(id="78", image=photographed(), user=Ref("users", "3")))
    if arrangement == "each":
        scene.teller().create(scene.draft(form))
    else:
        scene.tell(arrangement)
    (row,) = scene.there.fake.rows("patient_files")
    (page,) = PdfReader(BytesIO(row["content"])).pages

    assert "number 78 in Cliniko, under the user Amy Ng." in " ".join(page.extract_text().split())
    assert len(page.images) == 1


def test_what_was_so_once_and_is_again_is_told_again(scene: Scene) -> None:
    """The last document must not say what isn't so any more."""
    for archived in (None, LATER, None):
        scene.keep(attrs.evolve(ALERT, archived_at=archived))
        scene.tell()

    assert len(scene.files) == 3


def test_who_changes_the_arrangement_has_nothing_twice(scene: Scene) -> None:
    """A note that stands in one kind of document is not told in the other, unless it changed."""
    scene.keep(NOTE, FORM)
    own = scene.teller().create(scene.draft(NOTE))
    scene.tell("collected")
    form = scene.teller().create(scene.draft(FORM))
    again = scene.teller().create(scene.draft(NOTE))

    assert scene.files == [NOTE_FILE, REST_FILE]
    assert "Initial consult" not in list(scene.texts())[1]
    assert again == own
    assert form.id == f"{scene.there.fake.rows('patient_files')[1]['id']}#8"


def test_visits_are_told_as_places_in_appointments(scene: Scene) -> None:
    """With the names of what they point at; an appointment without an attendee too, one that isn't known never."""
    seat = m.Attendee(id="20", booking=Ref("bookings", "21"), patient=OWNER, arrived=True)
    scene.keep(
        m.GroupAppointment(id="21", starts_at=WHEN, practitioner=AMY, patient_ids=("42",)),
        m.IndividualAppointment(id="22", starts_at=LATER, patient=OWNER, notes="By phone"),
        m.IndividualAppointment(id="24", starts_at=LATER, patient=OWNER, notes="With a place"),
        m.Practitioner(id="3", first_name="Amy", last_name="Ng"),
    )
    scene.keep(
        seat,
        attrs.evolve(seat, id="23", booking=Ref("bookings", "99")),
        attrs.evolve(seat, id="25", booking=None),
        attrs.evolve(seat, id="26", booking=Ref("bookings", "24"), arrived=False),
    )
    scene.tell()
    (text,) = scene.texts()

    assert all(word in text for word in ("Amy Ng", "Group appointment", "Arrived.", "By phone", "Did not arrive."))
    assert text.count("With a place") == 1


def test_who_was_merged_is_told_with_who_remains(scene: Scene) -> None:
    """On pages that say who remains."""
    loser = m.Patient(id="50", first_name="Zo", merged_with_patient=OWNER)
    theirs: Ref[m.Patient] = Ref("patients", "50")
    scene.keep(loser, attrs.evolve(ALERT, patient=theirs))
    note = attrs.evolve(NOTE, patient=theirs)
    scene.keep(note)
    scene.teller().create(scene.draft(note))
    scene.tell()

    assert scene.files == [NOTE_FILE, REST_FILE]
    assert all("Zoë Hollowell" in text for text in scene.texts())


def test_who_was_merged_after_both_were_told_is_not_told_again(scene: Scene) -> None:
    """What stands in the other client's document comes along when a person merges the two."""
    theirs: Ref[m.Patient] = Ref("patients", "50")
    scene.keep(m.Patient(id="50", first_name="Zo"))
    scene.keep(ALERT, attrs.evolve(ALERT, id="12", name="Nuts", patient=theirs))
    other = scene.there.ada()
    scene.tell()
    scene.tell(client=other, patient="50")

    assert scene.owed(m.Patient(id="50", first_name="Zo", merged_with_patient=OWNER)) == ["42"]
    scene.tell()
    assert len(scene.files) == 2
    assert scene.owed(m.Patient(id="50", first_name="Zo", merged_with_patient=OWNER)) == []


def test_what_a_client_was_told_who_is_gone_is_told_again(scene: Scene) -> None:
    """The document went with the client."""
    nuts = attrs.evolve(ALERT, id="12", name="Nuts", patient=Ref("patients", "50"))
    scene.keep(m.Patient(id="50", merged_with_patient=OWNER), nuts)
    gone = Issue("999", "patient-record 50", 1, "50", ("a.pdf",), {("medical_alerts", "12"): version(nuts)}, ("1",))
    Ledger(scene.archive).keep(gone)
    scene.tell()

    assert ["Nuts" in text for text in scene.texts()] == [True]


def test_who_is_owed_more(scene: Scene) -> None:
    """Who had been told all, when a record is new or reads otherwise. Who hadn't is owed it anyway."""
    assert scene.owed(ALERT) == []
    assert scene.owed(PATIENT) == ["42"]
    scene.tell()

    assert scene.owed() == []
    assert scene.owed(ALERT, ALERT) == []
    assert scene.owed(attrs.evolve(ALERT, updated_at=LATER)) == []
    assert scene.owed(attrs.evolve(ALERT, name="Nuts"), attrs.evolve(ALERT, id="13")) == ["42"]
    assert scene.owed(attrs.evolve(ALERT, id="14", patient=Ref("patients", "43"))) == []
    assert scene.owed(attrs.evolve(ALERT, id="15", patient=None)) == []
    assert scene.owed(PATIENT) == []
    assert scene.owed(m.Business(id="1")) == []
    assert scene.owed(NOTE) == []
    assert scene.owed(NOTE, arrangement="collected") == ["42"]


def test_a_class_that_changes_is_owed_to_all_who_have_a_place_in_it(scene: Scene) -> None:
    """Those who cancelled too."""
    group = m.GroupAppointment(id="21", starts_at=WHEN)
    seats = [
        m.Attendee(id="30", booking=Ref("group_appointments", "21"), patient=OWNER),
        m.Attendee(id="31", booking=Ref("bookings", "21"), patient=Ref("patients", "43"), cancelled_at=LATER),
        m.Attendee(id="32", booking=Ref("bookings", "21")),
    ]
    scene.keep(attrs.evolve(PATIENT, id="43"), group)
    scene.keep(*seats)
    scene.tell()
    scene.tell(client=scene.there.ada(), patient="43")

    assert scene.owed(group) == []
    assert scene.owed(attrs.evolve(group, starts_at=LATER)) == ["42", "43"]


def test_a_folder_that_is_not_the_one_of_the_earlier_runs(scene: Scene) -> None:
    """It doesn't hold who is to be told, and that is said, instead of leaving them out."""
    with pytest.raises(ArchiveError, match="doesn't hold patients 77: give the folder that the earlier runs had"):
        scene.tell(patient="77")
    with pytest.raises(ArchiveError, match="doesn't hold treatment_notes 7"):
        scene.teller().create(scene.draft(NOTE))
