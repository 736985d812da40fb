"""kenes: what a critical-mineral claim means, and what the project behind it is worth, to whom.

>>> import kenes
>>> [round(rate, 9) for rate in kenes.irr([-100, 230, -132])]
[0.1, 0.2]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from kenes.appraise import Result as Result
    from kenes.errors import InputError as InputError
    from kenes.project import Project as Project
    from kenes.project import load as load
    from kenes.worth import discounted_payback as discounted_payback
    from kenes.worth import irr as irr
    from kenes.worth import mirr as mirr
    from kenes.worth import npv as npv
    from kenes.worth import payback as payback
    from kenes.worth import sign_changes as sign_changes

_HOME = {
    "Result": "appraise",
    "InputError": "errors",
    "Project": "project",
    "load": "project",
    "irr": "worth",
    "npv": "worth",
    "mirr": "worth",
    "payback": "worth",
    "discounted_payback": "worth",
    "sign_changes": "worth",
}

__all__ = ["InputError", "Project", "Result", "__version__", "discounted_payback", "irr", "load", "mirr", "npv", "payback", "sign_changes"]


def __getattr__(name: str) -> Any:
    """Loads a public name from its room when it is first asked for, so that ``import kenes`` stays light."""
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'kenes' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"kenes.{home}"), name)
    globals()[name] = value
    return value
