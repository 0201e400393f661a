"""The exceptions by which a measurement gives up, with a sentence for the reader."""


class BenchError(Exception):
    """Something went wrong that makes the figures worthless; the message says what."""


class LoadError(Exception):
    """A server did not stand the load; the message goes on after the server's name."""
