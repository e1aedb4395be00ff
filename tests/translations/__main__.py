"""``make translations``: collect the texts anew, bring every catalogue up to date, and list what is not translated."""

from __future__ import annotations

import sys

from tests.translations.catalogue import (
    LANGUAGES,
    SOURCE,
    brought_up_to_date,
    extracted,
    file_of,
    missing_in,
    mo_of,
    po_of,
)


def main() -> int:
    """Write the catalogues; 1 if a translation is missing."""
    texts = extracted()
    missing = 0
    for language in (SOURCE, *LANGUAGES):
        catalogue = brought_up_to_date(language, texts)
        path = file_of(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(po_of(catalogue))
        if language != SOURCE:
            path.with_suffix(".mo").write_bytes(mo_of(catalogue))
            for text in missing_in(catalogue):
                print(f"{language}: {text}")
                missing += 1
    print(f"{len(texts)} texts, {missing} translations missing.")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
