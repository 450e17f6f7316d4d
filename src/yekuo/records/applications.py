"""用电申请查询: filed forms, and cases near each other in applicant or place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Q

from yekuo.records.models import Application, Case, Kinship, Person, Site
from yekuo.rules.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Kin:
    """关联工单: another case, open or ended not long ago, of the same applicant ('applicant') or place ('site')."""

    case: int
    number: str
    status: str
    opened_at: datetime
    closed_at: datetime | None
    accepted_at: datetime | None
    unit: int
    why: str


def newest(case: int) -> Application | None:
    """This function will give the form a case was last filed with."""
    return Application.objects.select_related("person", "site").filter(case=case).order_by("-pk").first()


def by_key(key: str) -> Application | None:
    """This function will find what was filed under a key."""
    return Application.objects.filter(filed_key=key).first()


def numbers_filed(keys: Iterable[str]) -> dict[str, str]:
    """This function will give the numbers of the cases filed under keys, whoever filed them; for a few keys of a demo."""
    wanted = [Q(filed_key__endswith=f":{key}") for key in keys]
    if not wanted:
        return {}
    found = dict(Application.objects.filter(reduce(or_, wanted)).values_list("case", "filed_key"))
    numbers = Case.objects.filter(pk__in=found).values_list("pk", "number")
    return {found[case].rpartition(":")[2]: number for case, number in numbers}


def file(
    *,
    case: int,
    person: Person,
    site: Site,
    unit: int,
    form: dict[str, object],
    invoice: str,
    remark: str,
    channel: str,
    by: Actor,
    at: datetime,
    key: str,
) -> Application:
    """This function will keep a form as it was filed."""
    return Application.objects.create(
        case=case,
        person=person,
        site=site,
        unit=unit,
        form=form,
        invoice=invoice,
        remark=remark,
        channel=channel,
        by_kind=by.kind.value,
        by=by.person,
        at=at,
        filed_key=key,
    )


def near(*, persons: Iterable[int], sites: Iterable[int], since: datetime, but: int | None = None) -> tuple[Kin, ...]:
    """This function will list cases of these applicants or sites that are open or ended since a moment, oldest first."""
    people, places = set(persons), set(sites)
    wanted = Q(applicant__in=people) | Q(site__in=places)
    alive = Q(status="open") | Q(closed_at__gte=since)
    found = Case.objects.filter(wanted, alive).filter(~Q(pk=but)).order_by("pk")
    return tuple(
        Kin(
            case=one.pk,
            number=one.number,
            status=one.status,
            opened_at=one.opened_at,
            closed_at=one.closed_at,
            accepted_at=one.accepted_at,
            unit=one.unit,
            why="applicant" if one.applicant in people else "site",
        )
        for one in found[:50]
    )


def open_increase(number: str, *, persons: Iterable[int], but: int) -> str:
    """This function will name an open case by which these applicants already increase an account, '' for none."""
    filed = Application.objects.filter(person__in=tuple(persons)).exclude(case=but).values_list("case", "form")
    asked = {case for case, form in filed if form.get("account_number") == number}
    found = Case.objects.filter(pk__in=asked, status="open", business="increase").order_by("pk").first()
    return found.number if found else ""


def open_of(*, persons: Mapping[int, str], sites: Mapping[int, str]) -> list[tuple[str, str]]:
    """This function will list open cases of many applicants and sites: what each is known by, and the case's number."""
    wanted = Q(applicant__in=tuple(persons)) | Q(site__in=tuple(sites))
    found = []
    for number, applicant, site in (
        Case.objects.filter(wanted, status="open").order_by("pk").values_list("number", "applicant", "site")
    ):
        found += [(known, number) for known in (persons.get(applicant or 0), sites.get(site or 0)) if known]
    return found


ENDED_EARLY = ("withdrawn", "terminated")


def link(case: int, kin: Iterable[Kin], *, at: datetime) -> None:
    """This function will link a case to its kin; one that looks like the same wish begun before is shown beside it."""
    related = tuple(kin)
    Kinship.objects.bulk_create(
        (Kinship(case=case, other=one.case, why=one.why, at=at) for one in related), ignore_conflicts=True
    )
    restarted = [
        one.case for one in related if one.status in ENDED_EARLY or (one.why == "site" and one.status == "open")
    ]
    if restarted:
        Case.objects.filter(pk=case, linked_case=None).update(linked_case=restarted[0])


def kin_of(case: int) -> tuple[int, ...]:
    """This function will list the cases linked to a case, either way."""
    found = Kinship.objects.filter(Q(case=case) | Q(other=case)).values_list("case", "other")
    return tuple(sorted({key for pair in found for key in pair} - {case}))


def empty(persons: Iterable[int]) -> int:
    """This function will empty the sealed columns of the forms these applicants filed."""
    return Application.objects.filter(person__in=tuple(persons)).update(invoice=b"", remark=b"")
