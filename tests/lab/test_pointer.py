"""JSON pointers: the examples of RFC 6901, and what stands nowhere."""

from typing import Any

import pytest

from emulator.lab.asking import LabError
from emulator.lab.pointer import check_decision, resolve

DOCUMENT: dict[str, Any] = {
    "foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\j": 5, 'k"l': 6,
    " ": 7, "m~n": 8,
}  # fmt: skip
OF_THE_RFC: dict[str, Any] = {
    "": DOCUMENT, "/foo": ["bar", "baz"], "/foo/0": "bar", "/": 0, "/a~1b": 1, "/c%d": 2,
    "/e^f": 3, "/g|h": 4, "/i\\j": 5, '/k"l': 6, "/ ": 7, "/m~0n": 8,
}  # fmt: skip


@pytest.mark.parametrize(("pointer", "value"), OF_THE_RFC.items())
def test_what_stands_there_is_found(pointer: str, value: Any) -> None:
    assert resolve(DOCUMENT, check_decision(pointer)) == value


NOWHERE = {
    "/none": "nothing stands at '/none': in the reply is an object with 'foo', '', 'a/b'",
    "/foo/2": "nothing stands at '/foo/2': at '/foo' is a list of 2",
    "/foo/x": "at '/foo' is a list of 2",
    "/a~1b/c": "at '/a~1b' is 1",
}


@pytest.mark.parametrize(("pointer", "said"), NOWHERE.items())
def test_up_to_where_something_stands_is_told(pointer: str, said: str) -> None:
    with pytest.raises(LookupError) as missing:
        resolve(DOCUMENT, pointer)
    assert said in str(missing.value)


def test_an_empty_object_has_nothing_in_it() -> None:
    with pytest.raises(LookupError, match="an object with nothing in it"):
        resolve({}, "/a")


def test_a_place_that_is_none_is_refused() -> None:
    with pytest.raises(LabError, match="--decision decision: expected a JSON pointer"):
        check_decision("decision")
    assert check_decision("status") == "status"
