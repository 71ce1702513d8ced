"""One passage over all that was chosen: the pipeline, then the finishing pass."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from contextlib import closing

import attrs

from clinikomigrate.transfer import completeness, under_way
from clinikomigrate.transfer.carry import Carrier
from clinikomigrate.transfer.catching_up import CatchingUp
from clinikomigrate.transfer.events import Listener, RunStarted
from clinikomigrate.transfer.filling_in import FillingIn
from clinikomigrate.transfer.finishing import Finishing
from clinikomigrate.transfer.following_up import FollowingUp
from clinikomigrate.transfer.fresh import Fresh
from clinikomigrate.transfer.holding import Holding
from clinikomigrate.transfer.in_use import InUse
from clinikomigrate.transfer.journal import Journal
from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.patience import Patience
from clinikomigrate.transfer.pipeline import Choice, Pipeline
from clinikomigrate.transfer.quiet import Quiet
from clinikomigrate.transfer.renewal import Renewal
from clinikomigrate.transfer.rereading import Rereading
from clinikomigrate.transfer.reseated import Reseated
from clinikomigrate.transfer.resolve import Resolver
from clinikomigrate.transfer.retelling import Retelling
from clinikomigrate.transfer.reunion import Reunion
from clinikomigrate.transfer.second_look import SecondLook
from clinikomigrate.transfer.sink import Sink
from clinikomigrate.transfer.steady import SteadySource
from clinikomigrate.transfer.summary import LossCount
from clinikomigrate.transfer.tally import Count
from clinikomigrate.transfer.there_before import ThereBefore
from clinikomigrate.transfer.widening import Widening
from clinikomigrate.wire.clock import Clock


@attrs.frozen
class Passed:
    """What a passage did.

    Attributes:
        kinds: The counts by kind, in the order of the table.
        losses: All that could not be carried so far, counted.
        by_hand: What a person has to enter by hand.
        not_archived: How many records of each kind are archived in the source, and are not yet, because what was left
            behind needs them.
        stopped: Why it ended before all was done, or None.
    """

    kinds: Mapping[str, Count] = attrs.field(factory=dict)
    losses: Sequence[LossCount] = ()
    by_hand: Sequence[str] = ()
    not_archived: Mapping[str, int] = attrs.field(factory=dict)
    stopped: str | None = None


def carry_all(
    source: SteadySource,
    sink: Sink,
    journal: Journal,
    choice: Choice,
    *,
    clock: Clock,
    patience: Patience,
    stop: threading.Event,
    tell: Listener,
) -> Passed:
    """Carries everything over that was chosen and is not there yet.

    Args:
        source: Gives records.
        sink: Takes them.
        journal: Remembers; it is open.
        choice: What is to go.
        clock: Tells the time.
        patience: Waits out a lost connection.
        stop: Set when the passage is to end.
        tell: Is told of events; it may be called from several threads.
    """
    under_way.settle(sink, journal, patience, clock)
    resolver = Resolver(journal, choice.context, source)
    fresh = Fresh(sink)
    there_before = ThereBefore(journal, choice.alike)
    carrier = Carrier(sink, journal, resolver, clock, patience, fresh=fresh, there_before=there_before)
    following_up = FollowingUp(sink, journal, resolver, patience)
    quiet = Quiet(sink, journal, resolver, patience, choice.context.survey.could_message, fresh=fresh)
    tell(RunStarted(tuple(kind for kind in KINDS if kind in choice.kinds)))
    renewal = Renewal(sink, journal, resolver, patience)
    pipeline = Pipeline(
        source=source,
        sink=sink,
        journal=journal,
        choice=choice,
        carrier=carrier,
        following_up=following_up,
        patience=patience,
        quiet=quiet,
        renewal=renewal,
        catching_up=CatchingUp(sink, journal),
        filling_in=FillingIn(sink, journal),
        widening=Widening(sink, journal, resolver, patience),
        rereading=Rereading(source, journal, choice),
        reunion=Reunion(choice.existing, sink, journal, resolver, patience),
        retelling=Retelling(
            source=source,
            sink=sink,
            journal=journal,
            resolver=resolver,
            renewal=renewal,
            quiet=quiet,
            patience=patience,
        ),
        stop=stop,
        tell=tell,
    )
    held: Mapping[str, int] = {}
    with closing(fresh), closing(InUse(source, sink, journal, resolver, patience)) as in_use:
        if not choice.only_failed:
            completeness.begin(journal)
        stopped = pipeline.run()
        if stopped is None and not choice.only_failed:
            completeness.end(journal)
        if stopped is None and not completeness.ended(journal):
            stopped = completeness.REST
        if stopped is None:
            finishing = Finishing(
                source=source,
                journal=journal,
                choice=choice,
                following_up=following_up,
                quiet=quiet,
                holding=Holding(source, sink, journal, choice),
                second_look=SecondLook(sink, journal, resolver, patience, fresh=fresh, in_use=in_use),
                reseated=Reseated(sink, journal, patience),
                threads=sink.workers,
                stop=stop,
                tell=tell,
            )
            stopped = finishing.run()
            held = finishing.held
    counts = pipeline.tally.counts()
    return Passed(
        kinds={kind: counts[kind] for kind in KINDS if kind in counts},
        losses=_losses(journal, counts),
        by_hand=sorted(pipeline.tally.by_hand),
        not_archived={kind: held[kind] for kind in KINDS if held.get(kind)},
        stopped=stopped,
    )


def _losses(journal: Journal, counts: Mapping[str, Count]) -> list[LossCount]:
    losses = [LossCount(*row) for row in journal.losses()]
    for kind in KINDS.values():
        count = counts.get(kind.name)
        if count is not None and count.found and kind.left_behind is not None:
            losses.append(LossCount(kind.name, "record", kind.left_behind, count.found))
    return losses
