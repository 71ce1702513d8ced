"""A clinic full of marks that moves, and a watch over all that comes out of it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from clinikomigrate import ClinikoSink, Event, Report, Transfer
from clinikomigrate.errors import Error
from clinikomigrate.testing import FakeCliniko, empty_destination, make_clinic
from tests.end_to_end.accounts import client
from tests.secrets.marks import MARK, Marks, Secrets, mark
from tests.secrets.watch import Watch

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class Quoting(FakeCliniko):
    """An account that refuses now and then what it is sent, and quotes all of it in its answer.

    Attributes:
        every: It refuses each so-manieth write; none where it is 0.
        refusal: With which status.
    """

    every = 0
    refusal = "422 Unprocessable Entity"
    _writes = 0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answers a request, or quotes it."""
        if environ["REQUEST_METHOD"] != "GET" and self.every:
            self._writes += 1
            if self._writes % self.every == 0:
                said = environ["wsgi.input"].read().decode()
                body = {"message": f"wrong: {said}", "errors": {"name": said, said[:40] or "-": [said]}}
                start_response(self.refusal, [("Content-Type", "application/json")])
                return [json.dumps(body).encode()]
        return super().__call__(environ, start_response)


class Move:
    """A clinic full of marks, the account that it moves to, and a watch over all that comes out.

    Attributes:
        source: The old account; every text about a patient in it has a mark.
        destination: The new one, set up and empty.
        folder: Where journals and reports go, and temporary files.
        marks: Knows which mark was put where.
        watch: Looks at what comes out.
    """

    def __init__(self, folder: Path, *, patients: int = 14, seed: int = 0, **settings: Any) -> None:
        self.folder = folder
        tempfile.tempdir = str(folder)
        self.source = FakeCliniko(**settings)
        make_clinic(self.source, patients=patients, seed=seed)
        made = empty_destination(self.source)
        self.destination = Quoting(subdomain=made.subdomain, seed=1, clock=made.clock)
        self.destination.restore(made.snapshot())
        self.marks = Marks()
        mark(self.source, self.marks)
        self.watch = Watch(Secrets((self.source.key, self.destination.key)))
        self._reports = 0

    def transfer(self, **settings: Any) -> Transfer:
        """Makes the transfer."""
        given: dict[str, Any] = {"journal": self.folder / "clinic.journal", **settings}
        sink = given.pop("sink", None) or ClinikoSink(client(self.destination))
        return Transfer(given.pop("source", None) or client(self.source), sink, **given)

    def all_of_it(self, **settings: Any) -> None:
        """Does all that a user can do with a transfer, and looks at all that comes of it."""
        transfer = self.transfer(**settings)
        self.watch.look("repr", "transfer", f"{transfer!r}")
        self.attempt(transfer.preflight)
        self.attempt(transfer.plan)
        self.attempt(lambda: self.run(transfer))
        self.attempt(lambda: self.run(transfer, only_failed=True))
        self.attempt(lambda: self.run(transfer))
        self.attempt(transfer.verify)
        self.attempt(lambda: transfer.verify(sample=20, files=False))
        self.attempt(transfer.undo)
        for kind in ("patients", "treatment_notes", "patient_attachments"):
            self.attempt(lambda kind=kind: self._identities(transfer, kind))  # type: ignore[misc] # mypy can't infer it
        self.watch.files(self.folder)

    def attempt(self, act: Callable[[], Any]) -> None:
        """Does something, and looks at its result, or at its exception."""
        try:
            result = act()
        except Error as error:
            self.watch.error(error)
        else:
            self.result(result)

    def run(self, transfer: Transfer, **settings: Any) -> Any:
        """Runs it, and looks at each event, and now and then at everything that there is."""
        seen = 0

        def listen(event: Event) -> None:
            nonlocal seen
            seen += 1
            self.watch.look("event", type(event).__name__, f"{event!r}{attrs.asdict(event)}")
            if seen % 200 == 75:
                self.watch.reprs()
                self.watch.files(self.folder)

        return transfer.run(on_event=listen, **settings)

    def result(self, result: Any) -> None:
        """Looks at a result in every form that it has."""
        name = type(result).__name__
        for form in (str, repr):
            self.watch.look("result", name, form(result))
        if hasattr(result, "_repr_html_"):
            self.watch.look("result", f"{name} as HTML", result._repr_html_())
        if hasattr(result, "to_dict"):
            self.watch.look("result", f"{name} as plain data", json.dumps(result.to_dict(), default=str))
        if hasattr(result, "to_csv") and name != "Identities":
            self._reports += 1
            result.to_csv(self.folder / f"{name}-{self._reports}")
        if isinstance(result, Report):
            self.attempt(result.debtors)

    def knows(self, key: str) -> str:
        """Looks for one more key from now on, and returns it."""
        self.watch.secrets = Secrets((*self.watch.secrets.keys, key))
        return key

    def _identities(self, transfer: Transfer, kind: str) -> Any:
        pairs = transfer.identities(kind)
        pairs.to_csv(self.folder / f"{kind}.csv")
        return pairs

    @property
    def leaked(self) -> list[tuple[str, str]]:
        """What came out: where it was, and what it was."""
        return sorted({(where, self.marks.places.get(secret, secret)) for where, secret in self.watch.found})

    @property
    def arrived(self) -> int:
        """How many marks are in the destination: they went through all of the program."""
        return len(
            {found for kind in _TEXTS for row in self.destination.rows(kind) for found in MARK.findall(repr(row))}
        )


_TEXTS = ("patients", "contacts", "treatment_notes", "patient_forms", "patient_attachments", "communications")
