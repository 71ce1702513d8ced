"""The table of kinds."""

from __future__ import annotations

import attrs
import pytest

from clinikomigrate.cliniko import models
from clinikomigrate.errors import ConfigurationError
from clinikomigrate.transfer.kinds import ALL_KINDS, KINDS, check_kinds

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


def test_a_draft_s_required_refs_are_needed_kinds() -> None:
    """A kind needs every kind that its draft can't be without, unless that one is matched and not made."""
    for name, draft in DRAFTS.items():
        if name not in KINDS or KINDS[name].left_behind is not None:
            continue
        for attribute in attrs.fields(draft):
            target = attribute.metadata.get("kind")
            if attribute.metadata.get("required") and isinstance(target, str) and target in KINDS:
                assert target in KINDS[name].needs, f"{name} needs {target}"


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
