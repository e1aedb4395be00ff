"""The platform's own signing keys, and the tokens that may be used once only."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class PlatformKey(models.Model):
    """
    One RSA key pair with which the platform signs launches.

    Written by the key service: made at first need, and by rotation. ``private_key`` is the PEM encrypted with the
    newest key of ``LTI_AGS_ENCRYPTION_KEYS``. A key is published from its creation, signs from ``signs_from`` on, and
    leaves the key set at ``retires_at``. ``kid`` is unique and never used again.

    .. no_pii:
    """

    kid = models.CharField(_("kid"), max_length=64, unique=True)
    private_key = models.BinaryField(editable=False)
    public_jwk = models.JSONField(_("public JWK"))
    signs_from = models.DateTimeField(_("signs from"))
    retires_at = models.DateTimeField(_("retires at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        """Newest signing key first."""

        verbose_name = _("platform key")
        verbose_name_plural = _("platform keys")
        ordering = ["-signs_from", "-id"]

    def __str__(self) -> str:
        return self.kid


class UsedToken(models.Model):
    """
    A token that was used and must not be used again: the ``jti`` of a client assertion, or a launch hint.

    Written when it is used; the unique digest of purpose, owner and id is what refuses a second use, in every process
    and after a restart. May be deleted once ``expires_at`` has passed.

    .. no_pii:
    """

    digest = models.CharField(max_length=64)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        """Append and prune only."""

        verbose_name = _("used token")
        verbose_name_plural = _("used tokens")
        constraints = [models.UniqueConstraint(fields=["digest"], name="lti_ags_used_token_uniq")]

    def __str__(self) -> str:
        return self.digest
