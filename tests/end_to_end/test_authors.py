"""One Cliniko account copied into another with the keys of two of its practitioners: each note under its own author."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from clinikomigrate import AssignTo, Blocked, ClinikoMapper, ClinikoSink, Level, Transfer
from clinikomigrate.testing import FakeCliniko
from clinikomigrate.testing.faults import FaultKind
from clinikomigrate.testing.log import LoggedRequest
from tests.end_to_end.accounts import Pair, client, pair_of

OWNER = "Amy Ng"
"""Whose key the main one is."""
AUTHORS = ("Björn Þórsson", "Dana בן־דוד")
"""Whose keys are given besides."""


def authors(fake: FakeCliniko) -> dict[str, str]:
    """Gives by each note's id the name of the practitioner that it stands under."""
    rows: list[dict[str, Any]] = fake.rows("practitioners")
    names = {row["id"]: f"{row['first_name']} {row['last_name']}" for row in rows}
    notes: list[dict[str, Any]] = fake.rows("treatment_notes")
    return {row["id"]: names[row["practitioner_id"]] for row in notes}


def check_authors(pair: Pair) -> Counter[str]:
    """Holds that each note stands under its own author where that one's key was given, and else under the owner.

    Returns:
        How many notes each author wrote in the source.
    """
    wrote, stands = authors(pair.source), authors(pair.destination)
    copies = dict(pair.transfer().identities("treatment_notes"))
    expected = {copies[id]: name if name in AUTHORS else OWNER for id, name in wrote.items()}

    assert expected == stands
    return Counter(wrote.values())


def lost(report: Any) -> int:
    """Returns how many notes lost their author by a report or a plan."""
    return sum(each.records for each in report.losses if (each.kind, each.field) == ("treatment_notes", "author_name"))


def test_each_note_stands_under_its_author(tmp_path: Path) -> None:
    """All others stand under the main key's practitioner, and only they are counted; archiving takes the same keys."""
    with pair_of(tmp_path, patients=16) as pair:
        transfer = pair.transfer(authors=AUTHORS)
        findings = transfer.preflight()
        plan, report = transfer.plan(), transfer.run()
        wrote = check_authors(pair)
        pair.check()

    others = wrote.total() - sum(wrote[name] for name in (OWNER, *AUTHORS))
    (in_words,) = [each for each in findings if each.code == "authors-in-words"]
    assert report.ok
    assert all(wrote[name] for name in (OWNER, *AUTHORS, "Old Timer"))
    assert others == lost(report) == lost(plan)
    assert "Old Timer" in in_words.message
    assert not any(name in in_words.message.partition(", and when: ")[2] for name in (OWNER, *AUTHORS))
    assert not [each for each in findings if each.code.startswith("author-")]
    assert set() == archived_by_others(pair.destination)


def archived_by_others(fake: FakeCliniko) -> set[str]:
    """Gives the notes that were archived with somebody else's key than that of who wrote them."""
    users = {row["id"]: row["user_id"] for row in fake.rows("practitioners")}
    owners = {str(row["id"]): users[row["practitioner_id"]] for row in fake.rows("treatment_notes")}
    archivings = [each for each in fake.log if "/treatment_notes/" in each.path and each.path.endswith("/archive")]
    assert archivings
    return {each.path for each in archivings if each.user_id != owners[each.path.split("/")[-2]]}


@pytest.mark.parametrize("fault", ["drop_after", "500_after", "cut", "429"])
def test_each_note_stands_under_its_author_once_whatever_happens(tmp_path: Path, fault: FaultKind) -> None:
    """With every third write of a note lost or refused, each is there once, under its author, and no more is lost."""

    def about_notes(request: LoggedRequest) -> bool:
        return request.method == "POST" and "/treatment_notes" in request.path

    with pair_of(tmp_path, patients=14, seed=1) as pair:
        plan = pair.transfer(authors=AUTHORS).plan()
        pair.destination.faults.add(fault, when=about_notes, every=3)
        report = pair.transfer(authors=AUTHORS).run()
        if not report.ok:
            report = pair.transfer(authors=AUTHORS).run(only_failed=True)
        check_authors(pair)
        pair.check()

    assert [] == list(report.set_aside)
    assert lost(plan) == lost(report)


def test_keys_that_come_later_write_what_is_left(tmp_path: Path) -> None:
    """What an earlier run left in doubt under the main key is found there and not written again under the author's."""
    notes: list[str] = []

    def break_off(request: LoggedRequest) -> bool:
        if (request.method, request.path) == ("POST", "/v1/treatment_notes"):
            notes.append(request.path)
        return len(notes) > 4

    with pair_of(tmp_path, patients=28, seed=2) as pair:
        pair.destination.faults.add("timeout_after", when=break_off, every=1)
        first = pair.transfer().run()
        before = authors(pair.destination)
        pair.destination.faults.clear()
        report = pair.transfer(authors=AUTHORS).run()
        stands = authors(pair.destination)
        pair.check()

    assert not first.ok
    assert {OWNER} == set(before.values())
    assert before.items() <= stands.items()
    assert {OWNER, *AUTHORS} == set(stands.values())
    assert report.ok


@pytest.mark.parametrize("left", [(), AUTHORS[:1], AUTHORS[::-1]])
def test_keys_that_are_given_no_more(tmp_path: Path, left: tuple[str, ...]) -> None:
    """What they wrote is found, stays under its author, and is taken back; what is left goes as without them."""
    wrote: list[str] = []

    def break_off(request: LoggedRequest) -> bool:
        if (request.method, request.path) == ("POST", "/v1/treatment_notes"):
            wrote.append(request.path)
        return len(wrote) > 4

    with pair_of(tmp_path, patients=14, seed=1) as pair:
        pair.destination.faults.add("timeout_after", when=break_off, every=1)
        first = pair.transfer(authors=AUTHORS).run()
        before = authors(pair.destination)
        pair.destination.faults.clear()
        transfer = pair.transfer(authors=left)
        plan, report = transfer.plan(), transfer.run()
        stands = authors(pair.destination)
        again, verified = transfer.run(), transfer.verify()
        pair.check()
        undone = pair.transfer(authors=left).undo()
        archived = [row["archived_at"] is not None for row in pair.destination.rows("treatment_notes")]

    assert not first.ok
    assert set(AUTHORS) & set(before.values())
    assert before.items() <= stands.items()
    assert set(stands.values()) - set(before.values()) <= {OWNER, *left}
    assert report.ok
    assert verified.ok
    assert lost(report) == lost(again) <= lost(plan)
    assert all(archived)
    assert "treatment_notes" not in {each.kind for each in undone.set_aside}


def test_an_assignment_makes_nobody_an_author(tmp_path: Path) -> None:
    """Appointments of former practitioners go to somebody whose key is given: their notes do not."""
    with pair_of(tmp_path, patients=10, seed=3) as pair:
        mapper = ClinikoMapper(former_practitioners=AssignTo(AUTHORS[0]))
        report = pair.transfer(authors=AUTHORS, mapper=mapper).run()
        wrote = check_authors(pair)
        pair.check_quiet()

    assert report.ok
    assert wrote["Old Timer"]


def test_a_mixed_up_key_blocks_the_run(tmp_path: Path) -> None:
    """Two practitioners' keys that were given the wrong way round write nothing."""
    with pair_of(tmp_path, patients=4) as pair:
        one, other = AUTHORS
        mixed_up = {one: pair.client_of(other), other: pair.client_of(one)}
        sink = ClinikoSink(client(pair.destination), authors=mixed_up)
        with pytest.raises(Blocked, match="is that of") as caught:
            Transfer(client(pair.source), sink, journal=pair.journal).run()

    blockers = [each.code for each in caught.value.findings if each.level is Level.BLOCKER]
    assert ["author-somebody-else"] * 2 == blockers
    assert [] == [each for each in pair.destination.log if each.method != "GET"]
