"""Content that trips what is scripted: an example for every fixture that one can be made for."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from emulator.core.fixture import Fixture
from emulator.core.matching import Contains, Is, Pattern, Subject
from emulator.core.media import of_url
from emulator.core.model import Submission
from emulator.core.parsing.submission import is_address

_HOST = "https://cdn.test"


def presets(fixtures: Iterable[Fixture]) -> Iterator[Mapping[str, Any]]:
    """For each fixture what to send, where a text or an address can be made up that it matches."""
    for fixture in fixtures:
        patterns = fixture.when.patterns
        projects = patterns.get("project", ())
        project = next((one.source for one in projects), "")
        for fields, submission in _examples(patterns):
            if fixture.when.matches(Subject(submission, project)):
                yield {
                    "id": fixture.name,
                    "name": fixture.name,
                    "kind": submission.kind.value,
                    "fields": fields,
                    "project": project or None,
                    "bundled": fixture.bundled,
                }
                break


def _examples(
    patterns: Mapping[str, tuple[Pattern, ...]],
) -> Iterator[tuple[Mapping[str, str], Submission]]:
    for key in ("text", "text_contains"):
        for one in patterns.get(key, ()):
            if isinstance(one, Is | Contains) and one.literal:
                yield {"text_data": one.literal}, Submission(text=one.literal)
    for key in ("url_full", "url", "filename"):
        for one in patterns.get(key, ()):
            url = _address(key, one.source)
            if is_address(url):
                yield {"url": url}, Submission(media=of_url(url))


def _address(key: str, pattern: str) -> str:
    """An address that may match: what stands for anything is the least that makes one."""
    whole = f"{pattern[:-2]}.jpg" if pattern.endswith(".*") else pattern
    if key == "filename":
        return f"{_HOST}/{whole.replace('*', '')}"
    if whole.startswith("*"):
        whole = f"{_HOST}{'' if whole[1:2] == '/' else '/'}{whole[1:]}"
    return whole.replace("*", "a")
