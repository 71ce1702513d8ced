"""What every request must say of itself, whatever it asks for."""

from __future__ import annotations

import re

from werkzeug.wrappers import Request

LONGEST_URL = 8_192
_USER_AGENT = re.compile(r"[^()]*\S[^()]* \([^()\s@]+@[^()\s@]+\.[^()\s@]+\)")
WRITES = frozenset({"POST", "PATCH", "PUT"})


def problem_of_headers(request: Request) -> str | None:
    """Says what is wrong with a request's headers or address: Cliniko may block who doesn't say who it is.

    Returns:
        The problem; None where there is none.
    """
    if not _USER_AGENT.fullmatch(request.headers.get("User-Agent", "")):
        return "the User-Agent must be a name and an e-mail address: Acme Migrations (dev@acme.example)"
    if "application/json" not in request.headers.get("Accept", "") and not request.path.endswith("/content"):
        return "the Accept header must be application/json"
    if request.headers.get("Cookie"):
        return "the API sets no cookies, so none can be sent"
    if len(request.full_path) > LONGEST_URL:
        return f"the URL is longer than {LONGEST_URL} characters"
    return None


def problem_of_type(request: Request) -> str | None:
    """Says what is wrong with the type of a request's body: anything but JSON makes the API fail.

    Returns:
        The problem; None where there is none.
    """
    if request.method in WRITES and request.content_length and request.mimetype != "application/json":
        return f"the Content-Type of a body must be application/json, not {request.mimetype or 'left out'}"
    return None
