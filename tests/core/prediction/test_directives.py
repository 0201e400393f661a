"""Directives: scores that a test writes into the content itself."""

from collections.abc import Callable
from datetime import timedelta
from time import process_time
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core import errors
from emulator.core.faults import TROUBLES
from emulator.core.media import Upload, of_url
from emulator.core.model import Fault, Kind, Media, MediaScript, Submission
from emulator.core.prediction.directives import NONE, Directed, read, without_directives
from emulator.core.taxonomy.text import TEXT_SEVERITIES
from emulator.core.taxonomy.visual import DOCS, RECORDED_2023_03, Head, VisualTaxonomy

GIF = b"GIF89a\x01\x00\x01\x00"
FURRY = DOCS.with_heads([Head("furry", ("furry-no_furry", "furry-yes_furry"), "furry-no_furry")])


def of_address(url: str, taxonomy: VisualTaxonomy = DOCS) -> Directed:
    return read(Submission(media=of_url(url)), taxonomy)


def of_upload(content: bytes, filename: str = "a.gif", taxonomy: VisualTaxonomy = DOCS) -> Directed:
    upload = Upload(filename)
    upload.feed(GIF + content)
    return read(Submission(media=upload.finish()), taxonomy)


def of_text(text: str) -> Directed:
    return read(Submission(text), DOCS)


def in_query(written: str, taxonomy: VisualTaxonomy = DOCS) -> Directed:
    return of_address(f"https://any.test/a.jpg?x=1&hive.{written}&y=2", taxonomy)


def in_fragment(written: str, taxonomy: VisualTaxonomy = DOCS) -> Directed:
    return of_address(f"https://any.test/a.jpg?x=1#y&hive.{written}", taxonomy)


def in_bytes(written: str, taxonomy: VisualTaxonomy = DOCS) -> Directed:
    return of_upload(f"\x00\x01[hive {written}]\x02".encode(), taxonomy=taxonomy)


def in_upload_name(written: str, taxonomy: VisualTaxonomy = DOCS) -> Directed:
    return of_upload(b"", f"holiday--{written}.gif", taxonomy)


def in_address_name(written: str, taxonomy: VisualTaxonomy = DOCS) -> Directed:
    return of_address(f"https://any.test/holiday--{written}.jpg", taxonomy)


Place = Callable[..., Directed]
MEDIA_PLACES = [in_query, in_fragment, in_bytes, in_upload_name, in_address_name]
in_every_place = pytest.mark.parametrize("place", MEDIA_PLACES)
strictly_in_every_place = pytest.mark.parametrize("place", [in_query, in_fragment, in_bytes])


def scores(directed: Directed) -> dict[str, float] | None:
    if directed.script is None or directed.script.visual is None:
        return None
    return dict(directed.script.visual)


def severities(directed: Directed) -> dict[str, int] | None:
    if directed.script is None or directed.script.text is None:
        return None
    return dict(directed.script.text.severities)


@in_every_place
@pytest.mark.parametrize("taxonomy", [DOCS, RECORDED_2023_03, FURRY], ids=["docs", "2023", "furry"])
def test_every_visual_class_may_be_given_in_every_place(
    place: Place, taxonomy: VisualTaxonomy
) -> None:
    given = {name: scores(place(f"{name}=0.625", taxonomy)) for name in taxonomy.classes}
    assert given == {name: {name: 0.625} for name in taxonomy.classes}


@in_every_place
@given(score=st.floats(0, 1))
def test_every_score_may_be_given_in_every_place(place: Place, score: float) -> None:
    assert scores(place(f"yes_nazi={score!r}")) == {"yes_nazi": score}


@pytest.mark.parametrize("name", TEXT_SEVERITIES)
def test_every_severity_of_every_text_class_may_be_given(name: str) -> None:
    for severity in (-1, *TEXT_SEVERITIES[name]):
        assert severities(of_text(f"hello [hive {name}={severity}] you")) == {name: severity}


@pytest.mark.parametrize(
    ("text", "given", "language"),
    [
        ("[hive sexual=2 spam=3 language=FR]", {"sexual": 2, "spam": 3}, "FR"),
        ("a[hive sexual=2]b[hive hate=1]", {"sexual": 2, "hate": 1}, None),
        ("[hive  sexual=2\n\thate=1 ]", {"sexual": 2, "hate": 1}, None),
        ("[hive sexual=1][hive sexual=2]", {"sexual": 2}, None),
        ("[hive language=UNSUPPORTED]", {}, "UNSUPPORTED"),
        ("[[hive sexual=1]]", {"sexual": 1}, None),
    ],
)
def test_directives_in_a_text_may_stand_anywhere_and_together(
    text: str, given: dict[str, int], language: str | None
) -> None:
    directed = of_text(text)
    assert directed.script is not None
    assert directed.script.text is not None
    assert (dict(directed.script.text.severities), directed.script.text.language) == (
        given,
        language,
    )


@pytest.mark.parametrize(
    "text", ["", "hello", "hive sexual=2", "[sexual=2]", "[hive]", "[hive hello]", "[hives a=1]"]
)
def test_a_text_without_directives_says_nothing(text: str) -> None:
    assert of_text(text) is NONE


@pytest.mark.parametrize(
    "url",
    [
        "https://any.test/a.jpg",
        "https://any.hive.test/a.jpg?b=c#d",
        "https://any.test/a.jpg?archive.id=1",
        "https://any.test/a.jpg?a=hive.no_gun",
        "https://any.test/hive.no_gun=1/a.jpg",
    ],
)
def test_an_address_without_directives_says_nothing(url: str) -> None:
    assert of_address(url) == NONE


@pytest.mark.parametrize("medium", [None, b"", b"[hive]", b"[hive hello]", b"[hive\xff=1]"])
def test_bytes_without_directives_say_nothing(medium: bytes | None) -> None:
    assert of_upload(medium or b"") == NONE


def test_a_submission_of_nothing_says_nothing() -> None:
    assert read(Submission(), DOCS) is NONE


@pytest.mark.parametrize(
    ("filename", "given"),
    [
        (
            "holiday--general_nsfw=0.97--gun_in_hand=0.2.jpg",
            {"general_nsfw": 0.97, "gun_in_hand": 0.2},
        ),
        ("holiday--general_nsfw=0.97", {"general_nsfw": 0.97}),
        ("holiday--general_nsfw=1", {"general_nsfw": 1}),
        ("holiday--general_nsfw=1.jpg", {"general_nsfw": 1}),
        ("holiday--general_nsfw=1.0.jpg", {"general_nsfw": 1}),
        ("holiday--general_nsfw=0.97.mp4", {"general_nsfw": 0.97}),
        ("my.holiday--general_nsfw=1.jpg", {"general_nsfw": 1}),
        ("--general_nsfw=0.97.jpg", {"general_nsfw": 0.97}),
        ("holiday--w=800--general_nsfw=0.97--beach.jpg", {"general_nsfw": 0.97}),
    ],
)
def test_the_extension_of_a_file_name_is_cut_at_the_last_dot_outside_a_number(
    filename: str, given: dict[str, float]
) -> None:
    assert scores(of_upload(b"", filename)) == given


@pytest.mark.parametrize(
    ("filename", "ignored"),
    [
        ("photo--w=800.jpg", ("w",)),
        ("photo--w=800--h=600.jpg", ("w", "h")),
        ("photo--beach.jpg", ()),
        ("photo--sexual=2.jpg", ("sexual",)),
        ("no_gun=1.jpg", ()),
    ],
)
def test_an_unknown_name_in_a_file_name_is_ignored_and_told(
    filename: str, ignored: tuple[str, ...]
) -> None:
    assert of_upload(b"", filename) == Directed(None, ignored)


@in_every_place
def test_a_duration_is_a_fact_about_the_medium(place: Place) -> None:
    directed = place("duration=12s")
    assert directed.script is not None
    assert directed.script.media == MediaScript(duration=12)
    assert directed.script.visual is None


@in_every_place
def test_an_impossible_duration_is_told(place: Place) -> None:
    with pytest.raises(errors.BadDirective, match="'duration=soon' is not possible"):
        place("duration=soon")


def test_ignored_names_are_told_beside_those_that_count() -> None:
    directed = of_upload(b"", "photo--w=800--no_gun=0.25.jpg")
    assert (scores(directed), directed.ignored) == ({"no_gun": 0.25}, ("w",))


def test_every_place_of_a_medium_is_read_and_the_address_has_the_last_word() -> None:
    url = "https://any.test/a--no_gun=0.25--yes_nazi=0.5.jpg?hive.no_gun=0.75"
    assert scores(of_address(url)) == {"no_gun": 0.75, "yes_nazi": 0.5}


def test_names_and_values_in_an_address_are_percent_decoded() -> None:
    assert scores(in_query("no%5Fgun=0%2E5")) == {"no_gun": 0.5}
    name = quote_plus("furry-yes_furry")
    assert scores(in_query(f"{name}=0.5", FURRY)) == {"furry-yes_furry": 0.5}


@strictly_in_every_place
def test_an_unknown_name_is_a_400_with_the_nearest_one(place: Place) -> None:
    with pytest.raises(errors.BadDirective, match="Did you mean 'gun_in_hand'") as refused:
        place("gun_in_hnd=0.9")
    assert refused.value.status == 400


def test_an_unknown_name_in_a_text_is_a_400_with_the_nearest_one() -> None:
    with pytest.raises(errors.BadDirective, match=r"Did you mean 'sexual'\?"):
        of_text("[hive sexul=2]")


def test_a_class_of_another_taxonomy_than_the_projects_is_unknown() -> None:
    with pytest.raises(errors.BadDirective, match="'yes_bra' is not known"):
        in_query("yes_bra=0.9", RECORDED_2023_03)


@in_every_place
@pytest.mark.parametrize("value", ["", "x", "1.5", "-0.5", "nan", "inf"])
def test_an_impossible_score_is_a_400_that_says_what_is_expected(place: Place, value: str) -> None:
    with pytest.raises(errors.BadDirective, match=r"expected is a score from 0 to 1"):
        place(f"no_gun={value}")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("sexual=4", "one of -1, 0, 1, 2, 3"),
        ("spam=2", "one of -1, 0, 3"),
        ("spam=", "one of -1, 0, 3"),
        ("spam=3.0", "one of -1, 0, 3"),
        ("language=fr", "two capital letters"),
        ("language=FRA", "two capital letters"),
        ("fault=unheard_of", "one of rate_limited"),
        ("latency=soon", "a duration such as"),
    ],
)
def test_an_impossible_value_in_a_text_is_a_400_that_says_what_is_expected(
    written: str, expected: str
) -> None:
    with pytest.raises(errors.BadDirective, match=f"expected is {expected}"):
        of_text(f"[hive {written}]")


@in_every_place
def test_scores_that_cannot_be_a_head_are_a_400_that_names_it(place: Place) -> None:
    joint = {in_bytes: " ", in_upload_name: "--", in_address_name: "--"}.get(place, "&hive.")
    with pytest.raises(errors.BadDirective, match=r"not possible together: .*'gun'"):
        place(f"gun_in_hand=0.9{joint}no_gun=0.9")


@in_every_place
def test_a_trouble_and_a_latency_may_be_given_in_every_place(place: Place) -> None:
    told = place("latency=1.5s").script
    assert told is not None
    assert told.latency == timedelta(seconds=1.5)
    for name in TROUBLES:
        told = place(f"fault={name}").script
        assert told is not None
        assert told.fault == Fault(name)


def test_a_trouble_and_a_latency_may_be_given_in_a_text() -> None:
    told = of_text("[hive fault=server_error latency=5s]").script
    assert told is not None
    assert (told.fault, told.latency) == (Fault("server_error"), timedelta(seconds=5))


@in_every_place
@pytest.mark.parametrize("written", ["latency=5s", "fault=server_error"])
def test_a_trouble_or_latency_alone_does_not_say_what_a_medium_shows(
    place: Place, written: str
) -> None:
    """Else it would hide the fixture that does."""
    told = place(written).script
    assert told is not None
    assert not told.knows(Kind.PICTURE)


@pytest.mark.parametrize("written", ["latency=5s", "fault=server_error"])
def test_a_trouble_or_latency_alone_does_not_say_what_a_text_holds(written: str) -> None:
    told = of_text(f"hello [hive {written}]").script
    assert told is not None
    assert not told.knows(Kind.TEXT)


@given(st.lists(st.sampled_from(["[hive", " ", "sexual=2", "]", "[", "a", "\n", "😀"])))
def test_blanking_directives_out_moves_nothing(words: list[str]) -> None:
    text = "".join(words)
    seen = without_directives(text)
    assert len(seen) == len(text)
    assert all(there in (" ", here) for here, there in zip(text, seen, strict=True))
    assert of_text(seen) is NONE


def test_only_the_directives_own_words_are_blanked_out() -> None:
    assert without_directives("a [hive hate=3] [b]") == "a               [b]"
    assert without_directives("a [hive] [b]") == "a [hive] [b]"


HOSTILE = ["=" * 30_000, " " * 30_000, "= " * 15_000, "a=" * 15_000]


@pytest.mark.parametrize("noise", HOSTILE, ids=["equals", "blanks", "both", "names"])
def test_a_directive_that_never_ends_is_passed_over_at_once(noise: str) -> None:
    begin = process_time()
    assert of_upload(f"[hive {noise}".encode()) == NONE
    assert of_text(f"[hive {noise}") is NONE
    assert process_time() - begin < 1


def test_a_medium_of_a_program_needs_no_directives() -> None:
    medium = Media(Kind.PICTURE, "gif", "image/gif", "a.gif")
    assert read(Submission(media=medium), DOCS) == NONE
