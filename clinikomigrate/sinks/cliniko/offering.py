"""Where and by whom appointment types are offered. A type doesn't show it: only others do."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Final

import attrs

from clinikomigrate.client.unset import UNSET
from clinikomigrate.cliniko import Cliniko
from clinikomigrate.transfer.losses import Loss

BY: Final = frozenset({"businesses", "practitioners"})
"""The kinds of those who say by whom and where a type is offered."""

_STAYS: Final = "which is left as it is: take it away there by hand if it is not wanted"
ELSEWHERE: Final = f"the type is offered at other businesses of the destination too, {_STAYS}"
BY_OTHERS: Final = f"the type is offered by other practitioners of the destination too, {_STAYS}"


def _businesses(client: Cliniko, id: str) -> Iterator[str]:
    listed = client.businesses.list(include_archived=True)
    yield from (business.id for business in listed if id in (business.appointment_type_ids or ()))


def _practitioners(client: Cliniko, id: str) -> Iterator[str]:
    for listed in (client.appointment_types.practitioners(id), client.appointment_types.inactive_practitioners(id)):
        yield from (practitioner.id for practitioner in listed)


_Offered = tuple[Callable[[Cliniko, str], Iterator[str]], Loss]

_OFFERED: Final[Mapping[str, _Offered]] = {
    "business_ids": (_businesses, Loss("businesses", ELSEWHERE)),
    "practitioner_ids": (_practitioners, Loss("practitioners", BY_OTHERS)),
}


def kept(client: Cliniko, id: str, draft: Any, matched: Collection[str]) -> tuple[Any, tuple[Loss, ...]]:
    """Adds, to where and by whom a type is to be offered, where and by whom only the destination can say that it is.

    The account takes these lists as a whole. Of businesses and practitioners whom the source has as well, a whole type
    says where it is offered; whoever only fills something in takes nothing away.

    Args:
        client: The destination's client.
        id: The record's id.
        draft: What is to be set, of whatever kind (`Any`).
        matched: The ids of the destination's businesses and practitioners whom the source has.

    Returns:
        The draft, and what the account has besides what a whole type says.
    """
    losses: list[Loss] = []
    is_type = draft.kind == "appointment_types"
    is_whole = is_type and draft.name is not UNSET
    for name, (read, loss) in _OFFERED.items() if is_type else ():
        wanted = getattr(draft, name)
        if wanted is UNSET:
            continue
        further = [each for each in dict.fromkeys(read(client, id)) if each not in wanted]
        if more := [each for each in further if not is_whole or each not in matched]:
            draft = attrs.evolve(draft, **{name: [*wanted, *more]})
            losses += [loss] if is_whole else []
    return draft, tuple(losses)
