"""Patients and the clinic's contacts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final, TypeAlias

from clinikomigrate.client.query import identifier
from clinikomigrate.client.ref import Ref
from clinikomigrate.client.resource import Get, written
from clinikomigrate.errors import ConfigurationError
from clinikomigrate.splose.models import (
    Contact,
    ContactDraft,
    CustomField,
    CustomFieldOption,
    Patient,
    PatientDraft,
    PatientFile,
)
from clinikomigrate.splose.models.patients import CREATED_ONLY, NEEDED_TO_UPDATE
from clinikomigrate.splose.parameters import Parameter, by_keyword
from clinikomigrate.splose.resource import Create, List, Update, require_done
from clinikomigrate.splose.resources.common import CHANGES, PERSON
from clinikomigrate.wire.session import Session

LARGEST_FILE: Final = 5_000_000
"""Bytes. The API says 5 MB; of the two things that this can mean, the smaller."""

Answer: TypeAlias = str | int | Decimal | CustomFieldOption
"""One answer to a field of the clinic's own: a text, a number, or one of the options that it offers."""


class Patients(
    List[Patient],
    Get[Patient],
    Create[Patient, PatientDraft],
    Update[Patient, PatientDraft],
):
    """Patients, whom the product calls clients. They can be neither archived nor deleted through the API."""

    kind = "patients"
    model = Patient
    parameters = by_keyword(
        *CHANGES,
        *PERSON,
        Parameter("birthdate", "date"),
        Parameter("patientTag"),
        Parameter("ids", "ids", field="id", kinds=frozenset({"patients"})),
    )
    create_only = CREATED_ONLY
    update_only = frozenset({"patient_tags"})
    needed_to_update = frozenset(NEEDED_TO_UPDATE)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session

    def set_custom_fields(
        self,
        patient: str | Ref[Patient],
        values: Mapping[str | CustomField, Answer | Sequence[str | int | CustomFieldOption] | None],
    ) -> None:
        """Sets what a patient has in the clinic's own fields.

        Args:
            patient: The patient's id or a Ref.
            values: What each field is to hold, by the field or its id: a text, a number, one of the field's options,
                several of them (or their ids), or None. A text is always sent as a text, also where it is digits.

        Raises:
            ConfigurationError: A field or an option is none.
            BadRequest: The API refused it.
            OutcomeUnknown: It may have been set or not. Setting it again does no harm.
        """
        data = [{"customFieldId": _number(field), "value": _value(value)} for field, value in values.items()]
        template = "/patients/{id}/custom-field"
        answer = self._connection.write("PUT", template, {"id": self._id(patient)}, {"customFieldData": data})
        require_done(answer, f"PUT {template}")

    def upload_file(self, patient: str | Ref[Patient], filename: str, content: bytes) -> PatientFile:
        """Adds a PDF to a patient's files. The API can neither list nor read nor delete files.

        Args:
            patient: The patient's id or a Ref.
            filename: The file's name, in any script, with `.pdf` at its end.
            content: The PDF, at most 5 MB.

        Raises:
            ConfigurationError: It is no PDF, or too large.
            BadRequest: The API refused it.
            OutcomeUnknown: It may have been added or not. Adding it again can double it.
        """
        if not isinstance(content, bytes) or b"%PDF-" not in content[:1024]:
            raise ConfigurationError("patients: upload_file() takes the bytes of a PDF; Splose takes no other files.")
        if not isinstance(filename, str) or not filename.lower().endswith(".pdf") or not filename.isprintable():
            raise ConfigurationError("patients: upload_file() needs a file name in one line that ends in .pdf.")
        if len(content) > LARGEST_FILE:
            raise ConfigurationError(f"patients: a file has {len(content)} bytes; Splose takes {LARGEST_FILE}.")
        template = "/patients/{id}/file"
        answer = self._session.post_file(
            template, {"id": self._id(patient)}, filename=filename, content=content, file_type="application/pdf"
        )
        file: PatientFile = written(PatientFile, answer, f"POST {template}")
        return file


class Contacts(List[Contact], Get[Contact], Create[Contact, ContactDraft]):
    """Doctors, payers and others whom the clinic knows. They can't be changed through the API."""

    kind = "contacts"
    model = Contact
    parameters = by_keyword(*CHANGES, *PERSON)


def _number(record: object) -> int:
    id = record.id if isinstance(record, (CustomField, CustomFieldOption)) else record
    return int(identifier(id, (), "set_custom_fields(): a field or an option", ConfigurationError))


def _value(value: object) -> object:
    match value:
        case CustomFieldOption():
            return _number(value)
        case list() | tuple():
            return [_number(one) for one in value]
        case None | str() | int() | Decimal() if not isinstance(value, bool):
            return value
    raise ConfigurationError(f"set_custom_fields(): a {type(value).__name__} is no answer to a field.")
