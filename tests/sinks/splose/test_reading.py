"""Reading a workspace's records again by their ids."""

from __future__ import annotations

from tests.sinks.splose.workspace import PAST, There


def visits(there: There, number: int) -> list[str]:
    """Makes appointments, one after the other."""
    ada = there.ada()
    return [
        there.fake.add(
            "appointments",
            start=PAST,
            end=PAST,
            serviceId=there.service,
            locationId=there.location,
            practitionerId=there.practitioner,
            patientId=ada,
        )
        for _ in range(number)
    ]


def asked(there: There) -> list[str]:
    """Lists what was read."""
    return [each.path for each in there.fake.log if each.method == "GET"]


def test_records_that_lie_together_are_read_from_the_list(there: There) -> None:
    """One page instead of a request for each; what is gone is left out."""
    ids = visits(there, 20)
    wanted = [*ids[:10], str(int(ids[-1]) + 1000)]
    found = dict(there.sink.read("individual_appointments", wanted))

    assert sorted(found) == sorted(ids[:10])
    assert asked(there) == ["/v1/appointments"]


def test_records_that_lie_far_apart_are_asked_for_one_by_one(there: There) -> None:
    """The list is not read from end to end for two of its records; what is not there is left out."""
    ids = visits(there, 60)
    found = dict(there.sink.read("attendees", [ids[0], ids[-1], str(int(ids[-1]) + 1)]))

    assert sorted(found) == sorted([ids[0], ids[-1]])
    assert asked(there)[1:] == [f"/v1/appointments/{ids[-1]}", f"/v1/appointments/{int(ids[-1]) + 1}"]


def test_archived_records_are_given_only_if_asked_for(there: There) -> None:
    """From lists, and one by one."""
    ada, bea = there.ada(archived=True), there.ada(firstname="Bea")

    assert [id for id, _ in there.sink.read("patients", [ada, bea])] == [bea]
    assert sorted(id for id, _ in there.sink.read("patients", [ada, bea], hidden=True)) == sorted([ada, bea])

    ids = visits(there, 60)
    marks = ({"archived": True, "deletedAt": None}, {"archived": False, "deletedAt": "2025-03-03T00:00:00.000Z"})
    for mark in marks:  # either says it
        there.fake.tables.at("appointments", int(ids[-1])).update(mark)

        assert [id for id, _ in there.sink.read("attendees", [ids[0], ids[-1]])] == [ids[0]]
        assert len(list(there.sink.read("attendees", [ids[0], ids[-1]], hidden=True))) == 2


def test_nothing_is_asked_where_there_is_nothing_to_read(there: There) -> None:
    """Of a kind that Splose doesn't have, or without an id."""
    assert list(there.sink.read("recalls", ["1"])) == list(there.sink.read("contacts", [])) == []
    assert asked(there) == []
