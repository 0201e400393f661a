"""Places in a text, in the units that a project counts in: code points or UTF-16."""


def utf16_offset(text: str, index: int) -> int:
    """The index in UTF-16 units of a place that is given in code points."""
    return index + sum(character > "\uffff" for character in text[:index])


def length_of(text: str, *, utf16: bool) -> int:
    """How long a text is."""
    return utf16_offset(text, len(text)) if utf16 else len(text)
