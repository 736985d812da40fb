"""The page as a PDF, printed by a browser that is on the machine."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

from kenes.errors import Fault, InputError

__all__ = ["browser", "pdf"]

LONGEST = 120
"""Seconds that a browser may take."""
WAIT = 20_000
"""Milliseconds of the page's own clock, which runs ahead while nothing happens: figures are drawn long before."""
HINT = "install Chromium, Google Chrome or Microsoft Edge; or write --html and print that from any browser"


def browser() -> str | None:
    """Path of a browser of the Chromium family, or None."""
    from choreographer.browsers.chromium import Chromium

    found = Chromium.find_browser(skip_local=False)
    return None if found is None else str(found)


def pdf(page: str, path: str | None = None) -> bytes:
    """A page printed on A4, with nothing fetched.

    path : of the browser; None: one that is found
    Raises InputError where there is no browser, or where it prints nothing.
    """
    chosen = path or browser()
    if chosen is None:
        raise InputError(Fault("--pdf", "no browser that prints", "a browser of the Chromium family on the PATH", HINT))
    with tempfile.TemporaryDirectory(prefix="kenes-", ignore_cleanup_errors=True) as folder:
        source, target = Path(folder) / "page.html", Path(folder) / "page.pdf"
        source.write_text(page, encoding="utf-8")
        command = [
            chosen,
            "--headless",
            "--disable-gpu",
            "--disable-extensions",
            "--disable-background-networking",
            "--no-first-run",
            "--no-default-browser-check",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            f"--user-data-dir={folder}/profile",
            f"--virtual-time-budget={WAIT}",
            "--window-size=720,1000",
            "--no-pdf-header-footer",
            f"--print-to-pdf={target}",
            source.as_uri(),
        ]
        if getattr(os, "geteuid", lambda: 1)() == 0:  # Chromium has no sandbox for root
            command.insert(1, "--no-sandbox")
        try:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=LONGEST, check=False)
        except subprocess.TimeoutExpired:
            raise InputError(Fault("--pdf", f"{chosen}, still at work after {LONGEST} s", "a browser that prints the page", HINT)) from None
        except OSError as error:
            raise InputError(Fault("--pdf", f"{chosen}: {error.strerror}", "a browser that can be run", HINT)) from None
        made = target.read_bytes() if target.is_file() else b""
    if not made.startswith(b"%PDF"):
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or [f"exit code {done.returncode}"]
        raise InputError(Fault("--pdf", f"{chosen} printed nothing: {last[0][:200]}", "a browser that prints the page", HINT))
    return made
