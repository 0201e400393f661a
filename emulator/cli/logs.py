"""The log of the command: lines to read, or JSON for those who collect logs."""

import json
import logging
from datetime import UTC, datetime

from emulator.core.rendering.values import stamp
from emulator.settings import LogFormat, Settings


class JsonLines(logging.Formatter):
    """One JSON object a line: `time`, `level`, `logger`, `message` and, of a mistake, `trace`."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line = {
            "time": stamp(datetime.fromtimestamp(record.created, UTC)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line)


def start_log(settings: Settings) -> None:
    """Log to standard error as the settings want it."""
    handler = logging.StreamHandler()
    plain = logging.Formatter("%(levelname)s %(message)s")
    handler.setFormatter(JsonLines() if settings.log_format is LogFormat.JSON else plain)
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler])
    # uvicorn's own lines on starting and stopping would only repeat ours; its errors are shown.
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    # Addresses of callbacks and what their receivers answer, which these would log, hold secrets;
    # that files have changed is told when they were read.
    for name in ("httpx", "httpcore", "watchfiles"):
        logging.getLogger(name).setLevel(logging.WARNING)
