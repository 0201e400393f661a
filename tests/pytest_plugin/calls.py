"""Calls to the emulated API, as a client makes them."""

from typing import Any

import httpx

SYNC = "/api/v2/task/sync"
ASYNC = "/api/v2/task/async"


def call(base: str, key: str, path: str = SYNC, /, **fields: str) -> httpx.Response:
    with httpx.Client(trust_env=False, verify=False) as client:
        return client.post(f"{base}{path}", headers={"Authorization": f"Token {key}"}, data=fields)


def classes(answer: Any) -> dict[str, float]:
    """Scores by class, of the first frame."""
    [output, *_] = answer["status"][0]["response"]["output"]
    return {one["class"]: one["score"] for one in output["classes"]}
