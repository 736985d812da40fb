"""The road N times: ``simulate(kenes.load(path))`` gives distributions instead of a point."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kenes.chance.simulate import Simulation as Simulation
    from kenes.chance.simulate import simulate as simulate

__all__ = ["Simulation", "simulate"]


def __getattr__(name: str) -> Any:
    """Loads the room when it is first asked for: scipy costs a second."""
    if name not in __all__:
        raise AttributeError(f"module 'kenes.chance' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module("kenes.chance.simulate"), name)
