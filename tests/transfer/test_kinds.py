"""The table of kinds."""

from __future__ import annotations

import attrs
import pytest

from clinikomigrate.cliniko import models
from clinikomigrate.cliniko.resources.fields import FIELDS
from clinikomigrate.errors import ConfigurationError
from clinikomigrate.transfer.kinds import (
    ALL_KINDS,
    APPOINTMENT_KINDS,
    BOOKING_KINDS,
    KINDS,
    MATCHED_KINDS,
    check_kinds,
    pointing_at,
)
from tests.sinks.cliniko.samples import MODELS
from tests.transfer.test_needs import refs_of

NOT_FOLLOWED = {
    ("patients", "merged_with_patient"): "a merged patient doesn't go; what hangs on them goes to whom this names",
    ("patients", "latest_booking"): "follows from the bookings",
    ("individual_appointments", "repeated_from"): "occurrences go one by one",
    ("group_appointments", "repeated_from"): "occurrences go one by one",
    ("unavailable_blocks", "repeated_from"): "occurrences go one by one",
    ("daily_availabilities", "business"): "rosters are entered by hand",
    ("daily_availabilities", "practitioner"): "rosters are entered by hand",
    ("treatment_notes", "practitioner"): "a note is by whoever's key writes it; the author is told in words",
    ("patient_forms", "booking"): "follows from the attendee",
    ("patient_attachments", "user"): "a file is by whoever's key writes it; told in words",
    ("communications", "attendee"): "a memo points at its patient only",
    ("communications", "booking"): "a memo points at its patient only",
    ("communications", "invoice"): "a memo points at its patient only",
    ("invoices", "appointment"): "invoices stay behind",
    ("invoices", "attendee"): "invoices stay behind",
    ("invoices", "business"): "invoices stay behind",
    ("invoices", "original_invoice"): "invoices stay behind",
    ("invoices", "practitioner"): "invoices stay behind",
    ("invoices", "signature"): "invoices stay behind",
    ("invoice_items", "billable_item"): "invoices stay behind",
    ("invoice_items", "product"): "invoices stay behind",
    ("stock_adjustments", "user"): "stock adjustments stay behind",
}
"""Attributes that point at other records and that a transfer does not follow, each with its reason."""

NOT_RELIED_ON = {
    ("unavailable_blocks", "unavailable_block_type"),
    ("referral_sources", "referrer"),
    ("referral_sources", "referral_source_type"),
}
"""Links whose filter is newer than the API's documentation, so that an account may refuse it."""

DRAFTS = {
    draft.kind: draft
    for name in models.__all__
    if name.endswith("Draft") and isinstance(getattr(draft := getattr(models, name), "kind", None), str)
}


def test_each_kind_comes_after_what_it_needs() -> None:
    """The table's order is an order in which records can be made."""
    seen: set[str] = set()
    for kind in KINDS.values():
        assert set(kind.needs) <= seen

        seen.add(kind.name)


@pytest.mark.parametrize("kind", [kind for kind in KINDS.values() if kind.found_by], ids=lambda kind: kind.name)
def test_what_a_record_is_found_by_is_in_its_draft(kind: object) -> None:
    """Each attribute that a record is found by is one that its draft has."""
    row = KINDS[getattr(kind, "name")]  # noqa: B009 - the parameter's type is unknown to mypy
    names = {attribute.name for attribute in attrs.fields(DRAFTS[row.name])}

    assert set(row.found_by) <= names


def test_each_link_of_a_record_is_known() -> None:
    """Each attribute that points at another record stands in the table, or is named as one that is not followed."""
    said = {
        (model.kind, field.name, target)
        for model in MODELS
        for field in attrs.fields(model)
        for target in targets(field.type)
    }
    known = {(kind.name, link.attribute, link.kind) for kind in KINDS.values() for link in kind.links}

    assert known <= said
    assert set(NOT_FOLLOWED) == {(kind, attribute) for kind, attribute, _ in said - known}
    assert set(NOT_FOLLOWED).isdisjoint({(kind, attribute) for kind, attribute, _ in known})


def targets(annotation: object) -> set[str]:
    """Gives the names of the kinds that an attribute can point at."""
    kinds = {kind for kind in refs_of(annotation) if kind}
    return {"bookings"} if set(BOOKING_KINDS) <= kinds else kinds


def test_links_are_found_as_the_api_finds_them() -> None:
    """A link's filter is one that the API has; without one there is none, or none that its documentation knows."""
    for kind in KINDS.values():
        for link in kind.links:
            known = FIELDS[kind.name].get(f"{link.attribute}_id")
            if link.field is None:
                assert known is None or (kind.name, link.attribute) in NOT_RELIED_ON, link
            else:
                assert link.field == f"{link.attribute}_id"
                assert known is not None
                assert link.kind in known.kinds


def test_each_record_hangs_on_its_patient() -> None:
    """Whatever has a patient goes only where the patient goes."""
    assert {model.kind for model in MODELS if any(field.name == "patient" for field in attrs.fields(model))} == {
        kind.name for kind in KINDS.values() if "patients" in {link.kind for link in kind.owners}
    }


def test_what_others_tell_is_a_link_of_theirs() -> None:
    """Where records need not be asked since others say the same, those others have a link to the same kind."""
    for kind in KINDS.values():
        for link in kind.links:
            if link.told_by is not None:
                assert link.kind in {other.kind for other in KINDS[link.told_by].links}


def test_whatever_a_draft_can_point_at_goes_before() -> None:
    """A kind needs every kind that its draft can point at, but for what is matched, and what is filled in later."""
    later = {("patient_cases", "attendee_ids"), ("patient_cases", "patient_attachment_ids")}
    for name, draft in DRAFTS.items():
        for attribute in attrs.fields(draft) if name in KINDS else ():
            kind = attribute.metadata.get("kind", ())
            for target in (kind,) if isinstance(kind, str) else kind:
                names = APPOINTMENT_KINDS if target == "bookings" else (target,)
                if (name, attribute.name) not in later and target not in MATCHED_KINDS:
                    assert set(names) <= set(KINDS[name].needs), f"{name} needs {target}"


def test_a_class_is_pointed_at_as_a_booking() -> None:
    """What points at bookings points at both kinds of appointments, and at no block."""
    pointing = {name: {(kind.name, link.attribute) for kind, link in pointing_at(name)} for name in BOOKING_KINDS}

    assert {
        "individual_appointments": {("attendees", "booking"), ("treatment_notes", "booking")},
        "group_appointments": {("attendees", "booking"), ("treatment_notes", "booking")},
        "unavailable_blocks": set(),
    } == pointing


def test_an_unknown_kind_is_refused_with_the_nearest() -> None:
    """A misspelt name is refused at once, and the message has the right one."""
    with pytest.raises(ConfigurationError, match=r"'patientss'; did you mean 'patients'"):
        check_kinds({"patientss"})
    with pytest.raises(ConfigurationError, match="ALL_KINDS"):
        check_kinds({"zzz"})


def test_a_text_is_no_set_of_kinds() -> None:
    """A single name instead of a set is refused, and the message shows how to write it."""
    with pytest.raises(ConfigurationError, match=r"\{'patients'\}"):
        check_kinds("patients")


def test_attendees_go_with_their_appointments() -> None:
    """Attendees are chosen exactly when a kind of appointment is."""
    assert {"group_appointments", "attendees"} == check_kinds({"group_appointments"})
    assert {"patients"} == check_kinds({"patients", "attendees"})
    assert check_kinds(ALL_KINDS) == ALL_KINDS
