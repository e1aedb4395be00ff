"""Names that tell the modulestore which copy of a course is meant."""

from __future__ import annotations


class ModuleStoreEnum:
    """The vocabulary of the modulestore."""

    class Type:
        split = "split"
        mongo = "mongo"

    class RevisionOption:
        """What a read or a deletion is about."""

        draft_preferred = "rev-opt-draft-preferred"
        draft_only = "rev-opt-draft-only"
        published_only = "rev-opt-published-only"
        all = "rev-opt-all"

    class Branch:
        """The default for reads; set by the service, or for a while by ``branch_setting``."""

        draft_preferred = "draft-preferred"
        published_only = "published-only"

    class BranchName:
        """How the branch is written in a key."""

        draft = "draft-branch"
        published = "published-branch"
        library = "library"

    class UserID:
        """Users that are nobody."""

        mgmt_command = -4
        test = -3
        system = -2
        primitive_command = -1
