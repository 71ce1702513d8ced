"""Copies a simulated account by hand, past the API: a correct copy, to try the comparison on."""

from __future__ import annotations

import copy
from collections import defaultdict
from typing import Any

from clinikomigrate.testing.fake import FakeCliniko
from clinikomigrate.testing.kinds import KINDS

Row = dict[str, Any]

BY_HAND = ("businesses", "users", "practitioners", "referral_source_types")
ORDER = (
    "practitioner_reference_numbers",
    "taxes",
    "concession_types",
    "product_suppliers",
    "products",
    "billable_items",
    "concession_prices",
    "unavailable_block_types",
    "recall_types",
    "treatment_note_templates",
    "patient_form_templates",
    "appointment_types",
    "appointment_type_billable_items",
    "appointment_type_products",
    "contacts",
    "patients",
    "relationships",
    "referral_sources",
    "medical_alerts",
    "recalls",
    "patient_attachments",
    "patient_cases",
    "individual_appointments",
    "group_appointments",
    "unavailable_blocks",
    "availability_blocks",
    "attendees",
    "treatment_notes",
    "patient_forms",
    "communications",
)
"""The kinds that are copied, each after what it points at."""


class HandCopy:
    """Makes a correct copy of an account in a destination that was set up for it.

    Args:
        source: The account to copy.
        destination: Where to; has the businesses, people and custom fields already.
    """

    def __init__(self, source: FakeCliniko, destination: FakeCliniko) -> None:
        self.source = source
        self.destination = destination
        self.ids: dict[str, dict[str, str]] = defaultdict(dict)
        self._merged: dict[str, Any] = {row["id"]: row["merged_with_patient_id"] for row in self._rows("patients")}
        self._seen: set[object] = set()

    def run(self) -> None:
        """Copies everything."""
        for kind in BY_HAND:
            there: dict[str, Any] = {_name(row): row["id"] for row in self.destination.rows(kind)}
            self.ids[kind] = {row["id"]: there[_name(row)] for row in self._rows(kind)}
        for kind in ORDER:
            for row in self._rows(kind):
                values = self._mapped(kind, row)
                adapt = getattr(self, f"_adapt_{kind}", None)
                if adapt is not None and adapt(row, values) is False:
                    continue
                self.ids[kind][row["id"]] = self.destination.add(kind, **values)
                if kind == "patient_forms":
                    self._sign(self.ids[kind][row["id"]], values["content"])

    def _rows(self, kind: str) -> list[Row]:
        rows: list[Row] = self.source.rows(kind)
        return rows

    def _mapped(self, kind: str, row: Row) -> Row:
        values: Row = {}
        for column in KINDS[kind].columns:
            value = copy.deepcopy(row.get(column.name))
            if (
                not column.kept
                or value is None
                or column.to in ("message_templates", "letters", "payments", "invoices")
            ):
                continue
            if column.type == "reference":
                value = self._copy_of(column.to, value)
            elif column.type == "references":
                value = [self._copy_of(column.to, one) for one in value]
            values[column.name] = value
        return values

    def _copy_of(self, kind: str, identifier: str) -> str | None:
        if kind == "patients":
            identifier = self._survivor(identifier)
        kinds = {
            "bookings": ("individual_appointments", "group_appointments", "unavailable_blocks"),
            "referrers": ("patients", "contacts"),
        }.get(kind, (kind,))
        if kind == "referrers" and identifier in self._merged:
            identifier = self._survivor(identifier)
        return next((self.ids[one][identifier] for one in kinds if identifier in self.ids[one]), None)

    def _survivor(self, patient: str) -> str:
        return self._survivor(self._merged[patient]) if self._merged[patient] else patient

    def _first(self, *key: object) -> bool:
        new = key not in self._seen
        self._seen.add(key)
        return new

    def _adapt_patients(self, row: Row, values: Row) -> bool:
        values.pop("gender", None)
        values["accepted_sms_marketing"] = row["accepted_sms_marketing"] is True
        mark = f"cm-{self.source.settings['account']['id']}-{row['id']}"
        values["old_reference_id"] = row["old_reference_id"] or mark
        if row["custom_fields"] is not None:
            values["custom_fields"] = self._custom_fields(row["custom_fields"])
        return row["merged_with_patient_id"] is None

    def _custom_fields(self, written: Row) -> Row:
        tokens = {
            (section["name"], field["name"]): (section, field)
            for section in self.destination.custom_fields_definition()["sections"]
            for field in section["fields"]
        }
        sections = []
        for section in written["sections"]:
            fields = []
            for field in section["fields"]:
                there, defined = tokens.get((section["name"], field["name"]), ({}, {}))
                filled: Row = {"token": defined.get("token")}
                if field.get("value"):
                    filled["value"] = field["value"]
                chosen = {option["name"] for option in field.get("options", ()) if option["selected"]}
                options = [
                    {"token": option["token"], "selected": True}
                    for option in defined.get("options", ())
                    if option["name"] in chosen
                ]
                if options:
                    filled["options"] = options
                if field.get("other", {}).get("selected"):
                    filled["other"] = {"selected": True, "value": field["other"]["value"]}
                if there and len(filled) > 1:
                    fields.append(filled)
            there = next((one for (name, _), (one, _) in tokens.items() if name == section["name"]), None)
            if fields and there is not None:
                sections.append({"token": there["token"], "fields": fields})
        return {"sections": sections}

    def _adapt_contacts(self, row: Row, values: Row) -> None:
        if not row["first_name"] and not row["last_name"]:
            values["last_name"] = row["company_name"]

    def _adapt_relationships(self, _: Row, values: Row) -> bool:
        values["mirror"] = False
        values.pop("mirror_id", None)
        pair = (values["patient_id"], values["related_patient_id"])
        return pair[0] != pair[1] and self._first("relationship", pair)

    def _adapt_referral_sources(self, row: Row, _: Row) -> bool:
        own = {one["patient_id"] for one in self._rows("referral_sources")}
        survivor = self._survivor(row["patient_id"])
        return survivor == row["patient_id"] or (survivor not in own and self._first("referral", survivor))

    def _adapt_patient_attachments(self, row: Row, values: Row) -> bool:
        values["description"] = f"{row['description'] or ''} Uploaded {row['created_at'][:10]}."
        return not row["full_export"]

    def _adapt_patient_cases(self, _: Row, values: Row) -> None:
        values.pop("attendee_ids", None)

    def _adapt_individual_appointments(self, row: Row, values: Row) -> None:
        values["attendee"] = False
        self._adapt_attendees(row, values)
        self._adapt_group_appointments(row, values)

    def _adapt_group_appointments(self, _: Row, values: Row) -> None:
        values.pop("repeat_rule", None)
        values.pop("repeated_from_id", None)

    _adapt_unavailable_blocks = _adapt_group_appointments

    def _adapt_attendees(self, row: Row, values: Row) -> None:
        if row["cancelled_at"] is not None:
            reason = row["cancellation_reason"]
            words = f" Cancelled on {row['cancelled_at'][:10]}." + (" COVID-19 related." if reason == 31 else "")
            values["cancellation_reason"] = {None: 50, 31: 30}.get(reason, reason)
            values["cancellation_note"] = (row["cancellation_note"] or "") + words
            values["cancelled_at"] = self.destination.time_text()

    def _adapt_treatment_notes(self, row: Row, values: Row) -> None:
        values["title"] = row["title"] or "Note"
        content = copy.deepcopy(row["content"]) or {"sections": []}
        for section in content["sections"]:
            section["questions"] = [one for one in section["questions"] if one["type"] != "bodycharts"]
            for question in section["questions"]:
                if question["type"] == "paragraph" and question["answer"]:
                    question["answer"] = question["answer"].replace("\n", "<br>")
        days = [row[name][:10] for name in ("created_at", "finalized_at") if row[name]]
        content["sections"].append(_words(f"Written by {row['author_name']} on {' and '.join(days)}"))
        values["content"] = content
        values["practitioner_id"] = self.destination.rows("practitioners")[0]["id"]
        values["author_name"] = "Amy Ng"

    def _adapt_patient_forms(self, row: Row, values: Row) -> None:
        values["email_to_patient_on_completion"] = False
        content = copy.deepcopy(row["content"])
        images = {one["id"]: one["image"] for one in self._rows("signatures")}
        for section in content["sections"]:
            for question in section["questions"]:
                if "signature_id" in question:
                    image = images[question.pop("signature_id")]
                    if "svg" in image:
                        question["image"] = image
                    else:
                        values.pop("completed_at", None)
        if row["completed_at"] is not None:
            content["sections"].append(_words(f"Completed on {row['completed_at'][:10]}"))
        values["content"] = content

    def _sign(self, form: str, content: Row) -> None:
        for section in content["sections"]:
            for question in section.get("questions", ()):
                if "image" in question:
                    image = question.pop("image")
                    question["signature_id"] = self.destination.add("signatures", patient_form_id=form, image=image)
        row = self.destination.store.get("patient_forms", form)
        assert row is not None
        self.destination.store.change("patient_forms", row, content=content)

    def _adapt_communications(self, row: Row, _: Row) -> bool:
        return bool(row["category_code"] == 12)


def _words(text: str) -> Row:
    question = {"name": "From the former account", "type": "paragraph", "answer": f"<p>{text}</p>"}
    return {"name": "Original record", "questions": [question]}


def _name(row: Row) -> str:
    if "first_name" in row:
        return f"{row['first_name']} {row['last_name']}"
    return str(row.get("business_name") or row["name"])
