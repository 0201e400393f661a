"""`tasks` and `callbacks`: many in a table, or one told in full."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from emulator.cli.entries import content, source
from emulator.cli.tables import Cell, counted, facts, moment, state, status, table
from emulator.core.plain import plain

Shown = Mapping[str, Any]

_MODES = {"sync": "synchronous", "async": "asynchronous"}
_MATCHES = {
    "custom_classes": "custom classes",
    "text_filters": "filters",
    "pii_entities": "personal data",
    "urls": "addresses",
}
_WORTH_TELLING = 0.01
"""From which score a class of a picture is told of, other than the negative one of its head."""


def task_table(tasks: Sequence[Shown]) -> str:
    """A line a task."""
    head = ("TASK", "STATE", "MODE", "PROJECT", "SUBMITTED", "BY", "CONTENT")
    return table(head, map(_task_row, tasks))


def _task_row(task: Shown) -> Sequence[str | Cell]:
    return (
        plain(task["id"]),
        state(task["state"]),
        plain(task["mode"]),
        plain(task["project"]),
        moment(task["at"]),
        source(task["prediction"] or _why_none(task)),
        content(task["submission"], 40),
    )


def _why_none(task: Shown) -> str:
    """What stands in place of a prediction."""
    if task["error_code"] is None:
        return ""
    return f"error {task['error_code']}"


def callback_table(callbacks: Sequence[Shown]) -> str:
    """A line a callback."""
    head = ("CALLBACK", "STATE", "ATTEMPTS", "LAST", "NEXT", "TASK", "URL")
    return table(head, map(_callback_row, callbacks))


def _callback_row(callback: Shown) -> Sequence[str | Cell]:
    attempts = callback["attempts"]
    return (
        plain(callback["id"]),
        state(callback["state"]),
        str(len(attempts)),
        status(attempts[-1]["status"]) if attempts else "",
        moment(callback["due"]),
        whence(callback),
        plain(callback["url"]),
    )


def whole_task(task: Shown) -> str:
    """One task: what was submitted, what came of it, who made that, and its callbacks."""
    told = facts(
        [
            ("submitted", f"{moment(task['at'])}, {_mode(task)}, project {plain(task['project'])}"),
            *_submitted(task["submission"]),
            ("due", "" if task["ended"] else moment(task["due"])),
            ("ended", moment(task["ended"])),
            *_outcome(task),
            *_explained(task["explanation"]),
        ]
    )
    parts = [f"task {plain(task['id'])}: {_word(task)}\n{told}"]
    parts += [whole_callback(callback) for callback in task["callbacks"]]
    return "\n\n".join(parts)


def whole_callback(callback: Shown) -> str:
    """One callback with every attempt."""
    about = plain(callback["task_id"] or "")
    told = facts(
        [
            ("webhook of", _deed(callback) if callback["kind"] == "webhook" else ""),
            ("task", about),
            ("to", plain(callback["url"])),
            ("next", f"due {moment(callback['due'])}" if callback["due"] else ""),
        ]
    )
    attempts = [_attempt(one, callback["url"]) for one in callback["attempts"]] or [
        "  no attempt yet"
    ]
    return "\n".join([f"callback {plain(callback['id'])}: {_word(callback)}", told, *attempts])


def _word(shown: Shown) -> str:
    return state(shown["state"]).padded(0)


def _mode(task: Shown) -> str:
    mode = plain(task["mode"])
    return _MODES.get(mode, mode)


def _submitted(submission: Shown) -> Iterator[tuple[str, str | Sequence[str]]]:
    if "text_data" in submission:
        yield "text", plain(repr(submission["text_data"]))
    else:
        yield plain(submission["kind"]), list(_medium(submission))
    if "post_id" in submission:
        yield "post", list(_posted(submission))
    if "metadata" in submission:
        yield "metadata", plain(submission["metadata"])
    if submission["callback_url"] is not None:
        yield "call back", plain(submission["callback_url"])


def _posted(submission: Shown) -> Iterator[str]:
    yield f"{plain(submission['post_id'])} by patron {plain(submission['patron_id'])}"
    for whose in ("content", "patron"):
        if metadata := submission[f"{whose}_metadata"]:
            yield f"{whose} metadata {plain(metadata)}"


def _medium(submission: Shown) -> Iterator[str]:
    if submission["url"] is not None:
        yield plain(submission["url"])
    else:
        yield f"an upload named {plain(repr(submission['filename']))}"
    uploaded = submission["sha256"] is not None
    size = f", {counted(submission['size'], 'byte')}" if uploaded else ""
    yield f"{plain(submission['mimetype'])}{size}"
    if uploaded:
        yield f"sha256 {plain(submission['sha256'])}"


def _outcome(task: Shown) -> Iterator[tuple[str, str | Sequence[str]]]:
    answer = task["answer"]
    if answer is None:
        yield "answer", "none yet"
        return
    if "triggered_rules" in answer:
        yield "triggered", [plain(name) for name in task["triggered_rules"]] or "no rule"
    if "triggered_rules" in answer and "status" not in answer:
        return
    if "status" not in answer:
        yield "answer", f"{answer.get('return_code')} {plain(answer.get('message'))}"
    elif task["error_code"] is None:
        yield "found", [line for one in answer["status"] for line in _found(one["response"])]
    else:
        told = [one["status"] for one in answer["status"]]
        yield "answer", [f"{plain(one['code'])} {plain(one['message'])}" for one in told]


def _found(response: Shown) -> Iterator[str]:
    scores: dict[str, float] = {}
    for output in response["output"]:
        for one in output["classes"]:
            name = one["class"]
            scores[name] = max(one["score"], scores.get(name, one["score"]))
    if "language" in response:
        yield (
            _listed({name: score for name, score in scores.items() if score})
            or "severity 0 in every class"
        )
        yield f"language {plain(response['language'])}"
    else:
        quiet = _negatives()
        told = {
            name: score
            for name, score in scores.items()
            if score >= _WORTH_TELLING and name not in quiet
        }
        yield _listed(told) or "nothing: the negative class of every head"
    for name, words in _MATCHES.items():
        if found := response.get(name):
            yield f"{words}: {', '.join(plain(one['value']) for one in found)}"


def _listed(scores: Mapping[str, float]) -> str:
    ranked = sorted(scores.items(), key=lambda one: -one[1])
    return ", ".join(f"{plain(name)} {score:.4g}" for name, score in ranked)


def _negatives() -> set[str]:
    # Imported here since it takes 10 ms, and few commands show scores.
    from emulator.core.taxonomy.visual import VISUAL_TAXONOMIES

    return {head.negative for one in VISUAL_TAXONOMIES.values() for head in one.heads}


def _explained(explanation: Shown) -> Iterator[tuple[str, str | Sequence[str]]]:
    yield "made by", plain(explanation["prediction"] or "")
    yield "because", [plain(one) for one in explanation.get("because", ())]
    yield "hidden", [plain(one) for one in explanation["hidden"]]
    yield "ignored", [f"directive {plain(one)!r}" for one in explanation["ignored_directives"]]
    yield "nearest", [plain(one) for one in explanation.get("nearest", ())]
    yield "latency", plain(f"by {explanation['latency']}" if explanation["latency"] else "")
    yield "media", plain(f"by {explanation['media']}" if explanation["media"] else "")
    yield "download", _download(explanation["download"])
    yield "failed", plain(explanation["failure"] or "")
    yield "rules", [line for one in explanation.get("rules", ()) for line in _why(one)]
    yield "scenario", plain(explanation["scenario"])
    yield (
        "faults",
        [f"{plain(one['fault'])} by {plain(one['because'])}" for one in explanation["faults"]],
    )
    yield (
        "no effect",
        [
            f"{plain(one['fault'])} by {plain(one['because'])}, since {plain(one['why'])}"
            for one in explanation["faults_without_effect"]
        ],
    )


def _download(download: Shown | None) -> str:
    if download is None:
        return ""
    if download["because"] is not None:
        return plain(f"none: {download['because']}")
    return plain(f"{download['size']} bytes from {download['hops'][-1]}")


def whence(callback: Shown) -> str:
    """What a callback is about: its task, or the action that a webhook tells of."""
    if callback["kind"] == "webhook":
        return f"webhook of {_deed(callback)}"
    return plain(callback["task_id"])


def _deed(callback: Shown) -> str:
    return f"{plain(callback['action'])} by {plain(callback['by'])}"


def _why(rule: Shown) -> Iterator[str]:
    """Whether a rule fired, and what each part of its condition came to."""
    yield from _lines(rule["explanation"], "")


def _lines(told: Shown, indent: str) -> Iterator[str]:
    yield f"{indent}{'yes' if told['holds'] else 'no'}: {plain(told['says'])}"
    for part in told.get("parts", ()):
        yield from _lines(part, f"{indent}  ")


def _attempt(attempt: Shown, url: str) -> str:
    """An attempt; the address that it went to is told where another was asked for."""
    due, at = moment(attempt["due"]), moment(attempt["at"])
    fault = f" with the fault {plain(attempt['fault'])}" if attempt["fault"] else ""
    told = (
        f"  attempt {attempt['number']}, due {due}{fault}: {status(attempt['status']).padded(0)}"
        f" in {attempt['latency']:.0f} ms of real time"
    )
    more = facts(
        [
            ("made", at if at != due else ""),
            ("to", plain(attempt["url"]) if attempt["url"] != url else ""),
            ("error", plain(attempt["error"] or "")),
            ("answered", plain(repr(attempt["response"]), 200) if attempt["response"] else ""),
        ],
        indent=4,
    )
    return f"{told}\n{more}" if more else told
