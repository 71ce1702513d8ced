"""Files and folders that nobody may write to, also where the tests are run by somebody who may do everything."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_NOBODY = 65534
_ROOT = 0


@contextmanager
def place() -> Iterator[Path]:
    """Gives a folder that everybody can find, for as long as it is needed."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        for each in (folder, *_below(folder)):
            each.chmod(0o700)
        shutil.rmtree(folder)


@contextmanager
def without_rights(folder: Path) -> Iterator[None]:
    """Lets what follows be done by a user who owns a folder and all that is in it, and has no right beyond that.

    Args:
        folder: The folder.
    """
    if os.geteuid() != _ROOT:
        yield
        return
    for each in (folder, *folder.rglob("*")):
        os.chown(each, _NOBODY, _NOBODY)
    os.seteuid(_NOBODY)
    try:
        yield
    finally:
        os.seteuid(_ROOT)


def _below(folder: Path) -> Iterator[Path]:
    """Gives what is in a folder, each folder before what is in it."""
    for each in folder.iterdir():
        yield each
        if each.is_dir():
            yield from _below(each)
