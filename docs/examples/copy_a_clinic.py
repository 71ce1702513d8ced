"""Copies a made-up clinic from one simulated Cliniko account into another, in this process and without a network.

Run it from the project's folder:

    python docs/examples/copy_a_clinic.py [number of patients]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import clinikomigrate as cm
from clinikomigrate.notebook import ProgressBar
from clinikomigrate.testing import FakeCliniko, empty_destination, make_clinic


def main(patients: int = 60) -> cm.Report:
    """Makes up a clinic, copies it and prints what came of it.

    Args:
        patients: How many patients the clinic has; there are about ten records to each.

    Returns:
        The report of the run.
    """
    old = FakeCliniko(subdomain="old-clinic")
    clinic = make_clinic(old, patients=patients, seed=7)
    new = empty_destination(old, subdomain="new-clinic")
    print(f"A made-up clinic: {clinic.patients} patients, {clinic.total} records.\n")

    with old.in_process(), new.in_process(), tempfile.TemporaryDirectory() as folder:
        # With real accounts only these two lines differ: the keys come from Cliniko, and there is no clock to give.
        source = cm.Cliniko(old.key, app_name="Example", contact_email="dev@example.com", clock=old.clock)
        destination = cm.Cliniko(new.key, app_name="Example", contact_email="dev@example.com", clock=new.clock)

        transfer = cm.Transfer(source, cm.ClinikoSink(destination), journal=Path(folder) / "old-clinic.journal")
        print(f"{transfer.preflight()}\n")
        with ProgressBar() as bar:
            report = transfer.run(on_event=bar)

    writes = sum(request.method != "GET" for request in old.log)
    print(f"\nMessages that patients would have got: {len(new.outbox)}. Writes to the source: {writes}.")
    print("(The report's seconds are what Cliniko's rate limit would make them; simulated accounts don't wait.)\n")
    print(report)
    return report


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
