"""What a person reads when something between tool and platform goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import requests
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from pylti1p3.exception import LtiException, LtiServiceException, OIDCException

View = Callable[..., HttpResponse]


def refusal(error: LtiServiceException) -> str:
    """Return the platform's own words for why it refused, and the status."""
    try:
        body: Any = error.response.json()
    except ValueError:
        body = {}
    members = body if isinstance(body, dict) else {}
    reason = members.get("message") or members.get("error_description") or error.response.reason
    return f"The platform refused: {error.response.status_code}, {reason}"


def explained(view: View) -> View:
    """Show a page with a sentence instead of a failure of the library or of the platform."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except LtiServiceException as error:
            return error_page(request, refusal(error), status=502)
        except (LtiException, OIDCException) as error:
            return error_page(request, str(error), status=400)
        except requests.RequestException:
            return error_page(request, "The platform cannot be reached.", status=502)

    return wrapper


def error_page(request: HttpRequest, message: str, *, status: int, hint: str = "") -> HttpResponse:
    """Return the page for a launch or a request that failed."""
    return render(request, "tool/error.html", {"message": message, "hint": hint}, status=status)
