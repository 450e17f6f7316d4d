"""表格导入: what is chosen in the preview is taken in, all or nothing, once; every wrong row is named before."""

import io
import zipfile
from datetime import datetime
from decimal import Decimal

import openpyxl
import pytest

from tests.operations.people import SHOP, application, clerk, company
from yekuo.integrations.spreadsheets import read_table
from yekuo.operations import importing, intake
from yekuo.operations.account_rows import take_over
from yekuo.operations.importing import KINDS
from yekuo.operations.rehearsal.company import found_company
from yekuo.operations.rehearsal.counters import seed_accounts, seed_halls, seed_queue
from yekuo.operations.rehearsal.plan import credit_code, identity
from yekuo.records import accounts
from yekuo.records.models import Account, Case, Contract, ImportSheet, Meter, Person, Ticket, Unit
from yekuo.records.scope import scope_of
from yekuo.rules.actor import Actor
from yekuo.rules.calendar import BEIJING
from yekuo.rules.refusal import Refused

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 9, 30, tzinfo=BEIJING)


def home(n: int, **changes: str) -> dict[str, str]:
    return {
        "户名": f"王小{n}", "身份证号": identity(n), "联系电话": f"1380571{n:04d}", "所在区域": "西湖区",
        "用电地址": f"阳光花园 {n} 幢 101", "申请容量": "8", **changes,
    }  # fmt: skip


def old(n: int, **changes: str) -> dict[str, str]:
    return {
        "户号": f"33010{n:05d}", "用户类别": "非居民", "户名": f"恒远{n}有限公司", "证件号码": credit_code(n),
        "联系电话": f"1380571{n:04d}", "用电地址": f"西湖区工业路 {n} 号", "供电电压": "10 千伏", "合同容量": "315",
        "电价类别": "工商业两部制", "送电日期": "2019-05-20", "电能表资产号": f"DB{n:05d}", "合同编号": f"HT{n}", **changes,
    }  # fmt: skip


def sheet(*rows: dict[str, str], csv: str = "") -> bytes:
    titles = list(dict.fromkeys(title for row in rows for title in row))
    if csv:
        lines = [",".join(titles), *(",".join(row.get(title, "") for title in titles) for row in rows)]
        return "\n".join(lines).encode(csv)
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(titles)
    for row in rows:
        page.append([row.get(title, "") for title in titles])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


@pytest.fixture
def places() -> dict[str, Unit]:
    return company()


@pytest.fixture
def by(places: dict[str, Unit]) -> Actor:
    return clerk(places["county"], "clerk", "chief")


def sent(content: bytes, by: Actor, kind: str = "residents", name: str = "表.xlsx") -> int:
    return importing.upload(kind=kind, content=content, name=name, unit=by.unit, by=by, at=AT)


def shown(key: int, by: Actor) -> importing.Preview:
    return importing.preview(sheet=key, by=by, at=AT)


def test_residents_are_filed_exactly_as_chosen_and_once(by: Actor) -> None:
    key = sent(sheet(*(home(n) for n in range(1, 6))), by)
    assert Case.objects.count() == 0
    assert [row.line for row in shown(key, by).rows] == [2, 3, 4, 5, 6]
    assert all(row.proposed for row in shown(key, by).rows)
    done = importing.confirm(sheet=key, lines=[2, 4, 6], by=by, at=AT)
    assert [one.line for one in done] == [2, 4, 6]
    assert {one.number for one in done} == set(Case.objects.values_list("number", flat=True))
    assert importing.confirm(sheet=key, lines=[3, 5], by=by, at=AT) == done
    assert Case.objects.count() == 3
    assert set(Case.objects.values_list("stage", flat=True)) == {"accept"}
    kept = ImportSheet.objects.get()
    assert (kept.content.open(), kept.confirmed_at) == ("", AT)


def test_every_wrong_row_is_named_and_none_can_be_taken_in(by: Actor) -> None:
    rows = [home(1), home(2, 身份证号="330106198001010010"), home(3, 联系电话="12"), home(4, 申请容量="八"),
            home(5, 用电地址=home(1)["用电地址"])]  # fmt: skip
    key = sent(sheet(*rows), by)
    found = {row.line: {one.field for one in row.problems} for row in shown(key, by).rows}
    assert found == {2: {"address"}, 3: {"id_number"}, 4: {"phone"}, 5: {"load_kw"}, 6: {"address"}}
    with pytest.raises(Refused) as caught:
        importing.confirm(sheet=key, lines=[4, 5], by=by, at=AT)
    assert [one.message.split("：")[0] for one in caught.value.problems] == ["第 4 行", "第 5 行"]
    with pytest.raises(Refused, match="不一致"):
        importing.confirm(sheet=key, lines=[2, 99], by=by, at=AT)
    with pytest.raises(Refused, match="至少"):
        importing.confirm(sheet=key, lines=[], by=by, at=AT)
    assert Case.objects.count() == 0


def test_a_row_refused_on_the_way_takes_everything_back(by: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    key = sent(sheet(home(1), home(2), home(3)), by)
    real = intake.file_application
    from yekuo.operations import resident_rows

    def third(**told: object) -> object:
        if str(told["key"]).endswith("-4"):
            raise Refused("不行")
        return real(**told)  # type: ignore[arg-type]

    monkeypatch.setattr(resident_rows, "file_application", third)
    with pytest.raises(Refused, match="第 4 行：不行；没有导入任何一行"):
        importing.confirm(sheet=key, lines=[2, 3, 4], by=by, at=AT)
    assert Case.objects.count() == Person.objects.count() == 0
    assert ImportSheet.objects.get().confirmed_at is None


def test_an_open_case_of_the_same_person_or_place_is_a_warning(by: Actor) -> None:
    first = importing.confirm(sheet=sent(sheet(home(1)), by), lines=[2], by=by, at=AT)[0].number
    again = shown(sent(sheet(home(1), home(2, 用电地址=home(1)["用电地址"])), by), by)
    assert [row.proposed for row in again.rows] == [False, False]
    assert f"同一证件已有在途工单 {first}" in again.rows[0].warnings
    assert again.rows[1].warnings == (f"同一地址已有在途工单 {first}",)
    same = shown(sent(sheet(home(1)), by), by)
    assert same.before == AT


def test_a_preview_is_masked_and_its_senders_only(by: Actor, places: dict[str, Unit]) -> None:
    key = sent(sheet(home(1)), by)
    row = shown(key, by).rows[0]
    assert identity(1) not in repr(row)
    assert "13805710001" not in repr(row)
    other = clerk(places["county"], "clerk", name="乙")
    for deed in (lambda: shown(key, other), lambda: importing.confirm(sheet=key, lines=[2], by=other, at=AT)):
        with pytest.raises(Refused) as caught:
            deed()
        assert caught.value.code == "not_found"
    importing.drop(sheet=key, by=other)
    assert ImportSheet.objects.exists()
    importing.drop(sheet=key, by=by)
    assert not ImportSheet.objects.exists()


def test_accounts_are_taken_over_with_point_meter_and_contract(by: Actor) -> None:
    key = sent(sheet(old(1), old(2, 户号="", 供电电压="380V", 合同容量="60", 电价类别="工商业单一制")), by, "accounts")
    done = importing.confirm(sheet=key, lines=[2, 3], by=by, at=AT)
    first, second = (Account.objects.get(number=one.number) for one in done)
    assert (first.number, first.capacity, first.voltage, first.case) == ("3301000001", Decimal(315), 10_000, None)
    assert accounts.number_error(second.number) == ""
    assert {one.asset for one in Meter.objects.all()} == {"DB00001", "DB00002"}
    assert set(Contract.objects.values_list("kind", flat=True)) == {"high_voltage", "low_voltage"}
    assert [one.number for one in accounts.found(scope_of(by), "13805710001")] == [first.number]
    assert [one.number for one in accounts.found(scope_of(by), first.number)] == [first.number]


def test_accounts_and_meters_there_already_are_named(by: Actor) -> None:
    importing.confirm(sheet=sent(sheet(old(1)), by, "accounts"), lines=[2], by=by, at=AT)
    rows = shown(
        sent(sheet(old(1), old(2), old(3, 户号=old(2)["户号"]), old(4, 送电日期="2027-01-01")), by, "accounts"), by
    )
    messages = [[one.message for one in row.problems] for row in rows.rows]
    assert messages[0] == ["户号 3301000001 已经存在", "电能表 DB00001 已装在户号 3301000001"]
    assert messages[1] == messages[2] == ["户号 3301000002 在表里出现多次（第 3、4 行）"]
    assert "送电日期不能晚于今天" in messages[3][0]


def test_a_foreigner_finds_no_account(by: Actor, places: dict[str, Unit]) -> None:
    importing.confirm(sheet=sent(sheet(old(1)), by, "accounts"), lines=[2], by=by, at=AT)
    far = scope_of(clerk(places["other"]))
    for text in ("3301000001", "13805710001", "恒远1有限公司", credit_code(1)):
        assert accounts.found(far, text) == ()
        assert len(accounts.found(scope_of(by), text)) == 1
    assert accounts.within("3301000001", far) is None


def test_who_may_not_import_is_told_who_may(places: dict[str, Unit]) -> None:
    with pytest.raises(Refused, match="可由班长/主任"):
        sent(sheet(old(1)), clerk(places["county"]), "accounts")
    with pytest.raises(Refused, match="请选择单位"):
        importing.upload(kind="residents", content=sheet(home(1)), name="x", unit=places["other"].pk,
                         by=clerk(places["county"], name="乙"), at=AT)  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_csv_reads_like_a_workbook(by: Actor, encoding: str) -> None:
    rows = shown(sent(sheet(home(1), home(2), csv=encoding), by, name="表.csv"), by).rows
    assert [row.proposed for row in rows] == [True, True]


@pytest.mark.parametrize("kind", KINDS)
def test_the_template_is_read_back_and_its_examples_are_right(kind: str, by: Actor) -> None:
    book = openpyxl.load_workbook(io.BytesIO(importing.blank(kind)))
    assert [cell.value.rstrip("*") for cell in book.worksheets[0][1]] == [one.title for one in KINDS[kind].columns]
    with pytest.raises(Refused, match="只有表头"):
        sent(importing.blank(kind), by, kind)
    titles = [one.title for one in KINDS[kind].columns]
    rows = [
        dict(zip(titles, [cell.value or "" for cell in row], strict=True))
        for row in book.worksheets[1].iter_rows(min_row=3)
    ]
    assert all(row.proposed for row in shown(sent(sheet(*rows), by, kind), by).rows)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "空的"), (b"\x89PNG\r\n\x1a\n\0\0", "不是表格"), (b"PK\x03\x04rubbish", "打不开"),
        (b"\xd0\xcf\x11\xe0old", "另存为"), (b"x" * (5 * 1024 * 1024 + 1), "超过 5 MB"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_told_so(content: bytes, told: str) -> None:
    with pytest.raises(Refused, match=told):
        read_table(content, name="表")


def test_a_workbook_torn_in_the_middle_of_its_rows_is_told_so() -> None:
    torn = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sheet(home(1), home(2)))) as whole, zipfile.ZipFile(torn, "w") as left:
        for name in whole.namelist():
            content = whole.read(name)
            left.writestr(name, content[:-60] if name.endswith("sheet1.xml") else content)
    with pytest.raises(Refused, match="读不出这个表格"):
        read_table(torn.getvalue(), name="表.xlsx")


def test_wrong_headings_are_all_named(by: Actor) -> None:
    with pytest.raises(Refused) as caught:
        sent("户名,户名,电话号码\n王五,x,1".encode(), by)
    told = " ".join(one.message for one in caught.value.problems)
    for one in ("不认识的栏目“电话号码”", "“户名”出现了两次", "缺少栏目“身份证号”"):
        assert one in told


def test_the_demo_takes_over_two_hundred_accounts_and_fills_a_morning() -> None:
    made = found_company(at=AT)
    taken = seed_accounts(made, at=AT)
    assert len(taken) == len({one.number for one in taken}) == Account.objects.count() == 200
    kinds = list(Account.objects.values_list("kind", "voltage"))
    assert {kind for kind, _ in kinds} == {"resident", "nonresident"}
    assert sum(voltage >= 10_000 for _, voltage in kinds) == 25
    halls = seed_halls(made)
    assert {one.grade for one in halls} == {"A", "B", "C"}
    seed_queue(made, halls, at=AT)
    states = list(Ticket.objects.filter(hall=halls[0]).values_list("status", flat=True))
    assert {"done", "serving", "waiting"} <= set(states)


def test_an_account_taken_over_is_increased_by_its_holder_only_from_what_it_has(by: Actor) -> None:
    from yekuo.rules.taking_over import read_account

    row = {"kind": "非居民", "name": SHOP["name"], "id_number": SHOP["id_number"], "phone": SHOP["phone"],
           "address": SHOP["address"], "voltage": "380 伏", "capacity": "60", "energised_on": "2020-01-01"}  # fmt: skip
    taken = take_over([read_account({k: str(v) for k, v in row.items()}, on=AT.date())], unit=by.unit, at=AT)[0]

    def file(key: str, **changes: object) -> object:
        form = application(SHOP, business="increase", load_kw="40", account_number=taken.number,
                           **{"existing": "60", **changes})  # fmt: skip
        return intake.file_application(
            application=form, papers=(), channel="counter", by=by, at=AT, key=key, unit=by.unit
        )

    with pytest.raises(Refused, match="现在的容量是 60"):
        file("increase-1", existing="50")
    file("increase-2")
    with pytest.raises(Refused, match="已有在途的增容工单"):
        file("increase-3")
    assert Case.objects.count() == 1
