"""A pytest plugin: the same few examples in every variation, and the language of LC_ALL in force."""

from __future__ import annotations

import locale
import os

from hypothesis import HealthCheck, settings

PROFILE = "variation"

# What varies is the environment, not the examples: the same ones, so that a difference is the environment's.
settings.register_profile(
    PROFILE,
    max_examples=20,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
# Python alone takes of a language only its encoding. A library that asks for more brings the decimal comma.
if os.environ.get("LC_ALL"):
    locale.setlocale(locale.LC_ALL, "")
