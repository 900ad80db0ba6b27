"""Problem details (RFC 9457) as the OpenAPI document describes them."""

from typing import Any

from pydantic import BaseModel, Field


class FieldProblem(BaseModel):
    at: str = Field(description="Where in the request.")
    message: str


class Problem(BaseModel):
    """What went wrong: a stable code for programs, a sentence for people."""

    type: str
    title: str
    status: int
    detail: str = Field(description="A sentence in the language of the adult.")
    code: str
    errors: list[FieldProblem] = []


SAID = {
    400: "The request could not be understood.",
    401: "Nobody is signed in.",
    403: "This adult may not do this, or another site sent the request.",
    404: "It does not exist, or belongs to another family.",
    409: "It is in the way of something that exists.",
    412: "Somebody changed it in the meantime.",
    413: "The request is too large.",
    422: "Something in the request does not fit.",
    429: "Too many tries; Retry-After says how long to wait.",
    503: "The database does not answer just now.",
}
CONTENT = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"description": said, "content": CONTENT} for status, said in SAID.items()
}
