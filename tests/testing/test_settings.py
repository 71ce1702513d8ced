"""Settings, public settings and custom fields."""

from __future__ import annotations

from clinikomigrate.testing import FakeCliniko
from tests.testing.conftest import Clinic
from tests.testing.desk import Desk


def test_settings_tell_which_account_it_is() -> None:
    """The settings have the account's name, country and time zone, and can be changed by a test."""
    desk = Desk(FakeCliniko(subdomain="north", country_code="GB", time_zone="London"))
    desk.fake.settings["terminology"]["patient"] = "client"
    settings = desk.get("/settings")

    assert ("north", "GB", "United Kingdom", "Europe/London") == tuple(
        settings["account"][name] for name in ("subdomain", "country_code", "country", "time_zone_identifier")
    )
    assert "client" == settings["terminology"]["patient"]
    assert [] == desk.found


def test_public_settings_leave_out_what_is_private(clinic: Clinic) -> None:
    """The public settings have no names and addresses of the account's people."""
    public = clinic.desk.get("/settings/public")

    assert "old-clinic" == public["account"]["subdomain"]
    assert not {"admin", "email_from"} & set(public["account"])
    assert "admin" in clinic.desk.get("/settings")["account"]


def test_settings_are_for_administrators(clinic: Clinic) -> None:
    """Who is no administrator gets a 403 without a body, and sees the public settings all the same."""
    user = clinic.fake.add("users", first_name="Amy", last_name="Ng", role="practitioner")
    desk = Desk(clinic.fake, clinic.fake.key_for(user))
    answer = desk.ask("GET", "/settings")

    assert (403, "") == (answer.status_code, answer.text)
    assert "old-clinic" == desk.get("/settings/public")["account"]["subdomain"]


def test_custom_fields_are_defined_in_the_settings(clinic: Clinic) -> None:
    """The definition of custom fields is part of the settings, options and their tokens too."""
    clinic.fake.define_custom_fields({"Sport": [("Club", "text"), ("Level", "radiobuttons", ["Amateur"])]})
    section = clinic.desk.get("/settings")["patient_custom_fields_definition"]["sections"][0]

    assert ["text", "radiobuttons"] == [field["type"] for field in section["fields"]]
    assert ["Amateur"] == [option["name"] for option in section["fields"][1]["options"]]


def test_snapshot_holds_settings_rows_and_outbox() -> None:
    """An account put back to a snapshot has its rows, ids, settings and outbox as they were."""
    fake = FakeCliniko()
    tax = fake.add("taxes", name="GST")
    before = fake.snapshot()
    fake.settings["terminology"]["patient"] = "client"
    fake.send("patient_form", "1", "patient_forms", "2")
    second = fake.add("taxes", name="VAT")
    fake.store.change("taxes", fake.store.get("taxes", tax) or {}, name="Changed")
    fake.restore(before)

    assert (["GST"], [], "patient") == (
        [row["name"] for row in fake.rows("taxes")], fake.outbox, fake.settings["terminology"]["patient"]
    )  # fmt: skip
    assert second == fake.add("taxes", name="VAT")
    assert "<FakeCliniko au1 'old-clinic'>" == repr(fake)
