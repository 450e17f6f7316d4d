"""规则手册版本: processes published after the release, and the edition number by which every process notices a change."""

from typing import ClassVar

from django.db import models


class PublishedProcess(models.Model):
    """已发布流程: one immutable version; `version` is the digest of `text`."""

    key = models.CharField(max_length=40)
    version = models.CharField(max_length=64, unique=True)
    text = models.TextField()
    published_at = models.DateTimeField()
    published_by = models.BigIntegerField()
    reason = models.TextField(blank=True)

    class Meta:
        """The newest of a key is current."""

        ordering: ClassVar = ["id"]


class ShippedProcess(models.Model):
    """随版流程: the text of a process a release brought, kept so that cases begun under it go on after the next release."""

    key = models.CharField(max_length=40)
    version = models.CharField(max_length=64, unique=True)
    text = models.TextField()

    class Meta:
        """The oldest first."""

        ordering: ClassVar = ["id"]


class Edition(models.Model):
    """规则版次: one row; raised by whatever changes a process, a limit or a calendar."""

    number = models.BigIntegerField()
