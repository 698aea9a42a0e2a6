"""Any number in any writing: never wrong at ok or note, and never a question when nothing is in doubt."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from policy.indicators.catalogue import BY_KEY
from policy.terms import Status
from services.intake.cells import read_figure
from services.intake.document import Cell, CellKind
from services.intake.numerals import read_numeral
from services.intake.parsed import Parsed
from services.intake.units import Unit, unit_named

FIGURES = {
    "revenue_cyber": ("元", "千元", "万元", "百万元", "千万元", "亿元", "亿元人民币"),
    "staff_cyber": ("人", "名", "万人", "千人"),
    "area_built": ("平方米", "㎡", "万平方米", "万㎡", "公顷", "平方公里"),
    "firms_cyber": ("家", "个", "户", "万家"),
}
BEFORE = ("约", "大约", "近", "超", "逾", "预计", "不少于", "≥", "将近", "至少", "突破", "达")
AFTER = ("左右", "以上", "余", "多", "+", "（预计）", "（含分公司）", "上下", "①")
WIDE = str.maketrans("0123456789.,", "０１２３４５６７８９．，")
SMALL, FORMAL = "零一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖"


@dataclass(frozen=True)
class Written:
    """A figure as someone might write it; `exact`: nothing but the number and its complete unit."""

    key: str
    text: str
    value: Decimal
    exact: bool


@st.composite
def written(draw: st.DrawFn, *, qualified: bool) -> Written:
    key = draw(st.sampled_from(sorted(FIGURES)))
    whole = BY_KEY[key].whole_number
    number = draw(st.decimals(0, 99_999_999, places=0 if whole else draw(st.integers(0, 4)), allow_nan=False))
    unit = draw(st.sampled_from(FIGURES[key]))
    text = draw(st.sampled_from((f"{number:f}", f"{number:,f}")))
    writings = [text, text.translate(WIDE)]
    if number == int(number) and 0 < number < 10_000 and unit[0] not in "千百":
        writings += [chinese(int(number)), chinese(int(number)).removeprefix("一" if 10 <= number < 20 else "-")]
    text = draw(st.sampled_from(writings))
    gap = draw(st.sampled_from(("", "", " ", "\u00a0", "\u3000")))
    unit = draw(st.sampled_from((unit, f"（{unit}）", f"({unit})")))
    before = draw(st.sampled_from(BEFORE)) if qualified and draw(st.booleans()) else ""
    after = "" if before or not qualified else draw(st.sampled_from(AFTER))
    middle, end = draw(st.sampled_from(((after, ""), ("", after)))) if after[:1] != "（" else ("", after)
    edge = draw(st.sampled_from(("", " ", "\n", "\u200b")))
    value = in_catalogue_unit(key, number, unit)
    return Written(key, f"{edge}{before}{text}{gap}{middle}{unit}{end}{edge}", value, not qualified)


def in_catalogue_unit(key: str, number: Decimal, unit: str) -> Decimal:
    return number * known(unit.strip("（）()")).factor / known(BY_KEY[key].unit).factor


def known(name: str) -> Unit:
    unit = unit_named(name)
    assert unit is not None
    return unit


def chinese(number: int, digits: str = SMALL, scales: str = "千百十") -> str:
    """An independent writer of Chinese numerals, for numbers from 1 to 9999: 一千零五, 一十二."""
    text, gap = "", False
    for place, scale in zip((1000, 100, 10, 1), (*scales, ""), strict=True):
        digit = number // place % 10
        if digit:
            text += ("零" if gap else "") + digits[digit] + scale
        gap = bool(text) and not digit
    return text


def in_ten_thousands(number: int, digits: str, scales: str) -> str:
    """Any whole number below 10^12 in Chinese, with 零 wherever thousands are missing."""
    text = ""
    for scale, name in ((10**8, "亿"), (10**4, "万"), (1, "")):
        part = number // scale % 10**4
        if part:
            gap = text and (part < 1000 or not text.endswith(("亿", "万")) or (scale == 1 and text.endswith("亿")))
            text += ("零" if gap else "") + chinese(part, digits, scales) + name
    return text


def read(key: str, text: str, kind: CellKind = CellKind.TEXT, number_format: str = "") -> Parsed:
    written = Cell(10, 3, "C10", kind, text, format=number_format)
    return read_figure(BY_KEY[key], written, None, typed=True, with_share=True)


@settings(max_examples=600, deadline=None)
@given(written(qualified=True))
def test_a_qualified_number_is_never_taken_silently_nor_wrong(figure: Written) -> None:
    parsed = read(figure.key, figure.text)
    assert parsed.status in (Status.CONFIRM, Status.ERROR)
    assert parsed.value is None or Decimal(parsed.value) == figure.value


@settings(max_examples=600, deadline=None)
@given(written(qualified=False))
def test_a_complete_number_is_read_right_and_asks_nothing(figure: Written) -> None:
    assume(not BY_KEY[figure.key].whole_number or figure.value == figure.value.to_integral_value())
    parsed = read(figure.key, figure.text)
    assert parsed.value is not None
    assert (parsed.status, Decimal(parsed.value)) == (Status.NOTE, figure.value)


@settings(max_examples=300, deadline=None)
@given(st.integers(1, 10**12 - 1), st.sampled_from(((SMALL, "千百十"), (FORMAL, "仟佰拾"))))
def test_chinese_amounts_in_yuan(number: int, style: tuple[str, str]) -> None:
    parsed = read("revenue_cyber", f"{in_ten_thousands(number, *style)}元")
    assert (parsed.status, Decimal(parsed.value or 0)) == (Status.NOTE, Decimal(number) / 10**8)


@settings(max_examples=800, deadline=None)
@given(st.text("0123456789,.，．一二三十百千万亿零两点半元家约余—-～至 （）%无①", max_size=9))
def test_what_is_taken_without_a_question_is_what_an_independent_reader_says(text: str) -> None:
    """Whatever the mixture: at ok or note the value is the digits as they stand, times the one unit after them."""
    parsed = read("revenue_cyber", text)
    if parsed.status.blocks or parsed.value is None or parsed.remark == "无":
        return
    plain = text.translate(str.maketrans("０１２３４５６７８９．，（）", "0123456789.,()"))
    plain = plain.replace(" ", "").replace("()", "").split("(")[0] or plain
    digits = "".join(mark for mark in plain.replace("点", ".") if mark in "0123456789.").rstrip(".")
    if digits and read_numeral(plain) is None and "无" not in plain:
        unit = next(
            (name for name in ("亿元", "千万元", "百万元", "万元", "千元", "元") if name in text.replace(" ", "")),
            "亿元",
        )
        if "元" not in text:
            unit = "亿元"
        assert Decimal(parsed.value) == Decimal(digits) * known(unit).factor / known("亿元").factor


@settings(max_examples=200, deadline=None)
@given(st.decimals(0, 5000, places=2, allow_nan=False), st.sampled_from(("General", "0.00", "#,##0.00", "0.00_ ")))
def test_a_plain_number_cell_asks_nothing(number: Decimal, code: str) -> None:
    parsed = read("revenue_cyber", f"{number:f}", CellKind.NUMBER, "" if code == "General" else code)
    assert (parsed.status, Decimal(parsed.value or -1)) == (Status.OK, number)


@settings(max_examples=200, deadline=None)
@given(
    st.integers(1, 10**9),
    st.sampled_from(('0!.0,"万"', '0!.0000', '#,##0,', '0.0,,', '0!.00,"万元"', '0"万元"', '0.00"亿"', '0"元"')),
)  # fmt: skip
def test_a_cell_that_shows_another_number_is_always_a_question(number: int, code: str) -> None:
    parsed = read("revenue_cyber", str(number), CellKind.NUMBER, code)
    assert parsed.status is Status.CONFIRM
    assert str(number) in parsed.candidates
    assert str(number) in parsed.message
