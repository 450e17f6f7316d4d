"""在用电网: The network in force: found for every unit below its owner, replaced whole by the next import."""

from datetime import datetime

import pytest

from tests.grid.town import town
from tests.operations.grid_stage import town_of
from tests.operations.people import company
from yekuo.operations.grids import standing
from yekuo.records import grids
from yekuo.records.models import GridRevision
from yekuo.rules.calendar import BEIJING
from yekuo.rules.refusal import Refused

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 9, 0, tzinfo=BEIJING)


def test_a_unit_below_finds_the_network_above() -> None:
    units = company()
    made = town_of(units["top"].pk, at=AT)
    found = standing.network_of(units["county"].pk)
    assert found is not None
    assert found.standing == made.standing
    assert found.grid.revision == made.standing.digest


def test_without_a_network_it_is_said_what_to_do() -> None:
    units = company()
    with pytest.raises(Refused, match="还没有导入电网数据"):
        standing.needed(units["county"].pk)


def test_the_next_import_takes_the_place_of_the_one_before() -> None:
    units = company()
    first = town_of(units["top"].pk, at=AT)
    sheets = town()
    sheets["馈线"][0]["额定电流(A)"] = "500"
    second = town_of(units["top"].pk, at=AT, sheets=sheets)
    assert (first.standing.number, second.standing.number) == (1, 2)
    assert second.standing.digest != first.standing.digest
    assert GridRevision.objects.filter(current=True).count() == 1
    assert standing.atlas_of(first.standing.revision, first.standing.digest).grid.revision == first.standing.digest
    assert grids.standing(first.standing.grid) == second.standing
