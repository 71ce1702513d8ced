"""A progress bar for terminals and notebooks, made of a transfer's events. Needs the extra `progress`."""

from __future__ import annotations

from types import TracebackType
from typing import Final, NoReturn, Self, TextIO

import attrs

from clinikomigrate.errors import ConfigurationError
from clinikomigrate.transfer.events import (
    Event,
    FollowUpDone,
    KindFinished,
    KindStarted,
    RecordSettled,
    RunFinished,
    RunStarted,
    StageStarted,
    Waiting,
)

_FORMAT: Final = "{percentage:3.0f}%|{bar}| {desc} [{elapsed}]"


class ProgressBar:
    """Shows how far a run is.

        with ProgressBar() as bar:
            transfer.run(on_event=bar)

    The bar counts records, and follow-ups once the finishing pass has begun. It knows of a kind when that kind starts:
    so its total grows, a few times early on, and the share that is done can step back. Kinds that run side by side
    share the one bar; it names the largest of them. It is drawn at most ten times a second.

    A bar can be used for one run after another; each run has a line of its own.

    Args:
        file: Where a terminal's bar is written; standard error by default.

    Raises:
        ConfigurationError: tqdm is not installed.
    """

    def __init__(self, file: TextIO | None = None) -> None:
        try:
            import tqdm.auto  # noqa: F401 - only to know that it is there
        except ImportError:
            raise ConfigurationError("The progress bar needs tqdm: pip install 'clinikomigrate[progress]'.") from None
        self._file = file
        self._line: _Line | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Leaves the bar as it stands; the next run begins a new one."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def __call__(self, event: Event) -> None:
        """Takes one event."""
        if isinstance(event, RunStarted):
            self.close()
        if self._line is None:
            self._line = _Line(self._file)
        self._line.take(event)
        if isinstance(event, RunFinished):
            self.close()


@attrs.define
class _Part:
    """What is at work: a kind, or a stage of the finishing pass."""

    expected: int
    done: int = 0


class _Line:
    """One run's bar.

    The bar itself always goes from 0 to 1: a notebook's bar can't be given another total once it is drawn.
    """

    def __init__(self, file: TextIO | None) -> None:
        from tqdm.auto import tqdm

        self._bar: tqdm[NoReturn] = tqdm(total=1.0, file=file, dynamic_ncols=True, miniters=0, bar_format=_FORMAT)
        self._parts: dict[str, _Part] = {}
        self._done = 0
        self._total = 0
        self._width = 0

    def take(self, event: Event) -> None:
        match event:
            case KindStarted(kind=kind, expected=expected):
                self._start(kind.replace("_", " "), expected)
            case RecordSettled(kind=kind):
                self._step(kind.replace("_", " "))
            case KindFinished(kind=kind):
                self._finish(kind.replace("_", " "))
            case StageStarted(stage=stage, owed=owed):
                self._finish_all()
                self._start(f"finishing: {stage}", owed)
            case FollowUpDone(stage=stage):
                self._step(f"finishing: {stage}")
            case Waiting(seconds=seconds, reason=reason):
                self._draw(f"waiting {seconds:.0f} s ({reason})", now=True)
            case RunFinished() if self._done == self._total:
                self._draw("done", share=1.0, now=True)
            case RunFinished():
                self._draw("ended early", now=True)
            case _:
                self._draw(self._at_work())

    def close(self) -> None:
        self._bar.close()

    def _start(self, part: str, expected: int) -> None:
        self._parts[part] = _Part(expected)
        self._total += expected
        self._draw(self._at_work())

    def _step(self, name: str) -> None:
        part = self._parts.setdefault(name, _Part(0))
        part.done += 1
        self._done += 1
        if part.done > part.expected:
            part.expected += 1
            self._total += 1
        self._draw(self._at_work())

    def _finish(self, name: str) -> None:
        """Takes back what was expected and did not come: records that a filter left out, or that nothing takes."""
        part = self._parts.pop(name, _Part(0))
        self._total -= part.expected - part.done
        self._draw(self._at_work())

    def _finish_all(self) -> None:
        for part in list(self._parts):
            self._finish(part)

    def _at_work(self) -> str:
        parts = sorted(self._parts, key=lambda name: self._parts[name].expected, reverse=True)
        more = f" +{len(parts) - 1}" if len(parts) > 1 else ""
        return f"{parts[0]}{more}" if parts else ""

    def _draw(self, what: str, *, share: float | None = None, now: bool = False) -> None:
        self._width = max(self._width, len(what))  # so that what stands beside it keeps still
        text = f"{self._done:>{len(str(self._total))}}/{self._total} {what:<{self._width}}"
        self._bar.set_description_str(text, refresh=False)
        reached = share if share is not None else self._done / max(self._total, 1)
        self._bar.update(reached - self._bar.n)
        self._bar.n = reached  # sums of fractions drift
        if now:
            self._bar.refresh()
