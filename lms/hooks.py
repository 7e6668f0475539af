"""How a lower floor asks a higher one without importing it: one function, registered when the project starts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, ParamSpec, TypeVar

from django.core.exceptions import ImproperlyConfigured

Given = ParamSpec("Given")
Back = TypeVar("Back")


class Hook(Generic[Given, Back]):
    """One function that a lower floor calls and a higher one gives, so that no import has to point up.

    Whoever gives it calls `register` in an `AppConfig.ready()`; there is exactly one, and nothing goes on without it.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.function: Callable[Given, Back] | None = None

    def register(self, function: Callable[Given, Back]) -> None:
        """Raises ImproperlyConfigured where another function is registered already."""
        if self.function not in (None, function):
            raise ImproperlyConfigured(f"Another function is registered for “{self.name}” already.")
        self.function = function

    def __call__(self, *args: Given.args, **kwargs: Given.kwargs) -> Back:
        """Raises ImproperlyConfigured where nothing is registered."""
        if self.function is None:
            raise ImproperlyConfigured(f"Nothing is registered for “{self.name}”: an app's ready() has to do it.")
        return self.function(*args, **kwargs)
