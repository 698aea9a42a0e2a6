"""专家组: drawn by lots that anybody can draw again, and who must stand back from a park's review (回避).

The notice says only that experts review (五(三)); numbers and rules of 回避 are defaults of this application.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from policy.deadlines import add_months
from policy.figures import chinese_date
from policy.refusal import Refused
from policy.reports.firms import firm_key
from policy.terms import Labelled

SEEDS = range(1, 100_000_000)
LEAST = 3
"""A 组长 and two more: fewer is no group, and an even number may not come to a majority."""
MOST = 21

BRACKETS = re.compile(r"[()\[\]【】〔〕]")
LEGAL_FORM = re.compile(r"(?:股份有限公司|有限责任公司|有限公司|集团|公司)$")
DISTRICT_BODY = re.compile(r"人民政府|政府办|管理委员会|管委会|经信|经济和信息化|经济信息|经贸和信息化")


class Seat(Labelled):
    LEADER = "leader", "组长"
    MEMBER = "member", "专家"
    SUBSTITUTE = "substitute", "候补"


IN_FORCE = (Seat.LEADER, Seat.MEMBER)
"""Who reviews; a 候补 does so only once they have stepped in."""


class RecordKind(Labelled):
    """专家评审 is 资料审核与实地查看相结合 (四(一))."""

    PAPERS = "papers", "资料审核"
    SITE = "site", "实地查看"


@dataclass(frozen=True, slots=True)
class Tie:
    """What binds an expert beside the employer: a unit or firm by `name`, or with `park` a park itself by its id.

    An open `until` binds still; a past one for some years more.
    """

    name: str = ""
    park: int | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """One person of the 专家库."""

    code: str
    name: str
    employer: str
    specialties: tuple[str, ...] = ()
    ties: tuple[Tie, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Circle:
    """Whom the experts of a park's panel may have nothing to do with.

    `units`: names and what each is to the park (园区运营管理机构, 一览表企业); `district`: its government and
    department are known by the district's name.
    """

    park_id: int
    title: str
    district: str
    units: Mapping[str, str]
    _stems: Mapping[str, str] = field(init=False, repr=False, compare=False)
    _keys: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        stems = {unit_stem(name): name for name in reversed(list(self.units)) if unit_stem(name)}
        object.__setattr__(self, "_stems", stems)
        object.__setattr__(self, "_keys", {firm_key(name): name for name in self.units if firm_key(name)})

    def named(self, name: str) -> str:
        """What a unit is to the park, in words: 园区运营管理机构（甲园运营有限公司）; empty for a stranger.

        The same unit however its name is typed and whatever its legal form, and its branches and departments, whose
        names begin with its own.
        """
        key = firm_key(name)
        if not key:
            return ""
        if is_district_body(self.district, name):
            return f"所属区县政府或经信部门（{self.district}）"
        whole = unit_stem(key.partition("公司")[0] + "公司") if "公司" in key else ""
        known = self._stems.get(unit_stem(name)) or self._stems.get(whole) or self._begun_by(key)
        return f"{self.units[known]}（{known}）" if known else ""

    def _begun_by(self, key: str) -> str:
        """The unit whose name another begins with, the longest of several."""
        begins = (key[:length] for length in range(len(key), 0, -1))
        return next((self._keys[part] for part in begins if part in self._keys), "")


@dataclass(frozen=True, slots=True)
class Looked:
    """One person who was looked at: the lot, and why they were left out (empty for who could be drawn)."""

    candidate: Candidate
    lot: str
    left_out: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """`members` and `substitutes` in the order of their lots, the first member being 组长; `pool`: all looked at."""

    members: tuple[Candidate, ...]
    substitutes: tuple[Candidate, ...]
    pool: tuple[Looked, ...]


def unit_stem(name: str) -> str:
    """A unit's name without brackets and legal form: 示例云盾（集团）股份有限公司 -> 示例云盾."""
    stem, before = BRACKETS.sub("", firm_key(name)), ""
    while stem != before:
        before, stem = stem, LEGAL_FORM.sub("", stem)
    return stem


def is_district_body(district: str, employer: str) -> bool:
    """Whether somebody works for the district's government, its department or the 管委会 of a zone."""
    name, place = firm_key(employer).removeprefix("重庆市"), firm_key(district).removeprefix("重庆市")
    place = BRACKETS.split(place)[0]
    return bool(place) and name.startswith(place) and DISTRICT_BODY.search(name.removeprefix(place)) is not None


def why_left_out(one: Candidate, circle: Circle, on: date, tie_years: int) -> str:
    """Why this person may not be drawn on the day; empty when they may."""
    if one.valid_from is not None and on < one.valid_from:
        return f"聘期自{chinese_date(one.valid_from)}起"
    if one.valid_to is not None and one.valid_to < on:
        return f"聘期已于{chinese_date(one.valid_to)}届满"
    employed = circle.named(one.employer)
    if employed:
        return f"回避：工作单位为{employed}"
    bound = (_bound(tie, circle, on, tie_years) for tie in one.ties)
    return next((f"回避：{said}" for said in bound if said), "")


def _bound(tie: Tie, circle: Circle, on: date, tie_years: int) -> str:
    """What a tie says against its expert on the day; empty when nothing."""
    if tie.since is not None and on < tie.since:
        return ""
    if tie.until is not None and on > add_months(tie.until, 12 * tie_years):
        return ""
    to = circle.title if tie.park == circle.park_id else circle.named(tie.name)
    if not to:
        return ""
    return f"与{to}有关联" + (
        f"，{chinese_date(tie.until)}止、未满{tie_years}年" if tie.until and on > tie.until else ""
    )


def lot(seed: int, code: str) -> str:
    """The lot of one person: SHA-256 of 抽取号-专家编号 (`printf '%s' 2026-ZJ001 | sha256sum`)."""
    return sha256(f"{seed}-{code}".encode()).hexdigest()


def draw(
    candidates: Iterable[Candidate],
    circle: Circle,
    *,
    seed: int,
    size: int,
    substitutes: int,
    on: date,
    tie_years: int,
    quotas: Mapping[str, int] | None = None,
) -> Drawn:
    """Everybody who need not stand back gets a lot; the smallest are drawn.

    `quotas`: of which 专业 at least how many. Of each in turn the smallest lots are taken first, then the smallest of
    all the rest up to `size`; the next ones are 候补. Raises Refused for an even number, for quotas beyond the size,
    and where too few are left, saying why each of the others was left out.
    """
    wanted = dict(quotas or {})
    require_size(size, substitutes, wanted)
    looked = [Looked(one, lot(seed, one.code), why_left_out(one, circle, on, tie_years)) for one in candidates]
    pool = tuple(sorted(looked, key=lambda one: (one.lot, one.candidate.code)))
    free = [one.candidate for one in pool if not one.left_out]
    if len(free) < size + substitutes:
        raise Refused(_too_few(pool, len(free), size, substitutes))
    chosen = _by_specialty(free, wanted)
    rest = [one for one in free if one not in chosen]
    chosen += rest[: size - len(chosen)]
    left = [one for one in free if one not in chosen]
    return Drawn(tuple(one for one in free if one in chosen), tuple(left[:substitutes]), pool)


def require_size(size: int, substitutes: int, quotas: Mapping[str, int]) -> None:
    """Raises Refused for numbers that no panel can have."""
    if size % 2 == 0:
        near = "或".join(str(odd) for odd in (size - 1, size + 1) if odd >= LEAST)
        raise Refused(f"专家组人数须为单数，收到{size}；请改为{near or LEAST}")
    if not LEAST <= size <= MOST:
        raise Refused(f"专家组人数应为{LEAST}到{MOST}之间的单数，收到{size}")
    if not 0 <= substitutes <= MOST:
        raise Refused(f"候补人数应在0到{MOST}之间，收到{substitutes}")
    if any(least < 1 for least in quotas.values()):
        raise Refused("各专业的人数应不少于1；不作要求的专业不填")
    if sum(quotas.values()) > size:
        raise Refused(f"各专业要求的人数合计{sum(quotas.values())}，超过专家组人数{size}，请核对")


def _by_specialty(free: Sequence[Candidate], quotas: Mapping[str, int]) -> list[Candidate]:
    chosen: list[Candidate] = []
    for specialty, least in quotas.items():
        versed = [one for one in free if specialty in one.specialties]
        if len(versed) < least:
            raise Refused(f"专业“{specialty}”要求{least}人，可参加的只有{len(versed)}人；请减少要求或补充专家库")
        missing = least - sum(one in chosen for one in versed)
        chosen += [one for one in versed if one not in chosen][: max(missing, 0)]
    return chosen


def _too_few(pool: Iterable[Looked], free: int, size: int, substitutes: int) -> str:
    out = "；".join(f"{one.candidate.name}（{one.candidate.code}）{one.left_out}" for one in pool if one.left_out)
    told = f"可参加的专家{free}人，需要{size + substitutes}人（专家组{size}人、候补{substitutes}人）"
    return f"{told}；请减少人数或补充专家库。" + (f"未列入的：{out}" if out else "专家库中没有须回避的专家")
