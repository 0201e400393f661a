"""What content is recognised by, why not, and finding the first of many."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.matching import (
    FIELDS,
    Contains,
    Glob,
    Index,
    Is,
    Matches,
    Pattern,
    Subject,
    When,
)
from emulator.core.media import of_url
from emulator.core.model import Posting, Submission

URL = "https://cdn.test/a/Gun.jpg?size=2#top"
SHA = sha256(b"picture").hexdigest()
TEXT = Subject(Submission("hey handsome", metadata="order 7"), "mine")
PICTURE = Subject(Submission(media=of_url(URL)), "mine")
POSTED = Subject(
    Submission("hello", posting=Posting("ann", "p1", named="user_id", content_metadata={"a": 1})),
    "forum",
)
UPLOAD = Subject(
    Submission(media=of_url("x")._replace(url=None, url_path=None, filename="b.png", sha256=SHA)),
    "mine",
)


@dataclass(frozen=True)
class Thing:
    name: str
    when: When


def expression(source: str) -> Matches:
    return Matches(source, re.compile(source))


def reference(pattern: str) -> re.Pattern[str]:
    """What a glob means, said as a regular expression."""
    return re.compile(".*".join(map(re.escape, pattern.split("*"))), re.DOTALL)


GLOBS = st.text(st.sampled_from("ab*\n?["), max_size=10)
VALUES = st.text(st.sampled_from("ab\n?["), max_size=12)


@given(GLOBS, VALUES)
def test_a_glob_matches_what_its_regular_expression_does(pattern: str, value: str) -> None:
    matched = Glob(pattern).difference(value) is None
    assert matched == (reference(pattern).fullmatch(value) is not None)


@given(GLOBS, st.data())
def test_a_glob_matches_whatever_its_stars_are_filled_with(
    pattern: str, data: st.DataObject
) -> None:
    value = re.sub(r"\*", lambda _: data.draw(VALUES), pattern)
    assert Glob(pattern).difference(value) is None
    assert Glob(pattern).literal in value


@pytest.mark.parametrize(
    ("pattern", "value", "matches"),
    [
        ("*/gun.jpg", "https://a.test/gun.jpg", True),
        ("*/gun.jpg", "https://a.test/Gun.jpg", False),
        ("*/gun.jpg", "https://a.test/gun.jpg.png", False),
        ("a?.jpg", "ab.jpg", False),
        ("a?.jpg", "a?.jpg", True),
        ("[ab].jpg", "a.jpg", False),
        ("*%20*", "a b", False),
        ("*%20*", "a%20b", True),
        ("aba*aba", "aba", False),
        ("aba*aba", "abaaba", True),
        ("**", "", True),
        ("", "", True),
        ("", "a", False),
    ],
)
def test_in_a_glob_only_the_star_is_special_and_case_counts(
    pattern: str, value: str, matches: bool
) -> None:
    assert (Glob(pattern).difference(value) is None) == matches


@pytest.mark.parametrize(
    ("pattern", "literal", "exact"),
    [
        (Is("abcd"), "abcd", True),
        (Contains("abcd"), "abcd", False),
        (Glob("abcd"), "abcd", True),
        (Glob("ab*abc*b"), "abc", False),
        (Glob("*"), "", False),
        (expression("abcd"), "", False),
    ],
    ids=str,
)
def test_a_pattern_tells_a_stretch_that_every_match_contains(
    pattern: Pattern, literal: str, exact: bool
) -> None:
    assert (pattern.literal, pattern.exact) == (literal, exact)


@pytest.mark.parametrize(
    ("pattern", "match", "other", "difference"),
    [
        (Is("b"), "b", "ab", "'ab' is not 'b'"),
        (Contains("b"), "abc", "ac", "'ac' does not contain 'b'"),
        (Glob("a*"), "abc", "bc", "'bc' does not match 'a*'"),
        (expression("b+$"), "abb", "ba", "'ba' does not match the expression 'b+$'"),
    ],
    ids=["is", "contains", "glob", "expression"],
)
def test_a_pattern_says_why_a_value_does_not_match_and_nothing_where_it_does(
    pattern: Pattern, match: str, other: str, difference: str
) -> None:
    assert pattern.difference(match) is None
    assert pattern.difference(other) == difference


@pytest.mark.parametrize(
    ("subject", "found"),
    [
        (
            TEXT,
            {
                "text": "hey handsome",
                "text_contains": "hey handsome",
                "text_matches": "hey handsome",
                "metadata": "order 7",
            },
        ),
        (
            PICTURE,
            {
                "url": "https://cdn.test/a/Gun.jpg",
                "url_full": URL,
                "filename": "Gun.jpg",
            },
        ),
        (UPLOAD, {"filename": "b.png", "sha256": SHA}),
        (
            POSTED,
            {
                "text": "hello",
                "text_contains": "hello",
                "text_matches": "hello",
                "patron_id": "ann",
                "post_id": "p1",
            },
        ),
    ],
    ids=["text", "address", "upload", "posted"],
)
def test_each_key_looks_at_one_thing_and_at_nothing_where_content_has_no_such_thing(
    subject: Subject, found: dict[str, str]
) -> None:
    seen = {key: value for key, field in FIELDS.items() if (value := field(subject)) is not None}
    assert seen == found | {"project": subject.project}


@pytest.mark.parametrize(
    ("metadata", "compared"),
    [
        (None, None),
        ("x", "x"),
        ("", ""),
        ({"id": 7, "é": [1.5, None]}, '{"id":7,"é":[1.5,null]}'),
        (7, "7"),
    ],
    ids=repr,
)
def test_metadata_that_is_no_text_is_compared_as_compact_json(
    metadata: object, compared: str | None
) -> None:
    assert FIELDS["metadata"](Subject(Submission("x", metadata=metadata), "mine")) == compared


def test_every_key_must_match_by_any_one_of_its_patterns() -> None:
    when = When({"text": (Is("a"), Is("hey handsome")), "project": (Is("mine"),)})
    assert when.matches(TEXT)
    assert not when.matches(TEXT._replace(project="other"))
    assert not when.matches(TEXT._replace(submission=Submission("b")))


def test_every_key_that_does_not_match_is_told_in_a_sentence() -> None:
    when = When(
        {
            "text": (Is("a"), Is("b"), Is("c")),
            "url": (Glob("*"),),
            "project": (Is("mine"),),
            "metadata": (Is("order 8"),),
        }
    )
    assert when.differences(TEXT) == [
        "text: 'hey handsome' is not 'a' (nor any of 2 more)",
        "url: this content has none",
        "metadata: 'order 7' is not 'order 8'",
    ]


WORDS = st.sampled_from(["", "a", "abba", "babab", "aabbaabb", "abbababab"]) | st.text(
    st.sampled_from("ab"), max_size=9
)


def _patterns(key: str) -> st.SearchStrategy[Pattern]:
    globs = st.text(st.sampled_from("ab*"), max_size=9) | WORDS.map("*{}*".format)
    if key == "text_matches":
        return WORDS.map(expression)
    kinds: dict[str, st.SearchStrategy[Pattern]] = {
        "url": globs.map(Glob),
        "url_full": globs.map(Glob),
        "filename": globs.map(Glob),
        "text_contains": WORDS.map(Contains),
    }
    return kinds.get(key, WORDS.map(Is))


WHENS = st.dictionaries(
    st.sampled_from(sorted(FIELDS)), st.just(None), min_size=1, max_size=3
).flatmap(
    lambda keys: st.fixed_dictionaries(
        {key: st.lists(_patterns(key), min_size=1, max_size=3).map(tuple) for key in keys}
    ).map(When)
)
POSTINGS = st.none() | st.tuples(WORDS, WORDS).map(lambda ids: Posting(*ids))
SUBJECTS = st.builds(
    Subject,
    st.builds(Submission, text=WORDS, metadata=st.none() | WORDS, posting=POSTINGS)
    | st.builds(
        lambda address, name, digest, posting: Submission(
            media=of_url(address)._replace(filename=name, sha256=digest), posting=posting
        ),
        st.builds("{}?{}".format, WORDS, WORDS) | WORDS,
        WORDS,
        st.none() | WORDS,
        POSTINGS,
    ),
    WORDS,
)


@given(st.lists(WHENS, max_size=15), st.lists(SUBJECTS, min_size=1, max_size=6))
def test_an_index_finds_what_asking_one_after_the_other_would(
    whens: list[When], subjects: list[Subject]
) -> None:
    things = [Thing(f"number {at}", when) for at, when in enumerate(whens)]
    index = Index(things)
    for subject in subjects:
        matching = [thing for thing in things if thing.when.matches(subject)]
        assert index.all(subject) == matching
        assert index.first(subject) == next(iter(matching), None)


def test_a_post_and_a_patron_are_recognised_by_their_whole_ids() -> None:
    when = When({"post_id": (Is("p1"), Is("p2")), "patron_id": (Is("ann"),)})
    assert when.matches(POSTED)
    assert Index([Thing("ann's", when)]).first(POSTED) is not None
    assert When({"post_id": (Is("p"),)}).differences(POSTED) == ["post_id: 'p1' is not 'p'"]
    assert when.differences(TEXT) == [
        "post_id: this content has none",
        "patron_id: this content has none",
    ]


def test_an_index_finds_exact_values_and_stretches_of_the_same_field_together() -> None:
    whens = [
        When({"text_contains": (Contains("handsome"),)}),
        When({"text": (Is("hey handsome"),)}),
        When({"text_contains": (Contains("he"),)}),
        When({"text_matches": (expression("^hey"),), "project": (Is("mine"),)}),
        When({"text": (Is("hey"), Is("hey handsome")), "project": (Is("other"),)}),
        When({"text": (Is("handsome"),)}),
    ]
    things = [Thing(f"number {at}", when) for at, when in enumerate(whens)]
    assert Index(things).all(TEXT) == things[:4]
    assert Index(things[::-1]).all(TEXT) == things[3::-1]


def test_an_index_keeps_its_things_in_their_order() -> None:
    things = [Thing(name, When({"text": (Is(name),)})) for name in "cab"]
    assert list(Index(iter(things)).things) == things


def _thousand(make: type[Is] | type[Contains] | type[Glob], key: str, form: str) -> list[Thing]:
    return [Thing(str(at), When({key: (make(form.format(f"{at:04}")),)})) for at in range(1000)]


@pytest.mark.parametrize(
    ("things", "form"),
    [
        (_thousand(Is, "text", "word {}"), "word {}"),
        (_thousand(Contains, "text_contains", "word {}"), "some word {} here"),
        (_thousand(Contains, "text_contains", "{}"), "some {}"),
        (_thousand(Glob, "url", "*/{}.jpg"), "https://a.test/{}.jpg"),
        (_thousand(Glob, "filename", "{}*"), "https://a.test/{}-x.jpg"),
    ],
    ids=["exact", "marked", "unmarked", "address", "file name"],
)
def test_each_of_a_thousand_things_is_found_and_nothing_else(
    things: Sequence[Thing], form: str
) -> None:
    index = Index(things)

    def subject(word: str) -> Subject:
        written = form.format(word)
        media = of_url(written) if written.startswith("https:") else None
        return Subject(Submission(None if media else written, media), "mine")

    for thing in things[::37]:
        assert index.all(subject(f"{int(thing.name):04}")) == [thing]
    assert index.first(subject("none")) is None
