"""What all pages share: sign-in, languages, the frame, refusals."""

from typing import TYPE_CHECKING

import pytest

from tests.portal.browsing import Browser

if TYPE_CHECKING:
    from tests.factories import World


def test_home_is_for_everybody_in_both_languages(world: "World") -> None:
    world.open_cycle()
    page = Browser(world).get("/")
    assert page.status == 200
    assert page.content.one("html").attributes["lang"] == "id"
    assert "Pendaftaran dibuka" in page.text
    assert Browser(world, language="en").get("/").content.one("html").attributes["lang"] == "en"


def test_language_is_kept_once_chosen(world: "World") -> None:
    browser = Browser(world)
    assert browser.get("/language/en?next=/sign-in").path == "/sign-in"
    assert browser.get("/").content.one("html").attributes["lang"] == "en"


def test_page_that_needs_a_login_leads_to_it_and_back(world: "World") -> None:
    page = Browser(world).get("/desk")
    assert page.path == "/sign-in"
    assert page.form("/sign-in").one("input", name="next").attributes["value"] == "/desk"


def test_wrong_password_keeps_the_address_and_says_what_to_do(world: "World") -> None:
    browser = Browser(world)
    form = browser.get("/sign-in").form("/sign-in")
    page = browser.submit(form, email="nobody@ovop.example", password="salah sekali")
    assert page.status == 422
    assert page.content.one("input", name="email").attributes["value"] == "nobody@ovop.example"
    assert "salah" in page.content.one(role="alert").text


@pytest.mark.parametrize(
    "path", ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)"]
)
def test_sign_in_never_leads_to_another_site(world: "World", path: str) -> None:
    page = Browser(world).get(f"/language/en?next={path}")
    assert page.response.url.host == world.client.base_url.host
    assert page.path == "/"


def test_every_page_is_sent_with_a_policy_that_lets_no_foreign_thing_in(world: "World") -> None:
    policy = Browser(world).get("/").response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_address_that_does_not_exist_is_told_on_a_page(world: "World") -> None:
    page = Browser(world).get("/nothing/here")
    assert page.status == 404
    assert page.heading == "Halaman tidak ditemukan"


def test_assets_may_be_kept_for_good_because_their_address_changes_with_them(world: "World") -> None:
    link = Browser(world).get("/").content.one("link", rel="stylesheet").attributes["href"]
    answer = world.client.get(link)
    assert "?v=" in link
    assert "immutable" in answer.headers["cache-control"]
