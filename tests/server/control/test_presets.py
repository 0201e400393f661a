"""Content to try: what is offered for a fixture is known by that fixture."""

from pathlib import Path

import httpx

from emulator import Emulator, Settings, run
from emulator.core.faults import TROUBLES
from emulator.server.control.presets import presets


def test_each_preset_is_known_by_its_fixture(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(
        "fixtures:\n"
        "  - {name: ended, when: {url: '*/gone.jpg'}, visual: {yes_pills: 0.9}}\n"
        "  - {name: inside, when: {url: 'https://a.test/*/b*.png'}, visual: {yes_pills: 0.9}}\n"
        "  - {name: whole, when: {url_full: 'https://a.test/c.png?d=e'}, visual: {yes_nazi: 0.9}}\n"
        "  - {name: exact, when: {text: hey}, text: {hate: 1}}\n"
        "  - {name: where, when: {text_contains: hi, project: text}, text: {hate: 1}}\n"
        "  - {name: expression, when: {text_matches: '^a+$'}, text: {hate: 1}}\n"
        "  - {name: digest, when: {sha256: '" + "a" * 64 + "'}, visual: {yes_pills: 0.9}}\n"
        "  - {name: patron, when: {text: hey, patron_id: ann}, text: {hate: 1}}\n"
    )
    emulator = Emulator(Settings(fixtures=(tmp_path,)))
    made = {one["name"]: one for one in presets(emulator.library.fixtures)}
    own = {name for name, one in made.items() if not one["bundled"]}
    assert own == {"ended", "inside", "whole", "exact", "where"}
    assert len(made) > 100
    for name, one in made.items():
        key = "text-key" if one["kind"] == "text" else "visual-key"
        task = emulator.submit(key, **one["fields"])
        sources = [task.source, *task.known.hidden]
        assert name in {source.name for source in sources} or task.troubles, one


def test_run_time_fixtures_have_theirs_before_all_others(client: httpx.Client) -> None:
    fixture = {"name": "mine", "when": {"text": "abc"}, "text": {"hate": 1}}
    client.post("/_emulator/fixtures", json=fixture).raise_for_status()
    first, *_ = client.get("/_emulator/presets").json()["items"]
    assert (first["name"], first["fields"], first["bundled"]) == (
        "mine",
        {"text_data": "abc"},
        False,
    )


def test_every_fault_is_offered_with_where_it_may_be_and_its_settings(
    client: httpx.Client,
) -> None:
    items = client.get("/_emulator/faults/possible").json()["items"]
    assert [one["name"] for one in items] == [*TROUBLES]
    late = next(one for one in items if one["name"] == "late")
    assert late["on"] == ["callback"]
    assert [one["name"] for one in late["settings"]] == ["delay"]
    for one in items:
        for on in one["on"]:
            step = {"on": on, "fault": one["name"]}
            client.post("/_emulator/faults", json=step).raise_for_status()


def test_a_fixture_that_another_hides_is_a_warning_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    one = "{name: one, when: {text: a}, text: {hate: 1}}"
    file.write_text(f"fixtures:\n  - {one}\n  - {one.replace('one', 'two')}\n")
    with (
        run(port=0, fixtures=(tmp_path,)) as server,
        httpx.Client(base_url=server.url, trust_env=False) as client,
    ):
        [problem] = client.get("/_emulator/problems").json()["items"]
    assert (problem["level"], problem["where"]) == ("warning", f"{file}:3")
    assert problem["what"].startswith("the fixture 'two' is never reached: 'one' comes first")


def test_where_nothing_is_wrong_nothing_is_told(client: httpx.Client) -> None:
    assert client.get("/_emulator/problems").json() == {"items": [], "total": 0}
