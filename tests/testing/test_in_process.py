"""Accounts in this process, through `responses`."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from clinikomigrate.testing import FakeCliniko
from tests.testing.desk import HEADERS


def _ask(fake: FakeCliniko, method: str, path: str, **more: object) -> requests.Response:
    url = fake.base_url + path
    return requests.request(method, url, headers=HEADERS, auth=(fake.key, ""), timeout=5, **more)  # type: ignore[arg-type]  # requests' own keywords


def test_accounts_on_one_shard_are_told_apart_by_key() -> None:
    """Several accounts answer at once, also at one address; the key says which is meant."""
    one, other, far = FakeCliniko(), FakeCliniko(subdomain="new-clinic"), FakeCliniko(shard="uk1")
    with one.in_process(), other.in_process():
        with far.in_process():
            names = [_ask(fake, "GET", "/settings").json()["account"]["subdomain"] for fake in (one, other, far)]
            assert ["old-clinic", "new-clinic", "old-clinic"] == names
        with pytest.raises(requests.ConnectionError):
            _ask(far, "GET", "/user")
        assert 401 == requests.get(f"{one.base_url}/user", headers=HEADERS, timeout=5).status_code
        assert 201 == _ask(one, "POST", "/taxes", json={"name": "GST"}).status_code

    assert (1, 0) == (len(one.rows("taxes")), len(other.rows("taxes")))


def test_two_accounts_of_one_name_are_refused() -> None:
    """Accounts of one name on one shard would share their file store."""
    with FakeCliniko().in_process(), pytest.raises(ValueError, match="another subdomain"), FakeCliniko().in_process():
        pass


def test_requests_from_many_threads_are_all_carried_out() -> None:
    """Requests from many threads to several accounts are each answered once and by the right one."""
    fakes = [FakeCliniko(rate_limit=None), FakeCliniko(subdomain="new-clinic", rate_limit=None)]
    keys = [fake.key for fake in fakes]
    failures: list[object] = []

    def work(number: int) -> None:
        fake = fakes[number % 2]
        for count in range(20):
            body = {"name": f"{number}/{count}"}
            url = f"{fake.base_url}/concession_types"
            answer = requests.post(url, json=body, headers=HEADERS, auth=(keys[number % 2], ""), timeout=5)
            if answer.json()["name"] != body["name"]:
                failures.append(answer.text)

    with fakes[0].in_process(), fakes[1].in_process():
        threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert [] == failures
    assert [60, 60] == [len({row["id"] for row in fake.rows("concession_types")}) for fake in fakes]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("drop_after", requests.ConnectionError),
        ("drop_before", requests.ConnectionError),
        ("refuse", requests.ConnectionError),
        ("timeout_after", requests.ReadTimeout),
        ("cut", requests.exceptions.ChunkedEncodingError),
    ],
)
def test_lost_connections_look_real(fault: str, error: type[Exception]) -> None:
    """A lost connection or body raises what requests raises over a real network."""
    fake = FakeCliniko()
    fake.faults.add(fault)  # type: ignore[arg-type]  # one of the kinds
    with fake.in_process(), pytest.raises(error) as raised:
        _ask(fake, "POST", "/taxes", json={"name": "GST"})

    reason = getattr(raised.value.args[0], "reason", None)
    assert (fault == "refuse") == (type(reason).__name__ == "NewConnectionError")
    assert (fault in ("drop_after", "timeout_after", "cut")) == bool(fake.rows("taxes"))


def _parts(body: bytes) -> Iterator[bytes]:
    yield body[:5]
    yield body[5:]


@pytest.mark.parametrize("form", ["bytes", "bytearray", "text", "file", "parts"])
def test_bodies_of_all_forms_arrive(form: str) -> None:
    """A body arrives whole, whether it is bytes, text, a file or made while it is sent."""
    fake = FakeCliniko()
    text = '{"name": "GST"}'
    body: Any = {
        "bytes": text.encode(),
        "bytearray": bytearray(text.encode()),
        "text": text,
        "file": io.BytesIO(text.encode()),
        "parts": _parts(text.encode()),
    }[form]
    headers = {**HEADERS, "Content-Type": "application/json", "Content-Length": str(len(text))}
    with fake.in_process():
        answer = requests.post(f"{fake.base_url}/taxes", data=body, headers=headers, auth=(fake.key, ""), timeout=5)

    assert (201, "GST") == (answer.status_code, answer.json()["name"])


def test_file_travels_through_the_store() -> None:
    """A file is uploaded to the store's host and read back from it."""
    fake = FakeCliniko(processing_seconds=0)
    patient = fake.add("patients", first_name="Ann", last_name="Lee")
    with fake.in_process():
        post = _ask(fake, "GET", f"/patients/{patient}/attachment_presigned_post").json()
        stored = requests.post(post["url"], data=post["fields"], files={"file": ("ü.txt", b"hello")}, timeout=5)
        key = stored.text.split("<Key>")[1].split("</Key>")[0]
        body = {"patient_id": patient, "upload_url": f"{post['url']}/{key}"}
        file = _ask(fake, "POST", "/patient_attachments", json=body).json()["id"]
        _ask(fake, "GET", f"/patient_attachments/{file}")
        answer = _ask(fake, "GET", f"/patient_attachments/{file}/content", allow_redirects=False)
        content = requests.get(answer.headers["Location"], timeout=5).content

    assert (302, b"hello") == (answer.status_code, content)
    fake.assert_clean()


def test_paths_may_hold_any_letters() -> None:
    """An address is decoded as a server does it."""
    fake = FakeCliniko()
    with fake.in_process():
        assert 501 == _ask(fake, "GET", "/p%C3%A4tients").status_code

    assert ["GET /v1/pätients"] == fake.unknown_requests
