"""When Example Ltd works: two offices with their own clocks, lunch and holidays, and one calendar that never closes."""

from datetime import date, time

from definitions.calendars import Calendar, Exceptional, Hours, Window, holidays_of
from definitions.example.people import BERLIN, NEW_YORK

YEARS = (2026, 2027)
"""The years a case may touch; every case carries their holidays, so there are no more than needed."""
WEEKDAYS = (0, 1, 2, 3, 4)

always = Calendar(
    key="always",
    title="Day and night",
    zone=BERLIN,
    windows=(Window(days=(0, 1, 2, 3, 4, 5, 6), from_=time(0), until=time(0)),),
)

berlin_office = Calendar(
    key="berlin-office",
    title="Berlin office hours",
    zone=BERLIN,
    windows=(
        Window(days=WEEKDAYS, from_=time(8), until=time(12)),
        Window(days=WEEKDAYS, from_=time(13), until=time(18)),
    ),
    holidays=holidays_of("DE", "BE", YEARS),
    exceptions=tuple(
        Exceptional(on=date(year, 12, 24), reason="Christmas Eve", hours=(Hours(from_=time(8), until=time(12)),))
        for year in YEARS
    ),
)

new_york_office = Calendar(
    key="new-york-office",
    title="New York office hours",
    zone=NEW_YORK,
    windows=(Window(days=WEEKDAYS, from_=time(9), until=time(17)),),
    holidays=holidays_of("US", None, YEARS),
)

calendars = (always, berlin_office, new_york_office)
