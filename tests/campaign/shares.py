"""Parts of a campaign, each of which one process can do by itself."""

from __future__ import annotations

import random
import sys
import tempfile
from itertools import islice
from pathlib import Path

import attrs
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.campaign.accounts import stand
from tests.campaign.destination import Destination
from tests.campaign.faults import all_faults, meet
from tests.campaign.figures import Figures, Wrong
from tests.campaign.kills import Killer
from tests.campaign.machine import TransferMachine
from tests.campaign.pair import pair_in
from tests.campaign.plan import kill_cases

_TOLD_EVERY = 100


@attrs.frozen
class Share:
    """One of several equal parts of a campaign.

    Attributes:
        into: The kind of destination.
        size: How large the campaign is.
        seed: Gives its order.
        number: Which part this is, from 0.
        of: How many parts there are.
    """

    into: Destination
    size: int
    seed: int
    number: int = 0
    of: int = 1


def kill(share: Share) -> Figures:
    """Kills transfers until as many runs were killed as this share is to kill.

    Args:
        share: Its size is the number of killed runs.
    """
    with stand(share.into) as accounts, tempfile.TemporaryDirectory() as folder:
        killer = Killer(accounts, Path(folder))
        cases = kill_cases(killer.measure(), share.size, share.seed)
        figures = Figures("Kills")
        for case in islice(cases, share.number, None, share.of):
            if figures.interrupted * share.of >= share.size:
                break
            try:
                killer.case(case, figures)
            except Wrong as wrong:
                figures.wrong.append(str(wrong))
            _tell(figures)
    return figures


def fault(share: Share) -> Figures:
    """Lets transfers meet one fault each.

    Args:
        share: Its size is the number of transfers; at most one for each kind of fault at each request.
    """
    with tempfile.TemporaryDirectory() as folder, pair_in(Path(folder), share.into) as pair:
        cases = list(all_faults(pair))
        random.Random(share.seed).shuffle(cases)
        figures = Figures("Faults")
        for case in cases[: share.size][share.number :: share.of]:
            try:
                meet(pair, case, figures)
            except Wrong as wrong:
                figures.wrong.append(str(wrong))
            _tell(figures)
    return figures


def mix(share: Share) -> Figures:
    """Lets anything happen to transfers, as Hypothesis makes it up.

    Args:
        share: Its size is the number of transfers. With one that goes wrong it ends.
    """
    machine = seed(share.seed * share.of + share.number)(machine_into(share.into))
    try:
        run_state_machine_as_test(machine, settings=mixtures(share.size // share.of))
    except Exception as wrong:  # noqa: BLE001 - told with the other figures
        machine.figures.wrong.append("\n".join([str(wrong), *getattr(wrong, "__notes__", ())]))
    return machine.figures


def machine_into(into: Destination) -> type[TransferMachine]:
    """Makes the machine of a destination, with figures of its own.

    Args:
        into: The kind of destination.
    """
    return type("TransferMachine", (TransferMachine,), {"into": into, "figures": Figures("Mixtures")})


def mixtures(transfers: int, *, derandomize: bool = False) -> settings:
    """Says how Hypothesis is to play.

    Args:
        transfers: How many transfers it makes up.
        derandomize: Whether it plays the same each time, whatever the seed.
    """
    return settings(
        max_examples=transfers,
        stateful_step_count=8,
        deadline=None,
        database=None,
        derandomize=derandomize,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
        phases=[phase for phase in Phase if phase is not Phase.shrink or derandomize],  # of a long campaign as it is
    )


def _tell(figures: Figures) -> None:
    if figures.transfers % _TOLD_EVERY == 0:
        print(str(figures).partition("\n")[0], file=sys.stderr, flush=True)
