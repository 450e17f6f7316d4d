"""落点: a place is found by the name people write, wide or narrow, with or without spaces; what two share is nobody's."""

import pytest

from tests.grid.town import town as small
from tests.operations.ledger_stage import town
from yekuo.operations.grids.placing import by_name
from yekuo.operations.grids.standing import Network

pytestmark = pytest.mark.django_db


def named_town() -> Network:
    sheets = small()
    sheets["馈线"][0]["名称"] = "东郊 12 线"
    for row, name in zip(sheets["配变"], ("和平路1号公变", "同名公变", "同名公变", "和平路4号公变"), strict=True):
        row["名称"] = name
    return town(sheets=sheets)


@pytest.mark.parametrize(
    ("words", "node"),
    [
        ("和平路1号公变", "D1"), ("和平路 1 号公变", "D1"), ("和平路１号公变", "D1"), ("和平路1#公变", "D1"), ("d1", ""),
        ("D2", "D2"), ("东郊 12 线", "N1"), ("城东变 东郊 12 线", "N1"), ("城东变东郊线", ""), ("东郊12线", "N1"), ("同名公变", ""),
        ("东郊 12 线 和平路1号公变", "D1"), ("", ""), ("   ", ""), ("<b>", ""),
    ],
)  # fmt: skip
def test_what_people_write_is_found(words: str, node: str) -> None:
    found = by_name(named_town(), words)
    assert (found["node"] if found else "") == node
