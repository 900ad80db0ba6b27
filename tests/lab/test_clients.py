"""The lab's clients are real: curl and Chromium believe the lab's CA, and only when told to."""

import pytest
from playwright.sync_api import Error

from tests.kit.browser import chromium, curl
from tests.lab.lab import LabProcess
from tests.lab.origin import LOOPBACK
from tests.lab.pki import EXPIRED


def to_lab(lab: LabProcess, host: str) -> tuple[str, str]:
    return "--connect-to", f"{host}:443:{LOOPBACK}:{lab.tls_port}"


def test_curl_believes_the_lab_only_with_its_ca(lab_apart):
    way = to_lab(lab_apart, "vnexpress.net")
    told = curl("https://vnexpress.net/", "--http2", *way, ca=lab_apart.ca_path)
    assert "VnExpress" in told.stdout
    assert curl("https://vnexpress.net/", *way).returncode == 60


def test_curl_refuses_the_labs_expired_certificate(lab_apart):
    told = curl(f"https://{EXPIRED}/", *to_lab(lab_apart, EXPIRED), ca=lab_apart.ca_path)
    assert "expired" in told.stderr


@pytest.mark.browser
def test_chromium_opens_a_lab_site_when_its_home_trusts_the_ca(lab_apart, tmp_path):
    with chromium(tmp_path) as launch:
        page = launch("trusting", cas=[lab_apart.ca_path])
        page.goto(f"https://localhost:{lab_apart.tls_port}/xin-chao")
        assert page.locator("#where").inner_text() == "localhost/xin-chao"
        stranger = launch("stranger")
        with pytest.raises(Error, match="ERR_CERT_AUTHORITY_INVALID"):
            stranger.goto(f"https://localhost:{lab_apart.tls_port}/")
