"""compose.yaml says what docs/administrator.md promises. Whether the image builds is tried by hand."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from django.conf import settings

from lms import tasks

OF_GUNICORN = {"WEB_CONCURRENCY"}
COMPOSE: dict[str, Any] = yaml.safe_load((settings.BASE_DIR / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = sorted(name for name, service in SERVICES.items() if service["image"] == "litmus")


def queues(service: dict[str, Any]) -> list[str]:
    command = service.get("command", [])
    return command[command.index("-Q") + 1].split(",") if "-Q" in command else []


def test_the_signing_key_lies_with_one_worker_alone() -> None:
    holders = [name for name, service in SERVICES.items() if "ledger" in str(service.get("volumes"))]
    assert holders == ["ledger"]
    assert [name for name, service in SERVICES.items() if "ledger" in queues(service)] == ["ledger"]
    command = SERVICES["ledger"]["command"]
    assert command[command.index("--concurrency") + 1] == "1"
    assert SERVICES["ledger"]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"]["internal"] is True


def test_every_queue_that_beat_fills_is_emptied() -> None:
    filled = {entry["options"]["queue"] for entry in tasks.app.conf.beat_schedule.values()}
    assert filled == {queue for service in SERVICES.values() for queue in queues(service)}


@pytest.mark.parametrize("name", OURS)
def test_every_variable_is_one_that_the_settings_read(name: str) -> None:
    source = (settings.BASE_DIR / "lms" / "settings.py").read_text(encoding="utf-8")
    plain, secret = (
        set(re.findall(rf'env\.{reader}\(\s*"(\w+)"', source))
        for reader in ("(?:text|flag|number|words)", "(?:(?:kept_)?secret|database)")
    )
    allowed = plain | secret | {f"{variable}_FILE" for variable in secret} | OF_GUNICORN
    assert set(SERVICES[name]["environment"]) - allowed == set()


@pytest.mark.parametrize("name", OURS)
def test_nothing_of_ours_may_write_or_rise_where_it_need_not(name: str) -> None:
    service = SERVICES[name]
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert "no-new-privileges:true" in service["security_opt"]


def test_no_secret_stands_in_the_file() -> None:
    assert all(set(secret) == {"file"} for secret in COMPOSE["secrets"].values())
    values = [str(value) for service in SERVICES.values() for value in service.get("environment", {}).values()]
    assert not [value for value in values if re.search("://[^/]*:[^/]*@", value)]
