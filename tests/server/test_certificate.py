"""HTTPS: served with a certificate and its key, and what is told where those are no use."""

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import trustme
from cryptography.hazmat.primitives import serialization

from emulator import run as serve
from emulator.server.certificate import certificate_of
from emulator.settings import BadSetting, Settings
from tests.cli.processes import refused, serving


@dataclass(frozen=True)
class Made:
    """A certificate for 127.0.0.1, its key, and a client's trust in it."""

    cert: Path
    key: Path
    trust: ssl.SSLContext


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """With the keys of others, and files that are none, beside them."""
    folder = tmp_path_factory.mktemp("certificates")
    ca = trustme.CA()
    own, other = ca.issue_cert("127.0.0.1"), ca.issue_cert("127.0.0.1")
    own.cert_chain_pems[0].write_to_path(str(folder / "cert.pem"))
    own.private_key_pem.write_to_path(str(folder / "key.pem"))
    other.private_key_pem.write_to_path(str(folder / "other.pem"))
    own.private_key_and_cert_chain_pem.write_to_path(str(folder / "both.pem"))
    key = serialization.load_pem_private_key(own.private_key_pem.bytes(), None)
    (folder / "locked.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"sk-secret"),
        )
    )
    (folder / "text.pem").write_text("not in PEM\n")
    (folder / "folder.pem").mkdir()
    trust = ssl.create_default_context(cadata=ca.cert_pem.bytes().decode())
    return Made(folder / "cert.pem", folder / "key.pem", trust)


def answers(url: str, trust: ssl.SSLContext) -> bool:
    assert url.startswith("https://127.0.0.1:")
    with httpx.Client(base_url=url, verify=trust, trust_env=False) as client:
        moderated = client.post(
            "/api/v2/task/sync",
            headers={"Authorization": "Token text-key"},
            data={"text_data": "hive-bullying-2"},
        )
    return moderated.status_code == 200 and client.is_closed


def test_https_is_served_from_a_thread(made: Made) -> None:
    with serve(port=0, tls_cert=made.cert, tls_key=made.key) as server:
        assert answers(server.url, made.trust)


def test_https_is_served_by_the_command(made: Made, tmp_path: Path) -> None:
    options = ["--port", "0", "--tls-cert", str(made.cert), "--tls-key", str(made.key)]
    with serving([*options, "--ready-file", "ready"], tmp_path) as server:
        assert (tmp_path / "ready").read_text().strip() == server.url
        assert answers(server.url, made.trust)


def test_certificate_and_key_may_stand_in_one_file(made: Made) -> None:
    both = made.cert.with_name("both.pem")
    with serve(port=0, tls_cert=both, tls_key=both) as server:
        assert answers(server.url, made.trust)


def test_without_either_there_is_none() -> None:
    assert certificate_of(Settings()) is None


READABLE = "a file in PEM that can be read"
OWN_KEY = "the certificate's private key, in PEM and without a password"
WRONG: dict[str, tuple[str | None, str | None, str]] = {
    "no key": ("cert", None, "option --tls-cert: '{}/cert.pem' --tls-key beside it"),
    "no certificate": (None, "key", "option --tls-key: '{}/key.pem' --tls-cert beside it"),
    "a certificate that is not there": (
        *("nowhere", "key"),
        f"option --tls-cert: '{{}}/nowhere.pem' {READABLE} (No such file or directory)",
    ),
    "a key that is not there": (
        *("cert", "nowhere"),
        f"option --tls-key: '{{}}/nowhere.pem' {READABLE} (No such file or directory)",
    ),
    "a certificate that is a folder": (
        *("folder", "key"),
        f"option --tls-cert: '{{}}/folder.pem' {READABLE} (Is a directory)",
    ),
    "a certificate that is none": (
        *("text", "key"),
        "option --tls-cert: '{}/text.pem' a certificate in PEM",
    ),
    "a key that is none": (
        *("cert", "text"),
        f"option --tls-key: '{{}}/text.pem' {OWN_KEY}",
    ),
    "the two exchanged": (
        *("key", "cert"),
        "option --tls-cert: '{}/key.pem' a certificate in PEM",
    ),
    "the key of another": (
        *("cert", "other"),
        "option --tls-key: '{}/other.pem' the private key of the certificate {}/cert.pem",
    ),
    "a key with a password": (
        *("cert", "locked"),
        f"option --tls-key: '{{}}/locked.pem' {OWN_KEY}",
    ),
}


@pytest.mark.parametrize(("cert", "key", "expected"), WRONG.values(), ids=WRONG)
def test_what_is_no_use_is_told_in_one_sentence_and_nothing_listens(
    made: Made, cert: str | None, key: str | None, expected: str
) -> None:
    """Nor is a password asked for, nor a socket left open, about which Python would warn."""
    named = {"tls_cert": cert, "tls_key": key}
    changes: dict[str, Any] = {
        option: made.cert.with_name(f"{name}.pem") for option, name in named.items() if name
    }
    with pytest.raises(BadSetting) as raised, serve(port=0, **changes):
        pass
    where, path, what = expected.format(*[made.cert.parent] * 2).split("'", 2)
    assert str(raised.value) == f"{where}'{path}' is not possible, expected is{what}"


def test_the_command_leaves_with_code_2(made: Made, tmp_path: Path) -> None:
    options = ["--tls-cert", str(made.cert), "--tls-key", str(made.cert.with_name("locked.pem"))]
    for command in (["serve", "--port", "0"], ["exec"]):
        more = ["--", "touch", "ran"] if command == ["exec"] else []
        said = refused([*command, *options, *more], tmp_path, 2)
        assert said.startswith("hive-emulator: option --tls-key: ")
        assert len(said.splitlines()) == 1
    assert not (tmp_path / "ran").exists()


def test_the_place_is_that_where_it_was_written(made: Made, tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text(f"port: 0\ntls-cert: {made.cert}\n")
    said = refused(["--config", "c.yaml"], tmp_path, 2)
    assert said.startswith("hive-emulator: c.yaml:2: tls_cert: ")
    said = refused([], tmp_path, 2, HIVE_EMULATOR_TLS_KEY=str(made.key))
    assert said.startswith("hive-emulator: variable HIVE_EMULATOR_TLS_KEY: ")
