"""What goes on while the portal runs: reminders, mail over TLS, forgetting; by several processes."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import small_office
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from small_office import PARKS, Office
from test_cases_notices import Postbox

from dataro.accounts.sessions import start_session
from dataro.cases import engine, notices
from dataro.cases.channels import channels
from dataro.cases.delivery import deliver
from dataro.cases.retention import KEPT_DAYS, forget
from dataro.cases.rounds import Rounds
from dataro.cases.view import see


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = small_office.open_office(tmp_path)
    yield office
    office.records.close()


def asked(office: Office) -> str:
    return engine.open_case(
        office.records, None, "data_request", office.request, department=PARKS,
        email="ahn@home.example",
    ).case.number  # fmt: skip


def test_however_many_make_their_rounds_everybody_is_reminded_once(office: Office) -> None:
    number = asked(office)
    office.clock.to(2026, 1, 21)  # three working days before the deadline
    several = [Rounds(office.records) for _ in range(4)]
    threads = [threading.Thread(target=one.make) for one in several]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    said = [one.text.ko for one in notices.unread(office.records, office.steward)]
    assert len([one for one in said if "남음" in one and number in one]) == 1
    several[0].make()
    assert len(notices.unread(office.records, office.steward)) == len(said)
    office.clock.to(2026, 1, 28)
    several[0].make()
    late = [one.text.ko for one in notices.unread(office.records, office.chief)]
    assert len([one for one in late if "지났습니다" in one]) == 1


def test_rounds_begin_with_the_portal_and_end_with_it(office: Office) -> None:
    asked(office)
    office.clock.to(2026, 1, 21)
    rounds = Rounds(office.records, seconds=0.01, first=0.01)
    made = threading.Event()
    before = rounds.make

    def make() -> None:
        before()
        made.set()

    rounds.make = make  # type: ignore[method-assign]
    rounds.start()
    assert made.wait(10)
    rounds.stop()
    assert "rounds" not in [one.name for one in threading.enumerate()]


def test_a_round_that_fails_is_made_again(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    number = asked(office)
    office.clock.to(2026, 1, 21)
    monkeypatch.setenv("DATARO_SMTP", "gopher://nowhere")
    rounds = Rounds(office.records)
    rounds.make()
    assert "a round was not finished" in caplog.text
    assert any(number in one.case for one in notices.unread(office.records, office.steward))


def test_personal_data_of_a_case_is_forgotten_a_year_after_its_end(office: Office) -> None:
    number = asked(office)
    kept = asked_again(office)
    form = {
        "ground": "not_held",
        "answer": "우리 시에는 없는 자료입니다. 이의신청을 하실 수 있습니다.",
    }
    engine.move(office.records, office.steward, number, "refuse", form)
    assert forget(office.records) == 0
    office.clock.moment = office.clock.moment.replace(year=2027, month=2)
    assert KEPT_DAYS == 365
    assert forget(office.records) == 1
    assert forget(office.records) == 0
    case = see(office.records, office.steward, number).case
    assert (case.contact_email, case.key_hash) == ("", None)
    assert "phone" not in case.form
    assert case.form["purpose"]
    still = see(office.records, office.steward, kept).case
    assert (still.contact_email, still.form["phone"]) == ("ahn@home.example", "010-1234-5678")
    with office.records.reading() as connection:
        rows = connection.exec_driver_sql(
            "SELECT d.address FROM delivery d JOIN notice n ON n.id = d.notice "
            "JOIN cases c ON c.id = n.case_id WHERE c.number = ?", (number,),
        ).scalars()  # fmt: skip
        assert set(rows) == {""}


def asked_again(office: Office) -> str:
    office.request["title"] = "아직 열려 있는 신청"
    return asked(office)


def test_what_is_left_of_a_session_is_swept_away(office: Office) -> None:
    start_session(office.records, office.citizen)
    office.clock.to(2026, 1, 14)
    Rounds(office.records).make()
    with office.records.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM session").scalar() == 0


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for this machine, signed by itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    (folder / "certificate.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return folder / "certificate.pem", folder / "key.pem"


@contextmanager
def mail_server(certificate: tuple[Path, Path], way: str) -> Iterator[tuple[Postbox, int]]:
    postbox = Postbox()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)

    def known(_: object, __: object, ___: object, mechanism: str, data: object) -> AuthResult:
        right = (data.login, data.password) == (b"portal", b"pass/word")  # type: ignore[attr-defined]
        return AuthResult(success=right, handled=right)

    more = {"ssl_context": context} if way == "smtps" else {
        "tls_context": context, "require_starttls": True
    }  # fmt: skip
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(
        postbox, hostname="127.0.0.1", port=port, authenticator=known, auth_required=True,
        auth_require_tls=way != "smtps", **more,
    )  # fmt: skip
    server.start()
    try:
        yield postbox, port
    finally:
        server.stop()


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.parametrize("way", ["smtps", "smtp+starttls"])
def test_mail_goes_over_tls_to_a_server_whose_certificate_holds(
    office: Office, certificate: tuple[Path, Path], way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(office)
    with mail_server(certificate, way) as (postbox, port):

        def settings(password: str, host: str = "localhost") -> dict[str, str]:
            return {
                "DATARO_SMTP": f"{way}://portal:{password}@{host}:{port}",
                "DATARO_MAIL_FROM": "data@city.example",
            }

        nobody_vouches = deliver(office.records, channels(settings("pass%2Fword")))
        assert nobody_vouches.sent == 0
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
        office.clock.to(2026, 1, 13)
        assert deliver(office.records, channels(settings("wrong"))).sent == 0
        office.clock.to(2026, 1, 14)
        assert deliver(office.records, channels(settings("pass%2Fword", "127.0.0.1"))).sent == 0
        office.clock.to(2026, 1, 15)
        assert deliver(office.records, channels(settings("pass%2Fword"))).sent == 2
    assert {one["To"] for one in postbox.mails} == {"ahn@home.example", "kim@city.example"}
