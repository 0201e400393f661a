"""What the Dashboard answers: whose post it was, and which rules were triggered.

The standard answer names the rules; the legacy one holds them whole, before the envelope of the
Task API [in the documents: Dashboard reference]. Key order as printed there. An answer for a
picture is the same with that model's response [our choice: only a text is printed].
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

from emulator.core.model import Posting
from emulator.core.rendering.finished import Finished
from emulator.core.rendering.values import encode, quote, stamp, to_bytes


class Named(Protocol):
    """A rule as an answer shows it; `full` is its whole object."""

    @property
    def id(self) -> str: ...  # noqa: D102 - the names say it
    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def full(self) -> Mapping[str, Any]: ...  # noqa: D102


def standard(task: Finished, posting: Posting, triggered: Iterable[Named]) -> bytes:
    """`{patron_id, post_id, task_id, triggered_rules: [{rule_id, rule_name}]}`."""
    rules = [{"rule_id": rule.id, "rule_name": rule.name} for rule in triggered]
    return to_bytes(f'{{{_whose(task, posting)},"triggered_rules":{encode(rules)}}}')


def legacy(
    task: Finished,
    posting: Posting,
    triggered: Iterable[Named],
    application_id: str,
    content: str,
    envelope: bytes,
) -> bytes:
    """The same with whole rules, then everything that the Task API would have answered.

    `content` is the first part of the content's id; the moment in that is the second in which it
    was submitted. The printed one is about a second older, for reasons that nobody knows. Where the
    patron was sent as `user_id`, the account's number of that name is left out: it stands in the
    response's `input` too [our choice].
    """
    at = stamp(task.submitted.replace(microsecond=0))
    content_id = f"{content}_{at}_{application_id}_{posting.patron_id}"
    rules = [rule.full for rule in triggered]
    before = (
        f'{{"content_id":{quote(content_id)},{_whose(task, posting)},'
        f'"triggered_rules":{encode(rules)},'
    )
    own = _without_account(envelope) if posting.named == "user_id" else envelope
    return to_bytes(before) + own[1:]


def _without_account(envelope: bytes) -> bytes:
    """The envelope without its `user_id`, which stands before everything that clients sent."""
    before, _, after = envelope.partition(b'"user_id":')
    return before + after.partition(b",")[2]


def _whose(task: Finished, posting: Posting) -> str:
    return (
        f'"{posting.named}":{quote(posting.patron_id)},"post_id":{quote(posting.post_id)},'
        f'"task_id":"{task.id}"'
    )


def full_rule(
    *,
    rule_id: str,
    name: str,
    application_id: str,
    rule_type: str,
    cardinality: int,
    active: bool,
    action_id: str,
    conditions: Iterable[Mapping[str, Any]],
    trigger_frequency: str,
    created: datetime,
    updated: datetime,
) -> Mapping[str, Any]:
    """A rule as the legacy answer prints it, in that order of keys.

    Of `conditions` only one subject is known, `post_needs_review`; ours are our own.
    """
    return {
        "id": rule_id,
        "display_name": name,
        "application_id": application_id,
        "rule_type": rule_type,
        "cardinality": cardinality,
        "active": active,
        "action_id": action_id,
        "conditions": list(conditions),
        "deleted": False,
        "trigger_frequency": trigger_frequency,
        "created_at": stamp(created),
        "updated_at": stamp(updated),
    }
