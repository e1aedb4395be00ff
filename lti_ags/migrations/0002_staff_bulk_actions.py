"""What staff do to several grades of a block at once."""

import django.db.models.deletion
import lti_ags.models.fields
from lti_ags.models.fields import check_constraint
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('lti_ags', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='LtiAgsBulkAction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('action', models.CharField(choices=[('use_tools_grade', 'use_tools_grade'), ('keep_staffs_score', 'keep_staffs_score'), ('accept_late', 'accept_late'), ('release', 'release'), ('clear', 'clear'), ('publish_again', 'publish_again')], max_length=24)),
                ('grade_ids', lti_ags.models.fields.JsonTextField(default=list)),
                ('total', models.PositiveIntegerField()),
                ('done', models.PositiveIntegerField(default=0)),
                ('changed', models.PositiveIntegerField(default=0)),
                ('left_alone', lti_ags.models.fields.JsonTextField(blank=True, default=dict)),
                ('failed', lti_ags.models.fields.JsonTextField(blank=True, default=dict)),
                ('failed_ids', lti_ags.models.fields.JsonTextField(blank=True, default=list)),
                ('claim', models.CharField(blank=True, default='', max_length=36)),
                ('claimed_until', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(db_index=True)),
                ('finished_at', models.DateTimeField(blank=True, db_index=True, null=True)),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('configuration', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bulk_actions', to='lti_ags.lticonfiguration')),
            ],
            options={
                'verbose_name': 'bulk action',
                'constraints': [check_constraint(models.Q(('done__lte', models.F('total'))), name='lti_ags_bulk_action_done_in_total')],
            },
        ),
    ]
