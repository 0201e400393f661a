"""What may stand in the query of a call: what the document describes, and nothing else."""

from emulator.server.control.openapi.operations import OPERATIONS
from emulator.server.control.openapi.sent import PARAMETERS


def taken_by(operation: str) -> tuple[str, ...]:
    """The names of the parameters that an operation takes in its query."""
    described = (PARAMETERS[name] for name in OPERATIONS[operation].parameters)
    return tuple(one["name"] for one in described if one["in"] == "query")
