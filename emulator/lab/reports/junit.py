"""What was found out as JUnit's XML, which every pipeline shows: a test a class, a failure each."""

import re
from collections.abc import Callable, Iterable
from xml.etree.ElementTree import Element, SubElement, tostring

from emulator.lab.comparing import Comparison, Difference
from emulator.lab.mapping import Map
from emulator.lab.reports.words import changes, headline
from emulator.lab.trial import Finding

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def of_map(found: Map) -> bytes:
    """A test for every class, and a failing one for every finding."""
    suite = Element("testsuite", name=_text(f"policy map {found.policy}"))
    suite.set("time", f"{found.seconds:.3f}")
    SubElement(suite, "properties").append(_property("headline", headline(found)))
    for row in found.rows:
        case = _case(suite, found.setup.contract, row.axis.name)
        if told := changes(row):
            SubElement(case, "system-out").text = _text("; ".join(told))
    _findings(suite, found.findings)
    return _written(suite)


def of_comparison(
    name: str, found: Comparison, say: Callable[[Difference], str], budget: int
) -> bytes:
    """A test for every class, which fails with its differences when there are more than allowed."""
    suite = Element("testsuite", name=_text(name))
    by_class: dict[str, list[Difference]] = {line: [] for line in found.lines}
    for one in found.differences:
        by_class.setdefault(one.of or "corpus", []).append(one)
    over = found.changed > budget
    for line, differences in by_class.items():
        case = _case(suite, found.one.setup.contract, line)
        told = "\n".join(map(say, differences))
        if differences and over:
            _failure(case, say(differences[0]), told)
        elif differences:
            SubElement(case, "system-out").text = _text(told)
    _findings(suite, found.findings)
    return _written(suite)


def _findings(suite: Element, findings: Iterable[Finding]) -> None:
    for finding in findings:
        case = _case(suite, "findings", finding.kind)
        _failure(case, str(finding), finding.details)


def _case(suite: Element, of: str, name: str) -> Element:
    return SubElement(suite, "testcase", classname=_text(of), name=_text(name))


def _failure(case: Element, message: str, text: str) -> None:
    SubElement(case, "failure", message=_text(message)).text = _text(text)


def _property(name: str, value: str) -> Element:
    return Element("property", name=name, value=_text(value))


def _text(text: str) -> str:
    """Without the characters that no XML may hold."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def _written(suite: Element) -> bytes:
    cases = suite.findall("testcase")
    suite.set("tests", str(len(cases)))
    suite.set("failures", str(len(suite.findall("testcase/failure"))))
    suites = Element("testsuites")
    suites.append(suite)
    written: bytes = tostring(suites, encoding="utf-8", xml_declaration=True)
    return written
