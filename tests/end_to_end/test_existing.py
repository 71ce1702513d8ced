"""A destination that holds some of the patients already, with what belongs to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
import pytest

from clinikomigrate import Blocked, ByPatient, Level, Person, Report
from clinikomigrate.transfer.kinds import KINDS
from tests.comparison import counts, differences
from tests.end_to_end.accounts import Pair, client, created, pair_of

CHOSEN = 10


@contextmanager
def half_moved(folder: Path, seed: int) -> Iterator[tuple[Pair, list[str]]]:
    """Makes a clinic of which some patients were moved by somebody else, and gives their ids.

    They have ids of an older system, so that nothing marks them as copies. Nothing of the catalogue is archived: what
    is, is copied each time anew.
    """
    with pair_of(folder, patients=20, seed=seed) as pair:
        for kind in KINDS.values():
            for row in pair.source.rows(kind.name) if kind.adoptable else ():
                if row.get("archived_at") is not None:
                    stored = pair.source.store.at(kind.name, str(row["id"]))
                    pair.source.store.change(kind.name, stored, archived_at=None)
        chosen = alone(pair)[:CHOSEN]
        for id in chosen:
            stored = pair.source.store.at("patients", id)
            pair.source.store.change("patients", stored, old_reference_id=stored["old_reference_id"] or f"PM-{id}")
        first = attrs.evolve(pair, journal=folder / "first.journal")

        assert first.transfer(filter=ByPatient(*chosen)).run().ok
        yield pair, chosen


def alone(pair: Pair) -> list[str]:
    """Gives the ids of the source's patients who can't be taken for anybody else."""
    patients = [each for each in client(pair.source).patients.list() if Person.of(each).found_by()]
    keys = Counter(key for each in patients for key in Person.of(each).found_by())
    return [each.id for each in patients if {keys[key] for key in Person.of(each).found_by()} == {1}]


def done(report: Report, what: str) -> dict[str, int]:
    """Gives how many records of each kind were adopted or created."""
    return {kind: number for kind, count in report.kinds.items() if (number := getattr(count, what))}


@pytest.mark.parametrize("seed", range(3))
def test_the_rest_is_moved_and_nothing_is_doubled(tmp_path: Path, seed: int) -> None:
    """With 'adopt' every record ends up there once, as it does in an empty account; a second run makes nothing."""
    with half_moved(tmp_path, seed) as (pair, chosen):
        transfer = pair.transfer(existing="adopt")
        plan, report = transfer.plan(), transfer.run()

        assert [] == list(report.set_aside)
        assert CHOSEN == done(report, "adopted")["patients"]
        assert plan.kinds == report.kinds
        assert set() == set(plan.losses) ^ set(report.losses)
        assert pytest.approx(report.requests, rel=0.05) == plan.requests
        there = dict(transfer.identities("patients"))
        other = [
            loss.records for loss in report.losses if loss.kind == "referral_sources" and "another one" in loss.reason
        ]
        lines = differences(pair.source, pair.destination)
        assert sum(other) == len(lines) == sum(line.startswith("referral_sources ") for line in lines)
        assert set(chosen) <= set(there)
        before = counts(pair.destination)
        again = pair.transfer().run()

        assert 0 == created(again) == sum(done(again, "adopted").values())
        assert before == counts(pair.destination)
        pair.check_quiet()


def test_nothing_is_written_before_somebody_decides(tmp_path: Path) -> None:
    """With 'stop' the run is blocked with all pairs, and nothing is written."""
    with half_moved(tmp_path, 1) as (pair, chosen):
        before = pair.destination.snapshot()
        with pytest.raises(Blocked) as blocked:
            pair.transfer().run()

        [finding] = [each for each in blocked.value.findings if each.level is Level.BLOCKER]
        assert set(chosen) == set(finding.ids)
        assert before == pair.destination.snapshot()


def test_all_are_made_again_where_that_is_wanted(tmp_path: Path) -> None:
    """With 'copy' nothing of the patients is adopted, and a second run makes nothing."""
    with half_moved(tmp_path, 1) as (pair, _):
        transfer = pair.transfer(existing="copy")
        plan, report = transfer.plan(), transfer.run()
        of_patients = {"patients", "medical_alerts", "treatment_notes", "individual_appointments"}

        assert [] == list(report.set_aside)
        assert plan.kinds == report.kinds
        assert set() == of_patients & set(done(report, "adopted"))
        assert created(pair.transfer(existing="copy").run()) == 0
        pair.check_quiet()


def respelt(pair: Pair, chosen: list[str]) -> dict[str, str]:
    """Writes the names of those who were moved differently in the destination, and gives their ids there."""
    first = attrs.evolve(pair, journal=pair.journal.with_name("first.journal"))
    there = dict(first.transfer().identities("patients"))
    for id in chosen:
        row = pair.destination.store.at("patients", there[id])
        names = {name: respelling(str(row[name] or "")) for name in ("first_name", "last_name")}
        pair.destination.store.change("patients", row, **names)
    return {id: there[id] for id in chosen}


def respelling(name: str) -> str:
    """Writes a name differently: with an accent that is not there, or with a hyphen."""
    return f"{name[:1]}-{name[1:]}" if name[:1] not in "aeiou" else f"{name[:1]}\u0301{name[1:]}"


@pytest.mark.parametrize("seed", range(2))
def test_nobody_is_made_twice_over_the_spelling_of_a_name(tmp_path: Path, seed: int) -> None:
    """With 'stop' all pairs block; with 'adopt' they wait, others go, and once the names agree nothing is double."""
    with half_moved(tmp_path, seed) as (pair, chosen):
        there = respelt(pair, chosen)
        with pytest.raises(Blocked) as blocked:
            pair.transfer().run()
        [finding] = [each for each in blocked.value.findings if each.level is Level.BLOCKER]
        transfer = pair.transfer(existing="adopt")
        plan, report = transfer.plan(), transfer.run()

        assert set(chosen) == set(finding.ids)
        assert f"Of {CHOSEN} the name is written differently" in finding.message
        assert plan.kinds == report.kinds
        assert set(chosen) == {row.source_id for row in report.set_aside if row.state == "conflict"}
        assert "blocked" in {row.state for row in report.set_aside}

        for id, other in there.items():
            names = {name: pair.source.store.at("patients", id)[name] for name in ("first_name", "last_name")}
            pair.destination.store.change("patients", pair.destination.store.at("patients", other), **names)
        mended = pair.transfer(existing="adopt").run()

        assert [] == list(mended.set_aside)
        assert there.items() <= dict(transfer.identities("patients")).items()
        assert [] == [line for line in differences(pair.source, pair.destination) if line[:9] != "referral_"]
        pair.check_quiet()


def test_who_was_archived_there_is_told_of(tmp_path: Path) -> None:
    """Whoever is in the destination's archive is made again with a warning, and nothing is written to the old ones."""
    with half_moved(tmp_path, 1) as (pair, chosen):
        attrs.evolve(pair, journal=tmp_path / "first.journal").transfer().undo()
        before = {row["id"]: row for row in pair.destination.rows("patients")}
        report = pair.transfer().run()
        [finding] = [each for each in report.findings if each.code == "existing-patients-archived"]

        assert report.ok
        assert set(chosen) == set(finding.ids)
        assert before.items() <= {row["id"]: row for row in pair.destination.rows("patients")}.items()


@pytest.mark.parametrize("existing", ["stop", "adopt", "copy"])
def test_a_run_that_lost_replies_goes_on(tmp_path: Path, existing: Any) -> None:
    """Stopped in the middle of lost replies, it goes on with no false blocker, and every record is there once."""
    with pair_of(tmp_path, patients=12, seed=4) as pair:
        pair.destination.faults.add(
            "drop_after", when=lambda each: (each.method, each.path) == ("POST", "/v1/patients"), every=3
        )
        pair.destination.faults.add(
            "401", when=lambda each: each.method == "POST" and each.path != "/v1/patients", at=60, times=1
        )
        stopped = pair.transfer(existing=existing).run()
        pair.destination.faults.clear()

        assert stopped.stopped is not None
        assert pair.transfer(existing=existing).run().ok
        pair.check()
