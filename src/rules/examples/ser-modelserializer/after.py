from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError


class Item:  # the row, as SQLAlchemy would give it
    def __init__(self, **columns: object) -> None:
        self.__dict__.update({"note": "", "stock": 3, "cost": None, "token": "s3cr3t"} | columns)


def no_bool(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("A valid integer is required.")
    return value


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20)]
Note = Annotated[str, StringConstraints(strip_whitespace=True)]
Stock = Annotated[int, BeforeValidator(no_bool), Field(ge=0, le=32767)]  # the column's range, as repr() showed


class ItemIn(BaseModel):
    """Fields written out: what is read-only is not here, and a new column appears nowhere by itself."""

    name: Name
    note: Note = ""
    stock: Stock = 3


class PatchedItem(BaseModel):
    """The same rules, everything optional; only what was sent is written."""

    name: Name = ""
    note: Note = ""
    stock: Stock = 3


class ItemOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    id: int
    name: str
    note: str
    stock: int
    cost: int | None


def update(row: Item, data: BaseModel) -> None:
    for name in data.model_fields_set:  # for PUT as well: an optional field left out keeps its value
        setattr(row, name, getattr(data, name))


if __name__ == "__main__":
    row = Item(id=1, name="Nail", stock=9)
    update(row, PatchedItem.model_validate({"note": " new "}))
    update(row, ItemIn.model_validate({"name": "Screw", "cost": 5}))
    shown = ItemOut.model_validate(row).model_dump()
    assert shown == {"id": 1, "name": "Screw", "note": "new", "stock": 9, "cost": None}
    for wrong in ({"name": ""}, {"name": "x", "stock": True}, {"name": "x", "stock": 40000}, {"stock": 1}):
        try:
            ItemIn.model_validate(wrong)
            raise AssertionError(wrong)
        except ValidationError:
            pass
