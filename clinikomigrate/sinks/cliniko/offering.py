"""Where appointment types are offered: a type doesn't show it, only the businesses do."""

from __future__ import annotations

from typing import Any

import attrs

from clinikomigrate.client.unset import UNSET
from clinikomigrate.cliniko import Cliniko


def kept(client: Cliniko, id: str, draft: Any) -> Any:
    """Adds to where a type is to be offered as well where it is: whoever fills that in takes nothing away.

    Args:
        client: The destination's client.
        id: The record's id.
        draft: What is to be set. A whole type says by itself where it is offered, as does a record of another kind.

    Returns:
        The draft.
    """
    if draft.kind != "appointment_types" or draft.name is not UNSET or not draft.business_ids:
        return draft
    businesses = client.businesses.list(include_archived=True)
    there = (business.id for business in businesses if id in (business.appointment_type_ids or ()))
    return attrs.evolve(draft, business_ids=list(dict.fromkeys((*draft.business_ids, *there))))
