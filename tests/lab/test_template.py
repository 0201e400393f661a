"""Requests with a place for the content."""

import json
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.lab.asking import LabError
from emulator.lab.exchange import Target
from emulator.lab.template import read_template

JSON = """\
POST http://127.0.0.1:8000/posts?from=lab HTTP/1.1
Content-Type: application/json
Authorization: Bearer a
Content-Length: 3

{"image": "{content}"}
"""


def test_a_request_is_filled_in() -> None:
    template = read_template(JSON, "t.http")
    assert template.target == Target("http", "127.0.0.1", 8000, "/posts?from=lab")
    path, headers, body = template.filled("https://a.test/b.jpg")
    assert (template.method, path) == ("POST", "/posts?from=lab")
    assert headers == {"Content-Type": "application/json", "Authorization": "Bearer a"}
    assert body == b'{"image": "https://a.test/b.jpg"}'


@given(st.text())
def test_json_and_forms_hold_any_content_in_their_spelling(content: str) -> None:
    _, _, body = read_template(JSON, "t").filled(content)
    assert json.loads(body or b"") == {"image": content}
    media_type = "application/x-www-form-urlencoded"
    form = f"POST http://a/ HTTP/1.1\ncontent-type: {media_type}\n\ntext={{content}}&b=c"
    _, _, body = read_template(form, "t").filled(content)
    found = parse_qs((body or b"").decode(), keep_blank_values=True, errors="surrogatepass")
    assert found == {"text": [content], "b": ["c"]}


def test_a_content_may_stand_in_the_path_and_in_headers() -> None:
    text = "GET /look?at={content}\r\nHost: a.test:81\r\nX-Content: {content}\r\n\r\n"
    template = read_template(text, "t")
    assert template.target.port == 81
    path, headers, body = template.filled("a b&c")
    assert (path, headers["X-Content"], body) == ("/look?at=a%20b%26c", "a b&c", None)


def test_a_text_stands_as_it_is() -> None:
    _, _, body = read_template("PUT http://a/ HTTP/1.0\n\n{content}\n", "t").filled('a "b"')
    assert body == b'a "b"'


WRONG = {
    "nothing": ("", "t:1: expected a request line such as 'POST http://"),
    "no method": ("/posts {content}", "t:1: expected a request line"),
    "no host": ("POST /posts HTTP/1.1\n\n{content}", "or a header Host, found '/posts'"),
    "another scheme": ("POST ftp://a/ HTTP/1.1\n\n{content}", "expected an absolute http or https"),
    "no header": ("POST http://a/\nno header\n\n{content}", "t:2: expected a header such as"),
    "a blank before the colon": ("POST http://a/\nA : b\n\n{content}", "t:2: expected a header"),
    "no content": ("POST http://a/ HTTP/1.1\n\nhello", "t: {content} stands nowhere"),
}


@pytest.mark.parametrize(("text", "said"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told_with_its_line(text: str, said: str) -> None:
    with pytest.raises(LabError) as refused:
        read_template(text, "t")
    assert said in str(refused.value)
