"""What the mails of a cycle of improvement ask for, each with the command that does it."""

from collections.abc import Mapping

GATE = "When it is there, ask for the gate: jidoka cycle gate {case}"

NEXT: Mapping[str, str] = {
    "cycle_led": "jidoka cycle watch {case} says what it needs from whom, and goes on saying it. " + GATE,
    "cycle_follows": "See what the control chart of {other} shows (jidoka cycle report {other}), and say whether the "
    "problem still is what it was: jidoka cycle record charter {case} --problem WORDS. " + GATE,
    "cycle_joined": "See what it is about (jidoka cycle show {case}). What you know of its cause, add: "
    "jidoka cycle record hypothesis {case} --text WORDS",
    "cycle_refused": "Bring what is missing and ask again (jidoka cycle gate {case}), or go on without it and say "
    "why, where that is possible: jidoka cycle gate {case} --override --reason WORDS",
    "cycle_opened": GATE,
    "cycle_overridden": GATE,
    "cycle_nudge": "Add what you found (jidoka cycle record hypothesis {case} --text WORDS). " + GATE,
    "cycle_waiting": "jidoka cycle watch {case} says what is missing. If nobody goes on with it, stop it: "
    "jidoka cycle stop {case} --reason WORDS",
    "cycle_verdict": "Decide. Make it the standard (jidoka cycle approve {case}; with --reason WORDS where it did not "
    "help) or roll it back (jidoka cycle approve {case} --reject). Cases wait for nothing meanwhile.",
    "cycle_standard": "jidoka cycle report {case} --out a3.html writes out what was tried and what came of it.",
    "cycle_not_settled": "Remove what stands in the way. What was accepted, decide anew (jidoka cycle approve {case}); "
    "what was not is taken back by hand: jidoka definitions revert NUMBER --reason WORDS",
    "cycle_signal": "See the chart (jidoka cycle report {case} --out a3.html) and the cases of these days.",
    "cycle_failed": "Nothing, if it was away for a moment: it is tried again by itself. If this mail comes again, see "
    "the log of the worker.",
    "cycle_held": "Nothing more. jidoka cycle report {case} --out a3.html writes out what it brought.",
    "cycle_report": "The page is enclosed: open it, or print it on one sheet of A3.",
    "cycle_news": "Nothing: it is for you to know.",
}
