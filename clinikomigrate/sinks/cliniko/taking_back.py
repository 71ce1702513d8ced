"""Taking records back, and whether somebody built on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from clinikomigrate.client.query import Condition, where
from clinikomigrate.cliniko import Cliniko
from clinikomigrate.cliniko.models import Attendee, FullPatientExport, Invoice, StockAdjustment
from clinikomigrate.errors import NotFound
from clinikomigrate.sinks.cliniko import closing
from clinikomigrate.sinks.cliniko.comparison import read
from clinikomigrate.sinks.cliniko.look_up import WRITABLE
from clinikomigrate.sinks.repeating import repeated
from clinikomigrate.transfer.kinds import APPOINTMENT_KINDS, KINDS, Kind, Link
from clinikomigrate.transfer.kinds import pointing_at as referring_to

_DELETED: Final = frozenset(
    {
        "appointment_type_billable_items",
        "appointment_type_products",
        "practitioner_reference_numbers",
        "taxes",
    }
)
"""Kinds whose records the API deletes for good; of all others deletion only archives."""

_GOES_WITH_ITS_PATIENT: Final = frozenset({"referral_sources"})
"""Kinds of which a patient has one at most, that the API only sets."""

_INVOICED: Final = ("invoices", "appointment_id")
"""What finds the invoices of an appointment or a class."""

_SOLD: Final = "Item Sold"
"""The one adjustment of a stock level that only a clinic's work brings about."""


def remove(client: Cliniko, kind: str, id: str) -> None:
    """Takes a record back: deletes it where the API really deletes, and archives it elsewhere.

    Args:
        client: The destination's client.
        kind: The record kind's name.
        id: The record's id.

    Raises:
        Unsupported: The API can do neither.
    """
    if kind in _GOES_WITH_ITS_PATIENT:
        return
    if kind in _DELETED:
        delete = closing.method(client, kind, "delete")
        try:
            repeated(lambda: delete(id), client.clock)
        except NotFound:  # an earlier try has done it
            return
    else:
        closing.archive(client, kind, id)


def hanging_on(client: Cliniko, kind: str, ids: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Gives what hangs on records or uses them, as far as the API can be asked for it by their ids.

    What hangs on them is given though it is cancelled or archived; what only uses them, though it is cancelled, and
    where they would be deleted for good, though it is archived. Of what the API makes and archives along with something
    else, nothing archived is given.

    Args:
        client: The destination's client.
        kind: The record kind's name; of a kind that can't be taken back nothing is asked.
        ids: The records' ids, at most 100.

    Returns:
        The id of the record; kind and id of what hangs on it. It takes a request for each kind that can.
    """
    if not ids or not _can_be_taken_back(client, kind):
        return
    told: set[str] = set()
    for user, link in referring_to(kind):
        if link.field is None or _comes_along(user, link, kind):
            continue
        hidden = (link.owner and not user.look_first) or kind in _DELETED
        for record in _listed(client, user.name, where(link.field) == list(ids), hidden=hidden):
            whole = None if user.part_of is None else getattr(record, user.part_of)
            if user.name in APPOINTMENT_KINDS:
                told.add(record.id)
            if whole is None or whole.id not in told:  # else it came with an appointment that was given
                used = record if link.owner or whole is None else whole
                yield read(record, link.field), used.kind, used.id
    if kind in APPOINTMENT_KINDS:
        of, field = _INVOICED
        for record in _listed(client, of, where(field) == list(ids)):
            yield read(record, field), of, record.id
    if kind == "attendees":
        yield from _invoiced_seats(client, ids)


def pointing_at(client: Cliniko, kind: str) -> Iterator[tuple[str, str, str]]:
    """Gives what hangs on records of a kind or uses them, as far as only whole lists tell.

    Args:
        client: The destination's client.
        kind: The record kind's name; of a kind that can't be taken back nothing is asked.

    Returns:
        The id of the record; kind and id of what points at it and is not archived. Each list is read once.
    """
    lists: dict[str, list[str]] = {}
    for user, link in referring_to(kind) if _can_be_taken_back(client, kind) else ():
        if link.field is None and link.told_by is None:
            lists.setdefault(user.name, []).append(link.attribute)
    for of, attributes in lists.items():
        for record in _listed(client, of):
            refs = [getattr(record, attribute) for attribute in attributes]
            yield from ((ref.id, of, record.id) for ref in refs if ref is not None and ref.kind == kind)


def _can_be_taken_back(client: Cliniko, kind: str) -> bool:
    return kind in _DELETED or hasattr(client.resource(kind), "archive")


def _comes_along(user: Kind, link: Link, kind: str) -> bool:
    """Says whether a record is part of what it points at: the seat that the API makes with an appointment."""
    return user.part_of == link.attribute and user.seats_in != kind


def _listed(client: Cliniko, of: str, *conditions: Condition, hidden: bool = False) -> Iterator[Any]:
    """Lists what a clinic writes of a kind; nothing where the account lacks a newer endpoint.

    Of communications a clinic writes memos; the others the product writes by itself.
    """
    resource: Any = client.resource(of)
    try:
        listed = resource.list(*conditions, *WRITABLE.get(of, ()), include_archived=hidden, include_cancelled=True)
        yield from (record for record in listed if _is_work(record))
    except NotFound:
        if not KINDS[of].optional:
            raise


def _is_work(record: Any) -> bool:
    if isinstance(record, StockAdjustment):
        return record.adjustment_type == _SOLD
    return not isinstance(record, FullPatientExport)


def _invoiced_seats(client: Cliniko, ids: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Gives the invoices of seats. They are asked for by patient: not every account can be asked by attendee."""
    seats = list(_listed(client, "attendees", where("id") == list(ids)))
    patients = sorted({id for seat in seats if (id := read(seat, "patient_id")) is not None})
    if patients:
        for invoice in _listed(client, "invoices", where("patient_id") == patients):
            yield from ((seat.id, invoice.kind, invoice.id) for seat in seats if _is_for(invoice, seat))


def _is_for(invoice: Invoice, seat: Attendee) -> bool:
    """Says whether a seat was invoiced; where no attendee is named, the appointment may be the booking or the seat."""
    if invoice.attendee is not None:
        return invoice.attendee.id == seat.id
    appointment, patient = read(invoice, "appointment_id"), read(invoice, "patient_id")
    return appointment is not None and (
        appointment == seat.id or (appointment, patient) == (read(seat, "booking_id"), read(seat, "patient_id"))
    )
