# --- config/settings.py
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "shop"]
ROOT_URLCONF = "config.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.contrib.auth.context_processors.auth", "shop.context.shop"]},
    },
    {"BACKEND": "django.template.backends.jinja2.Jinja2", "APP_DIRS": True},
]
# --- shop/models.py
# --- shop/context.py


def shop(request):
    return {"shop": "Chairs & more"}
# --- shop/templatetags/money.py
from django import template

register = template.Library()


@register.filter
def euro(cents):
    return f"{cents / 100:.2f} €"
# --- shop/templates/shop/list.html
{% for item in items %}<li>{{ forloop.counter }} {{ item.name.upper }}</li>{% endfor %}
# --- shop/templates/shop/item.html
{% load money %}<p>{{ item.price|euro }}</p>
# --- shop/jinja2/shop/note.html
<p>{{ note }}</p>
