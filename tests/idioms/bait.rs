//! What looks like Django and is not.

use crate::project::{seen, seen_models, seen_urls};

#[test]
fn model_of_another_library() {
    let seen = seen(
        "# --- shop/models.py\nfrom pydantic import BaseModel as Model, Field\nclass Item(Model):\n    name: str = Field(default='x')\nclass Meta:\n    abstract = False\n",
    );
    assert!(seen.models().is_empty());
}

#[test]
fn declarative_base_of_sqlalchemy() {
    let seen = seen(
        "# --- shop/models.py\nfrom sqlalchemy import Column, Integer\nfrom sqlalchemy.orm import declarative_base\nModel = declarative_base()\nclass Item(Model):\n    id = Column(Integer, primary_key=True)\n",
    );
    assert!(seen.models().is_empty());
}

#[test]
fn first_party_class_called_model() {
    let seen = seen("# --- shop/models.py\nclass Model:\n    pass\nclass Item(Model):\n    name = 'x'\n");
    assert!(seen.models().is_empty());
}

#[test]
fn network_called_model() {
    let seen = seen("# --- shop/models.py\nfrom keras import models\nclass Net(models.Model):\n    pass\n");
    assert!(seen.models().is_empty());
}

#[test]
fn path_of_pathlib() {
    let seen = seen_urls(
        "from pathlib import Path\nfrom os import path as os_path\nfiles = [Path('a/'), os_path.join('a', 'b')]\nurlpatterns = [path('a/', views.one)]\n",
    );
    assert_eq!(seen.paths(), ["/a/"]);
}

#[test]
fn first_party_function_called_path() {
    let seen = seen(
        "# --- config/urls.py\nfrom shop.tools import path\nurlpatterns = [path('a/', 'b')]\n# --- shop/tools.py\ndef path(a, b):\n    return a + b\n",
    );
    assert!(seen.paths().is_empty());
}

#[test]
fn connect_of_a_database() {
    let seen = seen(
        "# --- shop/models.py\nimport sqlite3\nconnection = sqlite3.connect('x.db')\nclass Socket:\n    def connect(self, handler, sender=None):\n        pass\nSocket().connect(print, sender='shop.Item')\n",
    );
    assert!(seen.signals().is_empty());
}

#[test]
fn receiver_of_another_library() {
    let seen =
        seen("# --- shop/models.py\nfrom radio import receiver, post_save\n@receiver(post_save)\ndef tuned(sender, **kwargs):\n    pass\n");
    assert!(seen.signals().is_empty());
}

#[test]
fn signal_of_the_operating_system() {
    let seen = seen("# --- shop/models.py\nimport signal\ndef stop(number, frame):\n    pass\nsignal.signal(signal.SIGTERM, stop)\n");
    assert!(seen.signals().is_empty() && seen.inventory.signal_definitions.is_empty());
}

#[test]
fn register_of_another_registry() {
    let seen = seen(
        "# --- shop/admin.py\nfrom .models import Item\nclass Site:\n    def register(self, *args):\n        pass\nsite = Site()\nsite.register(Item)\n# --- shop/models.py\nfrom django.db import models\nclass Item(models.Model):\n    pass\n",
    );
    assert!(seen.admin().is_empty());
}

#[test]
fn serializer_of_another_library() {
    let seen = seen(
        "# --- shop/serializers.py\nfrom marshmallow import Schema, fields\nclass ItemSerializer(Schema):\n    name = fields.Str()\nclass Serializer:\n    pass\nclass Other(Serializer):\n    pass\n",
    );
    assert!(seen.inventory.serializers.is_empty());
}

#[test]
fn migration_of_another_tool() {
    let seen = seen(
        "# --- shop/models.py\n# --- shop/migrations/0001_initial.py\nclass Migration:\n    dependencies = []\n# --- shop/migrations/env.py\nrevision = 'abc'\n",
    );
    assert!(seen.inventory.migrations.is_empty());
}

#[test]
fn command_class_outside_of_the_folder() {
    let seen = seen(
        "# --- shop/models.py\n# --- shop/commands.py\nfrom django.core.management.base import BaseCommand\nclass Command(BaseCommand):\n    pass\n",
    );
    assert!(seen.inventory.commands.is_empty());
}

#[test]
fn code_in_texts_and_comments() {
    let seen =
        seen_models("'''\nclass Doc(models.Model):\n    pass\n'''\n# class Old(models.Model): pass\nclass Item(models.Model):\n    pass\n");
    assert_eq!(seen.models(), ["shop.Item"]);
}

#[test]
fn model_made_in_a_test() {
    let seen = seen(
        "# --- shop/models.py\nfrom django.db import models\nclass Item(models.Model):\n    pass\n# --- shop/tests/test_models.py\nfrom django.db import models\nclass Fake(models.Model):\n    class Meta:\n        app_label = 'shop'\n",
    );
    assert_eq!(seen.models(), ["shop.Item"]);
}

#[test]
fn field_inside_a_method_is_none() {
    let seen = seen_models(
        "class Item(models.Model):\n    name = models.TextField()\n    def form(self):\n        extra = models.TextField()\n        return extra\n",
    );
    assert_eq!(seen.fields("shop.Item"), ["name"]);
}
