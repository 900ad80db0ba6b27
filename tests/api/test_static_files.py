"""Style sheets and scripts come packed, packed once, and are kept for a year."""

from api import static_files
from api.static_files import FOLDER, asset
from tests.api.conftest import House

PACKED = {"Accept-Encoding": "gzip"}


async def test_a_style_sheet_is_packed_once_however_often_it_is_asked_for(house: House) -> None:
    static_files._pack.cache_clear()
    async with house.client() as browser:
        answers = [await browser.get(asset("haidang.css"), headers=PACKED) for _ in range(3)]
    whole = (FOLDER / "haidang.css").read_bytes()
    assert static_files._pack.cache_info().misses == 1
    assert {answer.content for answer in answers} == {whole}
    for answer in answers:
        assert answer.num_bytes_downloaded < len(whole) / 2
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert "Accept-Encoding" in answer.headers["vary"]


async def test_who_cannot_unpack_or_wants_a_part_gets_the_file_as_it_is(house: House) -> None:
    whole = (FOLDER / "haidang.css").read_bytes()
    async with house.client() as browser:
        plain = await browser.get(asset("haidang.css"), headers={"Accept-Encoding": "identity"})
        part = await browser.get(asset("haidang.css"), headers=PACKED | {"Range": "bytes=0-9"})
        known = await browser.get(
            asset("haidang.css"), headers=PACKED | {"If-None-Match": plain.headers["etag"]}
        )
    assert (plain.content, "content-encoding" in plain.headers) == (whole, False)
    assert (part.status_code, part.content) == (206, whole[:10])
    assert (known.status_code, known.content) == (304, b"")
