"""The app behind nginx, from the template that compose.yaml mounts, with a certificate made for the test."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from pathlib import Path
from ssl import CERT_NONE, create_default_context

from deploy.health import is_healthy
from scripts.served import ROOT, free_port

TEMPLATE = ROOT / "deploy" / "nginx.conf.template"
# Debian keeps it where only root looks.
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
OPENSSL = shutil.which("openssl")
_START_SECONDS = 60.0


@dataclass(frozen=True)
class Proxied:
    """A running app and its proxy.

    Attributes
    ----------
    host : str
        Name and port in the browser's address bar.
    base_path : str
        "" or "/prefix".
    http_port : int
        The port that only redirects.
    folder : Path
        Where nginx writes, if it writes; its log is ``nginx.log``, the app's ``app.log``.
    """

    host: str
    base_path: str
    http_port: int
    folder: Path

    @property
    def url(self) -> str:
        return f"https://{self.host}{self.base_path}"

    def logged(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8", errors="replace")

    def ask(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> HTTPResponse:
        """One request over TLS; the answer with its body read."""
        context = create_default_context()
        context.check_hostname = False
        context.verify_mode = CERT_NONE
        connection = HTTPSConnection(self.host, timeout=30, context=context)
        return _answer(connection, method, path, headers or {}, body)

    def ask_plainly(self, path: str) -> HTTPResponse:
        """One request without TLS."""
        return _answer(HTTPConnection("localhost", self.http_port, timeout=30), "GET", path, {}, None)


def _answer(
    connection: HTTPConnection, method: str, path: str, headers: Mapping[str, str], body: bytes | None
) -> HTTPResponse:
    try:
        connection.request(method, path, body=body, headers=dict(headers))
        answer = connection.getresponse()
        answer.read()
        return answer
    finally:
        connection.close()


def render(template: str, values: Mapping[str, str]) -> str:
    """Fill in ${NAME} as the image's envsubst does, with an error where a value is missing."""
    return re.sub(r"\$\{(GEPNET_\w+)\}", lambda found: values[found[1]], template)


def _make_certificate(folder: Path) -> None:
    assert OPENSSL is not None
    command = [OPENSSL, "req", "-x509", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
    command += ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    command += ["-addext", "subjectAltName=DNS:localhost"]
    command += ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    subprocess.run(command, check=True, capture_output=True)


@contextmanager
def _running(command: list[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    # The container's proxy has another address than this machine: the app must trust none here either.
    environment = {**os.environ, "FORWARDED_ALLOW_IPS": "", "PYTHONUNBUFFERED": "1"}
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=output, stderr=output, stdin=subprocess.DEVNULL, env=environment
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for_app(process: subprocess.Popen[bytes], port: int, base_path: str) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if is_healthy(port, base_path):
            return
        time.sleep(0.05)
    raise RuntimeError("The app did not answer.")


def _wait_for_proxy(process: subprocess.Popen[bytes], proxied: Proxied) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            proxied.ask_plainly("/")
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"nginx did not answer:\n{proxied.logged('nginx.log')}")


@contextmanager
def proxied_app(folder: Path, base_path: str) -> Iterator[Proxied]:
    """The app at `base_path` behind nginx, until the block ends; nginx's files are in `folder`."""
    assert NGINX is not None
    app_port, http_port, https_port = free_port(), free_port(), free_port()
    proxied = Proxied(f"localhost:{https_port}", base_path, http_port, folder)
    _make_certificate(folder)
    values = {
        "GEPNET_APP": f"127.0.0.1:{app_port}",
        "GEPNET_BASE_PATH": base_path,
        "GEPNET_CERTIFICATES": str(folder),
        "GEPNET_HTTP_PORT": str(http_port),
        "GEPNET_HTTPS_PORT": str(https_port),
        "GEPNET_PUBLIC": proxied.host,
    }
    configuration = folder / "nginx.conf"
    configuration.write_text(render(TEMPLATE.read_text(encoding="utf-8"), values), encoding="utf-8")
    streamlit = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), "--server.headless", "true"]
    streamlit += ["--server.port", str(app_port), "--server.baseUrlPath", base_path.strip("/")]
    nginx = [NGINX, "-p", str(folder), "-c", str(configuration), "-g", "daemon off;"]
    with _running(streamlit, folder / "app.log") as app:
        _wait_for_app(app, app_port, base_path)
        with _running(nginx, folder / "nginx.log") as proxy:
            _wait_for_proxy(proxy, proxied)
            yield proxied
