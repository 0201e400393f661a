"""Facts and conditions that tests make up: by hand, and by chance over few values, to meet."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import islice
from random import Random
from typing import Any

from hypothesis import strategies as st

from emulator.core.conditions.comparing import OPERATORS, Bound, Comparison, Scalar
from emulator.core.conditions.composites import AllOf, AnyOf, Not
from emulator.core.conditions.condition import PATRON_STATES, Condition, Count, Leaf
from emulator.core.conditions.others import METADATA, Metadata, PatronState, Visual
from emulator.core.conditions.texts import (
    CustomClass,
    Language,
    PersonalData,
    Profanity,
    Text,
    TextContainsAny,
)
from emulator.core.model import NOTHING_FOUND, Found, Match
from emulator.core.taxonomy.text import TEXT_SEVERITIES, UNSUPPORTED

THIS = "this"
"""The id of the post that facts are about."""


@dataclass(frozen=True)
class Post:
    """A post, as the facts that it was made of; `earlier` are other posts with their ages."""

    visual: Sequence[Mapping[str, float]] | None = None
    severities: Mapping[str, int] | None = None
    text: str | None = None
    found: Found = NOTHING_FOUND
    language: str | None = None
    content_metadata: Mapping[str, Any] = field(default_factory=dict)
    patron_metadata: Mapping[str, Any] = field(default_factory=dict)
    patron_states: Collection[str] = ()
    earlier: tuple[tuple[timedelta, str, "Post"], ...] = ()

    def count(self, counted: Count, /) -> int:
        """By looking through all posts, which is what a window spares."""
        posts = [*self.earlier, (timedelta(), THIS, self)]
        within = [(post, facts) for age, post, facts in posts if age < counted.within]
        return len({post for post, facts in within if counted.of.holds(facts)})


def a_text(
    text: str = "", found: Found = NOTHING_FOUND, language: str = "EN", **severities: int
) -> Post:
    return Post(text=text, severities=severities, found=found, language=language)


def a_picture(**scores: float) -> Post:
    return Post(visual=[scores])


def of_type(*types: str) -> tuple[Match, ...]:
    """Matches of these types, of which nothing else matters."""
    return tuple(Match(kind.upper(), 0, 1, kind) for kind in types)


def compared(**bounds: Scalar) -> Comparison:
    return Comparison(tuple(Bound(operator, value) for operator, value in bounds.items()))


def hateful(**bounds: Scalar) -> Text:
    return Text("hate", compared(**(bounds or {"gte": 2})))


# By chance.

SCORES = (0, 0.25, 0.5, 0.75, 1)
VISUAL_CLASSES = ("general_nsfw", "gun_in_hand")
TEXT_CLASSES = ("hate", "spam")
PHRASES = ("a", "b", "ab", "Ba", "aB b")
LANGUAGES = ("EN", "FR", "ET")
TYPES = ("Email Address", "U.S. Phone Number", "other")
KEYS = ("age", "verified")
VALUES: tuple[Scalar, ...] = (0, 1, 2, 2.0, 2.5, 3, True, False, None, "", "kids", "2")
NUMBERS = tuple(value for value in VALUES if type(value) in (int, float))
AGES = tuple(map(timedelta, (0, 1, 2, 3)))


def _comparisons(
    values: Sequence[Scalar], numbers: Sequence[Scalar]
) -> st.SearchStrategy[Comparison]:
    bound = {
        name: st.sampled_from(numbers if operator.numbers_only else values)
        for name, operator in OPERATORS.items()
    }
    chosen = st.lists(st.sampled_from([*OPERATORS]), min_size=1, max_size=2, unique=True)
    return chosen.flatmap(
        lambda names: st.tuples(*(st.builds(Bound, st.just(name), bound[name]) for name in names))
    ).map(Comparison)


def _some(words: Sequence[str], least: int = 1) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(words), min_size=least, max_size=2, unique=True).map(tuple)


_SCORE_BOUNDS = (-0.5, *SCORES, 1.5)
_SEVERITY_BOUNDS = (-1, 0, 1, 2, 3, 4)
_KINDS: tuple[st.SearchStrategy[Leaf], ...] = (
    st.builds(Visual, st.sampled_from(VISUAL_CLASSES), _comparisons(_SCORE_BOUNDS, _SCORE_BOUNDS)),
    st.builds(
        Text, st.sampled_from(TEXT_CLASSES), _comparisons(_SEVERITY_BOUNDS, _SEVERITY_BOUNDS)
    ),
    st.builds(
        Metadata,
        st.sampled_from([*METADATA]),
        st.sampled_from(KEYS),
        _comparisons(VALUES, NUMBERS),
    ),
    st.builds(TextContainsAny, _some(PHRASES)),
    st.just(Profanity()),
    st.builds(PersonalData, _some(TYPES, least=0)),
    st.builds(CustomClass, _some(TYPES)),
    st.builds(Language, _some(LANGUAGES)),
    st.builds(PatronState, st.sampled_from(PATRON_STATES)),
)
LEAVES = st.one_of(_KINDS)
ALIKE = st.sampled_from(_KINDS).flatmap(lambda kind: st.lists(kind, min_size=2, max_size=3))
"""Leaves of one kind, which have something to do with each other."""


def _composed(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    several = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.builds(AllOf, several) | st.builds(AnyOf, several) | st.builds(Not, inner)


WITHOUT_COUNTS = st.recursive(LEAVES, _composed, max_leaves=4)
CONDITIONS = st.recursive(
    LEAVES | st.builds(Count, WITHOUT_COUNTS, st.sampled_from(AGES[1:]), st.integers(1, 3)),
    _composed,
    max_leaves=5,
)


def _posts(chance: Random) -> Iterator[Post]:
    """Texts, pictures, videos and what is none of these, with whatever may be known of them."""

    def some(words: Sequence[str]) -> tuple[str, ...]:
        return tuple(word for word in words if chance.random() < 0.4)

    def values() -> dict[str, Scalar]:
        return {key: chance.choice(VALUES) for key in some(KEYS)}

    def text() -> Post:
        found = (of_type(*some(types)) for types in (("profanity", "else"), TYPES, TYPES))
        severities = {
            name: chance.choice((UNSUPPORTED, *TEXT_SEVERITIES[name]))
            for name in TEXT_CLASSES
            if chance.random() < 0.9
        }
        words = "".join(chance.choices("aAbB ", k=chance.randrange(5)))
        return a_text(words, Found(*found), chance.choice(LANGUAGES), **severities)

    def frames() -> Post:
        length = chance.choice((1, 1, 2, 3))
        visual = [{name: chance.choice(SCORES) for name in VISUAL_CLASSES} for _ in range(length)]
        return Post(visual=visual)

    while True:
        yield replace(
            chance.choice((text, text, frames, frames, Post))(),
            content_metadata=values(),
            patron_metadata=values(),
            patron_states=some(PATRON_STATES),
        )


def _with_earlier_ones(posts: Iterable[Post], chance: Random) -> Iterator[Post]:
    every = tuple(posts)
    for post in every:
        earlier = tuple(
            (chance.choice(AGES), chance.choice((THIS, "p", "q")), chance.choice(every))
            for _ in range(chance.randrange(5))
        )
        yield replace(post, earlier=earlier)


POSTS = tuple(_with_earlier_ones(islice(_posts(Random(0)), 300), Random(1)))
"""So many that most of what may hold holds of one of them; the same in every run."""
ANY_POST = st.sampled_from(POSTS)
