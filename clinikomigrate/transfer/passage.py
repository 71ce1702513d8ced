"""One passage over all that was chosen: the pipeline, then the finishing pass."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence

import attrs

from clinikomigrate.transfer import completeness
from clinikomigrate.transfer.carry import Carrier
from clinikomigrate.transfer.events import Listener, RunStarted
from clinikomigrate.transfer.finishing import Finishing
from clinikomigrate.transfer.holding import Holding
from clinikomigrate.transfer.journal import Journal
from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.patience import Patience
from clinikomigrate.transfer.phrases import counted
from clinikomigrate.transfer.pipeline import Choice, Pipeline
from clinikomigrate.transfer.quiet import Quiet
from clinikomigrate.transfer.renewal import Renewal
from clinikomigrate.transfer.resolve import Resolver
from clinikomigrate.transfer.reunion import Reunion
from clinikomigrate.transfer.sink import Sink
from clinikomigrate.transfer.steady import SteadySource
from clinikomigrate.transfer.summary import LossCount
from clinikomigrate.transfer.tally import Count
from clinikomigrate.transfer.widening import Widening
from clinikomigrate.wire.clock import Clock


@attrs.frozen
class Passed:
    """What a passage did.

    Attributes:
        kinds: The counts by kind, in the order of the table.
        losses: All that could not be carried so far, counted.
        by_hand: What a person has to enter by hand.
        stopped: Why it ended before all was done, or None.
    """

    kinds: Mapping[str, Count] = attrs.field(factory=dict)
    losses: Sequence[LossCount] = ()
    by_hand: Sequence[str] = ()
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
    resolver = Resolver(journal, choice.context, source)
    carrier = Carrier(sink, journal, resolver, clock, patience)
    quiet = Quiet(sink, journal, resolver, patience, choice.context.survey.may_message)
    tell(RunStarted(tuple(kind for kind in KINDS if kind in choice.kinds)))
    pipeline = Pipeline(
        source=source,
        sink=sink,
        journal=journal,
        choice=choice,
        carrier=carrier,
        patience=patience,
        quiet=quiet,
        renewal=Renewal(sink, journal, resolver, patience),
        widening=Widening(sink, journal, resolver, patience),
        reunion=Reunion(choice.existing, sink, journal, resolver, patience),
        stop=stop,
        tell=tell,
    )
    if not choice.only_failed:
        completeness.begin(journal)
    stopped = pipeline.run()
    if stopped is None and not choice.only_failed:
        completeness.end(journal)
    if stopped is None and not completeness.ended(journal):
        stopped = completeness.REST
    held: Mapping[str, int] = {}
    if stopped is None:
        finishing = Finishing(
            source=source,
            journal=journal,
            choice=choice,
            carrier=carrier,
            quiet=quiet,
            holding=Holding(source, sink, journal, choice),
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
        by_hand=[*sorted(pipeline.tally.by_hand), *_not_archived(held)],
        stopped=stopped,
    )


def _not_archived(held: Mapping[str, int]) -> list[str]:
    """Says what is archived in the source and is not archived yet."""
    return [
        f"Archived in the source and not yet here: {counted(number, kind)}, which records that the filter left behind "
        "need. A run without a filter archives them; if none is to come, run(last=True) does."
        for kind, number in sorted(held.items())
        if number
    ]


def _losses(journal: Journal, counts: Mapping[str, Count]) -> list[LossCount]:
    losses = [LossCount(*row) for row in journal.losses()]
    for kind, count in counts.items():
        reason = KINDS[kind].left_behind
        if reason is not None and count.found:
            losses.append(LossCount(kind, "record", reason, count.found))
    return losses
