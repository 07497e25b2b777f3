from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, String, create_engine, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "shop_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20))


def behind(connection: Connection) -> set[str]:
    """Leaves that this environment has not reached: all must be there before the stamp."""
    rows = connection.execute(text("select app, name from django_migrations")).all()
    return {"shop.0003_merge"} - {f"{app}.{name}" for app, name in rows}


def baseline(connection: Connection) -> None:
    """Not one revision per old migration: nothing is run, the state is declared."""
    if missing := behind(connection):
        raise RuntimeError(f"run manage.py migrate first: {sorted(missing)}")
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    if difference := [change for change in compare_metadata(context, Base.metadata) if "django_migrations" not in str(change)]:
        raise RuntimeError(f"the classes are not the tables: {difference}")
    connection.execute(text("create table alembic_version (version_num varchar(32) primary key)"))
    connection.execute(text("insert into alembic_version values ('baseline')"))


if __name__ == "__main__":
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        connection.execute(text("create table shop_item (id integer not null primary key autoincrement, name varchar(20) not null)"))
        connection.execute(text("create table django_migrations (id integer primary key, app varchar(255), name varchar(255))"))
        assert behind(connection) == {"shop.0003_merge"}
        connection.execute(text("insert into django_migrations (app, name) values ('shop', '0003_merge')"))
        baseline(connection)
        assert MigrationContext.configure(connection).get_current_revision() == "baseline"
