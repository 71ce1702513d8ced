"""Where records go: what a destination must offer, and what it may."""

from __future__ import annotations

import abc
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.losses import Loss

if TYPE_CHECKING:
    from clinikomigrate.transfer.findings import Finding
    from clinikomigrate.transfer.follow_ups import FollowUp
    from clinikomigrate.transfer.mapper import Mapper
    from clinikomigrate.transfer.survey import Survey


class Draft(Protocol):
    """What is to be written: an attrs class that says of which kind it is."""

    kind: ClassVar[str]


@attrs.frozen
class Account:
    """Says which account a sink writes to.

    Attributes:
        id: What tells this account from every other of its system; a journal is bound to it.
        name: The account's name as its owner knows it.
        details: What the sink's own mapper wants to know of the account (for Cliniko: `Settings`).
        region: Where the account keeps its records, as a short code (`"au"`); None where it isn't known.
    """

    id: str
    name: str
    details: object = attrs.field(default=None, repr=False, eq=False)
    region: str | None = None


@attrs.frozen
class Made:
    """What came of one `create`.

    Attributes:
        id: The new record's id in the destination.
        losses: What the destination turned out to refuse, beyond what the mapper knew of.
    """

    id: str
    losses: tuple[Loss, ...] = ()


@attrs.frozen
class Present:
    """A record that stands in the destination before the transfer writes it.

    Attributes:
        id: Its id there.
        same: Whether it holds already all that the draft says.
    """

    id: str
    same: bool


class Sink(abc.ABC):
    """Writes to a destination, and can find what it wrote.

    A subclass must have `kinds`, `account`, `existing`, `create` and `find`. The other methods have a meaning that
    suits a simple destination, and are there to be replaced. Methods are called from several threads at once.
    """

    workers: int = 8
    """How many writes may be in flight at once."""

    @property
    @abc.abstractmethod
    def kinds(self) -> Collection[str]:
        """The names of the record kinds that this sink can write."""

    @abc.abstractmethod
    def account(self) -> Account:
        """Returns the account that is written to."""

    @abc.abstractmethod
    def existing(self, kind: str) -> Iterable[tuple[str, Any]]:
        """Sweeps what the destination holds of a kind.

        Returns:
            Pairs of the destination's id and the record, as the destination's own client gives it (`Any`, because
            only this sink and its mapper know its type).
        """

    @abc.abstractmethod
    def create(self, draft: Any) -> Made | str:
        """Makes one record.

        Args:
            draft: What the mapper gave, with destination ids where it had refs (`Any`: the mapper and the sink agree
                on its type).

        Returns:
            The new record's id, or `Made` with it.

        Raises:
            Error: One of this package's errors. `OutcomeUnknown` says that the record may exist; it is then looked
                up with `find` before it is sent again.
        """

    @abc.abstractmethod
    def find(self, draft: Any, since: datetime | None) -> Sequence[str]:
        """Looks for records that an earlier `create` of this draft may have made.

        Args:
            draft: As given to `create`.
            since: Only records that were made at this time (aware, UTC, by the destination's clock) or later; None
                for records of any age.

        Returns:
            The ids of all records that this draft's `look_up_key` finds.
        """

    def lost(self, draft: Any, id: str) -> Sequence[Loss]:  # noqa: ARG002 - for subclasses
        """Says what a record lost that `find` found.

        Args:
            draft: As given to `create`.
            id: The record that came of it.

        Returns:
            What `Made.losses` would have said, had the answer not been lost.
        """
        return ()

    def look_up_key(self, draft: Any) -> Hashable:
        """Returns what `find` looks a draft up by.

        Two drafts with an equal key are never in flight at once, so that a look-up finds at most one new record.
        """
        kind = KINDS[draft.kind]
        return (kind.name, *(str(getattr(draft, name, None)) for name in kind.found_by))

    def present(self, drafts: Sequence[Any]) -> Sequence[Present | None]:
        """Says, for drafts of one kind, which of them stand in the destination already.

        It is asked only for kinds that the destination makes by itself (the table of kinds says `look_first`), with
        up to 100 drafts at a time.
        """
        return [None] * len(drafts)

    def foresee(self, drafts: Sequence[Any]) -> Sequence[Present | None]:
        """Says what `present` will find once what the drafts point at is made. A plan asks it, and nothing is written.

        Args:
            drafts: Drafts of one kind; ids of records that are only planned begin with `"planned:"`.
        """
        return [None] * len(drafts)

    def foresee_clash(self, draft: Any, earlier: Sequence[Any]) -> str | None:  # noqa: ARG002 - for subclasses
        """Says why a draft will be refused beside others that are found by the same look-up key, or None."""
        return None

    def foresee_losses(self, draft: Any) -> Sequence[Loss]:  # noqa: ARG002 - for subclasses
        """Says what `create` will leave out of a draft, as far as the draft shows it."""
        return ()

    def cost(self, work: Any, *, change: bool = False) -> int:  # noqa: ARG002 - for subclasses
        """Returns how many requests a piece of work takes when all goes well.

        Args:
            work: A draft, or a follow-up.
            change: For a draft: whether it changes a record and does not make one.
        """
        return 1

    def same(self, draft: Any, record: Any) -> bool:  # noqa: ARG002 - for subclasses
        """Says whether a record that `existing` gave is what the draft would make, so that it can be adopted."""
        return False

    def unread(self, draft: Any) -> Sequence[Loss]:  # noqa: ARG002 - for subclasses
        """Says what `same` could not compare of a draft, because the destination does not show it."""
        return ()

    def update(self, id: str, draft: Any) -> Sequence[Loss] | None:
        """Sets the given attributes of a record. Safe to repeat.

        Returns:
            What the destination refused of them, if anything.
        """
        raise NotImplementedError

    def finish(self, kind: str, id: str, follow_up: FollowUp) -> None:
        """Does what a record still needs after it was made. Safe to repeat: what is done already is left as it is."""
        raise NotImplementedError

    def server_now(self) -> datetime | None:
        """Returns the destination's own time (aware, UTC), or None where it isn't known."""
        return None

    def check(self) -> Iterable[Finding]:
        """Looks for what stands in the way of writing, before anything is written."""
        return ()

    def prepare(self, survey: Survey, matches: Mapping[Ref[Any], str]) -> Iterable[Finding]:  # noqa: ARG002 - for subclasses
        """Gets ready for a transfer: looks at what was read of both accounts, before anything is written.

        Args:
            survey: What preflight read of both accounts.
            matches: For matched records the source's ref and the destination's id.

        Returns:
            What stands in the way, what will be lost, and what is worth knowing.
        """
        return ()

    def may_message(self) -> Collection[str]:
        """Says how the destination could write to patients while records are made.

        Returns:
            Any of `"confirmations"` and `"cancellations"`; see `Survey.may_message`.
        """
        return ()

    def loud(self, ids: Sequence[str]) -> Mapping[str, Collection[str]]:  # noqa: ARG002 - for subclasses
        """Says which patients the destination would write to.

        Args:
            ids: The patients' ids in the destination.

        Returns:
            By the id of a patient who would be written to: about what, of what `may_message` says.
        """
        return {}

    def mute(self, id: str, ways: Collection[str]) -> None:
        """Switches off what `loud` said of a patient. Safe to repeat. `finish` with `Unmute` switches it on again."""
        raise NotImplementedError

    def default_mapper(self) -> Mapper | None:
        """Returns the mapper that suits this sink when the user gives none."""
        return None

    @property
    def requests_per_minute(self) -> float | None:
        """How many requests the destination allows; None where there is no limit."""
        return None

    @property
    def requests_sent(self) -> int:
        """How many requests this sink has sent."""
        return 0
