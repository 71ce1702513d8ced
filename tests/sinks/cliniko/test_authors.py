"""Under whose key a treatment note goes out, and whose keys are taken for that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from clinikomigrate.client.query import Condition, where
from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET
from clinikomigrate.cliniko import Cliniko
from clinikomigrate.cliniko import models as m
from clinikomigrate.errors import ConfigurationError, NotFound, OutcomeUnknown
from clinikomigrate.sinks.cliniko import ClinikoMapper, ClinikoSink
from clinikomigrate.sinks.cliniko.authored import AUTHOR, AuthoredNoteDraft
from clinikomigrate.testing import FakeCliniko
from clinikomigrate.testing.faults import FaultKind
from clinikomigrate.transfer.findings import Finding, Level
from clinikomigrate.transfer.follow_ups import Archiving, Change
from clinikomigrate.transfer.kinds import ALL_KINDS
from clinikomigrate.transfer.rehearsal import PLANNED
from clinikomigrate.transfer.survey import Survey
from tests.sinks.cliniko.destination import Destination, content

OLIVIA, AMY, BEN = "501", "502", "503"
"""The source's practitioners: the one who owns the main key, and two others."""


@attrs.frozen
class Person:
    """Somebody in the destination."""

    user: str
    practitioner: str


class Practice:
    """A destination where two practitioners work beside the main key's, and what was read of both accounts."""

    def __init__(self, **options: Any) -> None:
        self.there = Destination(**options)
        self.fake = self.there.fake
        self.olivia = Person(self.there.client_user(), self.there.practitioner)
        self.amy = self.add("Amy", "Ng")
        self.ben = self.add("Ben", "Ba")
        self.practitioners = [
            self.old(OLIVIA, "Olivia", "Owner"),
            self.old(AMY, "Amy", "Ng", title="Dr"),
            self.old(BEN, "Ben", "Ba"),
        ]
        self.users = [m.User(id=f"6{each.id}", email=f"{each.id}@old.example") for each in self.practitioners]
        self.authors_of_notes: set[str] = set()

    def add(self, first_name: str, last_name: str, *, active: bool = True, **user: Any) -> Person:
        """Puts somebody into the destination."""
        names = {"first_name": first_name, "last_name": last_name}
        given = {"role": "practitioner", "email": f"{first_name}@new.example", **user}
        id = self.fake.add("users", **names, **given)
        return Person(id, self.fake.add("practitioners", user_id=id, active=active, **names))

    def old(self, id: str, first_name: str, last_name: str, **values: Any) -> m.Practitioner:
        """Makes a practitioner of the source."""
        names = {"first_name": first_name, "last_name": last_name}
        return m.Practitioner(**{"id": id, "active": True, "user": Ref("users", f"6{id}"), **names, **values})

    def client(self, person: Person, **options: Any) -> Cliniko:
        """Makes a client with somebody's key."""
        return self.there.another_client(key=self.fake.key_for(person.user), **options)

    def goes(self, kind: str, *conditions: Condition) -> bool:
        """Says whether the source has notes by one of those who wrote some."""
        return kind == "treatment_notes" and any(
            conditions == (where("practitioner_id") == id,) for id in self.authors_of_notes
        )

    def survey(self, **changes: Any) -> Survey:
        """Makes what preflight reads."""
        sink = self.there.sink
        given = {
            "settings": m.Settings(),
            "records": {"practitioners": tuple(self.practitioners), "users": tuple(self.users)},
            "existing": {kind: tuple(sink.existing(kind)) for kind in ("practitioners", "users")},
            "account": sink.account(),
            "included": ALL_KINDS,
            "goes": self.goes,
        }
        return Survey(**{**given, **changes})

    def sink(self, authors: dict[str, Cliniko] | None = None, **changes: Any) -> ClinikoSink:
        """Makes a sink whose keys are proven."""
        sink = ClinikoSink(self.there.another_client(), authors=authors)
        assert [] == found(sink, self.survey(**changes))
        return sink

    def note(self, author: str | None, **values: Any) -> AuthoredNoteDraft:
        """Makes a note's draft."""
        given = {"patient_id": self.there.patient, "title": "Progress", "draft": False, "content": content("Better.")}
        return AuthoredNoteDraft(author_id=author, **{**given, **values})

    def row(self, id: str) -> dict[str, Any]:
        """Gives a note as the destination keeps it."""
        return self.there.row("treatment_notes", id)

    def asked_by(self, method: str, ending: str = "") -> list[Any]:
        """Gives the users who sent requests about notes."""
        about = [each for each in self.fake.log if each.method == method and "/treatment_notes" in each.path]
        return [each.user_id for each in about if each.path.endswith(ending)]

    def spent(self, start: int, end: int | None) -> dict[str, int]:
        """Counts the requests in a part of the log by the allowances that paid for them."""
        users = [each.user_id or "" for each in self.fake.log[start:end]]
        return dict(Counter("" if user == self.olivia.user else user for user in users))


@pytest.fixture
def practice() -> Iterator[Practice]:
    """A practice whose destination answers."""
    practice = Practice()
    with practice.fake.in_process():
        yield practice
    practice.fake.assert_clean()


def found(sink: ClinikoSink, survey: Survey) -> list[Finding]:
    """Gives what a sink finds about authors."""
    return [each for each in sink.prepare(survey, {}) if each.code.startswith("author")]


# Writing.


def test_a_note_goes_out_under_its_author_s_own_key(practice: Practice) -> None:
    """It stands under its author in the destination, nothing of that is lost, and the author is not in the body."""
    sink = practice.sink({"Amy Ng": practice.client(practice.amy), BEN: practice.client(practice.ben)})
    made = {author: sink.create(practice.note(author)) for author in (AMY, BEN)}

    assert [practice.amy.practitioner, practice.ben.practitioner] == [
        practice.row(each.id)["practitioner_id"] for each in made.values()
    ]
    assert [(), ()] == [each.losses for each in made.values()]
    assert [practice.amy.user, practice.ben.user] == practice.asked_by("POST")
    assert not any("author_id" in each.json for each in practice.fake.log if isinstance(each.json, dict))


def test_other_notes_go_out_under_the_main_key(practice: Practice) -> None:
    """Whoever has no key of their own loses the authorship; it is foreseen and counted."""
    sink = practice.sink({"Amy Ng": practice.client(practice.amy)})
    draft = practice.note(BEN)
    made = sink.create(draft)

    assert practice.olivia.practitioner == practice.row(made.id)["practitioner_id"]
    assert (AUTHOR,) == made.losses == tuple(sink.foresee_losses(draft))


def test_the_main_key_s_own_notes_keep_their_author(practice: Practice) -> None:
    """The main key's practitioner needs no entry in authors: what that very person wrote stands under them."""
    sink = practice.sink()
    draft = practice.note(OLIVIA)
    made = sink.create(draft)

    assert practice.olivia.practitioner == practice.row(made.id)["practitioner_id"]
    assert () == made.losses == tuple(sink.foresee_losses(draft))


@pytest.mark.parametrize("author", [None, UNSET])
def test_nobody_loses_nothing(practice: Practice, author: Any) -> None:
    """A note whose author the source doesn't say goes out under the main key; what is lost by that the mapper knows."""
    sink = practice.sink({"Amy Ng": practice.client(practice.amy)})
    made = sink.create(practice.note(author))

    assert practice.olivia.practitioner == practice.row(made.id)["practitioner_id"]
    assert () == made.losses


def test_a_plain_draft_goes_out_under_the_main_key(practice: Practice) -> None:
    """A mapper that makes a draft without an author answers for that itself."""
    sink = practice.sink({"Amy Ng": practice.client(practice.amy)})
    made = sink.create(practice.there.draft("treatment_notes"))

    assert practice.olivia.practitioner == practice.row(made.id)["practitioner_id"]
    assert () == made.losses


def test_a_key_that_is_not_proven_writes_nothing(practice: Practice) -> None:
    """Before preflight, and where preflight has blocked a key, everything goes out under the main one."""
    sink = ClinikoSink(practice.there.client, authors={"Amy Ng": practice.client(practice.ben)})
    before = sink.create(practice.note(AMY))
    assert ["author-somebody-else"] == [each.code for each in found(sink, practice.survey())]
    after = sink.create(practice.note(AMY))

    assert {practice.olivia.user} == set(practice.asked_by("POST"))
    assert (AUTHOR,) == before.losses == after.losses


def test_a_refused_link_is_left_out_under_the_author_s_key_too(practice: Practice) -> None:
    """What the account refuses of a note is left out, and both tries are the author's."""
    sink = practice.sink({"Amy Ng": practice.client(practice.amy)})
    made = sink.create(practice.note(AMY, booking_id=practice.there.group))

    assert ["booking"] == [loss.field for loss in made.losses]
    assert [practice.amy.user] * 2 == practice.asked_by("POST")


# Afterwards.


def test_what_is_done_to_a_note_later_takes_the_key_that_wrote_it(practice: Practice) -> None:
    """The note's practitioner in the destination tells whose key that is, whatever a draft says."""
    sink = practice.sink({"Amy Ng": practice.client(practice.amy)})
    by_amy = sink.create(practice.note(AMY, draft=True)).id
    by_olivia = sink.create(practice.note(BEN, draft=True)).id
    sink.update(by_amy, m.TreatmentNoteDraft(title="Changed"))
    sink.update(by_olivia, practice.note(AMY, title="Changed too"))
    sink.finish("treatment_notes", by_amy, Change(m.TreatmentNoteDraft(title="Changed again")))
    for id in (by_amy, by_olivia):
        sink.finish("treatment_notes", id, Archiving())

    assert [practice.amy.user, practice.olivia.user, practice.amy.user] == practice.asked_by("PATCH")
    assert [practice.amy.user, practice.olivia.user] == practice.asked_by("POST", "/archive")
    assert {practice.olivia.user} == set(practice.asked_by("GET"))
    assert ("Changed again", "Changed too") == tuple(practice.row(id)["title"] for id in (by_amy, by_olivia))
    assert all(practice.row(id)["archived_at"] for id in (by_amy, by_olivia))


def test_a_note_that_somebody_else_wrote_takes_the_main_key(practice: Practice) -> None:
    """Whose key was given in an earlier run and isn't any more, that person's notes are an administrator's business."""
    made = practice.sink({"Amy Ng": practice.client(practice.amy)}).create(practice.note(AMY)).id
    nameless = practice.fake.add(
        "treatment_notes", patient_id=practice.there.patient, title="x", draft=False, practitioner_id=None
    )
    sink = practice.sink({"Ben Ba": practice.client(practice.ben)})
    for id in (made, nameless):
        sink.finish("treatment_notes", id, Archiving())

    assert [practice.olivia.user] * 2 == practice.asked_by("POST", "/archive")


def test_a_note_that_is_gone_is_missed(practice: Practice) -> None:
    """It can't be changed, and that is said as without authors."""
    sink = practice.sink({"Amy Ng": practice.client(practice.amy)})
    with pytest.raises(NotFound):
        sink.update("1", m.TreatmentNoteDraft(title="Changed"))


def test_without_authors_no_note_is_read_first(practice: Practice) -> None:
    """One key needs no telling apart; neither do the main key's user's two clients."""
    for authors in (None, {"Olivia Owner": practice.there.client}):
        sink = practice.sink(authors)
        sink.finish("treatment_notes", sink.create(practice.note(OLIVIA)).id, Archiving())

    assert [] == practice.asked_by("GET")


def test_archiving_once_more_does_no_harm(practice: Practice) -> None:
    """A note that is archived already is left as it is, under any key."""
    sink = practice.sink({"Amy Ng": practice.client(practice.amy)})
    made = sink.create(practice.note(AMY)).id
    for _ in range(2):
        sink.finish("treatment_notes", made, Archiving())

    assert practice.row(made)["archived_at"]


@pytest.mark.parametrize("author", [AMY, BEN])
def test_costs_are_what_is_sent(practice: Practice, author: str) -> None:
    """For each piece of work it says how many requests it takes, and whose allowance they are of."""
    sink = practice.sink({"Amy Ng": practice.client(practice.amy)})
    allowance = practice.amy.user if author == AMY else ""
    planned = f"{PLANNED}treatment_notes:{allowance}:1"
    note, change, archiving = practice.note(author, draft=True), m.TreatmentNoteDraft(title="Changed"), Archiving()
    start = len(practice.fake.log)
    made = sink.create(note).id
    after_making = len(practice.fake.log)
    sink.update(made, change)
    after_changing = len(practice.fake.log)
    sink.finish("treatment_notes", made, archiving)

    assert practice.spent(start, after_making) == sink.spending(note, kind="treatment_notes")
    assert practice.spent(after_making, after_changing) == sink.spending(change, kind="treatment_notes", id=planned)
    assert practice.spent(after_changing, None) == sink.spending(archiving, kind="treatment_notes", id=planned)


def test_what_else_is_written_is_the_main_key_s_business(practice: Practice) -> None:
    """Records of other kinds cost what they cost without authors."""
    sink = practice.sink({"Amy Ng": practice.client(practice.amy)})

    assert {"": 1} == sink.spending(Archiving(), kind="patients", id="1")
    assert {"": 2} == sink.spending(practice.there.draft("patient_attachments"), kind="patient_attachments")
    assert {"": 2} == sink.spending(Archiving(), kind="treatment_notes", id="1")
    assert {"": 1} == practice.sink().spending(Archiving(), kind="treatment_notes", id="1")


# A write of unknown fate.


@pytest.mark.parametrize("author", [AMY, BEN, OLIVIA])
def test_a_note_is_found_whoever_wrote_it(practice: Practice, author: str) -> None:
    """After a lost reply the look-up finds the one note, and what it lost is what was foreseen."""
    sink = practice.sink({"Amy Ng": practice.client(practice.amy)})
    practice.there.lose("drop_after", "POST", "/treatment_notes")
    draft = practice.note(author)
    with pytest.raises(OutcomeUnknown):
        sink.create(draft)
    ids = sink.find(draft, datetime.fromtimestamp(practice.fake.clock.now(), UTC))

    assert [row["id"] for row in practice.fake.rows("treatment_notes")] == list(ids)
    assert tuple(sink.foresee_losses(draft)) == sink.lost(draft, ids[0])


def test_a_note_that_an_earlier_run_wrote_under_the_main_key_has_lost_its_author(practice: Practice) -> None:
    """What counts is who wrote the note that is there, not whose key is given now; and nothing is written twice."""
    draft = practice.note(AMY)
    made = practice.sink().create(draft).id
    sink = practice.sink({"Amy Ng": practice.client(practice.amy)})

    assert [made] == list(sink.find(draft, None))
    assert (AUTHOR,) == sink.lost(draft, made)
    assert () == sink.lost(practice.note(None), made) == sink.lost(draft, "1")


# Keys that can't do the job.


def blocked(practice: Practice, authors: dict[str, Cliniko], **changes: Any) -> list[Finding]:
    """Gives what stands in the way, each with what to do, and without any key."""
    sink = ClinikoSink(practice.there.another_client(), authors=authors)
    findings = found(sink, practice.survey(**changes))
    keys = [practice.fake.key_for(str(row["id"])) for row in practice.fake.rows("users")]
    assert all(each.level is Level.BLOCKER and each.message and each.remedy for each in findings)
    assert not any(key in str(findings) + repr(sink) for key in keys)
    return findings


def test_a_name_of_nobody(practice: Practice) -> None:
    """The nearest names are given, or all of them."""
    amys, bens = practice.client(practice.amy), practice.client(practice.ben)
    near, far = blocked(practice, {"Amy Nq": amys, "Xyz": bens})

    assert ["author-unknown"] * 2 == [near.code, far.code]
    assert "Correct it; did you mean 'Amy Ng'?" == near.remedy
    assert "Correct it; there are: 'Amy Ng', 'Ben Ba', 'Olivia Owner'." == far.remedy


def test_a_name_of_two(practice: Practice) -> None:
    """Two practitioners of one name are told apart by their ids."""
    practice.practitioners.append(practice.old("504", "Amy", "Ng"))
    amys = practice.client(practice.amy)
    (finding,) = blocked(practice, {"amy  NG": amys})

    assert "author-unknown" == finding.code
    assert "Give an id instead: 502, 504." == finding.remedy
    assert [] == blocked(practice, {"502": amys})


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("401", "author-key"),
        ("403", "author-key"),
        ("503", "author-unreachable"),
        ("refuse", "author-unreachable"),
        ("not_json", "author-unreachable"),
    ],
)
def test_a_key_that_does_not_work(practice: Practice, fault: FaultKind, code: str) -> None:
    """A key that is refused and one that can't be tried are told apart."""
    with elsewhere(practice) as other:
        other.faults.add(fault, every=1)
        (finding,) = blocked(practice, {"Amy Ng": stranger(practice, other)})

    assert code == finding.code
    assert "'Amy Ng'" in finding.message


@contextmanager
def elsewhere(practice: Practice) -> Iterator[FakeCliniko]:
    """Another account of the same shard."""
    other = FakeCliniko(subdomain="elsewhere", shard="au2", seed=7, clock=practice.fake.clock)
    with other.in_process():
        yield other


def stranger(practice: Practice, other: FakeCliniko) -> Cliniko:
    """A client of another account."""
    return practice.there.another_client(key=other.key)


def test_a_key_of_a_user_who_left(practice: Practice) -> None:
    """Whoever can't log in has no key any more."""
    gone = Person(practice.fake.add("users", first_name="Amy", last_name="Ng", active=False), "")

    assert ["author-key"] == [each.code for each in blocked(practice, {"Amy Ng": practice.client(gone)})]


def test_a_key_of_another_account(practice: Practice) -> None:
    """Whether the client was told the account's name or not: a key opens the destination, or it is refused."""
    with elsewhere(practice) as other:
        (unnamed,) = blocked(practice, {"Amy Ng": stranger(practice, other)})
        (named,) = blocked(practice, {"Amy Ng": practice.client(practice.amy, account="old-clinic")})

    assert ["author-account"] * 2 == [unnamed.code, named.code]
    assert "'old-clinic'" in named.message


def test_a_client_that_knows_its_account(practice: Practice) -> None:
    """A practitioner's key may not read all settings; its client finds the account's name all the same, and writes."""
    sink = practice.sink({"Amy Ng": practice.client(practice.amy, account="new-clinic")})

    assert practice.amy.practitioner == practice.row(sink.create(practice.note(AMY)).id)["practitioner_id"]


@pytest.mark.parametrize("practises", [False, None])
def test_a_key_of_no_active_practitioner(practice: Practice, practises: bool | None) -> None:
    """The API takes no note from a user who is no practitioner, or none any more."""
    user = practice.fake.add("users", first_name="Amy", last_name="Ng", role="administrator")
    if practises is not None:
        practice.fake.add("practitioners", first_name="Amy", last_name="Ng", user_id=user, active=practises)

    assert ["author-practitioner"] == [
        each.code for each in blocked(practice, {"Amy Ng": practice.client(Person(user, ""))})
    ]


@pytest.mark.parametrize("role", ["Receptionist", "scheduler"])
def test_a_key_of_a_role_that_sees_no_notes(practice: Practice, role: str) -> None:
    """Who practises and has such a role all the same can't write notes through the API."""
    amy = practice.add("Amy", "Ng", role=role)

    assert ["author-role"] == [each.code for each in blocked(practice, {"Amy Ng": practice.client(amy)})]


def test_a_key_of_somebody_else(practice: Practice) -> None:
    """Neither name nor e-mail address are the author's; that the mapper assigns one to the other changes nothing."""
    authors = {"Amy Ng": practice.client(practice.ben)}
    (finding,) = blocked(practice, authors)
    sink = ClinikoSink(practice.there.another_client(), authors=authors)
    survey = practice.survey()
    matches, _ = ClinikoMapper(practitioners={"Amy Ng": "Ben Ba"}).prepare(survey)
    assigned = [each for each in sink.prepare(survey, matches) if each.code.startswith("author")]

    assert practice.ben.practitioner == matches[Ref("practitioners", AMY)]
    assert [finding] == assigned
    assert ("author-somebody-else", ("502",)) == (finding.code, finding.ids)
    assert "Ben Ba" in finding.message


def test_a_person_is_known_by_e_mail_address(practice: Practice) -> None:
    """Who has another name since is the same person by the address."""
    practice.users[1] = m.User(id="6502", email="Amy@New.example")
    practice.practitioners[1] = practice.old(AMY, "Amy", "Before-Marriage")

    assert [] == blocked(practice, {AMY: practice.client(practice.amy)})


def test_a_mailbox_makes_nobody_the_author(practice: Practice) -> None:
    """An address that passed to somebody else proves no key, neither one that is given nor the main one."""
    practice.users[1] = m.User(id="6502", email="Amy@New.example")
    practice.practitioners[1] = practice.old(AMY, "Chidi", "Obi")
    mailbox = "info@clinic.example"
    practice.users[0] = m.User(id=practice.users[0].id, email=mailbox)
    practice.fake.store.change("users", practice.fake.store.at("users", practice.olivia.user), email=mailbox)
    practice.practitioners[0] = practice.old(OLIVIA, "Ida", "Old")
    sink = practice.sink()

    assert ["author-somebody-else"] == [each.code for each in blocked(practice, {AMY: practice.client(practice.amy)})]
    assert (AUTHOR,) == sink.create(practice.note(OLIVIA)).losses == sink.create(practice.note(AMY)).losses


def test_a_namesake_is_another_person(practice: Practice) -> None:
    """Of two of one name the e-mail address tells whose key it is."""
    practice.practitioners.append(practice.old("504", "Amy", "Ng"))
    practice.users.append(m.User(id="6504", email="amy@new.example"))

    assert ["author-somebody-else"] == [each.code for each in blocked(practice, {AMY: practice.client(practice.amy)})]
    assert [] == blocked(practice, {"504": practice.client(practice.amy)})


def test_one_key_for_two(practice: Practice) -> None:
    """One user's keys are given for two names: a key writes for one person."""
    one, two = practice.client(practice.amy), practice.client(practice.amy)
    same = blocked(practice, {"Amy Ng": one, "amy ng": one})
    others = blocked(practice, {"Amy Ng": one, "Ben Ba": two})

    assert ["author-twice"] == [each.code for each in same] == [each.code for each in others]
    assert "'Amy Ng' and 'Ben Ba'" in others[0].message


def test_two_keys_for_one(practice: Practice) -> None:
    """Two users of one name can't both be the one practitioner of the source."""
    namesake = practice.add("Amy", "Ng", email="other@new.example")
    (finding,) = blocked(practice, {"Amy Ng": practice.client(practice.amy), AMY: practice.client(namesake)})

    assert "author-twice" == finding.code
    assert "'Amy Ng' and '502'" in finding.message


def test_the_main_client_as_an_author_s(practice: Practice) -> None:
    """It is taken for the person whose key it is, without being counted twice, and for nobody else."""
    main = practice.there.another_client()
    sink = ClinikoSink(main, authors={"Olivia Owner": main})
    findings = found(sink, practice.survey())
    made = sink.create(practice.note(OLIVIA))

    assert [] == findings
    assert (practice.olivia.practitioner, ()) == (practice.row(made.id)["practitioner_id"], made.losses)
    assert main.requests_sent == sink.requests_sent
    assert {"": 200} == sink.allowances
    assert ["author-somebody-else"] == [each.code for each in blocked(practice, {"Amy Ng": main})]


def test_of_two_who_could_own_the_main_key_neither_does(practice: Practice) -> None:
    """Where the source has two practitioners of the name, nobody's authorship is claimed."""
    practice.practitioners.append(practice.old("504", "Olivia", "Owner", active=False, user=None))
    sink = practice.sink()

    assert (AUTHOR,) == sink.create(practice.note(OLIVIA)).losses == sink.create(practice.note("504")).losses


def test_preflight_is_cheap(practice: Practice) -> None:
    """Two requests for each key, up to two more where the account was named, and one for the main key."""
    authors = {"Amy Ng": practice.client(practice.amy), "Ben Ba": practice.client(practice.ben, account="new-clinic")}
    sink, survey = ClinikoSink(practice.there.another_client(), authors=authors), practice.survey()
    before = len(practice.fake.log)
    found(sink, survey)
    asked = [each.user_id for each in practice.fake.log[before:]]

    assert (2, 4) == (asked.count(practice.amy.user), asked.count(practice.ben.user))
    assert len(asked) == sink.requests_sent


def test_where_no_notes_go_no_key_is_tried(practice: Practice) -> None:
    """Authors of what stays behind are nobody's business."""
    client = practice.there.another_client(key="wrong-au2")
    survey = practice.survey(included=ALL_KINDS - {"treatment_notes"})

    assert [] == found(ClinikoSink(practice.there.client, authors={"Nobody": client}), survey)
    assert 0 == client.requests_sent


# Whose notes will not stand under their name.


def in_words(practice: Practice, authors: dict[str, Cliniko] | None = None, **changes: Any) -> list[Finding]:
    """Gives what preflight says of that."""
    sink = ClinikoSink(practice.there.another_client(), authors=authors)
    return found(sink, practice.survey(**changes))


def test_whose_notes_go_under_the_main_key_is_said(practice: Practice) -> None:
    """Those who have notes that go, and no key of their own; with what to do."""
    practice.authors_of_notes = {OLIVIA, AMY, BEN}
    (finding,) = in_words(practice)
    (left,) = in_words(practice, {"Ben Ba": practice.client(practice.ben)})

    assert (Level.WARNING, "authors-in-words", ("502", "503")) == (finding.level, finding.code, finding.ids)
    assert "2 practitioners of the source will stand under Olivia Owner" in finding.message
    assert finding.message.endswith("who wrote it, and when: Amy Ng, Ben Ba.")
    assert "authors={'Amy Ng': " in finding.remedy
    assert "1 practitioner of the source" in left.message
    assert ("502",) == left.ids


@pytest.mark.parametrize("wrote", [set(), {OLIVIA}, {OLIVIA, AMY}])
def test_where_all_stand_under_their_names_nothing_is_said(practice: Practice, wrote: set[str]) -> None:
    """The main key's practitioner and those with a key of their own lose nothing; who wrote nothing neither."""
    practice.authors_of_notes = wrote

    assert [] == in_words(practice, {"Amy Ng": practice.client(practice.amy)})


def test_a_main_key_of_no_practitioner_says_nothing_of_it(practice: Practice) -> None:
    """That such a key writes no notes at all is said elsewhere."""
    practice.authors_of_notes = {AMY}

    assert [] == in_words(practice, existing={})


# What it is made of.


@pytest.mark.parametrize(
    ("authors", "words"),
    [
        (["Amy Ng"], "not list"),
        ({"Amy Ng": "MS0xLWludmVudGVkLWtleQ-au1"}, "is a str"),
        ({7: None}, "names is a int"),
        ({"MS0xLWludmVudGVkLWtleS1vZi1hLXVzZXI-au1": None}, "looks like a key"),
    ],
)
def test_wrong_types_are_refused_at_once(practice: Practice, authors: Any, words: str) -> None:
    """What can't be names and clients is refused, and no key is quoted."""
    with pytest.raises(ConfigurationError, match=words) as caught:
        ClinikoSink(practice.there.client, authors=authors)

    assert "MS0x" not in str(caught.value)


def test_its_repr_names_authors_and_shows_no_key(practice: Practice) -> None:
    """Names, and nothing of the clients."""
    amys = practice.client(practice.amy)
    sink = ClinikoSink(practice.there.client, authors={"Amy Ng": amys})

    assert {"authors": "Amy Ng"} == sink.told
    assert {} == ClinikoSink(practice.there.client).told
    assert "<ClinikoSink <Cliniko au2> authors: Amy Ng>" == repr(sink)
    assert "<Authors Amy Ng>" == repr(sink._authors)


def test_each_user_has_an_allowance_of_their_own(practice: Practice) -> None:
    """Known once the keys are proven; all clients' requests are counted, and the clients stay the user's."""
    main, amys = practice.there.another_client(), practice.client(practice.amy, requests_per_minute=100)
    sink = ClinikoSink(main, authors={"Amy Ng": amys})
    before = dict(sink.allowances)
    found(sink, practice.survey())
    sink.create(practice.note(AMY))

    assert {"": 200} == before
    assert {"": 200, practice.amy.user: 100} == sink.allowances
    assert main.requests_sent + amys.requests_sent == sink.requests_sent
    assert "Amy" == amys.user().first_name
