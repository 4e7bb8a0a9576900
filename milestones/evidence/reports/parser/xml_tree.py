"""XML as elements without namespaces and texts, of which there are not too many, nor too deep.

defusedxml refuses document types and entities where they begin, before anything is expanded or fetched.
"""

from __future__ import annotations

import codecs
from typing import Any
from xml.etree.ElementTree import Element  # nosec B405  # what is built; defusedxml reads

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser
from refused import Refused

TEXTS = {"Key", "Value", "property"}
"""Where a text names something. All others are what tests print and say: recipients may be named in them."""
MOST_IN_A_TEXT = 2_000
"""Characters, after which the rest is left out."""


def parsed(content: bytes, most_elements: int, deepest: int) -> Element:
    """The root. Raises Refused for what there may not be, and whatever expat does for what is no XML.

    What begins with the mark of UTF-16 is that, even if it says that it is UTF-8: so PowerShell writes it.
    """
    marked = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    parser = DefusedXMLParser(target=_Tree(most_elements, deepest), forbid_dtd=True)
    try:
        parser.feed(content.decode("utf-16") if marked else content.lstrip())
        root: Element = parser.close()
    except DefusedXmlException as error:
        raise Refused("dtd") from error
    return root


class _Tree:
    """Builds the elements that the parser tells of."""

    def __init__(self, most: int, deepest: int) -> None:
        self.left = most
        self.deepest = deepest
        self.open: list[Element] = []
        self.root: Element | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.left -= 1
        if self.left < 0:
            raise Refused("many")
        if len(self.open) >= self.deepest:
            raise Refused("deep")
        element = Element(tag.rpartition("}")[2], attributes)  # an attribute of a namespace keeps it, and is not read
        if self.open:
            self.open[-1].append(element)
        else:
            self.root = element
        self.open.append(element)

    def end(self, _tag: str) -> None:
        self.open.pop()

    def data(self, text: str) -> None:
        element = self.open[-1]
        if element.tag in TEXTS and len(element.text or "") < MOST_IN_A_TEXT:
            element.text = (element.text or "") + text

    def close(self) -> Any:
        return self.root
