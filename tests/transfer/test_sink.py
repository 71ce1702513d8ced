"""What a destination of one's own gets for nothing."""

from __future__ import annotations

import pytest

from clinikomigrate import Account, Archiving, Ref
from clinikomigrate.cliniko.models import AttendeeDraft, MedicalAlertDraft, PatientDraft
from clinikomigrate.errors import Unsupported
from clinikomigrate.transfer.sink import Sink, Wanted
from clinikomigrate.transfer.survey import Survey
from tests.transfer.dict_sink import DictSink

DRAFT = PatientDraft(first_name="Ada", last_name="Example")


def test_the_defaults_suit_a_simple_destination() -> None:
    """A sink that only makes and finds records has nothing by itself, adopts, messages, costs and limits nothing."""
    sink = DictSink()

    assert [None, None] == list(sink.present([DRAFT, DRAFT])) == list(sink.foresee([DRAFT, DRAFT]))
    assert [(), ()] == list(sink.put_away([DRAFT, DRAFT]))
    assert () == tuple(sink.existing_archived("patients"))
    assert not sink.same(DRAFT, DRAFT)
    assert () == tuple(sink.lost(DRAFT, "1")) == tuple(sink.unread(DRAFT))
    assert [] == [*sink.check(), *sink.may_message(), *sink.would_message(DRAFT)]
    assert {} == sink.loud(["1"]) == sink.clashed(DRAFT)
    assert {} == sink.whereabouts("patients", {"1": "1"})
    assert () == tuple(sink.besides())
    assert (None, None, None) == (sink.server_now(), sink.default_mapper(), sink.requests_per_minute)
    assert (0, 8) == (sink.requests_sent, sink.workers)
    assert 1 == sink.cost(DRAFT) == sink.cost(DRAFT, change=True) == sink.cost(Archiving())
    assert {"": 1} == sink.spending(DRAFT, kind="patients") == sink.spending(Archiving(), kind="patients", id="1")
    assert {"": None} == sink.allowances
    assert (0, ()) == (sink.foresee_looks([DRAFT]), tuple(sink.foresee_losses(DRAFT)))
    assert () == tuple(sink.foresee_change(DRAFT)) == tuple(sink.lasting("patients", changed=True))
    assert [()] == list(sink.held([Wanted(DRAFT)]))


def test_a_simple_destination_shows_nothing_of_what_it_holds() -> None:
    """Nothing is told of a record's state, files, pictures and pages, of who it is a copy of, and what hangs on it."""
    sink, record = DictSink(), object()

    assert (None, None, None) == (sink.state(record), sink.shows(Archiving(), record), sink.link(record))
    assert (None, 0, {}) == (sink.copied("1", record), sink.archived_copies("1"), sink.told)
    assert (None, {}) == (sink.fingerprint("1"), sink.silent(record))
    assert () == sink.pictures(Wanted(DRAFT), record)
    assert [] == [*sink.prepare(Survey(None), {})]
    assert () == tuple(sink.hanging_on("patients", ["1"])) == tuple(sink.pointing_at("patients"))
    assert ("record",) == tuple(sink.differences(Wanted(DRAFT), record)) == tuple(sink.compare(Wanted(DRAFT), record))
    assert () == tuple(sink.says_otherwise(Archiving(), record))
    assert () == tuple(sink.keep_parts(record, lambda what: what))
    assert () == tuple(sink.witness([record]))
    assert sink.sets_off(DRAFT)
    assert sink.sets_off_changed(DRAFT, record)
    assert None is sink.foresee_clash(DRAFT, ())


def test_what_a_draft_is_looked_up_by_is_what_its_kind_is_found_by() -> None:
    """Equal names and birth dates make an equal key; drafts of different kinds never share one."""
    sink = DictSink()

    assert sink.look_up_key(DRAFT) == sink.look_up_key(PatientDraft(first_name="Ada", last_name="Example", email="x"))
    assert sink.look_up_key(DRAFT) != sink.look_up_key(PatientDraft(first_name="Bo", last_name="Example"))
    alert = MedicalAlertDraft(name="Latex", patient_id="1")
    assert sink.look_up_key(alert) == sink.look_up_key(MedicalAlertDraft(name="Pollen", patient_id="1"))
    assert sink.look_up_key(alert) != sink.look_up_key(AttendeeDraft(booking_id="1", patient_id="1"))


def test_what_a_sink_cannot_do_it_says() -> None:
    """A sink without update, finish, read or mute raises where these are asked for; nothing is lost unsaid."""

    class Bare(Sink):
        """Has only what it must have."""

        kinds = ("patients",)
        account = DictSink.account
        existing = DictSink.existing
        create = DictSink.create
        find = DictSink.find

    sink = Bare()
    assert sink.foresee_refusal(DRAFT) is None
    assert sink.seats(DRAFT) is None
    assert sink.foresee_locked("patients", DRAFT) is None
    with pytest.raises(Unsupported, match="no way of changing patients"):
        sink.update("1", DRAFT)
    with pytest.raises(NotImplementedError):
        sink.read("patients", ["1"])
    with pytest.raises(Unsupported, match="no way of doing Archiving to patients; do it by hand"):
        sink.finish("patients", "1", Archiving())
    with pytest.raises(NotImplementedError):
        sink.mute("1", ["cancellations"])
    with pytest.raises(NotImplementedError):
        sink.unarchive("patients", "1")


def test_a_sink_needs_five_things() -> None:
    """What is missing is named as soon as somebody makes such a sink."""

    class Unfinished(Sink):
        """Has nothing."""

    with pytest.raises(TypeError, match=r"account.*create.*existing.*find.*kinds"):
        Unfinished()  # type: ignore[abstract] # that is the point


def test_an_account_shows_no_details() -> None:
    """What a sink's mapper wants to know of an account is not shown and does not make another account of it."""
    account = Account("1", "New clinic", Ref("patients", "1"))

    assert "Account(id='1', name='New clinic', region=None)" == repr(account)
    assert Account("1", "New clinic") == account
