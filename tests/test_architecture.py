"""What holds the house together: floors, names, and one catalogue in the notice's own words."""

from __future__ import annotations

import ast
import csv
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from jobs.__main__ import COMMANDS, commands
from policy import acceptance, access, acts, terms, workflow
from policy.indicators.catalogue import BY_KEY, CATALOGUE, SHARES
from policy.indicators.indicator import Indicator
from policy.obligations import OWED_BY
from policy.rulebook import DEFAULT, DEFAULT_SOURCE, Entry
from policy.tables import TABLES, TASKS, Column
from policy.terms import Labelled
from services.mail import compose
from settings import ROOT

PACKAGES = ("policy", "db", "services", "jobs", "dashboard")
NOTICE = re.sub(r"\s", "", (ROOT / "docs/notice/渝经信软件〔2022〕35号.txt").read_text("utf8"))
# Clauses of the notice, the notes of its annex, and the evaluation system it announces.
CLAUSE = re.compile(r"[二三四五]\([一二三四五六七八九]\)|附件表[一二三]注?|附件填报说明[1-5]")
# docs/glossary.md says which word an office uses instead.
NEVER_SAID = re.compile(r"告警|报警|运营商|空报|评委|排名|周报|日报|提交成功|基线|市委(?!网信办)")


def sources(*packages: str) -> list[Path]:
    return [path for package in packages for path in sorted((ROOT / package).rglob("*.py"))]


def test_the_floors_are_kept_apart() -> None:
    checker = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run([checker, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_modules_are_named_for_their_subject() -> None:
    empty_names = {"utils", "util", "helpers", "helper", "const", "constants", "common", "misc"}
    assert [path for path in sources(*PACKAGES) if path.stem in empty_names] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_listed_command_exists_under_its_name(name: str) -> None:
    command = import_module(f"jobs.{name.replace('-', '_')}").command
    assert command.name == name
    assert commands.get_command(None, name) is command
    assert any("--json" in option.opts for option in command.params)


def test_every_command_is_documented() -> None:
    text = (ROOT / "docs/commands.md").read_text("utf8")
    assert [name for name in COMMANDS if f"`python -m jobs {name}" not in text] == []
    assert [
        name for name in ("upgrade", "demo", "backup", "restore", "verify") if f"`python -m db {name}" not in text
    ] == []


# --- the catalogue -------------------------------------------------------------------------------------------------


def test_the_catalogue_is_the_one_agreed() -> None:
    """tests/samples/indicators.csv: key, label, unit, what it measures, where it stands, what it is a part of."""
    with (ROOT / "tests/samples/indicators.csv").open(encoding="utf8", newline="") as file:
        agreed = {row["key"]: row for row in csv.DictReader(file)}
    assert agreed.keys() == BY_KEY.keys()
    for indicator in CATALOGUE:
        row = agreed[indicator.key]
        assert (indicator.label, indicator.unit, indicator.annex) == (row["label"], row["unit"], row["annex"])
        assert (indicator.part_of or "") == row["part_of"]
        assert set(row["aliases"].split(";")) - {""} <= set(indicator.aliases)
        assert row["measure"].startswith(
            indicator.measure.replace("flow_ytd", "flow (year").replace("annual_", "annual ")
        )


@pytest.mark.parametrize("indicator", CATALOGUE, ids=lambda indicator: indicator.key)
def test_an_indicator_is_labelled_with_the_words_of_the_notice(indicator: Indicator) -> None:
    derived = {"platforms": "网络安全公共服务平台", "events": "产业氛围营造"}
    words = indicator.label.removesuffix("占比") if indicator in SHARES else derived.get(indicator.key, indicator.label)
    assert words in NOTICE
    assert indicator.unit in ("万平方米", "亿元", "万元", "家", "个", "场", "人", "万人", "%")
    assert not indicator.whole_number or indicator.unit in ("家", "个", "场", "人")


def test_keys_and_names_are_unique() -> None:
    """One name, one indicator: otherwise a district's own table could be read either way."""
    names = Counter(name for indicator in CATALOGUE for name in {indicator.label, *indicator.aliases})
    assert [name for name, times in names.items() if times > 1] == []
    assert len(BY_KEY) == len(CATALOGUE)


def test_parts_and_shares_speak_of_indicators_that_exist() -> None:
    for indicator in CATALOGUE:
        named = (indicator.part_of, *(indicator.ratio_of or ()))
        assert all(key in BY_KEY for key in named if key)
        if indicator.ratio_of:
            part, whole = indicator.ratio_of
            assert BY_KEY[part].part_of == whole
        if indicator.part_of:
            assert BY_KEY[indicator.part_of].unit == indicator.unit


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.key)
def test_a_table_has_the_columns_of_the_notice(table: object) -> None:
    columns: tuple[Column, ...] = table.columns
    names = Counter(name for column in columns for name in {column.label, *column.aliases})
    assert [name for name, times in names.items() if times > 1] == []
    if table is not TASKS:  # the half-year report's own; the notice speaks of 重点任务 only
        assert [column.label for column in columns if column.label not in NOTICE] == []


@pytest.mark.parametrize("entry", DEFAULT.entries, ids=lambda entry: entry.key)
def test_a_number_says_where_it_comes_from(entry: Entry) -> None:
    assert entry.source == DEFAULT_SOURCE or CLAUSE.fullmatch(entry.source)
    assert entry.label


# --- words ---------------------------------------------------------------------------------------------------------


def enumerations() -> Iterator[type[Labelled]]:
    for module in (terms, access, acceptance, acts, workflow):
        for member in vars(module).values():
            if isinstance(member, type) and issubclass(member, Labelled) and member is not Labelled:
                yield member


@pytest.mark.parametrize(
    "enumeration", tuple(dict.fromkeys(enumerations())), ids=lambda enumeration: enumeration.__name__
)
def test_every_term_has_a_word_of_its_own(enumeration: type[Labelled]) -> None:
    labels = [member.label for member in enumeration]
    assert all(re.search(r"[\u4e00-\u9fff]", label) for label in labels)
    assert len(set(labels)) == len(labels)


def shown_texts(path: Path) -> Iterator[tuple[int, str]]:
    """Chinese strings of a module, its docstrings apart."""
    tree = ast.parse(path.read_text("utf8"))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) and id(node) not in docstrings else None
        if isinstance(text, str) and re.search(r"[\u4e00-\u9fff]", text):
            yield node.lineno, text


def test_words_are_those_of_the_office() -> None:
    # services/intake knows words that districts write; here only those shown to them count.
    modules = [path for path in sources(*PACKAGES) if "intake" not in path.parts]
    texts = [(path, line, text) for path in modules for line, text in shown_texts(path)]
    templates = [path for package in ("services", "dashboard") for path in (ROOT / package).rglob("*.html")]
    texts += [(path, 0, path.read_text("utf8")) for path in templates]
    found = [
        f"{path.relative_to(ROOT)}:{line} {match[0]}"
        for path, line, text in texts
        for match in NEVER_SAID.finditer(text)
    ]
    assert found == []
    assert len(texts) > 100


@pytest.mark.parametrize("rule", terms.AlertRule, ids=str)
def test_an_alert_rule_is_told_of_in_the_docs_and_has_an_act_of_its_mail(rule: terms.AlertRule) -> None:
    assert f"`{rule.value}`" in (ROOT / "docs/deadlines.md").read_text("utf8")
    assert compose.ACTS[rule]


@pytest.mark.parametrize("kind", terms.ObligationKind, ids=str)
def test_an_obligation_is_told_of_in_the_docs_and_owed_by_someone(kind: terms.ObligationKind) -> None:
    assert kind.label in (ROOT / "docs/deadlines.md").read_text("utf8")
    assert OWED_BY[kind]
