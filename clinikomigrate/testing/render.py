"""Rows as the API answers them: links for relations, left-out keys, blanks, computed fields."""

from __future__ import annotations

import copy

from clinikomigrate.testing.call import Call
from clinikomigrate.testing.columns import Row
from clinikomigrate.testing.computed import COMPUTED, Answered
from clinikomigrate.testing.kinds import Kind


def render(call: Call, kind: Kind, row: Row) -> Answered:
    """Gives a row as the API would: relations are links, relations to nothing are left out, ids are strings.

    Args:
        call: The request; its address is what links begin with.
        kind: The row's kind.
        row: The row.
    """
    answer: Answered = {"id": row["id"]}
    for name, column in kind.shown:
        value = row[column.name]
        if column.type == "reference":
            if value is not None:
                answer[name] = call.link(f"/{column.to}/{value}")
        elif value is None:
            answer[name] = "" if column.type == "moment" and call.fake.old_style else column.blank
        else:
            answer[name] = value
    for key, template in kind.links.items():
        answer[key] = call.link(template.format(id=row["id"]))
    answer["links"] = {"self": f"{call.base}/{kind.name}/{row['id']}"}
    extra = COMPUTED.get(kind.name)
    if extra is not None:
        extra(call, row, answer)
    answer.update(copy.deepcopy(call.fake.new_fields.get(kind.name, {})))
    for name in call.fake.lacking_of(kind.name):
        answer.pop(name, None)
    return answer


def render_booking(call: Call, kind: Kind, row: Row) -> Answered:
    """Gives a booking as `/bookings` does: the record of its own kind, its link leading to `/bookings`."""
    answer = render(call, kind, row)
    answer["links"] = {"self": f"{call.base}/bookings/{row['id']}"}
    return answer
