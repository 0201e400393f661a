"""The vocabulary of the whole package: few named values, immutable, valid once they exist.

Those that every request makes are named tuples, which cost a third of a frozen dataclass to make.

A client sends a `Submission`. Something knows what is in it and gives a `Script`; scoring turns
that into a `VisualPrediction`, a `VideoPrediction` or a `TextPrediction`, and rendering turns those
into JSON.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum, StrEnum
from types import MappingProxyType
from typing import Any, Final, NamedTuple


class Contract(StrEnum):
    """The two faces of Hive: the Task API (a key opens a project) and the Dashboard API."""

    TASK = "Task API"
    DASHBOARD = "Dashboard API"


class Mode(StrEnum):
    """How a submission is answered: with its result, or with an acknowledgement."""

    SYNC = "sync"
    ASYNC = "async"


class Kind(StrEnum):
    """What sort of content a submission holds."""

    TEXT = "text"
    PICTURE = "picture"
    VIDEO = "video"
    AUDIO = "audio"


class ClockMode(StrEnum):
    """The two kinds of clock: one follows the wall, the other stands still until it is moved."""

    SYSTEM = "system"
    MANUAL = "manual"


class Absent(Enum):
    """The type of `ABSENT`: not sent at all, which is not the same as sent as `null`."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT
NOTHING: Final[Mapping[Any, Any]] = MappingProxyType({})


def nothing() -> Mapping[Any, Any]:
    """The empty mapping, shared by all values that have nothing to map."""
    return NOTHING


class Flaw(NamedTuple):
    """Why nothing can be found in a medium: one of Hive's codes, and what is wrong in words."""

    code: int
    why: str


class Media(NamedTuple):
    """A picture, video or sound as far as it is known without looking at what it shows.

    `kind` is what the bytes are, or what the address's ending says where there are no bytes.
    `mime_type` is the short form that answers carry ("jpeg"), `mimetype` the long ("image/jpeg").
    `url_path` is the address without its query and fragment. Sizes are in pixels, `size` in
    bytes, `duration` in seconds. `directives` are the bytes in which directives may stand: the
    beginning and the end of an upload. One with a `flaw` has no prediction, ever.
    """

    kind: Kind
    mime_type: str
    mimetype: str
    filename: str
    url: str | None = None
    url_path: str | None = None
    width: int = 0
    height: int = 0
    num_frames: int = 1
    duration: float = 0
    sha256: str | None = None
    size: int = 0
    directives: tuple[bytes, ...] = ()
    flaw: Flaw | None = None


class Posting(NamedTuple):
    """What a submission to the Dashboard says beside its content: of which post, by which patron.

    `named` is the name that the patron's id was sent under; `legacy` asks for the answer that holds
    the model's whole response.
    """

    patron_id: str
    post_id: str
    named: str = "patron_id"
    content_metadata: Mapping[str, Any] = NOTHING
    patron_metadata: Mapping[str, Any] = NOTHING
    legacy: bool = False


class Submission(NamedTuple):
    """What a client sent in: one text or one medium, and what goes with it."""

    text: str | None = None
    media: Media | None = None
    callback_url: str | None = None
    metadata: object = ABSENT
    posting: Posting | None = None

    @property
    def kind(self) -> Kind:
        """The kind of content."""
        return Kind.TEXT if self.media is None else self.media.kind

    @property
    def content(self) -> str:
        """The text itself, or what names the medium: its address, or the digest of its bytes."""
        if self.media is None:
            return self.text or ""
        return self.media.sha256 or self.media.url or ""


@dataclass(frozen=True, slots=True)
class Match:
    """A stretch of text that a pattern found: code points, `end` exclusive."""

    value: str
    start: int
    end: int
    type: str


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that patterns find in one text, each sort in the order of the text."""

    text_filters: tuple[Match, ...] = ()
    pii_entities: tuple[Match, ...] = ()
    custom_classes: tuple[Match, ...] = ()
    urls: tuple[Match, ...] = ()


NOTHING_FOUND: Final = Found()


@dataclass(frozen=True, slots=True)
class Fault:
    """A trouble by its name, with the settings written beside it, and how likely it is."""

    name: str
    settings: Mapping[str, Any] = field(default_factory=nothing)
    probability: float = 1


@dataclass(frozen=True, slots=True)
class TextScript:
    """What is scripted of a text: severities by class, and whatever analysis is not to find."""

    severities: Mapping[str, int] = field(default_factory=nothing)
    language: str | None = None
    text_filters: tuple[Match, ...] | None = None
    pii_entities: tuple[Match, ...] | None = None
    custom_classes: tuple[Match, ...] | None = None
    urls: tuple[Match, ...] | None = None


@dataclass(frozen=True, slots=True)
class MediaScript:
    """Facts about a medium that its bytes do not tell; None leaves what is known."""

    width: int | None = None
    height: int | None = None
    mimetype: str | None = None
    duration: float | None = None


class Keyframe(NamedTuple):
    """What a video shows from a moment on, in seconds: scores by class, as they were written."""

    at: float
    visual: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class VideoScript:
    """What is scripted of a video: frames in the order of time, and what lies between them.

    Each frame is told whole: a class that it does not name is not seen in it. Between two frames
    the first one holds or, where it is `linear`, scores go from one to the other in a line.
    """

    frames: tuple[Keyframe, ...]
    linear: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Script:
    """What a fixture, a directive or a scenario's step says about a piece of content.

    `visual` holds scores by class as they were written; the rest of each head is filled in when
    the taxonomy of the project is known. Of a video that is every frame, and of a picture `video`
    is its frame at 0, where nothing else is said of it.
    """

    visual: Mapping[str, float] | None = None
    video: VideoScript | None = None
    text: TextScript | None = None
    media: MediaScript | None = None
    fault: Fault | None = None
    latency: timedelta | None = None

    def knows(self, kind: Kind) -> bool:
        """Whether this says what a model would see in content of that kind."""
        if kind is Kind.TEXT:
            return self.text is not None
        return self.visual is not None or self.video is not None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a prediction, or a trouble, came from: "fixture" and its name, for example."""

    what: str
    name: str = ""
    where: str = ""

    def __str__(self) -> str:
        named = f"{self.what} {self.name!r}" if self.name else self.what
        return f"{named} ({self.where})" if self.where else named


@dataclass(frozen=True, slots=True)
class VisualPrediction:
    """Scores of one picture: the heads that were scripted, complete, over a quiet background.

    `heads` maps a head's place in the taxonomy to its scores in the order of its classes;
    `background` picks one of the prepared backgrounds for all the others.
    """

    background: int
    heads: Mapping[int, tuple[float, ...]] = field(default_factory=nothing)


Heads = Mapping[int, tuple[float, ...]]
"""The scores of some heads, by the head's place in the taxonomy."""


class Timeline(NamedTuple):
    """What heads show from which moment on, in seconds; before the first of them nothing is seen.

    Between two moments it is `linear`, or the first one holds.
    """

    moments: tuple[float, ...] = ()
    heads: tuple[Heads, ...] = ()
    linear: bool = False


class Sampling(NamedTuple):
    """Which frames of a video are looked at: so many in all, `fps` in each second.

    `rate` is how many the video itself has in a second.
    """

    frames: int
    fps: float
    rate: float


class VideoPrediction(NamedTuple):
    """Scores of a video, frame by frame: what its timeline shows, over quiet backgrounds.

    The first frame is over the background of that number, each other over the next one. No frame is
    kept, so that a long video costs no more than a short one.
    """

    background: int
    sampling: Sampling
    timeline: Timeline


@dataclass(frozen=True, slots=True)
class TextPrediction:
    """Severities in the order of the taxonomy's classes, and what the patterns found.

    `because` says of severities that were guessed by which words they were.
    """

    severities: tuple[int, ...]
    language: str
    found: Found = NOTHING_FOUND
    because: tuple[str, ...] = ()


Prediction = VisualPrediction | VideoPrediction | TextPrediction

Applied = tuple[Fault, Source]
"""A trouble that happens, and who says so."""
