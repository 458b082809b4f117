"""Column name to standard domain: each round of the common standard told from the rounds before.

    python bench/standard_domains.py TERMS.csv

Beside the model runs the plain rule it must beat: the longest ending seen before decides. Prints
for each round the terms taught and asked, the share of right classes and of right domains, and
CPU seconds of teaching.
"""

from __future__ import annotations

import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from dataro.data.standards.core import core
from dataro.data.standards.domain_model import DomainModel
from dataro.data.standards.edition import StandardTerm, parse_domain
from dataro.data.standards.official import read_edition

Teller = Callable[[str], str]


def longest_ending(terms: Sequence[StandardTerm]) -> Teller:
    """The commonest domain of the longest ending that some term has."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for term in terms:
        for start in range(len(term.name) + 1):
            seen[term.name[start:]][term.domain] += 1

    def tell(name: str) -> str:
        start = next(start for start in range(len(name) + 1) if name[start:] in seen)
        return seen[name[start:]].most_common(1)[0][0]

    return tell


def model(terms: Sequence[StandardTerm]) -> Teller:
    """What the product uses."""
    taught = DomainModel(terms)

    def tell(name: str) -> str:
        guess = taught.guess(name)
        return guess.domain if guess else ""

    return tell


def shares(tell: Teller, asked: Sequence[StandardTerm]) -> tuple[float, float]:
    """Shares of right classes and of right domains."""
    told = [(tell(term.name), term.domain) for term in asked]
    classes = sum(parse_domain(a).domain_class == parse_domain(b).domain_class for a, b in told)
    return classes / len(told), sum(a == b for a, b in told) / len(told)


def main() -> None:
    terms = list(read_edition([Path(sys.argv[1])]).terms.values())
    for round_ in sorted({term.round or 0 for term in terms})[2:]:
        taught = [term for term in terms if (term.round or 0) < round_]
        asked = [term for term in terms if term.round == round_]
        for name, teach in (("longest ending", longest_ending), ("model", model)):
            started = time.process_time()
            tell = teach(taught)
            spent = time.process_time() - started
            of_class, exact = shares(tell, asked)
            print(f"round {round_}: {name:<15} taught {len(taught):>5} asked {len(asked):>5} "
                  f"class {of_class:.4f} domain {exact:.4f} {spent:.2f} s")  # fmt: skip
    rest = [term for term in terms if term.name not in core().terms]
    cold = DomainModel(core().terms.values(), core().words.values())
    told = [(cold.guess(term.name), term) for term in rest]
    classes = sum(g is not None and g.domain_class == parse_domain(t.domain).domain_class
                  for g, t in told)  # fmt: skip
    exact = sum(g is not None and g.domain == t.domain for g, t in told)
    print(f"core alone: asked {len(rest)} class {classes / len(rest):.4f} "
          f"domain {exact / len(rest):.4f}")  # fmt: skip


if __name__ == "__main__":
    main()
