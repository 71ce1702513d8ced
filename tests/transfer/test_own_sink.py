"""A destination of one's own: the abstraction carries more than Cliniko."""

from __future__ import annotations

from pathlib import Path

from clinikomigrate import Transfer
from clinikomigrate.testing import FakeCliniko, make_clinic
from tests.end_to_end.accounts import client
from tests.transfer.dict_sink import DictMapper, DictSink


def test_a_dictionary_is_a_destination(tmp_path: Path) -> None:
    """Patients, appointments and alerts arrive with their links, once; the rest of the kinds stays away."""
    source = FakeCliniko()
    make_clinic(source, patients=30, seed=2)
    patients = {str(row["id"]): row for row in source.rows("patients")}
    sink = DictSink()
    with source.in_process():
        transfer = Transfer(client(source), sink, mapper=DictMapper(), journal=tmp_path / "a.journal")
        report = transfer.run()
        again = transfer.run()
    identities = dict(transfer.identities("patients"))

    assert report.ok
    assert {id for id, row in patients.items() if not row["merged_with_patient_id"]} == set(identities)
    assert {sink.records["patients"][there].last_name for there in identities.values()} == {
        patients[here]["last_name"] or "-" for here in identities
    }
    assert len(source.rows("medical_alerts")) == len(sink.records["medical_alerts"])
    assert {alert.patient_id for alert in sink.records["medical_alerts"].values()} <= set(identities.values())
    assert {id for kind, id, name in sink.finished if kind == "patients"} == {
        identities[id] for id, row in patients.items() if row["archived_at"] and id in identities
    }
    assert again.kinds["patients"].created == 0
