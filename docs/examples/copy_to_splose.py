"""Moves a made-up clinic from a simulated Cliniko account into a simulated workspace of Splose, without a network.

Run it from the project's folder:

    python docs/examples/copy_to_splose.py [number of patients]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import clinikomigrate as cm
from clinikomigrate.notebook import ProgressBar
from clinikomigrate.testing import FakeCliniko, FakeSplose, make_clinic


def set_up(workspace: FakeSplose, source: cm.Cliniko) -> None:
    """Makes what a person makes by hand in the real Splose: its API makes no locations, practitioners and services.

    Args:
        workspace: Where.
        source: The clinic that is to move.
    """
    for business in source.businesses.list(include_archived=True):
        workspace.add("locations", title=business.business_name)
    for kind in source.appointment_types.list(include_archived=True):
        workspace.add("services", name=kind.name, **{"for": "appointment"})
    for person in (*source.practitioners.list(), *source.practitioners.inactive()):
        workspace.add("practitioners", firstname=person.first_name, lastname=person.last_name, isActive=person.active)


def main(patients: int = 20) -> cm.Report:
    """Makes up a clinic, moves it and prints what came of it.

    Args:
        patients: How many patients the clinic has.

    Returns:
        The report of the run.
    """
    old = FakeCliniko(subdomain="old-clinic")
    clinic = make_clinic(old, patients=patients, seed=7)
    workspace = FakeSplose(clock=old.clock)
    print(f"A made-up clinic: {clinic.patients} patients, {clinic.total} records.\n")

    with old.in_process(), workspace.in_process(), tempfile.TemporaryDirectory() as folder:
        # With real accounts only these two lines differ: the keys come from Cliniko and Splose, and no clock is given.
        source = cm.Cliniko(old.key, app_name="Example", contact_email="dev@example.com", clock=old.clock)
        splose = cm.Splose(workspace.key, clock=workspace.clock)

        set_up(workspace, source)
        mapper = cm.SploseMapper(contact_email="office@clinic.example")
        journal = Path(folder) / "old-clinic.journal"
        transfer = cm.Transfer(source, cm.SploseSink(splose), mapper=mapper, journal=journal)
        print(f"{transfer.preflight()}\n")
        with ProgressBar() as bar:
            report = transfer.run(on_event=bar)
        print(f"\n{transfer.verify().verdict}")
        print("\nIn the archive folder, which goes away with this example:")
        for path in sorted(Path(f"{journal}.archive").rglob("*")):
            print(f"  {path.relative_to(folder)}")

    writes = sum(request.method != "GET" for request in old.log)
    print(f"\nMessages that clients would have got: {len(workspace.outbox)}. Writes to the source: {writes}.")
    print("(The report's seconds are what Splose's rate limit would make them; simulated accounts don't wait.)\n")
    print(report)
    return report


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
