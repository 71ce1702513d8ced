"""A patient's custom fields in the fields of a workspace."""

from __future__ import annotations

from typing import Any

import pytest

from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.splose import reasons
from clinikomigrate.sinks.splose.custom_fields import Answered, answers, blank, lacking, sharing, shown
from clinikomigrate.sinks.splose.drafts import AnswersDraft
from clinikomigrate.splose.models import CustomField, CustomFieldOption
from tests.sinks.cliniko.samples import WHEN

GP = CustomField(id="5", name="GP", type="Short text")
SIDES = (CustomFieldOption(id="61", value="Left"), CustomFieldOption(id="62", value="Right"))


def written(name: str, value: str | None = None, **more: Any) -> m.CustomFields:
    """Makes what a patient has in one field."""
    field = m.CustomField(**{"name": name, "type": "text", "value": value, **more})
    return m.CustomFields(sections=(m.CustomFieldSection(name="Health", fields=(field,)),))


def chosen(*names: str, other: str | None = None) -> m.CustomFields:
    """Makes what a patient has chosen in one field."""
    options = tuple(m.CustomFieldOption(name=name, selected=True) for name in names)
    own = m.OtherOption(enabled=True, selected=True, value=other) if other else None
    return written("Side", type="checkboxes", options=options, other=own)


def moved(
    given: m.CustomFields, *there: CustomField, defined: m.CustomFields | None = None
) -> tuple[dict[str, Any], list[str]]:
    """Gives what is written, and why anything is lost."""
    answered = answers(given, there, defined)
    values: Any = answered.draft.answers if answered.draft else {}
    assert bool(answered.told) == bool(answered.losses)
    return dict(values), [loss.reason for loss in answered.losses]


def sections(**values: str | None) -> m.CustomFields:
    """Makes what a patient has in fields of one name in several sections."""
    return m.CustomFields(
        sections=tuple(
            m.CustomFieldSection(name=name, fields=(m.CustomField(name="History", type="text", value=value),))
            for name, value in values.items()
        )
    )


def side(of: str) -> CustomField:
    """Makes a field that offers two sides."""
    return CustomField(id="6", name="side", type=of, options=SIDES)


def test_a_field_is_found_by_its_name_or_by_its_section_s_and_its_own() -> None:
    """The longer name wins; what is archived, or there twice, takes nothing."""
    longer = CustomField(id="7", name="Health: GP", type="Long text")
    gone = CustomField(id="5", name="GP", type="Short text", deleted_at=WHEN)

    assert moved(written("gp", "Dr Sample"), GP, longer) == ({"7": "Dr Sample"}, [])
    assert moved(written("GP", "Dr Sample"), gone) == ({}, [reasons.NO_FIELD])
    assert moved(written("GP", "Dr Sample"), GP, GP) == ({}, [reasons.NO_FIELD])
    assert moved(written("GP", " ")) == ({}, [])
    assert answers(None, [GP]) == Answered(None, (), ())


BOTH = sections(Health="Asthma", Funding="Since 2019")


def test_fields_of_one_name_in_several_sections_stand_side_by_side() -> None:
    """Under their sections' names, so that none is overwritten, also where a patient has only one of them."""
    short, long = (CustomField(id="1", name="History", type=f"{size} text") for size in ("Short", "Long"))
    own = CustomField(id="2", name="Funding: History", type="Short text")
    alone = sections(Health="Asthma", Funding=None)
    twice = m.CustomFields(sections=tuple(sections(Health="Asthma").sections or ()) * 2)

    assert moved(BOTH, short) == ({"1": "Health: Asthma; Funding: Since 2019"}, [])
    assert moved(BOTH, long) == ({"1": "Health: Asthma\n\nFunding: Since 2019"}, [])
    assert moved(BOTH, short, own) == ({"1": "Asthma", "2": "Since 2019"}, [])
    assert moved(alone, short) == ({"1": "Asthma"}, [])
    assert moved(twice, short) == ({"1": "Health: Asthma; Health: Asthma"}, [])
    assert moved(alone, short, defined=BOTH) == ({"1": "Health: Asthma"}, [])


def test_a_field_that_is_no_text_takes_none_of_several() -> None:
    """It stands in words, and preflight names the fields."""
    there = CustomField(id="1", name="History", type="Single dropdown", options=())

    assert moved(BOTH, there) == ({}, [reasons.SHARED_FIELD] * 2)
    assert answers(BOTH, [there]).told == (("Health / History", "Asthma"), ("Funding / History", "Since 2019"))
    assert sharing(BOTH, [there]) == ["Health: History", "Funding: History"]
    assert sharing(BOTH, [GP]) == sharing(None, [there]) == sharing(written("GP"), [GP]) == []


def test_choices_become_options_by_their_names() -> None:
    """One or several, as the field takes; what it doesn't offer, or can't take too, is a loss."""
    assert moved(chosen("left", "Right"), side("Multiple choice")) == ({"6": ["61", "62"]}, [])
    assert moved(chosen("left", "Right"), side("Single dropdown")) == ({"6": 61}, [reasons.ONE_ONLY])
    assert moved(chosen("Both"), side("Single dropdown")) == ({}, [reasons.NO_OPTION])
    assert moved(chosen("Both"), side("Multiple choice")) == ({}, [reasons.NO_OPTION])
    assert moved(chosen("Left", other="Inner"), side("Multiple dropdown")) == ({"6": ["61"]}, [reasons.NO_OWN_WORDS])
    assert moved(chosen("Left", other="Right"), side("Multiple dropdown")) == ({"6": ["61", "62"]}, [])


def test_choices_can_stand_in_a_text() -> None:
    """A text takes all of them, own words too."""
    assert moved(chosen("Left", other="Inner"), side("Long text")) == ({"6": "Left, Inner"}, [])


@pytest.mark.parametrize("given", ["2024-03-14", " 2024-03-14 ", "2024-03-14T00:00:00Z"])
def test_a_day_goes_as_splose_takes_it(given: str) -> None:
    """However the source puts it around."""
    there = CustomField(id="8", name="Since", type="Date picker")

    assert moved(written("Since", given, type="date"), there) == ({"8": "2024-03-14"}, [])


@pytest.mark.parametrize("given", ["14/03/2024", "2024-02-30", "spring"])
def test_what_is_no_day_stands_in_words(given: str) -> None:
    """Splose would refuse it, and all other fields of the client with it."""
    there = CustomField(id="8", name="Since", type="Date picker")

    assert moved(written("Since", given, type="date"), there) == ({}, [reasons.OTHER_TYPE])


@pytest.mark.parametrize(("of", "lost"), [("date", []), ("text", [reasons.OTHER_TYPE])])
def test_a_date_goes_where_dates_go(of: str, lost: list[str]) -> None:
    """A text that happens to look like a date doesn't."""
    there = CustomField(id="8", name="Scan", type="Date picker")

    assert moved(written("Scan", "2024-03-14", type=of), there)[1] == lost


def test_a_number_s_field_takes_no_text() -> None:
    """What the source has is a text, whatever it says."""
    assert moved(written("GP", "7"), CustomField(id="9", name="GP", type="Numerical")) == ({}, [reasons.OTHER_TYPE])


def test_fields_that_are_missing_are_named() -> None:
    """What the source doesn't use any more is left out."""
    retired = m.CustomField(name="Locker", archived=True)
    section = m.CustomFieldSection(
        name="Health", fields=(m.CustomField(name="GP"), m.CustomField(name="Diet"), retired)
    )
    closed = m.CustomFieldSection(name="Old", archived=True, fields=(m.CustomField(name="Towel"),))

    assert lacking(m.CustomFields(sections=(section, closed)), [GP]) == ["Health: Diet"]
    assert lacking(None, [GP]) == []


def test_what_a_patient_has_nothing_in_is_blank() -> None:
    """Whether the patient shows the field or only the settings do; what has no place, or is not used, is left out."""
    sides = side("Multiple choice")

    def names(given: m.CustomFields | None, defined: m.CustomFields | None) -> list[str]:
        return sorted(blank(given, defined, [GP, sides]).values())

    assert names(written("GP", " "), None) == ["GP"]
    assert names(None, written("GP")) == names(written("Diet"), written("GP")) == ["GP"]
    assert names(written("GP", "Dr Sample"), written("GP")) == []
    assert names(chosen("Both"), written("Side")) == []  # the workspace can't say it: a person may have
    assert names(None, written("GP", archived=True)) == names(None, None) == []


def test_texts_are_compared_as_they_come_back() -> None:
    """Options come back in words that nothing documents, so that only texts are compared."""
    draft = AnswersDraft(answers={"5": "Dr Sample", "6": 61}, names={"5": "GP"})

    assert shown(draft, {"GP": "Dr Sample"})
    assert not shown(draft, {"GP": "Dr Else"})
    assert not shown(draft, {})
