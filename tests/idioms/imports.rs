//! How a name comes into a module.

use crate::project::{seen, seen_bare, seen_models, seen_urls};

const BASE: &str = "# --- core/base.py\nfrom django.db import models\nclass Stamped(models.Model):\n    at = models.DateTimeField()\n    class Meta:\n        abstract = True\n";

fn fields_of_item(imports: &str, base: &str) -> Vec<String> {
    let text = format!("{BASE}# --- shop/models.py\n{imports}\nclass Item({base}):\n    pass\n");
    seen(&text).fields("shop.Item").into_iter().map(str::to_owned).collect()
}

#[test]
fn absolute() {
    assert_eq!(fields_of_item("from core.base import Stamped", "Stamped"), ["at"]);
}

#[test]
fn aliased_name() {
    assert_eq!(fields_of_item("from core.base import Stamped as S", "S"), ["at"]);
}

#[test]
fn aliased_module() {
    assert_eq!(fields_of_item("import core.base as b", "b.Stamped"), ["at"]);
}

#[test]
fn dotted_module() {
    assert_eq!(fields_of_item("import core.base", "core.base.Stamped"), ["at"]);
}

#[test]
fn module_from_a_package() {
    assert_eq!(fields_of_item("from core import base", "base.Stamped"), ["at"]);
}

#[test]
fn star() {
    assert_eq!(fields_of_item("from core.base import *", "Stamped"), ["at"]);
}

#[test]
fn relative_to_the_package_above() {
    let seen = seen(
        "# --- config/settings.py\nINSTALLED_APPS = ['apps.shop']\n# --- apps/base.py\nfrom django.db import models\nclass Stamped(models.Model):\n    at = models.DateTimeField()\n    class Meta:\n        abstract = True\n# --- apps/shop/models.py\nfrom ..base import Stamped\nclass Item(Stamped):\n    pass\n",
    );
    assert_eq!(seen.fields("shop.Item"), ["at"]);
}

#[test]
fn reexported_through_a_package() {
    let text = format!(
        "{BASE}# --- core/__init__.py\nfrom .base import Stamped\n# --- shop/models.py\nfrom core import Stamped\nclass Item(Stamped):\n    pass\n"
    );
    assert_eq!(seen(&text).fields("shop.Item"), ["at"]);
}

#[test]
fn models_package_that_collects_its_modules() {
    let seen = seen(
        "# --- shop/models/__init__.py\nfrom .item import *\nfrom .shelf import Shelf\n# --- shop/models/item.py\nfrom django.db import models\nclass Item(models.Model):\n    pass\n# --- shop/models/shelf.py\nfrom django.db import models\nclass Shelf(models.Model):\n    pass\n",
    );
    assert_eq!(seen.models(), ["shop.Item", "shop.Shelf"]);
}

#[test]
fn star_respects_dunder_all() {
    let seen = seen(
        "# --- core/base.py\n__all__ = ['Shown']\nfrom django.db import models\nclass Shown(models.Model):\n    a = models.IntegerField()\n    class Meta:\n        abstract = True\nclass Hidden(Shown):\n    b = models.IntegerField()\n    class Meta:\n        abstract = True\n# --- shop/models.py\nclass Hidden:\n    pass\nfrom core.base import *\nclass Item(Hidden, Shown):\n    pass\n",
    );
    assert_eq!(seen.fields("shop.Item"), ["a"]);
}

#[test]
fn optional_package_with_a_fallback() {
    let seen = seen_models(
        "try:\n    from fancy_base import Base\nexcept ImportError:\n    Base = models.Model\nclass Item(Base):\n    name = models.TextField()\n",
    );
    assert_eq!(seen.fields("shop.Item"), ["name"]);
}

#[test]
fn under_type_checking() {
    let seen = seen(
        "# --- shop/models.py\nfrom __future__ import annotations\nfrom typing import TYPE_CHECKING\nfrom django.db import models\nif TYPE_CHECKING:\n    from blog.models import Post\nclass Item(models.Model):\n    post: Post = models.ForeignKey('blog.Post', models.CASCADE)\n# --- blog/models.py\nfrom django.db import models\nclass Post(models.Model):\n    pass\n",
    );
    assert_eq!(seen.relation("shop.Item", "post"), "ForeignKey blog.Post");
}

#[test]
fn circular() {
    let seen = seen(
        "# --- shop/models.py\nfrom django.db import models\nimport blog.models\nclass Item(models.Model):\n    post = models.ForeignKey('blog.Post', models.CASCADE)\n# --- blog/models.py\nfrom django.db import models\nfrom shop import models as shop\nclass Post(models.Model):\n    item = models.ForeignKey('shop.Item', models.CASCADE)\n",
    );
    assert_eq!(seen.relation("shop.Item", "post"), "ForeignKey blog.Post");
    assert_eq!(seen.relation("blog.Post", "item"), "ForeignKey shop.Item");
}

#[test]
fn inside_a_function() {
    let seen = seen(
        "# --- config/urls.py\nfrom django.urls import path\ndef patterns():\n    from shop.views import home\n    return [path('home/', home)]\nurlpatterns = patterns()\n# --- shop/views.py\ndef home(request):\n    pass\n",
    );
    assert_eq!(seen.routes(), ["/home/ shop.views.home"]);
}

#[test]
fn import_module_by_name() {
    let seen = seen(
        "# --- config/urls.py\nfrom importlib import import_module\nfrom django.urls import path\nviews = import_module('shop.views')\nurlpatterns = [path('home/', views.home)]\n# --- shop/views.py\ndef home(request):\n    pass\n",
    );
    assert_eq!(seen.routes(), ["/home/ shop.views.home"]);
}

#[test]
fn import_string_by_name() {
    let seen = seen(
        "# --- config/urls.py\nfrom django.utils.module_loading import import_string\nfrom django.urls import path\nurlpatterns = [path('home/', import_string('shop.views.home'))]\n# --- shop/views.py\ndef home(request):\n    pass\n",
    );
    assert_eq!(seen.routes(), ["/home/ shop.views.home"]);
}

#[test]
fn module_that_nobody_imports_does_nothing_to_others() {
    let project = "# --- config/urls.py\nfrom django.urls import path\nfrom shop import views\nurlpatterns = [path('a/', views.one)]\n# --- shop/views.py\ndef one(request):\n    pass\n# --- shop/models.py\nfrom django.db import models\nclass Item(models.Model):\n    pass\n# --- shop/admin.py\nfrom django.contrib import admin\nfrom .models import Item\nadmin.site.register(Item)\n# --- config/settings.py\nINSTALLED_APPS = ['django.contrib.admin', 'shop']\nROOT_URLCONF = 'config.urls'\n";
    let script = "# --- scripts/fix.py\nfrom django.contrib import admin\nfrom django.db import models\nfrom django.db.models.signals import post_save\nfrom django.urls import path\nfrom config import settings, urls\nfrom config.urls import urlpatterns\nfrom shop import views\nfrom shop.models import Item\nsettings.INSTALLED_APPS.append('labs')\nadmin.site.unregister(Item)\nItem.add_to_class('size', models.IntegerField())\nItem.colour = models.TextField()\nurlpatterns += [path('b/', views.one)]\nurls.urlpatterns = []\nviews.one = None\ndel urlpatterns[0]\ndef saved(**kwargs):\n    pass\npost_save.connect(saved, sender=Item)\nclass Helper:\n    def __init__(self):\n        self.x = 1\n";
    let (alone, with) = (seen(project), seen(&format!("{project}{script}")));
    assert_eq!(with.routes(), alone.routes());
    assert_eq!(with.fields("shop.Item"), alone.fields("shop.Item"));
    assert_eq!(with.installed(), alone.installed());
    assert_eq!(with.inventory.admin.len(), 1);
    assert!(with.inventory.signals.is_empty());
}

#[test]
fn module_that_nobody_imports_still_defines() {
    let seen = seen(
        "# --- config/settings.py\nINSTALLED_APPS = ['shop']\nROOT_URLCONF = 'config.urls'\n# --- shop/models.py\nfrom django.db import models\nclass Item(models.Model):\n    pass\n# --- labs/models.py\nfrom django.db import models\nfrom shop.models import Item\nclass Trial(models.Model):\n    item = models.ForeignKey(Item, models.CASCADE)\n",
    );
    assert!(!seen.app("labs").installed);
    assert_eq!(seen.relation("labs.Trial", "item"), "ForeignKey shop.Item");
}

#[test]
fn root_that_is_a_package_too() {
    let seen = seen_bare(
        r"
# --- apps/__init__.py
# --- apps/manage.py
import os
os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')
# --- apps/config/__init__.py
# --- apps/config/settings.py
INSTALLED_APPS = ['shop.apps.ShopConfig']
ROOT_URLCONF = 'config.urls'
# --- apps/config/urls.py
from django.urls import include, path
urlpatterns = [path('shop/', include('shop.urls'))]
# --- apps/shop/__init__.py
# --- apps/shop/apps.py
from django.apps import AppConfig
class ShopConfig(AppConfig):
    name = 'shop'
# --- apps/shop/models.py
from django.db import models
class Item(models.Model):
    pass
# --- apps/shop/views.py
from shop.models import Item
def one(request):
    pass
# --- apps/shop/urls.py
from django.urls import path
from shop import views
urlpatterns = [path('one/', views.one)]
",
    );
    assert_eq!(seen.routes(), ["/shop/one/ shop.views.one"]);
    assert_eq!(seen.model("shop.Item").qualname, "shop.models.Item");
    assert_eq!(seen.inventory.apps.len(), 1);
}

#[test]
fn everything_of_a_package_that_nobody_describes_is_named() {
    let seen = seen(
        "# --- shop/models.py\nfrom django.db.models import *\nfrom os.path import *\nfrom some_unheard_of_package.fields import *\nclass Item(Model):\n    a = TextField()\n",
    );
    assert_eq!(seen.fields("shop.Item"), ["a"]);
    let named: Vec<_> = seen.inventory.coverage.unresolved.iter().filter(|u| u.kind == "imports").collect();
    assert_eq!(named.iter().map(|u| (u.line, u.text.as_str())).collect::<Vec<_>>(), [(3, "some_unheard_of_package.fields")]);
}

#[test]
fn modules_beside_manage_py_in_a_package() {
    let seen = seen(
        "# --- manage.py\nimport os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n# --- config/manage.py\nimport os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n# --- config/settings.py\nINSTALLED_APPS = ['items']\nROOT_URLCONF = 'urls'\n# --- config/urls.py\nfrom django.contrib.auth.signals import user_logged_in\nfrom django.dispatch import receiver\nfrom django.urls import path\nfrom items import views\nurlpatterns = [path('one/', views.one)]\n@receiver(user_logged_in)\ndef greet(sender, **kwargs):\n    pass\n# --- config/items/__init__.py\n# --- config/items/views.py\ndef one(request):\n    pass\n",
    );
    assert_eq!(seen.routes(), ["/one/ items.views.one"]);
    let receivers: Vec<_> = seen.inventory.signals.iter().filter_map(|s| s.receiver.as_deref()).collect();
    assert_eq!(receivers, ["urls.greet"]);
}

/// A late name that leads back to itself: through what may stand beside it, through an attribute, through another module.
#[test]
fn names_of_modules_that_import_themselves() {
    for text in [
        "from shop.odd import x\nx = x.foo\ny = x.bar()\ny.baz()\n",
        "from shop.odd import x, f, C\nimport os\nif os.environ['A']:\n    x, f = [1], print\nx.remove(3)\nf()\nclass C(C, f): pass\nfor i in x: print(i)\n",
        "from shop.odd import x, y\nz = x\nx = y.f\nclass Y:\n    f = z\ny = Y()\ny.f.g\n",
        "from shop.even import a\nimport os\nb = [1]\nif os.environ['A']:\n    b = a\nb.remove(1)\n# --- shop/even.py\nfrom shop.odd import b\nimport os\na = [2]\nif os.environ['A']:\n    a = b\na.remove(1)\n",
    ] {
        let seen = seen(&format!(
            "# --- shop/odd.py\n{text}# --- shop/models.py\nfrom django.db import models\nfrom shop import odd\nclass Item(models.Model):\n    pass\n"
        ));
        assert_eq!(seen.models(), ["shop.Item"], "{text}");
    }
}

#[test]
fn object_that_is_its_own_iterator() {
    let seen = seen(
        "# --- shop/models.py\nfrom django.db import models\nclass Lands:\n    def __iter__(self):\n        self.at = 0\n        return self\n    def __next__(self):\n        raise StopIteration\nclass Item(models.Model):\n    land = models.CharField(choices=[(land.code, land.name) for land in Lands()], max_length=3)\n    name = models.TextField()\n",
    );
    assert_eq!(seen.fields("shop.Item"), ["land", "name"]);
    assert!(seen.inventory.coverage.unresolved.iter().all(|u| u.kind != "evaluation"));
}

#[test]
fn members_of_an_enumeration_differ() {
    let seen = seen_urls(
        "from enum import Enum, auto\nclass Kind(Enum):\n    plain = auto()\n    public = auto()\ndef prefix(kind):\n    return 'public/' if kind == Kind.public else ''\nurlpatterns = [path(prefix(Kind.plain) + 'one/', views.one), path(prefix(Kind.public) + 'two/', views.two)]\n",
    );
    assert_eq!(seen.paths(), ["/one/", "/public/two/"]);
}

#[test]
fn package_with_a_manage_py_inside_beside_another_package_of_the_same_name() {
    let seen = seen_bare(
        "# --- site/manage.py\nimport os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n# --- site/shop/__init__.py\n# --- site/shop/settings.py\nINSTALLED_APPS = ['shop', 'shared.apps.stock']\n# --- site/shop/models.py\nimport shop.settings\nimport shop.tools\nfrom shop import settings\nfrom shared.apps.shop.models import Base\nclass Item(Base):\n    pass\n# --- site/shop/tools.py\n# --- lib/shared/__init__.py\n# --- lib/shared/apps/__init__.py\n# --- lib/shared/apps/manage.py\nimport os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shared.apps.test_settings')\n# --- lib/shared/apps/test_settings.py\n# --- lib/shared/apps/shop/__init__.py\n# --- lib/shared/apps/shop/models.py\nfrom django.db import models\nclass Base(models.Model):\n    class Meta:\n        abstract = True\n# --- lib/shared/apps/stock/__init__.py\n# --- lib/shared/apps/stock/models.py\nfrom django.db import models\nclass Part(models.Model):\n    pass\n",
    );
    let names: Vec<_> = seen.inventory.models.iter().map(|model| model.qualname.as_str()).collect();
    assert_eq!(names, ["shared.apps.shop.models.Base", "shop.models.Item", "shared.apps.stock.models.Part"]);
}

#[test]
fn names_that_a_module_has_of_a_package_that_nobody_describes() {
    let seen = seen(
        "# --- shop/__init__.py\n# --- shop/models.py\nfrom django.db.models import *\nfrom elsewhere.billing.models import *\n# --- shop/admin.py\nfrom django.contrib import admin\nfrom shop.models import Invoice\nadmin.site.register(Invoice)\n",
    );
    assert_eq!(seen.inventory.admin[0].model.as_deref(), Some("billing.Invoice"));
}

#[test]
fn modules_count_for_what_others_hold_only_where_something_imports_them() {
    let text = |found: &str, package: &str| {
        format!(
            "# --- config/settings.py\nINSTALLED_APPS = ['shop', 'stock']\nROOT_URLCONF = 'config.urls'\n# --- config/urls.py\nfrom django.urls import path\nfrom shop import registry, views\nurlpatterns = [path(name, views.a) for name in registry.names]\n# --- shop/registry.py\nnames = []\ndef register(name):\n    names.append(name)\n# --- shop/views.py\ndef a(request):\n    pass\n# --- shop/apps.py\nfrom django.apps import AppConfig\nclass ShopConfig(AppConfig):\n    name = 'shop'\n    def ready(self):\n        {found}\n# --- shop/parts/__init__.py\n{package}\n# --- shop/parts/one.py\nfrom shop.registry import register\nregister('one/')\n# --- shop/parts/two.py\nfrom shop.registry import register\nregister('two/')\n# --- stock/apps.py\n# --- stock/listed.py\nfrom shop.registry import register\nregister('stock/')\n"
        )
    };
    let paths = |found: &str, package: &str| seen(&text(found, package)).paths().join(" ");
    assert_eq!(paths("pass", ""), "");
    assert_eq!(paths("from django.utils.module_loading import autodiscover_modules; autodiscover_modules('listed')", ""), "/stock/");
    let walked = "import importlib, os\nfor name in os.listdir(os.path.dirname(__file__)):\n    importlib.import_module(f'shop.parts.{name[:-3]}')\n";
    assert_eq!(paths("import shop.parts", walked), "/one/ /two/");
    let walked =
        "import importlib, pkgutil\nfor _, name, _ in pkgutil.iter_modules(__path__):\n    importlib.import_module('.' + name, __name__)\n";
    assert_eq!(paths("import shop.parts", walked), "/one/ /two/");
    let each = "import importlib; from nobody_knows import apps; [importlib.import_module(f'{app}.listed') for app in apps]";
    assert_eq!(paths(each, ""), "/stock/");
}

#[test]
fn file_with_a_dot_in_its_name_makes_no_package() {
    let seen = seen(
        "# --- manage.py\n# --- gunicorn.conf.py\nworkers = 2\n# --- config/settings.py\nINSTALLED_APPS = ['shop', 'gunicorn']\n# --- shop/models.py\n",
    );
    assert_eq!(seen.inventory.apps.iter().map(|app| app.label.as_str()).collect::<Vec<_>>(), ["shop"]);
}

#[test]
fn module_that_imports_a_package_of_its_own_name() {
    let seen = seen(
        "# --- config/settings.py\nINSTALLED_APPS = ['shop']\n# --- shop/__init__.py\n# --- shop/manage.py\nimport os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\n# --- shop/celery.py\nfrom celery import Celery\nclass App(Celery):\n    pass\napp = App('shop')\n# --- shop/tasks.py\nfrom shop.celery import app\n@app.task\ndef a():\n    pass\n",
    );
    assert_eq!(seen.inventory.tasks.iter().map(|t| t.qualname.as_str()).collect::<Vec<_>>(), ["shop.tasks.a"]);
}
