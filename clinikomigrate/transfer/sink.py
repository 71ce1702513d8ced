"""Where records go: what a destination must offer, and what it may."""

from __future__ import annotations

import abc
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.errors import Unsupported
from clinikomigrate.transfer.follow_ups import FollowUp
from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.persons import Person

if TYPE_CHECKING:
    from clinikomigrate.transfer.aside import SetAside
    from clinikomigrate.transfer.deleting import ToDelete
    from clinikomigrate.transfer.findings import Finding
    from clinikomigrate.transfer.inspection import Look, PlanLook
    from clinikomigrate.transfer.mapper import Fetch, Mapper
    from clinikomigrate.transfer.summary import LossCount, Table
    from clinikomigrate.transfer.survey import Survey
    from clinikomigrate.transfer.tally import Count
    from clinikomigrate.transfer.whereabouts import Whereabouts


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
        by_hand: Of an update: what of it the destination can't take, and what a person is to do. The rest was brought
            over; the record is set aside with this until the destination says the same as the source.
        record: The record as the destination answered it, for `Sink.state` (`Any`: of the destination's own type);
            None where it gave no answer of that kind.
        stood: Whether the destination had the record before, just as the draft has it, and takes no second one.
    """

    id: str
    losses: tuple[Loss, ...] = ()
    by_hand: str | None = attrs.field(default=None, kw_only=True)
    record: Any = attrs.field(default=None, repr=False, eq=False)
    stood: bool = attrs.field(default=False, kw_only=True)


@attrs.frozen
class Emptied:
    """A draft that takes away what the source has no more.

    Attributes:
        draft: As `update` takes it (`Any`: of the sink's own type).
        names: The draft's attributes that it empties.
        left: What the record holds too much, and the destination has no way to empty.
    """

    draft: Any
    names: Collection[str] = ()
    left: Collection[str] = ()

    @property
    def held(self) -> bool:
        """Whether the record holds anything that the source has no more, or may."""
        return bool(self.names or self.left)


@attrs.frozen
class Finished:
    """What came of a follow-up, where there is more to say than what the record is now.

    Attributes:
        before: The record as it was when the follow-up began, for `Sink.state` (`Any`: of the destination's own type).
        record: The record as it is now.
        losses: What the destination turned out not to take.
        regained: What it has taken by now; where an earlier run counted that as lost, it is lost no more.
    """

    before: Any = attrs.field(repr=False, eq=False)
    record: Any = attrs.field(repr=False, eq=False)
    losses: tuple[Loss, ...] = ()
    regained: tuple[Loss, ...] = attrs.field(default=(), kw_only=True)


@attrs.frozen
class Present:
    """A record that stands in the destination before the transfer writes it.

    Attributes:
        id: Its id there.
        same: Whether it holds already all that the draft says.
        differs: The draft's attributes that it does not hold. They are counted as lost where the record is left as it
            is, because it was there before the transfer.
        record: The record itself (`Any`: of the sink's own type), for `Sink.state`; None where that isn't known.
        objection: Why the record must not be taken as it is, and what a person is to do, in words that hold no record's
            text: the source's record is set aside with it. None where it can be taken.
        beside: What is to be said where the record is another one after all, though it looks the same: the source's is
            made beside it, with this loss.
    """

    id: str
    same: bool
    differs: tuple[str, ...] = ()
    record: Any = attrs.field(default=None, eq=False, repr=False)
    objection: str | None = None
    beside: Loss | None = None


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

    drafts_for: ClassVar[str] = ""
    """The system whose drafts it takes: a mapper that makes those of another (`Mapper.drafts_for`) is refused. Empty
    where it takes any mapper."""

    workers: int = 8
    """How many writes may be in flight at once."""

    keeps: bool = False
    """Whether `witness` is shown all records that go, of kinds too that no destination takes."""

    unseen: Collection[str] = ()
    """The names of kinds whose records the destination doesn't show again, so that `read` can't be asked for them.
    `verify` counts them apart."""
    at_once: int = 100
    """How many records are made ready together, at most 100: fewer keep a slow destination busy meanwhile, more spare
    requests that ask for several."""

    takes_back: bool = True
    """Whether the destination can take back anything at all. Where not, `undo` lists what is to be deleted by hand."""

    catches_up: Mapping[str, Collection[str]] = MappingProxyType({})
    """The kinds of which records that went before are marked as attended or cancelled too, when the mapper calls for it
    only now because the sink was told otherwise then; and for what reasons a loss is counted where that can't be."""

    fills_in: Mapping[str, Collection[str]] = MappingProxyType({})
    """By kind: the reasons of losses that say that the destination had no place for something. Where it has one by now,
    a later run has `finish` give the record what is missing there (`FillIn`)."""

    left_as_it_is: Mapping[tuple[str, str], str] = MappingProxyType({})
    """By kind and attribute: the reason of the loss where a record that was there before the transfer says otherwise,
    and that matters too much for no more than that it was left as it is. It says what a person is to do by hand."""

    remembered: Mapping[str, Collection[str]] = MappingProxyType({})
    """By kind: the attributes of its drafts of which the journal remembers what was sent last. They are sent again only
    when the source says otherwise. They are lists of ids that a record doesn't show, or yes or no where only a
    follow-up sets it. A list is asked of `listed` before it is changed, so that both sides' changes stand."""

    names: Mapping[str, str] = MappingProxyType({})
    """What the destination calls one record of a kind, where it has another word for it."""

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

    def existing_archived(self, kind: str) -> Iterable[tuple[str, Any]]:  # noqa: ARG002 - for subclasses
        """Sweeps what the destination holds of a kind in its archive.

        It is asked of patients: who is there archived is never adopted, but is not made again without a word. By
        default there is no archive.

        Returns:
            Pairs of id and record, as `existing` gives them.
        """
        return ()

    def lie_beside(self, journal: Path) -> None:  # noqa: B027 - for subclasses
        """Is told where the journal's file is, or will be, before anything else: files of its own can lie beside it.

        Args:
            journal: The path of the file. It isn't called where the journal is no file.
        """

    def let_go(self) -> None:  # noqa: B027 - for subclasses
        """Is told that a transfer's call is over: it closes the files that it holds, and opens them when needed."""

    def witness(self, entities: Sequence[Any]) -> Iterable[tuple[Ref[Any], FollowUp]]:  # noqa: ARG002 - for subclasses
        """Is shown records of the source before they are mapped, if it `keeps` them: what it is to keep as data.

        First come those that are matched and not made. A record can be shown again, changed or not.

        Args:
            entities: Records of one kind.

        Returns:
            What is owed because of them, for records that may have arrived by now: the record of the source, and the
            follow-up that its mapping calls for.

        Raises:
            Error: They can't be kept; the run ends, and can go on later.
        """
        return ()

    def keep_parts(self, entity: Any, fetch: Callable[[Fetch], object]) -> Sequence[Loss]:  # noqa: ARG002 - for subclasses
        """Keeps what belongs to a record and stands beside it in the source, if it `keeps` records: drawings.

        It is asked about each record that goes, after `witness` and before the record is made.

        Args:
            entity: The record (`Any`: of any kind's model).
            fetch: Reads from the source what a `Fetch` names; it has waited already where there was no connection.

        Returns:
            What the source doesn't give away, or the sink can't do with it what it does with others.

        Raises:
            Error: It could not be read now. The record is set aside, to be tried by a later run.
        """
        return ()

    def foresee_parts(self, entity: Any, fetch: Callable[[Fetch], object]) -> Sequence[Loss]:  # noqa: ARG002 - for subclasses
        """Says what `keep_parts` will say, with as many requests, and keeps nothing. A plan asks it.

        Args:
            entity: The record (`Any`: of any kind's model).
            fetch: Reads from the source what a `Fetch` names.
        """
        return ()

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

        Raises:
            NotImplementedError: The destination can't be asked so.
        """
        raise NotImplementedError

    def made_since(self, kind: str, since: datetime, patient: str | None) -> Sequence[str] | None:  # noqa: ARG002 - for subclasses
        """Looks for what an earlier `create` may have made of a record that does not go any more.

        It is asked about a record whose write has an unknown fate, when a mapper leaves it out by now, so that there is
        no draft to look for it with. Where nothing is found, it never arrived; where anything is, a person is asked. A
        sink without this method has a person look.

        Args:
            kind: The record kind's name.
            since: Only records that were made at this time (aware, UTC, by the destination's clock) or later.
            patient: The destination's id of its patient; None where it has none.

        Returns:
            The ids of all records of the kind that may be it, but for archived ones; None where the destination can't
            be asked so.
        """
        return None

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

    def put_away(self, drafts: Sequence[Any]) -> Sequence[Sequence[tuple[Present, str]]]:
        """Says, for drafts of one kind, which records in the destination's archive say the same.

        It is asked of records that are to be archived, and of which the destination makes a second one by itself
        (the table of kinds says `archived_last`): a relationship's other side.

        Returns:
            For each draft pairs of such a record, and the id of the one that it came along with.
        """
        return [()] * len(drafts)

    def foresee(self, drafts: Sequence[Any]) -> Sequence[Present | None]:
        """Says what `present` will find once what the drafts point at is made. A plan asks it, and nothing is written.

        Args:
            drafts: Drafts of one kind; ids of records that are only planned begin with `"planned:"`.
        """
        return [None] * len(drafts)

    def foresee_looks(self, drafts: Sequence[Any]) -> int:  # noqa: ARG002 - for subclasses
        """Returns how many requests `present` will take beyond those that `foresee` takes.

        Args:
            drafts: Drafts of one kind, as given to `foresee`.
        """
        return 0

    def foresee_clash(self, draft: Any, earlier: Sequence[Any]) -> str | None:  # noqa: ARG002 - for subclasses
        """Says why a draft will be refused beside others that are found by the same look-up key, or None."""
        return None

    def clashed(self, draft: Any) -> Mapping[str, str]:  # noqa: ARG002 - for subclasses
        """Says what in the destination's archive a draft would have been refused beside while that was live.

        It is asked of what an earlier run left behind because of that: what was archived since makes no place for it.

        Returns:
            By the id of such a record: the reason, as `foresee_clash` gave it.
        """
        return {}

    def foresee_refusal(self, draft: Any) -> str | None:  # noqa: ARG002 - for subclasses
        """Says why `create` will have no way to hold a draft, as far as the draft shows it, or None.

        Such a record costs no request.
        """
        return None

    def lasting(self, kind: str, *, changed: bool) -> Collection[Loss]:  # noqa: ARG002 - for subclasses
        """Gives the losses that a record may have, and that a change of it does not make good.

        It may have been made with them by `create`, or have them of an earlier `update` or of a cancellation.

        Args:
            kind: The record kind's name.
            changed: Whether the record is changed by `update`, which says itself what is refused once more; False where
                only something that it needs afterwards has changed.
        """
        return ()

    def may_lose(self, kind: str, follow_up: FollowUp) -> Collection[Loss]:  # noqa: ARG002 - for subclasses
        """Gives the losses that a follow-up may come to which is done again with each change of its record.

        What it came to before is expected of it again, and counted until it is done: `Finished.regained` says then what
        is lost no more.

        Args:
            kind: The record kind's name.
            follow_up: What is done.
        """
        return ()

    def foresee_change(self, draft: Any) -> Sequence[Loss]:  # noqa: ARG002 - for subclasses
        """Says what `update` will leave out of a draft, as far as the draft shows it."""
        return ()

    def foresee_locked(self, kind: str, record: Any) -> str | None:  # noqa: ARG002 - for subclasses
        """Says why `update` will not be let change a record, as far as the record shows it, or None.

        A plan asks it. A run tries all the same, once: where the destination takes the change after all, nothing is
        lost.

        Args:
            kind: The record kind's name.
            record: As `read` gives it.
        """
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
            ids: Their ids in the destination, at most 100.
            hidden: Whether archived and cancelled records are given too.

        Returns:
            Pairs of id and record, as `existing` gives them, in any order; what is gone, or hidden, is left out.

        Raises:
            NotImplementedError: The destination can't be asked. Then nothing is adopted by its content, and `verify`
                and `undo` are refused.
        """
        raise NotImplementedError

    def listed(self, kind: str, ids: Sequence[str], name: str) -> Mapping[str, Collection[str]]:  # noqa: ARG002 - for subclasses
        """Reads what stands in one of the lists that records don't show (`remembered`).

        Args:
            kind: The record kind's name.
            ids: The records' ids in the destination.
            name: The draft's attribute.

        Returns:
            By a record's id the ids in its list. A record whose list can't be read is left out; that list is then set
            as the source has it.
        """
        return {}

    def same(self, draft: Any, record: Any) -> bool:  # noqa: ARG002 - for subclasses
        """Says whether a record is what the draft would make, so that it can be adopted.

        A sink that is to adopt records must have `read` too: what `existing` gives is not kept, but read again.

        Args:
            draft: With the destination's ids.
            record: As `existing` and `read` give it.
        """
        return False

    def left_over(self, draft: Any, record: Any) -> Sequence[str]:  # noqa: ARG002 - for subclasses
        """Names what a record still holds that its draft doesn't give any more, because the source has it no more.

        It is asked of records that this transfer made, and that changed in the source since; where anything is left
        over, `update` is called though the record is the `same`. To be replaced where a draft leaves out what is empty.

        Args:
            draft: With the destination's ids.
            record: As `read` gives it.
        """
        return ()

    def emptied(self, draft: Any, gone: Collection[str], record: Any) -> Emptied:  # noqa: ARG002 - for subclasses
        """Makes a draft take away what a record still holds, and what the source had when the record was written.

        It is asked of records that this transfer made, and that changed in the source since. To be replaced where a
        draft leaves out what is empty and `update` sets only what a draft gives.

        Args:
            draft: With the destination's ids.
            gone: The draft's attributes that said something before, and do not any more.
            record: As `read` gives it; None where it is not known.

        Returns:
            The draft with values that empty what the record holds of it, and what can't be emptied.
        """
        return Emptied(draft)

    def told_by(self, draft: Any) -> str | None:  # noqa: ARG002 - for subclasses
        """Says which kind of record says in the destination all that a record says that came along with it.

        Where there is one, a change of the record is brought over by looking at that other one.

        Args:
            draft: With the destination's ids.

        Returns:
            The kind's name, one at which the record points: `"individual_appointments"`, of the attendee of one. None
            where the record says it itself.
        """
        return None

    def differences(self, wanted: Wanted, record: Any) -> Sequence[str]:
        """Names the attributes of a draft that a record does not hold.

        It is asked of patients who were in the destination before. By default all of a record differs, or nothing.

        Args:
            wanted: What the record would be, had it to be made.
            record: As `existing` and `read` give it.
        """
        return () if self.same(wanted.draft, record) else ("record",)

    @property
    def told(self) -> Mapping[str, str]:
        """What it was told, by name and in words that hold no key: a report says when that changes between runs."""
        return {}

    def person(self, record: Any) -> Person:
        """Says who a patient of the destination is, by which it is told whether the source has the same one.

        By default a record is read that has the attributes of Cliniko's patients.

        Args:
            record: A patient, as `existing` gives it.
        """
        return Person.of(record)

    def copied(self, source: str, record: Any) -> str | None:  # noqa: ARG002 - for subclasses
        """Says of which of a source's patients a patient of the destination was made, by whatever transfer.

        To be replaced where patients are marked as copies. It keeps a transfer that has lost its journal from making
        them all again.

        Args:
            source: The source account's id.
            record: A patient, as `existing` gives it.

        Returns:
            The patient's id in the source; None where nothing tells.
        """
        return None

    def archived_copies(self, source: str) -> int:  # noqa: ARG002 - for subclasses
        """Counts the patients in the destination's archive of whom `copied` would tell; `existing` leaves them out.

        Args:
            source: The source account's id.
        """
        return 0

    def compare(self, wanted: Wanted, record: Any) -> Sequence[str]:
        """Names the attributes that a record holds otherwise than it was meant. `Transfer.verify` asks it.

        By default all of a record differs, or nothing.

        Args:
            wanted: What the record was to be.
            record: As `read` gives it.
        """
        return () if self.same(wanted.draft, record) else ("record",)

    def cleared(self, record: Any) -> Sequence[str]:  # noqa: ARG002 - for subclasses
        """Names what an update of a transfer's own took from a record against its will, and nobody has entered again.

        `Transfer.verify` tells it apart from what somebody edited. `state` says of such a record what it said before.

        Args:
            record: As `read` gives it.

        Returns:
            Attributes as `compare` names them; it can be such as no draft gives.
        """
        return ()

    def fingerprint(self, id: str) -> object:  # noqa: ARG002 - for subclasses
        """Reads a file of the destination and returns what `finish` gave for it with `CheckFile`; it is not kept."""
        return None

    def pictures(self, wanted: Wanted, record: Any) -> tuple[str, ...]:  # noqa: ARG002 - for subclasses
        """Names what a record shows otherwise than it was meant, of what `compare` can't see: pictures to be fetched.

        Args:
            wanted: What the record was to be.
            record: As `read` gives it; `compare` finds no fault with it.
        """
        return ()

    def link(self, record: Any) -> str | None:  # noqa: ARG002 - for subclasses
        """Returns the address of a page that shows a record to people, or None where there is none."""
        return None

    def remove(self, kind: str, id: str) -> None:  # noqa: ARG002 - for subclasses
        """Takes back a record that `create` made. Safe to repeat.

        Raises:
            Unsupported: The destination has no way to take such a record back.
        """
        raise Unsupported(f"This destination has no way of taking back {kind.replace('_', ' ')}; do it by hand.")

    def whereabouts(self, kind: str, ids: Mapping[str, str]) -> Mapping[str, Whereabouts]:  # noqa: ARG002 - for subclasses
        """Says by what a person finds records in the destination, for the lists of what is to be done by hand.

        Nothing is sent for it.

        Args:
            kind: The record kind's name.
            ids: At most 100 of the source's ids, and by them the destination's; blank where the record isn't there.

        Returns:
            By the source's id: whose the record is, when it begins, and what a file is called, as far as it is known.
        """
        return {}

    def keep_lists(self, set_aside: Sequence[SetAside], to_delete: Sequence[ToDelete]) -> None:  # noqa: B027 - for subclasses
        """Is given, at the end of a run and of `undo`, what a person has to see to.

        A sink that keeps patients' records can keep lists of it where these are, which say the patients' names: no
        report does.

        Args:
            set_aside: As `Report.set_aside`.
            to_delete: As `Report.to_delete`; of `undo` only.

        Raises:
            Error: The lists can't be kept; the report stays as it is.
        """

    def besides(self) -> Iterable[ToDelete]:
        """Gives what was made beside the records that the journal knows, where the destination takes nothing back."""
        return ()

    def hanging_on(self, kind: str, ids: Sequence[str]) -> Iterable[tuple[str, str, str]]:  # noqa: ARG002 - for subclasses
        """Gives what hangs on records, whoever made it, so that nobody's later work is taken back with them.

        Args:
            kind: The record kind's name.
            ids: Ids in the destination, at most 100.

        Returns:
            The id of the record; the kind and the id of what hangs on it. The kind can be `"bookings"`.
        """
        return ()

    def pointing_at(self, kind: str) -> Iterable[tuple[str, str, str]]:  # noqa: ARG002 - for subclasses
        """Gives what points at records of a kind, as far as `hanging_on` can't ask for it by their ids.

        `undo` asks it once for each kind of which it is about to take records back, and a run once for each kind of
        the catalogue, contacts too, of which it is about to archive what an earlier run made.

        Args:
            kind: The record kind's name.

        Returns:
            For each record of the kind that is pointed at its id, and the kind and the id of what points there.
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
            that were made in the destination are then overwritten by later ones from the source. A sink that tells it
            gives the record in `Made.record` too: without that it isn't known what was written, and a later change is a
            conflict unless the destination says the same already.
        """
        return None

    def edited(self, draft: Any, record: Any) -> str | None:  # noqa: ARG002 - for subclasses
        """Says what is to be done about a record that changed in the source and was edited in the destination since.

        To be replaced where there is more to say of some edits than to bring the change over by hand.

        Args:
            draft: What it is to be by now, with the destination's ids.
            record: What it is, as `read` gives it.

        Returns:
            Why the change isn't brought over, and what a person is to do; an empty text where the edit is no obstacle;
            None where there is no more to say.
        """
        return None

    def shared(self, record: Any) -> Mapping[str, object]:  # noqa: ARG002 - for subclasses
        """Says what of a record changes when the destination changes another one along with it. `state` leaves it out.

        So an attendee is in the case that its appointment is put into.

        Args:
            record: As `state` gets it.

        Returns:
            By the draft's attribute its value, in the form in which a draft has it: an id.
        """
        return {}

    def shows(self, follow_up: FollowUp, record: Any) -> bool | None:  # noqa: ARG002 - for subclasses
        """Says whether a record shows that a cancellation or an archiving was done to it; None where it can't be told.

        Args:
            follow_up: `Cancel` or `Archiving`.
            record: As `read` gives it.
        """
        return None

    def says_otherwise(self, follow_up: FollowUp, record: Any) -> Sequence[str]:  # noqa: ARG002 - for subclasses
        """Names what a record that was cancelled says of that otherwise than it was meant, such as the reason.

        Args:
            follow_up: What was to be done.
            record: One that shows it, as `read` gives it.
        """
        return ()

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

    def seats(self, record: Any) -> int | None:  # noqa: ARG002 - for subclasses
        """Says how many have room in a class; None where nothing tells.

        It is asked before a class is opened for further attendees, so that it gets the number back that it had there.

        Args:
            record: The class, as `read` gives it.
        """
        return None

    def finish(self, kind: str, id: str, follow_up: FollowUp) -> Any:  # noqa: ARG002 - for subclasses
        """Does what a record still needs after it was made. Safe to repeat: what is done already is left as it is.

        Returns:
            The record as it is now, for `state`, where a `Change` changed what that tells; `Finished` where another
            follow-up did, or not all of it came about; None otherwise.

        Raises:
            Unsupported: The destination has no way to do that to such a record.
        """
        what, whose = type(follow_up).__name__, kind.replace("_", " ")
        raise Unsupported(f"This destination has no way of doing {what} to {whose}; do it by hand.")

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

    def looks(self) -> Iterable[Look]:
        """Gives what looks along while preflight walks the records that go; it says then what it found.

        A kind that nobody else looks at costs a list read for each 100 records.
        """
        return ()

    def plan_looks(self) -> Iterable[PlanLook]:
        """Gives what looks along while a plan goes through all records; what it finds stands in the plan.

        It is for what `looks` would have to read further lists for: preflight is quick, and a plan reads all of it
        anyway. It is shown what `witness` will be shown, so that only a sink that `keeps` records has a use for it.
        """
        return ()

    def other_ways(self, kinds: Mapping[str, Count], losses: Sequence[LossCount]) -> Table | None:  # noqa: ARG002 - for subclasses
        """Says of each kind by which way its records are best brought into the destination. A plan shows it.

        To be replaced where there are other ways than this transfer, such as an importer of the destination's own.

        Args:
            kinds: What a run would do with each kind's records.
            losses: What it could not carry.

        Returns:
            A table, a row for each kind that has records; None where there is one way only.
        """
        return None

    def may_message(self) -> Collection[str]:
        """Says how the destination could write to patients while records are made.

        Returns:
            Any of `"confirmations"` and `"cancellations"`; see `Survey.may_message`. Any other word names a way that
            can't be switched off, which blocks the run.
        """
        return ()

    def would_message(self, draft: Any) -> Collection[str]:  # noqa: ARG002 - for subclasses
        """Says how the destination could write to patients once it holds a record, beyond what `may_message` says.

        It is asked of the appointment types that are about to be made or changed, before anything is written.

        Args:
            draft: As the mapper gave it.

        Returns:
            What `may_message` would say of it.
        """
        return ()

    def sets_off(self, draft: Any) -> bool:  # noqa: ARG002 - for subclasses
        """Says whether the destination could write to a patient because this record is made.

        It is asked of kinds whose records can have that effect, where `may_message` says that it has.

        Args:
            draft: With the destination's ids.
        """
        return True

    def sets_off_changed(self, draft: Any, record: Any) -> bool:  # noqa: ARG002 - for subclasses
        """Says whether the destination could write to a patient because `update` brings a record up to date.

        To be replaced where an update may come to nothing, because a person has to do it: then nobody need be muted.

        Args:
            draft: With the destination's ids, as `update` will get it.
            record: As `read` gives it.
        """
        return True

    def loud(self, ids: Sequence[str]) -> Mapping[str, Collection[str]]:  # noqa: ARG002 - for subclasses
        """Says which patients the destination would write to.

        Args:
            ids: The patients' ids in the destination.

        Returns:
            By the id of a patient who would be written to: about what, of what `may_message` says. Behind a colon may
            stand what the sink needs to know to give the setting back.
        """
        return {}

    def foresee_loud(self, draft: Any) -> Collection[str]:  # noqa: ARG002 - for subclasses
        """Says what `loud` will say of a patient who is made of a draft. A plan asks it.

        Args:
            draft: As given to `create`.
        """
        return ()

    def set_to(self, record: Any) -> Mapping[str, str]:  # noqa: ARG002 - for subclasses
        """Says how a patient is written to, where a setting has more to say than on and off.

        It is asked before a change of the patient is brought over, which must not overrule what somebody set in the
        destination.

        Args:
            record: The patient, as `read` gives it.

        Returns:
            By the draft's attribute that sets it: as `loud` says it. Nothing of a setting that is off.
        """
        return {}

    def silent(self, record: Any) -> Mapping[str, str]:  # noqa: ARG002 - for subclasses
        """Says about what a patient is not written to, because a setting of the patient's is off.

        It is asked before a change of the patient is brought over, which must not switch on what somebody switched off
        in the destination.

        Args:
            record: The patient, as `read` gives it; or a draft, of which it says the same.

        Returns:
            By way, of what `may_message` says: the draft's attribute that sets it.
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
