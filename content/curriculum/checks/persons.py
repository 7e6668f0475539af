"""Systems are not persons: none of them thinks, knows or decides, outside quotation marks. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from content.curriculum.checks.passages import read_passages
from content.curriculum.checks.remarks import CheckRemark
from content.curriculum.checks.sentences import TASHKEEL, bare, split_sentences, unquoted
from content.curriculum.module_file import ModuleFile

# A verb is looked for only where the thing begins its clause, so that "people who use the tool know" is left alone.
EN_START = (
    r"(?:^|[.!?;:,()–—…]\s*|\b(?:and|but|that|what|which|when|whether|if|because|so|as|where|then|or|how|why|until|"
    r"before|after|while|than|since|though|although|here|today|now|often|sometimes|once)\s+)"
)
EN_BETWEEN = r"(?:(?:that|which|also|often|never|always|really|already|still|only|simply|just|now|itself)\s+){0,2}"
EN = re.compile(
    EN_START + r"(?:(?:the|a|an|this|that|each|every|your|our|its|another|no|any|some|most|many|such)\s+)?"
    r"(?:[\w’-]+\s+){0,2}?(?:"
    r"(?:system|model|AI|tool|assistant|advice|chatbot|algorithm|app|software|program)\s+"
    + EN_BETWEEN
    + r"(?:thinks|knows|sees|says|understands|decides|wants|learns|believes|feels|remembers|thought|knew|saw|said|"
    r"understood|decided|wanted|believed|felt|is\s+sure|was\s+sure|is\s+certain)"
    r"|(?:systems|models|tools|assistants|chatbots|algorithms|apps|programs)\s+"
    + EN_BETWEEN
    + r"(?:think|know|see|say|understand|decide|want|learn|believe|feel|remember|are\s+sure)"
    r"|(?:system|model|AI|tool|assistant|chatbot|algorithm|app|software|program)s?\s+"
    r"(?:can|cannot|may|does|do|did|will|would|could|must)(?:\s+(?:not|never|only|also))?\s+"
    r"(?:think|know|see|say|understand|decide|want|believe|feel|remember)"
    r")\b",
    re.IGNORECASE,
)
FR_START = (
    r"(?:^|[.!?;:,()–—…]\s*|\b(?:et|mais|que|qu’|ce que|où|quand|si|car|donc|alors|puis|comme|ou|lorsque|lorsqu’|"
    r"puisque|puisqu’|avant que|jusqu’à ce que)\s*)"
)
FR_BETWEEN = r"(?:(?:qui|ne|vous|lui|le|la|les|nous|n’|l’|aussi|souvent|toujours|même)\s*){0,3}"
FR = re.compile(
    FR_START
    + r"(?:(?:l’|le|la|un|une|cet|ce|cette|votre|notre|son|chaque|tout|les|des|ces|vos|nos|ses|beaucoup de)\s*)"
    r"(?:[\w’-]+\s+){0,2}?(?:"
    r"(?:système|modèle|IA|outil|assistant|conseil|programme|logiciel|application|algorithme)"
    r"(?:\s+d’IA|\s+conversationnel)?\s+"
    + FR_BETWEEN
    + r"(?:pense|sait|voit|dit|comprend|décide|veut|apprend|croit|ressent|est\s+sûre?|a\s+(?:pensé|su|vu|dit|compris|"
    r"décidé|voulu|appris|cru))"
    r"|(?:systèmes|modèles|outils|assistants|conseils|programmes|logiciels|applications|algorithmes)"
    r"(?:\s+d’IA|\s+conversationnels)?\s+"
    + FR_BETWEEN
    + r"(?:pensent|savent|voient|disent|comprennent|décident|veulent|apprennent|croient|ont\s+(?:pensé|su|vu|dit|"
    r"compris|décidé|voulu|appris|cru))"
    r")\b",
    re.IGNORECASE,
)
AR_THING = (
    r"(?:ال)?(?:نظام|أنظمة|نموذج|نماذج|ذكاء الاصطناعي|أداة|أدوات|مساعد|مساعدات|برنامج|برامج|نصيحة|تطبيق|خوارزمية)"
)
AR_VERB = (
    r"(?:يفكر|تفكر|يعرف|تعرف|يرى|ترى|يقول|تقول|قال|قالت|يفهم|تفهم|فهم|يقرر|تقرر|قرر|قررت|يريد|تريد|يتعلم|تتعلم|"
    r"يعتقد|تعتقد|متأكد|متأكدة|واثق|واثقة)"
)
AR = re.compile(
    rf"(?<!\w)[وف]?{AR_VERB}\s+{AR_THING}(?!\w)"
    rf"|(?:^|[.!؟؛،:(]\s*|(?:لكن|أن|إن|لأن|كأن|حيث)\s+)[وف]?{AR_THING}\s+(?:(?:لا|لم|قد|هو|هي|التي|الذي)\s+)?{AR_VERB}(?!\w)"
)
PATTERNS = {"en": EN, "fr": FR, "ar": AR}


def check_person_words(written: ModuleFile) -> Iterator[CheckRemark]:
    pattern = PATTERNS.get(written.language)
    if pattern is None:
        return
    for passage in read_passages(written):
        if passage.cited:
            continue
        for sentence in split_sentences(TASHKEEL.sub("", unquoted(bare(passage.text)))):
            found = pattern.search(sentence)
            if found:
                said = f"“{found[0].strip(' .,;:()–—')}” makes a person of it: say what was shown, put out or computed."
                yield CheckRemark(written.file, passage.line, "person-word", passage.place, said)
