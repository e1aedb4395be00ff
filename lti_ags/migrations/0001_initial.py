"""The tables of the app."""

import django.db.models.deletion
import lti_ags.models.fields
from lti_ags.models.fields import check_constraint
import lti_ags.models.tools
import opaque_keys.edx.django.models
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LtiAgsGrade",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ratio", models.FloatField(blank=True, null=True)),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", ""),
                            ("queued", "queued"),
                            ("published", "published"),
                            ("cleared", "cleared"),
                            ("override_kept", "override_kept"),
                            ("not_enrolled", "not_enrolled"),
                            ("staff_trial", "staff_trial"),
                            ("block_missing", "block_missing"),
                            ("block_not_graded", "block_not_graded"),
                            ("grades_frozen", "grades_frozen"),
                            ("retrying", "retrying"),
                            ("failed", "failed"),
                        ],
                        default="",
                        max_length=24,
                    ),
                ),
                ("wanted_version", models.BigIntegerField(default=0)),
                ("published_version", models.BigIntegerField(default=0)),
                ("claim", models.CharField(blank=True, default="", max_length=36)),
                ("claimed_until", models.DateTimeField(blank=True, null=True)),
                ("revision", models.BigIntegerField(default=0)),
                ("intents", lti_ags.models.fields.JsonTextField(blank=True, default=list)),
                ("published_earned", models.FloatField(blank=True, null=True)),
                ("published_possible", models.FloatField(blank=True, null=True)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("override_earned", models.FloatField(blank=True, null=True)),
                ("override_possible", models.FloatField(blank=True, null=True)),
                ("overridden_at", models.DateTimeField(blank=True, null=True)),
                ("completion", models.FloatField(blank=True, null=True)),
                ("attempts", models.IntegerField(default=0)),
                ("next_attempt_at", models.DateTimeField(blank=True, db_index=True, null=True)),
                ("last_error", models.TextField(blank=True, default="")),
                ("needs_attention", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("modified_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "verbose_name": "grade",
            },
        ),
        migrations.CreateModel(
            name="LtiConfiguration",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("location", opaque_keys.edx.django.models.UsageKeyField(max_length=255)),
                ("identity_digest", lti_ags.models.fields.DigestField(editable=False, max_length=64, of="identity")),
                ("course_key", opaque_keys.edx.django.models.CourseKeyField(max_length=255)),
                (
                    "course_key_digest",
                    lti_ags.models.fields.DigestField(db_index=True, editable=False, max_length=64, of="course_key"),
                ),
                (
                    "grading_mode",
                    models.CharField(
                        choices=[
                            ("declarative", "Only allow tools to push a single grade per student"),
                            ("programmatic", "Allow tools to manage their own grades"),
                        ],
                        default="declarative",
                        max_length=16,
                    ),
                ),
                ("is_graded", models.BooleanField(default=True)),
                (
                    "merge_policy",
                    models.CharField(
                        choices=[
                            ("latest", "The latest score"),
                            ("average", "The average of the scores"),
                            ("highest", "The highest score"),
                            ("total", "The total of the points"),
                        ],
                        default="latest",
                        max_length=16,
                    ),
                ),
                (
                    "missing_items",
                    models.CharField(
                        choices=[
                            ("leave_out", "Leave items without a score out"),
                            ("count_as_zero", "Count items without a score as zero"),
                        ],
                        default="leave_out",
                        max_length=16,
                    ),
                ),
                (
                    "late_policy",
                    models.CharField(
                        choices=[
                            ("accept", "Accept late work"),
                            ("refuse", "Do not count late work"),
                            ("ask", "Hold late work until the course team accepts it"),
                        ],
                        default="accept",
                        max_length=16,
                    ),
                ),
                (
                    "override_policy",
                    models.CharField(
                        choices=[
                            ("keep", "Keep the course team's score"),
                            ("raise", "Let the tool raise the course team's score"),
                            ("replace", "Let the tool replace the course team's score"),
                        ],
                        default="keep",
                        max_length=16,
                    ),
                ),
                (
                    "release_policy",
                    models.CharField(
                        choices=[("at_once", "At once"), ("hold", "When the course team or the tool releases them")],
                        default="at_once",
                        max_length=16,
                    ),
                ),
                ("title", models.CharField(default="", max_length=1000)),
                ("score_maximum", models.FloatField(default=1.0)),
                ("start_date_time", models.DateTimeField(blank=True, null=True)),
                ("end_date_time", models.DateTimeField(blank=True, null=True)),
                ("grace_seconds", models.FloatField(default=0.0)),
                ("origin_digest", models.CharField(blank=True, default="", editable=False, max_length=64)),
                ("released_at", models.DateTimeField(blank=True, null=True)),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                ("replaced_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("modified_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "verbose_name": "LTI configuration",
            },
        ),
        migrations.CreateModel(
            name="LtiContext",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("course_key", opaque_keys.edx.django.models.CourseKeyField(max_length=255)),
                (
                    "course_key_digest",
                    lti_ags.models.fields.DigestField(db_index=True, editable=False, max_length=64, of="course_key"),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "LTI context",
            },
        ),
        migrations.CreateModel(
            name="PlatformKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kid", models.CharField(max_length=64, unique=True)),
                ("private_key", models.BinaryField()),
                ("public_jwk", models.JSONField()),
                ("signs_from", models.DateTimeField()),
                ("retires_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "platform key",
                "ordering": ["-signs_from", "-id"],
            },
        ),
        migrations.CreateModel(
            name="LtiAgsEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("decided", "decided"),
                            ("published", "published"),
                            ("failed", "failed"),
                            ("changed_by_staff", "changed_by_staff"),
                            ("staff_action", "staff_action"),
                        ],
                        max_length=24,
                    ),
                ),
                ("details", lti_ags.models.fields.JsonTextField(blank=True, default=dict)),
                ("happened_at", models.DateTimeField(db_index=True)),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "grade",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="events", to="lti_ags.ltiagsgrade"
                    ),
                ),
            ],
            options={
                "verbose_name": "event",
                "ordering": ["id"],
            },
        ),
        migrations.AddField(
            model_name="ltiagsgrade",
            name="configuration",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="grades", to="lti_ags.lticonfiguration"
            ),
        ),
        migrations.CreateModel(
            name="LtiAgsLineItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("resource_id", models.CharField(blank=True, default="", max_length=256)),
                (
                    "resource_id_digest",
                    lti_ags.models.fields.DigestField(editable=False, max_length=64, of="resource_id"),
                ),
                ("tag", models.CharField(blank=True, default="", max_length=256)),
                ("tag_digest", lti_ags.models.fields.DigestField(editable=False, max_length=64, of="tag")),
                ("label", models.CharField(max_length=1000)),
                ("score_maximum", models.FloatField()),
                ("start_date_time", models.DateTimeField(blank=True, null=True)),
                ("end_date_time", models.DateTimeField(blank=True, null=True)),
                ("grades_released", models.BooleanField(blank=True, null=True)),
                ("extensions", lti_ags.models.fields.JsonTextField(blank=True, default=dict)),
                ("deleted_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("modified_at", models.DateTimeField(auto_now=True)),
                (
                    "lti_configuration",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="line_items",
                        to="lti_ags.lticonfiguration",
                    ),
                ),
                (
                    "platform_item_of",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="platform_item",
                        to="lti_ags.lticonfiguration",
                    ),
                ),
                (
                    "context",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="line_items", to="lti_ags.lticontext"
                    ),
                ),
            ],
            options={
                "verbose_name": "line item",
            },
        ),
        migrations.CreateModel(
            name="LtiSubject",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject", models.CharField(max_length=255)),
                ("subject_digest", lti_ags.models.fields.DigestField(editable=False, max_length=64, of="subject")),
                ("is_staff_trial", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "context",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="subjects", to="lti_ags.lticontext"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "LTI subject",
            },
        ),
        migrations.CreateModel(
            name="LtiAgsScore",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("timestamp", models.DateTimeField()),
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
                        max_length=16,
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
                        max_length=16,
                    ),
                ),
                ("score_given", models.FloatField(blank=True, null=True)),
                ("score_maximum", models.FloatField(blank=True, null=True)),
                ("comment", models.TextField(blank=True, default="")),
                ("scoring_user_id", models.CharField(blank=True, default="", max_length=255)),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("submitted_at", models.DateTimeField(blank=True, null=True)),
                ("is_submitted_at_sent", models.BooleanField(default=False)),
                ("message_digest", models.CharField(max_length=64)),
                ("final_score_given", models.FloatField(blank=True, null=True)),
                ("final_score_maximum", models.FloatField(blank=True, null=True)),
                ("final_timestamp", models.DateTimeField(blank=True, null=True)),
                ("final_submitted_at", models.DateTimeField(blank=True, null=True)),
                ("final_received_at", models.DateTimeField(blank=True, null=True)),
                ("cleared_at", models.DateTimeField(blank=True, null=True)),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("contributes", "contributes"),
                            ("cleared", "cleared"),
                            ("not_final", "not_final"),
                            ("unlinked", "unlinked"),
                            ("late_refused", "late_refused"),
                            ("late_held", "late_held"),
                            ("not_released", "not_released"),
                            ("superseded_item", "superseded_item"),
                        ],
                        default="",
                        max_length=24,
                    ),
                ),
                ("is_late_accepted", models.BooleanField(default=False)),
                ("is_released", models.BooleanField(default=False)),
                ("delivery_uuid", models.UUIDField(default=uuid.uuid4)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("received_at", models.DateTimeField()),
                (
                    "line_item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="scores", to="lti_ags.ltiagslineitem"
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="scores", to="lti_ags.ltisubject"
                    ),
                ),
            ],
            options={
                "verbose_name": "score",
            },
        ),
        migrations.AddField(
            model_name="ltiagsgrade",
            name="subject",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="grades", to="lti_ags.ltisubject"
            ),
        ),
        migrations.CreateModel(
            name="LtiTool",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=255)),
                (
                    "client_id",
                    models.CharField(default=lti_ags.models.tools.new_identifier, max_length=255, unique=True),
                ),
                (
                    "deployment_id",
                    models.CharField(default=lti_ags.models.tools.new_identifier, max_length=255, unique=True),
                ),
                ("oidc_login_url", models.TextField()),
                ("launch_url", models.TextField()),
                ("redirect_uris", models.JSONField(default=list)),
                ("jwks_url", models.TextField(blank=True, default="")),
                ("public_key", models.TextField(blank=True, default="")),
                (
                    "grading_mode_ceiling",
                    models.CharField(
                        choices=[
                            ("declarative", "Only allow tools to push a single grade per student"),
                            ("programmatic", "Allow tools to manage their own grades"),
                        ],
                        default="programmatic",
                        max_length=16,
                    ),
                ),
                ("is_enabled", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("modified_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "verbose_name": "LTI tool",
                "constraints": [
                    check_constraint(
                        models.Q(
                            models.Q(("jwks_url", ""), models.Q(("public_key", ""), _negated=True)),
                            models.Q(models.Q(("jwks_url", ""), _negated=True), ("public_key", "")),
                            _connector="OR",
                        ),
                        name="lti_ags_tool_one_key_source",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="lticontext",
            name="tool",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="contexts", to="lti_ags.ltitool"
            ),
        ),
        migrations.AddField(
            model_name="lticonfiguration",
            name="tool",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="configurations",
                to="lti_ags.ltitool",
            ),
        ),
        migrations.CreateModel(
            name="LtiAgsDelivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("user_id", models.CharField(blank=True, default="", max_length=255)),
                ("user_id_digest", models.CharField(blank=True, db_index=True, default="", max_length=64)),
                ("body", models.TextField(blank=True, default="")),
                ("status", models.PositiveSmallIntegerField()),
                ("code", models.CharField(max_length=64)),
                ("message", models.TextField(blank=True, default="")),
                ("received_at", models.DateTimeField(db_index=True)),
                (
                    "line_item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="lti_ags.ltiagslineitem",
                    ),
                ),
                (
                    "context",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="lti_ags.lticontext",
                    ),
                ),
                (
                    "tool",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="deliveries", to="lti_ags.ltitool"
                    ),
                ),
            ],
            options={
                "verbose_name": "delivery",
                "verbose_name_plural": "deliveries",
            },
        ),
        migrations.CreateModel(
            name="LtiToolAvailability",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("org", models.CharField(blank=True, default="", max_length=255)),
                ("course_key", models.CharField(blank=True, default="", max_length=255)),
                ("place_digest", lti_ags.models.fields.DigestField(editable=False, max_length=64, of="place")),
                (
                    "tool",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="availabilities", to="lti_ags.ltitool"
                    ),
                ),
            ],
            options={
                "verbose_name": "LTI tool availability",
                "verbose_name_plural": "LTI tool availabilities",
            },
        ),
        migrations.CreateModel(
            name="UsedToken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64)),
                ("expires_at", models.DateTimeField(db_index=True)),
            ],
            options={
                "verbose_name": "used token",
                "constraints": [models.UniqueConstraint(fields=("digest",), name="lti_ags_used_token_uniq")],
            },
        ),
        migrations.AddIndex(
            model_name="ltiagslineitem",
            index=models.Index(fields=["context", "deleted_at", "id"], name="lti_ags_item_context"),
        ),
        migrations.AddIndex(
            model_name="ltiagslineitem",
            index=models.Index(fields=["context", "tag_digest", "id"], name="lti_ags_item_tag"),
        ),
        migrations.AddIndex(
            model_name="ltiagslineitem",
            index=models.Index(fields=["context", "resource_id_digest", "id"], name="lti_ags_item_resource"),
        ),
        migrations.AddConstraint(
            model_name="ltiagslineitem",
            constraint=check_constraint(models.Q(("score_maximum__gt", 0)), name="lti_ags_line_item_maximum_positive"),
        ),
        migrations.AddConstraint(
            model_name="ltisubject",
            constraint=models.UniqueConstraint(
                fields=("context", "subject_digest"), name="lti_ags_subject_context_sub_uniq"
            ),
        ),
        migrations.AddConstraint(
            model_name="ltisubject",
            constraint=models.UniqueConstraint(fields=("context", "user"), name="lti_ags_subject_context_user_uniq"),
        ),
        migrations.AddIndex(
            model_name="ltiagsscore",
            index=models.Index(fields=["line_item", "id"], name="lti_ags_score_item_order"),
        ),
        migrations.AddConstraint(
            model_name="ltiagsscore",
            constraint=models.UniqueConstraint(fields=("line_item", "subject"), name="lti_ags_score_item_subject_uniq"),
        ),
        migrations.AddConstraint(
            model_name="ltiagsscore",
            constraint=check_constraint(
                models.Q(("score_given__isnull", True), ("score_given__gte", 0), _connector="OR"),
                name="lti_ags_score_given_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="ltiagsscore",
            constraint=check_constraint(
                models.Q(("score_maximum__isnull", True), ("score_maximum__gt", 0), _connector="OR"),
                name="lti_ags_score_maximum_positive",
            ),
        ),
        migrations.AddConstraint(
            model_name="ltiagsscore",
            constraint=check_constraint(
                models.Q(("final_score_given__isnull", True), ("final_score_maximum__gt", 0), _connector="OR"),
                name="lti_ags_score_final_complete",
            ),
        ),
        migrations.AddIndex(
            model_name="ltiagsgrade",
            index=models.Index(fields=["configuration", "decision"], name="lti_ags_grade_config_decision"),
        ),
        migrations.AddConstraint(
            model_name="ltiagsgrade",
            constraint=models.UniqueConstraint(
                fields=("configuration", "subject"), name="lti_ags_grade_config_subject_uniq"
            ),
        ),
        migrations.AddConstraint(
            model_name="ltiagsgrade",
            constraint=check_constraint(
                models.Q(("ratio__isnull", True), models.Q(("ratio__gte", 0), ("ratio__lte", 1)), _connector="OR"),
                name="lti_ags_grade_ratio_range",
            ),
        ),
        migrations.AddConstraint(
            model_name="ltiagsgrade",
            constraint=check_constraint(
                models.Q(("published_earned__isnull", True), ("published_possible__gt", 0), _connector="OR"),
                name="lti_ags_grade_published_complete",
            ),
        ),
        migrations.AddConstraint(
            model_name="lticontext",
            constraint=models.UniqueConstraint(
                fields=("tool", "course_key_digest"), name="lti_ags_context_tool_course_uniq"
            ),
        ),
        migrations.AddIndex(
            model_name="lticonfiguration",
            index=models.Index(fields=["tool", "course_key_digest", "grading_mode"], name="lti_ags_config_tool_course"),
        ),
        migrations.AddConstraint(
            model_name="lticonfiguration",
            constraint=models.UniqueConstraint(fields=("identity_digest",), name="lti_ags_configuration_location_uniq"),
        ),
        migrations.AddConstraint(
            model_name="lticonfiguration",
            constraint=check_constraint(
                models.Q(("score_maximum__gt", 0)), name="lti_ags_configuration_maximum_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="lticonfiguration",
            constraint=check_constraint(
                models.Q(("grace_seconds__gte", 0)), name="lti_ags_configuration_grace_not_negative"
            ),
        ),
        migrations.AddIndex(
            model_name="ltiagsdelivery",
            index=models.Index(fields=["tool", "received_at"], name="lti_ags_delivery_tool_time"),
        ),
        migrations.AddConstraint(
            model_name="ltitoolavailability",
            constraint=models.UniqueConstraint(fields=("tool", "place_digest"), name="lti_ags_availability_place_uniq"),
        ),
        migrations.AddConstraint(
            model_name="ltitoolavailability",
            constraint=check_constraint(
                models.Q(("org", ""), ("course_key", ""), _connector="OR"), name="lti_ags_availability_one_place"
            ),
        ),
    ]
