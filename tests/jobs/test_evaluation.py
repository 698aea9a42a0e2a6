"""`evaluation FILE` from a shell: the mistakes by line, a look before the import, the import, the same once more."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.policy.evaluation.systems import DEMONSTRATION

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])
Run = Callable[..., Result]


def test_a_system_is_looked_at_imported_and_known_again(run_command: Run) -> None:
    looked = run_command("evaluation", DEMONSTRATION, "--dry-run")
    assert (looked.exit_code, looked.stdout.splitlines()[0]) == (0, "文件无误，可以导入（未导入）")
    assert "没有发布文号，评分一律为试算" in looked.stdout
    done = json.loads(run_command("evaluation", DEMONSTRATION, "--json").stdout)
    assert (done["imported"], done["trial"], done["items"], done["vetoes"]) == (True, True, 17, 2)
    again = run_command("evaluation", DEMONSTRATION)
    assert (again.exit_code, again.stdout.splitlines()[0]) == (0, "内容与已导入的体系相同，未作改动")


def test_each_mistake_is_told_with_its_line_and_nothing_is_imported(run_command: Run, tmp_path: Path) -> None:
    text = DEMONSTRATION.read_text(encoding="utf-8")
    for old, new in (
        ('weight = 10\n\n[[area.group]]\nname = "半年报送"', 'weight = 9\n\n[[area.group]]\nname = "半年报送"'),
        ("{ from = 10, below = 20", "{ from = 10, up_to = 20"),
        ('{ indicator = "培训人数" }', '{ indicator = "培训人次" }'),
        ('{ goal = "网络安全企业数量" }', '{ item = "firms" }'),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    file = tmp_path / "体系.toml"
    file.write_text(text, encoding="utf-8")
    told = run_command("evaluation", file)
    assert told.exit_code == 1
    lines = told.stdout.splitlines()
    assert lines[0] == "体系.toml没有导入，须改正5处："
    for said in ("一级指标权重合计为99，应为100", "20同时属于两档", "没有“培训人次”这项指标", "互相引用成环"):
        found = next(line for line in lines if said in line)
        assert found.startswith("第"), found
    problems = json.loads(run_command("evaluation", file, "--json").stdout)["problems"]
    assert len(problems) == 5
    assert all(problem["line"] > 1 for problem in problems)
    assert json.loads(run_command("evaluation", DEMONSTRATION, "--json").stdout)["imported"] is True


@pytest.mark.parametrize(("data", "said"), [(b"", "文件是空的"), (b"\xff\xfe\x00", "另存为UTF-8编码")])
def test_what_is_no_such_file_is_told_in_words(run_command: Run, tmp_path: Path, data: bytes, said: str) -> None:
    file = tmp_path / "体系.toml"
    file.write_bytes(data)
    told = run_command("evaluation", file)
    assert told.exit_code == 1
    assert said in told.stdout + told.stderr
