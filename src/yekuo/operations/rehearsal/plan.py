"""演练计划: who applies for what in the demo's year, and what will befall each case; a seed and a serial decide it all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from yekuo.operations.application import Application
from yekuo.operations.rehearsal import words
from yekuo.operations.rehearsal.cast import phone
from yekuo.operations.rehearsal.effects import chance_of
from yekuo.operations.rehearsal.staffing import PEOPLE
from yekuo.rules.calendar import BEIJING
from yekuo.rules.facts import Business, CustomerKind, Importance, Voltage
from yekuo.rules.people import identity_check_digit
from yekuo.rules.taking_over import TakenOver

FIRST_DAY = date(2025, 11, 3)
LAST_DAY = date(2026, 11, 19)
SERIALS = range(1001, 1371)
LATELY, FIRST_OF_LATE = date(2026, 10, 26), 1296
"""The last of them were filed in the last weeks, so that a working morning has its work."""
BUSY = {1: 8, 2: 4, 3: 9, 4: 9, 5: 10, 6: 12, 7: 13, 8: 11, 9: 9, 10: 7, 11: 9, 12: 8}
"""How busy a month is: much in summer, little around the spring festival and the October holidays."""
COUNTIES = (("3301", 46), ("3302", 32), ("3303", 22))
CLASSES = (("resident", 46), ("free", 22), ("low", 14), ("high", 12), ("double", 6))
CHANNELS = (("web", 50), ("counter", 28), ("phone", 4), ("95598", 6), ("government", 6), ("agent", 6))
AT_A_DESK = frozenset({"counter", "phone", "95598", "visit"})
PERSON = ("id_card", "property_certificate")
FIRM = ("business_licence", "property_certificate")
BIG = (*FIRM, "equipment_list")
GRADED = (*BIG, "project_approval", "importance_list", "security_load_list")
AGENT = ("authorisation", "agent_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """际遇: what befalls a case; `pause` is '', approved, refused or disputed, `leaves_at` the stage it is withdrawn in."""

    lacks: int = 0
    promises: bool = False
    breaks_promise: bool = False
    corrected_late: bool = False
    pause: str = ""
    permit: bool = False
    leaves_at: str = ""
    ended: bool = False
    objected: bool = False
    design_refused: bool = False
    mid_refused: bool = False
    defects: bool = False
    scheme_refused: bool = False
    impatient: bool = False
    works: bool = False
    own_works: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """计划: one case of the year before it is told."""

    serial: int
    unit: str
    supply: str
    application: Application
    papers: tuple[str, ...]
    filed_at: datetime
    channel: str
    crew: dict[str, str]
    designer: tuple[str, str]
    builder: tuple[str, str]
    fate: Fate
    grows: bool = False

    @property
    def phone(self) -> str:
        """This function will give the phone of whoever applies: the applicant's or the agent's."""
        return self.application.agent_phone or self.application.phone

    @property
    def high(self) -> bool:
        """This function will say whether supply is asked for at high voltage."""
        return self.supply in ("high", "double")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """地点: where somebody wants power, and on which phone they are reached."""

    unit: str
    address: str
    phone: str

    @property
    def area(self) -> str:
        """This function will name the county."""
        return words.AREAS[self.unit]


def identity(serial: int) -> str:
    """This function will make a valid identity number for a person who does not exist."""
    seventeen = f"330106{1970 + serial % 35}{1 + serial % 12:02d}{1 + serial % 28:02d}{serial % 1000:03d}"
    return seventeen + identity_check_digit(seventeen)


def credit_code(serial: int) -> str:
    """This function will make a valid unified social credit code (GB 32100) for a company that does not exist."""
    letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = f"91330100MA{serial:07d}"
    total = sum(letters.index(char) * pow(3, place, 31) for place, char in enumerate(body))
    return body + letters[(31 - total % 31) % 31]


def year(seed: int, serials: Sequence[int] = SERIALS) -> list[Plan]:
    """This function will plan the cases of the year, the first filed first; the same seed gives the same plan."""
    return sorted((_plan(Random(f"{seed}-{serial}"), serial) for serial in serials), key=lambda one: one.filed_at)  # noqa: S311 - a story, not a secret


def _one(dice: Random, weighted: Sequence[tuple[str, int]]) -> str:
    return dice.choices([value for value, _ in weighted], [weight for _, weight in weighted])[0]


def _plan(dice: Random, serial: int) -> Plan:
    unit, supply, channel = _one(dice, COUNTIES), _one(dice, CLASSES), _one(dice, CHANNELS)
    if channel == "agent" and supply == "resident":
        channel = "counter"
    filed = _moment(dice, channel, since=LATELY if serial >= FIRST_OF_LATE else FIRST_DAY)
    application, papers = _application(dice, serial, unit, supply)
    grows = channel != "agent" and dice.random() < (0.12 if supply == "resident" else 0.26)
    if channel == "agent":
        papers = (*papers, *AGENT)
        application = replace(
            application, phone=phone(serial + 4000), agent_name=_person(dice), agent_number=identity(serial + 500),
            agent_phone=phone(serial),
        )  # fmt: skip
    designer = dice.choices(words.DESIGNERS, [one[2] for one in words.DESIGNERS])[0]
    builder = dice.choices(words.BUILDERS, [one[2] for one in words.BUILDERS])[0]
    fate = _fate(dice, supply, channel, designer[0], builder[0])
    return Plan(
        serial=serial, unit=unit, supply=supply, application=application, papers=papers, filed_at=filed,
        channel=channel, crew=_crew(dice, unit), designer=designer[:2], builder=builder[:2], fate=fate, grows=grows,
    )  # fmt: skip


def _moment(dice: Random, channel: str, *, since: date) -> datetime:
    """A day by the season; at a desk in its hours, online often at night or on a day off."""
    days = [since + timedelta(days=day) for day in range((LAST_DAY - since).days + 1)]
    weights = [BUSY[day.month] * (1 if day.weekday() < 5 else 0 if channel in AT_A_DESK else 0.4) for day in days]
    day = dice.choices(days, weights)[0]
    hour = dice.choice(
        (9, 9, 10, 10, 11, 13, 14, 15, 16) if channel in AT_A_DESK else (8, 9, 11, 14, 16, 19, 20, 21, 22)
    )
    return datetime.combine(day, time(hour, dice.randrange(60), dice.randrange(60)), tzinfo=BEIJING)


def _crew(dice: Random, unit: str) -> dict[str, str]:
    """Who acts for each role; whoever manages a case does not also call the customer back."""
    by_role: dict[str, list[str]] = {}
    for one in PEOPLE:
        if one.unit == unit:
            for role in one.roles:
                by_role.setdefault(role, []).append(one.login)
    crew = {role: dice.choice(logins) for role, logins in by_role.items()}
    others = [login for login in by_role["clerk"] if login != crew["manager"]]
    return crew | {"clerk": dice.choice(others)}


def _person(dice: Random) -> str:
    return dice.choice(words.SURNAMES) + dice.choice(words.GIVEN)


def _application(dice: Random, serial: int, unit: str, supply: str) -> tuple[Application, tuple[str, ...]]:
    street, number = dice.choice(words.STREETS[unit]), dice.randrange(1, 400)
    place = Spot(unit=unit, address=f"{street} {number} 号", phone=phone(serial))
    if supply == "resident":
        return _home(dice, serial, place), PERSON
    return _firm(dice, serial, supply, place)


def _home(dice: Random, serial: int, place: Spot) -> Application:
    if dice.random() < 0.6:
        room = f"{dice.randrange(1, 24)} 幢 {dice.randrange(1, 18)}0{dice.randrange(1, 5)}"
        place = replace(place, address=f"{place.address}{dice.choice(words.ESTATES)} {room} 室")
    return Application(
        business=Business.NEW, kind=CustomerKind.RESIDENT, name=_person(dice),
        id_type="resident_id", id_number=identity(serial), load_kw=Decimal(dice.choice((6, 8, 8, 8, 10, 12, 16, 21))),
        use="居民生活", signs_standard_contract=dice.random() < 0.85, area=place.area, address=place.address, phone=place.phone,
    )  # fmt: skip


def _firm(dice: Random, serial: int, supply: str, place: Spot) -> tuple[Application, tuple[str, ...]]:
    where, brand = place.area, dice.choice(words.BRANDS)
    graded = supply == "double" and dice.random() < 0.45
    if supply == "free":
        trade, kw, use = (dice.choice(words.SHOPS), "零售餐饮"), dice.choice((10, 15, 20, 30, 45, 60, 80, 120)), "商业"
    elif supply == "low":
        trade, kw, use = dice.choice(words.FIRMS), dice.choice((25, 30, 40, 60, 80, 100)), "商业"
    else:
        trade, kw, use = (
            dice.choice(words.FACTORIES),
            dice.choice((160, 160, 200, 200, 200, 250, 250, 315, 400)),
            "工业",
        )
    name = f"{where[:2]}{brand}{trade[0]}{'' if supply == 'free' else '有限公司'}"
    if graded:
        name = f"{where}{dice.choice(words.HOUSES)}"
    made = Application(
        business=Business.NEW, kind=CustomerKind.NONRESIDENT, name=name, id_type="credit_code",
        id_number=credit_code(serial), contact=_person(dice), load_kw=Decimal(kw), private_business=supply == "free",
        use=use, industry=trade[1], signs_standard_contract=supply == "free" and dice.random() < 0.8, area=place.area, address=place.address, phone=place.phone,
    )  # fmt: skip
    if supply not in ("high", "double"):
        return made, FIRM
    made = replace(made, high_voltage=True, transformers_kva=Decimal(kw), voltage=Voltage.KV10)
    special = not graded and (trade[0] in words.SPECIAL or dice.random() < 0.25)
    made = replace(made, special_load=special)
    if supply == "double":
        made = replace(made, sources=2, importance=Importance.SECOND if graded else Importance.ORDINARY)
    return made, GRADED if graded else (*BIG, "load_report") if special else BIG


def _fate(dice: Random, supply: str, channel: str, designer: str, builder: str) -> Fate:
    high, promises = supply in ("high", "double"), dice.random() < 0.22
    pause = dice.choices(("", "approved", "disputed", "refused"), (92, 5, 2, 1))[0]
    return Fate(
        lacks=dice.choice((1, 2)) if dice.random() < 0.16 else 0,
        promises=promises,
        breaks_promise=promises and dice.random() < 0.25,
        corrected_late=dice.random() < chance_of("corrected_late", channel),
        pause=pause if supply != "resident" else "",
        permit=dice.random() < 0.3,
        leaves_at=dice.choice(("survey", "scheme", "answer", "works")) if dice.random() < 0.05 else "",
        ended=dice.random() < 0.25,
        objected=dice.random() < 0.18,
        design_refused=dice.random() < chance_of("refused_drawings", designer),
        mid_refused=dice.random() < 0.15,
        defects=dice.random() < chance_of("defects_at_completion", builder),
        scheme_refused=dice.random() < 0.05,
        impatient=dice.random() < 0.6,
        works=dice.random() < {"resident": 0.12, "free": 0.45, "low": 0.4}.get(supply, 0.6),
        own_works=high or (supply == "low" and dice.random() < 0.15),
    )


def grown(plan: Plan, row: TakenOver, number: str) -> Plan:
    """This function will turn a plan into one for more capacity at an account that is there, by its own holder."""
    wanted = replace(
        plan.application, business=Business.INCREASE, name=row.name, id_type=row.id_type, id_number=row.id_number,
        phone=row.phone, contact=row.contact, area=row.area, address=row.address.removeprefix(row.area),
        account_number=number, existing=row.capacity, importance=Importance.ORDINARY,
    )  # fmt: skip
    papers = (*BIG, "load_report") if plan.high else plan.papers
    return replace(plan, application=wanted, papers=papers)
