"""换钥: every box sealed with an older key or cipher is opened and sealed anew; safe to stop and start again."""

from base64 import b64decode, b64encode
from collections.abc import Iterator

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import models, transaction
from django.db.models.functions import Substr

from yekuo.records.sealed import FACTORS, Sealed, SealedField, current_prefix, seal, unseal

STEP = 200


def sealed_columns() -> Iterator[tuple[type[Sealed], SealedField]]:
    """This function will list every sealed column of every table."""
    for model in apps.get_models():
        if issubclass(model, Sealed):
            yield from ((model, field) for field in model._meta.get_fields() if isinstance(field, SealedField))  # noqa: SLF001


def _old(model: type[Sealed], field: SealedField) -> "models.QuerySet[Sealed]":
    prefix = current_prefix()
    head = Substr(field.name, 1, len(prefix), output_field=models.BinaryField())
    found = model._default_manager.annotate(head=head).exclude(head=prefix).exclude(**{field.name: b""})  # noqa: SLF001
    return found.order_by("pk")


def waiting() -> int:
    """This function will count the boxes an older key sealed."""
    return sum(_old(model, field).count() for model, field in sealed_columns())


def reseal() -> int:
    """This function will seal them anew, some rows at a time, and return how many. Raises sealed.Unreadable."""
    return sum(_reseal(model, field) for model, field in sealed_columns()) + _reseal_factors()


def _reseal(model: type[Sealed], field: SealedField) -> int:
    done = 0
    while True:
        with transaction.atomic():
            keys = list(_old(model, field).values_list("pk", flat=True)[:STEP])
            if not keys:
                return done
            for one in model._default_manager.select_for_update().filter(pk__in=keys).order_by("pk"):  # noqa: SLF001
                setattr(one, field.name, getattr(one, field.name).open())
                one.save(update_fields=[field.name])
                done += 1


def _reseal_factors() -> int:
    """Each member of staff has a few; they are in another's table, as text in JSON."""
    done = 0
    with transaction.atomic():
        for one in Authenticator.objects.select_for_update().order_by("pk"):
            old = {
                name: one.data[name]
                for name in ("secret", "seed")
                if name in one.data and not b64decode(one.data[name]).startswith(current_prefix())
            }
            for name, box in old.items():
                one.data[name] = b64encode(seal(unseal(b64decode(box), place=FACTORS), place=FACTORS)).decode()
                done += 1
            if old:
                one.save(update_fields=["data"])
    return done
