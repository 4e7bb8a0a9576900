"""What every page has in common: one heading that is its title, no id twice, nothing inline."""

from __future__ import annotations

import pytest

from tests.addresses.asking import across_addresses, check_outline, get, page
from tests.addresses.place import Place
from tests.addresses.table import CALLERS, FILES, READABLE
from tests.cast import Cast


@pytest.mark.parametrize("who", CALLERS)
def test_every_page_has_one_heading_that_is_its_title_and_nothing_inline(cast: Cast, place: Place, who: str) -> None:
    for name in sorted(READABLE - FILES):
        check_outline(name, page(cast, place, name, who))
    for address in across_addresses():
        answer = get(cast.client(getattr(cast, who)), address)  # a refusal is a page too
        check_outline(address, answer)
