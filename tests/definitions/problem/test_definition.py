"""What is promised about the problems of a service, and what `definitions check` says of it."""

from datetime import UTC, datetime

from definitions.base import canonical
from definitions.checks import problems
from definitions.example import organisation
from definitions.organisation import Organisation
from definitions.problem.definition import PROBLEM_BYTES
from definitions.services import ProblemRule

NOW = datetime(2026, 3, 23, 9, tzinfo=UTC)


def with_rule(rule: ProblemRule) -> Organisation:
    """Example Ltd, where the VPN has this rule."""
    services = tuple(
        service.model_copy(update={"problems": rule}) if service.key == "vpn" else service
        for service in organisation.services
    )
    return organisation.model_copy(update={"services": services})


def test_a_problem_carries_what_its_service_says_and_little_else() -> None:
    found = with_rule(ProblemRule(targets=("workaround-berlin",), watch_days=7)).problem("vpn")

    assert [target.key for target in found.targets] == ["workaround-berlin"]
    assert (found.watch_days, found.team, found.lead, found.kind) == (7, "network", "dana", "problem")
    assert all(len(canonical(organisation.problem(each.key))) <= PROBLEM_BYTES for each in organisation.services)


def test_a_service_that_says_nothing_promises_nothing_and_watches_for_thirty_days() -> None:
    found = with_rule(ProblemRule()).problem("vpn")

    assert (found.targets, found.watch_days) == ((), 30)
    assert [each.where for each in problems(with_rule(ProblemRule()), NOW)] == []


def test_check_says_what_is_wrong_with_the_promises_about_problems() -> None:
    wrong = ProblemRule(targets=("workaround-berlin", "response-berlin", "customer-berlin", "nowhere"))

    found = [each.what for each in problems(with_rule(wrong), NOW) if each.where == "service:vpn"]

    assert found == [
        "problems.targets names the target 'nowhere', which does not exist",
        "two targets for the response clock of problems",
        "a customer target of problems, which have no customer who could say yes",
    ]
