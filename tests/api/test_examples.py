"""Every body and every answer of the REST document has an example, and each fits its schema."""

from collections.abc import Iterator

import jsonschema_rs
import pytest

from tests.api.test_schema import document


def described() -> Iterator[tuple[str, str, dict]]:
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            place = f"{method.upper()} {path}"
            contents = {"body": operation.get("requestBody", {}).get("content", {})}
            contents |= {
                code: each.get("content", {}) for code, each in operation["responses"].items()
            }
            for what, content in contents.items():
                for kind, said in content.items():
                    if kind.endswith("json") and (what == "body" or what.startswith("2")):
                        yield place, what, said


@pytest.mark.parametrize("what", ["body", "answer"])
def test_every_body_and_answer_has_an_example_that_fits(what: str):
    shown, wrong = 0, []
    root = {"components": document()["components"]}
    for place, where, said in described():
        if (where == "body") != (what == "body"):
            continue
        shown += 1
        schema = {**said.get("schema", {}), **root}
        checker = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
        if "example" not in said:
            wrong.append(f"{place} {where}: no example")
            continue
        errors = [error.message for error in checker.iter_errors(said["example"])]
        wrong += [f"{place} {where}: {error} in {said['example']}" for error in errors[:1]]
    assert not wrong, "\n".join(wrong)
    assert shown > 40
