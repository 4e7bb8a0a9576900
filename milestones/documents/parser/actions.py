"""What a dictionary of a PDF asks for, by the meaning that its keys have where they stand.

`/S` names an action, but also a glyph, a resource, a state, or the kind of a paragraph; `/F` a file, but also flags.
So a key counts with the kind of value that gives it its meaning, and what starts by itself (OpenAction, AA) is judged
by stricter rules than what somebody clicks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pikepdf
from acrobat_formatters import only_formats
from links import leads_out, plain_text
from pikepdf import ObjectType
from refused import Refused

REACHING_OUT = {"/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/GoToR", "/Thread"}
PLAYING = {"/Rendition", "/Movie", "/Sound", "/RichMediaExecute", "/GoTo3DView"}
ACTIONS = REACHING_OUT | PLAYING | {"/JavaScript"}
TURNING_PAGES = {"/NextPage", "/PrevPage", "/FirstPage", "/LastPage"}
MEDIA = {"/Screen", "/Movie", "/Sound", "/RichMedia", "/3D"}
"""Annotations that play something."""
PLAYERS = {"/RichMedia", "/RichMediaContent", "/RichMediaSettings", "/3DD", "/OnInstantiate", "/Navigator", "/XFA"}
FILE_NAMES = ("/UF", "/F", "/DOS", "/Mac", "/Unix")
STRUCTURE = {
    *("/Type", "/S", "/P", "/ID", "/Ref", "/Pg", "/K", "/A", "/C", "/R", "/T", "/Lang", "/Alt", "/E", "/ActualText"),
    *("/AF", "/NS", "/Phoneme", "/PhoneticAlphabet"),
}
"""The keys of an element of the document's structure: a paragraph's kind may be called as an action is."""
TELLING = re.compile(
    rb"/(?:AA|OpenAction|JS|JavaScript|EF|RF|AF|FS|URI|Ref|Screen|Navigator|XFA|RichMedia\w*|3D\w*|OnInstantiate|Filespec"
    rb"|EmbeddedFile|Named|" + b"|".join(sorted(name[1:].encode() for name in ACTIONS)) + rb")(?![^\s/<>\[\]()])"
    rb"|/F (?!\d+ (?!\d+ R))|/(?:S|Type|Subtype) \d+ \d+ R"
)
"""In an object as qpdf writes it: names without escapes, one space. What has none of these asks for nothing."""

DICTIONARIES = (ObjectType.dictionary, ObjectType.stream)
AS_IT_LIES, BY_ITSELF, AT_OPENING = "as it lies", "by itself", "at opening"
"""What sets an action off: nothing that we know of or a click; an event; the document being opened."""


class Judge:
    """Looks at objects one by one, and notes the files within."""

    def __init__(self, trailer: Any) -> None:
        self.about_the_file = trailer.get("/Info")
        self.specifications: list[Any] = []
        self.streams: list[Any] = []
        self.seen: set[tuple[tuple[int, int], str]] = set()

    def look_at(self, thing: Any) -> None:
        """Raises Refused if the object, or what it makes happen, does more than show pages."""
        kind = thing._type_code
        if kind == ObjectType.name_ and thing.unparse(resolved=True).decode() in ACTIONS:
            raise Refused("active")  # there to be pointed to by an action
        if kind in (*DICTIONARIES, ObjectType.array) and TELLING.search(_written(thing)):
            self._judge(thing)

    def _judge(self, thing: Any) -> None:
        todo = [(thing, AS_IT_LIES)]
        while todo:
            one, started = todo.pop()
            if not isinstance(one, pikepdf.Object):
                continue  # a number
            if one.is_indirect and started != AS_IT_LIES:
                if (one.objgen, started) in self.seen:
                    continue
                self.seen.add((one.objgen, started))
            if one._type_code == ObjectType.array:
                todo += [(held, started) for held in _held(one) if started != AS_IT_LIES or not held.is_indirect]
            elif one._type_code in DICTIONARIES:
                self._judge_dictionary(one, started)
                todo += [(held, AS_IT_LIES) for held in _values(one) if not getattr(held, "is_indirect", False)]
                todo += _set_off(one, started)

    def _judge_dictionary(self, one: Any, started: str) -> None:
        self._judge_action(one, started)
        self._judge_files(one)
        if _name(one, "/Subtype") in MEDIA or any(_plays(one.get(key)) for key in PLAYERS & one.keys()):
            raise Refused("active")
        tree = one.get("/JavaScript")
        if _is(tree, ObjectType.dictionary) and {"/Names", "/Kids"} & tree.keys():
            raise Refused("script")

    def _judge_action(self, one: Any, started: str) -> None:
        action = _name(one, "/S")
        if started == AS_IT_LIES and action in ACTIONS and (_is_structure(one) or _maps_names(one)):
            return
        if action == "/JavaScript" or (_is(one.get("/JS"), ObjectType.string) and not self._is_about(one)):
            if started == AT_OPENING or action in ACTIONS - {"/JavaScript"} or not only_formats(_script(one)):
                raise Refused("script")
        elif action in ACTIONS or (action == "/Named" and _name(one, "/N") not in TURNING_PAGES):
            raise Refused("active")
        elif action == "/URI":
            if started != AS_IT_LIES:
                raise Refused("active")
            _require_web(one.get("/URI"))
        elif _is(one.get("/URI"), ObjectType.dictionary):
            _require_web(one["/URI"].get("/Base"))

    def _is_about(self, one: Any) -> bool:
        """Whether this is where a file's title and author stand, and whatever its maker added."""
        about = self.about_the_file
        return _is(about, ObjectType.dictionary) and about.is_indirect and about.objgen == one.objgen

    def _judge_files(self, one: Any) -> None:
        stream = one._type_code == ObjectType.stream
        if stream and _type_code(one.get("/F")) in (ObjectType.string, *DICTIONARIES):
            raise Refused("outside")  # its content would be fetched
        if stream and _name(one, "/Type") == "/EmbeddedFile":
            self.streams.append(one)
        if _holds_files(one.get("/EF")):
            self.specifications.append(one)
        elif _name(one, "/Type") in ("/Filespec", "/F") or _name(one, "/FS") == "/URL":
            raise Refused("outside")
        for key in {"/AF", "/FS", "/Ref"} & one.keys():
            require_within(one[key], page=key == "/Ref")
        if _is(one.get("/RF"), ObjectType.dictionary) and _holds_files(one.get("/EF")):
            raise Refused("outside")  # related files, of a time before PDF was read on the web


def require_within(value: Any, *, page: bool = False) -> None:
    """Raises Refused if what stands where a file belongs, or an array of them, is not within the document."""
    for one in _held(value) if _is(value, ObjectType.array) else [value]:
        names_a_file = _is(one, ObjectType.dictionary) and {*FILE_NAMES, "/FS"} & one.keys()
        if _is(one, ObjectType.string) and not page:
            raise Refused("outside")
        if names_a_file and (page or not _holds_files(one.get("/EF"))) and not _is_resource(one):
            raise Refused("outside")


def _require_web(target: Any) -> None:
    if target is not None and (found := leads_out(bytes(target)) if _is(target, ObjectType.string) else "?"):
        raise Refused("link", target=found)


def _set_off(one: Any, started: str) -> Iterator[tuple[Any, str]]:
    """What the dictionary triggers without a click, or next in such a chain, each with what triggers it."""
    if (opening := one.get("/OpenAction")) is not None:
        yield opening, AT_OPENING
    if _type_code(events := one.get("/AA")) in DICTIONARIES:
        yield from ((value, BY_ITSELF) for value in _values(events))
    if started != AS_IT_LIES and (following := one.get("/Next")) is not None:
        yield following, started


def _script(one: Any) -> str:
    script = one.get("/JS")
    if _is(script, ObjectType.stream):
        return str(plain_text(script.read_bytes()))
    return plain_text(bytes(script)) if _is(script, ObjectType.string) else "?" if script is not None else ""


def _plays(value: Any) -> bool:
    """Whether a player's key has a player's value: not a font or a picture called so, nor a place to jump to."""
    if _is(value, ObjectType.array):
        return not len(value) or any(
            _type_code(one) in (ObjectType.string, ObjectType.stream) for one in value.as_list()
        )
    return _type_code(value) in DICTIONARIES and not _is_resource(value)


def _holds_files(value: Any) -> bool:
    return _is(value, ObjectType.dictionary) and any(_is(value.get(key), ObjectType.stream) for key in FILE_NAMES)


def _is_resource(one: Any) -> bool:
    """A font, a picture or another thing that a page names as it likes."""
    return (
        _name(one, "/Type") in ("/Font", "/XObject", "/ExtGState", "/Pattern", "/OCG", "/OCMD", "/FontDescriptor")
        or _name(one, "/Subtype") in ("/Form", "/Image", "/Type0", "/Type1", "/Type3", "/TrueType", "/MMType1")
        or bool({"/ShadingType", "/PatternType", "/FunctionType", "/ColorSpace"} & one.keys())
    )


def _is_structure(one: Any) -> bool:
    """Whether it can be nothing else: without any key by which an action does something."""
    return (_name(one, "/Type") == "/StructElem" or "/P" in one) and one.keys() <= STRUCTURE


def _maps_names(one: Any) -> bool:
    """Whether it only says which name stands for which: an action without anything to act on does nothing."""
    return all(_is(value, ObjectType.name_) and not value.is_indirect for value in _values(one))


def _written(thing: Any) -> bytes:
    written: bytes = (thing.stream_dict if thing._type_code == ObjectType.stream else thing).unparse(resolved=True)
    return written


def _values(one: Any) -> list[Any]:
    """Not by its keys: names may be in any encoding, and pikepdf finds none again that is not UTF-8."""
    return list(one.values())


def _held(array: Any) -> list[Any]:
    return [one for one in array.as_list() if isinstance(one, pikepdf.Object)]  # numbers are no objects


def _name(one: Any, key: str) -> str:
    value = one.get(key)
    return value.unparse(resolved=True).decode() if _is(value, ObjectType.name_) else ""


def _is(value: Any, kind: ObjectType) -> bool:
    return bool(_type_code(value) == kind)


def _type_code(value: Any) -> Any:
    """pikepdf hands out numbers and booleans as Python's own."""
    return value._type_code if isinstance(value, pikepdf.Object) else None
