"""Finds the code in the documentation's pages, and runs it."""

from __future__ import annotations

import contextlib
import doctest
import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import attrs

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))

_FENCE: Final = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ANYTHING: Final = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@attrs.frozen
class Block:
    """A piece of code in a page.

    Attributes:
        page: The page.
        line: The number of its first line.
        code: The code.
        output: What it prints, by the page; `...` stands for anything. None where the page doesn't say.
    """

    page: Path
    line: int
    code: str
    output: str | None


def blocks(page: Path) -> list[Block]:
    """Gives a page's Python code. A block of `text` that follows directly is what the code prints."""
    text = page.read_text(encoding="utf-8")
    fences = list(_FENCE.finditer(text))
    found = []
    for fence, after in zip(fences, [*fences[1:], None], strict=False):
        if fence[1] != "python":
            continue
        output = None
        if after is not None and after[1] == "text" and not text[fence.end() : after.start()].strip():
            output = after[2]
        found.append(Block(page, text[: fence.start(2)].count("\n") + 1, fence[2], output))
    return found


def commands(page: Path) -> list[str]:
    """Gives the command lines of a page, as one types them."""
    shown = (fence[2] for fence in _FENCE.finditer(page.read_text(encoding="utf-8")) if fence[1] == "console")
    return [line.removeprefix("$ ") for block in shown for line in block.splitlines() if line.startswith("$ ")]


def run(page: Path, given: Mapping[str, object]) -> None:
    """Runs all code of a page, one block after the other, as a reader would.

    Args:
        page: The page.
        given: The names that the page takes for granted.

    Raises:
        AssertionError: A block printed something else than the page says.
    """
    names = {"__name__": "page", **given}
    for block in blocks(page):
        printed = io.StringIO()
        filled = "\n" * (block.line - 1) + block.code  # so that a traceback names the page's own lines
        with contextlib.redirect_stdout(printed):
            exec(compile(filled, str(page), "exec"), names)  # noqa: S102 - it is our own documentation
        if block.output is not None and not doctest.OutputChecker().check_output(
            block.output, printed.getvalue(), _ANYTHING
        ):
            raise AssertionError(f"{page}:{block.line} printed\n{printed.getvalue()}\ninstead of\n{block.output}")
