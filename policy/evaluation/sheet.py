"""评分表: a score as it is shown, printed and kept, line by line in words; what was kept reads as it did then."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from policy.evaluation.inputs import Source
from policy.evaluation.score import Line, Score, printed
from policy.evaluation.system import TRIAL
from policy.figures import plain
from policy.terms import Labelled


class RowKind(Labelled):
    ITEM = "item", "三级指标"
    BONUS = "bonus", "加分项"
    VETO = "veto", "一票否决项"


@dataclass(frozen=True, slots=True)
class Row:
    """`points`: exact, as a fraction; empty where the item is left out."""

    kind: RowKind
    id: str
    area: str
    group: str
    name: str
    weight: str
    looked_at: str
    rule: str
    missing: str
    value: str
    why: str
    points: str
    sources: tuple[Source, ...]

    @property
    def points_told(self) -> str:
        return printed(Fraction(self.points)) if self.points else "—"

    def without_givers(self) -> Row:
        """The points stay, who gave how much does not."""
        return replace(self, value="" if self.why else "专家已评分", sources=())


@dataclass(frozen=True, slots=True)
class Sheet:
    """`total`: exact, empty where there is none; `vetoed`, `blocked`: names of the items that decide the outcome."""

    as_of: date
    total: str
    grade: str
    earned: str
    counted: str
    extra: str
    vetoed: tuple[str, ...]
    blocked: tuple[str, ...]
    document: str
    rows: tuple[Row, ...]

    @property
    def mark(self) -> str:
        """Stands over every page and print of it."""
        return "" if self.document else TRIAL

    @property
    def total_told(self) -> str:
        return printed(Fraction(self.total)) if self.total else "—"

    @property
    def sum_told(self) -> str:
        """How the total came about, to be worked out by hand."""
        earned, counted = printed(Fraction(self.earned)), printed(Fraction(self.counted))
        extra = f"，另加分{printed(Fraction(self.extra))}分" if Fraction(self.extra) else ""
        if Fraction(self.counted) == 100 or not Fraction(self.counted):
            return f"各项得分合计{earned}分{extra}"
        return f"计入的{counted}分中得{earned}分，折合为百分制（{earned}÷{counted}×100）{extra}"

    @property
    def missing(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.why)

    def of(self, kind: RowKind) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.kind is kind)

    def without_givers(self, ids: Collection[str]) -> Sheet:
        """The same, without what each expert gave for the items of these ids: their marks are for the panel's own."""
        return replace(self, rows=tuple(row.without_givers() if row.id in ids else row for row in self.rows))

    def stored(self) -> list[dict[str, Any]]:
        """As plain data: the outcome first, then the rows."""
        head = {**asdict(self), "as_of": str(self.as_of)}
        rows = [{**row, "kind": str(row["kind"])} for row in head.pop("rows")]
        return [head, *rows]

    @classmethod
    def restored(cls, kept: Sequence[Mapping[str, Any]]) -> Sheet:
        head, *rows = kept
        named = {name: tuple(head[name]) for name in ("vetoed", "blocked")}
        return cls(**{**head, **named, "as_of": date.fromisoformat(head["as_of"]), "rows": tuple(map(_row, rows))})


def _row(kept: Mapping[str, Any]) -> Row:
    sources = tuple(Source(*source) for source in kept["sources"])
    return Row(**{**kept, "kind": RowKind(kept["kind"]), "sources": sources})


def sheet(score: Score) -> Sheet:
    rows = (
        *_rows(RowKind.ITEM, score.lines),
        *_rows(RowKind.BONUS, score.bonuses),
        *_rows(RowKind.VETO, score.vetoes),
    )
    return Sheet(
        as_of=score.as_of,
        total="" if score.total is None else str(score.total),
        grade=score.grade.name if score.grade else "",
        earned=str(score.earned),
        counted=str(score.counted),
        extra=str(score.extra),
        vetoed=tuple(line.item.name for line in score.vetoed),
        blocked=tuple(line.item.name for line in score.blocked),
        document=score.system.document,
        rows=rows,
    )


def _rows(kind: RowKind, lines: Iterable[Line]) -> Iterable[Row]:
    for line in lines:
        item = line.item
        yield Row(
            kind, item.id, line.area, line.group, item.name, plain(item.weight), item.input.told, item.rule_told,
            item.missing.label, line.value, line.why, "" if line.points is None else str(line.points), line.sources,
        )  # fmt: skip
