"""What turns an entity into a draft, and says what it had to leave out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, ClassVar, Final, Generic, TypeVar

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.errors import ConfigurationError
from clinikomigrate.transfer.about import tell_about
from clinikomigrate.transfer.findings import Finding
from clinikomigrate.transfer.follow_ups import FollowUp
from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.survey import Survey

D_co = TypeVar("D_co", covariant=True)


@attrs.frozen
class Fetch:
    """Stands in a draft for what is read from the source only when the request is about to leave.

    Mapping is pure, and files are large: so a draft says what to fetch, and the pipeline fetches it.

    Attributes:
        what: `"file"` (a patient attachment's bytes), `"signature"` (a form's signature image, as the source gives
            it), `"signed"` (a form's signature as a `Signature`: its image, who gave it and when),
            `"case_attachments"` (the files linked to a case, as refs), `"type_practitioners"` (the practitioners
            of an appointment type, as refs), `"class"` (of a seat the class it is in, as a `Class`),
            `"medical_alerts"` (the texts of a patient's alerts that are not archived), `"attendee_notes"` (what was
            noted with the attendees of an individual appointment), `"contact_name"` (what a contact is called) or
            `"bookings_to_come"` (whether a patient is booked).
        refs: The records it is about: `"file"`: the attachment; `"signature"` and `"signed"`: the form and the
            signature; `"case_attachments"`: the case; `"type_practitioners"`: the appointment type; `"class"` and
            `"attendee_notes"`: the booking; `"contact_name"`: the contact; `"medical_alerts"` and
            `"bookings_to_come"`: the patient.
        without: Records that are left out of a list of refs, as a loss.
        unless: A record whose id in the destination takes the place of all that, where it went.
    """

    what: str
    refs: tuple[Ref[Any], ...]
    without: tuple[Ref[Any], ...] = ()
    unless: Ref[Any] | None = None

    @property
    def is_list(self) -> bool:
        """Whether it gives refs."""
        return self.what in _LISTS

    @property
    def is_part(self) -> bool:
        """Whether what it gives, refs or a name, is part of the record, though the record itself doesn't show it."""
        return self.is_list or self.what in _NAMES

    @property
    def is_compared(self) -> bool:
        """Whether what it gives is worth being read again to be compared with what the destination holds."""
        return self.what in _COMPARED


_LISTS: Final = frozenset({"case_attachments", "type_practitioners"})
_NAMES: Final = frozenset({"contact_name"})
_COMPARED: Final = frozenset({"attendee_notes", "class", "contact_name", "medical_alerts", "signature"})


@attrs.frozen
class Mapped(Generic[D_co]):
    """A record ready to go.

    Attributes:
        draft: What is to be written. A `Ref` in it is a record of the source, a `str` an id of the destination.
        losses: What had to be left out.
        follow_ups: What the record still needs after it was made.
        beside: Other records of the source that say something about this one, and were looked at: the businesses where
            an appointment type is offered. When others come to say so, the record has changed.
        names: What other records of the source are called that this one names in words, as preflight read it; None for
            one that has no name. When one is called otherwise, the record has changed.
    """

    draft: D_co
    losses: tuple[Loss, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    beside: tuple[Ref[Any], ...] = ()
    names: tuple[str | None, ...] = ()

    def evolve(self, **changes: object) -> Mapped[D_co]:
        """Returns the same with attributes of the draft changed.

        Args:
            **changes: The draft's attributes and their new values; `UNSET` leaves one out.

        Raises:
            TypeError: The draft has no such attribute.
        """
        draft: Any = self.draft  # attrs.evolve wants an attrs instance; a draft is one
        return attrs.evolve(self, draft=attrs.evolve(draft, **changes))

    def losing(self, field: str, reason: str) -> Mapped[D_co]:
        """Returns the same with one more loss."""
        return attrs.evolve(self, losses=(*self.losses, Loss(field, reason)))


@attrs.frozen
class Skip:
    """A record that does not go.

    Attributes:
        reason: Why, in words that hold for every such record; never a record's own text.
        instead: The record that others are to point at instead (the patient that this one was merged into).
        lost: Whether something of worth is lost by it; then it is counted as a loss too.
        by_hand: What a person has to enter by hand instead, in words. Only for the clinic's own setup (rosters),
            never for what is about a patient.
        losses: What of it is lost where something else in the destination says the rest; where it is `lost`, what
            is lost besides.
        told_by: The name of the kind whose records say in the destination what this one says, if any does. When this
            one changes, those are looked at: they point at it, or it points at them.
        lasting: Whether it stays behind for good: it lacks what no record can be without, or something else stands for
            it. What any other record needs is not archived before `run(last=True)`, because other settings may take it.
    """

    reason: str
    instead: Ref[Any] | None = None
    lost: bool = False
    by_hand: str | None = None
    losses: tuple[Loss, ...] = ()
    told_by: str | None = None
    lasting: bool = False


@attrs.frozen
class Context:
    """What a mapper may look at besides the entity: what preflight read.

    Attributes:
        survey: The lists and settings of both accounts.
        matches: For records that are matched and not made: the source's ref and the destination's id.
    """

    survey: Survey
    matches: Mapping[Ref[Any], str] = attrs.field(factory=dict)

    def matched(self, ref: Ref[Any] | None) -> str | None:
        """Returns the destination's id of a matched record, or None."""
        return None if ref is None else self.matches.get(ref)

    def name(self, ref: Ref[Any] | None) -> str | None:
        """Returns the name that a business, practitioner or user has in the source, or None where it isn't known."""
        return None if ref is None else self.survey.names.get(ref)


class Mapper:
    """Turns the source's entities into a sink's drafts.

    It has one method for each kind, named after the kind's singular (`patient`, `individual_appointment`), that takes
    the entity and a `Context` and returns `Mapped` or `Skip`. Mapping is pure: it looks at the entity, at the
    mapper's own settings and at the context, and nothing else; so mapping again gives the same.
    """

    drafts_for: ClassVar[str] = ""
    """The system whose drafts it makes, as a sink's `drafts_for` names it; empty where it goes with any sink."""

    def __init_subclass__(cls, **settings: object) -> None:
        """Refuses a method that would never be called, because it is named after a kind's plural.

        Raises:
            ConfigurationError: There is one.
        """
        super().__init_subclass__(**settings)
        for kind in KINDS.values():
            if kind.name in vars(cls):
                raise ConfigurationError(
                    f"{cls.__name__}.{kind.name} would never be called: the method that maps one such record is "
                    f"{kind.singular}()."
                )

    @property
    def matched_kinds(self) -> Collection[str]:
        """The names of kinds that go, but of which some records are matched and not made."""
        return ()

    def prepare(
        self,
        survey: Survey,  # noqa: ARG002 - for subclasses
    ) -> tuple[Mapping[Ref[Any], str], tuple[Finding, ...]]:
        """Matches what is matched and not made, once, before anything is mapped.

        Args:
            survey: What preflight read of both accounts.

        Returns:
            For matched records the source's ref and the destination's id, and what was found in doing so.
        """
        return {}, ()

    def map(self, kind: str, entity: Any, context: Context) -> Mapped[Any] | Skip:
        """Maps one entity by the method for its kind.

        Args:
            kind: The record kind's name, `"patients"`.
            entity: The source's record (`Any`: of the kind's model).
            context: What preflight read.

        Returns:
            What is to be written, or why nothing is. A kind without a method is skipped as a loss.

        Raises:
            Exception: Whatever the method raised; a note on it says for which record.
        """
        method = getattr(self, KINDS[kind].singular, None)
        if method is None:
            return Skip("this mapper does not carry records of this kind", lost=True, lasting=True)
        name = f"{type(self).__name__}.{KINDS[kind].singular}"
        try:
            result: object = method(entity, context)
            if not isinstance(result, Mapped | Skip):
                raise TypeError(f"{name} must return Mapped or Skip, not {type(result).__name__}.")
        except Exception as error:
            tell_about(error, name, entity)
            raise
        return result


def has_own_word(mapper: Mapper, kind: str) -> bool:
    """Says whether a user wrote how a mapper maps a kind, so that what it leaves out can't be told without asking it.

    Args:
        mapper: The mapper.
        kind: The record kind's name.
    """
    ours = f"{__name__.partition('.')[0]}."
    classes = (
        next((each for each in type(mapper).__mro__ if name in vars(each)), Mapper)
        for name in ("map", KINDS[kind].singular)
    )
    return any(not each.__module__.startswith(ours) for each in classes)
