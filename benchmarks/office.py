"""What does a spreadsheet take for a case? LibreOffice, where it is installed, over a workbook: a cell is changed, the NPV read."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

__all__ = ["recalculated"]

MOST = 120
"""Seconds that LibreOffice may take."""

MACRO = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Cases" script:language="StarBasic">
Sub Measure(book As String, told As String, whatIn As String, whatOut As String, times As Long)
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = &quot;Hidden&quot;
  hidden(0).Value = True
  doc = StarDesktop.loadComponentFromURL(book, &quot;_blank&quot;, 0, hidden())
  doc.calculateAll()
  given = doc.NamedRanges.getByName(whatIn).getReferredCells().getCellByPosition(0, 0)
  found = doc.NamedRanges.getByName(whatOut).getReferredCells().getCellByPosition(0, 0)
  start = given.Value
  begin = GetSystemTicks()
  For k = 1 To times
    given.Value = start * (1 + 0.001 * k)
    last = found.Value
  Next k
  taken = GetSystemTicks() - begin
  Open told For Output As #1
  Print #1, Str(taken) + &quot; &quot; + Str(start * (1 + 0.001 * times)) + &quot; &quot; + Str(last)
  Close #1
  doc.close(True)
  StarDesktop.terminate()
End Sub
</script:module>"""

LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false"
 library:passwordprotected="false"><library:element library:name="Cases"/></library:library>"""


def recalculated(book: Path, given: str, found: str, times: int) -> tuple[float, float, float] | None:
    """Seconds a case, the last value given and what was then found; None where there is no LibreOffice.

    given, found : defined names of the workbook; each case gives another number, a thousandth more of the first
    """
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        return None
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        told = folder / "told.txt"

        def run(*asked: str) -> None:
            command = [office, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore", *asked]
            quiet = subprocess.DEVNULL
            with subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True) as child:
                try:
                    child.wait(MOST)
                except subprocess.TimeoutExpired:
                    os.killpg(child.pid, signal.SIGKILL)  # what it has started waits for someone to press a button
                    raise

        run("--terminate_after_init")  # a first start makes the library that the macro is put into
        basic = folder / "profile" / "user" / "basic" / "Standard"
        (basic / "Cases.xba").write_text(MACRO, encoding="utf-8")
        (basic / "script.xlb").write_text(LIBRARY, encoding="utf-8")
        run(f'macro:///Standard.Cases.Measure("{book.as_uri()}","{told}","{given}","{found}",{times})')
        taken, last, value = told.read_text(encoding="utf-8").split()
    return float(taken) / 1000 / times, float(last), float(value)
