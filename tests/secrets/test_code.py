"""What the package's code never does, held over all of its syntax trees."""

from __future__ import annotations

import ast
import logging
from collections.abc import Iterator
from pathlib import Path

import clinikomigrate

ROOT = Path(clinikomigrate.__file__).parent
MODULES = {str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8")) for path in ROOT.rglob("*.py")}

RUNS_WHAT_IT_READS = frozenset({"pickle", "cPickle", "dill", "cloudpickle", "marshal", "shelve", "yaml", "jsonpickle"})
"""Formats whose readers can be made to run code."""

RUNS_TEXT = frozenset({"eval", "exec", "compile", "__import__", "execfile"})

STARTS_PROGRAMS = frozenset({"subprocess", "pty", "popen2", "commands"})

XML = frozenset({"xml", "lxml", "bs4"})

READS_XML = {"cliniko/files.py", "sinks/splose/documents/drawing.py"}
"""The file store's receipts are XML, and so are drawn signatures (SVG); they are read without entities."""

FETCHES_ELSEWHERE = frozenset({"ftplib", "telnetlib", "smtplib", "httpx", "aiohttp", "xmlrpc"})

LOGS = {
    "wire/exchange.py": [
        ("logger.debug", "%s %s -> %d in %.0f ms (request id %s)"),
        ("logger.debug", "%s %s: %s"),
        ("logger.warning", "the rate limit is used up; requests of this user wait %.0f s"),
    ]
}
"""All lines that the package writes to its log: method, path template, status, time, the server's request id."""

WRITES_FILES = {
    "sinks/splose/documents/filing.py",
    "sinks/splose/archive/archive.py",
    "transfer/sqlite_journal.py",
    "transfer/summary.py",
}
"""The only modules that make a file: documents of a patient, the journal, and reports. All go where the caller says."""

ONLY_READS = frozenset({"r", "rb"})
"""The modes in which opening a file makes none."""


def imported(tree: ast.AST) -> Iterator[str]:
    """The top names of all that a module imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield str(node.module).partition(".")[0]


def called(tree: ast.AST) -> Iterator[ast.Call]:
    """All calls of a module."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def is_of(call: ast.Call, *names: str) -> bool:
    """Tells whether a call is one of a function by its name alone, or of a method of that name."""
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    return name in names


def found(*names: str, plain: bool = False) -> dict[str, list[int]]:
    """Where functions or methods of these names are called: lines by module."""
    lines = {
        module: [
            call.lineno
            for call in called(tree)
            if is_of(call, *names) and (not plain or isinstance(call.func, ast.Name))
        ]
        for module, tree in MODULES.items()
    }
    return {module: numbers for module, numbers in lines.items() if numbers}


def test_nothing_runs_what_it_reads() -> None:
    """No data is read in a format that can hold code, and no text is run."""
    assert {} == {name: there for name, tree in MODULES.items() if (there := RUNS_WHAT_IT_READS & set(imported(tree)))}
    assert {} == found(*RUNS_TEXT, plain=True)


def test_xml_is_read_in_few_places() -> None:
    """Nothing but the file store's receipts and drawn signatures is read as XML."""
    readers = {name for name, tree in MODULES.items() if XML & set(imported(tree)) and not name.startswith("testing/")}

    assert READS_XML == readers


def test_logs_are_silent_by_default() -> None:
    """The package's logger says nothing unless the program that uses it wants to hear it."""
    logger = logging.getLogger("clinikomigrate")

    assert [logging.NullHandler] == [type(handler) for handler in logger.handlers]
    assert (logging.NOTSET, True) == (logger.level, logger.propagate)


def test_no_other_program_is_started() -> None:
    """Nothing but simulated accounts ever has a process of its own."""
    assert {} == {name: there for name, tree in MODULES.items() if (there := STARTS_PROGRAMS & set(imported(tree)))}
    assert {} == found("system", "popen", "spawnv", "execv", "fork")


def test_nothing_goes_out_but_through_the_wire() -> None:
    """No other library that speaks to other machines is used."""
    assert {} == {name: there for name, tree in MODULES.items() if (there := FETCHES_ELSEWHERE & set(imported(tree)))}


def test_nothing_is_printed() -> None:
    """A library prints nothing."""
    assert {} == found("print", plain=True)


def test_only_known_lines_are_logged() -> None:
    """Each line of the log is known, made of a constant text, and comes without an exception's traceback."""
    lines = {
        module: sorted(
            (ast.unparse(call.func), str(getattr(call.args[0], "value", None)))
            for call in called(tree)
            if isinstance(call.func, ast.Attribute)
            and ast.unparse(call.func.value) in {"logger", "logging", "log", "_logger", "_log"}
            and is_of(call, "debug", "info", "warning", "error", "critical", "exception", "log")
        )
        for module, tree in MODULES.items()
    }

    assert LOGS == {module: there for module, there in lines.items() if there}


def test_only_known_modules_write_files() -> None:
    """A file is made by the journal and by reports, and by nothing that could take its name from a record."""
    made = found("write_text", "write_bytes", "touch", "mkstemp", "NamedTemporaryFile") | found("open", plain=True)
    opened = {
        module
        for module, tree in MODULES.items()
        for call in called(tree)
        if is_of(call, "open") and (ast.unparse(call.func) == "os.open" or any(_is_mode(each) for each in call.args))
    }

    assert WRITES_FILES == {*made, *opened}


def _is_mode(node: ast.expr) -> bool:
    """Tells whether an argument says that a file is opened for more than reading."""
    return isinstance(node, ast.Constant) and node.value not in ONLY_READS
