"""Which signatures the API takes."""

from __future__ import annotations

import base64

import attrs
import pytest

from clinikomigrate.client.unset import UNSET
from clinikomigrate.cliniko.models import Content, PatientFormDraft, Question, Section
from clinikomigrate.sinks.cliniko.signatures import as_taken, without_others
from clinikomigrate.transfer.losses import Loss
from tests.sinks.cliniko.destination import Destination


def drawing(text: str = '<svg width="500" height="500"><path d="M0 0"/></svg>') -> str:
    """Makes a data URI of a drawing."""
    return f"data:image/svg+xml;base64,{base64.b64encode(text.encode()).decode()}"


SMALL = drawing()
LARGE = drawing('<svg width="501" height="20"></svg>')
PHOTO = "data:image/png;base64,iVBORw0KGgo="


@pytest.mark.parametrize(
    "image",
    [
        SMALL,
        drawing("<svg></svg>"),
        drawing('<svg stroke-width="900" width="20"></svg>'),
        drawing("<?xml version='1.0'?>\n<svg\n width='499.5px'\n height = '10'>\n</svg>"),
        drawing('<svg viewBox="0 0 900 900"></svg>'),
    ],
)
def test_drawings_of_up_to_500_pixels_are_taken(image: str) -> None:
    """SVG is taken as it is, with lengths in pixels or without any."""
    assert image == as_taken(image)


DRAWN = '<svg width="300"></svg>'


@pytest.mark.parametrize(
    "image",
    [
        DRAWN,
        base64.b64encode(DRAWN.encode()).decode(),
        "data:image/svg+xml,%3Csvg%20width=%22300%22%3E%3C/svg%3E",
        f"data:image/svg+xml;charset=utf-8,{DRAWN}",
        f"data:image/svg+xml;utf8,{DRAWN}",
        f"data:;base64,{base64.b64encode(DRAWN.encode()).decode()}",
    ],
)
def test_drawings_in_another_form_are_written_anew(image: str) -> None:
    """Nothing documents how an account gives a drawing; how it takes one is known."""
    assert drawing(DRAWN) == as_taken(image)


@pytest.mark.parametrize(
    "image",
    [
        LARGE,
        drawing('<svg width="20" height="500.5px"></svg>'),
        drawing('<svg stroke-width="2" width="501"></svg>'),
        PHOTO,
        "https://clinic.example/signature.svg",
        "",
        drawing("<html></html>"),
        "data:image/svg+xml;base64,not base64",
        "data:image/svg+xml;base64,/////w==",
        "data:image/svg+xml;base64,PHN2Zz7/PC9zdmc+",  # no UTF-8
    ],
)
def test_other_images_are_not_taken(image: str) -> None:
    """Photographs, drawings that are too large, addresses and what is no drawing at all stay in the source."""
    assert None is as_taken(image)


def form(*signatures: object) -> PatientFormDraft:
    """Makes a form with a question for each signature."""
    questions = tuple(Question(name="Sign", type="signature", signature=each) for each in signatures)  # type: ignore[arg-type] # the image, or UNSET
    return PatientFormDraft(
        patient_id="1", name="Consent", content=Content(sections=(Section(name="Consent", questions=questions),))
    )


def test_signatures_that_are_not_taken_are_left_out_one_by_one() -> None:
    """Each such signature is a loss; the form, its questions and the other signatures go."""
    draft, losses = without_others(form(SMALL, PHOTO, UNSET, LARGE))

    assert isinstance(draft.content, Content)
    [section] = draft.content.sections or ()
    assert [SMALL, UNSET, UNSET, UNSET] == [question.signature for question in section.questions or ()]
    assert 2 == len(losses)
    assert {Loss("signatures", losses[0].reason)} == set(losses)
    assert "up to 500 by 500 pixels" in losses[0].reason


@pytest.mark.parametrize(
    "draft",
    [
        form(SMALL),
        form(),
        PatientFormDraft(patient_id="1", name="Empty"),
        PatientFormDraft(patient_id="1", name="Empty", content=Content()),
        PatientFormDraft(patient_id="1", name="Empty", content=Content(sections=(Section(name="A"),))),
    ],
)
def test_a_form_without_such_signatures_stays_as_it_is(draft: PatientFormDraft) -> None:
    """Nothing is changed or lost where nothing has to be left out."""
    same, losses = without_others(draft)

    assert draft == same
    assert () == losses


def test_a_form_arrives_without_a_photographed_signature(there: Destination) -> None:
    """The account takes the form, and the loss is counted with it."""
    made = there.sink.create(attrs.evolve(form(SMALL, PHOTO), patient_id=there.patient))

    assert ["signatures"] == [loss.field for loss in made.losses]
    assert "Consent" == there.row("patient_forms", made.id)["name"]
