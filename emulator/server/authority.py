"""A certificate authority of one's own, and certificates in the names of Hive's hosts.

For clients whose address is fixed: they call Hive's own names, and find the emulator there.
"""

import os
import ssl
from pathlib import Path
from typing import TYPE_CHECKING

from emulator.server.address import HOSTS

if TYPE_CHECKING:
    from trustme import CA, LeafCert

LOCAL = ("localhost", "127.0.0.1", "::1")
"""Under these the emulator is reached too, and its certificate is good for them."""
CA_FILE, CERT_FILE, KEY_FILE = "ca.pem", "cert.pem", "key.pem"


class NoCertificate(Exception):
    """A certificate cannot be made or written; the message says why, and what helps."""


class Authority:
    """An authority that nobody trusts who was not told to, and its certificate for Hive's names.

    `NoCertificate` without the library of the extra `certificate`.
    """

    def __init__(self) -> None:
        try:
            import trustme
        except ModuleNotFoundError:
            raise NoCertificate(
                "making certificates needs trustme, which comes with the extra 'certificate': "
                "pip install 'hive-emulator[certificate]'"
            ) from None
        self._ca: CA = trustme.CA(organization_name="hive-emulator")
        self._leaf: LeafCert = self._ca.issue_cert(*HOSTS, *LOCAL)

    def serving(self) -> ssl.SSLContext:
        """For a server that has the certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._leaf.configure_cert(context)
        return context

    def trusting(self) -> ssl.SSLContext:
        """For a client that trusts this authority, and no other."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._ca.configure_trust(context)
        return context

    def write(self, folder: Path, *, replace: bool = False) -> tuple[Path, Path, Path]:
        """Write what clients are to trust, the certificate and its key; only we may read the key.

        What is there already is not replaced unless that is wanted: somebody may trust it.
        """
        ca, cert, key = (folder / name for name in (CA_FILE, CERT_FILE, KEY_FILE))
        try:
            folder.mkdir(parents=True, exist_ok=True)
            there = [path.name for path in (ca, cert, key) if path.exists()]
            if there and not replace:
                raise NoCertificate(
                    f"{folder} has {', '.join(there)} already; --replace makes new ones, which "
                    "clients then have to be told to trust"
                )
            ca.write_bytes(self._ca.cert_pem.bytes())
            cert.write_bytes(b"".join(pem.bytes() for pem in self._leaf.cert_chain_pems))
            _write_secret(key, self._leaf.private_key_pem.bytes())
        except OSError as error:
            told = f"{error.filename or folder} cannot be written: {error.strerror}"
            raise NoCertificate(told) from None
        return ca, cert, key


def _write_secret(path: Path, content: bytes) -> None:
    """Write a file that was never anybody else's to read."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
