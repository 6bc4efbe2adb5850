"""The public holidays of Example Ltd, written down: what `holidays_of` says, which takes a tenth of a second to ask.

Every command would wait for it, and a case carries dates anyway.
"""

from collections.abc import Mapping
from datetime import date

YEARS = (2026, 2027)
"""The years a case may touch; every case carries their holidays, so there are no more than needed."""


def _dates(of_each_year: Mapping[str, str]) -> dict[str, tuple[date, ...]]:
    """Name to dates, from the month and day in each of the years; `-` where a year has none."""
    return {
        name: tuple(
            date.fromisoformat(f"{year}-{day}") for year, day in zip(YEARS, days.split(), strict=True) if day != "-"
        )
        for name, days in of_each_year.items()
    }


BERLIN = _dates(
    {
        "New Year's Day": "01-01 01-01",
        "Women's Day": "03-08 03-08",
        "Good Friday": "04-03 03-26",
        "Easter Monday": "04-06 03-29",
        "Labor Day": "05-01 05-01",
        "Ascension Day": "05-14 05-06",
        "Pentecost Monday": "05-25 05-17",
        "German Unity Day": "10-03 10-03",
        "Christmas Day": "12-25 12-25",
        "Second Day of Christmas": "12-26 12-26",
    }
)
"""`holidays_of("DE", "BE", YEARS)`"""

UNITED_STATES = _dates(
    {
        "New Year's Day": "01-01 01-01",
        "Martin Luther King Jr. Day": "01-19 01-18",
        "Washington's Birthday": "02-16 02-15",
        "Memorial Day": "05-25 05-31",
        "Juneteenth National Independence Day": "06-19 06-19",
        "Independence Day (observed)": "07-03 07-05",
        "Independence Day": "07-04 07-04",
        "Labor Day": "09-07 09-06",
        "Columbus Day": "10-12 10-11",
        "Veterans Day": "11-11 11-11",
        "Thanksgiving Day": "11-26 11-25",
        "Christmas Day": "12-25 12-25",
        "Juneteenth National Independence Day (observed)": "- 06-18",
        "Christmas Day (observed)": "- 12-24",
        "New Year's Day (observed)": "- 12-31",
    }
)
"""`holidays_of("US", None, YEARS)`"""
