"""What is around a record of a Cliniko account, and is read only when the record is about to be written."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from clinikomigrate.client.query import where
from clinikomigrate.cliniko import Cliniko
from clinikomigrate.cliniko.models import Contact
from clinikomigrate.errors import Forbidden, NotFound
from clinikomigrate.transfer.classes import Classes
from clinikomigrate.transfer.mapper import Fetch
from clinikomigrate.transfer.names import full_name

_REMEMBERED: Final = 20_000
"""Contacts of which it is kept for a while what they are called."""


class Surroundings:
    """Reads what a draft asks for of other records than its own. Safe in threads.

    Args:
        client: The account's client; it is only read.
    """

    def __init__(self, client: Cliniko) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._merged: Mapping[str, Sequence[str]] | None = None
        self._contacts: OrderedDict[str, str | None] = OrderedDict()
        self._listed = False
        self._classes = Classes(client.group_appointments.get)
        self._readers: Mapping[str, Callable[[str], object]] = {
            "attendee_notes": self._attendee_notes,
            "bookings_to_come": self._is_to_come,
            "class": self._classes.get,
            "contact_name": self._contact_name,
            "medical_alerts": self._medical_alerts,
        }

    def noting(self, contacts: Iterable[Contact], *, whole: bool) -> Iterator[Contact]:
        """Notes what contacts are called that are read anyway: they need not be read again for it.

        Args:
            contacts: The contacts, which are handed on.
            whole: Whether these are all that there are.
        """
        self._listed |= whole
        for contact in contacts:
            with self._lock:
                self._note(contact.id, _called(contact))
            yield contact

    def forget_contacts(self) -> None:
        """Reads contacts anew from now on, unless all of them are read each time."""
        with self._lock:
            if not self._listed:
                self._contacts.clear()

    def forget_merges(self) -> None:
        """Reads anew from now on who was merged into whom."""
        with self._lock:
            self._merged = None

    def forget_classes(self) -> None:
        """Reads classes anew from now on."""
        self._classes.forget()

    def read(self, fetch: Fetch) -> object:
        """Reads what a draft asks for.

        Args:
            fetch: What to read.

        Returns:
            What was asked for, or None where there is nothing of that kind.

        Raises:
            ValueError: Nothing of that name can be read.
        """
        read = self._readers.get(fetch.what)
        if read is None:
            raise ValueError(f"A source can't fetch {fetch.what!r}.")
        return read(fetch.refs[0].id)

    def _is_to_come(self, patient: str) -> bool:
        return any(self._is_booked(each) for each in (patient, *self._merged_into(patient)))

    def _medical_alerts(self, patient: str) -> list[str]:
        alerts = self._client.medical_alerts.list(where("patient_id") == [patient, *self._merged_into(patient)])
        return [alert.name for alert in alerts if alert.name and alert.deleted_at is None]

    def _attendee_notes(self, booking: str) -> list[str]:
        attendees = self._client.attendees.list(booking_id=booking, include_archived=True, include_cancelled=True)
        return [attendee.notes for attendee in attendees if attendee.notes]

    def _contact_name(self, id: str) -> str | None:
        """Says what a contact is called; many patients have the same one, so that each is read once for a while."""
        with self._lock:
            if id not in self._contacts:
                self._note(id, self._asked(id))
            return self._contacts[id]

    def _note(self, id: str, name: str | None) -> None:
        self._contacts[id] = name
        while len(self._contacts) > _REMEMBERED:
            self._contacts.popitem(last=False)

    def _asked(self, id: str) -> str | None:
        try:
            return _called(self._client.contacts.get(id))
        except (Forbidden, NotFound):
            return None

    def _is_booked(self, patient: str) -> bool:
        theirs = where("patient_ids").contains(patient), where("ends_at") > self._client.server_now()
        to_come = self._client.bookings.list(*theirs, include_archived=True, include_cancelled=True)
        return to_come.first() is not None

    def _merged_into(self, patient: str) -> list[str]:
        """Names the patients who were merged into one, in however many steps."""
        merged, found = self._losers(), [patient]
        for id in found:
            found += [loser for loser in merged.get(id, ()) if loser not in found]
        return found[1:]

    def _losers(self) -> Mapping[str, Sequence[str]]:
        """Gives by the patients who remain those who were merged into them.

        All that were merged are read once for a while, because who remains doesn't say from whom.
        """
        with self._lock:
            if self._merged is None:
                merged: dict[str, list[str]] = {}
                for each in self._client.patients.list(where("archived_at").not_null()):
                    if each.merged_with_patient is not None:
                        merged.setdefault(each.merged_with_patient.id, []).append(each.id)
                self._merged = merged
            return self._merged


def _called(contact: Contact) -> str | None:
    titled = (contact.title, full_name(contact) or contact.preferred_name)
    person = " ".join(part.strip() for part in titled if part and part.strip())
    company = (contact.company_name or "").strip()
    return ", ".join(part for part in (person, company) if part) or None
