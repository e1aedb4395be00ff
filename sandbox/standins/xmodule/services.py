"""Services of the LMS that blocks reach through the runtime."""

from __future__ import annotations

from django.conf import settings

from lms.djangoapps.grades.signals.signals import SCORE_PUBLISHED


class EventPublishingService:
    """Publishes for one user: whoever was bound last in this process. A ``user_id`` in the event is not read."""

    def __init__(self, user, course_id, track_function):
        self.user = user
        self.course_id = course_id
        self.track_function = track_function

    def publish(self, block, event_type, event):
        """Hand a grade or a completion on; nothing happens for an anonymous user."""
        if event_type == "grade":
            if self.user is None or self.user.is_anonymous or getattr(self.user, "masquerade_settings", None):
                return
            SCORE_PUBLISHED.send(
                sender=None,
                block=block,
                user=self.user,
                raw_earned=event["value"],
                raw_possible=event["max_value"],
                only_if_higher=event.get("only_if_higher"),
                score_deleted=event.get("score_deleted"),
                grader_response=event.get("grader_response"),
            )
        elif event_type == "completion":
            from completion.models import BlockCompletion

            if settings.ENABLE_COMPLETION_TRACKING and self.user is not None and self.user.is_authenticated:
                BlockCompletion.objects.submit_completion(
                    user=self.user, block_key=block.scope_ids.usage_id, completion=event["completion"]
                )
        elif self.track_function is not None:
            self.track_function(event_type, event)


class SettingsService:
    """Gives a block the site's settings for its type."""

    def get_settings_bucket(self, block, default=None):
        if block is None:
            raise ValueError(f"Expected XBlock instance, got {block}")
        key = getattr(block, "block_settings_key", block.unmixed_class.__name__)
        return settings.XBLOCK_SETTINGS.get(key, {} if default is None else default)


class RebindUserServiceError(Exception):
    """The runtime is bound to a learner already."""


class RebindUserService:
    """Binds an anonymously bound block to a learner, once."""

    def __init__(self, user, course_id, prepare_runtime_for_user, **kwargs):
        self.user = user
        self.course_id = course_id
        self._prepare = prepare_runtime_for_user

    def rebind_noauth_module_to_user(self, block, real_user):
        """Bind the block. The learner's own dates are not seen: the look-up stays the anonymous user's."""
        if self.user is not None and self.user.is_authenticated:
            raise RebindUserServiceError(
                "rebind_noauth_module_to_user can only be called from a block bound to an anonymous user"
            )
        from lms.djangoapps.courseware.block_render import bind_block
        from lms.djangoapps.courseware.model_data import FieldDataCache

        cache = FieldDataCache.cache_for_block_descendents(self.course_id, real_user, block, depth=0)
        bind_block(real_user, block, cache, self.course_id, dates_of=self.user)


class CompletionService:
    """Tells a block how far the bound learner is."""

    def __init__(self, user, context_key):
        self._user = user
        self._context_key = context_key

    def completion_tracking_enabled(self):
        return settings.ENABLE_COMPLETION_TRACKING

    def get_completions(self, candidates):
        from completion.models import BlockCompletion

        rows = BlockCompletion.objects.filter(user=self._user, block_key__in=candidates)
        found = {row.block_key: row.completion for row in rows}
        return {key: found.get(key, 0.0) for key in candidates}


class I18nService:
    """Django's translations under the names that blocks use."""

    def __getattr__(self, name):
        from django.utils import translation

        return getattr(translation, {"ugettext": "gettext", "ungettext": "ngettext"}.get(name, name))

    def strftime(self, *args, **kwargs):
        from xblock.runtime import NullI18nService

        return NullI18nService().strftime(*args, **kwargs)

    def get_javascript_i18n_catalog_url(self, block):
        return None
