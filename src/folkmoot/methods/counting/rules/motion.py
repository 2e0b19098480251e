"""A motion: yes, no or abstain, with a quorum and the majority that the standing orders name.

Simple: more for than against. Absolute: more than half of all who are entitled to vote are for it. Two-thirds:
at least two thirds of those for or against are for it. Abstentions count for the quorum alone. Equal votes do
not carry a motion (Lord Citrine, The ABC of Chairmanship, 1939, on majorities and the chair's vote).
"""

from __future__ import annotations

from folkmoot.methods import InputError
from folkmoot.methods.counting.ballots import Choices
from folkmoot.methods.counting.registry import Option, Rule
from folkmoot.methods.counting.result import Candidate, Count, Stage
from folkmoot.methods.counting.ties import TieOrder


def count(
    profile: Choices, seats: int, ties: TieOrder, *, majority: str, quorum: int, entitled: int
) -> Count:
    """Say whether the motion is carried, and which condition decided."""
    if majority == "absolute" and not entitled:
        raise InputError(
            "an absolute majority is of all who are entitled to vote",
            remedy="Say how many they are (--entitled N).",
        )
    if entitled and profile.valid + profile.invalid > entitled:
        raise InputError(
            f"{profile.valid + profile.invalid} voted and {entitled} are entitled",
            remedy="Check who was entitled to vote (--entitled N).",
        )
    needed = votes_needed(profile, majority, entitled)
    quorate, enough = profile.valid >= quorum, profile.yes >= needed
    carried = quorate and enough
    notes = [
        f"{profile.yes} for, {profile.no} against, {profile.abstain} abstained; {needed} for were needed."
    ]
    if not quorate:
        notes.append(f"{profile.valid} voted and the quorum is {quorum}: the vote does not stand.")
    notes.append("Carried." if carried else "Not carried.")
    stage = Stage(
        number=1,
        action="Votes on the motion",
        kind="first",
        acted_on=(),
        totals={"yes": str(profile.yes), "no": str(profile.no), "abstain": str(profile.abstain)},
        non_transferable="0",
        elected=("1",) if carried else (),
        notes=tuple(notes),
    )
    return Count(
        rule=RULE.name,
        title=RULE.title,
        source=RULE.source,
        options={"majority": majority, "quorum": quorum, "entitled": entitled},
        profile=profile,
        seats=0,
        valid=profile.valid,
        invalid=profile.invalid,
        quota=None,
        candidates=(Candidate(1, profile.candidates[0], "elected" if carried else "excluded", 1),),
        elected=(1,) if carried else (),
        stages=(stage,),
        ties=(),
        lot=ties.form(),
        details={"carried": carried, "quorate": quorate, "needed": needed},
    )


def votes_needed(profile: Choices, majority: str, entitled: int) -> int:
    """The fewest votes for the motion that carry it."""
    decided = profile.yes + profile.no
    if majority == "absolute":
        return entitled // 2 + 1
    if majority == "two-thirds":
        return max(-(-2 * decided // 3), 1)
    return decided // 2 + 1


RULE = Rule(
    name="motion",
    title="Vote on a motion",
    source="Lord Citrine, The ABC of Chairmanship (1939); the meeting's own standing orders",
    ballots=Choices,
    count=count,
    seats="none",
    options=(
        Option("majority", "Which majority carries it", "simple", ("simple", "absolute", "two-thirds")),
        Option("quorum", "How many must vote, abstentions included", 0),
        Option("entitled", "How many are entitled to vote; an absolute majority needs it", 0),
    ),
    help="One question with yes, no or abstain.",
)
