"""What the child and the parent are told, by what was answered and why.

A key is a reason, with `:open` where the visit goes on, `/` and what is particular about it, and
`:until` where the end is known. The most particular sentence that exists is said.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sentence:
    """A message and its values: text, numbers, moments (shown as local time) or named pairs.

    A pair is a kind and an id: `("category", "games")`, `("service", "roblox")`, or one of those
    that `words.labels` knows, such as `("layer", "family")`; the reader sees its name.
    """

    message: str
    values: Mapping[str, object]


NONE: Mapping[str, object] = {}

# A rule that holds day and night never names a moment, even where the verdict has one: that
# moment is when another rule may take over, and the child would read it as “open again then”.
TO_CHILD: Mapping[str, Sentence] = {
    "open": Sentence("This is open for you.", NONE),
    "stopped": Sentence("This is closed.", NONE),
    "helpline:open": Sentence("Help is always open, day and night.", NONE),
    "network_check:open": Sentence("Your device checks here whether it is online.", NONE),
    "house": Sentence("Hải Đăng keeps this closed to keep everyone safe.", NONE),
    "grant:open": Sentence("This is open: you were given {what} for a while.", NONE),
    "grant:open:until": Sentence("This is open: you were given {what}, until {until}.", NONE),
    "allow_list:open": Sentence("This site was opened for you.", NONE),
    "block_list": Sentence("{what} is on the list of closed sites.", NONE),
    "service": Sentence("{what} is closed for you.", NONE),
    "service:open": Sentence("{what} is open for you.", NONE),
    "category": Sentence("This site is about “{what}”, and that is closed for you.", NONE),
    "unknown_site": Sentence(
        "Only sites we know are open for you, and we don’t know this one yet. You can ask for it.",
        NONE,
    ),
    "unnamed": Sentence(
        "This connection goes to a number and does not say which site it wants, so it was stopped."
        " If an app of yours needs it, ask.",
        NONE,
    ),
    "url": Sentence("This page is closed for you: {what}.", NONE),
    "url:open": Sentence("This page was opened for you.", NONE),
    "companion:open": Sentence("This is open: a page that is open for you needs it.", NONE),
    "channel": Sentence(
        "On YouTube only some channels and videos are open for you, and this is none of them yet."
        " You can ask for it.",
        NONE,
    ),
    "unreadable": Sentence(
        "We cannot tell what is on this page of YouTube just now, so it is closed until that is put"
        " right. It’s not your fault.",
        NONE,
    ),
    "hours": Sentence("Your hours “{what}” keep this closed.", NONE),
    "hours:until": Sentence("Your hours “{what}” keep this closed until {until}.", NONE),
    "hours/bedtime": Sentence("It’s bedtime.", NONE),
    "hours/bedtime:until": Sentence("It’s bedtime until {until}.", NONE),
    "hours/study": Sentence("It’s study time.", NONE),
    "hours/study:until": Sentence("It’s study time until {until}.", NONE),
    "hours/free": Sentence("This is for your free time.", NONE),
    "hours/free:until": Sentence("This waits for your free time, at {until}.", NONE),
    "allowance": Sentence("You have used {used} of {limit} minutes of {what} today.", NONE),
    "allowance/everything": Sentence(
        "You have used {used} of your {limit} minutes online today.", NONE
    ),
    "allowance/week": Sentence(
        "You have used {used} of {limit} minutes of {what} this week.", NONE
    ),
    "allowance/week_everything": Sentence(
        "You have used {used} of your {limit} minutes online this week.", NONE
    ),
    "allowance/none": Sentence("There is no time for {what} today.", NONE),
    "allowance/unknown": Sentence("Your minutes of {what} are used up for today.", NONE),
    "finishing:open": Sentence("Time is over, and what was running may end by itself.", NONE),
    "finishing:open:until": Sentence(
        "Time is over, and what was running may end by itself, until {until} at most.", NONE
    ),
    "paused": Sentence("{by} paused the internet.", NONE),
    "paused:until": Sentence("{by} paused the internet until {until}.", NONE),
    "lesson": Sentence("It’s a lesson: only the sites that {by} chose are open.", NONE),
    "lesson:until": Sentence(
        "It’s a lesson until {until}: only the sites that {by} chose are open.", NONE
    ),
    "safe_search:open": Sentence("This goes to its safe version.", NONE),
    "looks_like": Sentence(
        "We don’t know this site, but its pages look like “{what}”, and that is closed for you."
        " If that is wrong, ask: an adult can put it right.",
        NONE,
    ),
    "unsafe_search": Sentence(
        "{what} cannot leave out what is only for adults, so it is closed while safe search is"
        " on. Google, Bing and DuckDuckGo can.",
        NONE,
    ),
    "never_opened:open": Sentence("This is open, and nobody looks inside.", NONE),
    "pinned:open": Sentence("This is open: the app lets nobody look inside.", NONE),
    "of_age:open": Sentence(
        "You are grown up: this is open, and nothing is written down any more.", NONE
    ),
    "unopened": Sentence(
        "Only parts of this are open for you, and this device keeps us from telling which."
        " Ask an adult to finish setting it up.",
        NONE,
    ),
    "private": Sentence(
        "You were about to send this: {what}. It was held back, so that you can think about it.",
        NONE,
    ),
    "homework": Sentence(
        "This looked like homework that the AI should do for you. Try it yourself first.", NONE
    ),
    "unknown_device": Sentence(
        "We don’t know this device yet. Ask an adult to add it to the family.", NONE
    ),
    "unknown_user": Sentence("Several of you share this device. Say who you are first.", NONE),
    "private_address": Sentence("This address belongs to the home network.", NONE),
    "names_disagree": Sentence(
        "This connection gave two different names, so it was stopped.", NONE
    ),
    "not_tls": Sentence("This connection was not a secure one, so it was stopped.", NONE),
    "port": Sentence("This kind of connection is closed here.", NONE),
    "bad_certificate": Sentence(
        "This site could not prove who it is, so it was stopped to keep you safe.", NONE
    ),
    "no_policy": Sentence("There are no rules here yet. Ask an adult to finish setting up.", NONE),
    "fault": Sentence("Something of ours broke, so this was stopped. It’s not your fault.", NONE),
}

TO_PARENT: Mapping[str, Sentence] = {
    "open": Sentence("Open ({layer}).", NONE),
    "stopped": Sentence("Stopped ({layer}).", NONE),
    "default:open": Sentence("Open: no rule says otherwise.", NONE),
    "default:open:until": Sentence(
        "Open: no rule says otherwise. This may change at {until}.", NONE
    ),
    "helpline:open": Sentence("Open: help for children is never stopped by any rule.", NONE),
    "network_check:open": Sentence(
        "Open at all hours: here a device checks whether it is online. "
        "Without an answer it would leave for mobile data.",
        NONE,
    ),
    "house": Sentence("Stopped by Hải Đăng itself; no rule can change this.", NONE),
    "grant:open": Sentence("Open by a grant for {what} ({layer}).", NONE),
    "grant:open:until": Sentence(
        "Open by a grant for {what}, at least until {until} ({layer}).", NONE
    ),
    "allow_list:open": Sentence("Open: {what} is on the allow list ({layer}).", NONE),
    "block_list": Sentence("Stopped: {what} is on the block list ({layer}).", NONE),
    "service": Sentence("Stopped: the service {what} is blocked ({layer}).", NONE),
    "service:open": Sentence("Open: the service {what} is allowed ({layer}).", NONE),
    "category": Sentence("Stopped: the category “{what}” is blocked ({layer}).", NONE),
    "unknown_site": Sentence(
        "Stopped: this site is unknown, and only known sites are open ({layer}).", NONE
    ),
    "unnamed": Sentence(
        "Stopped: it goes to an address and names no site, and this policy wants names ({layer}).",
        NONE,
    ),
    "url": Sentence("Stopped: the rule for addresses “{what}” ({layer}).", NONE),
    "url:open": Sentence("Open by the rule for addresses “{what}” ({layer}).", NONE),
    "channel": Sentence(
        "Stopped: on YouTube only chosen channels and videos play, and {what} is not among them"
        " ({layer}).",
        NONE,
    ),
    "unreadable": Sentence(
        "Stopped: YouTube’s page could not be read, so nothing could be taken out of it, and the"
        " rules say to close it then.",
        NONE,
    ),
    "companion:open": Sentence(
        "Open: unknown by itself, but a page that is open needs it ({layer}).", NONE
    ),
    "hours": Sentence("Stopped by the hours “{what}” ({layer}).", NONE),
    "hours:until": Sentence("Stopped by the hours “{what}” until {until} ({layer}).", NONE),
    "allowance": Sentence(
        "Stopped: {used} of {limit} minutes of {what} are used up ({layer}).", NONE
    ),
    "allowance:until": Sentence(
        "Stopped: {used} of {limit} minutes of {what} are used up, until {until} ({layer}).", NONE
    ),
    "allowance/week": Sentence(
        "Stopped: {used} of this week’s {limit} minutes of {what} are used up ({layer}).", NONE
    ),
    "allowance/week:until": Sentence(
        "Stopped: {used} of this week’s {limit} minutes of {what} are used up, until {until}"
        " ({layer}).",
        NONE,
    ),
    "allowance/none": Sentence("Stopped: no minutes of {what} are set for today ({layer}).", NONE),
    # Lines of the journal do not keep the minutes.
    "allowance/unknown": Sentence(
        "Stopped: the day’s minutes of {what} were used up ({layer}).", NONE
    ),
    "paused": Sentence("Stopped: {by} paused the internet ({layer}).", NONE),
    "paused:until": Sentence("Stopped: {by} paused the internet until {until} ({layer}).", NONE),
    "lesson": Sentence("Stopped: {by} opened only some sites for a lesson ({layer}).", NONE),
    "lesson:until": Sentence(
        "Stopped: {by} opened only some sites for a lesson until {until} ({layer}).", NONE
    ),
    "safe_search:open": Sentence("Led to the safe version, {to} ({layer}).", NONE),
    "looks_like": Sentence(
        "Stopped: no list knows this site, but by its pages it is about “{what}”, which is blocked"
        " ({layer}).",
        NONE,
    ),
    "unsafe_search": Sentence(
        "Stopped: {what} has no safe mode that can be set from outside, and safe search is on"
        " ({layer}). Google, Bing and DuckDuckGo have one.",
        NONE,
    ),
    "finishing:open": Sentence(
        "Open: its time ended, and the video that was running may end by itself ({layer}).", NONE
    ),
    "finishing:open:until": Sentence(
        "Open: its time ended, and the video that was running may end by itself, until {until} at"
        " most ({layer}).",
        NONE,
    ),
    "never_opened:open": Sentence(
        "Open and never looked into: banks, health and authorities stay private.", NONE
    ),
    "pinned:open": Sentence(
        "Open and not looked into: this app trusts only its own certificate ({layer}).", NONE
    ),
    "of_age:open": Sentence(
        "Open: the child is grown up, rules and recording have ended by themselves.", NONE
    ),
    "unopened": Sentence(
        "Stopped: a rule must see the address, and this device does not trust our certificate"
        " ({layer}).",
        NONE,
    ),
    "private": Sentence(
        "Held back: {what} was about to be sent there, and the child was asked first ({layer}).",
        NONE,
    ),
    "homework": Sentence(
        "Held back: an AI chat was asked to do homework; the child was asked to try first"
        " ({layer}).",
        NONE,
    ),
    "unknown_device": Sentence("Stopped: nobody has adopted this device yet.", NONE),
    "unknown_user": Sentence("Stopped: nobody had said yet who is using this shared device.", NONE),
    "private_address": Sentence(
        "Stopped: the address lies in a private network. You can open it for your devices.", NONE
    ),
    "names_disagree": Sentence("Stopped: the names given in one connection disagree.", NONE),
    "not_tls": Sentence("Stopped: the tunnel did not carry TLS.", NONE),
    "port": Sentence("Stopped: devices may not connect to this port.", NONE),
    "bad_certificate": Sentence("Stopped: the site’s certificate is not valid.", NONE),
    "no_policy": Sentence("Stopped: no policy has been loaded yet.", NONE),
    "fault": Sentence("Stopped: a fault in Hải Đăng; the log tells more.", NONE),
}
