"""资料文件与草稿: what was uploaded, and what was typed and not yet sent."""

from django.db import models

from yekuo.records.sealed import Sealed, SealedField


class File(Sealed):
    """文件: its bytes stand in the store under their SHA-256; several rows may name the same bytes.

    `case` None means that it was uploaded for an application not filed yet, and only its uploader may see it.
    `taken_at` is when a photo says it was taken; that and the place were dropped from the stored picture.
    """

    sha256 = models.CharField(max_length=64, db_index=True)
    name = SealedField()
    type = models.CharField(max_length=40)
    size = models.IntegerField()
    code = models.CharField(max_length=40)
    case = models.BigIntegerField(null=True, db_index=True)
    by_kind = models.CharField(max_length=8)
    by = models.BigIntegerField()
    at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)


class Draft(Sealed):
    """草稿: one form of one person, as far as they got; it goes when the form is accepted."""

    by_kind = models.CharField(max_length=8)
    by = models.BigIntegerField()
    form = models.CharField(max_length=60)
    content = SealedField()
    kept_at = models.DateTimeField()

    class Meta:
        """One draft per form and person."""

        constraints = (models.UniqueConstraint(fields=("by_kind", "by", "form"), name="draft_once"),)
