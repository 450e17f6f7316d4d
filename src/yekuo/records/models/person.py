"""用电人: who applies, kept once per content; the log refers to a row and its digest, never to a name."""

from django.db import models

from yekuo.records.sealed import Sealed, SealedField
from yekuo.rules.people import mask_identity, mask_name, mask_organisation, mask_phone


class IdType(models.TextChoices):
    """证件类别: by which number the applicant is known."""

    RESIDENT_ID = "resident_id", "居民身份证"
    PASSPORT = "passport", "护照"
    PERMIT = "permit", "港澳台居民通行证或居住证"
    MILITARY = "military", "军人证件"
    CREDIT_CODE = "credit_code", "统一社会信用代码"
    OTHER_ORGANISATION = "other_organisation", "其他组织证件"


ORGANISATIONS = (IdType.CREDIT_CODE, IdType.OTHER_ORGANISATION)


def mask_applicant(text: str) -> str:
    """This function will hide most of a name, whether a person's or an organisation's."""
    return mask_name(text) if len(text.strip()) <= 4 else mask_organisation(text)


class Person(Sealed):
    """用电人: a changed applicant is a new row, so that the digest in the log keeps its meaning.

    `contact` and `phone` are for us to call; an agent has a name, a number and a phone of their own. `erased_at` says
    that the content was erased; the row and its digest stay for the log.
    """

    id_type = models.CharField(max_length=20, choices=IdType)
    name = SealedField(mask=mask_applicant)
    id_number = SealedField(mask=mask_identity)
    phone = SealedField(mask=mask_phone)
    contact = SealedField(mask=mask_name)
    legal_person = SealedField(mask=mask_name)
    agent_name = SealedField(mask=mask_name)
    agent_number = SealedField(mask=mask_identity)
    agent_phone = SealedField(mask=mask_phone)
    name_index = models.BinaryField(null=True, db_index=True)
    id_index = models.BinaryField(null=True, db_index=True)
    phone_index = models.BinaryField(null=True, db_index=True)
    phone4_index = models.BinaryField(null=True, db_index=True)
    agent_phone_index = models.BinaryField(null=True, db_index=True)
    digest = models.CharField(max_length=64, unique=True)
    kept_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    @property
    def organisation(self) -> bool:
        """This function will say whether the applicant is an organisation."""
        return self.id_type in ORGANISATIONS
