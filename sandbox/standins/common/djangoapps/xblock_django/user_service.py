"""Tells a block who it is rendered for."""

from __future__ import annotations

from xblock.reference.user_service import UserService, XBlockUser

from common.djangoapps.student.models import anonymous_id_for_user, user_by_anonymous_id
from common.djangoapps.xblock_django import constants as attr
from openedx.core.djangoapps.external_user_ids.models import ExternalId
from openedx.core.djangoapps.user_api.models import UserPreference


class DjangoXBlockUserService(UserService):
    """The user service of LMS and Studio; Studio's knows the user only."""

    def __init__(self, django_user, **kwargs):
        super().__init__(**kwargs)
        self._django_user = django_user
        self._options = kwargs

    def get_current_user(self):
        """Return the user as blocks see users."""
        user = XBlockUser(is_current_user=True)
        django_user = self._django_user
        if django_user is None or not django_user.is_authenticated:
            user.opt_attrs[attr.ATTR_KEY_IS_AUTHENTICATED] = False
            user.opt_attrs[attr.ATTR_KEY_REQUEST_COUNTRY_CODE] = None
            return user
        user.full_name = django_user.get_full_name() or django_user.username
        user.emails = [django_user.email]
        user.opt_attrs.update(
            {
                attr.ATTR_KEY_IS_AUTHENTICATED: True,
                attr.ATTR_KEY_USER_ID: django_user.id,
                attr.ATTR_KEY_USERNAME: django_user.username,
                attr.ATTR_KEY_ANONYMOUS_USER_ID: self._options.get("anonymous_user_id"),
                attr.ATTR_KEY_DEPRECATED_ANONYMOUS_USER_ID: self._options.get("deprecated_anonymous_user_id"),
                attr.ATTR_KEY_REQUEST_COUNTRY_CODE: None,
                attr.ATTR_KEY_USER_ROLE: self._options.get("user_role"),
                attr.ATTR_KEY_USER_IS_STAFF: self._options.get("user_is_staff", False),
                attr.ATTR_KEY_USER_IS_GLOBAL_STAFF: django_user.is_staff,
                attr.ATTR_KEY_USER_IS_BETA_TESTER: self._options.get("user_is_beta_tester", False),
                attr.ATTR_KEY_USER_PREFERENCES: {
                    "pref-lang": "en",
                    "time_zone": UserPreference.get_value(django_user, "time_zone"),
                },
            }
        )
        return user

    def get_anonymous_user_id(self, username, course_id):
        """Return the anonymous id of a user of the course; only staff may ask."""
        if not self._options.get("user_is_staff"):
            return None
        from django.contrib.auth import get_user_model

        user = get_user_model().objects.filter(username=username).first()
        return anonymous_id_for_user(user, course_id) if user is not None else None

    def get_external_user_id(self, type_name):
        """Return the id of this type, made when first asked for; ValueError where the type is missing."""
        external_id, _created = ExternalId.add_new_user_id(self._django_user, type_name)
        if external_id is None:
            raise ValueError(f"External ID type: {type_name} does not exist")
        return str(external_id.external_user_id)

    def get_user_by_anonymous_id(self, uid=None):
        """Return the user of an anonymous id; without one, of the bound user's."""
        return user_by_anonymous_id(uid or self._options.get("anonymous_user_id"))
