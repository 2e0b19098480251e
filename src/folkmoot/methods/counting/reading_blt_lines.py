"""BLT files line by line: every dialect that can be told from the others, and the line of whatever is wrong.

Beyond the form of 1987: comments after # and ids in parentheses before a ballot of one paper (OpenSTV), several
ballots on a line, `[nick …]` and `[withdrawn …]` (Droop), a source and a comment after the title (Wichmann).
What another program would read differently is refused.
"""

from __future__ import annotations

import re

from folkmoot.methods import InputError
from folkmoot.methods.counting.ballots import Rankings, rank
from folkmoot.methods.text_files import numbered_lines

FORM = "A BLT file begins with two numbers: candidates and seats, such as “5 2”."
OPTION = re.compile(r"\[\s*(\w+)\b([^\[\]]*)\]")
ID = re.compile(r"\(([^()]*)\)")
# One name, if nothing, a space or a comment follows: a quotation mark inside a name is followed by something else.
QUOTED = re.compile(r'"([^"]*)"(?=\s|#|$)\s*')
Line = tuple[int, str]


def read_lines(text: str) -> Rankings:
    """Rankings from the text of a BLT file. Raises InputError with the line of what cannot be read."""
    lines = [(number, line) for number, line in numbered_lines(text) if not line.startswith("#")]
    if not lines:
        raise _wrong(1, "the file is empty", FORM)
    candidates, seats = _head(*lines[0])
    end = next((at for at, (_, line) in enumerate(lines) if at and _bare(line) == "0"), None)
    if end is None:
        raise _wrong(lines[-1][0], "the ballots have no end", "Put a line with 0 after them.")
    papers = Papers(candidates)
    for number, line in lines[1:end]:
        papers.take(number, line)
    names, title, notes = read_names(lines[end + 1 :], candidates, end=lines[-1][0])
    return rank(
        names,
        papers.ballots,
        file_lines=papers.lines,
        withdrawn=papers.withdrawn,
        title=title,
        seats=seats,
        notes=notes,
    )


def _bare(line: str) -> str:
    """The line without its comment, where no names are."""
    return line.partition("#")[0].strip()


def _head(number: int, line: str) -> tuple[int, int]:
    words = _bare(line).split()
    if len(words) != 2 or not all(word.isascii() and word.isdecimal() and len(word) < 6 for word in words):
        raise _wrong(number, f"“{line[:40]}” is not two numbers", FORM)
    candidates, seats = map(int, words)
    if not 1 <= candidates <= 10_000 or not seats:
        raise _wrong(number, f"{candidates} candidates and {seats} seats", "Give 1 or more.")
    return candidates, seats


class Papers:
    """The lines between the first and the 0 that ends the ballots.

    `ballots`: how many papers and the candidates at each place; `lines`: where each of them stands.
    """

    def __init__(self, candidates: int) -> None:
        self.candidates = candidates
        self.nicknames: dict[str, int] = {}
        self.withdrawn: set[int] = set()
        self.ids: dict[str, int] = {}
        self.ballots: list[tuple[int, list[list[int]]]] = []
        self.lines: list[int] = []

    def take(self, number: int, line: str) -> None:
        if line.startswith(("[", "-")) and self.ballots:
            what = f"“{line[:40]}” stands after a ballot"
            raise _wrong(number, what, "Put withdrawn candidates and options before the first ballot.")
        if line.startswith("["):
            self.option(number, _bare(line))
        elif line.startswith("-"):
            self.withdraw(number, _bare(line).split())
        else:
            self.add(number, line)

    def option(self, number: int, line: str) -> None:
        found = OPTION.fullmatch(line)
        words = found[2].split() if found else []
        if found and found[1] == "nick":
            self.name(number, words)
        elif found and found[1] == "withdrawn":
            self.withdrawn |= {self.candidate(number, word) for word in words}
        else:
            raise _wrong(
                number,
                f"“{line[:40]}” is an instruction to another program",
                "Take it out; an order for ties is given with --order.",
            )

    def name(self, number: int, words: list[str]) -> None:
        """Nicknames that ballots may have in place of numbers; none may look like something else."""
        odd = [word for word in words if word.isdecimal() or "=" in word or word[0] in "-("]
        if len(set(words)) != self.candidates or len(words) != self.candidates or odd:
            raise _wrong(
                number,
                f"“{' '.join(words)[:40]}” does not name each candidate once",
                f"Give {self.candidates} different nicknames that are no numbers.",
            )
        self.nicknames = {word: at for at, word in enumerate(words, 1)}

    def withdraw(self, number: int, words: list[str]) -> None:
        for word in words:
            each = _whole(number, word[1:]) if word.startswith("-") and word[1:] else 0
            if not 1 <= each <= self.candidates:
                remedy = f"Write a minus and a number from 1 to {self.candidates}."
                raise _wrong(number, f"“{word}” is no withdrawn candidate", remedy)
            self.withdrawn.add(each)

    def candidate(self, number: int, word: str) -> int:
        each = self.nicknames.get(word) or _whole(number, word)
        if not 1 <= each <= self.candidates:
            remedy = f"Candidates have the numbers 1 to {self.candidates}."
            raise _wrong(number, f"the number {each} is no candidate's", remedy)
        return each

    def add(self, number: int, line: str) -> None:
        """One ballot, or several that each end with 0."""
        id = ID.match(line)
        words = _bare(line[id.end() :] if id else line).split()
        if len(words) < 2 or words[-1] != "0":
            raise _wrong(number, "the ballot does not end with 0", "Put 0 at its end, on the same line.")
        if words[0] == "0":
            raise _wrong(number, "a ballot of no papers", "Begin it with 1 or more.")
        ballots = _parted(words)
        if len(ballots) > 1 and min(map(len, ballots)) < 2:
            raise _wrong(number, f"“{line[:40]}” has a 0 inside a ballot", "End each ballot with its only 0.")
        if id is not None:
            self.check_id(number, id[1].strip(), ballots)
        for count, *preferences in ballots:
            self.ballots.append((_whole(number, count), self.places(number, preferences)))
            self.lines.append(number)

    def check_id(self, number: int, id: str, ballots: list[list[str]]) -> None:
        """An id stands for one paper: some programs leave out the 1, and others would misread it."""
        if len(ballots) > 1 or ballots[0][0] != "1":
            raise _wrong(
                number,
                f"the ballot with the id {id[:40]} is not one paper",
                "Write (id) 1, then its candidates and 0; or leave out the id.",
            )
        if self.ids.setdefault(id, number) != number:
            what = f"the ballot {id[:40]} stands on line {self.ids[id]} already"
            raise _wrong(number, what, "Keep one of them.")

    def places(self, number: int, words: list[str]) -> list[list[int]]:
        places = []
        for word in words:
            if word != "-":
                parts = word.split("=")
                if "" in parts:
                    raise _wrong(number, f"“{word[:40]}” is no place", "Write equal candidates as 1=2.")
                places.append([self.candidate(number, each) for each in parts])
        return places


def _parted(words: list[str]) -> list[list[str]]:
    """The ballots in words that end with 0, without these zeros."""
    found: list[list[str]] = [[]]
    for word in words[:-1]:
        if word == "0":
            found.append([])
        else:
            found[-1].append(word)
    return found


def _whole(number: int, word: str) -> int:
    if not (word.isascii() and word.isdecimal() and len(word) < 10):
        raise _wrong(number, f"“{word[:40]}” is not a number", "Write numbers, parted by spaces.")
    return int(word)


# -- names


def read_names(lines: list[Line], candidates: int, *, end: int) -> tuple[list[str], str, tuple[str, ...]]:
    """The candidates' names, the title, and a note of what follows it. Raises InputError with the line.

    `end`: the line to name where names are missing.
    """
    found = [each for number, line in lines for each in _words(number, line)]
    if len(found) < candidates:
        raise _wrong(
            end,
            f"fewer than {candidates} names are there",
            "After the line with 0 put a line for each candidate's name.",
        )
    names = [name for _, name, _ in found[:candidates]]
    seen: dict[str, int] = {}
    for number, name, _ in found[:candidates]:
        if not name:
            raise _wrong(number, "a candidate has no name", "Give everybody one.")
        if name in seen:
            what = f"two candidates have the name “{name}”"
            raise _wrong(number, what, "Tell them apart, for example by branch.")
        seen[name] = number
    title = found[candidates][1] if len(found) > candidates else ""
    return names, title, _after_title(found[candidates + 1 :], candidates, title)


def _words(number: int, line: str) -> list[tuple[int, str, bool]]:
    """What stands on the line, and whether in quotation marks: several names in them, or one without."""
    if '"' not in line:
        if "#" in line:
            raise _wrong(
                number,
                f"“{line[:40]}” may be a whole name, or a name and a comment",
                "Put the name between quotation marks, and the comment after them.",
            )
        return [(number, " ".join(line.split()), False)]
    found, at = [], 0
    while at < len(line) and line[at] != "#":
        word = QUOTED.match(line, at)
        if word is None:
            raise _wrong(
                number,
                f"“{line[:40]}” has text beside quotation marks, or one inside a name",
                "Put each name between two straight ones; inside it write ‘ and ’.",
            )
        found.append((number, " ".join(word[1].split()), True))
        at = word.end()
    return found


def _after_title(rest: list[tuple[int, str, bool]], candidates: int, title: str) -> tuple[str, ...]:
    """A source and a comment may follow, in quotation marks; anything else would be a name too many."""
    wrong = [number for at, (number, _, quoted) in enumerate(rest) if at > 1 or not quoted]
    if wrong:
        raise _wrong(
            wrong[0],
            f"there is more than {candidates} names and the title “{title[:40]}”",
            "Give as many names as the first line says, then the title; a source and a comment in quotation "
            "marks may follow.",
        )
    more = [f"“{text}”" for _, text, _ in rest if text]
    return (f"The title is “{title}”; after it the file has {' and '.join(more)}.",) if more else ()


def _wrong(line: int, what: str, remedy: str) -> InputError:
    return InputError(what, where=f"line {line}", remedy=remedy)
