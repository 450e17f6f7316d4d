"""申请资料: what each kind of applicant needs, the one complete list, and what a promise defers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.trade import facts, low, resident
from yekuo.records import tables
from yekuo.rules.facts import CustomerKind, Facts, Importance
from yekuo.rules.materials import (
    ApplicantSituation,
    Due,
    acceptable,
    missing,
    needed,
    overdue,
    parse_materials,
    promised,
)

TABLE = tables.materials()
PLAIN = ApplicantSituation()
PAPERS = [paper.code for paper in TABLE.papers]
ALL = st.sampled_from(
    [resident(), low(), low(customer_works=True), facts(), facts(importance=Importance.FIRST, special_load=True)]
)


def at_acceptance(about: Facts, applicant: ApplicantSituation = PLAIN) -> set[str]:
    return {one.code for one in needed(about, applicant, table=TABLE) if one.due is Due.ACCEPTANCE}


@pytest.mark.parametrize(
    ("about", "applicant", "codes"),
    [
        (resident(), PLAIN, {"identity", "property"}),
        (resident(), ApplicantSituation(agent=True), {"identity", "property", "authorisation", "agent_id"}),
        (resident(), ApplicantSituation(tenant=True), {"identity", "property", "lease", "owner_consent"}),
        (low(), PLAIN, {"subject", "property"}),
        (facts(), PLAIN, {"subject", "property", "equipment_list"}),
        (
            facts(importance=Importance.SECOND),
            PLAIN,
            {"subject", "property", "equipment_list", "project_approval", "importance_list", "security_load"},
        ),
        (facts(kind=CustomerKind.QUARTER), PLAIN, {"subject", "property", "equipment_list", "planning"}),
    ],
)
def test_what_is_needed_at_acceptance(about: Facts, applicant: ApplicantSituation, codes: set[str]) -> None:
    assert at_acceptance(about, applicant) == codes


def test_a_resident_is_accepted_with_one_paper() -> None:
    wanted = needed(resident(), PLAIN, table=TABLE)
    assert acceptable(wanted, ["id_card"])
    assert [(one.code, one.due) for one in promised(wanted, ["id_card"])] == [("property", Due.ENERGISE)]
    assert not acceptable(wanted, ["property_certificate"])


def test_the_notice_lists_everything_at_once_with_the_alternatives() -> None:
    lacking = missing(needed(facts(), ApplicantSituation(agent=True), table=TABLE), [])
    assert {one.code for one in lacking} == {"subject", "property", "equipment_list", "authorisation", "agent_id"}
    words = {one.code: one.wording for one in lacking}
    assert "营业执照" in words["subject"]
    assert "任选其一" in words["subject"]
    assert "可容缺" in words["equipment_list"]
    assert words["authorisation"] == "授权委托书"


def test_any_alternative_or_the_requirement_itself_satisfies() -> None:
    wanted = needed(facts(), PLAIN, table=TABLE)
    for given_paper in ("army_proof", "subject"):
        assert "subject" not in {one.code for one in missing(wanted, [given_paper])}


def test_completion_papers_are_not_asked_for_at_acceptance() -> None:
    wanted = needed(facts(), PLAIN, table=TABLE)
    assert "as_built" not in {one.code for one in missing(wanted, [])}
    assert "as_built" in {one.code for one in missing(wanted, [], by=Due.COMPLETION)}


def test_low_voltage_completion_papers_only_where_the_customer_builds() -> None:
    assert "lv_completion" in {one.code for one in needed(low(customer_works=True), PLAIN, table=TABLE)}
    assert "lv_completion" not in {one.code for one in needed(low(), PLAIN, table=TABLE)}


def test_a_promise_falls_due_at_its_stage_and_is_kept_by_handing_in() -> None:
    wanted = needed(facts(), PLAIN, table=TABLE)
    owed = promised(wanted, ["business_licence"])
    assert {one.code for one in owed} == {"property", "equipment_list"}
    assert overdue(owed, [], wanted, at=Due.ACCEPTANCE) == ()
    assert {one.code for one in overdue(owed, ["equipment_list"], wanted, at=Due.SURVEY)} == {"property"}
    assert overdue(owed, ["equipment_list", "land_certificate"], wanted, at=Due.ENERGISE) == ()


@given(ALL, st.booleans(), st.booleans(), st.sets(st.sampled_from(PAPERS)), st.sampled_from(PAPERS))
def test_handing_in_more_never_makes_more_missing(
    about: Facts, agent: bool, tenant: bool, papers: set[str], more: str
) -> None:
    wanted = needed(about, ApplicantSituation(agent=agent, tenant=tenant), table=TABLE)
    before = {one.code for one in missing(wanted, papers, by=Due.ENERGISE)}
    after = {one.code for one in missing(wanted, papers | {more}, by=Due.ENERGISE)}
    assert after <= before
    assert len({one.code for one in wanted}) == len(wanted)
    owed = {one.code for one in promised(wanted, papers)}
    assert acceptable(wanted, papers) == ({one.code for one in missing(wanted, papers)} == owed)


@given(ALL)
def test_everything_listed_can_be_handed_in(about: Facts) -> None:
    wanted = needed(about, ApplicantSituation(agent=True, tenant=True), table=TABLE)
    assert missing(wanted, PAPERS, by=Due.ENERGISE) == ()


def test_a_requirement_with_an_unknown_paper_is_refused() -> None:
    text = '[papers]\na = {name = "甲"}\n[[requirement]]\ncode = "x"\nname = "乙"\nany_of = ["b"]\n'
    with pytest.raises(ValueError, match="未登记"):
        parse_materials(text)
