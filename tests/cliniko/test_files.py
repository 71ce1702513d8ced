"""Patients' files go to the file store and come from the API, as streams."""

from __future__ import annotations

import io
import re
from typing import Any, BinaryIO

import attrs
import pytest
import responses
from hypothesis import given
from hypothesis import strategies as st

from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko import Cliniko
from clinikomigrate.cliniko.files import stored_key
from clinikomigrate.cliniko.models import FullPatientExport, PatientAttachmentDraft, UploadedPatientAttachment
from clinikomigrate.errors import ConfigurationError, FileStoreError, UnexpectedResponse
from tests.client.server import BASE, Server

STORE = "https://files.example"
FIELDS = {
    "key": "123/patients/7/temp/${filename}",
    "policy": "cG9saWN5",
    "acl": "private",
    "success_action_status": "201",
    "x-amz-date": "20240301T000000Z",
    "x-amz-signature": "5169",
}
RECEIPT = "<PostResponse><Location>x%2Fy</Location><Bucket>b</Bucket><Key>{key}</Key><ETag>e</ETag></PostResponse>"


@attrs.frozen
class Scan:
    """A file in memory."""

    name: str = "scan.pdf"
    content: bytes = b"%PDF-1.4 invented"
    content_type: str | None = "application/pdf"

    @property
    def size(self) -> int:
        """Its length."""
        return len(self.content)

    def open(self) -> BinaryIO:
        """Reads from its start."""
        return io.BytesIO(self.content)


class Store:
    """A file store that keeps the form it was sent."""

    def __init__(self, network: responses.RequestsMock, answer: str, status: int = 201) -> None:
        self.forms: list[bytes] = []
        self.headers: dict[str, str] = {}
        self.answer, self.status = answer, status
        network.add_callback("POST", re.compile(re.escape(STORE)), callback=self._receive)

    def _receive(self, request: Any) -> tuple[int, dict[str, str], str]:
        self.forms.append(b"".join(request.body))
        self.headers = dict(request.headers)
        return self.status, {}, self.answer


@pytest.fixture
def network() -> Any:
    """The network, on top of the API."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def server(network: responses.RequestsMock) -> Server:
    """An API that gives permissions and makes records."""
    server = Server()
    for method in ("GET", "POST"):
        network.add_callback(
            method, re.compile(re.escape(BASE) + "/"), callback=server._receive, content_type="application/json"
        )
    server.answer("GET", "/patients/7/attachment_presigned_post", {"url": f"{STORE}/", "fields": FIELDS})
    server.answer("POST", "/patient_attachments", {"id": "9", "processing_completed": False}, 201)
    return server


def upload(client: Cliniko, **given: Any) -> UploadedPatientAttachment:
    """Uploads a scan."""
    draft = PatientAttachmentDraft(**{"patient_id": "7", "description": "Letter", "content": Scan(), **given})
    return client.patient_attachments.upload(draft)


def test_a_file_takes_three_steps(network: responses.RequestsMock, server: Server, client: Cliniko) -> None:
    """Permission, store, record; the record's address is the store's with the key that the store gave."""
    store = Store(network, RECEIPT.format(key="123/patients/7/temp/scan.pdf"))
    made = upload(client)

    assert "9" == made.id
    assert ["/patients/7/attachment_presigned_post", "/patient_attachments"] == [r.path for r in server.requests]
    assert {
        "patient_id": "7",
        "description": "Letter",
        "upload_url": f"{STORE}/123/patients/7/temp/scan.pdf",
    } == server.last.body
    form = store.forms[0]
    assert all(value.encode() in form for value in FIELDS.values())
    assert form.index(b'name="file"') > max(form.index(f'name="{name}"'.encode()) for name in FIELDS)
    assert Scan().content in form
    assert "Authorization" not in store.headers


@pytest.mark.parametrize("url", [STORE, f"{STORE}/", f"{STORE}//"])
@pytest.mark.parametrize("key", ["a/b.pdf", "/a/b.pdf"])
def test_there_is_one_slash_between(
    network: responses.RequestsMock, server: Server, client: Cliniko, url: str, key: str
) -> None:
    """However store and key write it, exactly one slash joins them."""
    Store(network, RECEIPT.format(key=key))
    server.answer("GET", "/patients/7/attachment_presigned_post", {"url": url, "fields": FIELDS})
    upload(client)

    assert f"{STORE}/a/b.pdf" == server.last.body["upload_url"]


@pytest.mark.parametrize(
    "receipt", ["", "<PostResponse/>", "no XML", "<!DOCTYPE x><PostResponse><Key>k</Key></PostResponse>"]
)
def test_without_a_usable_receipt_the_announced_key_counts(
    network: responses.RequestsMock, server: Server, client: Cliniko, receipt: str
) -> None:
    """Where the store's answer doesn't say the key, it is the permission's, with the file's name put in."""
    Store(network, receipt)
    upload(client, patient_id=Ref("patients", "7"), content=Scan("Ann's scan é.pdf"))

    assert f"{STORE}/123/patients/7/temp/Ann's scan é.pdf" == server.last.body["upload_url"]


@pytest.mark.parametrize(
    ("permission", "said"),
    [
        ({"url": None, "fields": FIELDS}, "doesn't say where"),
        ({"url": STORE, "fields": {"key": 5}}, "a field that a file is to be sent with is no text"),
        ({"url": STORE, "fields": {}}, "neither it nor the file store"),
        ({"url": STORE, "fields": []}, "fields has another shape"),
        ({"url": STORE.replace("https", "http"), "fields": FIELDS}, "isn't https"),
        ({"url": "javascript:alert(1)", "fields": FIELDS}, "isn't https"),
    ],
)
def test_a_permission_of_a_wrong_shape_makes_no_record(
    network: responses.RequestsMock, server: Server, client: Cliniko, permission: Any, said: str
) -> None:
    """What can't be understood is an error, and nothing is recorded."""
    Store(network, "")
    server.answer("GET", "/patients/7/attachment_presigned_post", permission)

    with pytest.raises(UnexpectedResponse, match=said):
        upload(client)
    assert ["/patients/7/attachment_presigned_post"] == [request.path for request in server.requests]


@pytest.mark.parametrize("encoding", ["foo", "shift_jis", "idna", "base64"])
def test_the_encoding_that_a_receipt_declares_does_not_matter(encoding: str) -> None:
    """Receipts are UTF-8; another declared encoding, one that nobody knows among them, is no crash."""
    receipt = f'<?xml version="1.0" encoding="{encoding}"?><PostResponse><Key>é/1</Key></PostResponse>'

    assert "é/1" == stored_key(receipt.encode())


def test_a_store_that_refuses_makes_no_record(network: responses.RequestsMock, server: Server, client: Cliniko) -> None:
    """A file that the store doesn't take is an error, and nothing is recorded."""
    Store(network, "<Error><Code>EntityTooLarge</Code></Error>", 400)

    with pytest.raises(FileStoreError):
        upload(client)
    assert ["GET"] == [request.method for request in server.requests]


def test_a_draft_without_a_file_is_refused(server: Server, client: Cliniko) -> None:
    """There is nothing to upload without `content`, and nobody to give it to without `patient_id`."""
    with pytest.raises(ConfigurationError, match="needs the file"):
        client.patient_attachments.upload(PatientAttachmentDraft(patient_id="7"))
    with pytest.raises(ConfigurationError, match="leave it out"):
        upload(client, upload_url="https://files.example/x")
    with pytest.raises(ConfigurationError, match="patient_id"):
        client.patient_attachments.upload(PatientAttachmentDraft(content=Scan()))
    assert [] == server.requests


def test_downloads_as_a_stream(network: responses.RequestsMock, server: Server, client: Cliniko) -> None:
    """A file comes piece by piece from the attachment's own address."""
    network.remove("GET", re.compile(re.escape(BASE) + "/"))
    network.add("GET", f"{BASE}/patient_attachments/9/content", body=b"abc" * 1000, content_type="text/plain")

    with client.patient_attachments.download("9") as download:
        assert b"abc" * 1000 == b"".join(download.chunks(100))


def test_exports_share_the_list(server: Server, client: Cliniko) -> None:
    """Archives that the product made of a patient stand between the clinic's files."""
    server.hold(
        "patient_attachments", [{"id": "1", "filename": "a.pdf"}, {"id": "2", "category": "full_patient_export"}]
    )

    assert [UploadedPatientAttachment, FullPatientExport] == [type(row) for row in client.patient_attachments.list()]


@pytest.mark.parametrize(
    ("receipt", "key"),
    [
        (RECEIPT.format(key="a/b.pdf"), "a/b.pdf"),
        (RECEIPT.format(key="a &amp; b&#233;.pdf"), "a & bé.pdf"),
        ('<?xml version="1.0" encoding="UTF-8"?>\n' + RECEIPT.format(key="k"), "k"),
        (RECEIPT.format(key=" "), None),
        (RECEIPT.format(key=""), None),
        ("<Other><Key>k</Key></Other>", None),
        ("<PostResponse><Deep><Key>k</Key></Deep></PostResponse>", None),
        ("<PostResponse><Key>k", None),
        ('<!DOCTYPE p [<!ENTITY a "aa">]><PostResponse><Key>&a;</Key></PostResponse>', None),
        ('<!DOCTYPE p SYSTEM "file:///etc/passwd"><PostResponse><Key>k</Key></PostResponse>', None),
        ("<PostResponse><Key>&undefined;</Key></PostResponse>", None),
    ],
)
def test_reads_the_key_from_the_receipt(receipt: str, key: str | None) -> None:
    """Only a plain receipt is read; document types and entities are not."""
    assert key == stored_key(receipt.encode())


@given(st.binary())
def test_no_receipt_makes_it_stumble(receipt: bytes) -> None:
    """Whatever a store answers, there is a key or none."""
    assert isinstance(stored_key(receipt), str | None)
