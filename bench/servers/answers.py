"""The answers that the hand-written mocks give, built afresh for every request."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import md5
from random import Random
from typing import Any
from uuid import uuid1

Answer = dict[str, Any]

TEXT_CLASSES = ("spam", "sexual", "hate", "violence", "bullying")
MODERATED_CLASSES = ("sexual", "hate", "violence", "bullying", "spam")

YES_OR_NO = """
    sexual_activity realistic_nsfw female_underwear bra panties negligee male_underwear sex_toy
    cleavage female_nudity male_nudity female_swimwear bodysuit miniskirt sports_bra
    sportswear_bottoms bulge male_shirtless sexual_intent undressed emaciated_body self_harm fight
    animal_abuse child_safety pills smoking marijuana gambling nazi terrorist kkk confederate
    middle_finger overlay_text child_present religious_icon drawing qr_code
"""
# One head a line, its negative class first.
OTHER_HEADS = """
    general_not_nsfw_not_suggestive general_nsfw general_suggestive
    no_animal_genitalia animal_genitalia_and_human animal_genitalia_only animated_animal_genitalia
    no_gun gun_in_hand gun_not_in_hand animated_gun
    no_knife knife_in_hand knife_not_in_hand culinary_knife_in_hand culinary_knife_not_in_hand
    no_blood very_bloody a_little_bloody other_blood
    no_hanging_no_noose hanging noose
    no_corpse human_corpse animated_corpse
    no_injectables illicit_injectables medical_injectables
    no_alcohol yes_drinking_alcohol yes_alcohol animated_alcohol
    no_text text
    natural animated hybrid
"""


def visual_heads() -> Iterator[list[str]]:
    for name in YES_OR_NO.split():
        yield [f"no_{name}", f"yes_{name}"]
    for line in OTHER_HEADS.strip().splitlines():
        yield line.split()


def quiet_scores() -> list[tuple[str, float]]:
    """Small scores with as many digits as the real ones; every head sums to 1."""
    chance = Random(3)
    scores = []
    for negative, *positives in visual_heads():
        raised = [(name, chance.uniform(1e-4, 1e-2)) for name in positives]
        scores.append((negative, 1.0 - sum(score for _, score in raised)))
        scores += raised
    return scores


QUIET_SCORES = quiet_scores()


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def envelope(task_id: str, response: Answer, metadata: str) -> Answer:
    return {
        "id": task_id,
        "code": 200,
        "project_id": 32267,
        "user_id": 3121654,
        "created_on": now(),
        "metadata": metadata,
        "status": [{"status": {"code": "0", "message": "SUCCESS"}, "response": response}],
        "from_cache": False,
    }


def text_answer(text: str, metadata: str) -> Answer:
    task_id = str(uuid1())
    response = {
        "input": {
            "hash": md5(text.encode(), usedforsecurity=False).hexdigest(),
            "inference_client_version": "6.0.13",
            "model": "pytorch_textmod_xlm_roberta_multilevel_03_23_2022",
            "model_type": "TEXT_CLASSIFICATION",
            "model_version": 1,
            "text": text,
            "id": task_id,
            "created_on": now(),
            "user_id": 3121654,
            "project_id": 32267,
            "charge": 0.0005,
        },
        "custom_classes": [],
        "text_filters": [],
        "pii_entities": [],
        "urls": [],
        "language": "EN",
        "moderated_classes": list(MODERATED_CLASSES),
        "output": [
            {
                "time": 0,
                "start_char_index": 0,
                "end_char_index": len(text),
                "classes": [{"class": name, "score": 0} for name in TEXT_CLASSES],
            }
        ],
    }
    return envelope(task_id, response, metadata)


def visual_answer(url: str | None, filename: str, metadata: str) -> Answer:
    task_id = str(uuid1())
    response = {
        "input": {
            "id": task_id,
            "charge": 0.003,
            "model": "mod55_dense",
            "model_version": 1,
            "model_type": "CATEGORIZATION",
            "created_on": now(),
            "media": {
                "url": url,
                "filename": filename,
                "type": "PHOTO",
                "mime_type": "jpeg",
                "mimetype": "image/jpeg",
                "width": 1280,
                "height": 720,
                "num_frames": 1,
                "duration": 0,
            },
            "user_id": 3121654,
            "project_id": 32267,
            "config_version": 1,
            "config_tag": "default",
        },
        "output": [
            {
                "time": 0,
                "classes": [{"class": name, "score": score} for name, score in QUIET_SCORES],
            }
        ],
    }
    return envelope(task_id, response, metadata)


def filler(sample: Answer, answer_bytes: int) -> str:
    """Metadata that brings answers up to the size of the emulator's, so that all send as much."""
    size = len(json.dumps(sample, separators=(",", ":")))
    return "x" * max(0, answer_bytes - size)


def text_filler(answer_bytes: int) -> str:
    return filler(text_answer("Grandpa repaired the garden gate on Sunday.", ""), answer_bytes)


def visual_filler(answer_bytes: int) -> str:
    url = "https://cdn.example.test/pictures/10000.jpg"
    return filler(visual_answer(url, "10000.jpg", ""), answer_bytes)
