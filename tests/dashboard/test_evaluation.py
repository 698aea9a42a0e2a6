"""评估指标体系 and 评分 on their pages: what comes in, what is shown to whom, 试算 on everything not issued."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

from flask.testing import FlaskClient

from services.platform import Platform
from tests.dashboard.conftest import Programme
from tests.dashboard.test_reports import post
from tests.policy.evaluation.systems import BONUS, DEMONSTRATION, HEAD, VETO, item, system

SignIn = Callable[[str], FlaskClient]
ISSUED = system(
    item("firms", "80", '{ kind = "linear", target = 80 }', 'input = { indicator = "firms_cyber" }'),
    item("panel", "20", '{ kind = "experts" }'),
    head=HEAD.replace('version = "1"', 'version = "1"\ndocument = "示例〔2026〕1号"'), rest=BONUS + VETO,
)  # fmt: skip


def sent(client: FlaskClient, text: str) -> str:
    file = (BytesIO(text.encode()), "体系.toml")
    return post(client, "/evaluation/preview", "/evaluation", file=file).text


def imported(client: FlaskClient, text: str) -> str:
    """Where the confirmed import leads."""
    answer = post(client, "/evaluation", "/evaluation", name="体系.toml", text=text)
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def test_a_file_is_looked_at_then_confirmed(programme: Programme, sign_in: SignIn) -> None:
    client = sign_in("committee")
    looked = sent(client, ISSUED)
    assert "文件无误，尚未导入" in looked
    assert "80家及以上得80分，以下按比例计分" in looked
    assert "示例体系" not in client.get("/evaluation").text
    assert imported(client, ISSUED.replace("\n", "\r\n")) == "/evaluation/2"  # as browsers send lines
    assert client.get("/evaluation/2/file").data.decode() == ISSUED
    page = client.get("/evaluation").text
    assert "示例〔2026〕1号" in page
    assert page.index("现行") < page.index("示例，非官方")  # what is issued counts


def test_every_fault_of_a_file_is_listed_with_its_line(programme: Programme, sign_in: SignIn) -> None:
    page = sent(sign_in("committee"), ISSUED.replace("weight = 80", "weight = 79").replace("from = 60", "from = 85"))
    assert "“体系.toml”没有导入，须改正2处。" in page
    assert "三级指标权重合计为99，与本二级指标的权重不符，应为100" in page
    assert "有两个等次都从85分起" in page


def test_the_same_system_and_another_of_its_name(programme: Programme, sign_in: SignIn) -> None:
    client = sign_in("committee")
    imported(client, ISSUED)
    assert "内容与本文件相同，未作改动" in sent(client, ISSUED)
    assert "请把文件中的 version 改为新的版本号" in sent(client, ISSUED.replace("target = 80", "target = 70"))


def test_a_score_is_told_line_by_line_with_its_source(programme: Programme, sign_in: SignIn) -> None:
    client = sign_in("committee")
    imported(client, ISSUED)
    page = client.get("/parks/JIA/evaluation").text
    assert "44家" in page  # 80 × 44 ÷ 80
    assert 'href="/parks/JIA/figures/2025H1/firms_cyber"' in page
    assert "缺：尚未评定" in page
    assert "示例〔2026〕1号" in client.get("/evaluation/2").text
    assert "trial-notice" not in page


def test_what_is_not_issued_bears_its_mark_everywhere(programme: Programme, sign_in: SignIn) -> None:
    client = sign_in("committee")
    post(client, "/parks/JIA/evaluation/freezes", "/parks/JIA/evaluation", system="1", purpose="评审试评")
    pages = ["/evaluation/1", "/parks/JIA/evaluation", "/parks/JIA/evaluation?freeze=1"]
    for address in pages:
        page = client.get(address).text
        assert 'class="trial-print"' in page, address
        assert "试算：本体系没有发布文号" in page, address
    assert 'class="trial-print"' in sent(client, ISSUED.replace('document = "示例〔2026〕1号"', ""))


def test_marks_change_the_score_and_a_kept_score_does_not_move(programme: Programme, sign_in: SignIn) -> None:
    client = sign_in("committee")
    imported(client, ISSUED)
    marks, page = "/parks/JIA/evaluation/marks", "/parks/JIA/evaluation"
    given = {"system": "2", "item": "panel", "giver": "专家1", "basis": "评分表", "given_on": "2026-03-02"}
    post(client, "/parks/JIA/evaluation/freezes", page, system="2", purpose="评审前")
    answer = post(client, marks, page, value="90", **given)
    assert client.get(answer.headers["Location"].partition("#")[0]).text.count("专家1：90") >= 2
    assert '<strong class="score-total">62</strong>' in client.get(page).text  # 44 + 20 × 90 ÷ 100
    assert '<strong class="score-total">44</strong>' in client.get(f"{page}?freeze=1").text
    assert "市经济信息委（虚构） 2026年3月2日" in client.get(page).text
    withdrawn = post(client, marks, page, value="", **given).headers["Location"].partition("#")[0]
    assert "先前的评定已撤回，得分已重新计算" in client.get(withdrawn).text


def test_a_refused_mark_comes_back_with_what_was_typed(programme: Programme, sign_in: SignIn) -> None:
    client = sign_in("committee")
    answer = post(
        client, "/parks/JIA/evaluation/marks", "/parks/JIA/evaluation", system="1", item="organisation", value="200",
        giver="专家甲", basis="评分表",
    )  # fmt: skip
    page = client.get(answer.headers["Location"].partition("#")[0]).text
    assert "满分100分，收到200" in page
    assert 'value="专家甲"' in page


def test_others_see_their_parks_and_change_nothing(programme: Programme, sign_in: SignIn) -> None:
    for role in ("district", "operator", "expert"):
        client = sign_in(role)
        page = client.get("/parks/JIA/evaluation").text
        assert "逐项得分" in page, role
        assert "登记评定</button>" not in page, role
        assert client.get("/parks/YI/evaluation").status_code == 404, role
        assert 'type="file"' not in client.get("/evaluation").text, role


def test_what_single_experts_gave_is_for_the_committee(programme: Programme, sign_in: SignIn) -> None:
    client = sign_in("committee")
    imported(client, ISSUED)
    page = "/parks/JIA/evaluation"
    given = {"system": "2", "item": "panel", "giver": "专家1", "basis": "评分表内容", "given_on": "2026-03-02"}
    post(client, f"{page}/marks", page, value="93", **given)
    post(client, f"{page}/freezes", page, system="2", purpose="评审")
    assert "专家1：93" in client.get(page).text
    for role in ("district", "operator", "expert"):
        for address in (page, f"{page}?freeze=1"):
            said = sign_in(role).get(address).text
            assert "专家已评分" in said, (role, address)
            assert "专家1" not in said, (role, address)
            assert "评分表内容" not in said, (role, address)


def test_what_does_not_exist_is_not_found(programme: Programme, sign_in: SignIn, platform: Platform) -> None:
    client = sign_in("committee")
    for address in ("/evaluation/99", "/evaluation/x", "/evaluation/99/file"):
        assert client.get(address).status_code == 404, address
    for query in ("system=99", "system=x", "freeze=99", "system=99999999999999999999"):
        assert client.get(f"/parks/JIA/evaluation?{query}").status_code == 200, query
    assert client.get("/evaluation/1/file").data == DEMONSTRATION.read_bytes()
