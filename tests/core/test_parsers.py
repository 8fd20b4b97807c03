"""Whatever a body holds, the parsers answer in time with a 4xx and a code."""

from __future__ import annotations

import json
from contextlib import suppress
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http.request import UnreadablePostError
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import APIException, ParseError
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView, exception_handler

from skillswap_kit.core.api.parsers import (
    MAX_DEPTH,
    MAX_INTEGER_LENGTH,
    BodyTooLarge,
    BoundedStream,
    SafeFormParser,
    SafeJSONParser,
    SafeMultiPartParser,
    UnsupportedCharset,
    body_error,
    check_body_headers,
)

from .hostile_bodies import END as MULTIPART_END
from .hostile_bodies import FORM, JSON, MULTIPART, Body, hostile_bodies, odd_bodies, part, refused_bodies


class EchoView(APIView):
    """Answers with the names that it was sent; parsers and body errors as every view of the kit has them."""

    parser_classes = (SafeJSONParser, SafeFormParser, SafeMultiPartParser)
    authentication_classes = (SessionAuthentication,)
    permission_classes = ()

    def get_exception_handler(self) -> Any:
        return lambda error, context: exception_handler(body_error(error) or error, context)

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        check_body_headers(request._request)
        super().initial(request, *args, **kwargs)

    def post(self, request: Any) -> Response:
        return Response(sorted(request.data))

    put = post


def send(body: Body, *, method: str = "POST", view: Any = None, **request_attributes: Any) -> Response:
    request = APIRequestFactory(enforce_csrf_checks=True).generic(method, "/", body.body, body.content_type)
    for name, value in request_attributes.items():
        setattr(request, name, value)
    return (view or EchoView.as_view())(request)


def parse(text: str | bytes) -> Any:
    return SafeJSONParser().parse(BytesIO(text.encode() if isinstance(text, str) else text))


def refusal(text: str | bytes) -> str:
    with pytest.raises(APIException) as caught:
        parse(text)
    assert 400 <= caught.value.status_code < 500
    return str(caught.value.get_codes())


def test_the_corpus_is_large_enough():
    names = [body.name for body in hostile_bodies()]
    assert len(list(refused_bodies())) >= 300
    assert len(names) == len(set(names))


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_no_hostile_body_is_accepted(method):
    answers = {body.name: send(body, method=method).status_code for body in refused_bodies()}
    assert {name: status for name, status in answers.items() if not 400 <= status < 500} == {}


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_no_odd_body_is_an_error_of_ours(method):
    answers = {body.name: send(body, method=method).status_code for body in odd_bodies(("name", "id"))}
    assert {name: status for name, status in answers.items() if status >= 500} == {}
    assert list(answers.values()).count(200) >= 100


def test_forms_are_read_by_the_csrf_check_first_and_refused_all_the_same():
    member = get_user_model()(is_active=True)
    answers = {body.name: send(body, user=member).status_code for body in hostile_bodies()}
    assert {name: status for name, status in answers.items() if not 400 <= status < 500} == {}


def test_ordinary_bodies_are_read():
    assert send(Body("", JSON, b'{"b": 1, "a": {"x": [1, 2.5, null, "\\u00e9\\ud83d\\ude00"]}}')).data == ["a", "b"]
    assert send(Body("", FORM, "a=1&b=سلام".encode())).data == ["a", "b"]
    body = part("a", "é".encode()) + part("b", b"\x89PNG\0", filename="x.png") + MULTIPART_END
    assert send(Body("", MULTIPART, body)).data == ["a", "b"]
    assert send(Body("", JSON, b"")).data == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[" * 100_000, "too_deep"),
        ('{"a":' * 100_000, "too_deep"),
        ('{"a": NaN}', "invalid_json"),
        ('{"a": 1e999}', "invalid_json"),
        ('{"a": "\\ud800"}', "unstorable_text"),
        ('{"a": "\\u0000"}', "unstorable_text"),
        ('{"a": ' + "9" * 5_000 + "}", "number_too_long"),
        (b'{"a": "\xff"}', "invalid_json"),
        ('{"a": 1, "a": 2}', "duplicate_key"),
        ("[]", "wrong_type"),
        (" " * 1_000_001, "body_too_large"),
    ],
)
def test_the_code_says_what_is_wrong(text, code):
    assert refusal(text) == code


def test_depth_and_length_are_accepted_up_to_their_limits():
    lists = MAX_DEPTH - 1
    assert parse('{"a":' + "[" * lists + "]" * lists + "}")
    assert refusal('{"a":' + "[" * MAX_DEPTH + "]" * MAX_DEPTH + "}") == "too_deep"
    assert parse(f'{{"a": {"9" * MAX_INTEGER_LENGTH}}}')


def test_brackets_in_strings_are_no_depth():
    text = "[{" * 1_000 + '"\\'
    assert parse(json.dumps({text: text})) == {text: text}


def test_a_byte_order_mark_is_skipped_and_an_escaped_backslash_is_no_escape():
    assert parse("\ufeff{}") == {}
    assert parse('{"a": "\\\\u0000"}') == {"a": "\\u0000"}


@given(
    st.dictionaries(
        st.text(),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
            | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
            lambda inner: st.lists(inner) | st.dictionaries(st.text("aé{[\"\\"), inner),
            max_leaves=20,
        ),
    ).filter(lambda value: "\0" not in "".join(value))
)  # fmt: skip
def test_whatever_json_can_say_is_read_unchanged(value):
    assert parse(json.dumps(value)) == value
    assert parse(json.dumps(value, ensure_ascii=False)) == value


@given(st.binary(max_size=200) | st.text(alphabet='{}[]",:\\u0d8 1e-', max_size=60).map(str.encode))
def test_any_bytes_are_an_object_or_a_refusal(body):
    with suppress(ParseError):
        assert isinstance(parse(body), dict)


def test_a_view_may_take_lists():
    class Lists(SafeJSONParser):
        top_level = (dict, list)

    assert Lists().parse(BytesIO(b"[1]")) == [1]
    with pytest.raises(ParseError):
        Lists().parse(BytesIO(b"1"))


class Endless:
    """A body without an end, whatever its Content-Length said."""

    def __init__(self) -> None:
        self.read_bytes = 0

    def read(self, size: int = -1) -> bytes:
        assert size >= 0, "an unbounded read"
        self.read_bytes += size
        return b" " * size


def test_no_more_than_one_byte_beyond_the_limit_is_read():
    stream: Any = Endless()
    with override_settings(SKILLSWAP_KIT={"API_MAX_BODY_BYTES": 5_000}), pytest.raises(BodyTooLarge):
        SafeJSONParser().parse(stream)
    assert stream.read_bytes == 5_001


def test_a_stream_of_exactly_the_limit_is_read():
    assert BoundedStream(BytesIO(b"12345"), 5).read() == b"12345"
    stream = BoundedStream(BytesIO(b"12345"), 5)
    assert [stream.read(3), stream.read(3), stream.read(3)] == [b"123", b"45", b""]


@pytest.mark.parametrize("content_type", [JSON, FORM, MULTIPART])
def test_a_large_content_length_is_refused_before_anything_is_read(content_type):
    for length in (str(50_000_000), "9" * 5_000):
        request = APIRequestFactory().generic("POST", "/", b"{}", content_type, CONTENT_LENGTH=length)
        request._stream = None  # reading it would fail
        response = EchoView.as_view()(request)
        assert (response.status_code, response.data["detail"].code) == (413, "body_too_large")


@pytest.mark.parametrize("length", ["", "0", "-1", "x", "1e3", "٣", "1"])
@pytest.mark.parametrize("content_type", [JSON, FORM, MULTIPART])
def test_a_lying_content_length_is_no_error_of_ours(content_type, length):
    request = APIRequestFactory().generic("POST", "/", b'{"a": 1}', content_type, CONTENT_LENGTH=length)
    assert EchoView.as_view()(request).status_code < 500


def test_a_client_that_hangs_up_is_answered():
    class HungUp:
        def read(self, size: int = -1) -> bytes:
            raise UnreadablePostError("gone")

    stream: Any = HungUp()
    with pytest.raises(ParseError):
        SafeJSONParser().parse(stream)


def test_a_body_that_django_refuses_has_our_codes():
    too_big, suspicious = body_error(RequestDataTooBig()), body_error(SuspiciousOperation())
    assert too_big is not None
    assert suspicious is not None
    assert (too_big.status_code, suspicious.status_code) == (413, 400)
    assert body_error(KeyError()) is None


@pytest.mark.parametrize("body", [b"title=%E9", b"title=\xe9", b"title=%ED%A0%80x"])
def test_forms_that_are_not_in_utf8_are_refused(body):
    with pytest.raises(UnsupportedCharset):
        SafeFormParser().parse(BytesIO(body))
