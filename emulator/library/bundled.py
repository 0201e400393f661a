"""Where the bundled files are: in the installed package, or beside it in a checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).parent.parent


def bundled(folder: str) -> Path:
    """The folder of that name; a wheel carries it inside the package, a checkout beside it."""
    inside = _PACKAGE / "bundled" / folder
    return inside if inside.is_dir() else _PACKAGE.parent / folder
