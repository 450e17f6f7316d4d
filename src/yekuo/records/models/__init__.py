"""台账模型: the tables, one module per room; import models from here."""

from yekuo.records.models.staff import Staff as Staff
