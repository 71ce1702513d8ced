"""Empties tracebacks: crash reports print the variables of each frame, and those of this package hold records and keys.

The frames themselves stay, so that a traceback still says where something happened.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from functools import wraps
from types import FrameType, TracebackType
from typing import Final, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

_EMPTIED: Final = frozenset(
    {"clinikomigrate", "backoff", "cattrs", "heapq", "http", "json", "requests", "ssl", "urllib3", ""}
)
"""The packages whose frames are emptied: this one, and those through which records and keys pass. The empty name is
that of code which was made while the program ran, as cattrs does."""


def forget_variables(error: BaseException) -> None:
    """Empties the frames that an exception, its causes and its contexts went through, but for those of other people.

    Args:
        error: Caught; frames that are still at work keep their variables.
    """
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        each = waiting.pop()
        if each is not None and id(each) not in seen:
            seen.add(id(each))
            waiting += [each.__cause__, each.__context__]
            _empty(each.__traceback__)


def forgetful(function: Callable[P, R]) -> Callable[P, R]:
    """Makes a function whose exceptions carry none of its variables, nor of what it called.

    Args:
        function: A function or method through which users come in.
    """

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except BaseException as error:
            del args, kwargs  # this frame is still at work, so nobody else can
            forget_variables(error)
            raise

    return call


def forgetful_walk(walk: Iterator[T]) -> Iterator[T]:
    """Passes on what an iterator gives; its exceptions carry none of its variables.

    Args:
        walk: A generator that holds records or parts of files.
    """
    try:
        yield from walk
    except BaseException as error:
        forget_variables(error)
        raise


def _empty(traceback: TracebackType | None) -> None:
    while traceback is not None:
        if _is_emptied(traceback.tb_frame):
            with contextlib.suppress(RuntimeError):  # it is still at work
                traceback.tb_frame.clear()
        traceback = traceback.tb_next


def _is_emptied(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0] in _EMPTIED
