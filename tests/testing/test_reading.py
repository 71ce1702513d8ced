"""Lists and single records: what is hidden, pages, order."""

from __future__ import annotations

from typing import Any

import pytest

from clinikomigrate.testing import FakeCliniko
from clinikomigrate.testing.kinds import KINDS
from tests.testing.conftest import Clinic
from tests.testing.desk import LIFTED, Desk

ARCHIVED = "2024-01-01T00:00:00Z"


def _patients(fake: FakeCliniko, count: int, **more: Any) -> list[str]:
    return [fake.add("patients", first_name="P", last_name=f"Number {number}", **more) for number in range(count)]


def test_archived_records_are_hidden(clinic: Clinic) -> None:
    """An archived record is in no list and 404 by its id; any condition on archived_at lifts that."""
    hidden = clinic.fake.add("patients", first_name="Cy", last_name="Lee", archived_at=ARCHIVED)

    assert [clinic.patient] == clinic.desk.ids("/patients")
    assert {clinic.patient, hidden} == set(clinic.desk.ids("/patients", *LIFTED))
    assert [hidden] == clinic.desk.ids("/patients", ("q[]", "archived_at:?"))
    assert [clinic.patient] == clinic.desk.ids("/patients", ("q[]", "archived_at:!?"))
    assert [hidden] == clinic.desk.ids("/patients", ("q[]", f"archived_at:>={ARCHIVED}"))
    assert 404 == clinic.desk.ask("GET", f"/patients/{hidden}").status_code
    assert hidden == clinic.desk.get(f"/patients/{hidden}", *LIFTED)["id"]
    assert 404 == clinic.desk.ask("GET", f"/patients/{hidden}", query=[("q[]", "archived_at:!?")]).status_code


def test_deleted_records_are_hidden_apart(clinic: Clinic) -> None:
    """What an older version of the product deleted is hidden as well, and lifted by a condition on that time only."""
    hidden = clinic.fake.add("medical_alerts", patient_id=clinic.patient, name="Nuts", deleted_at=ARCHIVED)
    deleted = ("q[]", "deleted_at:*")

    assert [] == clinic.desk.ids("/medical_alerts") == clinic.desk.ids("/medical_alerts", *LIFTED)
    assert [hidden] == clinic.desk.ids("/medical_alerts", deleted)
    assert 404 == clinic.desk.ask("GET", f"/medical_alerts/{hidden}", query=LIFTED).status_code
    assert hidden == clinic.desk.get(f"/medical_alerts/{hidden}", deleted)["id"]
    clinic.desk.patch(f"/medical_alerts/{hidden}", {"name": "Nuts and seeds"}, status=404)


def test_a_deleted_patient_is_shown(clinic: Clinic) -> None:
    """Nothing could lift what hides it: patients can't be asked for by that time."""
    shown = clinic.fake.add("patients", first_name="Cy", last_name="Lee", deleted_at=ARCHIVED)

    assert shown in clinic.desk.ids("/patients")
    assert 400 == clinic.desk.ask("GET", "/patients", query=[("q[]", "deleted_at:*")]).status_code


def test_two_exclusions_are_independent(clinic: Clinic) -> None:
    """Lifting what hides cancelled records leaves archived ones hidden, and the other way round."""
    cancelled = clinic.fake.add("individual_appointments", **clinic.appointment(), cancelled_at=ARCHIVED)
    archived = clinic.fake.add("individual_appointments", **clinic.appointment(), archived_at=ARCHIVED)
    both = clinic.fake.add(
        "individual_appointments", **clinic.appointment(), cancelled_at=ARCHIVED, archived_at=ARCHIVED
    )
    any_cancelled, any_archived = ("q[]", "cancelled_at:*"), ("q[]", "archived_at:*")

    for path in ("/individual_appointments", "/bookings"):
        assert [] == clinic.desk.ids(path)
        assert [cancelled] == clinic.desk.ids(path, any_cancelled)
        assert [archived] == clinic.desk.ids(path, any_archived)
        assert [cancelled, archived, both] == clinic.desk.ids(path, any_cancelled, any_archived)
    assert 3 == len(clinic.desk.ids("/attendees", any_cancelled, any_archived))


def test_inactive_practitioners_have_a_list_of_their_own(clinic: Clinic) -> None:
    """Practitioners who left are listed apart, and can be read by their id."""
    gone = clinic.fake.add(
        "practitioners", first_name="Old", last_name="Timer", active=False, business_ids=[clinic.business]
    )
    clinic.fake.store.change(
        "appointment_types",
        clinic.fake.store.get("appointment_types", clinic.kind) or {},
        practitioner_ids=[clinic.practitioner, gone],
    )

    for parent in ("", f"/businesses/{clinic.business}", f"/appointment_types/{clinic.kind}"):
        assert [clinic.practitioner] == clinic.desk.ids(f"{parent}/practitioners")
        assert [gone] == clinic.desk.ids(f"{parent}/practitioners/inactive")
    assert "Old Timer" == clinic.desk.get(f"/practitioners/{gone}")["label"]
    elsewhere = clinic.fake.add("businesses", business_name="Southside")
    assert [] == clinic.desk.ids(f"/businesses/{elsewhere}/practitioners/inactive")


def test_pages_are_linked() -> None:
    """A list has 50 records a page unless asked for up to 100, and links to the pages that there are."""
    desk = Desk(FakeCliniko(rate_limit=None))
    ids = _patients(desk.fake, 120)
    first = desk.get("/patients")
    middle = desk.get("/patients", ("per_page", "50"), ("page", "2"), ("q[]", "last_name:~number"))
    last = desk.get("/patients", ("per_page", "100"), ("page", "2"))

    assert (50, 120) == (len(first["patients"]), first["total_entries"])
    assert {"self", "next"} == set(first["links"])
    assert {"self", "next", "previous"} == set(middle["links"])
    assert "q%5B%5D=last_name%3A~number" in middle["links"]["next"]
    assert middle["links"]["next"].startswith("https://api.au1.cliniko.com/v1/patients?per_page=50")
    assert middle["links"]["next"].endswith("page=3")
    assert ({"self", "previous"}, ids[100:]) == (set(last["links"]), [row["id"] for row in last["patients"]])


@pytest.mark.parametrize(
    "query", [("per_page", "101"), ("per_page", "0"), ("page", "0"), ("page", "x"), ("order", "up")]
)
def test_wrong_pages_are_refused(clinic: Clinic, query: tuple[str, str]) -> None:
    """Pages outside their bounds are a 400."""
    assert 400 == clinic.desk.ask("GET", "/patients", query=[query]).status_code


def test_lists_are_in_order_of_creation_unless_sorted(clinic: Clinic) -> None:
    """The default order is by creation; sort takes several fields with directions."""
    fake, desk = clinic.fake, clinic.desk
    names = [("B", "Z", "2020"), ("A", "Z", "2019"), ("C", "Y", "2018")]
    ids = [
        fake.add("contacts", first_name=first, last_name=last, created_at=f"{year}-01-01T00:00:00Z")
        for first, last, year in names
    ]
    b, a, c = ids

    assert [c, a, b] == desk.ids("/contacts")
    assert [b, a, c] == desk.ids("/contacts", ("order", "desc"))
    assert [c, a, b] == desk.ids("/contacts", ("sort", "last_name,first_name"))
    assert [a, b, c] == desk.ids("/contacts", ("sort", "last_name:desc,first_name:asc"))
    assert [b, a, c] == desk.ids("/contacts", ("sort", "id"))
    assert [c, a, b] == desk.ids("/contacts", ("sort", "id:desc"))
    for wrong in ("id:up", "shoe_size", "phone_numbers", "address_1"):
        assert 400 == desk.ask("GET", "/contacts", query=[("sort", wrong)]).status_code


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/group_appointments", "patient_ids"),
        ("/businesses", "appointment_type_ids"),
        ("/bookings", "did_not_arrive"),
        ("/attendees", "appointment_id"),
    ],
)
def test_not_all_that_is_filtered_can_be_sorted_by(clinic: Clinic, path: str, name: str) -> None:
    """A list is in an order of one value of each record, which is a column of its own."""
    assert 400 == clinic.desk.ask("GET", path, query=[("sort", name)]).status_code
    assert [] == clinic.desk.ids("/invoices", ("sort", "appointment_id"))


def test_ids_are_sorted_as_numbers() -> None:
    """Ids of few and of 19 digits are mixed, rise in the order of creation, and sort and compare as numbers."""
    desk = Desk(FakeCliniko(rate_limit=None, small_ids=3))
    ids = _patients(desk.fake, 6)

    assert ids == sorted(ids, key=int) == desk.ids("/patients", ("sort", "id"))
    assert [True] * 3 + [False] * 3 == [len(one) < 19 for one in ids]
    assert [19] * 3 == [len(one) for one in ids[3:]]
    assert ids[2:] == desk.ids("/patients", ("sort", "id"), ("q[]", f"id:>{ids[1]}"))


def test_empty_values_sort_last(clinic: Clinic) -> None:
    """Records without a value come after those with one."""
    clinic.fake.add("patients", first_name="Bo", last_name="Li", date_of_birth="1990-01-01")

    assert [None, "1990-01-01"][::-1] == [
        row["date_of_birth"] for row in clinic.desk.listed("/patients", ("sort", "date_of_birth"))
    ]


def test_unknown_parameters_are_loud(clinic: Clinic) -> None:
    """A query's name that the API would silently overlook is a 400 and remembered."""
    assert 400 == clinic.desk.ask("GET", "/patients", query=[("patient_id", "1")]).status_code
    assert (
        400
        == clinic.desk.ask("GET", f"/practitioners/{clinic.practitioner}", query=[("q[]", "active:=true")]).status_code
    )
    with pytest.raises(AssertionError, match="patient_id"):
        clinic.fake.assert_clean()


def test_missing_parents_have_no_children(clinic: Clinic) -> None:
    """A list inside a record that isn't there is a 404."""
    assert 404 == clinic.desk.ask("GET", "/patients/999/invoices").status_code
    assert 404 == clinic.desk.ask("GET", "/patients/999").status_code


def test_old_style_accounts_read_blank_times() -> None:
    """An account in the old style reads "" for moments that aren't set."""
    desk = Desk(FakeCliniko(old_style=True))
    desk.fake.add("medical_alerts", name="Latex", patient_id=_patients(desk.fake, 1)[0])

    assert "" == desk.listed("/medical_alerts")[0]["archived_at"]


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS.values() if "archive" in kind.operations], ids=lambda kind: kind.name
)
def test_archiving_twice_is_not_found(clinic: Clinic, kind: Any) -> None:
    """What was archived is hidden, so archiving it again is a 404; DELETE archives too where it is taken."""
    given: dict[str, Any] = {
        name: clinic.patient for name in ("patient_id", "related_patient_id") if name in kind.by_name
    }
    if "booking_id" in kind.required:
        given["booking_id"] = clinic.fake.add("group_appointments", **clinic.group())
    one, other = (clinic.fake.add(kind.name, **given, **_needed(kind.name, clinic)) for _ in range(2))
    clinic.desk.post(f"/{kind.name}/{one}/archive", status=204)
    clinic.desk.post(f"/{kind.name}/{one}/archive", status=404)

    assert (204 if "delete_archives" in kind.operations else 404) == clinic.desk.ask(
        "DELETE", f"/{kind.name}/{other}"
    ).status_code


def test_answers_may_have_new_fields(clinic: Clinic) -> None:
    """An account can be given fields of a kind that no description has; no answer's are another's."""
    clinic.fake.new_fields = {"patients": {"star_sign": {"name": "Leo"}}}
    patient = clinic.desk.listed("/patients")[0]

    assert {"name": "Leo"} == patient["star_sign"] == clinic.desk.get(f"/patients/{clinic.patient}")["star_sign"]
    assert "star_sign" not in clinic.desk.listed("/businesses")[0]


def _needed(kind: str, clinic: Clinic) -> dict[str, Any]:
    if kind == "individual_appointments":
        return {name: value for name, value in clinic.appointment().items() if name != "patient_id"}
    if kind == "group_appointments":
        return clinic.group()
    if kind == "relationships":
        return {"mirror": False, "relation": 70}
    return {}
