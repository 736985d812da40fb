"""How yearly flows become worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kenes import worth
from kenes.appraise.plan import Plan
from kenes.numbers import Num, total
from kenes.project import Project

__all__ = ["LEVELS", "Lens", "lens_of"]

LEVELS = ("pre_fiscal", "pre_tax", "after_tax", "equity")


@dataclass(slots=True, eq=False)
class Lens:
    """How yearly flows become worth: deflated where the rate is real, at the flows' times."""

    rate: float
    times: tuple[float, ...]
    deflators: tuple[Num, ...]

    def real(self, flow: Sequence[Num]) -> list[Num]:
        """The flow in the money of the rate."""
        return [amount / deflator for amount, deflator in zip(flow, self.deflators, strict=True)]

    def discount(self, rate: Num | None = None) -> list[Num]:
        """What a unit of each year's money is worth on the valuation day, at the lens's rate or another."""
        use = self.rate if rate is None else rate
        return [1.0 / (deflator * (1.0 + use) ** time) for deflator, time in zip(self.deflators, self.times, strict=True)]

    def npv(self, flow: Sequence[Num], rate: float | None = None) -> Num:
        """Net present value at the lens's rate or another."""
        use = self.rate if rate is None else rate
        return total(
            amount / deflator / (1.0 + use) ** time for amount, deflator, time in zip(flow, self.deflators, self.times, strict=True)
        )

    def irr(self, flow: Sequence[Num]) -> list[float]:
        """Every internal rate of return of the flow, in the money of the rate."""
        return worth.irr([float(amount) for amount in self.real(flow)], at=list(self.times))


def lens_of(project: Project, plan: Plan) -> Lens:
    """The discounting that the file states."""
    head = project.file.project
    kind = head.discount.money or ("nominal" if head.base is None else "real")
    deflators = [plan.timeline.index(t) if kind == "real" else 1.0 for t in range(plan.timeline.count)]
    return Lens(head.discount.rate.amount, tuple(plan.timeline.times), tuple(deflators))
