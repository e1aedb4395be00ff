"""The retirement of a learner, as far as plugins take part in it."""

from __future__ import annotations

from django.db import transaction

from openedx.core.djangoapps.user_api.accounts.signals import USER_RETIRE_LMS_MISC, USER_RETIRE_MAILINGS


class LMSAccountRetirementView:
    """One step of the retirement."""

    def post(self, user):
        """Send the signals of the step ``retire_misc``; a receiver that raises undoes it."""
        with transaction.atomic():
            USER_RETIRE_LMS_MISC.send(sender=self.__class__, user=user)
            USER_RETIRE_MAILINGS.send(
                sender=self.__class__, email=user.email, new_email=f"retired__user_{user.id}@retired.invalid", user=user
            )
