"""Accounts on real sockets."""

from __future__ import annotations

import multiprocessing
import socket
import threading

import pytest
import requests

from clinikomigrate.testing import FakeCliniko, serve_in_process
from clinikomigrate.testing.serve import RemoteFake, serve_and_answer
from clinikomigrate.wire.clock import SystemClock
from tests.testing.desk import HEADERS


def build() -> FakeCliniko:
    """Makes the account that another process serves."""
    return FakeCliniko(clock=SystemClock())


def count_taxes(fake: FakeCliniko) -> int:
    """Counts the account's taxes."""
    return len(fake.rows("taxes"))


def fail(fake: FakeCliniko) -> None:
    """Fails."""
    raise LookupError(fake.subdomain)


def test_account_is_served_with_its_store() -> None:
    """Over a socket, links and the file store's address lead back to where the account is served."""
    fake = FakeCliniko(processing_seconds=0)
    patient = fake.add("patients", first_name="Ann", last_name="Lee")
    file = fake.add("patient_attachments", patient_id=patient, filename="a.txt", content=b"hello")
    with fake.serve() as base, requests.Session() as session:
        session.auth = (fake.key, "")
        session.headers.update(HEADERS)
        answer = session.get(f"{base}/patients/{patient}", timeout=5)
        read = answer.json()
        address = session.get(f"{base}/patient_attachments/{file}/content", allow_redirects=False, timeout=5).headers[
            "Location"
        ]
        post = session.get(f"{base}/patients/{patient}/attachment_presigned_post", timeout=5).json()
        content = requests.get(address, timeout=5).content
        stored = requests.post(post["url"], data=post["fields"], files={"file": ("a.txt", b"x")}, timeout=5)

    assert f"{base}/patients/{patient}" == read["links"]["self"]
    assert "Mon, 03 Mar 2025 00:00:00 GMT" == answer.headers["Date"]
    assert post["url"] == address.split("/files/")[0] != base.removesuffix("/v1")
    assert (b"hello", 201) == (content, stored.status_code)
    assert {} == fake.served_stores


@pytest.mark.parametrize("fault", ["drop_after", "cut"])
def test_connections_are_lost_over_a_socket_too(fault: str) -> None:
    """A dropped or cut answer ends the connection, and the request was carried out."""
    fake = FakeCliniko()
    fake.faults.add(fault)  # type: ignore[arg-type]  # one of the kinds
    with fake.serve() as base:
        with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
            requests.post(f"{base}/taxes", json={"name": "GST"}, auth=(fake.key, ""), headers=HEADERS, timeout=5)
        assert 200 == requests.get(f"{base}/taxes", auth=(fake.key, ""), headers=HEADERS, timeout=5).status_code

    assert 1 == len(fake.rows("taxes"))


def test_a_client_that_hangs_up_in_its_request_is_let_go(capsys: pytest.CaptureFixture[str]) -> None:
    """A request that breaks off, because its sender was killed, does nothing, and nobody complains."""
    fake = FakeCliniko()
    with fake.serve() as base:
        address = base.removeprefix("http://").removesuffix("/v1").split(":")
        with socket.create_connection((address[0], int(address[1]))) as client:
            client.sendall(b'POST /v1/taxes HTTP/1.1\r\nContent-Length: 20\r\n\r\n{"name"')
            client.shutdown(socket.SHUT_WR)
            ended = client.recv(1)

        assert 200 == requests.get(f"{base}/taxes", auth=(fake.key, ""), headers=HEADERS, timeout=5).status_code
    assert b"" == ended
    assert [] == fake.rows("taxes")
    assert "" == capsys.readouterr().err


def test_account_lives_in_a_process_of_its_own() -> None:
    """An account of another process answers requests, and questions about what it holds."""
    with serve_in_process(build) as remote:
        url = f"{remote.base_url}/taxes"
        answer = requests.post(url, json={"name": "GST"}, auth=(remote.key, ""), headers=HEADERS, timeout=5)
        count = remote.ask(count_taxes)
        with pytest.raises(LookupError, match="old-clinic"):
            remote.ask(fail)

    assert (201, 1) == (answer.status_code, count)
    assert remote.key not in repr(remote)


def test_questions_end_when_the_other_side_hangs_up() -> None:
    """Questions are answered one by one until nobody asks any more."""
    here, there = multiprocessing.Pipe()
    thread = threading.Thread(target=serve_and_answer, args=(build, there))
    thread.start()
    base_url, key = here.recv()
    remote: RemoteFake[FakeCliniko] = RemoteFake(base_url, key, connection=here)

    assert 0 == remote.ask(count_taxes)
    with pytest.raises(LookupError):
        remote.ask(fail)
    here.close()
    thread.join()
    there.close()
