"""The journal in one SQLite file."""

from __future__ import annotations

import os
import resource
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import attrs
import pytest

from clinikomigrate.client.ref import Ref
from clinikomigrate.errors import JournalBusy, JournalCorrupt, JournalError, JournalForeign
from clinikomigrate.transfer.follow_ups import Stage
from clinikomigrate.transfer.journal import Entry, Imprint, Journal, Owed, State, noted_values
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.sqlite_journal import SQLiteJournal
from tests.transfer.memory_journal import MemoryJournal

PATIENT = Ref[object]("patients", "11")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Returns where the journal is to lie."""
    return tmp_path / "a.journal"


@pytest.fixture
def journal(path: Path) -> SQLiteJournal:
    """Returns an open journal."""
    journal = SQLiteJournal(path)
    journal.open()
    return journal


def test_only_the_owner_can_read_it(journal: SQLiteJournal, path: Path) -> None:
    """The file has mode 0600."""
    journal.intend(PATIENT, None)

    assert {0o600} == {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}


def test_a_file_that_others_can_read_is_closed_to_them(journal: SQLiteJournal, path: Path) -> None:
    """A copy that was put back, or a file that was made beforehand, gets mode 0600 too, with what lies beside it."""
    journal.intend(PATIENT, None)
    copies = path.parent / "copies"
    copies.mkdir()
    for file in [each for each in path.parent.iterdir() if each.is_file()]:
        copy = copies / file.name
        copy.write_bytes(file.read_bytes())
        copy.chmod(0o644)
    again = SQLiteJournal(copies / path.name)
    again.open()

    assert again.entry(PATIENT) is not None
    assert {0o600} == {stat.S_IMODE(file.stat().st_mode) for file in copies.iterdir()}
    again.close()


def test_a_file_that_can_t_be_closed_to_others_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else's file, say."""

    def refuse(file: Path, mode: int) -> None:
        raise PermissionError(1, "Operation not permitted")

    path.touch(mode=0o644)
    path.chmod(0o644)
    monkeypatch.setattr(Path, "chmod", refuse)
    with pytest.raises(JournalError, match="Others can read"):
        SQLiteJournal(path).open()


def test_an_intent_survives_a_killed_process(path: Path) -> None:
    """What intend() has written is there after the process is killed without any farewell."""
    program = (
        "import os, sys; from clinikomigrate.client.ref import Ref;"
        "from clinikomigrate.transfer.sqlite_journal import SQLiteJournal as J;"
        f"j = J({str(path)!r}); j.open(); j.intend(Ref('patients', '11'), None); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", program], check=False)  # noqa: S603 - our own program
    journal = SQLiteJournal(path)
    journal.open()

    assert Entry(State.INTENT) == journal.entry(PATIENT)
    journal.close()


def test_a_journal_in_use_is_refused(journal: SQLiteJournal, path: Path) -> None:
    """A second opener gets JournalBusy, and may have it once the first is done."""
    second = SQLiteJournal(path)
    with pytest.raises(JournalBusy, match="in use"):
        second.open()
    journal.close()
    second.open()

    assert second.entry(PATIENT) is None
    second.close()


def test_another_process_is_refused(journal: SQLiteJournal, path: Path) -> None:
    """A journal that one process has open can't be opened by another."""
    program = (
        "from clinikomigrate.transfer.sqlite_journal import SQLiteJournal as J; from clinikomigrate.errors import *\n"
        f"try: J({str(path)!r}).open()\nexcept JournalBusy: print('busy')"
    )
    with pytest.raises(JournalBusy):
        SQLiteJournal(path).open()  # an attempt in this process, which must take nobody's lock away
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603

    assert done.stdout == "busy\n"
    journal.close()


def test_a_path_that_is_too_long_for_a_database(tmp_path: Path) -> None:
    """The system makes the file, and SQLite can't open it: that is said, and what to look at."""
    folder = tmp_path.joinpath(*["a-folder-with-a-name-of-fifty-letters-or-a-few-more"] * 12)
    folder.mkdir(parents=True)
    with pytest.raises(JournalError, match="can't be opened: unable to open database file"):
        SQLiteJournal(folder / "clinic.journal").open()


def test_more_follow_ups_than_one_page(journal: SQLiteJournal) -> None:
    """All are given, once each, however many there are."""
    for number in range(1001):
        journal.settle(
            Ref("patients", f"{number}"), Entry(State.CREATED, "1"), follow_ups=[(Stage.LINK, "change:link")]
        )

    assert (
        1001
        == len({row.source_id for row in journal.follow_ups("patients")})
        == len(list(journal.follow_ups("patients")))
    )


def test_damage_is_said(path: Path) -> None:
    """A file that is no database is refused, and kept as it is."""
    path.write_bytes(b"not a database, but long enough to look at" * 100)
    before = path.read_bytes()
    with pytest.raises(JournalCorrupt, match="can't be read"):
        SQLiteJournal(path).open()

    assert before == path.read_bytes()


def test_damaged_pages_are_said(journal: SQLiteJournal, path: Path) -> None:
    """A journal whose pages were overwritten is refused."""
    for number in range(500):
        journal.settle(Ref("patients", str(number)), Entry(State.CREATED, str(number)))
    journal.close()
    content = bytearray(path.read_bytes())
    content[4096 * 3 : 4096 * 8] = b"\xa5" * (4096 * 5)
    path.write_bytes(content)
    with pytest.raises(JournalCorrupt):
        SQLiteJournal(path).open()


def test_another_program_s_database_is_refused(path: Path) -> None:
    """A database that is no journal is not written to."""
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    with pytest.raises(JournalCorrupt, match="no journal"):
        SQLiteJournal(path).open()


def test_another_version_is_refused(journal: SQLiteJournal, path: Path) -> None:
    """A journal of a version that this program doesn't know is refused."""
    journal.close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(JournalCorrupt, match="version 99"):
        SQLiteJournal(path).open()


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    """A path that can't be made gives a JournalError that names it."""
    with pytest.raises(JournalError, match="nowhere"):
        SQLiteJournal(tmp_path / "nowhere" / "a.journal").open()


def test_a_folder_that_can_not_be_read_is_said(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody could tell whether a new file would outlast a power failure: none is left, and none is in use."""
    opened = os.open

    def refuse(name: str | Path, *how: int) -> int:
        if Path(name) == path.parent:
            raise PermissionError(13, "Permission denied")
        return opened(name, *how)

    with monkeypatch.context() as patched:
        patched.setattr(os, "open", refuse)
        with pytest.raises(JournalError, match="folder of the journal"):
            SQLiteJournal(path).open()

    assert [] == list(path.parent.iterdir())
    SQLiteJournal(path).open()


@pytest.mark.parametrize("column", ["state", "since"])
def test_a_damaged_row_is_said(journal: SQLiteJournal, path: Path, column: str) -> None:
    """What no version of the program has written is no state and no time."""
    journal.intend(PATIENT, datetime(2025, 3, 3, tzinfo=UTC))
    journal.close()
    with sqlite3.connect(path) as connection:
        connection.execute(f"UPDATE record SET {column} = 'crexted'")  # noqa: S608 - one of two names
    connection.close()
    journal.open()
    with pytest.raises(JournalCorrupt, match="can't be read"):
        journal.entry(PATIENT)


@pytest.mark.parametrize("text", ['{"form": 1,', "[]"])
def test_a_damaged_note_is_said(journal: SQLiteJournal, text: str) -> None:
    """A note that holds no JSON object was not written so."""
    journal.note("planned", text)
    with pytest.raises(JournalCorrupt, match="under 'planned' can't be read"):
        noted_values(journal, "planned")

    assert {} == noted_values(journal, "something else")


def test_a_journal_that_cannot_be_written_is_said(journal: SQLiteJournal) -> None:
    """When SQLite can't write, a JournalError says so, and nothing half is left."""
    assert journal._connection is not None
    journal._connection.execute("PRAGMA query_only = 1")
    with pytest.raises(JournalError, match="failed"):
        journal.intend(PATIENT, None)
    journal._connection.execute("PRAGMA query_only = 0")

    assert journal.entry(PATIENT) is None


def test_a_database_that_cannot_be_opened_is_said(path: Path) -> None:
    """A journal that is a folder gives a JournalError, and the folder stays as it is."""
    path.mkdir(mode=0o755)
    with pytest.raises(JournalError, match="is no file"):
        SQLiteJournal(path).open()

    assert 0o755 == stat.S_IMODE(path.stat().st_mode)


def test_a_closed_journal_is_said(journal: SQLiteJournal) -> None:
    """Using a journal after closing it is a JournalError; closing twice is not."""
    journal.close()
    journal.close()
    with pytest.raises(JournalError, match="closed"):
        journal.entry(PATIENT)


def test_it_is_bound_to_its_accounts(journal: SQLiteJournal) -> None:
    """A journal serves one pair of accounts, and refuses any other."""
    journal.bind("1", "2")
    journal.bind("1", "2")
    with pytest.raises(JournalForeign, match="from account 1 to account 2, not from 1 to 3"):
        journal.bind("1", "3")


def test_a_record_s_life(journal: SQLiteJournal) -> None:
    """An intent keeps its time; an outcome replaces it and keeps its id, reason and stand-in."""
    since = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
    journal.intend(PATIENT, since)

    assert Entry(State.INTENT, since=since) == journal.entry(PATIENT)
    merged = Entry(State.SKIPPED, reason="merged", instead=Ref("patients", "12"))
    journal.settle(PATIENT, merged)

    assert merged == journal.entry(PATIENT)
    assert {"11": merged} == journal.entries("patients", ["11", "12"])
    assert not journal.holds("patients", "900")
    journal.settle(Ref("patients", "12"), Entry(State.CREATED, "900"))

    assert journal.holds("patients", "900")
    assert not journal.holds("contacts", "900")


def test_losses_are_counted_once(journal: SQLiteJournal) -> None:
    """Settling a record again replaces its losses."""
    journal.settle(PATIENT, Entry(State.FAILED), [Loss("email", "refused")])
    journal.settle(PATIENT, Entry(State.CREATED, "9"), [Loss("gender", "no home"), Loss("gender", "no home")])

    assert journal.losses() == [("patients", "gender", "no home", 1)]
    assert list(journal.loss_rows()) == [("patients", "11", "gender", "no home")]


def test_losses_of_one_kind(journal: SQLiteJournal) -> None:
    """They can be asked for by kind, each record's together."""
    for kind, id in (("patients", "2"), ("contacts", "1"), ("patients", "10"), ("recalls", "1")):
        journal.settle(Ref(kind, id), Entry(State.CREATED, "9"), [Loss("b", "y"), Loss("a", "x")])

    assert ["10", "10", "2", "2"] == [row[1] for row in journal.loss_rows("patients")]
    assert ["contacts", "patients", "recalls"] == list(dict.fromkeys(row[0] for row in journal.loss_rows()))
    assert [] == list(journal.loss_rows("taxes"))


def test_what_is_skipped_is_counted_by_reason(journal: SQLiteJournal) -> None:
    """Records that do not go are counted by kind and reason; others are not among them."""
    for id, reason in (("1", "merged"), ("2", "merged"), ("3", None)):
        journal.settle(Ref("patients", id), Entry(State.SKIPPED, reason=reason))
    journal.settle(Ref("patients", "4"), Entry(State.FAILED, reason="refused"))
    journal.settle(Ref("attendees", "1"), Entry(State.SKIPPED, reason="excluded"))

    assert [("attendees", "excluded", 1), ("patients", "", 1), ("patients", "merged", 2)] == journal.skipped()


def test_notes_are_kept_by_name(journal: SQLiteJournal, path: Path) -> None:
    """A note outlives the process; a newer one of the same name replaces it."""
    journal.note("plan", "old")
    journal.note("plan", "new")
    journal.close()
    again = SQLiteJournal(path)
    again.open()

    assert "new" == again.noted("plan")
    assert again.noted("other") is None
    again.close()


def test_notes_are_given_by_how_their_names_begin(journal: SQLiteJournal) -> None:
    """However many there are, in the order of their names; a character that SQL takes for any other is none here."""
    names = [f"at_{number:04}" for number in range(1500)]
    for name in (*reversed(names), "at-1", "plan"):
        journal.note(name, "said")

    assert [(name, "said") for name in names] == list(journal.notes("at_"))
    assert [] == list(journal.notes("other"))


def test_it_says_to_whom_it_is_bound(journal: SQLiteJournal) -> None:
    """A new journal is bound to nobody."""
    before = journal.accounts()
    journal.bind("1", "2")

    assert (None, ("1", "2")) == (before, journal.accounts())


def test_follow_ups_are_owed_until_done(journal: SQLiteJournal) -> None:
    """A follow-up waits for the earlier stages of its record, and a failed one stays owed with its reason."""
    journal.settle(PATIENT, Entry(State.CREATED, "9"), (), [(Stage.LINK, "change:link"), (Stage.ARCHIVE, "archive:a")])
    link, archive = Owed("patients", "11", "9", "change:link"), Owed("patients", "11", "9", "archive:a")

    assert [link] == journal.owed(Stage.LINK, "patients")
    assert journal.owed(Stage.ARCHIVE, "patients") == []
    assert journal.owed(Stage.LINK, "contacts") == []
    journal.follow_up_failed(link, "refused")

    assert [(link, "refused")] == list(journal.follow_ups_failed())
    journal.follow_up_done(link, [Loss("x", "y")])

    assert list(journal.follow_ups_failed()) == []
    assert [archive] == journal.owed(Stage.ARCHIVE, "patients")
    assert journal.owed(Stage.ARCHIVE, "patients", after=archive) == []
    assert journal.losses() == [("patients", "x", "y", 1)]


def test_a_follow_up_that_is_owed_no_more_was_not_done(journal: SQLiteJournal) -> None:
    """It leaves no trace, and can be owed again; what was done stays done."""
    needed = [(Stage.CANCEL, "cancel:cancel"), (Stage.LINK, "change:link")]
    journal.settle(PATIENT, Entry(State.CREATED, "9"), (), needed)
    cancel, link = Owed("patients", "11", "9", "cancel:cancel"), Owed("patients", "11", "9", "change:link")
    journal.follow_up_failed(cancel, "refused")
    journal.follow_up_done(link)
    journal.waive(cancel)
    journal.waive(link)

    assert list(journal.follow_ups_failed()) == []
    assert [journal.is_done(PATIENT, stage) for stage in (Stage.CANCEL, Stage.LINK)] == [False, True]
    journal.settle(PATIENT, Entry(State.CREATED, "9"), (), needed)

    assert [cancel] == journal.owed(Stage.CANCEL, "patients")


class _Interrupted:
    """A connection during whose first transaction somebody presses Ctrl-C: just after it has begun."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._pressed = False

    def __getattr__(self, name: str) -> object:
        return getattr(self._connection, name)

    def execute(self, statement: str, values: tuple[str, ...] = ()) -> sqlite3.Cursor:
        """Does what it is asked for, and is interrupted."""
        cursor = self._connection.execute(statement, values)
        if statement.startswith("BEGIN") and not self._pressed:
            self._pressed = True
            raise KeyboardInterrupt
        return cursor


def test_ctrl_c_leaves_no_transaction_open(journal: SQLiteJournal, monkeypatch: pytest.MonkeyPatch) -> None:
    """The outcomes of what is in flight are noted after it."""
    monkeypatch.setattr(journal, "_connection", _Interrupted(journal._connection))  # type: ignore[arg-type]  # it is open
    with pytest.raises(KeyboardInterrupt):
        journal.note("a", "b")
    journal.settle(PATIENT, Entry(State.CREATED, "9"))

    assert journal.noted("a") is None
    assert journal.holds("patients", "9")


def test_a_record_that_failed_owes_nothing(journal: SQLiteJournal) -> None:
    """Follow-ups are owed only to what is in the destination."""
    journal.settle(PATIENT, Entry(State.FAILED), (), [(Stage.LINK, "change:link")])

    assert journal.owed(Stage.LINK, "patients") == []


def test_what_a_report_asks(journal: SQLiteJournal) -> None:
    """Counts, identities and set-aside records come out as they went in, however many they are."""
    for number in range(2101):
        journal.settle(Ref("patients", f"{number:05}"), Entry(State.CREATED, f"d{number}"))
    journal.settle(PATIENT, Entry(State.CONFLICT, reason="two"))

    assert journal.counts() == {"patients": {State.CREATED: 2101, State.CONFLICT: 1}}
    assert [(f"{number:05}", f"d{number}") for number in range(2101)] == list(journal.identities("patients"))
    assert list(journal.ids("patients", [State.CONFLICT, State.FAILED])) == ["11"]
    assert [(PATIENT, Entry(State.CONFLICT, reason="two"))] == list(journal.set_aside())


def test_its_repr_helps(journal: SQLiteJournal) -> None:
    """The repr names the file."""
    assert repr(journal) == "<SQLiteJournal 'a.journal'>"


def test_losses_come_out_however_many_they_are(journal: SQLiteJournal) -> None:
    """Rows are read a thousand at a time, and each comes once."""
    for number in range(1001):
        journal.settle(Ref("patients", f"{number:04}"), Entry(State.CREATED, "9"), [Loss("gender", "no home")])

    assert [("patients", f"{number:04}", "gender", "no home") for number in range(1001)] == list(journal.loss_rows())


@contextmanager
def full_disk(size: int) -> Iterator[None]:
    """Lets no file grow beyond a size, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_said_when_a_journal_is_made(path: Path) -> None:
    """There is no room for even an empty journal: that is neither a busy nor a damaged one; with room it is made."""
    with full_disk(1024), pytest.raises(JournalError, match="can't be opened") as raised:
        SQLiteJournal(path).open()
    journal = SQLiteJournal(path)
    journal.open()

    assert type(raised.value) is JournalError
    assert {} == journal.counts()
    journal.close()


def test_a_full_disk_is_said_when_an_outcome_is_noted(journal: SQLiteJournal, path: Path) -> None:
    """Nothing of it is noted, what was noted before stays, and with room again the journal goes on."""
    journal.settle(PATIENT, Entry(State.CREATED, "9"))
    largest = max(file.stat().st_size for file in path.parent.iterdir())
    refs = [Ref[object]("patients", str(number)) for number in range(100, 600)]

    def settle_all() -> None:
        for ref in refs:
            journal.settle(ref, Entry(State.CREATED, ref.id))

    with full_disk(largest + 512), pytest.raises(JournalError, match="failed"):
        settle_all()
    noted = journal.counts()["patients"][State.CREATED]

    assert Entry(State.CREATED, "9") == journal.entry(PATIENT)
    assert 0 < noted < len(refs)
    journal.settle(refs[-1], Entry(State.CREATED, "last"))
    journal.close()
    journal.open()

    assert noted + 1 == journal.counts()["patients"][State.CREATED]
    journal.close()


def test_what_was_lost_for_now_can_be_regained(journal: SQLiteJournal) -> None:
    """Losses are found by reason; taken back, or lost for good for another reason. Others are not touched."""
    losses = [Loss("booking", "later"), Loss("attendee", "later"), Loss("booking", "cut"), Loss("title", "cut")]
    journal.settle(PATIENT, Entry(State.CREATED, "9"), losses)

    assert {"11": {"booking", "attendee"}} == journal.lost("patients", ["11", "12"], ["later", "never"])
    assert {} == journal.lost("contacts", ["11"], ["later"])
    journal.regained(PATIENT, ["booking"], ["later"])
    journal.regained(PATIENT, ["attendee"], ["later"], instead="too late")

    assert [("attendee", "too late"), ("booking", "cut"), ("title", "cut")] == [
        row[2:] for row in journal.loss_rows("patients")
    ]


def test_what_a_record_is_with_what_it_regained(journal: SQLiteJournal) -> None:
    """What it is now is noted with it, so that it is not taken for somebody's edit."""
    imprint = Imprint(b"seen", b"meant", b"needed", b"before")
    journal.settle(PATIENT, Entry(State.CREATED, "9", imprint=imprint), [Loss("booking", "later")])
    journal.regained(PATIENT, [], ["later"])
    before = journal.entry(PATIENT)
    journal.regained(PATIENT, ["booking"], ["later"], written=b"now")

    assert Entry(State.CREATED, "9", imprint=imprint) == before
    assert Entry(State.CREATED, "9", imprint=attrs.evolve(imprint, written=b"now")) == journal.entry(PATIENT)


def test_what_was_done_is_known_until_it_is_owed_again(journal: SQLiteJournal) -> None:
    """Follow-ups that were done are found by stage."""
    journal.settle(PATIENT, Entry(State.CREATED, "9"), (), [(Stage.ARCHIVE, "archive:a"), (Stage.LINK, "change:link")])
    archive = Owed("patients", "11", "9", "archive:a")
    before = journal.finished("patients", ["11"], Stage.ARCHIVE)
    journal.follow_up_done(archive)

    assert {} == before
    assert {"11": {"archive:a"}} == journal.finished("patients", ["11", "12"], Stage.ARCHIVE)
    assert {} == journal.finished("patients", ["11"], Stage.LINK)
    journal.owe(archive, Stage.ARCHIVE)

    assert {} == journal.finished("patients", ["11"], Stage.ARCHIVE)


def test_what_the_next_run_must_look_at(journal: SQLiteJournal) -> None:
    """What could not go or was undone, what is left for others' sake, later changes, losses for now; nothing else."""
    imprint = Imprint(b"seen", b"", b"")
    known = {
        "01": Entry(State.CREATED, "91"),
        "02": Entry(State.ADOPTED, "92", reason="edited there"),
        "03": Entry(State.FAILED, reason="no"),
        "04": Entry(State.SKIPPED, reason="its patient does not go"),
        "05": Entry(State.SKIPPED, reason="an export", imprint=imprint),
        "06": Entry(State.UNDONE, "96"),
        "07": Entry(State.CREATED, "97"),
        "08": Entry(State.CREATED, "98"),
        "09": Entry(State.INTENT),
    }
    losses = {"07": "for now", "08": "for good"}
    journals: list[Journal] = [journal, MemoryJournal()]
    for each in journals:
        for id, entry in known.items():
            each.settle(Ref("patients", id), entry, [Loss("contact", losses[id])] if id in losses else ())
        each.settle(Ref("contacts", "11"), Entry(State.FAILED, reason="no"))

    assert [["02", "03", "04", "06", "07", "09"]] * 2 == [
        list(each.unfinished("patients", ["for now", "not yet"])) for each in journals
    ]
