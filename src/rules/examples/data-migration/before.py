# --- shop/models.py
from django.db import models


class Country(models.Model):
    code = models.CharField(max_length=2, primary_key=True)
# --- shop/migrations/0001_squashed_0003.py
from django.db import migrations, models


def fill(apps, schema_editor):
    Country = apps.get_model("shop", "Country")
    for code in ("DE", "FR"):
        Country.objects.get_or_create(code=code)


class Migration(migrations.Migration):
    replaces = [("shop", "0001_initial"), ("shop", "0002_countries"), ("shop", "0003_view")]
    operations = [
        migrations.CreateModel(name="Country", fields=[("code", models.CharField(max_length=2, primary_key=True, serialize=False))]),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunSQL("CREATE VIEW shop_codes AS SELECT code FROM shop_country", "DROP VIEW shop_codes"),
    ]
