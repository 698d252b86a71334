"""A commodity corrected during a cycle: proposed by one person, approved by another; drafts move, what was handed in stays as it was."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.audit import audit
from ovop.contract import loader
from ovop.contract.registry import Registry
from ovop.cycles.models import FrozenDefinition
from ovop.identities.enums import Role
from ovop.identities.models import Office
from tests import factories
from tests.core.approvals.test_actions import problem
from tests.factories import (
    Caller,
    World,
    make_world,
    restarted,
    sample_definition,
    sample_registry,
    text,
)
from tests.together import together


def corrected(version: str = "1.1", *, days: int = 5, **changes: Any) -> Registry:
    """The invented commodity with at most `days` days a step (two steps of the sample take 2 and 9)."""
    made = sample_definition()
    form = msgspec.to_builtins(made.form)
    form["section"][0]["fields"][1]["fields"][1]["maximum"] = days
    return sample_registry(sample_definition(version=version, form=form, **changes))


@contextmanager
def midway(
    database_url: str, tmp_path: Path, registry: Registry | None = None
) -> Iterator[tuple[World, dict[str, Any], dict[str, str]]]:
    """An open cycle with a draft, a submission at the office and a returned one, after the corrected package was installed."""
    with make_world(database_url, tmp_path) as before:
        cycle = before.open_cycle()
        draft = str(before.begin(cycle)["id"])
        before.producer.save(draft, {"technique": "hand"})
        waiting, returned = before.submitted(cycle), before.submitted(cycle)
        back = before.officer.act(
            returned, "return", sections=["making"], reason="Perbaiki tahapan.", due_on="2026-04-28"
        )
        assert back.status_code == 200, back.text
    with restarted(before, database_url, tmp_path, registry=registry or corrected()) as world:
        world.in_database(lambda session: _second_admin(session, world))
        yield world, cycle, {"draft": draft, "waiting": waiting, "returned": returned}


async def _second_admin(session: AsyncSession, world: World) -> None:
    office = (await session.scalars(select(Office.id).where(Office.kind == "ministry"))).first()
    world.callers["admin2"] = await factories._person(
        session, world, "admin2", Role.MINISTRY_ADMIN, home="", office_id=office
    )


def path_of(cycle: dict[str, Any]) -> str:
    return f"/cycles/{cycle['id']}/commodities/sample/corrections"


def propose(world: World, cycle: dict[str, Any], caller: Caller | None = None) -> httpx.Response:
    return (caller or world.admin).post(path_of(cycle), {"reason": "Batas hari keliru di SK."})


def decide(
    world: World, cycle: dict[str, Any], correction: dict[str, Any], word: str, caller: Caller, **more: Any
) -> httpx.Response:
    version = more.pop("version", correction["version"])
    return caller.post(f"{path_of(cycle)}/{correction['id']}/{word}", more, version=version)


def approved(world: World, cycle: dict[str, Any]) -> dict[str, Any]:
    made = propose(world, cycle)
    assert made.status_code == 201, made.text
    answer = decide(world, cycle, made.json(), "approve", world.admin2)
    assert answer.status_code == 200, answer.text
    correction: dict[str, Any] = answer.json()
    return correction


def form_of(world: World, cycle: dict[str, Any], sha256: str = "") -> httpx.Response:
    return world.producer.get(
        f"/cycles/{cycle['id']}/commodities/sample/form{f'?sha256={sha256}' if sha256 else ''}"
    )


def test_proposal_says_in_words_what_changes_and_whom_it_touches(database_url: str, tmp_path: Path) -> None:
    with midway(database_url, tmp_path) as (world, cycle, ids):
        made = propose(world, cycle)
        assert made.status_code == 201, made.text
        view = made.json()
        assert (view["state"], view["from_version"], view["to_version"]) == ("proposed", "1.0", "1.1")
        assert [(c["path"], c["impact"], c["text"]["id"]) for c in view["changes"]] == [
            (
                "commodity.version",
                "wording",
                "Versi komoditi “Contoh” diubah dari “1.0” menjadi “1.1”.",
            ),
            (
                "form.section[making].fields[steps].fields[days].maximum",
                "breaking",
                "Nilai terbesar isian “Hari” pada isian “Tahapan” turun dari 400 ke 5.",
            ),
        ]
        assert view["suggests"] == "major"
        assert sorted((t["submission_id"], t["why"], t["moves"]) for t in view["touched"]) == sorted(
            [
                (ids["draft"], ["in_work"], True),
                (ids["waiting"], ["findings"], False),
                (ids["returned"], ["in_work", "findings"], False),
            ]
        )
        assert world.auditor.get(f"{path_of(cycle)}/{view['id']}").json() == view
        assert form_of(world, cycle).json()["version"] == "1.0"
        assert made.headers["etag"] == '"1"'


def test_approval_moves_drafts_and_leaves_what_was_handed_in(database_url: str, tmp_path: Path) -> None:
    with midway(database_url, tmp_path) as (world, cycle, ids):
        old = form_of(world, cycle).json()["sha256"]
        before = {name: world.producer.get(f"/submissions/{one}").json() for name, one in ids.items()}
        correction = approved(world, cycle)
        new = form_of(world, cycle).json()
        assert (new["version"], new["sha256"]) == ("1.1", correction["sha256"])
        after = {name: world.producer.get(f"/submissions/{one}").json() for name, one in ids.items()}
        assert {name: view["definition_sha256"] for name, view in after.items()} == {
            "draft": new["sha256"],
            "waiting": old,
            "returned": old,
        }
        assert after["draft"]["answers"] == {"technique": "hand"}
        assert after["draft"]["version"] == before["draft"]["version"] + 1
        assert (after["waiting"], after["returned"]) == (before["waiting"], before["returned"])
        stale = world.producer.save(ids["draft"], {"technique": "hand"}, version=before["draft"]["version"])
        assert stale.status_code == 412
        begun = world.begin(cycle)
        assert begun["definition_sha256"] == new["sha256"]


def test_returned_submission_is_corrected_and_handed_in_under_its_own_form(
    database_url: str, tmp_path: Path
) -> None:
    with midway(database_url, tmp_path) as (world, cycle, ids):
        own = world.producer.get(f"/submissions/{ids['returned']}").json()["definition_sha256"]
        approved(world, cycle)
        assert form_of(world, cycle, own).json()["version"] == "1.0"
        steps = [{"step": "Menyiapkan bahan", "days": 300}]
        assert world.producer.save(ids["returned"], {"steps": steps}).status_code == 200
        again = world.producer.act(ids["returned"], "submit")
        assert again.status_code == 200, again.text
        begun = str(world.begin(cycle)["id"])
        world.complete(begun)
        refused = world.producer.act(begun, "submit")
        assert problem(refused, 422, "submission_incomplete") == {("steps[1].days", "too_large")}


def test_form_of_a_hash_is_kept_by_clients_and_the_current_one_is_asked_for_again(
    database_url: str, tmp_path: Path
) -> None:
    with midway(database_url, tmp_path) as (world, cycle, _ids):
        old = form_of(world, cycle)
        assert old.headers["cache-control"] == "private, no-cache"
        approved(world, cycle)
        new = form_of(world, cycle)
        assert new.headers["etag"] != old.headers["etag"]
        pinned = form_of(world, cycle, old.json()["sha256"])
        assert (pinned.content, pinned.headers["etag"]) == (old.content, old.headers["etag"])
        assert "immutable" in pinned.headers["cache-control"]
        problem(form_of(world, cycle, "0" * 64), 404, "commodity_not_in_cycle")


def test_definition_that_no_event_froze_is_found_by_the_audit(database_url: str, tmp_path: Path) -> None:
    with midway(database_url, tmp_path) as (world, _cycle, _ids):

        async def smuggle(session: AsyncSession) -> None:
            row = (await session.scalars(select(FrozenDefinition))).one()
            names = [c.key for c in FrozenDefinition.__table__.columns if c.key != "id"]
            copy = {name: getattr(row, name) for name in names}
            content = row.content.replace(b"Tahapan", b"Langkah")
            digest = loader.digest(content)
            session.add(FrozenDefinition(**{**copy, "version": "1.7", "content": content, "sha256": digest}))

        world.in_database(smuggle)
        platform = world.client.app.state.platform
        report = world.client.blocking_portal.call(lambda: audit(platform.database))
        assert len(report.faults) == 1
        assert "no event froze the definition" in report.faults[0].fault


def test_log_tells_reason_changes_and_touched_submissions(database_url: str, tmp_path: Path) -> None:
    with midway(database_url, tmp_path) as (world, cycle, ids):
        correction = approved(world, cycle)
        stream = world.auditor.get(f"/events?stream=cycle/{cycle['id']}").json()["items"]
        told = [e for e in stream if "correct" in e["type"]]
        assert [e["type"] for e in told] == ["cycle.correction_proposed", "cycle.corrected"]
        assert {e["reason"] for e in told} == {"Batas hari keliru di SK."}
        assert [e["actor_id"] for e in told] == [str(world.admin.person_id), str(world.admin2.person_id)]
        payload = told[1]["payload"]
        assert payload["changes_sha256"] == correction["changes_sha256"]
        assert sorted(payload["touched"]) == sorted(ids.values())
        assert payload["definitions"] == {"sample": {"version": "1.1", "sha256": correction["sha256"]}}
        events = world.producer.get(f"/submissions/{ids['draft']}/events").json()["items"]
        assert events[-1]["type"] == "submission.definition_corrected"
        assert events[-1]["payload"]["definition"] == correction["sha256"]
        platform = world.client.app.state.platform
        report = world.client.blocking_portal.call(lambda: audit(platform.database))
        assert (report.ok, report.definitions) == (True, 2)


def test_nobody_approves_their_own_proposal_but_may_take_it_back(database_url: str, tmp_path: Path) -> None:
    with midway(database_url, tmp_path) as (world, cycle, _ids):
        made = propose(world, cycle).json()
        problem(decide(world, cycle, made, "approve", world.admin), 403, "separation_of_duties")
        problem(propose(world, cycle, world.admin2), 409, "correction_waiting")
        back = decide(world, cycle, made, "reject", world.admin, reason="Salah lampiran.")
        assert (back.status_code, back.json()["state"]) == (200, "rejected")
        problem(decide(world, cycle, back.json(), "approve", world.admin2), 409, "correction_decided")
        assert form_of(world, cycle).json()["version"] == "1.0"
        assert approved(world, cycle)["state"] == "approved"
        listed = world.admin.get(path_of(cycle)).json()["items"]
        assert [one["state"] for one in listed] == ["rejected", "approved"]


def test_what_is_approved_is_what_was_shown_whatever_is_installed_by_then(
    database_url: str, tmp_path: Path
) -> None:
    with midway(database_url, tmp_path) as (world, cycle, _ids):
        made = propose(world, cycle).json()
        admin2 = world.callers["admin2"]
    for registry in (corrected("1.2", days=3), Registry()):
        with restarted(world, database_url, tmp_path, registry=registry) as later:
            shown = later.admin.get(f"{path_of(cycle)}/{made['id']}").json()
            assert shown == made
    with restarted(world, database_url, tmp_path, registry=Registry()) as later:
        answer = decide(later, cycle, made, "approve", later.callers["admin2"])
        assert answer.status_code == 200, answer.text
        assert form_of(later, cycle).json()["sha256"] == made["sha256"]
    assert admin2.token


@pytest.mark.parametrize("version", ["1.0", "2.0", "0.9"])
def test_only_a_later_minor_version_corrects(database_url: str, tmp_path: Path, version: str) -> None:
    with midway(database_url, tmp_path, corrected(version)) as (world, cycle, _ids):
        problem(propose(world, cycle), 422, "correction_version")


def test_proposal_is_refused_without_the_package_or_with_wrong_examples(
    database_url: str, tmp_path: Path
) -> None:
    with midway(database_url, tmp_path, Registry()) as (world, cycle, _ids):
        problem(propose(world, cycle), 422, "commodity_not_installed")
        nowhere = f"/cycles/{cycle['id']}/commodities/nothing/corrections"
        problem(world.admin.post(nowhere, {"reason": "Coba"}), 404, "commodity_not_in_cycle")
    wrong = {
        "id": "wrong",
        "title": text("Salah"),
        "kind": "valid",
        "facts": {"today": "2026-04-15"},
        "answers": {"technique": "hand"},
    }
    with restarted(world, database_url, tmp_path, registry=corrected(examples=[wrong])) as later:
        found = problem(propose(later, cycle), 422, "correction_not_sound")
        assert found == {("commodities.sample", "examples_differ")}


def test_closed_cycle_is_not_corrected(database_url: str, tmp_path: Path) -> None:
    with midway(database_url, tmp_path) as (world, cycle, _ids):
        made = propose(world, cycle).json()
        closed = world.admin.post(
            f"/cycles/{cycle['id']}/closing", {"reason": "Selesai"}, version=cycle["version"]
        )
        assert closed.status_code == 200, closed.text
        problem(decide(world, cycle, made, "approve", world.admin2), 409, "cycle_state")
        problem(propose(world, cycle), 409, "cycle_state")


def test_corrections_are_the_business_of_the_ministry(database_url: str, tmp_path: Path) -> None:
    with midway(database_url, tmp_path) as (world, cycle, _ids):
        made = propose(world, cycle).json()
        for name in ("producer", "officer", "province", "verifier", "selector", "assessor"):
            caller = world.callers[name]
            assert propose(world, cycle, caller).status_code == 403
            assert caller.get(path_of(cycle)).status_code == 403
            assert caller.get(f"{path_of(cycle)}/{made['id']}").status_code == 403
            assert decide(world, cycle, made, "approve", caller).status_code == 403
            assert decide(world, cycle, made, "reject", caller, reason="Coba").status_code == 403
        problem(propose(world, cycle, world.auditor), 403, "permission_missing")


def test_repeated_proposal_happens_once_and_a_stale_decision_not_at_all(
    database_url: str, tmp_path: Path
) -> None:
    with midway(database_url, tmp_path) as (world, cycle, _ids):
        body = {"reason": "Batas hari keliru di SK."}
        first, again = (world.admin.post(path_of(cycle), body, key="proposed once") for _ in range(2))
        assert first.json() == again.json()
        problem(
            decide(world, cycle, first.json(), "approve", world.admin2, version=7), 412, "changed_meanwhile"
        )
        unmatched = world.admin2.post(f"{path_of(cycle)}/{first.json()['id']}/approve", {})
        problem(unmatched, 422, "if_match_missing")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_of_those_who_decide_at_once_one_wins(database_url: str, tmp_path: Path) -> None:
    with midway(database_url, tmp_path) as (world, cycle, ids):
        made = propose(world, cycle).json()
        answers = together(
            lambda: decide(world, cycle, made, "approve", world.admin2),
            lambda: decide(world, cycle, made, "reject", world.admin, reason="Batal"),
            lambda: decide(world, cycle, made, "approve", world.admin2),
            lambda: world.producer.act(ids["draft"], "submit"),
        )
        assert sorted(a.status_code for a in answers[:3]) == [200, 412, 412], [a.text for a in answers]


def test_second_correction_builds_on_the_first(database_url: str, tmp_path: Path) -> None:
    with midway(database_url, tmp_path) as (world, cycle, ids):
        approved(world, cycle)
        begun = str(world.begin(cycle)["id"])
    with restarted(world, database_url, tmp_path, registry=corrected("1.2", days=9)) as later:
        correction = approved(later, cycle)
        assert (correction["from_version"], correction["to_version"]) == ("1.1", "1.2")
        moved = {t["submission_id"]: t["moves"] for t in correction["touched"]}
        assert (moved[ids["draft"]], moved[begun]) == (True, True)
        rows = later.admin.get(f"/cycles/{cycle['id']}/commodities").json()["items"]
        assert [(r["version"], r["current"]) for r in rows] == [
            ("1.0", False),
            ("1.1", False),
            ("1.2", True),
        ]
        waiting = later.producer.get(f"/submissions/{ids['waiting']}").json()
        assert waiting["definition_sha256"] == rows[0]["sha256"]
