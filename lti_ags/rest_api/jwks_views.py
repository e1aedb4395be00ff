"""The platform's public keys over HTTP."""

from __future__ import annotations

import logging
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View

from lti_ags.conf import AgsConfigurationError, app_settings
from lti_ags.constants import ErrorCode
from lti_ags.exceptions import TransientPlatformError
from lti_ags.rest_api.errors import RETRY_AFTER, WRONG_SETTINGS
from lti_ags.rest_api.headers import KEPT_NOWHERE, NEVER_SNIFFED
from lti_ags.security.platform_keys import public_key_set

log = logging.getLogger(__name__)


@method_decorator(transaction.non_atomic_requests, name="dispatch")
class JwksView(View):
    """``GET …/jwks``: the keys with which a launch's signature can be checked (K-01). Public, and made to be cached."""

    http_method_names = ["get", "head"]

    def get(self, _request: HttpRequest, *_args: Any, **_kwargs: Any) -> JsonResponse:
        """Return the key set; before the first launch, its first key is made here."""
        try:
            key_set = public_key_set(now=timezone.now())
        except TransientPlatformError:
            return _later("The platform's first key is being made.", seconds=1)
        except (OperationalError, InterfaceError) as error:
            log.warning("The database did not answer: %s", type(error).__name__)
            return _later("The platform is busy; try again.", seconds=RETRY_AFTER)
        except AgsConfigurationError as error:
            log.error("The site's settings are wrong: %s", error)
            return _later(WRONG_SETTINGS, seconds=RETRY_AFTER)
        seconds = app_settings.integer("LTI_AGS_JWKS_MAX_AGE_SECONDS")
        return JsonResponse(key_set, headers={**NEVER_SNIFFED, "Cache-Control": f"public, max-age={seconds}"})

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
        """Say in JSON that the keys can only be read."""
        allowed = super().http_method_not_allowed(request, *args, **kwargs)["Allow"]
        body = {"code": ErrorCode.METHOD_NOT_ALLOWED, "message": "The key set can only be read, with GET."}
        return JsonResponse(body, status=405, headers={**NEVER_SNIFFED, "Allow": allowed})


def _later(message: str, *, seconds: int) -> JsonResponse:
    body = {"code": ErrorCode.TEMPORARILY_UNAVAILABLE, "message": message}
    return JsonResponse(body, status=503, headers={**KEPT_NOWHERE, "Retry-After": str(seconds)})
