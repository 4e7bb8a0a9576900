"""What a dictionary of a PDF asks for, by the meaning that its keys have where they stand.

`/S` names an action, but also a glyph, a resource, a state, or the kind of a paragraph; `/F` a file, but also flags.
So a key counts with the kind of value that gives it its meaning, and what starts by itself (OpenAction, AA) is judged
by stricter rules than what somebody clicks.
"""

from __future__ import annotations

import re
from collections import Counter
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
SPECIFICATION = {
    *(*FILE_NAMES, "/Type", "/FS", "/ID", "/V", "/EF", "/RF", "/Desc", "/CI", "/Thumb", "/AFRelationship", "/EP"),
}
"""The keys of a file specification."""
NETWORK = re.compile(r"\s*(?:[/\\]{2}|[A-Za-z][A-Za-z0-9+.-]+:)")
"""How an address or a path to another computer begins."""
STRUCTURE = {
    *("/Type", "/S", "/P", "/ID", "/Ref", "/Pg", "/K", "/A", "/C", "/R", "/T", "/Lang", "/Alt", "/E", "/ActualText"),
    *("/AF", "/NS", "/Phoneme", "/PhoneticAlphabet"),
}
"""The keys of an element of the document's structure: a paragraph's kind may be called as an action is."""
ABOUT_FILES = {"/EF", "/AF", "/FS", "/Ref", "/URLs", "/OPI", "/Type", *FILE_NAMES}
TELLING = re.compile(
    rb"/(?:AA|OpenAction|JS|JavaScript|EF|RF|AF|FS|URI|Ref|Screen|Navigator|XFA|RichMedia\w*|3D\w*|OnInstantiate|Filespec"
    rb"|EmbeddedFile|Named|OPI|URLs|UF|DOS|Unix|Mac|"
    + b"|".join(sorted(name[1:].encode() for name in ACTIONS))
    + rb")(?![^\s/<>\[\]()])"
    rb"|/F (?!\d+ (?!\d+ R))|/(?:S|Type|Subtype) \d+ \d+ R|/(?:A|PA|Next) (?:\[ )?\d+ \d+ R"
)
"""In an object as qpdf writes it: names without escapes, one space. What has none of these asks for nothing."""

DICTIONARIES = (ObjectType.dictionary, ObjectType.stream)
AS_IT_LIES, BY_CLICK, BY_ITSELF, AT_OPENING = "as it lies", "by a click", "by itself", "at opening"
"""What sets an action off: nothing that we know of; a click; an event; the document being opened."""
MAX_STEPS, A_DICTIONARY = 1_250_000, 5
"""Taken in all versions together, and for one dictionary: a few bytes unpack to many. Fifty thousand links have
enough; an element of a table is mostly none, see TELLING."""


class Judge:
    """Looks at objects one by one, and notes the files within. `steps` are counted by all who judge one file."""

    def __init__(self, trailer: Any, steps: Counter[str]) -> None:
        self.steps = steps
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
                self._count(1 + len(one) // A_DICTIONARY)
                todo += [(held, started) for held in _held(one) if started != AS_IT_LIES or not held.is_indirect]
            elif one._type_code in DICTIONARIES:
                self._count(A_DICTIONARY)
                todo += self._judge_dictionary(one, started, one.keys())

    def _count(self, steps: int) -> None:
        self.steps["taken"] += steps
        if self.steps["taken"] > MAX_STEPS:
            raise Refused("intricate")

    def _judge_dictionary(self, one: Any, started: str, keys: set[str]) -> Iterator[tuple[Any, str]]:
        """What is to be looked at next. What something sets off lies somewhere, too, and is met there once more."""
        if keys & {"/S", "/JS", "/URI"}:
            self._judge_action(one, started)
        if keys & ABOUT_FILES:
            self._judge_files(one, keys)
        if "/Subtype" in keys and _name(one, "/Subtype") in MEDIA:
            raise Refused("active")
        if any(_plays(one.get(key)) for key in PLAYERS & keys):
            raise Refused("active")
        if "/JavaScript" in keys and _is_tree(one["/JavaScript"]):
            raise Refused("script")
        if started == AS_IT_LIES:
            yield from ((held, AS_IT_LIES) for held in _values(one) if not getattr(held, "is_indirect", False))
            yield from _set_off(one, keys)
        elif "/Next" in keys:
            yield one["/Next"], started

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
            if started in (BY_ITSELF, AT_OPENING):
                raise Refused("active")
            _require_web(one.get("/URI"))
        elif _is(one.get("/URI"), ObjectType.dictionary):
            _require_web(one["/URI"].get("/Base"))

    def _is_about(self, one: Any) -> bool:
        """Whether this is where a file's title and author stand, and whatever its maker added."""
        about = self.about_the_file
        return _is(about, ObjectType.dictionary) and about.is_indirect and about.objgen == one.objgen

    def _judge_files(self, one: Any, keys: set[str]) -> None:
        kind, stream = _name(one, "/Type"), one._type_code == ObjectType.stream
        if stream and _type_code(one.get("/F")) in (ObjectType.string, *DICTIONARIES):
            raise Refused("outside")  # its content would be fetched
        if stream and kind == "/EmbeddedFile":
            self.streams.append(one)
        if _holds_files(one.get("/EF")):
            self.specifications.append(one)
            if _is(one.get("/RF"), ObjectType.dictionary):
                raise Refused("outside")  # related files, of a time before PDF was read on the web
        elif kind in ("/Filespec", "/F") or _name(one, "/FS") == "/URL" or _leads_away(one, keys):
            raise Refused("outside")
        for key in {"/AF", "/FS", "/Ref", "/URLs"} & keys:
            require_within(one[key], page=key == "/Ref")
        if _is(one.get("/OPI"), ObjectType.dictionary) and any(map(_names_a_file, _values(one["/OPI"]))):
            raise Refused("outside")  # a picture in full, for a press


def require_within(value: Any, *, page: bool = False) -> None:
    """Raises Refused if what stands where a file belongs, or an array of them, is not within the document."""
    todo, seen = [value], set()
    while todo:
        one = todo.pop()
        if _is(one, ObjectType.array) and not (one.is_indirect and one.objgen in seen):
            seen.add(one.objgen)
            todo += _held(one)
        elif _is(one, ObjectType.string):
            if not page:
                raise Refused("outside")
        elif _names_a_file(one) and (page or not _holds_files(one.get("/EF"))):
            raise Refused("outside")


def _names_a_file(one: Any) -> bool:
    return _is(one, ObjectType.dictionary) and bool({*FILE_NAMES, "/FS"} & one.keys())


def _leads_away(one: Any, keys: set[str]) -> bool:
    """Whether it is a file specification by its keys, wherever it stands, of something in a network."""
    if not keys <= SPECIFICATION:
        return False
    named = [one.get(key) for key in FILE_NAMES]
    return any(_is(value, ObjectType.string) and NETWORK.match(plain_text(bytes(value))) for value in named)


def _require_web(target: Any) -> None:
    if target is not None and (found := leads_out(bytes(target)) if _is(target, ObjectType.string) else "?"):
        raise Refused("link", target=found)


def _set_off(one: Any, keys: set[str]) -> Iterator[tuple[Any, str]]:
    """The actions that the dictionary has for certain, each with what triggers it."""
    if "/OpenAction" in keys:
        yield one["/OpenAction"], AT_OPENING
    if "/AA" in keys and _type_code(events := one["/AA"]) in DICTIONARIES:
        yield from ((value, BY_ITSELF) for value in _values(events))
    yield from ((one[key], BY_CLICK) for key in ("/A", "/PA") if key in keys)


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


def _is_tree(value: Any) -> bool:
    """Whether it is a list by names, as of scripts."""
    return _is(value, ObjectType.dictionary) and bool({"/Names", "/Kids"} & value.keys())


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
