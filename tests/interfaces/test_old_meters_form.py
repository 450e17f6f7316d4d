"""原表拆回表单: an increase asks for the readings of every old meter; a meter that stays is left empty."""

from decimal import Decimal

from tests.interfaces.form_trips import DEVICES, TESTED, at, case_of, draw, send
from yekuo.interfaces.desk.forms import FORMS
from yekuo.rules.deeds.closing import InstallMeter

TYPED = {**DEVICES, **TESTED}


def test_a_new_supply_is_not_asked_for_old_meters() -> None:
    page = draw(FORMS["install_meter"](case=case_of(at("metering")())))
    assert not any(name.startswith("removed.") for name in page.names)


def test_an_old_meters_readings_become_its_record_and_one_that_stays_none() -> None:
    case = case_of(at("metering")(), hanging=("OLD1", "OLD2"))
    page, form = send(FORMS["install_meter"], case, {**TYPED, "removed.OLD1.total": "18620.5"}, {"photos": 1})
    assert "原电能表 OLD1" in page.text
    assert form.is_valid(), form.errors
    deed = form.deed_of()
    assert isinstance(deed, InstallMeter)
    assert [one.meter_asset for one in deed.removed] == ["OLD1"]
    assert [(one.register, one.value) for one in deed.removed[0].readings] == [("total", Decimal("18620.5"))]
    assert deed.removed[0].removed_on == case.today


def test_a_wrong_reading_is_told_at_its_field_and_stays() -> None:
    case = case_of(at("metering")(), hanging=("OLD1",))
    _, form = send(FORMS["install_meter"], case, {**TYPED, "removed.OLD1.total": "一千"}, {"photos": 1})
    assert not form.is_valid()
    assert form.rows["removed"][0].errors["total"]
    assert form.place("removed.OLD1.readings")[0] is form.rows["removed"][0]
