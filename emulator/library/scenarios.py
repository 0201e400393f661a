"""Scenarios from YAML: one a document, with steps, a timeline and how callbacks are sent."""

from datetime import timedelta
from typing import Any

from emulator.core import retry
from emulator.core.access import NAME
from emulator.core.duration import parse_duration
from emulator.core.faults import EVENTS, SUBMIT, Event
from emulator.core.latency import read_latency
from emulator.core.scenario import Delivery, Scenario, Spell, Step
from emulator.library import reading
from emulator.library.reading import Reader
from emulator.library.scripts import (
    SCRIPT_KEYS,
    ScriptReader,
    fault_settings,
    read_fault,
    read_when,
)
from emulator.library.yaml import Table

SCENARIO_KEYS = ("name", "description", "latency", "steps", "timeline", "callbacks")


def read_scenario(document: Table, scripts: ScriptReader) -> Scenario | None:
    """The scenario of one document; None where it has no name to be known by."""
    reader = Reader(document, scripts.problems)
    reader.only("a scenario", SCENARIO_KEYS)
    name = reader.require("name", _name, "a scenario")
    steps = tuple(_read_step(table, scripts) for table in reader.tables_at("steps"))
    timeline = [_read_spell(table, scripts) for table in reader.tables_at("timeline")]
    callbacks = reader.table_at("callbacks")
    if not name:
        return None
    return Scenario(
        name=name,
        description=reader.get("description", reading.text, ""),
        latency=reader.get("latency", read_latency, None),
        steps=steps,
        timeline=tuple(spell for spell in timeline if spell is not None),
        callbacks=Delivery() if callbacks is None else _read_delivery(callbacks, scripts),
        where=reader.where(),
    )


def _read_step(table: Table, scripts: ScriptReader) -> Step:
    reader = Reader(table, scripts.problems)
    reader.only("a step", ("on", "when", "times", *SCRIPT_KEYS, *fault_settings(table)))
    if not any(key in table for key in SCRIPT_KEYS):
        reader.wrong(None, f"a step needs one of {', '.join(SCRIPT_KEYS)}")
    script = scripts.script(table)
    return Step(
        on=_read_on(reader, "a step"),
        when=read_when(table, "when", scripts.problems),
        times=reader.get("times", reading.whole(1, 10**9), None),
        script=script,
        fault=script.fault,
        where=reader.where(),
    )


def _read_spell(table: Table, scripts: ScriptReader) -> Spell | None:
    reader = Reader(table, scripts.problems)
    reader.only("an entry of the timeline", ("from", "to", "on", "fault", *fault_settings(table)))
    begin = reader.get("from", parse_duration, timedelta())
    end = reader.get("to", parse_duration, None)
    if end is not None and end <= begin:
        reader.wrong("to", "to: expected a time after 'from'")
    if "fault" not in table:
        reader.wrong(None, "an entry of the timeline needs the key 'fault'")
    fault = read_fault(table, scripts.problems)
    on = _read_on(reader, "an entry of the timeline") if "on" in table else SUBMIT
    return Spell(begin, end, fault, on, reader.where()) if fault is not None else None


def _read_delivery(table: Table, scripts: ScriptReader) -> Delivery:
    reader = Reader(table, scripts.problems)
    reader.only("callbacks", ("timeout", "retry"))
    return Delivery(
        timeout=reader.get("timeout", _some_time, retry.TIMEOUT),
        retry=reader.get("retry", reading.many(parse_duration), retry.SCHEDULE),
    )


def _read_on(reader: Reader, what: str) -> frozenset[Event]:
    word = reader.require("on", reading.one_of(EVENTS), what)
    return EVENTS[word] if word else SUBMIT


def _some_time(value: Any) -> timedelta:
    duration = parse_duration(value)
    if not duration:
        raise ValueError("a duration longer than 0s")
    return duration


def _name(value: Any) -> str:
    if not isinstance(value, str) or not NAME.fullmatch(value):
        raise ValueError("a name of 1 to 64 letters, digits, '.', '_' and '-'")
    return value
