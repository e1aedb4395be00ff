"""The type of external id under which LTI tools know learners."""

from __future__ import annotations

from django.db import migrations

TYPE = "lti"


def create_lti_external_id_type(apps, schema_editor):
    apps.get_model("external_user_ids", "ExternalIdType").objects.update_or_create(
        name=TYPE, defaults={"description": "LTI Xblock launches"}
    )


def delete_lti_external_id_type(apps, schema_editor):
    apps.get_model("external_user_ids", "ExternalIdType").objects.filter(name=TYPE).delete()


class Migration(migrations.Migration):
    dependencies = [("external_user_ids", "0001_initial")]

    operations = [migrations.RunPython(create_lti_external_id_type, reverse_code=delete_lti_external_id_type)]
