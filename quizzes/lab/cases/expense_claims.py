"""Expense claims: six written rules on receipts, hotel, filing, meals, own car and approval."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from quizzes.lab.cases import facts as bank_facts
from quizzes.lab.cases.rulebook import Broken, CaseFamily, FactLine, Figure, Figures

RECEIPT_FROM = Decimal(25)
HOTEL_USUAL = Decimal(160)
HOTEL_LISTED = Decimal(220)
LISTED_CITIES = ("paris", "madrid", "rome")
FILING_DAYS = 30
MEALS_USUAL = Decimal(45)
MEALS_WITH_LUNCH = Decimal(25)
KM_RATE = Decimal("0.30")
KM_MOST = 400
APPROVAL_ABOVE = Decimal(1000)


@dataclass(frozen=True)
class ExpenseItem:
    """A transport, toll or parking item. `kind` is a word of the language files; `price` in EUR."""

    kind: str
    price: Decimal
    receipt: bool


@dataclass(frozen=True)
class Meals:
    """The meals of one day, `price` in EUR."""

    price: Decimal
    lunch_provided: bool

    @property
    def limit(self) -> Decimal:
        return MEALS_WITH_LUNCH if self.lunch_provided else MEALS_USUAL


@dataclass(frozen=True)
class ExpenseClaim:
    """`filed_after_days` counts from the last travel day; `hotel` is the price of all `nights` together."""

    city: str
    items: tuple[ExpenseItem, ...]
    meals: tuple[Meals, ...]
    nights: int
    hotel: Decimal
    km: int
    filed_after_days: int
    approved: bool

    @property
    def car(self) -> Decimal:
        return self.km * KM_RATE

    @property
    def total(self) -> Decimal:
        spent = [item.price for item in self.items] + [meals.price for meals in self.meals]
        return sum(spent, self.hotel + self.car)

    @property
    def nightly(self) -> Decimal:
        return self.hotel / self.nights if self.nights else Decimal(0)

    @property
    def hotel_limit(self) -> Decimal:
        return HOTEL_LISTED if self.city in LISTED_CITIES else HOTEL_USUAL


def read_claim(facts: Mapping[str, Any]) -> ExpenseClaim:
    """`{city, items: [{kind, price, receipt}], meals: [{price, lunch_provided}], nights, hotel, km, filed_after_days,
    approved}`; all but `city` and `filed_after_days` may be absent. Raises FactsRefused."""
    bank_facts.refuse_unknown(facts, ExpenseClaim.__dataclass_fields__)
    claim = ExpenseClaim(
        city=bank_facts.fact_word(facts, "city"),
        items=tuple(_item(row) for row in bank_facts.fact_rows(facts, "items")),
        meals=tuple(_meals(row) for row in bank_facts.fact_rows(facts, "meals")),
        nights=bank_facts.fact_count(facts, "nights", 0),
        hotel=bank_facts.fact_money(facts, "hotel", 0),
        km=bank_facts.fact_count(facts, "km", 0),
        filed_after_days=bank_facts.fact_count(facts, "filed_after_days"),
        approved=bank_facts.fact_flag(facts, "approved", False),
    )
    if bool(claim.nights) != bool(claim.hotel):
        raise bank_facts.FactsRefused("“hotel” and “nights” belong together: give both or neither.")
    return claim


def _item(row: Mapping[str, Any]) -> ExpenseItem:
    bank_facts.refuse_unknown(row, ExpenseItem.__dataclass_fields__)
    return ExpenseItem(
        bank_facts.fact_word(row, "kind"), bank_facts.fact_money(row, "price"), bank_facts.fact_flag(row, "receipt")
    )


def _meals(row: Mapping[str, Any]) -> Meals:
    bank_facts.refuse_unknown(row, Meals.__dataclass_fields__)
    return Meals(bank_facts.fact_money(row, "price"), bank_facts.fact_flag(row, "lunch_provided"))


def broken_rules(claim: ExpenseClaim) -> tuple[Broken, ...]:
    """Every breach, in the order of the rules; none means that the claim is in order."""
    broken = [
        Broken("R1", {"item": item.kind, "price": item.price})
        for item in claim.items
        if item.price >= RECEIPT_FROM and not item.receipt
    ]
    if claim.nightly > claim.hotel_limit:
        broken.append(Broken("R2", {"nightly": claim.nightly, "hotel_limit": claim.hotel_limit}))
    if claim.filed_after_days > FILING_DAYS:
        broken.append(Broken("R3", {"filed": claim.filed_after_days}))
    for number, meals in enumerate(claim.meals, start=1):
        if meals.price > meals.limit:
            broken.append(Broken("R4", {"day": number, "price": meals.price, "limit": meals.limit}))
    if claim.km > KM_MOST:
        broken.append(Broken("R5", {"km": claim.km}))
    if claim.total > APPROVAL_ABOVE and not claim.approved:
        broken.append(Broken("R6", {"total": claim.total}))
    return tuple(broken)


def lines(claim: ExpenseClaim) -> tuple[FactLine, ...]:
    """The claim as a reader sees it. The order never depends on what is wrong with it."""
    found = [FactLine("city", {"city": claim.city})]
    for item in claim.items:
        key = "item_with_receipt" if item.receipt else "item_without_receipt"
        found.append(FactLine(key, {"item": item.kind, "price": item.price}))
    if claim.nights:
        found.append(FactLine("hotel", {"hotel": claim.hotel, "nights": claim.nights}))
    for number, meals in enumerate(claim.meals, start=1):
        key = "meals_with_lunch_provided" if meals.lunch_provided else "meals"
        found.append(FactLine(key, {"day": number, "price": meals.price}))
    if claim.km:
        found.append(FactLine("own_car", {"km": claim.km, "car": claim.car}))
    found.append(FactLine("total", {"total": claim.total}))
    found.append(FactLine("approved" if claim.approved else "not_approved", {}))
    found.append(FactLine("filed", {"filed": claim.filed_after_days}))
    return tuple(found)


def figures(claim: ExpenseClaim) -> Figures:
    """Numbers a rationale may cite; `item_1` and `meals_1` are the prices of the first item and the first day,
    `lunch_day` is the first day on which the host provided lunch."""
    found: dict[str, Figure] = {
        "city": claim.city,
        "nightly": claim.nightly,
        "km": claim.km,
        "filed": claim.filed_after_days,
        "total": claim.total,
        "without_receipt": sum((item.price for item in claim.items if not item.receipt), Decimal(0)),
    }
    found |= {f"item_{number}": item.price for number, item in enumerate(claim.items, start=1)}
    for number, meals in enumerate(claim.meals, start=1):
        found[f"meals_{number}"] = meals.price
        if meals.lunch_provided:
            found.setdefault("lunch_day", number)
    return found


FAMILY = CaseFamily(
    name="expense_claims",
    rules=("R1", "R2", "R3", "R4", "R5", "R6"),
    limits={
        "receipt_from": RECEIPT_FROM,
        "hotel_usual": HOTEL_USUAL,
        "hotel_listed": HOTEL_LISTED,
        "filing_days": FILING_DAYS,
        "meals_usual": MEALS_USUAL,
        "meals_with_lunch": MEALS_WITH_LUNCH,
        "km_rate": KM_RATE,
        "km_most": KM_MOST,
        "approval_above": APPROVAL_ABOVE,
    },
    read=read_claim,
    broken_rules=broken_rules,
    lines=lines,
    figures=figures,
)
