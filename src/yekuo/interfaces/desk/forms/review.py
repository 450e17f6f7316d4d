"""会审与答复类表单: opinions, seats, the reply, the customer's answer, the design review."""

from typing import Any

from yekuo.interfaces.desk.forms.base import DeedForm, FormCase
from yekuo.interfaces.desk.forms.fields import Carried, Lines, Papers, Pick, Text, YesNo
from yekuo.interfaces.desk.forms.summary import summary_of
from yekuo.interfaces.look.names import REPLY_WAY_NAMES, role_name
from yekuo.rules.deeds import scheme, works

REVIEWERS = (
    "planner", "operations", "construction", "dispatcher", "finance", "materials", "metering", "inspector", "chief",
)  # fmt: skip


def member_name(case: FormCase, member: str) -> str:
    """This function will name a seat of a review: a role, or a person."""
    if member.startswith("staff:"):
        person = member.removeprefix("staff:")
        return case.names.get(int(person), f"人员 {person}") if person.isdecimal() else member
    return role_name(member)


class SchemeForm(DeedForm):
    """看方案办理: shows the scheme in question above its fields."""

    template = "desk/forms/about_scheme.html"

    @property
    def summary(self) -> list[tuple[str, str]]:
        """This function will list what the scheme says."""
        found = self.case.state.scheme
        return summary_of(found) if found else []


class GiveOpinionForm(SchemeForm):
    """签署会审意见: for one's own seat."""

    deed = scheme.GiveOpinion
    help = "签署本岗位的会审意见；全部同意即转答复，一人反对就退回修改，逾期不签视为未同意并上报。"
    submit = "签署意见"
    member = Pick("会审席位", hint="只列出您可以签署的席位。")
    agree = YesNo("意见", yes="同意", no="反对")
    text = Text("意见说明", most=1000, lines=3, required=False, hint="反对时必须写明理由和修改建议。")
    evidence = Papers("附件", "opinion_evidence")

    def prepare(self) -> None:
        """This function will offer the seats that are the person's own and still open."""
        review = self.case.state.review
        by = self.case.by
        mine = [seat.member for seat in review.pending] if review else []
        mine = [one for one in mine if one in by.roles or one == f"staff:{by.person}"]
        self.pick("member").offer({one: member_name(self.case, one) for one in mine})


class AddReviewerForm(DeedForm):
    """增加会审成员: a department or a person."""

    deed = scheme.AddReviewer
    help = "会审未结束前增加一个岗位或一位同事，对方签署意见之后会审才能结束。"
    submit = "增加"
    member = Pick("会审成员")
    reason = Text("增加原因", most=500, lines=2)

    def prepare(self) -> None:
        """This function will offer the roles and people who have no seat."""
        review = self.case.state.review
        seated = {seat.member for seat in review.seats} if review else set()
        roles = [one for one in REVIEWERS if one not in seated]
        people = [f"staff:{person}" for person in self.case.names if f"staff:{person}" not in seated]
        names = {one: member_name(self.case, one) for one in (*roles, *people)}
        groups = [(heading, codes) for heading, codes in (("岗位", roles), ("人员", people)) if codes]
        self.pick("member").offer(names, groups)


class RemoveReviewerForm(DeedForm):
    """减少会审成员: only who has not signed."""

    deed = scheme.RemoveReviewer
    help = "去掉一个尚未签署意见的成员；至少保留一名，去掉之后其余都已同意的，会审随即结束。"
    submit = "减少"
    member = Pick("会审成员")
    reason = Text("减少原因", most=500, lines=2)

    def prepare(self) -> None:
        """This function will offer the seats without an opinion."""
        review = self.case.state.review
        pending = [seat.member for seat in review.pending] if review else []
        self.pick("member").offer({one: member_name(self.case, one) for one in pending})


class VersionForm(SchemeForm):
    """按版本办理: carries the version that was on the page, so that a newer one is noticed."""

    version = Carried()


class DeliverReplyForm(VersionForm):
    """答复供电方案: stops the clock of the scheme when it has reached the customer."""

    deed = scheme.DeliverReply
    help = "登记方案已送达客户；方案答复时限到此停止，接着等客户确认。"
    submit = "登记已答复"
    way = Pick("答复方式", REPLY_WAY_NAMES, radio=True, css="wide")
    remark = Text("答复说明", most=500, lines=2, required=False, hint="签收人、签收日期等。")

    def start(self, case: FormCase) -> dict[str, Any]:
        """This function will bind the reply to the newest version."""
        return {"version": len(case.state.schemes), "way": "online"}


class AnswerSchemeForm(VersionForm):
    """客户确认方案: recorded for the customer."""

    deed = scheme.AnswerScheme
    help = "替客户登记对方案的答复；同意即进入下一步，有异议则退回修改方案。"
    submit = "登记客户答复"
    agree = YesNo("客户意见", yes="同意方案", no="有异议")
    text = Text("客户的话", most=1000, lines=3, required=False, hint="有异议时写明客户的要求。")

    def start(self, case: FormCase) -> dict[str, Any]:
        """This function will bind the answer to the version replied."""
        return {"version": case.state.replied_version}


class ReviewDesignForm(DeedForm):
    """出具设计审查意见: all opinions at once."""

    deed = works.ReviewDesign
    help = "一次性提出全部审查意见；通过即可施工，不通过退回客户修改后重新送审。"
    submit = "出具审查意见"
    passed = YesNo("审查结论", yes="通过", no="不通过")
    opinions = Lines("审查意见", rows=5, required=False, hint="一行一条；不通过时必填，之后不得再提新意见。")


FORMS = (
    GiveOpinionForm, AddReviewerForm, RemoveReviewerForm, DeliverReplyForm, AnswerSchemeForm, ReviewDesignForm,
)  # fmt: skip
