"""The catalogue as DCAT 3, by the application profile DCAT-AP 3.0, as a graph.

https://www.w3.org/TR/vocab-dcat-3/ · https://semiceu.github.io/DCAT-AP/releases/3.0.0/
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal as Choice

from rdflib import RDF, BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDFS, SKOS, XSD
from rdflib.term import Node

from dataro.publish.catalogue.entry import Bounds, Entry, EntryTable
from dataro.publish.forms import authority
from dataro.publish.forms.services import Service, services
from dataro.publish.forms.site import Site
from dataro.publish.rows import SYNTHETIC, FileFormat
from dataro.vocabulary.licence import LICENCES
from dataro.vocabulary.text import LANGUAGES, Language, Text

RdfForm = Choice["jsonld", "ttl", "rdf"]
FORMS: dict[RdfForm, tuple[str, str]] = {
    "jsonld": ("json-ld", "application/ld+json"),
    "ttl": ("turtle", "text/turtle"),
    "rdf": ("xml", "application/rdf+xml"),
}
"""What rdflib calls each form, and its media type."""

DCAT = Namespace("http://www.w3.org/ns/dcat#")  # rdflib's own list lacks terms of version 3
ADMS = Namespace("http://www.w3.org/ns/adms#")
DQV = Namespace("http://www.w3.org/ns/dqv#")
GEO = Namespace("http://www.opengis.net/ont/geosparql#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
DCATAP = Namespace("http://data.europa.eu/r5r/")
_PREFIXES = {
    "adms": ADMS, "dcat": DCAT, "dcatap": DCATAP, "dct": DCTERMS, "dqv": DQV, "foaf": FOAF,
    "geo": GEO, "rdf": RDF, "skos": SKOS, "vcard": VCARD, "xsd": XSD,
}  # fmt: skip


def catalogue_graph(site: Site, entries: Iterable[Entry]) -> Graph:
    """The whole catalogue: itself, its entries that have data, and what programs may call."""
    graph = _graph()
    city, catalogue = site.city, URIRef(site.catalogue)
    graph.add((catalogue, RDF.type, DCAT.Catalog))
    name = Text(f"{city.name.ko} 데이터로", f"Dataro of {city.name.en}")
    about = Text(
        f"{city.name.ko}가 여는 데이터와 그 데이터로 답한 분석의 목록입니다.",
        f"Data opened by {city.name.en}, and the analyses made from it.",
    )
    _say(graph, catalogue, DCTERMS.title, name)
    _say(graph, catalogue, DCTERMS.description, about)
    graph.add((catalogue, DCTERMS.publisher, _agent(graph, site, city.office)))
    graph.add((catalogue, DCTERMS.license, URIRef(LICENCES["kogl-1"].url)))
    graph.add((catalogue, FOAF.homepage, _document(graph, f"{site.origin}/ko/")))
    graph.add((catalogue, DCAT.themeTaxonomy, URIRef(authority.THEME_SCHEME)))
    graph.add((catalogue, DCTERMS.spatial, _place(graph, city.bounds)))
    for language in LANGUAGES:
        graph.add((catalogue, DCTERMS.language, _language(graph, language)))
    themes = URIRef(authority.THEME_SCHEME)
    graph.add((themes, RDF.type, SKOS.ConceptScheme))
    graph.add((themes, DCTERMS.title, Literal("Data theme", lang="en")))
    shown = [one for one in entries if one.snapshot is not None]
    for one in shown:
        _entry(graph, site, one)
        graph.add((catalogue, DCAT.dataset, URIRef(site.thing(one))))
    if modified := max((one.modified for one in shown if one.modified), default=None):
        graph.add((catalogue, DCTERMS.modified, _moment(modified)))
    for service in services(site):
        _service(graph, site, service, shown)
        graph.add((catalogue, DCAT.service, URIRef(service.address)))
    return graph


def entry_graph(site: Site, entry: Entry) -> Graph:
    """One entry with its files."""
    graph = _graph()
    _entry(graph, site, entry)
    return graph


def written(graph: Graph, form: RdfForm) -> bytes:
    """The graph in a form."""
    return graph.serialize(format=FORMS[form][0], encoding="utf-8")


def _graph() -> Graph:
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in _PREFIXES.items():
        graph.bind(prefix, namespace)
    return graph


def _entry(graph: Graph, site: Site, entry: Entry) -> None:
    thing = URIRef(site.thing(entry))
    graph.add((thing, RDF.type, DCAT.Dataset))
    graph.add((thing, DCTERMS.identifier, Literal(entry.id)))
    _say(graph, thing, DCTERMS.title, entry.title)
    _say(graph, thing, DCTERMS.description, entry.description)
    graph.add((thing, DCTERMS.publisher, _agent(graph, site, entry.owner)))
    graph.add((thing, DCAT.contactPoint, _contact(graph, site, entry.owner)))
    graph.add((thing, DCAT.theme, _theme(graph, entry.theme)))
    for word in entry.keywords:
        graph.add((thing, DCAT.keyword, Literal(word, lang="ko")))
    graph.add((thing, DCTERMS.accessRights, _access(graph, entry)))
    graph.add((thing, DCTERMS.accrualPeriodicity, _frequency(graph, entry)))
    for language in LANGUAGES:
        graph.add((thing, DCTERMS.language, _language(graph, language)))
        graph.add((thing, DCAT.landingPage, _document(graph, site.page(entry, language))))
    if entry.created:
        graph.add((thing, DCTERMS.issued, _moment(entry.created)))
    if entry.modified:
        graph.add((thing, DCTERMS.modified, _moment(entry.modified)))
    if entry.snapshot is not None:
        graph.add((thing, DCAT.version, Literal(str(entry.snapshot))))
    if entry.temporal:
        graph.add((thing, DCTERMS.temporal, _period(graph, *entry.temporal)))
    if entry.spatial:
        graph.add((thing, DCTERMS.spatial, _place(graph, entry.spatial)))
    _quality(graph, thing, entry)
    if entry.synthetic:
        _say(graph, thing, ADMS.versionNotes, SYNTHETIC)
    for table in entry.tables:
        for format in table.formats:
            graph.add((thing, DCAT.distribution, _file(graph, site, entry, table, format)))


def _file(graph: Graph, site: Site, entry: Entry, table: EntryTable, format: FileFormat) -> URIRef:
    address = _resource(graph, site.file(entry, table, format))
    file = URIRef(f"{site.thing(entry)}#{table.name}.{format}")
    kind = authority.FILE_TYPES[format]
    title = Text(f"{table.title.ko}({format.upper()})", f"{table.title.en} ({format.upper()})")
    graph.add((file, RDF.type, DCAT.Distribution))
    _say(graph, file, DCTERMS.title, title)
    _say(graph, file, DCTERMS.description, table.row)
    graph.add((file, DCAT.accessURL, address))
    graph.add((file, DCAT.downloadURL, address))
    graph.add((file, DCTERMS["format"], URIRef(kind.type_uri)))
    graph.add((file, DCAT.mediaType, URIRef(kind.media_uri)))
    graph.add((URIRef(kind.type_uri), RDF.type, DCTERMS.MediaTypeOrExtent))
    graph.add((URIRef(kind.media_uri), RDF.type, DCTERMS.MediaType))
    graph.add((file, DCATAP.availability, _concept(graph, authority.AVAILABLE)))
    if url := LICENCES[entry.licence].url:
        graph.add((file, DCTERMS.license, _licence(graph, entry.licence, url)))
    if entry.terms:
        rights = BNode()
        graph.add((rights, RDF.type, DCTERMS.RightsStatement))
        _say(graph, rights, DCTERMS.description, entry.terms)
        graph.add((file, DCTERMS.rights, rights))
    if entry.modified:
        graph.add((file, DCTERMS.modified, _moment(entry.modified)))
    return file


def _service(graph: Graph, site: Site, service: Service, entries: Iterable[Entry]) -> None:
    thing = URIRef(service.address)
    graph.add((thing, RDF.type, DCAT.DataService))
    _say(graph, thing, DCTERMS.title, service.title)
    _say(graph, thing, DCTERMS.description, service.about)
    graph.add((thing, DCAT.endpointURL, _resource(graph, service.endpoint)))
    if service.description:
        graph.add((thing, DCAT.endpointDescription, _resource(graph, service.description)))
    graph.add((thing, DCTERMS.publisher, _agent(graph, site, site.city.office)))
    graph.add((thing, DCAT.contactPoint, _contact(graph, site, site.city.office)))
    graph.add((thing, DCTERMS.license, URIRef(LICENCES["kogl-1"].url)))
    for one in entries:
        graph.add((thing, DCAT.servesDataset, URIRef(site.thing(one))))


def _quality(graph: Graph, thing: URIRef, entry: Entry) -> None:
    """The share of failed checks, as the data quality vocabulary says it."""
    if entry.verdict is None:
        return
    measured, metric = BNode(), DCATAP["x-error-rate"]
    graph.add((measured, RDF.type, DQV.QualityMeasurement))
    graph.add((measured, DQV.isMeasurementOf, metric))
    rate = Literal(round(entry.verdict.error_rate, 6), datatype=XSD.double)
    graph.add((measured, DQV.value, rate))
    graph.add((thing, DQV.hasQualityMeasurement, measured))


def _agent(graph: Graph, site: Site, name: Text) -> URIRef:
    agent = _department(site, name, "agent")
    graph.add((agent, RDF.type, FOAF.Agent))
    whole = Text(f"{site.city.name.ko} {name.ko}", f"{name.en}, {site.city.name.en}")
    _say(graph, agent, FOAF.name, whole)
    return agent


def _contact(graph: Graph, site: Site, name: Text) -> URIRef:
    contact = _department(site, name, "contact")
    graph.add((contact, RDF.type, VCARD.Kind))
    graph.add((contact, RDF.type, VCARD.Organization))
    _say(graph, contact, VCARD.fn, name)
    if site.city.contact:
        graph.add((contact, VCARD.hasURL, URIRef(site.city.contact)))
    if site.city.email:
        graph.add((contact, VCARD.hasEmail, URIRef(f"mailto:{site.city.email}")))
    return contact


def _department(site: Site, name: Text, what: str) -> URIRef:
    plain = "".join(c if c.isascii() and c.isalnum() else "-" for c in name.en.lower())
    return URIRef(f"{site.catalogue}#{what}-{plain}")


def _theme(graph: Graph, theme: str) -> URIRef:
    return _concept(graph, authority.theme(theme), authority.THEME_SCHEME)


def _frequency(graph: Graph, entry: Entry) -> URIRef:
    frequency = URIRef(authority.FREQUENCY[entry.cadence])
    graph.add((frequency, RDF.type, DCTERMS.Frequency))
    return frequency


def _access(graph: Graph, entry: Entry) -> URIRef:
    access = URIRef(authority.ACCESS[entry.openness])
    graph.add((access, RDF.type, DCTERMS.RightsStatement))
    return access


def _licence(graph: Graph, id: str, url: str) -> URIRef:
    licence = URIRef(url)
    graph.add((licence, RDF.type, DCTERMS.LicenseDocument))
    _say(graph, licence, DCTERMS.title, LICENCES[id].text)
    return licence


def _document(graph: Graph, address: str) -> URIRef:
    page = URIRef(address)
    graph.add((page, RDF.type, FOAF.Document))
    return page


def _resource(graph: Graph, address: str) -> URIRef:
    """An address whose type is said: validators that infer nothing ask for it."""
    resource = URIRef(address)
    graph.add((resource, RDF.type, RDFS.Resource))
    return resource


def _language(graph: Graph, language: Language) -> URIRef:
    known = URIRef(authority.LANGUAGE[language])
    graph.add((known, RDF.type, DCTERMS.LinguisticSystem))
    return known


def _concept(graph: Graph, address: str, scheme: str = "") -> URIRef:
    concept = URIRef(address)
    graph.add((concept, RDF.type, SKOS.Concept))
    graph.add((concept, SKOS.prefLabel, Literal(address.rsplit("/", 1)[-1], lang="en")))
    if scheme:
        graph.add((concept, SKOS.inScheme, URIRef(scheme)))
    return concept


def _period(graph: Graph, first: str, last: str) -> Node:
    period = BNode()
    graph.add((period, RDF.type, DCTERMS.PeriodOfTime))
    graph.add((period, DCAT.startDate, Literal(first, datatype=XSD.date)))
    graph.add((period, DCAT.endDate, Literal(last, datatype=XSD.date)))
    return period


def _place(graph: Graph, bounds: Bounds) -> Node:
    """A box in longitude and latitude (CRS84), as text of GeoSPARQL."""
    west, south, east, north = bounds
    box = (
        f"POLYGON(({west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}))"
    )
    place = BNode()
    graph.add((place, RDF.type, DCTERMS.Location))
    graph.add((place, DCAT.bbox, Literal(box, datatype=GEO.wktLiteral)))
    return place


def _moment(at: str) -> Literal:
    return Literal(at, datatype=XSD.dateTime)


def _say(graph: Graph, subject: Node, predicate: URIRef, text: Text) -> None:
    for language in LANGUAGES:
        graph.add((subject, predicate, Literal(text[language], lang=language)))
