"""The guides' own programs, each in its own process, decide as the guides describe."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.receiver import WITHIN

HERE = Path(__file__).parent
GUN = "http://hive-public.s3.amazonaws.com/demo_request/gun1.jpg"
NSFW = "https://d24edro6ichpbm.thehive.ai/demo_static_media/nsfw/nsfw_2.jpg"
PHONE = "Hey reach out to me, my number is 546-855-5512"
PROFANE = (
    "Hey you, I want you so much. Write to someone@example.com tonight, "
    "or call me at 617-768-2274. You kiss my ass"
)


def decide(guide: str, server_url: str, key: str, content: str) -> list[str]:
    """What the program of a guide prints about that content."""
    program = [sys.executable, str(HERE / f"{guide}.py")]
    ran = subprocess.run(
        [*program, f"{server_url}/api/v2/task/sync", key, content],
        capture_output=True,
        text=True,
        timeout=WITHIN,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.splitlines()


BAN = "We should ban this guy!"


@pytest.mark.parametrize(
    ("url", "decision"),
    [
        pytest.param(GUN, [BAN, "general_nsfw: 0.9"], id="the sample of the class page"),
        pytest.param(NSFW, [BAN, "general_nsfw: 0.94"], id="the sample of the visual guide"),
        pytest.param("https://a.test/hive-gun_in_hand.jpg", [BAN, "gun_in_hand: 0.97"], id="gun"),
        pytest.param("https://a.test/hive-animated_gun.jpg", [], id="animated guns are fine"),
        pytest.param("https://a.test/holiday.jpg", [], id="a clean picture"),
        pytest.param("https://a.test/a.jpg?hive.general_suggestive=0.89", [], id="just below"),
    ],
)
def test_the_visual_guides_program_bans_what_is_over_its_threshold(
    server_url: str, url: str, decision: list[str]
) -> None:
    assert decide("visual_guide", server_url, "visual-key", url) == decision


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        pytest.param(
            PHONE,
            [BAN, "spam: 3", "Filter match", "U.S. Phone Number: 546-855-5512"],
            id="the sample of the Dashboard reference",
        ),
        pytest.param(
            PROFANE,
            [
                BAN,
                "spam: 3",
                "Filter match",
                "profanity: ASS",
                "Email Address: SOMEONE@EXAMPLE.COM",
                "U.S. Phone Number:  617-768-2274.",
            ],
            id="the sample of the text guide",
        ),
        pytest.param("hive-hate-3", [BAN, "hate: 3"], id="the highest severity"),
        pytest.param("hive-hate-2", [], id="controversial, and allowed"),
        pytest.param("damn it", ["Filter match", "profanity: DAMN"], id="a filter alone"),
        pytest.param("Good morning", [], id="a clean text"),
    ],
)
def test_the_text_guides_program_bans_the_highest_severity_and_reports_matches(
    server_url: str, text: str, decision: list[str]
) -> None:
    assert decide("text_guide", server_url, "text-key", text) == decision
