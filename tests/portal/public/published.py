"""A world with something to publish: the invented commodity with public and private parts, and a cycle whose chain publishes what is selected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec
from litestar.status_codes import HTTP_200_OK

from ovop.contract.registry import Registry
from ovop.contract.vocabulary import Definition
from ovop.cycles.rules import default_chain
from ovop.demo.samples import jpeg
from tests.factories import sample_definition, sample_registry, text, upload

if TYPE_CHECKING:
    from tests.factories import World

SECRET = "Dibuat turun-temurun untuk upacara panen di kampung."  # the private answer of the factories
STORY = {
    "id": "proud",
    "title": text("Kisah sentra"),
    "body": text("# Awal\n\nMereka mulai **kecil**. <script>alert(1)</script> [jahat](javascript:alert(1))"),
    "theme": "story",
    "kind": "success_story",
    "criteria": ["A1"],
    "provider": text("Balai besar"),
    "source": "Majalah 2024",
    "consent": {"maker": "Sentra Contoh", "basis": "written", "record": "S-12/2025"},
}
STEP = {
    "id": "step",
    "title": text("Catat langkah"),
    "body": text("Catat setiap langkah"),
    "theme": "quality",
    "criteria": ["A1"],
}
LONE = {"id": "lone", "title": text("Tentang pasar"), "body": text("Tanya pembeli"), "theme": "market"}


def definition() -> Definition:
    """The invented commodity: technique and front photo are public; the meaning, the permit and the workshop photo are not."""
    plain = msgspec.to_builtins(sample_definition())
    form = plain["form"]
    technique = form["section"][0]["fields"][0]
    technique["public"] = True
    photos = form["evidence"][1]
    photos["public"] = True
    workshop = {
        "id": "workshop",
        "label": text("Bengkel"),
        "section": "story",
        "kind": "photo",
        "required": False,
    }
    manifest = {**plain["manifest"], "card_fields": ["technique"]}
    form["evidence"] = [*form["evidence"], workshop]
    return sample_definition(manifest=manifest, form=form, guidance=[STEP, STORY, LONE])


def registry() -> Registry:
    """Only that commodity."""
    return sample_registry(definition())


def publishing_chain() -> dict[str, Any]:
    """The default chain, in which what is selected is published."""
    chain: dict[str, Any] = msgspec.to_builtins(default_chain())
    for stage in chain["stages"]:
        stage["public"] = stage["code"] == "selected"
    return chain


def selected(world: World, cycle: Mapping[str, Any]) -> dict[str, str]:
    """A submission that passed the administrative selection, with a private photo in it: its id, number and files by evidence."""
    submission = str(world.begin(cycle)["id"])
    world.complete(submission)
    upload(world.producer, submission, "workshop", content=jpeg(640, "workshop", 2), name="bengkel.jpg")
    steps: list[tuple[str, str, dict[str, Any]]] = [
        ("producer", "submit", {}),
        ("officer", "endorse", {}),
        ("verifier", "verify", {}),
        ("selector", "select", {}),
    ]
    for caller, action, given in steps:
        if action == "endorse":
            given = {"letter": world.letter(submission)}
        answer = world.callers[caller].act(submission, action, **given)
        assert answer.status_code == HTTP_200_OK, answer.text
    seen = world.verifier.get(f"/submissions/{submission}").json()
    files = world.verifier.get(f"/submissions/{submission}/evidence").json()["items"]
    return {"id": submission, "number": seen["number"], **{file["evidence"]: file["id"] for file in files}}
