"""What is done to a record at once, before the finishing pass."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from clinikomigrate import Change, ClinikoMapper, Context, FollowUp, Mapped, Skip
from clinikomigrate.cliniko.models import MedicalAlert, MedicalAlertDraft
from clinikomigrate.transfer.follow_ups import Stage
from clinikomigrate.transfer.sqlite_journal import SQLiteJournal
from tests.traps.clinic import Clinic


class Numbering(ClinikoMapper):
    """Gives each alert another name as soon as it is there."""

    def medical_alert(self, alert: MedicalAlert, context: Context, /) -> Mapped[MedicalAlertDraft] | Skip:
        """Maps an alert."""
        mapped = super().medical_alert(alert, context)
        if isinstance(mapped, Skip):
            return mapped
        again = Change(draft=MedicalAlertDraft(name=f"{alert.name}, for certain"), stage=Stage.SETTLE)
        return attrs.evolve(mapped, follow_ups=(*mapped.follow_ups, again))


def test_a_change_that_is_made_at_once_is_no_edit_of_somebody_else_s(tmp_path: Path) -> None:
    """It is part of what is known of the record, so that a later change in the source comes over."""
    clinic = Clinic(tmp_path)
    alert = clinic.add("medical_alerts", patient_id=clinic.patient(), name="Latex")
    clinic.move(mapper=Numbering())
    first = clinic.only("medical_alerts")["name"]
    row = clinic.source.store.at("medical_alerts", alert)
    clinic.source.store.change("medical_alerts", row, name="Nuts", updated_at=clinic.source.time_text())
    report = clinic.move(mapper=Numbering())

    assert "Latex, for certain" == first
    assert 1 == report.kinds["medical_alerts"].updated
    assert str(clinic.only("medical_alerts")["name"]).startswith("Nuts")


class Late(ClinikoMapper):
    """Gives each alert another name when all records are there."""

    def medical_alert(self, alert: MedicalAlert, context: Context, /) -> Mapped[MedicalAlertDraft] | Skip:
        """Maps an alert."""
        mapped = super().medical_alert(alert, context)
        if isinstance(mapped, Skip):
            return mapped
        draft = MedicalAlertDraft(name=f"{alert.name}, for certain")
        return attrs.evolve(mapped, draft=attrs.evolve(mapped.draft, name="?"), follow_ups=(Change(draft=draft),))


class Died(BaseException):
    """Stands for a process that is killed."""


def test_a_late_change_of_which_only_the_outcome_was_not_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is done again, and taken for nobody's edit: what changes in the source afterwards comes over."""
    clinic = Clinic(tmp_path)
    alert = clinic.add("medical_alerts", patient_id=clinic.patient(), name="Latex")

    def die(*_: object, **__: object) -> None:
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr(SQLiteJournal, "follow_up_done", die)
        with pytest.raises(Died):
            clinic.run(mapper=Late())
    first = clinic.only("medical_alerts")["name"]
    clinic.move(mapper=Late())
    row = clinic.source.store.at("medical_alerts", alert)
    clinic.source.store.change("medical_alerts", row, name="Nuts", updated_at=clinic.source.time_text())
    report = clinic.move(mapper=Late())

    assert "Latex, for certain" == first
    assert [] == list(report.set_aside)
    assert "Nuts, for certain" == clinic.only("medical_alerts")["name"]


@attrs.frozen
class Framing(FollowUp):
    """Something that no destination can do."""

    stage: Stage = Stage.LINK


class FramingMapper(ClinikoMapper):
    """Wants each alert framed."""

    def medical_alert(self, alert: MedicalAlert, context: Context, /) -> Mapped[MedicalAlertDraft] | Skip:
        """Maps an alert."""
        mapped = super().medical_alert(alert, context)
        return mapped if isinstance(mapped, Skip) else attrs.evolve(mapped, follow_ups=(Framing(),))


def test_a_follow_up_that_the_destination_can_not_do_is_told(tmp_path: Path) -> None:
    """The record is there, what is still owed to it is said with its reason, and all others are finished."""
    clinic = Clinic(tmp_path)
    alert = clinic.add("medical_alerts", patient_id=clinic.patient(), name="Latex")
    clinic.patient(first_name="Bea", archived_at="2024-01-01T00:00:00Z")
    report = clinic.run(mapper=FramingMapper())

    (left,) = report.set_aside
    assert ("medical_alerts", alert, "unfinished") == (left.kind, left.source_id, left.state)
    assert "no way of doing Framing to medical alerts; do it by hand" in left.reason
    assert 1 == sum(row["archived_at"] is not None for row in clinic.arrived("patients"))
