"""Names of people, firms and places that plainly do not exist, and shares that are the same on every run."""

from __future__ import annotations

import hashlib
from decimal import Decimal

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
FIRST = "云星玄青岚墨砚霁松竹枫鹿鲸鸢澜溪棠芷烽磐衡御守铁锐鉴启赤银远明朔"
SECOND = "盾篆甲垒钥印塔桥舟屿灯镜锁弦珏帆阙渡原川岭泽峰林河湾谷台城关洲汀"
LINES = (
    ("数据安全", "数据分类分级、脱敏与审计软件研发", "1.数据防泄漏系统\n2.数据库审计系统"),
    ("密码技术", "商用密码产品研发与密码应用改造", "1.服务器密码机\n2.签名验签系统"),
    ("云安全", "云平台安全防护软件研发与运维服务", "1.云主机防护系统\n2.云安全管理平台"),
    ("工控安全", "工业控制系统安全产品研发与集成", "1.工业防火墙\n2.工控安全审计系统"),
    ("网络技术", "网络与边界防护设备研发、系统集成", "1.安全网关\n2.入侵检测系统"),
    ("测评认证", "网络安全检测评估与咨询服务", "1.等级保护测评服务\n2.密码应用安全性评估服务"),
    ("安全服务", "安全运维、应急响应与攻防演练服务", "1.安全运营托管服务\n2.应急响应服务"),
    ("移动安全", "移动终端与应用安全软件研发", "1.移动应用加固系统\n2.移动终端管理系统"),
    ("智能识别", "生物特征识别装置研发与销售", "1.人脸识别终端\n2.指纹识别模块"),
    ("信息安全", "网络与信息安全软硬件开发、系统集成及技术服务", "1.堡垒机\n2.日志审计系统"),
)
FORMS = ("有限公司", "股份有限公司", "有限责任公司", "（集团）有限公司", "科技有限公司")
QUALIFICATIONS = (
    "CCRC信息安全服务资质（安全集成二级）",
    "CCRC风险评估三级、ISO27001",
    "市级专精特新企业；ISO27001",
    "等级保护测评资质",
    "ISO27001",
    "无",
    "国家级专精特新小巨人；CCRC应急处理二级",
)
# Any odd number: each step leads to another of the 1024 pairs, neighbours far apart.
SCATTER = 397
FIRMS_A_PARK = 80
"""Room in the list of names kept for each park, so that no firm stands in two."""


def fraction(*parts: object) -> Decimal:
    """A number from 0 to below 1 that depends on nothing but `parts`: the same on every machine and run."""
    digest = hashlib.sha256("/".join(map(str, parts)).encode()).digest()
    return Decimal(int.from_bytes(digest[:4], "big") % 10000) / 10000


def pick(choices: str | tuple[str, ...], *parts: object) -> str:
    return choices[int(fraction(*parts) * len(choices))]


def between(low: Decimal | str, high: Decimal | str, *parts: object) -> Decimal:
    return Decimal(low) + (Decimal(high) - Decimal(low)) * fraction(*parts)


def person(*parts: object) -> str:
    """A made-up person: 张某 or 张某某."""
    return pick(SURNAMES, *parts, "surname") + pick(("某", "某某"), *parts, "given")


def phone(*parts: object) -> str:
    """A number of the block 1390000xxxx that the samples use too."""
    return f"1390000{int(fraction(*parts, 'phone') * 10000):04d}"


def line(park: int, firm: int) -> tuple[str, str, str]:
    """What a firm does: word for its name, 经营范围, 主要产品."""
    return LINES[int(fraction(park, firm, "line") * len(LINES))]


def firm_name(park: int, firm: int) -> str:
    """A name no other firm of the programme has: 虚构云盾数据安全有限公司."""
    number = (park * FIRMS_A_PARK + firm) * SCATTER % (len(FIRST) * len(SECOND))
    brand = FIRST[number % len(FIRST)] + SECOND[number // len(FIRST)]
    return f"虚构{brand}{line(park, firm)[0]}{pick(FORMS, park, firm, 'form')}"
