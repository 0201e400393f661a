"""Certificates in the names of Hive's hosts."""

import ssl
import stat
from pathlib import Path

import httpx
import pytest

from emulator import run
from emulator.server.authority import Authority, NoCertificate

NAMES = ["api.thehive.ai", "api.hivemoderation.com", "localhost", "127.0.0.1", "::1"]


def test_what_is_written_serves_every_name_to_those_who_trust_it(tmp_path: Path) -> None:
    ca, cert, key = Authority().write(tmp_path / "made" / "here")
    assert [one.name for one in (ca, cert, key)] == ["ca.pem", "cert.pem", "key.pem"]
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    trusting = ssl.create_default_context(cafile=ca)

    def ask(url: str, name: str) -> int:
        # Anew each time: a connection that is kept is asked no second time who it is.
        with httpx.Client(verify=trusting, trust_env=False) as client:
            return client.get(f"{url}/readyz", extensions={"sni_hostname": name}).status_code

    with run(port=0, tls_cert=cert, tls_key=key) as server:
        assert [ask(server.url, name) for name in NAMES] == [200] * len(NAMES)
        with pytest.raises(httpx.ConnectError, match="Hostname mismatch"):
            ask(server.url, "docs.thehive.ai")


def test_files_that_are_there_are_replaced_only_where_that_is_wanted(tmp_path: Path) -> None:
    authority = Authority()
    authority.write(tmp_path)
    (tmp_path / "key.pem").chmod(0o644)
    before = (tmp_path / "ca.pem").read_bytes()
    with pytest.raises(NoCertificate, match=r"has ca\.pem, cert\.pem, key\.pem already"):
        Authority().write(tmp_path)
    assert (tmp_path / "ca.pem").read_bytes() == before
    Authority().write(tmp_path, replace=True)
    assert (tmp_path / "ca.pem").read_bytes() != before
    assert stat.S_IMODE((tmp_path / "key.pem").stat().st_mode) == 0o600


def test_a_folder_that_cannot_be_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NoCertificate, match=r"file/x cannot be written: Not a directory"):
        Authority().write(tmp_path / "file" / "x")


def test_nobody_trusts_it_who_was_not_told_to() -> None:
    serving, other = Authority().serving(), Authority().trusting()
    client_in, client_out = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = serving.wrap_bio(client_out, client_in, server_side=True)
    client = other.wrap_bio(client_in, client_out, server_hostname="api.thehive.ai")
    for side in (client, server):
        with pytest.raises(ssl.SSLWantReadError):
            side.do_handshake()
    with pytest.raises(ssl.SSLCertVerificationError):
        client.do_handshake()
