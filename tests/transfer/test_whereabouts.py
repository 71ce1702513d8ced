"""By what a person finds a record in the destination."""

from __future__ import annotations

from collections.abc import Mapping

from clinikomigrate import Ref
from clinikomigrate.errors import ArchiveError
from clinikomigrate.transfer.aside import SetAside
from clinikomigrate.transfer.journal import Entry, State
from clinikomigrate.transfer.reporting import located
from clinikomigrate.transfer.whereabouts import Place, Whereabouts, places
from tests.transfer.dict_sink import DictSink
from tests.transfer.memory_journal import MemoryJournal


class Telling(DictSink):
    """A destination that knows when Ada's appointments are.

    Attributes:
        problem: What goes wrong when it is asked.
    """

    problem: ArchiveError | None = None

    def whereabouts(self, kind: str, ids: Mapping[str, str]) -> Mapping[str, Whereabouts]:
        """Says what it knows."""
        if self.problem is not None:
            raise self.problem
        known = {
            "patients": {"1": Whereabouts(patient="1")},
            "individual_appointments": {
                "7": Whereabouts(patient="1", starts_at="2031-01-06 11:00+11:00"),
                "8": Whereabouts(patient="99"),
            },
        }
        return known.get(kind, {})


def known() -> MemoryJournal:
    """Returns a journal that knows a patient and an appointment as carried."""
    journal = MemoryJournal()
    journal.settle(Ref("patients", "1"), Entry(State.ADOPTED, "91"))
    journal.settle(Ref("individual_appointments", "7"), Entry(State.CREATED, "97"))
    return journal


def test_a_record_is_found_by_its_patient_and_time() -> None:
    """By the destination's id of the patient; what isn't known is blank."""
    found = places(known(), Telling().whereabouts, "individual_appointments", ["7", "8"])

    assert found == {"7": Place("97", "", "91", "2031-01-06 11:00+11:00"), "8": Place()}


def test_a_destination_that_tells_nothing() -> None:
    """The destination's own id is known all the same."""
    assert places(known(), DictSink().whereabouts, "patients", ["1"]) == {"1": Place("91")}


def test_what_was_set_aside_is_located_as_far_as_it_can_be() -> None:
    """A list that can't be read takes nothing away from a report."""
    journal, sink = known(), Telling()
    aside = [SetAside("patients", "1", "failed", "no"), SetAside("recalls", "4", "blocked", "waits")]

    assert located(journal, sink, aside) == [
        SetAside("patients", "1", "failed", "no", "91", "91"),
        SetAside("recalls", "4", "blocked", "waits"),
    ]

    sink.problem = ArchiveError("The disk is full.")

    assert located(journal, sink, aside) == aside


def test_no_file_s_name_stands_in_a_repr() -> None:
    """The source may have called it after its patient."""
    for each in (Whereabouts("ada.pdf"), Place("91", "ada.pdf")):
        assert "ada" not in repr(each)
