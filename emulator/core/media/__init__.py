"""What a medium is: told from its bytes as they stream by, or from its address where it has none.

`formats` recognises, one module a family of containers walks through it for its facts, `looking`
feeds the walks, and `upload` puts it all together.
"""

from emulator.core.media.addresses import of_url, with_facts
from emulator.core.media.formats import BY_ENDING, recognise
from emulator.core.media.upload import HEAD, Upload

__all__ = ["BY_ENDING", "HEAD", "Upload", "of_url", "recognise", "with_facts"]
