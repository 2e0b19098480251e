"""Two participatory budgets that lie beside the project, against their published winners."""

from __future__ import annotations

from pathlib import Path

import pytest

from folkmoot.methods.counting import count, read_pabulib

pytestmark = pytest.mark.data


@pytest.mark.parametrize("name", ["Netherlands_Assen_2024", "Poland_Wieliczka_2023_Green_Budget"])
def test_equal_shares_funds_what_the_city_published(name: str, reference_data: Path) -> None:
    budget = read_pabulib((reference_data / "budgets" / f"{name}.pb").read_bytes())
    found = count(budget, "equal-shares")
    assert set(found.funded) == {project.id for project in budget.projects if project.selected}
    assert found.ties == ()


def test_greedy_spending_would_have_funded_other_projects(reference_data: Path) -> None:
    budget = read_pabulib((reference_data / "budgets" / "Poland_Wieliczka_2023_Green_Budget.pb").read_bytes())
    shares, greedy = count(budget, "equal-shares"), count(budget, "greedy-budget")
    assert set(shares.funded) != set(greedy.funded)
    assert greedy.details["spent"] <= budget.budget


def test_filling_up_by_votes_instead_of_raising_shares_changes_the_result(reference_data: Path) -> None:
    budget = read_pabulib((reference_data / "budgets" / "Poland_Wieliczka_2023_Green_Budget.pb").read_bytes())
    filled = count(budget, "equal-shares", options={"completion": "utilitarian"})
    assert set(filled.funded) != {project.id for project in budget.projects if project.selected}
    assert filled.details["spent"] <= budget.budget
