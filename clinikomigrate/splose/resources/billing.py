"""Money. Only payments can be written."""

from __future__ import annotations

from clinikomigrate.client.resource import Get
from clinikomigrate.splose.models import CreditNote, Invoice, Payment, PaymentDraft, PaymentMethod
from clinikomigrate.splose.parameters import Parameter, by_keyword
from clinikomigrate.splose.resource import Create, Delete, List
from clinikomigrate.splose.resources.common import CHANGES, LOCATION, PAGES, PATIENT, PRACTITIONER


class Invoices(List[Invoice], Get[Invoice]):
    """Invoices, to be read only."""

    kind = "invoices"
    model = Invoice
    parameters = by_keyword(
        *CHANGES,
        PATIENT,
        LOCATION,
        PRACTITIONER,
        Parameter("status", one_of=("Draft", "Awaiting Payment", "Paid")),
    )


class PaymentMethods(List[PaymentMethod], Get[PaymentMethod]):
    """The ways to pay."""

    kind = "payment_methods"
    model = PaymentMethod
    parameters = by_keyword(*PAGES)
    hides_archived = False


class Payments(List[Payment], Get[Payment], Create[Payment, PaymentDraft], Delete):
    """Payments against invoices that are there."""

    kind = "payments"
    model = Payment
    parameters = by_keyword(*CHANGES, PATIENT, LOCATION)


class CreditNotes(List[CreditNote], Get[CreditNote]):
    """Credit notes, to be read only."""

    kind = "credit_notes"
    model = CreditNote
    parameters = by_keyword(
        *CHANGES,
        PATIENT,
        Parameter("invoiceId", "id", kinds=frozenset({"invoices"})),
        PRACTITIONER,
        Parameter("sentStatus", one_of=("Sent", "Viewed")),
    )
