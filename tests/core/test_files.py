"""The file store, on a folder and on a real S3 server."""

import asyncio
import io
import os
import signal
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO
from uuid import uuid4

import msgspec
import pytest

from ovop.files import CHUNK, SINGLE_PUT, FileStore, make_store
from ovop.settings import Settings

LATER = timedelta(minutes=5)


@pytest.fixture(params=["folder", "s3"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings for a store with nothing under this test's prefix, once of each kind."""
    if request.param == "folder":
        return Settings(data=tmp_path)
    given: dict[str, str] = request.getfixturevalue("s3")
    return msgspec.convert({**given, "store_url": f"{given['store_url']}/{uuid4()}"}, Settings)


@pytest.fixture
def store(settings: Settings) -> FileStore:
    return make_store(settings)


async def keys_of(store: FileStore, *, older_than: datetime | None = None) -> list[str]:
    before = older_than or datetime.now(UTC) + LATER
    return sorted([stored.key async for stored in store.list(older_than=before)])


@contextmanager
def spooled(content: bytes) -> Iterator[IO[bytes]]:
    with tempfile.SpooledTemporaryFile(max_size=1024) as file:
        file.write(content)
        file.seek(0)
        yield file


@pytest.mark.parametrize("size", [0, 1, CHUNK, CHUNK + 1, SINGLE_PUT + 1, 3 * SINGLE_PUT])
@pytest.mark.parametrize("as_stream", [False, True])
def test_put_then_open_gives_the_same_bytes_for_any_size(
    store: FileStore, size: int, as_stream: bool
) -> None:
    content = os.urandom(size)

    async def scenario() -> None:
        with spooled(content) as file:
            await store.put(f"a/b{size}-{as_stream:d}", file if as_stream else content)
        opened = await store.open(f"a/b{size}-{as_stream:d}")
        chunks = [chunk async for chunk in opened.chunks]
        assert opened.size == size
        assert b"".join(chunks) == content
        assert all(len(chunk) == CHUNK for chunk in chunks[:-1])

    asyncio.run(scenario())


@pytest.mark.parametrize("size", [3, SINGLE_PUT + 1])
def test_put_refused_when_the_key_is_taken(store: FileStore, size: int) -> None:
    async def scenario() -> None:
        await store.put("taken", b"first")
        with pytest.raises(FileExistsError, match="taken"):
            await store.put("taken", bytes(size))
        assert await store.read("taken") == b"first"

    asyncio.run(scenario())


@pytest.mark.parametrize("key", ["", "/a", "a/", "a//b", "../a", "a/../b", "a b", "a#1", "A", "a\n"])
def test_put_refused_when_the_key_could_leave_the_store(store: FileStore, key: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        asyncio.run(store.put(key, b"x"))


def test_open_raises_when_there_is_no_such_file(store: FileStore) -> None:
    with pytest.raises(FileNotFoundError):
        asyncio.run(store.open("nothing"))


def test_delete_removes_the_file_and_accepts_that_there_is_none(store: FileStore) -> None:
    async def scenario() -> None:
        await store.put("a", b"x")
        await store.delete("a")
        await store.delete("a")
        assert await keys_of(store) == []

    asyncio.run(scenario())


def test_list_leaves_out_files_stored_after_the_instant(store: FileStore) -> None:
    async def scenario() -> None:
        await store.put("a/b", b"x")
        assert await keys_of(store, older_than=datetime.now(UTC) - LATER) == []
        assert await keys_of(store) == ["a/b"]

    asyncio.run(scenario())


@pytest.mark.parametrize("size", [100, SINGLE_PUT * 2])
def test_put_leaves_nothing_visible_when_the_source_breaks(store: FileStore, size: int) -> None:
    class Breaking(io.BytesIO):
        def read(self, amount: int | None = -1, /) -> bytes:
            if self.tell() >= size // 2:
                raise OSError("the disk is gone")
            return super().read(min(size // 2, amount) if amount and amount > 0 else size // 2)

    async def scenario() -> None:
        with pytest.raises(Exception, match="disk is gone"):
            await store.put("half", Breaking(bytes(size)))
        assert await keys_of(store) == []
        with pytest.raises(FileNotFoundError):
            await store.open("half")

    asyncio.run(scenario())


KILLED_WHILE_PUTTING = """
    import asyncio, io, msgspec, sys, time
    from ovop.files import SINGLE_PUT, make_store
    from ovop.settings import Settings

    class Slow(io.BytesIO):
        def read(self, amount=-1):
            if self.tell() > SINGLE_PUT * 2:
                print("half", flush=True)
                time.sleep(60)
            return super().read(amount)

    settings = msgspec.json.decode(sys.argv[1], type=Settings, dec_hook=lambda kind, value: kind(value))
    asyncio.run(make_store(settings).put("half", Slow(bytes(SINGLE_PUT * 4))))
"""


def test_nothing_is_visible_when_the_process_is_killed_while_it_puts(
    settings: Settings, store: FileStore
) -> None:
    given = msgspec.json.encode(settings, enc_hook=str).decode()
    script = textwrap.dedent(KILLED_WHILE_PUTTING)
    with subprocess.Popen([sys.executable, "-c", script, given], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"half\n"
        process.send_signal(signal.SIGKILL)

    async def scenario() -> None:
        assert await keys_of(store) == []
        await store.put("half", b"whole")
        assert await store.read("half") == b"whole"

    asyncio.run(scenario())


def test_remove_leftovers_takes_old_temporary_files_only(tmp_path: Path) -> None:
    store = make_store(Settings(data=tmp_path))
    folder = tmp_path / "files"
    now = datetime.now(UTC)

    def leave(name: str, age: timedelta) -> Path:
        path = folder / "a" / name
        path.write_bytes(b"x")
        os.utime(path, times=((now - age).timestamp(),) * 2)
        return path

    async def scenario() -> None:
        await store.put("a/whole", b"x")
        os.utime(folder / "a" / "whole", times=(0, 0))
        old, young = leave("old#1", timedelta(hours=2)), leave("young#1", timedelta(minutes=1))
        assert await store.remove_leftovers(older_than=now - timedelta(hours=1)) == 1
        assert (old.exists(), young.exists()) == (False, True)
        assert await keys_of(store) == ["a/whole"]

    asyncio.run(scenario())


def test_a_killed_put_leaves_a_temporary_file_that_remove_leftovers_knows(tmp_path: Path) -> None:
    """The rule for leftovers rests on how the library names its temporary files, so it is checked against the library."""
    store = make_store(Settings(data=tmp_path))
    seen: list[str] = []

    class Watching(io.BytesIO):
        def read(self, amount: int | None = -1, /) -> bytes:
            seen.extend(path.name for path in (tmp_path / "files").iterdir())
            return super().read(amount)

    asyncio.run(store.put("big", Watching(bytes(SINGLE_PUT * 3))))
    assert any(name.startswith("big#") and name.removeprefix("big#").isdigit() for name in seen)


def test_a_folder_store_flushes_the_file_and_its_folders_before_it_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[Path] = []
    real: Callable[[int], None] = os.fsync

    def watch(handle: int) -> None:
        flushed.append(Path(f"/proc/self/fd/{handle}").readlink())
        real(handle)

    monkeypatch.setattr(os, "fsync", watch)
    asyncio.run(make_store(Settings(data=tmp_path)).put("a/b/c", b"x"))
    files = tmp_path / "files"
    assert flushed == [files / "a/b/c", files / "a/b", files / "a", files]
