"""When Example Ltd works: two offices with their own clocks, lunch and holidays, and one calendar that never closes."""

from datetime import date, time

from definitions.calendars import Calendar, Exceptional, Hours, Window
from definitions.example.holidays import BERLIN as BERLIN_HOLIDAYS
from definitions.example.holidays import UNITED_STATES, YEARS
from definitions.example.people import BERLIN, NEW_YORK

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
    holidays=BERLIN_HOLIDAYS,
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
    holidays=UNITED_STATES,
)

calendars = (always, berlin_office, new_york_office)
