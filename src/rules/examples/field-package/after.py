from dataclasses import dataclass
from decimal import Decimal

from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy import Numeric, String, Text, create_engine, text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Composite, DeclarativeBase, Mapped, Session, composite, mapped_column
from sqlalchemy.types import TypeDecorator


class Encrypted(TypeDecorator[str]):
    """The same keys in the same order as FIELD_ENCRYPTION_KEY: the first writes, all of them read."""

    impl = Text
    cache_ok = False

    def __init__(self, *keys: bytes) -> None:
        super().__init__()
        self.fernet = MultiFernet([Fernet(key) for key in keys])

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else self.fernet.encrypt(value.encode()).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else self.fernet.decrypt(value.encode()).decode()


@dataclass(frozen=True)
class Money:
    amount: Decimal
    currency: str


OLD, NEW = Fernet.generate_key(), Fernet.generate_key()  # from the environment, shared with the Django side


class Base(DeclarativeBase):
    pass


class Contract(Base):
    __tablename__ = "shop_contract"

    id: Mapped[int] = mapped_column(primary_key=True)
    # One field of the model, two columns of the table.
    amount: Mapped[Decimal] = mapped_column("price", Numeric(10, 2))
    currency: Mapped[str] = mapped_column("price_currency", String(3), default="EUR")
    price: Composite[Money] = composite("amount", "currency")
    phone: Mapped[str] = mapped_column(String(128))  # E.164 text; parsing is the package's
    iban: Mapped[str] = mapped_column(Encrypted(NEW, OLD))


if __name__ == "__main__":
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Contract(id=1, price=Money(Decimal("9.50"), "USD"), phone="", iban="DE00"))
        session.commit()
        assert session.execute(text("select price_currency from shop_contract")).scalar_one() == "USD"
        by_django = Fernet(OLD).encrypt(b"FR11").decode()
        session.execute(text("update shop_contract set iban = :value"), {"value": by_django})
        session.commit()
        assert session.get_one(Contract, 1).iban == "FR11"
