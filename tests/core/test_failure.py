"""A task that ends without a result: which code it has, and what whoever waited is told."""

import pytest

from emulator.core.codes import CODES, DOWNLOAD_CODES
from emulator.core.failure import failure_of, failure_of_flaw
from emulator.core.faults import TROUBLES, Sort
from emulator.core.model import Fault, Flaw

OF_TASKS = [name for name, trouble in TROUBLES.items() if trouble.sort is Sort.TASK]
KNOWN = {
    "download_failed": (2100, "HTTP_ERROR", 400),
    "unsupported_media": (3100, "CLASSIFIER_ERROR_UNSUPPORTED_MEDIA_TYPE", 400),
    "corrupt_file": (3300, "CLASSIFIER_ERROR_CORRUPT_FILE", 400),
    "classifier_error": (3000, "CLASSIFIER_ERROR", 500),
    "classifier_timeout": (3401, "CLASSIFIER_ERROR_TIMEOUT", 504),
    "partial_failure": (3000, "CLASSIFIER_ERROR", 200),
}


def test_every_trouble_of_tasks_is_a_failure_that_stands_here() -> None:
    assert set(KNOWN) == set(OF_TASKS)


@pytest.mark.parametrize("name", OF_TASKS)
def test_a_failure_has_hives_code_and_its_name_and_a_status_for_whoever_waits(name: str) -> None:
    failure = failure_of(Fault(name))
    assert (failure.code, failure.name, failure.return_code) == KNOWN[name]
    assert CODES[failure.code] == failure.name


def test_every_failure_says_something_else() -> None:
    messages = {failure_of(Fault(name)).message for name in OF_TASKS}
    assert len(messages) == len(OF_TASKS)
    assert all(messages)


@pytest.mark.parametrize("code", DOWNLOAD_CODES)
def test_a_failed_download_has_the_code_that_is_asked_for_and_the_message_seen_in_life(
    code: int,
) -> None:
    failure = failure_of(Fault("download_failed", {"code": code}))
    assert (failure.code, failure.name) == (code, DOWNLOAD_CODES[code])
    assert (failure.return_code, failure.message) == (400, "Unable to download file from url")


@pytest.mark.parametrize("code", [3100, 3200, 3300])
def test_a_flaw_of_a_medium_says_what_it_is(code: int) -> None:
    failure = failure_of_flaw(Flaw(code, "this is a zip archive"))
    assert (failure.code, failure.return_code, failure.name) == (code, 400, CODES[code])
    assert failure.message.endswith(": this is a zip archive.")
    assert failure.why == "this is a zip archive"


@pytest.mark.parametrize("code", DOWNLOAD_CODES)
def test_a_download_that_failed_says_why_to_those_who_look_inside(code: int) -> None:
    failure = failure_of_flaw(Flaw(code, "refused"))
    assert failure == (code, 400, "Unable to download file from url", "refused")


@pytest.mark.parametrize("name", [name for name in TROUBLES if name not in OF_TASKS])
def test_a_trouble_that_leaves_the_task_alone_is_no_failure(name: str) -> None:
    with pytest.raises(KeyError):
        failure_of(Fault(name))
