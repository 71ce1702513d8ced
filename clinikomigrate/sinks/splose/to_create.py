"""What it takes to make by hand what Splose's API can't make: names, durations, prices, colours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from clinikomigrate.cliniko import models as m
from clinikomigrate.transfer.survey import Survey


def describing(survey: Survey) -> Callable[[str, Any], Mapping[str, str]]:
    """Gives what describes a record that is to be made by hand.

    Args:
        survey: Has the source's prices, where they were read.
    """

    def describe(kind: str, record: Any) -> Mapping[str, str]:  # Any: a business, a practitioner or an appointment type
        del kind
        match record:
            case m.AppointmentType():
                return _service(record, survey)
            case m.Business():
                told = {"address": record.address_1, "city": record.city, "post code": record.post_code}
                told |= {"time zone": record.time_zone_identifier}
            case _:  # a practitioner
                told = {"e-mail": _email(record, survey), "title": record.title}
        return {what: value for what, value in told.items() if value}

    return describe


def _email(practitioner: m.Practitioner, survey: Survey) -> str | None:
    """Returns the address of a practitioner's user, by which Splose invites."""
    users = survey.records.get("users", ())
    whose = practitioner.user.id if practitioner.user else None
    return next((user.email for user in users if user.id == whose), None)


def _service(kind: m.AppointmentType, survey: Survey) -> Mapping[str, str]:
    price = _price(kind, survey)
    told = {
        "minutes": kind.duration_in_minutes,
        "price": f"{price:.2f}" if price else None,
        "colour": kind.color,
        "seats": kind.max_attendees if (kind.max_attendees or 1) > 1 else None,
    }
    return {what: str(value) for what, value in told.items() if value}


def _price(kind: m.AppointmentType, survey: Survey) -> Decimal:
    """Adds up what is charged with a type, without discounts."""
    prices = {item.id: item.price for item in survey.records.get("billable_items", ())}
    lines = [
        line
        for line in survey.records.get("appointment_type_billable_items", ())
        if line.appointment_type is not None and line.appointment_type.id == kind.id
    ]
    charged = [(line.billable_item, line.quantity or 1) for line in lines] or [(kind.billable_item, 1)]
    return sum((Decimal(prices.get(item.id) or 0) * number for item, number in charged if item), Decimal())
