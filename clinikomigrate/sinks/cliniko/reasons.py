"""Why something could not be carried. Each sentence holds for every record that it is said of, and quotes none."""

from __future__ import annotations

from typing import Final

from clinikomigrate.sinks.cliniko import words

BY_COMPANY: Final = "the API wants a person's name, and the source has none: the company's name is sent"
BY_PREFERRED: Final = "the API wants a person's name, and the source has only the one they prefer: that is sent"
NO_DIRECTION: Final = (
    "the API wants to know which way it went, and the source doesn't say: it goes as sent by the clinic"
)
NO_MEANS: Final = "the API wants to know by what means it went, and the source doesn't say: it goes as of another kind"
UNTITLED: Final = "the API wants a title, and the note has none: it gets its template's name"
NO_TITLE: Final = f"the API wants a title, and neither the note nor a template has one: it gets {words.UNTITLED!r}"

STAMPED: Final = "the API stamps a record with the time at which it is copied"
SAID: Final = "the API takes no such value; it stands in words in the copy"
NO_FIELD: Final = "the API can read this and not write it"
HISTORY: Final = "what the source sent or counted stays with it"
COUNTRY: Final = "the API takes a country by its code only, and the source has none"
GENDER: Final = "the API no longer takes it, and neither sex nor gender identity says the same"
SERIES: Final = "the API would make the whole series anew; each booking of it goes by itself, without the link"
TEMPLATES: Final = "message templates can't be read through the API; choose them in the destination by hand"
NOT_ARCHIVED: Final = "the API has no way to archive such a record"
PIN: Final = "the API has no way to pin a record"
NO_LINK: Final = "a memo can't be linked to it"
ROSTER: Final = "the API can read weekly rosters and not write them; enter them by hand"
STOCK: Final = "stock levels go with the products; how they came about stays in the source account"
FINANCE: Final = "no interface takes invoices; they stay in the source account"
E_MAILED: Final = "a transfer never lets the destination e-mail a form to a patient"
