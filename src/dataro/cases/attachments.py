"""Files attached to cases: judged by content, kept once by their digest, given back as they came."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from sqlalchemy import Connection, func, select

from dataro.accounts.permissions import require
from dataro.accounts.person import Person
from dataro.accounts.records import Records, insert
from dataro.cases import trail
from dataro.cases.case import Case, case_subject, load_case
from dataro.cases.schema import attachments
from dataro.cases.sniff import ACCEPTED, media_type
from dataro.cases.talk import visible
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both
from dataro.vocabulary.workflow import Visibility

LARGEST = 20_000_000  # bytes of one file
LARGEST_TOGETHER = 100_000_000  # bytes of all files of a case
MOST = 30  # files of a case


@dataclass(frozen=True, slots=True)
class Attachment:
    """One attached file: its name as it came, what it is, and the digest it is kept under."""

    id: int
    at: str
    author: int | None
    visibility: Visibility
    name: str
    media_type: str
    bytes: int
    sha256: str


def attach(
    records: Records,
    person: Person | None,
    number: str,
    name: str,
    content: bytes,
    *,
    visibility: Visibility = "requester",
    key: str | None = None,
) -> Attachment:
    """Attach a file of at most 20 MB to a case.

    Raises ``Problem`` for an empty or large file, a kind that is not accepted, content that is not
    what the name says, too many files, or somebody who may not.
    """
    shown = PurePosixPath(unicodedata.normalize("NFC", name).replace("\\", "/")).name
    shown = "".join(c for c in shown if c.isprintable())[-200:].strip() or "file"
    kind = _judged(shown, content)
    digest = hashlib.sha256(content).hexdigest()
    with records.writing() as connection:
        case = load_case(connection, number)
        subject = case_subject(case, person, key)
        require(person, "case.attach", subject, today=records.today())
        if visibility == "department" and visibility not in visible(records, case, person, key):
            visibility = "requester"
        _room(connection, case, len(content))
        _keep(place(records, digest), content)
        row: dict[str, Any] = {
            "at": records.now(),
            "author": person.id if person else None,
            "visibility": visibility,
            "name": shown,
            "media_type": kind,
            "bytes": len(content),
            "sha256": digest,
        }
        id = insert(connection, attachments, case_id=case.id, **row)
        detail = {"attachment": id, "sha256": digest}
        trail.add_event(connection, records, case, person, "attached", detail=detail)
        return attachment_by_id(connection, case, id)


def attachments_of(
    connection: Connection, records: Records, case: Case, person: Person | None,
    key: str | None = None,
) -> list[Attachment]:  # fmt: skip
    """The files of ``case`` that ``person`` may have, oldest first."""
    query = (
        select(attachments.c.id)
        .where(
            attachments.c.case_id == case.id,
            attachments.c.visibility.in_(visible(records, case, person, key)),
        )
        .order_by(attachments.c.id)
    )
    ids = connection.execute(query).scalars().all()
    return [attachment_by_id(connection, case, id) for id in ids]


def read_attachment(
    records: Records, person: Person | None, number: str, id: int, *, key: str | None = None
) -> tuple[Attachment, Path]:
    """A file of a case and where its content lies; serve it as a download, never inline.

    Raises ``Problem`` where there is none that ``person`` may have.
    """
    with records.reading() as connection:
        case = load_case(connection, number)
        subject = case_subject(case, person, key)
        require(person, "case.see", subject, today=records.today())
        known = {one.id: one for one in attachments_of(connection, records, case, person, key)}
    if id not in known:
        raise Problem(
            both(
                f"{case.number}에서 볼 수 있는 {id}번 파일이 없습니다.",
                f"{case.number} has no file number {id} that you may see.",
            )
        )
    return known[id], place(records, known[id].sha256)


def attachment_by_id(connection: Connection, case: Case, id: int) -> Attachment:
    """One attachment of ``case``, whoever asks."""
    query = select(attachments).where(attachments.c.id == id, attachments.c.case_id == case.id)
    row = connection.execute(query).mappings().one()
    return Attachment(
        row["id"], row["at"], row["author"], row["visibility"], row["name"], row["media_type"],
        row["bytes"], row["sha256"],
    )  # fmt: skip


def place(records: Records, sha256: str) -> Path:
    """Where content of this digest is kept."""
    return records.attachments / sha256[:2] / sha256


def _judged(name: str, content: bytes) -> str:
    ending = PurePosixPath(name).suffix.lower()
    if not 0 < len(content) <= LARGEST:
        raise Problem(
            both(
                f"{name}: 빈 파일이거나 {LARGEST / 1e6:.0f} MB를 넘습니다({len(content):,}바이트). 나누어 올려 주세요.",
                f"{name}: empty, or over {LARGEST / 1e6:.0f} MB ({len(content):,} bytes). Split it.",
            )
        )
    if ending not in ACCEPTED:
        kinds = " ".join(ACCEPTED)
        raise Problem(
            both(
                f"{name}: 붙일 수 없는 형식입니다. 붙일 수 있는 형식: {kinds}",
                f"{name}: this kind of file cannot be attached. Accepted: {kinds}",
            )
        )
    kind = media_type(ending, content)
    if kind is None:
        raise Problem(
            both(
                f"{name}: 내용이 {ending} 파일이 아니거나, 손상되었거나, 매크로가 들어 있습니다. 파일을 다시 저장해 주세요.",
                f"{name}: its content is no {ending} file, is damaged, or holds macros. Save it again.",
            )
        )
    return kind


def _room(connection: Connection, case: Case, size: int) -> None:
    query = select(func.count(), func.coalesce(func.sum(attachments.c.bytes), 0)).where(
        attachments.c.case_id == case.id
    )
    count, total = connection.execute(query).one()
    if count >= MOST or total + size > LARGEST_TOGETHER:
        raise Problem(
            both(
                f"한 건에는 파일 {MOST}개, 모두 {LARGEST_TOGETHER / 1e6:.0f} MB까지 붙일 수 있습니다.",
                f"A case holds {MOST} files and {LARGEST_TOGETHER / 1e6:.0f} MB in all.",
            )
        )


def _keep(path: Path, content: bytes) -> None:
    """Write whole or not at all; the same content is kept once."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise Problem(
            both(
                f"파일을 저장하지 못했습니다({error.strerror}). 남은 공간을 확인해 주세요.",
                f"The file could not be kept ({error.strerror}). Check the free space.",
            )
        ) from error
