"""
The two receivers of ``post_save``, which connect saving with its consequence: exactly these.

Whoever saves a row, be it a view, a command, the shell or an import, gets the same.
"""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from lti_ags.models import LtiAgsScore, LtiConfiguration
from lti_ags.services.configurations import ensure_platform_item
from lti_ags.services.grades import want_publication


@receiver(post_save, sender=LtiConfiguration, dispatch_uid="lti_ags.make_platform_line_item")
def make_platform_line_item(instance: LtiConfiguration, *, raw: bool = False, **_kwargs: Any) -> None:
    """A saved configuration in declarative mode has its one platform-made line item. Not while a fixture is loaded."""
    if not raw:
        ensure_platform_item(instance)


@receiver(post_save, sender=LtiAgsScore, dispatch_uid="lti_ags.ask_for_publication")
def ask_for_publication(instance: LtiAgsScore, *, created: bool, raw: bool = False, **_kwargs: Any) -> None:
    """A saved score leads, after commit, to the publication of its learner's grade in the linked block, if any."""
    line_item = instance.line_item
    if raw or line_item.lti_configuration_id is None:
        return
    want_publication(
        configuration_id=line_item.lti_configuration_id,
        subject_id=instance.subject_id,
        now=instance.received_at,
        # The platform's item is the only one of most blocks, and then nothing but a score on it makes a grade.
        is_first=created and line_item.is_platform_made,
    )
