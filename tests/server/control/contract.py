"""What the OpenAPI document says of a call, held against a real request and a real answer."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx
from jsonschema import Draft202012Validator

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


@dataclass(frozen=True)
class Sent:
    """A request: what stands in its path and its query, and its body in one of the forms."""

    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    form: Mapping[str, str] | None = None
    files: Mapping[str, bytes] | None = None
    content: bytes | None = None

    def filled(self, names: Mapping[str, str]) -> "Sent":
        """The request with what `{names}` in its path and its query stand for."""
        path = {name: value.format(**names) for name, value in self.path.items()}
        query = {name: value.format(**names) for name, value in self.query.items()}
        return Sent(path, query, self.headers, self.json, self.form, self.files, self.content)

    def body(self) -> tuple[str, Any] | None:
        """The content type and the value of the body; None where there is none."""
        if self.files is not None:
            return MULTIPART, {**(self.form or {}), **dict.fromkeys(self.files, "bytes")}
        if self.form is not None:
            return FORM, dict(self.form)
        if self.content is not None:
            return JSON, _parsed(self.content)
        return None if self.json is None else (JSON, self.json)


class Broken:
    """A body that is no JSON."""


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return Broken()


class Contract:
    """The document, asked about one operation at a time."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.operations: dict[str, tuple[str, str, dict[str, Any]]] = {
            operation["operationId"]: (method.upper(), path, operation)
            for path, methods in document["paths"].items()
            for method, operation in methods.items()
        }

    def resolved(self, value: dict[str, Any]) -> dict[str, Any]:
        """The component that a reference names, or the value itself."""
        if "$ref" not in value:
            return value
        found: Any = self.document
        for step in value["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        assert isinstance(found, dict)
        return found

    def problems(self, schema: dict[str, Any], value: Any) -> list[str]:
        """What a schema has against a value."""
        whole = {**schema, "components": self.document["components"]}
        validator = Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)
        return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]

    def problems_of_component(self, name: str, value: Any) -> list[str]:
        """What the schema of that name has against a value."""
        return self.problems({"$ref": f"#/components/schemas/{name}"}, value)

    def statuses(self, operation: str) -> set[int]:
        """The statuses that an operation can answer with."""
        return {int(status) for status in self.operations[operation][2]["responses"]}

    def parameters(self, operation: str, where: str) -> dict[str, dict[str, Any]]:
        """The parameters of an operation by name."""
        listed = self.operations[operation][2].get("parameters", [])
        every = [self.resolved(one) for one in listed]
        return {one["name"]: one for one in every if one["in"] == where}

    # Requests

    def request(self, client: httpx.Client, operation: str, sent: Sent) -> httpx.Request:
        """The request, built from nothing but the document and what is to be sent."""
        method, path, _ = self.operations[operation]
        values = {name: quote(value, safe="") for name, value in sent.path.items()}
        return client.build_request(
            method,
            path.format(**values),
            params=dict(sent.query),
            headers=dict(sent.headers),
            json=sent.json,
            data=None if sent.form is None else dict(sent.form),
            files=None if sent.files is None else {**sent.files},
            content=sent.content,
        )

    def problems_of_request(self, operation: str, sent: Sent) -> list[str]:
        """What the document has against a request."""
        return [
            *self._problems_of_values(operation, "path", sent.path),
            *self._problems_of_values(operation, "query", sent.query),
            *self._problems_of_body(operation, sent),
        ]

    def _problems_of_values(
        self, operation: str, where: str, values: Mapping[str, str]
    ) -> Iterator[str]:
        known = self.parameters(operation, where)
        for name, parameter in known.items():
            if parameter.get("required") and name not in values:
                yield f"{name} is missing"
        for name, value in values.items():
            if name not in known:
                yield f"{name} is not known"
                continue
            schema = known[name]["schema"]
            number = schema.get("type") == "integer" and value.isdecimal()
            yield from self.problems(schema, int(value) if number else value)

    def _problems_of_body(self, operation: str, sent: Sent) -> list[str]:
        known = self.operations[operation][2].get("requestBody")
        body = sent.body()
        if known is None:
            return [] if body is None else ["there is a body"]
        if body is None:
            return ["the body is missing"] if known["required"] else []
        content_type, value = body
        if isinstance(value, Broken):
            return ["the body is no JSON"]
        return self.problems(known["content"][content_type]["schema"], value)

    # Answers

    def problems_of_answer(self, operation: str, answer: httpx.Response) -> list[str]:
        """What the document has against an answer."""
        documented = self.operations[operation][2]["responses"].get(str(answer.status_code))
        if documented is None:
            return [f"it can not be answered with {answer.status_code}"]
        content = self.resolved(documented)["content"]
        content_type = answer.headers["content-type"].partition(";")[0]
        if content_type not in content:
            return [f"it can not be answered with {content_type}"]
        value = answer.json() if content_type == JSON else answer.text
        return self.problems(content[content_type]["schema"], value)
