"""How long a task takes, on the sandbox's clock."""

from dataclasses import dataclass
from datetime import timedelta

from emulator.core.duration import format_duration, parse_duration
from emulator.core.model import Kind, Submission

NONE = "none"
DOCUMENTED = "documented"

PICTURE = timedelta(milliseconds=500)
"""A thumbnail's answer comes within 500 ms [in the documents: visual guide]."""
HALF_A_MINUTE = timedelta(seconds=10)
"""30 seconds of video within 10 s [in the documents: visual guide]; in proportion: our choice."""
SHORT_TEXT = timedelta(milliseconds=100)
LONG_TEXT = timedelta(milliseconds=500)
LONG_TEXT_LENGTH = 1024
"""100 ms for a short message, 500 ms for 1024 characters [in the documents: text guide]; what lies
between is our choice: in proportion to the length."""


@dataclass(frozen=True, slots=True)
class Latency:
    """A fixed time, or the figures of the guides where `fixed` is None."""

    fixed: timedelta | None = timedelta()

    def of(self, submission: Submission) -> timedelta:
        """How long this submission takes."""
        if self.fixed is not None:
            return self.fixed
        if submission.media is not None and submission.kind is Kind.VIDEO:
            return max(PICTURE, submission.media.duration / 30 * HALF_A_MINUTE)
        if submission.kind is not Kind.TEXT:
            return PICTURE
        part = min(1.0, len(submission.text or "") / LONG_TEXT_LENGTH)
        return SHORT_TEXT + part * (LONG_TEXT - SHORT_TEXT)

    def __str__(self) -> str:
        if self.fixed is None:
            return DOCUMENTED
        return format_duration(self.fixed) if self.fixed else NONE


def read_latency(written: object) -> Latency:
    """`none`, `documented`, or a duration; ValueError says so."""
    if written == NONE:
        return Latency()
    if written == DOCUMENTED:
        return Latency(None)
    try:
        return Latency(parse_duration(written))
    except ValueError as error:
        raise ValueError(f"none, documented, or {error}") from None
