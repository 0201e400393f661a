"""The certificate for HTTPS, looked at before anything listens."""

import ssl
from pathlib import Path

from emulator.settings import BadSetting, Settings


def certificate_of(settings: Settings) -> tuple[Path, Path] | None:
    """The certificate and its key, None for plain HTTP; `BadSetting` when they are no use."""
    cert, key = settings.tls_cert, settings.tls_key
    if cert is None and key is None:
        return None
    if cert is None or key is None:
        given, missing = ("tls_key", "--tls-cert") if cert is None else ("tls_cert", "--tls-key")
        raise BadSetting(_where(settings, given), str(key or cert), f"{missing} beside it")
    for name, path in (("tls_cert", cert), ("tls_key", key)):
        _check_readable(settings, name, path)
    _check_pair(settings, cert, key)
    return cert, key


def _where(settings: Settings, name: str) -> str:
    return settings.places.get(name, f"option --{name.replace('_', '-')}")


def _check_readable(settings: Settings, name: str, path: Path) -> None:
    try:
        with path.open("rb"):
            pass
    except OSError as error:
        expected = f"a file in PEM that can be read ({error.strerror})"
        raise BadSetting(_where(settings, name), str(path), expected) from None


def _check_pair(settings: Settings, cert: Path, key: Path) -> None:
    def refused(name: str, path: Path, expected: str) -> BadSetting:
        return BadSetting(_where(settings, name), str(path), expected)

    try:
        # Without a password OpenSSL would ask for one at the terminal, and wait.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(cert, key, password="")
    except OSError as error:
        if "KEY_VALUES_MISMATCH" in str(error):
            raise refused("tls_key", key, f"the private key of the certificate {cert}") from None
        if not _is_certificate(cert):
            raise refused("tls_cert", cert, "a certificate in PEM") from None
        told = "the certificate's private key, in PEM and without a password"
        raise refused("tls_key", key, told) from None


def _is_certificate(path: Path) -> bool:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except OSError:
        return False
    return True
