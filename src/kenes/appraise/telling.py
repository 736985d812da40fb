"""What figures are drawn from besides money: where each element went, when each site does what, what is in the ground."""

from __future__ import annotations

from typing import Any

from kenes.appraise.run import Run
from kenes.deposit import stated_grades
from kenes.project import Project

__all__ = ["deposits", "mass", "timeline"]


def mass(done: Run) -> list[dict[str, Any]]:
    """The mass book over the life: tonnes of an element from one place to another, in all and by year; what never moved is left out."""
    rows = []
    for (element, source, target), amounts in done.mass.items():
        yearly = [float(amount) for amount in amounts]
        if any(yearly):
            rows.append({"element": element, "from": source, "to": target, "total": sum(yearly), "tonnes": yearly})
    return rows


def timeline(done: Run, project: Project) -> list[dict[str, Any]]:
    """What each site does when, in years from the valuation day and as dates.

    permits      : each stage with start and end; construction : None where no capital is spent on its clock
    first_ore    : first working day, of a plant too; end_of_ore : last one, None where it never works
    closure_end  : end of closure, None where none is stated
    """
    day = done.plan.timeline.day

    def moment(years: Any) -> dict[str, Any]:
        return {"years": float(years), "date": day(float(years)).isoformat()}

    def span(first: Any, last: Any) -> dict[str, Any]:
        return {"start": moment(first), "end": moment(last)}

    rows = []
    for name, site in done.plan.page.sites.items():
        stages = zip(project.sites[name].permit, site.permits, strict=True)
        lengths = [len(item.spread) for item in site.cost.capital.values() if item.clock == "construction"]
        worked = sum(float(flow.running[name]) for flow in done.flows)
        last = float(site.ready) + worked if worked > 0 else None
        closure = site.cost.closure
        rows.append(
            {
                "site": name,
                "state": site.state,
                "permits": [{"name": label, **span(*permit.span)} for label, permit in stages],
                "construction": span(site.offset, site.offset + max(lengths)) if lengths else None,
                "first_ore": moment(site.ready),
                "end_of_ore": None if last is None else moment(last),
                "closure_end": None if last is None or closure is None else moment(last + float(closure.years)),
            }
        )
    return rows


def deposits(project: Project) -> list[dict[str, Any]]:
    """Ore types as the file states them: tonnes, category, code, and grades.

    grades   : in the kinds of the file: of (element, oxide formula or total), as ("element", "oxide" or None: as its name says), grade
    elements : the same by element, tonnes in a tonne of ore
    """
    return [
        {
            "site": site.name,
            "ore": label,
            "tonnage": ore.tonnage.amount,
            "category": ore.category,
            "code": ore.code,
            "origin": ore.origin,
            "grades": [{"of": kind, "as": grade.basis, "grade": grade.amount} for kind, grade in ore.grade.items()],
            "elements": stated_grades(ore),
        }
        for site in project.file.site
        for label, ore in site.deposit.items()
    ]
