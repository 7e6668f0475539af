"""What every answer says about itself: who may keep it, what may run on it, which cookies it sets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from lms import rooms
from lms.people import groups
from lms.security import OWN_ADMIN
from tests.factories import make_user, sign_in


def under_production_settings(expression: str) -> Any:
    """The value of an expression about the settings of a site with HTTPS, as a process of its own reads them."""
    code = f"import json; from lms import settings; print(json.dumps({expression}))"
    around = {**os.environ, "HTTPS": "1", "PLAIN_STATIC": "1"}
    for name in ("HSTS_SUBDOMAINS", "HSTS_PRELOAD"):
        around.pop(name, None)
    done = subprocess.run([sys.executable, "-c", code], env=around, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_with_https_no_other_host_can_plant_a_cookie_and_hsts_binds_this_host_only() -> None:
    found = under_production_settings(
        "[settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME,"
        " settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE and settings.LANGUAGE_COOKIE_SECURE,"
        " settings.SECURE_HSTS_SECONDS > 0, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS, settings.SECURE_HSTS_PRELOAD]"
    )
    names, flags = found[:3], found[3:]
    assert all(name.startswith("__Host-") for name in names)
    assert flags == [True, True, False, False]


@pytest.mark.redis("whether what is cached survives JSON")
def test_what_redis_keeps_is_json_and_not_pickle() -> None:
    with pytest.raises(TypeError):
        cache.set("an-object", object())
    cache.set("words", {"a": [1, "b", None]})
    assert cache.get("words") == {"a": [1, "b", None]}


@pytest.mark.django_db
def test_what_a_person_sees_is_kept_by_nobody(client: Client) -> None:
    sign_in(client, make_user(groups.AUDITOR))
    for path in ("/learn/", "/learn/record/", "/certificates/", "/audit/", "/accounts/password/change/", "/no-such/"):
        assert "no-store" in client.get(path)["Cache-Control"], path


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/admin/", "/admin/account/", "/admin/pages/2/", "/admin/texts/"])
def test_the_editing_area_is_kept_by_nobody_either(client: Client, path: str) -> None:
    groups.ensure_groups()
    sign_in(client, make_user(groups.REVIEWER))
    assert "no-store" in client.get(path)["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/accounts/logout/", "/admin/logout/"])
def test_whoever_signs_out_leaves_nothing_in_the_browser(client: Client, path: str) -> None:
    groups.ensure_groups()
    sign_in(client, make_user(groups.EDITOR))
    assert client.post(path)["Clear-Site-Data"] == '"cache"'
    assert "Clear-Site-Data" not in client.post(path)
    assert client.get("/learn/").status_code == 302


@pytest.mark.django_db
def test_strangers_pages_may_be_kept_and_every_answer_is_for_this_origin(client: Client) -> None:
    answer = client.get("/en/")
    assert "no-store" not in answer.get("Cache-Control", "")
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/demo/", "/styleguide/", "/", "/learn/", "/accounts/login/", "/en/"])
@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "PUT", "DELETE", "PROPFIND"])
def test_an_unknown_method_gets_no_page(client: Client, path: str, method: str) -> None:
    answer = client.generic(method, path)
    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD, POST"
    assert answer.content == b""


@pytest.mark.django_db
def test_strangers_do_not_see_the_pattern_page_of_a_real_site(client: Client, settings: Any) -> None:
    assert client.get("/styleguide/").status_code == 200
    settings.HTTPS = True
    assert client.get("/styleguide/").status_code == 302
    assert sign_in(client, make_user()).get("/styleguide/").status_code == 200


def own_admin_views(patterns: list[Any], path: str = "/") -> Iterator[str]:
    """Addresses under /admin/ of views that are our own functions (classes are Wagtail's, with our names for them)."""
    for one in patterns:
        where = path + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from own_admin_views(one.url_patterns, where)
        elif isinstance(one, URLPattern) and where.startswith("/admin/") and is_own_function(one.callback):
            yield where


def is_own_function(view: Any) -> bool:
    while not hasattr(view, "view_class") and hasattr(view, "__wrapped__"):
        view = view.__wrapped__
    is_function = not hasattr(view, "view_class") and not hasattr(view, "view_initkwargs")
    return is_function and rooms.is_ours(view.__module__) and view.__name__ != "own_settings"


def test_our_own_pages_in_the_editing_area_run_no_inline_script() -> None:
    found = set(own_admin_views(get_resolver().url_patterns))
    assert found
    assert [path for path in sorted(found) if not path.startswith(OWN_ADMIN)] == []


@pytest.mark.django_db
def test_the_policy_is_strict_on_our_pages_and_loose_on_wagtails(client: Client) -> None:
    groups.ensure_groups()
    sign_in(client, make_user(groups.REVIEWER))
    for name in ("content_review", "quizzes_analyses"):
        policy = client.get(reverse(name))["Content-Security-Policy"]
        assert "script-src " in policy
        assert "unsafe" not in policy
    assert "unsafe-inline" in client.get("/admin/")["Content-Security-Policy"]


@pytest.mark.django_db
def test_no_message_travels_in_a_cookie(client: Client) -> None:
    user = make_user(given_name="Zoé", staff_number="ma-17")
    answer = client.post(reverse("account_login"), {"login": "ma-17", "password": "correct horse battery staple"})
    assert "messages" not in answer.cookies
    said = " ".join(str(message) for message in get_messages(answer.wsgi_request))
    assert "Zoé" not in said
    assert user.staff_number not in said
