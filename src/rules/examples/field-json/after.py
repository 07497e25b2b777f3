from typing import Any

from sqlalchemy import JSON, create_engine, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.mutable import MutableDict
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

# Without none_as_null Python's None becomes the JSON value `null`, which `IS NULL` and Django's `__isnull` do not find.
Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class Base(DeclarativeBase):
    pass


class Device(Base):
    __tablename__ = "shop_device"

    id: Mapped[int] = mapped_column(primary_key=True)
    # Django writes the whole column on save(); SQLAlchemy notices a change inside the dictionary only through MutableDict.
    settings: Mapped[dict[str, Any]] = mapped_column(MutableDict.as_mutable(Json), default=dict)
    last_error: Mapped[dict[str, Any] | None] = mapped_column(Json)


if __name__ == "__main__":
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        device = Device(last_error=None)
        session.add(device)
        session.commit()
        assert session.execute(text("select count(*) from shop_device where last_error is null")).scalar_one() == 1
        device.settings["volume"] = 3
        session.commit()
        session.expire_all()
        assert device.settings == {"volume": 3}
