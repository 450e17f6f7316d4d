"""演练查询: questions at the address step that no application followed, as a month of running would have left them."""

from datetime import datetime, timedelta

from yekuo.operations.rehearsal.company import Company
from yekuo.records import address_queries
from yekuo.rules.nearby import guidance_words

QUESTIONS = (
    ("3301", "新华巷", 12.0, "web", 2), ("3301", "新华巷", 30.0, "web", 6), ("3301", "新华巷", 8.0, "counter", 9),
    ("3301", "工业路", 315.0, "web", 4), ("3301", "工业路", 200.0, "counter", 11), ("3301", "和平路", 15.0, "web", 13),
    ("3301", "", 8.0, "web", 3), ("3301", "", 20.0, "web", 17), ("3302", "码头街", 60.0, "web", 5),
    ("3302", "临江大道", 100.0, "web", 8), ("3302", "码头街", 15.0, "counter", 15), ("3303", "茶园路", 8.0, "web", 7),
    ("3303", "石桥镇工业区", 400.0, "web", 10), ("3303", "", 8.0, "web", 21),
)  # fmt: skip
"""County, place recognised ('' none), kW, channel, days before today."""


def questions_were_asked(made: Company, *, at: datetime) -> int:
    """This function will leave the questions behind, and return how many."""
    for number, (unit, place, kw, channel, days) in enumerate(QUESTIONS):
        shown = guidance_words(place=place, fits=True if place else None, days=3, unit="个工作日")[0]
        address_queries.note(
            unit=made.units[unit].pk, place=place, kw=kw, shown=shown, channel=channel,
            trace=address_queries.trace_of(f"rehearsal-{number}"), at=at - timedelta(days=days),
        )  # fmt: skip
    return len(QUESTIONS)
