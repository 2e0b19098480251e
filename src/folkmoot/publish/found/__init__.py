"""What is found of each way of listening, from its rows and its method's result. Pure, and without Django."""

from folkmoot.publish.found.answered import Answered, hidden
from folkmoot.publish.found.priorities import find_priorities
from folkmoot.publish.found.statements import find_statements
from folkmoot.publish.found.words import find_words

FINDERS = {"open_text": find_words, "statements": find_statements, "priorities": find_priorities}

__all__ = ["FINDERS", "Answered", "find_priorities", "find_statements", "find_words", "hidden"]
