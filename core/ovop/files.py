"""The store of uploaded files: a folder for the embedded form, an S3 bucket for a deployment.

A file appears under its key whole or not at all: a folder takes it by renaming a finished temporary file, S3 by its atomic put. What a
killed process leaves behind (an object that no row names, a temporary file) is found by `list` and `remove_leftovers` and swept by the worker.
"""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import IO, TypeAlias

import msgspec
import obstore
from obstore.exceptions import AlreadyExistsError, NotFoundError
from obstore.store import LocalStore, S3Store

from ovop.settings import Settings

Source: TypeAlias = bytes | IO[bytes]

SINGLE_PUT = 8 * 1024 * 1024
"""Up to this many bytes a file is sent in one piece, beyond it in parts of this size; never more than a few parts are in memory."""
PARTS_AT_ONCE = 2
CHUNK = 4 * 1024 * 1024
KEY = re.compile(r"[a-z0-9_-]+(/[a-z0-9_-]+)*")
LEFTOVER = re.compile(r"#\d+$")
"""How a folder store ends the name of a temporary file; no key can look like this."""


class StoredFile(msgspec.Struct, frozen=True, kw_only=True):
    """One object of the store as a listing shows it."""

    key: str
    size: int
    modified_at: datetime


class OpenFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file being read: its size in bytes, and its content in chunks of 4 MiB (the last may be shorter)."""

    size: int
    chunks: AsyncIterator[bytes]


class FileStore:
    """Files by key. Keys are made by us (lower-case letters, digits, `_-/`), never from a client's file name, and are used once."""

    def __init__(self, store: LocalStore | S3Store, *, folder: Path | None = None) -> None:
        self._store = store
        self._folder = folder

    async def put(self, key: str, source: Source) -> None:
        """Store a file under a new key; it is durable when this returns.

        A stream is read from its present position. Raises `FileExistsError` when the key is taken, `ValueError` when it is no key.
        """
        if not KEY.fullmatch(key):
            raise ValueError(f"not a key of the store: {key!r}")
        try:
            if _length(source) <= SINGLE_PUT:
                await obstore.put_async(self._store, key, source, mode="create", use_multipart=False)
            else:
                await self._put_in_parts(key, source)
        except AlreadyExistsError:
            raise FileExistsError(f"the key is taken: {key}") from None
        if self._folder is not None:
            await asyncio.to_thread(_make_durable, self._folder, self._folder / key)

    async def open(self, key: str) -> OpenFile:
        """Begin to read a file; raises `FileNotFoundError`."""
        try:
            found = await obstore.head_async(self._store, key)
        except (NotFoundError, FileNotFoundError):
            raise FileNotFoundError(f"no such file in the store: {key}") from None
        return OpenFile(size=found["size"], chunks=self._chunks(key, found["size"]))

    async def read(self, key: str) -> bytes:
        """A whole file; for small ones. Raises `FileNotFoundError`."""
        opened = await self.open(key)
        return b"".join([chunk async for chunk in opened.chunks])

    async def check(self) -> None:
        """Ask the store something harmless; raises whatever keeps it from answering."""
        with suppress(FileNotFoundError, NotFoundError):
            await obstore.head_async(self._store, "ready")

    async def delete(self, key: str) -> None:
        """Remove a file; nothing happens when there is none."""
        try:
            await obstore.delete_async(self._store, key)
        except (NotFoundError, FileNotFoundError):
            return

    async def list(self, *, older_than: datetime, prefix: str = "") -> AsyncIterator[StoredFile]:
        """All files that were stored before an instant."""
        async for batch in obstore.list(self._store, prefix or None, chunk_size=500):
            for found in batch:
                if found["last_modified"] < older_than:
                    yield StoredFile(
                        key=found["path"], size=found["size"], modified_at=found["last_modified"]
                    )

    async def remove_leftovers(self, *, older_than: datetime) -> int:
        """Remove temporary files of puts that never ended; returns how many.

        A folder only: the unfinished parts of an S3 upload are invisible here, and are expired by the bucket's own rule
        (AbortIncompleteMultipartUpload).
        """
        if self._folder is None:
            return 0
        return await asyncio.to_thread(_remove_leftovers, self._folder, older_than.timestamp())

    async def _chunks(self, key: str, size: int) -> AsyncIterator[bytes]:
        # One request a chunk: a single one would time out under a reader on a slow line.
        for start in range(0, size, CHUNK):
            piece = await obstore.get_range_async(self._store, key, start=start, end=min(start + CHUNK, size))
            yield bytes(piece)

    async def _put_in_parts(self, key: str, source: Source) -> None:
        # Parts cannot be made conditional on a free key, so the key is looked at first; keys are random, this finds mistakes, not races.
        try:
            await obstore.head_async(self._store, key)
        except (NotFoundError, FileNotFoundError):
            await obstore.put_async(
                self._store,
                key,
                source,
                use_multipart=True,
                chunk_size=SINGLE_PUT,
                max_concurrency=PARTS_AT_ONCE,
            )
        else:
            raise FileExistsError(f"the key is taken: {key}")


def make_store(settings: Settings) -> FileStore:
    """The store that the settings name: `s3://bucket[/prefix]`, otherwise a folder, which is made when missing."""
    if not settings.store.startswith("s3://"):
        folder = Path(settings.store.removeprefix("file://"))
        return FileStore(LocalStore(folder, mkdir=True), folder=folder)
    bucket, _, prefix = settings.store.removeprefix("s3://").partition("/")
    return FileStore(
        S3Store(
            bucket,
            prefix=prefix or None,
            endpoint=settings.store_endpoint or None,
            access_key_id=settings.store_key or None,
            secret_access_key=settings.store_secret or None,
            region=settings.store_region,
            client_options={"allow_http": settings.store_endpoint.startswith("http://")},
        )
    )


def _length(source: Source) -> int:
    if isinstance(source, bytes):
        return len(source)
    start = source.tell()
    end = source.seek(0, os.SEEK_END)
    source.seek(start)
    return end - start


def _make_durable(root: Path, path: Path) -> None:
    """Flush a file and the folders that name it, so that a power cut cannot take back what a row already names."""
    for target in (path, *(p for p in path.parents if p == root or root in p.parents)):
        handle = os.open(target, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _remove_leftovers(folder: Path, before: float) -> int:
    removed = 0
    for path in folder.rglob("*"):
        if LEFTOVER.search(path.name) and path.is_file() and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            removed += 1
    return removed
