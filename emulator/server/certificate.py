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
        given, missing = (
            ("--tls-key", "--tls-cert") if cert is None else ("--tls-cert", "--tls-key")
        )
        raise BadSetting(f"option {given}", str(key or cert), f"{missing} beside it")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(cert, key)
    except OSError as error:
        why = error.strerror or str(error)
        expected = f"a certificate and its private key, in PEM ({why})"
        raise BadSetting("options --tls-cert and --tls-key", f"{cert}, {key}", expected) from None
    return cert, key
