"""A stand-in for the page of a video, with its data where the real site has it."""

import json

VIDEOS = {
    "dQw4w9WgXcQ": ('Học đàn "ghi ta" - bài 1', "Thầy Minh"),
    "aaaaaaaaaaa": ("Núi lửa phun trào thế nào?", "Khoa học vui"),
}
FILLING = "<script>var filling = 1;</script>" * 500
"""A real page brings a hundred kilobytes of scripts before anything else."""


def details(number: str) -> dict[str, object]:
    """Return what the site tells its own page about a video."""
    title, channel = VIDEOS.get(number, ("", ""))
    return {
        "videoDetails": {
            "videoId": number,
            "title": title,
            "lengthSeconds": "213",
            "author": channel,
        }
    }


def watch_page(number: str) -> str:
    """Write the page of a video."""
    title, _ = VIDEOS.get(number, ("", ""))
    data = json.dumps(details(number), separators=(",", ":"))
    return (
        f'<!doctype html><html lang="vi"><meta charset="utf-8">{FILLING}'
        f"<title>{title} - YouTube</title>"
        f"<script>var ytInitialPlayerResponse = {data};</script><p>{number}</p></html>"
    )
