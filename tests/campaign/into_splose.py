"""A clinic that moves into a workspace of Splose, with documents and the archive folder."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any, Final

import attrs

from clinikomigrate import Mapper, Sink, Splose, SploseMapper, SploseSink
from clinikomigrate.sinks.splose.documents import Arrangement
from clinikomigrate.sinks.splose.uploads import IN_DOUBT
from clinikomigrate.testing import FakeCliniko, FakeSplose
from tests.campaign.changes import Changes
from tests.campaign.clock import QuickClock
from tests.campaign.destination import Destination
from tests.campaign.pair import Pair
from tests.campaign.splose_changes import SploseChanges
from tests.campaign.splose_copy import file_problems, folder_of, mark_problems, record_problems
from tests.end_to_end.splose import look_after_files, set_up

SMS: Final = [1]
REASONS: Final = ("Feeling Better", "Condition Worse", "Sick", "COVID-19 related", "Away", "Other", "Work")
COMING: Final = "2031-01-06T00:00:00Z"


@attrs.frozen
class IntoSplose(Destination):
    """A workspace of Splose's that was set up for the clinic, as the destination.

    Attributes:
        documents: How what Splose has no records for goes into documents, if at all; most of a run's time is theirs.
        outcomes: Whether appointments are marked as attended or cancelled too.
    """

    documents: Arrangement | None = "each"
    outcomes: bool = False

    @property
    def warm(self) -> tuple[str, ...]:
        """The modules that make documents, if any are made."""
        return () if self.documents is None else ("clinikomigrate.sinks.splose.documents.parts",)

    def fill(self, source: FakeCliniko) -> None:
        """Fills the source, also with what makes a move into Splose hard.

        There are an address, which an update of a client could clear, clients who are reminded in different ways, one
        of whom is booked in a class to come and one of whom isn't, and files that Splose doesn't take.

        Args:
            source: An empty account.
        """
        super().fill(source)
        ada = source.rows("patients")[0]["id"]
        about = {"first_name": "Bea", "last_name": "Sample", "address_1": "1 Banksia Street", "notes": "Shy"}
        bea = source.add("patients", reminders_communication_channels=SMS, **about)
        source.add("patients", first_name="Cyn", last_name="Sample", reminders_communication_channels=SMS)
        source.add("medical_alerts", patient_id=bea, name="Nickel")
        first = source.rows("individual_appointments")[0]
        booked = {name: first[name] for name in ("business_id", "practitioner_id", "appointment_type_id")}
        lesson = source.add("group_appointments", starts_at=COMING, max_attendees=2, **booked)
        for patient in (ada, bea):
            source.add("attendees", booking_id=lesson, patient_id=patient)
        letter = {"filename": "letter.docx", "content_type": "application/msword"}
        for patient, content in ((ada, b"Dear colleague"), (bea, b"Dear Bea")):
            source.add("patient_attachments", patient_id=patient, content=content, **letter)

    def make(self, source: FakeCliniko, clock: QuickClock | None = None) -> FakeSplose:
        """Makes the workspace.

        Args:
            source: The account that moves there.
            clock: Is the source's.
        """
        workspace = FakeSplose(clock=source.clock)
        set_up(source, workspace)
        for name in REASONS if self.outcomes else ():
            workspace.add("cancellation_reasons", name=name)
        return workspace

    def sink(self, key: str, **settings: Any) -> Sink:
        """Makes the sink.

        Args:
            key: The workspace's key.
            **settings: Of the client.
        """
        return SploseSink(Splose(key, **settings), documents=self.documents, outcomes=self.outcomes)

    def mapper(self) -> Mapper:
        """Makes the mapper."""
        return SploseMapper(contact_email="records@acme.example")

    def problems(self, source: FakeCliniko, destination: FakeSplose, journal: Path) -> list[str]:
        """Says what is wrong with the copy, the documents, the files and the archive folder.

        Args:
            source: The clinic, which answers this process's requests.
            destination: The workspace.
            journal: The journal's file.
        """
        return [
            *record_problems(source, destination),
            *(mark_problems(source, destination) if self.outcomes else ()),
            *file_problems(source, destination, journal, documents=self.documents),
        ]

    def untold(self, said: Collection[str], journal: Path) -> list[str]:
        """Says which files in doubt wait in the folder, and no line of a report names them and their place.

        Args:
            said: What a report says of what is not there.
            journal: The journal's file.
        """
        waiting = (folder_of(journal) / IN_DOUBT).glob("*/*.pdf")
        return [
            f"nobody is told of {path}"
            for path in waiting
            if not any(f"{path.parent}." in line and path.name.split()[-1] in line for line in said)
        ]

    def look_after(self, destination: FakeSplose, journal: Path) -> int:
        """Drags files in doubt over that are missing, and takes them out of the folder.

        Args:
            destination: The workspace.
            journal: The journal's file.

        Returns:
            How many there were.
        """
        return look_after_files(destination, folder_of(journal))

    def changes(self, pair: Pair) -> Changes:
        """Makes what changes both accounts.

        Args:
            pair: The accounts.
        """
        return SploseChanges(pair, self.documents, outcomes=self.outcomes)
