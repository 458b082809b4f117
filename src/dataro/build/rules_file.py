"""Reading rules of one's own (``dataro check FILE --rules RULES.yml``)."""

from __future__ import annotations

from pathlib import Path

from dataro.build.declarations import read_yaml, validated
from dataro.data.quality.own_rules import RuleSet
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both


def read_rules(path: Path) -> RuleSet:
    """The rules of one YAML file: ``columns``, ``key``, ``rules``.

    Raises ``Problem`` naming file, line, field, what is allowed and the nearest known name.
    """
    given, lines = read_yaml(path)
    if not isinstance(given, dict):
        raise Problem(both(
            f"{path}: 비어 있거나 ‘이름: 값’ 꼴이 아닙니다. columns, key, rules를 적어 주십시오.",
            f"{path}: empty, or not a mapping. It takes columns, key, rules.",
        ))  # fmt: skip
    return validated(RuleSet, given, path, lines)
