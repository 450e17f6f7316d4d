"""我方: sixteen deeds from application to archive through `perform`, on the product's own tables and roles."""

import json
import os
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import django

django.setup()

from benchmarks.meter import Cpu  # noqa: E402

from yekuo.operations.books import open_shelf  # noqa: E402
from yekuo.operations.consequences import CONSEQUENCES  # noqa: E402
from yekuo.operations.opening import open_case  # noqa: E402
from yekuo.operations.perform import perform  # noqa: E402
from yekuo.records import cases, codec, editions, log, tables  # noqa: E402
from yekuo.records.models import Case, Clock, Event  # noqa: E402
from yekuo.rules.actor import Actor, ActorKind  # noqa: E402
from yekuo.rules.calendar import BEIJING  # noqa: E402
from yekuo.rules.deeds import Deed, Paper  # noqa: E402
from yekuo.rules.deeds.closing import InstallMeter  # noqa: E402
from yekuo.rules.deeds.intake import FileApplication, MakeContact  # noqa: E402
from yekuo.rules.engine.definition import parse_definition  # noqa: E402
from yekuo.rules.facts import Business, CustomerKind, Facts, Place, Voltage  # noqa: E402
from yekuo.rules.materials import ApplicantSituation, Due, missing  # noqa: E402
from yekuo.rules.powers import Role  # noqa: E402
from yekuo.rules.proposal import Desk  # noqa: E402
from yekuo.rules.rehearsal import Rehearsal, rehearse  # noqa: E402
from yekuo.rules.state import CaseState, Status  # noqa: E402

PLACE = Place(company="SGCC", province="浙江")
BY = Actor(kind=ActorKind.STAFF, person=7, unit=1, roles=tuple(role.value for role in Role))
START = datetime(2026, 3, 2, 9, tzinfo=BEIJING)
FACTS = Facts(
    business=Business.NEW, kind=CustomerKind.NONRESIDENT, voltage=Voltage.KV10, capacity_kva=Decimal(800),
    special_load=True,
)  # fmt: skip
STEPS = (
    "file_application", "accept_application", "submit_survey", "draft_scheme", "give_opinion", "give_opinion",
    "give_opinion", "deliver_reply", "answer_scheme", "draft_contract", "sign_contract", "sign_contract",
    "install_meter", "confirm_safety", "energise", "archive_case",
)  # fmt: skip


def paper(code: str) -> Paper:
    return Paper(code=code, file=1, digest="0" * 64)


def publish() -> None:
    text = (Path(__file__).parent / "sixteen.toml").read_text(encoding="utf-8")
    made = parse_definition(text)
    if not editions.published():
        editions.publish(key=made.key, version=made.version, text=text, by=0, at=datetime.now(UTC), reason="对比")


def application(cast: Rehearsal) -> FileApplication:
    books = cast.books
    situation = ApplicantSituation()
    state = CaseState(process="", version="", place=PLACE, stage="", entered_at=START, last_at=START, facts=FACTS)
    codes = [one.code for one in missing(books.papers_needed(state), (), by=Due.ENERGISE)]
    papers = tuple(paper(code) for code in codes)
    return FileApplication(
        channel="web", facts=FACTS, applicant=1, applicant_digest="a" * 64, site=1, site_digest="s" * 64,
        situation=situation, papers=papers,
    )  # fmt: skip


def own_meters(deed: Deed, case: int) -> Deed:
    """A meter hangs once, so that every case needs its own."""
    if not isinstance(deed, InstallMeter):
        return deed
    return replace(deed, meters=tuple(replace(one, meter_asset=f"DB{case}-{one.point}") for one in deed.meters))


class Contest:
    """One case from application to archive; the content of each deed is made outside the measured time."""

    def __init__(self, postmaster: int) -> None:
        publish()
        desk = Desk(metering=tables.metering(), fees=tables.fees(), schemes=tables.schemes(), province=PLACE.province)
        books = open_shelf().books
        self.cast = Rehearsal(books=books, desk=desk, paper=paper, manager=7, works=False, customer_works=False)
        self.first = application(self.cast)
        self.postmaster = postmaster

    def contents(self) -> list[tuple[Deed, timedelta]]:
        """The deeds of one telling, made once: their content is the same for every case."""
        opened = open_case(unit=1, place=PLACE, deed=MakeContact(channel="web"), by=BY, at=START)
        told: list[tuple[Deed, timedelta]] = []
        for number, step in enumerate(STEPS, 1):
            after = timedelta(hours=5 * number)
            state = cases.state_of(Case.objects.get(pk=opened.case))
            deed = self.first if step == "file_application" else rehearse(self.cast, step, state, START + after)
            told.append((deed, after))
            perform(case=opened.case, deed=own_meters(deed, opened.case), by=BY, at=START + after)
        return told

    def run(self, many: int) -> dict[str, float]:
        told = self.contents()
        opened = [open_case(unit=1, place=PLACE, deed=MakeContact(channel="web"), by=BY, at=START) for _ in range(many)]
        CONSEQUENCES.clear()  # the peers open no accounts and hang no meters
        stories = [(one.case, [(own_meters(deed, one.case), after) for deed, after in told]) for one in opened]
        before = Cpu.now(self.postmaster)
        for case, deeds in stories:
            stage = "contact#1"
            for number, (deed, after) in enumerate(deeds):
                done = perform(case=case, deed=deed, by=BY, at=START + after, key=f"{case}-{number}")
                stage = done.stage
        used = Cpu.now(self.postmaster).since(before)
        self._check(opened[-1].case, stage)
        return {"steps": many * len(STEPS), "app": used.app, "database": used.database}

    def _check(self, case: int, stage: str) -> None:
        row = Case.objects.get(pk=case)
        clocks = Clock.objects.filter(case_id=case).count()
        if row.status != Status.COMPLETED or stage != "completed" or clocks < 5:
            raise SystemExit(f"我方没有走完：{row.stage}，{clocks} 个时钟")
        if Event.objects.filter(case_id=case).count() != len(STEPS) + 1 or len(log.rows(case)) != len(STEPS) + 1:
            raise SystemExit("我方日志行数不对")


if __name__ == "__main__":
    contest = Contest(int(sys.argv[1]))
    forms = [codec.plain(codec.encode(deed)) for deed, _ in contest.contents()]
    Path(os.environ["FORMS"]).write_text(json.dumps(forms, ensure_ascii=False), encoding="utf-8")
    contest.run(3)
    print(json.dumps(contest.run(int(sys.argv[2]))))
