"""Times are read as they are declared to be, and are UTC from then on."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from measurement.log.eventlog import connection
from measurement.log.times import instant, local, two_ways

DAY_MONTH = "%d/%m/%Y %H:%M"


def read(value: str | None, *formats: str, zone: str = "UTC") -> str | None:
    """A value as UTC, to the microsecond."""
    query = f"SELECT strftime({instant('x', formats, zone)}, '%Y-%m-%dT%H:%M:%S.%f') FROM (SELECT ? AS x)"
    [(found,)] = connection().execute(query, [value]).fetchall()
    return None if found is None else str(found).removesuffix(".000000")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-03-02T09:00:00+02:00", "2026-03-02T07:00:00"),
        ("2026-03-02 09:00:00.25Z", "2026-03-02T09:00:00.250000"),
        ("2026-03-02T09:00:00-0530", "2026-03-02T14:30:00"),
        ("2026-03-02 09:00:00 UTC", "2026-03-02T09:00:00"),
        ("2026-03-02 09:00", "2026-03-02T09:00:00"),
        ("2026-03-02", "2026-03-02T00:00:00"),
        ("2026-13-02", None),
        ("yesterday", None),
        ("infinity", None),
        ("20260-03-02", None),
        (None, None),
    ],
)
@pytest.mark.parametrize("zone", ["UTC", "Africa/Abidjan"])
def test_an_iso_time_keeps_its_offset_and_nonsense_is_no_time(value: str, expected: str | None, zone: str) -> None:
    assert read(value, "iso", zone=zone) == expected


def test_only_a_time_without_a_zone_is_of_the_declared_zone() -> None:
    assert read("2026-07-01T09:00", "iso", zone="Europe/Rome") == "2026-07-01T07:00:00"
    assert read("2026-07-01", "iso", zone="Europe/Rome") == "2026-06-30T22:00:00"
    assert read("2026-07-01T09:00Z", "iso", zone="Europe/Rome") == "2026-07-01T09:00:00"
    assert read("1/7/2026 09:00", DAY_MONTH, zone="Europe/Rome") == "2026-07-01T07:00:00"
    assert read("1/7/2026 09:00 +0000", f"{DAY_MONTH} %z", zone="Europe/Rome") == "2026-07-01T09:00:00"


def test_the_hour_that_a_clock_change_skips_is_moved_forward_and_the_doubled_one_is_the_later_one() -> None:
    rome = ZoneInfo("Europe/Rome")

    for text in ("2026-03-29T02:30", "2026-10-25T02:30"):
        naive = datetime.fromisoformat(text)
        # Python: fold 0 of a gap is moved forward, fold 1 of a doubled hour is the later one.
        fold = 0 if "03-29" in text else 1
        expected = naive.replace(tzinfo=rome, fold=fold).astimezone(UTC)
        assert read(text, "iso", zone="Europe/Rome") == f"{expected:%Y-%m-%dT%H:%M:%S}"


@pytest.mark.parametrize(
    ("value", "format", "expected"),
    [
        ("1772442000", "epoch", "2026-03-02T09:00:00"),
        ("1772442000.5", "epoch", "2026-03-02T09:00:00.500000"),
        ("1772442000500", "epoch_ms", "2026-03-02T09:00:00.500000"),
        ("-1", "epoch", "1969-12-31T23:59:59"),
        ("1e300", "epoch", None),
        ("nan", "epoch", None),
        ("inf", "epoch", None),
        ("soon", "epoch", None),
    ],
)
def test_an_epoch_is_a_time(value: str, format: str, expected: str | None) -> None:
    assert read(value, format) == expected


def test_two_formats_in_one_column_are_both_read_and_the_first_that_fits_counts() -> None:
    assert read("29/2/2016 01:23", DAY_MONTH, "iso") == "2016-02-29T01:23:00"
    assert read("2016-02-29T01:23", DAY_MONTH, "iso") == "2016-02-29T01:23:00"
    assert read("3/4/2016 01:23", DAY_MONTH, "%m/%d/%Y %H:%M") == "2016-04-03T01:23:00"


def test_a_value_that_fits_two_formats_differently_is_noticed() -> None:
    formats = (DAY_MONTH, "%m/%d/%Y %H:%M")
    values = ["3/4/2016 01:23", "4/4/2016 01:23", "13/4/2016 01:23"]

    query = f"SELECT {two_ways('x', formats, 'UTC')} FROM (SELECT unnest(?) AS x)"
    assert connection().execute(query, [values]).fetchall() == [(True,), (False,), (False,)]


def test_a_time_without_a_zone_is_noticed() -> None:
    def carries_none(value: str, *formats: str) -> bool:
        [(found,)] = connection().execute(f"SELECT {local('x', formats)} FROM (SELECT ? AS x)", [value]).fetchall()
        return bool(found)

    assert carries_none("2026-07-01T09:00", "iso")
    assert carries_none("2026-07-01", "iso")
    assert carries_none("1/7/2026 09:00", DAY_MONTH)
    assert not carries_none("2026-07-01T09:00Z", "iso")
    assert not carries_none("2026-07-01 09:00:00 Europe/Rome", "iso")
    assert not carries_none("2026-07-01T09:00-03", DAY_MONTH, "iso")
    assert not carries_none("1/7/2026 09:00 +0100", f"{DAY_MONTH} %z")
    assert not carries_none("1772442000", "epoch")
