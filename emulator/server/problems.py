"""Why a server does not start. It stands apart since it must cost nothing to name these."""


class PortTaken(OSError):
    """The address cannot be listened on; the message says why."""


class NotReady(OSError):
    """What is to happen as soon as the server listens cannot be done; the message says why."""
