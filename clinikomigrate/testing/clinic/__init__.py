"""Made-up clinics: seeded, of any size, with the awkward records that real ones have."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import attrs

from clinikomigrate.testing.clinic.billing import make_invoice
from clinikomigrate.testing.clinic.catalogue import make_catalogue
from clinikomigrate.testing.clinic.diary import make_appointments, make_blocks, make_class
from clinikomigrate.testing.clinic.maker import Maker
from clinikomigrate.testing.clinic.people import Person, make_patients
from clinikomigrate.testing.clinic.practice import make_practice
from clinikomigrate.testing.clinic.records import (
    make_case,
    make_files,
    make_forms,
    make_notes,
    make_referral_source,
    make_relationship,
    make_small_records,
)

if TYPE_CHECKING:
    from clinikomigrate.testing.fake import FakeCliniko

__all__ = ["Clinic", "make_clinic"]


@attrs.frozen
class Clinic:
    """What `make_clinic` made.

    Attributes:
        patients: How many patients, merged and archived ones included.
        seed: What made it so and not otherwise.
        counts: How many records of each kind were added.
    """

    patients: int
    seed: int
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        """The number of all records."""
        return sum(self.counts.values())


def make_clinic(fake: FakeCliniko, *, patients: int, seed: int = 0) -> Clinic:
    """Fills an empty simulated account with a made-up clinic.

    There are about ten records a patient, and every awkward kind of record comes round again and again: from some
    hundred patients on, a clinic holds all of them. Nothing but the last patients is kept in memory here.

    Args:
        fake: The account.
        patients: How many patients, merged and archived ones included.
        seed: The same seed makes the same clinic.

    Returns:
        What was made.
    """
    maker = Maker(fake, seed)
    practice = make_practice(maker)
    catalogue = make_catalogue(maker, practice)
    recent: deque[Person] = deque(maxlen=40)
    made = 0
    while made < patients:
        other = maker.random.choice(recent) if recent else None
        people = make_patients(maker, practice, catalogue, other, patients - made)
        made += len(people)
        for person in people:
            files = make_files(maker, practice, person)
            case = make_case(maker, catalogue, person, files)
            visits = make_appointments(
                maker, practice, catalogue, person, case=case, count=maker.turn("visits", (0, 1, 1, 1, 2, 3))
            )
            make_notes(maker, practice, catalogue, person, visits)
            make_forms(maker, practice, catalogue, person, visits)
            make_small_records(maker, catalogue, person)
            make_referral_source(maker, practice, catalogue, person, other)
            make_invoice(maker, catalogue, person, visits)
            if other is not None:
                make_relationship(maker, person, other)
            recent.append(person)
            if maker.number("since class") % 12 == 0:
                for someone, visit in make_class(maker, practice, catalogue, _different(maker, recent, 7)):
                    if maker.chance(0.2):
                        make_notes(maker, practice, catalogue, someone, [visit])
            if maker.number("since block") % 15 == 0:
                make_blocks(maker, practice, catalogue)
    return Clinic(patients=made, seed=seed, counts=MappingProxyType(dict(maker.counts)))


def _different(maker: Maker, recent: deque[Person], count: int) -> list[Person]:
    """Picks patients of whom no two are the same person after merging."""
    by_root = {person.root: person for person in recent}
    return maker.random.sample(list(by_root.values()), min(count, len(by_root)))
