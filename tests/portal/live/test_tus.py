"""Uploads that go on where they stopped, over both databases, both stores, and with a client that is not ours."""

from __future__ import annotations

import io
import time
from base64 import b64encode
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError

from ovop.demo.samples import jpeg
from tests.factories import make_world
from tests.portal.live.line import line_to

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.factories import Caller, World
    from tests.portal.serving import Served

PIECE = {"tus-resumable": "1.0.0", "content-type": "application/offset+octet-stream"}


def metadata(**told: str) -> str:
    return ",".join(f"{key} {b64encode(value.encode()).decode()}" for key, value in told.items())


def create(caller: Caller, submission: str, length: int, **told: str) -> httpx.Response:
    """Begin an upload of a photo."""
    told = {"filename": "depan.jpg", "evidence": "photos", "role": "front", **told}
    headers = {
        "tus-resumable": "1.0.0",
        "upload-length": str(length),
        "upload-metadata": metadata(**told),
    }
    return caller.post(f"/submissions/{submission}/uploads", headers=headers)


def send(caller: Caller, path: str, offset: int, piece: bytes) -> httpx.Response:
    return caller.send("PATCH", path, content=piece, headers={**PIECE, "upload-offset": str(offset)})


def head(caller: Caller, path: str) -> httpx.Response:
    return caller.send("HEAD", path, headers={"tus-resumable": "1.0.0"})


def uploaded_in_two(caller: Caller, submission: str, content: bytes) -> Mapping[str, Any]:
    """Upload in two pieces; gives the file as it is listed."""
    begun = create(caller, submission, len(content))
    assert begun.status_code == 201, begun.text
    path = begun.headers["location"].removeprefix("/api/v1")
    assert send(caller, path, 0, content[:5000]).headers["upload-offset"] == "5000"
    assert head(caller, path).headers["upload-offset"] == "5000"
    last = send(caller, path, 5000, content[5000:])
    assert last.status_code == 204, last.text
    assert last.headers["upload-offset"] == str(len(content))
    (file,) = caller.get(f"/submissions/{submission}/evidence").json()["items"]
    assert file["id"] == last.headers["ovop-evidence"]
    again = head(caller, path)
    assert again.headers["upload-offset"] == again.headers["upload-length"]
    found: Mapping[str, Any] = file
    return found


def test_upload_in_pieces_is_attached_like_any_other(world: World) -> None:
    submission = world.begin(world.open_cycle())["id"]
    file = uploaded_in_two(world.producer, submission, jpeg(640, "front", 1))
    assert (file["evidence"], file["role"], file["media_type"]) == ("photos", "front", "image/jpeg")
    assert file["width_px"] == 640


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_upload_in_pieces_is_attached_from_an_object_store(
    database_url: str, tmp_path: Path, s3: dict[str, Any]
) -> None:
    with make_world(database_url, tmp_path, **s3) as world:
        submission = world.begin(world.open_cycle())["id"]
        file = uploaded_in_two(world.producer, submission, jpeg(640, "front", 1))
        assert file["width_px"] == 640


def test_upload_refuses_other_offsets_other_people_and_too_much(world: World) -> None:
    submission = world.begin(world.open_cycle())["id"]
    content = jpeg(640, "front", 1)
    path = create(world.producer, submission, len(content)).headers["location"].removeprefix("/api/v1")
    assert send(world.producer, path, 7, content).status_code == 409
    assert send(world.producer, path, 0, content + b"more").status_code == 413
    assert head(world.producer, path).headers["upload-offset"] == "0"
    for other in (world.officer, world.foreign_producer):
        assert head(other, path).status_code == 404
        assert send(other, path, 0, content).status_code == 404
    assert head(world.nobody, path).status_code == 401
    gone = world.producer.send("DELETE", path, headers={"tus-resumable": "1.0.0"})
    assert gone.status_code == 204
    assert head(world.producer, path).status_code == 404


def test_upload_is_refused_at_its_beginning_where_it_could_not_be_attached(world: World) -> None:
    submission = world.begin(world.open_cycle())["id"]
    refused = create(world.producer, submission, 300_000_000)
    assert refused.status_code == 413
    assert create(world.producer, submission, 10, evidence="nothing").status_code == 422
    assert create(world.producer, submission, 10, role="nothing").status_code == 422
    assert create(world.foreign_producer, submission, 10).status_code == 404
    assert create(world.producer, submission, 10, issued_on="kemarin").status_code == 422


def test_upload_that_is_no_photo_is_refused_when_it_is_whole_and_forgotten(world: World) -> None:
    submission = world.begin(world.open_cycle())["id"]
    path = create(world.producer, submission, 9).headers["location"].removeprefix("/api/v1")
    answer = send(world.producer, path, 0, b"not photo")
    assert answer.status_code == 422
    assert head(world.producer, path).status_code == 404
    assert world.producer.get(f"/submissions/{submission}/evidence").json()["items"] == []


def test_tuspy_goes_on_with_an_upload_whose_line_was_cut_in_the_middle(place: Served) -> None:
    account = place.account("producer", place="Bantul", commodity="gerabah")
    authorization = {"authorization": f"Bearer {account.token}"}
    with httpx.Client(base_url=f"{place.url}/api/v1", headers=authorization, trust_env=False) as client:
        submission = next(
            one["id"] for one in client.get("/submissions").json()["items"] if one["stage"] == "draft"
        )
        listed = client.get(f"/submissions/{submission}/evidence", params={"limit": 100}).json()["items"]
        photo = next(one for one in listed if one["media_type"] == "image/jpeg")
        version = client.get(f"/submissions/{submission}").json()["version"]
        client.delete(
            f"/submissions/{submission}/evidence/{photo['id']}", headers={"if-match": f'"{version}"'}
        ).raise_for_status()
        content = jpeg(2400, "tus", 7)
        told = {"filename": "foto.jpg", "evidence": photo["evidence"], "role": photo["role"]}
        with line_to(place.url) as line:
            tus = TusClient(f"{line.url}/api/v1/submissions/{submission}/uploads", headers=authorization)
            uploader = tus.uploader(file_stream=io.BytesIO(content), chunk_size=len(content), metadata=told)
            line.after = len(content) // 2
            with pytest.raises((TusCommunicationError, OSError)):
                uploader.upload()
            line.mend()
            address = str(uploader.url)
            assert "/uploads/" in address
            time.sleep(2)  # the server stores what arrived before the line broke
            again = tus.uploader(file_stream=io.BytesIO(content), chunk_size=50_000, url=address)
            assert 0 < again.offset < len(content)
            again.upload()
            assert again.offset == len(content)
        after = client.get(f"/submissions/{submission}/evidence", params={"limit": 100}).json()["items"]
        new = [one for one in after if one["id"] not in {old["id"] for old in listed}]
        assert [(one["evidence"], one["role"], one["width_px"]) for one in new] == [
            (photo["evidence"], photo["role"], 2400)
        ]
