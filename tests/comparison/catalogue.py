"""What the copy of a clinic's catalogue must hold."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .contents import same_content
from .expectations import Expectation, number, one_of, plain
from .pairing import Accounts, Copy, Original, Row

_CENT = Decimal("0.011")


def pair_catalogue(accounts: Accounts) -> None:
    """Pairs all kinds that a clinic sets up once."""
    _simple(accounts, "taxes", texts=(), numbers=("rate",), archived=False)
    _simple(accounts, "concession_types", texts=(), archived=False)
    _suppliers(accounts)
    _products(accounts)
    _simple(accounts, "billable_items", texts=("item_code", "item_type"), numbers=("price",), links={"tax_id": "taxes"})
    _simple(accounts, "unavailable_block_types", texts=("color", "duration_in_minutes"), system="system_controlled")
    _simple(accounts, "recall_types", texts=())
    _templates(accounts, "treatment_note_templates", ("print_settings",))
    _templates(
        accounts, "patient_form_templates", ("email_to_patient_on_completion", "restricted_to_practitioner"), flags=True
    )
    _appointment_types(accounts)
    _lines(
        accounts,
        "concession_prices",
        {"billable_item_id": "billable_items", "concession_type_id": "concession_types"},
        ("price",),
    )
    for kind, goods in (("billable_item", "billable_items"), ("product", "products")):
        _lines(
            accounts,
            f"appointment_type_{goods}",
            {"appointment_type_id": "appointment_types", f"{kind}_id": goods},
            ("quantity", "discount_percentage", "discounted_amount"),
        )
    _contacts(accounts)


def archived(row: Row) -> bool:
    """Tells whether a record is archived, or deleted in the old way."""
    return bool(row.get("archived_at") or row.get("deleted_at"))


def _simple(
    accounts: Accounts,
    kind: str,
    *,
    texts: tuple[str, ...],
    numbers: tuple[str, ...] = (),
    links: dict[str, str] | None = None,
    archived: bool = True,
    system: str = "",
) -> None:
    def told(row: Row) -> dict[str, object]:
        values: dict[str, object] = {name: plain(row.get(name)) for name in ("name", *texts)}
        values |= {name: number(row.get(name)) for name in numbers}
        if archived:
            values["archived"] = bool(row.get("archived_at"))
        return values

    pointers = links or {}
    accounts.pair(
        kind,
        ("name",),
        [
            Original(
                row,
                told(row) | {name: accounts.copy_of(to, row.get(name)) for name, to in pointers.items()},
                optional=bool(system and row.get(system)),
            )
            for row in accounts.source(kind)
        ],
        [
            Copy(row, told(row) | {name: row.get(name) for name in pointers}, addition=bool(system and row.get(system)))
            for row in accounts.destination(kind)
        ],
    )


def _suppliers(accounts: Accounts) -> None:
    """Archived suppliers can't be listed through the API, so they may stay behind."""
    accounts.pair(
        "product_suppliers",
        ("name",),
        [Original(row, {"name": row["name"]}, optional=archived(row)) for row in accounts.source("product_suppliers")],
        [Copy(row, {"name": row["name"]}) for row in accounts.destination("product_suppliers")],
    )


def _products(accounts: Accounts) -> None:
    def told(row: Row, rate: Decimal) -> dict[str, object]:
        values: dict[str, object] = {
            name: plain(row.get(name)) for name in ("name", "item_code", "serial_number", "notes")
        }
        values |= {name: number(row.get(name)) for name in ("cost_price", "stock_level")}
        price = number(row.get("price")) or Decimal(0)
        factor = 1 + rate / 100
        net = price / factor if row.get("price_includes_tax") else price
        return values | {"price_ex_tax": net, "price_including_tax": net * factor, "archived": archived(row)}

    originals = []
    for row in accounts.source("products"):
        rate = number(accounts.source_row("taxes", row.get("tax_id")).get("rate")) or Decimal(0)
        expected = told(row, rate)
        for name in ("price_ex_tax", "price_including_tax"):
            expected[name] = _about(expected[name])
        expected["tax_id"] = accounts.copy_of("taxes", row.get("tax_id"))
        supplier = accounts.copy_of("product_suppliers", row.get("product_supplier_id"))
        gone = archived(accounts.source_row("product_suppliers", row.get("product_supplier_id")))
        expected["product_supplier_id"] = one_of(None, supplier) if gone else supplier
        originals.append(Original(row, expected))
    copies = []
    for row in accounts.destination("products"):
        rate = number(accounts.destination_row("taxes", row.get("tax_id")).get("rate")) or Decimal(0)
        links = {name: row.get(name) for name in ("tax_id", "product_supplier_id")}
        copies.append(Copy(row, told(row, rate) | links))
    accounts.pair("products", ("name",), originals, copies)


def _about(price: object) -> Expectation:
    return Expectation(
        f"about {price}",
        lambda actual: isinstance(price, Decimal) and isinstance(actual, Decimal) and abs(actual - price) < _CENT,
    )


def _templates(accounts: Accounts, kind: str, more: tuple[str, ...], *, flags: bool = False) -> None:
    def told(row: Row) -> dict[str, object]:
        values = {name: _settings(row.get(name), flag=flags) for name in more}
        return {"name": plain(row.get("name")), "archived": archived(row), **values}

    accounts.pair(
        kind,
        ("name",),
        [
            Original(row, told(row) | {"content": same_content(row.get("content"), _no_image, _no_image)})
            for row in accounts.source(kind)
        ],
        [Copy(row, told(row) | {"content": row.get("content")}) for row in accounts.destination(kind)],
    )


def _settings(value: Any, *, flag: bool) -> object:
    if flag:
        return bool(value)
    return plain({key: part for key, part in (value or {}).items() if part not in (None, "", False)})


def _no_image(_: str) -> None:
    return None


def _appointment_types(accounts: Accounts) -> None:
    plain_fields = (
        "name",
        "category",
        "description",
        "color",
        "duration_in_minutes",
        "max_attendees",
        "online_bookings_lead_time_hours",
        "online_payments_mode",
    )
    flags = ("add_deposit_to_account_credit", "show_in_online_bookings", "telehealth_enabled")
    templates = tuple(f"appointment_{purpose}_template_ids" for purpose in ("confirmation", "reminder", "follow_up"))

    def told(row: Row) -> dict[str, object]:
        values = {name: plain(row.get(name)) for name in plain_fields}
        values |= {name: bool(row.get(name)) for name in flags}
        return values | {"deposit_price": number(row.get("deposit_price")), "archived": archived(row)}

    originals = []
    for row in accounts.source("appointment_types"):
        links = {
            "practitioners": frozenset(
                accounts.copy_of("practitioners", one) for one in row.get("practitioner_ids") or []
            ),
            "businesses": frozenset(
                accounts.copy_of("businesses", one) for one in _businesses(accounts.source("businesses"), row)
            ),
            "treatment_note_template_id": accounts.copy_of(
                "treatment_note_templates", row.get("treatment_note_template_id")
            ),
        }
        goods = {
            name: one_of(None, accounts.copy_of(kind, row.get(name)))
            for name, kind in (("billable_item_id", "billable_items"), ("product_id", "products"))
        }
        originals.append(Original(row, {**told(row), **links, **goods, **dict.fromkeys(templates)}))
    copies = []
    for row in accounts.destination("appointment_types"):
        links = {
            "practitioners": frozenset(row.get("practitioner_ids") or []),
            "businesses": frozenset(_businesses(accounts.destination("businesses"), row, both=True)),
        }
        ids = {name: row.get(name) for name in ("treatment_note_template_id", "billable_item_id", "product_id")}
        copies.append(Copy(row, {**told(row), **links, **ids, **{name: plain(row.get(name)) for name in templates}}))
    accounts.pair("appointment_types", ("name",), originals, copies)


def _businesses(businesses: list[Row], kind: Row, both: bool = False) -> list[str]:
    """Lists where a type is offered: said by the type or by the business, or by both where they must agree."""
    offered = {str(one) for one in kind.get("business_ids") or []}
    return [
        row["id"]
        for row in businesses
        if (row["id"] in offered) + (kind["id"] in (row.get("appointment_type_ids") or [])) > both
    ]


def _lines(accounts: Accounts, kind: str, links: dict[str, str], numbers: tuple[str, ...]) -> None:
    def told(row: Row) -> dict[str, object]:
        return {name: number(row.get(name)) for name in numbers}

    accounts.pair(
        kind,
        tuple(links),
        [
            Original(row, told(row) | {name: accounts.copy_of(to, row.get(name)) for name, to in links.items()})
            for row in accounts.source(kind)
        ],
        [Copy(row, told(row) | {name: row.get(name) for name in links}) for row in accounts.destination(kind)],
    )


def _contacts(accounts: Accounts) -> None:
    fields = (
        "address_1",
        "address_2",
        "address_3",
        "city",
        "company_name",
        "country_code",
        "doctor_type",
        "email",
        "first_name",
        "last_name",
        "notes",
        "occupation",
        "post_code",
        "preferred_name",
        "provider_number",
        "state",
        "title",
        "type_code",
    )

    def told(row: Row) -> dict[str, object]:
        values = {name: plain(row.get(name)) for name in fields}
        return values | {"archived": archived(row), "phone_numbers": phones(row.get("phone_numbers"))}

    originals = []
    for row in accounts.source("contacts"):
        expected = told(row)
        if expected["first_name"] is None and expected["last_name"] is None:
            expected |= dict.fromkeys(("first_name", "last_name"), _stand_in(str(row.get("company_name") or "")))
        originals.append(Original(row, expected))
    copies = [Copy(row, told(row)) for row in accounts.destination("contacts")]
    accounts.pair("contacts", ("company_name",), originals, copies)


def _stand_in(company: str) -> Expectation:
    """A contact without a person's name may get one from its company's."""
    return Expectation(
        "nothing, or a name taken from the company's",
        lambda actual: actual is None or not company or str(actual) in company,
    )


def phones(numbers: Any) -> tuple[tuple[str, str], ...]:
    """Lists telephone numbers with their types, in their order."""
    return tuple((phone["phone_type"], phone["number"]) for phone in numbers or [])
