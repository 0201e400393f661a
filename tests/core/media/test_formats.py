"""Formats: told by the first bytes."""

import pytest

from emulator.core.media.formats import recognise
from emulator.core.model import Kind
from tests.core.media.made import riff


@pytest.mark.parametrize(
    ("head", "kind", "mimetype"),
    [
        (b"GIF87a", Kind.PICTURE, "image/gif"),
        (riff(b"AVI "), Kind.VIDEO, "video/x-msvideo"),
        (riff(b"WAVE"), Kind.AUDIO, "audio/wav"),
        (b"\x00\x00\x00\x18ftypmp42", Kind.VIDEO, "video/mp4"),
        (b"\x00\x00\x00\x18ftypisom", Kind.VIDEO, "video/mp4"),
        (b"\x00\x00\x00\x18ftypM4V ", Kind.VIDEO, "video/mp4"),
        (b"\x00\x00\x00\x18ftypqt  ", Kind.VIDEO, "video/quicktime"),
        (b"\x00\x00\x00\x18ftypM4A ", Kind.AUDIO, "audio/m4a"),
        (b"\x00\x00\x00\x08wide\x00\x00\x00\x00mdat", Kind.VIDEO, "video/quicktime"),
        (b"\x00\x00\x10\x00moov", Kind.VIDEO, "video/quicktime"),
        (b"\x1a\x45\xdf\xa3....webm", Kind.VIDEO, "video/webm"),
        (b"\x1a\x45\xdf\xa3....matroska", Kind.VIDEO, "video/x-matroska"),
        (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", Kind.VIDEO, "video/x-ms-wmv"),
        (b"ID3\x04", Kind.AUDIO, "audio/mpeg"),
        (b"\xff\xfb\x90", Kind.AUDIO, "audio/mpeg"),
        (b"\xff\xf3\x90", Kind.AUDIO, "audio/mpeg"),
        (b"OggS", Kind.AUDIO, "audio/ogg"),
    ],
    ids=repr,
)
def test_a_format_is_recognised_by_its_first_bytes(head: bytes, kind: Kind, mimetype: str) -> None:
    known = recognise(head)
    assert known is not None
    assert (known.kind, known.mimetype) == (kind, mimetype)
