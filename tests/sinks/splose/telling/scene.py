"""A workspace with a client, a patient's record in an archive, and what tells it."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import attrs
from pypdf import PdfReader

from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.splose.archive import Archive
from clinikomigrate.sinks.splose.documents.showing import version
from clinikomigrate.sinks.splose.telling.drafts import DocumentDraft, FormDocument, NoteDocument, Telling
from clinikomigrate.sinks.splose.telling.teller import Settings, Teller
from tests.sinks.splose.documents.samples import PATIENT, WHEN, paragraph_note
from tests.sinks.splose.workspace import There

OWNER: Ref[m.Patient] = Ref("patients", PATIENT.id)
NOTE = paragraph_note("<p>Knee</p>", id="7", patient=OWNER)
FORM = m.PatientForm(id="8", name="Intake", created_at=WHEN, patient=OWNER)
ALERT = m.MedicalAlert(id="9", name="Latex", created_at=WHEN, patient=OWNER)


@attrs.frozen
class Scene:
    """What a test plays with.

    Attributes:
        there: The workspace.
        archive: The archive, with the patient in it.
        client: The client's id.
        arrangement: How documents are arranged.
    """

    there: There
    archive: Archive
    client: str
    arrangement: Any = "each"

    def keep(self, *records: Any) -> None:
        """Puts records into the archive."""
        self.archive.put(records)

    def teller(self, arrangement: Any = None) -> Teller:
        """Makes what tells, as a new run would."""
        return Teller(self.there.client, self.archive, Settings(arrangement or self.arrangement))

    def draft(self, record: Any, client: str | None = None) -> DocumentDraft:
        """Makes the draft of a note or form."""
        kind = NoteDocument if isinstance(record, m.TreatmentNote) else FormDocument
        return kind(patient_id=client or self.client, record=record.id, version=version(record))

    def tell(self, arrangement: Any = None, *, client: str | None = None, patient: str = PATIENT.id) -> Any:
        """Tells the rest."""
        return self.teller(arrangement).tell(client or self.client, Telling(patient=patient))

    def owed(self, *records: Any, arrangement: Any = None) -> list[str]:
        """Shows records, and says who is owed more."""
        self.keep(*records)
        return [ref.id for ref, _ in self.teller(arrangement).owed(records)]

    @property
    def files(self) -> list[str]:
        """The names of the files that the workspace has, in the order of their arrival."""
        return [str(row["name"]) for row in self.there.fake.rows("patient_files")]

    def texts(self) -> Iterator[str]:
        """Gives what each file says."""
        for row in self.there.fake.rows("patient_files"):
            yield "\n".join(page.extract_text() for page in PdfReader(BytesIO(row["content"])).pages)

    @property
    def on_their_way(self) -> list[Path]:
        """What lies in the folder of documents that are on their way."""
        return sorted((self.archive.path / "outgoing").glob("*/*"))
