"""The fictional municipality: its districts, where each stands on the tile map, and its twelve parks.

Every name carries 虚构. Figures lie in the demonstration ranges of domain section 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from policy.terms import Labelled, UnitKind

COMMITTEE = "虚构市经济和信息化委员会"


class Story(Labelled):
    """The twelve points of the two years, each holding on whatever day the programme is loaded."""

    JUST_APPROVED = "just_approved", "刚获批复，尚无应报事项到期"
    FIRST_YEAR = "first_year", "按期报送，首份报告已审核通过"
    UNDER_WAY = "under_way", "按期报送，两份以上已审核通过"
    ENDING = "ending", "建设期将满"
    OVERDUE = "overdue", "逾期未报"
    NO_LETTER = "no_letter", "数据已报、函未到"
    WAITING = "waiting", "已报送，待审核"
    RETURNED = "returned", "退回修改"
    LAGGING = "lagging", "进度滞后"
    REORGANISED = "reorganised", "所属区县新近调整"
    ACCEPTANCE = "acceptance", "已申请验收"
    TITLED = "titled", "已授牌"


@dataclass(frozen=True, slots=True)
class District:
    """One unit: `row` and `column` of its tile (None when abolished), `mark` heads its letter numbers."""

    name: str
    short_name: str
    mark: str
    row: int | None
    column: int | None
    kind: UnitKind = UnitKind.DISTRICT

    @property
    def government(self) -> str:
        return f"{self.name}{'管理委员会' if self.kind is UnitKind.FUNCTIONAL_ZONE else '人民政府'}"

    @property
    def department(self) -> str:
        return f"{self.name}经济和信息化委员会"


def _district(short_name: str, suffix: str, row: int | None, column: int | None) -> District:
    return District(f"{short_name}{suffix}", short_name, f"{short_name}府函", row, column)


DISTRICTS: tuple[District, ...] = (
    _district("虚构云岭", "区", 2, 2),
    _district("虚构砚湖", "区", 2, 3),
    _district("虚构墨溪", "区", 2, 4),
    _district("虚构青棠", "区", 3, 1),
    _district("虚构鹿鸣", "区", 3, 2),
    _district("虚构松岚", "区", 1, 3),
    _district("虚构枫渡", "区", 1, 2),
    _district("虚构望澜", "区", 3, 3),
    _district("虚构溪照", "区", 3, 4),
    _district("虚构霁原", "新区", 2, 1),
    _district("虚构竹屿", "县", 4, 2),
    District("虚构星槎高新区", "虚构星槎", "虚构星槎管函", 1, 4, UnitKind.FUNCTIONAL_ZONE),
)
# Merged into 虚构霁原新区 not long before today; the park of the first keeps its title.
ABOLISHED: tuple[District, ...] = (_district("虚构霜桥", "区", None, None), _district("虚构荻浦", "区", None, None))
SUCCESSOR = "虚构霁原新区"
BY_NAME = {district.name: district for district in (*DISTRICTS, *ABOLISHED)}


@dataclass(frozen=True, slots=True)
class Scale:
    """A park at its baseline: 亿元 a year, 家, 万人, 万平方米. `growth` is target ÷ baseline of every goal;
    `pace` is progress made ÷ time elapsed; `weak_in_space`: the floor space in use lags (yellow)."""

    revenue_cyber: Decimal
    revenue_total: Decimal
    firms_cyber: int
    firms_total: int
    staff_cyber: Decimal
    staff_total: Decimal
    planned: Decimal
    built: Decimal
    operating: Decimal
    listed_total: int = 2
    listed_cyber: int = 1
    growth: Decimal = Decimal("1.4")
    pace: Decimal = Decimal("1.08")
    weak_in_space: bool = False


def _scale(revenue: str, firms: str, staff: str, area: str, **rest: int | bool | Decimal) -> Scale:
    """Pairs and triples written as on paper: 网络安全/总, 规划/建成/运营."""
    cyber, total = map(Decimal, revenue.split("/"))
    firms_cyber, firms_total = map(int, firms.split("/"))
    staff_cyber, staff_total = map(Decimal, staff.split("/"))
    planned, built, operating = map(Decimal, area.split("/"))
    return Scale(cyber, total, firms_cyber, firms_total, staff_cyber, staff_total, planned, built, operating, **rest)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class ParkSpec:
    """One park: `lead` is how many days after a half-year's end its data usually arrive."""

    code: str
    name: str
    district: str
    story: Story
    scale: Scale
    lead: int = 14

    @property
    def title(self) -> str:
        return f"国家网络安全产业园区（{self.name}）"

    @property
    def number(self) -> int:
        """Place in the table, from 0."""
        return int(self.code.removeprefix("XG")) - 1

    @property
    def operator(self) -> str:
        return f"{self.name}运营管理有限公司"

    @property
    def address(self) -> str:
        return f"{self.district}示例大道{self.number + 1}号"

    @property
    def host_park(self) -> str:
        return f"{self.name.removesuffix('园')}网络安全产业城"


# Those at their end reached their goals by the last full year they report, at the earliest half of the way;
# the lagging one promised to double and hardly moved.
AHEAD = Decimal("2.1")
SLOW = Decimal("0.2")

PARKS: tuple[ParkSpec, ...] = (
    ParkSpec("XG01", "虚构云岭园", "虚构云岭区", Story.RETURNED,
             _scale("9.6/19.8", "41/212", "0.46/1.18", "60/38/26", listed_total=3)),
    ParkSpec("XG02", "虚构云岭北园", "虚构云岭区", Story.OVERDUE,
             _scale("4.3/9.1", "35/168", "0.22/0.61", "32/21/14")),
    ParkSpec("XG03", "虚构砚湖园", "虚构砚湖区", Story.JUST_APPROVED,
             _scale("3.8/8.4", "33/150", "0.19/0.55", "28/18/12")),
    ParkSpec("XG04", "虚构墨溪园", "虚构墨溪区", Story.FIRST_YEAR,
             _scale("6.2/13.5", "36/190", "0.31/0.84", "45/29/20"), lead=9),
    ParkSpec("XG05", "虚构青棠园", "虚构青棠区", Story.UNDER_WAY,
             _scale("12.4/24.6", "92/340", "0.62/1.46", "96/60/42", listed_total=5, listed_cyber=2), lead=11),
    ParkSpec("XG06", "虚构鹿鸣园", "虚构鹿鸣区", Story.ENDING,
             _scale("7.5/15.9", "40/205", "0.37/0.95", "52/35/24", pace=Decimal("1.15")), lead=12),
    ParkSpec("XG07", "虚构松岚园", "虚构松岚区", Story.NO_LETTER,
             _scale("5.1/10.7", "37/176", "0.26/0.70", "38/25/17")),
    ParkSpec("XG08", "虚构枫渡园", "虚构枫渡区", Story.WAITING,
             _scale("8.3/17.2", "39/198", "0.41/1.02", "56/36/25", listed_total=3, weak_in_space=True), lead=16),
    ParkSpec("XG09", "虚构望澜园", "虚构望澜区", Story.LAGGING,
             _scale("4.0/8.8", "34/158", "0.20/0.58", "70/24/15", growth=Decimal(2), pace=SLOW)),
    ParkSpec("XG10", "虚构霜桥园", "虚构霜桥区", Story.REORGANISED,
             _scale("6.8/14.1", "38/186", "0.33/0.88", "48/31/21"), lead=18),
    ParkSpec("XG11", "虚构星槎园", "虚构星槎高新区", Story.ACCEPTANCE,
             _scale("10.5/20.9", "42/230", "0.52/1.30", "66/43/30", listed_total=4, listed_cyber=2, pace=AHEAD)),
    ParkSpec("XG12", "虚构竹屿园", "虚构竹屿县", Story.TITLED,
             _scale("3.6/7.6", "34/142", "0.18/0.50", "30/20/14", pace=AHEAD), lead=10),
)  # fmt: skip
BY_CODE = {park.code: park for park in PARKS}
# What the demonstration accounts see: the district has two parks, the operator one; the experts judge one.
DISTRICT_SHOWN = "虚构云岭区"
OPERATOR_SHOWN = "XG01"
PANEL_SHOWN = "XG11"
