"""Which line items the platform made for tools that their blocks had before."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("lti_ags", "0004_imported_line_items"),
    ]

    operations = [
        migrations.AddField(
            model_name="ltiagslineitem",
            name="former_platform_item_of",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="former_platform_items",
                to="lti_ags.lticonfiguration",
            ),
        ),
    ]
