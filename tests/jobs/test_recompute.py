"""`python -m jobs recompute`: agrees in a line, names what differs, mends it."""

from __future__ import annotations

import json
from collections.abc import Callable

from click.testing import Result
from sqlalchemy import text

from services.platform import Platform


def test_a_changed_overview_row_is_named_and_mended(run_command: Callable[..., Result], platform: Platform) -> None:
    run_command(
        "register", "--title", "国家网络安全产业园区（示例甲园）", "--district", "示例甲区", "--create-unit",
        "--approved-on", "2024-10-10", "--approval-no", "示例函〔2024〕1号", "--code", "JIA",
    )  # fmt: skip
    agreed = run_command("recompute")
    assert (agreed.exit_code, agreed.stdout.strip()) == (0, "已复算1个园区，与存储的一致")
    with platform.database.engine.begin() as connection:
        connection.execute(text("UPDATE park_snapshot SET pending = 3"))
    only_told = run_command("recompute", "--dry-run")
    told = "复算不符：国家网络安全产业园区（示例甲园）（JIA）待审核：存为3，复算为0"
    assert (only_told.exit_code, only_told.stdout.strip()) == (1, told)
    result = run_command("recompute", "--json")
    (differing,) = json.loads(result.stdout)["differences"]
    assert result.exit_code == 1
    assert [differing[key] for key in ("code", "key", "stored", "computed")] == ["JIA", "pending", "3", "0"]
    assert run_command("recompute").exit_code == 0
