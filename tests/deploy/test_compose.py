"""What compose.yaml promises of each container. Read as text: no YAML parser is among the locked packages."""

from __future__ import annotations

import re

import pytest

from scripts.served import ROOT

DEPLOY = ROOT / "deploy"
COMPOSE = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
LOGIN = (DEPLOY / "compose.login.yaml").read_text(encoding="utf-8")
EXAMPLE = (DEPLOY / "example.env").read_text(encoding="utf-8")


def section(text: str, name: str, indent: int) -> list[str]:
    """The stripped lines below a key that stands alone on its line, comments left out."""
    lines = [line for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]
    start = lines.index(f"{' ' * indent}{name}:") + 1
    inside = []
    for line in lines[start:]:
        if len(line) - len(line.lstrip()) <= indent:
            break
        inside.append(line.strip())
    return inside


def service(name: str) -> str:
    return "\n".join(["", *section(COMPOSE, name, 2), ""])


@pytest.mark.parametrize("name", ["app", "proxy"])
@pytest.mark.parametrize(
    "promise",
    [
        "read_only: true",
        "cap_drop:\n- ALL",
        "security_opt:\n- no-new-privileges:true",
        "tmpfs:\n- /tmp:size=64m",
        "ulimits:\ncore: 0",
    ],
)
def test_each_container_can_do_little(name: str, promise: str) -> None:
    assert f"\n{promise}\n" in service(name)


@pytest.mark.parametrize("name", ["app", "proxy"])
def test_memory_is_limited_and_never_swapped_to_a_disk(name: str) -> None:
    memory = re.findall(r"^mem_limit: (.+)$", service(name), flags=re.MULTILINE)
    swap = re.findall(r"^memswap_limit: (.+)$", service(name), flags=re.MULTILINE)
    assert len(memory) == 1 and memory == swap


def test_the_app_is_reached_through_the_proxy_alone() -> None:
    assert "ports:" not in service("app") and "network_mode" not in COMPOSE
    assert "\nnetworks:\n- inside\n" in service("app") and "- outside" not in service("app")
    assert '\nports:\n- "80:8080"\n- "443:8443"\n' in service("proxy")
    assert section(COMPOSE, "inside", 2) == ["internal: true"]


def test_no_container_has_more_rights_than_it_needs() -> None:
    for word in ("privileged: true", "cap_add", "devices", "pid:", "ipc:", "docker.sock", "user: root"):
        assert word not in COMPOSE + LOGIN


def test_the_proxy_gets_the_template_and_a_value_for_each_of_its_names() -> None:
    template = (DEPLOY / "nginx.conf.template").read_text(encoding="utf-8")
    given = {line.partition(":")[0] for line in section(COMPOSE, "environment", 4)}
    proxy = service("proxy")
    named = set(re.findall(r"\$\{(\w+)\}", template))
    assert named and named <= set(re.findall(r"^(GEPNET_\w+): ", proxy, flags=re.MULTILINE))
    assert "STREAMLIT_SERVER_BASE_URL_PATH" in given
    assert "- ./nginx.conf.template:/etc/nginx/templates/nginx.conf.template:ro" in proxy
    assert re.search(r":/certificates:ro", proxy) and "GEPNET_CERTIFICATES: /certificates" in proxy


def test_one_base_path_goes_to_both() -> None:
    assert COMPOSE.count("${GEPNET_BASE_PATH?") == 2
    assert 'STREAMLIT_SERVER_BASE_URL_PATH: "${GEPNET_BASE_PATH?' in service("app")
    assert 'GEPNET_BASE_PATH: "${GEPNET_BASE_PATH?' in service("proxy")


def test_everything_that_compose_asks_for_is_in_the_example() -> None:
    asked = set(re.findall(r"\"[^\"]*\$\{(\w+)[:?-]", COMPOSE + LOGIN))
    offered = set(re.findall(r"^(\w+)=", EXAMPLE, flags=re.MULTILINE))
    assert asked == offered != set()


def test_the_login_is_off_unless_its_file_is_named() -> None:
    assert "secrets" not in "\n".join(section(COMPOSE, "services", 0))
    assert "LOGIN" not in COMPOSE and 'LOGIN: "1"' in LOGIN
    assert "target: /app/.streamlit/secrets.toml" in LOGIN
