"""The policies of Hive's two guides, as a program would have them; each stands beside its file.

hive-emulator policy map guides:banned_classes
"""


def response(answer):
    """What the model said."""
    return answer["status"][0]["response"]


def scores(answer):
    """The scores of a picture, or the severities of a text, by class."""
    return {one["class"]: one["score"] for one in response(answer)["output"][0]["classes"]}


def banned_classes(answer):
    """Of a video this looks at the first frame alone: the map of video answers shows it."""
    banned = ("general_nsfw", "general_suggestive", "gun_in_hand", "gun_not_in_hand")
    found = scores(answer)
    return "ban" if any(found[name] >= 0.9 for name in banned) else "allow"


def negative_class(answer):
    """The negative class below 0.1: all positive ones together are above 0.9."""
    return "ban" if scores(answer)["no_gun"] < 0.1 else "allow"


def highest_severity(answer):
    """Only what is most severe."""
    restricted = ("sexual", "hate", "violence", "bullying", "spam")
    found = scores(answer)
    return "ban" if any(found[name] >= 3 for name in restricted) else "allow"


def dating(answer):
    """What is sexual may score 2, anything else may not."""
    found = scores(answer)
    limits = {"sexual": 3, "hate": 2, "violence": 2, "bullying": 2, "spam": 2}
    return "remove" if any(found[name] >= limit for name, limit in limits.items()) else "allow"


def patterns(answer):
    """Personal data is masked, profanity is for a moderator to see."""
    found = response(answer)
    if found["pii_entities"]:
        return "mask"
    return "review" if any(one["type"] == "profanity" for one in found["text_filters"]) else "allow"
