"""HTML and XML that do nothing: no scripts, no events, no forms, no frames, no entities, no style sheets of XSLT.

XML is read by a parser, which either agrees with every other one or refuses. Those of HTML differ in where a comment,
a quotation or CDATA ends. So what looks like a tag counts as one wherever it stands: in evidence that a machine wrote,
everything else is escaped.
"""

from __future__ import annotations

import io
import re
from typing import Any, NamedTuple
from urllib.parse import unquote

from lxml import etree

TAG = re.compile(r"<[/!?]?([A-Za-z][\w:.-]*+)((?:[^<]|<(?![/!?]?[A-Za-z]))*+)")
"""Its name, and all until the next: a < in a quotation ends no tag, and a name ends where a quotation may."""
ACTIVE_TAGS = {
    *(
        "script",
        "iframe",
        "frame",
        "frameset",
        "object",
        "embed",
        "applet",
        "form",
        "input",  # but for what is ticked, see `_acts`
        "button",
        "textarea",
        "select",
    ),
    *("base", "portal", "foreignobject", "animate", "set", "animatetransform", "animatemotion", "handler", "listener"),
    *("xml-stylesheet", "stylesheet", "transform", "entity", "attlist", "import", "include", "isindex", "noscript"),
}
EVENT = re.compile(r"""[\s/"'\x00]on[a-z]+\s*=""")
REFRESH = re.compile(r"""http-equiv\s*=\s*["']?\s*+(?!["']?(?:content-|x-ua|default-style|pragma|cache-|expires))""")
TARGET = re.compile(
    r"""[\s/"':](?:href|src|srcset|poster|action|formaction|data|srcdoc|background|style|values|to|content|cite"""
    r"""|longdesc|lowsrc|dynsrc|ping|codebase|classid|manifest)\s*="""
)
PICTURES = "png|jpeg|gif|webp"


def _beyond(pictures: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?:javascript|vbscript|file|data(?!:image/(?:{pictures})[;,])|livescript|mhtml|ms-\w+):|srcdoc|\\\\"
        r"""|=["']?[/\\]{2}"""  # of a page on the disk of whoever saved it, //x is a computer on the network
    )


BEYOND, BEYOND_A_PICTURE = _beyond(PICTURES), _beyond(rf"{PICTURES}|svg\+xml")
"""What a target leads to that is neither the web nor a picture, once spaces are dropped and escapes undone.

An SVG that is shown as a picture runs no scripts and fetches nothing; one that a link leads to may.
"""
TICKED = re.compile(r"""[\s"'/]type\s*=\s*["']?(?:checkbox|radio)\b""")
"""What can be ticked, and without a form sends nothing."""
STYLED = re.compile(r"""(?:url\(|@import)["']?(?:(?:file|javascript|vbscript|mhtml|ms-\w+):|//|.{0,9}\\)""")
"""A style sheet that fetches from elsewhere than the web, or says so in escapes."""
ACTED_UPON = (
    *("http://www.w3.org/1999/xhtml", "http://www.w3.org/2000/svg", "http://www.w3.org/1998/Math/MathML"),
    *("http://www.w3.org/1999/XSL/", "http://www.mozilla.org/"),
    *("http://schemas.microsoft.com/office/", "http://schemas.microsoft.com/visio/"),
    *("http://schemas.microsoft.com/project", "http://schemas.microsoft.com/winfx/"),
    *("http://schemas.microsoft.com/developer/", "http://schemas.microsoft.com/appx/"),
    *("urn:schemas-microsoft-com:office", "urn:schemas-microsoft-com:asm", "urn:schemas-microsoft-com:xslt"),
    "urn:schemas-microsoft-com:vml",
    *("urn:oasis:names:tc:opendocument:", "http://openoffice.org/"),
    *("http://ns.adobe.com/xfdf", "http://ns.adobe.com/xdp", "http://www.xfa.org/"),
)
"""How namespaces begin of what a browser, an Office program or a PDF viewer does something with, whatever the file's
name: macros may be in those of Office, scripts and files elsewhere in Adobe's forms.
"""
ENCODINGS = {"utf-8", "utf8", "us-ascii", "iso-8859-1", "iso-8859-15", "windows-1252", "utf-16"}
DECLARED = re.compile(r"""(?:encoding|charset)\s*=\s*["']?\s*([A-Za-z0-9_-]+)""", re.IGNORECASE)
REFERENCE = re.compile(r"&#(?:x0*([0-9a-f]{1,6})|0*([0-9]{1,7}));?|&(tab|newline|colon|amp|bsol|sol);?", re.IGNORECASE)
NAMED = {"tab": "\t", "newline": "\n", "colon": ":", "amp": "&", "bsol": "\\", "sol": "/"}


class Xml(NamedTuple):
    """A document's root element, and the namespaces that are declared in it."""

    root: Any
    namespaces: set[str]


def well_formed(content: bytes, text: str) -> Xml | None:
    """What it holds, if it is well-formed XML. `text` are its characters.

    Signing services put whole documents into one element, so there is no limit but those of the process; entities,
    which make much of little, are never many.
    """
    huge = "<!ENTITY" not in text
    reader: Any = etree.iterparse(
        io.BytesIO(content),
        events=("start-ns",),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=huge,
    )
    try:
        namespaces = {namespace for _event, (_prefix, namespace) in reader}
    except etree.XMLSyntaxError:
        return None
    return Xml(reader.root, namespaces)


def is_data(document: Xml, text: str) -> bool:
    """Whether XML holds data alone: without a document type, whose entities could be anything, without a style sheet,
    and without elements that programs show or run.
    """
    if _is_oddly_encoded(text):
        return False
    tree = document.root.getroottree()
    suspect = [namespace for namespace in document.namespaces if namespace.startswith(ACTED_UPON)]
    shown = any(next(document.root.iter(f"{{{namespace}}}*"), None) is not None for namespace in suspect)
    opened = tree.xpath("boolean(//processing-instruction()[name()='xml-stylesheet' or name()='mso-application'])")
    return tree.docinfo.internalDTD is None and not shown and not opened


def is_inert(text: str) -> bool:
    """Whether HTML, read in any way, runs nothing, sends nothing, and leads to nothing but the web and mail."""
    tags = (_acts(found[1].lower(), found[2].lower()) for found in TAG.finditer(text))
    return not _is_oddly_encoded(text) and not any(tags)


def _is_oddly_encoded(text: str) -> bool:
    return any(name.lower() not in ENCODINGS for name in DECLARED.findall(text[:4096]))


def _acts(name: str, rest: str) -> bool:
    attributes = rest[: rest.rfind(">") + 1] or rest
    if name.rpartition(":")[2] in ACTIVE_TAGS and not (name == "input" and TICKED.search(attributes)):
        return True
    if EVENT.search(attributes) or REFRESH.search(attributes):
        return True
    if ("url" in rest or "@import" in rest) and STYLED.search(_as_followed(rest)):
        return True
    beyond = BEYOND_A_PICTURE if name == "img" else BEYOND
    return bool(TARGET.search(attributes) and beyond.search(_as_followed(attributes)))


def _as_followed(attributes: str) -> str:
    undone = unquote(REFERENCE.sub(_character, attributes))
    return "".join(character for character in undone if not character.isspace() and character.isprintable())


def _character(found: re.Match[str]) -> str:
    if found[3]:
        return NAMED[found[3].lower()]
    number = int(found[1], 16) if found[1] else int(found[2])
    return chr(number) if number < 0x110000 else ""
