"""Libraries that the first result of a typed case needs, brought in while nobody waits for them."""

from __future__ import annotations

from importlib import import_module
from threading import Thread

FIRST_NEEDED = ("ui.result", "ui.case.files", "scipy.special")
"""In the order in which the page of a case asks for them."""


def warm_start() -> Thread:
    """Begin to import beside the server as it starts.

    A page that is asked for meanwhile waits for what it would have imported itself. An import that fails
    fails again, with its reason, in the page.
    """
    thread = Thread(target=bring_in, name="warm start", daemon=True)
    thread.start()
    return thread


def bring_in() -> None:
    """Import what is needed first."""
    for name in FIRST_NEEDED:
        import_module(name)
