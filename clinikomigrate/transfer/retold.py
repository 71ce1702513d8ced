"""Remembers in the journal what a transfer was told, so that a report can say what it was told otherwise before."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

import attrs

from clinikomigrate.transfer.journal import Journal, noted_values
from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.phrases import listed
from clinikomigrate.transfer.planned import Settings

NOTE: Final = "settings"
"""The name of the note in the journal."""
_FORM: Final = 1


@attrs.frozen
class ChangedSetting:
    """A setting that is another one than in the run before.

    Attributes:
        setting: Its name: `"filter"`, `"mapper"`, `"existing"`, `"include"`, or one of the sink's, `"authors"`.
        before: What it was.
        now: What it is.
    """

    setting: str
    before: str
    now: str

    def __str__(self) -> str:
        return f"{self.setting}: was {self.before}, is {self.now}"


@attrs.frozen
class Told:
    """What the journal keeps of settings.

    Attributes:
        reported: Those of the last run of which there was a report.
        latest: Those of the last run, which may have been killed.
    """

    reported: Settings
    latest: Settings


def begin(journal: Journal, settings: Settings) -> tuple[ChangedSetting, ...]:
    """Notes what a run was told.

    Args:
        journal: Keeps it; it is open.
        settings: What the run was told.

    Returns:
        What is otherwise than in the last run that there was a report of, or in a later one that was killed.
    """
    told = _noted(journal)
    if told is None:
        _keep(journal, Told(settings, settings))
        return ()
    _keep(journal, Told(told.reported, settings))
    changes = {change.setting: change for each in (told.reported, told.latest) for change in _changes(each, settings)}
    return tuple(changes.values())


def end(journal: Journal, settings: Settings) -> None:
    """Notes that there is a report of what a run was told.

    Args:
        journal: Keeps it; it is open.
        settings: What the run was told.
    """
    _keep(journal, Told(settings, settings))


def _noted(journal: Journal) -> Told | None:
    note = noted_values(journal, NOTE)
    if note.get("form") != _FORM:
        return None
    return Told(Settings.read(note["reported"]), Settings.read(note["latest"]))


def _keep(journal: Journal, told: Told) -> None:
    text = json.dumps({"form": _FORM, **attrs.asdict(told)}, ensure_ascii=False)
    if text != journal.noted(NOTE):
        journal.note(NOTE, text)


def _changes(before: Settings, now: Settings) -> Iterator[ChangedSetting]:
    for name in ("filter", "mapper", "existing"):
        if getattr(before, name) != getattr(now, name):
            yield ChangedSetting(name, getattr(before, name), getattr(now, name))
    if before.include != now.include:
        yield ChangedSetting("include", _included(before, now), _included(now, before))
    for name in sorted({*before.sink, *now.sink}):
        was, is_now = before.sink.get(name, ""), now.sink.get(name, "")
        if was != is_now:
            yield ChangedSetting(name, was or "none", is_now or "none")


def _included(settings: Settings, other: Settings) -> str:
    """Says what is included, in as few words as tell it apart from another choice."""
    only = [kind for kind in settings.include if kind not in other.include]
    if len(settings.include) == len(KINDS):
        return "all kinds"
    if only:
        return f"with {listed(only)}"
    return f"without {listed([kind for kind in other.include if kind not in settings.include])}"
