"""What the API refuses: a family of errors, each with its status, and all their words in one place.

    Refusal
    ├── BadRequest             400   the request cannot be accepted
    │   ├── BadBody                  the body is not what its content type says
    │   ├── BadField                 a field is missing, doubled, of a wrong type or too long
    │   ├── WrongContent             content that the project's model does not take
    │   ├── BadDirective             a directive names what does not exist
    │   ├── BadAddress               sandbox or scenario, named wrongly or twice
    │   ├── NoCallback               a task whose callback cannot be triggered
    │   └── NothingScripted          no fixture knows the content, and the server is to be strict
    ├── Forbidden              403   missing, wrong or refused key, or a key of the other kind
    ├── NotFound               404   no such address, no such method on it, no such task
    ├── InsufficientBalance    405   the account's balance is spent (Hive's own use of 405)
    ├── TooLarge               413   the body is over the limit
    ├── RateLimited            429
    ├── ServerTrouble          500, 503, 504
    └── NoAnswer               nothing is answered, scripted only

The body is `{"return_code": status, "message": words}` [documented elsewhere]. The statuses are
those of Hive's table [documented elsewhere], 413 excepted, which is our choice, as are the words,
but for those of 429.
"""

from collections.abc import Iterable
from datetime import timedelta
from http import HTTPStatus

from emulator.core.model import Contract, Kind, Source
from emulator.core.suggest import did_you_mean, listed, shown


class Refusal(Exception):
    """An answer of the API that is not a result.

    `because` says where a scripted refusal comes from; None when the client itself is the cause.
    `headers` go with the answer; `fault` is the trouble that a scripted one is.
    """

    status: int = HTTPStatus.BAD_REQUEST
    headers: tuple[tuple[str, str], ...] = ()
    fault: str | None = None

    def __init__(self, message: str, *, because: Source | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.because = because


class BadRequest(Refusal):
    """The request cannot be accepted as it stands."""


class BadBody(BadRequest):
    """The body is not what its content type says it is."""


class BadField(BadRequest):
    """A field is missing, doubled, of the wrong type, or too long."""


class WrongContent(BadRequest):
    """Content of a kind that the project's model does not take."""


class BadDirective(BadRequest):
    """A directive that names what does not exist, or gives it an impossible value."""


class BadAddress(BadRequest):
    """A sandbox or scenario that is named wrongly, or twice and differently."""


class NoCallback(BadRequest):
    """A task whose callback cannot be triggered as it stands."""


class NothingScripted(BadRequest):
    """No fixture knows this content, and unscripted content is to be rejected."""


class Forbidden(Refusal):
    """The key does not open this."""

    status = HTTPStatus.FORBIDDEN


class NotFound(Refusal):
    """Nothing is there."""

    status = HTTPStatus.NOT_FOUND


class InsufficientBalance(Refusal):
    """The account's balance is spent: 405 in Hive's table."""

    status = HTTPStatus.METHOD_NOT_ALLOWED


class TooLarge(Refusal):
    """The body is over the limit."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class RateLimited(Refusal):
    """Too many requests for the project."""

    status = HTTPStatus.TOO_MANY_REQUESTS


class ServerTrouble(Refusal):
    """Trouble at Hive's side; made by scenarios only."""

    def __init__(self, status: int, message: str, *, because: Source | None = None) -> None:
        super().__init__(message, because=because)
        self.status = status


class NoAnswer(Refusal):
    """The call gets no answer; made by scenarios only.

    With `hangs` the connection stays open until the client gives up, or for `within` of real time;
    otherwise it is closed at once. The status 0 is for the record.
    """

    status = 0
    within: timedelta | None = None

    def __init__(self, message: str, *, hangs: bool, because: Source | None = None) -> None:
        super().__init__(message, because=because)
        self.hangs = hangs


CONTENT_FIELDS = "'text_data' (text), 'url' (the address of a picture) or 'media' (an upload)"
POSTED_FIELDS = "'text_data' (text) or 'url' (the address of a picture)"


def missing_key() -> Forbidden:
    """No Authorization header."""
    return Forbidden("No API key: send the header 'Authorization: Token <your key>'.")


def missing_scheme() -> Forbidden:
    """One word alone, which may be a key without the word Token; it is not repeated."""
    return Forbidden(
        "The Authorization header is one word: this API expects the word 'Token' before the key, "
        "'Authorization: Token <your key>'."
    )


def wrong_scheme(scheme: str) -> Forbidden:
    """An Authorization header that does not begin with the word Token."""
    return Forbidden(
        f"The Authorization header begins with {shown(scheme)}: "
        "this API expects 'Authorization: Token <your key>'."
    )


def unknown_key() -> Forbidden:
    """A key that nobody declared, where only declared ones are accepted."""
    return Forbidden(
        "Unknown API key: only declared keys are accepted (option --keys declared). "
        "Declare it under 'projects' or 'applications' in the configuration, or serve with "
        "--keys any."
    )


def refused_key() -> Forbidden:
    """The key that exists to be refused."""
    return Forbidden("The API key is not valid ('refused-key' is always refused).")


def key_of_the_other_kind(opens: Contract, name: str, called: Contract) -> Forbidden:
    """A declared key on an address of the other contract."""
    thing = "a project" if opens is Contract.TASK else "an application"
    return Forbidden(
        f"This key opens {thing} of the {opens} ({name!r}), but the call was made to the {called}: "
        f"use a key of the {called}, or the address of the {opens}."
    )


def scripted_invalid_key() -> Forbidden:
    """A key that a scenario or fixture declares wrong."""
    return Forbidden("The API key is not valid.")


def scripted_bad_request() -> BadRequest:
    """A request that a scenario or fixture declares unacceptable."""
    return BadRequest("The request could not be accepted.")


def hung() -> NoAnswer:
    """A call that a scenario leaves without an answer, on an open connection."""
    return NoAnswer("The scenario leaves this call without an answer.", hangs=True)


def disconnected() -> NoAnswer:
    """A call whose connection a scenario closes."""
    return NoAnswer("The scenario closes this connection without an answer.", hangs=False)


def no_balance() -> InsufficientBalance:
    """The balance is spent."""
    return InsufficientBalance("The balance of this account is insufficient.")


def rate_limited() -> RateLimited:
    """Too many requests; the words are Hive's own [documented elsewhere]."""
    return RateLimited("Project has been rate limited")


def sandbox_named_twice(by_key: str, by_path: str) -> BadAddress:
    """The key's suffix and the path name two different sandboxes."""
    return BadAddress(
        f"The key names the sandbox {by_key!r} and the path the sandbox {by_path!r}: "
        "leave one of them out, or make them the same."
    )


def bad_name(what: str, name: str) -> BadAddress:
    """A sandbox's or scenario's name with characters that names do not have."""
    return BadAddress(
        f"{shown(name)} is no name for a {what}: names are 1 to 64 of letters, digits, '.', '_' "
        "and '-'."
    )


def unknown_scenario(name: str, known: Iterable[str]) -> BadAddress:
    """A scenario that no file holds."""
    names = sorted(known)
    hint = did_you_mean(name, names)
    return BadAddress(f"There is no scenario {shown(name)}.{hint} Known are: {', '.join(names)}.")


def sandbox_closed(name: str) -> ServerTrouble:
    """The sandbox was reset while a call waited for its result."""
    return ServerTrouble(
        HTTPStatus.SERVICE_UNAVAILABLE, f"The sandbox {name!r} was reset while this call waited."
    )


def stopping() -> ServerTrouble:
    """The emulator stops while a call waits for its result."""
    return ServerTrouble(HTTPStatus.SERVICE_UNAVAILABLE, "The emulator was told to stop.")


def unknown_path(path: str, known: Iterable[str]) -> NotFound:
    """An address that the emulated API does not have."""
    paths = list(known)
    hint = did_you_mean(path, paths)
    return NotFound(f"Nothing is at {shown(path)}.{hint} Known are: {', '.join(paths)}.")


def wrong_method(method: str, path: str, right: str) -> NotFound:
    """A method that the address does not have; 404, since 405 means a spent balance here."""
    return NotFound(f"{path} takes {right}, not {method}.")


def missing_task_id(call: str) -> BadField:
    """A call that is about a task, and does not say about which."""
    return BadField(f"'task_id' is missing: {call}?task_id=<the task's id>.")


def bad_count(name: str, written: str, least: int) -> BadField:
    """A parameter that counts something, and is no number that could."""
    return BadField(
        f"The parameter {name!r} is {shown(written)}: expected is a whole number from {least} on."
    )


def unknown_task(task_id: str) -> NotFound:
    """No such task, or one of another project."""
    return NotFound(
        f"There is no task {shown(task_id)} for this key: a task is found with a key of the "
        "project that it was submitted to, in the same sandbox."
    )


def task_not_finished(task_id: str) -> NoCallback:
    """A callback asked for before there is anything to post."""
    return NoCallback(
        f"The task {task_id} is still in progress: its callback is sent by itself when it is "
        "finished, and can be triggered from then on."
    )


def no_callback_url(task_id: str) -> NoCallback:
    """A callback asked for that nobody wanted at the submission."""
    return NoCallback(
        f"The task {task_id} has no callback: it was not submitted to /task/async with a "
        "'callback_url'."
    )


def callback_on_its_way(task_id: str) -> NoCallback:
    """A callback asked for while its receiver has it and has not answered."""
    return NoCallback(f"The callback of the task {task_id} is on its way at this moment.")


def no_content(fields: str = CONTENT_FIELDS) -> BadField:
    """None of the fields that carry content; the Dashboard has others than the Task API."""
    return BadField(f"No content was sent: a request carries one of {fields}.")


def several_contents(sent: Iterable[str], fields: str = CONTENT_FIELDS) -> BadField:
    """More than one of the fields that carry content."""
    told = " and ".join(repr(name) for name in sent)
    return BadField(f"{told} were sent together: a request carries one of {fields}.")


def missing_field(name: str, meaning: str) -> BadField:
    """A field that the contract requires."""
    return BadField(f"The field {name!r} is missing: {meaning}.")


def both_names(older: str, newer: str) -> BadField:
    """Two names of one field, and no way to tell which was meant."""
    return BadField(f"{older!r} and {newer!r} are two names of one field: send one of them.")


def empty_field(name: str) -> BadField:
    """A field that carries content, and carries none."""
    return BadField(f"The field {name!r} is empty.")


def metadata_too_large(name: str, size: int, limit: int) -> BadField:
    """Metadata with more bytes of JSON than the emulator keeps."""
    return BadField(
        f"The field {name!r} has {size} bytes of JSON, and this emulator takes at most {limit}: "
        "that is its own bound, none of Hive's is known."
    )


def field_not_json(name: str, why: str) -> BadField:
    """A field of a form that is to hold JSON, and does not."""
    return BadField(f"The field {name!r} is not valid JSON: {why}.")


def wrong_type(name: str, found: object, wanted: str) -> BadField:
    """A field with a value of the wrong JSON type."""
    return BadField(f"The field {name!r} must be {wanted}, not {json_type(found)}.")


def text_too_long(length: int, limit: int) -> BadField:
    """More characters than the project takes."""
    return BadField(
        f"'text_data' has {length} characters, and this project takes at most {limit}: split the "
        "text across several submissions."
    )


def field_too_long(name: str, length: int, limit: int) -> BadField:
    """An address or an id of more characters than anybody means."""
    return BadField(f"The field {name!r} has {length} characters, and may have at most {limit}.")


def bad_callback_url(url: str) -> BadField:
    """A callback address to which nothing could be sent."""
    return BadField(
        f"'callback_url' is {shown(url)}: it must be an absolute http or https address without "
        "blanks, such as 'https://example.com/hive/callback?secret=…'."
    )


def bad_url(url: str) -> BadField:
    """An address of a medium from which nothing could be read."""
    return BadField(
        f"'url' is {shown(url)}: it must be an absolute http or https address without blanks."
    )


def no_uploads() -> BadField:
    """An upload to the Dashboard, which takes the address of a medium."""
    return BadField(
        "An upload was sent, but the Dashboard API takes 'text_data' or 'url' (an address)."
    )


def media_not_uploaded() -> BadField:
    """The field `media` in a body that cannot carry bytes."""
    return BadField(
        "'media' is an upload: send it as a file part of a multipart/form-data body "
        "(curl --form 'media=@picture.jpg'), or send 'url' instead."
    )


def wrong_content(sent: Kind, product: str, name: str) -> WrongContent:
    """Text to a visual project, or the reverse."""
    article = "an" if sent is Kind.AUDIO else "a"
    takes = "'text_data'" if product == Kind.TEXT else "'url' or 'media'"
    return WrongContent(
        f"The key opens the {product} project {name!r}, which takes {takes}, and {article} {sent} "
        "was sent."
    )


def unsupported_yet(kind: Kind) -> WrongContent:
    """A kind of medium that Hive takes and this version of the emulator does not."""
    return WrongContent(
        f"This is {kind}, which Hive takes and this version of the emulator does not answer yet. "
        "Supported are text, pictures (jpg, png, gif, webp) and video (mp4, webm, mkv, mov, avi, "
        "wmv)."
    )


def video_too_long(seconds: float, limit: float, why: str) -> WrongContent:
    """A video of more seconds than this sort of call takes."""
    return WrongContent(f"The video is {seconds:g} s long: at most {limit:g} s are taken {why}.")


def too_many_frames(frames: int, limit: int, fps: float) -> WrongContent:
    """A video of which more frames would be looked at than anybody wants to get."""
    return WrongContent(
        f"At {fps:g} frames per second the video has {frames} frames to look at, and at most "
        f"{limit} are looked at."
    )


def unsupported_content_type(found: str) -> BadBody:
    """A content type that no parser is for."""
    sent = f"The content type is {shown(found)}" if found else "There is no content type"
    return BadBody(
        f"{sent}: expected is multipart/form-data, application/x-www-form-urlencoded or "
        "application/json."
    )


def broken_json(why: str) -> BadBody:
    """A JSON body that cannot be read."""
    return BadBody(f"The body is not valid JSON: {why}.")


def json_not_an_object(found: object) -> BadBody:
    """A JSON body that is no object."""
    return BadBody(f"The JSON body must be an object, not {json_type(found)}.")


def broken_form(why: str) -> BadBody:
    """A urlencoded body that cannot be read."""
    return BadBody(f"The body is not a valid urlencoded form: {why}.")


def json_sent_as_form() -> BadBody:
    """JSON under the content type of a form, which is what curl -d sends by default."""
    return BadBody(
        "The body looks like JSON, but its content type is application/x-www-form-urlencoded: "
        "send the header 'Content-Type: application/json'."
    )


def broken_multipart(why: str) -> BadBody:
    """A multipart body that cannot be read."""
    return BadBody(f"The body is not valid multipart/form-data: {why}.")


def too_large(limit: int, *, streams: bool = True) -> TooLarge:
    """More bytes than the server takes, or than a body may have that is no upload."""
    whose = "this server's limit (option --max-body)" if streams else "the limit but for uploads"
    return TooLarge(f"The request's body is larger than {limit} bytes, which is {whose}.")


def unknown_directive(name: str, known: Iterable[str]) -> BadDirective:
    """A directive for a class, or another thing, that does not exist."""
    names = list(known)
    hint = did_you_mean(name, names)
    return BadDirective(
        f"The directive {shown(name)} is not known.{hint or f' Known are: {listed(names)}.'}"
    )


def class_not_answered(name: str, project: str, known: Iterable[str]) -> BadDirective:
    """A directive for a class which exists, but not in the answers of this project."""
    return BadDirective(
        f"The directive {name!r} names a class that the project {project!r} does not have. "
        f"It has: {', '.join(known)}."
    )


def bad_directive(name: str, value: str, expected: str) -> BadDirective:
    """A directive with a value that it cannot have."""
    written = shown(f"{name}={value}")
    return BadDirective(f"The directive {written} is not possible: expected is {expected}.")


def impossible_directive(written: str, why: str) -> BadDirective:
    """Directives that do not go together."""
    return BadDirective(f"The directives {written} are not possible together: {why}.")


def nothing_scripted(near: Iterable[str]) -> NothingScripted:
    """Unscripted content where the server was told to reject it."""
    nearest = list(near)
    told = f" Nearest are: {listed(nearest, 3)}." if nearest else " There are no fixtures."
    return NothingScripted(
        "No fixture knows this content, and the server rejects what is unscripted "
        f"(option --unscripted reject).{told}"
    )


def json_type(value: object) -> str:
    """What JSON calls the type of a value, with its article."""
    names = {bool: "a boolean", int: "a number", float: "a number", str: "a string"}
    names |= {list: "an array", dict: "an object", type(None): "null"}
    return names.get(type(value), type(value).__name__)
