"""Other ways to instrument classes: not here yet, and each name says so."""

from __future__ import annotations

from .._absent import absent

__getattr__ = absent(
    __name__,
    "ExtendedInstrumentationRegistry InstrumentationManager find_native_user_instrumentation_hook",
)
