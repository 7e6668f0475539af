"""The start registers every hook of the models; without it they refuse instead of letting things pass."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory

from content import hooks as content_hooks
from content.models import ModulePage, ReviewTask
from lms.hooks import Hook
from quizzes import hooks as quiz_hooks
from quizzes.models import Question

HOOKS = [
    (module, name, hook)
    for module in (quiz_hooks, content_hooks)
    for name, hook in vars(module).items()
    if isinstance(hook, Hook)
]


@pytest.mark.parametrize(("module", "name", "hook"), HOOKS, ids=[name for _module, name, _hook in HOOKS])
def test_every_hook_is_registered_at_the_start_under_its_name(module: Any, name: str, hook: Hook[..., Any]) -> None:
    assert hook.name == name
    assert hook.function is not None


def unregistered(monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> Any:
    monkeypatch.setattr(getattr(module, name), "function", None)
    return pytest.raises(ImproperlyConfigured, match=f"“{name}”")


@pytest.mark.django_db
def test_without_its_guard_no_module_goes_live(monkeypatch: pytest.MonkeyPatch) -> None:
    with unregistered(monkeypatch, content_hooks, "publish_gaps"):
        ModulePage(title="A", code="a", live=True).save()


@pytest.mark.django_db
def test_without_who_may_approve_nobody_may(monkeypatch: pytest.MonkeyPatch) -> None:
    state = SimpleNamespace(workflow_state=SimpleNamespace(content_object=None))
    with unregistered(monkeypatch, content_hooks, "approval_refusal"):
        ReviewTask().on_action(state, None, "approve")


@pytest.mark.django_db
def test_without_its_preview_no_draft_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    request = RequestFactory().get("/")
    with unregistered(monkeypatch, content_hooks, "module_preview"):
        ModulePage(title="A", code="a").serve_preview(request, "")
    with unregistered(monkeypatch, quiz_hooks, "question_preview"):
        Question(code="a").serve_preview(request, Question.ASKED)
