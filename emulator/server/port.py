"""The port of a server: taken before anything is served, and the URL under which it is reached."""

import errno
import socket

from emulator.server.problems import PortTaken


def take_port(host: str, port: int) -> socket.socket:
    """A socket that listens on that address; port 0 takes a free one."""
    try:
        family, *_, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        raise PortTaken(f"cannot listen on {host}:{port}: {error.strerror}") from None
    except UnicodeError:
        raise PortTaken(f"cannot listen on {host}:{port}: that is no name of a host") from None
    taken = socket.socket(family, socket.SOCK_STREAM)
    try:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(address)
        taken.listen(2048)
    except OSError as error:
        taken.close()
        hint = " (port 0 takes a free one)" if error.errno == errno.EADDRINUSE else ""
        raise PortTaken(f"cannot listen on {host}:{port}: {error.strerror}{hint}") from None
    return taken


def url_of(host: str, taken: socket.socket, *, https: bool = False) -> str:
    """The URL under which a socket is reached from this machine."""
    return url_at(host, taken.getsockname()[1], https=https)


def url_at(host: str, port: int, *, https: bool) -> str:
    """The URL under which whatever listens on an address is reached from this machine."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)
    name = f"[{reachable}]" if ":" in reachable and not reachable.startswith("[") else reachable
    return f"{'https' if https else 'http'}://{name}:{port}"
