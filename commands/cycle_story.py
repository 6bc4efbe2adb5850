"""The facts of a cycle as sentences, in the order in which they came."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from commands.amount import told
from commands.cases_times import clock, read
from commands.output import cell

SILENT = frozenset({"routed", "assigned", "look_put_off", "control_began", "step_entered", "evidence_found"})
"""Facts that are said by another one beside them."""
SETTLED = {
    "accepted": "The change is the standard now",
    "rolled_back": "The trial is over; the standard stays as it was",
    "reverted": "The change is taken back; the standard is as it was before",
    "unchanged": "The standard stays as it is",
}


def story(case: dict[str, Any], after: int, now: datetime) -> Iterator[tuple[int, str]]:
    """Number and line of each fact after that number; what says nothing to a person is left out."""
    for event in case["events"]:
        if event["seq"] > after and (said := _said(case, event)):
            at = read(event["at"])
            yield event["seq"], f"{clock(at, now) if at else ''}  {said}"


def of_rule(said: str) -> tuple[str, str]:
    """The rule by which a signal was seen, and the chart that saw it: the same words for each of its signals."""
    rule, _, chart = said.partition(" (")
    return rule, chart.removesuffix(")")


def _said(case: dict[str, Any], event: dict[str, Any]) -> str:
    data, who = event["data"], _called(case, event["actor"])
    match event["type"]:
        case type_ if type_ in SILENT:
            return ""
        case "opened":
            return f"{who} begins a {case['method']} cycle: {cell(case['title'] or '')}."
        case "charter_amended":
            return f"{who} changes the charter."
        case "hypothesis_added":
            return f"{who} names a cause ({data['hypothesis']}): {_words(case['hypotheses'], data['hypothesis'])}"
        case "ground_added":
            return f"{who} says what speaks {'for' if data['supports'] else 'against'} {data['hypothesis']}."
        case "countermeasure_proposed":
            return f"{who} proposes: {_words(case['countermeasures'], data['countermeasure'])}"
        case "gate_asked":
            return f"{who} asks for the gate {data['gate']}; it is being measured."
        case "gate_passed":
            return f"The gate {data['gate']} opens.{_warned(data)}"
        case "gate_refused":
            return f"The gate {data['gate']} refuses: {'; '.join(short['said'] for short in data['shortfalls'])}."
        case "gate_overridden":
            return f"{who} goes past the gate {data['gate']}, with a reason that stays."
        case "phase_entered":
            return f"It is in the phase {data['phase']} now."
        case "forecast_locked":
            forecast = data["forecast"]
            return f"Expected are {told(forecast['per_case'], forecast['unit'])} a case; that is locked now."
        case "trial_planned":
            return f"{who} plans the trial ({data['experiment']}); nobody is exposed before its gate opens."
        case "trial_began":
            return "The trial begins: new cases are drawn." if data.get("experiment") else "The trial begins."
        case "looked":
            return f"Look {data['number']}: {str(data['says']).replace('_', ' ')}."
        case "trial_withdrawn":
            return f"{who} withdraws the trial."
        case "decided":
            return f"{who} {'makes it the standard' if data['accepted'] else 'rolls it back'}."
        case "settled":
            why = f": {data['refused']}" if data.get("refused") else ""
            number = f" (number {data['standard']})" if data.get("standard") else ""
            return f"{SETTLED.get(str(data['how']), data['how'])}{number}{why}."
        case "benefit_found":
            actual = data["actual"]
            sure = "verified" if actual["verified"] else "not verified"
            return f"It brings {told(actual['per_case'], actual['unit'])} a case, {sure}: {actual['why']}."
        case "control_planned":
            control = data["control"]
            return f"{who} plans the watch: every {control['every_days']} days for {control['days']} days."
        case "chart_read":
            says = f": {cell(data['says'])}" if data.get("says") else ""
            return f"The control chart was looked at{says}." if not data.get("signal") else ""
        case "signal_seen":
            return f"The control chart gives a signal: {cell(of_rule(data['rule'])[0])}."
        case "reacted":
            return {"report": "It is reported.", "pause": "The watch pauses until somebody decides."}.get(
                str(data["how"]), "The standard is taken back, as planned."
            )
        case "followed_up":
            return f"{data['cycle']} begins with what was seen."
        case "errand_failed":
            return f"It could not {data['errand']}: {cell(data['reason'])}. It is tried again."
        case "nudged":
            return f"Day {data['day']} of {data['of']} is over: the team is reminded."
        case "learned":
            return f"{who} writes down what was learned."
        case "told":
            return f"{_called(case, str(data.get('to')))} is written to."
        case "still_waiting":
            return f"It still waits for {data['what']}."
        case "cancelled":
            return f"{who} stops the cycle."
        case "closed":
            return f"It ends: {str(data['outcome']).replace('_', ' ')}."
        case other:
            return f"{who}: {other.replace('_', ' ')}."


def _called(case: dict[str, Any], key: str) -> str:
    return cell(case["people"].get(key, key)) if key != "jidoka" else "The engine"


def _words(entries: list[dict[str, Any]], key: str) -> str:
    return next((cell(each["text"]) for each in entries if each["id"] == key), key)


def _warned(data: dict[str, Any]) -> str:
    return "".join(f" Warning: {cell(each)}." for each in data["warnings"])
