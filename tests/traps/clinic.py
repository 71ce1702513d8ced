"""A small old clinic: one place, one practitioner, one appointment type, and whatever a test puts into it."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

from clinikomigrate import Cliniko, Report
from clinikomigrate.testing import FakeCliniko, empty_destination
from clinikomigrate.testing.log import LoggedRequest
from tests.end_to_end.accounts import Pair, client

Row = dict[str, Any]  # Any: a row's values are of JSON's types

START = "2024-03-14T22:30:00Z"
"""When visits begin unless a test says something else: 15 March 2024, 09:30 in Melbourne."""


class Clinic:
    """A source with little in it, and the empty account that it moves to.

    Attributes:
        source: The account that moves.
        business: The id of its only place.
        practitioner: The id of the practitioner who owns the key, Olivia Owner.
        type: The id of its only appointment type, Initial, of half an hour and one patient.
        journal: Where the transfer's journal is to lie.
    """

    def __init__(self, folder: Path, **settings: Any) -> None:  # Any: a simulated account's settings
        self.source = FakeCliniko(**settings)
        self.business = self.source.add("businesses", business_name="Main Street")
        self.source.key  # noqa: B018 - makes the owner
        self.practitioner = str(self.source.rows("practitioners")[0]["id"])
        self.type = self.add(
            "appointment_types", name="Initial", business_ids=[self.business], practitioner_ids=[self.practitioner]
        )
        self.journal = folder / "clinic.journal"

    @cached_property
    def destination(self) -> FakeCliniko:
        """The new account, made when it is first asked for: what is matched by name has to be in the source before."""
        return empty_destination(self.source)

    # What the source holds.

    def add(self, kind: str, /, **values: Any) -> str:  # Any: a row's values
        """Puts a row into the source."""
        return self.source.add(kind, **values)

    def patient(self, **values: Any) -> str:
        """Puts a patient into the source."""
        return self.add("patients", **{"first_name": "Ada", "last_name": "Example", **values})

    def doctor(self, **values: Any) -> str:
        """Puts a doctor into the source."""
        return self.add("contacts", **{"first_name": "Gia", "last_name": "Doctor", "type_code": 1, **values})

    def visit(self, patient: str, **values: Any) -> str:
        """Puts an individual appointment of half an hour into the source."""
        return self.add("individual_appointments", **{"patient_id": patient, **self._booked(), **values})

    def lesson(self, **values: Any) -> str:
        """Puts a class into the source."""
        return self.add("group_appointments", **{"max_attendees": 5, **self._booked(), **values})

    def seat(self, lesson: str, patient: str, **values: Any) -> str:
        """Puts a patient into a class of the source."""
        return self.add("attendees", booking_id=lesson, patient_id=patient, **values)

    def note(self, patient: str, **values: Any) -> str:
        """Puts a finalised treatment note into the source."""
        given = {"title": "First visit", "draft": False, "practitioner_id": self.practitioner}
        return self.add("treatment_notes", **{"patient_id": patient, **given, **values})

    def form(self, patient: str, *questions: Row, **values: Any) -> str:
        """Puts a patient form into the source."""
        content = {"sections": [{"name": "About you", "questions": list(questions)}]}
        return self.add("patient_forms", **{"patient_id": patient, "name": "Intake", "content": content, **values})

    def file(self, patient: str, **values: Any) -> str:
        """Puts a small file into the source."""
        given = {"filename": "scan.pdf", "content_type": "application/pdf", "content": b"%PDF-1.7 a scan"}
        return self.add("patient_attachments", **{"patient_id": patient, **given, **values})

    def attendee_of(self, booking: str) -> str:
        """Gives the id of the attendee of an individual appointment of the source."""
        return next(str(row["id"]) for row in self.source.rows("attendees") if row["booking_id"] == booking)

    def _booked(self) -> Row:
        place = {"business_id": self.business, "practitioner_id": self.practitioner}
        return {"appointment_type_id": self.type, "starts_at": START, **place}

    # The transfer, and what it left.

    def run(self, **settings: Any) -> Report:  # Any: a transfer's settings
        """Moves the clinic, and holds that nobody was messaged, the source was only read, all requests in order."""
        pair = Pair(self.source, self.destination, self.journal)
        with self.source.in_process(), self.destination.in_process():
            report = pair.transfer(**settings).run()
        pair.check_quiet()
        return report

    def move(self, **settings: Any) -> Report:  # Any: a transfer's settings
        """Moves the clinic, and holds that all of it arrived or is said to be lost."""
        report = self.run(**settings)
        assert [] == list(report.set_aside)
        assert report.ok
        return report

    def arrived(self, kind: str) -> list[Row]:
        """Gives the destination's rows of a kind."""
        return self.destination.rows(kind)

    def only(self, kind: str) -> Row:
        """Gives the destination's only row of a kind."""
        rows = self.arrived(kind)
        assert 1 == len(rows)
        return rows[0]

    def sent(self, method: str, path: str) -> list[LoggedRequest]:
        """Gives the destination's requests with a method, and a path that ends like this."""
        return [each for each in self.destination.log if each.method == method and each.path.endswith(path)]

    def bodies(self, method: str, path: str) -> list[Row]:
        """Gives the bodies of such requests."""
        return [each.json for each in self.sent(method, path) if isinstance(each.json, dict)]

    def reader(self) -> Cliniko:
        """Makes a client of the source, to be used while the source is mounted."""
        return client(self.source)


def losses(report: Report, kind: str) -> set[str]:
    """Gives the fields of a kind that a report says are lost."""
    return {loss.field for loss in report.losses if loss.kind == kind}


def questions(row: Row) -> list[Row]:
    """Gives the questions in the content of a note, a form or a template."""
    return [question for section in row["content"]["sections"] for question in section.get("questions", [])]


def in_words(row: Row) -> str:
    """Gives what a copied note or form says about its original: the answer to its last question."""
    return str(questions(row)[-1]["answer"])
