"""Where records go: what a destination must offer, and what it may."""

from __future__ import annotations

import abc
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.errors import Unsupported
from clinikomigrate.transfer.follow_ups import FollowUp
from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.persons import Person

if TYPE_CHECKING:
    from clinikomigrate.transfer.findings import Finding
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
        record: The record as the destination answered it, for `Sink.state` (`Any`: of the destination's own type);
            None where it gave no answer of that kind.
    """

    id: str
    losses: tuple[Loss, ...] = ()
    record: Any = attrs.field(default=None, repr=False, eq=False)


@attrs.frozen
class Present:
    """A record that stands in the destination before the transfer writes it.

    Attributes:
        id: Its id there.
        same: Whether it holds already all that the draft says.
        differs: The draft's attributes that it does not hold. They are counted as lost where the record is left as it
            is, because it was there before the transfer.
    """

    id: str
    same: bool
    differs: tuple[str, ...] = ()


@attrs.frozen
class Wanted:
    """A record as it is to stand in the destination in the end.

    Attributes:
        draft: What is written first, with the destination's ids (`Any`: the mapper and the sink agree on its type).
        follow_ups: What it gets afterwards, as the mapper gave it.
    """

    draft: Any
    follow_ups: tuple[FollowUp, ...] = ()


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

    def find_changed(self, draft: Any, since: datetime | None) -> Sequence[str]:
        """Looks for what an earlier `create` may have made of a record that said something else then.

        It is asked about a record whose write has an unknown fate, when it was changed in the meantime and `find` finds
        nothing. Where something is found, a person is asked. A sink without this method has the record sent.

        Args:
            draft: What would be given to `create` now.
            since: Only records that were made at this time (aware, UTC, by the destination's clock) or later.

        Returns:
            The ids of all records that may be it, whatever they say.
        """
        raise NotImplementedError

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

        It is asked for kinds that the destination makes by itself (the table of kinds says `look_first`), and, for
        patients who were there before or were merged, for what a patient has one of (`one_each`); with up to 100
        drafts at a time.
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

    def spending(self, work: Any, *, kind: str, id: str | None = None) -> Mapping[str, int]:  # noqa: ARG002 - for subclasses
        """Says how many requests a piece of work takes when all goes well, by the allowance that pays for them.

        To be replaced where records are written with the keys of several users: each has an allowance of its own.

        Args:
            work: A draft, or a follow-up.
            kind: The record kind's name.
            id: The record that is changed or finished; None where one is made. Of a record that is only planned,
                `planned_allowance` tells what paid for its making.

        Returns:
            Numbers of requests by names in `allowances`.
        """
        return {"": self.cost(work, change=id is not None and not isinstance(work, FollowUp))}

    def read(self, kind: str, ids: Sequence[str], *, hidden: bool = False) -> Iterable[tuple[str, Any]]:
        """Reads records again.

        Args:
            kind: The record kind's name.
            ids: Their ids in the destination, at most 50.
            hidden: Whether archived and cancelled records are given too.

        Returns:
            Pairs of id and record, as `existing` gives them, in any order; what is gone, or hidden, is left out.
        """
        raise NotImplementedError

    def same(self, draft: Any, record: Any) -> bool:  # noqa: ARG002 - for subclasses
        """Says whether a record is what the draft would make, so that it can be adopted.

        A sink that is to adopt records must have `read` too: what `existing` gives is not kept, but read again.

        Args:
            draft: With the destination's ids.
            record: As `existing` and `read` give it.
        """
        return False

    def differences(self, wanted: Wanted, record: Any) -> Sequence[str]:
        """Names the attributes of a draft that a record does not hold.

        It is asked of patients who were in the destination before. By default all of a record differs, or nothing.

        Args:
            wanted: What the record would be, had it to be made.
            record: As `existing` and `read` give it.
        """
        return () if self.same(wanted.draft, record) else ("record",)

    def person(self, record: Any) -> Person:
        """Says who a patient of the destination is, by which it is told whether the source has the same one.

        By default a record is read that has the attributes of Cliniko's patients.

        Args:
            record: A patient, as `existing` gives it.
        """
        return Person.of(record)

    def compare(self, wanted: Wanted, record: Any) -> Sequence[str]:
        """Names the attributes that a record holds otherwise than it was meant. `Transfer.verify` asks it.

        By default all of a record differs, or nothing.

        Args:
            wanted: What the record was to be.
            record: As `read` gives it.
        """
        return () if self.same(wanted.draft, record) else ("record",)

    def fingerprint(self, id: str) -> object:  # noqa: ARG002 - for subclasses
        """Reads a file of the destination and returns what `finish` gave for it with `CheckFile`; it is not kept."""
        return None

    def link(self, record: Any) -> str | None:  # noqa: ARG002 - for subclasses
        """Returns the address of a page that shows a record to people, or None where there is none."""
        return None

    def remove(self, kind: str, id: str) -> None:  # noqa: ARG002 - for subclasses
        """Takes back a record that `create` made. Safe to repeat.

        Raises:
            Unsupported: The destination has no way to take such a record back.
        """
        raise Unsupported(f"This destination has no way of taking back {kind.replace('_', ' ')}; do it by hand.")

    def hanging_on(self, kind: str, ids: Sequence[str]) -> Iterable[tuple[str, str, str]]:  # noqa: ARG002 - for subclasses
        """Gives what hangs on records, whoever made it, so that nobody's later work is taken back with them.

        Args:
            kind: The record kind's name.
            ids: Ids in the destination, at most 50.

        Returns:
            The id of the record; the kind and the id of what hangs on it.
        """
        return ()

    def held(self, wanted: Sequence[Wanted]) -> Sequence[Sequence[Present]]:
        """Says which records in the destination are what drafts would make.

        It is asked about what patients have who were in the destination before, and about the diary that they are
        booked in, with up to 100 drafts of one kind at a time. What is found is adopted, and not changed.

        Args:
            wanted: What the records would be, had they to be made.

        Returns:
            For each of them all records that are it, the most alike first.
        """
        return [()] * len(wanted)

    def unread(self, draft: Any) -> Sequence[Loss]:  # noqa: ARG002 - for subclasses
        """Says what `same` could not compare of a draft, because the destination does not show it."""
        return ()

    def state(self, record: Any) -> object:  # noqa: ARG002 - for subclasses
        """Returns what a record says, so that two states are equal exactly when nobody changed anything in between.

        It is made of what a draft can set, and leaves out what the destination works out or moves by itself. Only a
        keyed digest of it is kept.

        Args:
            record: As `existing` or `read` gives it, or in `Made.record`.

        Returns:
            Texts, numbers, times, and dicts, lists and attrs classes of them; None where it can't be told. Changes
            that were made in the destination are then overwritten by later ones from the source.
        """
        return None

    def shows(self, follow_up: FollowUp, record: Any) -> bool | None:  # noqa: ARG002 - for subclasses
        """Says whether a record shows that a cancellation or an archiving was done to it; None where it can't be told.

        Args:
            follow_up: `Cancel` or `Archiving`.
            record: As `read` gives it.
        """
        return None

    def update(self, id: str, draft: Any, record: Any = None) -> Made | None:  # noqa: ARG002 - for subclasses
        """Sets the given attributes of a record. Safe to repeat.

        Args:
            id: The record's id in the destination.
            draft: The attributes to set.
            record: The record as it is, where that is known: what it holds already need not be sent.

        Returns:
            What the destination refused of them, and what the record is now; None for all well.

        Raises:
            Unsupported: The destination has no way to change such a record.
        """
        raise Unsupported(f"This destination has no way of changing {draft.kind.replace('_', ' ')}; do it by hand.")

    def finish(self, kind: str, id: str, follow_up: FollowUp) -> Any:
        """Does what a record still needs after it was made. Safe to repeat: what is done already is left as it is.

        Returns:
            The record as it is now, for `state`, where the follow-up changed what that tells; None otherwise.
        """
        raise NotImplementedError

    unarchives: Collection[str] = ()
    """The names of kinds whose records can be taken out of the archive again."""

    def unarchive(self, kind: str, id: str) -> None:
        """Takes a record out of the archive, of a kind in `unarchives`. Safe to repeat."""
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
            Any of `"confirmations"` and `"cancellations"`; see `Survey.may_message`. Any other word names a way that
            can't be switched off, which blocks the run.
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
    def allowances(self) -> Mapping[str, float | None]:
        """How many requests a minute each allowance has that they are taken from; the name of the main one is `""`."""
        return {"": self.requests_per_minute}

    @property
    def requests_sent(self) -> int:
        """How many requests this sink has sent."""
        return 0
