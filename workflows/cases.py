"""Which workflow serves which kind of case."""

from workflows.blocks.case import Case
from workflows.cycle import DmaicWorkflow, KaizenWorkflow
from workflows.feedback import FeedbackWorkflow
from workflows.incident import IncidentWorkflow
from workflows.problem import ProblemWorkflow
from workflows.request import RequestWorkflow
from workflows.review import ReviewWorkflow

CASES: dict[str, type[Case]] = {
    "incident": IncidentWorkflow,
    "request": RequestWorkflow,
    "feedback": FeedbackWorkflow,
    "problem": ProblemWorkflow,
    "review": ReviewWorkflow,
    "dmaic": DmaicWorkflow,
    "kaizen": KaizenWorkflow,
}
"""Kind -> workflow; its name on the server is the name of the class."""
LISTED = f"WorkflowType IN ({', '.join(repr(each.__name__) for each in CASES.values())})"
"""The server's filter for runs of cases."""
