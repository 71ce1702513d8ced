"""Takes down all that comes out of a program: logs, prints, warnings, exceptions, reprs, files."""

from __future__ import annotations

import gc
import logging
import sys
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.secrets.marks import Secrets

PACKAGE: Final = "clinikomigrate"
_FOLDER: Final = str(Path(__file__).parents[2] / PACKAGE)
_TESTING: Final = str(Path(_FOLDER) / "testing")

_LOUD: Final = ("", PACKAGE, "urllib3", "requests", "backoff", "responses", "charset_normalizer", "werkzeug")
"""Whose loggers say all they can."""


class Watch(logging.Handler):
    """Looks at whatever comes out, and keeps what should not have.

    Attributes:
        found: For each finding where it was and what it was.
        looked_at: How many texts were looked at, by sort; a watch that saw nothing proves nothing.
    """

    def __init__(self, secrets: Secrets) -> None:
        super().__init__(logging.DEBUG)
        self.secrets = secrets
        self.found: list[tuple[str, str]] = []
        self.looked_at: dict[str, int] = {}

    def look(self, sort: str, where: str, text: str) -> None:
        """Looks at one text."""
        self.looked_at[sort] = self.looked_at.get(sort, 0) + 1
        self.found += [(f"{sort}: {where}", secret) for secret in sorted(self.secrets.found_in(text))]

    def emit(self, record: logging.LogRecord) -> None:
        """Looks at a line of a log, with its traceback and its arguments."""
        lines = [self.format(record), repr(record.args)]
        self.look(f"log of {record.name.partition('.')[0]}", record.getMessage()[:200], "\n".join(lines))

    def error(self, error: BaseException, where: str = "") -> None:
        """Looks at an exception: its text, and the traceback that a crash report would send, variables included."""
        what = f"{where} {type(error).__name__}"
        self.look("exception", what, f"{error}\n{error!r}\n{error.args!r}\n{getattr(error, '__notes__', '')}")
        try:
            self.look("traceback", what, traceback_of(error))
        except Exception as broken:  # noqa: BLE001 - whatever it is, crash reports can't do with it
            self.found.append((f"traceback: {what}", f"raises {type(broken).__name__}"))
        attributes = {name: value for name, value in vars(error).items() if name not in _APART}
        self.look("attributes", what, repr(attributes))

    def reprs(self) -> None:
        """Looks at the repr and the text of each object of the package that there is now."""
        for each in _objects():
            kind = type(each)
            self._repr(f"{kind.__module__}.{kind.__name__}", each)

    def _repr(self, where: str, each: object) -> None:
        try:
            text = f"{each!r}\n{each!s}"
        except AttributeError:  # another thread is just making it
            return
        except Exception as error:  # noqa: BLE001 - whatever it is, crash reports can't do with it
            self.found.append((f"repr: {where}", f"raises {type(error).__name__}"))
        else:
            self.look("repr", where, text)

    def files(self, folder: Path) -> None:
        """Looks at all files of a folder."""
        for path in folder.rglob("*"):
            if path.is_file():
                self.look("file", path.name, path.read_bytes().decode("latin-1"))

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Listens to all loggers at their loudest, and to warnings."""
        loggers = [logging.getLogger(name) for name in _LOUD]
        levels = [logger.level for logger in loggers]
        gc.freeze()  # what there is already is none of the program's, and need not be looked through
        try:
            for logger in loggers:
                logger.setLevel(logging.DEBUG)
            logging.getLogger().addHandler(self)
            with warnings.catch_warnings(record=True) as warned:
                warnings.simplefilter("always")
                yield
            for each in warned:
                self.look("warning", each.filename, str(each.message))
        finally:
            gc.unfreeze()
            logging.getLogger().removeHandler(self)
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)


def _objects() -> list[object]:
    """Gives the objects of the package that there are now.

    No other thread runs meanwhile: CPython can't finish a tuple that it is building while somebody else holds it too.
    """
    interval = sys.getswitchinterval()
    sys.setswitchinterval(_LONG)
    try:
        return [each for each in gc.get_objects() if _is_ours(each)]
    finally:
        sys.setswitchinterval(interval)


def _is_ours(each: object) -> bool:
    module = str(getattr(type(each), "__module__", ""))
    ours = module.split(".", maxsplit=1)[0] == PACKAGE and not module.startswith(f"{PACKAGE}.testing")
    return ours and not isinstance(each, type | BaseException)


_LONG: Final = 1_000.0
"""A time in seconds in which whatever is looked at is looked at."""

_APART: Final = frozenset({"message", "_fields", "fields"})
"""Where an exception keeps what the API said, apart from its text and on purpose."""


def traceback_of(error: BaseException) -> str:
    """Writes a traceback with the variables of the package's own frames, as crash reports do."""
    told = traceback.TracebackException.from_exception(error, capture_locals=True)
    return "\n".join("\n".join(_frames(each)) for each in _chain(told))


def _chain(told: traceback.TracebackException | None) -> Iterator[traceback.TracebackException]:
    while told is not None:
        yield told
        told = told.__cause__ or (None if told.__suppress_context__ else told.__context__)


def _frames(told: traceback.TracebackException) -> Iterator[str]:
    yield from told.format_exception_only()
    for frame in told.stack:
        if frame.filename.startswith(_FOLDER) and not frame.filename.startswith(_TESTING):
            yield f"{frame.filename}:{frame.lineno} {frame.name} {frame.locals}"
