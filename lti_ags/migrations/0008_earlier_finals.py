"""Scores for works that were handed in before the last one: one of them counts where that one is late."""

from django.db import migrations

import lti_ags.models.fields


class Migration(migrations.Migration):

    dependencies = [
        ("lti_ags", "0007_labels"),
    ]

    operations = [
        # NULL, so that a process of the former release can still add rows while a site is upgraded.
        migrations.AddField(
            model_name="ltiagsscore",
            name="earlier_finals",
            field=lti_ags.models.fields.JsonTextField(
                blank=True, null=True, verbose_name="scores for earlier work"
            ),
        ),
    ]
