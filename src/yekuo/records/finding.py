"""查找: which cases a few typed words may mean: a number or its end, a name, an identity number, a phone, part of an address.

Every question is answered from an index and bounded, so that no word is too common.
"""

from dataclasses import dataclass

from django.db.models import Q

from yekuo.records import persons, sites
from yekuo.records.log import cursor
from yekuo.records.scope import Scope

NUMBERS_AT_MOST = 500
TAIL_AT_LEAST = 3

BY_NUMBER = "select id from records_case where number = %s"
BY_TAIL = """
select id from records_case where reverse(number) collate "C" >= %s and reverse(number) collate "C" < %s
order by id desc limit %s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """所指: the keys a text may stand for, each kind found by its own index."""

    cases: tuple[int, ...] = ()
    applicants: tuple[int, ...] = ()
    sites: tuple[int, ...] = ()

    @property
    def condition(self) -> Q:
        """This function will give the condition on the columns of a case; nothing matches where nothing was found."""
        found = Q(pk__in=self.cases)
        if self.applicants:
            found |= Q(applicant__in=self.applicants)
        return found | Q(site__in=self.sites) if self.sites else found


NOTHING = Meant()


def meant(text: str, scope: Scope) -> Meant:
    """This function will find what a text may stand for; sites only those of cases within the scope."""
    asked = text.strip()
    if not asked:
        return NOTHING
    return Meant(cases=_numbers(asked.upper()), applicants=persons.keys_found(asked), sites=_sites(asked, scope))


def _numbers(text: str) -> tuple[int, ...]:
    if not (text.isascii() and text.isalnum()):
        return ()
    with cursor() as sql:
        if not text.isdigit():
            rows = sql.execute(BY_NUMBER, (text,)).fetchall()
        elif len(text) >= TAIL_AT_LEAST:
            end = text[::-1]
            rows = sql.execute(BY_TAIL, (end, f"{end}~", str(NUMBERS_AT_MOST))).fetchall()
        else:
            rows = []
    return tuple(int(key) for (key,) in rows)


CANDIDATES = 400
BY_PART = """
select s.id from records_site s
where s.grams @> %(grams)s::int[] and s.erased_at is null and exists (
  select 1 from records_case c where c.site = s.id
    and (%(everything)s or c.unit = any(%(units)s::bigint[]) or c.manager = %(manager)s))
order by s.id desc limit %(most)s
"""


def _sites(text: str, scope: Scope) -> tuple[int, ...]:
    """Sites whose marks hold all of the text's, the newest CANDIDATES of them opened and looked at."""
    if not sites.is_part(text):
        return ()
    asked = {
        "grams": sites.grams(text), "everything": scope.everything, "units": list(scope.units), "manager": scope.manager,
        "most": CANDIDATES,
    }  # fmt: skip
    with cursor() as sql:
        rows = sql.execute(BY_PART, asked).fetchall()
    return sites.holding(text, (int(key) for (key,) in rows))
