"""What the proxy's template must say, checked where nginx itself is absent."""

from __future__ import annotations

import base64
import hashlib
import re
import tomllib
from pathlib import Path

import streamlit

from scripts.served import ROOT
from tests.deploy.proxy import TEMPLATE
from ui.roi_viewer.assets import ASSET_PATH
from ui.roi_viewer.measure_route import MAX_BODY_BYTES

TEXT = re.sub(r"^\s*#.*\n", "", TEMPLATE.read_text(encoding="utf-8"), flags=re.MULTILINE)
MIB = 1024 * 1024


def policy() -> dict[str, str]:
    (found,) = re.findall(r'add_header Content-Security-Policy "([^"]+)" always;', TEXT)
    return {part.split()[0]: part.strip().partition(" ")[2] for part in found.split(";")}


def test_the_proxy_lets_through_all_that_the_app_accepts_and_hardly_more() -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    accepted = config["server"]["maxUploadSize"]
    limits = [int(size) for size in re.findall(r"client_max_body_size (\d+)m;", TEXT)]
    assert len(limits) == 2
    # Streamlit allows 1 MiB for what a form adds to its file.
    assert accepted + 1 < max(limits) <= accepted + 16
    assert min(limits) * MIB > MAX_BODY_BYTES


def test_the_inline_script_of_streamlits_page_is_the_one_that_is_allowed() -> None:
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    scripts = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    hashes = {base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts}
    assert set(re.findall(r"'sha256-([^']+)'", policy()["script-src"])) == hashes != set()


def test_the_policy_names_no_other_host_and_runs_no_text_as_script() -> None:
    assert policy()["default-src"] == "'none'" and policy()["base-uri"] == "'none'"
    assert policy()["connect-src"] == "'self'" and policy()["frame-ancestors"] == "'self'"
    assert "'unsafe-inline'" not in policy()["script-src"] and "'unsafe-eval'" not in policy()["script-src"]
    allowed = {"'self'", "'none'", "'unsafe-inline'", "'wasm-unsafe-eval'", "data:", "blob:"}
    words = {word for value in policy().values() for word in value.split() if not word.startswith("'sha256-")}
    assert words <= allowed


def test_no_header_is_lost_in_a_location() -> None:
    # One add_header or proxy_set_header in a location would void all those above it.
    for location in re.findall(r"location [^{]+\{([^}]*)\}", TEXT):
        assert "add_header" not in location and "proxy_set_header" not in location


def test_nothing_that_names_a_person_or_a_page_is_logged() -> None:
    (form,) = re.findall(r"log_format nameless '([^']+)';", TEXT)
    variables = {"$time_iso8601", "$request_method", "$status", "$bytes_sent", "$request_time"}
    assert set(re.findall(r"\$\w+", form)) == variables
    assert re.findall(r"access_log ([^;]+);", TEXT) == ["/dev/stdout nameless"]
    assert re.findall(r"error_log ([^;]+);", TEXT) == ["stderr crit"]


def test_bodies_stay_out_of_files() -> None:
    assert "proxy_request_buffering off;" in TEXT and "proxy_max_temp_file_size 0;" in TEXT


def test_only_the_programs_own_files_may_be_kept_by_a_browser() -> None:
    (kept,) = re.findall(r"map \$uri \$gepnet_cache_control \{([^}]*\}/[^}]*)\}", TEXT)
    assert kept.split() == [
        "default",
        "'no-store';",
        f"'~^${{GEPNET_BASE_PATH}}/(static|{ASSET_PATH})/'",
        "$upstream_http_cache_control;",
    ]


def test_only_current_tls() -> None:
    assert re.findall(r"ssl_protocols ([^;]+);", TEXT) == ["TLSv1.2 TLSv1.3"]
