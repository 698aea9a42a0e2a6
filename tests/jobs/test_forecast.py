"""`python -m jobs forecast`: a CSV in, the fixed JSON out, every bad line told; no database."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from jobs.__main__ import commands

HEADER = "park,indicator,measure,approved_on,baseline,target,milestone_12,period_end,value,estimated,reported_on"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place with a database that cannot be reached: who asks it fails."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PARKWATCH_DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/none")
    return tmp_path


def lines(park: str, *figures: tuple[str, str], target: str = "60", more: str = ",0,") -> list[str]:
    return [
        f"{park},firms_cyber,stock,2024-01-05,30,{target},,{day},{value}{more}{day[:4]}-12-31" for day, value in figures
    ]


def forecast(folder: Path, rows: Iterable[str], *options: str, encoding: str = "utf-8-sig") -> Result:
    file = folder / "figures.csv"
    file.write_bytes("\n".join((HEADER, *rows)).encode(encoding))
    return CliRunner().invoke(commands, ["forecast", "--from", str(file), "--at", "2025-02-01", *options])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_one_object_for_every_park_and_indicator(folder: Path, encoding: str) -> None:
    rows = [*lines("合川园", ("2024-06-30", "34"), ("2024-12-31", "38")),
            "永川园,firms_cyber,stock,2024-01-05,30,60,,,,,"]  # fmt: skip
    result = forecast(folder, rows, "--json", encoding=encoding)
    assert result.exit_code == 0, result.output
    first, second = json.loads(result.stdout)
    assert list(first) == ["park", "indicator", "p_miss", "p10", "p50", "p90", "pace", "refused", "why"]
    assert (first["park"], first["indicator"], first["refused"]) == ("合川园", "firms_cyber", False)
    assert first["p_miss"] > 0.9
    assert first["p10"] < first["p50"] < first["p90"] < 60
    assert (second["park"], second["p_miss"], second["refused"]) == ("永川园", None, True)
    assert "尚无可用的报告期数据" in second["why"]


def test_in_words(folder: Path) -> None:
    result = forecast(folder, lines("合川园", ("2024-06-30", "34"), ("2024-12-31", "38")))
    assert result.exit_code == 0
    assert "合川园 firms_cyber：期满预计" in result.stdout
    assert "今后每半年需" in result.stdout


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("A,x,level,2024-01-05,30,60,,2024-06-30,34,0,2024-07-31", "measure 应为 stock 或 flow_ytd，收到“level”"),
        ("A,x,stock,2024-01-32,30,60,,2024-06-30,34,0,2024-07-31", "approved_on 应写作 2026-07-31，收到“2024-01-32”"),
        ("A,x,stock,2024-01-05,,60,,2024-06-30,34,0,2024-07-31", "baseline 为空，应为数字"),
        ("A,x,stock,2024-01-05,30,六十,,2024-06-30,34,0,2024-07-31", "target 应为数字，收到“六十”"),
        ("A,x,stock,2024-01-05,30,60,,2024-06-30,-3,0,2024-07-31", "value 应为不小于0的数字，收到“-3”"),
        ("A,x,stock,2024-01-05,30,60,,2024-06-30,34,也许,2024-07-31", "estimated 应为 1 或 0，收到“也许”"),
        ("A,x,stock,2024-01-05,30,60,,2024-06-30,34,0,", "reported_on 为空"),
        ("A,x,stock,2024-01-05,30,60,,2031-06-30,34,0,2031-07-31", "period_end 2031-06-30不在建设周期所在年度"),
        ("A,x,stock,2024-01-05,30,60,,2024-06-30,,0,2024-07-31", "value 为空"),
        (",x,stock,2024-01-05,30,60,,2024-06-30,34,0,2024-07-31", "park 和 indicator 不能为空"),
    ],
)
def test_a_bad_line_is_named_and_its_park_refused_while_the_others_are_forecast(
    folder: Path, row: str, said: str
) -> None:
    rows = [*lines("合川园", ("2024-06-30", "34"), ("2024-12-31", "38")), row]
    result = forecast(folder, rows, "--json")
    assert result.exit_code == 1
    good, bad = json.loads(result.stdout)
    assert not good["refused"]
    assert bad["refused"]
    assert bad["why"].startswith("第4行：")
    assert said in bad["why"]


def test_lines_of_one_goal_that_do_not_agree_are_refused(folder: Path) -> None:
    rows = [*lines("合川园", ("2024-06-30", "34")), *lines("合川园", ("2024-12-31", "38"), target="70")]
    result = forecast(folder, rows)
    assert result.exit_code == 1
    assert "第3行" in result.stdout
    assert "与该园区该指标前面的行不一致" in result.stdout


@pytest.mark.parametrize(("text", "said"), [("", "表头应为"), (HEADER, "没有数据行"), ("a,b\n1,2", "缺少")])
def test_a_file_that_is_no_such_list_is_refused(folder: Path, text: str, said: str) -> None:
    file = folder / "other.csv"
    file.write_text(text, encoding="utf8")
    result = CliRunner().invoke(commands, ["forecast", "--from", str(file), "--at", "2025-02-01", "--json"])
    assert result.exit_code == 1
    assert said in json.loads(result.stdout)["error"]
