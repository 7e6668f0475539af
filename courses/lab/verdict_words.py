"""What the debrief says in sentences. Each says no more than what was counted, and the count stands in it.

Two-sided, and no verdict about the person (CURRICULUM 3.3).
"""

from __future__ import annotations

from django.utils.translation import gettext, ngettext

from quizzes.lab.criterion import Reading
from quizzes.lab.measures import Measures
from quizzes.lab.verdicts import Correction


def message(reading: Reading | None, found: Measures) -> str:
    counts = {
        "changed": found.changed.count,
        "chances": found.changed.of,
        "ended": found.over.count,
        "wrong": found.over.of,
        "refused": found.under.count,
        "right": found.under.of,
    }
    words = verdict_in_words(reading) if found.accuracy_initial.of else verdict_without_first_answers(reading)
    return words % counts


def verdict_in_words(reading: Reading | None) -> str:
    """Where one decided before one saw the advice."""
    return {
        "over": gettext(
            "You trusted the advice more than it deserved in these cases. Your first answer was right and the advice "
            "was wrong %(chances)s times; you changed to the advice %(changed)s times."
        ),
        "under": gettext(
            "You ended against right advice in %(refused)s of %(right)s cases. Refusing right advice has a price, too."
        ),
        "both": gettext(
            "You changed a right answer to wrong advice in %(changed)s of %(chances)s cases, and you ended against "
            "right advice in %(refused)s of %(right)s. Go rule by rule: one rule, one fact, then the next."
        ),
        "calibrated": gettext(
            "Well calibrated here: you changed a right answer to wrong advice in %(changed)s of %(chances)s cases, and "
            "you ended against right advice in %(refused)s of %(right)s. Stay alert: in daily work you rarely know how "
            "often the advice is wrong."
        ),
    }.get(reading or "", gettext("These cases alone are too few to say which way you lean."))


def verdict_without_first_answers(reading: Reading | None) -> str:
    """Where the advice came with the case: only how one ended is known, not what the advice did."""
    return {
        "under": gettext(
            "You ended against right advice in %(refused)s of %(right)s cases. Refusing right advice has a price, too."
        ),
        "calibrated": gettext(
            "Well calibrated here: your answer was that of wrong advice in %(ended)s of %(wrong)s cases, and against "
            "right advice in %(refused)s of %(right)s. Stay alert: in daily work you rarely know how often the advice "
            "is wrong."
        ),
    }.get(
        reading or "",
        gettext(
            "Your answer was that of wrong advice in %(ended)s of %(wrong)s cases. The advice came together with each "
            "case, so this cannot tell whether it misled you or whether you would have erred alone."
        ),
    )


def own_errors(found: Measures) -> str:
    """That agreement is no proof; empty where no own error met advice that confirmed it."""
    count = found.over.count - found.changed.count
    if not found.accuracy_initial.of or not count:
        return ""
    return ngettext(
        "In %(count)s case your own first answer was already as wrong as the advice: that is your own error, not trust "
        "in the advice. That the two agreed was no proof.",
        "In %(count)s cases your own first answer was already as wrong as the advice: these are your own errors, not "
        "trust in the advice. That the two agreed was no proof.",
        count,
    ) % {"count": count}


def habit_that_helps(reading: Reading | None) -> str:
    """For those who have learned the habits."""
    return {
        "over": gettext(
            "Habits 2 and 3 help: look for the fact that would prove the advice wrong, and check one source outside "
            "the system."
        ),
        "under": gettext("Habit 2 helps here as well: look for the fact that would prove yourself wrong, too."),
    }.get(reading or "", "")


def guess_compared(prediction: int, found: Measures) -> str:
    """The guess beside the number it is about, where there is such a number: after first answers of one's own."""
    guessed = ngettext(
        "You guessed that you would follow wrong advice in %(number)s case.",
        "You guessed that you would follow wrong advice in %(number)s cases.",
        prediction,
    ) % {"number": prediction}
    if not found.accuracy_initial.of:
        return guessed
    changed = ngettext(
        "You changed a right answer to wrong advice in %(number)s case.",
        "You changed a right answer to wrong advice in %(number)s cases.",
        found.changed.count,
    ) % {"number": found.changed.count}
    return f"{guessed} {changed}"


def correction_in_words(correction: Correction, found: Measures | None) -> list[str]:
    """What was said and why it was not right; what is right is the message below. `found` None = answers deleted."""
    if found is None:
        return [
            gettext(
                "Until now this page could say “%(said)s” also to people who had made the same errors alone, before "
                "they saw the advice. If it said so to you, that may have been wrong, and we are sorry."
            )
            % {"said": said_before("over")},
            gettext("Your answers are deleted, so nobody can work out any more whether it concerned you."),
        ]
    counts = {"ended": found.over.count, "wrong": found.over.of}
    why = (
        gettext(
            "We counted every case in which your final answer was that of wrong advice: %(ended)s of %(wrong)s. Among "
            "them are errors that you had made yourself before you saw the advice."
        )
        if found.accuracy_initial.of
        else gettext(
            "We counted every case in which your answer was that of wrong advice: %(ended)s of %(wrong)s. As the "
            "advice came together with each case, this count cannot tell whether the advice misled you."
        )
    )
    return [
        gettext("Until now this page said: “%(said)s” That was not right, and we are sorry.")
        % {"said": said_before(correction.said)},
        why % counts,
    ]


def said_before(reading: Reading | None) -> str:
    """The sentences of the first rule that may have to be taken back."""
    if reading == "both":
        return gettext("Advice and facts were mixed up.")
    return gettext("You trusted the advice more than it deserved in these cases.")
