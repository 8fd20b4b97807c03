"""Bodies that no client of good will sends: ``(name, content type, bytes)``.

``refused_bodies`` must fail in the parser; most ``odd_bodies`` can be parsed, and fields refuse or survive them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import quote

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
BOUNDARY = "bOuNdArY"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"


class Body(NamedTuple):
    name: str
    content_type: str
    body: bytes


def hostile_bodies(fields: Sequence[str] = ("name", "text", "id")) -> Iterator[Body]:
    """All of them. ``fields`` are the names that the operation under test understands."""
    yield from refused_bodies()
    yield from odd_bodies(fields)


def refused_bodies() -> Iterator[Body]:
    yield from _nested()
    yield from _numbers()
    yield from _texts()
    yield from _wrong_types()
    yield from _broken_syntax()
    yield from _truncated()
    yield from _oversized()
    yield from _broken_forms()
    yield from _broken_multiparts()


def _json(name: str, text: str | bytes) -> Body:
    return Body(f"json {name}", JSON, text if isinstance(text, bytes) else text.encode())


def _nested() -> Iterator[Body]:
    for depth in (40, 100, 1_000, 5_000, 100_000):
        yield _json(f"{depth} open lists", "[" * depth)
        yield _json(f"{depth} lists", "[" * depth + "]" * depth)
        yield _json(f"{depth} lists in a key", '{"a":' + "[" * depth + "]" * depth + "}")
        yield _json(f"{depth} open objects", '{"a":' * depth)
        yield _json(f"{depth} objects", '{"a":' * depth + "1" + "}" * depth)
        yield _json(f"{depth} mixed", '{"a":[' * depth + "]}" * depth)
        yield _json(f"{depth} with spaces", '{"a":' + "[ \n\t" * depth + "] " * depth + "}")
        yield _json(f"{depth} behind a string of brackets", '{"]]]]\\"}":' + "[" * depth + "]" * depth + "}")
        yield _json(f"{depth} closing first", "]" * depth + "[" * depth)
    yield _json("brackets behind an unclosed string", '{"a":"' + "[" * 100_000)
    yield _json("an unclosed string of escaped quotes", '{"a":"' + '\\"' * 200_000)
    yield _json("an unclosed string of backslashes", '{"a":"' + "\\" * 400_001)
    yield _json("only quotes", '"' * 400_001)


def _numbers() -> Iterator[Body]:
    not_finite = (
        "NaN",
        "Infinity",
        "-Infinity",
        "1e999",
        "-1e999",
        "1e400",
        "9" * 400 + ".0",
        "1E+9999999999",
    )
    long = ("9" * 101, "9" * 4_301, "-" + "9" * 5_000, "9" * 100_000, "1" + "0" * 500_000)
    malformed = (
        "01",
        "+1",
        "1.",
        ".5",
        "0x10",
        "1e",
        "--1",
        "1_000",
        "١٢",
        "nan",
        "inf",
        "1,,5",
        "1f",
        "0b1",
        "-",
        "0o7",
    )
    for number in not_finite + long + malformed:
        label = f"{number[:12]} ({len(number)})"
        yield _json(f"number {label}", f'{{"a":{number}}}')
        yield _json(f"number in a list {label}", f'{{"a":[1,{number}]}}')


def _texts() -> Iterator[Body]:
    surrogates = (
        "\\ud800",
        "\\udfff",
        "\\uD800x",
        "\\udc00\\ud800",
        "x\\uDBFFy",
        "\\ud83d",
        "\\ud800\\ud800",
        "\\udead",
    )
    for escape in ("\\u0000", "a\\u0000b", *surrogates):
        yield _json(f"value {escape}", f'{{"a":"{escape}"}}')
        yield _json(f"key {escape}", f'{{"{escape}":1}}')
        yield _json(f"nested value {escape}", f'{{"a":[{{"b":"{escape}"}}]}}')
    invalid = (
        b"\xff",
        b"\xfe\xff",
        b"\x80",
        b"\xc0\x80",
        b"\xe2\x82",
        b"\xed\xa0\x80",
        b"\xf8\x88\x80\x80\x80",
        b"\xc3\x28",
    )
    for data in invalid:
        yield _json(f"not UTF-8 {data.hex()}", b'{"a":"' + data + b'"}')
        yield _json(f"not UTF-8 in a key {data.hex()}", b'{"' + data + b'":1}')
    for codec in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp037"):
        yield _json(f"encoded as {codec}", '{"aé":"+/"}'.encode(codec))
    for code in (*range(0x20), 0x7F):
        if code != 0x7F:
            yield _json(f"raw control character {code:02x}", b'{"a":"' + bytes([code]) + b'"}')
        yield _json(f"control character {code:02x} outside", b"{" + bytes([code]) * 3 + b'"a":1,}')


def _wrong_types() -> Iterator[Body]:
    for text in (
        "null",
        "true",
        "false",
        "0",
        "1.5",
        '""',
        '"text"',
        "[]",
        "[{}]",
        '["a"]',
        "[[]]",
        "-1",
        '"{}"',
        " [] ",
    ):
        yield _json(f"top level {text}", text)
    for key in ("a", "id", "", "é", "__proto__"):
        yield _json(f"twice the key {key!r}", f'{{"{key}":1,"{key}":2}}')
        yield _json(f"twice the nested key {key!r}", f'{{"x":[{{"{key}":1,"{key}":1}}]}}')
    yield _json("twice a key, once escaped", '{"a":1,"\\u0061":2}')


def _broken_syntax() -> Iterator[Body]:
    texts = (
        " ", "\n", "{", "}", "[", "]", '"', "{}{}", "{}x", "{,}", '{"a"}', '{"a":}', '{:1}', "{'a':1}",
        "{a:1}", '{"a":1,}', '{"a":[1,]}', '{"a":1 "b":2}', '{"a":1;"b":2}', '{"a":undefined}',
        '{"a":True}', '{"a":None}', '{"a":"\\x41"}', '{"a":"\\u12"}', '{"a":"\\uzzzz"}', '{"a":"\\',
        '{"a":"x', '{"a":tru}', '{"a":nul', "{1:2}", '{null:1}', '{"a":1}/*x*/', '//x\n{"a":1}',
        '{"a":`x`}', "<xml/>", "<!DOCTYPE html>", "a=1&b=2", "---\na: 1", "%7B%7D", "\u2028{}",
        "\ufeff\ufeff{}", "\u00a0{}", "{\u00a0}", ")]}',\n{}", "%PDF-1.4", "MZ", "{{}}", "{[]}",
        '{"a":"tab\there"}', '{"a":"line\nbreak"}', "function(){}", "{}\0", "\0{}", '{"a":1}\x1a', "nil",
        "{...}",
    )  # fmt: skip
    for number, text in enumerate(texts):
        yield _json(f"syntax {number} {text[:12]!r}", text)


def _truncated() -> Iterator[Body]:
    whole = json.dumps({"name": 'a"b', "list": [1, 2.5, None, True], "nested": {"é": "ü"}}).encode()
    for end in range(1, len(whole)):
        yield _json(f"cut after {end} bytes", whole[:end])


def _oversized() -> Iterator[Body]:
    large = 1_000_001
    yield _json("too large text", '{"a":"' + "x" * large + '"}')
    yield _json("too large spaces", " " * large + "{}")
    yield _json("too large list", '{"a":[' + "1," * large + "1]}")
    yield _json("too large brackets", "[" * large)
    yield Body("form too large", FORM, b"a=" + b"x" * large)
    yield Body("form too many bytes of separators", FORM, b"&" * large)


def _broken_forms() -> Iterator[Body]:
    for count in (1_001, 5_000, 100_000):
        yield Body(f"form of {count} fields", FORM, b"&".join(b"a=1" for _ in range(count)))
    for text in ("%00", "a%00b", "%00%00"):
        yield Body(f"form value {text}", FORM, f"a={text}".encode())
        yield Body(f"form key {text}", FORM, f"{text}=1".encode())
    yield Body("form raw NUL", FORM, b"a=\0")


def part(name: str, value: bytes, *, filename: str | None = None, headers: bytes = b"") -> bytes:
    disposition = f'Content-Disposition: form-data; name="{name}"'
    if filename is not None:
        disposition += f'; filename="{filename}"'
    return f"--{BOUNDARY}\r\n{disposition}\r\n".encode() + headers + b"\r\n" + value + b"\r\n"


END = f"--{BOUNDARY}--\r\n".encode()


def _broken_multiparts() -> Iterator[Body]:
    good = part("a", b"1") + END
    for parameters in (
        "",
        ";",
        "; boundary",
        "; boundary=",
        '; boundary=""',
        "; boundary=é",
        "; boundary=" + "x" * 202,
    ):
        yield Body(f"multipart with {parameters[:20]!r}", f"multipart/form-data{parameters}", good)
    for count in (1_001, 20_000):
        yield Body(f"multipart of {count} fields", MULTIPART, part("a", b"") * count + END)
    for count in (101, 2_000):
        yield Body(f"multipart of {count} files", MULTIPART, part("a", b"x", filename="a.txt") * count + END)
    yield Body("multipart with too large a field", MULTIPART, part("a", b"x" * 3_000_000) + END)
    yield Body("multipart NUL value", MULTIPART, part("a", b"\0") + END)
    yield Body("multipart NUL key", MULTIPART, part("a\0", b"1") + END)


def odd_bodies(fields: Sequence[str]) -> Iterator[Body]:
    """Well-formed, with values that fields have to refuse or to survive."""
    values = (
        None, True, False, 0, -1, 2**31, 2**63, -(2**63) - 1, 10**99, 1.5, 1e308, 5e-324, -0.0, "", " ",
        "\t\n", "0", "-1", "NaN", "Infinity", "1e999", "9" * 5_000, "x" * 100_000, "é" * 50_000,
        "\u202eevil", "\u200b", "\u0301" * 10_000, "\U0001f600" * 1_000, "\ufdfa" * 10_000, "\uffff",
        "\ufeff", "\x7f", "\x85", "\u2028", "'; DROP TABLE x; --", "%", "_", "\\", "%s%n{0}", "{{7*7}}",
        "<script>alert(1)</script>", "javascript:alert(1)", "../../etc/passwd", "2026-02-30T25:61:61Z",
        "0000-00-00", "99999-01-01T00:00:00Z", "2026-01-01T00:00:00+99:99", "P99999999999D",
        "00000000-0000-0000-0000-000000000000", [], [[]], [None], ["x"] * 10_000, [{}], {}, {"": ""},
        {"a": {"b": {}}}, {"pk": 1}, {"__class__": "x"}, {"$ne": None}, [1, "1", None, {}], "١٢٣", "Ⅷ",
        "１", "1_000", " 1 ", "+1", "0x1",
    )  # fmt: skip
    for number, value in enumerate(values):
        label = f"{number} {str(value)[:16]!r}"
        yield _json(f"odd value {label}", json.dumps(dict.fromkeys(fields, value)))
        yield Body(
            f"form odd value {label}",
            FORM,
            "&".join(f"{quote(f)}={quote(str(value))}" for f in fields).encode(),
        )
    for key in (
        "pk",
        "owner",
        "status",
        "is_staff",
        "__proto__",
        "a" * 10_000,
        "",
        "\u202e",
        "password",
        "__init__",
    ):
        yield _json(f"odd key {key[:16]!r}", json.dumps({key: 1}))
    yield _json("byte order mark", "\ufeff{}")
    yield _json("escaped backslash before u0000", '{"a":"\\\\u0000 \\\\ud800"}')
    yield _json("many keys", json.dumps({f"k{number}": number for number in range(20_000)}))
    for name in ("a/../b", "a\r\nX: y", "%0d%0a", "\u202e", "a" * 5_000, "[]", "a[b][c]"):
        yield Body(f"multipart odd name {name[:12]!r}", MULTIPART, part(name, b"1") + END)
    for end in (b"", b"--", b"--" + BOUNDARY.encode(), END + END):
        yield Body(f"multipart ending {end[:6]!r} ({len(end)})", MULTIPART, part(fields[0], b"1") + end)
    for name in (
        "../../x.png",
        "C:\\x.png",
        "x\0.png",
        "a" * 5_000 + ".png",
        "",
        ".",
        "..",
        "\u202egnp.exe",
        "CON",
        "/",
    ):
        yield Body(f"multipart file {name[:12]!r}", MULTIPART, part(fields[0], b"\x89PNG", filename=name) + END)
    for content_type in (
        "application/json;",
        "application/json; ===",
        "application/json; q=é",
        "APPLICATION/JSON",
    ):
        yield Body(f"content type {content_type!r}", content_type, b"{}")
    for content_type in (
        "text/plain",
        "text/html",
        "x",
        "/",
        "*/*",
        "application/xml",
        "a/b/c",
        "application/json/x",
    ):
        yield Body(f"unknown content type {content_type!r}", content_type, b"{}")
    for charset in ("utf-16", "latin-1", "zip", "base64", "idna", "punycode", "nonsense", "utf-7", "x" * 5_000):
        for base in (JSON, FORM, MULTIPART):
            yield Body(f"{base[:19]} charset {charset[:12]!r}", f"{base}; charset={charset}", b'{"a":"1"}')
    base64 = b"Content-Transfer-Encoding: base64\r\n"
    yield Body("multipart bad base64", MULTIPART, part(fields[0], b"!!!!", headers=base64) + END)
    yield Body("multipart short base64", MULTIPART, part(fields[0], b"QQ=", headers=base64) + END)
