"""Scores: heads with bars, texts with their matches, videos over time; and changing them."""

import pytest
from playwright.sync_api import expect

from tests.page.tabs import ASYNC, Tab

GUN = "https://cdn.test/hive-gun_in_hand.jpg"


def test_heads_are_grouped_with_the_threshold_drawn_and_the_scripted_class_marked(tab: Tab) -> None:
    tab.open("tasks", tab.submit("visual", url=GUN))
    head = tab.region("gun")
    meters = head.get_by_role("meter")
    expect(meters).to_have_count(4)
    gun = head.get_by_role("meter", name="gun_in_hand", exact=True)
    expect(gun).to_have_attribute("aria-valuenow", "0.97")
    row = head.locator("[data-key=gun_in_hand]")
    expect(row).to_contain_text("scripted")
    expect(row).to_have_attribute("data-tone", "found")
    expect(head.locator("[data-key=no_gun]")).to_have_attribute("data-tone", "negative")
    drawn = gun.evaluate("node => getComputedStyle(node, '::after').left")
    assert float(drawn.removesuffix("px")) == pytest.approx(
        gun.evaluate("node => node.clientWidth") * 0.9, abs=1
    )
    filled = gun.locator("i").evaluate("node => node.style.width")
    assert filled == "97%"


def test_heads_in_which_nothing_stands_out_are_shown_when_asked_for(tab: Tab) -> None:
    tab.open("tasks", tab.submit("visual", url=GUN))
    expect(tab.region("gun")).to_be_visible()
    expect(tab.region("pills")).to_have_count(0)
    tab.button("Show 49 quiet heads").click()
    expect(tab.region("pills").get_by_role("meter")).to_have_count(2)


def test_a_post_has_its_scores_too(tab: Tab) -> None:
    post = {"patron_id": "ann", "post_id": "p1", "url": GUN}
    tab.open("tasks", tab.submit("dashboard", "/api/v1/task/sync", **post))
    expect(tab.region("gun").get_by_role("meter")).to_have_count(4)


def test_what_was_found_in_a_text_is_marked_where_it_stands(tab: Tab) -> None:
    # Two code points that are four units of JavaScript's: places count the former.
    text = "🐝🐝 mail ann@example.com or see https://x.test/a"
    tab.open("tasks", tab.submit(text_data=text))
    quoted = tab.region("Scores").locator("blockquote")
    marks = quoted.locator("mark")
    expect(marks).to_have_count(2)
    expect(marks.nth(0)).to_have_text("ann@example.com (personal data: Email Address)")
    expect(marks.nth(1)).to_have_text("https://x.test/a (address: url)")


def test_severities_are_drawn_as_steps(tab: Tab) -> None:
    tab.open("tasks", tab.submit(text_data="hive-bullying-2"))
    row = tab.region("Scores").locator("[data-key=bullying]")
    expect(row).to_contain_text("scripted")
    expect(row.locator("dd")).to_have_text("2")
    expect(row.locator("i.on")).to_have_count(2)


KNIFE = {
    "name": "knife in the middle",
    "when": {"filename": "knife.mp4"},
    "media": {"duration": "15m"},
    "video": {
        "frames": [
            {"at": "0s"},
            {"at": "5m", "knife_in_hand": 0.96},
            {"at": "10m", "knife_in_hand": 0.02},
        ]
    },
}


def test_a_video_is_a_strip_over_time_with_the_strongest_classes_first(tab: Tab) -> None:
    tab.control("POST", "fixtures", KNIFE)
    tab.open("tasks", tab.submit("visual", ASYNC, url="https://cdn.test/knife.mp4"))
    scores = tab.region("Scores")
    expect(
        scores.get_by_text("900 frames over 14 min 59 s, the strongest class first")
    ).to_be_visible()
    lanes = scores.get_by_role("img")
    expect(lanes.first).to_have_attribute("aria-label", "knife_in_hand over time, at most 0.960")
    expect(scores.locator(".lane").first).to_contain_text("scripted")
    knife = scores.get_by_role("meter", name="knife_in_hand", exact=True)
    expect(knife).to_have_attribute("aria-valuenow", "0.96")
    slider = scores.get_by_role("slider", name="Frame")
    slider.fill("20")
    expect(scores.locator("[data-key=knife_in_hand]").last).not_to_have_attribute(
        "data-tone", "found"
    )
    slider.fill("300")
    expect(knife).to_have_attribute("aria-valuenow", "0.96")
    expect(slider).to_have_attribute("aria-valuetext", "at 7 min 30 s")


def test_a_changed_score_becomes_a_fixture_for_this_content_with_yaml_to_copy(tab: Tab) -> None:
    tab.open("tasks", tab.submit("visual", url=GUN))
    scores = tab.region("Scores")
    scores.get_by_text("Change a score").click()
    scores.get_by_label("Class").select_option("gun_not_in_hand")
    scores.get_by_label("Score", exact=True).fill("0.8")
    scores.get_by_role("button", name="Set").click()
    scores.get_by_label("Class").select_option("yes_pills")
    scores.get_by_label("Score", exact=True).fill("0.95")
    scores.get_by_role("button", name="Set").click()
    yaml = tab.region("The fixture to copy").locator("pre")
    expect(yaml).to_contain_text("visual: {gun_not_in_hand: 0.8, yes_pills: 0.95}")
    expect(yaml).to_contain_text(f'when: {{url_full: "{GUN}"}}')
    tab.button("Add the fixture").click()
    tab.button("Send this content again").click()
    expect(tab.region("pills")).to_contain_text("0.950")
    expect(tab.region("gun")).to_contain_text("0.800")
    expect(tab.region("Timeline")).to_contain_text(
        "fixture 'like https://cdn.test/hive-gun_in_hand"
    )
    [fixture] = tab.control("GET", "fixtures")["items"]
    assert fixture["when"] == {"url_full": [GUN]}


def test_a_changed_severity_is_one_that_the_class_may_have(tab: Tab) -> None:
    tab.open("tasks", tab.submit(text_data="hello"))
    scores = tab.region("Scores")
    scores.get_by_text("Change a score").click()
    scores.get_by_label("Class").select_option("spam")
    severity = scores.get_by_label("Severity")
    expect(severity.get_by_role("option")).to_have_text(["0", "3"])
    scores.get_by_label("Class").select_option("hate")
    severity.select_option("2")
    scores.get_by_role("button", name="Set").click()
    tab.button("Add the fixture").click()
    tab.button("Send this content again").click()
    expect(tab.region("Scores").locator("[data-key=hate] dd")).to_have_text("2")


def test_a_score_of_an_upload_is_changed_by_its_digest(tab: Tab) -> None:
    from tests.support.pictures import png

    tab.open("tasks", tab.submit("visual", files={"media": ("a.png", png())}))
    scores = tab.region("Scores")
    scores.get_by_text("Change a score").click()
    scores.get_by_label("Class").select_option("yes_pills")
    scores.get_by_role("button", name="Set").click()
    tab.button("Add the fixture").click()
    expect(scores.get_by_text("Added.")).to_be_visible()
    tab.submit("visual", files={"media": ("b.png", png())})
    assert "like a.png" in tab.control("GET", "tasks")["items"][-1]["prediction"]
