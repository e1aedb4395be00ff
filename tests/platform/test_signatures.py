"""
Every name of the platform that we use, and the arguments that we give it.

A release that moved one, or renamed an argument, fails here by name and not somewhere in a learner's grade.
"""

from __future__ import annotations

import inspect
from importlib import import_module
from typing import Any

import pytest

pytestmark = pytest.mark.platform

COURSEWARE = "lms.djangoapps.courseware"
STUDENT = "common.djangoapps.student"

#: module, name in it, number of positional arguments, keyword arguments: as lti_ags.edx_platform calls them.
CALLS = [
    ("xmodule.modulestore.django", "modulestore", 0, ()),
    (f"{COURSEWARE}.access", "has_access", 4, ()),
    (
        f"{COURSEWARE}.block_render",
        "get_block_for_descriptor",
        0,
        ("user", "request", "block", "field_data_cache", "course_key", "track_function"),
    ),
    (f"{COURSEWARE}.masquerade", "get_course_masquerade", 2, ()),
    (f"{COURSEWARE}.model_data", "FieldDataCache.cache_for_block_descendents", 3, ("depth",)),
    (f"{COURSEWARE}.model_data", "get_score", 2, ()),
    ("lms.djangoapps.grades.api", "GradesUtilService", 0, ("course_id",)),
    ("lms.djangoapps.grades.api", "GradesUtilService.are_grades_frozen", 1, ()),
    (f"{STUDENT}.auth", "has_studio_write_access", 2, ()),
    (f"{STUDENT}.auth", "get_user_permissions", 2, ()),
    (f"{STUDENT}.models", "user_by_anonymous_id", 1, ()),
    (f"{STUDENT}.roles", "CourseBetaTesterRole", 1, ()),
    (f"{STUDENT}.roles", "CourseBetaTesterRole.has_user", 2, ()),
    ("openedx.core.djangoapps.external_user_ids.models", "ExternalId.add_new_user_id", 2, ()),
    ("openedx.core.djangoapps.content.course_overviews.models", "CourseOverview.get_from_id", 1, ()),
    ("openedx.core.djangoapps.user_api.models", "UserPreference.get_value", 2, ()),
    ("completion.models", "BlockCompletion.objects.submit_completion", 0, ("user", "block_key", "completion")),
    ("crum", "get_current_request", 0, ()),
    ("crum", "get_current_user", 0, ()),
]

#: module, model, the fields that we filter by or read.
MODELS = [
    ("common.djangoapps.course_action_state.models", "CourseRerunState", ("course_key", "source_course_key")),
    (f"{STUDENT}.models", "UserProfile", ("user_id", "name")),
    (f"{STUDENT}.models", "CourseEnrollment", ("user_id", "course_id", "is_active")),
    (f"{COURSEWARE}.models", "StudentModule", ("student_id", "module_state_key", "course_id", "grade", "max_grade")),
    (
        "openedx.core.djangoapps.external_user_ids.models",
        "ExternalId",
        ("external_user_id", "external_id_type__name", "user_id"),
    ),
    ("openedx.core.djangoapps.content.course_overviews.models", "CourseOverview", ("id", "display_name")),
]

#: module, name in it, of what is read and not called.
NAMES = [
    ("xmodule.modulestore", "ModuleStoreEnum.Branch.published_only"),
    ("xmodule.modulestore.django", "SignalHandler.course_published"),
    ("xmodule.modulestore.django", "SignalHandler.course_deleted"),
    ("xmodule.modulestore.django", "SignalHandler.item_deleted"),
    ("xmodule.modulestore.exceptions", "ItemNotFoundError"),
    (f"{COURSEWARE}.masquerade", "MASQUERADE_SETTINGS_KEY"),
    (f"{STUDENT}.auth", "STUDIO_EDIT_ROLES"),
    ("lms.djangoapps.grades.api", "signals.SCORE_PUBLISHED"),
    ("openedx.core.djangoapps.user_api.accounts.signals", "USER_RETIRE_LMS_MISC"),
    ("openedx_events.learning.signals", "COURSE_ENROLLMENT_CREATED"),
    ("openedx_events.learning.signals", "COURSE_ENROLLMENT_CHANGED"),
]

#: Methods of the modulestore, with what we give them.
STORE_CALLS = [
    ("branch_setting", 2, ()),
    ("get_item", 1, ()),
    ("get_items", 1, ("qualifiers",)),
]


def _find(module: str, path: str) -> Any:
    found: Any = import_module(module)
    for name in path.split("."):
        found = getattr(found, name)
    return found


def _accepts(function: Any, positional: int, keywords: tuple[str, ...]) -> None:
    """Raise TypeError if the function cannot be called this way, or takes a keyword only as one of any."""
    signature = inspect.signature(function)
    signature.bind(*[None] * positional, **dict.fromkeys(keywords))
    anything = any(one.kind is one.VAR_KEYWORD for one in signature.parameters.values())
    unnamed = [name for name in keywords if name not in signature.parameters]
    if unnamed and not anything:
        raise TypeError(f"{function} names no {unnamed}")


@pytest.mark.parametrize(("module", "path", "positional", "keywords"), CALLS, ids=[call[1] for call in CALLS])
def test_the_platform_can_be_called_as_we_call_it(
    module: str, path: str, positional: int, keywords: tuple[str, ...]
) -> None:
    _accepts(_find(module, path), positional, keywords)


@pytest.mark.parametrize(("module", "path"), NAMES, ids=[name[1] for name in NAMES])
def test_the_platform_has_what_we_read(module: str, path: str) -> None:
    assert _find(module, path) is not None


@pytest.mark.parametrize(("module", "name", "fields"), MODELS, ids=[model[1] for model in MODELS])
def test_the_platforms_tables_have_the_columns_that_we_read(module: str, name: str, fields: tuple[str, ...]) -> None:
    str(_find(module, name).objects.values_list(*fields).query)


@pytest.mark.parametrize(("name", "positional", "keywords"), STORE_CALLS, ids=[call[0] for call in STORE_CALLS])
def test_the_modulestore_can_be_called_as_we_call_it(
    site: Any, name: str, positional: int, keywords: tuple[str, ...]
) -> None:
    _accepts(getattr(site.store, name), positional, keywords)


@pytest.mark.parametrize("name", ["self_paced", "due", "start", "graceperiod", "close_date", "has_score", "weight"])
def test_a_block_has_what_the_platform_mixes_into_it(block: Any, name: str) -> None:
    from lti_ags import edx_platform

    assert hasattr(edx_platform.load_block(block), name)


def test_the_settings_of_a_block_lie_in_a_store_that_can_be_asked_for_any_name(block: Any) -> None:
    from lti_ags import edx_platform

    loaded = edx_platform.load_block(block)

    assert loaded.runtime.service(loaded, "field-data-unbound")._kvs.has


def test_the_signal_takes_the_arguments_that_we_send() -> None:
    receivers = _find("lms.djangoapps.grades.signals.handlers", "score_published_handler")
    sent = {"block", "user", "raw_earned", "raw_possible", "only_if_higher", "score_deleted", "grader_response"}
    signature = inspect.signature(receivers)

    signature.bind(None, **dict.fromkeys(sent))
    required = {
        name
        for name, parameter in signature.parameters.items()
        if parameter.default is parameter.empty and parameter.kind is parameter.POSITIONAL_OR_KEYWORD
    }
    assert required - {"sender"} <= sent
