"""What the gates ask about the trial and its end, one question each: None, or what is missing and the next step."""

from definitions.cycle.checks import Asked, short
from definitions.cycle.state import Shortfall
from definitions.experiment import FEW

# -- cause and countermeasure ----------------------------------------------------------------------------------------


def cause_named(asked: Asked) -> Shortfall | None:
    """At least one cause is thought of."""
    if not asked.state.hypotheses:
        return short("cause", "no cause is named", "Ask why until you come to something you can change, and enter it.")
    return None


def cause_has_evidence(asked: Asked) -> Shortfall | None:
    """At least one cause is more than an opinion."""
    if (missing := cause_named(asked)) is not None:
        return missing
    if not any(hypothesis.supported for hypothesis in asked.state.hypotheses):
        known = len(asked.state.hypotheses)
        said = f"none of the {known} causes has more evidence for it than against it"
        return short("evidence", said, "Go and see: read cases, break the metric down, ask people.", causes=known)
    return None


def countermeasure_named(asked: Asked) -> Shortfall | None:
    """There is something to try."""
    if not asked.state.countermeasures:
        return short("countermeasure", "nothing is there to try", "Propose a change that acts on a cause.", must=True)
    return None


def plan_locked(asked: Asked) -> Shortfall | None:
    """How it is tried was locked before anybody was exposed."""
    if asked.evidence.trial is None:
        next_step = "Lock unit, effect, error rates, looks and stop date before the first case."
        return short("plan", "no plan of a trial is locked", next_step, must=True)
    return None


def plan_has_power(asked: Asked) -> Shortfall | None:
    """The trial is not hopeless."""
    trial = asked.evidence.trial
    if trial is None or trial.power >= trial.wished:
        return None
    said = f"the trial would find the effect in {trial.power:.0%} of cases, wished are {trial.wished:.0%}"
    next_step = "Plan for more cases or a larger effect."
    return short("hopeless", said, next_step, power=trial.power, wished=trial.wished)


def no_clash(asked: Asked) -> Shortfall | None:
    """No other experiment changes the same things for the same cases."""
    clashes = asked.evidence.trial.clashes if asked.evidence.trial else ()
    if clashes:
        said = f"{', '.join(clashes)} changes the same things for the same cases"
        return short("clash", said, "Put both in one layer, or wait for its end.", must=True, experiments=len(clashes))
    return None


def honest_check(asked: Asked) -> Shortfall | None:
    """Without a second arm the series must be one that can be interrupted."""
    trial, baseline = asked.evidence.trial, asked.evidence.baseline
    if trial is None or baseline is None or trial.unit is not None:
        return None
    if not baseline.stable:
        said = f"there is no second arm, and the baseline had {baseline.regimes} levels without any action"
        next_step = "Hold back a part of the cases, or alternate by blocks of time."
        return short("before-after", said, next_step, regimes=baseline.regimes)
    if baseline.standing != "locked":
        said = f"there is no second arm, and the baseline has only {len(baseline.course)} weeks"
        return short("before-after", said, "Hold back a part of the cases, or wait.", weeks=len(baseline.course))
    return None


def shared_capacity(asked: Asked) -> str | None:
    """Warns where one arm may take the other's people."""
    trial = asked.evidence.trial
    if trial is None or not trial.shared_capacity or trial.unit in FEW or trial.unit is None:
        return None
    return (
        f"arms by {trial.unit} draw on the same people: what one arm gains the other may lose, which overstates the "
        "effect; arms by team or by block of time do not"
    )


# -- the end ---------------------------------------------------------------------------------------------------------


def verdict_reached(asked: Asked) -> Shortfall | None:
    """The trial has come to its verdict."""
    if asked.evidence.result is None:
        trial = asked.evidence.trial
        until = f" It stops by itself at {trial.stop:%Y-%m-%d}." if trial else ""
        return short("verdict", "the trial has no verdict yet", f"Wait for its next planned look.{until}", must=True)
    return None


def decision_made(asked: Asked) -> Shortfall | None:
    """It became the standard or was rolled back."""
    if asked.evidence.result is None or asked.state.decided is not None:
        return None
    said = f"the trial {'helped' if asked.evidence.won else 'did not show that it helps'}, and nobody has decided"
    return short("decision", said, "Accept it as the standard or roll it back.", must=True)


def control_ran(asked: Asked) -> Shortfall | None:
    """What became the standard has a control plan."""
    decided = asked.state.decided
    if decided is None or not decided.accepted:
        return None
    if asked.state.control is None:
        return short("control", "the standard has no control plan", "Say how often and for how long it is watched.")
    return None


def against_the_verdict(asked: Asked) -> str | None:
    """Warns of a standard that the verdict does not speak for."""
    decided = asked.state.decided
    if decided is None or not decided.accepted or asked.evidence.won:
        return None
    return "it was accepted although the trial did not show that it helps: its benefit is not verified"
