"""How long the sentences are, and how hard the words: Flesch for English, Kandel and Moles for French. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from content.curriculum.checks.passages import is_body, read_passages
from content.curriculum.checks.remarks import CheckRemark
from content.curriculum.checks.sentences import bare, split_sentences, words
from content.curriculum.module_file import ModuleFile

LONG, TOO_LONG = 30, 40
HARD = 60
LEAST_WORDS = 120
VOWELS = re.compile(r"[aeiouyàâäéèêëîïôöùûüœæ]+", re.IGNORECASE)
# Reading ease: constant, per word in a sentence, per syllable in a word.
EASE = {"en": (206.835, 1.015, 84.6), "fr": (207.0, 1.015, 73.6)}


def check_sentences(written: ModuleFile) -> Iterator[CheckRemark]:
    for passage in read_passages(written):
        if passage.cited:
            continue
        for sentence in split_sentences(bare(passage.text)):
            count = len(words(sentence))
            if count > LONG:
                begin = " ".join(sentence.split()[:6])
                stops = count > TOO_LONG
                name = "too-long-sentence" if stops else "long-sentence"
                said = f"{count} words in one sentence (“{begin} …”): make it two."
                yield CheckRemark(written.file, passage.line, name, passage.place, said, stops)


def check_ease(written: ModuleFile) -> Iterator[CheckRemark]:
    """A hint for every section whose body is hard to read. There is no such measure for Arabic here."""
    if written.language not in EASE:
        return
    body = [passage for passage in read_passages(written) if is_body(passage)]
    for section in written.sections:
        texts = [bare(passage.text) for passage in body if passage.section == section.key]
        ease = reading_ease(texts, written.language)
        if ease is not None and ease < HARD:
            said = f"This section is hard to read (reading ease {ease:.0f}; aim at {HARD} or more)."
            yield CheckRemark(written.file, section.line, "hard-section", section.key, said, stops=False)


def reading_ease(texts: list[str], language: str) -> float | None:
    """About 0 (hard) to 100 (easy). None where there are too few words to say."""
    sentences = [sentence for text in texts for sentence in split_sentences(text) if words(sentence)]
    said = [word for sentence in sentences for word in words(sentence)]
    if len(said) < LEAST_WORDS:
        return None
    constant, per_word, per_syllable = EASE[language]
    syllables = sum(syllable_count(word, language) for word in said)
    return constant - per_word * len(said) / len(sentences) - per_syllable * syllables / len(said)


def syllable_count(word: str, language: str) -> int:
    """An estimate: groups of vowels, without the mute e at the end."""
    count = len(VOWELS.findall(word))
    mute = r"(?:[^aeiouyl]e|[^aeiouytd]ed)$" if language == "en" else r"[^aeiouyéèê](?:e|es|ent)$"
    if count > 1 and re.search(mute, word, re.IGNORECASE):
        count -= 1
    return max(count, 1)
