from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, PlainSerializer, ValidationError, WithJsonSchema


def from_text(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        return value  # from the row
    if not isinstance(value, str) or not value.startswith("#"):
        raise ValueError("no colour")
    return int(value[1:], 16)


Colour = Annotated[
    int,
    BeforeValidator(from_text),
    PlainSerializer(lambda value: f"#{value:06x}", str),
    WithJsonSchema({"type": "string", "pattern": "^#[0-9a-f]{6}$"}),
]


class Wall(BaseModel):
    colour: Colour
    border: Colour | None = None


if __name__ == "__main__":
    wall = Wall.model_validate({"colour": "#0000ff"})
    assert wall.colour == 255
    assert wall.model_dump(mode="json") == {"colour": "#0000ff", "border": None}
    assert Wall.model_validate({"colour": 255}) == wall
    try:
        Wall.model_validate({"colour": "blue"})
        raise AssertionError
    except ValidationError:
        pass
