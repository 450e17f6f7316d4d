"""受理类表单: first contact, acceptance, one-time notice, supplements, conversion of the business."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from yekuo.interfaces.desk.forms.base import DeedForm, FormCase
from yekuo.interfaces.desk.forms.fields import Moment, Number, Papers, Pick, Text, Tick, Ticks, Whole
from yekuo.interfaces.look.names import CHANNEL_NAMES
from yekuo.rules import materials
from yekuo.rules.deeds import intake
from yekuo.rules.deeds.base import Paper
from yekuo.rules.facts import Business, CustomerKind, Facts, Importance, Voltage
from yekuo.rules.materials import DUE_NAMES, Due, Requirement
from yekuo.rules.story import STANDARD


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperLine:
    """资料行: one requirement as shown at the counter: what was handed in, and whether a promise would do."""

    requirement: Requirement
    handed: tuple[Paper, ...]
    urls: tuple[str, ...]

    @property
    def due(self) -> str:
        """This function will say by when it is needed."""
        return DUE_NAMES[self.requirement.due]

    @property
    def choice(self) -> str:
        """This function will name the papers any one of which will do."""
        names = [paper.name for paper in self.requirement.any_of]
        return f"任选其一：{'、'.join(names)}" if len(names) > 1 else ""

    @property
    def promise(self) -> str:
        """This function will say until when it may be promised, '' when it may not."""
        until = self.requirement.promise_until
        return f"可容缺，承诺{DUE_NAMES[until]}补齐" if until else ""


def paper_lines(case: FormCase, *, by: Due = Due.ENERGISE) -> tuple[PaperLine, ...]:
    """This function will list every paper the case needs up to `by`, with what was handed in."""
    order = list(Due)
    return tuple(
        PaperLine(requirement=one, handed=handed, urls=tuple(case.paper_url(paper) for paper in handed))
        for one in case.papers_needed
        if order.index(one.due) <= order.index(by)
        for handed in (tuple(paper for paper in case.state.papers if paper.code in one.codes),)
    )


class MakeContactForm(DeedForm):
    """登记首次接触: the moment the pre-acceptance clock starts from."""

    deed = intake.MakeContact
    help = "登记客户第一次联系我们的渠道；受理前的时限从这里起算，接着请客户提交申请。"
    channel = Pick("渠道", CHANNEL_NAMES)
    note = Text("客户诉求", most=500, lines=3, required=False)
    source_number = Text("来源工单号", most=40, required=False, hint="95598 或其他系统转来的，照抄它的工单号。")
    source_at = Moment("客户来电时间", required=False, hint="按来源工单如实填写，登记时间由系统另记。")


class AcceptForm(DeedForm):
    """受理: what is needed, what is missing, what follows on a promise, and who manages the case."""

    deed = intake.AcceptApplication
    template = "desk/forms/accept.html"
    help = "资料齐全或客户已书面承诺补齐即可受理；受理后法定时限开始计算，工单转到现场勘查。"
    submit = "受理"
    promised = Ticks(
        "容缺受理", required=False, hint="客户已书面承诺补交的打勾；客户不愿承诺的不要勾，改为出具一次性告知书。"
    )
    manager = Pick("客户经理", hint="从受理到送电一直负责这件工单的人。")
    contract_number = Text("供用电合同编号", most=60, required=False, hint="客户申请时已同意标准合同，受理即签订生效。")
    remark = Text("受理备注", most=500, lines=2, required=False)

    def start(self, case: FormCase) -> dict[str, Any]:
        """This function will name the manager; a promise is ticked by whoever has it in writing, never beforehand."""
        managers = case.holders("manager")
        me = case.by.person if case.by.person in managers else 0
        return {
            "manager": case.state.people.get("manager") or me or (managers[0] if len(managers) == 1 else ""),
            "contract_number": f"HT{case.number}",
        }

    @staticmethod
    def missing(case: FormCase) -> tuple[materials.Missing, ...]:
        """This function will list what is not there."""
        handed = tuple(paper.code for paper in case.state.papers)
        return materials.missing(case.papers_needed, handed)

    def prepare(self) -> None:
        """This function will offer managers, promises, and the contract only where one was agreed."""
        self.offer_staff("manager", "manager")
        lacking = self.missing(self.case)
        self.ticks("promised").offer({one.code: one.wording for one in lacking if one.may_promise})
        if not any(one.may_promise for one in lacking):
            del self.fields["promised"]
        if not self.case.state.presigned or self.case.facts.customer_class not in STANDARD:
            del self.fields["contract_number"]

    @property
    def lines(self) -> tuple[PaperLine, ...]:
        """This function will list the papers acceptance asks for."""
        return paper_lines(self.case, by=Due.ACCEPTANCE)

    @property
    def notice_url(self) -> str:
        """This function will say where the one-time notice is issued."""
        return self.case.deed_url("issue_notice")

    @property
    def blocking(self) -> tuple[str, ...]:
        """This function will name what is missing and cannot be promised."""
        return tuple(one.name for one in self.missing(self.case) if not one.may_promise)


class IssueNoticeForm(DeedForm):
    """一次性告知: the whole list, ticked already."""

    deed = intake.IssueNotice
    help = "把缺的资料一次告知清楚，之后不得再要求清单以外的资料；工单转为等客户补充，补齐后回到受理。"
    submit = "出具一次性告知书"
    missing = Ticks("需要补充的资料", hint="已按缺件全部勾选；已交但不合格的也请勾上。")
    remark = Text("告知说明", most=500, lines=3, required=False, hint="写明哪里不合格、怎样补，客户会看到。")

    def start(self, case: FormCase) -> dict[str, Any]:
        """This function will tick all that is missing."""
        return {"missing": [one.code for one in AcceptForm.missing(case)]}

    def prepare(self) -> None:
        """This function will list every paper of acceptance, the missing first."""
        lines = sorted(paper_lines(self.case, by=Due.ACCEPTANCE), key=lambda line: bool(line.handed))
        self.ticks("missing").offer(
            {
                line.requirement.code: "，".join(
                    part
                    for part in (line.requirement.name, line.choice, "已交，勾选表示需重交" if line.handed else "")
                    if part
                )
                for line in lines
            }
        )


class SupplyPapersForm(DeedForm):
    """补充资料: one upload per paper, the missing ones first."""

    deed = intake.SupplyPapers
    template = "desk/forms/papers.html"
    help = "替客户登记补交的资料；补齐后工单回到受理，已受理的记入容缺补交。"
    submit = "登记资料"

    def prepare(self) -> None:
        """This function will make one upload for each paper the case needs."""
        for line in sorted(paper_lines(self.case), key=lambda line: bool(line.handed)):
            one = line.requirement
            hint = "，".join(part for part in (line.choice, f"{line.due}提供") if part)
            field = Papers(one.name, one.code, hint=f"{hint}。照片或 PDF，每个不超过 10 MB。")
            self.fields[f"papers.{one.code}"] = field

    @property
    def lacking(self) -> list[Any]:
        """This function will list the uploads of what is missing."""
        return [self[f"papers.{line.requirement.code}"] for line in paper_lines(self.case) if not line.handed]

    @property
    def there(self) -> list[Any]:
        """This function will list the uploads of what was handed in already."""
        return [self[f"papers.{line.requirement.code}"] for line in paper_lines(self.case) if line.handed]

    def values(self) -> dict[str, Any]:
        """This function will gather the papers of all uploads."""
        return {"papers": tuple(paper for papers in self.cleaned_data.values() for paper in papers)}


class FactsForm(DeedForm):
    """办电事实: the fields of what is asked for; used by the survey and by the conversion."""

    business = Pick("业务类型", Business)
    kind = Pick("用电类别", CustomerKind)
    voltage = Pick("供电电压", Voltage)
    capacity_kva = Number("容量", hint="低压按 kW，高压按 kVA 填写。")
    original_kva = Number("原有容量", required=False, hint="新装填 0。")
    sources = Whole("电源路数", suffix="路")
    importance = Pick("重要性等级", Importance, hint="以政府部门公布的名单为准，不由客户或我方认定。")
    special_load = Tick("有冲击、非线性等特殊负荷")
    generation_kw = Number(
        "并网发电容量", required=False, suffix="kW", hint="光伏等向电网送电的，填额定功率；没有填 0。"
    )
    zero_investment = Tick("属于“三零”服务范围", hint="低压小微企业，外线由供电公司投资。")

    def start(self, case: FormCase) -> dict[str, Any]:
        """This function will show the facts as they stand."""
        return facts_start(case.facts)

    def prepare(self) -> None:
        """This function will put the unit of the case's voltage behind its amounts."""
        super().prepare()
        for name in ("capacity_kva", "original_kva"):
            self.fields[name].suffix = unit_of(self.case.facts)  # type: ignore[attr-defined]

    def facts(self) -> Facts:
        """This function will return the facts of the case with what was typed."""
        typed = {name: self.cleaned_data[name] for name in FACT_FIELDS if name in self.fields}
        for name in ("original_kva", "generation_kw"):
            typed[name] = typed[name] or Decimal(0)
        return replace(self.case.facts, **typed)


FACT_FIELDS = (
    "business", "kind", "voltage", "capacity_kva", "original_kva", "sources", "importance", "special_load",
    "generation_kw", "zero_investment", "external_works", "customer_works",
)  # fmt: skip


def unit_of(facts: Facts) -> str:
    """This function will name the unit an amount of power is said in: kW at low voltage, kVA at high."""
    return "kVA" if facts.high_voltage else "kW"


def facts_start(facts: Facts) -> dict[str, Any]:
    """This function will give the values of the facts' fields."""
    return {name: getattr(facts, name) for name in FACT_FIELDS}


class ConvertBusinessForm(FactsForm):
    """变更业务类型: a wrong or changed application goes on in place, with its clocks."""

    deed = intake.ConvertBusiness
    help = "申请类型或内容变了，在原工单上转换，时限从原受理时间连续计算；勘查之后转换的，要按新内容重新勘查。"
    submit = "转换"
    reason = Text("转换原因", most=500, lines=3)

    def values(self) -> dict[str, Any]:
        """This function will give the new facts and the reason."""
        return {"facts": self.facts(), "reason": self.cleaned_data["reason"]}


FORMS = (MakeContactForm, AcceptForm, IssueNoticeForm, SupplyPapersForm, ConvertBusinessForm)
