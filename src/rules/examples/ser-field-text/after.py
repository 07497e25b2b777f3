import re
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, EmailStr, Field, TypeAdapter, ValidationError


def to_text(value: Any) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value.strip() if isinstance(value, str) else value


def not_blank(value: str) -> str:
    if not value:
        raise ValueError("This field may not be blank.")
    return value


def no_nul(value: str) -> str:
    if "\0" in value:
        raise ValueError("Null characters are not allowed.")
    return value


def no_bool(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("A valid integer is required.")
    return value


def address(value: str) -> str:
    """As Django checks it, shortened; the text is stored as it came."""
    if not re.fullmatch(r"[^@\s]+@([^@\s.]+\.)*[^@\s.]+", value):
        raise ValueError("Enter a valid email address.")
    return value


def one_of(*choices: Any) -> BeforeValidator:
    """DRF compares as text, so 2 and "2" are one choice."""
    by_text = {str(choice): choice for choice in choices}

    def check(value: Any) -> Any:
        if str(value) not in by_text:
            raise ValueError(f'"{value}" is not a valid choice.')
        return by_text[str(value)]

    return BeforeValidator(check)


MaybeBlank = Annotated[str, BeforeValidator(to_text), AfterValidator(no_nul)]
Text = Annotated[MaybeBlank, AfterValidator(not_blank)]
Whole = Annotated[int, BeforeValidator(no_bool)]
Mail = Annotated[str, AfterValidator(address)]


class ItemIn(BaseModel):
    name: Annotated[Text, Field(max_length=10)]
    note: MaybeBlank = ""  # required=False: whether it was sent is in model_fields_set
    stock: Annotated[Whole, Field(ge=0)]
    mail: Mail = ""
    size: Annotated[int, one_of(1, 2)] = 1
    extra: Any = None  # every JSON value, lists and texts too


if __name__ == "__main__":
    item = ItemIn.model_validate({"name": 5, "stock": "7", "mail": "a@localhost", "size": "2", "extra": [1]})
    assert (item.name, item.stock, item.mail, item.size) == ("5", 7, "a@localhost", 2)
    assert "note" not in item.model_fields_set
    for wrong in ({"name": "  "}, {"name": "a\0"}, {"stock": True}, {"size": 3}, {"mail": "a b@c"}):
        try:
            ItemIn.model_validate({"name": "x", "stock": 1} | wrong)
            raise AssertionError(wrong)
        except ValidationError:
            pass
    try:
        TypeAdapter(EmailStr).validate_python("a@localhost")
        raise AssertionError("EmailStr takes what is in the table")
    except ValidationError:
        pass
