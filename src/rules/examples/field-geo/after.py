import json
from typing import Any

from pydantic import BaseModel
from sqlalchemy import String, column, func, select, table
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import UserDefinedType


class Geometry(UserDefinedType[str]):
    """A geometry column as GeoJSON text, both ways: enough where only few queries touch it. GeoAlchemy2 is the full answer."""

    cache_ok = True

    def __init__(self, kind: str, srid: int) -> None:
        self.kind, self.srid = kind, srid

    def get_col_spec(self, **_: Any) -> str:
        return f"geometry({self.kind.upper()},{self.srid})"

    def bind_expression(self, bindvalue: Any) -> Any:
        return func.ST_SetSRID(func.ST_GeomFromGeoJSON(bindvalue), self.srid)

    def column_expression(self, column: Any) -> Any:
        return func.ST_AsGeoJSON(column)


class Base(DeclarativeBase):
    pass


class Shop(Base):
    __tablename__ = "map_shop"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    place: Mapped[str] = mapped_column(Geometry("Point", 4326))


class ShopOut(BaseModel):
    name: str
    place: dict[str, Any]

    @classmethod
    def of(cls, shop: Shop) -> "ShopOut":
        return cls(name=shop.name, place=json.loads(shop.place))


# Degrees are no metres: Django's Distance() casts to a sphere for a geographic SRID, ST_Distance on a geometry does not.
shop = table("map_shop", column("id"), column("place"))
here = func.ST_SetSRID(func.ST_MakePoint(13.4, 52.5), 4326)
nearest = select(shop.c.id).order_by(func.ST_DistanceSphere(shop.c.place, here)).limit(1)


if __name__ == "__main__":
    assert "ST_DistanceSphere" in str(nearest)
    assert "ST_AsGeoJSON(map_shop.place)" in str(select(Shop))
    assert Shop.__table__.c.place.type.compile(postgresql.dialect()) == "geometry(POINT,4326)"  # type: ignore[no-untyped-call]
    assert ShopOut.of(Shop(name="a", place='{"type": "Point", "coordinates": [1, 2]}')).place["coordinates"] == [1, 2]
