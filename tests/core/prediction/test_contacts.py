"""E-mail addresses, phone numbers and web addresses, and where they stand."""

import pytest

from emulator.core.model import Match
from emulator.core.prediction.contacts import (
    MOST,
    OTHER_PHONE,
    UK_PHONE,
    US_PHONE,
    emails,
    phones,
    urls,
)
from tests.support.spending import at_most


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("write to someone@example.com, now", ["SOMEONE@EXAMPLE.COM"]),
        ("a.b+c@d-e.co.uk", ["A.B+C@D-E.CO.UK"]),
        ("<a@b.test>;c@d.test.", ["A@B.TEST", "C@D.TEST"]),
        ("a@b.test...", ["A@B.TEST"]),
        ("..a@b.test", ["A@B.TEST"]),
        ("'a@b.test'", ["A@B.TEST"]),
        ("o'neil@b.test", ["O'NEIL@B.TEST"]),
        ("mailto:a@b.test", ["A@B.TEST"]),
        ("a@xn--bcher-kva.example", ["A@XN--BCHER-KVA.EXAMPLE"]),
        ("a@b", []),
        ("@handle and a@ b.test", []),
        ("a@b..test", []),
        ("a..b@c.test", ["B@C.TEST"]),
        ("x" * 65 + "@b.test", []),
        ("a@b.test-", []),
        ("a@b.test@c", []),
    ],
)
def test_e_mail_addresses_are_found_and_upper_cased(text: str, found: list[str]) -> None:
    assert [match.value for match in emails(text)] == found
    assert all(match.type == "Email Address" for match in emails(text))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("jose\u0301@exa\u0301mple.com", "JOSE\u0301@EXA\u0301MPLE.COM"),
        ("😀a@b.test😀", "A@B.TEST"),
        ("\u2764\ufe0fa@b.test", "A@B.TEST"),
        ("почта@пример.рф тут", "ПОЧТА@ПРИМЕР.РФ"),
        ("邮箱是someone@example.com谢谢", "SOMEONE@EXAMPLE.COM"),
        ("メールはa@b.testまで", "A@B.TEST"),
        ("a@b.test으로", "A@B.TEST"),
        ("用户@例子.广告", "用户@例子.广告"),
        ("संपर्क@डाटामेल.भारत", "संपर्क@डाटामेल.भारत"),
    ],
)
def test_e_mail_addresses_are_found_in_any_script(text: str, found: str) -> None:
    [match] = emails(text)
    assert match.value == found == text[match.start : match.end].upper()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Hey reach out to me, my number is 546-855-5512", ["546-855-5512"]),
        ("call 617-768-2274.", ["617-768-2274"]),
        ("(617) 768-2274", ["(617) 768-2274"]),
        ("(617)768-2274", ["(617)768-2274"]),
        ("617.768.2274 or 617 768 2275", ["617.768.2274", "617 768 2275"]),
        ("+1 617-768-2274", ["+1 617-768-2274"]),
        ("1-617-768-2274", ["1-617-768-2274"]),
        ("call 6177682274 now", ["6177682274"]),
        ("٦١٧-768-2274", ["٦١٧-768-2274"]),
        ("６１７－７６８－２２７４", ["６１７－７６８－２２７４"]),
        ("电话617-768-2274谢谢", ["617-768-2274"]),
        ("117-768-2274", []),
        ("617-768-22745", []),
        ("4617-768-2274", []),
        ("order 2026-01-01 12:30", []),
        ("card 4111 1111 1111 1111", []),
        ("ISBN 978-3-16-148410-0", []),
        ("192.168.100.200", []),
        ("3.14159265358979", []),
        ("12345678901234567890", []),
    ],
)
def test_phone_numbers_are_found_as_they_are_written(text: str, found: list[str]) -> None:
    assert [match.value for match in phones(text)] == found
    assert all(match.type == US_PHONE for match in phones(text))


@pytest.mark.parametrize(
    ("text", "found", "kind"),
    [
        ("ring +44 20 7946 0958 now", "+44 20 7946 0958", UK_PHONE),
        ("+49 30 901820", "+49 30 901820", OTHER_PHONE),
        ("call +33 1 42 68 53 00 now", "+33 1 42 68 53 00", OTHER_PHONE),
        ("+14165550123", "+14165550123", US_PHONE),
    ],
)
def test_numbers_of_other_countries_are_found_in_their_international_form(
    text: str, found: str, kind: str
) -> None:
    start = text.index(found)
    assert [*phones(text)] == [Match(found, start, start + len(found), kind)]


def test_numbers_side_by_side_are_all_found() -> None:
    text = "6177682274 617-768-2275 +442079460958 617-768-2276"
    assert {match.value for match in phones(text)} == {*text.split(" ")}


def test_the_digits_of_other_addresses_are_no_phone_number() -> None:
    text = "a617-768-2274@b.test 617-768-2275@b.test https://a.test/6177682274"
    assert [*phones(text, (*emails(text), *urls(text)))] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see https://a.test/b?c=d#e.", ["https://a.test/b?c=d#e"]),
        ("see HTTP://a.test, or (www.b.test/c)", ["HTTP://a.test", "www.b.test/c"]),
        ("www.a.test!?", ["www.a.test"]),
        ('<a href="https://a.test">', ["https://a.test"]),
        ("https://a.test/A_(b)", ["https://a.test/A_(b)"]),
        ("(https://a.test/x)", ["https://a.test/x"]),
        ("https://a.test/(x", ["https://a.test/(x"]),
        ("https://user:pw@a.test/", ["https://user:pw@a.test/"]),
        ("visit example.com today", ["example.com"]),
        ("Example.COM.", ["Example.COM"]),
        ("shop.example.com:8080/x?y", ["shop.example.com:8080/x?y"]),
        ("a.test", []),
        ("first.last", []),
        ("x.com.evil", []),
        ("ftp://a.test", []),
        ("me@www.a.test me@b.com a.com@b.test", []),
        ("http:// https://...", []),
        ("see http://[::1]/x", []),
    ],
)
def test_web_addresses_are_found_without_the_punctuation_around_them(
    text: str, found: list[str]
) -> None:
    assert [match.value for match in urls(text)] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("访问https://a.test/路径。谢谢", "https://a.test/路径"),
        ("访问example.com谢谢", "example.com"),
        ("https://пример.рф/путь ок", "https://пример.рф/путь"),
        ("😀https://a.test/é😀", "https://a.test/é😀"),
        ("« https://a.test »", "https://a.test"),
        ("見て「https://a.test/b」", "https://a.test/b"),
    ],
)
def test_web_addresses_are_found_in_any_script(text: str, found: str) -> None:
    [match] = urls(text)
    assert match.value == found == text[match.start : match.end]


HUGE = 200_000
WORST = {
    "letters and an at": "a" * HUGE + "@",
    "many ats": "a@" * HUGE,
    "dots": "a." * HUGE + "@b",
    "domains": "a@a.a.a.a.a.a.a.a." * (HUGE // 18),
    "schemes": "http://" * (HUGE // 7),
    "digits": "1" * HUGE,
    "spaced digits": "1 " * HUGE,
    "numbers": "617-768-2274 " * (HUGE // 13),
    "numbers abroad": "+442079460958 " * (HUGE // 14),
    "accents": "é@" * HUGE,
    "brackets": "https://a/" + "(" * HUGE,
    "trailing": "https://a/" + "." * HUGE,
    "www": "www." * HUGE,
    "surrogates": "\ud800" * HUGE,
}


@pytest.mark.parametrize("text", WORST.values(), ids=WORST)
def test_no_text_takes_long(text: str) -> None:
    with at_most(3):
        counts = [sum(1 for _ in find(text)) for find in (emails, phones, urls)]
    assert max(counts) <= MOST + 400
