"""客户服务类表单: a paper sent back to the customer with what is wrong with it."""

from typing import Any

from yekuo.interfaces.desk.forms.base import DeedForm, FormCase
from yekuo.interfaces.desk.forms.fields import Pick, Text
from yekuo.interfaces.desk.forms.intake import PaperLine, paper_lines
from yekuo.rules.deeds import feedback


class ReturnPaperForm(DeedForm):
    """退回资料: which paper, and why, in words the customer can act on."""

    deed = feedback.ReturnPaper
    help = "看不清、不一致或过期的资料退回重交；客户在手机上看到原因。退回的按没有交算，不影响环节和时限。"
    submit = "退回"
    paper = Pick("哪一份资料", radio=True, css="wide")
    reason = Text("退回原因", most=200, lines=3, hint="写给客户看，例如：身份证照片反光，看不清号码，请重拍。")

    def prepare(self) -> None:
        """This function will offer the papers that were handed in."""
        self.pick("paper").offer({one.requirement.code: one.requirement.name for one in _handed(self.case)})

    def values(self) -> dict[str, Any]:
        """This function will name every paper handed in for the requirement chosen."""
        told = self.cleaned_data
        line = next(one for one in _handed(self.case) if one.requirement.code == told["paper"])
        return {"codes": tuple(dict.fromkeys(paper.code for paper in line.handed)), "reason": told["reason"]}


def _handed(case: FormCase) -> tuple[PaperLine, ...]:
    return tuple(one for one in paper_lines(case) if one.handed)


FORMS = (ReturnPaperForm,)
