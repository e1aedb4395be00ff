"""Duplicating, and the services of Studio."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from django.core.cache import cache
from openedx_events.content_authoring.data import DuplicatedXBlockData
from openedx_events.content_authoring.signals import XBLOCK_DUPLICATED

from common.djangoapps.xblock_django.user_service import DjangoXBlockUserService
from xmodule.modulestore.django import modulestore
from xmodule.modulestore.process import as_studio
from xmodule.modulestore.writing import authored_fields
from xmodule.services import I18nService, SettingsService


def load_services_for_studio(runtime, user):
    """Install Studio's services; the user service knows the author and no anonymous ids."""
    for learner_service in ("publish", "rebind_user", "completion", "grade_utils"):
        runtime._services.pop(learner_service, None)
    runtime._services.update(
        {
            "user": DjangoXBlockUserService(user),
            "settings": SettingsService(),
            "i18n": I18nService(),
            "cache": cache,
        }
    )


def duplicate_block(
    parent_usage_key,
    duplicate_source_usage_key,
    user,
    dest_usage_key=None,
    display_name=None,
    shallow=False,
    is_child=False,
):
    """Copy a block with all its fields below a parent, right after the original; return the copy's key."""
    store = modulestore()
    with as_studio(), store.bulk_operations(duplicate_source_usage_key.course_key):
        source = store.get_item(duplicate_source_usage_key)
        key = dest_usage_key or source.location.replace(name=uuid.uuid4().hex)
        fields = authored_fields(source)
        if not is_child:
            fields["display_name"] = display_name or f"Duplicate of '{source.display_name_with_default}'"
        copy = store.create_item(user.id, key.course_key, key.block_type, block_id=key.block_id, json_fields=fields)
        children_handled = False
        if hasattr(copy, "studio_post_duplicate"):
            load_services_for_studio(copy.runtime, user)
            children_handled = copy.studio_post_duplicate(store, source)
        if source.has_children and not children_handled and not shallow:
            for child in source.children:
                duplicate_block(copy.location, child, user=user, is_child=True)
            copy = store.get_item(copy.location)
            store.update_item(copy, user.id)
        _place(store, parent_usage_key, source.location, copy.location, user)
        info = DuplicatedXBlockData(
            usage_key=copy.location, block_type=copy.location.block_type, source_usage_key=duplicate_source_usage_key
        )
        XBLOCK_DUPLICATED.send_event(time=datetime.now(UTC), xblock_info=info)
        return copy.location


def _place(store, parent_key, source_key, copy_key, user) -> None:
    parent = store.get_item(parent_key)
    children = list(parent.children)
    at = children.index(source_key) + 1 if source_key in children else len(children)
    parent.children = [*children[:at], copy_key, *children[at:]]
    store.update_item(parent, user.id)
