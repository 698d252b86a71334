"""One section's page: nothing typed is lost, rows, files, conflicts, what is closed, and who may write."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from ovop.contract.checker import compile_checker
from ovop.demo.samples import jpeg, pdf
from ovop.portal.proposals.fields import Draft, section_view
from tests.core.contract.everything import ANSWERS, definition_of_every_type
from tests.factories import make_world, sample_definition, sample_registry, text, upload
from tests.portal.browsing import Browser, values_of

if TYPE_CHECKING:
    from tests.factories import World


@pytest.fixture
def root(world: World) -> str:
    """A draft's page."""
    return f"/submissions/{world.begin(world.open_cycle())['id']}"


def typed(browser: Browser, path: str, **changes: Any) -> dict[str, Any]:
    """What a section's form says after some of its inputs were changed (names with `__` for dots)."""
    form = browser.get(path).form(path)
    return {**values_of(form), **{name.replace("__", "."): value for name, value in changes.items()}}


def test_first_row_is_there_to_fill_in_and_the_button_adds_another_without_losing_anything(
    world: World, root: str
) -> None:
    browser, path = Browser(world, "producer"), f"{root}/sections/making"
    page = browser.post(
        path, typed(browser, path, a__steps__0__step="Satu", a__steps__0__days="dua", _add="a.steps")
    )
    assert page.content.one(id="a.steps.0.step").attributes["value"] == "Satu"
    assert page.content.one(id="a.steps.0.days").attributes["value"] == "dua"
    assert page.content.one(id="a.steps.1.step").attributes["value"] == ""
    assert world.producer.get(root).json()["answers"] == {}


def test_removed_row_goes_and_the_others_close_up(world: World, root: str) -> None:
    browser, path = Browser(world, "producer"), f"{root}/sections/making"
    world.producer.save(
        root.rpartition("/")[2], {"steps": [{"step": "Satu"}, {"step": "Dua"}, {"step": "Tiga"}]}
    )
    page = browser.post(path, typed(browser, path, _remove="a.steps.1"))
    steps = [page.content.one(id=f"a.steps.{n}.step").attributes["value"] for n in range(2)]
    assert steps == ["Satu", "Tiga"]
    browser.submit(page.form(path))
    assert world.producer.get(root).json()["answers"]["steps"] == [{"step": "Satu"}, {"step": "Tiga"}]


def test_cleared_answer_is_taken_away_and_fields_of_other_sections_stay(world: World, root: str) -> None:
    browser, path = Browser(world, "producer"), f"{root}/sections/story"
    world.producer.save(
        root.rpartition("/")[2], {"technique": "hand", "meaning": "Dua puluh huruf lebih sedikit."}
    )
    browser.post(path, typed(browser, path, a__meaning="  "))
    assert world.producer.get(root).json()["answers"] == {"technique": "hand"}


def test_refused_file_leaves_what_was_typed_and_the_other_files(world: World, root: str) -> None:
    browser, path = Browser(world, "producer"), f"{root}/sections/making"
    data = typed(
        browser, path, a__technique="hand", n__permit__number="I-9", n__permit__issued_on="31/2/2026"
    )
    page = browser.post(path, data, files={"e.permit.": ("izin.txt", b"bukan pdf", "text/plain")})
    assert page.status == 422
    assert "tidak diterima" in page.content.one(role="alert").text
    assert page.content.one(id="n.permit.number").attributes["value"] == "I-9"
    assert page.content.one(id="n.permit.issued_on").attributes["value"] == "31/2/2026"
    assert world.producer.get(root).json()["answers"] == {"technique": "hand"}


def test_what_is_said_about_a_file_is_changed_and_the_file_removed(world: World, root: str) -> None:
    browser, path = Browser(world, "producer"), f"{root}/sections/making"
    file = upload(world.producer, root.rpartition("/")[2], "permit", number="I-1")["id"]
    page = browser.post(
        path, {**typed(browser, path), f"d.{file}.number": "I-2", f"d.{file}.issued_on": "1/4/2026"}
    )
    assert page.status == 200
    [item] = world.producer.get(f"{root}/evidence").json()["items"]
    assert (item["number"], item["issued_on"]) == ("I-2", "2026-04-01")
    page = browser.post(path, {**typed(browser, path, a__technique="hand"), "_drop": file})
    assert page.content.one("input", name="a.technique", value="hand").attributes["checked"] == ""
    assert world.producer.get(f"{root}/evidence").json()["items"] == []


def test_photo_is_shown_small_with_a_link_and_asks_for_the_camera(world: World, root: str) -> None:
    browser, path = Browser(world, "producer"), f"{root}/sections/story"
    upload(
        world.producer,
        root.rpartition("/")[2],
        "photos",
        role="front",
        content=jpeg(640, "f", 1),
        name="f.jpg",
    )
    page = browser.get(path)
    assert page.content.one("img", width="96").attributes["src"].endswith("/content")
    assert page.content.one("input", name="e.photos.front").attributes["capture"] == "environment"


def test_two_people_on_different_fields_do_not_disturb_each_other(world: World, root: str) -> None:
    browser, path = Browser(world, "producer"), f"{root}/sections/making"
    data = typed(browser, path, a__technique="hand")
    world.producer.save(root.rpartition("/")[2], {"steps": [{"step": "Dari yang lain", "days": 2}]})
    page = browser.post(path, data)
    assert page.status == 200
    assert world.producer.get(root).json()["answers"] == {
        "technique": "hand",
        "steps": [{"step": "Dari yang lain", "days": 2}],
    }


@pytest.mark.parametrize(
    ("choice", "kept"), [("mine", "Punya saya yang cukup panjang"), ("theirs", "Punya mereka yang panjang")]
)
def test_two_people_on_the_same_field_are_shown_side_by_side_and_one_is_chosen(
    world: World, root: str, choice: str, kept: str
) -> None:
    browser, path = Browser(world, "producer"), f"{root}/sections/story"
    data = typed(browser, path, a__meaning="Punya saya yang cukup panjang")
    world.producer.save(root.rpartition("/")[2], {"meaning": "Punya mereka yang panjang"})
    page = browser.post(path, data)
    assert page.status == 409
    assert "Punya saya" in page.text
    assert "Punya mereka" in page.text
    assert world.producer.get(root).json()["answers"]["meaning"] == "Punya mereka yang panjang"
    page = browser.submit(page.form(path), **{"_kept.meaning": choice})
    assert page.status == 200
    assert world.producer.get(root).json()["answers"]["meaning"] == kept


def test_form_sent_twice_saves_once(world: World, root: str) -> None:
    browser, path = Browser(world, "producer"), f"{root}/sections/making"
    data = typed(browser, path, a__technique="hand")
    browser.post(path, data)
    version = world.producer.get(root).json()["version"]
    assert browser.post(path, data).status == 200
    assert world.producer.get(root).json()["version"] == version


def test_section_that_was_not_returned_is_read_only_and_what_was_typed_is_shown_again(world: World) -> None:
    submission = world.submitted(world.open_cycle())
    due = (world.clock.now.date() + timedelta(days=7)).isoformat()
    world.officer.act(submission, "return", sections=["story"], reason="Terlalu singkat.", due_on=due)
    root, browser = f"/submissions/{submission}", Browser(world, "producer")
    page = browser.get(root)
    assert "dikembalikan" in page.text
    assert "7 hari lagi" in page.text
    assert not browser.get(f"{root}/sections/making").content.all("form", action=f"{root}/sections/making")
    page = browser.post(
        f"{root}/sections/making", {"_fields": "technique", "_was": "-", "a.technique": "machine"}
    )
    assert page.status == 409
    assert "Mesin" in page.text
    assert world.producer.get(root).json()["answers"]["technique"] == "hand"
    page = browser.submit(
        browser.get(f"{root}/sections/story").form(f"{root}/sections/story"),
        **{"a.meaning": "Kini jauh lebih panjang dari semula."},
    )
    assert page.status == 200


def test_submission_under_review_keeps_what_was_typed_too_late_on_the_page(world: World) -> None:
    submission = world.submitted(world.open_cycle())
    path = f"/submissions/{submission}/sections/story"
    page = Browser(world, "producer").post(
        path, {"_fields": "meaning", "_was": "-", "a.meaning": "Tulisan yang terlambat"}
    )
    assert page.status == 409
    assert "Tulisan yang terlambat" in page.text


def test_stranger_finds_no_page(world: World, root: str) -> None:
    for path in ("", "/sections/making", "/check", "/print", "/withdrawal"):
        assert Browser(world, "foreign_producer").get(f"{root}{path}").status == 404
    assert Browser(world).get(f"{root}/sections/making").path == "/sign-in"


def test_unknown_section_has_no_page(world: World, root: str) -> None:
    assert Browser(world, "producer").get(f"{root}/sections/nothing").status == 404


def test_check_names_every_gap_with_a_link_to_its_input(world: World, root: str) -> None:
    page = Browser(world, "producer").get(f"{root}/check")
    links = [link.attributes["href"] for link in page.content.one(aria_labelledby="errors-title").all("a")]
    browser = Browser(world, "producer")
    for link in links:
        path, _, anchor = link.partition("#")
        assert browser.get(path).content.all(id=anchor), link
    assert any(link.endswith("#e.photos.front") for link in links)
    assert not page.content.all("input", name="declared")


def test_office_proposes_on_behalf_only_with_consent(world: World) -> None:
    world.open_cycle()
    browser = Browser(world, "officer")
    form = browser.get("/submissions/new").form("/submissions/new")
    offer = form.one("select", name="offer").all("option")[1].attributes["value"]
    values = {"enterprise": world.enterprise, "offer": offer, "product_name": "Tikar"}
    page = browser.submit(form, **values)
    assert page.status == 422
    assert page.content.one("input", name="product_name").attributes["value"] == "Tikar"
    assert page.content.one(role="alert").one("a").attributes["href"] == "#consent"
    page = browser.submit(page.form("/submissions/new"), consent="Pemilik setuju lisan, 14 April 2026")
    assert page.heading == "Tikar"


def test_earlier_submission_is_taken_over(world: World) -> None:
    cycle = world.open_cycle()
    earlier = world.submitted(cycle)
    browser = Browser(world, "producer")
    form = browser.get("/submissions/new").form("/submissions/new")
    offer = form.one("select", name="offer").all("option")[1].attributes["value"]
    page = browser.submit(
        form, enterprise=world.enterprise, offer=offer, product_name="Tikar", taken_from=earlier
    )
    assert page.heading == "Tikar"
    assert world.producer.get(page.path).json()["answers"]["technique"] == "hand"


def test_begin_page_says_what_is_missing(world: World) -> None:
    browser = Browser(world, "producer")
    assert "tidak ada siklus" in browser.get("/submissions/new").text
    world.open_cycle()
    form = browser.get("/submissions/new").form("/submissions/new")
    page = browser.submit(form, offer="", product_name="x")
    assert page.status == 422
    assert [a.attributes["href"] for a in page.content.one(role="alert").all("a")] == [
        "#offer",
        "#product_name",
    ]


def test_withdrawing_asks_first_and_needs_its_reason(world: World) -> None:
    submission = world.submitted(world.open_cycle())
    path, browser = f"/submissions/{submission}/withdrawal", Browser(world, "producer")
    page = browser.submit(browser.get(path).form(path))
    assert page.status == 422
    assert page.content.one(role="alert").one("a").attributes["href"] == "#reason"
    page = browser.submit(page.form(path), reason="Produk berubah")
    assert page.path == f"/submissions/{submission}"
    assert world.producer.get(f"/submissions/{submission}").json()["stage"] == "withdrawn"


def test_product_is_renamed_on_its_page(world: World, root: str) -> None:
    browser = Browser(world, "producer")
    form = browser.get(root).form(f"{root}/name")
    assert browser.submit(form, product_name="x").status == 422
    assert browser.submit(form, product_name="Nama baru").heading == "Nama baru"


def test_list_shows_what_is_missing_and_who_writes(world: World, root: str) -> None:
    entry = Browser(world, "producer").get("/submissions").content.one("ul", class_="tasks")
    assert "belum lengkap" in entry.text
    assert "15 hari lagi" in entry.text
    assert "Belum ada usulan" in Browser(world, "foreign_producer").get("/submissions").text


def test_reader_who_does_not_write_is_led_to_the_review(world: World) -> None:
    submission = world.submitted(world.open_cycle())
    page = Browser(world, "officer").get("/submissions")
    assert (
        page.content.one("ul", class_="tasks").one("a").attributes["href"]
        == f"/submissions/{submission}/review"
    )
    page = Browser(world, "officer").get(f"/submissions/{submission}")
    assert not page.content.all("a", href=f"/submissions/{submission}/check")


@pytest.mark.parametrize("language", ["id", "en"])
def test_page_of_every_type_sent_back_untouched_changes_nothing(
    database_url: str, tmp_path: Path, language: str
) -> None:
    definition = definition_of_every_type()
    with make_world(database_url, tmp_path, registry=sample_registry(definition)) as world:
        cycle = world.open_cycle(commodities=(definition.manifest.id,))
        root = f"/submissions/{world.begin(cycle, commodity=definition.manifest.id)['id']}"
        answers = {**ANSWERS, "ways": ["b", "a"]}  # not in the order of the form
        assert world.producer.save(root.rpartition("/")[2], answers).status_code == 200
        before = world.producer.get(root).json()
        browser = Browser(world, "producer")
        browser.get(f"/language/{language}")
        for section in definition.form.sections:
            path = f"{root}/sections/{section.id}"
            assert browser.submit(browser.get(path).form(path)).status == 200
        after = world.producer.get(root).json()
        assert after["answers"] == answers
        assert after["version"] == before["version"]


def test_every_input_of_a_page_has_its_label(world: World, root: str) -> None:
    browser = Browser(world, "producer")
    for section in ("making", "story"):
        form = browser.get(f"{root}/sections/{section}").form(f"{root}/sections/{section}")
        labelled = {label.attributes.get("for") for label in form.all("label")}
        wrapped = {id(inner) for label in form.all("label") for inner in label.all("input")}
        for element in form.all():
            typed_in = element.name in ("select", "textarea") or (
                element.name == "input" and element.attributes["type"] != "hidden"
            )
            if typed_in and id(element) not in wrapped and "aria-label" not in element.attributes:
                assert element.attributes["id"] in labelled, element


def test_number_of_queries_does_not_grow_with_what_is_there(world: World, root: str) -> None:
    browser, submission = Browser(world, "producer"), root.rpartition("/")[2]
    pages = [
        "/submissions",
        root,
        f"{root}/sections/making",
        f"{root}/sections/story",
        f"{root}/check",
        f"{root}/print",
    ]
    for path in pages:
        browser.get(path)  # what is kept from then on is not counted
    few = [_queries(world, browser, path) for path in pages]
    world.complete(submission)
    upload(world.producer, submission, "permit", number="I-2", content=pdf("another"))
    world.begin({"id": world.producer.get(root).json()["cycle_id"]})
    assert [_queries(world, browser, path) for path in pages] == few


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


def test_conditional_field_is_there_but_hidden_until_its_rule_holds() -> None:
    section = {
        "id": "making",
        "title": text("Pembuatan"),
        "fields": [
            {"type": "boolean", "id": "dyed", "label": text("Diwarnai")},
            {"type": "text", "id": "dye", "label": text("Pewarna"), "show_if": "dyed"},
        ],
    }
    definition = sample_definition(form={"section": [section]}, gates=[])
    checker = compile_checker(definition)
    for answers, shown in (({}, False), ({"dyed": False}, False), ({"dyed": True}, True)):
        draft = Draft(
            language="id", definition=definition, evaluation=checker.evaluate(answers), findings=(), files={}
        )
        views = section_view(definition.form.sections[0].fields, answers, draft)
        assert [view.visible for view in views] == [True, shown]
