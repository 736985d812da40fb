"""Who lends? Loans with grace, tenor and rate; interest while building capitalised or paid; shareholder loans."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from kenes.facts import Part, Quantity, Unit
from kenes.numbers import Num, clip, maximum, minimum, ratio

__all__ = ["Loan", "Served", "ShareholderLoan", "serve"]

Fraction = Annotated[Quantity, Unit("1", 0, 1)]


class Loan(Part):
    """A loan to an entity for the capital of one site. Rates are nominal."""

    lender: str = Field(min_length=1)
    country: str | None = Field(None, description="of the lender, ISO 3166 alpha-3: decides the tax withheld on interest")
    site: str = Field(min_length=1, description="whose construction it pays, and whose ring fence deducts its interest")
    share: Fraction = Field(description="of construction capital, drawn as it is spent")
    limit: Annotated[Quantity, Unit("money", 0)] | None = Field(None, description="the most that is drawn")
    rate: Fraction
    grace: Annotated[Quantity, Unit("year", 0, 30)] = Field(description="years after first ore without repayment")
    tenor: Annotated[Quantity, Unit("year", 0, 50, positive=True)] = Field(description="years of level repayment after the grace")
    while_building: Literal["capitalised", "paid"]
    capitalised_interest: Literal["pool", "deducted", "not deductible"] = Field(description="its tax treatment")
    exempt_interest: bool = Field(
        False, description="whether a treaty or statute frees its interest from withholding (an export credit agency)"
    )
    balance: Annotated[Quantity, Unit("money", 0)] | None = Field(None, description="owed on the valuation day")


class ShareholderLoan(Part):
    """What owners lend instead of paying in as capital."""

    share: Fraction = Field(description="of their contributions")
    rate: Fraction


@dataclass(frozen=True, slots=True, eq=False)
class Served:
    """One loan in one year.

    draw, paid (interest in cash), capitalised (interest added to the balance), repaid, balance at the end of the year
    """

    draw: Num
    paid: Num
    capitalised: Num
    repaid: Num
    balance: Num


def serve(
    *,
    balance: Num,
    drawn: Num,
    capital: Num,
    share: Num,
    limit: Num | None,
    rate: Num,
    grace: Num,
    tenor: Num,
    capitalise: bool,
    clock: tuple[Num, Num],
    active: Num,
) -> Served:
    """One year of a loan.

    balance : owed at the beginning; drawn : drawn so far; capital : construction capital of the year
    clock   : years since first ore at the beginning and end of the year; active : share of the year in which the mine worked

    Draws fall in the middle of their year. Repayment is level over the tenor, and the rest is due when the ore ends.

    >>> serve(balance=100.0, drawn=100.0, capital=0.0, share=0.6, limit=None, rate=0.1, grace=0.0, tenor=4.0, capitalise=True,
    ...       clock=(0.0, 1.0), active=1.0)
    Served(draw=0.0, paid=10.0, capitalised=0.0, repaid=25.0, balance=75.0)
    """
    draw = share * capital
    if limit is not None:
        draw = maximum(minimum(draw, limit - drawn), 0.0)
    first, last = clock
    before = 1.0 - (maximum(last, 0.0) - maximum(first, 0.0))
    interest = rate * (balance + 0.5 * draw)
    capitalised = interest * before if capitalise else 0.0 * interest
    owed = balance + draw + capitalised
    done, now = clip((first - grace) / tenor, 0.0, 1.0), clip((last - grace) / tenor, 0.0, 1.0)
    repaid = owed * maximum(ratio(now - done, 1.0 - done, otherwise=1.0), 1.0 - active)
    return Served(draw=draw, paid=interest - capitalised, capitalised=capitalised, repaid=repaid, balance=owed - repaid)
