"""What a clinic's owner should know before the first write into Splose."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from clinikomigrate.cliniko.models import Settings
from clinikomigrate.errors import ArchiveError
from clinikomigrate.sinks.splose import custom_fields
from clinikomigrate.sinks.splose.archive.folder import Folder
from clinikomigrate.sinks.splose.clearing import Clearing
from clinikomigrate.sinks.splose.codes import CODES
from clinikomigrate.sinks.splose.field_names import in_words
from clinikomigrate.sinks.splose.fields.documents import DOCUMENTS
from clinikomigrate.sinks.splose.left_behind import LEFT_BEHIND
from clinikomigrate.sinks.splose.mapping.family import of
from clinikomigrate.sinks.splose.outcomes_advice import outcomes_advice
from clinikomigrate.splose import Splose
from clinikomigrate.transfer.accounts import source_id
from clinikomigrate.transfer.batches import batched
from clinikomigrate.transfer.findings import Finding
from clinikomigrate.transfer.phrases import listed, many_of
from clinikomigrate.transfer.source import IDS_A_REQUEST
from clinikomigrate.transfer.survey import Survey

_CLINICAL: Final = tuple(dict.fromkeys(model.kind for model in LEFT_BEHIND if model.kind != "appointment_types"))
_TOLD: Final = frozenset(model.kind for model in DOCUMENTS)


def advice(survey: Survey) -> Iterator[Finding]:
    """Gives warnings and notes; only what matters for what goes.

    Args:
        survey: What preflight read of both accounts.
    """
    yield from _missing_fields(survey)
    yield from _left_behind(survey)
    yield from _files(survey)
    yield from outcomes_advice(survey)
    if survey.goes("patients"):
        yield CODES.finding(
            "splose-no-undo",
            "Splose's API takes nothing back: undo() removes nothing there, and gives a CSV of what is to be deleted "
            "by hand, in which order.",
            "Move a few patients first (filter=ByPatient(...)), and look at them in Splose before all others go.",
            kind="patients",
        )


def of_archive(folder: Folder, survey: Survey) -> Iterator[Finding]:
    """Says whether the archive folder is this transfer's, and can be used.

    Args:
        folder: Where it is.
        survey: What preflight read of both accounts.
    """
    if survey.account is None or survey.settings is None:
        return
    obstacle = folder.obstacle()
    if obstacle is not None:
        yield CODES.finding("splose-archive", *obstacle)
        return
    try:
        is_ours = folder.between(source_id(survey.settings), survey.account.id)
    except ArchiveError as error:
        yield CODES.finding("splose-archive", str(error), "Put that right first: it may need the folder's backup.")
        return
    if not is_ours:
        yield CODES.finding(
            "splose-archive",
            f"The archive folder {folder.archive.path} belongs to a transfer between other accounts.",
            "Give this transfer a folder of its own: SploseSink(..., archive=...).",
        )
    elif survey.goes_on and folder.is_new:
        yield CODES.finding(
            "splose-archive",
            f"An earlier run had another archive folder than {folder.archive.path}, or that one is gone. It remembers "
            "which documents and files are in Splose; without it they would all go a second time.",
            "Put the folder of the earlier runs there, or say where it is: SploseSink(..., archive=...). If it is lost "
            "for good, begin with another journal and existing='adopt'; what is in Splose of documents and files comes "
            "a second time then.",
        )


def of_damaged(clearing: Clearing, client: Splose) -> Iterator[Finding]:
    """Names the clients of whom an update of an earlier run cleared something that nobody has entered again.

    Args:
        clearing: Remembers them.
        client: The workspace's client.
    """
    for some in batched(clearing.damaged(), IDS_A_REQUEST):
        for patient in client.patients.list(ids=list(some), include_archived=True):
            lacks = clearing.lacking(patient)
            if lacks:
                step = f"Enter again of client {patient.id} in Splose by hand: {in_words(lacks)}."
                yield CODES.finding(
                    "splose-updates-clear",
                    f"Splose's updates clear what they can't give. An earlier run changed client {patient.id}, who "
                    f"lacks since: {in_words(lacks)}. No further client is changed.",
                    f"{step} clients-to-mend.csv in the archive folder has what stood there.",
                    kind="patients",
                    afterwards=step,
                )


def _files(survey: Survey) -> Iterator[Finding]:
    if survey.goes("patient_attachments"):
        yield CODES.finding(
            "splose-files",
            "Splose takes PDFs of at most 5 MB as clients' files. Images are made PDFs without loss; every other file "
            "goes into the archive folder.",
            "After the run, add by hand what the archive folder's files-to-add-by-hand.csv lists; plan() counts it.",
            kind="patient_attachments",
        )


def _missing_fields(survey: Survey) -> Iterator[Finding]:
    there = of(survey).custom_fields
    settings = survey.settings
    defined = settings.patient_custom_fields_definition if isinstance(settings, Settings) else None
    names = custom_fields.lacking(defined, there)
    if names and survey.goes("patients"):
        yield CODES.finding(
            "splose-custom-fields",
            f"The workspace has no custom fields of these names: {listed(names)}.",
            "Add them in Splose's settings before the run; what patients have in them stands in their clients' further "
            "information otherwise.",
            kind="patients",
        )
    shared = custom_fields.sharing(defined, there)
    if shared and survey.goes("patients"):
        yield CODES.finding(
            "splose-custom-fields",
            f"The source has these custom fields under one name in several sections, and the workspace has one field "
            f"for them: {listed(shared)}. A text takes each under its section's name, any other field none of them.",
            "Add one field for each in Splose's settings before the run, called by the section and the name: "
            f"{shared[0]!r}.",
            kind="patients",
        )


def _left_behind(survey: Survey) -> Iterator[Finding]:
    told = of(survey).documents is not None and "patients" in survey.included
    kinds = [many_of(kind) for kind in _CLINICAL if survey.goes(kind) and not (told and kind in _TOLD)]
    if kinds:
        yield CODES.finding(
            "splose-left-behind",
            f"Splose's API makes no records of these kinds, of which the source has some: {listed(kinds)}. They don't "
            "go; the report counts each as a loss.",
            "Keep the source; the archive folder has them as data."
            + ("" if told else " Notes, forms and cases can come by Splose's own importer."),
        )
