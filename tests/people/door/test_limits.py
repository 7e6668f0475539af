"""How often one may try: per account and source, in any number of processes, and nobody shuts out another."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Any

import pytest
from django.conf import settings as site_settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lms.people.door import limits
from lms.people.door.clearing import clear_door
from lms.people.models import TryCount, User
from tests.factories import AT, PASSWORD, make_user, sign_in

OFFICE = {"REMOTE_ADDR": "192.0.2.1"}
ELSEWHERE = {"REMOTE_ADDR": "192.0.2.2"}
LIMIT = limits.Limit("test", 5, 300)


def post_sign_in(client: Client, login: str, password: str = PASSWORD, **around: str) -> Any:
    return client.post(reverse("account_login"), {"login": login, "password": password}, **around)


def fail_five_times(login: str, **around: str) -> None:
    for _number in range(5):
        assert "do not match" in post_sign_in(Client(), login, "wrong", **around).content.decode()


@pytest.mark.django_db
def test_the_sixth_wrong_password_is_refused_with_the_time_to_wait() -> None:
    make_user(staff_number="ma-17")
    fail_five_times("ma-17")
    refused = post_sign_in(Client(), "ma-17")
    page = refused.content.decode()
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 300
    assert "Wait 5 minutes" in page
    assert "<h1" in page


@pytest.mark.django_db
def test_an_unknown_account_is_refused_just_so() -> None:
    fail_five_times("nobody")
    refused = post_sign_in(Client(), "nobody", "wrong")
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0


@pytest.mark.django_db
def test_staff_number_and_address_of_one_account_count_together() -> None:
    make_user(staff_number="ma-17", email="amal@example.org")
    for login in ("ma-17", "amal@example.org", "MA-17", "AMAL@example.org", "ma-17"):
        post_sign_in(Client(), login, "wrong")
    assert post_sign_in(Client(), "amal@example.org").status_code == 429
    assert post_sign_in(Client(), "ma-17").status_code == 429


@pytest.mark.django_db
def test_wrong_passwords_from_one_place_shut_nobody_out_elsewhere() -> None:
    make_user(staff_number="ma-17")
    fail_five_times("ma-17", **OFFICE)
    assert post_sign_in(Client(), "ma-17", **OFFICE).status_code == 429
    assert post_sign_in(Client(), "ma-17", **ELSEWHERE).status_code == 302


@pytest.mark.django_db
def test_a_colleague_behind_the_same_address_does_not_shut_out_the_owners_device() -> None:
    make_user(staff_number="ma-17")
    own = Client(**OFFICE)
    assert post_sign_in(own, "ma-17").status_code == 302
    own.post(reverse("account_logout"))
    fail_five_times("ma-17", **OFFICE)
    assert post_sign_in(Client(), "ma-17", **OFFICE).status_code == 429
    assert post_sign_in(own, "ma-17").status_code == 302


@pytest.mark.django_db
def test_the_mark_of_a_device_names_nobody_and_counts_for_its_own_account_only() -> None:
    user = make_user(staff_number="ma-17", given_name="Zoé")
    make_user(staff_number="ma-18")
    own = Client(**OFFICE)
    cookie = post_sign_in(own, "ma-17").cookies["known_device"]
    assert cookie["httponly"]
    assert str(user.pk) != cookie.value.split(".")[0]
    own.post(reverse("account_logout"))
    fail_five_times("ma-18", **OFFICE)
    assert post_sign_in(own, "ma-18").status_code == 429
    own.cookies["known_device"] = cookie.value[:-1] + "x"
    fail_five_times("ma-17", **OFFICE)
    assert post_sign_in(own, "ma-17").status_code == 429


@pytest.mark.django_db
def test_right_passwords_are_not_counted() -> None:
    make_user(staff_number="ma-17")
    for _number in range(8):
        assert post_sign_in(Client(), "ma-17").status_code == 302


@pytest.mark.django_db
def test_many_accounts_tried_from_one_place_are_slowed_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SIGN_IN_FROM", limits.Limit("sign-in-from", 2, 60))
    answers = [post_sign_in(Client(), f"guess-{number}", "wrong").status_code for number in range(3)]
    assert answers == [200, 200, 429]


@pytest.mark.django_db
@pytest.mark.parametrize("email", ["amal@example.org", "stranger@example.org"])
def test_asking_for_new_passwords_has_its_limit_too(client: Client, email: str) -> None:
    make_user(email="amal@example.org")
    ask = [client.post(reverse("account_reset_password"), {"email": email}, **OFFICE) for _number in range(6)]
    assert [answer.status_code for answer in ask] == [302] * 5 + [429]
    assert int(ask[-1]["Retry-After"]) > 0
    assert client.post(reverse("account_reset_password"), {"email": email}, **ELSEWHERE).status_code == 302


@pytest.mark.django_db
def test_the_old_password_cannot_be_guessed_from_a_session_left_open(client: Client) -> None:
    sign_in(client, make_user())
    wanted = {"oldpassword": "wrong", "password1": "another long phrase 7", "password2": "another long phrase 7"}
    answers = [client.post(reverse("account_change_password"), wanted).status_code for _number in range(6)]
    assert answers == [200] * 5 + [429]


@pytest.mark.django_db
def test_a_stretch_ends_and_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)
    assert [limits.count_try(LIMIT, "a") for _number in range(6)] == [0, 0, 0, 0, 0, 300]
    monkeypatch.setattr(time, "time", lambda: now + 301)
    clear_door(AT)
    assert not TryCount.objects.exists()
    assert limits.count_try(LIMIT, "a") == 0


@pytest.mark.django_db(transaction=True)
def test_several_processes_count_as_one() -> None:
    """Four processes with twenty tries each, at once and without Redis: exactly five go on."""
    code = (
        "import django, sys; django.setup()\n"
        "from django.db import connection\n"
        "connection.settings_dict['NAME'] = sys.argv[1]\n"
        "from lms.people.door import limits\n"
        "limit = limits.Limit('test', 5, 300)\n"
        "print(sum(limits.count_try(limit, 'a') == 0 for _ in range(20)))\n"
    )
    command = [sys.executable, "-c", code, str(connection.settings_dict["NAME"])]
    around = {"cwd": site_settings.BASE_DIR, "stdout": subprocess.PIPE, "text": True}
    processes = [subprocess.Popen(command, **around) for _number in range(4)]  # type: ignore[call-overload]
    assert sum(int(process.communicate()[0]) for process in processes) == 5


# --- The same work for an account that exists and for one that does not -----------------------------------------------


class Work:
    """What a request cost: password hashes and statements."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.hashes = 0
        original = MD5PasswordHasher.encode

        def counted(hasher: MD5PasswordHasher, password: str, salt: str) -> str:
            self.hashes += 1
            return str(original(hasher, password, salt))

        monkeypatch.setattr(MD5PasswordHasher, "encode", counted)

    def of_post(self, name: str, data: dict[str, str]) -> tuple[int, int]:
        self.hashes = 0
        with CaptureQueriesContext(connection) as seen:
            Client().post(reverse(name), data)
        return self.hashes, len(seen)


@pytest.mark.django_db
def test_signing_in_costs_the_same_for_known_and_unknown_accounts(monkeypatch: pytest.MonkeyPatch) -> None:
    make_user(staff_number="ma-17", email="amal@example.org")
    make_user(staff_number="ma-18", email="new@example.org", password=None)
    closed = make_user(staff_number="ma-19", email="gone@example.org")
    User.objects.filter(pk=closed.pk).update(is_active=False)
    work = Work(monkeypatch)
    logins = ["ma-17", "amal@example.org", "ma-18", "new@example.org", "ma-19", "gone@example.org"]
    costs = {
        login: work.of_post("account_login", {"login": login, "password": "wrong"})
        for login in [*logins, "nobody", "nobody@example.org"]
    }
    assert {hashes for hashes, _statements in costs.values()} == {1}, costs
    assert len(set(costs.values())) == 1, costs


@pytest.mark.django_db
def test_asking_for_a_new_password_costs_the_same_for_known_and_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    make_user(email="amal@example.org")
    work = Work(monkeypatch)
    known = work.of_post("account_reset_password", {"email": "amal@example.org"})
    assert known == work.of_post("account_reset_password", {"email": "nobody@example.org"})
