"""Files go through a store of their own, and are worked on after the API has said yes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.traps.clinic import Clinic, losses


@pytest.mark.parametrize("way", ["redirect", "stream"])
def test_content_is_redirected_or_streamed(tmp_path: Path, way: str) -> None:
    """A file arrives byte by byte, whether the old account redirects to its store or streams by itself."""
    clinic = Clinic(tmp_path, download=way)
    clinic.file(clinic.patient(), content=bytes(range(256)) * 1000)
    clinic.move()

    assert bytes(range(256)) * 1000 == clinic.only("patient_attachments")["content"]


def test_store_sees_no_credentials(clinic: Clinic) -> None:
    """The store refuses a request with the API's key; none is sent to it, on the way down and up."""
    clinic.file(clinic.patient())
    clinic.move()

    assert {200} == {each.status for each in clinic.source.store_log}
    assert {200, 201} == {each.status for each in clinic.destination.store_log}


@pytest.mark.parametrize(
    "name",
    ["scan.pdf", "Röntgen Knie links.png", "a b+c&d=e%20f.txt", 'quo"te.txt', "日本語.pdf", "no extension", ".hidden"],
)
def test_names_survive_the_store(clinic: Clinic, name: str) -> None:
    """A file's name arrives as it was, though the store encodes it and its own `Location` is not usable."""
    clinic.file(clinic.patient(), filename=name)
    clinic.move()

    assert name == clinic.only("patient_attachments")["filename"]


def test_store_may_have_a_slash_at_its_end(clinic: Clinic) -> None:
    """The address of what was uploaded has one slash before its key, however the store's address ends."""
    clinic.destination.files.slash = True
    clinic.file(clinic.patient())
    clinic.move()

    assert None is not clinic.only("patient_attachments")["content"]


def test_file_is_the_last_field(clinic: Clinic) -> None:
    """The store takes a file only as the last field, and all fields of the permission with it, those unknown too."""
    clinic.file(clinic.patient())
    clinic.move()

    assert [201] == [each.status for each in clinic.destination.store_log if each.method == "POST"]


def test_each_file_has_a_permission_of_its_own(clinic: Clinic) -> None:
    """A permission is asked for each file, right before it is sent."""
    patient = clinic.patient()
    for number in range(3):
        clinic.file(patient, filename=f"{number}.txt", content=f"{number}".encode())
    clinic.move()

    assert 3 == len(clinic.sent("GET", "/attachment_presigned_post"))
    assert {b"0", b"1", b"2"} == {row["content"] for row in clinic.arrived("patient_attachments")}


def test_stores_address_may_end_with_a_slash(clinic: Clinic) -> None:
    """The store's address comes with or without a slash at its end; the file's address has exactly one."""
    fake = clinic.destination
    fake.served_stores[fake.base_url] = fake.store_url(fake.base_url) + "/"
    clinic.file(clinic.patient())
    clinic.move()
    (body,) = clinic.bodies("POST", "/v1/patient_attachments")

    assert "//" not in body["upload_url"].removeprefix("https://")
    assert b"%PDF-1.7 a scan" == clinic.only("patient_attachments")["content"]


def test_pins_of_files_are_lost(clinic: Clinic) -> None:
    """The API can't pin a file: a loss."""
    clinic.file(clinic.patient(), pinned_at="2024-01-01T00:00:00Z")
    report = clinic.move()

    assert "pinned_at" in losses(report, "patient_attachments")


def test_files_are_compared_after_processing(clinic: Clinic) -> None:
    """The API's yes comes before the file is worked on; it is waited for, then read back and compared."""
    clinic.destination.files.processing_seconds, clinic.destination.files.processing_reads = 60.0, 1000
    clinic.file(clinic.patient())
    clinic.move()
    copy = clinic.only("patient_attachments")

    assert True is copy["processing_completed"]
    assert 1 < len(clinic.sent("GET", f"/patient_attachments/{copy['id']}"))
    assert 1 == len(clinic.sent("GET", f"/patient_attachments/{copy['id']}/content"))


def test_file_that_never_gets_ready_is_unfinished(clinic: Clinic) -> None:
    """A file that isn't worked on in five minutes is said to be unfinished, and is not uploaded twice."""
    files = clinic.destination.files
    files.processing_seconds, files.processing_reads = 10_000.0, 10_000
    file = clinic.file(clinic.patient())
    report = clinic.run()

    assert [("patient_attachments", file, "unfinished")] == [
        (row.kind, row.source_id, row.state) for row in report.set_aside
    ]
    files.processing_reads = 0
    again = clinic.move()

    assert 0 == again.kinds["patient_attachments"].created
    assert 1 == len(clinic.arrived("patient_attachments"))


def test_empty_files_arrive(clinic: Clinic) -> None:
    """A file of no bytes arrives as one."""
    clinic.file(clinic.patient(), content=b"")
    clinic.move()

    assert b"" == clinic.only("patient_attachments")["content"]


def test_full_patient_exports_are_skipped(clinic: Clinic) -> None:
    """The archives that the product makes of whole patients share the list with files; they are no files to copy."""
    patient = clinic.patient()
    clinic.file(patient)
    clinic.file(patient, full_export=True, filename="export.zip")
    report = clinic.move()

    assert ["scan.pdf"] == [row["filename"] for row in clinic.arrived("patient_attachments")]
    assert (2, 1) == (report.kinds["patient_attachments"].found, report.kinds["patient_attachments"].skipped)


def test_uploader_and_day_are_said_in_the_description(clinic: Clinic) -> None:
    """Who uploaded a file and when is lost in the API; the description says it behind what it said before."""
    user = clinic.add("users", first_name="Nia", last_name="Nurse")
    clinic.file(clinic.patient(), description="Left knee", user_id=user, created_at="2023-05-01T00:00:00Z")
    report = clinic.move()
    description = clinic.only("patient_attachments")["description"]

    assert description.startswith("Left knee")
    assert "Nia Nurse" in description
    assert "1 May 2023" in description
    assert {"created_at", "user"} <= losses(report, "patient_attachments")


def test_long_descriptions_stay_as_they_are(clinic: Clinic) -> None:
    """A description that fills the 255 characters is not cut to make room for words."""
    clinic.file(clinic.patient(), description="d" * 255)
    clinic.move()

    assert "d" * 255 == clinic.only("patient_attachments")["description"]


def test_archived_files_arrive_archived(clinic: Clinic) -> None:
    """An archived file arrives, is compared, and is archived."""
    clinic.file(clinic.patient(), archived_at="2024-06-01T00:00:00Z")
    clinic.move()
    copy = clinic.only("patient_attachments")

    assert None is not copy["archived_at"]
    assert b"%PDF-1.7 a scan" == copy["content"]


def test_account_without_room_for_files(clinic: Clinic) -> None:
    """Where the storage is full the file is set aside with the reason, and the rest of the clinic arrives."""
    clinic.destination.files.storage = 0
    patient = clinic.patient()
    file = clinic.file(patient)
    clinic.note(patient)
    report = clinic.run()

    assert [("patient_attachments", file, "failed")] == [
        (row.kind, row.source_id, row.state) for row in report.set_aside
    ]
    assert 1 == len(clinic.arrived("treatment_notes"))


def test_file_that_the_old_account_can_no_longer_give(clinic: Clinic) -> None:
    """A record of a file whose bytes are gone is set aside by kind and id; the others arrive."""
    patient = clinic.patient()
    gone = clinic.add("patient_attachments", patient_id=patient, filename="gone.pdf", size=4)
    clinic.file(patient)
    report = clinic.run()

    assert [("patient_attachments", gone)] == [(row.kind, row.source_id) for row in report.set_aside]
    assert ["scan.pdf"] == [row["filename"] for row in clinic.arrived("patient_attachments")]


def test_attachments_of_the_same_name_are_told_apart(clinic: Clinic) -> None:
    """Two files of one name and size keep their own bytes."""
    patient = clinic.patient()
    for content in (b"one", b"two"):
        clinic.file(patient, content=content)
    clinic.move()

    assert [b"one", b"two"] == sorted(row["content"] for row in clinic.arrived("patient_attachments"))
