"""Where the sample children go: hosts that belong together, and the traffic of a minute there."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A product as a device sees it: all hosts are met on arrival, the last carries the traffic."""

    hosts: tuple[str, ...]
    kilobytes: int = 40
    """A minute of it: enough to count as attended (`proxy.meter`), though far less than in life."""


YOUTUBE = Place(("www.youtube.com", "i.ytimg.com", "rr3---sn-8pxuuxa.googlevideo.com"), 300)
TIKTOK = Place(("www.tiktok.com", "v16-webapp.tiktok.com"), 260)
FACEBOOK = Place(("www.facebook.com", "static.xx.fbcdn.net", "www.facebook.com"), 210)
INSTAGRAM = Place(("www.instagram.com", "scontent.cdninstagram.com"), 220)
ZALO = Place(("chat.zalo.me", "zalo.me"), 30)
MESSENGER = Place(("www.messenger.com",), 30)
ROBLOX = Place(("www.roblox.com", "gamejoin.roblox.com"), 80)
FREE_FIRE = Place(("ff.garena.com", "ff.garena.vn"), 80)
MINECRAFT = Place(("www.minecraft.net",), 60)
VIOEDU = Place(("vio.edu.vn", "api.vio.edu.vn"), 210)
OLM = Place(("olm.vn",), 210)
HOCMAI = Place(("hocmai.vn", "v.hocmai.vn"), 240)
DUOLINGO = Place(("www.duolingo.com",), 210)
WIKIPEDIA = Place(("vi.wikipedia.org", "upload.wikimedia.org"), 210)
GOOGLE = Place(("www.google.com",), 60)
COCCOC = Place(("coccoc.com",), 60)
VNEXPRESS = Place(("vnexpress.net", "s1.vnecdn.net", "vnexpress.net"), 210)
TUOITRE = Place(("tuoitre.vn",), 210)
ZING_MP3 = Place(("zingmp3.vn",), 220)
SPOTIFY = Place(("open.spotify.com", "audio-fa.scdn.co"), 220)
SHOPEE = Place(("shopee.vn",), 210)
CHATGPT = Place(("chatgpt.com",), 40)
VIETCOMBANK = Place(("vcbdigibank.vietcombank.com.vn",), 20)
GAMBLING = Place(("www.bet365.com",))
CLASS_BLOG = Place(("lop7b-tranphu.blogspot.com",), 210)
COMICS = Place(("truyen-tranh-hay.example",), 210)
CHATTER = Place(("mtalk.google.com", "graph.facebook.com"), 1)
"""What a phone sends by itself at night."""
