"""The statements of the assembly on the Budget, and how many of each group agree with them."""

from __future__ import annotations

from dataclasses import dataclass

GROUPS = ("public works", "bills first", "local and green")
"""The three leanings among those who answer; findings call them A, B and C and do not know these names."""

SHARES = (0.43, 0.34, 0.23)


@dataclass(frozen=True)
class Put:
    """A statement; agreement and not sure in % of those of each group who vote on it; the hour it was put.

    Hour 0 is the opening, and those of hour 0 are the organisers' own; all later ones come from members.
    """

    key: str
    text: str
    agree: tuple[int, int, int]
    unsure: tuple[int, int, int]
    hour: float = 0


STATEMENTS = (
    # What nearly everybody shares.
    Put(
        "care-pay",
        "Care workers should earn at least what the best-paid supermarket pays.",
        (86, 81, 80),
        (6, 8, 8),
    ),
    Put(
        "zero-hours",
        "There should be no zero-hours contracts unless the worker asks for one.",
        (88, 82, 85),
        (5, 7, 6),
    ),
    Put(
        "evening-bus", "Every town should have an evening bus, seven days a week.", (79, 77, 93), (10, 11, 4)
    ),
    Put(
        "executive-votes", "Our own executive should publish how its members vote.", (83, 79, 90), (10, 12, 6)
    ),
    Put(
        "pay-freeze",
        "Public pay should be frozen for a year to bring down borrowing.",
        (4, 11, 9),
        (5, 10, 8),
    ),
    Put(
        "cancelled-shifts",
        "A shift cancelled with less than a day's notice should be paid.",
        (91, 85, 87),
        (5, 8, 7),
    ),
    Put(
        "sick-pay",
        "Sick pay should start on the first day and be enough to live on.",
        (90, 80, 86),
        (5, 9, 7),
    ),
    Put(
        "hospital-parking",
        "Parking at hospitals should be free for staff and patients.",
        (84, 89, 31),
        (9, 5, 16),
    ),
    Put(
        "dentist", "Everybody should be able to see an NHS dentist within a month.", (88, 87, 84), (7, 7, 10)
    ),
    # Where they differ.
    Put(
        "wealth-tax",
        "Tax wealth above £5 million, even if some rich people leave.",
        (92, 47, 78),
        (4, 16, 11),
    ),
    Put("borrow", "Borrow now to build, and repay later.", (81, 29, 55), (9, 16, 18)),
    Put("fuel-duty", "Fuel duty should stay frozen.", (38, 86, 12), (18, 6, 9)),
    Put("drilling", "Keep drilling for oil and gas while jobs depend on it.", (27, 78, 9), (17, 9, 8)),
    Put(
        "land-tax",
        "Councils should set their own taxes on land and keep the money.",
        (49, 38, 90),
        (24, 22, 6),
    ),
    Put("four-day-week", "A four-day week matters more than a bigger rise.", (46, 19, 81), (17, 13, 9)),
    Put("robot-tax", "Tax robots and use the money to retrain workers.", (35, 32, 36), (41, 38, 42)),
    Put(
        "public-energy", "Gas and electricity should be owned by the public again.", (94, 57, 68), (4, 15, 13)
    ),
    Put(
        "rail-public",
        "Rail and buses should be run by the public, not by companies.",
        (93, 53, 74),
        (5, 17, 10),
    ),
    Put(
        "income-tax-cut",
        "Cutting income tax would help me more than better services.",
        (9, 64, 14),
        (9, 13, 12),
    ),
    Put(
        "green-levies",
        "Take the green levies off energy bills, even if insulation is slower.",
        (31, 82, 8),
        (19, 8, 7),
    ),
    Put(
        "council-houses",
        "Build a million council houses, even if it means more borrowing.",
        (90, 43, 72),
        (5, 18, 14),
    ),
    Put("rent-cap", "Rents should not rise faster than wages.", (87, 71, 84), (7, 14, 9)),
    Put(
        "winter-fuel",
        "Every pensioner should get the winter fuel money, whatever they earn.",
        (44, 83, 29),
        (14, 6, 17),
    ),
    Put("retire-sixty", "People in heavy jobs should be able to retire at sixty.", (88, 89, 41), (10, 6, 21)),
    Put("road-pricing", "Charge for driving in busy towns and spend it on buses.", (22, 7, 86), (20, 7, 9)),
    Put("flights", "Tax flights more and use the money to make trains cheaper.", (47, 16, 93), (17, 14, 5)),
    Put(
        "local-power",
        "Decisions on local buses and homes belong in the town hall, not in London.",
        (33, 47, 93),
        (22, 21, 7),
    ),
    Put(
        "national-care",
        "Social care should be a national service, free when you need it.",
        (94, 71, 29),
        (4, 15, 19),
    ),
    Put(
        "debt-first",
        "The government should pay down its debt before it spends on anything new.",
        (7, 62, 21),
        (9, 15, 19),
    ),
    Put("benefits", "The limit on benefits for larger families should go.", (84, 27, 61), (11, 17, 17)),
    Put("heat-pumps", "New gas boilers should not be sold after 2035.", (26, 8, 88), (24, 11, 8)),
    Put(
        "big-projects",
        "One big railway does more for us than a hundred small schemes.",
        (77, 37, 8),
        (17, 24, 13),
    ),
    Put(
        "defence",
        "Spend more on defence, if it is made here by workers with a union.",
        (70, 72, 9),
        (19, 15, 18),
    ),
    Put(
        "national-pay",
        "Pay should be the same for the same job in every part of the country.",
        (90, 56, 17),
        (7, 17, 21),
    ),
    Put("vat-bills", "Take VAT off gas and electricity bills.", (68, 93, 45), (14, 4, 23)),
    # Put by members while it ran.
    Put("no-more-zero", "No more zero hours!!", (86, 79, 83), (7, 9, 8), 3.5),
    Put("app", "The app logs me out", (22, 25, 24), (58, 54, 56), 4.2),
    Put(
        "last-bus",
        "The last bus should be after the last shift, not before it.",
        (84, 80, 95),
        (9, 10, 3),
        6.8,
    ),
    Put("who-picked", "Who picked these questions?", (31, 44, 38), (41, 33, 39), 7.4),
    Put(
        "standing-charge",
        "The standing charge on energy bills should be scrapped.",
        (79, 92, 64),
        (11, 5, 19),
        8.1,
    ),
    Put(
        "carers-allowance",
        "Carer's allowance should be as much as the minimum wage.",
        (84, 66, 77),
        (8, 15, 12),
        9.6,
    ),
    Put(
        "tips-uniform",
        "Employers should pay for uniforms, checks and parking, not us.",
        (90, 88, 81),
        (5, 6, 10),
        23.9,
    ),
    Put(
        "toilets",
        "Every driver should be within ten minutes of a clean toilet.",
        (92, 91, 90),
        (5, 5, 6),
        25.2,
    ),
    Put(
        "members-before-politics",
        "The union should stick to pay and leave politics alone.",
        (7, 54, 19),
        (9, 16, 15),
        27.3,
    ),
    Put("fuel-freeze", "keep fuel duty frozen. some of us have no bus", (41, 87, 14), (19, 7, 11), 29.0),
    Put(
        "gas-retrain",
        "No gas worker should lose a job before a green one is there, at the same pay.",
        (82, 76, 80),
        (10, 13, 11),
        30.7,
    ),
    Put(
        "community-energy",
        "Streets and villages should own their own solar panels and wind turbines.",
        (35, 27, 95),
        (26, 25, 4),
        32.4,
    ),
    Put("tax-the-rich", "TAX THE RICH", (89, 44, 74), (5, 15, 12), 33.1),
    Put(
        "empty-homes",
        "A house left empty for two years should go to somebody on the waiting list.",
        (85, 60, 83),
        (8, 17, 9),
        48.5,
    ),
    Put(
        "strike-fund", "I would pay a pound a month more for a strike fund.", (72, 33, 53), (13, 18, 21), 50.2
    ),
    Put(
        "young-members",
        "Members under thirty should have seats on the executive.",
        (52, 41, 67),
        (23, 24, 17),
        52.9,
    ),
    Put(
        "online-meetings",
        "Every branch meeting should be online as well as in a room.",
        (65, 58, 62),
        (16, 18, 17),
        54.1,
    ),
    Put("meat", "Hospital canteens should serve less meat.", (11, 5, 74), (25, 10, 15), 56.6),
    Put("allotments", "More allotments!", (27, 33, 86), (41, 39, 12), 57.0),
    Put(
        "visa-tied",
        "A care worker's visa should not be tied to one employer.",
        (79, 46, 81),
        (13, 28, 12),
        74.3,
    ),
    Put(
        "childcare",
        "Childcare should be free from nine months for anyone who works shifts.",
        (80, 69, 73),
        (10, 14, 13),
        76.8,
    ),
    Put(
        "speed-cameras",
        "Cabin cameras that watch drivers' faces should be banned.",
        (69, 72, 66),
        (17, 16, 18),
        80.5,
    ),
    Put("libraries", "Open the library in the evenings and heat it.", (63, 48, 92), (21, 27, 5), 82.2),
    Put("bus-late", "We need evening buses in EVERY town", (80, 76, 93), (10, 11, 4), 99.4),
    Put(
        "what-next",
        "If the minister says no to all of this, we should ballot for action.",
        (74, 31, 52),
        (14, 22, 23),
        102.7,
    ),
)
