"""A task that ends without a result: Hive's error code, and what a synchronous call is told.

A task may also fail in part: then its result is there, and `Failure` tells what is lacking.
The codes and their names are Hive's [documented elsewhere], as is the message of a failed download
[observed]; the other messages, and which `return_code` belongs to which code, are our choice.
"""

from collections.abc import Mapping
from typing import NamedTuple

from emulator.core.codes import CODES, CORRUPT_FILE, INVALID_INPUT, UNSUPPORTED_MEDIA_TYPE
from emulator.core.faults import setting
from emulator.core.model import Fault, Flaw


class Failure(NamedTuple):
    """Why there is no result: `code` for whoever reads the task, the rest for who waited for it.

    `why` says more than the API does, to those who look into the emulator.
    """

    code: int
    return_code: int
    message: str
    why: str = ""

    @property
    def name(self) -> str:
        """What Hive calls the code."""
        return CODES[self.code]


_FAILURES: Mapping[str, Failure] = {
    "unsupported_media": Failure(3100, 400, "Unsupported media type"),
    "corrupt_file": Failure(3300, 400, "The file is corrupt"),
    "classifier_error": Failure(3000, 500, "Classifier error"),
    "classifier_timeout": Failure(3401, 504, "Classifier timeout"),
}


_OF_MEDIA: Mapping[int, Failure] = {
    UNSUPPORTED_MEDIA_TYPE: _FAILURES["unsupported_media"],
    CORRUPT_FILE: _FAILURES["corrupt_file"],
    INVALID_INPUT: Failure(INVALID_INPUT, 400, "The media cannot be processed"),
}


def failure_of(fault: Fault) -> Failure:
    """How a task ends that this trouble of tasks happens to."""
    match fault.name:
        case "download_failed":
            return _not_downloaded(setting(fault, "code"))
        case "partial_failure":
            return Failure(setting(fault, "error_code"), 200, "Part of the task failed")
    return _FAILURES[fault.name]


def failure_of_flaw(flaw: Flaw) -> Failure:
    """How a task ends whose medium has a flaw; one that was downloaded says what was wrong."""
    known = _OF_MEDIA.get(flaw.code)
    if known is None:
        return _not_downloaded(flaw.code, flaw.why)
    return known._replace(message=f"{known.message}: {flaw.why}.", why=flaw.why)


def _not_downloaded(code: int, why: str = "") -> Failure:
    return Failure(code, 400, "Unable to download file from url", why)
