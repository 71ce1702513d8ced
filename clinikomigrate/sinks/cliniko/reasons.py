"""Why something could not be carried. Each sentence holds for every record that it is said of, and quotes none."""

from __future__ import annotations

from typing import Final

CUT: Final = "longer than the API takes: cut at its limit"
NO_MATCH: Final = "what it points at is left out, or has no match in the destination"
REFUSED: Final = "not of a form that the API takes; enter it by hand"
STOOD_IN: Final = "the API wants something here, and the source has nothing: a stand-in is sent"
UNTITLED: Final = "the API wants a title, and the note has none: it gets its template's name"
UNKNOWN: Final = "the API sends it, but nothing is known of it and no field takes it"

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
