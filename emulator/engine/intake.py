"""What a call goes through, in the order in which the API decides.

Gate, key, parsing, the contract's own checks, the account, scripted troubles, and then what is
known of the content: `begin`, `admit`, `accept`.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from emulator.core import errors
from emulator.core.access import (
    DEFAULT_SANDBOX,
    Address,
    Application,
    Caller,
    Project,
    opened_by,
    sandbox_of,
)
from emulator.core.codes import DOWNLOAD_CODES
from emulator.core.failure import Failure, failure_of, failure_of_flaw
from emulator.core.faults import (
    SUBMIT,
    Event,
    Sort,
    event_of_content,
    refusal_of,
    setting,
    sort_of,
)
from emulator.core.matching import Subject
from emulator.core.media import Upload, with_facts
from emulator.core.model import Applied, Contract, Fault, Kind, Mode, Script, Source, Submission
from emulator.core.parsing.posting import read_posting
from emulator.core.parsing.query import asked_of
from emulator.core.parsing.submission import check, check_length, read_submission
from emulator.core.prediction.sampling import sampling_of
from emulator.core.rendering.bending import why_unchanged
from emulator.core.rendering.finished import CHARGE
from emulator.core.scenario import CALM, Ruling, Scenario
from emulator.engine.answers import Answers
from emulator.engine.callbacks import Callback, Impossible
from emulator.engine.calls import Call
from emulator.engine.journal import Exchange, FaultApplied, Note
from emulator.engine.sandbox import Sandbox
from emulator.engine.scoring import Knowledge, Known
from emulator.engine.shelf import Shelf
from emulator.engine.tasks import Task
from emulator.engine.troubles import note_without_effect
from emulator.engine.worlds import Worlds
from emulator.settings import ErrorStatus, Settings

OK = 200


class Intake:
    """Takes calls in, or refuses them.

    `start` is given each task that was made, `send_anew` each callback that was triggered.
    """

    def __init__(
        self,
        settings: Settings,
        shelf: Shelf,
        worlds: Worlds,
        knowledge: Knowledge,
        answers: Answers,
        start: Callable[[Sandbox, Task], None],
        send_anew: Callable[[Sandbox, Callback], None],
    ) -> None:
        self._settings = settings
        self._shelf = shelf
        self._worlds = worlds
        self._knowledge = knowledge
        self._answers = answers
        self._start = start
        self._send_anew = send_anew

    def begin(
        self, method: str, address: Address, authorization: str | None, event: Event | None
    ) -> Call:
        """A call comes in. Which world it is for is told here, all else by `admit`."""
        caller = self._shelf.directory.caller(authorization)
        return self.begin_for(caller, method, address, event)

    def begin_for(self, caller: Caller, method: str, address: Address, event: Event | None) -> Call:
        """The same for a caller that is known already."""
        problem: errors.Refusal | None = None
        try:
            name = sandbox_of(address, caller)
        except errors.Refusal as refusal:
            problem, name = refusal, DEFAULT_SANDBOX
        sandbox = self._worlds.of(name)
        try:
            scenario = self._scenario(sandbox, caller.scenario)
        except errors.Refusal as refusal:
            problem, scenario = problem or refusal, CALM
        call = Call(
            address, caller, event, sandbox, scenario, Exchange(method, address.path, event)
        )
        call.problem = problem
        return call

    def _scenario(self, sandbox: Sandbox, wanted: str | None) -> Scenario:
        known = sandbox.scenarios(self._shelf.scenarios)
        named = known.get(wanted or sandbox.scenario)
        if named is not None:
            return named
        if wanted is not None:
            raise errors.unknown_scenario(wanted, known)
        # Its file was taken away while it was in use; nobody who calls has named it.
        return CALM

    def admit(self, call: Call) -> None:
        """Whether the call may go on: the scenario's gate, then the key."""
        if call.problem is not None:
            raise call.problem
        troubles = call.sandbox.troubles
        if call.event is not None and troubles.apply_to(call.scenario):
            now = call.sandbox.clock.now()
            self._rule(call, troubles.at_the_gate(call.scenario, call.event, now))
        opened = opened_by(call.address, call.caller)
        if isinstance(opened, Application):
            call.application, call.project = opened, opened.project
        else:
            call.project = opened
        call.exchange.project = opened.name

    def _rule(self, call: Call, rulings: Sequence[Ruling]) -> None:
        """Remember what a scenario says, and raise what of it is a refusal."""
        if rulings:
            call.rulings = [*call.rulings, *rulings]
        for ruling in rulings:
            fault = ruling.fault
            if fault is not None and sort_of(fault) is Sort.PACE:
                call.delay = setting(fault, "delay")
        for ruling in rulings:
            if ruling.fault is not None and sort_of(ruling.fault) is Sort.REFUSAL:
                call.refused_by = ruling
                raise refusal_of(ruling.fault, ruling.source)

    def read(self, call: Call, fields: Mapping[str, Any], upload: Upload | None) -> Submission:
        """What the fields of a call submit, in the form of its contract."""
        if call.application is None:
            return read_submission(fields, upload)
        if upload is not None:
            raise errors.no_uploads()
        first_version = call.address.path.startswith("/api/v1/")
        return read_posting(
            fields,
            legacy=bool(call.exchange.query) and asked_of(call.exchange.query).get("legacy") == "1",
            needs_callback=first_version and call.mode is Mode.ASYNC,
        )

    def accept(self, call: Call, submission: Submission) -> Task:
        """Take a submission in: a task, finished where it can be answered at once."""
        sandbox, project = call.sandbox, call.project
        call.exchange.submission = submission
        check(submission, project)
        if project.earns is not None:
            raise project.earns()
        now = sandbox.clock.now()
        if project.metered:
            sandbox.accounts.admit(project, now, price_of(submission, project))
        steps = self._consult(call, submission)
        known = self._knowledge.look_up(submission, project, steps, sandbox.fixtures)
        if known.used:
            sandbox.fixtures_used.update(str(fixture.source) for fixture in known.used)
        asked = None if known.fault is None else self._asked_by_content(call, known.fault, now)
        self._knowledge.demand(submission, project, known, sandbox.added)
        if known.ignored:
            sandbox.journal.add(Note(now, "directives ignored", names=known.ignored))
        submission = told_of(submission, known, project)
        if submission.kind is Kind.VIDEO:
            contract = Contract.TASK if call.application is None else Contract.DASHBOARD
            check_length(submission, project, call.mode, contract)
        return self._make_task(call, submission, known, asked, now, steps)

    def _consult(self, call: Call, submission: Submission) -> Sequence[tuple[Script, Source]]:
        """Ask the scenario about the content, and give what its steps say of it."""
        troubles = call.sandbox.troubles
        if call.event is None or not troubles.apply_to(call.scenario):
            return ()
        subject = Subject(submission, call.project.name)
        rulings = troubles.on_content(call.scenario, call.event, subject, list(call.rulings))
        self._rule(call, rulings)
        # A step may hold nothing but a trouble, which `_settle` looks at.
        return [(one.script, one.source) for one in call.rulings if one.script is not None]

    def _make_task(
        self,
        call: Call,
        submission: Submission,
        known: Known,
        asked: tuple[Applied, Event] | None,
        now: datetime,
        steps: Sequence[tuple[Script, Source]],
    ) -> Task:
        sandbox, project, mode = call.sandbox, call.project, call.mode
        latency = self._latency(call.scenario, known, submission)
        due = now + latency if latency else now
        task = Task(
            sandbox.ids.next(now), project, submission, mode, known, call.scenario, now, due
        )
        task.application, task.download, task.steps = call.application, call.download, steps
        if call.rulings or asked is not None:
            self._settle(call, task, asked)
        if submission.media is not None and submission.media.flaw is not None:
            task.failure = task.failure or failure_of_flaw(submission.media.flaw)
        if project.metered and task.failure is None:
            sandbox.accounts.charge(project, price_of(submission, project))
        if mode is Mode.ASYNC:
            self._look_for_early(call, task, now)
        sandbox.used = True
        exchange = call.exchange
        task.weight = exchange.weigh()
        exchange.at, exchange.task = now, task
        exchange.status = OK if task.failure is None else self.status_of(task, task.failure)
        self._start(sandbox, task)
        if mode is Mode.ASYNC or task.ended_already:
            self._remember(call, task)
        return task

    def _remember(self, call: Call, task: Task) -> None:
        """The call was answered, or could be: it is written down, and what is wrong with it."""
        if call.bend is not None:
            written = task.mode is Mode.ASYNC or task.ended_already
            self._bend(call, task, self._answers.answer(task) if written else None)
        call.sandbox.journal.add(call.exchange)

    def answered(self, call: Call) -> None:
        """A call that waited for its result has it: now it is one that was answered."""
        task = call.exchange.task
        if task is not None:
            call.exchange.at = task.ended
            self._remember(call, task)

    def status_of(self, task: Task, failure: Failure) -> int:
        """The HTTP status of an answer whose task fails; an acknowledgement succeeds anyway."""
        if task.mode is Mode.ASYNC or self._settings.error_status is ErrorStatus.OBSERVED:
            return OK
        return failure.return_code

    def _latency(self, scenario: Scenario, known: Known, submission: Submission) -> timedelta:
        if known.latency is not None:
            return known.latency[0]
        latency = self._settings.latency if scenario.latency is None else scenario.latency
        return latency.of(submission)

    # What of all troubles happens to a task

    def _asked_by_content(
        self, call: Call, applied: Applied, now: datetime
    ) -> tuple[Applied, Event] | None:
        """The trouble that a directive or fixture asks for, and where it happens.

        One trouble beside slowness is enough, and the scenario's comes first. What is a refusal is
        raised.
        """
        fault, source = applied
        ruled = (one.fault for one in call.rulings if one.fault is not None)
        if any(sort_of(one) is not Sort.PACE for one in ruled) or call.event is None:
            return None
        event = event_of_content(fault, call.event)
        submission = call.exchange.submission
        calls_back = submission is not None and submission.callback_url is not None
        if event is None or (event is Event.CALLBACK and not calls_back):
            call.sandbox.journal.add(
                Note(now, "fault without a place", fault=fault.name, because=str(source))
            )
            return None
        # A callback's own troubles are held against chance once for each attempt.
        now_or_never = event in SUBMIT or fault.name == "early"
        if now_or_never and not call.sandbox.troubles.happens(fault, source):
            return None
        if sort_of(fault) is Sort.REFUSAL:
            raise refusal_of(fault, source)
        return applied, event

    def _settle(self, call: Call, task: Task, asked: tuple[Applied, Event] | None) -> None:
        """Put each trouble where it happens: to the answer, to the task, or to its callback."""
        for one in call.rulings:
            if one.fault is not None:
                self._apply(call, task, (one.fault, one.source), call.event)
        if asked is not None:
            applied, event = asked
            if event is Event.CALLBACK:
                task.sending = applied
            else:
                self._apply(call, task, applied, event)

    def _apply(self, call: Call, task: Task, applied: Applied, event: Event | None) -> None:
        fault = applied[0]
        match sort_of(fault):
            case Sort.PACE:
                call.delay = setting(fault, "delay")
            case Sort.BODY:
                # Whether it happens is not known before there is a body.
                call.bend = applied
                return
            case Sort.TASK:
                failure = failure_of(fault)
                if fault.name == "partial_failure":
                    task.lacking = failure
                else:
                    self._fail(task, failure)
            case _:
                return
        task.troubles = (*task.troubles, applied)
        _note(call, task.submitted, applied, event, task.id)

    def _fail(self, task: Task, failure: Failure) -> None:
        """A task will end without a result; Hive tries for a while to download what it cannot."""
        task.failure = failure
        if failure.code in DOWNLOAD_CODES:
            task.due += self._settings.download_wait
            task.ended = task.due

    def _bend(self, call: Call, task: Task, content: bytes | None) -> None:
        """Have a trouble in the body of an answer, if it finds anything there to change."""
        if call.bend is None:
            return
        now, applied = call.sandbox.clock.now(), call.bend
        why = None if content is None else why_unchanged(applied[0], content)
        if why is not None:
            call.bend = None
            note_without_effect(
                call.sandbox.journal, now, task, applied, call.event, why, task=task.id
            )
            return
        call.exchange.bend = applied[0]
        if call.event not in (Event.SUMMARY, Event.TRIGGER):
            task.troubles = (*task.troubles, applied)
        _note(call, now, applied, call.event, task.id)

    def _look_for_early(self, call: Call, task: Task, now: datetime) -> None:
        """Whether the callback goes out before the acknowledgement, as the scenario wants it."""
        if task.submission.callback_url is None:
            return
        troubles = call.sandbox.troubles
        if troubles.apply_to(call.scenario):
            subject = Subject(task.submission, task.project.name)
            ruling = troubles.on_callback(call.scenario, subject, now, early=True)
            if ruling is not None and ruling.fault is not None:
                task.sending = (ruling.fault, ruling.source)
        if task.sending is not None and task.sending[0].name == "early":
            call.early = task.sending
            task.sending = None
            task.troubles = (*task.troubles, call.early)
            _note(call, now, call.early, Event.CALLBACK, task.id)

    # The other ways that a call may go

    def summarise(self, call: Call, task_id: str | None) -> Task:
        """The task that a summary is asked of; `Refusal` where there is none for this key."""
        task = self._task_of(call, task_id)
        self._trouble(call, task)
        self._answer_about(call, task)
        return task

    def trigger(self, call: Call, task_id: str | None) -> Task:
        """Have the callback of a finished task sent anew; `Refusal` where that cannot be."""
        task = self._task_of(call, task_id)
        if not task.ended_already:
            raise errors.task_not_finished(task.id)
        if task.callback is None:
            raise errors.no_callback_url(task.id)
        self._trouble(call, task)
        try:
            self._send_anew(call.sandbox, task.callback)
        except Impossible:
            raise errors.callback_on_its_way(task.id) from None
        self._answer_about(call, task)
        return task

    def _task_of(self, call: Call, task_id: str | None) -> Task:
        """The task that a call is about, which has to be one of its own project."""
        if not task_id:
            raise errors.missing_task_id(f"{call.exchange.method} {call.address.path}")
        task = call.sandbox.tasks.get(task_id)
        if task is None or task.project.name != call.project.name:
            raise errors.unknown_task(task_id)
        return task

    def _trouble(self, call: Call, task: Task) -> None:
        """Ask the scenario about a call that is about a task."""
        troubles = call.sandbox.troubles
        if call.event is not None and troubles.apply_to(call.scenario):
            subject = Subject(task.submission, task.project.name)
            self._rule(
                call, troubles.on_content(call.scenario, call.event, subject, list(call.rulings))
            )
        now = call.sandbox.clock.now()
        for one in call.rulings:
            if one.fault is not None and sort_of(one.fault) is Sort.BODY:
                call.bend = one.fault, one.source
                self._bend(call, task, self._answers.again(call.exchange, task))
            elif one.fault is not None:
                _note(call, now, (one.fault, one.source), call.event, task.id)

    def _answer_about(self, call: Call, task: Task) -> None:
        exchange = call.exchange
        exchange.at, exchange.status, exchange.task = call.sandbox.clock.now(), OK, task
        call.sandbox.journal.add(exchange)

    def abandon(self, call: Call) -> None:
        """The client is gone before its call was whole: nothing of a scenario is used up."""
        now = call.sandbox.clock.now()
        for ruling in call.rulings:
            call.sandbox.troubles.give_back(ruling)
        call.sandbox.journal.add(Note(now, "call broken off", path=call.exchange.path))

    def refuse(self, call: Call, refusal: errors.Refusal) -> None:
        """Remember that a call was refused, and why; it uses up no step but the one that did it."""
        sandbox, exchange = call.sandbox, call.exchange
        now = sandbox.clock.now()
        for ruling in call.rulings:
            if ruling is not call.refused_by:
                sandbox.troubles.give_back(ruling)
            slows = ruling.fault is not None and sort_of(ruling.fault) is Sort.PACE
            if ruling.fault is not None and (slows or ruling is call.refused_by):
                _note(call, now, (ruling.fault, ruling.source), call.event, None)
        # What content asks for is no ruling of a scenario.
        if call.refused_by is None and refusal.fault is not None and refusal.because is not None:
            _note(call, now, (Fault(refusal.fault), refusal.because), call.event, None)
        # What is remembered is the refusal, not the frames that it went through and their bodies.
        refusal.__traceback__ = refusal.__context__ = refusal.__cause__ = None
        exchange.at = now
        exchange.status, exchange.refusal = refusal.status, refusal
        sandbox.journal.add(exchange)


def price_of(submission: Submission, project: Project) -> Decimal:
    """What a submission costs, in dollars: each frame of a video as much as a picture."""
    media = submission.media
    video = media is not None and media.kind is Kind.VIDEO
    return PRICE * (sampling_of(media, project.fps).frames if media is not None and video else 1)


PRICE = Decimal(str(CHARGE))


def told_of(submission: Submission, known: Known, project: Project) -> Submission:
    """The submission with the facts that are scripted of its medium, which may change its kind."""
    if known.media is None or submission.media is None:
        return submission
    told = submission._replace(media=with_facts(submission.media, known.media[0]))
    check(told, project)
    return told


def _note(
    call: Call, now: datetime, applied: Applied, event: Event | None, task_id: str | None
) -> None:
    fault, source = applied
    on = event.value if event is not None else None
    entry = FaultApplied(now, fault.name, on=on, because=str(source), task=task_id)
    call.sandbox.journal.add(entry)
