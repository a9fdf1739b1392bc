"""Countries in the menu of one's own hours: the list that is kept is the package's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict

from bot.guidelines import holidays


def test_the_kept_countries_are_those_of_the_package() -> None:
    """Every country, name and part that the installed package has, and no other.

    After another version of the package is installed: ``MENTORBOT_GOLDEN=write`` and this test.
    """
    known = {code: asdict(country) for code, country in sorted(holidays.from_package().items())}
    if os.environ.get("MENTORBOT_GOLDEN") == "write":
        text = json.dumps(known, ensure_ascii=False, indent=1)
        holidays.COUNTRIES.write_text(f"{text}\n", encoding="utf-8")
    assert json.loads(holidays.COUNTRIES.read_text(encoding="utf-8")) == known


def test_a_menu_never_waits_for_the_package() -> None:
    """Looking a country up, naming it and checking its code load no calendar, so no press waits for them."""
    source = (
        "import sys; from bot.guidelines import holidays;"
        "assert holidays.found('germany baden', 9) == ['DE', 'DE-BW'];"
        "assert holidays.name_of('DE-BW') == 'Germany: Baden-Württemberg';"
        "assert holidays.is_known('DE-BW') and not holidays.is_known('DE-XX');"
        "assert 'holidays' not in sys.modules"
    )
    done = subprocess.run(  # noqa: S603 - this interpreter, and words that stand here
        [sys.executable, "-c", source], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_other_codes_of_a_country_are_known_too() -> None:
    """A configuration may say DEU for DE; nobody knows Atlantis."""
    assert holidays.is_known("DEU")
    assert not holidays.is_known("XX")
