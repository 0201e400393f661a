"""Made-up traffic that looks like a forum's: patrons who post texts and pictures, some of it bad.

The same seed and locale make the same calls. Nothing harmful is in it: what trips rules are the
markers of the bundled stand-ins.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import NamedTuple, Protocol

_POST_SYNC, _POST_ASYNC = "/api/v1/task/sync", "/api/v1/task/async"
_SYNC, _ASYNC = "/api/v2/task/sync", "/api/v2/task/async"
_DASHBOARD, _TEXT, _VISUAL = "dashboard-key", "text-key", "visual-key"

_POSTS, _TEXTS = 0.6, 0.8
"""The share of calls that are posts, and of those that are posts or texts; others are pictures."""
_LATER = 0.2
"""The share of calls that are asynchronous where there is somebody to be called back."""
_BAD, _OF_A_TROUBLEMAKER = 0.1, 0.7
"""How often something bad is sent, by anybody and by those who do little else."""
_EACH = 7
"""One patron of so many is a troublemaker."""
_TO_A_PATRON = 6
"""How many posts a patron makes, on average."""
_CONTACT = 0.06

_BAD_WORDS = (
    *("hive-hate-2", "hive-hate-3", "hive-hate-2", "hive-bullying-2", "hive-violence-1"),
    *("hive-sexual-2", "hive-spam-3", "Buy my snake oil!", "This miracle cure works."),
)
_BAD_PICTURES = (
    *("general_nsfw", "yes_sexual_activity", "general_nsfw", "general_suggestive", "gun_in_hand"),
    *("yes_smoking", "very_bloody", "yes_middle_finger"),
)


class Call(NamedTuple):
    """A submission: where to, with which key, and its fields."""

    path: str
    key: str
    fields: Mapping[str, str]


class Words(Protocol):
    """Somebody who makes up words and names; faker does."""

    random: Random

    def user_name(self) -> str: ...  # noqa: D102 - the names say it
    def paragraph(self, nb_sentences: int = 3) -> str: ...  # noqa: D102
    def sentence(self) -> str: ...  # noqa: D102
    def email(self) -> str: ...  # noqa: D102
    def country_code(self) -> str: ...  # noqa: D102
    def uuid4(self) -> str: ...  # noqa: D102
    def file_name(self, category: str | None = None, extension: str | None = None) -> str: ...  # noqa: D102


class Patron(NamedTuple):
    """Who posts: an id, what is known of it, and how often it means trouble."""

    id: str
    metadata: Mapping[str, object]
    bad: float


def traffic(words: Words, count: int, callback_url: str | None = None) -> Iterator[Call]:
    """So many calls; with a callback URL some are asynchronous."""
    patrons = [_patron(words, at) for at in range(max(1, count // _TO_A_PATRON))]
    # A few post much and many little, as everywhere.
    weights = [1 / (at + 1) for at in range(len(patrons))]
    for _ in range(count):
        chance = words.random
        [patron] = chance.choices(patrons, weights)
        later = callback_url is not None and chance.random() < _LATER
        call = _call(words, patron, later=later)
        back = {"callback_url": callback_url} if later and callback_url else {}
        yield call._replace(fields={**call.fields, **back})


def _patron(words: Words, at: int) -> Patron:
    chance = words.random
    bad = _OF_A_TROUBLEMAKER if at % _EACH == 2 else _BAD
    metadata = {"verified": chance.random() < 0.2, "country": words.country_code()}
    return Patron(words.user_name(), metadata, bad)


def _call(words: Words, patron: Patron, *, later: bool) -> Call:
    chance = words.random
    drawn, bad = chance.random(), chance.random() < patron.bad
    if drawn < _POSTS:
        content = _picture(words, bad=bad) if chance.random() < 0.3 else _text(words, bad=bad)
        whose = {
            "patron_id": patron.id,
            "post_id": words.uuid4(),
            "patron_metadata": json.dumps(patron.metadata),
        }
        return Call(_POST_ASYNC if later else _POST_SYNC, _DASHBOARD, {**whose, **content})
    path = _ASYNC if later else _SYNC
    if drawn < _TEXTS:
        return Call(path, _TEXT, _text(words, bad=bad))
    return Call(path, _VISUAL, _picture(words, bad=bad))


def _text(words: Words, *, bad: bool) -> Mapping[str, str]:
    chance = words.random
    parts = [words.paragraph(chance.randint(1, 3))]
    if bad:
        parts.insert(chance.randint(0, 1), _one_of(chance, _BAD_WORDS))
    if chance.random() < _CONTACT:
        parts.append(f"{words.sentence()} {words.email()}")
    return {"text_data": " ".join(parts)[:1000]}


def _picture(words: Words, *, bad: bool) -> Mapping[str, str]:
    chance = words.random
    folder = f"https://cdn.example.com/{chance.randrange(16**4):04x}"
    if bad:
        name = f"hive-{_one_of(chance, _BAD_PICTURES)}-{chance.randrange(1000)}.jpg"
    else:
        name = words.file_name(extension="jpg")
    return {"url": f"{folder}/{name}"}


def _one_of(chance: Random, several: Sequence[str]) -> str:
    return several[chance.randrange(len(several))]
