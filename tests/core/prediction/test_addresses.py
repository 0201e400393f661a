"""Postal addresses of the U.S."""

import pytest

from emulator.core.prediction.addresses import addresses
from tests.support.spending import at_most


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "Send it to 123 Main Street, Springfield, IL 62704.",
            "123 Main Street, Springfield, IL 62704",
        ),
        (
            "at 1600 Pennsylvania Avenue NW, Washington, DC 20500 or",
            "1600 Pennsylvania Avenue NW, Washington, DC 20500",
        ),
        (
            "12 W 5th Ave Apt 3B, New York, NY 10011-1234 ok",
            "12 W 5th Ave Apt 3B, New York, NY 10011-1234",
        ),
        ("555 California St., San Francisco, CA", "555 California St., San Francisco, CA"),
        ("😀 221b Baker Street 😀", "221b Baker Street"),
        ("i live at 123 main street", "123 main street"),
        ("P.O. Box 123, Austin, TX 78701!", "P.O. Box 123, Austin, TX 78701"),
        ("po box 9", "po box 9"),
        ("350 Fifth Avenue", "350 Fifth Avenue"),
    ],
)
def test_addresses_are_found_as_they_are_written(text: str, found: str) -> None:
    [match] = addresses(text)
    assert match.value == found == text[match.start : match.end]
    assert match.type == "U.S. Mailing Address"


@pytest.mark.parametrize(
    "text",
    [
        "I have 2 kids in court",
        "20 people drive",
        "100 yards down the road",
        "in 2024 The Court ruled",
        "$100 Main Street",
        "room 12",
        "12:30 Main Street",
        "1/2 Main Street",
        "",
    ],
)
def test_other_numbers_are_no_address(text: str) -> None:
    assert [*addresses(text)] == []


HUGE = 200_000
WORST = {
    "digits": "1 " * HUGE,
    "capitals": "12 A B C D E " * (HUGE // 13),
    "long words": "1 Aaaaaaaaaaaaaaaaaaaaa " * (HUGE // 24),
    "towns": "12 A St, " + "Aa Bb Cc " * (HUGE // 9),
    "boxes": "po box 1 " * (HUGE // 9),
    "dots": "1 A." * HUGE,
}


@pytest.mark.parametrize("text", WORST.values(), ids=WORST)
def test_no_text_takes_long(text: str) -> None:
    with at_most(3):
        sum(1 for _ in addresses(text))
