"""What a clinic's owner should know before the first write into a Cliniko account, a module for each subject."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko import Cliniko
from clinikomigrate.sinks.cliniko.advice import by_hand, endpoints, fields, messages, time_zones
from clinikomigrate.transfer.findings import Finding
from clinikomigrate.transfer.survey import Survey

__all__ = ["advice"]


def advice(client: Cliniko, survey: Survey, matches: Mapping[Ref[Any], str]) -> Iterator[Finding]:
    """Gives warnings and notes about a pair of accounts; only what matters for what goes.

    Args:
        client: The destination's client; it is only read.
        survey: What preflight read of both accounts.
        matches: For matched records the source's ref and the destination's id.
    """
    now = client.server_now()
    yield from time_zones.differ(survey, matches)
    yield from fields.missing(survey)
    yield from endpoints.lacking(client, survey)
    yield from messages.reminders(survey, matches, now)
    yield from messages.follow_ups(survey, matches, now)
    yield from messages.mailing_list(survey)
    yield from messages.practitioner_alerts(survey)
    yield from by_hand.trial_storage(survey)
    yield from by_hand.message_templates(survey)
    yield from by_hand.open_invoices(survey)
    yield from by_hand.not_in_the_api(survey)
    yield from by_hand.no_mobile_number(survey)
