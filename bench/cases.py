"""The table of cases: what is sent, and what a sound answer to it looks like."""

import json
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import product
from random import Random
from urllib.parse import quote_plus

from bench.errors import BenchError

FORM = "application/x-www-form-urlencoded"
BOUNDARY = "bench-5b1c7f0e9a2d"

# A prime, so that the pool never falls into step with 16 connections or a power-of-two cache.
POOL_SIZE = 997
# Shares no factor with the 3,920 combinations of words, so no sentence comes twice.
POOL_STRIDE = 1_111

PEOPLE = ("my sister", "the neighbour", "our teacher", "a friend", "the baker", "grandpa", "Anna")
DEEDS = ("found", "painted", "borrowed", "repaired", "forgot", "carried", "bought")
THINGS = ("a blue bicycle", "two old chairs", "the garden gate", "some warm bread", "a long ladder")
PLACES = ("near the station", "at the market", "behind the house", "in the library")
TIMES = ("this morning", "on Sunday", "after lunch", "before the rain")

PICTURE_SIDE = 184  # pixels of noise: about 100 KB, since noise does not compress


@dataclass(frozen=True, slots=True)
class Case:
    """One kind of request. `body(n)` makes the n-th body, each different from its neighbours."""

    name: str
    title: str
    key: str
    content_type: str
    body: Callable[[int], bytes]
    classes: int  # a sound answer lists at least so many
    target: float | None = None  # the stated limit for CPU time as a multiple of bare
    by_default: bool = True
    path: str = "/api/v2/task/sync"

    @property
    def headers(self) -> dict[str, str]:
        """The headers that ordinary client libraries send, without Host and Content-Length."""
        return {
            "User-Agent": "hive-emulator-bench",
            "Accept": "*/*",
            "Accept-Encoding": "gzip, deflate",
            "Authorization": f"Token {self.key}",
            "Content-Type": self.content_type,
        }

    def encoder(self, host: str) -> Callable[[int], bytes]:
        """A function that gives the n-th request as it goes over the wire."""
        lines = [f"POST {self.path} HTTP/1.1", f"Host: {host}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        head = "\r\n".join([*lines, "Content-Length: "]).encode()
        body_of = self.body

        def encode(n: int) -> bytes:
            body = body_of(n)
            return b"%b%d\r\n\r\n%b" % (head, len(body), body)

        return encode

    def check(self, answer: bytes, server: str) -> None:
        """Refuse an answer that is not a prediction: a cheap wrong answer must not look fast."""
        try:
            classes = json.loads(answer)["status"][0]["response"]["output"][0]["classes"]
            found = len(classes)
        except (ValueError, LookupError, TypeError) as error:
            raise BenchError(
                f"{server} gave no prediction for the case {self.name}: {answer[:200]!r}"
            ) from error
        if found < self.classes:
            raise BenchError(
                f"{server} listed {found} classes for the case {self.name}, "
                f"where at least {self.classes} are due"
            )


@cache
def sentences() -> tuple[str, ...]:
    """A fixed pool of different short ordinary sentences."""
    combinations = list(product(PEOPLE, DEEDS, THINGS, PLACES, TIMES))
    chosen = (combinations[i * POOL_STRIDE % len(combinations)] for i in range(POOL_SIZE))
    lines = (" ".join(words) for words in chosen)
    return tuple(f"{line[0].upper()}{line[1:]}." for line in lines)


@cache
def text_bodies() -> tuple[bytes, ...]:
    return tuple(f"text_data={quote_plus(sentence)}".encode() for sentence in sentences())


def text_body(n: int) -> bytes:
    return text_bodies()[n % POOL_SIZE]


def picture_body(n: int) -> bytes:
    return b"url=https%%3A%%2F%%2Fcdn.example.test%%2Fpictures%%2F%d.jpg" % n


def png_chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)


@cache
def upload_parts() -> tuple[bytes, bytes]:
    """A form with a noisy PNG, cut where a comment that differs per request goes in."""
    noise = Random(11)
    rows = b"".join(b"\0" + noise.randbytes(3 * PICTURE_SIDE) for _ in range(PICTURE_SIDE))
    header = struct.pack(">IIBBBBB", PICTURE_SIDE, PICTURE_SIDE, 8, 2, 0, 0, 0)
    form = (
        f"--{BOUNDARY}\r\n"
        'Content-Disposition: form-data; name="media"; filename="noise.png"\r\n'
        "Content-Type: image/png\r\n\r\n"
    ).encode()
    before = form + b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header)
    pixels = png_chunk(b"IDAT", zlib.compress(rows, 1)) + png_chunk(b"IEND", b"")
    return before, pixels + f"\r\n--{BOUNDARY}--\r\n".encode()


def upload_body(n: int) -> bytes:
    before, after = upload_parts()
    return before + png_chunk(b"tEXt", b"Comment\0%d" % n) + after


# A further case is a further row. The mocks answer text_data, url and media; what else a case
# sends, they have to learn.
CASES = (
    Case(
        name="text",
        title="short text, urlencoded form",
        key="text-key",
        content_type=FORM,
        body=text_body,
        classes=5,
        target=3.0,
    ),
    Case(
        name="picture",
        title="picture by URL, urlencoded form, all classes answered",
        key="visual-key",
        content_type=FORM,
        body=picture_body,
        classes=116,
        target=3.0,
    ),
    Case(
        name="upload",
        title="picture of 100 KB uploaded, multipart form, all classes answered",
        key="visual-key",
        content_type=f"multipart/form-data; boundary={BOUNDARY}",
        body=upload_body,
        classes=116,
        by_default=False,
    ),
)
