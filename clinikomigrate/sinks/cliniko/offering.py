"""Where and by whom appointment types are offered. A type doesn't show it: only others do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import attrs

from clinikomigrate.client.unset import UNSET
from clinikomigrate.cliniko import Cliniko
from clinikomigrate.transfer.losses import Loss

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


def kept(client: Cliniko, id: str, draft: Any) -> tuple[Any, tuple[Loss, ...]]:
    """Adds, to where and by whom a type is to be offered, where and by whom it is: nothing is taken away.

    The account takes these lists as a whole, and nobody can tell who wrote what stands there.

    Args:
        client: The destination's client.
        id: The record's id.
        draft: What is to be set, of whatever kind (`Any`).

    Returns:
        The draft, and what else the account offers than a whole type says; whoever only fills something in says no such
        thing.
    """
    is_whole = draft.kind == "appointment_types" and draft.name is not UNSET
    losses: list[Loss] = []
    for name, (read, loss) in _OFFERED.items() if draft.kind == "appointment_types" else ():
        wanted = getattr(draft, name)
        if wanted is UNSET:
            continue
        more = [each for each in dict.fromkeys(read(client, id)) if each not in wanted]
        if more:
            draft = attrs.evolve(draft, **{name: [*wanted, *more]})
            losses.append(loss)
    return draft, tuple(losses) if is_whole else ()
