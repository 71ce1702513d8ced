"""Messages to and from patients."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

import attrs

from clinikomigrate.client.entity import Draft, Entity
from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET, Unset

if TYPE_CHECKING:
    from clinikomigrate.cliniko.models.group_appointments import Attendee
    from clinikomigrate.cliniko.models.invoices import Invoice
    from clinikomigrate.cliniko.models.patients import Patient
    from clinikomigrate.cliniko.models.unions import Booking


@attrs.frozen(kw_only=True, repr=False)
class MemoCommunication(Entity):
    """What somebody of the staff noted about a call, a message or a talk.

    Attributes:
        archived_at: None while it is active. Lists leave out what is archived unless asked for it.
        category: Always `Memo`.
        category_code: Always 12.
        confidential: Whether it is kept from users of lesser roles.
        direction_code: 1 sent, 2 received.
        direction_description: The direction in English words.
        from_: The sender's address, number or name. JSON's `from`.
        to: The recipient's address, number or name.
        type: The means in English words.
        type_code: 1 SMS, 2 e-mail, 3 phone call, 4 other.
    """

    kind: ClassVar[str] = "communications"

    archived_at: datetime | None = None
    category: str | None = None
    category_code: int | None = None
    confidential: bool | None = None
    content: str | None = None
    created_at: datetime | None = None
    direction_code: int | None = None
    direction_description: str | None = None
    from_: str | None = None
    patient: Ref[Patient] | None = None
    to: str | None = None
    type: str | None = None
    type_code: int | None = None
    updated_at: datetime | None = None


@attrs.frozen(kw_only=True, repr=False)
class MemoCommunicationDraft(Draft):
    """A memo to be written: the only communication that can be. Nothing is sent to anybody.

    To be created it needs `confidential`, `content`, `direction_code`, `from_`, `patient_id`, `to` and `type_code`.

    Attributes:
        category_code: 12, or left out.
        confidential: Whether it is kept from users of lesser roles.
        direction_code: 1 sent, 2 received.
        from_: The sender's address, number or name. JSON's `from`.
        to: The recipient's address, number or name.
        type_code: 1 SMS, 2 e-mail, 3 phone call, 4 other.
    """

    kind: ClassVar[str] = "communications"

    category_code: int | Unset | None = UNSET
    confidential: bool | Unset | None = attrs.field(default=UNSET, metadata={"required": True})
    content: str | Unset | None = attrs.field(default=UNSET, metadata={"required": True})
    direction_code: int | Unset | None = attrs.field(default=UNSET, metadata={"required": True})
    from_: str | Unset | None = attrs.field(default=UNSET, metadata={"required": True})
    patient_id: Ref[Patient] | str | Unset = attrs.field(default=UNSET, metadata={"kind": "patients", "required": True})
    to: str | Unset | None = attrs.field(default=UNSET, metadata={"required": True})
    type_code: int | Unset | None = attrs.field(default=UNSET, metadata={"required": True})


@attrs.frozen(kw_only=True, repr=False)
class EmailCommunication(Entity):
    """An e-mail that the product sent or received.

    Attributes:
        archived_at: None while it is active. Lists leave out what is archived unless asked for it.
        category: What it was about, in English: `Appointment Reminder`.
        category_code: 1 to 50: 1 appointment reminder, 3 invoice, 4 appointment confirmation, 5 letter, 7 SMS
            message, 8 reply from patient, 9 account statement, 14 payment receipt, 15 bulk e-mail, 16 appointment
            cancellation, 17 patient form, 18 upcoming appointments, 19 completed patient form, 48 follow-up. The
            others are the product's own messages to staff; `category` has them all in words.
        direction_code: 1 sent, 2 received.
        direction_description: The direction in English words.
        from_: The sender's address, number or name. JSON's `from`.
        letter: Letters can't be read through the API.
        payment: Payments can't be read through the API.
        to: The recipient's address, number or name.
        type: The means in English words.
        type_code: 1 SMS, 2 e-mail, 3 phone call, 4 other.
    """

    kind: ClassVar[str] = "communications"

    archived_at: datetime | None = None
    attendee: Ref[Attendee] | None = None
    booking: Ref[Booking] | None = None
    category: str | None = None
    category_code: int | None = None
    content: str | None = None
    content_subject: str | None = None
    created_at: datetime | None = None
    direction_code: int | None = None
    direction_description: str | None = None
    from_: str | None = None
    invoice: Ref[Invoice] | None = None
    letter: Ref[object] | None = None
    patient: Ref[Patient] | None = None
    payment: Ref[object] | None = None
    to: str | None = None
    type: str | None = None
    type_code: int | None = None
    updated_at: datetime | None = None


@attrs.frozen(kw_only=True, repr=False)
class SmsCommunication(Entity):
    """A text message that the product sent or received.

    Attributes:
        archived_at: None while it is active. Lists leave out what is archived unless asked for it.
        category: What it was about, in English: `Appointment Reminder`.
        category_code: 1 to 50: 1 appointment reminder, 3 invoice, 4 appointment confirmation, 5 letter, 7 SMS
            message, 8 reply from patient, 9 account statement, 14 payment receipt, 15 bulk e-mail, 16 appointment
            cancellation, 17 patient form, 18 upcoming appointments, 19 completed patient form, 48 follow-up. The
            others are the product's own messages to staff; `category` has them all in words.
        direction_code: 1 sent, 2 received.
        direction_description: The direction in English words.
        from_: The sender's address, number or name. JSON's `from`.
        letter: Letters can't be read through the API.
        payment: Payments can't be read through the API.
        to: The recipient's address, number or name.
        type: The means in English words.
        type_code: 1 SMS, 2 e-mail, 3 phone call, 4 other.
    """

    kind: ClassVar[str] = "communications"

    archived_at: datetime | None = None
    attendee: Ref[Attendee] | None = None
    booking: Ref[Booking] | None = None
    category: str | None = None
    category_code: int | None = None
    content: str | None = None
    created_at: datetime | None = None
    direction_code: int | None = None
    direction_description: str | None = None
    from_: str | None = None
    invoice: Ref[Invoice] | None = None
    letter: Ref[object] | None = None
    patient: Ref[Patient] | None = None
    payment: Ref[object] | None = None
    to: str | None = None
    type: str | None = None
    type_code: int | None = None
    updated_at: datetime | None = None
