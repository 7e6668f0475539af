"""Questions of other platforms, in and out: GIFT, Moodle XML and Aiken. Pure: no Django, no files, no network.

`read_…(text) -> QuestionsRead` and `write_…(questions) -> QuestionsWritten`. Nothing is dropped in silence: what
could not be taken or written is listed with its place, the question's own name or text, and a sentence why.

Sources: docs.moodle.org, pages "GIFT format", "Moodle XML format" and "Aiken format".
"""

from quizzes.interchange.aiken import read_aiken, write_aiken
from quizzes.interchange.gift_reading import read_gift
from quizzes.interchange.gift_writing import write_gift
from quizzes.interchange.questions import QuestionsRead, QuestionsWritten
from quizzes.interchange.xml_reading import read_moodle_xml
from quizzes.interchange.xml_writing import write_moodle_xml

__all__ = [
    "QuestionsRead",
    "QuestionsWritten",
    "read_aiken",
    "read_gift",
    "read_moodle_xml",
    "write_aiken",
    "write_gift",
    "write_moodle_xml",
]
