"""The page: one year in the life of a project, from ore to owners.

`year` is plain Python over abstract numbers. It never asks a number for its value: which sites, charges, loans and owners there are decides
what runs (ordinary loops and ifs); their numbers are inputs. Any machine that offers the operations of `kenes.numbers` can run it.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from kenes.appraise import charges, owners, site
from kenes.appraise.books import State
from kenes.appraise.world import Flows, World
from kenes.numbers import Num

__all__ = ["year"]


def year(y: World, s: State, p: Any) -> Flows:
    """One year of project ``p`` in world ``y``, from state ``s``; entries go to ``y.books``.

    p.sites    : sites, upstream first; p.fences : ring fences; p.entities : entities, owned before owners
    p.pricing  : order in which transfers are priced
    Returns what metrics read besides the books.
    """
    out = Flows()
    # first all matter, down the chain
    days: dict[str, SimpleNamespace] = {}
    for name, here in p.sites.items():
        days[name] = site.move(y, s, p, here, days, out)
    # then all money, site by site
    for name, here in p.sites.items():
        site.sell(y, here, days[name])
        site.spend(y, s, here, days[name], out)
        site.cross_sales(y, here, days[name], out)
    for name, label in p.pricing:
        site.hand_over(y, p, p.sites[name], label, days)
        site.cross_transfer(y, p, p.sites[name], label, days, out)
    for name, here in p.sites.items():
        site.bind(y, s, here, days[name], out)
        charges.levy(y, s, p, here, days, out)
        site.stop(s, here, days[name], out)
    if not y.owners:
        for fence in p.fences.values():
            charges.unlevered_tax(y, s, fence, days, out)
        return out
    # then what is left: lenders, taxes on profit, owners from the bottom tier up
    loans = {name: owners.lend(y, s, entity, days, out) for name, entity in p.entities.items()}
    dues = {name: charges.tax(y, s, p, fence, days, loans, out) for name, fence in p.fences.items()}
    received = {name: SimpleNamespace(cash=0.0, profit=0.0) for name in p.entities}
    over: dict[str, Num] = {}
    for name, entity in p.entities.items():
        over[name] = owners.share(y, s, entity, days, loans, dues, received, over, out)
    return out
