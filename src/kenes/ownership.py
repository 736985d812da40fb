"""Who gets the rest? Entities, shares, carry and its repayment, earn-in, dividends, state equity."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from kenes.facts import Part, Quantity, Unit, fault
from kenes.funding import Loan, ShareholderLoan
from kenes.numbers import Num, maximum, minimum, ratio, total, where

__all__ = ["Carry", "EarnIn", "Entity", "Owner", "Shared", "contributions", "share"]

Fraction = Annotated[Quantity, Unit("1", 0, 1)]


class Owner(Part):
    """An owner of an entity: a company, a state or another entity of the file."""

    share: Fraction
    country: str = Field(pattern="^[A-Z]{3}$", description="ISO 3166 alpha-3")
    kind: Literal["company", "state"] = "company"
    free: bool = Field(False, description="pays nothing in; the others pay its part, without repayment")
    treaty: bool = Field(False, description="meets the conditions of a tax treaty on file (a choice to state)")


class Carry(Part):
    """One owner pays another's part and is repaid from its cash flow."""

    carried: str
    by: str
    scope: Literal["exploration", "construction", "all"] = Field(description="which spending is carried")
    limit: Annotated[Quantity, Unit("money", 0)] | None = Field(None, description="the most that is advanced, nominal money")
    interest: Fraction = Field(description="return on what was carried, a year")
    repayment: Fraction = Field(description="share of the carried owner's receipts that repays it")
    balance: Annotated[Quantity, Unit("money", 0)] | None = Field(None, description="carried and not repaid on the valuation day")


class EarnIn(Part):
    """A partner earns its share by spending first."""

    partner: str
    spend: Annotated[Quantity, Unit("money", 0, positive=True)] = Field(
        description="what it pays alone before it has earned its share, nominal money"
    )
    before: Fraction = Field(description="its share until then; the others' shares are scaled up")


class EntityOpening(Part):
    """What an entity holds on the valuation day."""

    cash: Annotated[Quantity, Unit("money", 0)] | None = None
    paid_in: Annotated[Quantity, Unit("money", 0)] | None = Field(None, description="capital paid in and not repaid")
    retained: Annotated[Quantity, Unit("money")] | None = Field(None, description="retained earnings")


class Entity(Part):
    """A legal entity: sites belong to it, owners own it, loans are made to it."""

    name: str = Field(min_length=1)
    country: str = Field(pattern="^[A-Z]{3}$")
    owner: dict[str, Owner] = Field(min_length=1)
    surplus: Literal["repay", "hold"] = Field(
        description="cash beyond what may be dividend: repays shareholder loans and capital, or is held"
    )
    minimum_cash: Annotated[Quantity, Unit("money", 0)] | None = None
    loan: dict[str, Loan] = Field(default_factory=dict)
    shareholder_loan: ShareholderLoan | None = None
    carry: Carry | None = None
    earn_in: EarnIn | None = None
    opening: EntityOpening | None = None

    @model_validator(mode="after")
    def _shares(self) -> Self:
        summed = sum(owner.share.amount for owner in self.owner.values())
        if abs(summed - 1) > 1e-6:
            raise fault(f"shares that sum to {summed:.4%}", "shares of the owners that sum to 100 %", "", ("owner",))
        if all(owner.free for owner in self.owner.values()):
            raise fault("only free owners", "at least one owner that pays in", "", ("owner",))
        for part, names in (
            ("carry", (self.carry.carried, self.carry.by) if self.carry else ()),
            ("earn_in", (self.earn_in.partner,) if self.earn_in else ()),
        ):
            for name in names:
                if name not in self.owner:
                    raise fault(f"{part} of {name}", "one of the owners: " + ", ".join(self.owner), "", (part,))
        return self


@dataclass(frozen=True, slots=True, eq=False)
class Shared:
    """One entity's year, after everything but its owners.

    called     : paid in by the owners; lent : the part of it that is a shareholder loan
    interest   : paid on shareholder loans; dividend; loan_repaid and capital_repaid : returned to the owners; written_off : never repaid
    cash, retained, lending, arrears, paid_in : balances at the end of the year
    """

    called: Num
    lent: Num
    interest: Num
    dividend: Num
    loan_repaid: Num
    capital_repaid: Num
    written_off: Num
    cash: Num
    retained: Num
    lending: Num
    arrears: Num
    paid_in: Num


def share(
    *,
    flow: Num,
    profit: Num,
    cash: Num,
    retained: Num,
    lending: Num,
    arrears: Num,
    paid_in: Num,
    reserve: Num,
    lent_share: Num,
    rate: Num,
    repay: Num,
    over: Num = 0.0,
) -> Shared:
    """What owners pay in and what they receive.

    flow     : cash of the year before owners; profit : of the books, after tax and before interest on shareholder loans
    cash, retained, lending (shareholder loans), arrears (interest on them not paid), paid_in : balances at the beginning of the year
    reserve  : cash to keep; lent_share : part of contributions that is lent; rate : of shareholder loans
    repay    : 1 where cash beyond retained earnings goes back to the owners, 0 where it is held
    over     : 1 once everything is over: whatever cash is left then goes back, and what is still lent is written off

    Cash serves shareholder interest first, then dividends, never above cash nor above retained earnings; the rest repays shareholder
    loans and capital, or is held. Interest that cash cannot pay stays interest: it bears interest, and is paid before any loan is repaid.

    >>> year = share(flow=100.0, profit=60.0, cash=0.0, retained=0.0, lending=0.0, arrears=0.0, paid_in=500.0, reserve=0.0,
    ...              lent_share=0.0, rate=0.0, repay=1.0)
    >>> year.dividend, year.capital_repaid, year.cash
    (60.0, 40.0, 0.0)
    """
    have = cash + flow
    called = maximum(reserve - have, 0.0)
    lent = lent_share * called
    free = maximum(have - reserve, 0.0)
    accrued = rate * (lending + arrears)
    interest = minimum(free, accrued + arrears)
    arrears = arrears + accrued - interest
    lending = lending + lent
    paid_in = paid_in + called - lent
    free = free - interest
    earned = retained + profit - accrued
    dividend = minimum(free, maximum(earned, 0.0))
    rest = (free - dividend) * repay
    loan_repaid = minimum(rest, lending)
    rest = rest - loan_repaid
    capital_repaid = minimum(rest, paid_in) + over * maximum(rest - paid_in, 0.0)
    written_off = over * (lending - loan_repaid)
    forgiven = over * arrears
    return Shared(
        called=called,
        lent=lent,
        interest=interest,
        dividend=dividend,
        loan_repaid=loan_repaid,
        capital_repaid=capital_repaid,
        written_off=written_off,
        cash=have + called - interest - dividend - loan_repaid - capital_repaid,
        retained=earned - dividend + written_off + forgiven,
        lending=lending - loan_repaid - written_off,
        arrears=arrears - forgiven,
        paid_in=maximum(paid_in - capital_repaid, 0.0),
    )


def contributions(
    owners: Mapping[str, Any],
    shares: Mapping[str, Num],
    called: Num,
    *,
    carry: Any | None,
    advanced: Num,
    scope: Num,
    earn_in: Any | None,
    earned: Num,
) -> tuple[dict[str, Num], Num, Num]:
    """Who pays what of a call.

    shares  : today's shares; advanced : paid under the carry so far; scope : part of the call that the carry covers
    earned  : what the earning partner has spent so far
    Returns payments by owner, what one owner paid for the carried one, and what the earning partner paid alone.
    """
    paying = {name: shares[name] for name, owner in owners.items() if not owner.free}
    whole = total(paying.values())
    alone: Num = 0.0
    if earn_in is not None:
        alone = minimum(called, maximum(earn_in.spend - earned, 0.0))
    # Before it has earned in, the partner pays what no other paying owner has a share to pay.
    parts = {
        name: (called - alone) * ratio(part, whole, otherwise=1.0 if earn_in is not None and name == earn_in.partner else 0.0)
        for name, part in paying.items()
    }
    now: Num = 0.0
    if carry is not None and carry.carried in parts:
        now = parts[carry.carried] * scope
        if carry.limit is not None:
            now = minimum(now, maximum(carry.limit - advanced, 0.0))
        parts[carry.carried] = parts[carry.carried] - now
        parts[carry.by] = parts[carry.by] + now
    if earn_in is not None:
        parts[earn_in.partner] = parts[earn_in.partner] + alone
    return parts, now, alone


def current_shares(owners: Mapping[str, Any], earn_in: Any | None, earned: Num) -> dict[str, Num]:
    """Shares of the year: those of the file, or, until a partner has earned its own, the ones before."""
    final = {name: owner.share for name, owner in owners.items()}
    if earn_in is None:
        return final
    done = earned >= earn_in.spend
    partner = earn_in.partner
    others = 1.0 - final[partner]
    return {
        name: where(done, part, earn_in.before if name == partner else ratio(part * (1.0 - earn_in.before), others))
        for name, part in final.items()
    }
