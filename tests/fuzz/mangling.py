"""How a good answer is spoiled."""

from __future__ import annotations

import copy
import gzip
import json
from collections.abc import Callable, Iterator, MutableMapping, MutableSequence
from typing import Any

import attrs
from hypothesis import strategies as st

from tests.fuzz import odd
from tests.fuzz.account import Reply

Draw = Callable[[st.SearchStrategy[Any]], Any]
"""Takes something from a strategy (`Any`: whatever it gives)."""

Place = tuple[Any, Any]
"""A container of JSON and the key or index of one of its values (`Any`: JSON)."""


def mangled(draw: Draw, reply: Reply) -> Reply:
    """Spoils an answer in one of many ways.

    Args:
        draw: Says in which.
        reply: The good one.
    """
    way = draw(st.sampled_from((_tree, _tree, _tree, _page, _bytes, _whole, _header, _status)))
    spoiled: Reply = way(draw, reply)
    return _measured(spoiled) if way is not _header else spoiled


def _measured(reply: Reply) -> Reply:
    """Says how long the body is, as servers do."""
    headers = {name: value for name, value in reply.headers.items() if name.lower() != "content-length"}
    return attrs.evolve(reply, headers=headers | {"Content-Length": str(len(reply.body))})


def _tree(draw: Draw, reply: Reply) -> Reply:
    """Spoils up to three values of the JSON, wherever they stand."""
    body = _json(reply)
    if body is None:
        return _whole(draw, reply)
    root = [body]
    for _ in range(draw(st.integers(1, 3))):
        _spoil(draw, root)
    return attrs.evolve(reply, body=odd.written(root[0]) if root else b"")


def _json(reply: Reply) -> Any:  # any: JSON
    try:
        return json.loads(reply.body)
    except ValueError:
        return None


def _spoil(draw: Draw, root: list[Any]) -> None:
    places = list(_places(root))
    if not places:
        return
    container, key = places[draw(st.integers(0, len(places) - 1))]
    value = container[key]
    match draw(st.sampled_from(("replace", "replace", "drop", "rename", "wrap", "twice", "number", "text"))):
        case "drop":
            del container[key]
        case "rename" if isinstance(container, MutableMapping):
            container[draw(st.sampled_from(odd.KEYS))] = container.pop(key)
        case "wrap":
            container[key] = draw(st.sampled_from(([value], {"id": value}, {odd.PLANTED: value}, [value, value])))
        case "twice" if isinstance(container, MutableSequence):
            container.insert(key, copy.deepcopy(value))
        case "number" if isinstance(value, str) and value.isdigit():
            container[key] = int(value)
        case "text":
            container[key] = str(value)
        case _:
            container[key] = copy.deepcopy(draw(st.sampled_from(odd.VALUES)))


def _places(container: Any) -> Iterator[Place]:  # any: JSON
    """All values inside of some JSON."""
    keys = list(container) if isinstance(container, dict) else range(len(container))
    for key in keys:
        yield container, key
        if isinstance(container[key], dict | list):
            yield from _places(container[key])


def _page(draw: Draw, reply: Reply) -> Reply:
    """Spoils what says how a list goes on: its links, its total, its rows."""
    body = _json(reply)
    lists = [(name, value) for name, value in body.items() if isinstance(value, list)] if isinstance(body, dict) else []
    if not lists or "total_entries" not in body:
        return _tree(draw, reply)
    kind, rows = lists[0]
    match draw(st.sampled_from(("next", "links", "total", "more", "order", "same", "none"))):
        case "next":
            body["links"]["next"] = draw(st.sampled_from((*odd.ADDRESSES, *odd.VALUES, body["links"].get("self"))))
        case "links":
            body["links"] = draw(st.sampled_from(odd.VALUES))
        case "total":
            body["total_entries"] = draw(st.sampled_from((*range(12), *odd.VALUES)))
        case "more":
            body[kind] = [*rows, *rows[:1]]
        case "order":
            rows.reverse()
        case "same" if rows and "id" in rows[0]:
            rows[0]["id"] = draw(st.sampled_from(("1", 1, rows[-1]["id"])))
        case _:
            body[kind] = []
    return attrs.evolve(reply, body=odd.written(body))


def _bytes(draw: Draw, reply: Reply) -> Reply:
    """Spoils the bytes: cuts them off, puts others between, or writes them in another code."""
    body = reply.body
    at = draw(st.integers(0, len(body)))
    match draw(st.sampled_from(("cut", "put", "utf-16", "twice", "packed"))):
        case "cut":
            body = body[:at]
        case "put":
            body = body[:at] + draw(st.sampled_from(odd.BYTES)) + body[at:]
        case "utf-16":
            body = body.decode("utf-8", errors="replace").encode("utf-16")
        case "twice":
            body = body + body
        case _:
            body = gzip.compress(body, 1)
    return attrs.evolve(reply, body=body)


def _whole(draw: Draw, reply: Reply) -> Reply:
    """Sends another body."""
    return attrs.evolve(reply, body=draw(st.sampled_from(odd.BODIES)))


def _header(draw: Draw, reply: Reply) -> Reply:
    """Sends another header, also with another status for which it means something."""
    name, value = draw(st.sampled_from(odd.HEADERS))
    headers = {other: said for other, said in reply.headers.items() if other.lower() != name.lower()}
    status = draw(st.sampled_from((reply.status, reply.status, 302, 429, 503)))
    return attrs.evolve(reply, status=status, headers=headers | {name: value})


def _status(draw: Draw, reply: Reply) -> Reply:
    """Sends another status, with the good body or another one."""
    changed = attrs.evolve(reply, status=draw(st.sampled_from(odd.STATUSES)))
    return draw(st.sampled_from((changed, attrs.evolve(changed, body=draw(st.sampled_from(odd.BODIES))))))  # type: ignore[no-any-return]  # one of two replies
