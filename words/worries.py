"""What alerts are called, what they mean, and how to begin to talk, for the adult who reads one."""

from collections.abc import Mapping

from rules.alerts import NOTICED
from words.labels import to_say
from words.speech import Speech

CATEGORIES: Mapping[str, str] = {
    "selfharm": to_say("Self-harm and despair"),
    "grooming": to_say("Strangers and pressure"),
    "bullying": to_say("Bullying"),
    "violence": to_say("Violence and weapons"),
    "drugs": to_say("Drugs, smoking, alcohol"),
    "gambling": to_say("Gambling"),
    "changed": to_say("YouTube is built differently"),
    "private": to_say("Private details"),
    "homework": to_say("Homework and AI"),
    "bypass": to_say("Ways around"),
    "coverage": to_say("Less is seen"),
    "letter": to_say("The weekly letter"),
}
ICONS: Mapping[str, str] = {
    "selfharm": "heart-handshake",
    "grooming": "user-exclamation",
    "bullying": "mood-sad",
    "violence": "alert-triangle",
    "drugs": "pill",
    "gambling": "dice-5",
    "changed": "brand-youtube",
    "private": "id",
    "homework": "school",
    "bypass": "route-off",
    "coverage": "eye-off",
    "letter": "mail-x",
}
LEVELS: Mapping[str, str] = {
    "urgent": to_say("Talk today"),
    "concern": to_say("Look after it soon"),
    "notice": to_say("Good to know"),
}
PLACES: Mapping[str, str] = {
    "search": to_say("searched for"),
    "chat": to_say("typed into an AI chat"),
    "page": to_say("met on a page"),
    "form": to_say("about to be sent to a site"),
    "machine": to_say("noticed by this machine"),
}
MEANS: Mapping[str, str] = {
    "selfharm": to_say(
        "Words about wanting to die, about hurting oneself, or about not eating. It may be a song"
        " or homework; it may also be the only way it comes out."
    ),
    "grooming": to_say(
        "Words about somebody who wants pictures, secrets or a meeting, or who threatens."
    ),
    "bullying": to_say("Words about being hurt, shut out or made fun of, or about doing it."),
    "violence": to_say("Words about hurting somebody, about weapons, or about videos of it."),
    "drugs": to_say("Words about getting, using or hiding drugs, vapes, tobacco or alcohol."),
    "gambling": to_say("Words about betting for money, or about debts from it."),
    "changed": to_say(
        "YouTube has changed how its pages are built, and Hải Đăng no longer finds what it should"
        " take out of them. Until that is put right, YouTube goes on as it is, or is closed, as the"
        " rules say."
    ),
    "private": to_say(
        "Something you wanted to be asked about was about to be sent to a site that you do not"
        " trust. Your child was asked first; what was written is kept nowhere."
    ),
    "homework": to_say(
        "An AI chat was asked to do homework, and your child was asked to try first. What was"
        " written is kept nowhere."
    ),
    "bypass": to_say(
        "Again and again in one day something on a device tried to go around Hải Đăng, and was"
        " stopped. It may be an app; five minutes and more are seldom one by itself."
    ),
    "coverage": to_say(
        "Much less of a device’s time on this network came through Hải Đăng than in the week"
        " before. Its settings may have been changed, or an update undid them."
    ),
    "letter": to_say("The weekly letter could not be made. It is tried again every hour."),
}
TALK: Mapping[str, str] = {
    "selfharm": to_say(
        "Choose a quiet moment today. Say that you worry, and ask plainly: “Do you sometimes think"
        " of dying?” Asking puts nobody up to it. Listen, do not argue, do not leave your child"
        " alone if the answer is yes, and call 111 together."
    ),
    "grooming": to_say(
        "Say first that your child did nothing wrong and will not lose the phone. Do not delete"
        " anything and do not pay; keep what was written, and call 111 or the police on 113."
    ),
    "bullying": to_say(
        "Ask how breaks and the way home are, not who is to blame. Write down what happened and"
        " when, and go to the teacher with it; 111 tells you how."
    ),
    "violence": to_say(
        "Ask what was behind it: fear, anger, a game, a film? If somebody could really be hurt,"
        " put away what is dangerous and call for help."
    ),
    "drugs": to_say(
        "Ask with interest instead of a verdict: who has it, what do friends say, what does your"
        " child think? A threat ends the talk; a doctor may be asked in confidence."
    ),
    "gambling": to_say(
        "Ask about money and debts calmly. Such sites are made so that nobody wins; look together"
        " at which accounts and cards are in use."
    ),
    "changed": to_say(
        "Look for a newer Hải Đăng. Until there is one, you can close YouTube, or choose in the"
        " rules that what cannot be looked into is closed."
    ),
    "private": to_say(
        "Ask what the site was for and what was promised: a prize, a game, an account, a friend?"
        " Praise it if your child stopped. If it must be, let the child use a made-up name and"
        " your e-mail, and look at the site together."
    ),
    "homework": to_say(
        "Ask what was hard, not why it cheated. Begin the first step together; an AI that explains"
        " is a good tutor, and “show me where I am wrong” is a good question."
    ),
    "bypass": to_say(
        "Ask what was missing: a game, a friend, a film? A rule that is agreed on is gone around"
        " less than a lock; then look together at which app it was."
    ),
    "coverage": to_say(
        "Look at the device’s page together: it says which setting is gone and how to bring it"
        " back. Ask before you suspect; updates do this, too."
    ),
    "letter": to_say("The log of the clock says what went wrong."),
}


def named(speech: Speech, category: str, topic: str) -> str:
    """Name what an alert is about, and more closely where that is known."""
    name = speech.say(CATEGORIES.get(category, category))
    if not topic or category in NOTICED:
        return name
    kind = "detail" if category == "private" else "topic"
    return f"{name}: {speech.say('{what}', what=(kind, topic))}"
