"""样张: made-up values for the style guide; the moment is fixed, so that a picture of it never changes by itself."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal

from django import forms
from django.core.paginator import Paginator

from yekuo.interfaces.look.forms import DateInput, DateTimeInput, TelInput
from yekuo.interfaces.look.parts import Clock, Crumb, FeedItem, KeptFile, Line, MenuGroup, MenuItem, Shell, Step, Tab
from yekuo.rules.refusal import Problem, Refused

BEIJING = timezone(timedelta(hours=8))
AT = datetime(2026, 11, 23, 10, 5, tzinfo=BEIJING)

LEVELS = (
    ("待起算", Clock(level="waiting")),
    ("正常", Clock(level="normal", due_at=AT.replace(month=12, day=4, hour=17, minute=30), left=9)),
    ("黄", Clock(level="yellow", due_at=AT.replace(day=26, hour=17, minute=30), left=3)),
    ("红", Clock(level="red", due_at=AT.replace(day=24, hour=17, minute=30), left=1)),
    ("当日", Clock(level="red", due_at=AT.replace(hour=17, minute=30), left=0)),
    ("超期", Clock(level="overdue", due_at=AT.replace(day=19, hour=17, minute=30), left=-2)),
    ("暂停", Clock(level="paused", reason="等客户")),
    ("达标", Clock(level="met")),
    ("未达标", Clock(level="breached")),
    ("暂定", Clock(level="normal", due_at=datetime(2027, 1, 5, 17, 30, tzinfo=BEIJING), left=29, provisional=True)),
)
PARTIES = ("us", "customer", "government", "third", "designer", "contractor", "nobody")
STAGES = (
    "受理",
    "勘查",
    "方案编制",
    "会审",
    "方案答复",
    "设计审查",
    "中间检查",
    "竣工检验",
    "合同费用",
    "装表接电",
    "归档回访",
)
LINES = (
    Line(label="起算", text="2026-09-18(周五)受理，当日不计"),
    Line(label="期限", text="15 个工作日", source="供电方案答复 · 高压单电源 · 承诺，2023-01-01 起执行"),
    Line(
        label="放假与调休",
        text="中秋 9-25；9-20(周日)上班；国庆 10-01 至 10-07；10-10(周六)上班",
        source="国务院办公厅 2026 年放假通知",
    ),
    Line(label="暂停", text="无"),
    Line(label="到期", text="2026-10-15(周四)17:30"),
)


def _shell(current: str) -> Shell:
    def item(label: str, count: int | None = None, *, mine: bool = False) -> MenuItem:
        return MenuItem(label=label, url="#", count=count, mine=mine, current=label == current)

    return Shell(
        company="某某市供电公司",
        person="赵敏",
        unit="客户经理班",
        home_url="#",
        search_url="#",
        messages_url="#",
        messages_count=7,
        signout_url="#",
        own_links=(MenuItem(label="个人设置", url="#"),),
        menu=(
            MenuGroup(
                label="我的工作",
                items=(item("待办", 23, mine=True), item("已办"), item("我发起的", 6), item("抄送我的", 12)),
            ),
            MenuGroup(
                label="业扩全流程",
                items=(item("在途工单", 200), item("督办", 9, mine=True), item("配套工程"), item("档案")),
            ),
            MenuGroup(label="监控分析", items=(item("流程与堵点"), item("电网可开放容量"), item("考核报表"))),
        ),
    )


class SampleForm(forms.Form):
    """样表: one field of each kind."""

    name = forms.CharField(label="户名", max_length=60, help_text="与营业执照或身份证一致")
    capacity = forms.DecimalField(label="申请容量", min_value=1, max_value=100000, decimal_places=1)
    kind = forms.ChoiceField(label="业务类型", choices=[("", "请选择"), ("new", "新装"), ("increase", "增容")])
    phone = forms.CharField(label="联系电话", widget=TelInput)
    start = forms.DateField(label="计划用电日期", widget=DateInput)
    visit = forms.DateTimeField(label="预约勘查时间", widget=DateTimeInput, required=False)
    importance = forms.ChoiceField(
        label="重要负荷等级",
        choices=[("first", "一级"), ("second", "二级"), ("ordinary", "普通")],
        widget=forms.RadioSelect,
    )
    sources = forms.MultipleChoiceField(
        label="需要的电源",
        choices=[("main", "主供电源"), ("spare", "备用电源"), ("own", "自备电源")],
        widget=forms.CheckboxSelectMultiple,
    )
    remark = forms.CharField(label="现场情况说明", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    agree = forms.BooleanField(label="我已阅读并同意《用电业务办理告知书》")


def _wrong() -> SampleForm:
    typed = {
        "name": "星河数据中心",
        "capacity": "-5",
        "kind": "increase",
        "start": "2026-12-31",
        "importance": "third",
        "remark": "院内有两台变压器",
    }
    form = SampleForm(typed, auto_id="wrong_%s")
    form.full_clean()
    return form


KEPT = (
    KeptFile(name="营业执照.pdf", url="#", state="已核对", tone="ok", at=AT - timedelta(days=3)),
    KeptFile(
        name="一次接线图.jpg", url="#", state="需重传：缺盖章页", tone="bad", at=AT - timedelta(days=1), remove="2"
    ),
)
FEED = (
    FeedItem(text="图纸送审", at=AT.replace(hour=9, minute=12), who="系统"),
    FeedItem(text="上传图纸 3 份", at=datetime(2026, 11, 20, 16, 40, tzinfo=BEIJING), who="客户", url="#"),
    FeedItem(
        text="发改部门会审提出异议",
        at=datetime(2026, 11, 17, 11, 2, tzinfo=BEIJING),
        who="发展策划部 孙立",
        detail=("东郊12线 2026 年已排满",),
        level="bad",
    ),
    FeedItem(text="方案确认", at=datetime(2026, 11, 12, 10, 5, tzinfo=BEIJING), who="客户"),
)


def _steps(*, customer: bool = False) -> tuple[Step, ...]:
    if customer:
        names = ("受理", "定方案", "审设计", "验收", "送电")
        return tuple(
            Step(label=name, state="done" if i < 2 else "now" if i == 2 else "todo") for i, name in enumerate(names)
        )
    days = ("11-03", "11-04", "11-07", "11-10", "11-11", "剩 3 日")
    state = ("done",) * 5 + ("now", "skipped") + ("todo",) * 4
    return tuple(
        Step(label=name, state=state[i], note=days[i] if i < len(days) else "") for i, name in enumerate(STAGES)
    )


def parts() -> dict[str, object]:
    """This function will give one of everything."""
    return {
        "at": AT,
        "shell": _shell("待办"),
        "levels": LEVELS,
        "parties": PARTIES,
        "steps_items": _steps(),
        "back_items": (
            Step(label="受理", state="done"),
            Step(label="会审", state="back", note="退回 1 次"),
            Step(label="方案编制", state="now"),
        ),
        "feed_items": FEED,
        "lines": LINES,
        "form": SampleForm(),
        "wrong": _wrong(),
        "refused": Refused(
            "还不能送电", problems=(Problem("contract", "供用电合同未签订"), Problem("", "计量装置未验收"))
        ),
        "kept": KEPT,
        "tab_items": (
            Tab(label="办理", url="#", current=True),
            Tab(label="资料", url="#", count=8),
            Tab(label="动态", url="#"),
            Tab(label="时限", url="#"),
        ),
        "crumb_items": (Crumb(label="在途工单", url="#"), Crumb(label="星河数据中心")),
        "pairs": (("户名", "星河数据中心"), ("容量", "1,250 kVA"), ("电压", "10 kV"), ("户号", "")),
        "page": Paginator(range(200), 20).page(4),
        "amount": Decimal("1234.5"),
    }


def _row(number: int) -> dict[str, object]:
    names = (
        "刘芳",
        "万象商业广场有限公司",
        "李建国",
        "绿源光伏",
        "星河数据中心有限公司",
        "新世纪酒店有限公司",
        "锦绣花园二期",
        "鼎盛钢构",
    )
    crews = ("发展策划部 孙立", "运检部 周涛", "客户经理班 郑洁", "营业班 吴迪", "调控中心 吴迪")
    level = (5, 5, 3, 3, 4, 2, 2, 6, 1, 1, 1, 9, 1, 1, 0, 1, 1, 6, 1, 1)[number]
    return {
        "clock": LEVELS[level][1],
        "number": f"YK202611{number * 37 % 200 + 1:05d}",
        "name": names[number % len(names)],
        "hurried": number % 5 == 2,
        "business": ("新装", "增容")[number % 2],
        "voltage": ("10kV", "0.4kV")[number % 3 == 0],
        "capacity": (800, 2000, 315, 50, 1250)[number % 5],
        "stage": STAGES[number * 3 % len(STAGES)],
        "place": f"{number * 3 % len(STAGES) + 1}/11",
        "party": ("us", "customer", "us", "contractor", "government")[number % 5],
        "crew": crews[number % 5].split()[0],
        "person": crews[number % 5].split()[1],
        "phone": f"138****{2775 + number * 613 % 7000:04d}",
    }


def listing() -> dict[str, object]:
    """This function will give a list of twenty cases."""
    return {
        "at": AT,
        "shell": _shell("在途工单"),
        "rows": [_row(number) for number in range(20)],
        "page": Paginator(range(200), 20).page(1),
    }


def case() -> dict[str, object]:
    """This function will give one case in the middle of its way."""
    return {
        "at": AT,
        "shell": _shell("待办"),
        "clock": Clock(level="yellow", due_at=AT.replace(day=26, hour=17, minute=30), left=3),
        "crumb_items": (Crumb(label="待办", url="#"), Crumb(label="YK20261100063")),
        "steps_items": _steps(),
        "tab_items": (
            Tab(label="办理", url="#", current=True),
            Tab(label="资料", url="#", count=8),
            Tab(label="时限", url="#"),
            Tab(label="全部动态", url="#"),
        ),
        "checks": (
            ("一次接线", "GB 50053", "合格", "ok", ""),
            ("继电保护配置", "GB/T 50062", "合格", "ok", ""),
            ("计量方式与互感器", "DL/T 448", "不合格", "bad", "计量柜应独立设置"),
            ("应急电源配置", "GB/Z 29328", "合格", "ok", ""),
            ("无功补偿容量", "GB 50227", "合格", "ok", ""),
        ),
        "clocks": (
            ("设计审查", Clock(level="yellow", due_at=AT.replace(day=26, hour=17, minute=30), left=3)),
            ("合计办理", Clock(level="normal", due_at=datetime(2026, 12, 18, 17, 30, tzinfo=BEIJING), left=19)),
            (
                "全过程",
                Clock(level="normal", due_at=datetime(2027, 1, 6, 17, 30, tzinfo=BEIJING), left=30, provisional=True),
            ),
        ),
        "lines": LINES,
        "form": SampleForm(),
        "kept": KEPT,
        "feed_items": FEED,
    }


def track() -> dict[str, object]:
    """This function will give a customer's progress page."""
    return {
        "at": AT,
        "steps_items": _steps(customer=True),
        "feed_items": FEED,
        "due_at": datetime(2026, 11, 27, 17, 30, tzinfo=BEIJING),
    }


def apply() -> dict[str, object]:
    """This function will give one page of the customer's application."""
    return {"at": AT, "form": SampleForm(), "kept": KEPT}


def paper() -> dict[str, object]:
    """This function will give a printed form."""
    return {"at": AT, "pairs": parts()["pairs"]}


PAGES = {"parts": parts, "list": listing, "case": case, "track": track, "apply": apply, "print": paper}
