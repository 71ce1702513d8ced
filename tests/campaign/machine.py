"""Transfers to which anything happens, in any order: what Hypothesis plays with."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any, ClassVar, get_args

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from clinikomigrate import Event, Report
from clinikomigrate.testing.faults import FaultKind
from tests.campaign.changes import EDITS, GAINS, THEIRS
from tests.campaign.destination import Account, Destination, faults_of
from tests.campaign.figures import Figures, Wrong
from tests.campaign.pair import Pair, ended, pair_in
from tests.campaign.still import dying

_KINDS = st.sampled_from(get_args(FaultKind))
_FAKES = st.sampled_from(["source", "destination"])
_POSITIONS = st.integers(1, 130)


class TransferMachine(RuleBasedStateMachine):
    """One transfer, from the first run to the last, and all that may happen in between.

    Attributes:
        into: The kind of destination; a subclass says it.
        figures: What all transfers of this process met.
    """

    into: ClassVar[Destination]
    figures: ClassVar[Figures] = Figures("Mixtures")

    @initialize()
    def begin(self) -> None:
        """Makes the accounts."""
        self._stack = ExitStack()
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
        self.pair: Pair = self._stack.enter_context(pair_in(folder, self.into))
        self.changes = self.into.changes(self.pair)
        self.figures.transfers += 1

    # What goes wrong.

    @rule(where=_FAKES, kind=_KINDS, at=_POSITIONS, files=st.booleans())
    def fault_ahead(self, where: str, kind: FaultKind, at: int, files: bool) -> None:
        """Some request of the runs to come meets a fault."""
        faults = faults_of(self._account(where))
        files = files and len(faults) > 1
        faults[files].add(kind, at=at % 5 + 1 if files else at)
        self.figures.blows["a fault ahead"] += 1

    @rule(where=_FAKES, kind=_KINDS, every=st.integers(5, 60))
    def bad_connection(self, where: str, kind: FaultKind, every: int) -> None:
        """Each so many requests of the runs to come meet a fault."""
        self._account(where).faults.add(kind, every=every, times=20)
        self.figures.blows["a bad connection ahead"] += 1

    # Runs.

    @rule(only_failed=st.booleans())
    def run(self, only_failed: bool) -> None:
        """A run takes its course."""
        self._ran("a run" if not only_failed else "a run of what had failed")
        ended(lambda: self.pair.transfer().run(only_failed=only_failed))

    @rule(after=st.integers(1, 150))
    def run_and_stop(self, after: int) -> None:
        """Somebody stops a run."""
        transfer, seen = self.pair.transfer(), 0

        def listen(_: Event) -> None:
            nonlocal seen
            seen += 1
            if seen == after:
                transfer.stop()

        self._ran("a run that is stopped", interrupted=True)
        ended(lambda: transfer.run(on_event=listen))

    @rule(at=_POSITIONS, only_failed=st.booleans())
    def die_at_a_request(self, at: int, only_failed: bool) -> None:
        """A run dies when a request is carried out and not answered."""
        self._ran("a run that dies at a request", interrupted=True)
        with dying(self.pair, at_request=at) as journal:
            ended(lambda: self.pair.transfer(journal).run(only_failed=only_failed))

    @rule(at=_POSITIONS)
    def die_at_a_commit(self, at: int) -> None:
        """A run dies after a commit of the journal."""
        self._ran("a run that dies at a commit", interrupted=True)
        with dying(self.pair, at_commit=at) as journal:
            ended(lambda: self.pair.transfer(journal).run())

    @rule(at=_POSITIONS, kind=st.sampled_from(GAINS))
    def source_gains_meanwhile(self, at: int, kind: str) -> None:
        """Somebody adds a record to the source while a run is under way."""
        left = at

        def on_request(_: Any) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                self.changes.gain(kind)

        self._ran("a run while the source gains a record")
        self.pair.source.on_traffic.append(on_request)
        ended(lambda: self.pair.transfer().run())
        self.pair.source.on_traffic.remove(on_request)

    # What people do.

    @rule(kind=st.sampled_from(GAINS))
    def source_gains(self, kind: str) -> None:
        """Somebody adds a record to the source."""
        self.changes.gain(kind)
        self.figures.blows["the source gains a record"] += 1

    @rule(kind=st.sampled_from(sorted(EDITS)), number=st.integers(0, 5))
    def source_edits(self, kind: str, number: int) -> None:
        """Somebody changes a record of the source."""
        self.changes.edit(kind, number)
        self.figures.blows["the source changes a record"] += 1

    @rule()
    def source_edits_what_is_in_doubt(self) -> None:
        """Somebody changes just those records of the source of which nobody knows whether they went."""
        self.changes.edit_what_is_in_doubt()
        self.figures.blows["the source changes what is in doubt"] += 1

    @rule(number=st.integers(0, 5))
    def source_cancels(self, number: int) -> None:
        """Somebody cancels an appointment of the source."""
        self.changes.cancel(number)
        self.figures.blows["the source cancels an appointment"] += 1

    @rule(kind=st.sampled_from(THEIRS))
    def somebody_adds(self, kind: str) -> None:
        """Somebody adds a record to the destination."""
        self.changes.somebody_adds(kind)
        self.figures.blows["somebody adds a record to the destination"] += 1

    # What must come of it.

    @rule()
    def settle(self) -> None:
        """With nothing more in the way, the transfer ends; all is there once, and a further run writes nothing."""
        for account in (self.pair.source, self.pair.destination):
            for faults in faults_of(account):
                faults.clear()
        runs = self.pair.run_until_done()
        if isinstance(runs[-1], Report) and self.changes.settle(runs[-1]):
            runs += self.pair.run_until_done()
        self.figures.runs += len(runs)
        found = [*self.changes.problems(runs[-1]), *self.pair.disorder(), *self._written_again()]
        if found:
            raise Wrong("after all that was done", found)

    def _written_again(self) -> list[str]:
        before = len(self.pair.destination.log)
        self.pair.run()
        again = self.pair.destination.log[before:]
        return [
            f"written again: {each.method} {each.path}"
            for each in again
            if each.method != "GET" and (each.status is None or each.status < 400)
        ]

    def _account(self, where: str) -> Account:
        account: Account = self.pair.source if where == "source" else self.pair.destination
        return account

    def _ran(self, what: str, *, interrupted: bool = False) -> None:
        self.figures.runs += 1
        self.figures.interrupted += interrupted
        self.figures.blows[what] += 1

    def teardown(self) -> None:
        """Lets the transfer end, looks at what came of it, and takes everything away."""
        if hasattr(self, "pair"):
            with self._stack:
                self.settle()
