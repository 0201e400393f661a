"""The program that Hive's text guide prints for its readers.

Changed are the address and the key, which come from the command line, and the misprints: the list
of pattern matches that breaks off in the middle of its line, `= False` in a condition, and the
missing colons. The parts, which stand on the page one after the other, are put together.
"""

# Imports:
import sys

import requests  # Used to call most Hive APIs

# Inputs
url, API_Key, content = sys.argv[1:]  # The unique API Key for your text project
severity_threshold = 3  # Severity score at which text is flagged or moderated, configurable.
restricted_classes = ["sexual", "hate", "violence", "bullying", "spam"]  # Select classes to monitor


def get_hive_response(input_text):
    headers = {"Authorization": f"Token {API_Key}"}
    data = {
        "text_data": input_text
    }  # Must be a string. This is also where you would insert metadata if desired.
    # Submit request to the synchronous API endpoint.
    response = requests.post(url, headers=headers, data=data)
    response_dict = response.json()
    return response_dict


def handle_hive_classifications(response_dict):
    # Create a dictionary where the classes are keys and the scores their respective values.
    scores_dict = {
        x["class"]: x["score"]
        for x in response_dict["status"][0]["response"]["output"][0]["classes"]
    }
    for ea_class in restricted_classes:
        if scores_dict[ea_class] >= severity_threshold:
            print("We should ban this guy!")
            # This is where you would call your real moderation actions to tag or delete posts,
            # ban users etc.
            print(str(ea_class) + ": " + str(scores_dict[ea_class]))


def handle_hive_patternmatch(response_dict):
    pm_dict = {
        x["type"]: x["value"]
        for filters in ("text_filters", "pii_entities", "custom_classes")
        for x in response_dict["status"][0]["response"][filters]
    }
    if not pm_dict:
        pass  # Do nothing if text filters, PII entities, and custom classes are all empty
    else:
        print("Filter match")  # Insert your moderation logic here
        for type_i in pm_dict:
            print(str(type_i) + ": " + str(pm_dict[type_i]))


answer = get_hive_response(content)
handle_hive_classifications(answer)
handle_hive_patternmatch(answer)
