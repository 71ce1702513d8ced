"""The stores that files lie in: reached by addresses that the API signs, without credentials of ours."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from typing import Final

import requests

from clinikomigrate.errors import ConfigurationError, FileStoreError, Redirected, TransportError
from clinikomigrate.wire.address import Base, resolve
from clinikomigrate.wire.answer import request_id_of
from clinikomigrate.wire.clock import Clock
from clinikomigrate.wire.multipart import Content, Form
from clinikomigrate.wire.retry import Again, repeat, verdict
from clinikomigrate.wire.transport import Failure, Transport, read

UPLOAD_PATH: Final = "(file store)"
"""What stands for the path in errors about an upload; its URL is signed, and so a secret."""

ANSWER_LIMIT: Final = 65_536
"""Bytes of a store's answer that are read. Answers are a few hundred bytes of XML."""

_CODE = re.compile(rb"<Code>(\w{1,64})</Code>", re.ASCII)


def follow(response: requests.Response, *, url: str, path: str, base: Base, transport: Transport) -> requests.Response:
    """Takes the one hop that a download may be sent on: to the store, without credentials.

    Args:
        response: The API's answer that redirects.
        url: What it is the answer to.
        path: The path's template, for errors.
        base: Says where files may come from.
        transport: The connections.

    Returns:
        The store's answer, whose body is the file.

    Raises:
        Redirected: The answer names no place that a file may be fetched from.
        FileStoreError: The store said no.
        Again: The store failed.
        Failure: The store gave no answer.
    """
    location = response.headers.get("Location")
    target = resolve(url, location) if location else ""
    if not base.allows(target):
        raise Redirected(
            status=response.status_code, method="GET", path=path, request_id=request_id_of(response.headers)
        )
    stored = transport.send("GET", target, headers={"Accept": "*/*", "Accept-Encoding": "identity"})
    if 200 <= stored.status_code < 300:
        return stored
    with stored:
        raise _no("GET", path, stored)


def upload(
    url: str,
    fields: Mapping[str, str],
    *,
    filename: str,
    content: Content,
    size: int,
    base: Base,
    transport: Transport,
    clock: Clock,
    chance: random.Random,
) -> bytes:
    """Posts a file as a form, again where the connection breaks: a second time overwrites the first.

    Args:
        url: Where to, as the API signed it.
        fields: The form's fields, as the API signed them; all are sent, before the file.
        filename: The file's name.
        content: Opens the file's content from its beginning, for each attempt.
        size: The content's length in bytes.
        base: Says where files may go.
        transport: The connections.
        clock: What waits.
        chance: What spreads waits, and makes the form's boundary.

    Returns:
        The beginning of the store's answer.

    Raises:
        ConfigurationError: The URL isn't one that a patient's file may be sent to.
        FileStoreError: The store said no.
        FileUnreadable: The content can't be read, or isn't `size` bytes long.
        TransportError: The store gave no answer.
    """
    if not base.allows(url):
        raise ConfigurationError("a file is only sent over https; the address for the upload is another one")

    def attempt() -> bytes:
        boundary = f"{chance.getrandbits(128):032x}"
        form = Form(fields, filename=filename, content=content, size=size, boundary=boundary)
        try:
            with transport.send("POST", url, headers={"Content-Type": form.content_type}, body=form) as response:
                if 200 <= response.status_code < 300:
                    return read(response, ANSWER_LIMIT)
                raise _no("POST", UPLOAD_PATH, response)
        except Failure as broken:
            asked: Exception = verdict(broken, method="POST", path=UPLOAD_PATH, idempotent=True)
        except TransportError as broken:  # the content came from a download, and that broke
            asked = Again(broken)
        raise asked

    return repeat(attempt, clock=clock, chance=chance)


def _no(method: str, path: str, response: requests.Response) -> Exception:
    try:
        code = _CODE.search(read(response, ANSWER_LIMIT))
    except Failure:
        code = None
    error = FileStoreError(
        status=response.status_code, method=method, path=path, message=code[1].decode("ascii") if code else ""
    )
    return Again(error) if response.status_code in {408, 429} or response.status_code >= 500 else error
