"""Many line items of a tool in one context, and many results of the last; run in the LMS's own process."""

from __future__ import annotations

import json
import sys


def main() -> None:
    """Make them, and print their addresses."""
    import django

    django.setup()
    from lti_ags.models import LtiAgsLineItem, LtiContext
    from lti_ags.services.addresses import line_item_url
    from tests.support.bulk import add_scored_learners

    asked = json.load(sys.stdin)
    context = LtiContext.objects.get(uuid=asked["context_uuid"])
    LtiAgsLineItem.objects.bulk_create(
        LtiAgsLineItem(context=context, label=f"Item {number}", score_maximum=10.0, tag=f"tag {number}")
        for number in range(asked["line_items"])
    )
    items = list(LtiAgsLineItem.objects.filter(context=context).order_by("id"))
    users = add_scored_learners(items[-1], asked["results"])
    print(json.dumps({"line_items": [line_item_url(item.pk) for item in items], "users": users}))


if __name__ == "__main__":
    main()
