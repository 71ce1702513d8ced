"""Every method of the client that sends something, found by walking it, and how each is called."""

from __future__ import annotations

import inspect
import itertools
import typing
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any, Final

import attrs

from clinikomigrate.client.entity import Draft
from clinikomigrate.client.nested import NestedOf, SublistOf
from clinikomigrate.client.ref import Ref
from clinikomigrate.client.resource import Resource
from clinikomigrate.client.unset import UNSET
from clinikomigrate.cliniko import Cliniko
from clinikomigrate.cliniko.models import PatientAttachmentDraft
from tests.fuzz.account import Account
from tests.secrets.calls import MarkedFile, filled
from tests.secrets.marks import Marks

SENDS_NOTHING: Final = frozenset({"close", "link", "read_only", "resource", "server_now", "server_told"})
"""The client's own methods that aren't about answers."""

MOST_TRIES: Final = 400
"""How many combinations of records are tried until a method has a good answer."""


@attrs.frozen(repr=False)
class Method:
    """A method of the client.

    Attributes:
        name: `"patients.get"`, or `"user"` of the client's own.
    """

    name: str

    def of(self, client: Cliniko) -> Callable[..., Any]:
        """Gives the method itself (`Any`: each takes and gives something else)."""
        found: Any = client
        for part in self.name.split("."):
            found = getattr(found, part)
        return typing.cast("Callable[..., Any]", found)

    def arguments(self, client: Cliniko, account: Account) -> Iterator[tuple[Any, ...]]:
        """Gives what it can be called with: each combination of records, up to a number.

        Args:
            client: Whose method it is.
            account: Has the records.
        """
        resource = client.resource(self.name.split(".")[0]) if "." in self.name else None
        choices = [_choices(each, resource, self.name, account) for each in _needed(self.of(client))]
        return itertools.islice(itertools.product(*choices), MOST_TRIES)


@attrs.frozen
class Parameter:
    """A parameter without a default.

    Attributes:
        name: Its name.
        hint: Its type (`Any`: that is what it is about).
        keyword: Whether it can be given by name only.
    """

    name: str
    hint: Any
    keyword: bool


def _needed(method: Callable[..., Any]) -> list[Parameter]:
    function = type(method).__call__ if isinstance(method, SublistOf | NestedOf) else inspect.unwrap(method)
    hints = typing.get_type_hints(getattr(function, "__func__", function))
    return [
        Parameter(each.name, hints[each.name], each.kind is each.KEYWORD_ONLY)
        for each in inspect.signature(method).parameters.values()
        if each.default is each.empty and each.kind not in {each.VAR_POSITIONAL, each.VAR_KEYWORD}
    ]


def _choices(parameter: Parameter, resource: Resource | None, name: str, account: Account) -> list[Any]:
    """What can be given for a parameter; keyword arguments come with their names."""
    values = _values(parameter, resource, name, account)
    return [(parameter.name, value) for value in values] if parameter.keyword else values


def _values(parameter: Parameter, resource: Resource | None, name: str, account: Account) -> list[Any]:
    hint = _own(resource).get(parameter.hint, parameter.hint)
    if hint is date:
        return [account.tomorrow + timedelta(days=6 if parameter.name == "until" else 0)]
    if hint is int:
        return [50]
    if name.endswith(".upload"):
        return [_file(patient) for patient in account.ids("patients")]
    if isinstance(hint, type) and issubclass(hint, Draft):
        return [_draft(hint, resource, name)]
    for each in typing.get_args(hint):
        if typing.get_origin(each) is Ref and resource is not None:
            (model,) = typing.get_args(each)
            return account.ids(getattr(model, "kind", resource.kind))
    raise NotImplementedError(f"{name}: nobody knows what to give for {parameter.name}, a {hint}")


def _own(resource: Resource | None) -> Mapping[object, object]:
    """What the type variables of a resource's building blocks stand for."""
    blocks = getattr(type(resource), "__orig_bases__", ())
    return {
        variable: given
        for block in blocks
        for variable, given in zip(
            getattr(typing.get_origin(block), "__parameters__", ()), typing.get_args(block), strict=False
        )
        if isinstance(given, type) and issubclass(given, Draft)
    }


def _draft(model: type[Draft], resource: Resource | None, name: str) -> Any:  # any: of whatever draft
    draft = filled(model, Marks())
    fixed = resource.create_only if resource is not None and name.endswith(".update") else frozenset()
    return attrs.evolve(draft, **{field: UNSET for field in fixed if hasattr(draft, field)})


def _file(patient: str) -> PatientAttachmentDraft:
    return PatientAttachmentDraft(patient_id=patient, description="a scan", content=MarkedFile(Marks()))


@cache
def methods() -> Mapping[str, Method]:
    """Gives all methods of the client under their names."""
    client = Cliniko("invented-au1", app_name="Acme", contact_email="dev@acme.example")
    own = [name for name in _public(client) if name not in SENDS_NOTHING]
    of_resources = [f"{kind}.{name}" for kind, each in client._resources.items() for name in _public(each)]
    return {name: Method(name) for name in [*own, *of_resources]}


def _public(each: object) -> list[str]:
    names = [name for name in dir(type(each)) if not name.startswith("_")]
    members = {name: inspect.getattr_static(each, name) for name in names}
    return [
        name
        for name, member in members.items()
        if not isinstance(member, property | type) and callable(getattr(each, name))
    ]
