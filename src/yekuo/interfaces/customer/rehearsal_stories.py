"""导览故事: five stories for somebody with ten minutes; each step says who you are, where it leads and what to do there."""

from dataclasses import dataclass

from yekuo.operations.rehearsal.cast import CHEAT, FACTORY, HOSPITAL, PAUSED, SHOP

CUSTOMER = "customer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """一步: as whom (a login, or the customer of the case), to which page of which case; `attempt` presses a button here instead."""

    text: str
    who: str = ""
    page: str = ""
    case: int = 0
    attempt: str = ""
    button: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """故事: `lead` says what happened before the visitor came, `proves` what to take away."""

    key: str
    title: str
    minutes: int
    lead: str
    steps: tuple[Step, ...]
    proves: str


STORIES = (
    Story(
        key="shop", title="夜里申请的 15 千瓦小店", minutes=2,
        lead="阿强租房开烧烤店，11 月 18 日 22:48 用手机申请。第二天 8:52 收到一张告知书：一次说清缺两样。晚上他补了租赁合同，"
        "房东的同意书还没拿到。",
        steps=(
            Step(
                text="先看客户手机上的样子：轮到谁、最迟什么时候、自己还差什么。", who=CUSTOMER, case=SHOP,
                page="/p/{number}/", button="看进度",
            ),
            Step(
                text="换成受理员：同意书已勾“容缺受理”，选客户经理，点受理。先把勾去掉试试，它会说缺哪一样。", who="limin", case=SHOP,
                page="/desk/case/{number}/do/accept_application/", button="去受理",
            ),
            Step(
                text="再回客户手机：只有两个环节，受理签约、施工接电；承诺后补的资料写着最迟什么时候交。", who=CUSTOMER, case=SHOP,
                page="/p/{number}/", button="再看进度",
            ),
        ),
        proves="不跑一趟，缺什么一次说清，缺一样也先办；从受理那一刻起，每一步都有人、有期限。",
    ),
    Story(
        key="hospital", title="二级重要用户：儿童医院双电源", minutes=3,
        lead="图纸退过一次，隐蔽工程拍了照、过了中间检查，竣工检验查出缺陷、整改后通过，表也装好了。院方还没签合同，急着用电。",
        steps=(
            Step(
                text="看这件工单的来龙去脉：图纸为什么退、电缆沟的照片、缺陷怎么整改，一行一行都在。", who="zhoutao", case=HOSPITAL,
                page="/desk/case/{number}/#story-title", button="看经过",
            ),
            Step(
                text="看供电方案里的收费：主供 2,000、备用 630 千伏安，高可靠性供电费只收小的那一路，630 × 285 = 179,550 元。",
                who="hejing", case=HOSPITAL, page="/desk/case/{number}/#scheme-title", button="看收费",
            ),
            Step(
                text="换成运检，点“登记送电”。还差客户签的合同，就是不送。客户在手机上签了，同一个按钮就能送。", who="wudi",
                case=HOSPITAL, page="/desk/case/{number}/do/energise/", button="去送电",
            ),
        ),
        proves="重要用户该有的审图、隐蔽工程和检验一样不少；没有合同不送电是系统拦的，不是靠人记得。",
    ),
    Story(
        key="factory", title="工厂从 315 增容到 1,000 千伏安", minutes=2,
        lead="启明精密机械 2018 年用上 315 千伏安，今年再要 685。申请从原来的户号开始，原有容量和旧表都带着。",
        steps=(
            Step(
                text="看工单：原有 315，新增 685，合计 1,000；走的是增容，户号是老的。", who="zhaomin", case=FACTORY,
                page="/desk/case/{number}/", button="打开工单",
            ),
            Step(
                text="换成装表员：装新表，旧表要抄拆表示数。不抄，或者抄得比装表时还小，提交不了。", who="linfeng", case=FACTORY,
                page="/desk/case/{number}/do/install_meter/", button="去装表",
            ),
            Step(
                text="换成客户：厂长在手机上看到的用时，双方各花了多少天，分得清清楚楚。", who=CUSTOMER, case=FACTORY,
                page="/p/{number}/", button="看进度",
            ),
        ),
        proves="增容不是新装改个名字：原来的容量、旧表的示数、老户号，一样也丢不了。",
    ),
    Story(
        key="cheat", title="几种没有成功的作弊", minutes=2,
        lead="有人勘查晚了想倒填日期，有人想自己批自己的挂起，有人想直接改数据库，还有人把工单终止了重开一张，好让时限从头算。"
        "下面的按钮是真的去做，不是演示图。",
        steps=(
            Step(text="勘查员把勘查时间往前写 6 天。", attempt="backdate", case=CHEAT, button="倒填日期"),
            Step(text="客户经理批准自己申请的挂起。", attempt="approve-own", case=PAUSED, button="自己批自己"),
            Step(text="绕过程序，改一行日志。", attempt="change-log", case=CHEAT, button="改数据库"),
            Step(
                text="终止后三周，同一地址重报一张：督办台把它列为“终止后重建”，写着哪张几时终止、哪张几时新建。", who="shenyue",
                page="/desk/supervision/?kind=restarted", button="看督办台",
            ),
        ),
        proves="时间不能往前改，暂停不能自己批，日志改了验得出来，重开一张也甩不掉旧账。",
    ),
    Story(
        key="morning", title="局长的早晨", minutes=1,
        lead="三个县一年约四百件，今天早上谁该着急？陆山是市公司的二级督导，只看不对的事。",
        steps=(
            Step(
                text="一页看完：昨天以来新超期的、今天到期的、挂起待批的、被投诉的，点数字就是那几件。", who="lushan", page="/desk/morning/",
                button="看早报",
            ),
            Step(
                text="看督办台：只列有问题的，每件写明缘由和证据，当场可以发督办单。", who="lushan", page="/desk/supervision/",
                button="看督办台",
            ),
            Step(
                text="看在途工单：最急的排在最前，每一行写着在等谁。", who="lushan", page="/desk/cases/", button="看在途",
            ),
        ),
        proves="不用听汇报：卡在哪一步、等的是谁、几时该完，三个县一眼看完。",
    ),
)  # fmt: skip


def serials() -> tuple[int, ...]:
    """This function will list the serials of the cases the stories lead to."""
    return tuple(sorted({step.case for story in STORIES for step in story.steps if step.case}))


def story_of(attempt: str) -> Story | None:
    """This function will find the story an attempt belongs to."""
    return next((story for story in STORIES if any(step.attempt == attempt for step in story.steps)), None)
