"""Moves a clinic's records out of Cliniko.

Models of records and drafts are imported from `clinikomigrate.cliniko.models` and `clinikomigrate.splose.models`.
"""

import logging

from clinikomigrate.client.query import Condition, where
from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET, Unset
from clinikomigrate.cliniko import Cliniko
from clinikomigrate.errors import (
    AccountMismatch,
    ApiError,
    ArchiveError,
    Blocked,
    ConfigurationError,
    Error,
    JournalError,
    OutcomeUnknown,
    QueryError,
    TransferError,
    TransportError,
    UnexpectedResponse,
    UploadInDoubt,
)
from clinikomigrate.sinks.cliniko import EXCLUDE, AssignTo, ClinikoMapper, ClinikoSink
from clinikomigrate.sinks.splose import SploseMapper, SploseSink
from clinikomigrate.splose import Splose
from clinikomigrate.transfer.debtors import Debtors
from clinikomigrate.transfer.events import Event
from clinikomigrate.transfer.filters import (
    Active,
    Between,
    ByBusiness,
    ByPatient,
    ByPractitioner,
    Everything,
    Filter,
    SeenSince,
    Since,
)
from clinikomigrate.transfer.findings import Finding, Findings, Level
from clinikomigrate.transfer.follow_ups import Archiving, Cancel, Change, FollowUp, Stage
from clinikomigrate.transfer.journal import Journal
from clinikomigrate.transfer.kinds import ALL_KINDS
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.mapper import Context, Mapped, Mapper, Skip
from clinikomigrate.transfer.mismatches import Mismatch, Why
from clinikomigrate.transfer.persons import Person
from clinikomigrate.transfer.plan import Plan
from clinikomigrate.transfer.report import Report
from clinikomigrate.transfer.scope import Scope
from clinikomigrate.transfer.sink import Account, Made, Present, Sink, Wanted
from clinikomigrate.transfer.transfer import Transfer
from clinikomigrate.transfer.verification import Verification

__all__ = [
    "ALL_KINDS",
    "EXCLUDE",
    "UNSET",
    "Account",
    "AccountMismatch",
    "Active",
    "ApiError",
    "ArchiveError",
    "Archiving",
    "AssignTo",
    "Between",
    "Blocked",
    "ByBusiness",
    "ByPatient",
    "ByPractitioner",
    "Cancel",
    "Change",
    "Cliniko",
    "ClinikoMapper",
    "ClinikoSink",
    "Condition",
    "ConfigurationError",
    "Context",
    "Debtors",
    "Error",
    "Event",
    "Everything",
    "Filter",
    "Finding",
    "Findings",
    "FollowUp",
    "Journal",
    "JournalError",
    "Level",
    "Loss",
    "Made",
    "Mapped",
    "Mapper",
    "Mismatch",
    "OutcomeUnknown",
    "Person",
    "Plan",
    "Present",
    "QueryError",
    "Ref",
    "Report",
    "Scope",
    "SeenSince",
    "Since",
    "Sink",
    "Skip",
    "Splose",
    "SploseMapper",
    "SploseSink",
    "Stage",
    "Transfer",
    "TransferError",
    "TransportError",
    "UnexpectedResponse",
    "Unset",
    "UploadInDoubt",
    "Verification",
    "Wanted",
    "Why",
    "where",
]

logging.getLogger("clinikomigrate").addHandler(logging.NullHandler())
