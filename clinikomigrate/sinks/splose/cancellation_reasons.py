"""A workspace's cancellation reasons, and which of them stands for which of Cliniko's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import attrs

from clinikomigrate.cliniko import models as m
from clinikomigrate.errors import ConfigurationError, NotFound
from clinikomigrate.splose import Splose
from clinikomigrate.splose.models import CancellationReason
from clinikomigrate.transfer.names import folded

CLINIKO_S: Final = {
    10: "Feeling better",
    20: "Condition worse",
    30: "Sick",
    31: "COVID-19 related",
    40: "Away",
    50: "Other",
    60: "Work",
}
"""Cliniko's reasons: what its API calls them, by their codes."""

_OTHER: Final = 50

_NAMES: Final = ("name", "title", "reason", "label", "description")
"""What an answer may call a reason's words, for nothing documents it."""


@attrs.frozen
class Reasons:
    """Which of a workspace's cancellation reasons stands for which of the source's.

    Attributes:
        ids: The reasons' ids, by what the source calls them.
        unknown: What the user named and the workspace doesn't have, or has twice.
        called: What the workspace calls its reasons, by their ids, in a form in which names are compared.
    """

    ids: Mapping[str, str] = attrs.field(factory=dict)
    unknown: tuple[str, ...] = ()
    called: Mapping[str, str] = attrs.field(factory=dict, eq=False)

    def of(self, booking: m.IndividualAppointment | m.Attendee) -> str | None:
        """Returns the id of the reason for which a booking was cancelled, or None where there is none for it.

        Old bookings were cancelled without one: they count as cancelled for another reason, as they do in Cliniko.

        Args:
            booking: A cancelled one.
        """
        said = (booking.cancellation_reason_description or "").strip()
        return self.ids.get(folded(said or CLINIKO_S.get(booking.cancellation_reason or 0, CLINIKO_S[_OTHER])))

    def lacking(self) -> list[str]:
        """Names those of Cliniko's reasons that nothing stands for."""
        return [name for name in CLINIKO_S.values() if folded(name) not in self.ids]


def checked(given: Mapping[str, str]) -> dict[str, str]:
    """Returns what the user said, in a form in which names are compared.

    Args:
        given: By the source's reason: the workspace's, by name or id.

    Raises:
        ConfigurationError: It is no mapping of texts.
    """
    texts = isinstance(given, Mapping) and all(isinstance(text, str) for pair in given.items() for text in pair)
    if not texts:
        raise ConfigurationError("cancellation_reasons must be a dict: {'Feeling better': 'a reason of Splose'}.")
    return {folded(name): there for name, there in given.items()}


def read(client: Splose, given: Mapping[str, str]) -> Reasons:
    """Reads a workspace's reasons, and matches them by name, but where the user says otherwise.

    Args:
        client: The workspace's client.
        given: What the user said, as `checked` gives it.
    """
    ids: dict[str, str] = {}
    names: dict[str, list[str]] = {}
    try:
        for reason in client.cancellation_reasons.list():
            ids[reason.id] = reason.id
            names.setdefault(_name(reason), []).append(reason.id)
    except NotFound:  # the API is not documented to have them
        pass
    names.pop("", None)
    ids |= {name: found[0] for name, found in names.items() if len(found) == 1}
    said = {name: ids.get(folded(there)) for name, there in given.items()}
    unknown = tuple(there for name, there in given.items() if said[name] is None)
    matched = {name: id for name, id in ids.items() if name in names}
    called = {id: name for name, found in names.items() for id in found}
    return Reasons({**matched, **{name: id for name, id in said.items() if id is not None}}, unknown, called)


def _name(reason: CancellationReason) -> str:
    texts = (reason.extra.get(name) for name in _NAMES)
    return folded(next((text for text in texts if isinstance(text, str)), ""))
