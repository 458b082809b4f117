"""Read a catalogue as a CKAN portal harvests it: with the parser of ckanext-dcat.

Argument: the address of the catalogue in Turtle. Prints the datasets as CKAN would keep them.
"""

from __future__ import annotations

import json
import sys

import httpx
from ckanext.dcat.processors import RDFParser


def main() -> None:
    parser = RDFParser(profiles=["euro_dcat_ap_3"])
    parser.parse(httpx.get(sys.argv[1], timeout=60).raise_for_status().text, _format="turtle")
    print(json.dumps(list(parser.datasets())))


main()
