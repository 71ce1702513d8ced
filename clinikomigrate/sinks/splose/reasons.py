"""Why something could not be carried into Splose. Each sentence holds for every record, and quotes none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_BY_HAND: Final = "Splose's API has no way of making {}: enter what is still needed by hand, and keep the source"

STAMPED: Final = "Splose stamps a contact with the time at which it is copied"
NOT_ARCHIVED: Final = "Splose's API has no way of archiving a contact: it arrives active"
NO_NOTES: Final = "a contact has no field for notes in Splose"
PAYER: Final = "Splose has no built-in type for payers: it arrives as a standard contact"
NO_REFERRER: Final = (
    "Splose's API can't link a client to a contact who referred them: the client's further information names the "
    "contact; link them there by hand"
)
NO_CASE: Final = "Splose's API has no way of making cases, so there is none to link to"
CHANNELS: Final = "Splose's API has no such setting of a client's own; set it there by hand"
SERIES: Final = "Splose's API makes no series; each appointment of one goes by itself, without the link"
HISTORY: Final = "what the source sent or counted stays with it"
EMAIL: Final = (
    "Splose wants each contact's e-mail address, and the source has none that it takes; the mapper can give the "
    "clinic's own to all of them (contact_email=)"
)
CLINICS_EMAIL: Final = "Splose wants each contact's e-mail address, and the source has none: the clinic's own is sent"
MERGED: Final = "it was merged into another patient"
MERGED_OWN: Final = (
    "what only the record says that was merged into another patient goes nowhere: the archive folder has it; compare "
    "it with the other patient's, and enter by hand what is missing there"
)
ALERT: Final = "it stands in its client's alert; of a client who was there before, see what that client's losses say"
ALERT_ARCHIVED: Final = "an archived alert would look like one that holds: it is left out of its client's alert"
CLASS: Final = "Splose's API makes no classes: each seat becomes an appointment of its own, and an empty class none"
_TOLD: Final = "its client's further information has it in words"
CLASS_NOTES: Final = (
    "what is noted about a class may name others who attend, so that it goes into nobody's record: the archive folder "
    "has it; enter by hand what is needed"
)
NO_FIELD: Final = (
    f"Splose has no custom field of this name, so that {_TOLD}; add the field there, or enter the value by hand"
)
SHARED_FIELD: Final = (
    f"several of the source's sections have a field of this name, and Splose has one that is no text, so that {_TOLD}; "
    "add one there that is called by the section too, or enter the value by hand"
)
NO_OPTION: Final = f"Splose's field has no such option; {_TOLD}: choose it by hand"
ONE_ONLY: Final = f"Splose's field takes one choice: the first was kept; {_TOLD}"
NO_OWN_WORDS: Final = f"Splose's field takes no words of one's own; {_TOLD}: enter them by hand"
OTHER_TYPE: Final = f"Splose's field of this name is of another type; {_TOLD}: enter the value by hand"
NO_PLACE: Final = (NO_FIELD, SHARED_FIELD, NO_OPTION, ONE_ONLY, NO_OWN_WORDS, OTHER_TYPE)
"""Why a custom field's value stands in words; a field or an option that is added later does away with it."""

IN_DOCUMENT: Final = "Splose's API makes no such record: it stands in its client's document"
NO_PATIENT: Final = "the source does not say its patient"
BODY_CHARTS: Final = (
    "Cliniko's API gives no body charts away: its document says how many there are, the archive folder has their "
    "numbers, and the drawings stay in the source"
)
SIGNATURE_NOT_GIVEN: Final = (
    "Cliniko's API does not give its drawn signature away: the archive folder has the signature's number; print the "
    "form in Cliniko before that account is closed"
)
SIGNATURE_NOT_SHOWN: Final = (
    "its document can't show its drawn signature: the drawing lies in the folder `signatures` of the archive folder"
)
SIGNATURE_UNKNOWN: Final = (
    "its drawn signature is no picture that is known: the archive folder's records have it as Cliniko gave it; print "
    "the form in Cliniko before that account is closed"
)
ANSWERS: Final = "its answers stand in its document in words; as data they are in the archive folder"
OPEN_FORM: Final = "an open form can't be filled in any more: it stands in its document as it is; send a new one"
FORM_COPY: Final = "whether the patient gets a copy by e-mail is a setting of the source; it is in the archive folder"
ITS_LINKS: Final = "what it was about in the source does not go; its number is in the archive folder"
LETTERS: Final = "{} that no font has, shown by number in its document; give a font that has what is missing (fonts=)"
EARLIER: Final = (
    "it changed since it was copied: how it is now is a further file of its client's. Splose takes no file back, so "
    "the earlier one is still there; delete it by hand"
)
ARCHIVED_CLIENT: Final = "Splose took no file for its client, who is archived"
REFUSED_FILE: Final = (
    f"{ARCHIVED_CLIENT}: it lies in the folder `documents` of the archive folder. Take the client out of the archive "
    "in Splose and run again; or drag it to the client's files by hand and delete it from that folder, for what is "
    "left there is sent once more when the client is live"
)
NOT_WITH_FILES: Final = "Splose's API takes a file with nothing but its name; the archive folder's records say it"
FILE_NAME: Final = "not all of it stands in the file's name in Splose; the archive folder's records have it whole"
FILE_RENAMED: Final = "Splose's API can't rename a file; do it by hand, if it matters"
EXPORT: Final = "it is an archive that the source made of the patient's record, and no part of it"
IN_THE_FOLDER: Final = (
    "{}: it lies in the archive folder, to be added by hand and then deleted there: see its files-to-add-by-hand.csv"
)
TAKEN_OUT: Final = "it was taken out of the archive folder, and so counts as added by hand"

CASES: Final = _BY_HAND.format("cases")
BLOCKS: Final = _BY_HAND.format("busy times")
NOTES: Final = _BY_HAND.format("progress notes")
FORMS: Final = _BY_HAND.format("patient forms")
MESSAGES: Final = _BY_HAND.format("communications")
RECALLS: Final = _BY_HAND.format("recalls")
RELATIONSHIPS: Final = _BY_HAND.format("relationships between clients")
REFERRALS: Final = _BY_HAND.format("referral sources")
HOURS: Final = _BY_HAND.format("availability")
NUMBERS: Final = _BY_HAND.format("practitioners' reference numbers")
TEMPLATES: Final = _BY_HAND.format("templates")
CATALOGUE: Final = _BY_HAND.format("what is sold, priced or taxed")
TYPES: Final = "a service stands for it, and is not made by a transfer"

_IN_WORDS: Final = "its note says it in words"
NO_REASON: Final = (
    f"no cancellation reason of Splose's has this name, so the appointment is archived and not marked; {_IN_WORDS}"
)
SEVERAL: Final = f"the appointment has not exactly one client in Splose any more, so it is not marked; {_IN_WORDS}"
MARKED_OTHERWISE: Final = (
    "the appointment is marked otherwise in Splose, by an earlier run or by somebody, and that is left as it is; "
    "change it there by hand if needed"
)
ARCHIVED_THERE: Final = f"somebody archived the appointment in Splose since, so it is not marked; {_IN_WORDS}"
NO_CALL: Final = f"Splose's API has no such call, or not for such appointments; {_IN_WORDS}"
CALL_REFUSED: Final = f"Splose refused to mark the appointment; {_IN_WORDS}"
CALL_IGNORED: Final = f"Splose took the call that marks the appointment, and did nothing; {_IN_WORDS}"
CHARGED: Final = "Splose charges for the cancellation; take the fee off by hand"
INVOICED: Final = (
    "Splose made an invoice when the appointment was marked as attended; look at it, and take it off by hand if it is "
    "not wanted"
)
REVIVES: Final = (
    f"Splose's cancellation brings archived appointments back as live ones, so it is not called; {_IN_WORDS}"
)
REVIVED: Final = (
    "Splose's cancellation brought this archived appointment back as a live one, and could not mark it; archive or "
    "cancel it there by hand, now"
)
GONE_THERE: Final = (
    "it is to take place by the source, and appointment {} in Splose, at the same time, is archived or cancelled: look "
    "which is right. Book it anew in Splose by hand, or cancel it in the source; then run again"
)
LIVE_THERE: Final = (
    "it is cancelled or archived in the source, and appointment {} in Splose stands in the diary as a live one: cancel "
    "that there by hand, and run again"
)
BOOKED_ANEW: Final = (
    "it is cancelled or archived in the source, and an appointment of the same client and time was made in Splose "
    "after that: look whether it is wanted, and cancel it there by hand if it is not"
)
_LIVE_IN_ONE: Final = (
    "it is cancelled or archived in one of the two, and not in the other, which was there before and is left as it is: "
    "look which is right, and change it in Splose by hand"
)
LEFT_AS_IT_IS: Final[Mapping[tuple[str, str], str]] = {
    ("patients", "medical alerts"): (
        "the client was there before, and the client's alert is left as it is: compare it with the alerts in the "
        "source, and add by hand what is missing there"
    ),
    ("individual_appointments", "archived_at"): _LIVE_IN_ONE,
    ("individual_appointments", "cancelled_at"): _LIVE_IN_ONE,
    ("attendees", "archived_at"): _LIVE_IN_ONE,
    ("attendees", "cancelled_at"): _LIVE_IN_ONE,
}
"""What differs of records that were there before, and has to be seen to."""
STANDS_LIVE: Final = "The appointment stands in Splose's diary as a live one; cancel it there by hand"

_SINCE: Final = "it changed in the source since, and Splose's API can't change {}: change it in Splose by hand"
FIXED: Final = _SINCE.format("{} of a client who is there")
FIXED_VISIT: Final = _SINCE.format("{} of an appointment")
CONTACT: Final = _SINCE.format("contacts")
GONE_SINCE: Final = (
    "it was cancelled or archived in the source since, and stands in Splose as a live appointment: cancel appointment "
    "{} there by hand"
)
GONE_THERE_SINCE: Final = (
    "it has changed in the source since, and somebody archived or cancelled appointment {} in Splose: look which is "
    "right. If it is to take place, bring it back in Splose by hand, or book it anew there; if not, cancel it in the "
    "source"
)
BACK_SINCE: Final = (
    "it is archived or cancelled in Splose and not in the source, and Splose's API can't bring it back: bring "
    "appointment {} back there by hand, or book it anew"
)
ARCHIVED_BEFORE: Final = "it was archived in Splose before, and Splose keeps that time"
LOUD: Final = (
    "it changed in the source since, and Splose may write to the client about a changed appointment that is to come: "
    "change it there by hand"
)
