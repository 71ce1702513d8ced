"""A later run that reads only what may have changed does what one does that reads everything."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import attrs
import pytest

from clinikomigrate import (
    ALL_KINDS,
    EXCLUDE,
    ByPatient,
    ClinikoMapper,
    ClinikoSink,
    Filter,
    Mapped,
    Plan,
    Report,
    Skip,
    Transfer,
)
from clinikomigrate.client import listing
from clinikomigrate.client.query import Condition
from clinikomigrate.cliniko import models as m
from clinikomigrate.errors import BadRequest
from clinikomigrate.testing.fake import Snapshot
from clinikomigrate.testing.log import LoggedRequest
from clinikomigrate.transfer import rereading
from clinikomigrate.transfer.rereading import MARGIN, READ_SINCE
from clinikomigrate.transfer.source import ClinikoSource
from clinikomigrate.transfer.sqlite_journal import SQLiteJournal
from tests.comparison import differences
from tests.end_to_end.accounts import Pair, client, pair_of
from tests.end_to_end.weeks import Week

MEMO: dict[str, Any] = {"category_code": 12, "direction_code": 2, "type_code": 3, "from": "Ada", "to": "Desk"}
"""What makes a communication one of which nothing is lost."""

SOME: set[str] = set(READ_SINCE)
"""The kinds of which a later run reads only some."""
NONE: set[str] = set()

FEW = 0.001
"""How long a list must be, in pages, to be read only in part, so that a handful of records are enough."""

pytestmark = pytest.mark.usefixtures("short_pages")


@pytest.fixture
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets reading only some pay for a handful of records."""
    monkeypatch.setattr(rereading, "PAGE", FEW)


@contextmanager
def reading_everything() -> Iterator[None]:
    """Lets no list be long enough for reading only some of it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rereading, "PAGE", 10**9)
        yield


@contextmanager
def old_clinic(folder: Path, *, patients: int = 12, seed: int = 5, **settings: Any) -> Iterator[Pair]:
    """Makes a small clinic of which nothing was changed for a day."""
    with pair_of(folder, patients=patients, seed=seed, **settings) as pair:
        names = {name: pair.source.rows(name)[0]["id"] for name in ("businesses", "practitioners")}
        times = {"starts_at": "2025-05-05T01:00:00Z", "ends_at": "2025-05-05T02:00:00Z"}
        pair.source.add(
            "unavailable_blocks", business_id=names["businesses"], practitioner_id=names["practitioners"], **times
        )
        pass_time(pair, 86_400)
        yield pair


def pass_time(pair: Pair, seconds: float) -> None:
    """Lets the accounts' time go on."""
    clock = pair.source.clock
    clock.sleep_until(clock.monotonic() + seconds)


def lists(requests: list[LoggedRequest]) -> set[str]:
    """Gives the kinds of which only what was updated since a time was listed."""
    asked = {
        each.path.rpartition("/")[2]
        for each in requests
        if any(value.startswith("updated_at:>=") for _, value in each.query) and ("per_page", "1") not in each.query
    }
    return asked & SOME


def told(report: Report) -> dict[str, Any]:
    """Gives what a report says of records: all that must be alike, however it was read."""
    return {
        "kinds": {kind: attrs.asdict(count) for kind, count in report.kinds.items()},
        "losses": sorted((row.kind, row.field, row.reason, row.records) for row in report.losses),
        "aside": sorted((row.kind, row.source_id, row.state) for row in report.set_aside),
        "left out": sorted((row.kind, row.reason, row.records) for row in report.left_out),
        "by hand": sorted(report.by_hand),
    }


def sink(pair: Pair) -> ClinikoSink:
    """Makes the sink of a transfer with a source of one's own."""
    return ClinikoSink(client(pair.destination), authors={})


def second(pair: Pair, **settings: Any) -> tuple[Report, set[str]]:
    """Runs again, and says of which kinds only some was read."""
    before = len(pair.source.log)
    report = pair.transfer(**settings).run()
    return report, lists(pair.source.log[before:])


@pytest.mark.parametrize("seed", range(4))
def test_whatever_a_week_brings(tmp_path: Path, seed: int) -> None:
    """After weeks at random both ways of reading come to the same, in the destination and in the report."""
    reports: list[list[dict[str, Any]]] = []
    for everything in (False, True):
        folder = tmp_path / str(everything)
        folder.mkdir()
        with old_clinic(folder, patients=8, seed=seed) as pair:
            pair.transfer().run()
            week = Week(pair.source, seed)
            said = []
            for _ in range(2):
                week.pass_by(4)
                if everything:
                    with reading_everything():
                        report, some = second(pair)
                    assert NONE == some
                else:
                    report, some = second(pair)
                said.append(told(report))
                pair.check_quiet()
            reports.append(said)
            left = {(row.kind, row.source_id) for row in report.set_aside}
            assert left or [] == differences(pair.source, pair.destination), week.happened

    assert reports[1] == reports[0], week.happened


def test_when_nothing_happened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second run reads a small part of what the first one read, and says the same of what is there."""
    monkeypatch.setattr(listing, "PAGE", 4)  # so that a few hundred records are long lists
    monkeypatch.setattr(rereading, "PAGE", 4)
    with pair_of(tmp_path, patients=2, seed=3) as pair:
        patient = next(row for row in pair.source.rows("patients") if not row["archived_at"])
        for number in range(300):
            pair.source.add("communications", patient_id=patient["id"], content=f"Call {number}", **MEMO)
        pass_time(pair, 86_400)
        first = pair.transfer().run()
        sent = len(pair.source.log)
        again, some = second(pair)
        resent = len(pair.source.log) - sent
        counted = [
            Counter(each.path for each in requests)["/v1/communications"]
            for requests in (pair.source.log[:sent], pair.source.log[sent:])
        ]

        assert {"communications"} == some
        assert resent < sent
        assert counted[1] * 8 < counted[0]
        assert [count.selected for count in first.kinds.values()] == [count.selected for count in again.kinds.values()]
        assert 300 <= again.kinds["communications"].already
        assert [] == differences(pair.source, pair.destination)


@attrs.frozen
class Copied:
    """How things stand after a clinic was copied once.

    Attributes:
        source: What the source holds.
        destination: What the destination holds.
        journal: The journal's file.
        passed: The time on the accounts' clock.
    """

    source: Snapshot
    destination: Snapshot
    journal: bytes
    passed: float


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Copied:
    """Copies a small clinic once, for all tests that begin there."""
    with pytest.MonkeyPatch.context() as patch, old_clinic(tmp_path_factory.mktemp("copied")) as pair:
        patch.setattr(rereading, "PAGE", FEW)
        pair.transfer().run()
        source, destination = pair.source.snapshot(), pair.destination.snapshot()
        return Copied(source, destination, pair.journal.read_bytes(), pair.source.clock.monotonic())


@pytest.fixture
def pair(tmp_path: Path, copied: Copied) -> Iterator[Pair]:
    """Gives a small clinic that was copied once."""
    with old_clinic(tmp_path) as pair:
        pair.source.restore(copied.source)
        pair.destination.restore(copied.destination)
        pair.journal.write_bytes(copied.journal)
        pair.journal.chmod(0o600)
        pair.source.clock.sleep_until(copied.passed)
        yield pair


def test_only_what_changed_is_read(pair: Pair) -> None:
    """Of every kind that can be read so only that is read which was updated since the last reading began."""
    report, some = second(pair)

    assert SOME == some
    assert report.ok


def test_the_time_is_the_server_s_when_the_reading_began(tmp_path: Path) -> None:
    """It is the source's own time, whatever this machine's clock says, less the margin."""
    with old_clinic(tmp_path, server_clock_offset=86_400 * 400.0) as pair:
        began = client(pair.source)
        began.settings()
        earliest = began.server_now()
        pair.transfer().run()
        pass_time(pair, 3600)
        before = len(pair.source.log)
        pair.transfer().run()
        times = {
            value.removeprefix("updated_at:>=")
            for each in pair.source.log[before:]
            for _, value in each.query
            if value.startswith("updated_at:>=")
        }

        assert times
        for time in times:
            assert abs((datetime.fromisoformat(time) - (earliest - MARGIN)).total_seconds()) < 600


def test_what_an_exclusion_had_left_out_comes(tmp_path: Path) -> None:
    """When EXCLUDE is lifted everything is read, for nothing of it was updated."""
    with old_clinic(tmp_path) as pair:
        businesses: list[dict[str, Any]] = pair.source.rows("businesses")
        name = next(row for row in businesses if not row["archived_at"])["business_name"]
        pair.transfer(mapper=ClinikoMapper(businesses={name: EXCLUDE})).run()
        report, some = second(pair)
        _, after = second(pair)

        assert (NONE, SOME) == (some, after)
        assert 0 < report.kinds["individual_appointments"].created


def test_a_wider_filter(tmp_path: Path) -> None:
    """A pilot of one patient grows into the whole; from then on only changes are read."""
    with old_clinic(tmp_path) as pair:
        patient = str(next(row for row in pair.source.rows("patients") if not row["archived_at"])["id"])
        pair.transfer(filter=ByPatient(patient)).run()
        _, pilot = second(pair, filter=ByPatient(patient))
        _, wide = second(pair)
        report, after = second(pair)

        assert (NONE, NONE, SOME) == (pilot, wide, after)
        assert [] == differences(pair.source, pair.destination)
        assert report.ok


def test_more_kinds(tmp_path: Path) -> None:
    """A kind that was left out comes wholly, and what points at it is completed."""
    with old_clinic(tmp_path) as pair:
        pair.transfer(include=ALL_KINDS - {"patient_cases", "recalls"}).run()
        _, some = second(pair)
        _, after = second(pair)

        assert (NONE, SOME) == (some, after)
        assert [] == differences(pair.source, pair.destination)


def test_with_a_mapper_of_one_s_own_everything_is_read(tmp_path: Path) -> None:
    """Nobody can tell whether its code is what it was: what it left out comes when it doesn't any more."""
    leaving: list[bool] = [True]

    class OurMapper(ClinikoMapper):
        """Leaves alerts out for a while."""

        def medical_alert(self, alert: m.MedicalAlert, context: Any) -> Mapped[m.MedicalAlertDraft] | Skip:
            return Skip("not now") if leaving[0] else super().medical_alert(alert, context)

    with old_clinic(tmp_path) as pair:
        pair.transfer(mapper=OurMapper()).run()
        leaving[0] = False
        report, some = second(pair, mapper=OurMapper())

        assert NONE == some
        assert 0 < report.kinds["medical_alerts"].created


def test_with_a_filter_that_looks_at_each_record_everything_is_read(pair: Pair) -> None:
    """What such a filter takes can't be told without reading."""

    class OurFilter(Filter):
        """Keeps everything, one by one."""

        def keeps(self, record: Any, scope: Any) -> bool:
            return True

    assert [NONE, NONE] == [second(pair, filter=OurFilter())[1] for _ in range(2)]


def test_another_run_in_between_with_other_settings(pair: Pair) -> None:
    """After it the first run's settings make everything be read again."""
    _, with_others = second(pair, existing="copy")
    _, back = second(pair)

    assert (NONE, NONE) == (with_others, back)


def test_when_very_much_changed(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked for by time and by id is held in memory: of more than a fixed number everything is read."""
    monkeypatch.setattr(rereading, "MOST", 0)
    Week(pair.source, 1).new_records()
    report, some = second(pair)

    assert not {"medical_alerts", "individual_appointments"} & some
    assert 1 == report.kinds["medical_alerts"].created


def test_what_had_failed_is_tried_again(tmp_path: Path) -> None:
    """A record that could not go, and what waits for it, come when they can, though nobody changed them."""
    with old_clinic(tmp_path) as pair:
        refuses = lambda request: request.method == "POST" and request.path == "/v1/medical_alerts"  # noqa: E731
        pair.destination.faults.add("403", when=refuses)
        failed = pair.transfer().run()
        pair.destination.faults.clear()
        report, some = second(pair)

        assert 0 < failed.kinds["medical_alerts"].failed == report.kinds["medical_alerts"].created
        assert SOME - some <= {"medical_alerts"}
        assert [] == differences(pair.source, pair.destination)


def test_what_was_taken_back_comes_again(pair: Pair) -> None:
    """After undo a run makes everything anew."""
    pair.transfer().undo()
    report, _ = second(pair)

    assert 0 < report.kinds["treatment_notes"].created
    assert report.ok


def test_a_list_that_can_not_be_filtered_after_all(pair: Pair) -> None:
    """Where the account takes no such condition everything is read."""

    class Strict(ClinikoSource):
        """Takes no condition on times."""

        def count(self, kind: str, *conditions: Condition) -> int:
            if any(condition.field.endswith("_at") and condition.value for condition in conditions):
                raise BadRequest(status=400, method="GET", path=f"/{kind}")
            return super().count(kind, *conditions)

    before = len(pair.source.log)
    reports = [Transfer(Strict(client(pair.source)), sink(pair), journal=pair.journal).run() for _ in range(2)]

    assert NONE == lists(pair.source.log[before:])
    assert all(report.ok for report in reports)


def test_a_source_that_can_not_tell_the_time(pair: Pair) -> None:
    """Without the server's own time everything is read: this machine's is never taken for it."""

    class Timeless(ClinikoSource):
        """Has no clock."""

        def server_now(self) -> None:
            return None

    before = len(pair.source.log)
    assert Transfer(Timeless(client(pair.source)), sink(pair), journal=pair.journal).run().ok
    assert NONE == lists(pair.source.log[before:])


def test_what_changes_while_a_plan_waits_for_approval(pair: Pair) -> None:
    """A record that leaves the archive meanwhile, with no word of when it was updated, is seen all the same."""
    pass_time(pair, 86_400)
    gone = {row["id"] for row in pair.source.rows("patients") if row["archived_at"]}
    notes = (row for row in pair.source.rows("treatment_notes") if row["archived_at"])
    note = next(row for row in notes if row["patient_id"] not in gone)

    def unarchive(plan: Plan) -> bool:
        stored = pair.source.store.at("treatment_notes", str(note["id"]))
        pair.source.store.change("treatment_notes", stored, archived_at=None)
        pass_time(pair, 3_600)
        return True

    assert 1 == pair.transfer().run(approve=unarchive).kinds["treatment_notes"].updated
    pair.check()


def test_a_plan_reads_as_the_run_will(pair: Pair) -> None:
    """The plan of a later run reads only some, too, and foresees what comes."""
    Week(pair.source, 1).new_records()
    before = len(pair.source.log)
    plan = pair.transfer().plan()
    planned = lists(pair.source.log[before:])
    report, some = second(pair)

    assert SOME == planned == some
    assert {kind: count.created for kind, count in plan.kinds.items()} == {
        kind: count.created for kind, count in report.kinds.items()
    }
    assert {kind: count.already for kind, count in plan.kinds.items()} == {
        kind: count.already for kind, count in report.kinds.items()
    }


def test_verify_reads_everything(pair: Pair) -> None:
    """However a run reads, all records are compared."""
    pair.transfer().run()
    before = len(pair.source.log)
    verification = pair.transfer().verify(files=False)

    assert NONE == lists(pair.source.log[before:])
    assert verification.ok


class Dies(BaseException):
    """Stands for a process that is killed."""


def dying(method: str, number: int) -> Any:
    """Makes a method of the journal that dies at its n-th call, before anything is written."""
    real, calls = getattr(SQLiteJournal, method), itertools.count(1)

    def dies(self: SQLiteJournal, *args: Any, **more: Any) -> Any:
        if next(calls) >= number:
            raise Dies
        return real(self, *args, **more)

    return dies


@pytest.mark.parametrize(
    ("method", "number"),
    [
        ("intend", 1),
        ("intend", 2),
        ("settle", 1),
        ("settle", 4),
        ("renew", 2),
        ("note", 4),
        ("note", 8),
        ("note", 13),
    ],
)
def test_a_run_that_dies_on_its_way(pair: Pair, method: str, number: int) -> None:
    """Whatever was read and had no outcome when the process died is read again by the next run."""
    change(pair)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SQLiteJournal, method, dying(method, number))
        with pytest.raises(Dies):
            pair.transfer().run()
    pass_time(pair, 3600)
    report, some = second(pair)
    _, last = second(pair)

    assert some
    assert SOME == last
    assert [] == list(report.set_aside)
    assert [] == differences(pair.source, pair.destination)


@pytest.mark.parametrize("number", [1, 5, 11, 18, 26])
def test_a_run_that_is_stopped_on_its_way(pair: Pair, number: int) -> None:
    """So it is when a run was stopped."""
    change(pair)
    transfer, requests = pair.transfer(), itertools.count(1)

    def stop(request: LoggedRequest) -> bool:
        if request.method != "GET" and next(requests) == number:
            transfer.stop()
        return False

    pair.destination.faults.add("429", when=stop, every=1)
    transfer.run()
    pair.destination.faults.clear()
    pass_time(pair, 3600)
    report, _ = second(pair)

    assert [] == list(report.set_aside)
    assert [] == differences(pair.source, pair.destination)


def change(pair: Pair) -> None:
    """Lets some records come, change and go."""
    week = Week(pair.source, 4)
    for doing in (week.edits, week.new_records, week.cancels, week.archives, week.unarchives_a_patient):
        doing()
    pair.source.log[:] = [each for each in pair.source.log if each.method == "GET"]
    pass_time(pair, 3600)
