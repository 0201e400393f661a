"""A task that ends without a result: Hive's error code, and what a synchronous call is told.

A task may also fail in part: then its result is there, and `Failure` tells what is lacking.
The codes and their names are Hive's [documented elsewhere], as is the message of a failed download
[observed]; the other messages, and which `return_code` belongs to which code, are our choice.
"""

from collections.abc import Mapping
from typing import NamedTuple

from emulator.core.codes import CODES
from emulator.core.faults import setting
from emulator.core.model import Fault


class Failure(NamedTuple):
    """Why there is no result: `code` for whoever reads the task, the rest for who waited for it."""

    code: int
    return_code: int
    message: str

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


def failure_of(fault: Fault) -> Failure:
    """How a task ends that this trouble of tasks happens to."""
    match fault.name:
        case "download_failed":
            return Failure(setting(fault, "code"), 400, "Unable to download file from url")
        case "partial_failure":
            return Failure(setting(fault, "error_code"), 200, "Part of the task failed")
    return _FAILURES[fault.name]
