"""Downloads: from where, over which hops, how often, and what Hive calls it when they fail."""

import errno
import socket
import ssl
from asyncio import Event
from hashlib import sha256

import pytest

from emulator.core.media import of_url
from emulator.core.model import Flaw, Kind
from emulator.engine.fetch import MOST_REDIRECTS, Download, Fetcher, Garbled
from emulator.settings import Fetch
from tests.support.pictures import gif, png
from tests.support.webs import Page, Pages

pytestmark = pytest.mark.anyio

HERE = "http://127.0.0.1/a.jpg"
FAR = "http://cdn.test/a.jpg"
INSIDE, OUTSIDE = "10.0.0.7", "93.184.215.14"


def fetcher(
    pages: Pages, allowed: Fetch = Fetch.PRIVATE, most: int = 10_000, within: float = 20
) -> Fetcher:
    return Fetcher(pages, allowed, most, 0, within=within)


async def fetched(
    page: Page, url: str = HERE, allowed: Fetch = Fetch.PRIVATE, most: int = 10_000
) -> Download:
    return await fetcher(Pages({url: page}), allowed, most).download(of_url(url))


async def test_bytes_count_as_those_of_an_upload_do() -> None:
    content = png(7, 5, text="[hive no_gun=0.1]")
    download = await fetched(content, f"{HERE}?signed=1")
    media = download.media
    assert (media.url, media.url_path, media.filename) == (f"{HERE}?signed=1", HERE, "a.jpg")
    assert (media.kind, media.mimetype, media.width) == (Kind.PICTURE, "image/png", 7)
    assert (media.sha256, media.size) == (sha256(content).hexdigest(), len(content))
    assert b"no_gun=0.1" in media.directives[0]
    assert (download.fetched, download.tries, download.hops) == (True, 1, (f"{HERE}?signed=1",))


@pytest.mark.parametrize(
    ("allowed", "url", "wanted"),
    [
        (Fetch.NEVER, HERE, False),
        (Fetch.PRIVATE, HERE, True),
        (Fetch.PRIVATE, FAR, True),
        (Fetch.ANY, FAR, True),
    ],
)
def test_what_is_to_be_downloaded_is_told_by_the_address_alone(
    allowed: Fetch, url: str, wanted: bool
) -> None:
    assert fetcher(Pages(), allowed).wants(of_url(url)) is wanted


def test_texts_uploads_and_what_was_downloaded_are_not_downloaded() -> None:
    there = fetcher(Pages(), Fetch.ANY)
    assert not there.wants(None)
    assert not there.wants(of_url(FAR)._replace(sha256="0" * 64))
    assert not there.wants(of_url(FAR)._replace(url=None))


@pytest.mark.parametrize(
    ("url", "names", "address"),
    [
        (HERE, {}, "127.0.0.1"),
        ("http://minio:9000/a.jpg", {}, "minio"),
        ("http://localhost/a.jpg", {}, "localhost"),
        ("http://[::1]/a.jpg", {}, "::1"),
        (FAR, {"cdn.test": [OUTSIDE, INSIDE]}, INSIDE),
    ],
)
async def test_what_is_near_is_asked_at_the_very_address_that_was_checked(
    url: str, names: dict[str, list[str]], address: str
) -> None:
    pages = Pages({url: gif()}, names)
    download = await fetcher(pages).download(of_url(url))
    assert (download.media.mimetype, pages.addresses) == ("image/gif", [address])


@pytest.mark.parametrize("names", [{"cdn.test": [OUTSIDE]}, {}], ids=["far", "nowhere"])
@pytest.mark.parametrize("url", [FAR, f"http://{OUTSIDE}/a.jpg"])
async def test_what_is_far_stays_known_by_its_address_alone(
    names: dict[str, list[str]], url: str
) -> None:
    pages = Pages({url: gif()}, names)
    download = await fetcher(pages).download(of_url(url))
    assert (download.media, download.fetched, pages.asked) == (of_url(url), False, [])
    assert "--fetch any" in download.why


async def test_anything_is_asked_where_that_is_allowed() -> None:
    download = await fetched(gif(), FAR, Fetch.ANY)
    assert download.media.mimetype == "image/gif"


async def test_redirects_are_followed_each_from_where_it_is() -> None:
    pages = Pages({HERE: "/b/c.jpg", "http://127.0.0.1/b/c.jpg": "d.jpg?x=1"})
    pages.pages["http://127.0.0.1/b/d.jpg?x=1"] = gif()
    download = await fetcher(pages).download(of_url(HERE))
    assert download.hops == tuple(pages.asked)
    assert download.media.mimetype == "image/gif"
    assert (download.media.url, download.media.filename) == (HERE, "a.jpg")


@pytest.mark.parametrize("there", [f"http://{OUTSIDE}/x", "//cdn.test/x", "http://8.8.8.8"])
async def test_a_redirect_leads_nowhere_that_may_not_be_asked(there: str) -> None:
    download = await fetched(there)
    assert download.media.flaw is not None
    assert download.media.flaw.code == 2000
    assert "it was sent on to " in download.why
    assert "--fetch any" in download.why


@pytest.mark.parametrize("there", ["ftp://127.0.0.1/a", "http://127.0.0.1:0/", "http://[::1/"])
async def test_a_redirect_to_what_is_no_address_is_told(there: str) -> None:
    download = await fetched(there)
    assert download.media.flaw is not None
    assert download.media.flaw.code in (2101, 2211)


async def test_a_redirect_that_says_nothing_is_an_error() -> None:
    download = await fetched(302)
    assert download.media.flaw == Flaw(2100, "127.0.0.1 answered with 302")


async def test_redirects_come_to_an_end() -> None:
    download = await fetched(HERE)
    assert download.media.flaw == Flaw(2212, f"more than {MOST_REDIRECTS} redirects")
    assert len(download.hops) == MOST_REDIRECTS + 1


def refused_certificate(code: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, f"refused with {code}")
    error.verify_code, error.verify_message = code, "why"
    return error


FAILURES: list[tuple[Page, int]] = [
    (404, 2100),
    (500, 2100),
    (socket.gaierror(socket.EAI_NONAME, "x"), 2201),
    (socket.gaierror(socket.EAI_AGAIN, "x"), 2202),
    (ConnectionRefusedError(errno.ECONNREFUSED, "x"), 2203),
    (refused_certificate(21), 2204),
    (refused_certificate(20), 2204),
    (refused_certificate(18), 2205),
    (Garbled(2206, "x"), 2206),
    (Garbled(2207, "x"), 2207),
    (OSError(errno.EHOSTUNREACH, "x"), 2208),
    (OSError(errno.ENETUNREACH, "x"), 2208),
    (refused_certificate(10), 2209),
    (refused_certificate(19), 2210),
    (OSError(errno.ETIMEDOUT, "x"), 2213),
    (TimeoutError(), 2213),
    (ConnectionResetError(errno.ECONNRESET, "x"), 2000),
    (refused_certificate(62), 2000),
    (ConnectionError(), 2000),
]


@pytest.mark.parametrize(("page", "code"), FAILURES, ids=repr)
async def test_what_goes_wrong_has_the_code_that_hive_has_for_it(page: Page, code: int) -> None:
    download = await fetched(page)
    assert download.media.flaw is not None
    assert (download.media.flaw.code, download.fetched) == (code, True)
    assert download.why == download.media.flaw.why != ""


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://127.0.0.1:99999/a.jpg", 2211),
        ("http://127.0.0.1:0/a.jpg", 2211),
        ("http://127.0.0.1:x/a.jpg", 2101),
        ("http://[::1/a.jpg", 2101),
        ("http://a..test/a.jpg", 2101),
    ],
)
async def test_an_address_that_is_none_is_not_asked(url: str, code: int) -> None:
    pages = Pages()
    download = await fetcher(pages).download(of_url(url))
    assert download.media.flaw is not None
    assert (download.media.flaw.code, pages.asked) == (code, [])


async def test_what_takes_too_long_is_given_up() -> None:
    pages = Pages({HERE: gif()}, gates={HERE: Event()})
    download = await fetcher(pages, within=0.01).download(of_url(HERE))
    assert download.media.flaw == Flaw(2213, "no whole answer within 0.01 s")


async def test_what_is_larger_than_an_upload_may_be_is_not_read_to_its_end() -> None:
    content = gif() + bytes(10_000)
    assert (await fetched(content, most=len(content))).why == ""
    download = await fetched(content, most=len(content) - 1)
    assert download.media.flaw is not None
    assert download.media.flaw.code == 2000
    assert "--max-body" in download.why


@pytest.mark.parametrize(
    ("content", "code"), [(b"", 3300), (b"PK\x03\x04", 3100), (b"GIF89a", 3300)]
)
async def test_bytes_that_no_model_takes_have_the_flaw_of_such_an_upload(
    content: bytes, code: int
) -> None:
    download = await fetched(content)
    assert download.media.flaw is not None
    assert (download.media.flaw.code, download.why) == (code, "")


# Trying again


class Clock:
    """Real time that passes only while somebody rests."""

    def __init__(self) -> None:
        self.now = 100.0
        self.rests: list[float] = []

    async def rest(self, seconds: float) -> None:
        self.rests.append(seconds)
        self.now += seconds

    def fetcher(self, pages: Pages, wait: float) -> Fetcher:
        return Fetcher(pages, Fetch.PRIVATE, 10_000, wait, time=lambda: self.now, rest=self.rest)


async def test_a_failed_download_is_tried_again_until_it_works() -> None:
    clock = Clock()
    refused = ConnectionRefusedError(errno.ECONNREFUSED, "x")
    pages = Pages({HERE: [404, refused, gif()]})
    download = await clock.fetcher(pages, 60).download(of_url(HERE))
    assert (download.media.flaw, download.tries, clock.rests) == (None, 3, [1, 2])


async def test_it_is_tried_as_long_as_hive_was_seen_to_and_no_longer() -> None:
    clock = Clock()
    download = await clock.fetcher(Pages(), 60).download(of_url(HERE))
    assert download.media.flaw is not None
    assert (download.media.flaw.code, sum(clock.rests)) == (2100, 60)
    assert download.tries == len(clock.rests) + 1


@pytest.mark.parametrize("url", ["http://127.0.0.1:99999/", "http://[::1/"])
async def test_what_no_other_try_changes_is_not_tried_again(url: str) -> None:
    clock = Clock()
    download = await clock.fetcher(Pages(), 60).download(of_url(url))
    assert (download.tries, clock.rests) == (1, [])


async def test_resting_lets_real_time_pass() -> None:
    pages = Pages({HERE: [404, gif()]})
    download = await Fetcher(pages, Fetch.PRIVATE, 10_000, 0.01).download(of_url(HERE))
    assert (download.media.flaw, download.tries) == (None, 2)


async def test_closing_closes_the_web() -> None:
    pages = Pages()
    await fetcher(pages).close()
    assert pages.closed
