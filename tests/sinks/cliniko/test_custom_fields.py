"""Patients' custom fields, from one account's tokens to another's."""

from __future__ import annotations

from typing import Any

import pytest

from clinikomigrate.client.converter import structure, unstructure
from clinikomigrate.client.unset import UNSET
from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.cliniko import custom_fields
from clinikomigrate.sinks.cliniko.custom_fields import missing, reachable, tokens, translate, with_unreached
from clinikomigrate.sinks.reasons import CUT
from clinikomigrate.testing.rules.people import _check_custom_fields


def definition(*fields: dict[str, Any], name: str = "Health", archived: bool = False) -> m.CustomFields:
    """Makes a definition with one section, whose token is its name in small letters."""
    section = {"name": name, "token": name.lower(), "archived": archived, "fields": list(fields)}
    return structure(m.CustomFields, {"sections": [section]}, where="GET /settings")


def field(name: str, kind: str, *options: str, own: bool = False, **more: Any) -> dict[str, Any]:
    """Makes a field of a definition, with tokens made of its names."""
    choices = {"options": [option(each) for each in options], "other": {"enabled": own, "archived": False}}
    given = choices if kind in ("checkboxes", "radiobuttons") else {}
    return {"name": name, "token": f"{name} token", "type": kind, "archived": False, **given, **more}


def option(name: str, **more: Any) -> dict[str, Any]:
    """Makes an option of a definition."""
    return {"name": name, "token": f"{name} token", "archived": False, **more}


def written(name: str, kind: str, *ticked: str, section: str = "Health", **more: Any) -> m.CustomFields:
    """Makes what a patient has in one field; the tokens are the source's."""
    options = [{"name": each, "token": f"source {each}", "archived": False, "selected": True} for each in ticked]
    given = {"options": [*options, {"name": "Unticked", "token": "u", "selected": False}]} if options else {}
    value = {"name": name, "token": "source", "type": kind, "archived": False, **given, **more}
    body = {"sections": [{"name": section, "token": "s", "archived": False, "fields": [value]}]}
    return structure(m.CustomFields, body, where="GET /patients")


def sent(result: custom_fields.Translated) -> Any:
    """Gives the one field that is sent."""
    assert result.fields
    body: Any = unstructure(result.fields)
    assert [section["token"] for section in body["sections"]] == ["health"]
    return body["sections"][0]["fields"][0]


@pytest.mark.parametrize("kind", ["text", "paragraph"])
def test_values_go_into_the_field_of_the_same_name(kind: str) -> None:
    """Tokens differ; section and field are matched by name, whatever its case and blanks."""
    there = definition(field("GP", kind))
    result = translate(written(" gp ", kind, section="HEALTH", value="Dr Sample"), there)

    assert sent(result) == {"token": "GP token", "value": "Dr Sample"}
    assert result.losses == ()


def test_chosen_options_go_by_name_and_only_they() -> None:
    """What isn't ticked isn't sent; own words go where the field takes them."""
    there = definition(field("Conditions", "checkboxes", "Asthma", "Gout", own=True))
    other = {"enabled": True, "archived": False, "selected": True, "value": "Migraine"}
    result = translate(written("Conditions", "checkboxes", "Gout", other=other), there)

    assert sent(result) == {
        "token": "Conditions token",
        "options": [{"token": "Gout token", "selected": True}],
        "other": {"selected": True, "value": "Migraine"},
    }
    assert result.losses == ()


@pytest.mark.parametrize(
    "fields",
    [
        None,
        m.CustomFields(),
        written("GP", "text", value=""),
        written("GP", "text", value=None),
        written("GP", "checkboxes", options=[{"name": "Asthma", "selected": False}]),
        written("GP", "checkboxes", other={"enabled": True, "selected": True, "value": " "}),
        written("GP", "checkboxes", other={"enabled": True, "selected": False, "value": "left over"}),
    ],
)
def test_blanks_are_left_out(fields: m.CustomFields | None) -> None:
    """The API refuses them, and they say nothing."""
    there = definition(field("GP", "text"))

    assert translate(fields, there) == custom_fields.Translated(UNSET)
    assert translate(fields, None) == custom_fields.Translated(UNSET)


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        (None, custom_fields.NO_SECTION),
        (definition(field("GP", "text"), name="Other"), custom_fields.NO_SECTION),
        (definition(field("GP", "text"), archived=True), custom_fields.NO_SECTION),
        (definition(field("Doctor", "text")), custom_fields.NO_FIELD),
        (definition(field("GP", "text", archived=True)), custom_fields.NO_FIELD),
        (definition(field("GP", "text"), field("gp", "text")), custom_fields.NO_FIELD),
        (definition(field("GP", "date")), custom_fields.OTHER_TYPE),
    ],
)
def test_what_has_no_place_is_a_loss_with_the_fields_name_and_without_its_value(
    there: m.CustomFields | None, expected: str
) -> None:
    """A field that is missing, archived, ambiguous or of another type takes nothing."""
    result = translate(written("GP", "text", value="Dr Secret"), there)

    assert result.fields is UNSET
    assert [(loss.field, loss.reason) for loss in result.losses] == [("custom_fields[Health / GP]", expected)]
    assert "Secret" not in repr(result.losses)


@pytest.mark.parametrize(
    ("fields", "counts"),
    [
        (written("GP", "text", value="Dr Secret"), False),
        (written("GP", "text", value="Dr Secret", archived=True), True),
        (written("Hand", "radiobuttons", options=[option("Left", selected=True, archived=True)]), True),
        (
            written(
                "Hand", "radiobuttons", "Left", options=[option("Left", selected=True), option("Both", archived=True)]
            ),
            False,
        ),
        (written("Hand", "radiobuttons", other={"selected": True, "value": "x", "archived": True}), True),
        (written("Hand", "radiobuttons", other={"selected": True, "value": "x", "archived": False}), False),
    ],
)
def test_values_in_what_the_source_has_retired_are_counted_beforehand(fields: m.CustomFields, *, counts: bool) -> None:
    """A comparison of definitions passes over what is archived, so that only a look at patients shows it."""
    there = definition(field("Hand", "radiobuttons", "Right"))

    assert [counts] == [loss.mended for loss in translate(fields, there).losses]


def test_values_in_a_section_that_the_source_has_retired_are_counted_beforehand() -> None:
    """Nothing in such a section is in use."""
    value = {"name": "Club", "token": "source", "type": "text", "archived": False, "value": "Tigers"}
    body = {"sections": [{"name": "Sport", "token": "s", "archived": True, "fields": [value]}]}

    assert [True] == [
        loss.mended for loss in translate(structure(m.CustomFields, body, where="GET /patients"), None).losses
    ]


def patient(*fields: dict[str, Any]) -> dict[str, Any]:
    """Makes what a patient has in a section about health."""
    return {"name": "Health", "token": "s", "archived": False, "fields": list(fields)}


@pytest.mark.parametrize("apart", [False, True], ids=["one section", "two sections"])
def test_a_field_is_given_one_value(*, apart: bool) -> None:
    """Of two fields of one name the one in use takes the place, whichever comes first; the other one is a loss."""
    old = {"name": "Allergies", "token": "a", "type": "text", "archived": True, "value": "Nuts"}
    new = {"name": "allergies", "token": "b", "type": "text", "archived": False, "value": "Eggs"}
    sections = [patient(old), patient(new)] if apart else [patient(old, new)]
    fields = structure(m.CustomFields, {"sections": sections}, where="GET /patients")
    result = translate(fields, definition(field("Allergies", "text")))

    assert sent(result) == {"token": "Allergies token", "value": "Eggs"}
    assert result.fields
    assert 1 == len(result.fields.sections or ())
    assert [("custom_fields[Health / Allergies]", custom_fields.SAME_NAME, True)] == [
        (loss.field, loss.reason, loss.mended) for loss in result.losses
    ]


def test_a_value_that_is_not_of_its_type_is_a_loss() -> None:
    """A date that is none would have the whole patient refused."""
    there = definition(field("Scan", "date"))

    assert sent(translate(written("Scan", "date", value="2024-03-14"), there))["value"] == "2024-03-14"
    assert translate(written("Scan", "date", value="last week"), there).losses[0].reason == custom_fields.NOT_ITS_TYPE
    strange = definition(field("Sketch", "drawing"))
    assert translate(written("Sketch", "drawing", value="x"), strange).losses[0].reason == custom_fields.NOT_ITS_TYPE


def test_wider_types_take_the_values_of_narrower_ones() -> None:
    """A line fits into a paragraph, and one choice into several."""
    boxes = definition(field("Side", "checkboxes", "Left"))

    assert sent(translate(written("GP", "text", value="Dr"), definition(field("GP", "paragraph"))))["value"] == "Dr"
    assert sent(translate(written("Side", "radiobuttons", "Left"), boxes))["options"]


def test_options_and_own_words_that_the_field_lacks_are_losses() -> None:
    """The others of the field still go."""
    there = definition(field("Conditions", "checkboxes", "Asthma", "Gout"))
    other = {"enabled": True, "selected": True, "value": "Migraine"}
    result = translate(written("Conditions", "checkboxes", "Asthma", "Lupus", other=other), there)

    assert sent(result) == {"token": "Conditions token", "options": [{"token": "Asthma token", "selected": True}]}
    assert [loss.reason for loss in result.losses] == [custom_fields.NO_OPTION, custom_fields.NO_OWN_WORDS]
    nothing = translate(written("Conditions", "checkboxes", "Lupus"), there)
    assert nothing.fields is UNSET
    assert nothing.losses[0].reason == custom_fields.NO_OPTION


def test_archived_own_words_take_nothing() -> None:
    """What is archived in the destination is no longer offered there."""
    archived = field("Conditions", "checkboxes", "Asthma", other={"enabled": True, "archived": True})
    other = {"enabled": True, "selected": True, "value": "Migraine"}

    assert [custom_fields.NO_OWN_WORDS] == [
        loss.reason for loss in translate(written("Conditions", "checkboxes", other=other), definition(archived)).losses
    ]


def test_radio_buttons_take_one_choice() -> None:
    """More would have the whole patient refused."""
    there = definition(field("Side", "radiobuttons", "Left", "Right", own=True))
    other = {"enabled": True, "selected": True, "value": "w" * 300}
    both = translate(written("Side", "radiobuttons", "Left", "Right", other=other), there)
    own = translate(written("Side", "radiobuttons", other=other), there)

    assert sent(both) == {"token": "Side token", "options": [{"token": "Left token", "selected": True}]}
    assert [loss.reason for loss in both.losses] == [CUT, custom_fields.ONE_ONLY]
    assert sent(own) == {"token": "Side token", "other": {"selected": True, "value": "w" * 255}}
    assert [loss.reason for loss in own.losses] == [CUT]


def test_what_is_sent_is_taken_by_the_api() -> None:
    """The simulated account, which checks as strictly as is known, has nothing against it."""
    fields = (field("GP", "text"), field("Side", "radiobuttons", "Left", own=True), field("Scan", "date"))
    there = definition(*fields)
    plain: Any = unstructure(there)
    for source in (
        written("GP", "text", value="Dr"),
        written("Side", "radiobuttons", "Left"),
        written("Side", "radiobuttons", other={"enabled": True, "selected": True, "value": "Both"}),
        written("Scan", "date", value="2024-03-14"),
    ):
        result = translate(source, there)
        assert result.fields
        _check_custom_fields(unstructure(result.fields), plain)


def test_fields_of_two_definitions_are_matched_by_name() -> None:
    """For questions of forms that fill them in; types must fit."""
    here = definition(
        field("GP", "text", token="a"), field("Scan", "date", token="b"), field("Gone", "text", token="c"),
        field("Shoe", "text", token="d"), field("Bare", "text", token=None),
    )  # fmt: skip
    there = definition(
        field("gp", "paragraph"), field("Scan", "text"), field("Shoe", "text", token=None), field("Bare", "text")
    )

    assert tokens(here, there) == {"a": "gp token"}
    assert tokens(None, there) == {}
    assert tokens(here, None) == {}


def test_a_field_without_a_name_has_no_place() -> None:
    """There is nothing to find it by."""
    nameless = written("", "text", value="Dr Sample", section="")

    assert [("custom_fields[]", custom_fields.NO_SECTION)] == [
        (loss.field, loss.reason) for loss in translate(nameless, definition(field("", "text"), name="")).losses
    ]


def test_definitions_of_the_same_names_lack_nothing() -> None:
    """Whatever the tokens, the order and the case; a wider field holds what a narrower one has."""
    here = definition(field("GP", "text"), field("Hand", "radiobuttons", "Left", "Right", own=True))
    there = definition(field("hand", "checkboxes", "RIGHT", "left", own=True), field("gp", "paragraph"), name="health")

    assert [] == missing(here, there)


@pytest.mark.parametrize(
    ("here", "there", "expected"),
    [
        (definition(field("GP", "text")), None, ["Health"]),
        (definition(field("GP", "text")), definition(field("GP", "text"), archived=True), ["Health"]),
        (definition(field("GP", "text")), definition(), ["Health / GP"]),
        (definition(field("GP", "text")), definition(field("GP", "text", archived=True)), ["Health / GP"]),
        (
            definition(field("GP", "text")),
            definition(field("GP", "text"), field("gp", "text")),
            ["Health / GP (more than one there)"],
        ),
        (
            definition(field("Hand", "checkboxes", "Left")),
            definition(field("Hand", "checkboxes", "Left", "left")),
            ["Health / Hand / Left (more than one there)"],
        ),
        (definition(field("GP", "paragraph")), definition(field("GP", "text")), ["Health / GP (another type there)"]),
        (
            definition(field("Hand", "checkboxes", "Left", "Right")),
            definition(field("Hand", "checkboxes", "Right")),
            ["Health / Hand / Left"],
        ),
        (
            definition(field("Hand", "checkboxes", "Left", own=True)),
            definition(field("Hand", "checkboxes", "Left")),
            ["Health / Hand (no words of one's own there)"],
        ),
        (definition(field("", "text")), definition(), ["Health / (no name)"]),
    ],
)
def test_what_a_definition_lacks_is_named(
    here: m.CustomFields, there: m.CustomFields | None, expected: list[str]
) -> None:
    """A section, a field, a choice, or what a field can hold."""
    assert expected == missing(here, there)


def test_what_is_archived_is_not_missed() -> None:
    """The clinic doesn't use it any more; a patient who has something in it still counts as a loss when mapped."""
    gone = {"name": "Gout", "token": "Gout token", "archived": True}
    here = definition(field("GP", "text", archived=True), {**field("Conditions", "checkboxes"), "options": [gone]})
    there = definition(field("Conditions", "checkboxes"))

    assert [] == missing(here, there)
    assert [] == missing(definition(field("GP", "text"), archived=True), None)
    assert [] == missing(None, None)


def test_what_can_be_written_in_a_destination() -> None:
    """Fields and choices that are called alike in both; a field of another type takes nothing."""
    here = definition(field("Club", "text"), field("Days", "checkboxes", "Monday", "Sunday"), field("Age", "text"))
    there = definition(field("Club", "paragraph"), field("Days", "checkboxes", "Monday"), field("Age", "date"))

    assert frozenset({"Club token", "Days token", "Monday token"}) == reachable(here, there)
    assert frozenset() == reachable(here, definition(field("Club", "text"), name="Sport"))
    assert frozenset() == reachable(here, None)


def test_without_a_definition_nothing_is_known_to_have_another_name() -> None:
    """What is to be written is all that there will be."""
    assert reachable(None, definition(field("Club", "text"))) is None
    assert with_unreached(None, written("Club", "text", value="Rovers"), None) is None
