"""Compares what a clinic wrote about its patients with the documents among the clients' files in a workspace of Splose.

Nothing here knows how the documents came about: the source is read through its client, and text is taken out of the
files as a reader's search does.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from io import BytesIO
from typing import Any

import attrs
from pypdf import PdfReader

from clinikomigrate.cliniko import Cliniko
from clinikomigrate.sinks.answers import says
from clinikomigrate.sinks.splose.documents import PatientRecord
from tests.comparison.splose import Rows
from tests.sinks.splose.documents.clinic import read, texts
from tests.sinks.splose.documents.pdf import body_of, holds, squeezed

_NAME = re.compile(
    r"\d{4}-\d\d-\d\d (treatment-note|patient-form|patient-record) (\w+)"
    r"(?: version (\d+)| addition (\d+))?(?: part (\d+) of (\d+))?\.pdf"
)


def differences(
    source: Cliniko,
    workspace: Rows,
    clients: Mapping[str, str],
    *,
    collected: bool,
    changed: Collection[tuple[str, str]] = (),
) -> list[str]:
    """Finds every record that no document tells, or more than one, and every document too many.

    What is new or was changed may stand in further documents; what was not changed stands in one of them.

    Args:
        source: The account that was copied.
        workspace: The workspace.
        clients: Who of the workspace's clients stands for which patient of the source.
        collected: Whether notes and forms were to stand in the one document of each client.
        changed: By kind and id, which records were changed since the transfer began, each once.

    Returns:
        One line for each difference.
    """
    files: dict[str, dict[tuple[str, str], list[Any]]] = defaultdict(lambda: defaultdict(list))
    found: list[str] = []
    for row in sorted(workspace.rows("patient_files"), key=lambda each: str(each["name"])):
        name = _NAME.fullmatch(str(row["name"]))
        if name is not None:
            files[str(row["patientId"])][name[1], name[2]].append(row)
    for patient in _people(source):
        client = files.pop(clients[patient.patient.id], {})
        found += _of_client(patient, client, changed, collected=collected)
    return found + [f"client {client}: documents of nobody's" for client in files]


def _people(source: Cliniko) -> Iterator[PatientRecord]:
    """Gives the record of each patient who remains, with those of whoever was merged into the patient."""
    records, _ = read(source)
    by_id = {each.patient.id: each for each in records}
    winners = {id: each.patient.merged_with_patient for id, each in by_id.items()}
    whose: dict[str, list[PatientRecord]] = defaultdict(list)
    for id, each in by_id.items():
        last = id
        while (winner := winners[last]) is not None:
            last = winner.id
        whose[last].append(each)
    names = [field.name for field in attrs.fields(PatientRecord)[1:]]
    for id, all_of_them in whose.items():
        lists: dict[str, Any] = {
            name: tuple(one for each in all_of_them for one in getattr(each, name)) for name in names
        }
        yield attrs.evolve(by_id[id], **lists)


def _of_client(
    record: PatientRecord,
    files: dict[tuple[str, str], list[Any]],
    changed: Collection[tuple[str, str]],
    *,
    collected: bool,
) -> Iterator[str]:
    own = () if collected else (*record.notes, *record.forms)
    for each in own:
        note = each.kind == "treatment_notes"
        one: dict[str, Any] = {"notes" if note else "forms": (each,)}
        alone = PatientRecord(patient=record.patient, **one)
        yield from _told(alone, files.pop(("treatment-note" if note else "patient-form", each.id), []), changed)
    rest = record if collected else attrs.evolve(record, notes=(), forms=())
    told = [each for field in attrs.fields(PatientRecord)[1:] for each in getattr(rest, field.name)]
    if told:
        yield from _told(rest, files.pop(("patient-record", record.patient.id), []), changed)
    yield from (f"a document too many: {name}" for name in files)


def _told(record: PatientRecord, rows: list[Any], changed: Collection[tuple[str, str]]) -> Iterator[str]:
    """Compares a record with the documents of it: the first one, and further ones."""
    what = f"patient {record.patient.id}, {rows[0]['name'] if rows else 'no file'}"
    documents: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        name = _NAME.fullmatch(str(row["name"]))
        documents[_number(name) if name else 0].append(row)
    if sorted(documents) != list(range(1, len(documents) + 1)) or not documents:
        yield f"{what}: documents {sorted(documents)}"
        return
    for number, parts in documents.items():
        names = [str(row["name"]) for row in parts]
        count = max((int(part[6] or 1) for part in map(_NAME.fullmatch, names) if part), default=1)
        if len(parts) != count or len(set(names)) != count:
            yield f"{what}: {len(parts)} files of {count} in document {number}"
            return
    contents = [BytesIO(row["content"]) for row in rows]
    letters = squeezed(body_of(*contents))
    yield from (f"{what}: a text is missing" for text in texts(record) if says(text) and not holds(letters, text))
    titled = [*record.notes, *record.forms, *record.communications, *record.cases]
    chapters = "patient-record" in what
    outline = sum(_titles(PdfReader(content).outline, chapters=chapters) for content in contents)
    again = sum((each.kind, each.id) in changed for each in titled)
    if not len(titled) <= outline <= len(titled) + again:
        yield f"{what}: {outline} titles of {len(titled)}, and {again} changed"
    if record.alerts and Counter(letters)["•"] < len(record.alerts):
        yield f"{what}: an alert is missing"


def _number(name: re.Match[str]) -> int:
    """Says the how manieth document of the same it is, from 1."""
    return int(name[3] or 0) or int(name[4] or 0) + 1


def _titles(outline: list[Any], *, chapters: bool) -> int:
    """Counts the records that a file's outline leads to: all, or what stands below its chapters."""
    return sum(len(each) for each in outline if isinstance(each, list)) if chapters else len(outline)
