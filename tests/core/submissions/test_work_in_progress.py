"""After a return only the authors see what they write; everybody else sees the last revision until it is handed in again."""

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.demo.samples import jpeg
from ovop.identities.models import ApiToken
from tests.core.approvals.test_actions import RETURN, SENTENCE, problem, stage
from tests.factories import ANSWERS, Caller, upload

if TYPE_CHECKING:
    from tests.factories import World

READERS = ("officer", "officer2", "province", "governor", "verifier", "selector", "admin", "auditor")


class Corrected:
    """A submission that the ministry returned, and what its producer changed since: an answer, a new photo, the old photo's role, the
    permit's number, and a photo that came and went."""

    def __init__(self, world: "World", **return_: Any) -> None:
        self.world = world
        self.id = world.endorsed(world.open_cycle())
        self.path = f"/submissions/{self.id}"
        self.before = {name: self.picture(getattr(world, name)) for name in READERS}
        returned = {**RETURN, "sections": ["making", "story"], **return_}
        assert stage(world.verifier.act(self.id, "return", **returned)) == "correction"
        files = {f["evidence"]: f["id"] for f in self.files(world.producer)}
        self.permit, self.photo = files["permit"], files["photos"]
        author = world.producer
        assert author.save(self.id, {"meaning": "pendek"}).status_code == 200
        self.new = self.upload("new", 2)
        self.gone = self.upload("gone", 3)
        for file in (self.gone, self.photo):
            assert (
                author.send("DELETE", f"{self.path}/evidence/{file}", version=self.version).status_code == 200
            )
        described = author.patch(
            f"{self.path}/evidence/{self.permit}", {"number": "I-2"}, version=self.version
        )
        assert described.status_code == 200, described.text

    @property
    def version(self) -> int:
        return int(self.world.producer.get(self.path).json()["version"])

    def upload(self, seed: str, shade: int) -> str:
        photo = jpeg(640, seed, shade)
        return str(upload(self.world.producer, self.id, "photos", content=photo, name="a.jpg")["id"])

    def files(self, caller: Caller) -> list[dict[str, Any]]:
        answer = caller.get(f"{self.path}/evidence?limit=100")
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    def picture(self, caller: Caller) -> dict[str, Any]:
        """What a reader sees of the content."""
        view = caller.get(self.path).json()
        (listed,) = [s for s in caller.get("/submissions").json()["items"] if s["id"] == self.id]
        files = [{k: v for k, v in f.items() if k != "submission_version"} for f in self.files(caller)]
        return {
            "answers": view["answers"],
            "names": (view["product_name"], listed["product_name"]),
            "findings": caller.get(f"{self.path}/findings").json(),
            "partial": caller.get(f"{self.path}/findings?partial=true").json(),
            "evidence": files,
        }

    def content(self, caller: Caller, file: str) -> int:
        return caller.get(f"{self.path}/evidence/{file}/content").status_code


@pytest.mark.parametrize("then", ["still correcting", "withdrawn"])
def test_readers_see_the_last_revision_while_its_authors_correct_it_and_after_they_withdraw(
    world: "World", then: str
) -> None:
    corrected = Corrected(world)
    if then == "withdrawn":
        assert stage(world.producer.act(corrected.id, "withdraw", reason="Batal")) == "withdrawn"
    for name in READERS:
        reader = getattr(world, name)
        assert corrected.picture(reader) == corrected.before[name], name
        assert corrected.before[name]["answers"] == ANSWERS
        readable = [corrected.content(reader, f) for f in (corrected.permit, corrected.photo)]
        hidden = [corrected.content(reader, f) for f in (corrected.new, corrected.gone)]
        assert (readable, hidden) == ([200, 200], [404, 404]), name


def test_author_sees_the_work_in_progress_with_a_token_that_only_reads(world: "World") -> None:
    corrected = Corrected(world)

    async def narrow(session: AsyncSession) -> None:
        own = update(ApiToken).where(ApiToken.person_id == world.producer.person_id)
        await session.execute(own.values(scopes=["read"]))

    for work in (None, narrow):
        if work:
            world.in_database(work)
        seen = corrected.picture(world.producer)
        assert seen["answers"]["meaning"] == "pendek"
        assert "meaning" in {f["path"] for f in seen["findings"]["items"]}
        files = {f["id"]: f["number"] for f in seen["evidence"] if f["purpose"] == "form"}
        assert files == {corrected.permit: "I-2", corrected.new: ""}
        assert {
            corrected.content(world.producer, f) for f in (corrected.photo, corrected.new, corrected.gone)
        } == {200}


def test_office_sees_the_work_in_progress_of_what_it_proposes_itself(world: "World") -> None:
    submission = str(world.begin(world.open_cycle(), caller=world.officer, consent="Setuju, 14 April.")["id"])
    world.complete(submission, caller=world.officer)
    assert stage(world.officer.act(submission, "submit")) == "office_review"
    assert stage(world.officer2.act(submission, "return", **RETURN)) == "correction"
    world.officer.save(submission, {"meaning": SENTENCE})
    for author in (world.officer, world.officer2, world.producer):
        assert author.get(f"/submissions/{submission}").json()["answers"]["meaning"] == SENTENCE


def test_readers_see_the_correction_when_it_is_handed_in_again(world: "World") -> None:
    corrected = Corrected(world)
    front = jpeg(640, "front again", 4)
    upload(world.producer, corrected.id, "photos", role="front", content=front, name="front.jpg")
    world.producer.save(corrected.id, {"meaning": SENTENCE})
    assert stage(world.producer.act(corrected.id, "submit")) == "office_review"
    for name in READERS:
        reader = getattr(world, name)
        seen = corrected.picture(reader)
        assert seen["answers"]["meaning"] == SENTENCE
        numbers = {f["id"]: f["number"] for f in seen["evidence"]}
        assert numbers[corrected.permit] == "I-2"
        assert corrected.new in numbers
        assert corrected.photo not in numbers
        readable = [corrected.content(reader, f) for f in (corrected.photo, corrected.new)]
        assert (readable, corrected.content(reader, corrected.gone)) == ([200, 200], 404), name


def test_letter_is_seen_while_the_submission_is_corrected(world: "World") -> None:
    corrected = Corrected(world)
    for name in (*READERS, "producer"):
        letters = [f["id"] for f in corrected.files(getattr(world, name)) if f["purpose"] == "letter"]
        assert len(letters) == 1
        assert corrected.content(getattr(world, name), letters[0]) == 200


def test_decider_cannot_read_the_findings_of_what_is_not_handed_in(world: "World") -> None:
    corrected = Corrected(world)
    assert problem(world.producer.act(corrected.id, "submit"), 422, "submission_incomplete")
    for query in ("", "?partial=true"):
        answer = world.verifier.get(f"{corrected.path}/findings{query}").json()
        assert answer == {"complete": True, "items": []}
