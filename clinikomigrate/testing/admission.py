"""How a simulated Cliniko account lets a request in: by its key, its limit, its headers and its path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.wrappers import Request

from clinikomigrate.testing.answers import ERROR_PAGE, Answer, UnknownPath, not_found_page, page, too_long
from clinikomigrate.testing.call import Call
from clinikomigrate.testing.exchange import parsed
from clinikomigrate.testing.handling import VERSION
from clinikomigrate.testing.log import LoggedRequest
from clinikomigrate.testing.protocol import problem_of_headers, problem_of_type
from clinikomigrate.testing.routes import find

if TYPE_CHECKING:
    from clinikomigrate.testing.fake import FakeCliniko


def let_in(fake: FakeCliniko, request: Request, entry: LoggedRequest) -> Answer:
    """Carries a request to the API out, or refuses it."""
    if not request.path.startswith(f"{VERSION}/"):
        raise UnknownPath
    path = request.path.removeprefix(VERSION)
    user = fake.keys.user_of(request.headers.get("Authorization"), fake.store)
    entry.user_id = user["id"]
    reset_at = fake.limit.take(user["id"], fake.server_time())
    if reset_at is not None:
        return fake.too_many(reset_at)
    problem = problem_of_headers(request)
    if problem is not None:
        fake.protocol_errors.append(f"{request.method} {request.path}: {problem}")
        return Answer(400, {"message": problem})
    if fake.longest_url is not None and len(request.full_path) > fake.longest_url:
        raise too_long()
    _check_lacks(fake, path)
    route, ids = find(request.method, path)
    if f"{route.method} {route.template}" in fake.lacks:
        raise not_found_page()
    problem = problem_of_type(request)
    if problem is not None:
        fake.protocol_errors.append(f"{request.method} {request.path}: {problem}")
        return page(500, ERROR_PAGE)
    body = request.get_data()
    if body and parsed(body) is None:
        fake.protocol_errors.append(f"{request.method} {request.path}: the body is no JSON object")
        return Answer(400, {"message": "The body could not be parsed."})
    base = f"{request.scheme}://{request.host}{VERSION}"
    return route.handler(Call(fake, base, request.method, path, entry.query, entry.json, user), *ids)


def _check_lacks(fake: FakeCliniko, path: str) -> None:
    if any(path == lacking or path.startswith(f"{lacking}/") for lacking in fake.lacks):
        raise not_found_page()
