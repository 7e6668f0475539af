"""What was completed, and what the person had before them: known to the seam by a key and by a digest alone (ADR 10).

So a room that comes later (documents, sessions, packages …) completes its own things without the seam learning of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from content.editions import Module, ModuleText
from content.fact_models import FactSet

MODULE, TEXT = "module", "text"
ITEM_KINDS = (MODULE, "document", "commitment", "system-sheet", "session", "package", "imported", "exempt")
SHOWN_KINDS = (TEXT, "document", "sheet", "programme", "package", "record")
"""What was digested: a frozen text, a document's version (signed ones too), a system's sheet, what a session went
through, an uploaded package; or a record of something that was shown elsewhere, or waived."""
DELIVERIES = ("online", "classroom", "elsewhere", "waived")
LONGEST_KEY = 80
SHA256 = 64


class UnknownItem(ValueError):
    """Not a key, or not a kind, that completions know."""


class NotAsShown(ValueError):
    """What was shown cannot complete this item."""


@dataclass(frozen=True, slots=True)
class Item:
    """`key` = "<kind>:<its id>", for ever. `titles` = {language: what it is called}, as it is called now; a module's
    titles stand in its texts. Raises UnknownItem."""

    key: str
    titles: Mapping[str, str] = field(default_factory=dict)
    module: Module | None = None

    def __post_init__(self) -> None:
        kind, _, name = self.key.partition(":")
        if kind not in ITEM_KINDS:
            raise UnknownItem(f"Completions know no items {kind!r}. They know: {', '.join(ITEM_KINDS)}.")
        if not name or len(self.key) > LONGEST_KEY:
            raise UnknownItem(f"{self.key!r} is no key: {kind}:<id>, at most {LONGEST_KEY} characters.")
        if (self.module.key if self.module else "") != (self.key if kind == MODULE else ""):
            raise UnknownItem(f"{self.key!r} and its module do not belong together.")

    @property
    def kind(self) -> str:
        return self.key.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Shown:
    """A digest and what it is of. `locale` and `facts_sha256` may be empty; `text` is the row of a module's text.

    `delivery` = how it reached the person. Raises NotAsShown.
    """

    kind: str
    sha256: str
    locale: str = ""
    facts_sha256: str = ""
    delivery: str = "online"
    text: ModuleText | None = None

    def __post_init__(self) -> None:
        if self.kind not in SHOWN_KINDS or self.delivery not in DELIVERIES:
            raise NotAsShown(f"Nothing is shown as {self.kind!r}, {self.delivery!r}: see courses.completions.items.")
        if len(self.sha256) != SHA256:
            raise NotAsShown(f"{self.sha256!r} is no SHA-256 in hexadecimal digits.")
        if (self.text is not None) != (self.kind == TEXT):
            raise NotAsShown("A text is shown as a text, and nothing else is.")


def module_item(module: Module) -> Item:
    return Item(module.key, module=module)


def text_shown(text: ModuleText, facts: FactSet) -> Shown:
    """A module's text with the organisation's facts in it."""
    return Shown(TEXT, text.sha256, text.locale, facts.sha256, text=text)


def check_shown(item: Item, shown: Shown) -> None:
    """A module is completed on a text of its own, anything else on no text. Raises NotAsShown."""
    taught = shown.text.edition.module_id if shown.text else None
    if taught != (item.module.pk if item.module else None):
        raise NotAsShown(f"{item.key} cannot be completed on what was shown ({shown.kind} {shown.sha256[:12]}).")
