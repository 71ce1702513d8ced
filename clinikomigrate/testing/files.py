"""Files of patients: the pre-signed upload to a store of its own, processing in the background, downloads."""

from __future__ import annotations

import base64
import hashlib
import mimetypes
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, TypeAlias
from urllib.parse import quote
from xml.sax.saxutils import escape

import attrs
from werkzeug.wrappers import Request

from clinikomigrate.testing.answers import INVALID, Answer, not_found
from clinikomigrate.testing.call import Call
from clinikomigrate.testing.columns import Row
from clinikomigrate.testing.kinds import KINDS, Kind
from clinikomigrate.testing.reading import hidden
from clinikomigrate.testing.writing import Change

if TYPE_CHECKING:
    from clinikomigrate.testing.fake import FakeCliniko

DownloadWay: TypeAlias = Literal["redirect", "stream"]

PRESIGN_SECONDS = 3600.0
UNKNOWN_TYPE = "invalid/invalid"
"""What the API has been seen to call the type of a file that it can't tell."""
_PART_NAME = re.compile(rb'Content-Disposition:[^\r\n]*?\bname="([^"]*)"', re.IGNORECASE)


@attrs.frozen
class _Upload:
    content: bytes
    filename: str
    content_type: str
    patient_id: str


@attrs.frozen
class _Form:
    """A form that was given out: for whom and when, and the fields that must come back as they are."""

    patient_id: str
    since: float
    fields: Mapping[str, str]


@attrs.frozen
class FilesSnapshot:
    """What the file store held at one time."""

    presigned: dict[str, _Form]
    uploads: dict[str, _Upload]
    issued: int


class Files:
    """The files of one account and the store that they are uploaded to.

    Args:
        fake: The account.
        download: Whether a file's content is answered with a redirect to the store or as a stream.
        processing_seconds: How long an uploaded file is worked on, by the account's clock.
        processing_reads: After how many reads of it the work is done at the latest.
        largest: The most bytes of one file; the store refuses more.
        storage: The most bytes of all files; the API refuses more. None for no limit.
        slash: Whether the store's address ends with a slash where an upload is asked for.
    """

    def __init__(
        self,
        fake: FakeCliniko,
        *,
        download: DownloadWay,
        processing_seconds: float,
        processing_reads: int,
        largest: int,
        storage: int | None,
        slash: bool,
    ) -> None:
        self._fake = fake
        self.download = download
        self.processing_seconds = processing_seconds
        self.processing_reads = processing_reads
        self.largest = largest
        self.storage = storage
        self.slash = slash
        self._presigned: dict[str, _Form] = {}
        self._uploads: dict[str, _Upload] = {}
        self._issued = 0

    def presign(self, call: Call, patient_id: str) -> Answer:
        """Answers where and how a file can be uploaded for a patient."""
        patient = call.store.get("patients", patient_id)
        if patient is None or hidden(KINDS["patients"], patient):
            raise not_found()
        self._issued += 1
        digest = hashlib.sha256(f"{self._fake.subdomain}/{patient_id}/{self._issued}".encode()).hexdigest()
        folder = f"temp/{digest[:32]}"
        stamp = call.now.replace("-", "").replace(":", "")
        fields = {
            "policy": base64.b64encode(folder.encode()).decode(),
            "acl": "private",
            "success_action_status": "201",
            "x-amz-credential": f"AKIAEXAMPLE/{stamp[:8]}/ap-southeast-2/s3/aws4_request",
            "x-amz-algorithm": "AWS4-HMAC-SHA256",
            "x-amz-date": stamp,
            "x-amz-signature": digest,
        }
        self._presigned[folder] = _Form(patient_id, self._fake.server_time(), fields)
        url = self._fake.store_url(call.base) + ("/" if self.slash else "")
        return Answer(200, {"url": url, "fields": {"key": f"{folder}/${{filename}}", **fields}})

    def check_upload(self, change: Change) -> None:
        """Looks at the address of an upload that a new file names, and at the room there is."""
        url = str(change.given["upload_url"])
        upload = self._upload_at(change.call, url)
        if upload is None or upload.patient_id != change.given.get("patient_id"):
            change.refuse("temp_attachment_url", INVALID)
            return
        used = sum(len(row["content"] or b"") for row in self._fake.store.all("patient_attachments"))
        if self.storage is not None and used + len(upload.content) > self.storage:
            change.refuse("base", "There is not enough storage left for this file")

    def take_in(self, change: Change, row: Row) -> None:
        """Begins to work on an uploaded file."""
        url = str(change.given["upload_url"])
        upload = self._upload_at(change.call, url)
        assert upload is not None, "check_upload comes first"  # noqa: S101
        del self._uploads[self._key_of(change.call, url)]
        pending = {
            "filename": change.given.get("filename") or upload.filename,
            "content_type": upload.content_type,
            "content": upload.content,
            "ready_at": self._fake.server_time() + self.processing_seconds,
            "reads": 0,
        }
        given = {"user_id": change.call.user["id"], "filename": None, "pending": pending}
        change.call.store.change("patient_attachments", row, **given)

    def look_at(self, call: Call, kind: Kind, row: Row) -> None:
        """Ends the work on a file that is read, when its time has come."""
        pending = row.get("pending")
        if kind.name != "patient_attachments" or pending is None:
            return
        pending["reads"] += 1
        if self._fake.server_time() >= pending["ready_at"] or pending["reads"] > self.processing_reads:
            finished = {name: pending[name] for name in ("filename", "content_type", "content")}
            finished["size"] = len(pending["content"])
            done = {"processed_at": call.now, "processing_completed": True, "pending": None}
            call.store.change("patient_attachments", row, **finished, **done)

    def content(self, call: Call, identifier: str) -> Answer:
        """Answers the request for a file's content: a redirect to the store, or the bytes."""
        row = call.store.get("patient_attachments", identifier)
        if row is None or row["content"] is None:
            raise not_found()
        if self.download == "stream":
            return _file_answer(row)
        address = f"{self._fake.store_url(call.base)}/{quote(self._path(row))}?X-Amz-Signature={self._signature(row)}"
        return Answer(302, headers={"Location": address, "Content-Type": "text/html"})

    def answer_store(self, request: Request) -> Answer:
        """Answers a request to the file store."""
        if request.headers.get("Authorization") is not None:
            return _error(400, "InvalidArgument", "Only one auth mechanism allowed")
        if request.method == "POST":
            return self._take_upload(request)
        if request.method == "GET":
            return self._give(request)
        return _error(405, "MethodNotAllowed", "The specified method is not allowed against this resource.")

    def snapshot(self) -> FilesSnapshot:
        """Copies what the store holds, for `restore`."""
        return FilesSnapshot(dict(self._presigned), dict(self._uploads), self._issued)

    def restore(self, snapshot: FilesSnapshot) -> None:
        """Puts back what the store held when the snapshot was taken."""
        self._presigned, self._uploads = dict(snapshot.presigned), dict(snapshot.uploads)
        self._issued = snapshot.issued

    def _take_upload(self, request: Request) -> Answer:
        if request.content_length is None:
            return _error(411, "MissingContentLength", "You must provide the Content-Length HTTP header.")
        if _part_names(request)[-1:] != [b"file"]:
            return _error(400, "InvalidArgument", "POST requires exactly one file upload per request, as last field.")
        fields, file = request.form.to_dict(), request.files["file"]
        key = fields.pop("key", "")
        form = self._presigned.get(key.rpartition("/")[0])
        if form is None or fields != form.fields:
            return _error(403, "AccessDenied", "Invalid according to Policy")
        if self._fake.server_time() > form.since + PRESIGN_SECONDS:
            return _error(403, "AccessDenied", "Invalid according to Policy: Policy expired.")
        content = file.stream.read()
        if len(content) > self.largest:
            return _error(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
        filename = file.filename or ""
        key = key.replace("${filename}", filename)
        guessed = mimetypes.guess_type(filename)[0] or UNKNOWN_TYPE
        self._uploads[key] = _Upload(content, filename, guessed, form.patient_id)
        location = f"{request.host_url.rstrip('/')}/{quote(key, safe='')}"
        etag = hashlib.sha256(content).hexdigest()[:32]
        xml = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f"<PostResponse><Location>{escape(location)}</Location><Bucket>{self._fake.bucket}</Bucket>"
            f'<Key>{escape(key)}</Key><ETag>"{etag}"</ETag></PostResponse>'
        )
        return Answer(201, content=xml.encode(), headers={"Content-Type": "application/xml", "Location": location})

    def _give(self, request: Request) -> Answer:
        match = re.fullmatch(r"/files/(\d+)/.*", request.path, re.DOTALL)
        row = self._fake.store.get("patient_attachments", match[1]) if match else None
        if row is None or request.args.get("X-Amz-Signature") != self._signature(row):
            return _error(403, "AccessDenied", "Access Denied")
        return _file_answer(row)

    def _upload_at(self, call: Call, url: str) -> _Upload | None:
        return self._uploads.get(self._key_of(call, url))

    def _key_of(self, call: Call, url: str) -> str:
        prefix = self._fake.store_url(call.base).rstrip("/") + "/"
        return url.removeprefix(prefix) if url.startswith(prefix) else ""

    def _path(self, row: Row) -> str:
        return f"files/{row['id']}/{row['filename'] or 'file'}"

    def _signature(self, row: Row) -> str:
        return hashlib.sha256(f"{self._fake.subdomain}/{row['id']}".encode()).hexdigest()


def _part_names(request: Request) -> list[bytes]:
    boundary = request.mimetype_params.get("boundary", "").encode()
    data = request.get_data(cache=True, parse_form_data=False)
    heads = (part.partition(b"\r\n\r\n")[0] for part in data.split(b"--" + boundary)) if boundary else ()
    return [match[1] for match in map(_PART_NAME.search, heads) if match is not None]


def _file_answer(row: Row) -> Answer:
    content_type = row["content_type"] or "application/octet-stream"
    return Answer(200, content=row["content"], headers={"Content-Type": content_type})


def _error(status: int, code: str, message: str) -> Answer:
    xml = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>'
    return Answer(status, content=xml.encode(), headers={"Content-Type": "application/xml"})
