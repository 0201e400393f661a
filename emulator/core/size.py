"""Numbers of bytes as people write them: `200MiB`, `64KiB`, or a plain number."""

EXPECTED = "a size such as 200MiB, 64KiB, or a number of bytes"
_DIGITS = 18
_UNITS = {"KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}


def parse_size(written: object) -> int:
    """A number of bytes, at least one; ValueError says what is expected."""
    text = str(written).strip()
    unit = next((factor for name, factor in _UNITS.items() if text.endswith(name)), 1)
    digits = text[:-3].strip() if unit > 1 else text
    plain = digits.isascii() and digits.isdecimal() and len(digits) <= _DIGITS
    if not plain or not int(digits):
        raise ValueError(EXPECTED)
    return int(digits) * unit
