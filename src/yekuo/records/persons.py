"""用电人查询: applicants kept once per content, found by blind index, shown masked."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from yekuo.records.models import Person
from yekuo.records.models.person import ORGANISATIONS, IdType
from yekuo.records.sealed import (
    digest_of,
    name_index,
    normal,
    normal_phone,
    number_index,
    phone_index,
    tail_index,
)
from yekuo.rules.people import mask_name, mask_organisation

FIELDS = {
    "name": "户名",
    "id_number": "证件号码",
    "phone": "联系电话",
    "contact": "联系人",
    "legal_person": "法定代表人",
    "agent_name": "经办人",
    "agent_number": "经办人证件号码",
    "agent_phone": "经办人电话",
}
INDEXES = ("name_index", "id_index", "phone_index", "phone4_index", "agent_phone_index")


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonContent:
    """用电人内容: what is sealed, as typed."""

    id_type: str
    name: str
    id_number: str
    phone: str
    contact: str = ""
    legal_person: str = ""
    agent_name: str = ""
    agent_number: str = ""
    agent_phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """用电人显示: everything masked, except that staff read an organisation's name in full (`name`).

    `public_name` is masked for every reader; `erased` says that the content is gone.
    """

    key: int
    name: str
    public_name: str
    id_type: str
    id_number: str
    phone: str
    contact: str
    agent_name: str
    agent_phone: str
    erased: bool


def keep(content: PersonContent, *, at: datetime) -> Person:
    """This function will keep an applicant; the very same content again gives the same row."""
    tidy = _tidied(content)
    columns = {
        **asdict(tidy),
        "name_index": name_index(tidy.name),
        "id_index": number_index(tidy.id_number),
        "phone_index": phone_index(tidy.phone),
        "phone4_index": tail_index(tidy.phone),
        "agent_phone_index": phone_index(tidy.agent_phone),
        "kept_at": at,
        "erased_at": None,
    }
    kept, made = Person.objects.get_or_create(digest=digest_of("person", asdict(tidy)), defaults=columns)
    if not made and kept.erased_at:  # erased once, and now somebody applies again
        for column, value in columns.items():
            setattr(kept, column, value)
        kept.save()
    return kept


def _tidied(content: PersonContent) -> PersonContent:
    stripped = {field: value.strip() for field, value in asdict(content).items()}
    for field in ("id_number", "agent_number"):
        stripped[field] = normal(stripped[field]).upper()
    for field in ("phone", "agent_phone"):
        if stripped[field].startswith(("1", "+86", "86")):
            stripped[field] = normal_phone(stripped[field])
    return PersonContent(**stripped)


def content_of(person: Person) -> PersonContent:
    """This function will open an applicant whole, for a form its owner or a clerk goes on with."""
    return PersonContent(id_type=person.id_type, **{field: getattr(person, field).open() for field in FIELDS})


def unchanged(person: Person) -> bool:
    """This function will say whether the content still is what the digest in the log was taken of."""
    return person.erased_at is None and digest_of("person", asdict(content_of(person))) == person.digest


def person(key: int) -> Person | None:
    """This function will find an applicant."""
    return Person.objects.filter(pk=key).first()


def own_name(key: int) -> str:
    """This function will give an applicant's name whole, for a page that only the applicant or the agent who gave it signs in to."""
    found = Person.objects.filter(pk=key, erased_at=None).only("row", "name").first()
    return found.name.open() if found is not None else ""


def shown(keys: Iterable[int]) -> dict[int, Shown]:
    """This function will give applicants by key as they may be shown, in one query."""
    found = Person.objects.filter(pk__in={key for key in keys if key})
    return {one.pk: show(one) for one in found}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """清单中的用电人: what a list shows of an applicant, masked like everywhere."""

    name: str
    phone: str


def listed(keys: Iterable[int]) -> dict[int, Listed]:
    """This function will give applicants by key as lists show them; only what is shown is opened."""
    found = Person.objects.filter(pk__in={key for key in keys if key})
    rows = found.only("row", "id_type", "name", "phone", "erased_at")
    return {one.pk: Listed(name=_staff_name(one), phone=str(one.phone)) for one in rows}


def _staff_name(one: Person) -> str:
    """Staff read an organisation's name in full."""
    if one.erased_at:
        return "（已删除）"
    return one.name.open() if one.id_type in ORGANISATIONS else mask_name(one.name.open())


def show(one: Person) -> Shown:
    """This function will give one applicant as it may be shown."""
    name = one.name.open()
    organisation = one.id_type in ORGANISATIONS
    hidden = mask_organisation(name) if organisation else mask_name(name)
    return Shown(
        key=one.pk,
        name="（已删除）" if one.erased_at else name if organisation else hidden,
        public_name="（已删除）" if one.erased_at else hidden,
        id_type=IdType(one.id_type).label,
        id_number=str(one.id_number),
        phone=str(one.phone),
        contact=str(one.contact),
        agent_name=str(one.agent_name),
        agent_phone=str(one.agent_phone),
        erased=one.erased_at is not None,
    )


def look_up(text: str) -> QuerySet[Person]:
    """This function will find applicants by whole name, whole number, whole phone or the phone's last four digits."""
    wanted = normal(text)
    if not wanted:
        return Person.objects.none()
    if wanted.isdigit() and len(wanted) == 4:
        return Person.objects.filter(phone4_index=tail_index(wanted))
    found = Q(name_index=name_index(wanted)) | Q(id_index=number_index(wanted))
    if len(normal_phone(wanted)) >= 7:
        found |= Q(phone_index=phone_index(wanted)) | Q(agent_phone_index=phone_index(wanted))
    return Person.objects.filter(found)


def keys_found(text: str) -> tuple[int, ...]:
    """This function will list the keys of the applicants found, for a search in cases."""
    return tuple(look_up(text).values_list("pk", flat=True)[:1000])


def numbered(number: str) -> tuple[int, ...]:
    """This function will list the rows with an identity or organisation number."""
    index = number_index(number)
    return tuple(Person.objects.filter(id_index=index).values_list("pk", flat=True)) if index else ()


def numbered_many(numbers: Iterable[str]) -> dict[int, str]:
    """This function will say which rows have one of many numbers: the number by key of the row, in one query."""
    wanted = {number_index(one): normal(one).upper() for one in numbers if one}
    found = Person.objects.filter(id_index__in=[one for one in wanted if one]).values_list("pk", "id_index")
    return {key: wanted[bytes(index)] for key, index in found if index}


def with_phone(index: bytes) -> tuple[int, ...]:
    """This function will list the applicants with a phone of their own; an agent's is not theirs."""
    return tuple(Person.objects.filter(phone_index=index).order_by("pk").values_list("pk", flat=True))


def same_applicant(one: Person) -> tuple[int, ...]:
    """This function will list the rows with the same number, the row itself included."""
    return (
        tuple(Person.objects.filter(id_index=one.id_index).values_list("pk", flat=True)) if one.id_index else (one.pk,)
    )


def erase(keys: Iterable[int], *, at: datetime) -> int:
    """This function will empty applicants for good, leaving row and digest for the log; returns how many were emptied."""
    emptied: dict[str, object] = dict.fromkeys(FIELDS, b"") | dict.fromkeys(INDEXES)
    return Person.objects.filter(pk__in=tuple(keys), erased_at=None).update(**emptied, erased_at=at)
