from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, TypeAdapter, ValidationError


class Book(BaseModel):
    resourcetype: Literal["Book"] = "Book"
    pages: int = 0


class Film(BaseModel):
    resourcetype: Literal["Film"] = "Film"
    minutes: int = 0


Work = Annotated[Book | Film, Field(discriminator="resourcetype")]
works: TypeAdapter[Book | Film] = TypeAdapter(Work)


def patched(row: Book | Film, data: dict[str, Any]) -> Book | Film:
    """In a PATCH the type is the row's, and is not demanded of the client."""
    return works.validate_python({**row.model_dump(), **data, "resourcetype": row.resourcetype})


if __name__ == "__main__":
    film = works.validate_python({"resourcetype": "Film", "minutes": 90})
    assert isinstance(film, Film)
    assert patched(film, {"minutes": 91}).model_dump() == {"resourcetype": "Film", "minutes": 91}
    try:
        works.validate_python({"minutes": 90})
        raise AssertionError("without a type")
    except ValidationError:
        pass
    guessed: Any = TypeAdapter(Book | Film).validate_python({"minutes": "90"})  # no discriminator: who fits best?
    assert works.dump_python(guessed)["resourcetype"] in ("Book", "Film")
