"""The pure pieces of `make bench-quiz`, and that its driver can read and answer the page of today."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from django.http import QueryDict
from django.test import Client

from courses.learning import enrolments, flow
from courses.player import quiz_page
from tests.bench import accounts, quiz_form, quiz_load, quiz_server
from tests.bench.quiz_load import Pace, burst_at, plan
from tests.courses.learning import factories
from tests.factories import AT, make_user, sign_in
from tests.quizzes import posting

FORM = "application/x-www-form-urlencoded"
PAGE = """
<form method="get" action="/search/"><input name="answer-of-another-form"></form>
<form method="post" action="/hand-in/" data-autosave="/keep/">
  <input type="hidden" name="csrfmiddlewaretoken" value="token"><input type="hidden" name="attempt" value="2">
  <input type="hidden" name="touched" value="answer-boxes">
  <fieldset><legend>One</legend>
    <input type="radio" name="answer-one" value="a"><input type="radio" name="answer-one" value="b" checked></fieldset>
  <fieldset><legend>Boxes</legend>
    <input type="checkbox" name="answer-boxes" value="a"><input type="checkbox" name="answer-boxes" value="b">
  </fieldset>
  <fieldset><legend>Order</legend>
    <fieldset><select name="answer-order-1"><option value="">–<option value="x">X</option><option value="y">Y</select>
    <select name="answer-order-2"><option value="">–<option value="x">X<option value="y" selected>Y</select></fieldset>
  </fieldset>
  <fieldset><input name="answer-number" value="7"><input type="submit" name="answer-off" disabled></fieldset>
  <button name="later">Later</button>
</form>
"""


def test_percentiles_are_values_that_were_measured() -> None:
    values = [float(number) for number in range(100, 0, -1)]
    assert [accounts.percentile(values, share) for share in (0.01, 0.5, 0.95, 1)] == [1, 50, 95, 100]
    assert accounts.percentile([3.0], 0.95) == 3
    with pytest.raises(ValueError, match="no request"):
        accounts.percentile([], 0.5)


def test_an_answer_that_is_missing_or_older_is_lost() -> None:
    sent = {"amina": {"q1": ["a"], "q2": ["b", "a"], "q3": ["c"]}, "ben": {"q1": ["a"]}}
    stored = {"amina": {"q1": ["b"], "q2": ["a", "b"]}, "ben": {"q1": ["a"]}, "somebody": {"q1": ["a"]}}
    assert accounts.lost(sent, stored) == [("amina", "q1"), ("amina", "q3")]
    assert accounts.lost(sent, {}) == [("amina", "q1"), ("amina", "q2"), ("amina", "q3"), ("ben", "q1")]


def test_what_is_there_twice_is_counted_beyond_the_first() -> None:
    assert accounts.surplus([]) == 0
    assert accounts.surplus([("amina", 1), ("amina", 2), ("ben", 1)]) == 0
    assert accounts.surplus(["amina", "amina", "ben", "amina"]) == 2


def test_a_counter_is_read_between_its_samples() -> None:
    samples = [(0.0, 10.0), (2.0, 14.0), (4.0, 14.0)]
    assert accounts.between(samples, 1, 3) == 2
    assert accounts.between(samples, 0, 9) == 4
    with pytest.raises(ValueError, match="never read"):
        accounts.between([], 0, 1)


def test_people_at_once() -> None:
    assert accounts.at_once([(0, 3), (1, 2), (3, 4)]) == 2
    assert accounts.at_once([]) == 0


def test_a_form_is_read_from_the_page() -> None:
    form = quiz_form.read(PAGE)
    assert (form.submit, form.autosave, form.attempt) == ("/hand-in/", "/keep/", "2")
    found = [[(control.name, control.kind, control.values) for control in question] for question in form.questions]
    assert found == [
        [("answer-one", "radio", ["a", "b"])],
        [("answer-boxes", "checkbox", ["a", "b"])],
        [("answer-order-1", "select", ["x", "y"]), ("answer-order-2", "select", ["x", "y"])],
        [("answer-number", "text", [])],
    ]
    assert form.chosen == {"answer-one": ["b"], "answer-order-2": ["y"], "answer-number": ["7"]}
    with pytest.raises(quiz_form.NoQuiz):
        quiz_form.read("<p>You have passed these questions.</p>")


@pytest.mark.parametrize("seed", range(8))
def test_answers_are_ones_the_form_allows(seed: int) -> None:
    form, chance = quiz_form.read(PAGE), random.Random(seed)
    right = {"answer-one": ["b"], "answer-boxes": ["another draw"], "answer-number": ["12.5"]}
    one, boxes, order, number = (quiz_form.choose(question, chance, right) for question in form.questions)
    assert one == {"answer-one": ["b"]}
    assert boxes["answer-boxes"]
    assert set(boxes["answer-boxes"]) <= {"a", "b"}
    assert sorted(value for values in order.values() for value in values) == ["x", "y"]
    assert number == {"answer-number": ["12.5"]}
    assert quiz_form.choose(form.questions[-1], chance, {})["answer-number"][0].isdigit()


def test_what_is_sent_is_the_whole_form_and_handing_in_sends_no_answer() -> None:
    form = quiz_form.read(PAGE)
    body = parse_qs(quiz_form.autosave_body(form, {"answer-one": ["a"], "answer-boxes": ["a", "b"]}, 4))
    assert (body["attempt"], body["answer-one"], body["answer-boxes"]) == (["2"], ["a"], ["a", "b"])
    assert (body["autosave"], body["touched"]) == (["1"], ["answer-boxes", "answer-boxes"])
    assert body["turn"] == ["4"]
    assert parse_qs(quiz_form.bare_body(form)) == {"csrfmiddlewaretoken": ["token"], "attempt": ["2"]}


def test_the_plan_is_the_same_each_time_and_its_burst_waits_for_everybody_in_it() -> None:
    pace = Pace(learners=40, burst=5, arrivals=10, think=(1, 3))
    sittings = plan(pace, 10)
    assert sittings == plan(pace, 10)
    assert [one.burst for one in sittings] == [True] * 5 + [False] * 35
    assert all(1 <= pause <= 3 for one in sittings for pause in one.pauses)
    assert all(one.last_look <= 1 for one in sittings[:5])
    assert burst_at(sittings, 3) > max(one.arrive + sum(one.pauses) for one in sittings[:5])


def test_an_answer_that_broke_off_counts_as_none() -> None:
    whole = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nSet-Cookie: csrftoken=abc; Path=/\r\n\r\nquiz"
    status, headers, page = quiz_load.parsed(whole)
    assert (status, page, headers["Set-Cookie"]) == (200, "quiz", "csrftoken=abc; Path=/")
    assert [quiz_load.parsed(raw)[0] for raw in (b"", b"HTTP/1.1", whole[:-2])] == [0, 0, 0]


def test_cpu_is_that_of_the_group_alone() -> None:
    stat = "7 (a (strange) name) S 1 7 7 0 -1 0 0 0 0 0 30 20 5 1 20 0 1 0".rpartition(")")[2].split()
    assert quiz_server.cpu_of(["7", *stat], 7) == 56
    assert quiz_server.cpu_of(["8", *stat], 7) == 50
    assert quiz_server.cpu_of(["7", *stat], 9) == 0
    assert quiz_server.group_cpu(os.getpgrp()) > 0


def test_without_postgresql_it_says_what_it_needs() -> None:
    surroundings = os.environ | {"DATABASE_URL": "sqlite:///somewhere.sqlite3"}
    command = [sys.executable, "-m", "tests.bench.quiz"]
    ended = subprocess.run(
        command, cwd=Path(__file__).parents[2], env=surroundings, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert "set DATABASE_URL" in ended.stderr


def test_the_driver_answers_the_page_of_today(db: None) -> None:
    user, edition = make_user(), factories.taught(sections=1, questions=3)
    way, client = enrolments.start(user.person, edition.module, AT), sign_in(Client(), user)
    section = next(section["key"] for section in edition.structure["sections"] if section["quiz"])
    page = f"/learn/{way.pk}/{section}/"
    form = quiz_form.read(client.get(page).content.decode())
    given: quiz_form.Chosen = {}
    for turn, question in enumerate(form.questions, 1):
        given |= quiz_form.choose(question, random.Random(3), {})
        body = quiz_form.autosave_body(form, given, turn)
        assert client.post(form.autosave, body, content_type=FORM).status_code == quiz_load.EXPECTED["answer"]
    assert len(form.questions) == 3
    sent = quiz_page.posted(QueryDict(body), flow.sitting(way, 1, AT)).answers
    assert {posting.name(way, key) for key in sent} == set(given)
    shown = quiz_form.read(client.get(page).content.decode()).chosen
    assert {name: sorted(values) for name, values in shown.items()} == {
        name: sorted(values) for name, values in given.items()
    }
    handed = client.post(form.submit, quiz_form.bare_body(form), content_type=FORM)
    assert handed.status_code == quiz_load.EXPECTED["submit"]
    assert client.get(handed["Location"]).status_code == quiz_load.EXPECTED["result"]
