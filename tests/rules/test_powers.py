"""权限清单: every deed has its line, thresholds bind, nobody approves a pause of one's own."""

import pytest

from tests.rules.trade import facts, low
from yekuo.records import tables
from yekuo.rules.deeds import REGISTRY
from yekuo.rules.facts import Voltage
from yekuo.rules.powers import Role, as_table, incompatible, may, parse_powers, who_may

TABLE = tables.powers()
HIGH = facts(voltage=Voltage.KV35)


def test_every_deed_has_a_line() -> None:
    listed = {power.deed for power in TABLE.powers}
    assert set(REGISTRY) <= listed
    assert {"read_case", "reveal_personal", "import_notice", "amend_limit"} <= listed


def test_every_line_can_be_done_by_somebody_at_every_voltage() -> None:
    for power in TABLE.powers:
        for voltage in Voltage:
            assert who_may(power.deed, facts(voltage=voltage), table=TABLE), power.deed


@pytest.mark.parametrize(
    ("role", "deed", "about", "allowed"),
    [
        (Role.MANAGER, "draft_scheme", facts(), True),
        (Role.MANAGER, "draft_scheme", facts(voltage=Voltage.KV20), True),
        (Role.MANAGER, "draft_scheme", HIGH, False),
        (Role.PLANNER, "draft_scheme", HIGH, True),
        (Role.PLANNER, "draft_scheme", facts(), False),
        (Role.MANAGER, "conclude_completion_inspection", low(), True),
        (Role.MANAGER, "conclude_completion_inspection", facts(), False),
        (Role.INSPECTOR, "conclude_completion_inspection", facts(), True),
        (Role.CLERK, "approve_pause", facts(), False),
        (Role.CHIEF, "approve_pause", facts(), True),
        (Role.CUSTOMER, "dispute_pause", facts(), True),
        (Role.CUSTOMER, "energise", facts(), False),
        (Role.ANALYST, "reveal_personal", facts(), False),
        (Role.ADMINISTRATOR, "energise", facts(), False),
        (Role.ADMINISTRATOR, "amend_limit", None, True),
        (Role.MANAGER, "draft_scheme", None, True),
        (Role.ADMINISTRATOR, "draft_scheme", None, False),
    ],
)
def test_who_may(role: Role, deed: str, about: object, allowed: bool) -> None:
    assert may((role,), deed, about, table=TABLE) is allowed  # type: ignore[arg-type]


def test_plain_keys_count_as_roles_and_unknown_ones_carry_nothing() -> None:
    assert may(("planner",), "draft_scheme", HIGH, table=TABLE)
    assert not may(("emperor",), "draft_scheme", HIGH, table=TABLE)
    assert not may((), "draft_scheme", HIGH, table=TABLE)


def test_a_deed_without_a_line_is_nobodys() -> None:
    with pytest.raises(LookupError, match="cook_dinner"):
        may(("chief",), "cook_dinner", None, table=TABLE)


def test_two_persons_for_a_pause() -> None:
    assert incompatible("approve_pause", table=TABLE) == ("request_pause",)
    assert incompatible("request_pause", table=TABLE) == ()


def test_the_page_says_who_and_when_in_words() -> None:
    lines = {line.deed: line for line in as_table(table=TABLE)}
    assert lines["draft_scheme"].grants == ((("客户经理",), "不满 35 千伏"), (("发展专责",), "35 千伏及以上"))
    assert lines["approve_pause"].not_by_author_of == ("申请挂起",)
    assert len(lines) == len(TABLE.powers)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[roles]\nclerk = '受理员'\n[[power]]\ndeed = 'a'\nname = 'a'\ngrants = []\n", "中文名称"),
        ("{roles}[[power]]\ndeed='a'\nname='a'\ngrants=[]\n[[power]]\ndeed='a'\nname='a'\ngrants=[]\n", "重复"),
        ("{roles}[[power]]\ndeed='a'\nname='a'\nnot_by_author_of=['b']\ngrants=[]\n", "不相容"),
    ],
)
def test_a_broken_table_is_refused(text: str, said: str) -> None:
    roles = "[roles]\n" + "".join(f"{role.value} = '{role.value}'\n" for role in Role)
    with pytest.raises(ValueError, match=said):
        parse_powers(text.replace("{roles}", roles))
