from __future__ import annotations

import uuid

import django.core.validators
import django.db.models.deletion
import opaque_keys.edx.django.models
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Lti1p3Passport",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(blank=True, max_length=255, null=True)),
                ("context_key", models.CharField(blank=True, max_length=255, null=True)),
                ("passport_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("lti_1p3_internal_private_key", models.TextField(blank=True)),
                ("lti_1p3_internal_private_key_id", models.CharField(blank=True, max_length=255)),
                ("lti_1p3_internal_public_jwk", models.TextField(blank=True)),
                ("lti_1p3_client_id", models.CharField(max_length=255)),
                ("lti_1p3_tool_public_key", models.TextField(blank=True)),
                ("lti_1p3_tool_keyset_url", models.CharField(blank=True, max_length=255)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="LtiConfiguration",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "version",
                    models.CharField(
                        choices=[("lti_1p1", "LTI 1.1"), ("lti_1p3", "LTI 1.3")], default="lti_1p1", max_length=10
                    ),
                ),
                (
                    "config_store",
                    models.CharField(
                        choices=[
                            ("CONFIG_ON_XBLOCK", "CONFIG_ON_XBLOCK"),
                            ("CONFIG_ON_DB", "CONFIG_ON_DB"),
                            ("CONFIG_EXTERNAL", "CONFIG_EXTERNAL"),
                        ],
                        default="CONFIG_ON_XBLOCK",
                        max_length=255,
                    ),
                ),
                ("external_id", models.CharField(blank=True, max_length=255, null=True)),
                ("config_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "location",
                    opaque_keys.edx.django.models.UsageKeyField(
                        blank=True, db_index=True, max_length=255, null=True, unique=True
                    ),
                ),
                ("lti_config", models.TextField(blank=True, default="{}")),
                ("lti_1p1_launch_url", models.CharField(blank=True, max_length=255)),
                ("lti_1p1_client_key", models.CharField(blank=True, max_length=255)),
                ("lti_1p1_client_secret", models.CharField(blank=True, max_length=255)),
                ("lti_1p3_oidc_url", models.CharField(blank=True, max_length=255)),
                ("lti_1p3_launch_url", models.CharField(blank=True, max_length=255)),
                ("lti_1p3_redirect_uris", models.JSONField(blank=True, default=list)),
                ("lti_advantage_enable_nrps", models.BooleanField(default=False)),
                ("lti_advantage_deep_linking_enabled", models.BooleanField(default=False)),
                ("lti_advantage_deep_linking_launch_url", models.CharField(blank=True, max_length=225)),
                (
                    "lti_advantage_ags_mode",
                    models.CharField(
                        choices=[
                            ("disabled", "disabled"),
                            ("declarative", "declarative"),
                            ("programmatic", "programmatic"),
                        ],
                        default="declarative",
                        max_length=20,
                    ),
                ),
                ("lti_1p3_proctoring_enabled", models.BooleanField(default=False)),
                (
                    "lti_1p3_passport",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to="lti_consumer.lti1p3passport",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="LtiAgsLineItem",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("resource_id", models.CharField(blank=True, max_length=255)),
                (
                    "resource_link_id",
                    opaque_keys.edx.django.models.UsageKeyField(blank=True, db_index=True, max_length=255, null=True),
                ),
                ("label", models.CharField(max_length=100)),
                ("score_maximum", models.IntegerField()),
                ("tag", models.CharField(blank=True, max_length=50)),
                ("start_date_time", models.DateTimeField(blank=True, null=True)),
                ("end_date_time", models.DateTimeField(blank=True, null=True)),
                (
                    "lti_configuration",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="lti_consumer.lticonfiguration",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="LtiAgsScore",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("timestamp", models.DateTimeField()),
                (
                    "score_given",
                    models.FloatField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(0)]),
                ),
                (
                    "score_maximum",
                    models.FloatField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(0)]),
                ),
                ("comment", models.TextField(blank=True, null=True)),
                (
                    "activity_progress",
                    models.CharField(
                        choices=[
                            ("Initialized", "Initialized"),
                            ("Started", "Started"),
                            ("InProgress", "InProgress"),
                            ("Submitted", "Submitted"),
                            ("Completed", "Completed"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "grading_progress",
                    models.CharField(
                        choices=[
                            ("FullyGraded", "FullyGraded"),
                            ("Pending", "Pending"),
                            ("PendingManual", "PendingManual"),
                            ("Failed", "Failed"),
                            ("NotReady", "NotReady"),
                        ],
                        max_length=20,
                    ),
                ),
                ("user_id", models.CharField(max_length=255)),
                (
                    "line_item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="scores",
                        to="lti_consumer.ltiagslineitem",
                    ),
                ),
            ],
            options={
                "unique_together": {("line_item", "user_id")},
            },
        ),
    ]
