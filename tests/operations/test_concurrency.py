"""并发: many at once on one case: every vote counts once, the join happens once, a repeated submit is done once."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, connections

from tests.operations.told import CLASSES, DESK, MONDAY, UNIT, Told
from tests.rules.cases import PLACE, filing
from yekuo.operations.audit import verify
from yekuo.operations.opening import open_case
from yekuo.operations.perform import Receipt, perform
from yekuo.records.models import Case, Event
from yekuo.rules.actor import Actor, ActorKind
from yekuo.rules.deeds.intake import MakeContact
from yekuo.rules.deeds.scheme import AddReviewer, GiveOpinion
from yekuo.rules.refusal import Refused

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("crowd")]
VOTERS = 25


def all_at_once(deeds: list[Callable[[], Receipt]]) -> list[Receipt | Refused]:
    """Run every deed in a thread of its own, started together; refusals are answers."""
    barrier = threading.Barrier(len(deeds))
    answers: list[Receipt | Refused | BaseException] = [LookupError() for _ in deeds]

    def run(place: int, deed: Callable[[], Receipt]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=300)
            answers[place] = deed()
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that waits
            answers[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    for answer in answers:
        if not isinstance(answer, Receipt | Refused):
            raise answer
    return answers  # type: ignore[return-value] # anything else was raised


def voter(person: int) -> Actor:
    return Actor(kind=ActorKind.STAFF, person=person, unit=UNIT, roles=DESK.roles)


def in_review() -> tuple[Told, list[tuple[str, Actor]]]:
    """A joint review with 25 members: those of the rule and as many named persons as it takes."""
    told = Told().file(CLASSES["hv_multi"]).to("review")
    review = told.state.review
    assert review is not None
    seats = [(seat.member, voter(100 + place)) for place, seat in enumerate(review.seats)]
    for person in range(200, 200 + VOTERS - len(seats)):
        told.do(AddReviewer(member=f"staff:{person}", reason="扩大会审"), after=timedelta(seconds=1))
        seats.append((f"staff:{person}", voter(person)))
    return told, seats


def test_fifty_votes_at_once_with_double_submits_join_once() -> None:
    told, seats = in_review()
    at = told.at + timedelta(minutes=1)

    def vote(member: str, by: Actor, key: str) -> Callable[[], Receipt]:
        deed = GiveOpinion(member=member, agree=True, text="同意")
        return lambda: perform(case=told.id, deed=deed, by=by, at=at, key=key)

    doubled = [vote(member, by, f"vote-{member}") for member, by in seats for _ in range(2)]
    answers = all_at_once(doubled)
    receipts = [answer for answer in answers if isinstance(answer, Receipt)]
    assert len(receipts) == 2 * VOTERS
    assert sum(receipt.replayed for receipt in receipts) == VOTERS
    assert len({receipt.seq for receipt in receipts}) == VOTERS
    moves = Event.objects.filter(case_id=told.id, kind="opinion_given", move__isnull=False)
    assert [row.move["stage"] for row in moves if row.move] == ["reply"]
    assert told.state.stage == "reply"
    assert verify().whole


def test_fifty_votes_at_once_without_keys_count_once_each_and_join_once() -> None:
    told, seats = in_review()
    at = told.at + timedelta(minutes=1)

    def vote(member: str, by: Actor) -> Callable[[], Receipt]:
        return lambda: perform(case=told.id, deed=GiveOpinion(member=member, agree=True), by=by, at=at)

    answers = all_at_once([vote(member, by) for member, by in seats for _ in range(2)])
    assert sum(isinstance(answer, Receipt) for answer in answers) == VOTERS
    assert Event.objects.filter(case_id=told.id, kind="opinion_given").count() == VOTERS
    assert Event.objects.filter(case_id=told.id, kind="opinion_given", move__isnull=False).count() == 1
    assert verify().whole


def test_one_objection_among_many_votes_returns_the_scheme_once() -> None:
    told, seats = in_review()
    at = told.at + timedelta(minutes=1)

    def vote(member: str, by: Actor, agree: bool) -> Callable[[], Receipt]:
        return lambda: perform(
            case=told.id, deed=GiveOpinion(member=member, agree=agree, text="请改接"), by=by, at=at, expected="review#1"
        )

    all_at_once([vote(member, by, place != 12) for place, (member, by) in enumerate(seats)])
    assert told.state.stage == "scheme"
    assert Event.objects.filter(case_id=told.id, kind="opinion_given", move__isnull=False).count() == 1
    assert verify().whole


def test_the_same_first_contact_sent_twenty_times_opens_one_case() -> None:
    def opening() -> Receipt:
        return open_case(unit=UNIT, place=PLACE, deed=MakeContact(channel="web"), by=DESK, at=MONDAY, key="one")

    answers = all_at_once([opening] * 20)
    assert len({answer.number for answer in answers if isinstance(answer, Receipt)}) == 1
    assert Case.objects.count() == Event.objects.count() == 1


def test_cases_opened_at_once_are_numbered_without_gap_or_repetition() -> None:
    def opening() -> Receipt:
        return open_case(unit=UNIT, place=PLACE, deed=MakeContact(channel="web"), by=DESK, at=MONDAY)

    answers = all_at_once([opening] * 20)
    numbers = sorted(answer.number for answer in answers if isinstance(answer, Receipt))
    assert numbers == [f"YK202603{place:07d}" for place in range(1, 21)]


CLIENT = """
import os, signal, sys
import django
django.setup()
from django.db import connection
connection.settings_dict.update(NAME=sys.argv[1], OPTIONS={"options": "-c role=yekuo_app"})
from datetime import datetime
from tests.operations.told import CLASSES, DESK
from yekuo.operations import consequences, perform
from tests.rules.cases import filing

def die(done):
    os.kill(os.getpid(), signal.SIGKILL)

consequences.CONSEQUENCES["application_filed"] = (die,)
perform.perform(case=int(sys.argv[2]), deed=filing(CLASSES["resident"], "id_card"), by=DESK,
                at=datetime.fromisoformat(sys.argv[3]), key="killed")
"""


def test_a_client_killed_in_mid_transaction_leaves_nothing_and_may_try_again() -> None:
    told = Told()
    at = told.at + timedelta(minutes=1)
    killed = subprocess.run(
        [sys.executable, "-c", CLIENT, connection.settings_dict["NAME"], str(told.id), at.isoformat()],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "yekuo.project.settings", "YEKUO_ROLE": "owner"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert killed.returncode == -9, killed.stderr
    assert told.row.seq == Event.objects.filter(case_id=told.id).count() == 1
    end = time.monotonic() + 30
    receipt = perform(case=told.id, deed=filing(CLASSES["resident"], "id_card"), by=DESK, at=at, key="killed")
    assert time.monotonic() < end
    assert (receipt.seq, receipt.replayed) == (2, False)
    assert verify().whole
