# --- shop/models.py
# --- shop/tasks.py
from django.tasks import task
from django_rq import job


@task()
def mail(order):
    pass


@job
def count():
    pass
