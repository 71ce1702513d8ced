"""The destination read again and compared, and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from clinikomigrate import Blocked, Cliniko, ConfigurationError, Report, Transfer, Verification, Why
from clinikomigrate.cliniko import models as m
from clinikomigrate.errors import JournalNeeded, Unsupported
from clinikomigrate.testing.faults import FaultKind
from clinikomigrate.transfer.kinds import KINDS
from tests.end_to_end.accounts import Pair, client, pair_of
from tests.transfer.dict_sink import DictSink
from tests.transfer.practice import Practice
from tests.traps.clinic import Clinic


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    """Returns a small old clinic."""
    return Clinic(tmp_path)


@contextmanager
def accounts(clinic: Clinic) -> Iterator[tuple[Cliniko, Cliniko, Transfer]]:
    """Gives the clients of both accounts and a transfer between them, mounted."""
    with clinic.source.in_process(), clinic.destination.in_process():
        transfer = Pair(clinic.source, clinic.destination, clinic.journal).transfer()
        yield client(clinic.source), client(clinic.destination), transfer
    clinic.source.log[:] = [each for each in clinic.source.log if each.method == "GET"]


def verified(clinic: Clinic, **settings: Any) -> Verification:
    """Compares both accounts."""
    with accounts(clinic) as (_, _, transfer):
        return transfer.verify(**settings)


def undone(clinic: Clinic) -> Report:
    """Takes everything back."""
    with accounts(clinic) as (_, _, transfer):
        return transfer.undo()


def found(verification: Verification) -> dict[tuple[str, str], Why]:
    """Gives why things differ, by kind and field."""
    return {(each.kind, each.field): each.why for each in verification.differences}


def live(pair: Pair, *kinds: str) -> dict[str, int]:
    """Counts what is neither archived nor cancelled in the destination."""
    rows = {kind: pair.destination.rows(kind) for kind in kinds}
    return {
        kind: sum(not (row.get("archived_at") or row.get("cancelled_at")) for row in rows[kind])
        for kind in kinds
        if any(not (row.get("archived_at") or row.get("cancelled_at")) for row in rows[kind])
    }


@pytest.mark.parametrize("seed", [1, 2])
def test_there_and_back_and_there_again(tmp_path: Path, seed: int) -> None:
    """A generated clinic is as it was meant, is taken back as far as the API can, and then arrives again."""
    with pair_of(tmp_path, patients=20, seed=seed) as pair:
        pair.transfer().run()
        writes = sum(each.method != "GET" for each in pair.destination.log)
        first = pair.transfer().verify()
        assert writes == sum(each.method != "GET" for each in pair.destination.log)
        taken = pair.transfer().undo()
        kinds = [kind for kind in KINDS if KINDS[kind].left_behind is None and kind != "daily_availabilities"]
        left = live(pair, *kinds)
        nothing = pair.transfer().undo()
        again = pair.transfer().run()

        assert first.ok, first
        assert {"concession_types", "concession_prices", "availability_blocks", "referral_sources"} >= set(left)
        assert {"left"} == {row.state for row in taken.set_aside}
        assert {"concession_types", "concession_prices", "availability_blocks"} >= {row.kind for row in taken.set_aside}
        assert 0 == sum(count.removed for count in nothing.kinds.values())
        assert again.ok
        assert pair.transfer().verify().ok
        pair.check_quiet()


def test_what_differs_and_why(clinic: Clinic) -> None:
    """Edited there, changed here, never arrived, gone: each is told from the others."""
    ada, bea = clinic.patient(occupation="Baker"), clinic.patient(first_name="Bea", occupation="Nurse")
    clinic.add("medical_alerts", name="Latex", patient_id=ada)
    clinic.move()
    with accounts(clinic) as (source, destination, _):
        there = {row["first_name"]: row["id"] for row in clinic.arrived("patients")}
        destination.patients.update(there["Ada"], m.PatientDraft(occupation="Farmer"))
        destination.medical_alerts.archive(clinic.only("medical_alerts")["id"])
        source.patients.update(bea, m.PatientDraft(email="bea@mail.example"))
        source.recalls.list().first()
        clinic.add("patient_cases", name="Knee", patient_id=bea)
    verification = verified(clinic)

    assert {
        ("patients", "occupation"): Why.EDITED_THERE,
        ("patients", "email"): Why.CHANGED_HERE,
        ("medical_alerts", "archived"): Why.EDITED_THERE,
        ("patient_cases", "record"): Why.NEVER_ARRIVED,
    } == found(verification)
    assert not verification.ok
    assert "differ (1 never arrived, 2 edited in the destination since, 1 changed in the source since)" in str(
        verification
    )
    assert ">occupation</td>" in verification._repr_html_()
    assert 4 == len(verification.to_dict()["differences"])


def test_files_are_compared_by_their_content(clinic: Clinic, tmp_path: Path) -> None:
    """Another content under the same name and size is found, unless files are left out."""
    clinic.file(clinic.patient())
    clinic.move()
    good = verified(clinic)
    row = clinic.destination.store.at("patient_attachments", str(clinic.only("patient_attachments")["id"]))
    clinic.destination.store.change("patient_attachments", row, content=b"%PDF-1.7 a scam")
    bad, left_out = verified(clinic), verified(clinic, files=False)
    bad.to_csv(tmp_path / "verified")

    assert good.ok
    assert {("patient_attachments", "file"): Why.EDITED_THERE} == found(bad)
    assert left_out.ok
    assert "patient_attachments" in (tmp_path / "verified" / "differences.csv").read_text()


def test_a_sample_for_a_look_by_eye(clinic: Clinic) -> None:
    """Some records are chosen at random, the same ones with the same seed, with links to both accounts' pages."""
    for number in range(9):
        clinic.patient(first_name=f"Person {number}")
    clinic.move()
    with clinic.source.in_process(), clinic.destination.in_process():
        transfer = Transfer(
            client(clinic.source, account=clinic.source.subdomain),
            Pair(clinic.source, clinic.destination, clinic.journal).transfer()._sink,
            journal=clinic.journal,
        )
        one, same = transfer.verify(sample=4, seed=5), transfer.verify(sample=4, seed=5)

    assert 4 == len(one.sample)
    assert one.sample == same.sample
    assert any((pair.source_link or "").startswith("https://") for pair in one.sample)
    assert "of a random sample" in one.verdict
    with pytest.raises(ConfigurationError, match="at least 1"):
        verified(clinic, sample=0)


def test_what_the_clinic_works_with_is_not_taken_back(clinic: Clinic) -> None:
    """A patient who was edited, or has a new record, stays; everything else goes, adopted records never."""
    clinic.add("taxes", name="GST", rate="10.0")
    tax = clinic.destination.add("taxes", name="GST", rate="10.0")
    for name in ("Ada", "Bea", "Cem"):
        clinic.note(clinic.patient(first_name=name))
    clinic.move()
    there = {row["first_name"]: str(row["id"]) for row in clinic.arrived("patients")}
    with accounts(clinic) as (_, destination, _):
        destination.patients.update(there["Ada"], m.PatientDraft(occupation="Farmer"))
        destination.medical_alerts.create(m.MedicalAlertDraft(name="Wasps", patient_id=there["Bea"]))
    report = undone(clinic)
    archived = {row["first_name"]: row["archived_at"] is not None for row in clinic.arrived("patients")}

    assert {"Ada": False, "Bea": False, "Cem": True} == archived
    assert all(row["archived_at"] for row in clinic.arrived("treatment_notes"))
    assert [tax] == [str(row["id"]) for row in clinic.arrived("taxes")]
    assert ["edited", "1 records were added"] == sorted(
        "edited" if "edited" in row.reason else row.reason[:20] for row in report.set_aside
    )[::-1]
    assert "were taken back; 2 were left" in report.verdict
    assert any("by hand" in step for step in report.to_do)


@pytest.mark.parametrize("fault", ["drop_after", "500_after", "drop_before", "503"])
def test_taking_back_goes_on_after_trouble(clinic: Clinic, fault: FaultKind) -> None:
    """Lost replies and failures leave nothing behind once it is called again."""
    for name in ("Ada", "Bea"):
        clinic.visit(clinic.patient(first_name=name))
    clinic.move()
    clinic.destination.faults.add(fault, when=lambda request: request.path.endswith("/archive"), times=3)
    undone(clinic)
    clinic.destination.faults.clear()
    undone(clinic)

    assert all(row["archived_at"] for row in clinic.arrived("patients"))
    assert all(row["archived_at"] for row in clinic.arrived("individual_appointments"))


def test_it_stops_when_asked_and_goes_on(clinic: Clinic) -> None:
    """What is asked to stop says so, and the next call takes the rest back."""
    for number in range(3):
        clinic.patient(first_name=f"Person {number}")
    clinic.move()
    with accounts(clinic) as (_, _, transfer):
        stopped = transfer.undo(on_event=lambda _: transfer.stop())
        rest = transfer.undo()

    assert "asked to stop" == stopped.stopped
    assert "Undo again to go on" in stopped.verdict
    assert rest.ok


def test_a_destination_that_shows_nothing_again(tmp_path: Path) -> None:
    """A sink that can't read what it wrote says so; nothing is guessed."""
    practice = Practice(tmp_path)
    practice.patient()
    sink = DictSink()
    practice.run(sink)
    with practice.source.in_process():
        with pytest.raises(Unsupported, match="can't be read again"):
            practice.transfer(sink).verify()
        with pytest.raises(Unsupported, match="can't be read again"):
            practice.transfer(sink).undo()
        with pytest.raises(JournalNeeded):
            practice.transfer(sink, journal=None).verify()


def test_a_key_that_is_refused(clinic: Clinic) -> None:
    """Where an account can't be read nothing is compared, and nothing taken back."""
    clinic.patient()
    clinic.move()
    clinic.destination.faults.add("401", every=1)
    with accounts(clinic) as (_, _, transfer):
        with pytest.raises(Blocked, match="can't be verified"):
            transfer.verify()
        with pytest.raises(Blocked, match="Nothing was taken back"):
            transfer.undo()
