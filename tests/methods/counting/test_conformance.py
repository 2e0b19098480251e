"""Every rule keeps what is asked of all, and what it promises."""

from __future__ import annotations

import pytest

from folkmoot.methods.counting import PROMISES, Rule, find_rules
from tests.methods.counting.conformance import PROMISED, Check, checks_of

CASES = [(rule, check) for rule in find_rules().values() for check in checks_of(rule)]


@pytest.mark.parametrize(
    ("rule", "check"), CASES, ids=[f"{rule.name} {check.__name__}" for rule, check in CASES]
)
def test_every_rule(rule: Rule, check: Check) -> None:
    check(rule)


def test_every_promise_that_a_rule_can_make_is_checked() -> None:
    assert set(PROMISED) == set(PROMISES)
    assert {promise for rule in find_rules().values() for promise in rule.promises} == set(PROMISES)


def test_every_rule_names_its_source_and_says_what_it_is_for() -> None:
    for rule in find_rules().values():
        assert any(character.isdigit() for character in rule.source), rule.name
        assert rule.help.endswith("."), rule.name
