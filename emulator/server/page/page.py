"""Serves the page: a handful of files, which look at nothing but the control API.

They hold no data, so anybody may have them; what they show they ask of the control API, whose guard
says who may.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from emulator.server.api import SUBMIT_SYNC

Answer = Callable[[Request], Awaitable[Response]]
_STATIC = Path(__file__).parent / "static"
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_INDEX = "index.html"

POLICY = "; ".join(
    (
        "default-src 'none'",
        *("script-src 'self'", "style-src 'self'", "connect-src 'self'", "img-src 'self' data:"),
        *("base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"),
    )
)
"""Nothing runs in the page but its own files, and it talks to nobody but its own server."""

_HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    # A browser asks each time whether there is something new, which costs next to nothing here.
    "cache-control": "no-cache",
}


class File:
    """A file as it is sent: its content, and a tag that changes with it."""

    def __init__(self, path: Path) -> None:
        self.content = path.read_bytes()
        self._headers = {
            **_HEADERS,
            "content-type": _TYPES[path.suffix],
            "etag": f'"{sha256(self.content).hexdigest()[:20]}"',
        }

    def answer(self, request: Request, **more: str) -> Response:
        """The file, or that the browser has it already."""
        headers = {**self._headers, **more}
        known = request.headers.get("if-none-match", "")
        if headers["etag"] in known:
            return Response(status_code=304, headers=headers)
        return Response(self.content, headers=headers)


class Page:
    """The endpoints of the page; its files are read when somebody first looks."""

    @property
    def answers(self) -> Sequence[tuple[str, Answer]]:
        """What answers where; the files find each other beneath any prefix."""
        return (("/", self.index), ("/_page/{name}", self.file))

    @cached_property
    def _files(self) -> Mapping[str, File]:
        return {path.name: File(path) for path in _STATIC.iterdir() if path.suffix in _TYPES}

    async def index(self, request: Request) -> Response:
        """The page for browsers, and for all others what to do here, in words."""
        if "text/html" not in request.headers.get("accept", ""):
            return _told(request)
        path = request.scope.get("raw_path", b"/").partition(b"?")[0]
        if not path.endswith(b"/"):
            # Its files are looked for beside it: under /s/NAME that is one level too high.
            name = path.rpartition(b"/")[2].decode("latin-1")
            return RedirectResponse(f"./{name}/", headers={"vary": "accept"})
        return self._files[_INDEX].answer(request, vary="accept")

    async def file(self, request: Request) -> Response:
        """One of its files."""
        found = self._files.get(request.path_params["name"])
        if found is None:
            return PlainTextResponse("There is no such file.\n", 404, _HEADERS)
        return found.answer(request)


def _told(request: Request) -> Response:
    base = str(request.base_url).rstrip("/")
    return PlainTextResponse(
        "hive-emulator, the offline Hive, is running.\n\n"
        f"  curl {base}{SUBMIT_SYNC} -H 'Authorization: Token text-key' -d 'text_data=hello'\n\n"
        f"What happened so far: {base}/ in a browser, or {base}/_emulator/journal\n",
        headers={"vary": "accept"},
    )
