"""What was put first."""

from __future__ import annotations

from typing import Any

from folkmoot.listen.small_cells import emptied
from folkmoot.publish.found.answered import Answered, hidden


def find_priorities(one: Answered) -> dict[str, Any]:
    """The options in their order, with small numbers left out."""
    result, words = (
        one.result,
        {option["key"]: option["text"] for option in one.question["options"]["options"]},
    )
    by_key = {option["key"]: option for option in result["options"]}
    order = result["order"]
    firsts = emptied([by_key[key]["first"] for key in order])
    return {
        "people": result["people"],
        "manner": result["manner"],
        "options": [
            by_key[key] | {"text": words[key], "first": first, "chosen": hidden(by_key[key]["chosen"])}
            for key, first in zip(order, firsts, strict=True)
        ],
        "pairwise": {
            a: {
                b: None if hidden(n) is None or hidden(result["pairwise"][b][a]) is None else n
                for b, n in row.items()
            }
            for a, row in result["pairwise"].items()
        },
    }
