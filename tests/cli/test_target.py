"""Which server a command means: the option's, the variable's, or this machine's own."""

from pathlib import Path

import pytest

from emulator.cli.target import Target, target_of
from emulator.settings import BadSetting


def test_without_anything_it_is_where_serve_listens_by_default() -> None:
    assert target_of(None, None, {}) == Target("http://127.0.0.1:4483", None)


def test_an_option_beats_the_variables() -> None:
    variables = {"HIVE_EMULATOR_URL": "http://b", "HIVE_EMULATOR_ADMIN_TOKEN": "two"}
    assert target_of(None, None, variables) == Target("http://b", "two")
    assert target_of("http://a:1", "one", variables) == Target("http://a:1", "one")


def test_what_is_empty_says_nothing() -> None:
    variables = {"HIVE_EMULATOR_URL": "", "HIVE_EMULATOR_ADMIN_TOKEN": ""}
    assert target_of("", "", variables) == Target("http://127.0.0.1:4483", None)


def test_this_machines_own_is_that_of_the_variables_of_serve() -> None:
    variables = {"HIVE_EMULATOR_PORT": "9", "HIVE_EMULATOR_HOST": "::"}
    assert target_of(None, None, variables).url == "http://[::1]:9"
    variables["HIVE_EMULATOR_TLS_CERT"] = "cert.pem"
    assert target_of(None, None, variables).url == "https://[::1]:9"


def test_a_configuration_file_says_port_and_token_too(tmp_path: Path) -> None:
    config = tmp_path / "c.yaml"
    config.write_text("port: 9\nadmin-token: from-file\n")
    variables = {"HIVE_EMULATOR_CONFIG": str(config)}
    assert target_of(None, None, variables) == Target("http://127.0.0.1:9", "from-file")
    variables["HIVE_EMULATOR_PORT"] = "10"
    assert target_of(None, "mine", variables) == Target("http://127.0.0.1:10", "mine")


def test_the_token_of_a_file_is_not_sent_to_another_server(tmp_path: Path) -> None:
    config = tmp_path / "c.yaml"
    config.write_text("admin-token: from-file\n")
    variables = {"HIVE_EMULATOR_CONFIG": str(config)}
    assert target_of("http://a", None, variables) == Target("http://a", None)


@pytest.mark.parametrize("url", ["a", "ftp://a", "http://", "http://a:0", "http://a..b"])
def test_what_is_no_url_is_told_with_its_place(url: str) -> None:
    with pytest.raises(BadSetting, match=r"^option --url: '.*' is not possible, expected is a URL"):
        target_of(url, None, {})
    with pytest.raises(BadSetting, match=r"^variable HIVE_EMULATOR_URL: "):
        target_of(None, None, {"HIVE_EMULATOR_URL": url})


@pytest.mark.parametrize("token", ["sk-å", "sk\nX-Y: z"])
def test_a_token_that_fits_in_no_header_is_told_and_not_shown(token: str) -> None:
    with pytest.raises(BadSetting, match=r"^option --token: '…' is not possible") as told:
        target_of("http://a", token, {})
    assert "sk" not in str(told.value)
    with pytest.raises(BadSetting, match=r"^variable HIVE_EMULATOR_ADMIN_TOKEN: "):
        target_of("http://a", None, {"HIVE_EMULATOR_ADMIN_TOKEN": token})
