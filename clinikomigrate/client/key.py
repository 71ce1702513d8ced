"""What may be known of a key."""

from __future__ import annotations

import hashlib


def fingerprint_of(key: str) -> str:
    """Makes a name under which clients with the same key find each other and from which the key can't be read.

    Args:
        key: The key.
    """
    return hashlib.sha256(key.encode("ascii")).hexdigest()
