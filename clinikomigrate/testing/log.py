"""What a simulated account remembers of its traffic: requests received, messages sent."""

from __future__ import annotations

import attrs


@attrs.define(repr=False)
class LoggedRequest:
    """One request that reached a simulated account.

    Attributes:
        number: The request's place in the account's log, from 1.
        method: `"GET"`, `"POST"`, `"PATCH"`, `"PUT"` or `"DELETE"`.
        path: The full path with the API's version: `/v1/patients/123`.
        query: The query's names and values, decoded, in order.
        json: The request's body, parsed; None where there was none or it was not JSON.
        time: When it came, in seconds since the epoch by the account's clock.
        status: The answer's status; None when the connection was dropped instead.
        user_id: The user whose key was sent; None when there was no such key.
        fault: The kind of fault that was done to it, if any.
        request_id: What the answer's `X-Request-Id` said.
        answer: The answer's body, parsed. Only there while the functions of `on_traffic` are called: a log that
            kept all answers would fill the memory.
    """

    number: int
    method: str
    path: str
    query: list[tuple[str, str]]
    json: object
    time: float
    status: int | None = None
    user_id: str | None = None
    fault: str | None = None
    request_id: str = ""
    answer: object = None

    def __repr__(self) -> str:
        return f"<LoggedRequest {self.number}: {self.method} {self.path} -> {self.status}>"


@attrs.frozen(repr=False)
class Message:
    """A message to a patient that the real service would have sent.

    Attributes:
        occasion: Of Cliniko `"appointment_confirmation"`, `"appointment_cancellation"` or `"patient_form"`; of Splose
            `"appointment_created"`, `"appointment_changed"`, `"appointment_cancelled"` or `"appointment_arrived"`.
        patient_id: Who would have got it.
        kind: The kind of the record that it is about.
        id: The id of that record.
        time: When, in seconds since the epoch by the account's clock.
    """

    occasion: str
    patient_id: str
    kind: str
    id: str
    time: float

    def __repr__(self) -> str:
        return f"<Message {self.occasion} about {self.kind} {self.id}>"
