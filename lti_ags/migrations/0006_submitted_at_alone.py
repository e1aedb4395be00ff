"""Whether a time of submission was sent or derived decides nothing."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("lti_ags", "0005_former_platform_items"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="ltiagsscore",
            name="is_submitted_at_sent",
        ),
    ]
