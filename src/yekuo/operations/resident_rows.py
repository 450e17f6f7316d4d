"""低压批量新装: residents of a list are filed one case each, by the same filing as at the counter."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from yekuo.operations.application import problems as wrong_in
from yekuo.operations.application import read_application
from yekuo.operations.intake import file_application
from yekuo.operations.rows import Become, Checked
from yekuo.records import applications, persons, sites
from yekuo.rules.actor import Actor
from yekuo.rules.calendar import day_of
from yekuo.rules.importing import Column, RawRow, repeated
from yekuo.rules.people import mask_identity, mask_name, mask_phone
from yekuo.rules.refusal import Problem, Refused

COLUMNS = (
    Column(field="name", title="户名", must=True, example="刘芳"),
    Column(field="id_number", title="身份证号", must=True, others=("证件号码",), example="11010519491231002X"),
    Column(field="phone", title="联系电话", must=True, others=("手机号",), example="13805710002"),
    Column(field="area", title="所在区域", example="城关县"),
    Column(field="address", title="用电地址", must=True, hint="写到门牌号", example="阳光花园 3 幢 2 单元 501"),
    Column(field="load_kw", title="申请容量", must=True, hint="千瓦", others=("申请负荷", "容量"), example="8"),
    Column(field="point", title="位置坐标", hint="经度,纬度", example="120.1536,30.2875"),
    Column(field="wanted_on", title="希望用电日期", hint="2027-01-05", example="2027-01-05"),
    Column(field="remark", title="备注", example="钥匙在物业"),
)
EXAMPLES = ({one.field: one.example for one in COLUMNS},)
KIN_DAYS = 30


def _typed(values: Mapping[str, str]) -> dict[str, object]:
    wanted = values.get("wanted_on", "").replace("/", "-").replace(".", "-")[:10]
    return {
        **values, "wanted_on": wanted, "business": "new", "kind": "resident", "id_type": "resident_id", "use": "life",
        "signs_standard_contract": "yes",
    }  # fmt: skip


def check(rows: Sequence[RawRow], unit: int, at: datetime) -> tuple[Checked, ...]:
    """This function will check rows as the counter would, among each other and against open cases."""
    same = repeated([_with_place(row) for row in rows], "place")
    near = _near(rows, at)
    return tuple(_checked(row, same, near, at) for row in rows)


def _with_place(row: RawRow) -> RawRow:
    return RawRow(line=row.line, values={"place": _place(row)})


def _place(row: RawRow) -> str:
    return "".join((row.values.get("area", "") + row.values.get("address", "")).split())


def _near(rows: Sequence[RawRow], at: datetime) -> dict[str, list[str]]:
    """Numbers of open cases by the applicant's number or the address, found with two questions for all rows."""
    people = persons.numbered_many(row.values.get("id_number", "") for row in rows)
    places = sites.found_many(row.values.get("area", "") + row.values.get("address", "") for row in rows)
    kin = applications.open_of(persons=people, sites=places)
    found: dict[str, list[str]] = {}
    for key, number in kin:
        found.setdefault(key, []).append(number)
    return found


def _checked(row: RawRow, same: Mapping[str, tuple[int, ...]], near: Mapping[str, list[str]], at: datetime) -> Checked:
    found = list(_problems(row, at))
    lines = same.get(_place(row).upper(), ())
    if lines:
        told = "、".join(str(one) for one in lines)
        found.append(Problem("address", f"同一地址在表里出现多次（第 {told} 行）"))
    values = row.values
    warnings = [
        f"{word}已有在途工单 {'、'.join(numbers)}"
        for word, key in (("同一证件", values.get("id_number", "").upper()), ("同一地址", _place(row)))
        if (numbers := near.get(key))
    ]
    return Checked(
        line=row.line, name=mask_name(values.get("name", "")), id_number=mask_identity(values.get("id_number", "")),
        phone=mask_phone(values.get("phone", "")), address=values.get("area", "") + values.get("address", ""),
        about=f"{values.get('load_kw', '')} 千瓦", problems=tuple(found), warnings=tuple(warnings),
    )  # fmt: skip


def _problems(row: RawRow, at: datetime) -> tuple[Problem, ...]:
    try:
        return wrong_in(read_application(_typed(row.values)), on=day_of(at))
    except Refused as refused:
        return refused.problems


def take(row: RawRow, unit: int, sheet: int, by: Actor, at: datetime) -> Become:
    """This function will file the application of one row, once per table and line. Raises Refused."""
    receipt = file_application(
        application=read_application(_typed(row.values)), papers=(), channel="counter", by=by, at=at,
        key=f"sheet-{sheet}-{row.line}", unit=unit,
    )  # fmt: skip
    return Become(line=row.line, number=receipt.number, name=mask_name(row.values.get("name", "")))
