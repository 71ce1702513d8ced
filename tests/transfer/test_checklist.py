"""What a person has to do by hand."""

from __future__ import annotations

from clinikomigrate import Finding, Level
from clinikomigrate.transfer.checklist import afterwards, before
from clinikomigrate.transfer.summary import LossCount

ROSTER = "enter them by hand"
TEMPLATES = "choose them in the destination by hand"


def finding(level: Level, message: str, remedy: str) -> Finding:
    """Returns a finding."""
    return Finding(level, "code", message, remedy)


def test_what_blocks_comes_first() -> None:
    """Blockers stand before warnings, and these before notes, whatever the order in which they were found."""
    found = [
        finding(Level.NOTE, "It is late.", "Hurry."),
        finding(Level.WARNING, "It is slow.", "Bring time."),
        finding(Level.BLOCKER, "It is shut.", "Open it."),
    ]

    assert (
        "Before anything can be written: It is shut. Open it.",
        "It is slow. Bring time.",
        "It is late. Hurry.",
    ) == before(found)


def test_what_asks_for_nothing_is_no_step() -> None:
    """A finding whose remedy is that there is nothing to do is not on the list."""
    assert () == before([finding(Level.NOTE, "It rains.", "Nothing to do: it stops by itself.")])


def test_one_remedy_is_one_step() -> None:
    """Several findings with the same remedy are one thing to do; the step says how many they are."""
    found = [finding(Level.WARNING, f"Door {number} is shut.", "Open the doors.") for number in (1, 2, 3)]

    assert ("Door 1 is shut. (and 2 more like it) Open the doors.",) == before(found)


def test_a_remedy_of_two_levels_is_two_steps() -> None:
    """What must be done is told apart from what may be."""
    found = [finding(level, "It is shut.", "Open it.") for level in (Level.WARNING, Level.BLOCKER)]

    assert (
        "Before anything can be written: It is shut. Open it.",
        "It is shut. Open it.",
    ) == before(found)


def test_nothing_found_is_nothing_to_do() -> None:
    """An account that lacks nothing leaves nothing to be done by hand."""
    losses = [LossCount("patients", "created_at", "the API stamps it", 3)]

    assert () == before([])
    assert [] == list(afterwards([], losses, []))


def test_what_is_listed_is_pointed_to() -> None:
    """Rosters are listed line by line elsewhere; the step says how many lines, and their losses are no second step."""
    losses = [LossCount("daily_availabilities", "record", ROSTER, 2)]

    assert ["Enter in the destination what is listed under 'To enter by hand' (2 lines)."] == list(
        afterwards(["Roster of Amy Ng", "Roster of Bo Li"], losses, [])
    )


def test_what_is_not_listed_is_a_step_of_its_own() -> None:
    """Where a mapper lists nothing, the loss alone says what is to be entered."""
    losses = [LossCount("daily_availabilities", "record", ROSTER, 2)]

    assert ["2 daily availabilities: enter them by hand."] == list(afterwards([], losses, []))


def test_one_reason_for_many_kinds_is_one_step() -> None:
    """What is to be entered because of it is counted by kind."""
    kinds = {"taxes": 3, "concession_types": 1}
    losses = [LossCount(kind, "record", ROSTER, number) for kind, number in kinds.items()]

    assert ["3 taxes, 1 concession type: enter them by hand."] == list(afterwards([], losses, []))


def test_losses_that_can_be_made_good_are_steps() -> None:
    """Losses of one kind for one reason are one step, with all their fields."""
    losses = [
        LossCount("appointment_types", "appointment_confirmation_template_ids", TEMPLATES, 3),
        LossCount("appointment_types", "appointment_reminder_template_ids", TEMPLATES, 1),
    ]

    (step,) = afterwards([], losses, [])

    assert (
        "Appointment types: appointment confirmation template ids of 3 records, appointment reminder template ids of "
        "1 record: choose them in the destination by hand."
    ) == step


def test_money_is_a_step_where_somebody_owes() -> None:
    """Invoices that no API takes are a step only where some of them are open."""
    losses = [LossCount("invoices", "record", "enter opening balances by hand", 13)]

    (step,) = afterwards([], losses, [], open_invoices=1)

    assert [] == list(afterwards([], losses, []))
    assert (
        "Enter opening balances: the source has 1 open invoice; the report's debtors() lists the patients who went and "
        "what they owe."
    ) == step
    assert ["Go on in Xero with what patients owe: the source has 2 open invoices"] == [
        each.split(";")[0] for each in afterwards([], losses, [], open_invoices=2, in_xero=True)
    ]


def test_files_that_the_destination_does_not_take_are_a_step() -> None:
    """Whole files that are lost may be needed all the same."""
    losses = [
        LossCount("patient_attachments", "record", "it is too large", 2),
        LossCount("patient_attachments", "pinned_at", "no pins", 7),
    ]

    assert ["Upload by hand, where they are needed: 2 files that the destination does not take."] == list(
        afterwards([], losses, [])
    )


def test_a_file_that_is_to_be_added_by_hand_is_one_step() -> None:
    """Where it lies stands in its own reason; what else is needed by hand is named in words."""
    losses = [
        LossCount("patient_attachments", "record", "it is empty: add it by hand", 3),
        LossCount("patients", "custom_fields[Health / GP]", "enter it by hand", 1),
        LossCount("patients", "referring_doctor", "enter it by hand", 2),
    ]

    assert [
        "3 patient attachments: it is empty: add it by hand.",
        "Patients: Health / GP of 1 record, referring doctor of 2 records: enter it by hand.",
    ] == list(afterwards([], losses, []))


def test_what_was_switched_off_is_switched_on_again() -> None:
    """What a finding says is to be taken back after the run is a step, once."""
    quiet = Finding(Level.NOTE, "code", "It rings.", "Switch it off.", afterwards="Switch it on again.")

    assert ["Switch it on again."] == list(afterwards([], [], [quiet, quiet, finding(Level.NOTE, "a", "b")]))


def test_what_waits_to_be_archived_comes_last() -> None:
    """How many of what, and which run archives them; where nothing waits there is no such step."""
    rings = Finding(Level.NOTE, "code", "It rings.", "Switch it off.", afterwards="Switch it on again.")
    *_, last = afterwards([], [], [rings], not_archived={"contacts": 2, "appointment_types": 1})

    assert "what is archived in the source and not yet here (2 contacts, 1 appointment type)" in last
    assert "run(last=True)" in last
    assert ["Switch it on again."] == list(afterwards([], [], [rings], not_archived={}))
