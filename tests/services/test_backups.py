"""Backup, restore and verify: everything comes back, and whatever is missing or changed is named."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlalchemy import select, text

from db.base import Base
from db.models import AuditEntry, Goal, Park, Unit
from db.session import Database
from policy.access import SYSTEM_ACTOR
from policy.refusal import Refused
from services import audit, backups, snapshots
from services.backups import backup, restore
from services.platform import Platform
from services.storage import Storage, keep_file
from services.verification import verify
from tests import factories

WORKBOOK, LETTER = "工作簿".encode(), "来函".encode()


@pytest.fixture
def filled(platform: Platform) -> Platform:
    """A park with a reported figure, a goal, a letter, two files and five audit entries."""
    with platform.database.write() as session:
        park = factories.make_park(session, "示例甲园")
        file = keep_file(session, platform.storage, "半年报.xlsx", WORKBOOK)
        submission = factories.make_submission(session, park, figures={"revenue_cyber": "3.20"}, file=file)
        factories.accept(session, submission)
        scan = keep_file(session, platform.storage, "来函.pdf", LETTER)
        factories.make_letter(session, [park], file_id=scan.id)
        factories.make_goal(session, park, "revenue_cyber", "3.1", "6.000000000000000001")
        for number in range(5):
            audit.record(session, SYSTEM_ACTOR, "test", f"第{number}件", new={"甲": "乙", "数": number})
        snapshots.rewrite(session, park.id)
    return platform


@pytest.fixture
def elsewhere(postgres_or_sqlite_url: str, tmp_path: Path, platform: Platform) -> Platform:
    """An empty platform on the other kind of database."""
    return replace(platform, database=Database(postgres_or_sqlite_url), storage=Storage(tmp_path / "other-files"))


@pytest.fixture
def postgres_or_sqlite_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if backend == "sqlite":
        return str(request.getfixturevalue("postgres").create_empty())
    return f"sqlite:///{tmp_path / 'other.db'}"


@pytest.fixture
def archive(filled: Platform, tmp_path: Path) -> Path:
    path = tmp_path / "backup.zip"
    backup(filled, path)
    return path


def content(database: Database) -> dict[str, list[tuple[object, ...]]]:
    with database.read() as session:
        return {
            table.name: [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key))]
            for table in Base.metadata.sorted_tables
        }


def test_a_backup_restores_into_the_other_kind_of_database(
    filled: Platform, archive: Path, elsewhere: Platform
) -> None:
    restore(elsewhere, archive)
    assert content(elsewhere.database) == content(filled.database)
    assert verify(elsewhere) == verify(filled)
    assert elsewhere.storage.names() == filled.storage.names()
    assert verify(elsewhere).problems == ()
    assert verify(elsewhere).audit_entries == 5
    with elsewhere.database.write() as session:
        assert session.scalars(select(Goal.target)).one() == Decimal("6.000000000000000001")
        added = factories.make_park(session, "示例乙园")  # ids go on after the restored ones
        snapshots.rewrite(session, added.id)
        audit.record(session, SYSTEM_ACTOR, "test", "恢复之后")
    assert verify(elsewhere).problems == ()
    elsewhere.database.engine.dispose()


def test_the_archive_is_for_its_owner_only_and_never_overwrites(filled: Platform, archive: Path) -> None:
    assert archive.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in archive.parent.glob("backup*")] == ["backup.zip"]
    with pytest.raises(Refused, match="已存在"):
        backup(filled, archive)


def test_units_alone_count_as_empty(platform: Platform) -> None:
    with platform.database.write() as session:
        assert backups.is_empty(session)
        unit = factories.make_unit(session)
        assert backups.is_empty(session)
        factories.make_park(session, district=unit)
        assert not backups.is_empty(session)


def test_a_filled_database_is_replaced_only_on_demand(filled: Platform, archive: Path) -> None:
    before = content(filled.database)
    with filled.database.write() as session:
        factories.make_park(session, "后来的园")
    with pytest.raises(Refused, match="--replace"):
        restore(filled, archive)
    with filled.database.read() as session:
        assert session.scalars(select(Park).where(Park.short_name == "后来的园")).one()
    restore(filled, archive, replace=True)
    assert content(filled.database) == before


@pytest.mark.parametrize("change", ["row", "file", "missing", "extra", "cut", "empty", "version"])
def test_a_damaged_archive_touches_nothing(filled: Platform, archive: Path, tmp_path: Path, change: str) -> None:
    damaged = tmp_path / "damaged.zip"
    damage(archive, damaged, change)
    before = content(filled.database)
    with pytest.raises(Refused):
        restore(filled, damaged, replace=True)
    assert content(filled.database) == before


def damage(source: Path, target: Path, change: str) -> None:
    if change in ("cut", "empty"):
        data = source.read_bytes()
        target.write_bytes(data[: len(data) // 2] if change == "cut" else b"")
        return
    with ZipFile(source) as old, ZipFile(target, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if change == "row" and name == "tables/park.jsonl":
                data = data.replace("甲".encode(), "乙".encode())
            if change == "file" and data == WORKBOOK:
                data = b"changed"
            if change == "version" and name == "manifest.json":
                data = json.dumps(json.loads(data) | {"schema": "9999"}).encode()
            if not (change == "missing" and name == "tables/audit_entry.jsonl"):
                new.writestr(name, data)
        if change == "extra":
            new.writestr("files/../../outside", b"anything")


def test_a_row_that_does_not_fit_leaves_everything_as_it_was(filled: Platform, archive: Path, tmp_path: Path) -> None:
    """A restore that fails half-way is rolled back whole."""
    with filled.database.write() as session:
        factories.make_park(session, "后来的园")
    before = content(filled.database)
    unfit = tmp_path / "unfit.zip"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(backups, "_restart_sequence", lambda session, table: 1 // (table.name != "submission"))
        shutil.copy(archive, unfit)
        with pytest.raises(ZeroDivisionError):
            restore(filled, unfit, replace=True)
    assert content(filled.database) == before


def test_an_untouched_platform_verifies(filled: Platform) -> None:
    result = verify(filled)
    with filled.database.read() as session:
        newest = session.scalars(select(AuditEntry.hash).order_by(AuditEntry.seq.desc()).limit(1)).one()
    assert (result.problems, result.notes, result.files) == ((), (), 2)
    assert (result.audit_entries, result.audit_hash) == (5, newest)


@pytest.mark.parametrize(
    ("statement", "complaint"),
    [
        ("UPDATE audit_entry SET subject = '别的' WHERE seq = 3", "操作日志第3条内容被改动"),
        ("DELETE FROM audit_entry WHERE seq = 2", "操作日志缺少第2条"),
        ("DELETE FROM audit_entry WHERE seq = 5", "操作日志末尾缺少第5条"),
        ("UPDATE alembic_version SET version_num = '0000'", "应为"),
        ("UPDATE stored_file SET size = 1", "大小为9字节，应为1字节"),
    ],
)
def test_what_was_changed_in_the_tables_is_named(filled: Platform, statement: str, complaint: str) -> None:
    with filled.database.engine.begin() as connection:
        connection.execute(text(statement))
    assert any(complaint in problem for problem in verify(filled).problems)


def test_a_reference_that_leads_nowhere_is_named(filled: Platform) -> None:
    postgresql = filled.database.engine.dialect.name == "postgresql"
    with filled.database.engine.connect() as connection:
        # As after tables were edited by hand with the database's own checks off.
        off = "SET session_replication_role = replica" if postgresql else "PRAGMA foreign_keys=OFF"
        connection.connection.cursor().execute(off)
        connection.execute(text("DELETE FROM letter"))
        connection.commit()
        connection.invalidate()
    nowhere, *without_the_letter = verify(filled).problems
    assert nowhere == "表 letter_park 有1行的 letter_id 指向不存在的 letter"
    assert without_the_letter
    assert all("函" in problem or "逾期未报起算日" in problem for problem in without_the_letter)


def test_a_changed_byte_and_a_missing_file_are_named(filled: Platform) -> None:
    with filled.database.read() as session:
        workbook, letter = [
            filled.storage.path(name)
            for name in session.scalars(text("SELECT sha256 FROM stored_file ORDER BY id")).all()
        ]
    workbook.write_bytes(WORKBOOK[:-1] + b"?")
    letter.unlink()
    problems = verify(filled).problems
    assert len(problems) == 2
    assert "“半年报.xlsx”" in problems[0]
    assert "内容被改动" in problems[0]
    assert "“来函.pdf”" in problems[1]
    assert "不在存储中" in problems[1]


def test_damage_is_backed_up_as_it_is_and_still_named_afterwards(
    filled: Platform, elsewhere: Platform, tmp_path: Path
) -> None:
    for name in filled.storage.names()[:1]:
        filled.storage.path(name).write_bytes(b"damaged")
    backup(filled, tmp_path / "damaged-files.zip")
    restore(elsewhere, tmp_path / "damaged-files.zip")
    assert verify(elsewhere).problems == verify(filled).problems != ()
    elsewhere.database.engine.dispose()


def test_a_file_of_a_rolled_back_upload_is_only_a_note(filled: Platform) -> None:
    filled.storage.put(b"never registered")
    result = verify(filled)
    assert result.problems == ()
    assert len(result.notes) == 1


def test_a_damaged_sqlite_file_is_named(filled: Platform) -> None:
    if filled.database.engine.dialect.name == "postgresql":
        return
    with filled.database.write() as session:
        session.add_all(Unit(name=f"{number}区", short_name="某", kind="district") for number in range(3000))
    path = Path(str(filled.database.engine.url.database))
    filled.database.engine.dispose()
    data = bytearray(path.read_bytes())
    page = data.index("2999区".encode()) // 4096
    data[page * 4096 + 8 : page * 4096 + 40] = b"\xff" * 32
    path.write_bytes(data)
    assert any("损坏" in problem for problem in verify(filled).problems)


def test_dates_come_back_as_dates(filled: Platform, archive: Path, elsewhere: Platform) -> None:
    restore(elsewhere, archive)
    with elsewhere.database.read() as session:
        assert session.scalars(select(Park.approved_on)).one() == date(2024, 10, 10)
    elsewhere.database.engine.dispose()
