"""The invented commodity with guidance: two criteria that the answers decide, one that only an assessor can judge."""

from typing import Any

from ovop.contract.vocabulary import Definition
from tests.factories import sample_definition, text


def _item(id_: str, **more: Any) -> dict[str, Any]:
    return {
        "id": id_,
        "title": {"id": f"Judul {id_}", "en": f"Title {id_}"},
        "body": {"id": f"Langkah {id_}", "en": f"Step {id_}"},
        "theme": "quality",
        **more,
    }


GUIDANCE = [
    _item("story", kind="success_story", criteria=["A1"], consent={"maker": "Perajin", "basis": "written", "record": "Arsip 1"}),
    _item("small", criteria=["A2"], theme="story"),
    _item("large", criteria=["A1"], provider={"id": "Balai Besar", "en": "Central laboratory"}),
    _item("both", criteria=["A1", "A2"], theme="design", threshold=1),
    _item("strict", criteria=["A1"], threshold=0),
    _item("beside", fields=["permit"], theme="people"),
    _item("later", criteria=["A3"]),
]  # fmt: skip


def _criterion(id_: str, weight: float, **more: Any) -> dict[str, Any]:
    anchors = [{"level": 0, "text": text("Buruk")}, {"level": 5, "text": text("Baik")}]
    return {"id": id_, "name": text(f"Unsur {id_}"), "weight": weight, "anchors": anchors, **more}


def guided(**changes: Any) -> Definition:
    """A1 (60 points) is at level 1 by hand; A2 (20 points) at level 2 with two steps or fewer; A3 (20 points) is the assessor's."""
    criteria = [
        _criterion("A1", 60, bands=[{"level": 1, "when": "technique == 'hand'"}], serves=["quality", "unique"]),
        _criterion("A2", 20, bands=[{"level": 2, "when": "size(steps) <= 2"}], serves=["quality"]),
        _criterion("A3", 20),
    ]  # fmt: skip
    rubric = {"group": [{"id": "A", "name": text("Semua"), "weight": 100, "criterion": criteria}]}
    return sample_definition(rubric=rubric, guidance=GUIDANCE, **changes)
