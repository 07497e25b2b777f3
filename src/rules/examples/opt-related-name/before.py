# --- shop/models.py
from django.db import models


class Owned(models.Model):
    owner = models.ForeignKey("Person", models.CASCADE, related_name="%(class)s_owned", related_query_name="%(class)s")

    class Meta:
        abstract = True


class Person(models.Model):
    active = models.BooleanField(default=True)


class Car(Owned):
    pass


class Boat(Owned):
    skipper = models.ForeignKey(Person, models.CASCADE, related_name="+", limit_choices_to={"active": True})
    repairer = models.ForeignKey(Person, models.CASCADE)


def fleet(person):
    return list(person.car_owned.all()) + list(person.boat_set.all()), Person.objects.filter(car__isnull=False)
