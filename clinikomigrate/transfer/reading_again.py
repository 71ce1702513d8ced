"""Reads records of the destination again, where it has a way to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from clinikomigrate.transfer.patience import Patience
from clinikomigrate.transfer.sink import Sink


def read_again(sink: Sink, patience: Patience, kind: str, ids: Sequence[str]) -> Mapping[str, Any] | None:
    """Reads records of one kind, archived ones too.

    Args:
        sink: Reads them.
        patience: Waits out a lost connection.
        kind: The record kind's name.
        ids: Their ids in the destination, at most 100.

    Returns:
        Them by id, of the sink's own type; None where the destination can't be read.
    """
    try:
        return patience.through(lambda: dict(sink.read(kind, ids, hidden=True)))
    except NotImplementedError:  # `Sink.read` is optional: whoever asks does without
        return None
