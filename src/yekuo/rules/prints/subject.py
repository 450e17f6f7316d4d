"""案情: everything a form may say of one case; personal data come masked or whole, as the copy asks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from yekuo.rules.contract import ContractTable
from yekuo.rules.deeds.base import Deed
from yekuo.rules.deeds.intake import FileApplication
from yekuo.rules.facts import Facts
from yekuo.rules.inspection import Checklists
from yekuo.rules.materials import MaterialTable, Requirement, needed
from yekuo.rules.state import CaseState

D = TypeVar("D", bound=Deed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """经过: one row of the log with the name of whoever did it."""

    at: datetime
    who: str
    body: Deed


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """用电人: as this copy may show them; `whole` says whether that is in full."""

    whole: bool = False
    name: str = ""
    id_type: str = ""
    id_number: str = ""
    phone: str = ""
    contact: str = ""
    legal_person: str = ""
    agent_name: str = ""
    agent_number: str = ""
    agent_phone: str = ""
    address: str = ""
    invoice_title: str = ""
    invoice_number: str = ""
    invoice_to: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """单位: who serves the case, where and under which number."""

    company: str
    name: str
    address: str = ""
    phone: str = "95598"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """案情: `form` is the application as filed, `promises` by when, as told to the customer, `account` the 户号 and `sheet` the 督办单's number."""

    number: str
    office: Office
    state: CaseState
    applicant: Applicant
    told: tuple[Told, ...] = ()
    people: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, object] = field(default_factory=dict)
    materials: MaterialTable
    checklists: Checklists
    contracts: ContractTable
    promises: tuple[str, ...] = ()
    account: str = ""
    sheet: str = ""

    @property
    def facts(self) -> Facts:
        """This function will give the facts as they count now. Raises ValueError before an application was filed."""
        if self.state.facts is None:
            raise ValueError(self.number)
        return self.state.facts

    @property
    def asked(self) -> Facts:
        """This function will give the facts as they were applied for."""
        filed = self.last(FileApplication)
        return filed[1].facts if filed else self.facts

    @property
    def needed(self) -> tuple[Requirement, ...]:
        """This function will list the papers the case needs by the facts that count now."""
        return needed(self.facts, self.state.situation, table=self.materials)

    def last(self, kind: type[D]) -> tuple[Told, D] | None:
        """This function will find the newest deed of a kind and who did it when."""
        return next(((one, one.body) for one in reversed(self.told) if isinstance(one.body, kind)), None)

    def after(self, told: Told, kind: type[D]) -> tuple[Told, D] | None:
        """This function will find the newest deed of a kind that came after another row."""
        later = self.told[self.told.index(told) + 1 :]
        return next(((one, one.body) for one in reversed(later) if isinstance(one.body, kind)), None)

    def before(self, told: Told, kind: type[D]) -> tuple[Told, D] | None:
        """This function will find the newest deed of a kind that came before another row."""
        earlier = self.told[: self.told.index(told)]
        return next(((one, one.body) for one in reversed(earlier) if isinstance(one.body, kind)), None)

    def word(self, key: str) -> str:
        """This function will give a word of the application form, '' where none was written."""
        return str(self.form.get(key) or "")
