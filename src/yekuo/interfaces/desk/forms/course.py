"""过程控制表单: pause and resume, permits, return, jump, hand over, delegate, withdraw, terminate, migrate, urge."""

from datetime import datetime, time, timedelta
from typing import Any

from yekuo.interfaces.desk.forms.base import DeedForm, FormCase
from yekuo.interfaces.desk.forms.fields import Carried, Day, Moment, Papers, Pick, Text, YesNo
from yekuo.interfaces.desk.forms.survey import RoleForm
from yekuo.interfaces.look.names import CAUSE_NAMES
from yekuo.rules.calendar import BEIJING
from yekuo.rules.deeds import capacity, course
from yekuo.rules.engine.course import jump_targets, return_targets
from yekuo.rules.state import PauseCase
from yekuo.rules.timeline import Cause


def reason_field(label: str) -> Text:
    """This function will ask for a written reason."""
    return Text(label, most=500, lines=3)


class RequestPauseForm(DeedForm):
    """申请挂起: a cause of the closed list, and the evidence for it."""

    deed = course.RequestPause
    help = "说明原因并附证据，由另一人批准后才生效；批准前时限照常计算，客户能看到并可提出异议。"
    submit = "提交申请"
    cause = Pick("挂起原因", Cause, radio=True, stacked=True)
    reason = reason_field("具体情况")
    evidence = Papers(
        "证据", "pause_evidence", required=True, hint="客户申请、审批受理单等，照片或 PDF，每个不超过 10 MB。"
    )
    expected_until = Day("预计恢复日期", required=False)


class PauseDecisionForm(DeedForm):
    """审批挂起: shows what was asked, by whom, and the evidence."""

    template = "desk/forms/pause.html"
    number = Carried(1)

    def start(self, case: FormCase) -> dict[str, Any]:
        """This function will name the request on the page."""
        wanted = case.state.pause_requested
        return {"number": wanted.number if wanted else None}

    @property
    def request(self) -> PauseCase | None:
        """This function will return the request that waits for a decision."""
        return self.case.state.pause_cases[-1] if self.case.state.pause_requested else None

    @property
    def summary(self) -> list[tuple[str, str]]:
        """This function will put the request into words."""
        asked = self.request
        if asked is None:
            return []
        wanted = self.case.state.pause_requested
        until = asked.request.expected_until
        stages = self.case.definition.stages
        return [
            ("申请人", self.case.names.get(asked.by, f"人员 {asked.by}")),
            ("申请时间", f"{wanted.requested_at.astimezone(BEIJING):%Y-%m-%d %H:%M}" if wanted else "—"),
            ("所在环节", stages[asked.stage].name if asked.stage in stages else asked.stage),
            ("原因", CAUSE_NAMES[asked.request.cause]),
            ("具体情况", asked.request.reason),
            ("预计恢复", f"{until:%Y-%m-%d}" if until else "未写"),
        ]

    @property
    def evidence(self) -> list[tuple[int, str]]:
        """This function will number the evidence, each with its address."""
        papers = self.request.request.evidence if self.request else ()
        return [(number, self.case.paper_url(paper)) for number, paper in enumerate(papers, start=1)]


class ApprovePauseForm(PauseDecisionForm):
    """批准挂起."""

    deed = course.ApprovePause
    help = "核对证据后批准；从现在起按挂起原因停止相应时限，客户会收到通知。"
    submit = "批准挂起"
    note = Text("审批意见", most=500, lines=2, required=False)


class RefusePauseForm(PauseDecisionForm):
    """驳回挂起."""

    deed = course.RefusePause
    help = "证据不足或理由不成立的驳回；时限从未停止，申请人会看到理由。"
    submit = "驳回"
    note = reason_field("驳回理由")


class ResumeCaseForm(DeedForm):
    """恢复办理."""

    deed = course.ResumeCase
    help = "挂起的原因已经消除，恢复办理；时限从现在起继续计算。"
    submit = "恢复办理"
    note = Text("恢复说明", most=500, lines=2, required=False)


class ApplyPermitForm(DeedForm):
    """登记政府审批申请."""

    deed = course.ApplyPermit
    help = "登记已向政府部门提交的审批；政府时限单独计算，需要停我方时限的再申请挂起。"
    submit = "登记申请"
    what = Text("审批事项", hint="例如占道、掘路、绿化迁移。")
    receipt = Text("受理号", most=60)
    evidence = Papers("受理单", "permit")


class DecidePermitForm(DeedForm):
    """登记政府审批结果."""

    deed = course.DecidePermit
    help = "登记政府部门的决定；因这项审批而挂起的工单随即恢复计时。"
    submit = "登记结果"
    number = Pick("审批事项")
    granted = YesNo("审批结果", yes="批准", no="不批准")
    note = Text("说明", most=500, lines=2, required=False)

    def prepare(self) -> None:
        """This function will list the permits not yet decided."""
        self.pick("number").offer(
            {
                one.number: f"第 {one.number} 项，{one.applied_at.astimezone(BEIJING):%Y-%m-%d} 申请"
                for one in self.case.state.open_permits
            }
        )


class StageForm(DeedForm):
    """选环节: a form that names a stage of the process."""

    to = Pick("环节")
    reason = Text("原因", most=500, lines=3)

    def targets(self) -> tuple[str, ...]:
        """This function will list the stages that may be chosen."""
        raise NotImplementedError

    def prepare(self) -> None:
        """This function will offer the stages by name."""
        self.pick("to").offer({key: self.case.definition.stage(key).name for key in self.targets()})


class ReturnStageForm(StageForm):
    """退回."""

    deed = course.ReturnStage
    help = "退回到前面的环节返工；各项时限连续计算，不会重新开始。"
    submit = "退回"
    to = Pick("退回到")
    reason = Text("退回原因", most=500, lines=3, hint="写明哪里要改，接手的人照此返工。")

    def targets(self) -> tuple[str, ...]:
        """This function will list the earlier stages where rework is done."""
        return return_targets(self.case.books, self.case.state)

    def start(self, case: FormCase) -> dict[str, Any]:
        """This function will propose the nearest."""
        return {"to": (return_targets(case.books, case.state) or ("",))[-1]}


class JumpStageForm(StageForm):
    """跳转环节."""

    deed = course.JumpStage
    help = "督导的例外处理：只能向前，不能越过必经环节和送电；记入督导台账。"
    submit = "跳转"
    danger = True
    to = Pick("跳转到")
    reason = Text("跳转原因", most=500, lines=3)

    def targets(self) -> tuple[str, ...]:
        """This function will list the later stages within reach."""
        return jump_targets(self.case.books, self.case.state)


class HandOverForm(RoleForm):
    """转办."""

    deed = course.HandOver
    help = "把这个岗位的工作转给另一个人，从现在起由对方负责；时限不变。"
    submit = "转办"
    reason = Text("转办原因", most=500, lines=2)


class DelegateTaskForm(RoleForm):
    """委托代办."""

    deed = course.DelegateTask
    help = "请别人在一段时间内代办，责任人不变；到期自动收回。"
    submit = "委托"
    until = Moment("委托截止时间")
    reason = Text("委托原因", most=500, lines=2)

    def start(self, case: FormCase) -> dict[str, Any]:
        """This function will propose a week."""
        week = case.today + timedelta(days=7)
        return {**super().start(case), "until": datetime.combine(week, time(17, 30), BEIJING)}


class WithdrawApplicationForm(DeedForm):
    """撤回申请: recorded for the customer."""

    deed = course.WithdrawApplication
    help = "替客户登记撤回申请；工单就此结束，已占用的容量随之释放，不能恢复。"
    submit = "撤回申请"
    danger = True
    reason = Text("撤回原因", most=500, lines=3, hint="写明是客户本人提出，以及提出的方式。")


class TerminateCaseForm(DeedForm):
    """终止工单."""

    deed = course.TerminateCase
    help = "由我方终止工单，必须有证据；30 天内同一地址或申请人再来，会与本工单关联并报督导。"
    submit = "终止工单"
    danger = True
    reason = reason_field("终止原因")
    evidence = Papers("证据", "termination_evidence", required=True)


class ReleaseCapacityForm(DeedForm):
    """释放预留容量."""

    deed = capacity.ReleaseCapacity
    help = "把答复时为本工单预留的电网容量还给电网，别的客户可以使用；工单照常办理，以后开工或送电须重新占用。"
    submit = "释放容量"
    danger = True
    reason = Text("释放原因", most=200, lines=3, hint="例如：方案已到期，客户书面说明本年内不再开工。")


class MigrateCaseForm(DeedForm):
    """迁移流程版本."""

    deed = course.MigrateCase
    help = "让工单改按同一流程的另一个已发布版本办理；先看影响再提交，已发生的记录不变。"
    submit = "迁移"
    version = Pick("目标版本")
    stage = Pick("对应环节", required=False, empty="保持当前环节", hint="新版本没有当前环节时必须指定。")
    reason = reason_field("迁移原因")

    def prepare(self) -> None:
        """This function will offer the other versions of the same process, and their stages."""
        others = [
            one
            for one in self.case.books.definitions.values()
            if one.key == self.case.state.process and one.version != self.case.state.version
        ]
        self.pick("version").offer({one.version: f"{one.name} {one.edition}（{one.version[:8]}）" for one in others})
        stages = {key: stage.name for one in others for key, stage in one.stages.items()}
        self.pick("stage").offer(stages)

    def values(self) -> dict[str, Any]:
        """This function will leave the stage empty where it stays."""
        told = self.cleaned_data
        return {"version": told["version"], "stage": told["stage"] or "", "reason": told["reason"]}


class UrgeCaseForm(DeedForm):
    """催办."""

    deed = course.UrgeCase
    help = "提醒现在的责任人抓紧办理；催办次数会显示在工单上。"
    submit = "催办"
    text = Text("催办内容", most=300, lines=2, required=False)


FORMS = (
    RequestPauseForm, ApprovePauseForm, RefusePauseForm, ResumeCaseForm, ApplyPermitForm, DecidePermitForm,
    ReturnStageForm, JumpStageForm, HandOverForm, DelegateTaskForm, WithdrawApplicationForm, TerminateCaseForm,
    ReleaseCapacityForm, MigrateCaseForm, UrgeCaseForm,
)  # fmt: skip
