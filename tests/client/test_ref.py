"""A Ref says what a link points at."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinikomigrate.client.ref import Ref


@pytest.mark.parametrize(
    "link",
    [
        "https://api.au1.cliniko.com/v1/patients/1234567890123456789",
        "/v1/patients/1234567890123456789",
        "https://api.au1.cliniko.com/patients/1234567890123456789/",
        "https://elsewhere.example/v12/patients/1234567890123456789?q%5B%5D=archived_at%3A%2A",
    ],
)
def test_reads_kind_and_id_from_a_link(link: str) -> None:
    """The path's last two parts are kind and id, whatever host, version or query stand around them."""
    assert Ref("patients", "1234567890123456789") == Ref.from_link(link)


@pytest.mark.parametrize(
    "link",
    [
        "https://api.au1.cliniko.com/v1/patients/1/invoices",
        "https://api.au1.cliniko.com/v1/relationships?q[]=patient_id:=1",
        "https://api.au1.cliniko.com/v1/patients",
    ],
)
def test_a_link_to_a_collection_is_no_ref(link: str) -> None:
    """Where a link doesn't end in a record's id, there is no Ref."""
    assert None is Ref.from_link(link)


@pytest.mark.parametrize(
    "link",
    [
        "https://api.au1.cliniko.com/v1/1",
        "https://api.au1.cliniko.com/v1/patients/\u0661\u0662",
        "https://api.au1.cliniko.com/v1/patients/-1",
        "https://api.au1.cliniko.com/v1/patients/1.0",
        "https://api.au1.cliniko.com/v1/patients/12345678901234567890",
        "https://api.au1.cliniko.com/v1/..%2F/1",
        "https://api.au1.cliniko.com/v1",
        "https://[",
        "",
    ],
)
def test_what_is_no_link_of_the_api_is_refused(link: str) -> None:
    """A link that leads nowhere is not taken for one to a collection: the record that it meant would be lost."""
    with pytest.raises(ValueError, match=r"no link|IPv6"):
        Ref.from_link(link)


def test_below_another_record_the_last_kind_counts() -> None:
    """A signature's link names its form too; the Ref is the signature's."""
    assert Ref("signatures", "112233") == Ref.from_link("https://x.example/v1/patient_forms/1/signatures/112233")


def test_repr_can_be_read() -> None:
    """A Ref shows kind and id, which are no patient's data."""
    assert "Ref('patients', '1')" == repr(Ref("patients", "1"))


def test_refs_are_equal_by_kind_and_id() -> None:
    """Refs can be compared and be keys."""
    assert 1 == len({Ref("patients", "1"), Ref("patients", "1")})
    assert Ref("patients", "1") != Ref("contacts", "1")


@given(st.integers(min_value=0, max_value=2**63 - 1))
def test_ids_keep_all_digits(number: int) -> None:
    """An id of 19 digits survives, as it never becomes a float."""
    found = Ref.from_link(f"https://api.au1.cliniko.com/v1/patients/{number}")

    assert found is not None
    assert str(number) == found.id
