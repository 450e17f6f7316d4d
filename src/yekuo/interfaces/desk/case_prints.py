"""可打印表单: what can be printed of a case now, for its page."""

from dataclasses import dataclass

from django.urls import reverse

from yekuo.interfaces.desk.reader import Reader
from yekuo.operations.casefile import CaseFile
from yekuo.operations.prints import printable


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintLink:
    """打印链接: a form a case has come to, as a masked paper and, where the reader may, as a whole one."""

    name: str
    url: str
    whole_url: str


def print_links(file: CaseFile, reader: Reader) -> list[PrintLink]:
    """This function will list what can be printed of a case now."""
    may = reader.may("reveal_personal")
    return [
        PrintLink(
            name=one.name,
            url=reverse("desk:print", args=(file.number, one.key)),
            whole_url=reverse("desk:print_whole", args=(file.number, one.key)) if may and one.whole else "",
        )
        for one in printable(file)
    ]
