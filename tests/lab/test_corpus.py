"""A corpus of submissions: what is read, and what is told of mistakes."""

import json
from pathlib import Path

import pytest

from emulator import Emulator, Settings
from emulator.core.model import ClockMode
from emulator.lab.asking import LabError, Question
from emulator.lab.corpus import read_corpus
from emulator.lab.served import Served
from emulator.library.problems import LibraryError
from tests.lab import deciding


def read(tmp_path: Path, text: str, contract: str = "visual") -> list[Question]:
    (file := tmp_path / "c.jsonl").write_text(text)
    emulator = Emulator(Settings(clock=ClockMode.MANUAL))
    dashboard = contract == "dashboard"
    key = "dashboard-key" if dashboard else "any-key"
    return read_corpus(file, Served(emulator, key, dashboard=dashboard), contract)


PICTURE = '{"url": "https://a.test/hive-gun_in_hand.jpg"}'
TEXT = '{"text_data": "hive-hate-2", "callback_url": "http://a.test/"}'


def test_submissions_are_answered_as_the_emulator_does(tmp_path: Path) -> None:
    [found] = read(tmp_path, f"{PICTURE}\n\n{TEXT}\n")
    assert found.says == "line 1 ('https://a.test/hive-gun_in_hand.jpg')"
    assert found.content == "https://a.test/hive-gun_in_hand.jpg"
    assert deciding.scores(json.loads(found.answer))["gun_in_hand"] == 0.97
    [text] = read(tmp_path, f"{PICTURE}\n{TEXT}\n", "text")
    assert deciding.scores(json.loads(text.answer))["hate"] == 2
    assert len(read(tmp_path, f"{PICTURE}\n{TEXT}\n", "any")) == 2


def test_a_post_may_say_whose_it_is(tmp_path: Path) -> None:
    post = '{"text_data": "snake oil", "patron_id": "ann", "post_id": "p1"}'
    answer = json.loads(read(tmp_path, post, "dashboard")[0].answer)
    assert (answer["patron_id"], len(answer["triggered_rules"])) == ("ann", 1)


def test_a_recorded_answer_is_taken_as_it_is(tmp_path: Path) -> None:
    [found] = read(tmp_path, '{"status": [], "id": "a"}')
    assert json.loads(found.answer) == {"status": [], "id": "a"}


def test_every_mistake_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(LibraryError) as refused:
        read(tmp_path, f'{PICTURE}\n{{\n["a"]\n{{"link": "a"}}\n{{"url": "a b"}}\n')
    told = [str(one).removeprefix(f"{tmp_path}/") for one in refused.value.problems]
    assert [one.partition(" ")[0] for one in told] == [f"c.jsonl:{at}:" for at in (2, 3, 4, 5)]
    assert told[0].startswith("c.jsonl:2: this is not valid JSON: ")
    assert told[1].startswith('c.jsonl:3: expected a submission such as {"url": …}')


def test_a_file_with_nothing_for_the_contract_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LabError, match="no submission in this file for visual answers"):
        read(tmp_path, TEXT)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    emulator = Emulator(Settings())
    served = Served(emulator, "any-key")
    with pytest.raises(LibraryError, match="cannot be read: No such file"):
        read_corpus(tmp_path / "none", served, "visual")
    (file := tmp_path / "c").write_bytes(b"\xff")
    with pytest.raises(LibraryError, match="cannot be read: it is not UTF-8"):
        read_corpus(file, served, "visual")
