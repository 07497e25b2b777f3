# --- shop/models.py
from django.db import models


class Order(models.Model):
    email = models.EmailField(unique=True)
    amount = models.IntegerField(null=True)
# --- shop/forms.py
from django import forms
from django.forms import formset_factory

from .models import Order


class UpperField(forms.CharField):
    def to_python(self, value):
        return super().to_python(value).upper()


class FilterForm(forms.Form):
    amount = forms.IntegerField(required=False)
    gift = forms.BooleanField(required=False)


class OrderForm(forms.ModelForm):
    class Meta:
        model = Order
        fields = ["email", "amount"]

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)

    def clean_amount(self):
        return self.cleaned_data["amount"] or 1


class BaseOrders(forms.BaseFormSet):
    pass


Orders = formset_factory(OrderForm, formset=BaseOrders)
