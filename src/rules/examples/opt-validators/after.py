from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError


def even(value: int) -> int:
    if value % 2:
        raise ValueError(f"{value} is not even")
    return value


class PairIn(BaseModel):
    """What comes in: validated, and without the field that is `editable=False`."""

    model_config = ConfigDict(extra="ignore")

    size: Annotated[int, AfterValidator(even), Field(description="Number of single pieces")]


class PairOut(BaseModel):
    """What leaves: no validators. save() never ran them, so an odd row may exist and must be shown."""

    model_config = ConfigDict(from_attributes=True)

    size: int = Field(description="Number of single pieces")
    sold: Annotated[int, Field(json_schema_extra={"readOnly": True})]


class Row:
    size, sold = 3, 0


if __name__ == "__main__":
    assert PairOut.model_validate(Row()).size == 3
    assert PairIn.model_validate({"size": 4, "sold": 99}).model_dump() == {"size": 4}
    try:
        PairIn(size=3)
        raise AssertionError
    except ValidationError as error:
        assert "3 is not even" in str(error)
