"""Only addresses that everybody reaches are fetched from."""

import pytest

from lookalike.errors import PictureError
from lookalike.fetching import Fetcher, is_public
from lookalike.products import PictureSource


def reason_for(fetcher: Fetcher, source: PictureSource) -> str:
    with pytest.raises(PictureError) as caught:
        fetcher.fetch(source)
    assert caught.value.message
    assert "\n" not in str(caught.value)
    return caught.value.reason


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/a.jpg",
        "http://localhost/a.jpg",
        "http://2130706433/a.jpg",
        "http://0.0.0.0/a.jpg",
        "http://10.1.2.3/a.jpg",
        "https://192.168.0.1/a.jpg",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/a.jpg",
        "http://[::ffff:127.0.0.1]/a.jpg",
        "http://[fe80::1]/a.jpg",
    ],
)
def test_private_addresses_are_refused(url: str) -> None:
    with Fetcher() as fetcher:
        assert reason_for(fetcher, PictureSource(url)) == "private-address"


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.0.1", "100.64.0.1", "0.0.0.0"),
        *("224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1"),
        *("::ffff:10.0.0.1", "2002:0a00:0001::", "64:ff9b::7f00:1"),
    ],
)
def test_addresses_that_not_everybody_reaches_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "2606:2800:21f::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("url", ["http://", "http://[", "http://a..b/", "https://" + "x" * 300 + ".example/"])
def test_an_address_that_makes_no_sense_is_a_failure(url: str) -> None:
    with Fetcher(retries=0) as fetcher:
        assert reason_for(fetcher, PictureSource(url)) == "fetch-failed"
