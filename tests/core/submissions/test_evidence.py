"""Evidence files: who may add what where, what is kept of them, and that a crash leaves nothing half-done."""

import asyncio
import hashlib
import io
import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Awaitable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from PIL import Image
from sqlalchemy import func, select
from structlog.testing import capture_logs

from ovop.database import Database, new_id
from ovop.errors import Conflict, Invalid, NotAllowed, NotFound, OvopError, TooLarge
from ovop.events import Event
from ovop.files import FileStore, make_store
from ovop.settings import Settings
from ovop.submissions import evidence
from ovop.submissions.attaching import Details, Upload, sweep_orphans
from ovop.submissions.models import EvidenceFile, Submission
from ovop.visibility import SYSTEM
from tests.core.submissions.evidence_world import AT, PDF, World, build_world, pdf, photo
from tests.databases import Run

HOUR = timedelta(hours=1)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path)


@pytest.fixture
def store(settings: Settings) -> FileStore:
    return make_store(settings)


@pytest.fixture
def world(database: Database, run: Run) -> World:
    return run(build_world(database))


async def add(
    database: Database,
    store: FileStore,
    world: World,
    upload: Upload,
    *,
    who: str = "producer",
    to: str = "decree",
    details: Details | None = None,
) -> EvidenceFile:
    act = world.act(who)
    async with database.transaction(actor=act.actor) as session:
        return await evidence.add_evidence(
            session,
            act=act,
            store=store,
            submission_id=world.submission_id,
            evidence=to,
            upload=upload,
            details=details or Details(),
        )


async def describe(
    database: Database,
    world: World,
    row: EvidenceFile,
    changes: dict[str, str | date | None],
    *,
    who: str = "producer",
) -> EvidenceFile:
    act = world.act(who)
    async with database.transaction(actor=act.actor) as session:
        return await evidence.describe_evidence(
            session,
            act=act,
            submission_id=world.submission_id,
            evidence_id=row.id,
            version=await version(database, world),
            changes=changes,
        )


async def remove(
    database: Database, world: World, row: EvidenceFile, *, who: str = "producer"
) -> EvidenceFile:
    act = world.act(who)
    async with database.transaction(actor=act.actor) as session:
        return await evidence.remove_evidence(
            session,
            act=act,
            submission_id=world.submission_id,
            evidence_id=row.id,
            version=await version(database, world),
        )


async def letter(
    database: Database, store: FileStore, world: World, upload: Upload, *, who: str = "officer"
) -> EvidenceFile:
    act = world.act(who)
    async with database.transaction(actor=act.actor) as session:
        return await evidence.attach_letter(
            session,
            act=act,
            store=store,
            submission_id=world.submission_id,
            upload=upload,
            number="510/12/2026",
            issued_on=date(2026, 3, 1),
        )


async def listed(database: Database, world: World, *, who: str = "producer") -> Sequence[EvidenceFile]:
    async with database.session(read_only=True, actor=world.act(who).actor) as session:
        found = await evidence.list_evidence(session, act=world.act(who), submission_id=world.submission_id)
        return found.rows


async def content(
    database: Database, store: FileStore, world: World, row: EvidenceFile, *, who: str
) -> bytes:
    async with database.session(read_only=True, actor=world.act(who).actor) as session:
        _row, opened = await evidence.open_evidence(
            session,
            act=world.act(who),
            store=store,
            submission_id=world.submission_id,
            evidence_id=row.id,
        )
    return b"".join([chunk async for chunk in opened.chunks])


async def version(database: Database, world: World) -> int:
    async with database.session(read_only=True, actor=SYSTEM) as session:
        found = await session.scalar(select(Submission.version).where(Submission.id == world.submission_id))
    assert found is not None
    return found


async def events(database: Database) -> list[tuple[str, dict[str, object]]]:
    async with database.session(read_only=True, actor=SYSTEM) as session:
        return [(e.type, dict(e.content())) for e in await session.scalars(select(Event).order_by(Event.id))]


async def stored_keys(store: FileStore) -> list[str]:
    return [stored.key async for stored in store.list(older_than=datetime.now(UTC) + HOUR)]


async def sweep(database: Database, store: FileStore, *, at: datetime) -> int:
    async with database.session(read_only=True) as session:
        return await sweep_orphans(session, store=store, at=at)


async def refused(kind: type[OvopError], work: Awaitable[object]) -> str:
    with pytest.raises(kind) as caught:
        await work
    assert type(caught.value) is kind
    return caught.value.code


# Adding


def test_add_evidence_keeps_the_cleaned_photo_its_measures_and_what_was_said(
    database: Database, run: Run, store: FileStore, world: World
) -> None:
    async def scenario() -> None:
        details = Details(
            role="front", number="7", issuer="Studio", issued_on=date(2026, 1, 2), expires_on=date(2027, 1, 2)
        )
        row = await add(database, store, world, photo(), to="photos", details=details)
        kept = await content(database, store, world, row, who="producer")
        image = Image.open(io.BytesIO(kept))
        assert not dict(image.getexif())
        assert image.size == (row.width_px, row.height_px) == (40, 60)
        assert (row.size_bytes, row.sha256) == (len(kept), hashlib.sha256(kept).hexdigest())
        assert (row.file_name, row.media_type, row.purpose) == ("IMG_0001.jpg", "image/jpeg", "form")
        assert (row.role, row.number, row.issuer) == ("front", "7", "Studio")
        assert (row.issued_on, row.expires_on, row.uploaded_at) == (date(2026, 1, 2), date(2027, 1, 2), AT)
        assert [r.id for r in await listed(database, world)] == [row.id]

    run(scenario())


def test_every_change_counts_in_the_version_and_stands_in_the_log_without_file_names(
    database: Database, run: Run, store: FileStore, world: World
) -> None:
    async def scenario() -> None:
        assert await version(database, world) == 1
        row = await add(database, store, world, pdf())
        assert await version(database, world) == 2
        await describe(database, world, row, {"number": "12/2026"})
        assert await version(database, world) == 3
        await remove(database, world, row)
        assert await version(database, world) == 4
        log = await events(database)
        assert [kind for kind, _ in log] == [
            "submission.evidence_added",
            "submission.evidence_described",
            "submission.evidence_removed",
        ]
        assert log[0][1] == {
            "file": str(row.id),
            "evidence": "decree",
            "role": "",
            "media_type": "application/pdf",
            "size_bytes": row.size_bytes,
            "sha256": row.sha256,
        }
        assert log[1][1] == {"file": str(row.id), "evidence": "decree", "fields": ["number"]}
        assert "SK sentra" not in json.dumps(log)
        assert "12/2026" not in json.dumps(log)

    run(scenario())


def test_the_same_file_again_gives_the_same_row_and_changes_nothing(
    database: Database, run: Run, store: FileStore, world: World
) -> None:
    async def scenario() -> None:
        first = await add(database, store, world, photo(), to="photos", details=Details(role="front"))
        again = await add(database, store, world, photo(), to="photos", details=Details(role="front"))
        assert again.id == first.id
        assert await version(database, world) == 2
        assert await stored_keys(store) == [first.store_key]
        other_role = await add(database, store, world, photo(), to="photos", details=Details(role="label"))
        assert other_role.id != first.id

    run(scenario())


def test_a_removed_file_may_be_added_again(
    database: Database, run: Run, store: FileStore, world: World
) -> None:
    async def scenario() -> None:
        first = await add(database, store, world, pdf())
        await remove(database, world, first)
        second = await add(database, store, world, pdf())
        assert second.id != first.id
        assert [r.id for r in await listed(database, world)] == [second.id]

    run(scenario())


def test_the_same_file_added_twice_at_once_gives_one_row(
    database: Database, run: Run, store: FileStore, world: World
) -> None:
    async def scenario() -> None:
        rows = await asyncio.gather(*(add(database, store, world, pdf()) for _ in range(4)))
        assert len({row.id for row in rows}) == 1
        assert len(await listed(database, world)) == 1
        assert await stored_keys(store) == [rows[0].store_key]

    run(scenario())


def test_different_files_added_at_once_are_all_kept_up_to_the_limit(
    database: Database, run: Run, store: FileStore, world: World
) -> None:
    async def scenario() -> None:
        tries = [add(database, store, world, pdf(b"%d" % n)) for n in range(5)]
        outcomes = await asyncio.gather(*tries, return_exceptions=True)
        kept = [o for o in outcomes if isinstance(o, EvidenceFile)]
        refusals = [o.code for o in outcomes if isinstance(o, Conflict)]
        assert (len(kept), refusals) == (2, ["too_many_files"] * 3)
        assert await version(database, world) == 3
        await sweep(database, store, at=datetime.now(UTC) + 2 * HOUR)
        assert sorted(await stored_keys(store)) == sorted(row.store_key for row in kept)

    run(scenario())


def test_a_file_field_of_the_form_takes_files_too(
    database: Database, run: Run, store: FileStore, world: World
) -> None:
    row = run(add(database, store, world, pdf(), to="report"))
    assert row.evidence == "report"


# Refusing


@pytest.mark.parametrize(
    ("to", "upload", "details", "code"),
    [
        ("nothing", pdf, Details(), "unknown_evidence"),
        ("photos", photo, Details(role="back"), "unknown_role"),
        ("decree", pdf, Details(role="front"), "unknown_role"),
        ("photos", pdf, Details(role="front"), "evidence_media"),
        ("lab_report", photo, Details(), "evidence_media"),
    ],
)
def test_add_evidence_refused_when_the_form_does_not_know_or_take_it(
    database: Database,
    run: Run,
    store: FileStore,
    world: World,
    to: str,
    upload: object,
    details: Details,
    code: str,
) -> None:
    assert callable(upload)

    async def scenario() -> None:
        assert await refused(Invalid, add(database, store, world, upload(), to=to, details=details)) == code
        assert await stored_keys(store) == []
        assert await version(database, world) == 1

    run(scenario())


def test_add_evidence_refused_when_the_file_is_larger_than_its_limit_and_the_message_names_it(
    database: Database, run: Run, store: FileStore, world: World
) -> None:
    def sized(size: int) -> Upload:
        return Upload(file=io.BytesIO(PDF[:30] + b" " * (size - len(PDF)) + PDF[30:]), file_name="a.pdf")

    async def scenario() -> None:
        with pytest.raises(TooLarge) as caught:
            await add(database, store, world, sized(200_001))
        assert "0.2 MB" in caught.value.message.en
        assert "0.2 MB" in caught.value.message.id
        assert (await add(database, store, world, sized(200_000))).size_bytes == 200_000

    run(scenario())


def test_add_evidence_refused_when_the_most_files_are_there(
    database: Database, run: Run, store: FileStore, world: World
) -> None:
    async def scenario() -> None:
        first = await add(database, store, world, pdf(b"1"))
        await add(database, store, world, pdf(b"2"))
        assert await refused(Conflict, add(database, store, world, pdf(b"3"))) == "too_many_files"
        await remove(database, world, first)
        await add(database, store, world, pdf(b"3"))

    run(scenario())


@pytest.mark.parametrize("who", ["rival", "officer", "foreigner", "verifier"])
def test_a_draft_and_its_files_do_not_exist_for_anybody_but_its_enterprise(
    database: Database, run: Run, store: FileStore, world: World, who: str
) -> None:
    async def scenario() -> None:
        row = await add(database, store, world, pdf())
        assert await refused(NotFound, add(database, store, world, pdf(), who=who)) == "submission_unknown"
        assert (
            await refused(NotFound, describe(database, world, row, {"number": "1"}, who=who))
            == "submission_unknown"
        )
        assert await refused(NotFound, remove(database, world, row, who=who)) == "submission_unknown"
        assert await refused(NotFound, listed(database, world, who=who)) == "submission_unknown"
        assert await refused(NotFound, content(database, store, world, row, who=who)) == "evidence_unknown"

    run(scenario())


def test_an_officer_neither_reads_nor_changes_files_that_were_not_handed_in(
    database: Database, run: Run, store: FileStore
) -> None:
    async def scenario() -> None:
        world = await build_world(database, stage="correction", handed_in=True)
        row = await add(database, store, world, pdf())
        assert (
            await refused(NotFound, content(database, store, world, row, who="officer")) == "evidence_unknown"
        )
        assert (
            await refused(NotAllowed, add(database, store, world, pdf(b"2"), who="officer")) == "not_author"
        )
        assert await refused(NotAllowed, remove(database, world, row, who="officer")) == "not_author"
        assert (
            await refused(NotFound, content(database, store, world, row, who="foreigner"))
            == "evidence_unknown"
        )

    run(scenario())


@pytest.mark.parametrize("stage", ["office_review", "verification", "selected"])
def test_files_cannot_be_changed_while_somebody_decides(
    database: Database, run: Run, store: FileStore, stage: str
) -> None:
    async def scenario() -> None:
        world = await build_world(database, stage=stage, handed_in=True)
        assert await refused(Conflict, add(database, store, world, pdf())) == "not_editable"

    run(scenario())


def test_after_a_return_only_files_of_the_sections_named_may_change(
    database: Database, run: Run, store: FileStore, world: World
) -> None:
    async def scenario() -> None:
        closed = await add(database, store, world, pdf(), to="decree")
        await move(database, world, stage="correction", return_sections=["tests"])
        assert await refused(Invalid, add(database, store, world, pdf(b"2"), to="decree")) == "section_closed"
        assert await refused(Invalid, remove(database, world, closed)) == "section_closed"
        assert await refused(Invalid, describe(database, world, closed, {"number": "1"})) == "section_closed"
        assert (await add(database, store, world, pdf(), to="lab_report")).evidence == "lab_report"
        assert (await add(database, store, world, pdf(b"2"), to="report")).evidence == "report"

    run(scenario())


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has one writer at a time
def test_add_evidence_refused_when_the_submission_moves_on_while_the_file_is_stored(
    database: Database, run: Run, store: FileStore, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = store.put

    async def slow_put(key: str, source: object) -> None:
        await real(key, source)  # type: ignore[arg-type]  # passed on as given
        await move(database, world, stage="office_review")

    async def scenario() -> None:
        monkeypatch.setattr(store, "put", slow_put)
        assert await refused(Conflict, add(database, store, world, pdf())) == "moved_on"
        assert await listed(database, world) == []
        assert await sweep(database, store, at=datetime.now(UTC) + 2 * HOUR) == 1

    run(scenario())


async def move(database: Database, world: World, *, stage: str, return_sections: Sequence[str] = ()) -> None:
    async with database.transaction(actor=SYSTEM) as session:
        submission = await session.get_one(Submission, world.submission_id)
        submission.stage = stage
        submission.return_sections = list(return_sections)
        submission.submitted_at = AT


# Describing and removing


def test_describe_evidence_changes_only_what_is_named(
    database: Database, run: Run, store: FileStore, world: World
) -> None:
    async def scenario() -> None:
        details = Details(role="front", number="1", issued_on=date(2026, 1, 1))
        row = await add(database, store, world, photo(), to="photos", details=details)
        changed = await describe(database, world, row, {"role": "label", "issued_on": None})
        assert (changed.role, changed.number, changed.issued_on) == ("label", "1", None)
        assert await refused(Invalid, describe(database, world, row, {"role": "back"})) == "unknown_role"

    run(scenario())


def test_describe_evidence_with_the_same_words_changes_nothing(
    database: Database, run: Run, store: FileStore, world: World
) -> None:
    async def scenario() -> None:
        row = await add(database, store, world, pdf(), details=Details(number="1"))
        await describe(database, world, row, {"number": "1"})
        assert await version(database, world) == 2
        assert len(await events(database)) == 1

    run(scenario())


def test_a_removed_file_is_no_longer_listed_or_changed_but_can_still_be_read(
    database: Database, run: Run, store: FileStore, world: World
) -> None:
    async def scenario() -> None:
        row = await add(database, store, world, pdf())
        await remove(database, world, row)
        assert await listed(database, world) == []
        assert await content(database, store, world, row, who="producer") == pdf().file.read()
        assert await refused(NotFound, remove(database, world, row)) == "evidence_unknown"
        assert await refused(NotFound, describe(database, world, row, {"number": "1"})) == "evidence_unknown"
        assert await sweep(database, store, at=datetime.now(UTC) + 2 * HOUR) == 0

    run(scenario())


def test_list_evidence_gives_one_more_than_asked_for_and_goes_on_after_a_row(
    database: Database, run: Run, store: FileStore, world: World
) -> None:
    async def scenario() -> None:
        rows = [await add(database, store, world, photo(shade), to="photos") for shade in (10, 60, 120)]
        async with database.session(read_only=True, actor=world.act("producer").actor) as session:
            act, one = world.act("producer"), world.submission_id
            page = await evidence.list_evidence(session, act=act, submission_id=one, limit=1)
            rest = await evidence.list_evidence(session, act=act, submission_id=one, after=rows[0].id)
        assert [r.id for r in page.rows] == [rows[0].id, rows[1].id]
        assert [r.id for r in rest.rows] == [rows[1].id, rows[2].id]

    run(scenario())


# Letters


def test_the_deciding_office_attaches_its_letter(database: Database, run: Run, store: FileStore) -> None:
    async def scenario() -> None:
        world = await build_world(database, stage="office_review", handed_in=True)
        row = await letter(database, store, world, pdf())
        assert (row.purpose, row.evidence, row.number) == ("letter", "letter", "510/12/2026")
        assert [kind for kind, _ in await events(database)] == ["submission.letter_attached"]
        assert await version(database, world) == 2

    run(scenario())


@pytest.mark.parametrize(
    ("who", "stage", "kind", "code"),
    [
        ("officer", "verification", Conflict, "no_letter_needed"),
        ("foreigner", "office_review", NotFound, "submission_unknown"),
        ("verifier", "office_review", NotFound, "submission_unknown"),
        ("producer", "office_review", NotAllowed, "permission_missing"),
    ],
)
def test_attach_letter_refused_when_it_is_not_that_office_or_not_that_stage(
    database: Database, run: Run, store: FileStore, who: str, stage: str, kind: type[OvopError], code: str
) -> None:
    async def scenario() -> None:
        world = await build_world(database, stage=stage, handed_in=True)
        assert await refused(kind, letter(database, store, world, pdf(), who=who)) == code

    run(scenario())


def test_a_letter_cannot_be_removed_by_the_applicant(database: Database, run: Run, store: FileStore) -> None:
    async def scenario() -> None:
        world = await build_world(database, stage="office_review", handed_in=True)
        row = await letter(database, store, world, pdf())
        await move(database, world, stage="correction")
        assert await refused(NotFound, remove(database, world, row)) == "evidence_unknown"

    run(scenario())


# Crashes


CRASHING = """
    import asyncio, os, sys
    from pathlib import Path
    import msgspec
    from ovop.database import Database
    from ovop.files import FileStore, make_store
    from ovop.settings import Settings
    from ovop.submissions import attaching, evidence
    from ovop.identities.actor import Act
    from tests.core.submissions.evidence_world import pdf
    from uuid import UUID

    url, folder, submission_id, act, moment = sys.argv[1:]
    act = msgspec.json.decode(act, type=Act)

    def crashing(real):
        async def work(*positional, **named):
            await real(*positional, **named)
            os._exit(9)
        return work

    if moment == "after the file":
        FileStore.put = crashing(FileStore.put)
    else:
        attaching.append = crashing(attaching.append)

    async def main():
        database = Database(url)
        async with database.transaction(actor=act.actor) as session:
            await evidence.add_evidence(
                session, act=act, store=make_store(Settings(data=Path(folder))), submission_id=UUID(submission_id),
                evidence="decree", upload=pdf(), details=attaching.Details(),
            )
        print("committed")

    asyncio.run(main())
"""


@pytest.mark.parametrize("moment", ["after the file", "before the commit"])
def test_nothing_is_visible_when_the_process_dies_between_file_and_row_and_the_sweep_removes_it(
    database: Database,
    database_url: str,
    run: Run,
    settings: Settings,
    store: FileStore,
    world: World,
    moment: str,
) -> None:
    kept = run(add(database, store, world, pdf(b"kept")))
    act = msgspec.json.encode(world.act("producer")).decode()
    given = [database_url, str(settings.data), str(world.submission_id), act, moment]
    root = Path(__file__).parents[3]
    died = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(CRASHING), *given],
        capture_output=True,
        text=True,
        check=False,
        cwd=root,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(root), os.environ.get("PYTHONPATH", "")])},
    )
    assert (died.returncode, died.stdout) == (9, ""), died.stderr

    async def scenario() -> None:
        assert [row.id for row in await listed(database, world)] == [kept.id]
        assert await version(database, world) == 2
        assert len(await events(database)) == 1
        assert len(await stored_keys(store)) == 2

        now = datetime.now(UTC)
        assert await sweep(database, store, at=now) == 0
        assert await sweep(database, store, at=now + 2 * HOUR) == 1
        assert await stored_keys(store) == [kept.store_key]
        assert await content(database, store, world, kept, who="producer") == pdf(b"kept").file.read()

    run(scenario())


@pytest.mark.parametrize(
    ("orphans", "kept", "expected"), [(20, 1, 20), (21, 189, 21), (21, 188, 0), (25, 1, 0)]
)
def test_sweep_orphans_refuses_when_many_and_a_large_share_are_orphans(
    database: Database, run: Run, store: FileStore, world: World, orphans: int, kept: int, expected: int
) -> None:
    """21 of 210 are just a tenth, 21 of 209 are more."""

    async def scenario() -> None:
        row = await add(database, store, world, pdf())
        async with database.transaction(actor=SYSTEM) as session:
            for number in range(1, kept):
                copy = {c.key: getattr(row, c.key) for c in EvidenceFile.__table__.columns}
                key = f"{row.store_key}-{number}"
                session.add(EvidenceFile(**{**copy, "id": new_id(), "store_key": key}))
                await store.put(key, b"named")
        for number in range(orphans):
            await store.put(f"submissions/lost/{number}", b"lost")
        with capture_logs() as logs:
            removed = await sweep(database, store, at=datetime.now(UTC) + 2 * HOUR)
        assert (removed, len(await stored_keys(store))) == (expected, orphans + kept - expected)
        told = [(e["log_level"], e["listed"], e["orphans"]) for e in logs if e["event"] == "sweep_refused"]
        assert told == ([("error", orphans + kept, orphans)] if not expected else [])

    run(scenario())


def test_sweep_orphans_keeps_named_files_in_a_session_that_may_see_no_row(
    database: Database, run: Run, store: FileStore, world: World
) -> None:
    async def scenario() -> None:
        for number in range(2):
            await add(database, store, world, pdf(b"%d" % number))
        async with database.session(read_only=True) as session:
            assert await session.scalar(select(func.count(EvidenceFile.id))) == 0
            assert await sweep_orphans(session, store=store, at=datetime.now(UTC) + 2 * HOUR) == 0
        assert len(await stored_keys(store)) == 2

    run(scenario())
