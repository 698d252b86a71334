"""Help, privacy, and what search engines are told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.factories import make_world
from tests.portal.browsing import Browser

if TYPE_CHECKING:
    from tests.factories import World


def test_links_within_help_lead_to_something(world: World) -> None:
    page = Browser(world).get("/help")
    places = {found.attributes["id"] for found in page.content.all() if "id" in found.attributes}
    inner = [link.attributes["href"][1:] for link in page.content.all("a") if link.attributes["href"].startswith("#")]  # fmt: skip
    assert len(inner) > 5
    assert set(inner) <= places
    assert {"password", "photos", "copies"} <= places


def test_sign_in_leads_to_the_help_on_a_lost_password(world: World) -> None:
    links = [link.attributes["href"] for link in Browser(world).get("/sign-in").content.one("main").all("a")]
    assert links == ["/help#password"]


def test_help_tells_the_deadline_of_the_open_cycle(world: World) -> None:
    assert "Saat ini tidak ada siklus yang dibuka." in Browser(world).get("/help").text
    world.open_cycle()
    assert "OVOP 2026: usulan diterima sampai 30 April 2026" in Browser(world).get("/help").text


def test_contact_is_not_made_up(world: World) -> None:
    assert not [link for link in _contacts(world) if link.startswith(("mailto:", "tel:"))]


def test_contact_is_shown_when_it_is_set(database_url: str, tmp_path: Path) -> None:
    with make_world(
        database_url, tmp_path, help_email="bantuan@ovop.example", help_phone="021 555 0100"
    ) as world:
        assert [link for link in _contacts(world) if link.startswith(("mailto:", "tel:"))] == [
            "mailto:bantuan@ovop.example",
            "tel:0215550100",
        ]


def _contacts(world: World) -> list[str]:
    page = Browser(world).get("/help")
    return [link.attributes["href"] for link in page.content.one("main").all("a")]


def test_privacy_says_how_long_a_login_lasts(world: World) -> None:
    assert "paling lama 12 jam" in Browser(world).get("/privacy").text


def test_search_engines_are_kept_from_what_needs_a_login(world: World) -> None:
    answer = world.client.get("/robots.txt")
    lines = answer.text.splitlines()
    assert answer.headers["content-type"].startswith("text/plain")
    assert lines[0] == "User-agent: *"
    assert "Disallow: /submissions" in lines
    assert "Disallow: /api/" in lines
    assert "Disallow: /guidance" not in lines
    assert "Disallow: /" not in lines
