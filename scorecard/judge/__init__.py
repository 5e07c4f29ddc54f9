"""Is the gap real, and what does it mean? Pure functions over numbers, without input or output.

One method a file, and all of them usable from Python alone:

    from scorecard.judge import xmr
    chart = xmr([81.2, 79.9, 84.0, …], better="higher", expected=85)
    chart.variation, chart.assurance

A method and its file may have one name. So the methods are imported here, at once: whoever writes
`scorecard.judge.xmr` gets the function, whatever was imported before.
"""

from scorecard.judge.attainment import attainment
from scorecard.judge.before_after import before_after
from scorecard.judge.breakpoint import shifts
from scorecard.judge.capability import capability
from scorecard.judge.case_promise import case_promise
from scorecard.judge.confidence import confidence_of
from scorecard.judge.defects import dpmo, dpu, rolled_throughput_yield, sigma_level
from scorecard.judge.drivers import drivers, drivers_of_gap
from scorecard.judge.emerging import emerging
from scorecard.judge.forecast import forecast
from scorecard.judge.funnel import funnel, funnel_of_means
from scorecard.judge.g_chart import g_chart
from scorecard.judge.intervals import student, wilson
from scorecard.judge.levels import levels
from scorecard.judge.p_chart import p_chart
from scorecard.judge.promise import promise
from scorecard.judge.ranks import ranks
from scorecard.judge.rebase import propose_rebase
from scorecard.judge.run_chart import run_chart
from scorecard.judge.satisfaction import satisfaction, weighted_rollup
from scorecard.judge.shrinkage import shrink, shrink_means
from scorecard.judge.signal import signal
from scorecard.judge.status import judge
from scorecard.judge.t_chart import t_chart
from scorecard.judge.tightening import loosen, tighten
from scorecard.judge.u_chart import u_chart
from scorecard.judge.xmr import xmr

__all__ = [
    "attainment",
    "before_after",
    "capability",
    "case_promise",
    "confidence_of",
    "dpmo",
    "dpu",
    "drivers",
    "drivers_of_gap",
    "emerging",
    "forecast",
    "funnel",
    "funnel_of_means",
    "g_chart",
    "judge",
    "levels",
    "loosen",
    "p_chart",
    "promise",
    "propose_rebase",
    "ranks",
    "rolled_throughput_yield",
    "run_chart",
    "satisfaction",
    "shifts",
    "shrink",
    "shrink_means",
    "sigma_level",
    "signal",
    "student",
    "t_chart",
    "tighten",
    "u_chart",
    "weighted_rollup",
    "wilson",
    "xmr",
]
