"""The whole campaign, from the command line: `python -m tests.campaign --help`."""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor

from tests.campaign.destination import Destination
from tests.campaign.figures import Figures, together
from tests.campaign.into_cliniko import IntoCliniko
from tests.campaign.into_splose import IntoSplose
from tests.campaign.shares import Share, fault, kill, mix

_PARTS: dict[str, Callable[[Share], Figures]] = {"kills": kill, "faults": fault, "mixtures": mix}
_INTO: dict[str, Destination] = {
    "cliniko": IntoCliniko(),
    "splose": IntoSplose(),
    "splose-collected": IntoSplose("collected"),
    "splose-without-documents": IntoSplose(None),
    "splose-outcomes": IntoSplose(None, outcomes=True),
}
"""Where to, by the names that the command line has for it."""


def main() -> int:
    """Runs what is asked for, prints the figures, and says whether anything was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaign", description=__doc__)
    parser.add_argument("--into", choices=_INTO, default="cliniko", help="where to (default: %(default)s)")
    parser.add_argument("--runs", type=int, default=2000, help="how many runs are killed (default: %(default)s)")
    parser.add_argument("--faults", type=int, default=1_000_000, help="how many faults are met (default: all)")
    parser.add_argument("--mixtures", type=int, default=1000, help="how many are made up (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="gives the order (default: %(default)s)")
    parser.add_argument("--processes", type=int, default=multiprocessing.cpu_count(), help="how many work side by side")
    given = parser.parse_args()
    sizes = {"kills": given.runs, "faults": given.faults, "mixtures": given.mixtures}
    began = time.monotonic()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(given.processes, mp_context=context) as pool:
        parts = [
            pool.submit(_PARTS[name], Share(_INTO[given.into], size, given.seed, number, given.processes))
            for name, size in sizes.items()
            for number in range(given.processes if size else 0)
        ]
        found = together(part.result() for part in parts)
    print(*found, sep="\n\n")
    wrong = [each for figures in found for each in figures.wrong]
    print(f"\n{time.monotonic() - began:.0f} s, seed {given.seed}", *wrong, sep="\n\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
