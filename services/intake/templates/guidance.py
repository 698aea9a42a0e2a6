"""What a cell asks for, in words and as a rule of the workbook: one definition for note, drop-down and refusal.

Units and kinds come from the catalogue and the tables, the same the reader and the checks use.
"""

from __future__ import annotations

from typing import Any

from policy.indicators.indicator import Indicator
from policy.tables import Column, Kind
from policy.terms import FigureKind, HalfYear, Measure

SAY_NONE = "如无内容填“无”，不得空缺"
LONGEST_MESSAGE = 255
"""Characters a workbook shows beside a cell."""

MEANING = {
    Measure.STOCK: "期末数：填报告期末的实有数。",
    Measure.FLOW_YTD: "累计数：填当年1月至报告期末的累计数，不填当期数。",
    Measure.ANNUAL_COUNT: "按企业当年1月至报告期末累计的网络安全业务收入归档，下限不含、上限含。",
    Measure.RATIO: "按原数计算，不取整。",
}
_MEANING_OF_KIND = {Kind.AMOUNT: Measure.FLOW_YTD, Kind.COUNT: Measure.STOCK}
_HOW = {
    Kind.DATE: "写到日，如2020-10-20。",
    Kind.MONTH_OR_DATE: "写到月或日，如2026-05、2026-05-18。",
    Kind.CONTACT: "写姓名和手机号码，用空格隔开；几位联系人分行写。",
    Kind.SHARE: "写百分数，如60%。",
}
_MORE = {
    "quals": "写明CCRC、ISO27001、等保测评、涉密集成等资质和省部级以上荣誉；已上市的写明年份和市场，未上市写“未上市”。",
    "products": "逐项编号，每项一行。",
    "done_on": "未完成的不填。",
}
# Words offered to choose from; any other text may be written as well.
SUGGESTED = {"quals": ("无", "未上市"), "progress": ("未启动", "推进中", "已完成")}


def of_indicator(indicator: Indicator, period: HalfYear) -> str:
    """指标口径 of one figure."""
    whole = "填整数。" if indicator.whole_number else "保留原有小数，不取整。"
    part = "不大于所属总数。" if indicator.part_of else ""
    return (
        f"指标口径（{indicator.annex}）\n计量单位：{indicator.unit}。{MEANING[indicator.measure]}{whole}{part}\n"
        f"统计期：{period.months_label}。{SAY_NONE}。"
    )


def of_column(column: Column) -> str:
    """What one column of a repeated table asks for."""
    parts = [f"计量单位：{column.unit}。" if column.unit and column.kind is not Kind.SHARE else ""]
    if column.kind in _MEANING_OF_KIND:
        parts.append(MEANING[_MEANING_OF_KIND[column.kind]])
    parts += [_HOW.get(column.kind, ""), _MORE.get(column.key, "")]
    parts.append(f"不超过{column.limit}字。" if column.limit else "")
    parts.append(f"{SAY_NONE}。" if column.required else "")
    return "".join(parts)


def figure_rule(cell: str, *, whole: bool) -> dict[str, Any]:
    """A number not below 0, or 无: the notice asks for 无 where there is nothing (填报说明2)."""
    number = f"ISNUMBER({cell}),{cell}>=0" + (f",{cell}=INT({cell})" if whole else "")
    return {
        "validate": "custom",
        "value": f'=OR({cell}="无",AND({number}))',
        "error_title": "请核对",
        "error_message": f"应填不小于0的{'整数' if whole else '数'}，不带计量单位；如无内容填“无”",
    }


def column_rule(column: Column, cell: str) -> dict[str, Any]:
    """The workbook's rule for a column's cells, `cell` being the first; its message says what is asked for."""
    if column.key in SUGGESTED:
        rule = {"validate": "list", "source": list(SUGGESTED[column.key]), "show_error": False}
    else:
        rule = _rule(column, cell)
    return rule | _message(column.label, of_column(column))


def _rule(column: Column, cell: str) -> dict[str, Any]:
    match column.kind:
        case Kind.AMOUNT | Kind.COUNT:
            return figure_rule(cell, whole=column.kind is Kind.COUNT)
        case Kind.DATE | Kind.MONTH_OR_DATE:
            shortest = 8 if column.kind is Kind.DATE else 6
            return _custom(
                f'=OR({cell}="无",ISNUMBER({cell}),LEN({cell})>={shortest})',
                f"应填日期，{_HOW[column.kind]}如无内容填“无”",
            )
        case Kind.SHARE:
            return _custom(f"=AND(ISNUMBER({cell}),{cell}>=0,{cell}<=1)", "应填0%至100%之间的百分数")
        case Kind.CONTACT:
            return _custom(f'=OR({cell}="无",LEN({cell})>=8)', "应写姓名和手机号码；如无内容填“无”", stop=False)
        case Kind.TEXT if column.limit:
            words = f"“{column.label}”应不超过{column.limit}字，请精简"
            return {
                "validate": "length", "criteria": "<=", "value": column.limit,
                "error_title": "字数超限", "error_message": words, "error_type": "warning",
            }  # fmt: skip
    return {"validate": "any"}


def _custom(formula: str, message: str, *, stop: bool = True) -> dict[str, Any]:
    kind = "stop" if stop else "warning"
    return {
        "validate": "custom", "value": formula, "error_title": "请核对", "error_message": message, "error_type": kind
    }  # fmt: skip


def unlike_others(first: str, last: str, row: int, column: str) -> dict[str, Any]:
    """A firm's name stands once in the roster: a warning, for spellings differ."""
    cell, others = f"{column}{row}", f"${column}${first}:${column}${last}"
    return _custom(f"=COUNTIF({others},{cell})=1", "名录中已有这家企业，同一企业只列一行", stop=False)


def kind_rule() -> dict[str, Any]:
    """数据性质: one of three words."""
    words = [kind.label for kind in FigureKind]
    rule = {
        "validate": "list", "source": words,
        "error_title": "请核对", "error_message": f"应为{'、'.join(words)}之一",
    }  # fmt: skip
    return rule | _message(
        "数据性质",
        "预计数：报告期未结束时估算；快报数：期末统计、尚未决算；年报数：全年决算后的数。后报的种类替代先报的种类。",
    )


def day_rule(cell: str) -> dict[str, Any]:
    return _custom(f"=OR(ISNUMBER({cell}),LEN({cell})>=8)", "应填日期，如2026-07-20") | _message(
        "填报日期", "写到日，如2026-07-20。"
    )


def _message(title: str, text: str) -> dict[str, Any]:
    return {"input_title": title[:32], "input_message": text[:LONGEST_MESSAGE]}
