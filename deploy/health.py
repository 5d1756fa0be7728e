"""Exit code 0 if the app on this machine answers: the health check of the container."""

from __future__ import annotations

import os
import sys
from http.client import HTTPConnection, HTTPException

_SECONDS = 4.0


def health_path(base_path: str) -> str:
    """Address of Streamlit's health check below the base path, which may be empty."""
    base = base_path.strip("/")
    return f"/{base}/_stcore/health" if base else "/_stcore/health"


def is_healthy(port: int, base_path: str) -> bool:
    """Whether the app answers on loopback."""
    connection = HTTPConnection("127.0.0.1", port, timeout=_SECONDS)
    try:
        connection.request("GET", health_path(base_path))
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    port = int(os.environ["STREAMLIT_SERVER_PORT"])
    sys.exit(not is_healthy(port, os.environ.get("STREAMLIT_SERVER_BASE_URL_PATH", "")))
