"""What does it sell for? Prices, payables, realisation of mixed products, treatment and separation charges, freight."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from kenes import units
from kenes.facts import Part, Quantity, Unit, fault
from kenes.numbers import Num, total
from kenes.plant import Stream
from kenes.timeline import Year
from kenes.trade import Border

__all__ = ["Pricing", "Sale", "Sold", "Transfer", "Unsold", "sell", "value"]

Share = Annotated[Quantity, Unit("1", 0, 1)]
PerTonne = Annotated[Quantity, Unit("money/t", 0)]


class Pricing(Part):
    """How a product is priced: one price for a kind counted in it, or a basket of prices by element."""

    price: PerTonne | None = Field(None, description='of = the kind that is priced: "product", "WO3", "TREO", "Nd2O3", "gold"')
    basket: dict[str, PerTonne] = Field(default_factory=dict, description="price by element; of = the kind priced (Nd2O3), for each")
    payable: Share | None = Field(
        None, description="share of the quantity that is paid; left out: all of it, by contract or by price basis"
    )
    realisation: Share | None = Field(None, description="share of the value of separated products that a mixed product fetches")

    @model_validator(mode="after")
    def _priced(self) -> Self:
        if (self.price is None) == (not self.basket):
            raise fault(
                "price and basket" if self.price else "neither price nor basket", "price (with of), or a basket of prices by element"
            )
        if self.price is not None:
            if self.price.of is None:
                raise fault(
                    "price without of",
                    'of = "product", "WO3", "TREO", "Nd2O3", "gold", ...: the kind of which a tonne is priced',
                    "",
                    ("price",),
                )
            if self.price.of != "product" and not units.is_kind(self.price.of) and self.price.of != "rare_earths":
                raise fault(
                    f'of = "{self.price.of}"', '"product", an element, an oxide formula, or TREO', units.near(self.price.of), ("price",)
                )
        for element, price in self.basket.items():
            if element not in units.ATOMIC_WEIGHTS:
                raise fault(f"basket.{element}", "an element by name, such as neodymium", units.near(element), ("basket", element))
            if price.of is None:
                choices = dict.fromkeys((units.CUSTOMARY_OXIDE.get(element, element), element))
                wanted = " or ".join(f'of = "{kind}"' for kind in choices)
                raise fault(f"basket.{element} without of", wanted, "the kind of which a tonne is priced", ("basket", element))
            if not units.is_kind(price.of) or element not in (
                [price.of] if price.of in units.ATOMIC_WEIGHTS else units.elements_of(price.of)
            ):
                raise fault(f'basket.{element} of = "{price.of}"', f"a kind that holds {element}", "", ("basket", element))
        return self


class Sale(Pricing):
    """A product and its buyer."""

    buyer: str = Field(min_length=1)
    country: str | None = Field(None, description="of the buyer, ISO 3166 alpha-3")
    treatment_charge: PerTonne | None = Field(None, description="kept by the buyer, per tonne of product")
    separation_charge: PerTonne | None = Field(None, description="kept by the buyer or toller, per tonne of the kind named in of")
    toller: str | None = Field(None, min_length=1, description="who separates for a fee and is paid separation_charge, if not the buyer")
    penalty: PerTonne | None = Field(None, description="kept by the buyer for what should not be in it, per tonne of product")
    freight: PerTonne | None = Field(None, description="paid to carriers by the seller, per tonne of product")
    border: Border | None = None

    @model_validator(mode="after")
    def _separated(self) -> Self:
        if self.toller is not None and self.separation_charge is None:
            raise fault("toller without separation_charge", "separation_charge: what the toller is paid", "", ("toller",))
        of = self.separation_charge.of if self.separation_charge is not None else None
        if of is not None and of not in ("product", "rare_earths") and not units.is_kind(of):
            wanted = '"product", an element, an oxide formula, or TREO'
            raise fault(f'of = "{of}"', wanted, units.near(of), ("separation_charge",))
        return self


class Transfer(Part):
    """Material handed to another site of the chain, and at what price it counts."""

    to: str = Field(min_length=1, description="name of the site that takes it")
    method: Literal["market", "netback", "cost_plus"]
    source: str = Field(min_length=1, description="who says that this method applies: contract, rule, or why it was assumed")
    pricing: Pricing | None = Field(None, description="for market")
    margin: Share | None = Field(None, description="for netback: share of the taker's sales that it keeps")
    markup: Annotated[Quantity, Unit("1", -1, 10)] | None = Field(
        None, description="for cost_plus: on the operating cost of the giving site"
    )
    freight: PerTonne | None = Field(None, description="paid to carriers by the giving site, per tonne of product")
    border: Border | None = None

    @model_validator(mode="after")
    def _method(self) -> Self:
        needed = {"market": "pricing", "netback": "margin", "cost_plus": "markup"}
        for method, name in needed.items():
            if (getattr(self, name) is not None) != (method == self.method):
                got = f'method = "{self.method}" {"without" if method == self.method else "with"} {name}'
                raise fault(got, f"{needed[self.method]} for {self.method}, and none of the others")
        return self


class Unsold(Part):
    """A product that nobody buys (cerium, lanthanum): stored or disposed of, at a cost."""

    fate: Literal["stored", "disposed"]
    cost: PerTonne


@dataclass(frozen=True, slots=True, eq=False)
class Sold:
    """One product sold or handed over in one year, in nominal money of the reporting currency.

    value     : at its price, after payable and realisation, before charges and freight
    charges   : treatment, separation, penalties: kept by the buyer; toll : separation paid to a toller
    freight   : paid to carriers
    net       : net smelter return: value less charges, toll and freight
    by_element: value by element, where the price tells it
    """

    product: str
    stream: Stream
    value: Num
    charges: Num
    toll: Num
    freight: Num
    net: Num
    by_element: Mapping[str, Num]


def value(stream: Stream, pricing: Any, y: Year, clock: tuple[Num, Num], factor: Num = 1.0) -> tuple[Num, dict[str, Num]]:
    """Value of a stream at its price, and by element where a basket tells it.

    factor : multiplies the price (a what-if)
    """
    share = pricing.payable * pricing.realisation * factor
    if pricing.price is not None:
        return stream.amount(pricing.of) * pricing.price.at(y, clock) * share, {}
    parts: dict[str, Num] = {}
    for element, price in pricing.basket.items():
        parts[element] = stream.elements.get(element, 0.0) * pricing.basket_per[element] * price.at(y, clock) * share
    return total(parts.values()), parts


def sell(
    made: Mapping[str, Stream], sales: Mapping[str, Any], y: Year, clock: tuple[Num, Num], factors: Mapping[str, Num]
) -> dict[str, Sold]:
    """One year's sales of a site, product by product.

    sales   : by product, as in the file, with ``of`` saying what is priced, ``basket_per`` the tonnes priced per tonne of element
    factors : by product, on its price
    """
    sold: dict[str, Sold] = {}
    for name, sale in sales.items():
        stream = made[name]
        gross, parts = value(stream, sale, y, clock, factors.get(name, 1.0))
        charges: Num = 0.0
        toll: Num = 0.0
        for charge in (sale.treatment_charge, sale.penalty):
            if charge is not None:
                charges = charges + stream.mass * charge.at(y, clock)
        if sale.separation_charge is not None:
            separation = stream.amount(sale.separation_of) * sale.separation_charge.at(y, clock)
            charges, toll = (charges + separation, toll) if sale.toller is None else (charges, separation)
        freight = stream.mass * sale.freight.at(y, clock) if sale.freight is not None else 0.0
        sold[name] = Sold(name, stream, gross, charges, toll, freight, gross - charges - toll - freight, parts)
    return sold
