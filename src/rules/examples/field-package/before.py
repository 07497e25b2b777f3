# --- shop/models.py
from django.db import models
from djmoney.models.fields import MoneyField
from encrypted_model_fields.fields import EncryptedCharField
from phonenumber_field.modelfields import PhoneNumberField
from picklefield.fields import PickledObjectField
from taggit.managers import TaggableManager


class Contract(models.Model):
    price = MoneyField(max_digits=10, decimal_places=2, default_currency="EUR")
    phone = PhoneNumberField(blank=True)
    iban = EncryptedCharField(max_length=34)
    terms = PickledObjectField()
    tags = TaggableManager()
