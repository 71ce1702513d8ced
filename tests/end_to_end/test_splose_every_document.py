"""Whatever a document shows of a record: when it is emptied or changed, a further document shows how it is by now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import pytest

from clinikomigrate.sinks.splose import reasons
from clinikomigrate.testing import FakeSplose
from tests.end_to_end.splose import Move, set_up
from tests.end_to_end.test_splose_top_up import change
from tests.sinks.splose.documents.pdf import holds, squeezed, text_of
from tests.traps.clinic import Clinic

_FIELDS: Final[Mapping[str, Mapping[str, tuple[Any, Any]]]] = {
    "treatment_notes": {"title": ("First visit", "Second visit"), "content": ("Swollen", "Healed")},
    "patient_forms": {"name": ("Intake", "Discharge"), "content": ("Swollen", "Healed")},
    "patient_cases": {"notes": ("By the door", "By the window")},
    "memos": {"content": ("See you soon", "See you late")},
    "emails": {"content_subject": ("Your visit", "Your bill")},
    "sms": {"to": ("Ada Example", "Eva Example")},
    "attendees": {"notes": ("Ran late", "Early"), "arrived": (True, False)},
}
"""By record: some of the fields that a document shows, each with a value and another one."""

_CASES: Final = [(kind, name) for kind, names in _FIELDS.items() for name in names]
_SENT: Final[Mapping[str, dict[str, Any]]] = {
    "memos": {"category_code": 12},
    "emails": {"category_code": 1, "type_code": 2},
    "sms": {"category_code": 1, "type_code": 1},
}


def _stored(kind: str, name: str, value: Any) -> Any:
    """Gives a value as the account keeps it."""
    if name != "content" or kind in _SENT or value is None:
        return value
    question = {"name": "Knee", "type": "paragraph", "answer": value}
    return {"sections": [{"name": "Findings", "questions": [question]}]}


def _made(clinic: Clinic, kind: str, patient: str, values: dict[str, Any]) -> tuple[str, str]:
    """Makes a record; gives its kind and id."""
    match kind:
        case "treatment_notes":
            return kind, clinic.note(patient, **values)
        case "patient_forms":
            return kind, clinic.form(patient, **values)
        case "patient_cases":
            return kind, clinic.add(kind, patient_id=patient, **{"name": "Knee", **values})
        case "attendees":
            seat = clinic.attendee_of(clinic.visit(patient))
            clinic.source.store.change(kind, clinic.source.store.at(kind, seat), **values)
            return kind, seat
    sent = {"content": "Hello", **_SENT[kind], **values}
    return "communications", clinic.add("communications", patient_id=patient, **sent)


@pytest.mark.parametrize("empty", [True, False], ids=["emptied", "changed"])
def test_what_a_document_shows_is_told_anew(tmp_path: Path, empty: bool) -> None:
    """Once; the report counts the earlier document of a note and of a form as one to be deleted by hand."""
    clinic = Clinic(tmp_path)
    made: dict[tuple[str, str], tuple[str, str, str]] = {}
    for number, (kind, name) in enumerate(_CASES):
        patient = clinic.patient(last_name=f"Case{number:03}")
        values = {name: _stored(kind, name, _FIELDS[kind][name][0])}
        made[kind, name] = (*_made(clinic, kind, patient, values), f"Case{number:03}")
    workspace = FakeSplose(clock=clinic.source.clock)
    set_up(clinic.source, workspace)
    move = Move(clinic.source, workspace, clinic.journal, {"documents": "each"})
    with clinic.source.in_process(), workspace.in_process():
        move.transfer().run()
        before = _files(workspace)
        clinic.source.clock.sleep_until(clinic.source.clock.monotonic() + 86_400)
        for (kind, name), (stored, id, _) in made.items():
            change(move, stored, id, **{name: None if empty else _stored(kind, name, _FIELDS[kind][name][1])})
        report = move.transfer().run()
        after = _files(workspace)
        move.transfer().run()

        assert Counter(map(len, _files(workspace).values())) == Counter(map(len, after.values()))
    own = [kind for kind, _ in _CASES if kind in ("treatment_notes", "patient_forms")]
    assert sum(loss.records for loss in report.losses if loss.reason == reasons.EARLIER) == len(own)
    for (kind, name), (_, _, whose) in made.items():
        further = [content for title, content in after[whose].items() if title not in before.get(whose, {})]

        assert len(further) == 1, (kind, name)

        value, other = _FIELDS[kind][name]
        if isinstance(value, str):
            text = squeezed(text_of(*map(BytesIO, further)))

            assert not holds(text, value), (kind, name)
            assert empty or holds(text, other), (kind, name)


def _files(workspace: FakeSplose) -> dict[str, dict[str, bytes]]:
    """Gives the files of each client, by last name."""
    names = {str(row["id"]): str(row["lastname"]) for row in workspace.rows("patients")}
    found: dict[str, dict[str, bytes]] = {name: {} for name in names.values()}
    for row in workspace.rows("patient_files"):
        found[names[str(row["patientId"])]][str(row["name"])] = row["content"]
    return found
