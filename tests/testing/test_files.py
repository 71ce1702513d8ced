"""Files: the pre-signed upload, processing, downloads."""

from __future__ import annotations

import re
from typing import Any
from xml.sax.saxutils import unescape

import pytest
from werkzeug.test import Client, TestResponse, create_environ, run_wsgi_app

from clinikomigrate.testing import FakeCliniko
from tests.testing.conftest import Clinic
from tests.testing.desk import Desk

BOUNDARY = "----boundary"


def _form(fields: dict[str, str], content: bytes, filename: str) -> bytes:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{filename}"\r\n\r\n'
    return "".join([*parts, head]).encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()


def _store(fake: FakeCliniko, method: str = "POST", path: str = "/", **more: Any) -> TestResponse:
    more.setdefault("content_type", f"multipart/form-data; boundary={BOUNDARY}")
    return Client(fake.file_store).open(path, method=method, base_url=fake.store_url(""), **more)


def _presign(clinic: Clinic) -> dict[str, Any]:
    post: dict[str, Any] = clinic.desk.get(f"/patients/{clinic.patient}/attachment_presigned_post")
    return post


def _upload(clinic: Clinic, content: bytes = b"hello", filename: str = "a.pdf") -> str:
    """Uploads a file and gives the address that the API wants."""
    post = _presign(clinic)
    answer = _store(clinic.fake, data=_form(post["fields"], content, filename))
    assert 201 == answer.status_code, answer.text
    match = re.search("<Key>(.*)</Key>", answer.text, re.DOTALL)
    assert match is not None
    return f"{post['url']}/{unescape(match[1])}"


def test_upload_is_processed_later(clinic: Clinic) -> None:
    """A new file has no name, type and size until it was worked on; then its bytes are what was uploaded."""
    body = {"patient_id": clinic.patient, "upload_url": _upload(clinic, b"h\0llo"), "description": "Scan"}
    file = clinic.desk.post("/patient_attachments", body)
    path = f"/patient_attachments/{file['id']}"

    assert (False, None, None, None, "Scan") == tuple(
        file[name] for name in ("processing_completed", "filename", "content_type", "size", "description")
    )
    assert 404 == clinic.desk.ask("GET", f"{path}/content").status_code
    assert clinic.desk.get(path)["processing_completed"] is False
    clinic.fake.clock.sleep_until(2)
    done = clinic.desk.get(path)
    assert (True, "a.pdf", "application/pdf", 5) == tuple(
        done[name] for name in ("processing_completed", "filename", "content_type", "size")
    )
    assert b"h\0llo" == clinic.fake.rows("patient_attachments")[0]["content"]
    assert [file["id"]] == clinic.desk.ids("/patient_attachments", ("q[]", "filename:=a.pdf"), ("q[]", "size:=5"))


def test_processing_ends_after_some_reads(clinic: Clinic) -> None:
    """A clock that stands still doesn't keep a file from being finished."""
    body = {"patient_id": clinic.patient, "upload_url": _upload(clinic), "filename": "other.txt"}
    file = clinic.desk.post("/patient_attachments", body)
    states = [clinic.desk.get(f"/patient_attachments/{file['id']}")["processing_completed"] for _ in range(4)]

    assert [False, False, False, True] == states
    assert "other.txt" == clinic.fake.rows("patient_attachments")[0]["filename"]


def test_store_says_where_the_file_is(clinic: Clinic) -> None:
    """The store answers XML whose location is percent-encoded and whose key isn't; names may be in any script."""
    post = _presign(clinic)
    answer = _store(clinic.fake, data=_form(post["fields"], b"x", "röntgen & <1>.jpg"))

    assert "application/xml" == answer.mimetype
    assert "%2F" in answer.text
    assert "/röntgen &amp; &lt;1&gt;.jpg</Key>" in answer.text
    assert "${filename}" in post["fields"]["key"]
    assert {"policy", "acl", "success_action_status", "x-amz-date", "x-amz-signature"} < set(post["fields"])


def test_the_stores_address_may_end_with_a_slash() -> None:
    """The address of an upload has one slash before its key all the same."""
    fake = FakeCliniko(upload_slash=True)
    desk = Desk(fake)
    patient = fake.add("patients", first_name="Cy", last_name="Lee")
    post = desk.get(f"/patients/{patient}/attachment_presigned_post")
    _store(fake, data=_form(post["fields"], b"x", "a.pdf"))
    key = post["fields"]["key"].replace("${filename}", "a.pdf")
    body = {"patient_id": patient, "upload_url": f"{post['url']}/{key}"}

    assert post["url"].endswith(".com/")
    assert ["temp_attachment_url"] == list(desk.refused("/patient_attachments", body))
    desk.post("/patient_attachments", {**body, "upload_url": f"{post['url']}{key}"})


def test_a_file_of_no_known_type_has_a_senseless_one(clinic: Clinic) -> None:
    """The API says `invalid/invalid` of it."""
    clinic.fake.files.processing_seconds = 0
    file = clinic.desk.post(
        "/patient_attachments", {"patient_id": clinic.patient, "upload_url": _upload(clinic, filename="notes.odd-one")}
    )

    assert "invalid/invalid" == clinic.desk.get(f"/patient_attachments/{file['id']}")["content_type"]


def test_only_uploads_of_this_patient_are_taken(clinic: Clinic) -> None:
    """An address that isn't exactly that of an upload for this patient is refused, and each counts once."""
    url = _upload(clinic)
    host, key = url.split(".com/")
    other = clinic.fake.add("patients", first_name="Cy", last_name="Lee")
    wrong = [
        f"{host}.com//{key}",
        f"{host}.com/{key.replace('/', '%2F')}",
        "https://elsewhere.example/x",
        f"{host}.com/x",
    ]
    body = {"patient_id": clinic.patient, "upload_url": url}

    for one in wrong:
        refused = clinic.desk.refused("/patient_attachments", {**body, "upload_url": one})
        assert {"temp_attachment_url": "is invalid"} == refused
    assert {"temp_attachment_url": "is invalid"} == clinic.desk.refused(
        "/patient_attachments", {**body, "patient_id": other}
    )
    clinic.desk.post("/patient_attachments", body)
    assert {"temp_attachment_url": "is invalid"} == clinic.desk.refused("/patient_attachments", body)
    assert {"patient", "temp_attachment_url"} == set(clinic.desk.refused("/patient_attachments", {}))


def test_description_can_be_changed(clinic: Clinic) -> None:
    """A file's description is all that can be changed of it."""
    file = clinic.fake.add("patient_attachments", patient_id=clinic.patient, filename="a.txt", content=b"a", size=99)
    path = f"/patient_attachments/{file}"

    assert "X-ray" == clinic.desk.patch(path, {"description": "X-ray"})["description"]
    assert 99 == clinic.desk.get(path)["size"]
    assert ["description"] == list(clinic.desk.refused(path, {"description": "d" * 256}, "PATCH"))
    assert ["upload_url"] == list(clinic.desk.refused(path, {"upload_url": "x"}, "PATCH"))


def test_full_export_is_listed_too(clinic: Clinic) -> None:
    """An export of everything shares the list of files."""
    clinic.fake.add(
        "patient_attachments", patient_id=clinic.patient, filename="all.zip", content=b"zip", full_export=True
    )

    assert "full_patient_export" == clinic.desk.listed(f"/patients/{clinic.patient}/patient_attachments")[0]["category"]


def test_storage_is_limited(clinic: Clinic) -> None:
    """The API refuses what doesn't fit into the account's storage."""
    clinic.fake.files.storage = 8
    clinic.fake.add("patient_attachments", patient_id=clinic.patient, filename="a.txt", content=b"1234")
    small = _upload(clinic, b"1234")
    large = _upload(clinic, b"12345")

    assert ["base"] == list(
        clinic.desk.refused("/patient_attachments", {"patient_id": clinic.patient, "upload_url": large})
    )
    clinic.desk.post("/patient_attachments", {"patient_id": clinic.patient, "upload_url": small})


@pytest.mark.parametrize(
    ("case", "status", "code"),
    [
        ("authorised", 400, "InvalidArgument"),
        ("file not last", 400, "InvalidArgument"),
        ("no form", 400, "InvalidArgument"),
        ("no length", 411, "MissingContentLength"),
        ("other key", 403, "AccessDenied"),
        ("field left out", 403, "AccessDenied"),
        ("date left out", 403, "AccessDenied"),
        ("field changed", 403, "AccessDenied"),
        ("field added", 403, "AccessDenied"),
        ("expired", 403, "AccessDenied"),
        ("too large", 400, "EntityTooLarge"),
        ("wrong method", 405, "MethodNotAllowed"),
    ],
)
def test_store_is_strict(clinic: Clinic, case: str, status: int, code: str) -> None:
    """The store refuses credentials, fields after the file, files over its limit, and forms but the one given out."""
    clinic.fake.files.largest = 10
    fields = dict(_presign(clinic)["fields"])
    more: dict[str, Any] = {}
    if case == "authorised":
        more["headers"] = {"Authorization": "Basic x"}
    if case == "other key":
        fields["key"] = "temp/elsewhere/${filename}"
    if case == "field left out":
        del fields["x-amz-signature"]
    if case == "date left out":
        del fields["x-amz-date"]
    if case == "field changed":
        fields["acl"] = "public-read"
    if case == "field added":
        fields["Content-Type"] = "text/plain"
    data = _form(fields, b"x" * (11 if case == "too large" else 10), "a.txt")
    if case == "file not last":
        late = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="acl"\r\n\r\nprivate\r\n--{BOUNDARY}--'.encode()
        data = data.replace(f"--{BOUNDARY}--".encode(), late)
    if case == "no form":
        more["content_type"] = "application/octet-stream"
    if case == "expired":
        clinic.fake.clock.sleep_until(3601)
    if case == "no length":
        environ = create_environ(method="POST")
        body, answered, _ = run_wsgi_app(clinic.fake.file_store, environ)
        got = int(answered.split()[0]), b"".join(body).decode()
    else:
        answer = _store(clinic.fake, "PUT" if case == "wrong method" else "POST", data=data, **more)
        got = answer.status_code, answer.text

    assert status == got[0]
    assert f"<Code>{code}</Code>" in got[1]


def test_download_is_redirected_to_the_store(clinic: Clinic) -> None:
    """A file's content is a redirect to a signed address of the store, which takes no credentials."""
    file = clinic.fake.add(
        "patient_attachments",
        patient_id=clinic.patient,
        filename="a b?.txt",
        content=b"hello",
        content_type="text/plain",
    )
    answer = clinic.desk.ask("GET", f"/patient_attachments/{file}/content", headers={"Accept": "*/*"})
    address = answer.headers["Location"]
    path = address.removeprefix(clinic.fake.store_url(""))

    assert 302 == answer.status_code
    assert address.startswith("https://uploads-old-clinic-au1.s3.ap-southeast-2.amazonaws.com/files/")
    got = _store(clinic.fake, "GET", path)
    assert (200, b"hello", "text/plain") == (got.status_code, got.data, got.mimetype)
    assert 400 == _store(clinic.fake, "GET", path, headers={"Authorization": "Basic x"}).status_code
    assert 403 == _store(clinic.fake, "GET", path[:-1]).status_code
    assert 403 == _store(clinic.fake, "GET", "/other").status_code
    assert ["GET"] * 4 == [entry.method for entry in clinic.fake.store_log]


def test_download_can_be_a_stream(clinic: Clinic) -> None:
    """An account can be told to answer a file's content itself."""
    clinic.fake.files.download = "stream"
    file = clinic.fake.add("patient_attachments", patient_id=clinic.patient, content=b"hello")
    answer = clinic.desk.ask("GET", f"/patient_attachments/{file}/content")

    assert (200, b"hello", "application/octet-stream") == (answer.status_code, answer.data, answer.mimetype)
    assert 404 == clinic.desk.ask("GET", "/patient_attachments/999/content").status_code


def test_no_uploads_for_archived_patients(clinic: Clinic) -> None:
    """Nothing can be uploaded for a patient who is archived or isn't there."""
    clinic.desk.post(f"/patients/{clinic.patient}/archive", status=204)

    assert [404, 404] == [
        clinic.desk.ask("GET", f"/patients/{one}/attachment_presigned_post").status_code
        for one in (clinic.patient, "999")
    ]


def test_uploads_are_part_of_a_snapshot(clinic: Clinic) -> None:
    """An account that is put back has its uploads back too."""
    body = {"patient_id": clinic.patient, "upload_url": _upload(clinic)}
    before = clinic.fake.snapshot()
    clinic.desk.post("/patient_attachments", body)
    clinic.fake.restore(before)

    clinic.desk.post("/patient_attachments", body)
    assert 1 == len(clinic.fake.rows("patient_attachments"))


def test_store_has_faults_of_its_own() -> None:
    """The store's faults don't touch the API, nor the API's the store."""
    fake = FakeCliniko()
    fake.store_faults.add("503")
    desk = Desk(fake)

    assert 200 == desk.ask("GET", "/user").status_code
    assert [503, 403] == [_store(fake, "GET", "/x").status_code for _ in range(2)]
