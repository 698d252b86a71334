"""The guidance library, stories and rubrics as pages."""

from __future__ import annotations

from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from ovop.portal.public.markdown import markdown
from ovop.portal.public.motifs import PATTERNS, motifs
from tests.portal.browsing import Browser

if TYPE_CHECKING:
    from tests.factories import World
    from tests.portal.browsing import Page


def titles(page: Page) -> list[str]:
    return [link.text for card in page.content.all("li", class_="card") for link in card.one("h3").all("a")]


def test_commodities_are_listed_with_how_much_there_is(world: World) -> None:
    page = Browser(world).get("/guidance")
    assert page.status == 200
    assert "2 langkah, 1 kisah sukses" in page.text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Catat langkah", "Kisah sentra", "Tentang pasar"]),
        ("?theme=market", ["Tentang pasar"]),
        ("?kind=success_story", ["Kisah sentra"]),
        ("?criterion=A1", ["Catat langkah", "Kisah sentra"]),
        ("?provider=Balai+besar", ["Kisah sentra"]),
        ("?words=PEMBELI", ["Tentang pasar"]),
        ("?criterion=A1&theme=quality", ["Catat langkah"]),
        ("?theme=nonsense&criterion=ZZ", ["Catat langkah", "Kisah sentra", "Tentang pasar"]),
        ("?words=tidakada", []),
    ],
)
def test_filters_narrow_the_library_and_unknown_ones_are_ignored(
    world: World, query: str, expected: list[str]
) -> None:
    page = Browser(world).get(f"/guidance/sample{query}")
    assert page.status == 200
    assert titles(page) == expected


def test_filter_says_how_many_there_are_and_keeps_what_was_chosen(world: World) -> None:
    page = Browser(world).get("/guidance/sample?criterion=A1")
    form = page.form("/guidance/sample")
    criterion = form.one("select", name="criterion")
    assert [option.text for option in criterion.all("option")] == ["Semua unsur", "A1 – Mutu (2)"]
    assert criterion.one("option", selected="").attributes["value"] == "A1"
    again = Browser(world).submit(form, theme="story")
    assert titles(again) == ["Kisah sentra"]


def test_library_says_which_evidence_to_prepare(world: World) -> None:
    listed = Browser(world).get("/guidance/sample").content.all("details")[0]
    assert [item.text for item in listed.all("li")] == ["Izin", "Foto"]


def test_item_shows_its_text_its_maker_and_what_else_helps(world: World) -> None:
    page = Browser(world).get("/guidance/sample/proud")
    article = page.content.one("article")
    assert page.heading == "Kisah sentra"
    assert article.one("strong").text == "kecil"
    assert "Sentra Contoh" in article.text
    assert "Diceritakan dengan persetujuan tertulis." in article.text
    assert "S-12/2025" in article.text
    links = [link.attributes["href"] for link in page.content.one("main").all("a")]
    assert "/guidance/sample/step" in links
    assert "/rubric/sample#c-A1" in links
    assert "/guidance/sample/lone" not in links


def test_item_never_runs_what_stands_in_its_text(world: World) -> None:
    page = Browser(world).get("/guidance/sample/proud")
    assert all(script.attributes.get("src", "").startswith("/") for script in page.content.all("script"))
    assert "<script>alert(1)</script>" in page.content.one("article").text
    assert not [link for link in page.content.all("a") if "javascript" in link.attributes.get("href", "")]


@pytest.mark.parametrize("path", ["/guidance/nothing", "/guidance/sample/nothing", "/rubric/nothing"])
def test_unknown_commodity_or_item_is_told_on_a_page(world: World, path: str) -> None:
    page = Browser(world).get(path)
    assert page.status == 404
    assert len(page.content.all("h1")) == 1


def test_stories_of_all_commodities_stand_together(world: World) -> None:
    page = Browser(world).get("/stories")
    assert [link.text for link in page.content.one("ul", class_="cards").all("a")] == ["Kisah sentra"]
    assert "Contoh · Sentra Contoh" in page.text


def test_rubric_shows_weights_levels_aims_and_gates(world: World) -> None:
    page = Browser(world).get("/rubric/sample")
    assert "A1 – Mutu · 100 poin" in page.text
    levels = page.content.one(id="c-A1")
    assert [name.text for name in levels.all("dt")] == ["Tingkat 0", "Tingkat 5"]
    assert len(page.content.one("tbody").all("tr")) == 9
    assert "Buatan mesin tidak memenuhi syarat" in page.text
    assert "Sebagian bobot masih usulan" in page.text


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("path", ["/guidance", "/guidance/sample", "/guidance/sample/proud", "/stories", "/rubric/sample", "/help", "/privacy", "/certificates", "/catalogue", "/"])  # fmt: skip
def test_pages_have_one_heading_of_each_place_and_skip_no_rank(
    world: World, path: str, language: str
) -> None:
    page = Browser(world, language=language).get(path)
    ranks = [int(found.name[1]) for found in page.content.all() if found.name in ("h1", "h2", "h3", "h4")]
    assert ranks[0] == 1
    assert ranks.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(ranks))
    ids = [found.attributes["id"] for found in page.content.all() if "id" in found.attributes]
    assert len(set(ids)) == len(ids)


def test_headings_of_a_text_sink_below_the_page_s_own() -> None:
    assert markdown("# Awal\n\n###### Akhir") == "<h2>Awal</h2>\n<h6>Akhir</h6>\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<b onclick=x>a</b>", "<p>&lt;b onclick=x&gt;a&lt;/b&gt;</p>\n"),
        ("![peta](https://evil.example/x.png)", "<p></p>\n"),
        ("[a](https://ovop.example/)", '<p><a href="https://ovop.example/" rel="noopener noreferrer">a</a></p>\n'),
    ],
)  # fmt: skip
def test_markdown_lets_plain_markup_through_only(text: str, expected: str) -> None:
    assert markdown(text) == expected


def test_commodities_never_share_a_pattern_while_there_are_enough() -> None:
    names = [f"craft_{number}" for number in range(PATTERNS)]
    chosen = motifs(names)
    assert len(set(chosen.values())) == PATTERNS
    assert motifs(reversed(names)) == chosen
    assert set(motifs([*names, "one_more"]).values()) == set(chosen.values())
    assert all((files("ovop.portal") / "static" / name).is_file() for name in chosen.values())
