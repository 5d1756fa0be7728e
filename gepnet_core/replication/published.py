"""The audit of the publication as it stands in data/, computed once in a process: it never changes there."""

from __future__ import annotations

from functools import cache

from gepnet_core.replication.audit import Audit, audit


@cache
def published_audit() -> Audit:
    """The audit of the study's own facts, without a reconstruction."""
    return audit()
