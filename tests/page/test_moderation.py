"""Moderation: the review feed, posts and patrons, and being the moderator."""

import json

from playwright.sync_api import expect

from tests.page.tabs import Tab
from tests.support.receiver import Receiver

V1 = "/api/v1/task/sync"


def post(tab: Tab, text: str, post_id: str = "p1", patron_id: str = "ann") -> str:
    return tab.submit("dashboard", V1, text_data=text, post_id=post_id, patron_id=patron_id)


def test_what_a_rule_sends_to_review_is_in_the_feed_at_once(tab: Tab) -> None:
    tab.open("moderation")
    expect(tab.page.get_by_text("Nobody has to look at anything.")).to_be_visible()
    post(tab, "Buy my snake oil!")
    item = tab.rows("Review").first
    for told in ("Post p1", "in review", "Buy my snake oil!", "Post has text in Deny List"):
        expect(item).to_contain_text(told)


def test_a_post_is_explained_rule_by_rule_with_its_history(tab: Tab) -> None:
    post(tab, "Buy my snake oil!")
    tab.open("moderation", "posts")
    tab.role("link", "Post p1").click()
    contents = tab.region("Contents")
    expect(contents).to_contain_text("Sends the post to review once the text contains 'snake oil'")
    contents.get_by_text("Why").first.click()
    expect(contents.get_by_text("it contains 'snake oil'")).to_be_visible()
    expect(tab.region("History")).to_contain_text("send post to review")
    expect(tab.region("History")).to_contain_text("by Post has text in Deny List")


def test_a_moderators_action_is_done_remembered_and_told_to_the_webhook(
    tab: Tab, receiver: Receiver
) -> None:
    hooks = {"delete_post": {"webhook": f"{receiver.url}/deleted"}}
    tab.control("PUT", "applications/dashboard", {"actions": hooks})
    post(tab, "hello")
    tab.open("moderation", "posts")
    tab.rows("Posts").first.get_by_role("button", name="Delete").click()
    expect(tab.rows("Posts").first).to_contain_text("deleted")
    told = receiver.next()
    assert (told.target, "p1" in json.dumps(told.json())) == ("/deleted", True)
    tab.role("link", "Webhooks").click()
    hook = tab.rows("Webhooks").first
    expect(hook).to_contain_text("delivered")
    expect(hook).to_contain_text("/deleted")
    hook.get_by_role("link").click()
    tab.region("Attempts").get_by_text("What was sent").click()
    expect(tab.region("Attempts").locator("pre").first).to_contain_text("p1")


def test_a_patron_is_suspended_tagged_and_banned_with_a_history(tab: Tab) -> None:
    post(tab, "hello", patron_id="bob")
    tab.open("moderation", "patrons")
    tab.role("link", "Patron bob").click()
    heading = tab.role("heading", level=1)
    expect(heading).to_contain_text("Patron bob")
    tab.page.get_by_label("Suspend for").fill("7d")
    tab.button("Suspend").click()
    expect(heading).to_contain_text("suspended until")
    tab.page.get_by_label("Tag").fill("watch him")
    tab.button("Tag").click()
    expect(heading).to_contain_text("watch him")
    tab.button("Ban").click()
    expect(heading).to_contain_text("banned")
    events = tab.region("History").get_by_role("listitem")
    expect(events).to_have_count(3)
    expect(events.first).to_contain_text("ban patron")


def test_what_cannot_be_done_is_told(tab: Tab) -> None:
    post(tab, "hello")
    tab.open("moderation", "patrons")
    tab.page.get_by_label("Suspend for").fill("soon")
    tab.button("Suspend").click()
    expect(tab.page.locator("#notices")).to_contain_text("soon")


def test_rules_are_listed_in_sentences(tab: Tab) -> None:
    tab.open("moderation", "rules")
    rules = tab.region("dashboard")
    expect(rules).to_contain_text("Bans the patron once there are 3 or more posts within 24h")
