"""柜台布景: a county with its people, a neighbour, and cases of real applicants at any stage, made by the real operations."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tests.operations.told import CLASSES, Told
from tests.rules.cases import FIRST_PAPERS, MONDAY, cast, filing
from yekuo.operations.opening import open_case
from yekuo.operations.perform import Receipt
from yekuo.records import persons, sites, staff, units
from yekuo.records.models import Staff, Unit
from yekuo.records.persons import PersonContent
from yekuo.records.sites import SiteContent
from yekuo.rules.actor import Actor
from yekuo.rules.deeds import Deed
from yekuo.rules.deeds.intake import MakeContact
from yekuo.rules.powers import Role
from yekuo.rules.rehearsal import next_step, rehearse

PASSWORD = "desk-stage-2026"
CAST = {
    "clerk": ("周受理", ("clerk",)),
    "manager": ("赵经理", ("manager",)),
    "surveyor": ("孙勘查", ("surveyor",)),
    "planner": ("李发展", ("planner",)),
    "operations": ("吴运检", ("operations", "construction")),
    "dispatcher": ("郑调控", ("dispatcher",)),
    "metering": ("王计量", ("metering",)),
    "inspector": ("冯检查", ("inspector",)),
    "finance": ("陈财务", ("finance",)),
    "chief": ("卫主任", ("chief",)),
    "supervisor": ("蒋督导", ("supervisor1",)),
    "analyst": ("沈分析", ("analyst",)),
    "all": ("全能", tuple(role.value for role in Role if role not in (Role.SYSTEM, Role.ADMINISTRATOR, Role.ANALYST))),
}  # fmt: skip


class Stage:
    """布景: `people` by part, all of one county; `foreigner` sits in the county next door."""

    def __init__(self, at: datetime = MONDAY) -> None:
        self.at = at
        self.city = units.add_unit(
            code="3301", name="钱江供电公司", kind="city", company="SGCC", province="浙江", city="杭州"
        )
        self.county = units.add_unit(code="330106", name="西湖供电分公司", kind="county", parent=self.city)
        self.other = units.add_unit(code="330109", name="萧山供电分公司", kind="county", parent=self.city)
        self.people = {part: self.hire(part, name, roles, self.county) for part, (name, roles) in CAST.items()}
        self.foreigner = self.hire("foreigner", "外县人", CAST["all"][1], self.other)
        self.count = 0

    def hire(self, login: str, name: str, roles: Iterable[str], unit: Unit) -> Staff:
        member = Staff.objects.create_user(username=login, password=PASSWORD, name=name, unit=unit)
        staff.set_roles(member, roles, by=0, at=self.at)
        return member

    def actor(self, part: str) -> Actor:
        member = self.foreigner if part == "foreigner" else self.people[part]
        found = staff.actor_by_key(member.pk)
        assert found is not None
        return found

    def case(self, kind: str = "resident", *, at: datetime | None = None, unit: Unit | None = None) -> "RealCase":
        self.count += 1
        return RealCase(self, kind, at=at or self.at, unit=unit or self.county, number=self.count)


class RealCase(Told):
    """真工单: with an applicant and a site of its own, in a real unit, done by the one who may do everything."""

    def __init__(self, stage: Stage, kind: str, *, at: datetime, unit: Unit, number: int) -> None:
        self.stage, self.kind, self.serial, self.at = stage, kind, number, at
        self.hand = stage.actor("all") if unit == stage.county else stage.actor("foreigner")
        self.receipt = open_case(
            unit=unit.pk, place=units.place_of(unit), deed=MakeContact(channel="web"), by=self.hand, at=at
        )
        self.id = self.receipt.case

    @property
    def number(self) -> str:
        return self.receipt.number

    @property
    def name(self) -> str:
        return f"刘芳{self.serial}" if self.kind == "resident" else f"星河数据中心有限公司{self.serial}"

    @property
    def phone(self) -> str:
        return f"138{5550000 + self.serial:08d}"

    def filed(self, papers: Iterable[str] = FIRST_PAPERS) -> "RealCase":
        organisation = self.kind != "resident"
        person = persons.keep(
            PersonContent(
                id_type="credit_code" if organisation else "resident_id", name=self.name,
                id_number=f"91330106MA2B{self.serial:06d}" if organisation else f"33010619900101{self.serial:04d}",
                phone=self.phone, contact="陈先生" if organisation else "",
            ),
            at=self.at,
        )  # fmt: skip
        site = sites.keep(SiteContent(area="西湖区", address=f"文三路 {self.serial} 号", point=""), at=self.at)
        told = replace(
            filing(CLASSES[self.kind], *papers), applicant=person.pk, applicant_digest=person.digest, site=site.pk,
            site_digest=site.digest,
        )  # fmt: skip
        self.do(told, by=self.hand)
        return self

    def do(
        self, deed: Deed, *, by: Actor | None = None, after: timedelta = timedelta(minutes=10), **more: Any
    ) -> Receipt:
        return super().do(deed, by=by or self.hand, after=after, **more)

    def step(self, *, after: timedelta = timedelta(hours=5), **changes: Any) -> Receipt:
        told = cast(**{"manager": self.stage.people["manager"].pk, **changes})
        state, at = self.state, self.at + after
        name = next_step(told, state, at)
        return self.do(rehearse(told, name, state, at), by=self._owner(name), after=after)

    def to(self, stage: str, **changes: Any) -> "RealCase":
        super().to(stage, **changes)
        return self

    def _owner(self, deed: str) -> Actor:
        """Whoever the stage was given to does its deed; whoever delivered the reply does not ask the customer about it."""
        if deed == "revisit_customer":
            return self.stage.actor("chief")
        held = self.state.people.get(self.state.owner)
        return (staff.actor_by_key(held) if held else None) or self.hand
