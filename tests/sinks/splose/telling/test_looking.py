"""Characters that no font has are told before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.splose.codes import CODES
from clinikomigrate.sinks.splose.documents.fonts import Fonts
from clinikomigrate.sinks.splose.documents.letters import Letters
from clinikomigrate.sinks.splose.telling.looking import FurtherUnknownLetters, UnknownLetters
from clinikomigrate.transfer.findings import Finding
from clinikomigrate.transfer.mapper import Skip
from clinikomigrate.transfer.survey import Survey
from tests.sinks.splose.documents.samples import PATIENT
from tests.sinks.splose.telling.scene import NOTE
from tests.sinks.splose.workspace import There

LETTERS = Letters(Fonts())


def said(findings: Iterable[Finding]) -> list[str]:
    """Gives what findings say, all of which are in the table and say what to do."""
    found = list(findings)
    assert all(CODES.by_name[each.code].level is each.level for each in found)
    assert all("fonts=" in each.remedy for each in found)
    return [each.message.removesuffix(": documents show their numbers instead.") for each in found]


def found(*entities: Any, names: Mapping[Ref[Any], str] | None = None, unused: str = "") -> list[str]:
    """Looks at records as preflight does, and gives what is said of them."""
    survey = Survey(None, names=names or {}, in_use=lambda ref, excluded=(): ref.id != unused)
    look = UnknownLetters(LETTERS, survey)
    for each in entities:
        assert each.kind in look.kinds
        look.take(each, Skip("whatever"))
    return said(look.findings())


def planned(*entities: Any) -> list[str]:
    """Looks at records as a plan does, and gives what is said of them."""
    look = FurtherUnknownLetters(LETTERS)
    for each in entities:
        look.take(each)
    return said(look.findings())


def test_it_is_told_which_writings_lack_a_font() -> None:
    """And in how many records; no character, and nothing of whom."""
    other = attrs.evolve(NOTE, id="12", title="膝 \U0001f9b5 \ue000 \u3002 \u0e2a")
    patient = attrs.evolve(PATIENT, id="43", first_name="小明")
    referred = attrs.evolve(PATIENT, id="44", old_reference_id="明")

    assert found(PATIENT, patient, referred, NOTE, other, attrs.evolve(other, id="13", title="\x07")) == [
        "In the names or references of 2 patients stand 3 characters that no font has (CJK)",
        (
            "In 2 treatment notes stand 6 characters that no font has (CJK, THAI, control and private characters, "
            "other signs, symbols and emoji)"
        ),
    ]


def test_nothing_is_said_where_all_can_be_shown() -> None:
    """Of whatever writing the fonts have, in however many lines."""
    shown = "Колено ἀγωγή\nđầu gối ركبة ברך"

    assert found(NOTE, attrs.evolve(NOTE, title=shown), PATIENT, m.Patient(id="9")) == []
    assert planned(m.MedicalAlert(id="1", name=shown), m.IndividualAppointment(id="1", notes=shown)) == []


def test_the_names_of_what_documents_name_are_looked_at() -> None:
    """Of businesses, practitioners and appointment types only where they are in use, and of nobody else."""
    names: dict[Ref[Any], str] = {
        Ref("businesses", "1"): "北",
        Ref("businesses", "2"): "North",
        Ref("practitioners", "3"): "明",
        Ref("treatment_note_templates", "4"): "膝",
        Ref("users", "5"): "明",
    }

    assert found(names=names, unused="3") == [
        "In the names of 1 business stands 1 character that no font has (CJK)",
        "In the names of 1 treatment note template stands 1 character that no font has (CJK)",
    ]


def test_a_plan_looks_at_all_else_that_documents_tell() -> None:
    """What preflight has looked at already is not counted again."""
    section = m.Section(questions=(m.Question(name="膝", type="text", answer="明"),))

    assert planned(
        attrs.evolve(NOTE, title="膝"),
        attrs.evolve(PATIENT, first_name="小明"),
        m.MedicalAlert(id="1", name="Latex 明"),
        m.PatientCase(id="2", name="膝", notes="Knee"),
        m.PatientForm(id="3", name="Intake", content=m.Content(sections=(section,))),
        m.SmsCommunication(id="4", content="明天"),
        m.Recall(id="5", notes="明"),
    ) == [
        "In 1 medical alert stands 1 character that no font has (CJK)",
        "In 1 patient case stands 1 character that no font has (CJK)",
        "In 1 patient form stand 2 characters that no font has (CJK)",
        "In 1 communication stand 2 characters that no font has (CJK)",
    ]


def test_what_is_noted_with_appointments_is_told_once() -> None:
    """Though an attendee repeats it; a record that is shown again is counted once, too."""
    booking = m.IndividualAppointment(id="1", notes="膝", cancellation_note="明")
    seats = [
        m.Attendee(id="2", booking=Ref("bookings", "1"), notes="膝"),
        m.Attendee(id="3", booking=Ref("bookings", "1"), notes="天"),
        m.Attendee(id="4", notes="天\n天"),
    ]

    assert planned(booking, booking, m.GroupAppointment(id="9", notes="Knee"), *seats) == [
        "In 1 individual appointment stand 2 characters that no font has (CJK)",
        "In 2 attendees stand 3 characters that no font has (CJK)",
    ]


def test_a_contact_is_told_where_a_case_names_it() -> None:
    """Documents name no other contact."""
    contacts = [
        m.Contact(id="1", first_name="明", last_name="Ng"),
        m.Contact(id="2", company_name="明"),
        m.Contact(id="3", first_name="明"),
        m.Contact(id="4", first_name="Ada"),
    ]
    cases = [m.PatientCase(id=str(id), name="Knee", contact=Ref("contacts", str(id))) for id in (1, 2, 4)]

    assert planned(*contacts, *cases, m.PatientCase(id="9", name="Knee")) == [
        "In the names of 2 contacts stand 2 characters that no font has (CJK)"
    ]


def test_a_sink_that_makes_no_documents_looks_at_nothing(there: There) -> None:
    """And one that makes some at nothing before both accounts were read."""
    there.sink._letters = None

    assert [*there.sink.looks(), *there.sink.plan_looks()] == []
