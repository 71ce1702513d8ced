"""Who writes a treatment note: its author, where a key of their own is given, and else the sink's main key."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from clinikomigrate.client.query import where
from clinikomigrate.cliniko import Cliniko
from clinikomigrate.errors import ConfigurationError, Forbidden, NotFound, Unauthorized
from clinikomigrate.sinks.cliniko.author_keys import Key, KeyCheck, practitioner_of
from clinikomigrate.sinks.cliniko.authored import AUTHOR, AuthoredNoteDraft
from clinikomigrate.sinks.cliniko.codes import CODES
from clinikomigrate.sinks.counterparts import Counterparts, Held
from clinikomigrate.transfer.findings import Finding
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.names import display_name
from clinikomigrate.transfer.phrases import counted, listed
from clinikomigrate.transfer.survey import Survey

NOTES: Final = "treatment_notes"
"""The kind of records whose author is whoever owns the key that writes them."""

MAIN: Final = ""
"""The name of the main key's allowance."""

_KEY_LIKE: Final = re.compile(r"\S{32,}")
"""What is too long for a word of a name: names are shown, and keys never are."""


class Authors:
    """The keys under which notes are written.

    Until `prepare` has proven whose the keys are, all notes go out under the main one.

    Args:
        main: The client under whose key everything else is written.
        given: Clients by the names or ids of the source's practitioners.

    Raises:
        ConfigurationError: A name is no text, or a client is none.
    """

    def __init__(self, main: Cliniko, given: Mapping[str, Cliniko] | None) -> None:
        self._main = main
        self._given = _checked(given)
        self._keys: Mapping[str, Key] = {}
        self._writers: Mapping[str, Cliniko] = {}
        self._prepared = False
        self._lock = threading.Lock()
        self._main_user: str | None = None

    def __repr__(self) -> str:
        return f"<Authors {', '.join(self._given)}>"

    @property
    def names(self) -> tuple[str, ...]:
        """The names or ids that keys were given for."""
        return tuple(self._given)

    def prepare(self, survey: Survey) -> Iterator[Finding]:
        """Proves whose the keys are.

        Args:
            survey: What was read of both accounts.

        Returns:
            Which keys can't do the job, and whose notes will not stand under their name.
        """
        self._keys, self._writers, self._prepared = {}, {}, False
        if NOTES not in survey.included or survey.account is None:
            return
        both = Counterparts("practitioners", survey)
        check = KeyCheck(both, survey.account.id)
        check.run(self._given)
        yield from check.findings
        keys = dict(check.keys)
        self._main_user = self._main.user().id
        practitioner = practitioner_of(self._main_user, both.destination)
        if practitioner is not None:
            main = Key(self._main, self._main_user, practitioner)
            own = [id for id, record in both.source if id not in keys and both.are_one(record, practitioner)]
            if len(own) == 1:  # of several namesakes nobody knows which one it is
                keys[own[0]] = main
            yield from _in_words(survey, [held for held in both.source if held[0] not in keys], main)
        self._keys = keys
        self._writers = {key.practitioner[0]: key.client for key in keys.values() if self._allowance_of(key) != MAIN}
        self._prepared = True

    def writer(self, draft: Any) -> Cliniko:
        """Returns the client that makes a record: a note's author's own where it is given, else the main one.

        Args:
            draft: The draft of a record of whatever kind.
        """
        key = self._key(draft)
        return self._main if key is None else key.client

    def writer_of(self, kind: str, id: str) -> Cliniko:
        """Returns the client that changes a record: for a note that of whoever wrote it.

        Sends one request for a note, and only where keys of authors are given.

        Args:
            kind: The record kind's name.
            id: The record's id in the destination.
        """
        if kind != NOTES or not self._writers:
            return self._main
        try:
            author = self._main.treatment_notes.get(id).practitioner
        except NotFound:  # whoever changes it will say so
            return self._main
        return self._main if author is None else self._writers.get(author.id, self._main)

    def taker_back_of(self, kind: str, id: str) -> Cliniko:
        """Returns the client that takes a record back: as `writer_of`, without the source's having been looked at.

        Whose the keys are is asked once, and a key that is not accepted any more is as if it were not given.

        Args:
            kind: The record kind's name.
            id: The record's id in the destination.
        """
        with self._lock:
            if kind == NOTES and self._given and not self._prepared:
                practitioners = [(each.id, each) for each in self._main.practitioners.list()]
                self._writers = dict(_writers(self._given.values(), practitioners))
                self._prepared = True
        return self.writer_of(kind, id)

    def losses(self, draft: Any) -> tuple[Loss, ...]:
        """Says what a note loses by the key that it goes out under.

        Args:
            draft: The draft of a record of whatever kind.
        """
        return (AUTHOR,) if _author(draft) is not None and self._key(draft) is None else ()

    def lost(self, draft: Any, note: Any) -> tuple[Loss, ...]:
        """Says what a note lost by the key that it went out under.

        Args:
            draft: A note's draft.
            note: What came of it, as the client gives it.
        """
        key = self._key(draft)
        wrote = key is not None and note.practitioner is not None and note.practitioner.id == key.practitioner[0]
        return () if _author(draft) is None or wrote else (AUTHOR,)

    def allowance(self, draft: Any) -> str:
        """Returns the name of the allowance that pays for making a record.

        Args:
            draft: The draft of a record of whatever kind.
        """
        key = self._key(draft)
        return MAIN if key is None else self._allowance_of(key)

    @property
    def allowances(self) -> Mapping[str, float]:
        """How many requests a minute each proven key's user has, by the names of the allowances."""
        limits = {self._allowance_of(key): key.client.requests_per_minute for key in self._keys.values()}
        return {**limits, MAIN: self._main.requests_per_minute}

    @property
    def looks_first(self) -> bool:
        """Whether a note is read before it is changed, to know who wrote it."""
        return bool(self._writers)

    @property
    def requests_sent(self) -> int:
        """How many requests all clients have sent."""
        clients = {id(client): client for client in (self._main, *self._given.values())}
        return sum(client.requests_sent for client in clients.values())

    def _key(self, draft: Any) -> Key | None:
        author = _author(draft)
        return None if author is None else self._keys.get(author)

    def _allowance_of(self, key: Key) -> str:
        return MAIN if key.user_id == self._main_user else key.user_id


def _writers(clients: Iterable[Cliniko], practitioners: Sequence[Held]) -> Iterator[tuple[str, Cliniko]]:
    """Gives each client by the id of the practitioner whose key it has."""
    for client in clients:
        try:
            practitioner = practitioner_of(client.user().id, practitioners)
        except (Forbidden, Unauthorized):
            continue
        if practitioner is not None:
            yield practitioner[0], client


def _author(draft: Any) -> str | None:
    """Returns the source's id of a note's author, or None."""
    given = draft.author_id if isinstance(draft, AuthoredNoteDraft) else None
    return given if isinstance(given, str) else None


def _in_words(survey: Survey, others: list[Held], main: Key) -> Iterator[Finding]:
    """Says whose notes will stand under the main key's practitioner."""
    found = [(id, record) for id, record in others if survey.goes(NOTES, where("practitioner_id") == id)]
    if not found:
        return
    names = [display_name(record) or id for id, record in found]
    yield CODES.finding(
        "authors-in-words",
        f"The treatment notes of {counted(len(found), 'practitioners')} of the source will stand under {main.name}, "
        f"whose key writes them; each says at its end who wrote it, and when: {listed(names)}.",
        "To keep them as authors, let each of them make a key in the destination and give it: ClinikoSink(..., "
        f"authors={{{names[0]!r}: their client}}). The notes of those who can't have a key there name them in words.",
        kind="practitioners",
        ids=[id for id, _ in found],
    )


def _checked(given: Mapping[str, Cliniko] | None) -> Mapping[str, Cliniko]:
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise ConfigurationError(
            f"authors must be a dictionary from names or ids to clients, not {type(given).__name__}."
        )
    for name, client in given.items():
        if not isinstance(name, str) or _KEY_LIKE.fullmatch(name):
            what = "looks like a key" if isinstance(name, str) else f"is a {type(name).__name__}"
            raise ConfigurationError(f"authors must map names or ids (texts) to clients; one of the names {what}.")
        if not isinstance(client, Cliniko):
            raise ConfigurationError(
                "authors must map names or ids to clients, each a cm.Cliniko made with that person's key; one of them "
                f"is a {type(client).__name__}."
            )
    return MappingProxyType(dict(given))
