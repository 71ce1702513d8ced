"""A pair of simulated accounts, and a transfer between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs

from clinikomigrate import Cliniko, ClinikoSink, Report, Transfer
from clinikomigrate.testing import FakeCliniko, empty_destination, make_clinic
from tests.comparison import differences, messages, source_writes


def client(fake: FakeCliniko, **settings: Any) -> Cliniko:
    """Returns a client of an account that is mounted in this process."""
    values: dict[str, Any] = {"app_name": "Acme Migrations", "contact_email": "dev@acme.example", "clock": fake.clock}
    values |= {"key": fake.key} | settings
    return Cliniko(**values)


@attrs.frozen
class Pair:
    """A source with a clinic in it, an empty destination, and where the journal is to lie."""

    source: FakeCliniko
    destination: FakeCliniko
    journal: Path

    def transfer(self, *, mapper: Any = None, authors: Iterable[str] = (), **settings: Any) -> Transfer:
        """Makes the transfer; with the keys of some practitioners of the destination, by first and last name."""
        sink = ClinikoSink(client(self.destination), authors={name: self.client_of(name) for name in authors})
        return Transfer(client(self.source), sink, mapper=mapper, journal=self.journal, **settings)

    def client_of(self, name: str) -> Cliniko:
        """Returns a client with the key of somebody in the destination; it is told the account's name."""
        users: list[dict[str, Any]] = self.destination.rows("users")
        user = next(row for row in users if name == f"{row['first_name']} {row['last_name']}")
        return client(self.destination, key=self.destination.key_for(user["id"]), account=self.destination.subdomain)

    def check(self) -> None:
        """Holds that the destination is a correct copy, nobody was messaged, and the source was only read."""
        assert differences(self.source, self.destination) == []
        self.check_quiet()

    def check_quiet(self) -> None:
        """Holds that nobody was messaged, the source was only read, and all requests were in order."""
        assert messages(self.destination) == []
        assert source_writes(self.source) == []
        self.source.assert_clean()
        self.destination.assert_clean()


@contextmanager
def pair_of(tmp_path: Path, *, patients: int, seed: int = 0, **settings: Any) -> Iterator[Pair]:
    """Makes a clinic and an empty destination, both mounted in this process."""
    source = FakeCliniko(**settings)
    make_clinic(source, patients=patients, seed=seed)
    destination = empty_destination(source)
    with source.in_process(), destination.in_process():
        yield Pair(source, destination, tmp_path / "clinic.journal")


def created(report: Report) -> int:
    """Returns how many records a run made."""
    return sum(count.created for count in report.kinds.values())
