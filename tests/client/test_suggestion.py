"""Error messages name what somebody probably meant."""

from __future__ import annotations

from clinikomigrate.client.suggestion import nearest


def test_similar_names_come_first() -> None:
    """A name with a slip of the finger is asked about, and all names are there."""
    said = nearest("patientid", {"patient_id", "id"})

    assert "Did you mean 'patient_id'? Known: id, patient_id." == said


def test_several_similar_names() -> None:
    """Several similar names are joined."""
    assert "Did you mean 'starts_at' or 'start_at'?" in nearest("starts_a", {"starts_at", "start_at"})


def test_nothing_similar() -> None:
    """Where nothing is similar, only the names that exist are given."""
    assert "Known: id." == nearest("zzz", ["id"])


def test_nothing_known() -> None:
    """Where no names exist, that is said."""
    assert "Known: none." == nearest("zzz", [])
