"""What Example Ltd asks: of whom it served, of who served, and of everybody about the whole."""

from definitions.surveys import Also, Survey

after_case = Survey(
    key="after-case",
    title="How did it go?",
    asks="requester",
    question="How satisfied are you with how we handled this?",
    measures="csat",
    worst="very dissatisfied",
    best="very satisfied",
    also=(Also.EFFORT, Also.MINUTES, Also.WORDS),
    # A company of this size asks everybody it served, but nobody twice in a month.
    every_days=30,
    poor=2,
)

at_work = Survey(
    key="at-work",
    title="How was it to work on this?",
    asks="assignee",
    question="How happy are you with how this could be worked on?",
    measures="happiness",
    low=0,
    high=10,
    worst="not at all",
    best="completely",
    also=(Also.EFFORT, Also.WORDS),
    words="What hindered you?",
    every_days=14,
    share=0.5,
)

overall = Survey(
    key="overall",
    title="Our service as a whole",
    asks="everybody",
    question="How satisfied are you with IT as a whole?",
    measures="overall",
    worst="very dissatisfied",
    best="very satisfied",
    also=(Also.WORDS,),
    every_days=90,
    share=0.25,
    poor=1,
)

surveys = (after_case, at_work, overall)
