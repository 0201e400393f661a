"""Places in a text, in the units that a project counts in: code points or UTF-16."""

from bisect import bisect_left


def utf16_offset(text: str, index: int) -> int:
    """The index in UTF-16 units of a place that is given in code points."""
    return index + sum(character > "\uffff" for character in text[:index])


class Places:
    """Places in one text, in the units of a project; many are asked for, and looked up at once."""

    def __init__(self, text: str, *, utf16: bool) -> None:
        self._beyond = [at for at, one in enumerate(text) if one > "\uffff"] if utf16 else []

    def of(self, index: int) -> int:
        """The index of a place that is given in code points."""
        return index + bisect_left(self._beyond, index)


def length_of(text: str, *, utf16: bool) -> int:
    """How long a text is."""
    return utf16_offset(text, len(text)) if utf16 else len(text)
