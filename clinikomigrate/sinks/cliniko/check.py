"""What stands in the way of writing into an account, found before anything is written."""

from __future__ import annotations

from collections.abc import Iterator

from clinikomigrate.cliniko import Cliniko
from clinikomigrate.errors import Error
from clinikomigrate.sinks.cliniko.codes import CODES
from clinikomigrate.transfer.findings import Finding
from clinikomigrate.transfer.keys import no_answer, not_an_administrator


def check(client: Cliniko) -> Iterator[Finding]:
    """Looks at the destination's key: whether it is valid, whose it is, and what it may do.

    Args:
        client: The destination's client.

    Returns:
        Findings, all of them blockers. The one about practitioners concerns only `treatment_notes`.
    """
    try:
        user = client.user()
        client.check_account()
        practitioner = client.practitioners.list(user_id=user.id).first()
    except Error as error:
        yield no_answer("destination", error)
        return
    if user.role is not None and user.role.casefold() != "administrator":
        yield not_an_administrator("destination", user.role)
    if practitioner is None:
        yield CODES.finding(
            "destination-practitioner",
            "The destination's key belongs to a user who is no active practitioner, and Cliniko takes treatment notes "
            "only from one.",
            "Make that user a practitioner in the destination, or use the key of an administrator who is one, or leave "
            "treatment_notes out.",
            kind="treatment_notes",
        )
