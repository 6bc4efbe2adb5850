"""The statistics of real logs are the published ones."""


import pytest

from measurement.log.stats import stats
from tests.measurement.oracles import differences, oracle


@pytest.mark.parametrize(
    ("key", "name"), [("uci", "uci_log"), ("bpic2013_incidents", "volvo_log"), ("helpdesk_italian", "helpdesk_log")]
)
def test_the_statistics_of_a_real_log_are_the_published_ones(
    key: str, name: str, request: pytest.FixtureRequest
) -> None:
    known = oracle(f"log_{key}")

    found = stats(request.getfixturevalue(name))

    assert list(differences(found, known["expected"], known["tolerance"])) == []
