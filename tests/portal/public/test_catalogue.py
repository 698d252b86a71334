"""The catalogue: what is published and nothing else, the map, and the check of a number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from sqlalchemy import event

from ovop.cycles.chain import Chain, faults
from ovop.portal.public.tiles import COLUMNS, MANY, ROWS, layout, tiles
from ovop.reference.regions import RegionLevel, read_regions
from tests.portal.browsing import Browser
from tests.portal.public.published import SECRET, publishing_chain, selected

if TYPE_CHECKING:
    from tests.factories import World


@pytest.fixture
def published(world: World) -> dict[str, str]:
    """A published product."""
    return selected(world, world.open_cycle(chain=publishing_chain()))


def test_catalogue_is_empty_and_says_why_while_no_stage_is_public(world: World) -> None:
    product = selected(world, world.open_cycle())
    browser = Browser(world)
    page = browser.get("/catalogue")
    assert "Belum ada produk yang diterbitkan." in page.text
    assert "Produk contoh" not in page.text
    assert browser.get(f"/catalogue/{product['id']}").status == 404
    assert browser.get(f"/catalogue/{product['id']}/photos/{product['photos']}").status == 404
    assert "tidak ada dalam katalog" in browser.get(f"/certificates?number={product['number']}").text


def test_submission_that_has_not_arrived_is_told_to_nobody(world: World) -> None:
    cycle = world.open_cycle(chain=publishing_chain())
    waiting = world.endorsed(cycle)
    number = world.verifier.get(f"/submissions/{waiting}").json()["number"]
    for caller in ("nobody", "verifier", "producer"):
        browser = Browser(world, caller)
        assert "Produk contoh" not in browser.get("/catalogue").text
        assert browser.get(f"/catalogue/{waiting}").status == 404
        assert "tidak ada dalam katalog" in browser.get(f"/certificates?number={number}").text


def test_product_shows_public_answers_and_photos_only(world: World, published: dict[str, str]) -> None:
    browser = Browser(world)
    page = browser.get(f"/catalogue/{published['id']}")
    assert page.status == 200
    assert page.heading == "Produk contoh"
    assert "Teknik: Tangan" in page.text
    assert "Kota Pekalongan, Jawa Tengah" in page.text
    shown = page.response.text
    for private in (SECRET, "Menyiapkan bahan", "I-1", "IKM 3375", "Pemilik", "Jalan 1", "1" * 13, published["permit"], published["workshop"]):  # fmt: skip
        assert private not in shown
    photos = [image.attributes["src"] for image in page.content.one(class_="photos").all("img")]
    assert photos == [f"/catalogue/{published['id']}/photos/{published['photos']}"]


def test_only_public_photos_are_sent(world: World, published: dict[str, str]) -> None:
    base = f"/catalogue/{published['id']}/photos"
    answer = world.client.get(f"{base}/{published['photos']}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.content.startswith(b"\xff\xd8")
    assert "sandbox" in answer.headers["content-security-policy"]
    for private in ("permit", "workshop"):
        assert world.client.get(f"{base}/{published[private]}").status_code == 404


def test_photo_of_another_submission_is_not_sent_under_a_published_one(
    world: World, published: dict[str, str]
) -> None:
    other = world.submitted({"id": world.verifier.get(f"/submissions/{published['id']}").json()["cycle_id"]})
    files = world.officer.get(f"/submissions/{other}/evidence").json()["items"]
    foreign = next(file["id"] for file in files if file["evidence"] == "photos")
    assert world.client.get(f"/catalogue/{published['id']}/photos/{foreign}").status_code == 404


def test_list_tells_name_commodity_and_place(world: World, published: dict[str, str]) -> None:
    page = Browser(world).get("/catalogue")
    card = page.content.one("ul", class_="cards").one("li")
    assert card.one("a").attributes["href"] == f"/catalogue/{published['id']}"
    assert card.text == "Produk contoh Contoh Kota Pekalongan, Jawa Tengah · 2026"


@pytest.mark.parametrize(
    ("query", "found"),
    [("province=33", 1), ("province=52", 0), ("commodity=sample", 1), ("commodity=other", 0), ("province=99", 1), ("commodity=&province=", 1)],
)  # fmt: skip
def test_filters_narrow_the_catalogue(
    world: World, published: dict[str, str], query: str, found: int
) -> None:
    page = Browser(world).get(f"/catalogue?{query}")
    assert page.status == 200
    assert published["id"] in page.response.text or not found
    assert len(page.content.all("li", class_="card")) == found


def test_list_goes_on_where_it_ended(world: World, published: dict[str, str]) -> None:
    second = selected(world, {"id": world.verifier.get(f"/submissions/{published['id']}").json()["cycle_id"]})
    first_page = Browser(world).get("/catalogue")
    order = [card.one("a").attributes["href"] for card in first_page.content.all("li", class_="card")]
    assert order == [f"/catalogue/{second['id']}", f"/catalogue/{published['id']}"]
    rest = Browser(world).get(f"/catalogue?after={second['id']}")
    assert [card.one("a").attributes["href"] for card in rest.content.all("li", class_="card")] == order[1:]


def test_map_and_table_tell_the_same_counts(world: World, published: dict[str, str]) -> None:
    assert published
    page = Browser(world).get("/catalogue")
    on_map = page.content.one("ul", class_="tiles").all("a")
    assert len(on_map) == 38
    here = [link for link in on_map if "province=33" in link.attributes["href"]]
    assert [link.one("span", class_="unseen").text for link in here] == ["Jawa Tengah: 1 produk"]
    assert here[0].attributes["class"] == "some"
    rows = {row.one("th").text: row.one("td").text for row in page.content.one("tbody").all("tr")}
    assert rows["Jawa Tengah"] == "1"
    assert sum(int(count) for count in rows.values()) == 1
    assert len(rows) == 38


def test_tile_map_has_every_province_once_and_no_two_in_one_place() -> None:
    assert [place.code for place in layout()] == [row.code for row in read_regions({RegionLevel.PROVINCE})]
    assert len({(place.row, place.column) for place in layout()}) == len(layout())
    assert all(1 <= place.row <= ROWS and 1 <= place.column <= COLUMNS for place in layout())


@pytest.mark.parametrize(("count", "manner"), [(0, "none"), (1, "some"), (MANY - 1, "some"), (MANY, "many")])
def test_tile_is_drawn_by_how_many_there_are(count: int, manner: str) -> None:
    shown = next(tile for tile in tiles({"33": "Jawa Tengah"}, {"33": count}) if tile.place.code == "33")
    assert (shown.manner, shown.count, shown.name) == (manner, count, "Jawa Tengah")


def test_number_is_known_however_it_is_typed(world: World, published: dict[str, str]) -> None:
    typed = f" {published['number'].lower().replace('-', ' -')} "
    page = Browser(world).submit(
        Browser(world).get("/certificates").content.one("form", action="/certificates"), number=typed
    )
    assert "Nomor ini dikenal" in page.text
    assert published["number"] in page.text
    assert page.content.one("main").one("input", name="number").attributes["value"] == typed.strip()


def test_unknown_number_is_answered_without_telling_of_submissions(world: World) -> None:
    page = Browser(world).get("/certificates?number=%3Cb%3EOVOP")
    assert page.status == 200
    assert "tidak mengatakan apakah ada usulan" in page.text
    assert "<b>OVOP" not in page.response.text


def test_number_of_queries_is_the_same_for_one_product_and_two(
    world: World, published: dict[str, str]
) -> None:
    paths = ["/catalogue", f"/catalogue/{published['id']}", f"/certificates?number={published['number']}"]
    browser = Browser(world)
    for path in paths:
        browser.get(path)  # what is kept from then on is not counted
    few = [_queries(world, browser, path) for path in paths]
    selected(world, {"id": world.verifier.get(f"/submissions/{published['id']}").json()["cycle_id"]})
    assert [_queries(world, browser, path) for path in paths] == few


def _queries(world: World, browser: Browser, path: str) -> int:
    """How many statements a page sends to the database."""
    engine = world.client.app.state.platform.database.engine.sync_engine
    seen: list[str] = []

    def note(_c: Any, _k: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        assert browser.get(path).status == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)


@pytest.mark.parametrize("stage", ["draft", "verification", "correction"])
def test_chain_may_publish_outcomes_only(stage: str) -> None:
    chain = publishing_chain()
    assert faults(msgspec.convert(chain, Chain)) == []
    for one in chain["stages"]:
        one["public"] = one["code"] == stage
    assert [fault.code for fault in faults(msgspec.convert(chain, Chain))] == ["published_too_early"]
