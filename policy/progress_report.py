"""建设进展报送: what an operator writes about in each period, in the words of its tasks (五(二); reading N14)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from policy.facts import Passage
from policy.findings import Finding
from policy.periods import Quarter
from policy.terms import HalfYear, Labelled, Severity

ProgressPeriod: TypeAlias = Quarter | HalfYear
"""A quarter, or a half-year where the rulebook says so."""

CLAUSE = "五(二) 定期报送建设进展"
LIMIT = 1000
"""Characters a section may have: it is a short report, read beside the last one."""


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the report; `asks`: what is to be written in it."""

    key: str
    label: str
    asks: str


SECTIONS = (
    Section("investment", "招商引资", "本期新签约、新注册、新开工的企业和项目，重点在谈项目。"),
    Section("firms", "培育名企名品", "本期新增和重点培育的企业、产品，新获的资质和荣誉。"),
    Section("platforms", "公共服务平台", "平台的建设、运营和服务企业情况。"),
    Section("events", "重大活动", "本期举办的活动：名称、时间、地点、规模和成效。"),
    Section("ecosystem", "产业生态", "政策兑现、人才引育、金融和配套服务、载体建设等。"),
    Section("next_steps", "下一步工作", "下期主要安排，需要协调解决的问题。"),
)
"""The tasks the notice gives the 园区运营管理机构, in its order, and what comes next."""


class ProgressState(Labelled):
    """How one version stands. One that a newer version came after before it was passed on counts no more."""

    WAITING = "waiting", "已上传、区县未转报"
    FORWARDED = "forwarded", "已转报"
    RETURNED = "returned", "退回修改"
    REPLACED = "replaced", "已另传新版"


def problems(texts: Mapping[str, Passage]) -> Iterator[Finding]:
    """What is wrong with the sections as read: one that is not there, empty, or too long. 无 is an answer."""
    for section in SECTIONS:
        passage = texts.get(section.key)
        if passage is None:
            message = f"没有找到“{section.label}”一项，请补上；本期没有的填“无”"
            yield Finding("blank_field", Severity.ERROR, "", message, CLAUSE)
        elif not passage.text.strip():
            message = f"“{section.label}”空着，请填写本期进展；本期没有的填“无”"
            yield Finding("blank_field", Severity.ERROR, passage.where, message, CLAUSE)
        elif len(passage.text) > LIMIT:
            message = f"“{section.label}”有{len(passage.text)}字，应不超过{LIMIT}字，请精简"
            yield Finding("text_too_long", Severity.ERROR, passage.where, message, CLAUSE)
