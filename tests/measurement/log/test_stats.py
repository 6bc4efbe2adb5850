"""The statistics of real logs are the published ones."""

from typing import Any

import pyarrow as pa
import pytest

from measurement.log.eventlog import EventLog
from measurement.log.library import Library
from measurement.log.mapping import SERVICENOW, XES
from measurement.log.stats import stats
from tests.measurement.conftest import NOW
from tests.measurement.oracles import data, differences, oracle
from tests.measurement.test_eventlog import events


@pytest.mark.parametrize(
    ("key", "name"), [("uci", "uci_log"), ("bpic2013_incidents", "volvo_log"), ("helpdesk_italian", "helpdesk_log")]
)
def test_the_statistics_of_a_real_log_are_the_published_ones(
    key: str, name: str, request: pytest.FixtureRequest
) -> None:
    known = oracle(f"log_{key}")

    found = stats(request.getfixturevalue(name))

    assert list(differences(found, known["expected"], known["tolerance"])) == []
