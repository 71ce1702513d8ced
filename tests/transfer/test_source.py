"""What a transfer reads from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from clinikomigrate import ConfigurationError, Ref, where
from clinikomigrate.errors import ReadOnly
from clinikomigrate.testing import FakeCliniko
from clinikomigrate.transfer.mapper import Fetch
from clinikomigrate.transfer.source import ClinikoSource, SourceFile
from tests.end_to_end.accounts import client

FILE = b"%PDF-1.7 a scan of some length"


class Reading:
    """An account, and the source that reads it."""

    def __init__(self) -> None:
        self.fake = FakeCliniko()
        self.fake.key  # noqa: B018 - makes the owner
        self.patient = self.fake.add("patients", first_name="Ada", last_name="Example")
        self.source = ClinikoSource(client(self.fake))

    def requests(self) -> list[str]:
        """Returns the paths that were asked for so far."""
        return [request.path for request in self.fake.log]


@pytest.fixture
def reading() -> Iterator[Reading]:
    """Returns an account that answers."""
    reading = Reading()
    with reading.fake.in_process():
        yield reading


def fetched(reading: Reading, what: str, *refs: Ref[Any], entity: Any = None) -> Any:
    """Fetches something."""
    return reading.source.fetch(Fetch(what, refs), entity)


def test_it_can_only_read(reading: Reading) -> None:
    """The client that a source holds refuses every write, before anything is sent."""
    with pytest.raises(ReadOnly):
        reading.source._client.patients.archive(reading.patient)

    assert [] == reading.requests()
    assert "<ClinikoSource <Cliniko au1" in repr(reading.source)


def test_archived_and_cancelled_records_are_read_too(reading: Reading) -> None:
    """A stream and a count leave nothing out, and a stream can go on behind an id."""
    archived = reading.fake.add("patients", first_name="Bo", last_name="Example", archived_at="2024-01-01T00:00:00Z")

    assert [reading.patient, archived] == [each.id for each in reading.source.stream("patients")]
    assert [archived] == [each.id for each in reading.source.stream("patients", after=reading.patient)]
    assert 2 == reading.source.count("patients")
    assert 1 == reading.source.count("patients", where("archived_at").not_null())


def test_practitioners_who_left_are_read_too(reading: Reading) -> None:
    """Former practitioners come after the active ones."""
    left = reading.fake.add("practitioners", first_name="Old", last_name="Timer", active=False)

    assert left == [each.id for each in reading.source.stream("practitioners")][-1]


def test_by_id_asks_in_batches_and_leaves_out_what_is_gone(reading: Reading) -> None:
    """A hundred ids go into one request; an id that nobody has gives nothing."""
    ids = [reading.patient, *(str(10**18 + number) for number in range(110))]
    found = list(reading.source.by_id("patients", ids))

    assert [reading.patient] == [each.id for each in found]
    assert 2 == len(reading.requests())


def file(reading: Reading, **values: Any) -> Any:
    """Puts a file into the account, and returns it as the API shows it."""
    id = reading.fake.add("patient_attachments", patient_id=reading.patient, content=FILE, **values)
    return next(iter(reading.source.by_id("patient_attachments", [id])))


def test_a_file_is_read_when_it_is_opened_each_time_anew(reading: Reading) -> None:
    """Nothing is read until then, and nothing is kept."""
    entity = file(reading, filename="scan.pdf", content_type="application/pdf")
    scan = fetched(reading, "file", entity=entity)
    before = len(reading.requests())

    assert ("scan.pdf", "application/pdf", len(FILE)) == (scan.name, scan.content_type, scan.size)
    assert before == len(reading.requests())
    assert [FILE, FILE] == [b"".join(scan.open()) for _ in range(2)]
    assert "<SourceFile>" == repr(scan)


def test_a_file_whose_size_is_not_said_is_measured_once(reading: Reading) -> None:
    """Where the API leaves the size out, the file is read once to measure it; a file without a name gets one."""
    entity = file(reading)
    unmeasured = SourceFile(None, None, None, lambda: reading.source._client.patient_attachments.download(entity.id))
    before = unmeasured.announced_size
    sizes = [unmeasured.size, unmeasured.size]

    assert [len(FILE)] * 2 == sizes
    assert (None, len(FILE)) == (before, unmeasured.announced_size)
    assert 1 == len(reading.fake.store_log)
    assert ("file", None) == (unmeasured.name, unmeasured.content_type)


def test_a_signature_that_is_gone_is_not_given(reading: Reading) -> None:
    """A form's signature that the API doesn't show is None, which the draft counts as a loss."""
    for what in ("signature", "signed"):
        assert fetched(reading, what, Ref("patient_forms", "1"), Ref("signatures", "2")) is None


def test_a_signature_is_given_with_and_without_what_is_known_of_it(reading: Reading) -> None:
    """Its image alone is what another account takes; an archive keeps who gave it, and when."""
    form = reading.fake.add("patient_forms", patient_id=reading.patient, name="Consent")
    user = str(reading.fake.rows("users")[0]["id"])
    image = "data:image/svg+xml,%3Csvg/%3E"
    signature = reading.fake.add("signatures", patient_form_id=form, image=image, user_id=user)
    refs: tuple[Ref[Any], Ref[Any]] = (Ref("patient_forms", form), Ref("signatures", signature))
    signed = fetched(reading, "signed", *refs)

    assert fetched(reading, "signature", *refs) == signed.image == image
    assert (signed.id, signed.user) == (signature, Ref("users", user))
    assert signed.created_at is not None


def test_files_of_a_case(reading: Reading) -> None:
    """A case's files are given as refs, archived ones too; an account without that list gives None."""
    ids = [file(reading, archived_at=when).id for when in (None, "2024-01-01T00:00:00Z")]
    case = reading.fake.add("patient_cases", patient_id=reading.patient, name="Knee", patient_attachment_ids=ids)
    given = fetched(reading, "case_attachments", Ref("patient_cases", case))

    assert [Ref("patient_attachments", id) for id in ids] == given
    assert fetched(reading, "case_attachments", Ref("patient_cases", "404404")) is None


def test_practitioners_of_appointment_types_are_read_once_for_all_types(reading: Reading) -> None:
    """Which practitioners offer a type is asked from the practitioners' side, at a request each, once."""
    practitioner = str(reading.fake.rows("practitioners")[0]["id"])
    first, second = (
        reading.fake.add("appointment_types", name=name, practitioner_ids=[practitioner] if name == "Initial" else [])
        for name in ("Initial", "Review")
    )
    given = [fetched(reading, "type_practitioners", Ref("appointment_types", each)) for each in (first, second)]
    before = len(reading.requests())

    assert [[Ref("practitioners", practitioner)], []] == given
    fetched(reading, "type_practitioners", Ref("appointment_types", first))
    assert before == len(reading.requests())

    list(reading.source.stream("appointment_types"))  # a new run reads them anew
    fetched(reading, "type_practitioners", Ref("appointment_types", first))
    assert before + 4 == len(reading.requests())


def test_an_account_without_that_list_has_no_practitioners_of_types(reading: Reading) -> None:
    """Where the endpoint isn't there, types are made without practitioners."""
    practitioner = reading.fake.rows("practitioners")[0]["id"]
    reading.fake.lacks.add(f"/practitioners/{practitioner}/appointment_types")

    assert [] == fetched(reading, "type_practitioners", Ref("appointment_types", "1"))


def test_what_it_does_not_know_to_fetch_is_said(reading: Reading) -> None:
    """A mapper that asks for something unknown is told so."""
    with pytest.raises(ValueError, match="can't fetch 'x-rays'"):
        fetched(reading, "x-rays")


def test_it_says_whose_key_reads_and_what_it_costs(reading: Reading) -> None:
    """Settings, user, account check, requests sent and the rate limit are those of the client."""
    reading.source.check_account()

    assert "old-clinic" == getattr(reading.source.settings().account, "subdomain", None)
    assert "administrator" == reading.source.user().role
    assert len(reading.requests()) == reading.source.requests_sent
    assert 200 == reading.source.requests_per_minute


def test_an_unknown_kind_is_refused(reading: Reading) -> None:
    """A stream of a kind that isn't there names it."""
    with pytest.raises(ConfigurationError, match="pateints"):
        list(reading.source.stream("pateints"))
