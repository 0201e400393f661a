"""The page of a map, looked at in a real browser: in light and dark, wide and narrow."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from emulator.lab.comparing import compare, deviation
from emulator.lab.mapping import Map, map_policy
from emulator.lab.reports.page import of_comparison, of_map
from emulator.lab.trial import Trial
from tests.lab import deciding
from tests.lab.browser import launched
from tests.lab.trying import mapped, trial

EVIL = "<img src=x onerror=document.title='evil'>"


def everything(answer: deciding.Answer) -> str:
    """One of every sort: levels, a negative class, a band, and a decision that is no good name."""
    found = deciding.scores(answer)
    if found["yes_kkk"] >= 0.5:
        raise ValueError(EVIL)
    for decision, holds in {
        "remove": found["general_nsfw"] >= 0.9,
        "review": found["no_gun"] < 0.1 or found["general_nsfw"] >= 0.5,
        EVIL: 0.4 <= found["very_bloody"] < 0.6,
    }.items():
        if holds:
            return decision
    return "allow"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The map of everything as a page."""
    one: Trial = trial(everything)
    file = tmp_path_factory.mktemp("page") / "map.html"
    file.write_bytes(of_map(map_policy(one, steps=5, pairs=[("gun_in_hand", "general_nsfw")])))
    return file


def opened(browser: Browser, file: Path, width: int = 1280, scheme: str = "light") -> Page:
    """The page, of which everything is an error that it asks for beside itself."""
    dark = scheme == "dark"
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light"
    )
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: asked.append(message.text))
    page.on("pageerror", lambda error: asked.append(str(error)))
    page.goto(file.as_uri())
    assert asked == [file.as_uri()]
    return page


@pytest.fixture
def page(browser: Browser, file: Path) -> Iterator[Page]:
    page = opened(browser, file)
    yield page
    page.context.close()


def line(page: Page, name: str) -> str:
    """What stands in the line of a class."""
    row = page.locator("table.map tr", has=page.get_by_role("rowheader", name=name, exact=True))
    return re.sub(r"\s+", " ", row.inner_text())


def test_thresholds_stand_beside_their_classes(page: Page) -> None:
    assert "review ≥ 0.5 and" not in line(page, "general_nsfw")
    assert "review ≥ 0.5, remove ≥ 0.9" in line(page, "general_nsfw")
    assert "moves with no_gun" in line(page, "gun_in_hand")
    assert "review < 0.1 · negative class of the head gun" in line(page, "no_gun negative")


def test_a_bar_is_as_long_as_its_stretch(page: Page) -> None:
    bar = page.locator("tr", has=page.get_by_role("rowheader", name="general_nsfw", exact=True))
    widths = [one.bounding_box() for one in bar.locator(".seg").all()]
    found = [box["width"] for box in widths if box is not None]
    assert [round(width / sum(found), 2) for width in found] == [0.5, 0.4, 0.1]


def test_classes_are_grouped_by_section_and_head(page: Page) -> None:
    titles = page.locator("section.group h2").all_inner_texts()
    assert [title.split("\n")[0].split(" 0")[0] for title in titles][:2] != []
    assert any(title.startswith("Violence") for title in titles)
    assert page.locator("th[scope=rowgroup]", has_text="gun").count() == 1
    names = page.locator("table.map th[scope=row], ul.idle li > span").all_inner_texts()
    assert len(names) == 116


def test_what_a_policy_says_is_text_and_nothing_else(page: Page) -> None:
    assert page.title().startswith("Policy map: everything")
    assert page.locator("img, script").count() == 0
    assert EVIL in page.locator(".legend").inner_text()
    assert EVIL in page.locator(".findings").inner_text()


def test_a_finding_shows_its_input_when_asked(page: Page) -> None:
    page.get_by_text("the input, as a fixture says it").first.press("Enter")
    assert '"yes_kkk": 1.0' in page.locator("details[open] pre").inner_text()


def test_only_what_matters_is_left_on_request_by_keyboard(page: Page) -> None:
    assert page.locator("ul.idle").first.is_visible()
    page.get_by_label("only what changes the decision").press("Space")
    assert not page.locator("ul.idle").first.is_visible()
    assert page.get_by_role("rowheader", name="general_nsfw", exact=True).is_visible()


def test_decisions_are_told_without_colour(page: Page) -> None:
    """By a letter in the legend and the matrix, by a word or pattern in bars, and in words."""
    letters = page.locator(".legend .swatch").all_inner_texts()
    assert len(set(letters)) == len(letters) == 5
    cells = page.locator(".matrix td.cell")
    assert set(cells.all_inner_texts()) == {"·", *letters[1:3]}
    bars = page.locator("tr.direct .rail")
    labels = [bar.get_attribute("aria-label") for bar in bars.all()]
    assert "review >= 0.5; remove >= 0.9" in labels
    patterns = page.evaluate(
        "[...document.querySelectorAll('.swatch:not(.d0)')].map("
        "one => getComputedStyle(one).backgroundImage)"
    )
    assert "none" not in patterns
    assert len(set(patterns)) == len(patterns)


CONTRAST = """
() => {
  const light = c => {
    c = c / 255;
    return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  };
  const read = text => text.match(/[\\d.]+/g).map(Number);
  const of = ([r, g, b]) => 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b);
  const ground = one => {
    for (; one; one = one.parentElement) {
      const colour = read(getComputedStyle(one).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const all = [...document.querySelectorAll('body *')].filter(one =>
    [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim())
    && one.offsetParent && !one.closest('.moved, .hidden'));
  return all.map(one => {
    const [a, b] = [of(read(getComputedStyle(one).color)), of(ground(one))];
    return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), one.className, one.textContent];
  }).filter(([ratio]) => ratio < 4.5);
}
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_can_be_read_in_either_scheme(browser: Browser, file: Path, scheme: str) -> None:
    page = opened(browser, file, scheme=scheme)
    assert page.evaluate(CONTRAST) == []
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    red = int(re.findall(r"\d+", ground)[0])
    assert (red > 200) is (scheme == "light")
    page.context.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_is_wider_than_the_window(browser: Browser, file: Path, width: int) -> None:
    page = opened(browser, file, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for selector in (".rail", "th[scope=row]", "td.says b"):
        for one in page.locator(f"tr.direct {selector}").all():
            box = one.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
    page.context.close()


def written(tmp_path: Path, content: bytes) -> Path:
    (file := tmp_path / "page.html").write_bytes(content)
    return file


def test_texts_have_their_severities_patterns_and_languages(
    browser: Browser, tmp_path: Path
) -> None:
    found: Map = mapped(deciding.patterns, "text")
    page = opened(browser, written(tmp_path, of_map(found)))
    assert "mask with 'write to ann@example.com'" in line(page, "Email Address")
    assert "translate with RU or UNSUPPORTED" in line(page, "language")
    assert page.locator("section.group h2").first.inner_text().startswith("Patterns")
    page.context.close()


def test_a_policy_without_thresholds_is_shown_step_by_step(
    browser: Browser, tmp_path: Path
) -> None:
    found = mapped(deciding.the_score_itself, only=["kkk"])
    page = opened(browser, written(tmp_path, of_map(found)))
    assert "11 different decisions along the line" in line(page, "yes_kkk")
    page.context.close()


def test_a_comparison_is_a_list_of_sentences(browser: Browser, tmp_path: Path) -> None:
    one, other = trial(deciding.raises, only=["gun"]), trial(deciding.no_gun, only=["gun"])
    found = compare(one, other, steps=3)
    content = of_comparison("Policy check", "Some differ.", found, deviation, 0)
    page = opened(browser, written(tmp_path, content))
    assert page.locator("table.plain tbody tr").count() == len(found.differences)
    assert "it decides \"raises: KeyError: 'gun <b>'\"" in page.locator("table.plain").inner_text()
    assert page.locator(".findings li").count() == 1
    alike = of_comparison("Policy diff", "All alike.", compare(one, one, steps=2), deviation, 0)
    page.goto(written(tmp_path, alike).as_uri())
    assert page.locator("table.plain").count() == 0
    page.context.close()
