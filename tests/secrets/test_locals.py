"""While a transfer runs, no frame of the package has a key in a variable: not even for a moment."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, Final

import clinikomigrate
from clinikomigrate import Cliniko, ClinikoSink
from tests.end_to_end.accounts import client
from tests.secrets.marks import Secrets
from tests.secrets.move import Move

_FOLDER: Final = str(Path(clinikomigrate.__file__).parent)
_TESTING: Final = str(Path(_FOLDER) / "testing")


class Tracer:
    """Looks at the variables of each of the package's frames when it ends, and when it ends early.

    Attributes:
        found: In which functions, in which variables.
        frames: How many frames were looked at.
    """

    def __init__(self, secrets: Secrets) -> None:
        self.found: set[tuple[str, str]] = set()
        self.frames = 0
        self._secrets = secrets

    def __call__(self, frame: FrameType, event: str, argument: Any) -> None:
        """Is called by the interpreter (`Any`: what a function returns)."""
        if event != "return" or not self._is_ours(frame.f_code.co_filename):
            return
        self.frames += 1
        for name, value in frame.f_locals.items():
            if any(self._secrets.has_key(each) for each in _texts(value)):
                self.found.add((frame.f_code.co_qualname, name))

    def _is_ours(self, filename: str) -> bool:
        return filename.startswith(_FOLDER) and not filename.startswith(_TESTING)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Looks at all frames of all threads that begin inside the block."""
        threading.setprofile(self)
        sys.setprofile(self)
        try:
            yield
        finally:
            sys.setprofile(None)
            threading.setprofile(None)


def _texts(value: object, depth: int = 2) -> Iterator[str]:
    """The texts in a variable, and in what it holds."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, bytes):
        yield value.decode("latin-1")
    elif isinstance(value, dict) and depth:
        for each in value.values():
            yield from _texts(each, depth - 1)
    elif isinstance(value, list | tuple) and depth:
        for each in value:
            yield from _texts(each, depth - 1)


def test_no_frame_has_a_key(move: Move) -> None:
    """From preflight to undoing, with faults in between, keys are in no variable of the package's frames."""
    owner = move.destination.rows("practitioners")[0]["user_id"]
    author = client(move.destination, key=move.knows(move.destination.key_for(str(owner))))
    sink = ClinikoSink(client(move.destination), authors={"Amy Ng": author})
    transfer = move.transfer(sink=sink)
    for fake in (move.source, move.destination):
        fake.faults.add("429", at=20)
        fake.faults.add("500", at=29)
        fake.faults.add("drop_before", at=38)
    tracer = Tracer(move.watch.secrets)
    with tracer.at_work():
        for act in (transfer.preflight, transfer.run, transfer.verify, transfer.undo):
            move.attempt(act)

    assert set() == tracer.found
    assert tracer.frames > 10_000


def test_the_constructor_is_where_keys_are(move: Move) -> None:
    """Only what makes a client sees its key. There the tracer finds it, so its silence elsewhere means something."""
    tracer = Tracer(move.watch.secrets)
    with tracer.at_work():
        made = Cliniko(move.source.key, app_name="Acme", contact_email="dev@acme.example")
    functions = {name for name, _ in tracer.found}

    assert isinstance(made, Cliniko)
    assert "Cliniko.__init__" in functions
    assert {
        "Authorization.__init__",
        "Cliniko.__init__",
        "Session.__init__",
        "authorization_of",
        "check_key",
        "fingerprint_of",
        "forgetful.<locals>.call",
        "shard_of",
    } >= functions
