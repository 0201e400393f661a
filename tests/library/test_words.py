"""Words from YAML: profanity, and the lexicon."""

from pathlib import Path
from textwrap import dedent

import pytest

from emulator.core.model import NOTHING_FOUND
from emulator.core.prediction.profanity import flatten
from emulator.core.prediction.words import Words
from emulator.core.taxonomy.text import LIVE_2026_01, TEXT_SEVERITIES
from emulator.library.problems import Problems
from emulator.library.words import load_words


def words_of(folder: Path, text: str) -> tuple[Words, list[str]]:
    problems = Problems()
    (folder / "w.yaml").write_text(dedent(text), encoding="utf-8")
    words = load_words([folder / "w.yaml"], problems)
    return words, [str(problem).removeprefix(f"{folder}/") for problem in problems.found]


def profane(words: Words, text: str) -> list[str]:
    flat = flatten(text)
    return [text[start:end] for start, end, _ in words.profanity.places(flat)]


def test_words_of_ones_own_stand_beside_the_bundled_ones(tmp_path: Path) -> None:
    words, problems = words_of(
        tmp_path,
        """
        profanity: [Fiddlesticks, чёрт]
        lexicon:
          bullying: {1: [silly goose], 3: [nobody likes geese]}
        """,
    )
    assert problems == []
    assert profane(words, "f1ddlesticks, ЧЁРТ, damn") == ["f1ddlesticks", "ЧЁРТ", "damn"]
    guess = words.lexicon.guess("silly goose, you fool", NOTHING_FOUND, LIVE_2026_01.classes)
    assert guess.because == ("bullying 2: 'fool'",)
    assert words.lexicon.guess(
        "nobody likes geese", NOTHING_FOUND, LIVE_2026_01.classes
    ).severities == {"bullying": 3}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "profanity: damn\n",
            "w.yaml:1: profanity: expected a list with at least one, found 'damn'",
        ),
        ("profanity: []\n", "w.yaml:1: profanity: expected a list with at least one, found []"),
        (
            "profanity:\n  - a b\n",
            "w.yaml:2: profanity: expected one word of 2 to 64 letters (phrases go into",
        ),
        (
            "profanity:\n  - 5\n",
            "w.yaml:2: profanity: expected a text (put it in quotes if it looks like a number)",
        ),
        ("profanty: [damn]\n", "w.yaml:1: a file of words has no key 'profanty'"),
        ("lexicon: [a]\n", "w.yaml:1: lexicon: expected a mapping, found ['a']"),
        (
            "lexicon:\n  hat: {1: [a]}\n",
            "w.yaml:2: a lexicon has no key 'hat'. Did you mean 'hate'",
        ),
        ("lexicon:\n  hate: [a]\n", "w.yaml:2: hate: expected a mapping, found ['a']"),
        (
            "lexicon:\n  spam: {1: [a]}\n",
            "w.yaml:2: the class 'spam' of a lexicon has no key '1'. Known are: 3",
        ),
        ("lexicon:\n  spam: {3: }\n", "w.yaml:2: 3: expected a list with at least one, found null"),
        ("fixtures: []\n", "w.yaml:1: these are fixtures: give them with --fixtures"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    words, [problem] = words_of(tmp_path, text)
    assert problem.startswith(told)
    assert profane(words, "damn") == ["damn"]


@pytest.mark.parametrize("word", ["!", "a", "*", "--", "x" * 65, "..", "5", "😀"])
def test_what_has_no_letters_to_compare_is_no_word(tmp_path: Path, word: str) -> None:
    _, [problem] = words_of(tmp_path, f"profanity: ['{word}']\n")
    assert "one word of 2 to 64 letters" in problem


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    problems = Problems()
    load_words([tmp_path / "none.yaml"], problems, asked="--words")
    assert "there is no such file or folder (--words)" in str(problems.found[0])


def test_the_bundled_words_find_each_of_themselves() -> None:
    words = load_words(())
    assert len(words.profanity.words) > 40
    for word in words.profanity.words:
        assert profane(words, f"so {word.upper()}!") == [word.upper()]
        assert profane(words, f"x{word}x") == []


def test_the_bundled_lexicon_knows_the_five_classes_and_no_others_than_there_are() -> None:
    lexicon = load_words(()).lexicon
    text = "sexy. your kind, fight! you fool, click here; buy now"
    guess = lexicon.guess(text, NOTHING_FOUND, tuple(TEXT_SEVERITIES))
    assert guess.severities == {
        "sexual": 1,
        "hate": 1,
        "violence": 1,
        "bullying": 2,
        "spam": 3,
        "promotions": 3,
    }
