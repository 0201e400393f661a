"""Scenarios from YAML: one a document, with steps, a timeline and how callbacks are sent."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from emulator.core import retry
from emulator.core.access import NAME
from emulator.core.duration import parse_duration
from emulator.core.faults import CALLBACK, EVENTS, SUBMIT, objection
from emulator.core.latency import read_latency
from emulator.core.model import Fault
from emulator.core.scenario import OWED, Delivery, Scenario, Spell, Step
from emulator.library import reading
from emulator.library.reading import Reader
from emulator.library.scripts import (
    SCRIPT_KEYS,
    ScriptReader,
    only_keys,
    read_fault,
    read_when,
)
from emulator.library.yaml import Table

FAULTS_ONLY = tuple(word for word, events in EVENTS.items() if not events <= SUBMIT)
"""Words that `on` may have where nothing is left to be said of the content."""
SCENARIO_KEYS = ("name", "description", "latency", "steps", "timeline", "callbacks")


def read_scenario(
    document: Table, scripts: ScriptReader, *, unnamed: str | None = None
) -> Scenario | None:
    """The scenario of one document; None where it has no name to be known by.

    `unnamed` is what it is called where it has none; without that there must be one.
    """
    reader = Reader(document, scripts.problems)
    reader.only("a scenario", SCENARIO_KEYS)
    if "name" in document or unnamed is None:
        name = reader.require("name", _name, "a scenario")
    else:
        name = unnamed
    steps = tuple(read_step(table, scripts) for table in reader.tables_at("steps"))
    timeline = [_read_spell(table, scripts) for table in reader.tables_at("timeline")]
    callbacks = reader.table_at("callbacks")
    scenario = Scenario(
        name=name or "",
        description=reader.get("description", reading.text, ""),
        latency=reader.get("latency", read_latency, None),
        steps=steps,
        timeline=tuple(spell for spell in timeline if spell is not None),
        callbacks=Delivery() if callbacks is None else _read_delivery(callbacks, scripts),
        where=reader.where(),
    )
    return scenario if name else None


def read_step(table: Table, scripts: ScriptReader, *, on_its_own: bool = False) -> Step:
    """One step. One that stands `on_its_own` may leave out `on`, and then suits its fault."""
    reader = Reader(table, scripts.problems)
    only_keys(reader, "a step", ("on", "kind", "when", "times", *SCRIPT_KEYS))
    script = scripts.script(table)
    if on_its_own and "on" not in table:
        on: str | None = _home_of(script.fault)
    else:
        on = reader.require("on", reading.one_of(EVENTS), "a step")
    _check_step(reader, on)
    _check_fault(reader, script.fault, on)
    return Step(
        on=EVENTS[on] if on else SUBMIT,
        when=read_when(table, scripts.problems),
        times=reader.get("times", reading.whole(1, 10**9), None),
        script=replace(script, fault=None),
        fault=script.fault,
        where=reader.where(),
        kind=reader.get("kind", reading.one_of(OWED), None),
    )


def _home_of(fault: Fault | None) -> str:
    """Where a fault is meant that does not say so: the first word that it can be on."""
    return next((word for word in EVENTS if fault and not objection(fault.name, word)), "submit")


def _check_step(reader: Reader, on: str | None) -> None:
    """That it does something, and scripts content only where content is looked at."""
    if "kind" in reader.table and on is not None and EVENTS[on] != CALLBACK:
        reader.wrong("kind", f"kind: only a step on 'callback' has one, this is on {on!r}")
    if on in FAULTS_ONLY:
        for key in SCRIPT_KEYS:
            if key != "fault" and key in reader.table:
                told = f"{key}: a step on {on!r} can carry a fault only"
                reader.wrong(key, f"{told}, since content is looked at when it is submitted")
        if "fault" not in reader.table:
            reader.wrong(None, f"a step on {on!r} needs the key 'fault'")
    elif not any(key in reader.table for key in SCRIPT_KEYS):
        reader.wrong(None, f"a step needs one of {', '.join(SCRIPT_KEYS)}")


def _check_fault(reader: Reader, fault: Fault | None, on: str | None) -> None:
    against = objection(fault.name, on) if fault is not None and on is not None else None
    if against is not None:
        reader.wrong("fault", against)


def _read_spell(table: Table, scripts: ScriptReader) -> Spell | None:
    reader = Reader(table, scripts.problems)
    only_keys(reader, "an entry of the timeline", ("from", "to", "on", "fault"))
    begin = reader.get("from", parse_duration, timedelta())
    end = reader.get("to", parse_duration, None)
    if end is not None and end <= begin:
        reader.wrong("to", "to: expected a time after 'from'")
    if "fault" not in table:
        reader.wrong(None, "an entry of the timeline needs the key 'fault'")
    fault = read_fault(table, scripts.problems)
    on = reader.get("on", reading.one_of(EVENTS), None) if "on" in table else "submit"
    _check_fault(reader, fault, on)
    if fault is None or on is None:
        return None
    return Spell(begin, end, fault, EVENTS[on], reader.where())


def _read_delivery(table: Table, scripts: ScriptReader) -> Delivery:
    reader = Reader(table, scripts.problems)
    reader.only("callbacks", ("timeout", "retry"))
    return Delivery(
        timeout=reader.get("timeout", _some_time, retry.TIMEOUT),
        retry=reader.get("retry", reading.many(parse_duration), retry.SCHEDULE),
    )


def _some_time(value: Any) -> timedelta:
    duration = parse_duration(value)
    if not duration:
        raise ValueError("a duration longer than 0s")
    return duration


def _name(value: Any) -> str:
    if not isinstance(value, str) or not NAME.fullmatch(value):
        raise ValueError("a name of 1 to 64 letters, digits, '.', '_' and '-'")
    return value
