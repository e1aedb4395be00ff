"""Which line items were taken over from another component."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("lti_ags", "0003_copies"),
    ]

    operations = [
        migrations.CreateModel(
            name="LtiImportedLineItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source_id", models.BigIntegerField(unique=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "line_item",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="imported_from",
                        to="lti_ags.ltiagslineitem",
                    ),
                ),
            ],
            options={
                "verbose_name": "imported line item",
            },
        ),
    ]
