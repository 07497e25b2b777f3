import json
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Integer, column, func, select, table
from sqlalchemy.dialects import postgresql

# Reading without GeoAlchemy2: the database makes GeoJSON, the schema carries it.
place = table("shop_place", column("id", Integer), column("point"))
near = (
    select(place.c.id, func.ST_AsGeoJSON(place.c.point).label("point"))
    .where(func.ST_DWithin(place.c.point, func.ST_SetSRID(func.ST_MakePoint(9.9, 53.5), 4326), 0.1))
    .order_by(place.c.id)
)


class Place(BaseModel):
    id: int
    point: dict[str, Any]


if __name__ == "__main__":
    text = str(near.compile(dialect=postgresql.dialect()))  # type: ignore[no-untyped-call]
    assert "ST_DWithin" in text
    row = {"id": 1, "point": '{"type": "Point", "coordinates": [9.9, 53.5]}'}  # longitude first, as in Django
    assert Place(id=1, point=json.loads(str(row["point"]))).point["coordinates"] == [9.9, 53.5]
