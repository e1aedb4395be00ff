"""What was copied from where."""

import lti_ags.models.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("lti_ags", "0002_staff_bulk_actions"),
    ]

    operations = [
        migrations.CreateModel(
            name="LtiCopy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("copied_key", models.CharField(max_length=255)),
                (
                    "copied_key_digest",
                    lti_ags.models.fields.DigestField(editable=False, max_length=64, of="copied_key"),
                ),
                ("source_key", models.CharField(max_length=255)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "copy",
                "verbose_name_plural": "copies",
                "constraints": [
                    models.UniqueConstraint(fields=("copied_key_digest",), name="lti_ags_copy_key_uniq"),
                ],
            },
        ),
    ]
