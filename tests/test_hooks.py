"""A hook holds one function from above, and nothing goes on without it."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from lms.hooks import Hook


def double(number: int) -> int:
    return number * 2


def test_what_was_registered_is_called_and_its_answer_given_back() -> None:
    hook: Hook[[int], int] = Hook("twice")
    hook.register(double)
    hook.register(double)
    assert hook(21) == 42


def test_without_anything_registered_the_call_is_refused_by_name() -> None:
    hook: Hook[[int], int] = Hook("twice")
    with pytest.raises(ImproperlyConfigured, match="Nothing is registered for “twice”"):
        hook(21)


def test_a_second_function_is_refused_and_the_first_stays() -> None:
    hook: Hook[[int], int] = Hook("twice")
    hook.register(double)
    with pytest.raises(ImproperlyConfigured, match="Another function is registered for “twice”"):
        hook.register(abs)
    assert hook(21) == 42
