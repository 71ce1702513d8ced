"""For each code that preflight knows: when it is found, and when it is not."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any, Final

from clinikomigrate import EXCLUDE, ByBusiness, ByPatient, ClinikoMapper, ClinikoSink, SeenSince
from clinikomigrate.transfer import unfinished_undo
from clinikomigrate.transfer.journal import Journal
from clinikomigrate.transfer.sqlite_journal import SQLiteJournal
from tests.end_to_end.accounts import client
from tests.findings.scene import TO_COME, Arranged, Case, Scene, client_of


def seen_since(year: int) -> Arranged:
    """Takes who was seen since a year; somebody was in 2024."""

    def arrange(scene: Scene) -> None:
        scene.clinic.visit(scene.clinic.patient())
        scene.settings["filter"] = SeenSince(date(year, 1, 1))

    return arrange


def nothing(scene: Scene) -> None:
    """Leaves the scene as it is."""


# Keys and accounts.


def source_key(key: str) -> Arranged:
    """Gives the source a key."""
    return lambda scene: scene.source.update(key=key)


def destination_key(key: str) -> Arranged:
    """Gives the destination a key."""
    return lambda scene: scene.destination.update(key=key)


def named(side: str, account: str) -> Arranged:
    """Says which account is meant."""
    return lambda scene: getattr(scene, side).update(account=account)


def source_user(role: str, *, practises: bool = True) -> Arranged:
    """Takes the key of another user of the source."""
    return lambda scene: scene.source.update(key=scene.somebody(scene.old, role=role, practises=practises))


def destination_user(role: str, *without: str, practises: bool = True) -> Arranged:
    """Takes the key of another user of the destination, and leaves kinds out."""

    def arrange(scene: Scene) -> None:
        scene.destination.update(key=scene.somebody(scene.new, role=role, practises=practises))
        scene.without(*without)

    return arrange


def failing(side: str, fault: Any, times: int | None = None) -> Arranged:
    """Lets an account answer amiss, some times or always."""
    return lambda scene: scene.fail(getattr(scene, side), fault, times=times)


def into_itself(scene: Scene) -> None:
    """Lets the destination's key be one of the source."""
    scene.sink = lambda _: ClinikoSink(client(scene.old))


class Shouting(ClinikoSink):
    """Says that it would write to patients."""

    def __init__(self, client: Any, ways: Collection[str]) -> None:
        super().__init__(client)
        self._ways = ways

    def may_message(self) -> Collection[str]:
        """Says how."""
        return self._ways


def shouting(*ways: str) -> Arranged:
    """Lets the destination write to patients in some ways."""

    def arrange(scene: Scene) -> None:
        scene.sink = lambda client: Shouting(client, ways)

    return arrange


def on_shard(shard: str) -> Arranged:
    """Lets the destination lie on another shard."""
    return lambda scene: scene.new_account.update(shard=shard)


def undo_that(*notes: Callable[[Journal], None]) -> Arranged:
    """Lets an undo have begun, or come to its end as well."""

    def arrange(scene: Scene) -> None:
        journal = SQLiteJournal(scene.clinic.journal)
        journal.open()
        for note in notes:
            note(journal)
        journal.close()
        scene.settings["journal"] = scene.clinic.journal

    return arrange


# What is matched.


def place_in_use(scene: Scene) -> None:
    """Books at a place that the destination lacks."""
    scene.booked(business_id=scene.place())


def place_booked_by_the_excluded(scene: Scene) -> None:
    """Books such a place with nobody but a practitioner who is left out."""
    scene.booked(business_id=scene.place(), practitioner_id=scene.colleague())
    scene.settings["mapper"] = ClinikoMapper(practitioners={"Amy Ng": EXCLUDE})


def two_places(scene: Scene) -> None:
    """Lets the destination have two places of the name of one."""
    scene.new.add("businesses", business_name="main street")
    scene.booked()


def colleague_in_use(scene: Scene) -> None:
    """Books with somebody whom the destination lacks."""
    scene.booked(practitioner_id=scene.colleague())


def colleague_with_policy(scene: Scene) -> None:
    """Books with somebody who is given to somebody else."""
    colleague_in_use(scene)
    scene.settings["mapper"] = ClinikoMapper(practitioners={"Amy Ng": "Olivia Owner"})


def namesakes(scene: Scene) -> None:
    """Books with two people of one name, of whom the destination has one."""
    scene.colleague()
    scene.new.add("practitioners", first_name="Amy", last_name="Ng")
    for each in (str(row["id"]) for row in scene.old.rows("practitioners")[1:]):
        scene.booked(practitioner_id=each)
    scene.booked(practitioner_id=scene.colleague())


def one_namesake_at_work(scene: Scene) -> None:
    """Books with one of two people of one name, told apart by their e-mail addresses."""
    for number in range(2):
        user = scene.clinic.add("users", first_name="Amy", last_name="Ng", email=f"amy{number}@clinic.example")
        scene.booked(practitioner_id=scene.clinic.add("practitioners", user_id=user, first_name="Amy", last_name="Ng"))


def types_left_out(*there: str) -> Arranged:
    """Leaves appointment types out, of which the destination has some."""

    def arrange(scene: Scene) -> None:
        scene.booked()
        scene.without("appointment_types")
        for name in there:
            scene.new.add("appointment_types", name=name)

    return arrange


def setting(**settings: Any) -> Arranged:
    """Gives the mapper settings."""
    return lambda scene: scene.settings.update(mapper=ClinikoMapper(**settings))


def source_types(*there: str, used: bool = True) -> Arranged:
    """Lets patients come by an advertisement, of which the destination has some."""

    def arrange(scene: Scene) -> None:
        scene.new  # noqa: B018 - has what the old account had until now
        kind = scene.clinic.add("referral_source_types", name="Radio")
        for name in there:
            scene.new.add("referral_source_types", name=name)
        patient = scene.clinic.patient()
        if used:
            scene.clinic.add("referral_sources", patient_id=patient, referral_source_type_id=kind)

    return arrange


# The records themselves, and where they can go.


def contact(**values: Any) -> Arranged:
    """Puts a contact into the source."""
    return lambda scene: scene.clinic.add("contacts", **values)


def note_of_nobody(scene: Scene) -> None:
    """Puts a note into the source that says nothing of its patient."""
    scene.clinic.note(scene.clinic.patient(), patient_id=None)


def note_of_somebody(scene: Scene) -> None:
    """Puts a note into the source."""
    scene.clinic.note(scene.clinic.patient())


def recall(scene: Scene) -> None:
    """Puts a recall into the source."""
    kind = scene.clinic.add("recall_types", name="Check-up")
    scene.clinic.add("recalls", patient_id=scene.clinic.patient(), recall_type_id=kind, recall_at="2025-09-01")


def source_lacking(*without: str) -> Arranged:
    """Lets the source have no list of recalls."""

    def arrange(scene: Scene) -> None:
        scene.old.lacks.add("/recalls")
        scene.without(*without)

    return arrange


def destination_lacking(before: Arranged) -> Arranged:
    """Lets the destination have no place for recalls."""

    def arrange(scene: Scene) -> None:
        before(scene)
        scene.new.lacks.add("/recalls")

    return arrange


def in_zones(here: str, there: str) -> Arranged:
    """Lets the place and its counterpart lie in time zones."""

    def arrange(scene: Scene) -> None:
        scene.booked()
        scene.change(scene.old, "businesses", time_zone_identifier=here)
        scene.change(scene.new, "businesses", time_zone_identifier=there)

    return arrange


def custom_field(*, archived: bool) -> Arranged:
    """Lets the source define a field that the destination lacks."""

    def arrange(scene: Scene) -> None:
        scene.clinic.patient()
        scene.new  # noqa: B018 - has what the old account had until now
        scene.old.define_custom_fields({"Sport": [("Club", "text")]})["sections"][0]["archived"] = archived

    return arrange


# What was left out, and what stays behind.


def left_out(*kinds: str, linked: bool = True) -> Arranged:
    """Puts an appointment with a note and a case into the source, linked or not, and leaves kinds out."""

    def arrange(scene: Scene) -> None:
        patient = scene.clinic.patient()
        case = scene.clinic.add("patient_cases", patient_id=patient, name="Knee")
        visit = scene.clinic.visit(patient, **({"patient_case_id": case} if linked else {}))
        scene.clinic.note(patient, **({"booking_id": visit} if linked else {}))
        scene.without(*kinds)

    return arrange


def pilot(*, draft: bool) -> Arranged:
    """Lets one place go, whose patient has a note about an appointment at another."""

    def arrange(scene: Scene) -> None:
        patient = scene.clinic.patient()
        scene.clinic.visit(patient)
        elsewhere = scene.clinic.visit(patient, business_id=scene.place(), starts_at="2024-04-14T22:30:00Z")
        scene.clinic.note(patient, booking_id=elsewhere, draft=draft)
        scene.settings["filter"] = ByBusiness("Main Street")

    return arrange


def old_type(*, online: bool = True, shared: bool = True, all_of_it: bool = False) -> Arranged:
    """Lets one patient go, booked with an archived type that another may need too."""

    def arrange(scene: Scene) -> None:
        given = {"archived_at": "2024-05-01T00:00:00Z", "show_in_online_bookings": online}
        kind = scene.clinic.add("appointment_types", name="Old", **given)
        ada, bea = scene.clinic.patient(), scene.clinic.patient(first_name="Bea")
        scene.clinic.visit(ada, appointment_type_id=kind)
        scene.clinic.visit(bea, **({"appointment_type_id": kind} if shared else {}))
        if not all_of_it:
            scene.settings["filter"] = ByPatient(ada)

    return arrange


# Who is there twice, or already.


def twice(**second: Any) -> Arranged:
    """Puts one person into the source twice, or two of one name."""

    def arrange(scene: Scene) -> None:
        scene.clinic.patient(date_of_birth="1980-02-29")
        scene.clinic.patient(**{"date_of_birth": "1980-02-29", **second})

    return arrange


def merged(scene: Scene) -> None:
    """Puts a patient into the source who was merged into another."""
    other = scene.clinic.patient()
    scene.clinic.patient(first_name="Bea", merged_with_patient_id=other, archived_at="2024-01-01T00:00:00Z")


def there_already(existing: str, *born: str) -> Arranged:
    """Puts a patient into the source who may be in the destination already."""

    def arrange(scene: Scene) -> None:
        scene.clinic.patient(date_of_birth="1980-02-29")
        for day in born:
            scene.new.add("patients", first_name="Ada", last_name="Example", date_of_birth=day)
        scene.settings["existing"] = existing

    return arrange


def archived_there(born: str) -> Arranged:
    """Puts a patient into the source, and one into the destination who is archived."""

    def arrange(scene: Scene) -> None:
        there_already("stop")(scene)
        gone = "2024-01-01T00:00:00Z"
        scene.new.add("patients", first_name="Ada", last_name="Example", date_of_birth=born, archived_at=gone)

    return arrange


def copied_before(*, archived: bool = False, account: str | None = None) -> Arranged:
    """Puts a copy of somebody into the destination that another transfer from the source, or from elsewhere, made."""

    def arrange(scene: Scene) -> None:
        patient = scene.clinic.patient()
        mark = f"cm-{account or scene.old.settings['account']['id']}-{patient}"
        there = scene.new.add("patients", first_name="Bea", last_name="Example", old_reference_id=mark)
        if archived:
            row = scene.new.store.at("patients", there)
            scene.new.store.change("patients", row, archived_at="2024-01-01T00:00:00Z")
        scene.settings["existing"] = "copy"

    return arrange


def unread(existing: str) -> Arranged:
    """Lets the destination's patients not be read."""

    def arrange(scene: Scene) -> None:
        there_already(existing)(scene)
        scene.new.faults.add("403", when=lambda request: request.path == "/v1/patients", every=1)

    return arrange


# Who wrote what.


def authors(*names: str, role: str = "practitioner", practises: bool = True, **client_settings: Any) -> Arranged:
    """Gives one key of the destination as that of the source's Kim Key, or of whoever is named."""

    def arrange(scene: Scene) -> None:
        key = scene.somebody(scene.new, role=role, practises=practises)
        scene.somebody(scene.old, role=role)
        theirs = client_of(scene.new, {"key": key, **client_settings})
        scene.sink = lambda client: ClinikoSink(client, authors=dict.fromkeys(names, theirs))

    return arrange


def author_of_another_account(scene: Scene) -> None:
    """Gives the key that somebody has in the old account."""
    theirs = client_of(scene.old, {"key": scene.somebody(scene.old, role="practitioner")})
    scene.sink = lambda client: ClinikoSink(client, authors={"Kim Key": theirs})


def author_out_of_reach(scene: Scene) -> None:
    """Gives a key of somebody whose client's connection is lost."""
    scene.somebody(scene.old, role="practitioner")
    theirs = client_of(scene.new, {"key": scene.somebody(scene.new), "base_url": "http://127.0.0.1:9/v1"})
    scene.sink = lambda client: ClinikoSink(client, authors={"Kim Key": theirs})


def note_by_somebody_else(*names: str) -> Arranged:
    """Puts a note of Kim Key's into the source, and gives keys or not."""

    def arrange(scene: Scene) -> None:
        authors(*names)(scene)
        scene.clinic.note(scene.clinic.patient(), practitioner_id=str(scene.old.rows("practitioners")[-1]["id"]))

    return arrange


# What may be written to people.


def to_come(*, reminders: bool, starts_at: str = TO_COME) -> Arranged:
    """Books at a place where the destination reminds patients or not."""

    def arrange(scene: Scene) -> None:
        scene.booked(starts_at=starts_at)
        scene.change(scene.new, "businesses", appointment_reminders_enabled=reminders)

    return arrange


def type_there(name: str, *fields: str) -> Arranged:
    """Books, and lets the destination have an appointment type that has message templates."""

    def arrange(scene: Scene) -> None:
        scene.booked(starts_at=TO_COME)
        scene.template(scene.new, scene.new.add("appointment_types", name=name), *fields)

    return arrange


def type_here(**values: Any) -> Arranged:
    """Lets the source's appointment type have message templates."""

    def arrange(scene: Scene) -> None:
        scene.template(scene.old, scene.clinic.type, "appointment_reminder_template_ids")
        scene.change(scene.old, "appointment_types", **values)

    return arrange


def appointment(**values: Any) -> Arranged:
    """Books, and leaves nothing out."""
    return lambda scene: scene.booked(**values)


def mailing_list(*without: str) -> Arranged:
    """Connects the destination to Mailchimp."""

    def arrange(scene: Scene) -> None:
        scene.clinic.patient()
        scene.new.settings["integrations"]["mail_chimp"]["enabled"] = True
        scene.without(*without)

    return arrange


# What is to be done by hand.


def patient(*without: str) -> Arranged:
    """Puts a patient with a file into the source, and leaves kinds out."""

    def arrange(scene: Scene) -> None:
        scene.clinic.file(scene.clinic.patient())
        scene.without(*without)

    return arrange


def invoice(status: int) -> Arranged:
    """Puts an invoice into the source."""
    return lambda scene: scene.clinic.add(
        "invoices", patient_id=scene.clinic.patient(), business_id=scene.clinic.business, status=status
    )


def mobile(number: str, *, active: bool = True) -> Arranged:
    """Puts one more administrator into the destination, with a number of some type."""
    phones = [{"phone_type": number, "number": "0400 000 001"}]
    return lambda scene: scene.new.add("users", role="administrator", active=active, phone_numbers=phones)


CASES: Final[Mapping[str, Case]] = {
    "source-key": Case(source_key("0" * 30 + "-au1"), source_user("administrator")),
    "source-account": Case(named("source", "other-clinic"), named("source", "Old-Clinic")),
    "source-role": Case(source_user("receptionist"), source_user("administrator", practises=False)),
    "source-unreachable": Case(failing("old", "refuse"), failing("old", "drop_before", 1)),
    "source-failing": Case(failing("old", "500"), failing("old", "500", 1)),
    "source-unreadable": Case(failing("old", "not_json"), nothing),
    "destination-key": Case(destination_key("0" * 30 + "-au1"), destination_user("administrator")),
    "destination-account": Case(named("destination", "old-clinic"), named("destination", "new-clinic")),
    "destination-role": Case(destination_user("practitioner"), destination_user("administrator")),
    "destination-unreachable": Case(failing("new", "refuse"), failing("new", "drop_before", 1)),
    "destination-failing": Case(failing("new", "500"), failing("new", "500", 1)),
    "destination-unreadable": Case(failing("new", "not_json"), nothing),
    "destination-practitioner": Case(
        destination_user("administrator", practises=False),
        destination_user("administrator", "treatment_notes", practises=False),
    ),
    "same-account": Case(into_itself, nothing),
    "copied-before": Case(copied_before(), copied_before(archived=True)),
    "copied-before-archived": Case(copied_before(archived=True), copied_before(archived=True, account="1")),
    "undo-unfinished": Case(undo_that(unfinished_undo.begin), undo_that(unfinished_undo.begin, unfinished_undo.end)),
    "would-message": Case(shouting("reminders"), shouting("confirmations", "cancellations")),
    "regions-differ": Case(on_shard("uk1"), on_shard("au5")),
    "business-unmatched": Case(place_in_use, place_booked_by_the_excluded),
    "business-ambiguous": Case(two_places, nothing),
    "practitioner-unmatched": Case(colleague_in_use, colleague_with_policy),
    "practitioner-ambiguous": Case(namesakes, one_namesake_at_work),
    "appointment-type-unmatched": Case(types_left_out(), types_left_out("INITIAL")),
    "appointment-type-ambiguous": Case(types_left_out("Initial", "initial"), types_left_out("Initial", "Other")),
    "mapping-unknown-name": Case(
        setting(businesses={"Mian Street": EXCLUDE}), setting(businesses={"main street": EXCLUDE})
    ),
    "author-unknown": Case(authors("Kim Kee"), authors("kim key")),
    "author-twice": Case(authors("Kim Key", "Olivia Owner"), authors("Kim Key")),
    "author-key": Case(authors("Kim Key", key="0" * 30 + "-au1"), authors("Kim Key")),
    "author-account": Case(author_of_another_account, authors("Kim Key")),
    "author-unreachable": Case(author_out_of_reach, authors("Kim Key")),
    "author-role": Case(authors("Kim Key", role="receptionist"), authors("Kim Key", role="power receptionist")),
    "author-practitioner": Case(authors("Kim Key", practises=False), authors("Kim Key")),
    "author-somebody-else": Case(authors("Olivia Owner"), authors("Kim Key")),
    "authors-in-words": Case(note_by_somebody_else(), note_by_somebody_else("Kim Key")),
    "existing-patients": Case(there_already("stop", "1980-02-29"), there_already("stop", "1979-01-01")),
    "existing-patients-unread": Case(unread("stop"), unread("copy")),
    "existing-patients-adopted": Case(there_already("adopt", "1980-02-29"), there_already("adopt", "1979-01-01")),
    "existing-patients-ambiguous": Case(
        there_already("adopt", "1980-02-29", "1980-02-29"), there_already("adopt", "1980-02-29")
    ),
    "existing-patients-archived": Case(archived_there("1980-02-29"), archived_there("1979-01-01")),
    "existing-patients-copied": Case(there_already("copy", "1980-02-29"), there_already("adopt", "1980-02-29")),
    "duplicate-patients": Case(twice(), twice(date_of_birth="1979-01-01")),
    "merged-patients": Case(merged, twice()),
    "link-unmatched": Case(source_types(), source_types(used=False)),
    "link-ambiguous": Case(source_types("Radio", "radio"), source_types("Radio", "Flyer")),
    "time-zones-differ": Case(
        in_zones("Australia/Melbourne", "Europe/London"), in_zones("Australia/Melbourne", "Australia/Sydney")
    ),
    "custom-fields-missing": Case(custom_field(archived=False), custom_field(archived=True)),
    "nobody-chosen": Case(seen_since(2100), seen_since(2000)),
    "included-without": Case(left_out("patients"), left_out("patient_cases", linked=False)),
    "notes-before-bookings": Case(pilot(draft=False), pilot(draft=True)),
    "archived-types-bookable": Case(old_type(), old_type(online=False)),
    "records-mended": Case(contact(company_name="Acme"), contact(company_name="Acme", last_name="Doctor")),
    "records-lost": Case(note_of_nobody, note_of_somebody),
    "source-lacks": Case(source_lacking(), source_lacking("recalls")),
    "destination-lacks": Case(destination_lacking(recall), destination_lacking(nothing)),
    "reminders": Case(to_come(reminders=True), to_come(reminders=False)),
    "follow-ups": Case(
        type_there("initial", "appointment_follow_up_template_ids"),
        type_there("initial", "appointment_reminder_template_ids"),
    ),
    "mailing-list": Case(mailing_list(), mailing_list("patients")),
    "practitioner-alerts": Case(appointment(), patient()),
    "trial-storage": Case(patient(), patient("patient_attachments")),
    "message-templates": Case(type_here(), type_here(archived_at="2024-01-01T00:00:00Z")),
    "open-invoices": Case(invoice(10), invoice(20)),
    "not-in-the-api": Case(patient(), patient("patients")),
    "no-mobile-number": Case(mobile("Work"), mobile("Mobile")),
    "may-message-confirmations": Case(
        type_there("Any", "appointment_confirmation_template_ids"),
        type_there("Any", "appointment_reminder_template_ids"),
    ),
    "may-message-cancellations": Case(appointment(cancelled_at="2024-03-01T00:00:00Z"), appointment()),
}
"""Whoever adds a code adds its case."""
