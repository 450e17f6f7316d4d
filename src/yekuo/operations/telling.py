"""告知: which deeds the customer is told of; the message itself is made when it is sent, so that no personal data waits."""

from datetime import datetime
from typing import Any

from yekuo.records.models import Case, Outbox
from yekuo.rules.deeds.works import ContactCustomer
from yekuo.rules.state import CaseState, Event

TOLD = frozenset({
    "application_filed", "notice_issued", "application_accepted", "business_converted", "person_assigned",
    "appointment_proposed", "appointment_made", "appointment_moved", "appointment_missed", "appointment_cancelled",
    "scheme_replied", "design_reviewed", "mid_inspection_concluded", "completion_inspection_concluded",
    "external_works_accepted", "contract_drafted", "fee_settled", "energised", "case_archived", "pause_approved",
    "case_resumed", "permit_applied", "permit_decided", "application_withdrawn", "case_terminated",
    "paper_returned", "complaint_filed", "complaint_answered",
})  # fmt: skip


def messages(event: Event, after: CaseState) -> list[dict[str, Any]]:
    """This function will list the outbox rows of a deed: topic `customer.<event>`, payload of references only."""
    if _own(event) or (event.kind not in TOLD and not _to_be_sent(event)):
        return []
    payload = {"event": event.kind, "stage": after.stage, "applicant": after.applicant}
    return [{"topic": f"customer.{event.kind}", "payload": payload}]


def tell_of_link(case: Case, *, key: int, at: datetime) -> None:
    """This function will tell the customer of a link that was given in their name, in the transaction that makes it."""
    Outbox.objects.create(
        case_id=case.pk, seq=0, topic=f"customer.mandate_given.{key}", created_at=at, next_try_at=at,
        payload={"event": "mandate_given", "stage": case.stage, "applicant": case.applicant or 0},
    )  # fmt: skip


def _to_be_sent(event: Event) -> bool:
    """A text somebody wrote to the customer; its words stay in the log row and are read when it is sent."""
    return isinstance(event.body, ContactCustomer) and event.body.send


def _own(event: Event) -> bool:
    """Times the customer put forward are no news to the customer."""
    return event.kind == "appointment_proposed" and not event.by.staff
