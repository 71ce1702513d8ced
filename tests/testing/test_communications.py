"""Memos, and the messages that the service itself recorded."""

from __future__ import annotations

from typing import Any

import pytest

from clinikomigrate.testing.answers import BLANK, NOT_LISTED
from tests.testing.conftest import Clinic
from tests.testing.desk import Desk


def _memo(clinic: Clinic, **more: object) -> dict[str, object]:
    body = {"confidential": False, "content": "Called", "direction_code": 1, "from": "", "to": None, "type_code": 3}
    return {**body, "patient_id": clinic.patient, **more}


def test_memo_is_answered_with_its_words(clinic: Clinic) -> None:
    """A memo's codes are answered with their words too; sender and receiver must be given but may be nothing."""
    memo = clinic.desk.post("/communications", _memo(clinic))

    assert ("Memo", 12, "Sent", "Phone call") == tuple(
        memo[name] for name in ("category", "category_code", "direction_description", "type")
    )
    assert [] == clinic.fake.outbox
    assert "content_subject" not in memo


def test_memo_needs_all_its_parts(clinic: Clinic) -> None:
    """A memo without any of its seven parts is refused by the names of all."""
    fields = {"content", "direction_code", "from", "to", "patient", "type_code"}

    assert {**dict.fromkeys(fields, BLANK), "confidential": NOT_LISTED} == clinic.desk.refused("/communications", {})


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"content": ""}, "content"),
        ({"type_code": None}, "type_code"),
        ({"direction_code": 3}, "direction_code"),
        ({"category_code": 4}, "category_code"),
        ({"content_subject": "x"}, "content_subject"),
        ({"created_at": "2020-01-01T00:00:00Z"}, "created_at"),
    ],
)
def test_wrong_memo_is_refused(clinic: Clinic, given: dict[str, Any], field: str) -> None:
    """Blank content, unknown codes, other categories and a time of one's own are refused."""
    assert [field] == list(clinic.desk.refused("/communications", _memo(clinic, **given)))


def test_only_memos_can_be_changed(clinic: Clinic) -> None:
    """A recorded message can't be changed; e-mails have a subject."""
    common = {"patient_id": clinic.patient, "content": "Hi", "direction_code": 1}
    email = clinic.fake.add("communications", **common, type_code=2, category_code=4, content_subject="Reminder")
    sms = clinic.fake.add("communications", **common, type_code=1, category_code=7)
    memo = clinic.desk.post("/communications", _memo(clinic))["id"]

    assert ["category_code"] == list(clinic.desk.refused(f"/communications/{email}", {"content": "x"}, "PATCH"))
    assert ["content"] == list(clinic.desk.refused(f"/communications/{memo}", {"content": ""}, "PATCH"))
    assert "Later" == clinic.desk.patch(f"/communications/{memo}", {"content": "Later"})["content"]
    listed = {row["id"]: row for row in clinic.desk.listed("/communications")}
    assert ("Reminder", True, True) == (
        listed[email]["content_subject"], "content_subject" not in listed[sms], "confidential" not in listed[sms]
    )  # fmt: skip
    assert [sms] == clinic.desk.ids("/communications", ("q[]", "category_code:=7"))


def test_confidential_memos_are_for_administrators(clinic: Clinic) -> None:
    """A confidential memo is hidden from everybody but administrators."""
    memo = clinic.desk.post("/communications", _memo(clinic, confidential=True))["id"]
    user = clinic.fake.add("users", first_name="Rae", last_name="Ro", role="practitioner")
    desk = Desk(clinic.fake, clinic.fake.key_for(user))

    assert [] == desk.ids("/communications")
    assert 404 == desk.ask("GET", f"/communications/{memo}").status_code
    assert [memo] == clinic.desk.ids("/communications")
