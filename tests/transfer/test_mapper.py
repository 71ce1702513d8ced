"""What a mapper gives, and how it is asked."""

from __future__ import annotations

from typing import Any

import pytest

from clinikomigrate import UNSET, Archiving, ConfigurationError, Context, Loss, Mapped, Mapper, Ref, Skip
from clinikomigrate.cliniko.models import Patient, PatientDraft, Tax
from clinikomigrate.transfer.survey import Survey
from tests.transfer.dict_sink import DictMapper

AMY: Ref[Any] = Ref("practitioners", "1")
CONTEXT = Context(Survey(None, names={AMY: "Amy Ng"}), {AMY: "901"})


def test_a_kind_is_mapped_by_the_method_of_its_singular() -> None:
    """map() calls the method that is named after the kind's singular."""
    mapped = DictMapper().map("patients", Patient(id="1", first_name="Ada", last_name="Example"), CONTEXT)

    assert isinstance(mapped, Mapped)
    assert PatientDraft(first_name="Ada", last_name="Example", date_of_birth=None) == mapped.draft


def test_a_kind_without_a_method_is_lost_aloud() -> None:
    """What a mapper has no method for doesn't go, and counts as lost."""
    skipped = DictMapper().map("taxes", Tax(id="1"), CONTEXT)

    assert Skip("this mapper does not carry records of this kind", lost=True, lasting=True) == skipped


def test_a_method_that_gives_something_else_is_told_so() -> None:
    """Whoever forgets to wrap a draft learns which method it was and what it must return."""

    class Wrong(Mapper):
        """Returns a bare draft."""

        def patient(self, patient: Patient, context: Context) -> PatientDraft:
            """Forgets Mapped."""
            return PatientDraft(first_name="Ada", last_name="Example")

    with pytest.raises(TypeError, match=r"^Wrong\.patient must return Mapped or Skip, not PatientDraft\.\n"):
        Wrong().map("patients", Patient(id="1"), CONTEXT)


def test_a_mapper_matches_nothing_unless_it_says_so() -> None:
    """A mapper of one's own that needs no matching leaves `prepare` out."""
    assert ({}, ()) == Mapper().prepare(Survey(None))


def test_what_was_mapped_can_be_changed() -> None:
    """evolve() changes the draft and keeps all else, losing() adds a loss; neither touches the original."""
    first = Mapped(PatientDraft(first_name="Ada", occupation="Diver"), (Loss("a", "b"),), (Archiving(),))
    second = first.evolve(occupation=UNSET).losing("occupation", "nobody's business")

    assert (
        Mapped(
            PatientDraft(first_name="Ada"), (Loss("a", "b"), Loss("occupation", "nobody's business")), (Archiving(),)
        )
        == second
    )
    assert "Diver" == first.draft.occupation


def test_an_attribute_that_a_draft_does_not_have_is_refused() -> None:
    """A misspelt attribute is no silent loss."""
    with pytest.raises(TypeError, match="ocupation"):
        Mapped(PatientDraft()).evolve(ocupation=None)


def test_a_context_knows_names_and_matches() -> None:
    """Names are the source's, ids the destination's; of nobody nothing is known."""
    assert ("901", "Amy Ng") == (CONTEXT.matched(AMY), CONTEXT.name(AMY))
    assert (None, None) == (CONTEXT.matched(None), CONTEXT.name(None))
    assert (None, None) == (CONTEXT.matched(Ref("practitioners", "2")), CONTEXT.name(Ref("practitioners", "2")))


def test_a_method_named_after_a_plural_is_refused() -> None:
    """It would never be called, and whoever wrote it would believe that it was."""
    with pytest.raises(ConfigurationError, match=r"Typo\.patients would never be called: .* is patient\(\)"):

        class Typo(Mapper):
            """Means to map patients."""

            def patients(self, patient: object, context: Context) -> None:
                """Is never called."""
