"""办理: one deed, one row, one transaction; who may, when, and what a repeated or late submit is told."""

import pytest

from tests.operations.told import CLASSES, Told

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", CLASSES)
def test_every_class_goes_from_contact_to_the_end(name: str) -> None:
    told = Told().file(CLASSES[name]).to("completed")
    assert told.row.status == "completed"
    assert told.row.seq == len(told.kinds)
