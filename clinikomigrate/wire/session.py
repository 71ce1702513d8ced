"""The one way to the network that a client has."""

from __future__ import annotations

import random as random_module
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, Literal

from clinikomigrate.errors import ConfigurationError, NotPicklable, ReadOnly
from clinikomigrate.wire import file_store
from clinikomigrate.wire.address import Base, with_query
from clinikomigrate.wire.answer import Answer, serialize
from clinikomigrate.wire.clock import SYSTEM_CLOCK, Clock
from clinikomigrate.wire.download import Download
from clinikomigrate.wire.exchange import Exchange
from clinikomigrate.wire.multipart import Content, Form
from clinikomigrate.wire.throttle import Throttle
from clinikomigrate.wire.tracebacks import forget_variables
from clinikomigrate.wire.transport import Authorization, Transport

NO_PARAMETERS: Final[Mapping[str, str]] = MappingProxyType({})


class Session:
    """Speaks to one API under one key: paced, patient, and careful with what can't be taken back.

    It can be used from any number of threads. It sends nothing when it is made. Its credentials go to the host of its
    base URL and nowhere else. It follows no redirect but a download's one hop to the file store, keeps no cookies,
    reads no `.netrc`, and reads the environment's proxies (`HTTPS_PROXY`, `NO_PROXY` …) and certificates
    (`REQUESTS_CA_BUNDLE`) once, when it is made.

    Args:
        base_url: The API's root, `https://api.au1.cliniko.com/v1`. Plain http is taken for this machine alone.
        authorization: The whole value of the `Authorization` header. It is in no repr.
        user_agent: The value of the `User-Agent` header.
        requests_per_minute: The allowance; 98 % of it is used.
        owner: Whose allowance it is, until `identify` knows better. All sessions of an owner in this process share it.
        loose_answers: Whether the API may declare its JSON as text, and may send nothing at all as its yes to a write.
        reset_header: The header in which status 429 names the moment when requests are taken again, in seconds since
            the epoch. Without it `Retry-After` counts, else a minute.
        clock: What tells the time and waits.
        random: What spreads the waits of threads that failed together.
        connect_timeout: Seconds to wait for a connection.
        read_timeout: Seconds to wait for the next bytes of an answer.

    Raises:
        ConfigurationError: An argument can't be used.
    """

    def __init__(
        self,
        base_url: str,
        *,
        authorization: str,
        user_agent: str,
        requests_per_minute: float,
        owner: Hashable,
        reset_header: str | None = "X-RateLimit-Reset",
        loose_answers: bool = False,
        clock: Clock | None = None,
        random: random_module.Random | None = None,
        connect_timeout: float = 10.0,
        read_timeout: float = 60.0,
    ) -> None:
        for name, text in (("authorization", authorization), ("user agent", user_agent)):
            if not (text.isascii() and text.isprintable() and text == text.strip() and text):
                raise ConfigurationError(f"the {name} must be plain ASCII text in one line")
        self._base = Base.checked(base_url)
        self._writable = True
        self._exchange = Exchange(
            transport=Transport(connect_timeout=connect_timeout, read_timeout=read_timeout),
            authorization=Authorization(authorization),
            user_agent=user_agent,
            requests_per_minute=requests_per_minute,
            owner=owner,
            reset_header=reset_header,
            loose_answers=loose_answers,
            clock=clock or SYSTEM_CLOCK,
            chance=random or random_module.Random(),
        )

    def __repr__(self) -> str:
        return f"<Session {self._base.url}>" if self._writable else f"<Session {self._base.url} read-only>"

    def __reduce__(self) -> tuple[Any, ...]:
        raise NotPicklable("a session holds a key and open connections; make a new one where it is needed")

    @property
    def base_url(self) -> str:
        """The API's root, without a slash at its end."""
        return self._base.url

    @property
    def clock(self) -> Clock:
        """What tells the time and waits."""
        return self._exchange.clock

    @property
    def requests_sent(self) -> int:
        """How many requests went out to the API, each attempt counted; what went to file stores is not."""
        return self._exchange.requests_sent

    @property
    def throttle(self) -> Throttle:
        """What paces the requests now."""
        return self._exchange.throttle

    def server_now(self) -> datetime:
        """Returns the server's time by the newest answer's `Date`, aware, in UTC. It is never ahead of the server.

        Before any answer it is this machine's.
        """
        return self._exchange.server_time.now()

    def server_told(self) -> datetime | None:
        """Returns the same, or None where no answer had a `Date` yet: never this machine's time."""
        return self._exchange.server_time.told()

    def identify(self, owner: Hashable) -> None:
        """Shares the allowance of an owner from now on, such as the user that the key turned out to be of."""
        self._exchange.identify(owner)

    def get(
        self,
        template: str,
        parameters: Mapping[str, str] = NO_PARAMETERS,
        query: Sequence[tuple[str, str]] = (),
    ) -> Answer:
        """Reads.

        Args:
            template: The path's template, `/patients/{id}`.
            parameters: The values of the names in braces.
            query: Names and values, a name several times if need be.

        Raises:
            ApiError: The answer is no.
            TransportError: No answer came, also when asked again.
            UnexpectedResponse: The answer isn't JSON.
        """
        return self._exchange.call("GET", template, with_query(self._base.fill(template, parameters), query))

    def write(
        self,
        method: Literal["POST", "PATCH", "PUT", "DELETE"],
        template: str,
        parameters: Mapping[str, str] = NO_PARAMETERS,
        json: object = None,
    ) -> Answer:
        """Writes. It is sent again only where it can't have been done: after status 429, or with no connection.

        Args:
            method: The HTTP method.
            template: The path's template, `/patients/{id}`.
            parameters: The values of the names in braces.
            json: The body; None sends none. A `Decimal` is sent as a number.

        Raises:
            ApiError: The answer is no; nothing was written.
            OutcomeUnknown: It may have been written.
            TransportError: Nothing could be sent.
            ReadOnly: This session only reads.
            ConfigurationError: The body holds what JSON has no form for.
        """
        self._require_writable(method, template)
        return self._exchange.call(method, template, self._base.fill(template, parameters), _body(json, template))

    @contextmanager
    def download(self, template: str, parameters: Mapping[str, str] = NO_PARAMETERS) -> Iterator[Download]:
        """Opens a file for reading: one that the API sends itself, or sends on to the file store for.

        Args:
            template: The path's template, `/patient_attachments/{id}/content`.
            parameters: The values of the names in braces.

        Raises:
            ApiError: The answer is no.
            TransportError: No answer came, also when asked again.
        """
        url = self._base.fill(template, parameters)
        exchange = self._exchange
        try:
            response = exchange.open(
                template,
                url,
                lambda redirect: file_store.follow(
                    redirect, url=url, path=template, base=self._base, transport=exchange.transport
                ),
            )
        except BaseException as error:
            forget_variables(error)  # the store's address, which is signed and has the file's name in it
            raise
        with response:
            yield Download(response, path=template)

    def upload(self, url: str, fields: Mapping[str, str], *, filename: str, content: Content, size: int) -> bytes:
        """Posts a file to the file store, without credentials, streamed, outside of the API's allowance.

        Args:
            url: Where to, as the API signed it.
            fields: The form's fields, as the API signed them; all are sent, before the file.
            filename: The file's name, in any script.
            content: Opens the file's content from its beginning: a binary file or an iterable of bytes. It is called
                again for another attempt.
            size: The content's length in bytes.

        Returns:
            The store's answer (its beginning, if it is long).

        Raises:
            FileStoreError: The store said no.
            FileUnreadable: The content can't be read, or isn't `size` bytes long.
            TransportError: The store gave no answer.
            ReadOnly: This session only reads.
            ConfigurationError: The URL isn't https.
        """
        self._require_writable("POST", file_store.UPLOAD_PATH)
        return file_store.upload(
            url,
            fields,
            filename=filename,
            content=content,
            size=size,
            base=self._base,
            transport=self._exchange.transport,
            clock=self._exchange.clock,
            chance=self._exchange.chance,
        )

    def post_file(
        self,
        template: str,
        parameters: Mapping[str, str] = NO_PARAMETERS,
        *,
        filename: str,
        content: bytes,
        file_type: str,
    ) -> Answer:
        """Posts a file to the API itself, as a form's part `file`. It is sent again only where `write` would be.

        Args:
            template: The path's template, `/patients/{id}/file`.
            parameters: The values of the names in braces.
            filename: The file's name, in any script.
            content: The file, small enough to be held in memory.
            file_type: Its media type.

        Raises:
            ApiError: The answer is no; nothing was written.
            OutcomeUnknown: It may have been written.
            TransportError: Nothing could be sent.
            ReadOnly: This session only reads.
        """
        self._require_writable("POST", template)
        form = Form(
            {},
            filename=filename,
            content=lambda: [content],
            size=len(content),
            boundary=f"{self._exchange.chance.getrandbits(128):032x}",
            file_type=file_type,
        )
        url = self._base.fill(template, parameters)
        return self._exchange.call("POST", template, url, b"".join(form), content_type=form.content_type)

    def read_only(self) -> Session:
        """Returns a view of this session, over the same connections and allowance, that refuses every write."""
        view = Session.__new__(Session)
        view._base = self._base
        view._exchange = self._exchange
        view._writable = False
        return view

    def close(self) -> None:
        """Closes idle connections, those of its read-only views too."""
        self._exchange.transport.close()

    def _require_writable(self, method: str, template: str) -> None:
        if not self._writable:
            raise ReadOnly(f"{method} {template} was refused: this view of the client only reads")


def _body(json: object, template: str) -> bytes | None:
    if json is None:
        return None
    try:
        return serialize(json)
    except (TypeError, ValueError, RecursionError) as error:
        problem = type(error).__name__
    raise ConfigurationError(f"the body for {template} holds something that JSON has no form for ({problem})")
