"""What need not be done for each draw of each year? A program whose products are told anew, most of their factors joined before.

In a price times an index times a recovery times an ore grade, one factor differs from draw to draw and another from year to year: the
factors that are the same for all draws are joined once a year, those that are the same for all years once a draw, and one product is
left. A division by what is the same for all draws is a product with its inverse. Rounding differs in the last bits from the page's order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kenes.engine.program import Key, Operation, Program

__all__ = ["regrouped"]


@dataclass(frozen=True, slots=True)
class _Product:
    """A product: of ``base``, which differs by draw and year, if any; ``shared``: the same for all draws; ``lasting``: for all years.

    Both are numbers of operations of the new program, sorted; a factor may be there twice.
    """

    base: int | None
    shared: tuple[int, ...]
    lasting: tuple[int, ...]


def regrouped(program: Program, columns: Iterable[str]) -> Program:
    """The program with its products regrouped, where the inputs ``columns`` differ from draw to draw.

    >>> from kenes.engine.program import Graph, finish
    >>> from kenes.engine.writing import text
    >>> g = Graph()
    >>> price, grade, ore = g.leaf("input", "price"), g.leaf("input", "grade"), g.leaf("yearly", "ore")
    >>> p = finish(g, {("sales",): ore * grade * price / g.leaf("input", "units")}, {}, {}, {})
    >>> print(text(regrouped(p, ["price", "grade"])).splitlines()[-1])
    tell sales = ore[t] * (price * grade * (1.0 / units))
    """
    return _Regrouping(program, columns).done()


class _Regrouping:
    """Walks a program once, writing another. ``made``: what each old operation is in the new one; ``products``: as a product."""

    def __init__(self, program: Program, columns: Iterable[str]) -> None:
        self.program = program
        self.varies, self.by_year, self.used = program.varying(columns), program.yearwise(), program.uses()
        self.operations: list[Operation] = []
        self.known: dict[tuple[object, ...], int] = {}
        self.of_year: list[bool] = []
        self.made: dict[int, int] = {}
        self.products: dict[int, _Product] = {}

    def put(self, one: Operation, of_year: bool) -> int:
        """Adds an operation to the new program; equal ones are one."""
        key = (one.op, type(one.word), str(one.word) if one.op == "const" else one.word, one.args)
        if key not in self.known:
            self.known[key] = len(self.operations)
            self.operations.append(one)
            self.of_year.append(of_year)
        return self.known[key]

    def times(self, factors: Sequence[int]) -> int:
        """The product of operations of the new program."""
        first, *others = factors
        for other in others:
            first = self.put(Operation("mul", (first, other)), self.of_year[first] or self.of_year[other])
        return first

    def value(self, k: int) -> int:
        """An old operation in the new program."""
        if k not in self.made:
            self.made[k] = self.multiplied(self.products[k])
        return self.made[k]

    def multiplied(self, product: _Product) -> int:
        """A product, factors that need the least work joined first."""
        now = [k for k in product.shared if self.of_year[k]]
        once = [k for k in product.shared if not self.of_year[k]]
        if product.lasting:
            draws = self.times([*product.lasting, *([self.times(once)] if once else [])])
            found = [*([self.times(now)] if now else []), draws]
        else:
            found = [self.times([*once, *now])] if once or now else []
        return self.times([*([] if product.base is None else [product.base]), *found])

    def product(self, k: int) -> _Product:
        """An old operation as a product. One that others read too, and that no regrouping spares, is not multiplied out again."""
        held = self.products.get(k)
        if held is not None and (held.base is None or self.used[k] == 1):
            return held
        new = self.value(k)
        if not self.varies[k]:
            return _Product(None, (new,), ())
        return _Product(new, (), ()) if self.by_year[k] else _Product(None, (), (new,))

    def read(self, k: int) -> None:
        """One old operation."""
        one = self.program.operations[k]
        if self.varies[k] and one.op in ("mul", "div"):
            left, right = self.product(one.args[0]), self.factor(one)
            if right is not None and (left.base is None or right.base is None):
                base = left.base if right.base is None else right.base
                shared, lasting = (tuple(sorted(a + b)) for a, b in ((left.shared, right.shared), (left.lasting, right.lasting)))
                self.products[k] = _Product(base, shared, lasting)
                return
        self.made[k] = self.put(replace(one, args=tuple(self.value(arg) for arg in one.args)), self.by_year[k])

    def factor(self, one: Operation) -> _Product | None:
        """What the first operand of a product or a quotient is multiplied with; None where it is divided by what differs."""
        k = one.args[1]
        if one.op == "mul":
            return self.product(k)
        if self.varies[k]:
            return None
        whole = self.put(Operation("const", (), 1.0), False)
        return _Product(None, (self.put(Operation("div", (whole, self.value(k))), self.by_year[k]),), ())

    def done(self) -> Program:
        """The new program."""
        for k in range(len(self.program.operations)):
            self.read(k)

        def found(places: Mapping[Key, int]) -> dict[Key, int]:
            return {name: self.value(k) for name, k in places.items()}

        old = self.program
        opening, carried, outputs = found(old.opening), found(old.carried), found(old.outputs)
        history = {key: tuple(self.value(k) for k in past) for key, past in old.history.items()}
        return Program(tuple(self.operations), opening, carried, history, outputs, old.bounds).only(outputs)
