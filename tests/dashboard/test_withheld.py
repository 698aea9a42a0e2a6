"""涉密误传: the uploader claims a false alarm, the committee releases, and the same file then comes in."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient

from tests.dashboard.conftest import Programme
from tests.dashboard.test_reports import followed, post, send
from tests.services.test_withheld import MARKED

CLAIM = "样式中的示例文字，原件不是涉密文件"


def test_a_false_alarm_from_the_upload_to_the_release(
    sign_in: Callable[[str], FlaskClient], programme: Programme
) -> None:
    district, committee, operator = sign_in("district"), sign_in("committee"), sign_in("operator")
    answer = send(district, "半年报.xlsx", MARKED)
    assert answer.headers["Location"] == "/withheld"
    page = followed(district, answer)
    assert "带有密级标志" in page
    assert "申明误报" in page
    assert "企业名录!M30" in page
    for other in (committee, operator):
        assert "半年报.xlsx" not in other.get("/withheld").text
    assert post(operator, "/withheld/1/claim", "/withheld", reason=CLAIM).status_code == 404
    assert "请说明理由" in followed(district, post(district, "/withheld/1/claim", "/withheld", reason="误报"))
    assert "待核实" in followed(district, post(district, "/withheld/1/claim", "/withheld", reason=CLAIM))
    assert "1份文件申明为误报" in committee.get("/").text
    assert CLAIM in committee.get("/withheld").text
    assert post(district, "/withheld/1/release", "/withheld", reason="已核对原件").status_code == 403
    done = followed(committee, post(committee, "/withheld/1/release", "/withheld", reason="已核对原件"))
    assert "可重新上传" in done
    assert "申明为误报" not in committee.get("/").text
    assert send(district, "半年报.xlsx", MARKED).headers["Location"].startswith("/reports/")
