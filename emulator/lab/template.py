"""A request as it goes over the wire, with `{content}` where a submission belongs.

POST http://127.0.0.1:8000/posts HTTP/1.1
Content-Type: application/json

{"image": "{content}"}
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, quote_plus, urlsplit

from emulator.lab.asking import LabError
from emulator.lab.exchange import Target, target_of

CONTENT = "{content}"
_FIRST_LINE = re.compile(r"([A-Z]+) (\S+)(?: HTTP/1\.[01])?")
_OURS = {"content-length", "transfer-encoding", "connection", "expect"}
"""Headers that are what they have to be, whatever was written."""


@dataclass(frozen=True, slots=True)
class Template:
    """A request that can be filled in; headers and body hold the content in their own spelling."""

    target: Target
    method: str
    path: str
    headers: Mapping[str, str]
    body: str

    def filled(self, content: str) -> tuple[str, Mapping[str, str], bytes | None]:
        """The path, the headers and the body with a content in them."""
        headers = {name: value.replace(CONTENT, content) for name, value in self.headers.items()}
        body = self.body.replace(CONTENT, self._spelled(content))
        path = self.path.replace(CONTENT, quote(content, safe=""))
        return path, headers, body.encode() or None

    def _spelled(self, content: str) -> str:
        """The content as the body's media type writes it."""
        named = next(
            (value for name, value in self.headers.items() if name.lower() == "content-type"), ""
        )
        spell: Callable[[str], str] = str
        if "json" in named:
            spell = _in_json
        elif "x-www-form-urlencoded" in named:
            spell = quote_plus
        return spell(content)


def _in_json(content: str) -> str:
    return json.dumps(content)[1:-1]


def read_template(text: str, name: str) -> Template:
    """The template in a text; `LabError` says with the line what is wrong."""
    head, _, body = text.replace("\r\n", "\n").partition("\n\n")
    first, *lines = head.split("\n")
    found = _FIRST_LINE.fullmatch(first.strip())
    if found is None:
        raise LabError(
            f"{name}:1: expected a request line such as 'POST http://127.0.0.1:8000/posts "
            f"HTTP/1.1', found {first!r}"
        )
    headers = dict(_header(line, f"{name}:{at}") for at, line in enumerate(lines, 2) if line)
    if CONTENT not in text:
        raise LabError(f"{name}: {CONTENT} stands nowhere: what is submitted goes there")
    target = _target(found[2], headers, name)
    kept = {key: value for key, value in headers.items() if key.lower() not in _OURS}
    return Template(target, found[1], target.path, kept, body.removesuffix("\n"))


def _header(line: str, where: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or not name or name != name.strip():
        raise LabError(f"{where}: expected a header such as 'Content-Type: text/plain'")
    return name, value.strip()


def _target(address: str, headers: Mapping[str, str], name: str) -> Target:
    """Where it goes: an absolute address says so itself, else the header Host does."""
    host = next((value for key, value in headers.items() if key.lower() == "host"), None)
    if not urlsplit(address).scheme and host is not None:
        address = f"http://{host}{address}"
    try:
        return target_of(address)
    except ValueError as error:
        told = f"{error} in the first line, or a header Host"
        raise LabError(f"{name}:1: expected {told}, found {address!r}") from None
