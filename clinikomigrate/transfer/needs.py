"""Chooses the catalogue records and contacts that chosen records need."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko.models import Product, ProductSupplier
from clinikomigrate.transfer.candidates import candidates
from clinikomigrate.transfer.filters import Filter
from clinikomigrate.transfer.kinds import KINDS, MATCHED_KINDS
from clinikomigrate.transfer.names import folded
from clinikomigrate.transfer.scope import Scope
from clinikomigrate.transfer.source import Source

NEEDED: Final = frozenset(
    kind.name
    for kind in KINDS.values()
    if kind.adoptable and not any(link.owner or link.kind in MATCHED_KINDS for link in kind.links)
)
"""Kinds of which only those records come along that a chosen one needs: the catalogue and contacts, but for what hangs
on another catalogue record, or says something of the account's own setup."""

_NEEDING: Final = tuple(
    kind for kind in KINDS.values() if kind.left_behind is None and any(link.kind in NEEDED for link in kind.links)
)

POINTING: Final = tuple(kind.name for kind in _NEEDING if not kind.adoptable)
"""Kinds whose records are chosen by a filter, and point at the catalogue or at contacts."""

DOWNWARDS: Final = tuple(kind.name for kind in reversed(_NEEDING) if kind.adoptable)
"""Catalogue kinds that point at others, each before those that it points at."""

_SUPPLIERS: Final = "product_suppliers"


def choose_needed(source: Source, scope: Scope, filter: Filter, kinds: frozenset[str]) -> None:
    """Chooses what chosen records need of the catalogue and of the contacts.

    It does nothing where patients are not narrowed down: then the whole catalogue goes.

    Args:
        source: Is read: each kind that points at the catalogue once, at one list read per 100.
        scope: Says what is chosen, and takes what is needed.
        filter: Has the last word on each record.
        kinds: The names of the kinds that go.
    """
    if not scope.limited("patients"):
        return
    needs = _Needs(NEEDED & kinds)
    try:
        for kind in POINTING:
            if kind in kinds:
                for record in candidates(source, scope, kind):
                    if scope.takes(record) and filter.keeps(record, scope):
                        needs.take(record)
        for kind in DOWNWARDS:
            if kind in kinds:
                for record in candidates(source, needs.scope, kind, *scope.conditions(kind)):
                    if needs.scope.takes(record) and scope.takes(record) and filter.keeps(record, scope):
                        needs.take(record)
        if needs.suppliers:
            needs.take_suppliers(source.stream(_SUPPLIERS, *scope.conditions(_SUPPLIERS)))
        scope.narrow(needs.scope)
    finally:
        needs.scope.close()


class _Needs:
    """What chosen records point at.

    Args:
        kinds: The names of the kinds of which only what is needed comes along.

    Attributes:
        scope: What is needed.
        suppliers: The names of suppliers that products give without pointing at them, as older accounts do.
    """

    def __init__(self, kinds: frozenset[str]) -> None:
        self.scope = Scope()
        self.suppliers: set[str] = set()
        self._kinds = kinds
        for kind in kinds:
            self.scope.only(kind, ())

    def take(self, record: Any) -> None:
        """Chooses what a record points at."""
        refs = [getattr(record, attribute.name) for attribute in attrs.fields(type(record))]
        if isinstance(record, Product) and record.product_supplier is None:
            if record.product_supplier_id:
                refs.append(Ref(_SUPPLIERS, record.product_supplier_id))
            elif record.product_supplier_name and _SUPPLIERS in self._kinds:
                self.suppliers.add(folded(record.product_supplier_name))
        for ref in refs:
            if isinstance(ref, Ref) and ref.kind in self._kinds:
                self.scope.only(ref.kind, [ref])

    def take_suppliers(self, suppliers: Iterable[ProductSupplier]) -> None:
        """Chooses the suppliers of whom only names were given."""
        self.scope.only(_SUPPLIERS, (each.id for each in suppliers if folded(each.name or "") in self.suppliers))
