"""The audit of the publication as it stands in data/, computed once in a process: it never changes there."""

from __future__ import annotations

from functools import cache

from gepnet_core.replication.audit.audit import Audit, audit
from gepnet_core.replication.ensemble import load_example
from gepnet_core.replication.measures import measure_cohort


@cache
def published_audit() -> Audit:
    """The audit of the study's own facts, beside the values of the example cohort."""
    return audit(reconstructed=measure_cohort(load_example()))
