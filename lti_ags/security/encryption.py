"""Secrets at rest: encrypted with keys from the settings, so that a copy of the database alone is of no use."""

from __future__ import annotations

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from lti_ags.conf import AgsConfigurationError, app_settings


def encrypt(secret: bytes) -> bytes:
    """Encrypt with the newest key of ``LTI_AGS_ENCRYPTION_KEYS``."""
    return _fernet().encrypt(secret)


def decrypt(ciphertext: bytes) -> bytes:
    """
    Decrypt with whichever key of ``LTI_AGS_ENCRYPTION_KEYS`` fits.

    Raises:
        AgsConfigurationError: none does; the key that encrypted is missing in the settings.
    """
    try:
        return _fernet().decrypt(ciphertext)
    except InvalidToken as error:
        raise _missing_key() from error


def encrypt_again(ciphertext: bytes) -> bytes:
    """
    Decrypt, and encrypt with the newest key.

    Raises:
        AgsConfigurationError: no key decrypts it.
    """
    try:
        return _fernet().rotate(ciphertext)
    except InvalidToken as error:
        raise _missing_key() from error


def _fernet() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in app_settings.fernet_keys()])


def _missing_key() -> AgsConfigurationError:
    return AgsConfigurationError(
        "LTI_AGS_ENCRYPTION_KEYS (or SECRET_KEY, where that is empty) holds no key that decrypts the platform's "
        "private key. Add the old key to the end of the list, or make a new key pair: lti_ags_rotate_keys --at-once."
    )
