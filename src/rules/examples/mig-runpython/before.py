# --- shop/models.py
from django.db import models


class Currency(models.Model):
    code = models.CharField(max_length=3, unique=True)
# --- shop/migrations/0001_initial.py
from django.db import migrations, models


def fill(apps, schema_editor):
    Currency = apps.get_model("shop", "Currency")
    for code in ["EUR", "USD"]:
        Currency.objects.create(code=code)


class Migration(migrations.Migration):
    operations = [
        migrations.CreateModel("Currency", [("id", models.AutoField(primary_key=True)), ("code", models.CharField(max_length=3, unique=True))]),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
