"""Hive's codes of what goes wrong while a task runs."""

from emulator.core.codes import CODES, DOWNLOAD_CODES


def test_the_codes_stand_in_order_and_no_name_stands_twice() -> None:
    assert [*CODES] == sorted(CODES)
    assert len(set(CODES.values())) == len(CODES)


def test_the_codes_of_a_download_are_the_two_thousands() -> None:
    assert DOWNLOAD_CODES[2100] == "HTTP_ERROR"
    assert DOWNLOAD_CODES[2203] == "HTTP_CONNECTION_ERROR_ECONNREFUSED"
    others = {code: name for code, name in CODES.items() if code not in DOWNLOAD_CODES}
    assert {name for name in others.values() if not name.startswith("CLASSIFIER_ERROR")} == {
        "GENERIC_ERROR"
    }
