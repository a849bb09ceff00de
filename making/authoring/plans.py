"""Three plans for teaching the course, from which INSTRUCTORS.md gets its tables."""

from making.authoring.lint_text import HEADER_FIELDS

TEACH, EXERCISES = HEADER_FIELDS[2:4]

#: A plan is one or more sessions, each a title ("" if it is the only one) and its parts: a
#: lesson's number with what is done of it, or words with a length in minutes of the plan's own.
PLANS = {
    "half-day": [
        (
            "",
            [
                ("Arriving; `doctor` on every machine", 15),
                ("00", TEACH),
                ("02", TEACH),
                ("Break", 20),
                ("02", EXERCISES),
                ("Break", 10),
                ("An outlook on lesson 03 or 05, by its slides", 30),
                ("[The claims ledger](notebooks/claims.ipynb), read together; what next", 15),
            ],
        )
    ],
    "one-day": [
        (
            "",
            [
                ("Arriving; `doctor` on every machine", 15),
                ("00", TEACH),
                ("02", TEACH),
                ("Break", 15),
                ("02", EXERCISES),
                ("Lunch break", 60),
                ("03", TEACH),
                ("Break", 15),
                ("05", TEACH),
                ("Break", 10),
                ("Exercises of lesson 03 or 05, by choice", 45),
                ("[The claims ledger](notebooks/claims.ipynb), read together; what next", 15),
            ],
        )
    ],
    "four-weeks": [
        (
            "Week 1, first session",
            [
                ("Arriving; `doctor`", 10),
                ("00", TEACH),
                ("Break", 10),
                ("01", TEACH),
                ("Break", 10),
                ("01", EXERCISES),
            ],
        ),
        ("Week 1, second session", [("02", TEACH), ("Break", 10), ("02", EXERCISES)]),
        ("Week 2, first session", [("03", TEACH), ("Break", 10), ("03", EXERCISES)]),
        (
            "Week 2, second session",
            [
                ("Lesson 02 or 03 again, on photographs of one's own", 70),
                ("Break", 10),
                ("Each shows one figure, and says what is in the noise", 40),
            ],
        ),
        ("Week 3, first session", [("05", TEACH), ("Break", 10), ("05", EXERCISES)]),
        (
            "Week 3, second session",
            [
                ("Further reading: a paper each, and whether our cells agree with it", 60),
                ("Break", 10),
                ("[The claims ledger](notebooks/claims.ipynb): write a claim, and its rule", 40),
            ],
        ),
        ("Week 4, first session", [("06", TEACH), ("Break", 10), ("06", EXERCISES)]),
        (
            "Week 4, second session",
            [
                ("Projects: a decision on data of one's own, with its interval", 80),
                ("Break", 10),
                ("What we would no longer say", 20),
            ],
        ),
    ],
}
