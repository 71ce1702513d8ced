"""Over real connections, the libraries under this one say nothing of what they carry, at their loudest."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from clinikomigrate import Cliniko, ClinikoSink, Transfer, where
from clinikomigrate.testing import FakeCliniko, empty_destination, make_clinic
from clinikomigrate.wire import SystemClock
from tests.secrets.marks import Marks, Secrets, mark
from tests.secrets.watch import Watch


def served(fake: FakeCliniko, base_url: str) -> Cliniko:
    """Makes a client of a served account."""
    return Cliniko(
        fake.key, app_name="Acme", contact_email="dev@acme.example", base_url=base_url, requests_per_minute=1_000_000
    )


def look_around(client: Cliniko) -> None:
    """Looks patients up by what they are called."""
    patient = client.patients.list().first()
    assert patient is not None
    for name in ("last_name", "first_name", "email"):
        value = getattr(patient, name)
        if value:
            list(client.patients.list(where(name) == value))
            list(client.patients.list(where(name).contains(value), include_archived=True))


def test_libraries_log_nothing_of_ours(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The loggers of urllib3 and requests at DEBUG show no query, no header and no body of a transfer."""
    source = FakeCliniko(clock=SystemClock(), rate_limit=None)
    make_clinic(source, patients=5, seed=2)
    destination = empty_destination(source)
    destination.limit.per_minute = None
    destination.files.processing_seconds = 0.01
    marks = Marks()
    mark(source, marks)
    watch = Watch(Secrets((source.key, destination.key)))
    with (
        watch.watching(),
        source.serve() as here,
        destination.serve() as there,
        served(source, here) as old,
        served(destination, there) as new,
    ):
        look_around(old)
        report = Transfer(old, ClinikoSink(new), journal=tmp_path / "clinic.journal").run()
        watch.reprs()
    for text in capfd.readouterr():
        watch.look("print", "", text)
    watch.files(tmp_path)

    assert report.ok
    assert [] == watch.found
    assert watch.looked_at["log of clinikomigrate"] > 100


@pytest.mark.parametrize(
    "name", ["urllib3.connection", "urllib3.connectionpool", "urllib3.poolmanager", "urllib3.util.retry"]
)
def test_other_peoples_requests_are_logged_as_ever(name: str, caplog: pytest.LogCaptureFixture) -> None:
    """Only what is logged while this package sends is kept out of urllib3's loggers."""
    with caplog.at_level(logging.DEBUG):
        logging.getLogger(name).debug("of somebody else")

    assert ["of somebody else"] == [record.getMessage() for record in caplog.records]


def test_nothing_else_of_urllib3_writes_urls() -> None:
    """Each module of urllib3 that writes to a log is known: a new one is to be looked at."""
    import urllib3

    modules = sorted(
        str(path.relative_to(Path(urllib3.__file__).parent))
        for path in Path(urllib3.__file__).parent.rglob("*.py")
        if "log.debug(" in (text := path.read_text(encoding="utf-8")) or "log.warning(" in text
    )

    assert _KNOWN >= set(modules)


_KNOWN = {
    "connection.py",
    "connectionpool.py",
    "contrib/pyopenssl.py",  # certificates
    "poolmanager.py",
    "response.py",  # that an answer's length is told twice
    "util/retry.py",
}
