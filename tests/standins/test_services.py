"""The sandbox as a Django project: databases, plugins, settings, and Studio as a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from openedx.core.lib.features_setting_proxy import FeaturesProxy

IN_STUDIO = """
import json
import django
django.setup()
from django.apps import apps
from django.conf import settings
from lms.djangoapps.grades.api import signals
from xmodule.modulestore.django import modulestore
from xmodule.modulestore.runtime import mixins
from django.urls import get_resolver

class Nobody:
    id = 1

try:
    signals.SCORE_PUBLISHED.send(sender=None, block=None, user=Nobody(), raw_earned=1.0, raw_possible=1.0,
                                 only_if_higher=False, score_deleted=False, grader_response=None)
    refused = False
except RuntimeError:
    refused = True
print(json.dumps({
    "grades installed": apps.is_installed("lms.djangoapps.grades"),
    "plugin installed": apps.is_installed("lti_ags"),
    "publishing refused": refused,
    "branch": modulestore().get_branch_setting(),
    "mixins": [mixin.__name__ for mixin in mixins()],
    "urls": settings.ROOT_URLCONF,
    "queue": settings.CELERY_DEFAULT_QUEUE,
    "operator": getattr(settings, "LTI_AGS_SOMETHING", None),
}))
"""


@pytest.fixture(scope="module")
def studio():
    """Return what a Studio process says of itself."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "sandbox.settings.cms",
        "SANDBOX_ENV_TOKENS": json.dumps({"LTI_AGS_SOMETHING": "of the operator"}),
    }
    done = subprocess.run(
        [sys.executable, "-c", IN_STUDIO], env=environment, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def test_studio_has_no_grades_app_and_refuses_to_publish(studio):
    assert (studio["grades installed"], studio["publishing refused"]) == (False, True)


def test_studio_reads_drafts_and_mixes_in_the_authors_fields(studio):
    assert studio["branch"] == "draft-preferred"
    assert {"AuthoringMixin", "UpstreamSyncMixin"} <= set(studio["mixins"])


def test_both_services_find_the_plugin(studio):
    assert studio["plugin installed"] is True
    assert apps.is_installed("lti_ags")


def test_an_operators_settings_win_over_the_defaults_of_plugins(studio):
    assert studio["operator"] == "of the operator"


def test_every_service_has_its_own_queue(studio):
    assert studio["queue"] == "edx.cms.core.default"
    assert settings.CELERY_DEFAULT_QUEUE == "edx.lms.core.default"


def test_the_lms_reads_published_and_runs_every_request_in_a_transaction():
    assert settings.MODULESTORE_BRANCH == "published-only"
    assert connection.settings_dict["ATOMIC_REQUESTS"] is True
    assert settings.DEFAULT_AUTO_FIELD == "django.db.models.AutoField"


def test_features_are_a_window_on_flat_settings():
    names = {"ENABLE_THIS": True}
    features = FeaturesProxy(names)
    features["ENABLE_THAT"] = False

    assert features.get("ENABLE_THIS") is True
    assert names["ENABLE_THAT"] is False
    assert isinstance(settings.FEATURES, FeaturesProxy)


@override_settings(FEATURES={"ENABLE_THIS": True})
def test_features_may_be_overridden_as_a_whole():
    assert settings.FEATURES["ENABLE_THIS"] is True


@pytest.mark.django_db
def test_the_migrations_of_the_stand_ins_are_complete():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
