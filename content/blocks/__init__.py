"""StreamField blocks, one file per family. A block's templates live in themes/default/templates/blocks/."""

from content.blocks.module import ObjectiveBlock, SectionBlock, SourceBlock

__all__ = ["ObjectiveBlock", "SectionBlock", "SourceBlock"]
