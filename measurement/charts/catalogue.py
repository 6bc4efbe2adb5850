"""All charts by key, for the pages about them and for whoever asks what there is."""

from measurement.charts.kinds import by_key
from measurement.charts.kinds_control import CONTROL
from measurement.charts.kinds_judged import JUDGED

CHARTS = by_key((*CONTROL, *JUDGED))
