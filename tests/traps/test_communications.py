"""Communications: only memos can be written, and writing one sends nothing."""

from __future__ import annotations

from tests.end_to_end.accounts import Pair
from tests.traps.clinic import Clinic, losses

MEMO = {"content": "Rang about parking", "direction_code": 2, "type_code": 3, "confidential": False}


def test_memos_arrive_as_memos(clinic: Clinic) -> None:
    """A memo keeps its content, direction, means and whether it is confidential; when it was is said behind it."""
    clinic.add(
        "communications",
        patient_id=clinic.patient(),
        created_at="2024-01-02T03:04:05Z",
        **{**MEMO, "confidential": True, "from": "Ada", "to": "Olivia"},
    )
    clinic.move()
    copy = clinic.only("communications")

    assert copy["content"].startswith("Rang about parking")
    assert "2 January 2024, 14:04" in copy["content"]
    assert (2, 3, True, "Ada", "Olivia") == tuple(
        copy[name] for name in ("direction_code", "type_code", "confidential", "from", "to")
    )


def test_other_messages_become_memos(clinic: Clinic) -> None:
    """An e-mail or text message, which can't be written as such, arrives as a memo that says what it was: a loss."""
    clinic.add(
        "communications",
        patient_id=clinic.patient(),
        category_code=1,
        content_subject="Your visit",
        **{**MEMO, "type_code": 2, "direction_code": 1},
    )
    report = clinic.move()
    copy = clinic.only("communications")

    assert 12 == copy["category_code"]
    assert "Your visit" in copy["content"]
    assert "Appointment Reminder" in copy["content"]
    assert "category_code" in losses(report, "communications")


def test_nothing_is_sent(clinic: Clinic) -> None:
    """Copying messages that were sent sends nothing to anybody."""
    patient = clinic.patient(email="ada@mail.example")
    for code in (1, 4, 12, 16):
        clinic.add("communications", patient_id=patient, category_code=code, **MEMO)
    clinic.move()

    assert [] == clinic.destination.outbox
    assert 4 == len(clinic.arrived("communications"))


def test_sender_and_receiver_must_be_given(clinic: Clinic) -> None:
    """A memo whose sender and receiver nobody wrote down says so: both are compulsory, and may be null."""
    clinic.add("communications", patient_id=clinic.patient(), **MEMO)
    clinic.move()

    assert [(None, None)] == [(body["from"], body["to"]) for body in clinic.bodies("POST", "/v1/communications")]


def test_what_an_old_message_does_not_say_is_made_up(clinic: Clinic) -> None:
    """A message without a direction and means, which are compulsory, gets some, and that is a loss."""
    given = {**MEMO, "direction_code": None, "type_code": None, "confidential": None}
    clinic.add("communications", patient_id=clinic.patient(), **given)
    report = clinic.move()

    assert 1 == len(clinic.arrived("communications"))
    assert {"direction_code", "type_code"} <= losses(report, "communications")


def test_links_of_messages_are_a_loss(clinic: Clinic) -> None:
    """A message about an appointment can't be linked to it: a loss."""
    patient = clinic.patient()
    visit = clinic.visit(patient)
    clinic.add("communications", patient_id=patient, category_code=1, booking_id=visit, **MEMO)
    report = clinic.move()

    assert "booking" in losses(report, "communications")


def test_archived_memos_are_archived(clinic: Clinic) -> None:
    """An archived memo arrives and is archived."""
    clinic.add("communications", patient_id=clinic.patient(), archived_at="2024-06-01T00:00:00Z", **MEMO)
    clinic.move()

    assert None is not clinic.only("communications")["archived_at"]


def test_account_that_wants_names(clinic: Clinic) -> None:
    """Where null is refused, something stands in for a name that nobody wrote down, and is a loss; a name stays."""
    clinic.add("communications", patient_id=clinic.patient(), **MEMO, to="Olivia")
    clinic.destination.refuses_nameless_memos = True
    report = clinic.move()
    copy = clinic.only("communications")

    assert ("-", "Olivia") == (copy["from"], copy["to"])
    assert {"from_"} == losses(report, "communications") & {"from_", "to"}


def test_names_that_an_account_wants_are_compared(clinic: Clinic) -> None:
    """What stands in is told once, as a loss, and is no difference."""
    clinic.add("communications", patient_id=clinic.patient(), **MEMO)
    clinic.destination.refuses_nameless_memos = True
    clinic.move()
    pair = Pair(clinic.source, clinic.destination, clinic.journal)
    with clinic.source.in_process(), clinic.destination.in_process():
        verification = pair.transfer().verify()

    assert verification.ok
