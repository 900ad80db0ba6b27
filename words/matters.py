"""What matters are called and what each is about, for the adult who chooses what to be told."""

from collections.abc import Mapping

from words.labels import to_say

KINDS: Mapping[str, tuple[str, str]] = {
    "ask": (to_say("Asks"), to_say("A child asks for something and waits for your answer.")),
    "alert": (to_say("Alerts"), to_say("Words that sound like danger.")),
    "bypass": (
        to_say("Ways around"),
        to_say("A child tried on and on to get around; once a day at most."),
    ),
    "stranger": (
        to_say("Unknown devices"),
        to_say("A device nobody knows went through Hải Đăng for the first time."),
    ),
    "limit": (
        to_say("Time is over"),
        to_say("A child’s minutes are nearly used up, or a break is due."),
    ),
    "coverage": (
        to_say("Less is seen"),
        to_say("Much less of a device’s time came through Hải Đăng than in the week before."),
    ),
    "letter": (to_say("No letter"), to_say("A weekly letter could not be made.")),
    "week": (
        to_say("The weekly letter"),
        to_say("A child’s week, told: by mail with charts and a PDF, else as a link."),
    ),
    "day": (to_say("The day in short"), to_say("A child’s day before, in a few lines.")),
    "group_week": (
        to_say("The letter of your class or school"),
        to_say("Its week in numbers, nobody named: by mail with charts and a PDF, else as a link."),
    ),
    "rules": (
        to_say("Limits changed"),
        to_say("Another adult changed a child’s limits or hours; once a day at most."),
    ),
    "duty": (
        to_say("Requests by law"),
        to_say("A child or parent asked for something by law, or its deadline comes."),
    ),
    "feed": (to_say("Lists of sites"), to_say("A list from outside needs you.")),
    "test": (to_say("Test"), ""),
    "told": (to_say("Time is over"), ""),
    "answer": (to_say("Answer"), ""),
}
STATES: Mapping[str, str] = {
    "due": to_say("on its way"),
    "claimed": to_say("being sent"),
    "sent": to_say("arrived"),
    "failed": to_say("did not arrive"),
    "dropped": to_say("no longer needed"),
}
