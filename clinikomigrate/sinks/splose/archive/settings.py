"""The source account's settings as the archive keeps them: whole, but for what opens something."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from clinikomigrate.cliniko.models import PublicSettings
from clinikomigrate.sinks.splose.archive.archive import Archive
from clinikomigrate.sinks.splose.archive.plain import to_json

_FIELDS: Final = "patient_custom_fields_definition"
"""Where a token is the number of a field, which opens nothing."""
_OPENS: Final = re.compile(
    "secret|password|passphrase|credential|bearer|token|(?:api|access|private|license|signing)_?-?key", re.IGNORECASE
)
_SIGNED: Final = re.compile(r"(https?://[^?#\s]*)\?[^#\s]*(?:signature|token|key|expires)[^#\s]*", re.IGNORECASE)
"""An address that gives away what lies behind it to whoever has it."""

_SETTINGS: Final = "settings"


def keep_settings(archive: Archive, settings: PublicSettings) -> None:
    """Keeps an account's settings, in place of those that were kept before.

    Args:
        archive: The archive.
        settings: As the source gave them.

    Raises:
        ArchiveError: The folder can't be written to.
    """
    given: dict[str, Any] = json.loads(to_json(settings))
    told = {
        name: value if name == _FIELDS else _told(value) for name, value in given.items() if not _OPENS.search(name)
    }
    told |= {_FIELDS: given[_FIELDS]} if _FIELDS in given else {}
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    account = given.get("account") or {}
    archive.write(
        "INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?, ?)",
        _SETTINGS,
        str(account.get("id") or _SETTINGS),
        type(settings).__name__,
        None,
        body,
    )


def _told(value: Any) -> Any:
    """Leaves out what opens something."""
    match value:
        case dict():
            return {name: _told(item) for name, item in value.items() if not _OPENS.search(name)}
        case list():
            return [_told(item) for item in value]
        case str():
            return _SIGNED.sub(r"\1", value)
    return value
