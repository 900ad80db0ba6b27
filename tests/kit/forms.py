"""What a browser would send of a form, untouched."""

from selectolax.lexbor import LexborHTMLParser as HTMLParser

type Fields = dict[str, list[str]]


def fields_of(page: str, having: str = "number") -> Fields:
    """Return the fields of the last form that has a field of this name, as they stand in a page."""
    forms = reversed(HTMLParser(page).css("form"))
    form = next(each for each in forms if each.css_first(f"[name={having}]"))
    found: Fields = {}
    for field in form.css("input[name], select[name], textarea[name]"):
        about = field.attributes
        if about.get("type") in {"checkbox", "radio"} and "checked" not in about:
            continue
        value = about.get("value", "on") or ""
        if field.tag == "textarea":
            value = field.text()
        if field.tag == "select":
            chosen = field.css_first("option[selected]") or field.css_first("option")
            value = (chosen.attributes.get("value") or "") if chosen else ""
        found.setdefault(about["name"] or "", []).append(value)
    return found
