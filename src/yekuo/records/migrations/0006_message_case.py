from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("records", "0005_api_key"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="staffmessage",
            index=models.Index(fields=["case_number"], name="message_case"),
        ),
    ]
