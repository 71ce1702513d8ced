"""Every exception of this package, in one tree.

No message holds a record's content, a query string or a key: a message names what happened, to what (a kind, an id, a
path's template) and what to do. What the API itself said about single fields is kept on the exception, apart from its
text, because such sentences can quote what was sent.
"""

# ruff: noqa: N818  # the names say what happened, as the HTTP statuses' own do; `Error` at each end would add nothing

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, ClassVar

_FIELD_NAME = re.compile(r"[A-Za-z0-9_.\[\]-]{1,64}")


class Error(Exception):
    """What all errors of this package descend from."""

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), self.args, dict(self.__dict__))


def _restore(kind: type[Error], arguments: tuple[Any, ...], state: dict[str, Any]) -> Error:
    error = kind.__new__(kind, *arguments)
    error.__dict__.update(state)
    return error


class ConfigurationError(Error, ValueError):
    """An argument can't be used: a key, a shard, an application's name, an e-mail address, a kind of record."""


class QueryError(ConfigurationError):
    """A condition names a field or an operator that the list doesn't have."""


class ReadOnly(Error):
    """A write was tried through a view of a client that only reads."""


class NotPicklable(Error, TypeError):
    """An object that holds a key was about to be pickled."""


class AccountMismatch(Error):
    """A key opens another account than the one that was named."""


class ApiError(Error):
    """The server answered, and its answer was no: what was asked has not been done.

    Attributes:
        status: The HTTP status.
        method: The HTTP method.
        path: The path's template, `/patients/{id}`.
        request_id: What the server calls this request; quote it to the vendor's support.
        fields: What the API said of single fields, by the field's name (not always the name that was sent: it can be a
            model's). Such a sentence can quote what was sent, so it is in no message.
        message: What the API said as a whole. For the same reason it is in no message.
    """

    advice: ClassVar[str] = "look at the exception's `message` and `fields`"

    def __init__(
        self,
        *,
        status: int,
        method: str,
        path: str,
        request_id: str | None = None,
        fields: Mapping[str, str | None] | None = None,
        message: str = "",
    ) -> None:
        self.status = status
        self.method = method
        self.path = path
        self.request_id = request_id
        self._fields = dict(fields or {})
        self.message = message
        about = f" about {', '.join(self.field_names)}" if fields else ""
        request = f" (request id {request_id})" if request_id else ""
        super().__init__(f"{method} {path} was answered with status {status}{about}{request}: {self.advice}")

    @property
    def fields(self) -> Mapping[str, str | None]:
        """What the API said of single fields, by the field's name."""
        return MappingProxyType(self._fields)

    @property
    def field_names(self) -> tuple[str, ...]:
        """The names of those fields, fit to be shown: what is no name, and may be a record's text, is left out."""
        return tuple(name if _FIELD_NAME.fullmatch(name) else "(a field of an unusual name)" for name in self._fields)


class BadRequest(ApiError):
    """Status 400: the server didn't understand the request, such as a filter that it doesn't have."""

    advice = "the server doesn't accept this request's form; its reason is in the exception's `message`"


class Unauthorized(ApiError):
    """Status 401: the key isn't valid at this address. A good key sent to the wrong shard or region looks the same."""

    advice = (
        "check that the key is complete, that it belongs to this address (Cliniko: the shard at its end, …-au2; "
        "Splose: the region), and that nobody revoked it"
    )


class PaymentRequired(ApiError):
    """Status 402: the account's plan doesn't include this."""

    advice = "the account's subscription doesn't allow this; its owner can look at it in the account's settings"


class Forbidden(ApiError):
    """Status 403: the key's user has no right to do this."""

    advice = (
        "the key's user isn't allowed to do this (Cliniko: reading everything takes an administrator, writing "
        "treatment notes a practitioner; Splose: a key has its user's permissions)"
    )


class NotFound(ApiError):
    """Status 404: there is no such record, or no such address."""

    advice = "the record doesn't exist, is hidden from this key's user, or the account lacks this part of the API"


class ContentTooLarge(ApiError):
    """Status 413: the request is larger than the server takes."""

    advice = "what was sent is larger than the server takes"


class Unprocessable(ApiError):
    """Status 422, or 400 where it names fields: the record was understood and refused; `fields` says why."""

    advice = "the record was refused; the API's reasons are in the exception's `fields`"


class RateLimited(ApiError):
    """Status 429, again and again: more requests than allowed, although each wait that was asked for was kept.

    Attributes:
        reset_at: When the server will take requests again, by its own clock.
    """

    advice = (
        "the user's allowance stayed used up although every wait was kept: something else sends requests as the same "
        "user; stop it, or lower requests_per_minute"
    )

    def __init__(
        self,
        *,
        status: int = 429,
        method: str,
        path: str,
        request_id: str | None = None,
        fields: Mapping[str, str | None] | None = None,
        message: str = "",
        reset_at: datetime | None = None,
    ) -> None:
        super().__init__(status=status, method=method, path=path, request_id=request_id, fields=fields, message=message)
        self.reset_at = reset_at.astimezone(UTC) if reset_at else None


class ServerError(ApiError):
    """Status 5xx: the server failed at a read, also when it was asked again."""

    advice = "the server failed, also when asked again; try later"


class Redirected(ApiError):
    """Status 3xx: the request was sent elsewhere. We did not send it there: its body may be a patient's record."""

    advice = "the API has moved or something stands between; nothing was sent elsewhere; check the base URL"


class UnexpectedStatus(ApiError):
    """Any other status that says no."""

    advice = "this status has no meaning known here; quote the request id to the vendor's support"


class FileStoreError(ApiError):
    """The store that holds files, which isn't the API, said no to an upload or a download.

    It says nothing about the key or the account. `message` holds the store's own code, such as `EntityTooLarge`.
    """

    advice = "the file store refused the file; its own code is in the exception's `message`"


class TransportError(Error):
    """A read got no usable answer, or a request could not be sent at all. Nothing has changed; it can be tried again.

    Attributes:
        method: The HTTP method.
        path: The path's template, `/patients/{id}`.
        problem: What went wrong, in words.
        sent: Whether anything may have left this machine.
    """

    def __init__(self, problem: str, *, method: str, path: str, sent: bool) -> None:
        self.method = method
        self.path = path
        self.problem = problem
        self.sent = sent
        happened = "got no answer" if sent else "could not be sent"
        super().__init__(f"{method} {path} {happened}: {problem}; check the connection and try again")


class ConnectionFailed(TransportError):
    """The connection could not be made, or broke."""


class TimedOut(TransportError):
    """The server took too long to connect to, or to answer."""


class OutcomeUnknown(Error):
    """A write may or may not have been done: no trustworthy answer came. Look it up before sending it again.

    Attributes:
        method: The HTTP method.
        path: The path's template, `/patients/{id}`.
        cause_name: What happened instead of an answer, in words: `"the connection broke"`.
        status: The HTTP status, where one came.
    """

    def __init__(self, *, method: str, path: str, cause_name: str, status: int | None = None) -> None:
        self.method = method
        self.path = path
        self.cause_name = cause_name
        self.status = status
        super().__init__(
            f"{method} {path} may or may not have been done: {cause_name}; "
            "look the record up before it is sent again, or it can come to stand there twice"
        )


class UploadInDoubt(Error):
    """A file may be among a client's files or not, and the destination can't be asked: a person has to look."""


class UnexpectedResponse(Error):
    """An answer has another shape than the API describes.

    Attributes:
        problem: What is wrong with the shape, without any of the content.
        method: The HTTP method, where one request is meant.
        path: The path's template.
    """

    def __init__(self, problem: str, *, method: str | None = None, path: str | None = None) -> None:
        self.problem = problem
        self.method = method
        self.path = path
        where = " ".join(part for part in (method, path) if part)
        super().__init__(f"the answer to {where} can't be used: {problem}" if where else problem)


class FileUnreadable(Error):
    """A file that was being uploaded could not be read to its end, or isn't as long as was said before."""


class TransferError(Error):
    """A transfer can't begin or can't go on."""


class Blocked(TransferError):
    """Preflight found what must be put right before the first write.

    Attributes:
        findings: What was found, each with its remedy.
    """

    def __init__(self, message: str, findings: Sequence[Any] = ()) -> None:
        self.findings = tuple(findings)
        super().__init__(message)


class JournalError(TransferError):
    """A transfer's journal can't be used."""


class JournalBusy(JournalError):
    """Another process is using the journal."""


class JournalCorrupt(JournalError):
    """The journal's file is damaged, or isn't a journal."""


class JournalForeign(JournalError):
    """The journal belongs to a transfer between other accounts."""


class JournalNeeded(JournalError):
    """This can only be done with a journal."""


class ArchiveError(TransferError):
    """The folder in which a transfer keeps what the destination doesn't take can't be used."""


class Unsupported(TransferError):
    """The destination has no way to hold records of a kind; they are counted as lost."""


class FileDiffers(TransferError):
    """A file that was uploaded isn't in the destination as it is in the source."""
