"""How YouTube's own data names its parts; what is known of it today, and where from.

There is no description of it. The names are those that many programs rely on (yt-dlp, NewPipe,
YouTube.js, uBlock Origin's filters), seen in public code up to September 2026. When one of them
goes away, `feeds.videos.known` notices where a page depends on it.
"""

SHORTS = frozenset(
    {"reelShelfRenderer", "reelItemRenderer", "shortsLockupViewModel", "shortsLockupViewModelV2"}
)
SHORTS_LOCKUP = "LOCKUP_CONTENT_TYPE_SHORT"
SHORTS_ICONS = frozenset({"TAB_SHORTS", "YOUTUBE_SHORTS_BRAND_24", "YOUTUBE_SHORTS_FILL_24"})
SHORTS_PIVOT = "FEshorts"
COMMENTS = frozenset(
    {
        *("commentThreadRenderer", "commentsHeaderRenderer", "commentRenderer", "commentViewModel"),
        *("commentsEntryPointHeaderRenderer", "commentsEntryPointTeaserRenderer"),
        *("commentEntityPayload", "liveChatRenderer", "liveChatContinuation"),
    }
)
COMMENT_SECTIONS = frozenset(
    {
        *("comment-item-section", "comments-entry-point", "comments-section"),
        "engagement-panel-comments-section",
    }
)
RELATED = frozenset(
    {"secondaryResults", "endScreen", "watchNextEndScreenRenderer", "endscreen", "cards"}
)
"""Beside a video; at its end as the page shows it; and as whoever made the video put it there."""
RELATED_SECTIONS = frozenset({"related-items", "watch-next-feed"})
AUTOPLAY = frozenset(
    {
        *("autoplay", "autonavToggle", "autoplaySwitchButtonRenderer"),
        *("playerOverlayAutoplayRenderer", "compactAutoplayRenderer"),
    }
)
HOME = ("browse-feedFEwhat_to_watch", "browse-feedFEexplore", "browse-feedFEtrending")
"""How the `targetId` of the front page's list begins."""
AHEAD = frozenset({"watchEndpointSupportedOnesieConfig", "watchEndpointSupportedPrefetchConfig"})
"""Lets a player fetch a video before, or without, asking for it where it could be refused."""

SECTION_NAMES = ("sectionIdentifier", "panelIdentifier", "targetId")
ENTRIES = frozenset(
    {
        *("guideEntryRenderer", "miniGuideEntryRenderer", "pivotBarItemRenderer"),
        *("tabRenderer", "chipCloudChipRenderer"),
    }
)
"""Ways to a part of the site: in its menu, in the bar below, a channel's tabs, a search's chips."""
ITEMS = frozenset(
    {
        *("videoRenderer", "gridVideoRenderer", "compactVideoRenderer", "playlistVideoRenderer"),
        *("videoWithContextRenderer", "lockupViewModel", "endScreenVideoRenderer"),
        *("endscreenElementRenderer", "tileRenderer", "movieRenderer", "channelRenderer"),
        *("radioRenderer", "compactRadioRenderer", "playlistRenderer", "compactPlaylistRenderer"),
        *("gridPlaylistRenderer", "endScreenPlaylistRenderer", "backstagePostRenderer"),
        *("postRenderer", "watchCardCompactVideoRenderer", "compactChannelRenderer"),
        *SHORTS,
    }
)
SHELVES = frozenset(
    {
        *("richShelfRenderer", "shelfRenderer", "reelShelfRenderer", "gridShelfViewModel"),
        *("itemSectionRenderer", "horizontalCardListRenderer", "horizontalListRenderer"),
        *("verticalListRenderer", "expandedShelfContentsRenderer", "richSectionRenderer"),
        *("richItemRenderer", "backstagePostThreadRenderer", "universalWatchCardRenderer"),
    }
)
"""What holds items: when the last is taken out, the shelf goes, too."""
MORE = frozenset({"continuationItemRenderer", "continuationItemViewModel"})
"""Asks for more of the same."""
BYLINES = (
    *("ownerText", "shortBylineText", "longBylineText", "bylineText", "subtitles", "channelId"),
    *("channelThumbnail", "channelThumbnailSupportedRenderers", "authorEndpoint", "authorText"),
    *("metadata", "byline"),
)
"""Where an item says whose it is."""
WAYS = (
    ("navigationEndpoint",),
    ("endpoint",),
    ("onSelectCommand",),
    ("onTap", "innertubeCommand"),
    ("rendererContext", "commandContext", "onTap", "innertubeCommand"),
)
"""Where an item says what a tap on it opens."""
