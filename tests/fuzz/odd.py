"""Odd things that an answer can have in it."""

from __future__ import annotations

import json
from typing import Any, Final

PLANTED: Final = "Mrs zq9000001xq"
"""A text as of a patient, put where the good answer has none: into keys, ids and headers."""

RAW: Final = {
    "not a number": "NaN",
    "infinity": "Infinity",
    "infinity below": "-Infinity",
    "large": "1e400",
    "large beyond counting": "1e99999999999999999999",
    "small beyond counting": "-1E-99999999999999999999",
    "nothing, much of it": "0e99999999999999999999",
    "minus nothing": "-0.0",
    "an id with a point": "1.0",
    "many digits": "1" * 5000,
    "some nesting": "[" * 60 + "]" * 60,
    "much nesting": '{"links":' * 3000 + "1" + "}" * 3000,
    "nesting without end": "[" * 100_000,
    "half a character": '"\\ud800"',
    "an object with a name twice": '{"id":"1","id":"2"}',
    "no JSON": PLANTED,
}
"""What has no form in Python, or would be put right by a parser, as it stands in JSON."""

_STAND_IN: Final = {f"raw: {name}": text for name, text in RAW.items()}
"""What stands for it until JSON is written."""

VALUES: Final[tuple[Any, ...]] = (
    None, True, False, 0, -1, 10**18, 10**40, 1.5, [], {}, [None], [[]],
    "", "0", "-1", "abc", "1.0", " 1", "1\n", "\u0661", "9" * 25, "\x00", "<b>", PLANTED,
    {"id": "1"}, {PLANTED: PLANTED}, {"links": None}, {"links": {"self": None}}, {"links": {"self": 5}},
    {"links": {"self": "https://["}}, {"links": {"self": f"/v1/{PLANTED}/1"}},
    {"links": {"self": "https://elsewhere.example/v1/patients/1"}},
    {"links": {"next": "https://elsewhere.example/v1/patients?page=2"}},
    "2024-02-30T00:00:00Z", "2024-02-29T00:00:00", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "25:00",
    "OLD-CLINIC", "https://elsewhere.example", "http://elsewhere.example/", "javascript:alert(1)",
    *_STAND_IN,
)  # fmt: skip
"""What can stand in the place of any value."""

KEYS: Final = ("", "id", "links", "self", "next", "extra", "self_", "__class__", "total_entries", PLANTED, "\x00")
"""What a key can be renamed to."""

ADDRESSES: Final = (
    "https://elsewhere.example/v1/patients?page=2", "http://elsewhere.example/", "//elsewhere.example/", "/v1/patients",
    "http://api.au1.cliniko.com/v1/patients", "https://api.au1.cliniko.com.elsewhere.example/v1", "", "https:",
    "https://user:password@elsewhere.example/", "https://elsewhere.example:99999/", "https://[", "https://.",
    f"https://x.example/{PLANTED}", "https://elsewhere.example/\x00", "https://xn--.example/", "file:///etc/passwd",
    "mailto:nobody@example.com",
)  # fmt: skip
"""Where an answer can send somebody."""

_LONG: Final = "9" * 400

_SAID: Final = {
    "Content-Type": (
        "text/html; charset=utf-8", "application/json; charset=utf-16", "application/vnd.api+json", "APPLICATION/JSON",
        "", "application/xml", f"text/plain; name={PLANTED}", ";;;",
    ),
    "Location": ADDRESSES,
    "Content-Length": ("0", "1", "9999999", "-1", "abc", "1, 1", "1, 2", "\u0661", _LONG, "+3", "1.0", ""),
    "Content-Encoding": ("gzip", "deflate", "br", "zstd", "identity", "gzip, gzip", "x", PLANTED),
    "Transfer-Encoding": ("chunked", "gzip", PLANTED),
    "Date": ("", "yesterday", "Tue, 14 Nov 9999 22:13:20 GMT", "Tue, 14 Nov 0001 22:13:20 GMT", "1e9", PLANTED),
    "Age": ("-1", "1e9", "1" * 20, _LONG),
    "Retry-After": ("-1", "nan", "0", "Tue, 14 Nov 9999 22:13:20 GMT", _LONG, PLANTED),
    "X-RateLimit-Reset": ("-1", "0", "inf", "1.5.5", "\u00b2", _LONG, PLANTED),
    "X-Request-Id": (PLANTED, "", "x" * 10_000, "\u00e9"),
    "Set-Cookie": (f"key={PLANTED}; Domain=.com",),
    "Link": (f'<https://elsewhere.example/{PLANTED}>; rel="next"',),
}  # fmt: skip

HEADERS: Final = tuple((name, value) for name, values in _SAID.items() for value in values)
"""What can stand in an answer's headers."""

STATUSES: Final = (
    0, 100, 199, 200, 201, 202, 203, 204, 205, 206, 226, 299, 300, 301, 302, 303, 304, 307, 308, 399, 400, 401, 402,
    403, 404, 405, 406, 408, 409, 410, 413, 415, 418, 422, 423, 426, 429, 451, 499, 500, 501, 502, 503, 504, 520, 599,
    600, 999,
)  # fmt: skip
"""What an answer's status can be."""


def _said(**said: object) -> bytes:
    return json.dumps(said).encode()


BYTES: Final = (b"\xff", b"\x00", b"\xed\xa0\x80", b"\xc3", b"}", b'"')
"""What can come between the bytes of a body."""

BODIES: Final = (
    b"", b" ", b"null", b"true", b"[]", b"{}", b'""', b"0", b"\xff\xfe", b"\xef\xbb\xbf{}", b"\x1f\x8b", b"{",
    b'{"id":',
    f"<!DOCTYPE html><html><head><title>{PLANTED}</title></head></html>".encode(),
    _said(message=PLANTED, errors={"name": PLANTED, PLANTED: [PLANTED, {PLANTED: None}], "x": None}),
    _said(message={PLANTED: PLANTED}, errors=[PLANTED]),
    _said(message=[PLANTED], errors={"a": {"b": PLANTED}, "c": 5, "d": True}),
    _said(message=None, errors=PLANTED),
    f"<Error><Code>{PLANTED}</Code><Message>{PLANTED}</Message></Error>".encode(),
    b'<!DOCTYPE a [<!ENTITY b "c">]><PostResponse><Key>&b;</Key></PostResponse>',
    b'<?xml version="1.0" encoding="foo"?><PostResponse><Key>a</Key></PostResponse>',
    b'<?xml version="1.0" encoding="shift_jis"?><PostResponse><Key>a</Key></PostResponse>',
    b"<PostResponse><Key></Key></PostResponse>", b"<PostResponse>", b"<a/><b/>",
    *(text.encode() for text in RAW.values()),
    *(f'{{"errors": {text}, "message": {text}}}'.encode() for text in RAW.values()),
)  # fmt: skip
"""What a whole body can be."""


def written(body: object) -> bytes:
    """Writes JSON, with all that stands in it for something else."""
    text = json.dumps(body, ensure_ascii=False)
    for stand_in, raw in _STAND_IN.items():
        text = text.replace(f'"{stand_in}"', raw)
    return text.encode("utf-8", errors="surrogatepass")
