"""工单上的督办与投诉: the sheets and complaints about one case that its reader may see, and where to add one."""

from dataclasses import dataclass

from django.urls import reverse

from yekuo.interfaces.desk import oversight_words as words
from yekuo.interfaces.desk.oversight_words import ComplaintRow, SheetRow
from yekuo.interfaces.desk.reader import Reader
from yekuo.operations.casefile import CaseFile
from yekuo.records import oversight


@dataclass(frozen=True, slots=True, kw_only=True)
class Overseen:
    """督办与投诉: what there is, and the addresses of the forms the reader may fill in ('' for none)."""

    sheets: list[SheetRow]
    complaints: list[ComplaintRow]
    issue_url: str
    complain_url: str


def overseen(reader: Reader, file: CaseFile) -> Overseen:
    """This function will gather sheets and complaints about a case, newest first."""
    by, scope = reader.actor, reader.scope
    sheets = oversight.sheets_visible_to(by, scope).filter(case=file.id).order_by("-pk")
    complaints = oversight.complaints_visible_to(by, scope).filter(case=file.id).order_by("-pk")
    return Overseen(
        sheets=words.sheet_rows(sheets, at=reader.at, red=reader.steps.red),
        complaints=words.complaint_rows(complaints, at=reader.at, red=reader.steps.red),
        issue_url=f"{reverse('desk:sheet_new')}?case={file.number}" if reader.may("issue_sheet") else "",
        complain_url=f"{reverse('desk:complaint_new')}?case={file.number}" if reader.may("file_complaint") else "",
    )
