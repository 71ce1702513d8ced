"""What the copies of patients, and of what is little more than a line about them, must hold."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from .catalogue import archived, phones
from .expectations import Expectation, plain
from .pairing import Accounts, Copy, Original, Row

_TEXTS = (
    "first_name",
    "last_name",
    "preferred_first_name",
    "title",
    "date_of_birth",
    "email",
    "address_1",
    "address_2",
    "address_3",
    "city",
    "state",
    "post_code",
    "country_code",
    "appointment_notes",
    "dva_card_number",
    "emergency_contact",
    "gender_identity",
    "invoice_default_to",
    "invoice_email",
    "invoice_extra_information",
    "medicare",
    "medicare_reference_number",
    "notes",
    "occupation",
    "old_reference_id",
    "referral_source",
    "reminder_type",
    "sex",
    "time_zone",
    "accepted_privacy_policy",
    "accepted_email_marketing",
    "receives_confirmation_emails",
    "receives_cancellation_emails",
)
_PARENTS = (10, 20)
_BLANKS = (None, "", False)


def pair_patients(accounts: Accounts) -> None:
    """Pairs patients. Those that were merged into others must not be in the destination."""
    accounts.pair(
        "patients",
        ("first_name", "last_name", "date_of_birth"),
        [
            Original(row, _expected(accounts, row))
            for row in accounts.source("patients")
            if not row.get("merged_with_patient_id")
        ],
        [Copy(row, _actual(accounts, row)) for row in accounts.destination("patients")],
    )


def _told(row: Row) -> dict[str, object]:
    values = {name: plain(row.get(name)) for name in _TEXTS}
    for purpose in ("reminders", "follow_ups"):
        values[f"{purpose}_communication_channels"] = frozenset(row.get(f"{purpose}_communication_channels") or [])
    values["patient_phone_numbers"] = phones(row.get("patient_phone_numbers"))
    values["pronouns"] = plain({key: value for key, value in (row.get("pronouns") or {}).items() if value})
    values["archived"] = archived(row)
    return values


def _reference(accounts: Accounts, row: Row) -> dict[str, object]:
    """A patient without a reference of their own is marked with the source account's id and theirs."""
    if row.get("old_reference_id"):
        return {}
    return {"old_reference_id": f"cm-{accounts.accounts[0].settings['account']['id']}-{row['id']}"}


def _expected(accounts: Accounts, row: Row) -> dict[str, object]:
    accepted = row.get("accepted_sms_marketing") is True
    return (
        _told(row)
        | _reference(accounts, row)
        | {
            "accepted_sms_marketing": Expectation(
                "true, as it was" if accepted else "anything but true", lambda actual: (actual is True) == accepted
            ),
            "concession_type_id": accounts.copy_of("concession_types", row.get("concession_type_id")),
            "referring_doctor_id": accounts.copy_of("contacts", row.get("referring_doctor_id")),
            "custom_fields": _custom_fields_expected(accounts, row),
        }
    )


def _actual(accounts: Accounts, row: Row) -> dict[str, object]:
    definition = accounts.accounts[1].custom_fields_definition()
    return _told(row) | {
        "accepted_sms_marketing": row.get("accepted_sms_marketing"),
        "concession_type_id": row.get("concession_type_id"),
        "referring_doctor_id": row.get("referring_doctor_id"),
        "custom_fields": custom_fields(row, definition),
    }


def custom_fields(row: Row, definition: dict[str, Any]) -> dict[tuple[str, str], object]:
    """Tells a patient's custom fields by the names that an account gave them.

    Args:
        row: The patient.
        definition: The account's definition of custom fields.

    Returns:
        Text, or chosen options and free words, by section and field; fields without a value are left out.
    """
    names = {
        part["token"]: part["name"]
        for section in definition.get("sections", [])
        for part in (
            section,
            *section["fields"],
            *(option for field in section["fields"] for option in field.get("options") or []),
        )
    }
    told: dict[tuple[str, str], object] = {}
    for section in (row.get("custom_fields") or {}).get("sections") or []:
        for field in section.get("fields") or []:
            key = (names.get(section["token"], "?"), names.get(field["token"], "?"))
            if "options" in field or "other" in field:
                chosen = frozenset(
                    names.get(option["token"], "?") for option in field.get("options") or [] if option.get("selected")
                )
                other = field.get("other") or {}
                free = plain(other.get("value")) if other.get("selected") else None
                if chosen or free:
                    told[key] = (chosen, free)
            elif field.get("value") not in _BLANKS:
                told[key] = field["value"]
    return told


def _custom_fields_expected(accounts: Accounts, row: Row) -> Expectation:
    """Expects each value for which the destination has a field of that name; archived fields may stay behind."""
    there = _offered(accounts.accounts[1].custom_fields_definition(), archived_too=False)
    allowed = _offered(accounts.accounts[1].custom_fields_definition(), archived_too=True)
    full = custom_fields(row, accounts.accounts[0].custom_fields_definition())
    least = {key: value for key, value in ((key, _within(full[key], there.get(key))) for key in full) if value}
    most = {key: value for key, value in ((key, _within(full[key], allowed.get(key))) for key in full) if value}

    def right(actual: dict[tuple[str, str], object]) -> bool:
        return set(least) <= set(actual) <= set(most) and all(
            value in (least.get(key), most[key]) for key, value in actual.items()
        )

    return Expectation(f"custom fields {least!r}", right)


def _offered(definition: dict[str, Any], *, archived_too: bool) -> dict[tuple[str, str], frozenset[str]]:
    """Lists the fields that can be filled in, with the names of their options; `"…"` for free words."""
    offered: dict[tuple[str, str], frozenset[str]] = {}
    for section in definition.get("sections", []):
        for field in section["fields"]:
            if (section.get("archived") or field.get("archived")) and not archived_too:
                continue
            options = {
                option["name"] for option in field.get("options") or [] if archived_too or not option.get("archived")
            }
            if (field.get("other") or {}).get("enabled"):
                options.add("…")
            offered[section["name"], field["name"]] = frozenset(options)
    return offered


def _within(value: object, options: frozenset[str] | None) -> object:
    if options is None:
        return None
    if not isinstance(value, tuple):
        return value
    chosen, free = value
    left = (chosen & options, free if "…" in options else None)
    return left if any(left) else None


def pair_relationships(accounts: Accounts) -> None:
    """Compares relationships, in which it makes no difference from whose side they are seen.

    The API takes one for a pair of patients. Where merging leaves a pair with several, one of them is enough.
    """
    wanted: dict[frozenset[str | None], list[Row]] = defaultdict(list)
    for row in accounts.source("relationships"):
        both = frozenset(accounts.copy_of("patients", row[name]) for name in ("patient_id", "related_patient_id"))
        if len(both) == 2:
            wanted[both].append(row)
    there: dict[frozenset[str | None], list[Row]] = defaultdict(list)
    for row in accounts.destination("relationships"):
        there[frozenset((row["patient_id"], row["related_patient_id"]))].append(row)
    for pair, rows in wanted.items():
        originals = {
            _seen(row, *(accounts.copy_of("patients", row[name]) for name in ("patient_id", "related_patient_id")))
            for row in rows
        }
        found = there.pop(pair, [])
        copies = {_seen(row, row["patient_id"], row["related_patient_id"]) for row in found}
        most = max(Counter(row["patient_id"] for row in rows).values())
        if not found:
            accounts.say(f"relationships {rows[0]['id']}: missing in the destination")
        elif not copies <= originals:
            accounts.say(f"relationships {rows[0]['id']}: is {sorted(copies)}, must be {sorted(originals)}")
        elif max(Counter(row["patient_id"] for row in found).values()) > most:
            accounts.say(f"relationships {rows[0]['id']}: doubled in the destination")
    for strangers in there.values():
        for row in strangers:
            accounts.say(f"relationships {row['id']} in the destination: there is no such record in the source")


def _seen(row: Row, patient: object, related: object) -> tuple[str, str, bool]:
    """Tells a relationship so that it is the same from both sides, and whether it is archived."""
    if row.get("relation") not in _PARENTS:
        return str(row.get("relation")), "", archived(row)
    parent = patient if row["relation"] == _PARENTS[0] else related
    return "parent", str(parent), archived(row)


def pair_referral_sources(accounts: Accounts) -> None:
    """Pairs referral sources: one a patient; that of a patient who was merged yields to the own one of who is left."""
    own = {row["patient_id"] for row in accounts.source("referral_sources")}
    survivors = Counter(accounts.survivor(patient) for patient in own)
    originals = []
    for row in accounts.source("referral_sources"):
        kind = accounts.source_row("referral_source_types", row.get("referral_source_type_id")).get("referrer_type")
        referrer = "contacts" if kind == "Contact" else "patients"
        survivor = accounts.survivor(row["patient_id"])
        originals.append(
            Original(
                row,
                {
                    "patient_id": accounts.copy_of("patients", row["patient_id"]),
                    "referral_source_type_id": accounts.copy_of(
                        "referral_source_types", row.get("referral_source_type_id")
                    ),
                    "referrer_id": accounts.copy_of(referrer, row.get("referrer_id")),
                    "subcategory": plain(row.get("subcategory")),
                    "notes": plain(row.get("notes")),
                },
                optional=survivor != row["patient_id"] and survivors[survivor] > 1,
            )
        )
    copies = accounts.destination("referral_sources")
    accounts.pair(
        "referral_sources",
        ("patient_id",),
        originals,
        [
            Copy(row, {name: plain(row.get(name)) for name in originals[0].expected} if originals else {})
            for row in copies
        ],
    )
    there = {row["patient_id"] for row in copies}
    for survivor, number in survivors.items():
        if number > 1 and survivor not in own and accounts.copy_of("patients", survivor) not in there:
            accounts.say(f"referral_sources of patient {survivor}: missing in the destination")


def pair_small_records(accounts: Accounts) -> None:
    """Pairs alerts and recalls."""
    _pair_simple(accounts, "medical_alerts", ("patient_id", "name"), {})
    _pair_simple(accounts, "recalls", ("patient_id", "recall_at"), {"recall_type_id": "recall_types"}, ("notes",))


def _pair_simple(
    accounts: Accounts, kind: str, keys: tuple[str, ...], links: dict[str, str], texts: tuple[str, ...] = ()
) -> None:
    def told(row: Row) -> dict[str, object]:
        values = {name: plain(row.get(name)) for name in (*keys[1:], *texts)}
        return values | {"archived": archived(row)}

    pointers = {keys[0]: "patients", **links}
    accounts.pair(
        kind,
        keys,
        [
            Original(row, told(row) | {name: accounts.copy_of(to, row.get(name)) for name, to in pointers.items()})
            for row in accounts.source(kind)
        ],
        [Copy(row, told(row) | {name: row.get(name) for name in pointers}) for row in accounts.destination(kind)],
    )
