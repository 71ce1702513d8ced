"""One Cliniko account copied into another, end to end."""

from __future__ import annotations

from pathlib import Path

from tests.end_to_end.accounts import created, pair_of


def test_a_clinic_of_300_patients_arrives_record_by_record(tmp_path: Path) -> None:
    """Every record of a generated clinic arrives once and as it was, and a second run makes nothing."""
    with pair_of(tmp_path, patients=300) as pair:
        transfer = pair.transfer()
        report = transfer.run()

        assert report.set_aside == []
        assert report.ok
        pair.check()

        again = transfer.run()

        assert created(again) == 0
        assert again.ok
        pair.check()
