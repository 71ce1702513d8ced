"""Looking at both accounts before anything is written."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from clinikomigrate import ALL_KINDS, Account, Blocked, Cliniko, ClinikoSink, Finding, Level, Ref, Transfer
from clinikomigrate.errors import (
    ConfigurationError,
    Error,
    Forbidden,
    NotFound,
    TransportError,
    Unauthorized,
    UnexpectedResponse,
)
from clinikomigrate.testing import FakeCliniko, empty_destination
from clinikomigrate.transfer.filters import Everything
from clinikomigrate.transfer.mapper import Mapper
from clinikomigrate.transfer.patience import Patience
from clinikomigrate.transfer.preflight import Preflight
from clinikomigrate.transfer.scope import Scope
from clinikomigrate.transfer.survey import Survey
from tests.end_to_end.accounts import client
from tests.transfer.dict_sink import DictMapper, DictSink
from tests.transfer.reading import steady

KINDS = frozenset({"patients", "individual_appointments", "medical_alerts"})


class Checking(DictSink):
    """A destination that finds what a test wants."""

    def __init__(self, found: Iterable[Finding] | Error = (), ways: Collection[str] = ()) -> None:
        super().__init__()
        self._found = found
        self._ways = ways

    def check(self) -> Iterator[Finding]:
        """Finds it."""
        if isinstance(self._found, Error):
            raise self._found
        yield from self._found

    def may_message(self) -> Collection[str]:
        """Says how it would write to patients."""
        return self._ways


class Remembering(Mapper):
    """Keeps what it was given to match with."""

    survey: Survey

    def prepare(self, survey: Survey) -> tuple[dict[Ref[Any], str], tuple[Finding, ...]]:
        """Remembers the survey and matches nothing."""
        self.survey = survey
        return {}, ()


@pytest.fixture
def source() -> Iterator[FakeCliniko]:
    """Returns a source with one place, one practitioner and one appointment, cancelled."""
    fake = FakeCliniko()
    fake.key  # noqa: B018 - makes the owner
    place = fake.add("businesses", business_name="Main Street")
    fake.add("businesses", business_name="Never used")
    visit = {
        "appointment_type_id": fake.add("appointment_types", name="Initial"),
        "practitioner_id": fake.rows("practitioners")[0]["id"],
        "patient_id": fake.add("patients", first_name="Ada", last_name="Example"),
    }
    fake.add(
        "individual_appointments",
        business_id=place,
        starts_at="2024-03-14T22:30:00Z",
        cancelled_at="2024-03-13T22:30:00Z",
        **visit,
    )
    with fake.in_process():
        yield fake


def looked(source: FakeCliniko, sink: DictSink, mapper: Mapper | None = None) -> dict[str, Finding]:
    """Returns the findings by code."""
    reading = steady(client(source))
    scope = Scope()
    found = Preflight(
        source=reading,
        sink=sink,
        mapper=mapper or DictMapper(),
        kinds=KINDS,
        filter=Everything(),
        scope=scope,
        patience=Patience(client(source).clock, threading.Event(), lambda _, __: None),
    ).run()
    scope.close()
    return {finding.code: finding for finding in found.findings}


def test_a_destination_s_own_findings_are_told_for_kinds_that_go(source: FakeCliniko) -> None:
    """What a sink finds is part of preflight; what concerns a kind that was left out is not."""
    general = Finding(Level.WARNING, "slow", "It is slow.", "Wait.")
    ours = Finding(Level.NOTE, "patients", "Patients are fine.", "Nothing.", kind="patients")
    other = Finding(Level.BLOCKER, "notes", "Notes are not.", "Leave them out.", kind="treatment_notes")

    assert {"slow": general, "patients": ours} == looked(source, Checking([general, ours, other]))


@pytest.mark.parametrize(
    ("error", "code", "remedy"),
    [
        (Unauthorized(status=401, method="GET", path="/user"), "destination-key", "complete and not revoked"),
        (UnexpectedResponse("no JSON", path="/user"), "destination-unreadable", "leads to the API"),
    ],
)
def test_a_destination_that_cannot_be_checked_blocks(source: FakeCliniko, error: Error, code: str, remedy: str) -> None:
    """One of this package's errors in a sink's check becomes a blocker with a remedy."""
    found = looked(source, Checking(error))

    assert [code] == list(found)
    assert Level.BLOCKER is found[code].level
    assert "The destination could not be read: " in found[code].message
    assert remedy in found[code].remedy


def test_nothing_is_mapped_while_a_key_is_refused(source: FakeCliniko, tmp_path: Path) -> None:
    """Where an account can't be read neither run nor plan go on; both say why."""
    sink = Checking(Unauthorized(status=401, method="GET", path="/user"))
    transfer = Transfer(client(source), sink, mapper=DictMapper(), journal=tmp_path / "a.journal")
    with pytest.raises(Blocked, match="Nothing was written") as run:
        transfer.run()
    with pytest.raises(Blocked, match="The plan can't be made") as plan:
        transfer.plan()

    assert (
        ["destination-key"] == [each.code for each in run.value.findings] == [each.code for each in plan.value.findings]
    )


@pytest.mark.parametrize(
    ("ways", "include", "codes"),
    [
        ((), KINDS, []),
        (("confirmations",), KINDS, ["may-message-confirmations"]),
        (("cancellations", "confirmations"), KINDS, ["may-message-cancellations", "may-message-confirmations"]),
        (("cancellations",), KINDS - {"individual_appointments"}, []),
        (("confirmations",), KINDS - {"individual_appointments"}, []),
        (("reminders",), KINDS, ["would-message"]),
    ],
)
def test_ways_in_which_patients_could_be_written_to_are_told(
    source: FakeCliniko, ways: Collection[str], include: frozenset[str], codes: list[str]
) -> None:
    """Each way that matters is a note; cancellations matter only where some will be made."""
    transfer = Transfer(client(source), Checking(ways=ways), mapper=DictMapper(), include=include)

    assert codes == [finding.code for finding in transfer.preflight()]


def test_cancellations_do_not_matter_where_nothing_was_cancelled(source: FakeCliniko) -> None:
    """Without cancelled appointments in the source nobody can be written to about one."""
    [visit] = source.rows("individual_appointments")
    row = source.store.at("individual_appointments", str(visit["id"]))
    source.store.change("individual_appointments", row, cancelled_at=None)
    for attendee in source.rows("attendees"):
        source.store.change("attendees", source.store.at("attendees", str(attendee["id"])), cancelled_at=None)

    assert {} == looked(source, Checking(ways=["cancellations"]))


def test_what_is_in_use_is_asked_for_once(source: FakeCliniko) -> None:
    """A business counts as used when any record that goes is there; asking again sends nothing."""
    mapper = Remembering()
    looked(source, Checking(), mapper)
    used, unused = (Ref[Any]("businesses", str(row["id"])) for row in source.rows("businesses"))
    answers = [mapper.survey.in_use(used), mapper.survey.in_use(unused)]
    before = len(source.log)

    assert [True, False] == answers == [mapper.survey.in_use(used), mapper.survey.in_use(unused)]
    assert before == len(source.log)
    assert not mapper.survey.in_use(Ref("users", "1"))


def test_a_kind_that_every_account_has_is_never_taken_for_empty(source: FakeCliniko) -> None:
    """A list that is suddenly not there says nothing about what is in use."""
    mapper = Remembering()
    looked(source, Checking(), mapper)
    source.lacks.add("/individual_appointments")

    with pytest.raises(NotFound):
        mapper.survey.in_use(Ref("businesses", str(source.rows("businesses")[0]["id"])))


def test_lists_that_may_not_be_read_are_not_taken_for_empty(source: FakeCliniko) -> None:
    """What an administrator may read and the key may not blocks, on either side; a list that isn't there is told."""

    class Closed(Checking):
        """Shows nothing of what it holds."""

        def existing(self, kind: str) -> Iterator[tuple[str, Any]]:
            """Refuses."""
            raise Forbidden(status=403, method="GET", path=f"/{kind}")

    source.lacks.add("/referral_source_types")
    source.faults.add("403", when=lambda request: request.path == "/v1/businesses", every=1)
    mapper = Remembering()

    found = looked(source, Closed(), mapper)

    assert {"source-role", "destination-role", "source-lacks"} <= set(found)
    assert "may not read what an administrator may: businesses." in found["source-role"].message
    assert "businesses, practitioners, users" in found["destination-role"].message
    assert ("referral_source_types", Level.WARNING) == (found["source-lacks"].kind, found["source-lacks"].level)
    assert ((), ()) == (mapper.survey.records["referral_source_types"], mapper.survey.records["businesses"])
    assert {()} == set(mapper.survey.existing.values())


def test_what_was_left_out_but_is_needed_is_read_on_both_sides(source: FakeCliniko) -> None:
    """Kinds that were left out and that others point at are given to the mapper, to be matched by name."""
    mapper = Remembering()
    looked(source, Checking(), mapper)

    assert ["Initial"] == [each.name for each in mapper.survey.records["appointment_types"]]
    assert {"Initial", "Main Street"} <= set(mapper.survey.names.values())
    assert KINDS == mapper.survey.included


def test_contacts_that_were_left_out_are_matched_and_not_named(source: FakeCliniko) -> None:
    """They are people: nothing that is shown has their names."""
    contact = source.add("contacts", first_name="Gia", last_name="Doctor")
    mapper = Remembering()
    looked(source, Checking(), mapper)

    assert [contact] == [each.id for each in mapper.survey.records["contacts"]]
    assert Ref("contacts", contact) not in mapper.survey.names


def test_a_survey_of_one_s_own_uses_nothing() -> None:
    """A survey that somebody makes by hand, for a test of a mapper, says that nothing is in use and nothing goes."""
    assert not Survey(None).in_use(Ref("businesses", "1"))
    assert not Survey(None).goes("patients")


def test_a_destination_that_lacks_a_list_for_matching_stops_nothing_by_itself(source: FakeCliniko) -> None:
    """What has no counterpart for lack of it is told by whoever matches, where it is in use."""

    class Older(Checking):
        """Has no lists at all."""

        def existing(self, kind: str) -> Iterator[tuple[str, Any]]:
            """Refuses."""
            raise NotFound(status=404, method="GET", path=f"/{kind}")

    assert {} == looked(source, Older())


def test_kinds_that_the_source_lacks_are_told_together(source: FakeCliniko) -> None:
    """One finding names all lists that aren't there, so that none is taken for empty."""
    source.lacks |= {"/recalls", "/recall_types", "/relationships"}
    destination = empty_destination(source)
    transfer = Transfer(client(source), ClinikoSink(client(destination)), include=ALL_KINDS - {"recalls"})
    with destination.in_process():
        found = {each.code: each for each in transfer.preflight()}

    assert found["source-lacks"].message.endswith(": recall types, relationships.")
    assert None is found["source-lacks"].kind


def test_a_source_that_answers_nonsense_is_unreachable(source: FakeCliniko) -> None:
    """An answer that is no answer of the API is told with what to do."""
    source.faults.add("not_json", every=1)
    found = looked(source, Checking())

    assert ["source-unreadable"] == list(found)
    assert "base_url" in found["source-unreadable"].remedy


def test_the_two_accounts_must_be_two(source: FakeCliniko) -> None:
    """A destination whose account is the source's own is refused, by id; nothing else is looked at or told."""
    own = str(source.settings["account"]["id"])

    class Same(Checking):
        """Says that it is the source."""

        def account(self) -> Account:
            """Returns the source's account."""
            return Account(own, "The same")

    found = looked(source, Same(ways=("reminders",)))

    assert ["same-account"] == list(found)
    assert "Source and destination are the same account ('The same')." == found["same-account"].message
    assert {"/v1/user", "/v1/settings"} == {request.path for request in source.log}


def test_a_source_that_does_not_say_which_account_it_is(source: FakeCliniko) -> None:
    """A journal could be bound to nothing then, so that is an error."""
    source.settings["account"]["id"] = None

    with pytest.raises(ConfigurationError, match="name no account"):
        looked(source, Checking())


def test_an_outage_while_the_destination_is_looked_at_is_waited_out(source: FakeCliniko) -> None:
    """What a sink looks at before the first write finds a lost connection again, and nothing is told twice."""

    class Losing(Checking):
        """Loses its connection once at each step."""

        def __init__(self, found: Finding) -> None:
            super().__init__(ways=("cancellations",))
            self._finds = found
            self.outages: list[str] = []

        def _lose(self, what: str) -> None:
            if what not in self.outages:
                self.outages.append(what)
                raise TransportError("Nobody answered.", method="GET", path="/user", sent=True)

        def account(self) -> Account:
            """Returns the account."""
            self._lose("account")
            return super().account()

        def may_message(self) -> Collection[str]:
            """Says how it would write to patients."""
            self._lose("may_message")
            return super().may_message()

        def prepare(self, survey: Survey, matches: Mapping[Ref[Any], str]) -> Iterator[Finding]:
            """Finds something, and loses its connection then."""
            yield self._finds
            self._lose("prepare")

    slow = Finding(Level.WARNING, "slow", "It is slow.", "Wait.")
    sink = Losing(slow)
    found = looked(source, sink)

    assert ["account", "may_message", "prepare"] == sink.outages
    assert slow == found["slow"]
    assert "may-message-cancellations" in found


def test_an_outage_of_a_cliniko_account_while_it_is_looked_at(source: FakeCliniko) -> None:
    """Some minutes without the destination, once the keys were accepted, delay preflight and break nothing."""
    destination = empty_destination(source)
    patient, kind = source.rows("patients")[0]["id"], source.add("recall_types", name="Check-up")
    source.add("recalls", patient_id=patient, recall_type_id=kind, recall_at="2025-09-01")
    destination.faults.add("refuse", when=lambda request: request.path == "/v1/recalls", every=1, times=25)
    before = source.clock.monotonic()
    with destination.in_process():
        found = Transfer(client(source), ClinikoSink(client(destination, clock=source.clock))).preflight()

    assert found.ok
    assert 60 < source.clock.monotonic() - before


def test_appointment_types_left_out_are_matched_by_name(source: FakeCliniko) -> None:
    """A kind left out but needed is matched with what is there under the same name, and blocks where there is none."""
    destination = empty_destination(source)
    here = client(source)
    there = Cliniko(destination.key, app_name="Acme", contact_email="dev@acme.example", clock=source.clock)
    include = {"patients", "individual_appointments"}
    with destination.in_process():
        missing = Transfer(here, ClinikoSink(there), include=include).preflight()
        destination.add("appointment_types", name="initial")
        plan = Transfer(here, ClinikoSink(there), include=include).plan()

    assert not missing.ok
    assert "appointment_types" in {finding.kind for finding in missing.blockers}
    assert ("appointment_types", "Initial", "initial") in {
        (match.kind, match.source, match.destination) for match in plan.matches
    }
    assert 1 == plan.kinds["individual_appointments"].created
