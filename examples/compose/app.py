"""The smallest application that asks Hive about a comment; it stands in for yours."""

import json
import os
import urllib.parse
import urllib.request


def severities(comment: str) -> dict[str, int]:
    """What Hive says of a comment, by class."""
    request = urllib.request.Request(
        f"{os.environ['HIVE_URL']}/api/v2/task/sync",
        data=urllib.parse.urlencode({"text_data": comment}).encode(),
        headers={"Authorization": f"Token {os.environ['HIVE_API_KEY']}"},
    )
    with urllib.request.urlopen(request) as answer:
        classes = json.load(answer)["status"][0]["response"]["output"][0]["classes"]
    return {one["class"]: one["score"] for one in classes}


if __name__ == "__main__":
    print(severities("a comment that is to be removed"))  # noqa: T201 - its purpose
