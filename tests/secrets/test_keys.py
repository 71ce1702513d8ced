"""Keys go to the API and nowhere else: not into tracebacks, not into what is pickled or copied."""

from __future__ import annotations

import copy
import pickle
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from clinikomigrate import Cliniko, ClinikoSink, ConfigurationError, Transfer, where
from clinikomigrate.errors import NotPicklable, Unprocessable
from clinikomigrate.transfer.source import ClinikoSource
from clinikomigrate.wire import Session
from tests.secrets.marks import Secrets
from tests.secrets.watch import Watch, traceback_of
from tests.wire.conftest import FakeClock, Server

KEY = "MS1zZWNyZXQta2V5LW9mLXRoZS1vd25lcg-au1"
GOOD: dict[str, Any] = {"app_name": "Acme", "contact_email": "dev@acme.example"}


@pytest.fixture
def client(server: Server, clock: FakeClock) -> Iterator[Cliniko]:
    """A client of the script's server."""
    with Cliniko(KEY, base_url=f"{server.url}/v1", clock=clock, **GOOD) as client:
        yield client


@pytest.mark.parametrize(
    ("key", "settings"),
    [
        (KEY, {"app_name": ""}),
        (KEY, {"contact_email": "nobody"}),
        (KEY, {"account": "no name"}),
        (KEY, {"base_url": "http://elsewhere.example"}),
        (KEY, {"requests_per_minute": 0}),
        (KEY.replace("-au1", "-nowhere"), {}),
        (f"{KEY} ", {}),
        (f"{KEY}:x", {}),
        (f"{KEY}é", {}),
    ],
)
def test_a_refused_setting_shows_no_key(key: str, settings: dict[str, Any]) -> None:
    """What is wrong with a client's settings is said without the key, and no frame of the package remembers it."""
    watch = Watch(Secrets((key, key.strip())))
    with pytest.raises(ConfigurationError) as caught:
        Cliniko(key, **{**GOOD, **settings})
    watch.error(caught.value)

    assert [] == watch.found
    assert "client.py" in traceback_of(caught.value)


HOLDERS: dict[str, Callable[[Cliniko], object]] = {
    "a client": lambda client: client,
    "a view that only reads": lambda client: client.read_only(),
    "a resource": lambda client: client.patients,
    "a method of a list": lambda client: client.practitioners.inactive,
    "a list": lambda client: client.patients.list(where("last_name") == "Example"),
    "a session": lambda client: client._session,
    "a check": lambda client: client._check,
    "a source": ClinikoSource,
    "a sink": ClinikoSink,
    "a transfer": lambda client: Transfer(client, ClinikoSink(client)),
}


@pytest.mark.parametrize("holder", HOLDERS.values(), ids=HOLDERS)
@pytest.mark.parametrize("act", [pickle.dumps, copy.copy, copy.deepcopy], ids=["pickle", "copy", "deepcopy"])
def test_what_holds_a_key_is_not_carried_off(client: Cliniko, holder: Any, act: Any) -> None:
    """A client, and whatever refers to one, can't be pickled or copied along with its key."""
    held = holder(client)
    if act is copy.copy and not isinstance(held, Cliniko | Session | type(client._check)):
        assert act(held) is not held  # it refers to the same client, and holds no key itself
        return

    with pytest.raises(NotPicklable, match="key"):
        act(held)


def test_an_open_download_is_not_carried_off(client: Cliniko, server: Server) -> None:
    """A file that is being received can't be pickled or copied."""
    server.reply(200, b"a scan")
    with client.patient_attachments.download("1") as download, pytest.raises(NotPicklable):
        pickle.dumps(download)


def test_an_answer_forgets_its_request(client: Cliniko, server: Server) -> None:
    """What an answer refers to holds no credentials any more once it was received."""
    server.reply(200, b"a scan")
    with client.patient_attachments.download("1") as download:
        request = download._response.request

        assert ({}, None) == (dict(request.headers), request.body)
    assert "Authorization" in server.received[0].headers


def test_errors_can_be_pickled_without_a_key(client: Cliniko, server: Server) -> None:
    """An error travels between processes, with what the API said, and without the key."""
    server.reply(422, {"message": "no", "errors": {"name": "no"}})
    with pytest.raises(Unprocessable) as caught:
        client.patients.archive("1")
    pickled = pickle.dumps(caught.value)

    assert set() == Secrets((KEY,)).found_in(pickled.decode("latin-1"))
    assert {"name": "no"} == pickle.loads(pickled).fields  # noqa: S301 - what was pickled just above


def test_frames_keep_their_places(client: Cliniko, server: Server) -> None:
    """A traceback still says where something happened; only the variables are gone."""
    server.reply(422, {})
    with pytest.raises(Unprocessable) as caught:
        client.patients.archive("1")
    frames = traceback.extract_tb(caught.value.__traceback__)
    names = [Path(frame.filename).name for frame in frames if "clinikomigrate" in frame.filename]

    assert {"resource.py", "session.py", "exchange.py"} <= set(names)


def test_variables_of_the_caller_stay(client: Cliniko, server: Server) -> None:
    """Only frames of the package and of the libraries under it are emptied, not the caller's."""
    server.reply(422, {})
    mine = "a variable of mine"

    def act() -> None:
        inner = mine
        client.patients.archive("1")
        del inner

    with pytest.raises(Unprocessable) as caught:
        act()
    told = traceback.TracebackException.from_exception(caught.value, capture_locals=True)

    assert any("a variable of mine" in str(frame.locals) for frame in told.stack)
