"""What was wrong? One error for bad input: where, got, wanted, hint. Imports nothing of kenes."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Fault", "InputError"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an input.

    where  : file and line if known, then the path inside the file
    got    : what stood there
    wanted : what was expected
    hint   : how to mend it, or ""
    """

    where: str
    got: str
    wanted: str
    hint: str = ""

    def __str__(self) -> str:
        rows = [self.where, f"  got     {self.got}", f"  wanted  {self.wanted}"]
        if self.hint:
            rows.append(f"  hint    {self.hint}")
        return "\n".join(rows)


class InputError(Exception):
    """All faults found in one input, at once.

    >>> print(InputError(Fault("a.toml:3  site \\"mine\\"", '"84"', "a fraction", 'did you mean "84 %"?')))
    a.toml:3  site "mine"
      got     "84"
      wanted  a fraction
      hint    did you mean "84 %"?
    """

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in faults))
