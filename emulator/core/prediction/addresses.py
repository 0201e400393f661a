"""Postal addresses of the U.S., as people write them: our own matcher, and our choice throughout.

A house number, a street with what it is called by (Street, Ave …), and whatever of apartment,
town, state and ZIP code follows; or a post office box. Without a state or ZIP code the street has
to be written with capitals, or be called by a word that means little else.
"""

import re
from collections.abc import Iterator
from itertools import islice

from emulator.core.model import Match
from emulator.core.prediction.contacts import MOST

POSTAL = "U.S. Mailing Address"

_STATES = (
    "AL|AK|AZ|AR|CA|CO|CT|DE|DC|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|"
    "NM|NY|NC|ND|OH|OK|OR|PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY"
)
_CALLED = (
    "Street|St|Avenue|Ave|Boulevard|Blvd|Road|Rd|Drive|Dr|Lane|Ln|Court|Ct|Place|Pl|Square|Sq|"
    "Terrace|Ter|Parkway|Pkwy|Highway|Hwy|Circle|Cir|Way|Trail|Trl|Alley|Plaza|Turnpike|Loop|Row|Walk"
)
_PLAIN = "street|avenue|ave|boulevard|blvd|road|rd|lane|parkway|pkwy|highway|hwy"
_TOWARDS = r"(?:[NSEW]{1,2}\.?|North|South|East|West)"
_UNIT = r"(?:,? {0,2}(?:(?:Apt|Apartment|Suite|Ste|Unit|Floor|Fl)\.? ?#?|#) ?[A-Za-z0-9-]{1,6}\b)?"
_TOWN = r"[A-Z][\w.'-]{1,20}(?: [A-Z][\w.'-]{1,20}){0,2}"
_ZIP = r"(?:,?\s\d{5}(?:-\d{4})?(?![\w-]))?"
_REST = rf"(?:(?:,\s{{1,2}}|\s)(?:{_TOWN}),?\s{{1,2}}(?:{_STATES})\b{_ZIP})?"
_NUMBER = r"(?<![\w.$#/:-])\d{1,6}[A-Za-z]?"
_NTH = r"\d{1,3}(?:st|nd|rd|th)"
_STREET = re.compile(
    rf"{_NUMBER} (?!The |An? )(?:{_TOWARDS} )?"
    rf"(?:(?:[A-Z][\w'-]{{0,20}}|{_NTH})\.? ){{1,4}}?"
    rf"(?:{_CALLED})\b\.?(?: {_TOWARDS}(?![\w]))?{_UNIT}{_REST}"
)
_SMALL = re.compile(
    rf"(?<![\w.$#/:-])\d{{2,6}} (?:[a-z][\w'-]{{1,20}} |{_NTH} ){{1,2}}?(?:{_PLAIN})\b"
)
_BOX = re.compile(rf"(?<!\w)P\.?\s?O\.? Box \d{{1,6}}\b{_REST}", re.IGNORECASE)


def addresses(text: str) -> Iterator[Match]:
    """Postal addresses of the U.S., as they are written."""
    spans = sorted(
        found.span()
        for pattern in (_STREET, _SMALL, _BOX)
        for found in islice(pattern.finditer(text), MOST)
    )
    last = 0
    for start, end in spans:
        if start >= last:
            yield Match(text[start:end], start, end, POSTAL)
            last = end
