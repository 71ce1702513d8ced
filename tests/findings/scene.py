"""A small clinic about to move, and what preflight finds."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import attrs

from clinikomigrate import Cliniko, ClinikoSink, Finding, Findings, Sink, Transfer
from clinikomigrate.testing import FakeCliniko, empty_destination
from clinikomigrate.testing.faults import FaultKind
from clinikomigrate.transfer.kinds import ALL_KINDS
from tests.end_to_end.accounts import client
from tests.traps.clinic import Clinic

TO_COME = "2031-01-06T00:00:00Z"
"""A time that is still to come, by the simulated accounts' clock."""

PATIENTS_NAMES = ("Ada", "Bea", "Cyn", "Example")
"""The names of all patients in a scene; no finding has any of them."""


class Scene:
    """An old account, a new one, and a transfer between them that a test may change before it looks.

    Attributes:
        clinic: The old account, and the new one.
        source: The settings of the old account's client.
        destination: The settings of the new account's client.
        settings: The transfer's.
        sink: Makes the sink of the new account's client.
    """

    def __init__(self, folder: Path) -> None:
        self.clinic = Clinic(folder)
        self.source: dict[str, Any] = {}
        self.destination: dict[str, Any] = {}
        self.settings: dict[str, Any] = {}
        self.sink: Callable[[Cliniko], Sink] = ClinikoSink
        self.new_account: dict[str, Any] = {}

    @cached_property
    def old(self) -> FakeCliniko:
        """The account that moves."""
        return self.clinic.source

    @cached_property
    def new(self) -> FakeCliniko:
        """The account that it moves to, made when it is first asked for."""
        return empty_destination(self.old, **self.new_account)

    def without(self, *kinds: str) -> None:
        """Leaves kinds out."""
        self.settings["include"] = self.settings.get("include", ALL_KINDS) - set(kinds)

    def findings(self) -> Findings:
        """Looks at both accounts, and holds that nobody's name is told and nothing was written."""
        new = self.new
        with self.old.in_process(), new.in_process():
            sink = self.sink(client_of(new, self.destination))
            found = Transfer(client_of(self.old, self.source), sink, **self.settings).preflight()
        assert [] == [name for name in PATIENTS_NAMES if name in f"{found}{found.to_dict()}"]
        assert {"GET"} >= {request.method for account in (self.old, new) for request in account.log}
        return found

    def finding(self, code: str) -> Finding | None:
        """Gives the finding of a code, or None."""
        found = [each for each in self.findings() if each.code == code]
        assert 1 >= len(found)
        return found[0] if found else None

    def fail(self, account: FakeCliniko, kind: FaultKind, *, times: int | None = None) -> None:
        """Lets an account's answers about who asks go wrong, some times or always."""
        account.faults.add(kind, when=lambda request: request.path == "/v1/user", every=1, times=times)

    # What the accounts may hold.

    def somebody(self, account: FakeCliniko, *, role: str = "administrator", practises: bool = True) -> str:
        """Puts a user into an account, and gives the key."""
        user = account.add("users", first_name="Kim", last_name="Key", role=role, phone_numbers=[MOBILE])
        if practises:
            account.add("practitioners", user_id=user, first_name="Kim", last_name="Key")
        return account.key_for(user)

    def place(self, name: str = "Annexe", **values: Any) -> str:
        """Puts a business into the old account that the new one doesn't have."""
        self.new  # noqa: B018 - has what the old account had until now
        return self.clinic.add("businesses", business_name=name, **values)

    def colleague(self, first: str = "Amy", last: str = "Ng") -> str:
        """Puts a practitioner into the old account whom the new one doesn't have."""
        self.new  # noqa: B018 - has what the old account had until now
        user = self.clinic.add("users", first_name=first, last_name=last, role="practitioner")
        return self.clinic.add("practitioners", user_id=user, first_name=first, last_name=last)

    def booked(self, **values: Any) -> str:
        """Puts a patient with an appointment into the old account."""
        return self.clinic.visit(self.clinic.patient(), **values)

    def change(self, account: FakeCliniko, kind: str, **values: Any) -> None:
        """Changes the first record of a kind in an account."""
        row = account.store.at(kind, str(account.rows(kind)[0]["id"]))
        account.store.change(kind, row, **values)

    def template(self, account: FakeCliniko, kind: str, *fields: str) -> None:
        """Gives an appointment type message templates."""
        row = account.store.at("appointment_types", kind)
        account.store.change(
            "appointment_types", row, **{field: [account.store.new_id("message_templates")] for field in fields}
        )


MOBILE = {"phone_type": "Mobile", "number": "0400 000 000"}

Arranged = Callable[[Scene], object]
"""Makes something so in a scene."""


@attrs.frozen
class Case:
    """When something is found, and when not.

    Attributes:
        found: Makes a scene in which it is found.
        absent: Makes one that is as near to it as can be, and in which it is not found.
    """

    found: Arranged
    absent: Arranged


def client_of(account: FakeCliniko, settings: dict[str, Any]) -> Cliniko:
    """Makes a client of an account: by the key of its owner, unless the settings have another."""
    given = dict(settings)
    key = given.pop("key", None)
    if key is None:
        return client(account, **given)
    who: dict[str, Any] = {"app_name": "Acme Migrations", "contact_email": "dev@acme.example", "clock": account.clock}
    return Cliniko(key, **who, **given)
