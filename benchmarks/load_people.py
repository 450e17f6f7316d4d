"""压力演练的人: signs staff and customers of a running demo in, the way a day's first hour has, and counts what waits."""

import json
import os
import sys
from datetime import UTC, datetime
from importlib import import_module

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yekuo.project.settings")
import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402

from yekuo.interfaces.customer.session import SEEN, SESSION  # noqa: E402
from yekuo.interfaces.look import clock  # noqa: E402
from yekuo.operations import signin  # noqa: E402
from yekuo.records.models import Case, Outbox, Staff, Task, Unit  # noqa: E402

Store = import_module(settings.SESSION_ENGINE).SessionStore


def session(**content: object) -> str:
    kept = Store()
    kept.update(content)
    kept.create()
    return str(kept.session_key)


def staff(many: int) -> list[dict[str, object]]:
    found = []
    for one in Staff.objects.filter(is_active=True).prefetch_related("held_roles").order_by("pk")[:many]:
        key = session(**{
            SESSION_KEY: str(one.pk), BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: one.get_session_auth_hash(),
        })  # fmt: skip
        roles = [held.role for held in one.held_roles.all()]
        mine = Case.objects.filter(manager=one.pk, status="open") if "manager" in roles else Case.objects.none()
        seen = Case.objects.filter(unit=one.unit_id, status="open")
        found.append({
            "session": key, "roles": roles, "mine": list(mine.values_list("number", flat=True)[:40]),
            "seen": list(seen.values_list("number", flat=True)[:40]),
        })  # fmt: skip
    return found


def customers(many: int) -> list[dict[str, object]]:
    at, seen = clock.now(), datetime.now(UTC).isoformat()
    found: list[dict[str, object]] = []
    for case in Case.objects.filter(status="open").order_by("-pk")[: many * 4 // 5]:
        actor = signin.customer_of_case(case.pk)
        if actor is not None:
            key = session(**{SESSION: actor.person, SEEN: seen})
            found.append({"session": key, "number": case.number, "token": signin.progress_link(case=case.pk, at=at)})
    for n in range(len(found), many):
        phone = f"1370000{n:04d}"
        actor = signin.customer_by_phone(phone, at=at)
        found.append({"session": session(**{SESSION: actor.person, SEEN: seen}), "phone": phone, "n": n})
    return found


def waiting() -> dict[str, int]:
    return {
        "待受理": Task.objects.filter(closed_at=None, stage="accept").count(),
        "待发短信": Outbox.objects.filter(next_try_at__isnull=False).count(),
        "在途工单": Case.objects.filter(status="open").count(),
    }


if __name__ == "__main__":
    if sys.argv[1] == "waiting":
        print(json.dumps(waiting(), ensure_ascii=False))
    else:
        unit = Unit.objects.filter(kind="county").order_by("code").first()
        made = {"staff": staff(int(sys.argv[1])), "customers": customers(int(sys.argv[2])), "unit": unit and unit.pk}
        print(json.dumps(made))
