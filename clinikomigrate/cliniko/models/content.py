"""The inside of notes, forms and their templates: sections of questions.

One family of classes serves all four kinds of record. They are read and written alike, so each attribute tells three
things apart: `UNSET` for a key that isn't there, `None` for null, and a value. `UNSET` is false in a condition, as
None is.

What the API sends can't be sent back as it came. To write it, set to `UNSET` a `name` or `description` that is null, an
`answer` or `answers` that is empty, and each `selected` that isn't true; leave out questions of type `bodycharts`. What
is in `extra` is never sent.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from clinikomigrate.client.entity import Part
from clinikomigrate.client.unset import UNSET, Unset


@attrs.frozen(kw_only=True, repr=False)
class AnswerOption(Part):
    """One of the answers that a question offers.

    Attributes:
        value: The label. At most 255 characters.
        selected: Whether it is ticked. Only true can be written; templates have no such key.
    """

    value: str | Unset | None = UNSET
    selected: bool | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class OtherAnswer(Part):
    """The answer in one's own words beside those that a question offers.

    Attributes:
        enabled: Whether the question offers it.
        selected: Whether it is ticked. Only true can be written, and only where `enabled` is true.
        value: What was written. At most 255 characters.
        label: What it is called, in questions of type `select`. At most 50 characters.
    """

    enabled: bool | Unset | None = UNSET
    selected: bool | Unset | None = UNSET
    value: str | Unset | None = UNSET
    label: str | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class Question(Part):
    """One question, with its answer where it is not a template's.

    Every type of question is this one class; each uses the attributes that it needs. A type that isn't listed here
    keeps what it brings in `extra`.

    Attributes:
        name: The question's own words. At most 255 characters.
        type: Notes and forms have `text`, `paragraph`, `date`, `checkboxes` and `radiobuttons`; notes also
            `bodycharts`; forms also `signature`, `address`, `full_name`, `phone`, `pronouns` and `select`.
        required: Forms only: whether the form can be completed without an answer. Null is refused.
        answer: Of `text` the text; of `paragraph` HTML, of which the API keeps `p div br ul ol li blockquote h1 h2 b i
            u a`; of `date` an ISO date; of `select` the chosen option. Of `address`, `full_name` and `pronouns` an
            object, of `phone` a list of objects, as JSON has them. A template can give one to a `paragraph` only.
        answers: Of `checkboxes` and `radiobuttons` what can be ticked; of radio buttons one at most.
        other: Of `checkboxes`, `radiobuttons` and `select` the answer in one's own words.
        options: Of `select` the list of choices; of `full_name` which further parts of a name are asked for
            (`title_enabled`, `preferred_first_name_enabled`).
        body_chart_ids: Of `bodycharts` the drawings. The API doesn't give the drawings, and the ids mean nothing in
            another account.
        signature_id: Of `signature` which one was given, to be fetched as a `Signature`. Means nothing in another
            account.
        signature: Of `signature`, to be written only: an SVG of at most 500 by 500 pixels as a `data:` URI. The API
            answers with a new `signature_id`.
        custom_field_token: The patient's custom field that the answer goes into.
        patient_field_connection: The patient's field that the answer goes into: `address`, `full_name`, `phone`,
            `pronouns`, `gender_identity`, `sex`.
    """

    name: str | Unset | None = UNSET
    type: str | Unset | None = UNSET
    required: bool | Unset | None = UNSET
    answer: str | Mapping[str, object] | tuple[Mapping[str, object], ...] | Unset | None = attrs.field(
        default=UNSET, hash=False, metadata={"raw": True}
    )
    answers: tuple[AnswerOption, ...] | Unset | None = UNSET
    other: OtherAnswer | Unset | None = UNSET
    options: tuple[str, ...] | Mapping[str, object] | Unset | None = attrs.field(
        default=UNSET, hash=False, metadata={"raw": True}
    )
    body_chart_ids: tuple[str, ...] | Unset | None = UNSET
    signature_id: str | Unset | None = UNSET
    signature: str | Unset | None = UNSET
    custom_field_token: str | Unset | None = UNSET
    patient_field_connection: str | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class Section(Part):
    """A titled run of questions.

    Attributes:
        name: The title. At most 255 characters; null is refused.
        description: Null is refused, and older accounts refuse more than 10,000 characters.
        questions: In the order in which they are asked.
    """

    name: str | Unset | None = UNSET
    description: str | Unset | None = UNSET
    questions: tuple[Question, ...] | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class Content(Part):
    """All that a note, a form or a template asks and says.

    Attributes:
        sections: In the order in which they are shown. A record without any has null for its whole content.
    """

    sections: tuple[Section, ...] | Unset | None = UNSET
