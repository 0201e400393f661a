"""Script + submission + project → prediction."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.access import Project
from emulator.core.media import of_url
from emulator.core.model import (
    NOTHING_FOUND,
    Found,
    Keyframe,
    Match,
    Script,
    Submission,
    TextPrediction,
    TextScript,
    VideoScript,
)
from emulator.core.prediction.completion import complete
from emulator.core.prediction.invention import BACKGROUNDS, Draw
from emulator.core.prediction.lexicon import Entry, Lexicon
from emulator.core.prediction.profanity import Profanity
from emulator.core.prediction.scoring import Scorer
from emulator.core.prediction.timelines import QUIET, heads_at
from emulator.core.prediction.words import Words
from emulator.core.taxonomy.text import LIVE_2026_01
from emulator.core.taxonomy.visual import DOCS, RECORDED_2023_03

PROJECT = Project(name="mine", project_id=32267, user_id=1)
OTHER = replace(PROJECT, name="other", project_id=44444)
GUN = Script(visual={"gun_in_hand": 0.75})
WORDS = Words(Profanity(("ass",)), Lexicon((Entry("idiot", "bullying", 2),)))
ASS = Match("ASS", 0, 3, "profanity")


@pytest.fixture(scope="module")
def scorer(draw: Draw) -> Scorer:
    return Scorer(draw, lambda: WORDS)


@pytest.fixture(scope="module")
def of_another_seed(draw: Draw) -> Scorer:
    return Scorer(lambda *names: draw("another seed", *names))


def picture(number: int) -> Submission:
    return Submission(media=of_url(f"https://any.test/{number}.jpg"))


PICTURES = [picture(number) for number in range(200)]


def test_a_scripted_picture_has_its_heads_completed_over_a_quiet_background(scorer: Scorer) -> None:
    prediction = scorer.visual(PICTURES[0], PROJECT, GUN)
    assert prediction.heads == complete(DOCS, {"gun_in_hand": 0.75})
    assert prediction.background == scorer.quiet_picture(PICTURES[0], PROJECT).background


def test_a_script_without_scores_shows_nothing(scorer: Scorer) -> None:
    quiet = scorer.quiet_picture(PICTURES[0], PROJECT)
    assert scorer.visual(PICTURES[0], PROJECT, Script()) == quiet


def test_a_fixture_is_completed_for_the_taxonomy_of_each_project(scorer: Scorer) -> None:
    old = replace(PROJECT, taxonomy=RECORDED_2023_03)
    script = Script(visual={"yes_bra": 0.5, "yes_nazi": 0.5})
    for project in (PROJECT, old):
        prediction = scorer.visual(PICTURES[0], project, script)
        assert prediction.heads == complete(project.taxonomy, script.visual or {})


def test_more_scripts_than_are_remembered_do_no_harm(scorer: Scorer) -> None:
    for _ in range(5000):
        scorer.visual(PICTURES[0], PROJECT, Script(visual={"yes_bra": 0.5}))
    prediction = scorer.visual(PICTURES[0], PROJECT, GUN)
    assert prediction.heads == complete(DOCS, {"gun_in_hand": 0.75})


def test_backgrounds_are_chosen_by_seed_content_and_project_and_nothing_else(
    scorer: Scorer, of_another_seed: Scorer
) -> None:
    def chosen(by: Scorer, project: Project) -> list[int]:
        return [by.quiet_picture(submission, project).background for submission in PICTURES]

    here = chosen(scorer, PROJECT)
    backwards = [scorer.quiet_picture(one, PROJECT).background for one in reversed(PICTURES)]
    assert here == backwards[::-1]
    assert here != chosen(scorer, OTHER)
    assert here != chosen(of_another_seed, PROJECT)
    assert len(set(here)) > BACKGROUNDS / 2
    assert set(here) <= set(range(BACKGROUNDS))


def test_the_name_of_a_file_does_not_choose_the_background_of_its_bytes(scorer: Scorer) -> None:
    media = of_url("a.jpg")._replace(url=None, sha256="9f86d08")
    one, other = Submission(media=media), Submission(media=media._replace(filename="b.jpg"))
    assert scorer.quiet_picture(one, PROJECT) == scorer.quiet_picture(other, PROJECT)


def test_an_invented_picture_is_the_same_for_the_same_content_and_project(
    scorer: Scorer, of_another_seed: Scorer
) -> None:
    here = [scorer.invented_picture(one, PROJECT) for one in PICTURES[:20]]
    assert here == [scorer.invented_picture(one, PROJECT) for one in PICTURES[:20]]
    assert here != [scorer.invented_picture(one, OTHER) for one in PICTURES[:20]]
    assert here != [of_another_seed.invented_picture(one, PROJECT) for one in PICTURES[:20]]
    assert any(prediction.heads for prediction in here)


def video(number: int) -> Submission:
    return Submission(media=of_url(f"https://any.test/{number}.mp4"))


VIDEOS = [video(number) for number in range(40)]


def test_a_video_begins_with_the_background_of_its_content_and_is_looked_at_as_often_as_told(
    scorer: Scorer,
) -> None:
    found = scorer.quiet_video(VIDEOS[0], replace(PROJECT, fps=2))
    assert found.background == scorer.quiet_picture(VIDEOS[0], PROJECT).background
    assert (found.sampling.frames, found.sampling.fps, found.timeline) == (60, 2, QUIET)


def test_scores_on_a_video_are_every_frame_and_a_timeline_on_a_picture_its_beginning(
    scorer: Scorer,
) -> None:
    timeline = VideoScript((Keyframe(0, {"gun_in_hand": 0.75}), Keyframe(5, {})))
    scripted = scorer.video(VIDEOS[0], PROJECT, GUN)
    assert heads_at(scripted.timeline, 29) == complete(DOCS, {"gun_in_hand": 0.75})
    shown = scorer.visual(PICTURES[0], PROJECT, Script(video=timeline))
    assert shown.heads == complete(DOCS, {"gun_in_hand": 0.75})
    both = Script(visual={"yes_nazi": 1}, video=timeline)
    assert scorer.visual(PICTURES[0], PROJECT, both).heads == complete(DOCS, {"yes_nazi": 1})
    assert heads_at(scorer.video(VIDEOS[0], PROJECT, both).timeline, 5) == {}


def test_a_timeline_is_completed_once_for_each_taxonomy(scorer: Scorer) -> None:
    first, again = (scorer.video(VIDEOS[at], PROJECT, GUN).timeline for at in (0, 1))
    assert first is again
    for number in range(5000):
        scorer.video(VIDEOS[0], PROJECT, Script(visual={"gun_in_hand": number / 5000}))
    assert scorer.video(VIDEOS[0], PROJECT, GUN).timeline == first


def test_an_invented_video_shows_something_for_a_while_the_same_for_the_same_content(
    scorer: Scorer, of_another_seed: Scorer
) -> None:
    here = [scorer.invented_video(one, PROJECT) for one in VIDEOS]
    assert here == [scorer.invented_video(one, PROJECT) for one in VIDEOS]
    assert here != [of_another_seed.invented_video(one, PROJECT) for one in VIDEOS]
    shown = [one.timeline for one in here if one.timeline is not QUIET]
    assert shown
    for timeline in shown:
        begin, end = timeline.moments
        assert 0 <= begin < end <= 30
        assert heads_at(timeline, end) == {}


def test_a_text_is_no_video(scorer: Scorer) -> None:
    with pytest.raises(LookupError):
        scorer.quiet_video(Submission("hello"), PROJECT)


def test_a_quiet_text_is_clean_and_its_language_is_english(scorer: Scorer) -> None:
    prediction = scorer.quiet_text(Submission("hello"), PROJECT)
    assert prediction == TextPrediction((0,) * 5, "EN", NOTHING_FOUND)
    assert scorer.quiet_text(Submission("hello you"), PROJECT) == prediction


def test_what_the_patterns_find_in_a_quiet_text_is_real(scorer: Scorer) -> None:
    prediction = scorer.quiet_text(Submission("ass"), PROJECT)
    assert (prediction.severities, prediction.found) == ((0,) * 5, Found((ASS,)))


def test_the_settings_of_the_project_decide_what_is_found_and_which_classes_there_are(
    scorer: Scorer,
) -> None:
    lenient = replace(PROJECT, allowlist=frozenset({"ass"}), text_taxonomy=LIVE_2026_01)
    assert scorer.quiet_text(Submission("ass"), lenient).found == NOTHING_FOUND
    assert scorer.quiet_text(Submission("ass"), lenient).severities == (0,) * 19
    keen = replace(PROJECT, custom_classes={"competitor": ("acme",)})
    found = scorer.quiet_text(Submission("acme"), keen).found
    assert found == Found(custom_classes=(Match("acme", 0, 4, "competitor"),))


@pytest.mark.parametrize(
    ("script", "severities", "language"),
    [
        (TextScript(), (0, 0, 0, 0, 0), "EN"),
        (TextScript({"sexual": 2, "spam": 3}), (3, 2, 0, 0, 0), "EN"),
        (TextScript({"drugs": 3}), (0, 0, 0, 0, 0), "EN"),
        (TextScript({"hate": -1}), (0, 0, -1, 0, 0), "EN"),
        (TextScript(language="FR"), (0, 0, 0, 0, 0), "FR"),
        (TextScript(language="NL"), (-1, 0, 0, 0, 0), "NL"),
        (TextScript({"spam": 3}, "NL"), (3, 0, 0, 0, 0), "NL"),
        (TextScript(language="ET"), (-1, -1, -1, -1, -1), "UNSUPPORTED"),
        (TextScript(language="UNSUPPORTED"), (-1, -1, -1, -1, -1), "UNSUPPORTED"),
        (TextScript({"hate": 2}, "UNSUPPORTED"), (-1, -1, 2, -1, -1), "UNSUPPORTED"),
    ],
    ids=[
        *("nothing", "two", "unknown here", "unsupported class", "language", "four classes"),
        *("four but one", "not moderated", "none", "but one"),
    ],
)
def test_scripted_severities_stand_in_the_order_of_the_classes(
    scorer: Scorer, script: TextScript, severities: tuple[int, ...], language: str
) -> None:
    prediction = scorer.text(Submission("ass"), PROJECT, Script(text=script))
    assert prediction == TextPrediction(severities, language, Found((ASS,)))


def test_a_script_without_a_text_is_a_clean_text(scorer: Scorer) -> None:
    clean = scorer.text(Submission("ass"), PROJECT, Script())
    assert (clean.severities, clean.found) == ((0,) * 5, Found((ASS,)))


X = (Match("X", 1, 2, "y"),)


@pytest.mark.parametrize(
    ("script", "scripted"),
    [
        (TextScript(text_filters=()), {"text_filters": ()}),
        (TextScript(text_filters=X), {"text_filters": X}),
        (TextScript(pii_entities=X), {"pii_entities": X}),
        (TextScript(custom_classes=X), {"custom_classes": X}),
        (TextScript(urls=X), {"urls": X}),
        (TextScript(urls=X, pii_entities=()), {"urls": X, "pii_entities": ()}),
    ],
    ids=["no filters", "filters", "pii", "custom", "urls", "two"],
)
def test_scripted_matches_take_the_place_of_what_analysis_finds(
    scorer: Scorer, script: TextScript, scripted: dict[str, tuple[Match, ...]]
) -> None:
    text = Submission("ass a@b.test https://a.test acme")
    keen = replace(PROJECT, custom_classes={"competitor": ("acme",)})
    analysed = scorer.text(text, keen, Script()).found
    assert all(len(getattr(analysed, name)) == 1 for name in scripted)
    found = scorer.text(text, keen, Script(text=script)).found
    assert found == replace(analysed, **scripted)


def test_the_words_of_a_directive_are_not_analysed_and_move_no_index(scorer: Scorer) -> None:
    found = scorer.text(Submission("[hive ass=1] ass"), PROJECT, Script()).found
    assert found == Found((Match("ASS", 13, 16, "profanity"),))


def test_an_invented_text_has_invented_severities_and_real_matches(scorer: Scorer) -> None:
    texts = [Submission(f"ass {number}") for number in range(60)]
    here = [scorer.invented_text(one, PROJECT) for one in texts]
    assert here == [scorer.invented_text(one, PROJECT) for one in texts]
    assert here != [scorer.invented_text(one, OTHER) for one in texts]
    assert any(any(prediction.severities) for prediction in here)
    assert all(prediction.found == Found((ASS,)) for prediction in here)


FRENCH = "Hier il faisait beau et nous avons marché le long de la rivière"
DUTCH = "Gisteren was het mooi weer en wandelden we langs de rivier"
ESTONIAN = "Eile oli ilus ilm ja me jalutasime jõe ääres"


@pytest.mark.parametrize(
    ("text", "severities", "language"),
    [
        (FRENCH, (0, 0, 0, 0, 0), "FR"),
        (DUTCH, (-1, 0, 0, 0, 0), "NL"),
        (ESTONIAN, (-1, -1, -1, -1, -1), "UNSUPPORTED"),
    ],
    ids=["French", "Dutch", "Estonian"],
)
def test_the_language_of_a_text_decides_which_classes_it_has(
    scorer: Scorer, text: str, severities: tuple[int, ...], language: str
) -> None:
    expected = TextPrediction(severities, language, NOTHING_FOUND)
    assert scorer.quiet_text(Submission(text), PROJECT) == expected
    assert scorer.text(Submission(text), PROJECT, Script()) == expected
    assert scorer.guessed_text(Submission(text), PROJECT) == expected
    invented = scorer.invented_text(Submission(text), PROJECT)
    assert invented.language == language
    unsupported = [at for at, severity in enumerate(severities) if severity == -1]
    assert [at for at, one in enumerate(invented.severities) if one == -1] == unsupported


def test_a_project_may_have_languages_of_its_own(scorer: Scorer) -> None:
    own = {"ET": frozenset({"sexual", "hate"})}
    project = replace(PROJECT, languages=own)
    assert scorer.quiet_text(Submission(ESTONIAN), project) == TextPrediction(
        (-1, 0, 0, -1, -1), "ET", NOTHING_FOUND
    )
    assert scorer.quiet_text(Submission("hello"), project).language == "UNSUPPORTED"


def test_a_guessed_text_has_the_severities_of_its_words_and_says_which(scorer: Scorer) -> None:
    guessed = scorer.guessed_text(Submission("you idiot ass"), PROJECT)
    assert guessed == TextPrediction(
        (0, 0, 0, 0, 2),
        "EN",
        Found((Match("ASS", 10, 13, "profanity"),)),
        ("bullying 2: 'idiot'",),
    )
    assert scorer.guessed_text(Submission("hello"), PROJECT).severities == (0,) * 5


@given(st.text(st.characters(codec=None, categories=["L", "Cs", "Cc", "So"])))
def test_any_text_may_be_asked_about(scorer: Scorer, text: str) -> None:
    quiet = scorer.quiet_text(Submission(text), PROJECT)
    assert quiet == scorer.text(Submission(text), PROJECT, Script())
    assert scorer.quiet_picture(Submission(text), PROJECT).background in range(BACKGROUNDS)
    assert len(scorer.invented_text(Submission(text), PROJECT).severities) == 5


def test_a_submission_without_text_is_an_empty_one(scorer: Scorer) -> None:
    empty = scorer.quiet_text(Submission(""), PROJECT)
    assert scorer.quiet_text(Submission(), PROJECT) == empty
    assert scorer.text(Submission(), PROJECT, Script()) == empty
    assert scorer.invented_text(Submission(), PROJECT) == scorer.invented_text(
        Submission(""), PROJECT
    )
