"""The guidance library: public, searchable, and there even when the package is gone."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ovop.contract.registry import Registry
from tests.factories import restarted

if TYPE_CHECKING:
    from tests.factories import World


def library(world: "World", query: str = "") -> dict[str, Any]:
    answer = world.nobody.get(f"/commodities/sample/guidance{query}")
    assert answer.status_code == 200, answer.text
    content: dict[str, Any] = answer.json()
    return content


def ids(world: "World", query: str = "") -> list[str]:
    return [item["id"] for item in library(world, query)["items"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["story", "small", "large", "both", "strict", "beside", "later"]),
        ("?theme=design", ["both"]),
        ("?kind=success_story", ["story"]),
        ("?criterion=A2", ["small", "both"]),
        ("?criterion=A1&level=2", ["story", "large"]),
        ("?criterion=A1&level=0", ["story", "large", "both", "strict"]),
        ("?field=permit", ["beside"]),
        ("?provider=balai", ["large"]),
        ("?provider=laboratory", ["large"]),
        ("?words=step%20small", ["small"]),
        ("?theme=design&criterion=A3", []),
    ],
)
def test_library_is_open_to_everybody_and_narrowed_by_every_filter(
    guided_world: "World", query: str, found: list[str]
) -> None:
    assert ids(guided_world, query) == found


def test_library_tells_what_it_can_be_narrowed_by(guided_world: "World") -> None:
    counts = library(guided_world)["counts"]
    assert counts["themes"] == {"quality": 4, "story": 1, "design": 1, "people": 1}
    assert counts["kinds"] == {"success_story": 1, "step": 6}
    assert counts["criteria"] == {"A1": 4, "A2": 2, "A3": 1}
    assert counts["providers"] == {"Balai Besar": 1}


def test_story_shows_the_maker_s_consent_and_every_item_both_languages(guided_world: "World") -> None:
    story = guided_world.nobody.get("/commodities/sample/guidance/story").json()
    assert story["consent"] == {"maker": "Perajin", "basis": "written", "record": "Arsip 1"}
    assert story["title"] == {"id": "Judul story", "en": "Title story"}
    assert story["criteria"] == [{"id": "A1", "name": {"id": "Unsur A1", "en": "Unsur A1"}}]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/commodities/nothing/guidance", 404, "commodity_unknown"),
        ("/commodities/sample/guidance/nothing", 404, "guidance_unknown"),
        ("/commodities/sample/guidance?criterion=Z9", 422, "criterion_unknown"),
        ("/commodities/sample/guidance?cycle_id=018f0000-0000-7000-8000-000000000000", 404, "commodity_not_in_cycle"),
    ],
)  # fmt: skip
def test_unknown_names_are_told_with_what_there_is(
    guided_world: "World", path: str, status: int, code: str
) -> None:
    answer = guided_world.nobody.get(path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_library_outlives_the_package_once_a_cycle_froze_it(
    guided_world: "World", database_url: str, tmp_path: Path
) -> None:
    guided_world.open_cycle()
    with restarted(guided_world, database_url, tmp_path, registry=Registry()) as later:
        assert ids(later, "?theme=design") == ["both"]


def test_rubric_shows_for_every_aim_which_criteria_serve_it(guided_world: "World") -> None:
    aims = {aim["aim"]: aim for aim in guided_world.nobody.get("/commodities/sample/aims").json()["aims"]}
    assert len(aims) == 9
    assert [name for name, aim in aims.items() if aim["is_principle"]] == [
        "local_yet_global",
        "self_reliance_and_creativity",
        "human_resource_development",
    ]
    assert (aims["quality"]["criteria"], aims["quality"]["weight"]) == (["A1", "A2"], 80)
    assert (aims["unique"]["criteria"], aims["unique"]["weight"]) == (["A1"], 60)
    assert aims["market"]["criteria"] == []
