"""The API grows without a new version: answers have fields that nobody has heard of."""

from __future__ import annotations

from clinikomigrate.testing.kinds import KINDS
from tests.comparison import differences
from tests.end_to_end.accounts import Pair
from tests.traps.clinic import Clinic, losses

NEW = {kind: {"star_sign": {"name": "Leo"}, "lucky_number": None} for kind in KINDS}


def test_new_fields_are_losses(clinic: Clinic) -> None:
    """Records with fields that nobody knows arrive, each value is a loss of its kind, and one that is null is none."""
    clinic.source.new_fields = NEW
    patient = clinic.patient()
    clinic.visit(patient)
    clinic.note(patient)
    clinic.file(patient)
    report = clinic.move()
    kinds = ("patients", "individual_appointments", "attendees", "treatment_notes", "patient_attachments")

    assert report.ok
    assert [] == differences(clinic.source, clinic.destination)
    assert [{"extra.star_sign"}] * 5 == [
        {name for name in losses(report, kind) if name.startswith("extra")} for kind in kinds
    ]


def test_new_fields_there_make_no_difference(clinic: Clinic) -> None:
    """What only the new account has is nobody's loss, no difference, and nothing to bring over later."""
    clinic.destination.new_fields = NEW
    clinic.visit(clinic.patient())
    first, again = clinic.move(), clinic.move()
    with clinic.source.in_process(), clinic.destination.in_process():
        verification = Pair(clinic.source, clinic.destination, clinic.journal).transfer().verify()

    assert (True, 0) == (verification.ok, sum(count.updated for count in again.kinds.values()))
    assert not {name for name in losses(first, "patients") if name.startswith("extra")}
