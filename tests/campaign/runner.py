"""The process that transfers, and that can be killed."""

from __future__ import annotations

import traceback
from multiprocessing.connection import Connection
from typing import Any

import attrs

from clinikomigrate import Cliniko, Transfer
from tests.campaign.blows import Blow
from tests.campaign.clock import QuickClock
from tests.campaign.destination import Destination
from tests.campaign.mortal import Death, MortalJournal, mortal_archive


@attrs.frozen
class Job:
    """One run.

    Attributes:
        into: The kind of destination.
        source: The source's address and key.
        destination: The destination's.
        journal: Where the journal lies.
        clock: The clock of all.
        blow: At which of its own commits, to the journal or to the archive folder, the process dies, if at any.
    """

    into: Destination
    source: tuple[str, str]
    destination: tuple[str, str]
    journal: str
    clock: QuickClock
    blow: Blow | None = None


@attrs.frozen
class Outcome:
    """How a run ended that nobody killed.

    Attributes:
        ok: Whether all arrived.
        verdict: What the report says, or the traceback of what went wrong.
        set_aside: What could not go, in words.
        commits: How often the journal was written.
        kept: How often the archive folder's records were.
    """

    ok: bool
    verdict: str
    set_aside: tuple[str, ...] = ()
    commits: int = 0
    kept: int = 0


def run(job: Job, driver: Connection) -> None:
    """Waits for a word from whoever started it, runs the transfer, and says how it ended.

    Args:
        job: What to do.
        driver: Leads to whoever started it.
    """
    driver.recv()
    try:
        driver.send(transfer(job))
    except Exception:  # noqa: BLE001 - told where it is reported
        driver.send(Outcome(ok=False, verdict=traceback.format_exc()))


def transfer(job: Job) -> Outcome:
    """Runs the transfer.

    Args:
        job: What to do.
    """
    settings: dict[str, Any] = {"requests_per_minute": 1_000_000, "clock": job.clock}
    (source_address, source_key), (address, key) = job.source, job.destination
    about: dict[str, Any] = {"app_name": "Acme Migrations", "contact_email": "dev@acme.example"}
    source = Cliniko(source_key, base_url=source_address, **about, **settings)
    sink = job.into.sink(key, base_url=address, **settings)
    deaths = {name: Death(job.blow if job.blow and job.blow.target == name else None) for name in ("journal", "folder")}
    mortal_archive(deaths["folder"])
    journal = MortalJournal(job.journal, deaths["journal"])
    report = Transfer(source, sink, mapper=job.into.mapper(), journal=journal).run()
    aside = tuple(f"{row.kind} {row.source_id}: {row.state}, {row.reason}" for row in report.set_aside)
    return Outcome(report.ok, report.verdict, aside, deaths["journal"].commits, deaths["folder"].commits)
