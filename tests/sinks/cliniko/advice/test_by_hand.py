"""What people have to do or know because the API can't."""

from __future__ import annotations

import pytest

from clinikomigrate import ByPatient
from clinikomigrate.sinks.cliniko.advice import by_hand
from tests.findings.scene import MOBILE, Scene
from tests.sinks.cliniko.samples import survey


def invoice(scene: Scene, status: int, **values: object) -> None:
    """Puts an invoice into the source."""
    scene.clinic.add(
        "invoices", patient_id=scene.clinic.patient(), business_id=scene.clinic.business, status=status, **values
    )


def connect(scene: Scene, *sides: str) -> None:
    """Connects accounts to Xero."""
    for side in sides:
        getattr(scene, side).settings["integrations"]["xero"] = {"enabled": True, "integrated_for_invoices": True}


@pytest.mark.parametrize(
    ("connected", "message", "remedy"),
    [
        ((), "No invoice goes.", "opening balance"),
        (("new",), "No invoice goes.", "opening balance"),
        (("old",), "connected to Xero, so they should stand there.", "Go on with them in Xero"),
        (("old", "new"), "connected to Xero, so they should stand there.", "would add them again"),
    ],
)
def test_open_invoices(scene: Scene, connected: tuple[str, ...], message: str, remedy: str) -> None:
    """The note says where debts stand: in Xero, where the source is connected to it; else only in the source."""
    invoice(scene, 10)
    connect(scene, *connected)
    finding = scene.finding("open-invoices")

    assert finding is not None
    assert finding.message.endswith(message)
    assert remedy in finding.remedy


def test_credits_count_as_open(scene: Scene) -> None:
    """A credit that was not used up is somebody's money."""
    invoice(scene, 40)

    assert None is not scene.finding("open-invoices")


def test_invoices_that_nobody_minds(scene: Scene) -> None:
    """Neither paid or archived ones, nor those of patients who don't go, nor where no patient does."""
    invoice(scene, 20)
    invoice(scene, 30)
    invoice(scene, 10, archived_at="2024-01-01T00:00:00Z")
    connect(scene, "old", "new")
    assert None is scene.finding("open-invoices")

    invoice(scene, 10)
    scene.settings["filter"] = ByPatient(scene.clinic.patient(first_name="Bea"))
    assert None is scene.finding("open-invoices")

    scene.settings = {}
    scene.without("patients")
    assert None is scene.finding("open-invoices")


def test_open_invoices_are_told_where_invoices_were_left_out(scene: Scene) -> None:
    """No invoice goes anyway, and the patients who go owe what they owe."""
    invoice(scene, 10)
    scene.without("invoices", "invoice_items")

    assert None is not scene.finding("open-invoices")


def test_xero_that_takes_no_invoices(scene: Scene) -> None:
    """An account that is connected to Xero and keeps its invoices to itself has its debtors nowhere else."""
    invoice(scene, 10)
    for side in ("old", "new"):
        getattr(scene, side).settings["integrations"]["xero"] = {"enabled": True, "integrated_for_invoices": False}
    finding = scene.finding("open-invoices")

    assert finding is not None
    assert "Xero" not in f"{finding.message} {finding.remedy}"
    assert "opening balance" in finding.remedy


def test_settings_that_say_nothing_of_xero() -> None:
    """An account whose settings have no integrations is connected to nothing."""
    looked = survey(goes=lambda kind, *_: kind == "invoices", included=frozenset({"patients"}))
    [finding] = by_hand.open_invoices(looked)

    assert "Xero" not in finding.message


def test_types_with_templates_are_counted(scene: Scene) -> None:
    """Those that point at any message template, whichever; the remedy says why to wait."""
    for number, field in enumerate(("confirmation", "reminder", "follow_up")):
        kind = scene.clinic.add("appointment_types", name=f"Type {number}")
        scene.template(scene.old, kind, f"appointment_{field}_template_ids")
    finding = scene.finding("message-templates")

    assert finding is not None
    assert finding.message.startswith("3 appointment types of the source point at templates")
    assert 3 == len(finding.ids)
    assert "only once the run is over" in finding.remedy


def test_one_type_with_templates(scene: Scene) -> None:
    """One points, and is no appointment types."""
    scene.template(scene.old, scene.clinic.type, "appointment_reminder_template_ids")
    finding = scene.finding("message-templates")

    assert finding is not None
    assert finding.message.startswith("1 appointment type of the source points at templates")


def test_templates_of_types_that_do_not_go(scene: Scene) -> None:
    """Where the destination's own types are taken, they keep their templates."""
    scene.template(scene.old, scene.clinic.type, "appointment_reminder_template_ids")
    scene.without("appointment_types")

    assert None is scene.finding("message-templates")


def test_administrators_of_both_sides_are_counted(scene: Scene) -> None:
    """By side and number, nobody by name; whoever can't log in any more doesn't count, nor do other roles."""
    scene.new  # noqa: B018 - has who is in the old account now
    landline = {"phone_type": "Home", "number": "03 9000 0000"}
    for account, phones in ((scene.old, [landline]), (scene.new, []), (scene.new, [{**MOBILE, "number": ""}])):
        account.add("users", first_name="Kim", last_name="Key", role="administrator", phone_numbers=phones)
    scene.new.add("users", role="receptionist")
    scene.new.add("users", role="administrator", active=False)
    finding = scene.finding("no-mobile-number")

    assert finding is not None
    assert finding.message.endswith("1 in the source and 2 in the destination.")
    assert "Kim" not in str(finding)


def test_files_of_patients_who_do_not_go(scene: Scene) -> None:
    """A trial's limit matters only where a file goes."""
    scene.clinic.file(scene.clinic.patient())
    scene.settings["filter"] = ByPatient(scene.clinic.patient(first_name="Bea"))

    assert None is scene.finding("trial-storage")
