"""A patient's record as PDF documents, for a destination that takes files but no notes, forms or messages.

Needs the extra `splose`.
"""

from __future__ import annotations

from clinikomigrate.sinks.splose.documents.documents import Arrangement, Document, Documents, PatientRecord
from clinikomigrate.sinks.splose.documents.records import Names, Visit

__all__ = ["Arrangement", "Document", "Documents", "Names", "PatientRecord", "Visit"]
