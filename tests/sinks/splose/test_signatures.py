"""Drawn signatures are read once, kept, and what can't be had or shown is said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest

from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko import models as m
from clinikomigrate.errors import (
    ConfigurationError,
    Error,
    Forbidden,
    RateLimited,
    ServerError,
    TimedOut,
    Unauthorized,
    UnexpectedResponse,
)
from clinikomigrate.sinks.splose import SploseSink, reasons
from clinikomigrate.sinks.splose.archive.drawings import NEVER, Drawings
from clinikomigrate.sinks.splose.archive.folder import Folder
from clinikomigrate.sinks.splose.signatures import Signatures
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.mapper import Fetch
from tests.sinks.splose.samples import INCLUDED, context, documented
from tests.sinks.splose.workspace import There
from tests.sinks.test_pictures import PNG, SVG, data

BROKEN = data(PNG, "image/png")


def refusal(kind: type[Any]) -> Any:
    """Makes an error of the API."""
    return kind(method="GET", path="/patient_forms/{patient_form_id}/signatures/{id}", status=500)


def form(*ids: str | None, **more: Any) -> m.PatientForm:
    """Makes a form with a question for each signature."""
    questions = tuple(m.Question(type="signature", signature_id=id) for id in ids)
    content = m.Content(sections=(m.Section(), m.Section(questions=questions)))
    return m.PatientForm(**{"id": "8", "patient": Ref("patients", "42"), "content": content, **more})


@attrs.define
class Source:
    """Gives signatures.

    Attributes:
        images: By id: the image, or what goes wrong; None for a signature that is gone.
        asked: The ids that were asked for.
    """

    images: dict[str, Any]
    asked: list[str] = attrs.field(factory=list)

    def fetch(self, fetch: Fetch) -> object:
        """Reads a signature."""
        on, signature = fetch.refs
        assert (fetch.what, on) == ("signed", Ref("patient_forms", "8"))
        self.asked.append(signature.id)
        found = self.images[signature.id]
        if isinstance(found, Error):
            raise found
        return None if found is None else m.Signature(id=signature.id, image=found)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    """An archive folder that is not there yet."""
    folder = Folder(tmp_path / "archive")
    yield folder
    folder.close()


def lost(*given: str) -> tuple[Loss, ...]:
    """Gives losses of a form's content."""
    return tuple(Loss("content", reason) for reason in given)


def test_each_signature_is_read_once(folder: Folder) -> None:
    """However often its form comes, and however often it stands there; other questions have none."""
    source, signatures = Source({"5": data(SVG.encode()), "6": SVG}), Signatures(folder, shown=True)
    for _ in range(2):
        assert signatures.keep(form("5", None, "6", "5"), source.fetch) == ()

    assert source.asked == ["5", "6"]
    assert sorted(path.name for path in (folder.archive.path / "signatures" / "42").iterdir()) == ["8 5.svg", "8 6.svg"]


@pytest.mark.parametrize("record", [form(), form(content=None), form(content=m.Content())])
def test_what_was_not_signed_takes_nothing(folder: Folder, record: m.PatientForm) -> None:
    """No request, and no folder."""
    signatures = Signatures(folder, shown=True)

    assert signatures.keep(record, Source({}).fetch) == signatures.foresee(record, Source({}).fetch) == ()
    assert not folder.is_there


@pytest.mark.parametrize(
    ("image", "shown", "expected"),
    [
        (SVG, True, ()),
        (BROKEN, True, lost(reasons.SIGNATURE_NOT_SHOWN)),
        (BROKEN, False, ()),
        ("hologram", True, lost(reasons.SIGNATURE_UNKNOWN)),
        ("hologram", False, lost(reasons.SIGNATURE_UNKNOWN)),
        (None, True, lost(reasons.SIGNATURE_NOT_GIVEN)),
        ("", False, lost(reasons.SIGNATURE_NOT_GIVEN)),
        (refusal(Forbidden), True, lost(reasons.SIGNATURE_NOT_GIVEN)),
        (UnexpectedResponse("it is no object"), True, lost(reasons.SIGNATURE_NOT_GIVEN)),
        (ConfigurationError("'x' is no id"), True, lost(reasons.SIGNATURE_NOT_GIVEN)),
    ],
)
def test_what_can_t_be_had_or_shown_is_lost(
    folder: Folder, image: Any, shown: bool, expected: tuple[Loss, ...]
) -> None:
    """A plan says the same before, with as many requests, and makes nothing."""
    source, signatures = Source({"5": image}), Signatures(folder, shown=shown)

    assert signatures.foresee(form("5"), source.fetch) == expected
    assert not folder.is_there
    assert signatures.keep(form("5"), source.fetch) == expected
    assert source.asked == ["5", "5"]
    assert signatures.foresee(form("5"), source.fetch) == expected
    is_kept = Drawings(folder.archive).of("5") is not None

    assert is_kept is (image in (SVG, BROKEN, "hologram"))
    assert len(source.asked) == 3 - is_kept


def test_another_signature_is_not_taken_for_it(folder: Folder) -> None:
    """Whatever the source answers: nobody's form shows what somebody else drew."""
    found = Signatures(folder, shown=True).keep(form("5"), lambda _: m.Signature(id="6", image=SVG))

    assert found == lost(reasons.SIGNATURE_NOT_GIVEN)
    assert list(folder.archive.all("signatures")) == []


def test_several_that_are_lost_for_one_reason(folder: Folder) -> None:
    """Are one loss of the form; each reason is said."""
    source = Source({"5": None, "6": None, "7": "hologram"})
    found = Signatures(folder, shown=True).keep(form("5", "6", "7"), source.fetch)

    assert found == lost(reasons.SIGNATURE_NOT_GIVEN, reasons.SIGNATURE_UNKNOWN)


@pytest.mark.parametrize(
    "error", [refusal(ServerError), refusal(RateLimited), TimedOut("no answer", method="GET", path="/x", sent=True)]
)
def test_what_fails_is_tried_by_one_more_run(folder: Folder, error: Error) -> None:
    """If it fails again, the form goes without; a run that has it has it."""
    source, signatures = Source({"5": error}), Signatures(folder, shown=True)
    for _ in range(2):
        with pytest.raises(type(error)):
            signatures.foresee(form("5"), source.fetch)
    with pytest.raises(type(error)):
        signatures.keep(form("5"), source.fetch)

    expected = lost(reasons.SIGNATURE_NOT_GIVEN)

    assert signatures.foresee(form("5"), source.fetch) == expected
    assert signatures.keep(form("5"), source.fetch) == expected
    assert Drawings(folder.archive).missing("5") == NEVER

    source.images["5"] = SVG

    assert signatures.keep(form("5"), source.fetch) == ()
    assert Drawings(folder.archive).of("5") is not None


def test_a_key_that_is_not_accepted_any_more_is_no_loss(folder: Folder) -> None:
    """The run ends, and nothing is noted."""
    with pytest.raises(Unauthorized):
        Signatures(folder, shown=True).keep(form("5"), Source({"5": refusal(Unauthorized)}).fetch)

    assert Drawings(folder.archive).missing("5") is None


def test_where_no_patient_goes_nothing_is_shown(there: There, tmp_path: Path) -> None:
    """For a document is its client's; so nothing that can't be shown is lost by that."""
    sink = SploseSink(there.client, archive=tmp_path / "archive")
    for included, expected in ((INCLUDED, lost(reasons.SIGNATURE_NOT_SHOWN)), (INCLUDED - {"patients"}, ())):
        list(sink.prepare(context(included=included, **documented()).survey, {}))

        assert sink.foresee_parts(form("5"), Source({"5": BROKEN}).fetch) == expected
    sink.let_go()


def test_only_forms_have_signatures(there: There, tmp_path: Path) -> None:
    """Of other records nothing is read; without documents nothing need be shown."""
    for documents, expected in (("each", lost(reasons.SIGNATURE_NOT_SHOWN)), (None, ())):
        given: Any = documents
        sink = SploseSink(there.client, archive=tmp_path / str(documents), documents=given)
        source = Source({"5": BROKEN})

        assert sink.foresee_parts(form("5"), source.fetch) == expected
        assert sink.keep_parts(form("5"), source.fetch) == expected
        assert sink.foresee_parts(m.TreatmentNote(id="1"), source.fetch) == ()
        assert sink.keep_parts(m.TreatmentNote(id="1"), source.fetch) == ()
        sink.let_go()
