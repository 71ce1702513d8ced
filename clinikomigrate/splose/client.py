"""The client: one workspace of Splose, seen through one key."""

from __future__ import annotations

import random as random_

from clinikomigrate.client.client import Client
from clinikomigrate.client.key import fingerprint_of
from clinikomigrate.splose.key import Region, address_of, authorization_of, check_key
from clinikomigrate.splose.resources import appointments, billing, patients, practice, records
from clinikomigrate.wire.clock import Clock
from clinikomigrate.wire.session import Session
from clinikomigrate.wire.tracebacks import forgetful


class Splose(Client):
    """One workspace of Splose, seen through one user's key.

    Each kind of record is an attribute under the API's own name: `client.patients`, `client.busy_times`. What the API
    can't do with a kind, its attribute has no method for.

    Making a client sends nothing. A client is safe in threads, closes its connections at the end of a `with` block,
    and refuses to be pickled or copied.
    """

    @forgetful
    def __init__(
        self,
        api_key: str,
        region: Region = "au",
        base_url: str | None = None,
        *,
        requests_per_minute: float = 60,
        clock: Clock | None = None,
        random: random_.Random | None = None,
    ) -> None:
        """Makes a client.

        Args:
            api_key: An API key as Splose shows it. It opens one workspace, as far as its user may see it.
            region: Where the workspace keeps its records: `au`, also for everybody outside of the United Kingdom, or
                `uk`. A good key at the wrong region is refused as if it were none.
            base_url: Where the API is, for tests and proxies; the region says so otherwise.
            requests_per_minute: How many requests Splose allows the key. All clients with the key in this process
                share it.
            clock: The clock to wait by, for tests.
            random: What spreads retries, for tests.

        Raises:
            ConfigurationError: An argument can't be used.
        """
        check_key(api_key)
        address = address_of(region)
        address = address if base_url is None else base_url
        session = Session(
            address,
            authorization=authorization_of(api_key),
            user_agent="clinikomigrate",
            requests_per_minute=requests_per_minute,
            owner=("splose", address, fingerprint_of(api_key)),
            reset_header=None,
            loose_answers=True,
            clock=clock,
            random=random,
        )
        self._region: Region = region
        self._set_up(session)

    def _set_up(self, session: Session, *, reads_only: bool = False) -> None:
        self._session = session
        self._reads_only = reads_only
        self.appointments = appointments.Appointments(session)
        self.availabilities = practice.Availabilities(session)
        self.busy_time_types = appointments.BusyTimeTypes(session)
        self.busy_times = appointments.BusyTimes(session)
        self.cancellation_reasons = appointments.CancellationReasons(session)
        self.cases = records.Cases(session)
        self.contacts = patients.Contacts(session)
        self.credit_notes = billing.CreditNotes(session)
        self.custom_fields = practice.CustomFields(session)
        self.free_slots = practice.FreeSlots(session)
        self.invoices = billing.Invoices(session)
        self.locations = practice.Locations(session)
        self.patient_forms = records.PatientForms(session)
        self.patients = patients.Patients(session)
        self.payment_methods = billing.PaymentMethods(session)
        self.payments = billing.Payments(session)
        self.practitioners = practice.Practitioners(session)
        self.screeners = records.Screeners(session)
        self.services = practice.Services(session)
        self.support_activities = appointments.SupportActivities(session)
        self.support_items = appointments.SupportItems(session)
        self.waitlists = records.Waitlists(session)
        self._collect_resources()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._region}{' read-only' if self._reads_only else ''}>"

    def read_only(self) -> Splose:
        """Gives a view of this client that refuses every write with `ReadOnly`.

        The view shares connections and allowance with the client.
        """
        view = object.__new__(type(self))
        view._region = self._region
        view._set_up(self._session.read_only(), reads_only=True)
        return view

    @property
    def region(self) -> Region:
        """Where the workspace keeps its records: `au` or `uk`."""
        return self._region
