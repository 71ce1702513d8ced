"""The destination read again and compared with what was meant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from clinikomigrate import (
    Blocked,
    ByPatient,
    Cliniko,
    ClinikoMapper,
    ClinikoSink,
    ConfigurationError,
    Context,
    Mapped,
    Ref,
    Skip,
    Transfer,
    Verification,
    Why,
)
from clinikomigrate.cliniko import models as m
from clinikomigrate.errors import JournalNeeded, Unsupported
from clinikomigrate.testing import FakeCliniko
from clinikomigrate.transfer.journal import Entry, State
from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.sqlite_journal import SQLiteJournal
from tests.end_to_end.accounts import Pair, client, pair_of
from tests.transfer.dict_sink import DictSink
from tests.transfer.practice import Practice
from tests.traps.clinic import Clinic
from tests.traps.test_forms import SVG, image, signed


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    """Returns a small old clinic."""
    return Clinic(tmp_path)


@contextmanager
def accounts(clinic: Clinic) -> Iterator[tuple[Cliniko, Cliniko, Transfer]]:
    """Gives the clients of both accounts and a transfer between them, mounted."""
    with clinic.source.in_process(), clinic.destination.in_process():
        transfer = Pair(clinic.source, clinic.destination, clinic.journal).transfer()
        yield client(clinic.source), client(clinic.destination), transfer
    clinic.source.log[:] = [each for each in clinic.source.log if each.method == "GET"]


def verified(clinic: Clinic, **settings: Any) -> Verification:
    """Compares both accounts."""
    with accounts(clinic) as (_, _, transfer):
        return transfer.verify(**settings)


def found(verification: Verification) -> dict[tuple[str, str], Why]:
    """Gives why things differ, by kind and field."""
    return {(each.kind, each.field): each.why for each in verification.differences}


def live(pair: Pair, *kinds: str) -> dict[str, int]:
    """Counts what is neither archived nor cancelled in the destination."""
    rows = {kind: pair.destination.rows(kind) for kind in kinds}
    return {
        kind: sum(not (row.get("archived_at") or row.get("cancelled_at")) for row in rows[kind])
        for kind in kinds
        if any(not (row.get("archived_at") or row.get("cancelled_at")) for row in rows[kind])
    }


@pytest.mark.parametrize("seed", [1, 2])
def test_there_and_back_and_there_again(tmp_path: Path, seed: int) -> None:
    """A generated clinic is as it was meant, is taken back as far as the API can, and then arrives again."""
    with pair_of(tmp_path, patients=20, seed=seed) as pair:
        pair.transfer().run()
        writes = sum(each.method != "GET" for each in pair.destination.log)
        first = pair.transfer().verify()
        assert writes == sum(each.method != "GET" for each in pair.destination.log)
        taken = pair.transfer().undo()
        kinds = [kind for kind in KINDS if KINDS[kind].left_behind is None and kind != "daily_availabilities"]
        left = live(pair, *kinds)
        nothing = pair.transfer().undo()
        again = pair.transfer().run()

        assert first.ok, first
        assert {"concession_types", "concession_prices", "availability_blocks", "referral_sources"} >= set(left)
        assert {"left"} == {row.state for row in taken.set_aside}
        assert {"concession_types", "concession_prices", "availability_blocks"} >= {row.kind for row in taken.set_aside}
        assert 0 == sum(count.removed for count in nothing.kinds.values())
        assert again.ok
        assert pair.transfer().verify().ok
        pair.check_quiet()


def test_what_differs_and_why(clinic: Clinic) -> None:
    """Edited there, changed here, never arrived, gone: each is told from the others."""
    ada, bea = clinic.patient(occupation="Baker"), clinic.patient(first_name="Bea", occupation="Nurse")
    clinic.add("medical_alerts", name="Latex", patient_id=ada)
    clinic.move()
    with accounts(clinic) as (source, destination, _):
        there = {row["first_name"]: row["id"] for row in clinic.arrived("patients")}
        destination.patients.update(there["Ada"], m.PatientDraft(occupation="Farmer"))
        destination.medical_alerts.archive(clinic.only("medical_alerts")["id"])
        source.patients.update(bea, m.PatientDraft(email="bea@mail.example"))
        source.recalls.list().first()
        clinic.add("patient_cases", name="Knee", patient_id=bea)
    verification = verified(clinic)

    assert {
        ("patients", "occupation"): Why.EDITED_THERE,
        ("patients", "email"): Why.CHANGED_HERE,
        ("medical_alerts", "archived"): Why.EDITED_THERE,
        ("patient_cases", "record"): Why.NEVER_ARRIVED,
    } == found(verification)
    assert not verification.ok
    assert "differ (1 never arrived, 2 edited in the destination since, 1 changed in the source since)" in str(
        verification
    )
    assert ">occupation</td>" in verification._repr_html_()
    assert 4 == len(verification.to_dict()["differences"])


def become_a_farmer(clinic: Clinic) -> None:
    """Edits the destination's only patient."""
    store = clinic.destination.store
    store.change("patients", store.at("patients", clinic.only("patients")["id"]), occupation="Farmer")


def test_what_was_switched_off_there(clinic: Clinic) -> None:
    """A patient's setting is no part of what is known as written, and told as an edit all the same."""
    clinic.patient(receives_cancellation_emails=True)
    clinic.move()
    with accounts(clinic) as (_, destination, _):
        destination.patients.update(clinic.only("patients")["id"], m.PatientDraft(receives_cancellation_emails=False))

    assert {("patients", "receives_cancellation_emails"): Why.EDITED_THERE} == found(verified(clinic))


def test_who_is_muted_for_now_was_not_edited_there(clinic: Clinic) -> None:
    """A run that was stopped has not given the setting back yet."""
    clinic.visit(
        clinic.patient(receives_cancellation_emails=True), cancelled_at="2024-03-10T00:00:00Z", cancellation_reason=50
    )
    clinic.destination.faults.add("401", when=lambda request: request.path.endswith("/cancel"), times=1)
    assert clinic.run().stopped

    assert Why.NEVER_ARRIVED is found(verified(clinic))["patients", "receives_cancellation_emails"]


def test_what_was_found_after_its_answer_was_lost(clinic: Clinic) -> None:
    """It is known as it was found, so that an edit since is told as such."""
    clinic.patient(occupation="Baker")
    clinic.destination.faults.add(
        "drop_after", when=lambda request: request.method == "POST" and request.path.endswith("/patients")
    )
    clinic.move()
    become_a_farmer(clinic)

    assert {("patients", "occupation"): Why.EDITED_THERE} == found(verified(clinic))


def test_what_differed_when_it_was_found(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is known of what the destination had answered, so nobody can tell why it differs."""
    clinic.patient(occupation="Baker")
    clinic.destination.faults.add(
        "drop_after", when=lambda request: request.method == "POST" and request.path.endswith("/patients")
    )
    find = ClinikoSink.find

    def edited(sink: ClinikoSink, draft: Any, since: datetime | None) -> Sequence[str]:
        ids = find(sink, draft, since)
        become_a_farmer(clinic)
        return ids

    monkeypatch.setattr(ClinikoSink, "find", edited)
    clinic.move()

    assert {("patients", "occupation"): Why.UNKNOWN} == found(verified(clinic))


@pytest.mark.parametrize("files", [True, False])
def test_signatures_are_compared_by_what_they_show(clinic: Clinic, files: bool) -> None:
    """Another drawing is found, unless files are left out; the same one that is written otherwise is the same."""
    signed(clinic)
    clinic.move()
    row = clinic.destination.store.at("signatures", clinic.only("signatures")["id"])
    clinic.destination.store.change("signatures", row, image=f"data:image/svg+xml,{quote(SVG)}")
    before = found(verified(clinic, files=files))
    clinic.destination.store.change("signatures", row, image=image(SVG.replace("L9 9", "L8 8")))

    assert {} == before
    assert ({("patient_forms", "signatures"): Why.UNKNOWN} if files else {}) == found(verified(clinic, files=files))


@pytest.mark.parametrize("there", [None, "data:image/png;base64,AA==", "data:image/svg+xml;base64,AA=A"])
def test_signatures_that_are_no_drawings_any_more(clinic: Clinic, there: str | None) -> None:
    """What is gone, or is no drawing, is not the same."""
    signed(clinic)
    clinic.move()
    row = clinic.destination.store.at("signatures", clinic.only("signatures")["id"])
    if there is None:
        clinic.destination.store.remove("signatures", row)
    else:
        clinic.destination.store.change("signatures", row, image=there)

    assert {("patient_forms", "signatures")} == found(verified(clinic)).keys()


def test_a_signature_that_could_not_go_is_no_difference(clinic: Clinic) -> None:
    """The report has counted it as a loss."""
    signed(clinic, SVG.replace('width="300"', 'width="600"'))
    clinic.move()

    assert verified(clinic).ok


def test_files_are_compared_by_their_content(clinic: Clinic, tmp_path: Path) -> None:
    """Another content under the same name and size is found, unless files are left out."""
    clinic.file(clinic.patient())
    clinic.move()
    good = verified(clinic)
    row = clinic.destination.store.at("patient_attachments", str(clinic.only("patient_attachments")["id"]))
    clinic.destination.store.change("patient_attachments", row, content=b"%PDF-1.7 a scam")
    bad, left_out = verified(clinic), verified(clinic, files=False)
    bad.to_csv(tmp_path / "verified")

    assert good.ok
    assert {("patient_attachments", "file"): Why.EDITED_THERE} == found(bad)
    assert left_out.ok
    assert "patient_attachments" in (tmp_path / "verified" / "differences.csv").read_text()


def test_a_sample_for_a_look_by_eye(clinic: Clinic) -> None:
    """Some records are chosen at random, the same ones with the same seed, with links to both accounts' pages."""
    for number in range(9):
        clinic.patient(first_name=f"Person {number}")
    clinic.move()
    with clinic.source.in_process(), clinic.destination.in_process():
        transfer = Transfer(
            client(clinic.source, account=clinic.source.subdomain),
            Pair(clinic.source, clinic.destination, clinic.journal).transfer()._sink,
            journal=clinic.journal,
        )
        one, same = transfer.verify(sample=4, seed=5), transfer.verify(sample=4, seed=5)

    assert 4 == len(one.sample)
    assert one.sample == same.sample
    assert any((pair.source_link or "").startswith("https://") for pair in one.sample)
    assert "of a random sample" in one.verdict
    with pytest.raises(ConfigurationError, match="at least 1"):
        verified(clinic, sample=0)


def test_a_destination_that_shows_nothing_again(tmp_path: Path) -> None:
    """A sink that can't read what it wrote says so; nothing is guessed."""
    practice = Practice(tmp_path)
    practice.patient()
    sink = DictSink()
    practice.run(sink)
    with practice.source.in_process():
        with pytest.raises(Unsupported, match="can't be read again"):
            practice.transfer(sink).verify()
        with pytest.raises(Unsupported, match="can't be read again"):
            practice.transfer(sink).undo()
        with pytest.raises(JournalNeeded):
            practice.transfer(sink, journal=None).verify()


def test_a_kind_that_a_destination_does_not_show_again(tmp_path: Path) -> None:
    """Its records are counted apart; all others are compared."""

    class Blind(DictSink):
        """Doesn't show patients again."""

        unseen = ("patients",)

    practice = Practice(tmp_path)
    practice.patient()
    sink = Blind()
    practice.run(sink)
    with practice.source.in_process():
        verification = practice.transfer(sink).verify()

    assert {"patients": 1} == verification.unseen
    assert verification.ok


def test_a_key_that_is_refused(clinic: Clinic) -> None:
    """Where an account can't be read nothing is compared, and nothing taken back."""
    clinic.patient()
    clinic.move()
    clinic.destination.faults.add("401", every=1)
    with accounts(clinic) as (_, _, transfer):
        with pytest.raises(Blocked, match="can't be verified"):
            transfer.verify()
        with pytest.raises(Blocked, match="Nothing was taken back"):
            transfer.undo()


# What it costs, and what waits.


def lists(fake: FakeCliniko, since: int) -> Counter[str]:
    """Counts the list reads from a request on, by kind."""
    paths = [each.path.removeprefix("/v1/") for each in fake.log[since:] if each.method == "GET"]
    return Counter(path for path in paths if path in KINDS)


def test_a_list_read_for_each_100_records(tmp_path: Path) -> None:
    """Beside what preflight reads: each kind's list on both sides, and one download for each file."""
    with pair_of(tmp_path, patients=70, seed=4) as pair:
        transfer = pair.transfer()
        assert transfer.run().ok
        starts = len(pair.source.log), len(pair.destination.log)
        transfer.preflight()
        checks = lists(pair.source, starts[0]), lists(pair.destination, starts[1])
        starts = len(pair.source.log), len(pair.destination.log)
        requests = transfer._requests()
        verification = transfer.verify()
        accounts_read = lists(pair.source, starts[0]) - checks[0], lists(pair.destination, starts[1]) - checks[1]
        paths = [each.path for each in pair.destination.log[starts[1] :]]
        downloads = sum(path.endswith("/content") for path in paths)

    assert verification.ok
    assert any(count.found > 100 for count in verification.kinds.values())
    for kind, count in verification.kinds.items():
        most = -(-count.found // 100)
        assert (kind, True, True) == (kind, *(read[kind] <= max(most, 1) for read in accounts_read))
    assert downloads == verification.kinds["patient_attachments"].already
    assert verification.requests == transfer._requests() - requests


def test_an_account_that_takes_no_long_address(tmp_path: Path) -> None:
    """Where a server takes fewer ids at once, a run and a comparison take more requests, and find the same."""
    with pair_of(tmp_path, patients=30, seed=5, longest_url=1_000) as pair:
        pair.destination.longest_url = 700
        chosen = [str(row["id"]) for row in pair.source.rows("patients")][:40]
        assert pair.transfer(filter=ByPatient(*chosen)).run().ok
        assert pair.transfer().run().ok
        verification = pair.transfer().verify()
        pair.check()

        assert verification.ok
        assert [414] * 3 == [each.status for each in pair.destination.log if each.status == 414][:3]
        assert pair.transfer().undo().stopped is None


def test_what_waits_for_a_record_that_could_not_go(clinic: Clinic) -> None:
    """An archived patient whose file was refused is not archived by any run before the file goes: that is said."""
    ada = clinic.patient(archived_at="2024-05-01T00:00:00Z")
    clinic.patient(first_name="Bea")
    clinic.file(ada)
    clinic.destination.faults.add(
        "403", when=lambda each: each.method == "POST" and "patient_attachments" in each.path, every=1
    )
    clinic.run()
    with clinic.source.in_process(), clinic.destination.in_process():
        found = Pair(clinic.source, clinic.destination, clinic.journal).transfer().verify()

    assert {"patients": 1} == found.to_archive == found.withheld
    assert "1 patient; records that could not go point there: mend" in found.verdict
    assert "run(last=True)" not in found.verdict


def test_what_is_still_to_be_archived_is_no_difference(clinic: Clinic) -> None:
    """What a filter holds back is counted apart, until the last run archives it."""
    kind = clinic.add("appointment_types", name="Old", archived_at="2024-05-01T00:00:00Z")
    ada, bea = clinic.patient(), clinic.patient(first_name="Bea")
    for patient in (ada, bea):
        clinic.visit(patient, appointment_type_id=kind)
    clinic.move(filter=ByPatient(ada))
    with accounts(clinic) as (_, _, transfer):
        waiting = Transfer(transfer._source, transfer._sink, journal=clinic.journal, filter=ByPatient(ada)).verify()
    with clinic.source.in_process(), clinic.destination.in_process():
        Pair(clinic.source, clinic.destination, clinic.journal).transfer(filter=ByPatient(ada)).run(last=True)
        done = Pair(clinic.source, clinic.destination, clinic.journal).transfer(filter=ByPatient(ada)).verify()

    assert waiting.ok
    assert {"appointment_types": 1} == waiting.to_archive == waiting.to_dict()["to_archive"]
    assert "not yet in the destination: 1 appointment type; a run that leaves nothing behind" in str(waiting)
    assert {} == waiting.withheld
    assert done.ok
    assert {} == done.to_archive
    assert "Archived in the source" not in done.verdict


def test_an_archiving_that_was_refused_is_a_difference(clinic: Clinic) -> None:
    """What the last run tried to archive and could not is not as it was meant."""
    clinic.patient(archived_at="2024-05-01T00:00:00Z")
    clinic.destination.faults.add("403", when=lambda request: request.path.endswith("/archive"), every=1)
    assert not clinic.run().ok
    clinic.destination.faults.clear()

    assert {("patients", "archived"): Why.NEVER_ARRIVED} == found(verified(clinic))


def test_what_was_there_before_is_as_the_report_said(clinic: Clinic) -> None:
    """An adopted patient who is archived in the source only is a loss, which the report has told, and no difference."""
    clinic.patient(email="ada@mail.example", archived_at="2024-05-01T00:00:00Z")
    clinic.destination.add("patients", first_name="Ada", last_name="Example", email="ada@mail.example")
    report = clinic.run(existing="adopt")

    assert ("patients", "archived_at") in {(loss.kind, loss.field) for loss in report.losses}
    assert verified(clinic).ok


def test_cancelled_there_since(clinic: Clinic) -> None:
    """An appointment that somebody cancelled in the destination, and one that is cancelled in the source since."""
    ada = clinic.patient()
    visits = [clinic.visit(ada), clinic.visit(ada, starts_at="2024-03-15T22:30:00Z")]
    clinic.move()
    times = {row["starts_at"]: str(row["id"]) for row in clinic.arrived("individual_appointments")}
    with accounts(clinic) as (source, destination, _):
        destination.individual_appointments.cancel(times["2024-03-14T22:30:00Z"], reason=50)
        source.individual_appointments.cancel(visits[1], reason=50)
    differences = {each.source_id: each.why for each in verified(clinic).differences if each.field == "cancelled"}

    assert {visits[0]: Why.EDITED_THERE, visits[1]: Why.CHANGED_HERE} == differences


def test_gone_for_good(clinic: Clinic) -> None:
    """A tax that was deleted in the destination is told as a whole; so is a file that can't be read any more."""
    tax = clinic.add("taxes", name="GST", rate="10.0")
    clinic.file(clinic.patient())
    clinic.move()
    with accounts(clinic) as (_, destination, _):
        destination.taxes.delete(clinic.only("taxes")["id"])
    clinic.destination.store_faults.add("403", every=1)
    verification = verified(clinic)

    assert {("taxes", "record"): Why.EDITED_THERE, ("patient_attachments", "file"): Why.EDITED_THERE} == found(
        verification
    )
    assert [tax] == [each.source_id for each in verification.differences if each.kind == "taxes"]


def test_a_file_that_never_was_compared(clinic: Clinic) -> None:
    """A file whose upload was stopped before it was looked at has not arrived as far as anybody knows."""
    clinic.file(clinic.patient())
    clinic.destination.faults.add("403", when=lambda request: request.path.endswith("/content"), every=1)
    assert not clinic.run().ok
    clinic.destination.faults.clear()

    assert {("patient_attachments", "file"): Why.NEVER_ARRIVED} == found(verified(clinic))


class Moody(ClinikoMapper):
    """A mapper of a user's own, that fails, or leaves out, what it took before."""

    def __init__(self, answer: Skip | None) -> None:
        super().__init__()
        self._answer = answer

    def patient(self, patient: m.Patient, context: Context, /) -> Mapped[m.PatientDraft] | Skip:
        """Fails, or leaves the patient out."""
        if self._answer is None:
            raise ConfigurationError("no")
        return self._answer


def test_a_mapper_that_fails_by_now(clinic: Clinic) -> None:
    """What can't be mapped any more can't be compared; who was never carried was meant all the same."""
    clinic.patient()
    clinic.move()
    clinic.patient(first_name="Bea")
    failing = verified_with(clinic, Moody(None))
    skipping = verified_with(clinic, Moody(Skip("not wanted")))

    assert [Why.NEVER_ARRIVED] * 2 == [each.why for each in failing.differences]
    assert {"record"} == {each.field for each in failing.differences}
    assert skipping.ok
    assert (2, 1) == (skipping.kinds["patients"].found, skipping.kinds["patients"].selected)


def verified_with(clinic: Clinic, mapper: ClinikoMapper) -> Verification:
    """Compares both accounts with another mapper than they were copied with."""
    with clinic.source.in_process(), clinic.destination.in_process():
        return Pair(clinic.source, clinic.destination, clinic.journal).transfer(mapper=mapper).verify()


def test_what_points_at_something_that_could_not_go(clinic: Clinic) -> None:
    """A record that was changed to point at one that is not there is a difference as a whole."""
    ada = clinic.patient()
    alert = clinic.add("medical_alerts", name="Latex", patient_id=ada)
    clinic.move()
    journal = SQLiteJournal(clinic.journal)
    journal.open()
    journal.settle(Ref("patients", ada), Entry(State.FAILED, reason="a test wants it so"))
    journal.close()

    assert {("patients", ada), ("medical_alerts", alert)} == {
        (each.kind, each.source_id) for each in verified(clinic).differences
    }


def test_it_ends_with_what_was_found_so_far(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C, a lost connection and a list that may not be read end it; what was found is not thrown away."""
    clinic.patient()
    clinic.move()

    def interrupt(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(ClinikoSink, "compare", interrupt)
        stopped = verified(clinic)
    clinic.destination.faults.add("403", when=lambda request: ("q[]", "archived_at:*") in request.query, every=1)
    refused = verified(clinic)

    assert "asked to stop" == stopped.stopped
    assert not stopped.ok
    assert "Stopped early (asked to stop); " in stopped.verdict
    assert "could not be read" in str(refused.stopped)


def test_a_sample_of_what_is_gone(clinic: Clinic) -> None:
    """A record that is not there any more has no page in the destination."""
    clinic.add("taxes", name="GST", rate="10.0")
    clinic.move()
    with accounts(clinic) as (_, destination, _):
        destination.taxes.delete(clinic.only("taxes")["id"])
    sample = verified(clinic, sample=99).sample

    assert [None] == [pair.destination_link for pair in sample if pair.kind == "taxes"]


def test_what_the_destination_refused_of_a_record_is_no_difference(clinic: Clinic) -> None:
    """The report has told that a link was lost; everything else of the record is compared."""
    contact = clinic.add("contacts", first_name="Gia", last_name="Insurer", type_code=2)
    case = clinic.add("patient_cases", name="Knee", patient_id=clinic.patient(), contact_id=contact)
    report = clinic.move()
    well = verified(clinic)
    with accounts(clinic) as (_, destination, _):
        destination.patient_cases.update(clinic.only("patient_cases")["id"], m.PatientCaseDraft(name="Hip"))

    assert ("patient_cases", "contact") in {(loss.kind, loss.field) for loss in report.losses}
    assert well.ok, well
    assert [(case, "name")] == [(each.source_id, each.field) for each in verified(clinic).differences]
