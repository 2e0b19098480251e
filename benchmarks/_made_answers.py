"""Made answers to “What is the most important problem?”: few words, many of them the same, in many spellings."""

from __future__ import annotations

import random

ABOUT = {
    "economy": (
        "economy, the economy, jobs, jobs and the economy, economic growth, unemployment, lack of good jobs, "
        "people out of work, recession, the state of the economy, getting people back to work, business is slow"
    ),
    "prices": (
        "inflation, cost of living, prices, high prices, groceries cost too much, everything is so expensive, "
        "rising prices, food prices, cannot afford food, price of gas"
    ),
    "health": (
        "health care, healthcare, health care costs, affordable health care, medical bills, "
        "insurance is too expensive, hospital waiting times, universal healthcare, the cost of prescriptions, doctors"
    ),
    "immigration": (
        "immigration, illegal immigration, the border, border security, visas, too many immigrants, immigrants, "
        "asylum seekers, secure the borders, welcome refugees"
    ),
    "climate": (
        "climate change, global warming, environment, the environment, pollution, climate, carbon emissions, "
        "renewable energy, saving the planet, clean air and water"
    ),
    "education": (
        "education, schools, public schools, teachers pay, college costs, student loans, quality of education, "
        "school funding, tuition, underpaid teachers"
    ),
    "crime": (
        "crime, violence, gangs, gun violence, guns, mass shootings, police, safety in the streets, "
        "drugs and crime, murder rate"
    ),
    "race": (
        "racism, race relations, racial inequality, discrimination, unequal policing, white supremacy, "
        "civil rights, systemic racism, prejudice"
    ),
    "politics": (
        "partisanship, parliament does nothing, politicians, corruption, dishonest politicians, "
        "gridlock in government, money in politics, government, divided country, polarization"
    ),
    "debt": (
        "national debt, the deficit, government spending, debt, budget deficit, too much spending, "
        "balance the budget, public borrowing"
    ),
    "taxes": (
        "taxes, high taxes, tax the rich, lower taxes, tax reform, taxes too high, tax cuts for the wealthy"
    ),
    "inequality": (
        "income inequality, wealth gap, poverty, the rich get richer, hunger, homelessness, minimum wage, "
        "gap between rich and poor"
    ),
    "war": (
        "terrorism, armed groups, national security, terrorists, war, foreign policy, conflicts abroad, "
        "the war next door, arms, defense"
    ),
    "morals": (
        "moral decline, lack of morals, god, turning away from god, family values, selfishness, no respect, "
        "religion, decline of the family"
    ),
    "old age": (
        "social security, care homes, pensions, retirement, seniors, care for the elderly, elderly people"
    ),
    "illness": "covid, coronavirus, the pandemic, covid 19, vaccines, masks, pandemic response",
    "housing": (
        "housing, affordable housing, rent, rents too high, house prices, cannot buy a home, evictions"
    ),
    "none": "don't know, nothing, none, no idea, not sure, na, i dont know",
}
SAID = (
    *["{}"] * 5,
    *("{}.", "the {}", "i think {}", "{} is the biggest problem", "{}!", "{} obviously", "fixing {}"),
    *("{} and how we deal with it", "my main concern is {}", "we need to do something about {}"),
    "{}, it gets worse every year",
)


def made_answers(number: int, seed: int) -> list[tuple[str, str]]:
    """So many answers, each with what it is about; a few are about something else besides."""
    chance, names = random.Random(seed), list(ABOUT)
    often = [1 / (place + 1) ** 0.8 for place in range(len(names))]
    abouts = chance.choices(names, often, k=number)
    return [(_answer(about, names, chance), about) for about in abouts]


def _answer(about: str, names: list[str], chance: random.Random) -> str:
    phrases = ABOUT[about].split(", ")
    first = chance.choices(phrases, [1 / (place + 1) ** 0.9 for place in range(len(phrases))])[0]
    answer = chance.choice(SAID).format(first)
    if chance.random() < 0.25 and (second := chance.choice(phrases)) != first:
        answer += chance.choice((", ", ". ", " and ", "; ")) + second
    if chance.random() < 0.06:
        answer += chance.choice((". ", ", ", " and ")) + chance.choice(
            ABOUT[chance.choice(names)].split(", ")
        )
    if chance.random() < 0.06 and len(answer) > 4:
        at = chance.randrange(1, len(answer) - 2)
        answer = answer[:at] + answer[at + 1] + answer[at] + answer[at + 2 :]
    return answer.capitalize() if chance.random() < 0.3 else answer
