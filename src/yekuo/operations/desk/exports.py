"""导出登记: whoever takes a list out of the product, into a workbook or onto paper, is put on record for every applicant in it."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from yekuo.records import disclosures
from yekuo.records.models.disclosure import DisclosureKind
from yekuo.records.worklist import Line
from yekuo.rules.actor import Actor

EXPORTED_AT_MOST = 5000
PRINTED_AT_MOST = 1000


def record_export(*, title: str, way: str, said: str, lines: Iterable[Line], by: Actor, at: datetime) -> int:
    """This function will append one row for every applicant taken out with a list; returns how many those are."""
    applicants = {line.applicant for line in lines if line.applicant}
    with transaction.atomic():
        disclosures.append(
            kind=DisclosureKind.EXPORTED, subject="person", keys=sorted(applicants), field="清单",
            reason=f"{way}{title}（{said}），{len(applicants)} 位用电人"[:200], by=by, at=at,
        )  # fmt: skip
    return len(applicants)
