"""Policies of every sort, sane and otherwise, for the lab to find out about."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from itertools import count, pairwise
from threading import Event
from typing import Any

Answer = dict[str, Any]


def response(answer: Answer) -> Answer:
    found: Answer = answer["status"][0]["response"]
    return found


def frames(answer: Answer) -> list[dict[str, float]]:
    return [
        {one["class"]: one["score"] for one in frame["classes"]}
        for frame in response(answer)["output"]
    ]


def scores(answer: Answer) -> dict[str, float]:
    return frames(answer)[0]


def from_nine_tenths(answer: Answer) -> str:
    return "remove" if scores(answer)["general_nsfw"] >= 0.9 else "allow"


def over_three_tenths(answer: Answer) -> str:
    return "remove" if scores(answer)["yes_smoking"] > 0.3 else "allow"


def no_gun(answer: Answer) -> str:
    return "remove" if scores(answer)["no_gun"] < 0.1 else "allow"


def at_most_a_tenth(answer: Answer) -> str:
    return "remove" if scores(answer)["no_gun"] <= 0.1 else "allow"


def two_levels(answer: Answer) -> str:
    score = scores(answer)["very_bloody"]
    return "remove" if score >= 0.9 else "review" if score >= 0.5 else "allow"


def band(answer: Answer) -> str:
    return "review" if 0.4 <= scores(answer)["very_bloody"] < 0.6 else "allow"


def third(answer: Answer) -> bool:
    return scores(answer)["yes_kkk"] >= 1 / 3


def anything_at_all(answer: Answer) -> bool:
    return scores(answer)["yes_kkk"] > 0


def sum_of_knives(answer: Answer) -> bool:
    found = scores(answer)
    return sum(found[name] for name in found if "knife" in name and name != "no_knife") >= 0.7


def every_gun_by_itself(answer: Answer) -> bool:
    found = scores(answer)
    low = {"gun_in_hand": 0.9, "gun_not_in_hand": 0.2, "animated_gun": 2}
    return any(found[name] >= limit for name, limit in low.items())


def rather_animated(answer: Answer) -> bool:
    found = scores(answer)
    return found["animated"] > found["natural"]


def both_together(answer: Answer) -> str:
    found = scores(answer)
    return "remove" if found["yes_kkk"] >= 0.5 and found["yes_nazi"] >= 0.5 else "allow"


def the_score_itself(answer: Answer) -> float:
    return scores(answer)["yes_kkk"]


def with_details(answer: Answer) -> Answer:
    score = scores(answer)["yes_kkk"]
    return {"decision": "remove" if score >= 0.9 else "allow", "score": score}


def maximum(answer: Answer) -> bool:
    return max(frame["general_nsfw"] for frame in frames(answer)) >= 0.9


def mean(answer: Answer) -> bool:
    found = [frame["general_nsfw"] for frame in frames(answer)]
    return sum(found) / len(found) >= 0.9


def low_mean(answer: Answer) -> bool:
    found = [frame["general_nsfw"] for frame in frames(answer)]
    return sum(found) / len(found) >= 0.2


def every_frame(answer: Answer) -> bool:
    return min(frame["general_nsfw"] for frame in frames(answer)) >= 0.9


def last_frame(answer: Answer) -> bool:
    return frames(answer)[-1]["general_nsfw"] >= 0.9


def two_inner_frames(answer: Answer) -> bool:
    return max(frame["general_nsfw"] for frame in frames(answer)[1:3]) >= 0.9


def two_frames(answer: Answer) -> bool:
    return sum(frame["no_gun"] < 0.1 for frame in frames(answer)) >= 2


def two_in_a_row(answer: Answer) -> bool:
    found = [frame["general_nsfw"] >= 0.9 for frame in frames(answer)]
    return any(one and other for one, other in pairwise(found))


def sum_of_squares(answer: Answer) -> bool:
    return sum(frame["general_nsfw"] ** 2 for frame in frames(answer)) >= 2.5


def only_all_frames_alike(answer: Answer) -> bool:
    found = {frame["general_nsfw"] for frame in frames(answer)}
    return len(found) == 1 and 0.3 <= min(found) <= 0.6


def dating(answer: Answer) -> str:
    limits = {"sexual": 3, "hate": 2, "violence": 2, "bullying": 2, "spam": 3}
    found = scores(answer)
    return "remove" if any(found[name] >= limit for name, limit in limits.items()) else "allow"


def patterns(answer: Answer) -> str:
    found = response(answer)
    if found["pii_entities"]:
        return "mask"
    if found["language"] in ("RU", "UNSUPPORTED"):
        return "translate"
    return "review" if found["text_filters"] else "allow"


def triggered(answer: Answer) -> list[str]:
    return [rule["rule_name"] for rule in answer["triggered_rules"]]


def raises(answer: Answer) -> str:
    if scores(answer)["gun_in_hand"] > 0.5:
        raise KeyError("gun <b>")
    return "allow"


def leaves(answer: Answer) -> str:
    sys.exit(3)


_times = count()


def turns(answer: Answer) -> bool:
    return next(_times) % 2 == 0


def ignores(answer: Answer) -> str:
    print("a policy may print what it wants")  # noqa: T201 - which is the point
    return "allow"


def object_itself(answer: Answer) -> object:
    return object() if scores(answer)["gun_in_hand"] > 0.5 else "allow"


def not_a_number(answer: Answer) -> float:
    return float("nan")


never = Event()


def hangs(answer: Answer) -> str:
    if scores(answer)["gun_in_hand"] > 0.5:
        never.wait()
    return "allow"


def hangs_once(answer: Answer) -> str:
    if scores(answer)["gun_in_hand"] == 1:
        never.wait()
    return "allow"


async def later(answer: Answer) -> str:
    return from_nine_tenths(answer)


class Verdict(Enum):
    ALLOW = "allow"
    REMOVE = "remove"


@dataclass
class Ruling:
    verdict: Verdict
    classes: set[str]


def ruling(answer: Answer) -> Ruling:
    over = {name for name in ("yes_kkk", "yes_nazi") if scores(answer)[name] >= 0.5}
    return Ruling(Verdict.REMOVE if over else Verdict.ALLOW, over)


class Moderator:
    @staticmethod
    def decide(answer: Answer) -> str:
        return from_nine_tenths(answer)


def no_arguments() -> str:
    return "allow"


NOTHING = 1
Decide = Callable[[Answer], Any]
