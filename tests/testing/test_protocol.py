"""Keys, headers, unknown paths, and what the log remembers."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from clinikomigrate.testing import FakeCliniko
from tests.testing.conftest import Clinic
from tests.testing.desk import Desk, authorization


def test_key_is_accepted_with_and_without_shard() -> None:
    """A key ends with its shard, may be sent without it, and is wrong with another."""
    fake = FakeCliniko(shard="uk2")
    key, _, shard = fake.key.rpartition("-")

    assert "uk2" == shard
    assert [200, 200, 401] == [
        Desk(fake, one).ask("GET", "/user").status_code for one in (f"{key}-uk2", key, f"{key}-au1")
    ]


@pytest.mark.parametrize(
    "header",
    [
        None,
        "Bearer x",
        "Basic ???",
        "Basic " + base64.b64encode(b"\xff:").decode(),
        authorization("wrong"),
        "key and password",
    ],
)
def test_wrong_key_is_refused_in_text(header: str | None) -> None:
    """Anything but a key with an empty password is a 401 in text, not JSON."""
    desk = Desk(FakeCliniko())
    if header == "key and password":
        header = "Basic " + base64.b64encode(f"{desk.key}:password".encode()).decode()
    answer = desk.ask("GET", "/user", headers={"Authorization": header})

    assert (401, "text/plain", "HTTP Basic: Access denied.\n") == (answer.status_code, answer.mimetype, answer.text)


def test_key_of_who_left_is_refused() -> None:
    """The key of a user who isn't active any more is wrong."""
    fake = FakeCliniko()
    user = fake.add("users", first_name="Old", last_name="Timer", active=False)

    assert 401 == Desk(fake, fake.key_for(user)).ask("GET", "/user").status_code
    with pytest.raises(KeyError):
        fake.key_for("999")


def test_owner_is_made_on_demand() -> None:
    """The account's key is that of its first administrator who practises; an account without one gets an owner."""
    fake = FakeCliniko()
    fake.add("users", first_name="Rae", last_name="Ro", role="administrator")
    boss = fake.add("users", first_name="Amy", last_name="Ng", role="administrator")
    fake.add("practitioners", user_id=boss)

    assert fake.key_for(boss) == fake.key
    assert "Owner" == Desk(FakeCliniko()).get("/user")["last_name"]


def test_two_accounts_share_no_keys_and_ids() -> None:
    """Accounts with the same seed have other keys, ids and tokens."""
    one, other = FakeCliniko(), FakeCliniko(subdomain="new-clinic")

    assert one.key != other.key
    assert not {row["id"] for row in one.rows("users")} & {row["id"] for row in other.rows("users")}
    sections = {"Sport": [("Club", "text")]}
    assert one.define_custom_fields(sections) != other.define_custom_fields(sections)
    assert 401 == Desk(one, other.key).ask("GET", "/user").status_code


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "python-requests/2.32"},
        {"User-Agent": "Acme Migrations (nobody)"},
        {"User-Agent": None},
        {"Accept": "*/*"},
        {"Cookie": "a=b"},
    ],
)
def test_malformed_headers_are_loud(headers: dict[str, str | None]) -> None:
    """Who doesn't say who they are, asks for anything but JSON or sends cookies gets a 400, and it is remembered."""
    desk = Desk(FakeCliniko())

    assert 400 == desk.ask("GET", "/user", headers=headers).status_code
    with pytest.raises(AssertionError, match="wrong requests"):
        desk.fake.assert_clean()


def test_overlong_address_is_loud() -> None:
    """A URL has a longest length, so a list of ids has one too."""
    desk = Desk(FakeCliniko())
    ids = ",".join(str(10**18 + number) for number in range(500))

    assert 400 == desk.ask("GET", "/patients", query=[("q[]", f"id:={ids}")]).status_code
    assert 1 == len(desk.fake.protocol_errors)


def test_account_can_take_shorter_addresses_only() -> None:
    """Where it isn't documented how long an address may be, an account can be told; that is no protocol error."""
    desk = Desk(FakeCliniko(longest_url=100))

    assert [200, 414] == [
        desk.ask("GET", "/patients", query=[("q[]", f"id:={'1,' * number}1")]).status_code for number in (2, 20)
    ]
    desk.fake.assert_clean()


def test_bodies_are_json() -> None:
    """A body that is no JSON makes the API fail; one that is no object is refused."""
    desk = Desk(FakeCliniko())
    answers = [
        desk.ask("POST", "/taxes", data={"name": "GST"}),
        desk.ask("POST", "/taxes", data=b'{"name": "GST"}', content_type="text/plain"),
        desk.ask("POST", "/taxes", data=b"{", content_type="application/json"),
        desk.ask("POST", "/taxes", ["GST"]),
        desk.ask("POST", "/taxes"),
    ]

    assert [500, 500, 400, 422, 422] == [answer.status_code for answer in answers]
    assert 3 == len(desk.fake.protocol_errors)


def test_unknown_paths_are_loud() -> None:
    """A path that the API doesn't have is a 501 and remembered; a method that a path doesn't take is a 404 in HTML."""
    desk = Desk(FakeCliniko())
    unknown = ["/users/me", "/patients/abc", "/appointments"]

    assert [501] * 3 == [desk.ask("GET", path).status_code for path in unknown]
    assert [f"GET /v1{path}" for path in unknown] == desk.fake.unknown_requests
    answer = desk.ask("PUT", "/taxes/1", {})
    assert (404, "text/html") == (answer.status_code, answer.mimetype)
    with pytest.raises(AssertionError, match="unknown: GET /v1/users/me"):
        desk.fake.assert_clean()


def test_other_versions_are_unknown() -> None:
    """There is one version of the API."""
    desk = Desk(FakeCliniko())
    from werkzeug.test import Client

    assert 501 == Client(desk.fake).get("/v2/user").status_code
    assert ["GET /v2/user"] == desk.fake.unknown_requests


def test_account_can_lack_what_is_new() -> None:
    """Paths, with all below them, and single operations can be left out of an account's API."""
    desk = Desk(FakeCliniko(lacks={"/recalls", "POST /concession_prices", "PATCH /recall_types/{id}"}))
    kind = desk.post("/recall_types", {"name": "Yearly"})["id"]
    asked: list[tuple[str, str]] = [
        ("GET", "/recalls"), ("GET", "/recalls/1"), ("POST", "/concession_prices"), ("PATCH", f"/recall_types/{kind}"),
        ("GET", "/concession_prices"),
    ]  # fmt: skip

    assert [404, 404, 404, 404, 200] == [desk.ask(method, path).status_code for method, path in asked]
    desk.fake.assert_clean()


def test_every_answer_has_its_id_and_time(clinic: Clinic) -> None:
    """Each answer says the server's time and the request's own id; creations and deletions have their statuses."""
    answers = [clinic.desk.ask("GET", "/user"), clinic.desk.ask("GET", "/patients/1")]

    assert 2 == len({answer.headers["X-Request-Id"] for answer in answers})
    assert "Mon, 03 Mar 2025 00:00:00 GMT" == answers[0].headers["Date"]
    assert "application/json; charset=utf-8" == answers[0].headers["Content-Type"]


def test_log_remembers_requests(clinic: Clinic) -> None:
    """The log has method, path, query, body, time, status and user of each request; its repr shows no content."""
    seen: list[Any] = []
    clinic.fake.on_traffic.append(lambda entry: seen.append((entry.status, entry.answer)))
    clinic.desk.get("/patients", ("q[]", "last_name:=Lee"), ("page", "1"))
    clinic.desk.refused("/taxes", {"name": ""})
    read, write = clinic.fake.log

    assert [("q[]", "last_name:=Lee"), ("page", "1")] == read.query
    assert ("POST", "/v1/taxes", {"name": ""}, 422, clinic.user) == (
        write.method, write.path, write.json, write.status, write.user_id
    )  # fmt: skip
    assert "<LoggedRequest 1: GET /v1/patients -> 200>" == repr(read)
    assert [200, 422] == [status for status, _ in seen]
    assert "Validation Failed" == seen[1][1]["message"]
    assert None is write.answer


@pytest.mark.parametrize("role", ["receptionist", "scheduler"])
def test_notes_are_hidden_from_the_front_desk(clinic: Clinic, role: str) -> None:
    """Receptionists and schedulers see no notes and no completed forms."""
    user = clinic.fake.add("users", first_name="Rae", last_name="Ro", role=role)
    note = clinic.fake.add("treatment_notes", title="N", draft=True, patient_id=clinic.patient)
    content = {"sections": [{"name": "S"}]}
    done = clinic.fake.add(
        "patient_forms", name="F", patient_id=clinic.patient, content=content, completed_at="2024-01-01T00:00:00Z"
    )
    to_do = clinic.fake.add("patient_forms", name="F", patient_id=clinic.patient, content=content)
    desk = Desk(clinic.fake, clinic.fake.key_for(user))
    path = f"/treatment_notes/{note}"
    forbidden = [
        ("GET", "/treatment_notes"),
        ("GET", path),
        ("PATCH", path),
        ("POST", f"{path}/archive"),
        ("POST", f"{path}/unarchive"),
    ]

    assert {(403, "")} == {(answer.status_code, answer.text) for answer in (desk.ask(*one) for one in forbidden)}
    assert [to_do] == desk.ids("/patient_forms")
    assert 404 == desk.ask("GET", f"/patient_forms/{done}/signatures/1").status_code
    desk.post(f"/patient_forms/{done}/archive", status=404)
    assert 2 == len(clinic.desk.ids("/patient_forms"))


def test_users_are_for_administrators(clinic: Clinic) -> None:
    """The list of users needs an administrator's key; everybody may ask who they are."""
    user = clinic.fake.add("users", first_name="Rae", last_name="Ro", role="practitioner", time_zone="Perth")
    desk = Desk(clinic.fake, clinic.fake.key_for(user))

    assert [403, 403] == [desk.ask("GET", path).status_code for path in ("/users", f"/users/{user}")]
    assert (user, "Perth", "Australia/Perth") == tuple(
        desk.get("/user")[name] for name in ("id", "time_zone", "time_zone_identifier")
    )
    assert 2 == len(clinic.desk.ids("/users"))
