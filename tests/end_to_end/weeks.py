"""What happens in a clinic between two runs of a transfer, drawn at random."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, Final

from clinikomigrate import Cliniko
from clinikomigrate.testing import FakeCliniko
from tests.end_to_end.accounts import client

Row = dict[str, Any]  # Any: a row's values are of JSON's types

SEEN: Final = "2024-02-01T09:00:00Z"
"""A time long before any run."""


class Week:
    """Changes a clinic as people do, and as the product does by itself.

    Args:
        fake: The clinic, mounted in this process.
        seed: Chooses what happens.
    """

    def __init__(self, fake: FakeCliniko, seed: int) -> None:
        self._fake = fake
        self._chance = random.Random(seed)
        self._client: Cliniko = client(fake)
        self.happened: list[str] = []

    def pass_by(self, number: int) -> None:
        """Lets some things happen, each at most once."""
        doings: list[Callable[[], None]] = [
            self.edits,
            self.edits_a_note,
            self.new_records,
            self.cancels,
            self.archives,
            self.unarchives_a_patient,
            self.comes_to_light,
            self.un_cancels,
            self.un_archives_a_note,
            self.cancels_behind_the_back,
            self.merges,
            self.calls,
        ]
        for doing in self._chance.sample(doings, number):
            self.happened.append(doing.__name__)
            doing()
            self._fake.clock.sleep_until(self._fake.clock.monotonic() + 3600)
        self._fake.log[:] = [each for each in self._fake.log if each.method == "GET"]

    # As people do it, through the account.

    def edits(self) -> None:
        """Some records get other texts."""
        for kind, field in (("individual_appointments", "notes"), ("recalls", "notes")):
            for row in self._rows(kind, self._is_live)[:1]:
                self._patch(kind, row, **{field: f"Changed {self._chance.random()}"})
        self._patch("medical_alerts", self._live("medical_alerts"), name="Latex gloves")

    def edits_a_note(self) -> None:
        """A note gets another title; where it was finalised, the destination takes no change of it."""
        self._patch("treatment_notes", self._live("treatment_notes"), title="Second thoughts")

    def new_records(self) -> None:
        """Records come."""
        patient = self._live("patients")["id"]
        self._fake.add("medical_alerts", patient_id=patient, name="Wasps", **self._now())
        old = {row["id"] for row in self._fake.rows("appointment_types") if row["archived_at"]}
        fits = (row for row in self._fake.rows("individual_appointments") if row["appointment_type_id"] not in old)
        like = next(fits)  # of a type that can still be booked
        names = ("business_id", "practitioner_id", "appointment_type_id")
        booked = {name: like[name] for name in names} | {"starts_at": "2031-03-03T01:00:00Z"}
        self._fake.add("individual_appointments", patient_id=patient, **booked, **self._now())

    def cancels(self) -> None:
        """An appointment is cancelled."""
        visit = self._live("individual_appointments")
        self._client.individual_appointments.cancel(visit["id"], reason=40, note="Away")

    def archives(self) -> None:
        """A few records are archived."""
        for kind in ("individual_appointments", "medical_alerts", "communications", "patients"):
            self._client.resource(kind).archive(self._live(kind)["id"])

    def unarchives_a_patient(self) -> None:
        """A patient comes back."""
        for row in self._rows("patients", lambda row: row["archived_at"] and not row.get("merged_with_patient_id"))[:1]:
            self._client.patients.unarchive(row["id"])

    def calls(self) -> None:
        """A patient's telephone number is another one, and only that."""
        row = self._live("patients")
        number = {"number": f"04{self._chance.randrange(10**8):08}", "phone_type": "Mobile"}
        self._silently("patients", row, patient_phone_numbers=[number])

    # As the product may do it: nothing shows in `updated_at`.

    def comes_to_light(self) -> None:
        """A record of long ago is seen only now: the key's user may see more than before."""
        patient = self._live("patients")["id"]
        long_ago = {"created_at": SEEN, "updated_at": SEEN}
        self._fake.add("medical_alerts", patient_id=patient, name="Bees", **long_ago)
        self._fake.add("recalls", patient_id=patient, **self._to_recall(), **long_ago)

    def _to_recall(self) -> Row:
        return {"recall_type_id": self._live("recall_types")["id"], "recall_at": "2025-09-01"}

    def un_cancels(self) -> None:
        """A cancellation is taken back."""
        for row in self._rows("individual_appointments", lambda row: row["cancelled_at"])[:1]:
            self._silently("individual_appointments", row, cancelled_at=None)

    def un_archives_a_note(self) -> None:
        """A note comes back."""
        for row in self._rows("treatment_notes", lambda row: row["archived_at"])[:1]:
            self._silently("treatment_notes", row, archived_at=None)

    def cancels_behind_the_back(self) -> None:
        """An appointment is cancelled, and isn't counted as changed."""
        visit, said = self._live("individual_appointments"), {"cancellation_reason": 50, "cancellation_note": None}
        seats = self._rows("attendees", lambda row: row["booking_id"] == visit["id"])
        for kind, row in (("individual_appointments", visit), *(("attendees", seat) for seat in seats)):
            self._silently(kind, row, cancelled_at=self._now()["created_at"], **said)

    def merges(self) -> None:
        """Two patients become one: what the one has is the other's from now on."""
        one, other = self._live("patients"), self._live("patients")
        if one is other:
            return
        now = self._now()["created_at"]
        self._silently("patients", one, archived_at=now, merged_at=now, merged_with_patient_id=other["id"])
        for kind in ("individual_appointments", "attendees", "treatment_notes", "medical_alerts", "communications"):
            for row in self._rows(kind, lambda row: row["patient_id"] == one["id"]):
                self._silently(kind, row, patient_id=other["id"])

    # Rows.

    def _rows(self, kind: str, fits: Callable[[Row], Any]) -> list[Row]:
        rows: list[Row] = [row for row in self._fake.rows(kind) if fits(row)]
        self._chance.shuffle(rows)
        return rows

    def _live(self, kind: str) -> Row:
        """Picks a record that is neither archived nor cancelled, and whose patient isn't archived."""
        return self._rows(kind, self._is_live)[0]

    def _is_live(self, row: Row) -> bool:
        gone = {patient["id"] for patient in self._fake.rows("patients") if patient["archived_at"]}
        return not (row["archived_at"] or row.get("cancelled_at") or row.get("patient_id") in gone)

    def _patch(self, kind: str, row: Row, **values: Any) -> None:
        self._silently(kind, row, **values, updated_at=self._now()["updated_at"])

    def _silently(self, kind: str, row: Row, **values: Any) -> None:
        store = self._fake.store
        store.change(kind, store.at(kind, row["id"]), **values)

    def _now(self) -> Row:
        now = self._fake.time_text()
        return {"created_at": now, "updated_at": now}
