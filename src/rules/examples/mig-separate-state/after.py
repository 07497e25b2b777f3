from sqlalchemy import Integer, String, create_engine, inspect, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Tag(Base):
    """As the table is. The model says BigAutoField, but no operation ever told the database."""

    __tablename__ = "blog_tag"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(String(30))  # 20 in the model


def differences(reflected: list[tuple[str, str]]) -> list[str]:
    """Before anything is generated from models: where the live table says otherwise than the class."""
    declared = {column.name: str(column.type) for column in Tag.__table__.columns}
    return [f"{name}: {kind}, declared {declared.get(name)}" for name, kind in reflected if declared.get(name) != kind]


if __name__ == "__main__":
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        connection.execute(text("create table blog_tag (id integer not null primary key, name varchar(30) not null)"))
        columns = [(column["name"], str(column["type"])) for column in inspect(connection).get_columns("blog_tag")]
    assert differences(columns) == []
    assert differences([("name", "VARCHAR(20)")]) == ["name: VARCHAR(20), declared VARCHAR(30)"]
