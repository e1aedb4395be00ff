"""What the operator's pages call the tables and their columns. No table changes."""

import django.db.models.deletion
import lti_ags.models.fields
import lti_ags.models.tools
import opaque_keys.edx.django.models
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lti_ags", "0006_submitted_at_alone"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="ltiagsbulkaction",
            options={"verbose_name": "bulk action", "verbose_name_plural": "bulk actions"},
        ),
        migrations.AlterModelOptions(
            name="ltiagsevent",
            options={"ordering": ["id"], "verbose_name": "event", "verbose_name_plural": "events"},
        ),
        migrations.AlterModelOptions(
            name="ltiagsgrade",
            options={"verbose_name": "grade", "verbose_name_plural": "grades"},
        ),
        migrations.AlterModelOptions(
            name="ltiagslineitem",
            options={"verbose_name": "line item", "verbose_name_plural": "line items"},
        ),
        migrations.AlterModelOptions(
            name="ltiagsscore",
            options={"verbose_name": "score", "verbose_name_plural": "scores"},
        ),
        migrations.AlterModelOptions(
            name="lticonfiguration",
            options={"verbose_name": "LTI configuration", "verbose_name_plural": "LTI configurations"},
        ),
        migrations.AlterModelOptions(
            name="lticontext",
            options={"verbose_name": "LTI context", "verbose_name_plural": "LTI contexts"},
        ),
        migrations.AlterModelOptions(
            name="ltiimportedlineitem",
            options={"verbose_name": "imported line item", "verbose_name_plural": "imported line items"},
        ),
        migrations.AlterModelOptions(
            name="ltisubject",
            options={"verbose_name": "LTI subject", "verbose_name_plural": "LTI subjects"},
        ),
        migrations.AlterModelOptions(
            name="ltitool",
            options={"verbose_name": "LTI tool", "verbose_name_plural": "LTI tools"},
        ),
        migrations.AlterModelOptions(
            name="platformkey",
            options={
                "ordering": ["-signs_from", "-id"],
                "verbose_name": "platform key",
                "verbose_name_plural": "platform keys",
            },
        ),
        migrations.AlterModelOptions(
            name="usedtoken",
            options={"verbose_name": "used token", "verbose_name_plural": "used tokens"},
        ),
        migrations.AlterField(
            model_name="ltiagsdelivery",
            name="code",
            field=models.CharField(max_length=64, verbose_name="code"),
        ),
        migrations.AlterField(
            model_name="ltiagsdelivery",
            name="context",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deliveries",
                to="lti_ags.lticontext",
                verbose_name="context",
            ),
        ),
        migrations.AlterField(
            model_name="ltiagsdelivery",
            name="line_item",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="deliveries",
                to="lti_ags.ltiagslineitem",
                verbose_name="line item",
            ),
        ),
        migrations.AlterField(
            model_name="ltiagsdelivery",
            name="message",
            field=models.TextField(blank=True, default="", verbose_name="message"),
        ),
        migrations.AlterField(
            model_name="ltiagsdelivery",
            name="received_at",
            field=models.DateTimeField(db_index=True, verbose_name="received at"),
        ),
        migrations.AlterField(
            model_name="ltiagsdelivery",
            name="status",
            field=models.PositiveSmallIntegerField(verbose_name="status"),
        ),
        migrations.AlterField(
            model_name="ltiagsdelivery",
            name="tool",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deliveries",
                to="lti_ags.ltitool",
                verbose_name="tool",
            ),
        ),
        migrations.AlterField(
            model_name="ltiagsdelivery",
            name="user_id",
            field=models.CharField(blank=True, default="", max_length=255, verbose_name="user id"),
        ),
        migrations.AlterField(
            model_name="ltiagsdelivery",
            name="uuid",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="delivery id"),
        ),
        migrations.AlterField(
            model_name="ltiagsevent",
            name="actor",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="actor",
            ),
        ),
        migrations.AlterField(
            model_name="ltiagsevent",
            name="grade",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="events",
                to="lti_ags.ltiagsgrade",
                verbose_name="grade",
            ),
        ),
        migrations.AlterField(
            model_name="ltiagsevent",
            name="happened_at",
            field=models.DateTimeField(db_index=True, verbose_name="happened at"),
        ),
        migrations.AlterField(
            model_name="ltiagsevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("decided", "decided"),
                    ("published", "published"),
                    ("failed", "failed"),
                    ("changed_by_staff", "changed_by_staff"),
                    ("staff_action", "staff_action"),
                ],
                max_length=24,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="ltiagsgrade",
            name="attempts",
            field=models.IntegerField(default=0, verbose_name="attempts"),
        ),
        migrations.AlterField(
            model_name="ltiagsgrade",
            name="claimed_until",
            field=models.DateTimeField(blank=True, null=True, verbose_name="claimed until"),
        ),
        migrations.AlterField(
            model_name="ltiagsgrade",
            name="completion",
            field=models.FloatField(blank=True, null=True, verbose_name="completion"),
        ),
        migrations.AlterField(
            model_name="ltiagsgrade",
            name="configuration",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="grades",
                to="lti_ags.lticonfiguration",
                verbose_name="configuration",
            ),
        ),
        migrations.AlterField(
            model_name="ltiagsgrade",
            name="created_at",
            field=models.DateTimeField(auto_now_add=True, verbose_name="created at"),
        ),
        migrations.AlterField(
            model_name="ltiagsgrade",
            name="decision",
            field=models.CharField(
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
                verbose_name="decision",
            ),
        ),
        migrations.AlterField(
            model_name="ltiagsgrade",
            name="last_error",
            field=models.TextField(blank=True, default="", verbose_name="last error"),
        ),
        migrations.AlterField(
            model_name="ltiagsgrade",
            name="modified_at",
            field=models.DateTimeField(auto_now=True, verbose_name="modified at"),
        ),
        migrations.AlterField(
            model_name="ltiagsgrade",
            name="needs_attention",
            field=models.BooleanField(default=False, verbose_name="needs attention"),
        ),
        migrations.AlterField(
            model_name="ltiagsgrade",
            name="next_attempt_at",
            field=models.DateTimeField(blank=True, db_index=True, null=True, verbose_name="next attempt at"),
        ),
        migrations.AlterField(
            model_name="ltiagsgrade",
            name="overridden_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="overridden at"),
        ),
        migrations.AlterField(
            model_name="ltiagsgrade",
            name="override_earned",
            field=models.FloatField(blank=True, null=True, verbose_name="override earned"),
        ),
        migrations.AlterField(
            model_name="ltiagsgrade",
            name="override_possible",
            field=models.FloatField(blank=True, null=True, verbose_name="override possible"),
        ),
        migrations.AlterField(
            model_name="ltiagsgrade",
            name="published_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="published at"),
        ),
        migrations.AlterField(
            model_name="ltiagsgrade",
            name="published_version",
            field=models.BigIntegerField(default=0, verbose_name="published version"),
        ),
        migrations.AlterField(
            model_name="ltiagsgrade",
            name="ratio",
            field=models.FloatField(blank=True, null=True, verbose_name="ratio"),
        ),
        migrations.AlterField(
            model_name="ltiagsgrade",
            name="subject",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="grades",
                to="lti_ags.ltisubject",
                verbose_name="subject",
            ),
        ),
        migrations.AlterField(
            model_name="ltiagsgrade",
            name="wanted_version",
            field=models.BigIntegerField(default=0, verbose_name="wanted version"),
        ),
        migrations.AlterField(
            model_name="ltiagslineitem",
            name="context",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="line_items",
                to="lti_ags.lticontext",
                verbose_name="context",
            ),
        ),
        migrations.AlterField(
            model_name="ltiagslineitem",
            name="created_at",
            field=models.DateTimeField(auto_now_add=True, verbose_name="created at"),
        ),
        migrations.AlterField(
            model_name="ltiagslineitem",
            name="deleted_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="deleted at"),
        ),
        migrations.AlterField(
            model_name="ltiagslineitem",
            name="end_date_time",
            field=models.DateTimeField(blank=True, null=True, verbose_name="end date time"),
        ),
        migrations.AlterField(
            model_name="ltiagslineitem",
            name="extensions",
            field=lti_ags.models.fields.JsonTextField(blank=True, default=dict, verbose_name="extensions"),
        ),
        migrations.AlterField(
            model_name="ltiagslineitem",
            name="grades_released",
            field=models.BooleanField(blank=True, null=True, verbose_name="grades released"),
        ),
        migrations.AlterField(
            model_name="ltiagslineitem",
            name="label",
            field=models.CharField(max_length=1000, verbose_name="label"),
        ),
        migrations.AlterField(
            model_name="ltiagslineitem",
            name="lti_configuration",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="line_items",
                to="lti_ags.lticonfiguration",
                verbose_name="LTI configuration",
            ),
        ),
        migrations.AlterField(
            model_name="ltiagslineitem",
            name="modified_at",
            field=models.DateTimeField(auto_now=True, verbose_name="modified at"),
        ),
        migrations.AlterField(
            model_name="ltiagslineitem",
            name="resource_id",
            field=models.CharField(blank=True, default="", max_length=256, verbose_name="resource id"),
        ),
        migrations.AlterField(
            model_name="ltiagslineitem",
            name="score_maximum",
            field=models.FloatField(verbose_name="score maximum"),
        ),
        migrations.AlterField(
            model_name="ltiagslineitem",
            name="start_date_time",
            field=models.DateTimeField(blank=True, null=True, verbose_name="start date time"),
        ),
        migrations.AlterField(
            model_name="ltiagslineitem",
            name="tag",
            field=models.CharField(blank=True, default="", max_length=256, verbose_name="tag"),
        ),
        migrations.AlterField(
            model_name="ltiagsscore",
            name="activity_progress",
            field=models.CharField(
                choices=[
                    ("Initialized", "Initialized"),
                    ("Started", "Started"),
                    ("InProgress", "InProgress"),
                    ("Submitted", "Submitted"),
                    ("Completed", "Completed"),
                ],
                max_length=16,
                verbose_name="activity progress",
            ),
        ),
        migrations.AlterField(
            model_name="ltiagsscore",
            name="cleared_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="cleared at"),
        ),
        migrations.AlterField(
            model_name="ltiagsscore",
            name="created_at",
            field=models.DateTimeField(auto_now_add=True, verbose_name="created at"),
        ),
        migrations.AlterField(
            model_name="ltiagsscore",
            name="decision",
            field=models.CharField(
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
                verbose_name="decision",
            ),
        ),
        migrations.AlterField(
            model_name="ltiagsscore",
            name="delivery_uuid",
            field=models.UUIDField(default=uuid.uuid4, verbose_name="delivery id"),
        ),
        migrations.AlterField(
            model_name="ltiagsscore",
            name="final_score_given",
            field=models.FloatField(blank=True, null=True, verbose_name="final score given"),
        ),
        migrations.AlterField(
            model_name="ltiagsscore",
            name="final_score_maximum",
            field=models.FloatField(blank=True, null=True, verbose_name="final score maximum"),
        ),
        migrations.AlterField(
            model_name="ltiagsscore",
            name="final_timestamp",
            field=models.DateTimeField(blank=True, null=True, verbose_name="final timestamp"),
        ),
        migrations.AlterField(
            model_name="ltiagsscore",
            name="grading_progress",
            field=models.CharField(
                choices=[
                    ("FullyGraded", "FullyGraded"),
                    ("Pending", "Pending"),
                    ("PendingManual", "PendingManual"),
                    ("Failed", "Failed"),
                    ("NotReady", "NotReady"),
                ],
                max_length=16,
                verbose_name="grading progress",
            ),
        ),
        migrations.AlterField(
            model_name="ltiagsscore",
            name="is_late_accepted",
            field=models.BooleanField(default=False, verbose_name="is late accepted"),
        ),
        migrations.AlterField(
            model_name="ltiagsscore",
            name="is_released",
            field=models.BooleanField(default=False, verbose_name="is released"),
        ),
        migrations.AlterField(
            model_name="ltiagsscore",
            name="line_item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="scores",
                to="lti_ags.ltiagslineitem",
                verbose_name="line item",
            ),
        ),
        migrations.AlterField(
            model_name="ltiagsscore",
            name="received_at",
            field=models.DateTimeField(verbose_name="received at"),
        ),
        migrations.AlterField(
            model_name="ltiagsscore",
            name="score_given",
            field=models.FloatField(blank=True, null=True, verbose_name="score given"),
        ),
        migrations.AlterField(
            model_name="ltiagsscore",
            name="score_maximum",
            field=models.FloatField(blank=True, null=True, verbose_name="score maximum"),
        ),
        migrations.AlterField(
            model_name="ltiagsscore",
            name="scoring_user_id",
            field=models.CharField(blank=True, default="", max_length=255, verbose_name="scoring user id"),
        ),
        migrations.AlterField(
            model_name="ltiagsscore",
            name="started_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="started at"),
        ),
        migrations.AlterField(
            model_name="ltiagsscore",
            name="subject",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="scores",
                to="lti_ags.ltisubject",
                verbose_name="subject",
            ),
        ),
        migrations.AlterField(
            model_name="ltiagsscore",
            name="submitted_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="submitted at"),
        ),
        migrations.AlterField(
            model_name="ltiagsscore",
            name="timestamp",
            field=models.DateTimeField(verbose_name="timestamp"),
        ),
        migrations.AlterField(
            model_name="lticonfiguration",
            name="course_key",
            field=opaque_keys.edx.django.models.CourseKeyField(max_length=255, verbose_name="course key"),
        ),
        migrations.AlterField(
            model_name="lticonfiguration",
            name="created_at",
            field=models.DateTimeField(auto_now_add=True, verbose_name="created at"),
        ),
        migrations.AlterField(
            model_name="lticonfiguration",
            name="end_date_time",
            field=models.DateTimeField(blank=True, null=True, verbose_name="end date time"),
        ),
        migrations.AlterField(
            model_name="lticonfiguration",
            name="grace_seconds",
            field=models.FloatField(default=0.0, verbose_name="grace seconds"),
        ),
        migrations.AlterField(
            model_name="lticonfiguration",
            name="grading_mode",
            field=models.CharField(
                choices=[
                    ("declarative", "Only allow tools to push a single grade per student"),
                    ("programmatic", "Allow tools to manage their own grades"),
                ],
                default="declarative",
                max_length=16,
                verbose_name="grading mode",
            ),
        ),
        migrations.AlterField(
            model_name="lticonfiguration",
            name="is_graded",
            field=models.BooleanField(default=True, verbose_name="is graded"),
        ),
        migrations.AlterField(
            model_name="lticonfiguration",
            name="late_policy",
            field=models.CharField(
                choices=[
                    ("accept", "Accept late work"),
                    ("refuse", "Do not count late work"),
                    ("ask", "Hold late work until the course team accepts it"),
                ],
                default="accept",
                max_length=16,
                verbose_name="late policy",
            ),
        ),
        migrations.AlterField(
            model_name="lticonfiguration",
            name="location",
            field=opaque_keys.edx.django.models.UsageKeyField(max_length=255, verbose_name="location"),
        ),
        migrations.AlterField(
            model_name="lticonfiguration",
            name="merge_policy",
            field=models.CharField(
                choices=[
                    ("latest", "The latest score"),
                    ("average", "The average of the scores"),
                    ("highest", "The highest score"),
                    ("total", "The total of the points"),
                ],
                default="latest",
                max_length=16,
                verbose_name="merge policy",
            ),
        ),
        migrations.AlterField(
            model_name="lticonfiguration",
            name="missing_items",
            field=models.CharField(
                choices=[
                    ("leave_out", "Leave items without a score out"),
                    ("count_as_zero", "Count items without a score as zero"),
                ],
                default="leave_out",
                max_length=16,
                verbose_name="missing items",
            ),
        ),
        migrations.AlterField(
            model_name="lticonfiguration",
            name="modified_at",
            field=models.DateTimeField(auto_now=True, verbose_name="modified at"),
        ),
        migrations.AlterField(
            model_name="lticonfiguration",
            name="override_policy",
            field=models.CharField(
                choices=[
                    ("keep", "Keep the course team's score"),
                    ("raise", "Let the tool raise the course team's score"),
                    ("replace", "Let the tool replace the course team's score"),
                ],
                default="keep",
                max_length=16,
                verbose_name="override policy",
            ),
        ),
        migrations.AlterField(
            model_name="lticonfiguration",
            name="release_policy",
            field=models.CharField(
                choices=[("at_once", "At once"), ("hold", "When the course team or the tool releases them")],
                default="at_once",
                max_length=16,
                verbose_name="release policy",
            ),
        ),
        migrations.AlterField(
            model_name="lticonfiguration",
            name="released_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="released at"),
        ),
        migrations.AlterField(
            model_name="lticonfiguration",
            name="removed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="removed at"),
        ),
        migrations.AlterField(
            model_name="lticonfiguration",
            name="replaced_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="replaced at"),
        ),
        migrations.AlterField(
            model_name="lticonfiguration",
            name="score_maximum",
            field=models.FloatField(default=1.0, verbose_name="score maximum"),
        ),
        migrations.AlterField(
            model_name="lticonfiguration",
            name="start_date_time",
            field=models.DateTimeField(blank=True, null=True, verbose_name="start date time"),
        ),
        migrations.AlterField(
            model_name="lticonfiguration",
            name="title",
            field=models.CharField(default="", max_length=1000, verbose_name="title"),
        ),
        migrations.AlterField(
            model_name="lticonfiguration",
            name="tool",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="configurations",
                to="lti_ags.ltitool",
                verbose_name="tool",
            ),
        ),
        migrations.AlterField(
            model_name="ltitool",
            name="client_id",
            field=models.CharField(
                default=lti_ags.models.tools.new_identifier, max_length=255, unique=True, verbose_name="client id"
            ),
        ),
        migrations.AlterField(
            model_name="ltitool",
            name="grading_mode_ceiling",
            field=models.CharField(
                choices=[
                    ("declarative", "Only allow tools to push a single grade per student"),
                    ("programmatic", "Allow tools to manage their own grades"),
                ],
                default="programmatic",
                max_length=16,
                verbose_name="grading mode ceiling",
            ),
        ),
        migrations.AlterField(
            model_name="ltitool",
            name="is_enabled",
            field=models.BooleanField(default=True, verbose_name="is enabled"),
        ),
        migrations.AlterField(
            model_name="ltitool",
            name="name",
            field=models.CharField(max_length=255, verbose_name="name"),
        ),
        migrations.AlterField(
            model_name="platformkey",
            name="created_at",
            field=models.DateTimeField(auto_now_add=True, verbose_name="created at"),
        ),
        migrations.AlterField(
            model_name="platformkey",
            name="kid",
            field=models.CharField(max_length=64, unique=True, verbose_name="kid"),
        ),
        migrations.AlterField(
            model_name="platformkey",
            name="public_jwk",
            field=models.JSONField(verbose_name="public JWK"),
        ),
        migrations.AlterField(
            model_name="platformkey",
            name="retires_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="retires at"),
        ),
        migrations.AlterField(
            model_name="platformkey",
            name="signs_from",
            field=models.DateTimeField(verbose_name="signs from"),
        ),
    ]
