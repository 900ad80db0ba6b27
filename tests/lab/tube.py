"""The data of a video site, in the shapes that YouTube gives it today; every word in it is ours.

What stands where was learnt from public programs that read it (see docs/decisions); nothing was
copied from the site itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

type Node = dict[str, Any]

TRACKING = "CBEQ8zAYACITCL"


@dataclass(frozen=True, slots=True)
class Channel:
    """Who makes videos."""

    number: str
    handle: str
    name: str


@dataclass(frozen=True, slots=True)
class Video:
    """A video, short ones among them."""

    number: str
    title: str
    channel: Channel
    is_short: bool = False


TEACHER = Channel("UCaaaaaaaaaaaaaaaaaaaaaa", "@thayminh", "Thầy Minh")
SCIENCE = Channel("UCbbbbbbbbbbbbbbbbbbbbbb", "@khoahocvui", "Khoa học vui")
PRANKS = Channel("UCcccccccccccccccccccccc", "@dotuongtrolls", "Trò đùa quá lố")
CHANNELS = {channel.number: channel for channel in (TEACHER, SCIENCE, PRANKS)}
GUITAR = Video("dQw4w9WgXcQ", 'Học đàn "ghi ta" - bài 1', TEACHER)
VOLCANO = Video("aaaaaaaaaaa", "Núi lửa phun trào thế nào?", SCIENCE)
PRANK = Video("ccccccccccc", "24 giờ <b>đùa dai</b> & la hét", PRANKS)
DANCE = Video("sssssssssss", "Điệu nhảy 15 giây", PRANKS, is_short=True)
TRICK = Video("ttttttttttt", "Mẹo gấp giấy", SCIENCE, is_short=True)
LONG = (GUITAR, VOLCANO, PRANK)
SHORT = (DANCE, TRICK)
ALL = {video.number: video for video in (*LONG, *SHORT)}


def said(text: str) -> Node:
    return {"runs": [{"text": text}]}


def to_channel(channel: Channel) -> Node:
    return {
        "clickTrackingParams": TRACKING,
        "commandMetadata": {"webCommandMetadata": {"url": f"/{channel.handle}"}},
        "browseEndpoint": {
            "browseId": channel.number,
            "canonicalBaseUrl": f"/{channel.handle}",
        },
    }


def to_video(video: Video) -> Node:
    way = "reelWatchEndpoint" if video.is_short else "watchEndpoint"
    url = f"/shorts/{video.number}" if video.is_short else f"/watch?v={video.number}"
    return {
        "clickTrackingParams": TRACKING,
        "commandMetadata": {"webCommandMetadata": {"url": url}},
        way: {
            "videoId": video.number,
            "watchEndpointSupportedOnesieConfig": {
                "html5PlaybackOnesieConfig": {
                    "commonConfig": {"url": "https://rr1.googlevideo.com/initplayback"}
                }
            },
        },
    }


def byline(channel: Channel) -> Node:
    return {"runs": [{"text": channel.name, "navigationEndpoint": to_channel(channel)}]}


def renderer(video: Video, kind: str = "videoRenderer") -> Node:
    """Show a video as pages did before, and searches still do."""
    shown = {
        "videoId": video.number,
        "title": said(video.title),
        "shortBylineText": byline(video.channel),
        "navigationEndpoint": to_video(video),
        "trackingParams": TRACKING,
    }
    return {kind: shown}


def lockup(video: Video) -> Node:
    """Show a video as pages do since 2025."""
    kind = "SHORTS" if video.is_short else "VIDEO"
    row = {
        "text": {
            "content": video.channel.name,
            "commandRuns": [{"onTap": {"innertubeCommand": to_channel(video.channel)}}],
        }
    }
    shown = {
        "contentId": video.number,
        "contentType": f"LOCKUP_CONTENT_TYPE_{kind}",
        "metadata": {
            "lockupMetadataViewModel": {
                "title": {"content": video.title},
                "metadata": {
                    "contentMetadataViewModel": {"metadataRows": [{"metadataParts": [row]}]}
                },
            }
        },
        "rendererContext": {"commandContext": {"onTap": {"innertubeCommand": to_video(video)}}},
    }
    return {"lockupViewModel": shown}


def short(video: Video) -> Node:
    """Show one of the Shorts."""
    shown = {
        "entityId": f"shorts-shelf-item-{video.number}",
        "onTap": {"innertubeCommand": to_video(video)},
        "overlayMetadata": {"primaryText": {"content": video.title}},
    }
    return {"shortsLockupViewModel": shown}


def rich(item: Node) -> Node:
    return {"richItemRenderer": {"content": item, "trackingParams": TRACKING}}


def more(token: str) -> Node:
    command = {"continuationCommand": {"token": token}}
    return {"continuationItemRenderer": {"continuationEndpoint": command}}


def shorts_shelf() -> Node:
    """Show the shelf of Shorts on the front page."""
    shelf = {
        "title": said("Shorts"),
        "icon": {"iconType": "YOUTUBE_SHORTS_BRAND_24"},
        "contents": [rich(short(video)) for video in SHORT],
        "trackingParams": TRACKING,
    }
    return {"richSectionRenderer": {"content": {"richShelfRenderer": shelf}}}


def framed(contents: Node, **parts: object) -> Node:
    return {"responseContext": {"serviceTrackingParams": []}, "contents": contents, **parts}


def home(*, phone: bool = False) -> Node:
    """Return the data of the front page."""
    grid = {
        "contents": [*(rich(lockup(video)) for video in LONG), shorts_shelf(), more("home")],
        "targetId": "browse-feedFEwhat_to_watch",
        "trackingParams": TRACKING,
    }
    tab = {"tabRenderer": {"selected": True, "content": {"richGridRenderer": grid}}}
    name = "singleColumnBrowseResultsRenderer" if phone else "twoColumnBrowseResultsRenderer"
    return framed({name: {"tabs": [tab]}})


def home_more() -> Node:
    """Return what the front page loads when somebody scrolls on."""
    action = {
        "targetId": "browse-feedFEwhat_to_watch",
        "continuationItems": [rich(lockup(VOLCANO)), rich(short(DANCE)), more("home2")],
    }
    return {
        "responseContext": {},
        "onResponseReceivedActions": [
            {"clickTrackingParams": TRACKING, "appendContinuationItemsAction": action}
        ],
    }


def results() -> Node:
    """Return what a search finds."""
    shelf = {
        "header": {"gridShelfHeaderViewModel": {"title": {"content": "Shorts"}}},
        "contents": [short(video) for video in SHORT],
    }
    found = [
        {"channelRenderer": {"channelId": PRANKS.number, "navigationEndpoint": to_channel(PRANKS)}},
        *(renderer(video) for video in LONG),
        {"gridShelfViewModel": shelf},
        {"reelShelfRenderer": {"title": said("Shorts"), "items": [short(TRICK)]}},
        renderer(DANCE),
    ]
    section = {"itemSectionRenderer": {"contents": found, "trackingParams": TRACKING}}
    sections = {"sectionListRenderer": {"contents": [section, more("search")]}}
    return framed({"twoColumnSearchResultsRenderer": {"primaryContents": sections}})


def guide() -> Node:
    """Return the menu at the side, and the bar of a phone."""
    entries = [
        {"guideEntryRenderer": {"formattedTitle": said(title), **way}}
        for title, way in (
            ("Trang chủ", {"icon": {"iconType": "WHAT_TO_WATCH"}}),
            (
                "Shorts",
                {"icon": {"iconType": "TAB_SHORTS"}, "navigationEndpoint": to_video(DANCE)},
            ),
        )
    ]
    bar = [
        {"pivotBarItemRenderer": {"pivotIdentifier": name}}
        for name in ("FEwhat_to_watch", "FEshorts")
    ]
    return {
        "responseContext": {},
        "items": [
            {"guideSectionRenderer": {"items": entries}},
            {"pivotBarRenderer": {"items": bar}},
        ],
    }


def comments_section() -> Node:
    section = {"sectionIdentifier": "comment-item-section", "contents": [more("comments")]}
    return {"itemSectionRenderer": section}


def comments() -> Node:
    """Return comments, which a page asks for when somebody scrolls to them."""
    thread = {"commentThreadRenderer": {"commentViewModel": {"commentKey": "key1"}}}
    return {
        "responseContext": {},
        "onResponseReceivedEndpoints": [
            {
                "reloadContinuationItemsCommand": {
                    "targetId": "comments-section",
                    "continuationItems": [thread, more("comments2")],
                }
            }
        ],
        "frameworkUpdates": {
            "entityBatchUpdate": {
                "mutations": [
                    {
                        "entityKey": "key1",
                        "payload": {
                            "commentEntityPayload": {
                                "properties": {"content": {"content": "Kết bạn với anh nhé"}}
                            }
                        },
                    },
                    {"entityKey": "key2", "payload": {"subscriptionStateEntity": {"on": False}}},
                ]
            }
        },
    }


def watch(video: Video, *, phone: bool = False) -> Node:
    """Return the data of a video's page around its player."""
    owner = {"videoOwnerRenderer": {"title": byline(video.channel)}}
    about = {"videoSecondaryInfoRenderer": {"owner": owner}}
    first = {"videoPrimaryInfoRenderer": {"title": said(video.title)}}
    others = [other for other in LONG if other is not video]
    auto = {"autoplay": {"sets": [{"mode": "NORMAL", "autoplayVideo": to_video(others[0])}]}}
    end = {"results": [renderer(other, "endScreenVideoRenderer") for other in others]}
    overlay = {
        "endScreen": {"watchNextEndScreenRenderer": end},
        "autoplay": {"playerOverlayAutoplayRenderer": {"videoId": others[0].number}},
        "autonavToggle": {"autoplaySwitchButtonRenderer": {"enabled": True}},
        "shareButton": {"buttonRenderer": {"text": said("Chia sẻ")}},
    }
    panel = {"panelIdentifier": "engagement-panel-comments-section", "content": more("comments")}
    parts = {
        "playerOverlays": {"playerOverlayRenderer": overlay},
        "engagementPanels": [{"engagementPanelSectionListRenderer": panel}],
    }
    if phone:
        related = {
            "itemSectionRenderer": {
                "sectionIdentifier": "related-items",
                "contents": [renderer(other, "videoWithContextRenderer") for other in others],
            }
        }
        shown = [first, about, comments_section(), related]
        column = {"results": {"results": {"contents": shown}}, "autoplay": auto}
        return framed({"singleColumnWatchNextResults": column}, **parts)
    beside = [*(lockup(other) for other in others), short(TRICK), more("related")]
    column = {
        "results": {"results": {"contents": [first, about, comments_section()]}},
        "secondaryResults": {"secondaryResults": {"results": beside, "trackingParams": TRACKING}},
        "autoplay": auto,
    }
    return framed({"twoColumnWatchNextResults": column}, **parts)


def player(video: Video) -> Node:
    """Return what a player is told to play."""
    return {
        "responseContext": {"visitorData": "Cgt"},
        "playabilityStatus": {"status": "OK", "playableInEmbed": True},
        "streamingData": {
            "expiresInSeconds": "21540",
            "formats": [
                {
                    "itag": 18,
                    "mimeType": "audio/wav",
                    "url": f"https://rr1---sn-lab.googlevideo.com/videoplayback?id={video.number}",
                }
            ],
        },
        "videoDetails": {
            "videoId": video.number,
            "title": video.title,
            "lengthSeconds": "20",
            "channelId": video.channel.number,
            "author": video.channel.name,
        },
        "endscreen": {"endscreenRenderer": {"elements": [{"endscreenElementRenderer": {}}]}},
        "microformat": {
            "playerMicroformatRenderer": {
                "externalChannelId": video.channel.number,
                "ownerProfileUrl": f"http://www.youtube.com/{video.channel.handle}",
            }
        },
    }


def reel(video: Video) -> Node:
    """Return the data of one of the Shorts."""
    return {
        "responseContext": {},
        "overlay": {"reelPlayerOverlayRenderer": {"style": "REEL_PLAYER_OVERLAY_STYLE_SHORTS"}},
        "replacementEndpoint": to_video(video),
    }


def reels() -> Node:
    """Return which Shorts come next."""
    return {"responseContext": {}, "entries": [{"command": to_video(video)} for video in SHORT]}


def channel_page(channel: Channel, videos: Iterable[Video]) -> Node:
    """Return the data of a channel's own page."""
    shorts = f"/{channel.handle}/shorts"
    grid = {"richGridRenderer": {"contents": [rich(lockup(video)) for video in videos]}}
    tabs = [
        {"tabRenderer": {"title": "Video", "selected": True, "content": grid}},
        {
            "tabRenderer": {
                "title": "Shorts",
                "endpoint": {"commandMetadata": {"webCommandMetadata": {"url": shorts}}},
            }
        },
    ]
    return framed(
        {"twoColumnBrowseResultsRenderer": {"tabs": tabs}},
        metadata={
            "channelMetadataRenderer": {
                "title": channel.name,
                "externalId": channel.number,
                "vanityChannelUrl": f"http://www.youtube.com/{channel.handle}",
            }
        },
    )
