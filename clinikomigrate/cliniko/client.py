"""The client: one account of Cliniko, seen through one key."""

from __future__ import annotations

import random as random_
from typing import Any

from clinikomigrate.client.client import Client
from clinikomigrate.client.connection import Connection
from clinikomigrate.client.converter import structure
from clinikomigrate.client.key import fingerprint_of
from clinikomigrate.cliniko.account import AccountCheck, check_account
from clinikomigrate.cliniko.files import PatientAttachments
from clinikomigrate.cliniko.key import address_of, authorization_of, check_key, shard_of
from clinikomigrate.cliniko.models import PublicSettings, Settings, User
from clinikomigrate.cliniko.resources import appointments, billing, catalogue, notes, patients, practice
from clinikomigrate.cliniko.sender import user_agent
from clinikomigrate.wire.clock import Clock
from clinikomigrate.wire.session import Session
from clinikomigrate.wire.tracebacks import forgetful


class Cliniko(Client):
    """One account of Cliniko, seen through one user's key.

    Each kind of record is an attribute under the API's own name: `client.patients`, `client.individual_appointments`.
    What the API can't do with a kind, its attribute has no method for.

    Making a client sends nothing. A client is safe in threads, closes its connections at the end of a `with` block,
    and refuses to be pickled or copied.
    """

    @forgetful
    def __init__(
        self,
        key: str,
        *,
        app_name: str,
        contact_email: str,
        account: str | None = None,
        requests_per_minute: float = 200,
        base_url: str | None = None,
        clock: Clock | None = None,
        random: random_.Random | None = None,
    ) -> None:
        """Makes a client.

        Args:
            key: An API key as Cliniko shows it, with the shard at its end (`…-au1`). It opens what its user may see.
            app_name: The name of the application, which Cliniko wants to know.
            contact_email: Whom Cliniko can write to about the application.
            account: The account's name, as in `https://old-clinic.cliniko.com`. A key of another account is then
                refused before the first write.
            requests_per_minute: How many requests Cliniko allows the key's user. All clients of one user in this
                process share it.
            base_url: Where the API is, for tests and proxies; the key's shard says so otherwise.
            clock: The clock to wait by, for tests.
            random: What spreads retries, for tests.

        Raises:
            ConfigurationError: An argument can't be used.
        """
        check_key(key)
        shard = shard_of(key)
        self._base_url = base_url if base_url is not None else address_of(shard)
        session = Session(
            self._base_url,
            authorization=authorization_of(key),
            user_agent=user_agent(app_name, contact_email),
            requests_per_minute=requests_per_minute,
            owner=("cliniko", self._base_url, fingerprint_of(key)),
            clock=clock,
            random=random,
        )
        self._shard = shard
        self._account = None if account is None else check_account(account)
        self._set_up(session, AccountCheck(session, self._account))

    def _set_up(self, session: Session, check: AccountCheck, *, reads_only: bool = False) -> None:
        self._session = session
        self._check = check
        self._reads_only = reads_only
        connection: Connection = session if reads_only else check
        self.appointment_type_billable_items = catalogue.AppointmentTypeBillableItems(connection)
        self.appointment_type_products = catalogue.AppointmentTypeProducts(connection)
        self.appointment_types = catalogue.AppointmentTypes(connection)
        self.attendees = appointments.Attendees(connection)
        self.availability_blocks = appointments.AvailabilityBlocks(connection)
        self.billable_items = catalogue.BillableItems(connection)
        self.bookings = appointments.Bookings(connection)
        self.businesses = practice.Businesses(connection)
        self.communications = notes.Communications(connection)
        self.concession_prices = billing.ConcessionPrices(connection)
        self.concession_types = billing.ConcessionTypes(connection)
        self.contacts = patients.Contacts(connection)
        self.daily_availabilities = appointments.DailyAvailabilities(connection)
        self.group_appointments = appointments.GroupAppointments(connection)
        self.individual_appointments = appointments.IndividualAppointments(connection)
        self.invoice_items = billing.InvoiceItems(connection)
        self.invoices = billing.Invoices(connection)
        self.medical_alerts = patients.MedicalAlerts(connection)
        self.patient_attachments = PatientAttachments(connection)
        self.patient_cases = patients.PatientCases(connection)
        self.patient_form_templates = notes.PatientFormTemplates(connection)
        self.patient_forms = notes.PatientForms(connection)
        self.patients = patients.Patients(connection)
        self.practitioner_reference_numbers = practice.PractitionerReferenceNumbers(connection)
        self.practitioners = practice.Practitioners(connection)
        self.product_suppliers = catalogue.ProductSuppliers(connection)
        self.products = catalogue.Products(connection)
        self.recall_types = notes.RecallTypes(connection)
        self.recalls = notes.Recalls(connection)
        self.referral_source_types = patients.ReferralSourceTypes(connection)
        self.referral_sources = patients.ReferralSources(connection)
        self.relationships = patients.Relationships(connection)
        self.services = catalogue.Services(connection)
        self.stock_adjustments = catalogue.StockAdjustments(connection)
        self.taxes = billing.Taxes(connection)
        self.treatment_note_templates = notes.TreatmentNoteTemplates(connection)
        self.treatment_notes = notes.TreatmentNotes(connection)
        self.unavailable_block_types = appointments.UnavailableBlockTypes(connection)
        self.unavailable_blocks = appointments.UnavailableBlocks(connection)
        self.users = practice.Users(connection)
        self._collect_resources()

    def __repr__(self) -> str:
        account = f" account={self._account!r}" if self._account else ""
        return f"<{type(self).__name__} {self._shard}{account}{' read-only' if self._reads_only else ''}>"

    @forgetful
    def settings(self) -> Settings:
        """Reads the account's settings. Not every role may see them: a `Forbidden` says so."""
        return structure(Settings, self._session.get("/settings").body, where="GET /settings")

    @forgetful
    def public_settings(self) -> PublicSettings:
        """Reads those of the account's settings that every user may see."""
        return structure(PublicSettings, self._session.get("/settings/public").body, where="GET /settings/public")

    @forgetful
    def user(self) -> User:
        """Reads whose key this is.

        From then on the client shares its allowance of requests with all clients of that user in this process, and
        not only with those of the same key.
        """
        user = structure(User, self._session.get("/user").body, where="GET /user")
        self._session.identify(("cliniko", self._base_url, user.id))
        return user

    @forgetful
    def check_account(self) -> None:
        """Makes sure that the key opens the account that `account=` named; happens by itself before the first write.

        Sends one request the first time (two where the key's role may not see all settings), none later on and none
        without `account=`.

        Raises:
            AccountMismatch: The key opens another account.
        """
        self._check.check()

    def read_only(self) -> Cliniko:
        """Gives a view of this client that refuses every write with `ReadOnly`.

        The view shares connections and allowance with the client.
        """
        view = object.__new__(type(self))
        view._shard, view._account, view._base_url = self._shard, self._account, self._base_url
        view._set_up(self._session.read_only(), self._check, reads_only=True)
        return view

    @property
    def account(self) -> str | None:
        """The account's name as given, in lower case; None where none was given."""
        return self._account

    def link(self, record: Any) -> str | None:
        """Returns the address of the page in Cliniko that shows the patient whom a record is about.

        Args:
            record: A patient, or a record that points at one (`Any`: of whatever kind).

        Returns:
            The address; None where the record is about no patient, or the client was not given its account's name.
        """
        patient = record.id if record.kind == "patients" else getattr(getattr(record, "patient", None), "id", None)
        if patient is None or self._account is None:
            return None
        return f"https://{self._account}.{self._shard}.cliniko.com/patients/{patient}"

    @property
    def region(self) -> str:
        """Where the account keeps its records: the letters of its shard, `au` of `au1`."""
        return self._shard[:2]
