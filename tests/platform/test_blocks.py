"""Loading published blocks and binding them."""

from __future__ import annotations

from typing import Any

import pytest

from lti_ags import edx_platform
from lti_ags.exceptions import BlockNotFound, PermanentPlatformError

pytestmark = pytest.mark.platform


def test_a_published_block_is_loaded_unbound(block: Any) -> None:
    loaded = edx_platform.load_block(block)

    assert loaded.display_name == "A tool"
    assert loaded.scope_ids.user_id is None


def test_a_key_may_be_text(block: Any) -> None:
    assert edx_platform.load_block(str(block)).scope_ids.usage_id == block


@pytest.mark.parametrize("branch", ["draft-branch", "published-branch"])
def test_the_branch_in_a_key_is_ignored(site: Any, block: Any, branch: str) -> None:
    site.edit(block, display_name="Not published")

    loaded = edx_platform.load_block(block.for_branch(branch))

    assert loaded.display_name == "A tool"
    assert str(loaded.scope_ids.usage_id) == str(block)


def test_every_call_gives_a_new_block(block: Any) -> None:
    assert edx_platform.load_block(block) is not edx_platform.load_block(block)


def test_a_draft_is_not_there(site: Any, unit: Any) -> None:
    draft = site.draft_block(unit)

    with pytest.raises(BlockNotFound):
        edx_platform.load_block(draft)


def test_the_published_branch_is_read_where_drafts_are_preferred(site: Any, block: Any) -> None:
    site.edit(block, display_name="Not published")

    with site.authoring(block.course_key):
        loaded = edx_platform.load_block(block)

    assert loaded.display_name == "A tool"


@pytest.mark.parametrize(
    "key",
    [
        "block-v1:ContractX+Nowhere+2026+type@lti_ags+block@nothing",
        "lb:ContractX:library:lti_ags:nothing",
        "course-v1:ContractX+Nowhere+2026",
        "nonsense",
        "",
    ],
)
@pytest.mark.django_db
def test_a_key_that_names_no_block_of_a_course_is_not_found(key: str) -> None:
    with pytest.raises(BlockNotFound):
        edx_platform.load_block(key)


def test_a_deleted_block_is_there_until_its_unit_is_published(site: Any, unit: Any, block: Any) -> None:
    with site.authoring(block.course_key) as store:
        store.delete_item(block, -3)

    assert edx_platform.load_block(block).display_name == "A tool"

    site.publish(unit)

    with pytest.raises(BlockNotFound):
        edx_platform.load_block(block)


def test_a_bound_block_is_the_learners(block: Any, learner: Any) -> None:
    bound = edx_platform.bind_block(edx_platform.load_block(block), user_id=learner.pk)

    assert bound.scope_ids.user_id == learner.pk
    assert bound.display_name == "A tool"


def test_a_learner_who_may_not_see_the_block_is_bound_all_the_same(site: Any, unit: Any, learner: Any) -> None:
    hidden = site.block(unit, visible_to_staff_only=True)

    bound = edx_platform.bind_block(edx_platform.load_block(hidden), user_id=learner.pk)

    assert bound.scope_ids.user_id == learner.pk


def test_an_unknown_user_cannot_be_bound(block: Any) -> None:
    with pytest.raises(PermanentPlatformError, match="no user"):
        edx_platform.bind_block(edx_platform.load_block(block), user_id=2**30)
