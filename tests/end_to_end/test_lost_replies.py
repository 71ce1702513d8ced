"""Replies lost at random: nothing missing, nothing twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from clinikomigrate.testing import FakeCliniko
from clinikomigrate.transfer.events import Event, FollowUpDone, RecordSettled
from tests.end_to_end.accounts import pair_of


def trouble(fake: FakeCliniko, seed: int) -> None:
    """Makes about every tenth request go wrong in one way or another."""
    for number, kind in enumerate(("drop_after", "500_after", "429", "502", "cut", "drop_before", "timeout_after")):
        fake.faults.add(kind, every=41 + 6 * number + seed)  # type: ignore[arg-type] # each is a kind of fault


@pytest.mark.parametrize("seed", range(3))
def test_nothing_is_missing_and_nothing_is_twice(tmp_path: Path, seed: int) -> None:
    """With about every tenth request lost or refused, every record arrives once."""
    with pair_of(tmp_path, patients=16, seed=seed) as pair:
        trouble(pair.source, seed)
        trouble(pair.destination, seed)
        pair.destination.store_faults.add("drop_after", every=5)
        report = pair.transfer().run()
        if not report.ok:
            report = pair.transfer().run(only_failed=True)

        assert report.set_aside == []
        pair.check()


def test_a_run_that_was_stopped_again_and_again_goes_on(tmp_path: Path) -> None:
    """Stopped after every few records, the runs together make what one run makes."""
    with pair_of(tmp_path, patients=12, seed=5) as pair:
        runs = 0
        while True:
            transfer = pair.transfer()
            left = 60

            def count(event: Event) -> None:
                nonlocal left
                left -= isinstance(event, RecordSettled | FollowUpDone) and not getattr(event, "already", False)
                if left == 0:
                    transfer.stop()  # noqa: B023 - it is called before the next one is made

            report = transfer.run(on_event=count)
            runs += 1
            if report.stopped is None:
                break

            assert report.stopped == "asked to stop"

        assert report.set_aside == []
        assert runs > 3
        pair.check()
