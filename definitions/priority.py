"""Priority as impact by urgency."""

from pydantic import model_validator

from definitions.base import Definition, Level, Priority


class PriorityMatrix(Definition):
    """Nine cells: `cells[impact][urgency]`."""

    cells: dict[Level, dict[Level, Priority]]

    @model_validator(mode="after")
    def _complete(self) -> "PriorityMatrix":
        missing = [f"{i} x {u}" for i in Level for u in Level if u not in self.cells.get(i, {})]
        if missing:
            raise ValueError(f"priority matrix {self.key} lacks {', '.join(missing)}")
        return self

    def priority(self, impact: Level, urgency: Level) -> Priority:
        """The cell for this impact and urgency."""
        return self.cells[impact][urgency]
