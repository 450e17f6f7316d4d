"""演练全年的方案: whatever scheme a demo case has, old or new, the engine made it, on the network in force on that day."""

from functools import partial
from itertools import pairwise

import pytest

from yekuo.operations import audit
from yekuo.operations.rehearsal import company, counters, stories, together, town
from yekuo.operations.rehearsal.together import Happening
from yekuo.operations.rehearsal.turns import Turns, wait
from yekuo.records import cases
from yekuo.records.models import CapacityEntry, CapacityHold, Case, GridRevision, SchemeStudy

pytestmark = pytest.mark.django_db
SOME = (1003, 1006, 1010, 1012, 1020, 1030, 1042, 1044)


def told(*serials: int) -> list[together.Told]:
    """The stories and some cases of the year, as `seed` tells them, in one process."""
    made = company.found_company(at=stories.FOUNDED)
    put = partial(town.put_in_force, unit=made.units["33"].pk, by=made.actors["qianjin"].person)
    first, *later = town.STAGES
    put(stage=first)
    holdings = counters.seed_holdings(made, at=stories.FOUNDED)
    happenings = [Happening(at=one.since, happens=partial(put, stage=one)) for one in later]
    return list(together.tell_all(made, holdings, serials=serials, happenings=happenings))


def revision_at(study: SchemeStudy) -> int:
    rows = GridRevision.objects.filter(grid=study.revision.grid, at__lte=study.at).order_by("-at")
    return rows.values_list("pk", flat=True)[0]


def test_no_case_has_a_scheme_that_the_engine_did_not_make() -> None:
    assert len(told(*SOME)) == together.how_many(SOME) == Case.objects.count()
    drafted = {(row.pk, one.version) for row in Case.objects.all() for one in cases.state_of(row).schemes}
    assert len(drafted) > 20
    studied = {(one.case, one.version) for one in SchemeStudy.objects.exclude(version=None)}
    assert drafted == studied, "every version drafted has its study, chosen from and bound to it"
    for one in SchemeStudy.objects.select_related("revision"):
        assert one.revision_id == revision_at(one), one
    entered = list(CapacityEntry.objects.order_by("number"))
    assert all(one.at <= other.at for one, other in pairwise(entered)), "the ledger was entered as the year went by"
    replied = {row.pk for row in Case.objects.all() if cases.state_of(row).replied_version}
    assert replied == {one.case for one in entered}
    assert not CapacityHold.objects.filter(state="unplaced").exists()
    measured = CapacityHold.objects.filter(state="measured")
    assert measured.exists(), "whoever had power for ninety days before the summer's peak is in the peaks"
    assert {one.at for one in entered if one.kind == "measure"} == {town.STAGES[1].since}
    assert audit.verify().whole


# --- turns -----------------------------------------------------------------------------------------------------


def test_turns_are_taken_in_order_of_time_and_a_failure_is_heard() -> None:
    heard: list[tuple[str, int]] = []

    def one(name: str, days: tuple[int, ...]) -> str:
        for day in days:
            wait(stories.when(3, day))
            heard.append((name, day))
        if name == "c":
            raise LookupError(name)
        return name

    turns = Turns([(stories.when(3, 1), partial(one, name, days)) for name, days in (("a", (1, 5, 9)), ("b", (2, 6)))])
    assert list(turns.until(stories.when(3, 5))) == []
    assert heard == [("a", 1), ("b", 2), ("a", 5)]
    assert list(turns.until(stories.when(3, 8))) == ["b"]
    assert not turns.done
    turns.stop()
    assert heard[-1] == ("b", 6)
    failing = Turns([(stories.when(3, 1), partial(one, "c", (1,)))])
    with pytest.raises(LookupError):
        list(failing.until(stories.when(3, 2)))
    failing.stop()


def test_wherever_nobody_takes_turns_nobody_waits() -> None:
    wait(stories.when(3, 1))
