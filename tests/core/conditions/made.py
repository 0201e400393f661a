"""Facts and conditions that tests make up: by hand, and by chance over few values so that they meet."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from emulator.core.conditions.comparing import OPERATORS, Bound, Comparison, Scalar
from emulator.core.conditions.composites import AllOf, AnyOf, Not
from emulator.core.conditions.condition import PATRON_STATES, Condition, Count
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
class Known:
    """Facts that are what they were made of; `earlier` are other posts with their ages."""

    visual: Sequence[Mapping[str, float]] | None = None
    severities: Mapping[str, int] | None = None
    text: str | None = None
    found: Found = NOTHING_FOUND
    language: str | None = None
    content_metadata: Mapping[str, Any] = field(default_factory=dict)
    patron_metadata: Mapping[str, Any] = field(default_factory=dict)
    patron_states: Collection[str] = ()
    earlier: tuple[tuple[timedelta, str, "Known"], ...] = ()

    def count(self, counted: Count, /) -> int:
        """By looking through all posts, which is what a window spares."""
        posts = [*self.earlier, (timedelta(), THIS, self)]
        within = [(post, facts) for age, post, facts in posts if age < counted.within]
        return len({post for post, facts in within if counted.of.holds(facts)})


def a_text(
    text: str = "", found: Found = NOTHING_FOUND, language: str = "EN", **severities: int
) -> Known:
    return Known(text=text, severities=severities, found=found, language=language)


def a_picture(**scores: float) -> Known:
    return Known(visual=[scores])


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
LEAVES: st.SearchStrategy[Condition] = st.one_of(
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


def _composed(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    several = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.builds(AllOf, several) | st.builds(AnyOf, several) | st.builds(Not, inner)


WITHOUT_COUNTS = st.recursive(LEAVES, _composed, max_leaves=4)
CONDITIONS = st.recursive(
    LEAVES | st.builds(Count, WITHOUT_COUNTS, st.sampled_from(AGES[1:]), st.integers(1, 3)),
    _composed,
    max_leaves=5,
)

_METADATA = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(VALUES))
_FRAME = st.fixed_dictionaries({}, optional=dict.fromkeys(VISUAL_CLASSES, st.sampled_from(SCORES)))
_SEVERITIES = st.fixed_dictionaries(
    {},
    optional={
        name: st.sampled_from((UNSUPPORTED, *TEXT_SEVERITIES[name])) for name in TEXT_CLASSES
    },
)
_MATCHES = _some(TYPES, least=0).map(lambda types: of_type(*types))
_FOUND = st.builds(
    Found, st.sampled_from([(), of_type("profanity"), of_type("else")]), _MATCHES, _MATCHES
)
_CONTENTS = st.one_of(
    st.builds(Known),
    st.builds(Known, visual=st.lists(_FRAME, min_size=1, max_size=3)),
    st.builds(
        Known,
        severities=_SEVERITIES,
        text=st.text(st.sampled_from("aAbB "), max_size=5),
        found=_FOUND,
        language=st.sampled_from(LANGUAGES),
    ),
)
_POSTS = st.builds(
    replace,
    _CONTENTS,
    content_metadata=_METADATA,
    patron_metadata=_METADATA,
    patron_states=st.frozensets(st.sampled_from(PATRON_STATES)),
)
FACTS = st.builds(
    replace,
    _POSTS,
    earlier=st.lists(
        st.tuples(st.sampled_from(AGES), st.sampled_from([THIS, "p", "q"]), _POSTS), max_size=4
    ).map(tuple),
)
