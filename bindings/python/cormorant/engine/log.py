"""echo: what engines say to the loggers ``cormorant.engine.Engine`` and, for programs that set it up, SQLAlchemy's."""

from __future__ import annotations

import logging
import sys
from typing import Any

OURS = "cormorant"
ALIAS = "sqlalchemy"


def _chain(name: str) -> list[logging.Logger]:
    """The loggers from ``a.b.c`` up to ``a``."""
    parts = name.split(".")
    return [logging.getLogger(".".join(parts[:n])) for n in range(len(parts), 0, -1)]


class EchoLog:
    """The two loggers of one name. ``echo``: True logs in any case, None and False as the loggers are set."""

    def __init__(self, name: str, logging_name: str | None, echo: Any) -> None:
        name = f"{name}.{logging_name}" if logging_name else name
        self.ours = logging.getLogger(f"{OURS}.{name}")
        self.alias = logging.getLogger(f"{ALIAS}.{name}")
        self.aliases = _chain(f"{ALIAS}.{name}")
        self.echo = bool(echo)
        if self.echo and not self.ours.handlers and not self.alias.handlers:
            handler = logging.StreamHandler(sys.stdout)
            handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
            self.ours.addHandler(handler)

    def wanted(self) -> bool:
        """Whether anybody reads what would be said."""
        return self.echo or self.alias.isEnabledFor(logging.INFO) or self.ours.isEnabledFor(logging.INFO)

    def info(self, message: str, *args: Any) -> None:
        """Says it: to our loggers, and to the handlers of SQLAlchemy's below the root, which ours have reached."""
        record = self.alias.makeRecord(self.alias.name, logging.INFO, "", 0, message, args, None)
        spread = True
        for one in self.aliases:
            for handler in one.handlers:
                if record.levelno >= handler.level:
                    handler.handle(record)
            if not one.propagate:
                spread = False
                break
        if spread or self.ours.handlers:
            record.name = self.ours.name
            self.ours.handle(record)
