"""The mapper as a whole."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from clinikomigrate.cliniko import models as m
from clinikomigrate.errors import ConfigurationError
from clinikomigrate.sinks.cliniko.mapper import EXCLUDE, AssignTo, ClinikoMapper
from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.mapper import Context, Mapped, Skip
from tests.sinks.cliniko.samples import MODELS, bare, mapped, outcome, survey


def test_there_is_a_method_for_every_kind() -> None:
    """Named after the kind's singular; what no destination takes needs none."""
    for kind in KINDS.values():
        assert callable(getattr(ClinikoMapper, kind.singular, None)) == (kind.left_behind is None)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_record_is_mapped_or_skipped(model: type[m.Entity]) -> None:
    """None is too bare to be mapped."""
    assert isinstance(outcome(bare(model)), Mapped | Skip)
    assert isinstance(outcome(model(id="1")), Mapped | Skip)


def test_its_repr_shows_the_settings_and_nothing_else() -> None:
    """Settings hold names of rooms and staff, never of patients."""
    full = ClinikoMapper(
        businesses={"Old rooms": "Northside", "Closed rooms": EXCLUDE},
        practitioners={"Old Timer": "Amy Ng"},
        former_practitioners=AssignTo("Former Practitioner"),
    )

    assert repr(full) == (
        "<ClinikoMapper businesses={'Old rooms': 'Northside', 'Closed rooms': EXCLUDE}, "
        "practitioners={'Old Timer': 'Amy Ng'}, former_practitioners=AssignTo('Former Practitioner')>"
    )
    assert repr(ClinikoMapper()) == "<ClinikoMapper>"


@pytest.mark.parametrize(
    "settings",
    [
        {"businesses": ["Northside"]},
        {"businesses": {"Northside": None}},
        {"practitioners": {7: "Amy Ng"}},
        {"appointment_types": {"Initial": AssignTo("New")}},
        {"former_practitioners": "Amy Ng"},
    ],
)
def test_settings_of_the_wrong_type_are_refused_at_once(settings: dict[str, Any]) -> None:
    """With a message that says which and what instead."""
    with pytest.raises(ConfigurationError, match=next(iter(settings))):
        ClinikoMapper(**settings)


def test_settings_can_not_be_changed_afterwards() -> None:
    """A mapper maps the same from its first record to its last."""
    rooms: dict[str, Any] = {"Old rooms": "Northside"}
    mapper = ClinikoMapper(businesses=rooms)
    rooms["Other"] = EXCLUDE

    assert "Other" not in repr(mapper)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        AssignTo("x").name_or_id = "y"  # type: ignore[misc]  # that is the point


def test_a_user_changes_how_a_kind_is_mapped_by_one_method() -> None:
    """With more losses, other values or a skip; the other kinds stay as they are."""

    class OurMapper(ClinikoMapper):
        def patient(self, patient: m.Patient, context: Context) -> Mapped[m.PatientDraft] | Skip:
            mapped = super().patient(patient, context)
            if isinstance(mapped, Skip) or patient.archived_at is not None:
                return Skip("ours")
            return mapped.evolve(occupation=None).losing("occupation", "ours")

    assert mapped(bare(m.Patient, occupation="Shearer"), using=OurMapper()).draft.occupation is None
    assert mapped(bare(m.MedicalAlert), using=OurMapper()) == mapped(bare(m.MedicalAlert))


def test_preparing_matches_and_says_what_stands_in_the_way() -> None:
    """Nothing is matched where there is nothing."""
    assert ClinikoMapper().prepare(survey()) == ({}, ())
