"""Says, in the archive folder, what lies there."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from clinikomigrate.sinks.splose.documents.filing import saved

README: Final = "README.txt"
"""The name of the file."""

_TEXT: Final = """\
WHAT THIS FOLDER IS

A transfer from Cliniko into Splose made this folder. Splose's API does not take everything that Cliniko holds. What
went into Splose, and this folder, are together all that the transfer was given.

It holds health records. Keep it as safe as the medical records that they are: on an encrypted disk, in a backup, open
to nobody who may not read those, and for as long as the law wants such records to be kept. Do not send it by e-mail,
and do not delete it when the move is done. Only the person who ran the transfer can open it.


WHAT IS TO BE DONE BY HAND

files-to-add-by-hand.csv
    The files in the folder "files" that Splose's API does not take: it takes PDFs of at most 5 MB, and images were made
    such PDFs. Open the client in Splose, choose the tab Files, and drag the file there. Then delete it from this
    folder: the next run of the transfer writes the list anew, and a file that was taken out counts as added.
    For a client who is archived Splose may take no file at all. Once such a client is live in Splose, the next run
    sends the file itself, and takes it away from here; so what was dragged over and left here would be there twice.

set-aside.csv
    If there is such a list: records that could not go into Splose, or not wholly, each with the reason and what to do.
    Each run of the transfer writes it anew.

to-delete.csv
    If there is such a list: somebody asked what the transfer had made in Splose, to delete it there by hand. Lines of a
    lower order go first.

in-doubt
    If there is such a folder: files of which it is not known whether they arrived in Splose, because the connection
    broke just then. It has a folder for each client, called by the client's number in Splose. Look whether the file is
    among the client's files. If it is not, drag it there. Then delete it from this folder, and run the transfer again.

clients-to-mend.csv
    If there is such a file: what clients had in Splose until an update of Splose's cleared it. Enter it again in Splose
    by hand; the next run takes off the list what stands there again.

documents
    If there is such a folder: documents of which Splose took no file, because their client is archived. It has a folder
    for each client, called by the client's number in Splose. Drag them to the client's files, and then delete them from
    this folder. What still lies there when the client is live in Splose, the next run of the transfer sends itself, and
    takes it away from here; so what was dragged over and left here would be there twice.


WHAT ELSE LIES HERE

signatures
    If there is such a folder: what patients drew as signatures under forms, in a folder for each patient, called by the
    patient's number in Cliniko. A file is called by the numbers of the form and the signature. The documents of the
    forms show them too, where there are any. Nothing is to be done with these files.

outgoing
    Documents that are on their way into Splose. It is empty when all is done; until then, leave it alone.

records.sqlite
    Every record that the transfer was given, as Cliniko gave it: patients, appointments, notes, forms and their
    answers, messages, cases, invoices and their items, templates, practitioners, businesses, users, prices and so on.
    The account's settings are there too, of the kind "settings": custom fields and all, but for keys and passwords.
    Signatures are of the kind "signatures", with who signed and when.
    While a transfer runs, the files records.sqlite-wal and records.sqlite-shm belong to it: copy all of them together.

    Body charts are neither here nor in Splose, because Cliniko's API gives only their numbers. Look at them in Cliniko,
    or print them there, before that account is closed. It may not give every signature either: the table "drawing" says
    what became of each, and what is "missing".

    Any program for SQLite opens it, for example the free "DB Browser for SQLite". The table "record" has a line for
    each record: its kind, its id in Cliniko, the id of the patient whose it is, and the record itself ("body", in JSON,
    with the names that Cliniko's API has). The table "file" says what became of each patient's file, "upload" which
    files were sent to which client of Splose.

    In Python:

        import json, sqlite3
        rows = sqlite3.connect("records.sqlite").execute("SELECT body FROM record WHERE kind = 'treatment_notes'")
        notes = [json.loads(body) for (body,) in rows]
"""


def explain(folder: Path) -> None:
    """Writes what lies in an archive folder, whole or not at all. It names nobody.

    Args:
        folder: The folder.
    """
    part = folder / f"{README}.part"
    part.unlink(missing_ok=True)
    saved(part, _TEXT.encode()).replace(folder / README)
