"""The app behind nginx, once for all tests of the proxy."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.deploy.proxy import Proxied, proxied_app


@pytest.fixture(scope="session")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    """The app below /gepnet/, as deploy/example.env has it."""
    with proxied_app(tmp_path_factory.mktemp("proxy"), "/gepnet") as running:
        yield running
