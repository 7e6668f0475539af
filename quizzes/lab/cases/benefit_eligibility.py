"""Benefit eligibility: six written rules of a heating grant. Town, grant and figures are made up for this lab.

The rules ask for nothing about a person but household size, income, months in the town and the dates of papers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from quizzes.lab.cases import facts as bank_facts
from quizzes.lab.cases.rulebook import Broken, CaseFamily, FactLine, Figure, Figures

INCOME_FIRST = Decimal(1400)
INCOME_FURTHER = Decimal(400)
RESIDENCE_MONTHS = 12
PROOF_DAYS = 60
DEADLINE_DAYS = 45
READING_ABOVE = Decimal(500)


@dataclass(frozen=True)
class Application:
    """`persons` is what the application says, `registered` what the register says. `income` is the household's, net,
    in EUR a month; `amount` is what it asks for, in EUR. `corrected_bill` is the day of a corrected bill, if any."""

    received: date
    persons: int
    registered: int
    income: Decimal
    income_proof: date
    resident_since: date
    bill: date
    corrected_bill: date | None
    amount: Decimal
    meter_reading: bool

    @property
    def income_limit(self) -> Decimal:
        return income_limit(self.registered)

    @property
    def months(self) -> int:
        """Full months in the town on the day the application was received."""
        begun = (self.received.year - self.resident_since.year) * 12 + self.received.month - self.resident_since.month
        return begun - (self.received.day < self.resident_since.day)

    @property
    def proof_age(self) -> int:
        return (self.received - self.income_proof).days

    @property
    def bill_age(self) -> int:
        return (self.received - self.bill).days

    @property
    def days_used(self) -> int:
        """Days from the bill that counts, which is the corrected one if there is one."""
        return (self.received - (self.corrected_bill or self.bill)).days


def income_limit(persons: int) -> Decimal:
    """EUR a month, net, for a household of so many people."""
    return INCOME_FIRST + INCOME_FURTHER * (persons - 1)


def read_application(facts: Mapping[str, Any]) -> Application:
    """`{received, persons, registered, income, income_proof, resident_since, bill, corrected_bill, amount,
    meter_reading}`; `corrected_bill` and `meter_reading` may be absent. Raises FactsRefused."""
    bank_facts.refuse_unknown(facts, Application.__dataclass_fields__)
    received = bank_facts.fact_day(facts, "received")
    bill = bank_facts.fact_day(facts, "bill", received)
    corrected = bank_facts.fact_day(facts, "corrected_bill", received) if "corrected_bill" in facts else None
    if corrected is not None and corrected < bill:
        raise bank_facts.FactsRefused(f"“corrected_bill” is {corrected}, which is before the bill of {bill}.")
    return Application(
        received=received,
        persons=bank_facts.fact_count(facts, "persons", least=1),
        registered=bank_facts.fact_count(facts, "registered", least=1),
        income=bank_facts.fact_money(facts, "income"),
        income_proof=bank_facts.fact_day(facts, "income_proof", received),
        resident_since=bank_facts.fact_day(facts, "resident_since", received),
        bill=bill,
        corrected_bill=corrected,
        amount=bank_facts.fact_money(facts, "amount"),
        meter_reading=bank_facts.fact_flag(facts, "meter_reading", False),
    )


def broken_rules(application: Application) -> tuple[Broken, ...]:
    """Every breach, in the order of the rules; none means that the household may get the grant."""
    broken = []
    if application.income > application.income_limit:
        broken.append(Broken("R1", {"income": application.income, "income_limit": application.income_limit}))
    if application.months < RESIDENCE_MONTHS:
        broken.append(Broken("R2", {"months": application.months}))
    if application.proof_age > PROOF_DAYS:
        broken.append(Broken("R3", {"proof_age": application.proof_age}))
    if application.days_used > DEADLINE_DAYS:
        broken.append(Broken("R4", {"days_used": application.days_used}))
    if application.persons != application.registered:
        broken.append(Broken("R5", {"persons": application.persons, "registered": application.registered}))
    if application.amount > READING_ABOVE and not application.meter_reading:
        broken.append(Broken("R6", {"amount": application.amount}))
    return tuple(broken)


def lines(application: Application) -> tuple[FactLine, ...]:
    """The application as a reader sees it. The order never depends on what is wrong with it."""
    found = [
        FactLine("received", {"received": application.received}),
        FactLine("household", {"persons": application.persons, "registered": application.registered}),
        FactLine("income", {"income": application.income}),
        FactLine("income_proof", {"income_proof": application.income_proof, "proof_age": application.proof_age}),
        FactLine("residence", {"resident_since": application.resident_since, "months": application.months}),
        FactLine("bill", {"bill": application.bill, "bill_age": application.bill_age}),
    ]
    if application.corrected_bill is not None:
        corrected: Figures = {"corrected_bill": application.corrected_bill, "days_used": application.days_used}
        found.append(FactLine("corrected_bill", corrected))
    found.append(FactLine("amount", {"amount": application.amount}))
    found.append(FactLine("meter_reading" if application.meter_reading else "no_meter_reading", {}))
    return tuple(found)


def figures(application: Application) -> Figures:
    """Numbers a rationale may cite; `smaller_limit` is the income limit of a household with one person fewer."""
    found: dict[str, Figure] = {
        "persons": application.persons,
        "income": application.income,
        "income_limit": application.income_limit,
        "smaller_limit": income_limit(max(application.registered - 1, 1)),
        "proof_age": application.proof_age,
        "resident_since": application.resident_since,
        "months": application.months,
        "bill_age": application.bill_age,
        "days_used": application.days_used,
        "amount": application.amount,
        "registered": application.registered,
    }
    return found


FAMILY = CaseFamily(
    name="benefit_eligibility",
    rules=("R1", "R2", "R3", "R4", "R5", "R6"),
    limits={
        "income_first": INCOME_FIRST,
        "income_further": INCOME_FURTHER,
        "residence_months": RESIDENCE_MONTHS,
        "proof_days": PROOF_DAYS,
        "deadline_days": DEADLINE_DAYS,
        "reading_above": READING_ABOVE,
    },
    read=read_application,
    broken_rules=broken_rules,
    lines=lines,
    figures=figures,
)
