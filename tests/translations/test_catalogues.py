"""The texts of the package: collected, translated, compiled, and shown in the language of who looks."""

from __future__ import annotations

import gettext
import io
import re
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client
from django.utils import translation
from django.utils.functional import Promise
from opaque_keys.edx.keys import UsageKey

from lti_ags.security.public_keys import UnusableKey, keys_from_text
from lti_ags.services.sentences import sentence_for_staff, sentence_for_tool
from tests.support.key_server import key_server
from tests.support.tools import RegisteredTool
from tests.translations.catalogue import LANGUAGES, SOURCE, extracted, file_of, missing_in, po_of, stored

_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
_ADVICE = "Run: make translations"


@pytest.fixture(scope="module")
def texts() -> set[Any]:
    """Every text that the package gives to gettext."""
    return {message.id for message in extracted() if message.id}


@pytest.mark.parametrize("language", [SOURCE, *LANGUAGES])
def test_catalogue_has_the_texts_of_the_package_and_no_others(language: str, texts: set[Any]) -> None:
    known = {message.id for message in stored(language) if message.id}

    assert (texts - known, known - texts) == (set(), set()), _ADVICE


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language: str) -> None:
    assert missing_in(stored(language)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_what_is_filled_in(language: str) -> None:
    for message in stored(language):
        pairs = zip(message.id, message.string, strict=True) if message.pluralizable else [(message.id, message.string)]
        for text, translated in pairs:
            if message.id and not (message.pluralizable and text == message.id[0]):
                assert sorted(_PLACEHOLDER.findall(text)) == sorted(_PLACEHOLDER.findall(translated)), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_compiled_catalogue_is_the_one_that_is_stored(language: str) -> None:
    compiled = gettext.GNUTranslations(io.BytesIO(file_of(language).with_suffix(".mo").read_bytes()))

    for message in stored(language):
        if message.pluralizable:
            assert [compiled.ngettext(*message.id, number) for number in (1, 2)] == list(message.string), _ADVICE
        elif message.id:
            assert compiled.gettext(message.id) == message.string, _ADVICE


def test_collecting_finds_texts_of_code_and_of_templates_singular_and_plural(texts: set[Any]) -> None:
    assert "Restore the selected line items" in texts
    assert "No, take me back" in texts
    assert ("%d tool was changed.", "%d tools were changed.") in texts
    assert ("and %(more)s more", "and %(more)s more") in texts


def test_catalogue_does_not_change_when_nothing_has_changed() -> None:
    for language in (SOURCE, *LANGUAGES):
        assert po_of(stored(language)) == file_of(language).read_bytes(), _ADVICE


def test_sentences_are_in_the_language_of_who_asks() -> None:
    with translation.override("de"):
        assert sentence_for_staff("published") == "Die Note steht im Notenbuch."
        assert sentence_for_tool("late_held").startswith("Die Punktzahl ist gespeichert")
    with translation.override("en"):
        assert sentence_for_staff("published") == "The grade is in the gradebook."


@pytest.mark.django_db
def test_operators_page_is_in_german_for_who_reads_german(admin_client: Client, tool: RegisteredTool) -> None:
    page = admin_client.get("/admin/lti_ags/ltitool/", headers={"accept-language": "de"}).content.decode()

    assert "Hat sich noch nicht gemeldet" in page
    assert "Die ausgewählten Tools abschalten" in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"courses": "DemoX"}, "ist kein Kursschlüssel."),
        ({"courses": "library-v1:DemoX+Lib"}, "ist nicht der Schlüssel eines Kursdurchlaufs."),
        ({"orgs": "x" * 256}, "Eine Organisation muss 1 bis 255 Zeichen haben."),
    ],
    ids=["no key", "library", "organisation"],
)
def test_place_that_is_refused_is_explained_in_german_to_who_reads_german(
    typed: dict[str, str], told: str, admin_client: Client
) -> None:
    form = {
        "name": "Essays", "grading_mode_ceiling": "declarative", "oidc_login_url": "https://tool.example/login",
        "launch_url": "https://tool.example/launch", "redirect_uris": "https://tool.example/launch",
        "jwks_url": "https://tool.example/jwks", **typed,
    }  # fmt: skip

    page = admin_client.post("/admin/lti_ags/ltitool/add/", form, headers={"accept-language": "de"})

    assert told in page.content.decode()


@pytest.mark.django_db
def test_launch_that_is_refused_is_explained_in_german_to_who_reads_german(
    client: Client, declarative_block: UsageKey
) -> None:
    path = f"/api/lti_ags/v1/launch/start/{declarative_block}"

    page = client.get(path, headers={"accept-language": "de"}).content.decode()

    assert 'lang="de"' in page
    assert "Melden Sie sich an" in page


def test_no_plural_is_the_german_word_with_an_english_ending() -> None:
    with translation.override("de"):
        models = [model._meta for model in apps.get_app_config("lti_ags").get_models()]
        ending = [str(meta.verbose_name) for meta in models if str(meta.verbose_name_plural) == f"{meta.verbose_name}s"]

    assert ending == ["LTI-Tool"]


def test_every_label_of_an_operators_list_or_page_is_a_text_that_is_translated() -> None:
    left = []
    for model, page in admin.site._registry.items():
        own = {field.name: field for field in model._meta.get_fields()}
        for name in {*(page.fields or ()), *page.list_display} - {"id"} if model._meta.app_label == "lti_ags" else ():
            label = own[name].verbose_name if name in own else getattr(page, name).short_description
            left += [] if isinstance(label, Promise) else [f"{model.__name__}.{name}"]

    assert left == []


@pytest.mark.django_db
def test_operators_front_page_names_the_app_and_its_tables_in_german(admin_client: Client) -> None:
    page = admin_client.get("/admin/", headers={"accept-language": "de"}).content.decode()

    assert "LTI-Noten (Assignment and Grade Services)" in page
    assert "Ereignisse" in page
    assert "Punktzahlen" in page


@pytest.mark.django_db
def test_reason_why_a_key_is_refused_is_german_in_a_german_sentence_and_english_in_the_error(
    admin_client: Client,
) -> None:
    form = {
        "name": "Essays", "grading_mode_ceiling": "declarative", "oidc_login_url": "https://tool.example/login",
        "launch_url": "https://tool.example/launch", "public_key": '{"kty": "oct"}',
    }  # fmt: skip

    page = admin_client.post("/admin/lti_ags/ltitool/add/", form, headers={"accept-language": "de"}).content.decode()

    assert "nicht brauchbar: ein Schlüssel im Satz ist weder RSA noch EC." in page
    with translation.override("de"), pytest.raises(UnusableKey, match="a key in the set is neither RSA nor EC"):
        keys_from_text('{"kty": "oct"}')


@pytest.mark.django_db
def test_reason_why_a_key_set_is_not_had_is_german_on_a_german_page(admin_client: Client, settings: Any) -> None:
    settings.LTI_AGS_ALLOW_PRIVATE_ADDRESSES = True
    with key_server() as server:
        server.status = 404
        tool = RegisteredTool.register("Essays", jwks_url=server.url).tool
        form = {"action": "check_key_sets", "_selected_action": [tool.pk]}
        pages = "/admin/lti_ags/ltitool/"
        missing = admin_client.post(pages, form, follow=True, headers={"accept-language": "de"}).content.decode()
        server.status, server.body = 200, b'{"keys": 7}'
        damaged = admin_client.post(pages, form, follow=True, headers={"accept-language": "de"}).content.decode()

    assert "Essays: der Server antwortet mit Status 404" in missing
    assert "Essays: ein Schlüsselsatz ist ein JSON-Objekt mit einer Liste" in damaged
