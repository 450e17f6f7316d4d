"""方案测算存取: what was asked and what came out, numbered per case; the tables it rests on kept once."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet

from yekuo.records.models import Case, SchemeStudy, StudyBasis

Plain = Mapping[str, Any]
Study = SchemeStudy
"""What the interfaces call a kept study."""


def digest_of(value: object) -> str:
    """This function will give the SHA-256 of plain values in canonical form."""
    return sha256(json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def keep_basis(tables: Mapping[str, str]) -> str:
    """This function will keep the tables a study rests on, once, and return their digest."""
    digest = digest_of(tables)
    if not StudyBasis.objects.filter(digest=digest).exists():
        StudyBasis.objects.bulk_create([StudyBasis(digest=digest, tables=dict(tables))], ignore_conflicts=True)
    return digest


def basis(digest: str) -> dict[str, str]:
    """This function will fetch the tables kept under a digest; raises StudyBasis.DoesNotExist."""
    return dict(StudyBasis.objects.values_list("tables", flat=True).get(digest=digest))


def add(*, case: int, revision: int, inputs: Plain, result: Plain, solver: str, by: int, at: datetime) -> SchemeStudy:
    """This function will keep a study under the next number of its case, sealed by the digest of question and answer."""
    with transaction.atomic():
        Case.objects.select_for_update().only("pk").get(pk=case)
        last = SchemeStudy.objects.filter(case=case).aggregate(last=Max("number"))["last"] or 0
        return SchemeStudy.objects.create(
            case=case, revision_id=revision, number=last + 1, inputs=dict(inputs), result=dict(result),
            digest=digest_of([inputs, result]), solver=solver[:40], by=by, at=at,
        )  # fmt: skip


def _of(case: int) -> QuerySet[SchemeStudy]:
    return SchemeStudy.objects.filter(case=case).select_related("revision").defer("revision__tables")


def found(case: int, number: int) -> SchemeStudy | None:
    """This function will fetch one study of a case with its revision (without the network itself)."""
    return _of(case).filter(number=number).first()


def latest(case: int) -> SchemeStudy | None:
    """This function will fetch the newest study of a case."""
    return _of(case).order_by("-number").first()


def of_version(case: int, version: int) -> SchemeStudy | None:
    """This function will fetch the study a version of the scheme was drafted from."""
    return _of(case).filter(version=version).order_by("-number").first()


def listed(case: int) -> tuple[SchemeStudy, ...]:
    """This function will list the studies of a case, newest first, without their results."""
    return tuple(_of(case).defer("revision__tables", "result", "inputs").order_by("-number"))


def put_chosen(study: int, chosen: Sequence[Plain]) -> None:
    """This function will note which places were chosen for the sources, source 1 first."""
    SchemeStudy.objects.filter(pk=study).update(chosen=list(chosen))


def last_chosen(case: int) -> SchemeStudy | None:
    """This function will fetch the newest study of a case from which places were chosen, without its result."""
    return SchemeStudy.objects.filter(case=case).exclude(chosen=[]).defer("result").order_by("-number").first()


def bind(study: int, version: int) -> None:
    """This function will note the newest version of the scheme that was drafted from a study."""
    SchemeStudy.objects.filter(pk=study).exclude(version=version).update(version=version)
