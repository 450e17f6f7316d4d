"""流程发布: the shipped definitions are sound, and every kind of fault is found and named."""

import pytest

from tests.rules.cases import BOOKS
from yekuo.records import tables
from yekuo.rules.engine.definition import Definition, parse_definition
from yekuo.rules.engine.publish import cover_problems, publish_problems
from yekuo.rules.powers import may

TWO = BOOKS.current["lv_two_links"].text


@pytest.mark.parametrize("definition", BOOKS.current.values(), ids=lambda one: one.key)
def test_shipped_definitions_have_no_fault(definition: Definition) -> None:
    assert publish_problems(definition) == ()


def test_every_customer_class_is_served_once() -> None:
    assert cover_problems(BOOKS.current) == ()
    assert len(cover_problems({"hv": BOOKS.current["hv"]})) == 3


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ('to = "scheme" }', 'to = "nowhere" }', "去向 nowhere 不存在"),
        ('{ on = "survey_submitted", to = "scheme" }', '{ on = "survey_submitted", to = "survey" }', "走不到"),
        ('{ to = "after_works" },', "", "没有默认去向"),
        ('clock = "archive"', 'clock = "sundial"', "没有时钟 sundial"),
        ('owner = "surveyor"', 'owner = "wizard"', "没有岗位 wizard"),
        ("contract_signed = true }, to", "contract_sigend = true }, to", "没有条件 contract_sigend"),
        ("external_works = true, external", 'external_works = "yes", external', "取值类型不对"),
        ('deeds = ["install_meter"]', 'deeds = ["instal_meter"]', "没有业务动作 instal_meter"),
        ('on = "energised"', 'on = "case_archived"', "本环节不会发生"),
        ('link = "connect"\nparty = "utility"\nowner = "clerk"', 'link = "x"\nparty = "utility"\nowner = "clerk"', "客户环节 x"),
        ('[choice.after_works]\nnext = [', '[choice.after_works]\nnext = [\n  { to = "metering" },', "永远不会用到"),
        ('{ to = "contract_draft" },', '{ to = "after_reply" },', "兜圈子"),
        ('start = "contact"', 'start = "begin"', "起始环节 begin 不存在"),
    ],
)  # fmt: skip
def test_a_fault_is_found_and_named(before: str, after: str, message: str) -> None:
    assert before in TWO
    problems = publish_problems(parse_definition(TWO.replace(before, after)))
    assert any(message in problem.message for problem in problems), problems


def test_version_follows_the_text() -> None:
    assert parse_definition(TWO).version == BOOKS.current["lv_two_links"].version
    assert parse_definition(TWO + "\n").version != BOOKS.current["lv_two_links"].version


@pytest.mark.parametrize("definition", BOOKS.current.values(), ids=lambda one: one.key)
def test_the_owner_of_a_stage_may_do_its_deeds(definition: Definition) -> None:
    table = tables.powers()
    denied = [
        (stage.key, deed)
        for stage in definition.stages.values()
        for deed in stage.deeds
        if stage.owner != "member" and not may((stage.owner,), deed, None, table=table)
    ]
    assert denied == []
