"""Feeds of what changed: Atom (RFC 4287) and RSS 2.0, of everything public or of one entry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from xml.etree import ElementTree

from dataro.build.context import Context
from dataro.publish.catalogue.entry import Entry
from dataro.publish.catalogue.told import change_words
from dataro.publish.catalogue.versions import Version, versions
from dataro.publish.forms.site import Site
from dataro.publish.rows import SYNTHETIC
from dataro.vocabulary.text import Language, Text, both

MOST = 30
_ATOM = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True, slots=True)
class Change:
    """One version of an entry, as a feed tells it."""

    entry: Entry
    version: Version


def changes(context: Context, entries: Iterable[Entry], *, each: int = 2) -> list[Change]:
    """The last versions of the entries that changed last, newest first; ``each`` of one at most."""
    published = [one for one in entries if one.snapshot is not None]
    published.sort(key=lambda one: one.modified or "", reverse=True)
    found = [
        Change(entry, version)
        for entry in published[:MOST]
        for version in versions(context, entry)[:each]
    ]
    found.sort(key=lambda one: one.version.made_at, reverse=True)
    return found[:MOST]


def atom(
    site: Site, found: Sequence[Change], language: Language, title: Text, address: str
) -> bytes:
    """An Atom feed; ``address`` is its own."""
    ElementTree.register_namespace("", _ATOM)
    feed = ElementTree.Element(f"{{{_ATOM}}}feed", {"xml:lang": language})
    _said(feed, "id", address)
    _said(feed, "title", title[language])
    newest = max((one.version.made_at for one in found), default="1970-01-01T00:00:00+00:00")
    _said(feed, "updated", newest)
    _link(feed, address, rel="self", type="application/atom+xml")
    _link(feed, f"{site.origin}/{language}/data", rel="alternate", type="text/html")
    author = ElementTree.SubElement(feed, f"{{{_ATOM}}}author")
    _said(author, "name", site.city.office[language])
    for one in found:
        item = ElementTree.SubElement(feed, f"{{{_ATOM}}}entry")
        _said(item, "id", _identity(site, one))
        _said(item, "title", one.entry.title[language])
        _said(item, "updated", one.version.made_at)
        _link(item, site.page(one.entry, language), rel="alternate", type="text/html")
        _said(item, "summary", _summary(one, language))
    body: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return body


def rss(
    site: Site, found: Sequence[Change], language: Language, title: Text, address: str
) -> bytes:
    """The same as RSS 2.0."""
    root = ElementTree.Element("rss", {"version": "2.0"})
    channel = ElementTree.SubElement(root, "channel")
    for name, text in (
        ("title", title[language]),
        ("link", f"{site.origin}/{language}/data"),
        ("description", both("바뀐 데이터", "Data that changed")[language]),
        ("language", language),
    ):
        ElementTree.SubElement(channel, name).text = text
    for one in found:
        item = ElementTree.SubElement(channel, "item")
        ElementTree.SubElement(item, "title").text = one.entry.title[language]
        ElementTree.SubElement(item, "link").text = site.page(one.entry, language)
        guid = ElementTree.SubElement(item, "guid", {"isPermaLink": "false"})
        guid.text = _identity(site, one)
        made = datetime.fromisoformat(one.version.made_at)
        ElementTree.SubElement(item, "pubDate").text = format_datetime(made)
        ElementTree.SubElement(item, "description").text = _summary(one, language)
    body: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _identity(site: Site, one: Change) -> str:
    return f"{site.thing(one.entry)}#{one.version.snapshot}"


def _summary(one: Change, language: Language) -> str:
    said = change_words(one.entry, one.version)[language]
    return f"{said} {SYNTHETIC[language]}" if one.version.synthetic else said


def _said(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, f"{{{_ATOM}}}{name}").text = text


def _link(parent: ElementTree.Element, href: str, *, rel: str, type: str) -> None:
    ElementTree.SubElement(parent, f"{{{_ATOM}}}link", {"href": href, "rel": rel, "type": type})
