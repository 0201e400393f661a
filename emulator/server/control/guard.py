"""Who may use the control API: this machine's own programs, and no page of another origin."""

import ipaddress
from collections.abc import Iterable, Mapping
from hmac import compare_digest
from urllib.parse import urlsplit


class Guard:
    """Looks at the headers of a call before anything else does.

    A name that is not this machine's own could be a foreign page's, pointed here by its DNS; so
    only addresses, `localhost`, single labels and named hosts are answered.
    """

    def __init__(self, token: str | None, hosts: Iterable[str]) -> None:
        self._token = token
        self._hosts = frozenset(host.lower() for host in hosts)

    def objection(self, headers: Mapping[str, str]) -> tuple[int, str] | None:
        """The status and the reason to refuse a call with, or None."""
        host = _name_of(headers.get("host", ""))
        if not self._is_ours(host):
            return 403, (
                f"The control API does not answer under the name {host!r}: it answers under an IP "
                "address, localhost, a name without dots, or a name given with --control-hosts."
            )
        origin = headers.get("origin")
        if origin is not None and not self._is_same(origin, headers.get("host", "")):
            return 403, f"The control API is not for pages of another origin ({origin!r})."
        if headers.get("sec-fetch-site") == "cross-site":
            return 403, "The control API is not for pages of another site."
        return self._objection_to_token(headers.get("authorization", ""))

    def _objection_to_token(self, authorization: str) -> tuple[int, str] | None:
        if self._token is None:
            return None
        scheme, _, given = authorization.partition(" ")
        if scheme.lower() == "bearer" and compare_digest(given.encode(), self._token.encode()):
            return None
        return (
            401,
            "The control API needs 'Authorization: Bearer T' with the value of --admin-token.",
        )

    def _is_ours(self, host: str) -> bool:
        if host in self._hosts or "." not in host:
            return True
        try:
            ipaddress.ip_address(host)
        except ValueError:
            return False
        return True

    def _is_same(self, origin: str, host: str) -> bool:
        try:
            return urlsplit(origin).netloc.lower() == host.lower()
        except ValueError:
            return False


def _name_of(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower()
