"""样例数据: the demo company and its cases, made by the real operations; the rehearsal clock is set to the story's today."""

from collections.abc import Callable
from functools import partial

from django.conf import settings

from yekuo.interfaces.look import clock
from yekuo.operations.rehearsal import aftermath, asked, cast, company, counters, plan, stories, together, town
from yekuo.operations.rehearsal.company import Company
from yekuo.operations.rehearsal.together import Happening

EVERY = 20


def _put(made: Company, stage: town.Stage) -> int:
    return town.put_in_force(unit=made.units["33"].pk, by=made.actors["qianjin"].person, stage=stage)


def seed(say: Callable[[str], None]) -> list[str]:
    """This function will write the sample data and return the lines that tell how to sign in."""
    made = company.found_company(at=stories.FOUNDED)
    first, *later = town.STAGES
    _put(made, first)
    holdings = counters.seed_holdings(made, at=stories.FOUNDED)
    serials = plan.SERIALS if settings.DEMO_YEAR else range(0)
    total = together.how_many(serials)
    happenings = [Happening(at=one.since, happens=partial(_put, made, one)) for one in later]
    telling = together.tell_all(made, holdings, serials=serials, happenings=happenings, processes=2)
    for count, _ in enumerate(telling, start=1):
        if count % EVERY == 0 or count == total:
            say(f"  样例 {count}/{total} ……")
    counters.seed_queue(made, counters.seed_halls(made), at=stories.TODAY)
    aftermath.messages_were_sent(at=stories.TODAY)
    aftermath.messages_were_read(at=stories.TODAY)
    asked.questions_were_asked(made, at=stories.TODAY)
    clock.set_to(stories.TODAY)
    return [
        *company.logins(),
        f"客户用手机登录（验证码显示在本窗口）：例如 {cast.phone(107)}（待补资料）、{cast.phone(109)}（已送电）",
        f"演练时钟：{stories.TODAY:%Y-%m-%d %H:%M}（周五），之后照常走",
    ]
