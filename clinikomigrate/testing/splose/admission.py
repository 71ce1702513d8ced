"""How a simulated workspace lets a request in: by its key, its limit, its headers and its path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.wrappers import Request

from clinikomigrate.testing.answers import Answer, UnknownPath
from clinikomigrate.testing.exchange import parsed
from clinikomigrate.testing.handling import VERSION
from clinikomigrate.testing.log import LoggedRequest
from clinikomigrate.testing.splose.answers import not_found, refused, unauthorized
from clinikomigrate.testing.splose.call import Call
from clinikomigrate.testing.splose.reading import refuse_query
from clinikomigrate.testing.splose.routes import Route, find

if TYPE_CHECKING:
    from clinikomigrate.testing.splose.fake import FakeSplose

LONGEST_URL = 8_192


def let_in(fake: FakeSplose, request: Request, entry: LoggedRequest) -> Answer:
    """Carries a request to the API out, or refuses it."""
    if not request.path.startswith(f"{VERSION}/"):
        raise UnknownPath
    path = request.path.removeprefix(VERSION)
    user = fake.user_of(request.headers.get("Authorization", ""))
    if user is None:
        raise unauthorized()
    entry.user_id = user
    reset_at = fake.limit.take(user, fake.server_time())
    if reset_at is not None:
        return fake.too_many(reset_at)
    route, ids = find(request.method, path)
    if f"{route.method} {route.template}" in fake.lacks or route.template in fake.lacks:
        raise not_found()
    problem = _problem(request, route)
    if problem is not None:
        fake.protocol_errors.append(f"{request.method} {request.path}: {problem}")
        raise refused([problem])
    call = Call(fake, path, entry.query, entry.json, request)
    if route.method != "GET":
        refuse_query(call, frozenset())
    return route.handler(call, *ids)


def _problem(request: Request, route: Route) -> str | None:
    if request.headers.get("Cookie"):
        return "the API sets no cookies, so none can be sent"
    if len(request.full_path) > LONGEST_URL:
        return f"the URL is longer than {LONGEST_URL} characters"
    if route.form:
        return None if request.mimetype == "multipart/form-data" else "a file must be sent as a form"
    body = request.get_data()
    if body and request.mimetype != "application/json":
        return f"the Content-Type of a body must be application/json, not {request.mimetype or 'left out'}"
    if body and parsed(body) is None:
        return "the body is no JSON"
    return None
