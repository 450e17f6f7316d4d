"""import: uploads that wait to be examined, and schemes a new revision put in doubt."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    """This migration will let uploads wait, and keep the schemes a revision put in doubt."""

    dependencies: ClassVar = [("records", "0024_workbench")]
    operations: ClassVar = [
        migrations.CreateModel(
            name='GridUploadPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.SmallIntegerField()),
                ('part', models.SmallIntegerField()),
                ('name', models.CharField(max_length=255)),
                ('content', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='SchemeDoubt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.IntegerField()),
                ('case', models.BigIntegerField()),
                ('unit', models.BigIntegerField()),
                ('source', models.SmallIntegerField()),
                ('held', models.BooleanField(default=True)),
                ('kw', models.FloatField()),
                ('place', models.CharField(blank=True, max_length=120)),
                ('effect', models.CharField(max_length=8)),
                ('words', models.CharField(max_length=300)),
                ('at', models.DateTimeField()),
                ('cleared_at', models.DateTimeField(null=True)),
                ('cleared_by', models.BigIntegerField(null=True)),
                ('cleared_how', models.CharField(blank=True, max_length=10)),
                ('note', models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.AddField(
            model_name='gridupload',
            name='back_to',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.gridrevision'),
        ),
        migrations.AddField(
            model_name='gridupload',
            name='examined_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='gridupload',
            name='state',
            field=models.CharField(default='done', max_length=8),
        ),
        migrations.AddField(
            model_name='gridupload',
            name='step',
            field=models.CharField(blank=True, max_length=10),
        ),
        migrations.AddField(
            model_name='gridupload',
            name='tries',
            field=models.SmallIntegerField(default=0),
        ),
        migrations.AddIndex(
            model_name='gridupload',
            index=models.Index(condition=models.Q(('state', 'done'), _negated=True), fields=['id'], name='grid_upload_waiting'),
        ),
        migrations.AddField(
            model_name='griduploadpart',
            name='upload',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='records.gridupload'),
        ),
        migrations.AddField(
            model_name='schemedoubt',
            name='grid',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='doubts', to='records.grid'),
        ),
        migrations.AddConstraint(
            model_name='griduploadpart',
            constraint=models.UniqueConstraint(fields=('upload', 'file', 'part'), name='grid_upload_part_once'),
        ),
        migrations.AddIndex(
            model_name='schemedoubt',
            index=models.Index(condition=models.Q(('cleared_at__isnull', True)), fields=['unit'], name='scheme_doubt_unit'),
        ),
        migrations.AddIndex(
            model_name='schemedoubt',
            index=models.Index(fields=['case'], name='scheme_doubt_case'),
        ),
        migrations.AddConstraint(
            model_name='schemedoubt',
            constraint=models.UniqueConstraint(condition=models.Q(('cleared_at__isnull', True)), fields=('case', 'source'), name='scheme_doubt_open'),
        ),
    ]
