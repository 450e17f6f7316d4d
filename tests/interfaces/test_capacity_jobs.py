"""后台公布: the round publishes what is behind, also without a planned moment, and does nothing while the ledger stands still."""

import pytest

from tests.operations.grid_stage import town_of
from tests.operations.people import company
from yekuo.interfaces.jobs import rounds, worker
from yekuo.interfaces.look import clock
from yekuo.records import figures
from yekuo.records.models import Grid


@pytest.mark.django_db
def test_a_round_called_by_name_publishes_and_then_follows_the_ledger() -> None:
    network = town_of(company()["city"].pk, at=clock.now())
    (own,) = [one for one in rounds.ROUNDS if one.name == "republish_capacity"]
    worker._job(own)()
    told = figures.publication(network.standing.revision)
    assert told is not None
    assert told.figures
    assert told.assured_at is not None
    assert rounds.republish_capacity() == 0
    Grid.objects.update(entries=1)
    assert rounds.republish_capacity() == 1
    assert rounds.publish_capacity() == 1
