"""复算核对: every stored overview row, and every 趋势研判, beside one worked out anew from the facts.

Every use case rewrites the row of the park it changes, so the two agree always. Where they do not, somebody wrote past
the use cases, or the program is wrong: the row is mended, and whoever looks after the platform is told what differed.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Park, ParkSnapshot
from db.queries.programme import is_demonstration
from policy.access import Actor, Permission
from policy.acts import Act
from policy.alerts.alert import ONCE
from policy.indicators.catalogue import BY_KEY
from policy.masking import mask_mail
from policy.terms import HalfYear
from services import audit, clock, snapshots
from services.foresight import at_once
from services.mail import outbox
from services.mail.compose import word_count
from services.platform import Platform
from services.recipients import committee_addresses

logger = logging.getLogger(__name__)

NOTHING = "无"
WHOLE_ROW = "整行"
WORDS: Mapping[str, str] = {
    "district_id": "区县编号", "code": "园区编号", "title": "园区名称", "district": "所在区县",
    "position": "行政区划序", "operator": "运营管理机构", "approved_on": "批复日期", "ends_on": "建设期满日",
    "steps": "验收环节", "receipts": "报送情况", "figures": "主要数据", "verdicts": "进度判定", "light": "进度灯",
    "pending": "待审核", "value": "数值", "unit": "单位", "kind": "性质", "period": "报告期", "sentence": "说明",
    "due_on": "截止日", "data_on": "数据收到日", "letter_on": "函收到日", "letter_dated": "来函日期",
    "accepted_on": "审核通过日", "returned_on": "退回日", "resubmit_on": "重报截止日",
    "grace_on": "宽限至", "lock_on": "封账日", "clause": "依据", "confirmed": "已确认", "acts": "办理",
    "overdue_on": "逾期未报起算日", "acceptance_on": "验收在办起算日", "key": "指标", "outlook": "趋势研判",
}  # fmt: skip
"""What an official reads of a place in the row; an indicator and a half-year are called by their own names."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One value of a park's stored row that is not what the facts give. `key`: where it stands, `figures.x.value`;
    stored and computed as JSON writes them, 无 where there is none."""

    park_id: int
    code: str
    title: str
    key: str
    stored: str
    computed: str

    @property
    def where(self) -> str:
        """The key in words: 主要数据·网络安全企业数量·数值."""
        return "·".join(_word(part) for part in self.key.split("."))

    @property
    def told(self) -> str:
        return f"{self.title}（{self.code}）{self.where}：存为{self.stored}，复算为{self.computed}"


@dataclass(frozen=True, slots=True)
class Recomputed:
    """`parks`: how many were worked out anew; `failed`: those that could not be, in words."""

    parks: int
    differences: tuple[Difference, ...] = ()
    failed: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        return (*(f"复算不符：{one.told}" for one in self.differences), *self.failed)


def recompute(platform: Platform, actor: Actor, *, dry_run: bool = False) -> Recomputed:
    """Compare every park, and mend, write into the log and tell what differs; a dry run compares alone.

    The comparing reads one state of the database and keeps no writer waiting. Each park that differs is mended in a
    transaction of its own, and only what still differs there is told. Raises AccessDenied.
    """
    actor.require(Permission.RUN_SWEEP)
    with platform.database.read() as session:
        found = compare(session)
    if dry_run or not found.differences:
        return found
    mended: list[Difference] = []
    for park_id in dict.fromkeys(one.park_id for one in found.differences):
        with platform.database.write() as session:
            mended += _mended(session, actor, park_id)
    if mended:
        with platform.database.write() as session:
            _tell(session, actor, mended, platform.settings.base_url, clock.today())
    return Recomputed(found.parks, tuple(mended), found.failed)


def compare(session: Session) -> Recomputed:
    """Every park's row beside a fresh one, exactly; changes nothing."""
    park_ids = session.scalars(select(Park.id).order_by(Park.id)).all()
    differences, failed = list[Difference](), []
    for park_id in park_ids:
        try:
            differences += differing(session, park_id)
        except Exception as error:  # one bad row must not hide the rest
            logger.exception("park %s could not be worked out anew", park_id)
            failed.append(f"编号{park_id}的园区未能复算：{error}")
    return Recomputed(len(park_ids), tuple(differences), tuple(failed))


def differing(session: Session, park_id: int) -> Iterator[Difference]:
    """Of one park, in the order of the row's columns."""
    park, row = session.get_one(Park, park_id), session.get(ParkSnapshot, park_id, populate_existing=True)
    if row is None:
        yield Difference(park_id, park.code, park.title, WHOLE_ROW, NOTHING, "应有")
        return
    for name, fresh in snapshots.contents(session, park_id).items():
        stored = getattr(row, name)
        if stored != fresh:
            for key, was, now in _apart(name, stored, fresh):
                yield Difference(park_id, park.code, park.title, key, was, now)
    for key in at_once.disagreeing(session, park_id):
        # 内部参考: the numbers themselves stand in no log.
        yield Difference(park_id, park.code, park.title, f"outlook.{key}", "原结果", "另一结果")


def _apart(name: str, stored: object, fresh: object) -> Iterator[tuple[str, str, str]]:
    """The single values that differ; the whole column where nothing smaller does, such as when only the order does."""
    old, new = dict(_leaves(stored, name)), dict(_leaves(fresh, name))
    keys = [key for key in {**new, **old} if old.get(key) != new.get(key)]
    for key in keys:
        yield key, old.get(key, NOTHING), new.get(key, NOTHING)
    if not keys:
        yield name, _text(stored), _text(fresh)


def _leaves(value: object, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and value:
        for key, one in value.items():
            yield from _leaves(one, f"{place}.{key}")
    elif isinstance(value, list) and value:
        for number, one in enumerate(value):
            name = one.get("key") or one.get("period") if isinstance(one, dict) else None
            yield from _leaves(one, f"{place}.{name or number + 1}")
    else:
        yield place, _text(value)


def _text(value: object) -> str:
    if value is None or value in ("", [], {}):
        return NOTHING
    if isinstance(value, str | int | date):
        return str(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def _word(part: str) -> str:
    if part in BY_KEY:
        return BY_KEY[part].label
    try:
        return HalfYear.parse(part).label
    except ValueError:
        return WORDS.get(part, part)


def _mended(session: Session, actor: Actor, park_id: int) -> list[Difference]:
    """What still differs when nobody else writes, set right and written down."""
    audit.take_turn(session)
    found = list(differing(session, park_id))
    if found:
        audit.record(
            session, actor, Act.SNAPSHOT_MEND, found[0].title, park_id=park_id,
            old={one.where: one.stored for one in found}, new={one.where: one.computed for one in found},
        )  # fmt: skip
        snapshots.rewrite(session, park_id)
    return found


def _tell(session: Session, actor: Actor, found: Iterable[Difference], base_url: str, day: date) -> None:
    """A mail without content to each of the committee's handlers, one a day: what differed stands on the pages."""
    parks = len({one.park_id for one in found})
    wording = word_count(parks, base_url, fictional=is_demonstration(session))
    for mail in committee_addresses(session, day):
        key = f"recomputed-{day}-{sha256(mail.lower().encode()).hexdigest()[:16]}"
        if outbox.queue_once(session, key, mail, wording, stage=ONCE):
            audit.record(session, actor, Act.MAIL_QUEUE, key, new={"to": mask_mail(mail), "alerts": []})
