"""样例数据: the demo company and its cases, made by the real operations; the rehearsal clock is set to the story's today."""

from collections.abc import Callable

from yekuo.interfaces.look import clock
from yekuo.operations.rehearsal import company, stories


def seed(say: Callable[[str], None]) -> list[str]:
    """This function will write the sample data and return the lines that tell how to sign in."""
    made = company.found_company(at=stories.when(8, 3))
    total = len(stories.STORIES)
    told = []
    for count, one in enumerate(stories.tell_all(made), start=1):
        told.append(one)
        say(f"  [{count:>2}/{total}] {one.number}  {one.title}")
    clock.set_to(stories.TODAY)
    return [
        *company.logins(),
        f"客户用手机登录（验证码显示在本窗口）：例如 {stories.phone(107)}（待补资料）、{stories.phone(109)}（已送电）",
        f"演练时钟：{stories.TODAY:%Y-%m-%d %H:%M}（周五），之后照常走",
    ]
