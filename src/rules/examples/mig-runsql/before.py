# --- shop/models.py
from django.db import models


class Sale(models.Model):
    amount = models.IntegerField()
# --- shop/migrations/0001_initial.py
from django.db import migrations, models


class Migration(migrations.Migration):
    operations = [
        migrations.CreateModel("Sale", [("id", models.AutoField(primary_key=True)), ("amount", models.IntegerField())]),
        migrations.RunSQL("create view big_sale as select * from shop_sale where amount > 100", "drop view big_sale"),
    ]
