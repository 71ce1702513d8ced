"""What patients drew as signatures stands in their forms' documents and lies in the archive folder, once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from clinikomigrate import Plan, Report, Transfer
from clinikomigrate.cliniko.models import Signature
from clinikomigrate.sinks.splose import reasons
from clinikomigrate.sinks.splose.archive import Archive
from clinikomigrate.testing.log import LoggedRequest
from tests.end_to_end.splose import Move, moving
from tests.sinks.splose.documents.test_signed import photographed
from tests.sinks.test_pictures import PNG, SVG, data

ARRANGEMENTS = ["each", "collected", None]
LATER = "2031-01-01T00:00:00Z"


def sign(move: Move, image: str | None, **more: Any) -> tuple[str, str]:
    """Adds a form with a signature under it, and gives both ids."""
    patient = next(row for row in move.source.rows("patients") if row["merged_with_patient_id"] is None)
    signature = move.source.add("signatures", image=image, user_id=move.source.rows("users")[0]["id"])
    question = {"name": "Sign here", "type": "signature", "required": True, "signature_id": signature}
    content = {"sections": [{"name": "Consent", "questions": [question]}]}
    made = move.source.time_text()
    given = {"patient_id": patient["id"], "name": "Consent", "content": content, "completed_at": made, **more}
    form = move.source.add("patient_forms", **given)
    row = move.source.store.at("signatures", signature)
    move.source.store.change("signatures", row, patient_form_id=form)
    return form, signature


@contextmanager
def signing(tmp_path: Path, documents: str | None) -> Iterator[Move]:
    """Makes a clinic of a few patients without signatures, and the workspace."""
    with moving(tmp_path, patients=3, documents=documents, rate_limit=None) as move:
        for signature in move.source.rows("signatures"):
            for kind, id in (("patient_forms", signature["patient_form_id"]), ("signatures", signature["id"])):
                move.source.store.remove(kind, move.source.store.at(kind, str(id)))
        yield move


def asked(move: Move, since: int = 0) -> list[str]:
    """Gives the ids of the signatures that the source was asked for."""
    return [each.path.rpartition("/")[2] for each in move.source.log[since:] if "/signatures/" in each.path]


def lost(report: Report | Plan) -> dict[str, int]:
    """Counts what is lost of forms' signatures, by the reason."""
    told = {reasons.SIGNATURE_NOT_GIVEN, reasons.SIGNATURE_NOT_SHOWN, reasons.SIGNATURE_UNKNOWN}
    return {each.reason: each.records for each in report.losses if each.reason in told}


def said(move: Move, id: str) -> list[str]:
    """Gives what documents say of a signature, behind its number, up to the end of the sentence that says it."""
    found = []
    for row in move.workspace.rows("patient_files"):
        if "patient-form" in row["name"] or "patient-record" in row["name"]:
            text = " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(row["content"])).pages).split())
            found += [each.partition(".")[0] for each in text.split(f"signature is number {id} in Cliniko")[1:]]
    return found


def pictures(move: Move) -> int:
    """Counts the pictures in documents of forms."""
    rows = [row for row in move.workspace.rows("patient_files") if " patient-" in row["name"]]
    return sum(len(page.images) for row in rows for page in PdfReader(BytesIO(row["content"])).pages)


def files(move: Move) -> dict[str, bytes]:
    """Gives the files of signatures in the archive folder, by their names."""
    return {path.name: path.read_bytes() for path in (move.folder / "signatures").glob("*/*")}


def kept(move: Move) -> dict[str, Signature]:
    """Gives the signatures among the archive's records."""
    archive = Archive(move.folder)
    found = {each.id: each for each in archive.all("signatures")}
    archive.close()
    return found


def ran(move: Move) -> tuple[Transfer, Plan, Report]:
    """Plans and runs; the plan says of signatures what comes of them, and how many requests both accounts get."""
    transfer = move.transfer()
    plan = transfer.plan()
    before, there = len(move.source.log), len(move.workspace.log)
    report = transfer.run()

    assert lost(plan) == lost(report)
    assert plan.losses == report.losses
    assert plan.source_requests == pytest.approx(len(move.source.log) - before, rel=0.05)
    assert plan.destination_requests == pytest.approx(len(move.workspace.log) - there, rel=0.05)
    return transfer, plan, report


@pytest.mark.parametrize("documents", ARRANGEMENTS)
def test_signatures_arrive(tmp_path: Path, documents: str | None) -> None:
    """In the document and in the folder, with and without documents. Nothing is read or kept twice."""
    with signing(tmp_path, documents) as move:
        form, drawn = sign(move, data(SVG.encode()))
        photo = photographed()
        other, taken = sign(move, photo, archived_at=move.source.time_text())
        before = len(move.source.log)
        transfer, _, report = ran(move)
        fetched = asked(move, before)
        there, here = files(move), kept(move)

        assert report.set_aside == []
        assert lost(report) == {}
        assert sorted(fetched) == sorted([drawn, taken] * 2)  # by the plan, and by the run
        assert there.keys() == {f"{form} {drawn}.svg", f"{other} {taken}.png"}
        assert there[f"{form} {drawn}.svg"] == SVG.encode()
        assert {id: each.image for id, each in here.items()} == {drawn: data(SVG.encode()), taken: photo}
        assert all(each.user is not None and each.created_at is not None for each in here.values())
        assert (len(said(move, drawn)), len(said(move, taken)), pictures(move)) == (
            (1, 1, 1) if documents else (0, 0, 0)
        )
        assert all(words.startswith(", made on ") and ", under the user " in words for words in said(move, drawn))

        before, sent = len(move.source.log), len(move.workspace.rows("patient_files"))
        again = transfer.run()

        assert again.ok
        assert asked(move, before) == []
        assert len(move.workspace.rows("patient_files")) == sent
        assert (files(move), kept(move)) == (there, here)
        move.check_quiet()


@pytest.mark.parametrize("documents", ARRANGEMENTS)
def test_what_can_t_be_had_or_shown_is_said(tmp_path: Path, documents: str | None) -> None:
    """As a loss of its form and in the form's document; all others arrive."""
    with signing(tmp_path, documents) as move:
        _, gone = sign(move, data(SVG.encode()))
        move.source.store.remove("signatures", move.source.store.at("signatures", gone))
        form, broken = sign(move, data(PNG, "image/png"))
        _, strange = sign(move, "a hologram")
        _, empty = sign(move, None)
        good, drawn = sign(move, data(SVG.encode()))
        _, _, report = ran(move)
        shown = {reasons.SIGNATURE_NOT_SHOWN: 1} if documents else {}

        assert report.set_aside == []
        assert lost(report) == {reasons.SIGNATURE_NOT_GIVEN: 2, reasons.SIGNATURE_UNKNOWN: 1, **shown}
        assert files(move) == {f"{form} {broken}.png": PNG, f"{good} {drawn}.svg": SVG.encode()}
        assert kept(move).keys() == {broken, strange, drawn}
        assert kept(move)[strange].image == "a hologram"
        if documents:
            assert said(move, gone) == said(move, empty) == [", and could not be had from there"]
            assert all(len(said(move, each)) == 1 for each in (broken, strange, drawn))
        move.check_quiet()


@pytest.mark.parametrize("documents", ARRANGEMENTS)
@pytest.mark.parametrize("comes", [True, False])
def test_a_signature_that_fails_is_tried_by_the_next_run(tmp_path: Path, documents: str | None, comes: bool) -> None:
    """Its document waits for it, and all else goes; if it fails again, the form goes without, and says so."""
    with signing(tmp_path, documents) as move:
        form, drawn = sign(move, data(SVG.encode()))
        good, other = sign(move, photographed())

        def reading(request: LoggedRequest) -> bool:
            return request.path.endswith(f"/signatures/{drawn}")

        move.source.faults.add("503", when=reading, every=1)
        first = move.transfer().run()

        assert [(each.source_id, each.state) for each in first.set_aside if each.kind == "patient_forms"] == [
            (form, "failed")
        ]
        assert said(move, drawn) == []
        assert list(files(move)) == [f"{good} {other}.png"]

        if comes:
            move.source.faults.clear()
        second = move.transfer().run()

        assert second.ok
        assert lost(second) == ({} if comes else {reasons.SIGNATURE_NOT_GIVEN: 1})
        assert (f"{form} {drawn}.svg" in files(move)) is comes
        assert len(said(move, drawn)) == (1 if documents else 0)
        assert all(("could not be had" in words) is not comes for words in said(move, drawn))
        sent = len(move.workspace.rows("patient_files"))
        assert move.transfer().run().ok
        assert len(move.workspace.rows("patient_files")) == sent


def test_a_form_that_is_signed_later_shows_it(tmp_path: Path) -> None:
    """In a further document of it, as with everything that changes."""
    with signing(tmp_path, "each") as move:
        form, drawn = sign(move, photographed())
        row = move.source.store.at("patient_forms", form)
        signed = row["content"]
        move.source.store.change("patient_forms", row, content=None)
        move.transfer().run()
        move.source.store.change("patient_forms", row, content=signed, updated_at=move.source.time_text())
        report = move.transfer().run()

        assert report.kinds["patient_forms"].updated == 1
        assert len(said(move, drawn)) == 1
        assert pictures(move) == 1


def test_the_account_s_settings_lie_in_the_folder(tmp_path: Path) -> None:
    """As they are now; a plan writes nothing."""
    with signing(tmp_path, None) as move:
        transfer = move.transfer()
        transfer.plan()

        assert not move.folder.exists()

        transfer.run()
        move.source.settings["account"]["invoice_title"] = "Account rendered"
        transfer.run()
        archive = Archive(move.folder)
        (settings,) = archive.all("settings")
        archive.close()

        assert settings.account.invoice_title == "Account rendered"
        assert settings.patient_custom_fields_definition.sections
