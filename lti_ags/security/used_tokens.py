"""
Tokens that may be used once.

The guard is a unique row: a cache may lose entries, and several processes may be asked at the same moment.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final

from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from lti_ags.models import UsedToken
from lti_ags.models.fields import digest_of
from lti_ags.security.shared_cache import is_first

log = logging.getLogger(__name__)

_PRUNE_MARK: Final = "lti_ags:used_tokens:pruned"
_PRUNE_INTERVAL_SECONDS: Final = 300
#: A row is kept a little longer than its token lives, so that clocks may differ.
_MARGIN: Final = timedelta(minutes=5)


def use_once(*, purpose: str, owner: str, token_id: str, expires_at: datetime) -> bool:
    """
    Use up a token.

    Arguments:
        purpose: what kind of token it is.
        owner: whose it is, without NUL; two owners may use the same ``token_id``.
        token_id: any text.
        expires_at: from when on nobody would accept the token anyway.

    Returns:
        True for the one caller, in whichever process, who comes first; False for everyone after.
    """
    try:
        with transaction.atomic():
            UsedToken.objects.create(digest=digest_of(purpose, owner, token_id), expires_at=expires_at)
    except IntegrityError:
        return False
    if is_first(_PRUNE_MARK, seconds=_PRUNE_INTERVAL_SECONDS, otherwise=False):
        prune(now=timezone.now())
    return True


def expired(now: datetime) -> QuerySet[UsedToken]:
    """Return the rows of tokens that no process accepts any more, whatever its clock says."""
    return UsedToken.objects.filter(expires_at__lt=now - _MARGIN)


def prune(*, now: datetime) -> None:
    """Forget the tokens that have expired. Failing to is no reason to refuse anybody."""
    try:
        with transaction.atomic():
            expired(now).delete()
    except DatabaseError as error:
        log.warning("Expired rows of used tokens could not be deleted: %s", type(error).__name__)
