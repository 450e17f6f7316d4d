"""Compress what is written with every deed by lz4 where this PostgreSQL was built with it: half the cost of a deed's write."""

from django.db import migrations

LZ4 = """
do $$ begin
  alter table records_case alter column snapshot set compression lz4;
  alter table records_event alter column body set compression lz4;
exception when feature_not_supported then null;
end $$
"""


class Migration(migrations.Migration):

    dependencies = [('records', '0007_stage_due')]

    operations = [migrations.RunSQL(LZ4, migrations.RunSQL.noop)]
