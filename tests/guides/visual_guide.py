"""The program that Hive's visual guide prints for its readers.

Changed are the address and the key, which come from the command line, and the misprints: the call
of `requests.post` that the page has lost, and the two halves of the program, which stand on the
page one after the other, put together.
"""

# Imports
import sys

import requests  # Used to call most Hive APIs

# Inputs
url, vis_API_Key, content = sys.argv[1:]
vis_threshold = 0.9  # Confidence score threshold
banned_classes = ["general_nsfw", "general_suggestive", "gun_in_hand", "gun_not_in_hand"]
# A selection of classes to moderate based on the example response above.


def handle_hive_response(response_dict):
    scores_dict = {
        x["class"]: x["score"]
        for x in response_dict["status"][0]["response"]["output"][0]["classes"]
    }
    # For a video input, you may want to iterate over timestamps for each frame and take the max
    # score for each class.
    for class_i in banned_classes:
        if scores_dict[class_i] >= vis_threshold:
            print("We should ban this guy!")
            # Threshold in restricted class exceeded; call your actual moderation actions here
            print(str(class_i) + ": " + str(scores_dict[class_i]))


def moderate_post_sync(content_url):
    # Example Request (visual, synchronous endpoint, content hosted at URL):
    headers = {"Authorization": f"Token {vis_API_Key}"}  # Example for visual moderation tasks
    data = {"url": content_url}  # This is also where you would add metadata if desired
    model_response = requests.post(url, headers=headers, data=data)
    response_dict = model_response.json()
    handle_hive_response(response_dict)


moderate_post_sync(content)
