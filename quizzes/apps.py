from __future__ import annotations

from lms import rooms


class QuizzesConfig(rooms.Room):
    name = "quizzes"
    drains = ((90, "lab answers", 3600, "quizzes.lab.sittings.clear_answers_due"),)
    ledger_claims = ("quizzes.appeals.ledger_claims.corrections", "quizzes.appeals.ledger_claims.rescores")
    rights = {
        "editor": (
            *("add_quiz", "change_quiz", "view_quiz"),
            *("add_question", "change_question", "view_question"),
            *("add_story", "change_story", "view_story"),
        ),
        "translator": ("view_quiz", "change_question", "view_question", "change_story", "view_story"),
        "reviewer": (
            *("change_quiz", "view_quiz", "publish_quiz", "lock_quiz", "unlock_quiz"),
            *("change_question", "view_question", "publish_question", "lock_question", "unlock_question"),
            *("change_story", "view_story", "publish_story", "lock_story", "unlock_story"),
        ),
    }

    def ready(self) -> None:
        from quizzes.hooks import question_preview
        from quizzes.preview import render_question_preview

        question_preview.register(render_question_preview)
