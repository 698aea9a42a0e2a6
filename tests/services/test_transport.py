"""How mails leave the house: encrypted, to a server whose certificate holds, or as files."""

import email
from datetime import UTC, datetime
from email.policy import default
from pathlib import Path

import pytest
import trustme

from services.mail.delivery import Fault, Transport, Unanswered, Undelivered
from services.mail.message import Letter, build, message_id
from services.mail.smtp import SmtpTransport
from services.mail.transport import FileTransport, open_transport
from settings import ROOT, Settings
from tests.mailserver import HOST, PASSWORD, USERNAME, free_port, mail_server, trust

SENDER = "parkwatch@example.gov.cn"
TO = "handler@example.gov.cn"


def letter(key: str = "T+1-0123456789abcdef", text: str = "逾期未报：未报\n.以点开头的一行\n", to: str = TO) -> Letter:
    subject = "【催报】示例甲园2025年上半年园区发展情况逾期未报"
    queued_at = datetime(2025, 8, 1, 1, tzinfo=UTC)
    return Letter(key, to, subject, text, "<p>逾期未报</p>", message_id(key), queued_at)


def smtp(port: int, **options: object) -> SmtpTransport:
    return SmtpTransport(host=HOST, port=port, sender=SENDER, timeout=5, **options)


def deliver(transport: Transport, *, recipient: str = TO) -> list[str]:
    """What was noted before the text was handed over."""
    noted: list[str] = []
    with transport.opened() as line:
        line.deliver(letter(to=recipient), lambda: noted.append("handing over"))
    return noted


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(trust(authority, tmp_path)))


def test_a_mail_goes_out_encrypted_and_in_chinese(authority: trustme.CA, trusted: None) -> None:
    with mail_server(authority) as (post, port):
        assert deliver(smtp(port)) == ["handing over"]
    (received,) = post.received
    assert post.encrypted == [True]
    assert post.recipients == [TO]
    assert received["Subject"] == "【催报】示例甲园2025年上半年园区发展情况逾期未报"
    assert received["X-Parkwatch-Key"] == "T+1-0123456789abcdef"
    assert received["Message-ID"] == "<T+1-0123456789abcdef@parkwatch.local>"
    assert received["Date"] == "Fri, 01 Aug 2025 09:00:00 +0800"
    text, html = received.get_body(("plain",)), received.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().splitlines() == ["逾期未报：未报", ".以点开头的一行"]
    assert html.get_content().strip() == "<p>逾期未报</p>"


def test_a_certificate_nobody_vouches_for_is_refused_before_anything_is_said(authority: trustme.CA) -> None:
    with mail_server(authority) as (post, port), pytest.raises(Undelivered, match="证书未通过校验") as refused:
        deliver(smtp(port, username=USERNAME, password=PASSWORD))
    assert refused.value.fault is Fault.SERVER
    assert post.received == []


def test_a_certificate_for_another_name_is_refused(authority: trustme.CA, trusted: None) -> None:
    served = mail_server(authority, name="mail.example.org")
    with served as (post, port), pytest.raises(Undelivered, match="证书未通过校验"):
        deliver(smtp(port))
    assert post.received == []


def test_without_encryption_on_offer_nothing_is_sent(authority: trustme.CA) -> None:
    with mail_server(authority, tls="none") as (post, port), pytest.raises(Undelivered, match="STARTTLS"):
        deliver(smtp(port))
    assert post.received == []


def test_this_machine_may_be_spoken_to_in_the_clear(authority: trustme.CA) -> None:
    with mail_server(authority, tls="none") as (post, port):
        deliver(smtp(port, starttls=False))
    assert post.encrypted == [False]


def test_it_logs_in_once_the_line_is_encrypted(authority: trustme.CA, trusted: None) -> None:
    with mail_server(authority, auth=True) as (post, port):
        deliver(smtp(port, username=USERNAME, password=PASSWORD))
        with pytest.raises(Undelivered, match="拒绝登录") as refused:
            deliver(smtp(port, username=USERNAME, password="wrong"))
    assert len(post.received) == 1
    assert refused.value.fault is Fault.SERVER
    assert "wrong" not in str(refused.value)


def test_smtps_is_encrypted_from_the_first_byte(authority: trustme.CA, trusted: None) -> None:
    with mail_server(authority, tls="implicit") as (post, port):
        deliver(smtp(port, implicit_tls=True))
    assert len(post.received) == 1


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ("550 no such user", Fault.ADDRESS),
        ("550 5.1.1 unknown", Fault.ADDRESS),
        ("552 5.2.2 mailbox full", Fault.ADDRESS),
        ("554 5.7.1 relay access denied", Fault.NEVER),
        ("451 try later", Fault.LATER),
        ("530 5.7.0 log in first", Fault.SERVER),
    ],
)
def test_a_refused_address_is_that_mails_trouble_alone(
    authority: trustme.CA, trusted: None, answer: str, fault: Fault
) -> None:
    with mail_server(authority) as (post, port):
        post.rcpt_answers[TO] = answer
        with pytest.raises(Undelivered, match=answer) as refused:
            deliver(smtp(port))
    assert refused.value.fault is fault


def test_a_refused_text_certainly_did_not_go_out(authority: trustme.CA, trusted: None) -> None:
    with mail_server(authority) as (post, port):
        post.data_answers = ["452 disk full"]
        with pytest.raises(Undelivered, match="452 disk full"):
            deliver(smtp(port))


def test_a_cut_before_the_answer_leaves_a_doubt(authority: trustme.CA, trusted: None) -> None:
    with mail_server(authority) as (post, port):
        post.data_answers = ["cut"]
        with pytest.raises(Unanswered):
            deliver(smtp(port))
    assert len(post.received) == 1


def test_what_stops_the_handing_over_stops_the_mail(authority: trustme.CA, trusted: None) -> None:
    def refuse() -> None:
        raise RuntimeError("claim lost")

    with mail_server(authority) as (post, port), pytest.raises(RuntimeError), smtp(port).opened() as line:
        line.deliver(letter(), refuse)
    assert post.received == []


def test_no_server_is_the_servers_trouble() -> None:
    with pytest.raises(Undelivered, match="无法连接邮件服务器") as refused:
        deliver(smtp(free_port()))
    assert refused.value.fault is Fault.SERVER


def test_an_address_that_cannot_be_delivered_to_is_refused_for_good(authority: trustme.CA, trusted: None) -> None:
    with mail_server(authority) as (_post, port), pytest.raises(Undelivered) as refused:
        deliver(smtp(port), recipient="经办人@example.gov.cn")
    assert refused.value.fault is Fault.ADDRESS


def test_the_same_mail_is_the_same_file_to_the_byte(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    assert deliver(FileTransport(folder, SENDER)) == []
    (path,) = folder.iterdir()
    before = path.read_bytes()
    deliver(FileTransport(folder, SENDER))
    assert [entry.name for entry in folder.iterdir()] == ["T+1-0123456789abcdef.eml"]
    assert path.read_bytes() == before
    message = email.message_from_bytes(before, policy=default)
    assert message["Subject"] == "【催报】示例甲园2025年上半年园区发展情况逾期未报"


def test_a_folder_that_cannot_be_written_is_everybodys_trouble(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file, not a folder")
    with pytest.raises(Undelivered, match="无法写入邮件目录") as refused:
        deliver(FileTransport(tmp_path / "mail", SENDER))
    assert refused.value.fault is Fault.SERVER


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("file:/var/mail/out", FileTransport(Path("/var/mail/out"), SENDER)),
        ("file:instance/mail", FileTransport(ROOT / "instance/mail", SENDER)),
        (
            "smtp://park%40watch:p%40ss%2Fword@mail.example.gov.cn",
            SmtpTransport("mail.example.gov.cn", 587, SENDER, "park@watch", "p@ss/word"),
        ),
        ("smtps://mail.example.gov.cn", SmtpTransport("mail.example.gov.cn", 465, SENDER, implicit_tls=True)),
        ("smtp://127.0.0.1:2525?starttls=never", SmtpTransport("127.0.0.1", 2525, SENDER, starttls=False)),
    ],
)
def test_the_setting_names_the_transport(url: str, expected: object) -> None:
    assert open_transport(Settings(_env_file=None, mail_url=url, mail_from=SENDER)) == expected


def test_an_address_that_breaks_a_header_makes_no_mail() -> None:
    with pytest.raises(ValueError, match="换行"):
        build(letter(to="a@example.gov.cn\nBcc: b@example.gov.cn"), SENDER)
