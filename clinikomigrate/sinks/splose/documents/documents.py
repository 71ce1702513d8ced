"""A patient's record as PDF documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal
from zoneinfo import ZoneInfo

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko import models as m
from clinikomigrate.errors import ConfigurationError
from clinikomigrate.sinks.moments import calendar_day
from clinikomigrate.sinks.splose import extra
from clinikomigrate.sinks.splose.documents.blocks import Block, Style, one_line, sentences, title
from clinikomigrate.sinks.splose.documents.filing import LARGEST, file_name
from clinikomigrate.sinks.splose.documents.fonts import Fonts
from clinikomigrate.sinks.splose.documents.records import Names, Records, Signatures, Visit, none_kept
from clinikomigrate.transfer.names import full_name

if TYPE_CHECKING:
    from clinikomigrate.sinks.splose.documents.typesetting import Typesetter

Arrangement = Literal["each", "collected"]

_WHOLE: Final = "patient-record"
_ADDED: Final = "It holds only what is new, or was changed, since the earlier documents of this record were made."
_CHANGED: Final = "It was changed in Cliniko after the version before this one was copied, which is still here."
_LONGEST_NAME: Final = 120
_NO_DATE: Final = datetime(2000, 1, 1, tzinfo=UTC)
_FIRST: Final = datetime(1, 1, 1, tzinfo=UTC)


@attrs.frozen(kw_only=True, repr=False)
class PatientRecord:
    """All that is written about one patient and that documents are made of, in any order.

    Attributes:
        patient: The patient.
        alerts: The medical alerts.
        cases: The cases.
        visits: The appointments, archived and cancelled ones too.
        notes: The treatment notes.
        forms: The patient forms.
        communications: The communications.
    """

    patient: m.Patient
    alerts: Sequence[m.MedicalAlert] = ()
    cases: Sequence[m.PatientCase] = ()
    visits: Sequence[Visit] = ()
    notes: Sequence[m.TreatmentNote] = ()
    forms: Sequence[m.PatientForm] = ()
    communications: Sequence[m.Communication] = ()


@attrs.frozen
class Document:
    """One document, in as many files as it took.

    Attributes:
        paths: The files, in order, each of at most 5 MB. Their names sort by date.
        holds: The records of which all stands in it.
        missing: How often each character was met that no font has, by its number. In the document stands its number,
            `[U+1F600]`.
    """

    paths: tuple[Path, ...]
    holds: tuple[Ref[Any], ...]
    missing: Mapping[int, int]


class Documents:
    """Makes PDF documents of patients' records.

    It can be used for one patient after another. It is not safe in threads.

    Args:
        names: Gives the name of a practitioner, business, appointment type, template, contact, case or booking that a
            record points at; None where it isn't known.
        zone: The zone in which times are told: the source account's. None for UTC.
        arrangement: `"each"` for a document of each note and each form, and one of all the rest; `"collected"` for one
            of everything.
        signatures: Gives the signature of a form by its id, with its drawing; None where it wasn't given away.
        fonts: Files of fonts for characters that DejaVu Sans doesn't have: those of East and South Asia, and emoji.
        largest: How large a file may be, in bytes.

    Raises:
        ConfigurationError: The extra `splose` isn't installed, a file is no font, or there is no such arrangement.
    """

    def __init__(
        self,
        names: Names,
        *,
        zone: ZoneInfo | None = None,
        arrangement: Arrangement = "each",
        signatures: Signatures = none_kept,
        fonts: Iterable[str | Path] = (),
        largest: int = LARGEST,
    ) -> None:
        extra.require(extra.DOCUMENTS)
        if arrangement not in ("each", "collected"):
            raise ConfigurationError('Documents are arranged as "each" or "collected".')
        self._records = Records(names, zone, signatures)
        self._zone = zone
        self._arrangement = arrangement
        self._largest = largest
        self._typesetter = _typesetter(Fonts(fonts))

    def write(self, record: PatientRecord, folder: Path, *, earlier: int = 0) -> Iterator[Document]:
        """Writes a patient's documents, one after the other as they are asked for.

        Args:
            record: All about the patient; where there are earlier documents of the same, what is new or was changed.
            folder: Where the files go. It holds none of the same names: those of another patient, for example.
            earlier: How many documents of the same there are. Name and first line say then which one this is.

        Yields:
            The documents. A patient of whom nothing is written has none. The same record makes the same files, byte by
            byte, as long as fpdf2, uharfbuzz and the fonts stay the same.

        Raises:
            FileExistsError: A file of that name is there already.
        """
        notes, forms = _sorted(record.notes), _sorted(record.forms)
        if self._arrangement == "each":
            for note in notes:
                told = partial(self._records.note, note)
                yield self._written(record.patient, folder, "treatment-note", [note], told, earlier=earlier)
            for form in forms:
                told = partial(self._records.form, form)
                yield self._written(record.patient, folder, "patient-form", [form], told, earlier=earlier)
            record = attrs.evolve(record, notes=(), forms=())
        held = [*record.alerts, *record.cases, *record.notes, *record.forms, *record.communications]
        visited = [each for visit in record.visits for each in (visit.booking, visit.attendee) if each is not None]
        if held or visited:
            told = partial(self._collected, record)
            yield self._written(record.patient, folder, _WHOLE, [*held, *visited], told, earlier=earlier)

    def _written(
        self,
        patient: m.Patient,
        folder: Path,
        kind: str,
        held: Sequence[Any],
        blocks: Callable[[], Iterable[Block]],
        *,
        earlier: int,
    ) -> Document:
        from clinikomigrate.sinks.splose.documents.pages import Description
        from clinikomigrate.sinks.splose.documents.parts import write

        made = max((each.created_at for each in held if each.created_at), default=None)
        id = patient.id if kind == _WHOLE else held[0].id
        which, first = _later(kind, earlier)
        words = kind.replace("-", " ").capitalize()
        name = one_line(full_name(patient) or "")[:_LONGEST_NAME] or "(no name)"
        description = Description(
            head=(name, _identification(patient)),
            foot=", ".join([f"{words} {id}", *([which] if which else []), "copied from Cliniko"]),
            title=f"{words}: {name}",
            made=made or _NO_DATE,
        )
        written = write(
            lambda: (*first, *blocks()),
            self._typesetter,
            description,
            lambda part, parts: folder / file_name(made, kind, id, self._zone, which=which, part=part, parts=parts),
            self._largest,
        )
        return Document(written.paths, tuple(Ref(each.kind, each.id) for each in held), written.missing)

    def _collected(self, record: PatientRecord) -> Iterator[Block]:
        tell = self._records
        chapters: tuple[tuple[str, Sequence[Any], Callable[[Any], Iterable[Block]]], ...] = (
            ("Medical alerts", record.alerts, tell.alert),
            ("Cases", record.cases, tell.case),
            ("Treatment notes", record.notes, tell.note),
            ("Patient forms", record.forms, tell.form),
            ("Communications", record.communications, tell.communication),
        )
        for heading, records, told in chapters[:2]:
            yield from _chapter(heading, (told(each) for each in _sorted(records)))
        if record.visits:
            visits = sorted(record.visits, key=_order)
            yield from _chapter("Appointments", [tell.visits(visits)])
        for heading, records, told in chapters[2:]:
            yield from _chapter(heading, (told(each) for each in _sorted(records)))


def _order(visit: Visit) -> tuple[datetime, str]:
    """Gives where an appointment stands among others: those of which nobody knows the time come first."""
    booking = visit.booking
    return (_FIRST, "") if booking is None else (booking.starts_at or _FIRST, booking.id)


def _later(kind: str, earlier: int) -> tuple[str, tuple[Block, ...]]:
    """Says which of several of the same a document is: behind its name, and in its first line."""
    if not earlier:
        return "", ()
    which, why = (f"addition {earlier}", _ADDED) if kind == _WHOLE else (f"version {earlier + 1}", _CHANGED)
    return which, (sentences([f"{which.capitalize()}. {why}"]),)


def _chapter(heading: str, told: Iterable[Iterable[Block]]) -> Iterator[Block]:
    for number, blocks in enumerate(told):
        if not number:
            yield title(heading, Style.TITLE, outline=0)
        yield from blocks


def _identification(patient: m.Patient) -> str:
    born = f"Born {calendar_day(patient.date_of_birth)}" if patient.date_of_birth else "Birth date unknown"
    reference = one_line(patient.old_reference_id or "")[:_LONGEST_NAME]
    known = [born, f"Cliniko patient {patient.id}", *([f"reference {reference}"] if reference else [])]
    return " · ".join(known)


def _sorted(records: Sequence[Any]) -> list[Any]:
    """Puts records into the order in which they were made."""
    return sorted(records, key=lambda each: (each.created_at or _FIRST, each.id))


def _typesetter(fonts: Fonts) -> Typesetter:
    from clinikomigrate.sinks.splose.documents.typesetting import Typesetter

    return Typesetter(fonts)
