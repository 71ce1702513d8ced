"""A report names the settings that are others than in the run before."""

from __future__ import annotations

from pathlib import Path

import attrs

from clinikomigrate import ALL_KINDS, ByPatient, ClinikoMapper, ClinikoSink, Transfer
from clinikomigrate.errors import JournalError
from clinikomigrate.transfer import retold
from clinikomigrate.transfer.planned import Settings
from clinikomigrate.transfer.resemblance import Existing
from clinikomigrate.transfer.retold import ChangedSetting
from tests.end_to_end.accounts import Pair, client
from tests.transfer.memory_journal import MemoryJournal
from tests.traps.clinic import Clinic

FIRST = Settings("Everything()", "<ClinikoMapper>", "stop", ("taxes", "patients"))
EXISTING: tuple[Existing, ...] = ("stop", "copy")
OTHER = Settings("Active()", "<ClinikoMapper>", "stop", ("taxes", "patients"))


def test_the_first_run_changes_nothing() -> None:
    """There is nothing that it could differ from; nor does a second one that is told the same."""
    journal = MemoryJournal()
    first = retold.begin(journal, FIRST)
    retold.end(journal, FIRST)

    assert ((), ()) == (first, retold.begin(journal, FIRST))


def test_what_is_another_setting() -> None:
    """Each one is named, with what it was and what it is; kinds in as few words as tell both apart."""
    journal = MemoryJournal()
    first = attrs.evolve(FIRST, sink={"place": "here"})
    retold.begin(journal, first)
    retold.end(journal, first)
    now = Settings("Active()", "<Ours>", "adopt", ("taxes", "recalls"), {"authors": "Amy Ng", "place": "here"})

    assert (
        ChangedSetting("filter", "Everything()", "Active()"),
        ChangedSetting("mapper", "<ClinikoMapper>", "<Ours>"),
        ChangedSetting("existing", "stop", "adopt"),
        ChangedSetting("include", "with patients", "with recalls"),
        ChangedSetting("authors", "none", "Amy Ng"),
    ) == retold.begin(journal, now)


def test_kinds_that_are_left_out_now() -> None:
    """All kinds are called so; of fewer kinds is said what they lack."""
    journal = MemoryJournal()
    retold.begin(journal, Settings("", "", "", tuple(ALL_KINDS)))
    fewer = Settings("", "", "", tuple(sorted(ALL_KINDS - {"recalls"})))

    assert (ChangedSetting("include", "all kinds", "without recalls"),) == retold.begin(journal, fewer)


def test_a_change_that_there_was_no_report_of() -> None:
    """A run that was killed told nobody of its settings: the next report does, whether they stay or not."""
    killed, back = MemoryJournal(), MemoryJournal()
    for journal in (killed, back):
        retold.begin(journal, FIRST)
        retold.end(journal, FIRST)
        retold.begin(journal, OTHER)

    assert (ChangedSetting("filter", "Everything()", "Active()"),) == retold.begin(killed, OTHER)
    assert (ChangedSetting("filter", "Active()", "Everything()"),) == retold.begin(back, FIRST)


def test_the_report_says_so(tmp_path: Path) -> None:
    """Text, plain data and the attribute have it, once; a run with the same settings has none of it."""
    clinic = Clinic(tmp_path)
    ada = clinic.patient()
    first = clinic.move(filter=ByPatient(ada), include=ALL_KINDS - {"recalls"})
    second = clinic.move(mapper=ClinikoMapper(businesses={"Main Street": "Main Street"}))
    third = clinic.move(mapper=ClinikoMapper(businesses={"Main Street": "Main Street"}))

    assert () == first.changed_settings == third.changed_settings
    assert ["filter", "mapper", "include"] == [change.setting for change in second.changed_settings]
    assert "include: was without recalls, is all kinds" in str(second)
    assert "was without recalls" in second._repr_html_()
    assert second.to_dict()["changed_settings"][2] == {
        "setting": "include",
        "before": "without recalls",
        "now": "all kinds",
    }
    assert "changed_settings" not in third.to_dict()
    assert "Settings that have changed" not in str(third)


def test_keys_of_authors(tmp_path: Path) -> None:
    """Whose keys were given is one of the settings."""
    clinic = Clinic(tmp_path)
    clinic.note(clinic.patient())
    clinic.move()
    pair = Pair(clinic.source, clinic.destination, clinic.journal)
    with clinic.source.in_process(), clinic.destination.in_process():
        report = pair.transfer(authors=["Olivia Owner"]).run()

    assert (ChangedSetting("authors", "none", "Olivia Owner"),) == tuple(report.changed_settings)


def test_a_full_disk_takes_nothing_away_from_the_report(tmp_path: Path) -> None:
    """Where it can't be noted any more that there is a report, there is one all the same."""

    class Full(MemoryJournal):
        """Takes no third note of settings."""

        noted_settings = 0

        def note(self, name: str, text: str) -> None:
            self.noted_settings += name == retold.NOTE
            if self.noted_settings > 2:
                raise JournalError("The disk is full.")
            super().note(name, text)

    clinic, journal = Clinic(tmp_path), Full()
    clinic.patient()
    with clinic.source.in_process(), clinic.destination.in_process():
        sink = ClinikoSink(client(clinic.destination))
        reports = [
            Transfer(client(clinic.source), sink, journal=journal, existing=existing).run() for existing in EXISTING
        ]

    assert all(report.ok for report in reports)
    assert 3 == journal.noted_settings
