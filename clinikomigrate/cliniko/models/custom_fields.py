"""A clinic's own fields: their definition in the settings, and what a patient has in them.

Definition and values have one shape and so one family of classes. As they are read and written alike, `UNSET` stands
for a key that isn't there and `None` for null. Sections, fields and options are told apart by tokens, which are UUIDs
and mean nothing in another account: across accounts they are matched by their names.
"""

from __future__ import annotations

import attrs

from clinikomigrate.client.entity import Part
from clinikomigrate.client.unset import UNSET, Unset


@attrs.frozen(kw_only=True, repr=False)
class CustomFieldOption(Part):
    """One of the choices that a field of type `checkboxes` or `radiobuttons` offers.

    Attributes:
        token: The option's UUID. Needed to write it.
        name: Its label, in the definition and in what is read.
        archived: Whether it is no longer offered.
        selected: Whether the patient has it.
    """

    token: str | Unset | None = UNSET
    name: str | Unset | None = UNSET
    archived: bool | Unset | None = UNSET
    selected: bool | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class OtherOption(Part):
    """The choice in one's own words of a field of type `checkboxes` or `radiobuttons`.

    Attributes:
        enabled: Whether the field offers it.
        archived: Whether it is no longer offered.
        selected: Whether the patient has it.
        value: What was written. At most 255 characters.
    """

    enabled: bool | Unset | None = UNSET
    archived: bool | Unset | None = UNSET
    selected: bool | Unset | None = UNSET
    value: str | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class CustomField(Part):
    """One field: of the definition what it is, of a patient also what it holds.

    Attributes:
        token: The field's UUID. Needed to write it.
        name: Its label, in the definition and in what is read.
        type: `text`, `paragraph`, `date`, `checkboxes` or `radiobuttons`.
        archived: Whether it is no longer in use.
        value: Of `text`, `paragraph` and `date` (ISO) what the patient has. A blank one is refused: leave the field
            out instead.
        options: Of `checkboxes` and `radiobuttons` the choices.
        other: Of `checkboxes` and `radiobuttons` the choice in one's own words.
    """

    token: str | Unset | None = UNSET
    name: str | Unset | None = UNSET
    type: str | Unset | None = UNSET
    archived: bool | Unset | None = UNSET
    value: str | Unset | None = UNSET
    options: tuple[CustomFieldOption, ...] | Unset | None = UNSET
    other: OtherOption | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class CustomFieldSection(Part):
    """A titled run of fields.

    Attributes:
        token: The section's UUID. Needed to write it.
        name: Its title, in the definition and in what is read.
        archived: Whether it is no longer in use.
        fields: In the order in which they are shown.
    """

    token: str | Unset | None = UNSET
    name: str | Unset | None = UNSET
    archived: bool | Unset | None = UNSET
    fields: tuple[CustomField, ...] | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class CustomFields(Part):
    """All fields of a definition, or all that a patient has something in.

    Attributes:
        sections: In the order in which they are shown.
    """

    sections: tuple[CustomFieldSection, ...] | Unset | None = UNSET
