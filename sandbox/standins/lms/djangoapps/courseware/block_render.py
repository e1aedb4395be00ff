"""Binding blocks to learners."""

from __future__ import annotations

from functools import partial

from django.core.cache import cache
from xblock.runtime import KvsFieldData

from common.djangoapps.student.models import anonymous_id_for_user
from common.djangoapps.xblock_django.user_service import DjangoXBlockUserService
from edx_when.field_data import DateLookupFieldData
from lms.djangoapps.courseware.access import has_access, has_staff_access
from lms.djangoapps.courseware.model_data import DjangoKeyValueStore, FieldDataCache
from lms.djangoapps.grades import faults
from lms.djangoapps.grades.services import GradesUtilService
from lms.djangoapps.lms_xblock.field_data import LmsFieldData
from xmodule.modulestore.django import modulestore
from xmodule.modulestore.exceptions import ItemNotFoundError
from xmodule.services import CompletionService, EventPublishingService, I18nService, RebindUserService, SettingsService


def prepare_runtime_for_user(
    user,
    student_data,
    runtime,
    course_id,
    track_function,
    request_token,
    position=None,
    wrap_xblock_display=True,
    grade_bucket_type=None,
    static_asset_path="",
    user_location=None,
    course=None,
    will_recheck_access=False,
):
    """Install the services of one learner. They go into what all runtimes of the process share."""
    anonymous_id = anonymous_id_for_user(user, course_id)
    staff = has_staff_access(user, course_id)
    services = {
        "user": DjangoXBlockUserService(
            user,
            user_is_staff=staff,
            user_role="staff" if staff else "student",
            anonymous_user_id=anonymous_id,
            deprecated_anonymous_user_id=anonymous_id_for_user(user, None),
        ),
        "publish": EventPublishingService(user, course_id, track_function),
        "rebind_user": RebindUserService(user, course_id, prepare_runtime_for_user),
        "completion": CompletionService(user=user, context_key=course_id) if user and user.is_authenticated else None,
        "grade_utils": GradesUtilService(course_id=course_id),
        "settings": SettingsService(),
        "i18n": I18nService(),
        "cache": cache,
    }
    runtime._services.update(services)
    runtime.bound_user = user


def bind_block(user, block, field_data_cache, course_key, *, dates_of):
    """Let the block's fields be those of this learner."""
    student_data = KvsFieldData(DjangoKeyValueStore(field_data_cache))
    block.bind_for_student(
        user.id,
        [
            partial(DateLookupFieldData, course_id=course_key, user=dates_of),
            partial(LmsFieldData, student_data=student_data),
        ],
    )
    return student_data


def get_block_for_descriptor(
    user,
    request,
    block,
    field_data_cache,
    course_key,
    position=None,
    wrap_xblock_display=True,
    grade_bucket_type=None,
    static_asset_path="",
    disable_staff_debug_info=False,
    course=None,
    will_recheck_access=False,
    track_function=None,
    student_data=None,
    request_token=None,
    user_location=None,
):
    """Bind a block to a user; None for one who may not load it, though the block is bound then as well."""
    faults.strike("bind", user.id)
    prepare_runtime_for_user(
        user=user,
        student_data=student_data,
        runtime=block.runtime,
        course_id=course_key,
        track_function=track_function,
        request_token=request_token,
        course=course,
    )
    bind_block(user, block, field_data_cache, course_key, dates_of=user)
    if getattr(user, "known", True) and not has_access(user, "load", block, course_key):
        return None
    return block


def get_block(
    user,
    request,
    usage_key,
    field_data_cache,
    position=None,
    log_if_not_found=True,
    wrap_xblock_display=True,
    grade_bucket_type=None,
    depth=0,
    static_asset_path="",
    course=None,
    will_recheck_access=False,
):
    """Load and bind a block; None for whatever goes wrong."""
    try:
        block = modulestore().get_item(usage_key, depth=depth)
        return get_block_for_descriptor(
            user, request, block, field_data_cache, usage_key.course_key, position=position, course=course
        )
    except ItemNotFoundError:
        return None
    except Exception:  # noqa: BLE001 - what the platform does, and a trap
        return None


def load_single_xblock(request, user_id, course_id, usage_key_string, course=None, will_recheck_access=False):
    """Load one block for one learner; 404 where that is not possible."""
    from django.contrib.auth import get_user_model
    from django.http import Http404
    from opaque_keys.edx.keys import CourseKey, UsageKey

    usage_key = UsageKey.from_string(usage_key_string)
    course_key = CourseKey.from_string(course_id)
    usage_key = usage_key.map_into_course(course_key)
    user = get_user_model().objects.get(id=user_id)
    try:
        item = modulestore().get_item(usage_key)
    except ItemNotFoundError as error:
        raise Http404(f"Unable to find {usage_key}") from error
    field_data_cache = FieldDataCache.cache_for_block_descendents(course_key, user, item, depth=0)
    block = get_block(user, request, usage_key, field_data_cache, course=course)
    if block is None:
        raise Http404(f"Could not get block {usage_key} for user {user_id}")
    return block
