//! Receivers of signals, and signals of the project.

use crate::project::{Seen, seen};

/// An app with the models `Item` and `Shelf`, whose `ready()` imports this `signals.py`.
fn seen_signals(text: &str) -> Seen {
    seen(&format!(
        "# --- shop/apps.py\nfrom django.apps import AppConfig\nclass ShopConfig(AppConfig):\n    name = 'shop'\n    def ready(self):\n        from . import signals\n# --- shop/models.py\nfrom django.db import models\nclass Shelf(models.Model):\n    pass\nclass Item(models.Model):\n    shelves = models.ManyToManyField(Shelf)\n# --- shop/signals.py\nfrom django.db.models.signals import m2m_changed, post_delete, post_save, pre_save\nfrom django.dispatch import Signal, receiver\nfrom .models import Item, Shelf\n{text}"
    ))
}

const SAVED: &str = "django.db.models.signals.post_save";
const DELETED: &str = "django.db.models.signals.post_delete";

#[test]
fn decorator() {
    let seen = seen_signals("@receiver(post_save, sender=Item)\ndef saved(sender, **kwargs):\n    pass\n");
    assert_eq!(seen.signals(), [format!("{SAVED} shop.signals.saved shop.Item")]);
    assert_eq!(seen.inventory.signals[0].how, "decorator");
}

#[test]
fn decorator_with_a_list() {
    let seen = seen_signals("@receiver([post_save, post_delete], sender=Item)\ndef changed(sender, **kwargs):\n    pass\n");
    assert_eq!(seen.signals(), [format!("{DELETED} shop.signals.changed shop.Item"), format!("{SAVED} shop.signals.changed shop.Item")]);
}

#[test]
fn two_decorators() {
    let seen =
        seen_signals("@receiver(post_save, sender=Item)\n@receiver(post_save, sender=Shelf)\ndef saved(sender, **kwargs):\n    pass\n");
    assert_eq!(seen.signals(), [format!("{SAVED} shop.signals.saved shop.Item"), format!("{SAVED} shop.signals.saved shop.Shelf")]);
}

#[test]
fn decorator_without_a_sender() {
    let seen = seen_signals("@receiver(post_save, dispatch_uid='x')\ndef saved(sender, **kwargs):\n    pass\n");
    assert_eq!(seen.signals(), [format!("{SAVED} shop.signals.saved -")]);
    assert!(seen.inventory.signals[0].dispatch_uid);
}

#[test]
fn connect_at_the_end_of_the_module() {
    let seen = seen_signals("def saved(sender, **kwargs):\n    pass\npost_save.connect(saved, sender=Item)\n");
    assert_eq!(seen.signals(), [format!("{SAVED} shop.signals.saved shop.Item")]);
    assert_eq!(seen.inventory.signals[0].how, "connect");
}

#[test]
fn connect_in_ready() {
    let seen = seen(
        "# --- shop/apps.py\nfrom django.apps import AppConfig\nfrom django.db.models.signals import post_save\nclass ShopConfig(AppConfig):\n    name = 'shop'\n    def ready(self):\n        from .handlers import saved\n        post_save.connect(saved, sender=self.get_model('Item'))\n# --- shop/handlers.py\ndef saved(sender, **kwargs):\n    pass\n# --- shop/models.py\nfrom django.db import models\nclass Item(models.Model):\n    pass\n",
    );
    assert_eq!(seen.signals(), [format!("{SAVED} shop.handlers.saved shop.Item")]);
}

#[test]
fn connect_in_a_function_that_ready_calls() {
    let seen = seen(
        "# --- shop/apps.py\nfrom django.apps import AppConfig\nclass ShopConfig(AppConfig):\n    name = 'shop'\n    def ready(self):\n        from .handlers import wire\n        wire()\n# --- shop/handlers.py\nfrom django.db.models.signals import post_save\ndef saved(sender, **kwargs):\n    pass\ndef wire():\n    from .models import Item\n    post_save.connect(saved, sender=Item)\n# --- shop/models.py\nfrom django.db import models\nclass Item(models.Model):\n    pass\n",
    );
    assert_eq!(seen.signals(), [format!("{SAVED} shop.handlers.saved shop.Item")]);
}

#[test]
fn connect_in_a_loop() {
    let seen =
        seen_signals("def saved(sender, **kwargs):\n    pass\nfor model in [Item, Shelf]:\n    post_save.connect(saved, sender=model)\n");
    assert_eq!(seen.signals(), [format!("{SAVED} shop.signals.saved shop.Item"), format!("{SAVED} shop.signals.saved shop.Shelf")]);
}

#[test]
fn sender_is_a_through_model() {
    let seen = seen_signals("@receiver(m2m_changed, sender=Item.shelves.through)\ndef moved(sender, **kwargs):\n    pass\n");
    assert_eq!(seen.signals(), ["django.db.models.signals.m2m_changed shop.signals.moved shop.Item_shelves"]);
}

#[test]
fn sender_by_lazy_name() {
    let seen = seen_signals("@receiver(post_save, sender='shop.Item')\ndef saved(sender, **kwargs):\n    pass\n");
    assert_eq!(seen.signals(), [format!("{SAVED} shop.signals.saved shop.Item")]);
}

#[test]
fn sender_is_the_user_model() {
    let seen = seen_signals(
        "from django.conf import settings\nfrom django.contrib.auth import get_user_model\n@receiver(post_save, sender=settings.AUTH_USER_MODEL)\ndef a(sender, **kwargs):\n    pass\n@receiver(post_save, sender=get_user_model())\ndef b(sender, **kwargs):\n    pass\n",
    );
    assert_eq!(seen.signals(), [format!("{SAVED} shop.signals.a auth.User"), format!("{SAVED} shop.signals.b auth.User")]);
}

#[test]
fn signal_of_the_project() {
    let seen = seen_signals(
        "sold = Signal()\n@receiver(sold)\ndef on_sold(sender, **kwargs):\n    pass\ndef sell(item):\n    sold.send(sender=Item, item=item)\n",
    );
    assert_eq!(seen.signals(), ["shop.signals.sold shop.signals.on_sold -"]);
    assert_eq!(seen.inventory.signal_definitions[0].qualname, "shop.signals.sold");
    let sent: Vec<(&str, &str)> = seen.inventory.signal_sends.iter().map(|s| (s.signal.as_str(), s.sent_by.as_str())).collect();
    assert_eq!(sent, [("shop.signals.sold", "shop.signals.sell")]);
}

#[test]
fn signal_module_with_an_alias() {
    let seen = seen_signals(
        "from django.db.models import signals as s\ndef saved(sender, **kwargs):\n    pass\ns.pre_save.connect(saved, Item)\n",
    );
    assert_eq!(seen.signals(), ["django.db.models.signals.pre_save shop.signals.saved shop.Item"]);
}

#[test]
fn bound_method_and_class_method() {
    let seen = seen_signals(
        "class Index:\n    def saved(self, sender, **kwargs):\n        pass\n    @classmethod\n    def gone(cls, sender, **kwargs):\n        pass\nindex = Index()\npost_save.connect(index.saved, sender=Item)\npost_delete.connect(Index.gone, sender=Item)\n",
    );
    assert_eq!(
        seen.signals(),
        [format!("{DELETED} shop.signals.Index.gone shop.Item"), format!("{SAVED} shop.signals.Index.saved shop.Item")]
    );
}

#[test]
fn function_that_nothing_calls_does_not_connect() {
    let seen = seen(
        "# --- shop/models.py\n# --- shop/forgotten.py\nfrom django.db.models.signals import post_save\ndef wire(handler):\n    post_save.connect(handler)\n",
    );
    assert!(seen.signals().is_empty());
}

#[test]
fn signal_of_authentication() {
    let seen = seen_signals(
        "from django.contrib.auth.signals import user_logged_in\n@receiver(user_logged_in)\ndef hello(sender, **kwargs):\n    pass\n",
    );
    assert_eq!(seen.signals(), ["django.contrib.auth.signals.user_logged_in shop.signals.hello -"]);
}

#[test]
fn connect_in_nested_loops_of_ready() {
    let seen = seen(
        "# --- shop/apps.py\nfrom django.apps import AppConfig\nfrom django.db.models.signals import post_delete, post_save\nclass ShopConfig(AppConfig):\n    name = 'shop'\n    def ready(self):\n        from .handlers import log\n        for signal in (post_save, post_delete):\n            for model in self.get_models():\n                signal.connect(log, sender=model)\n# --- shop/handlers.py\ndef log(sender, **kwargs):\n    pass\n# --- shop/models.py\nfrom django.db import models\nclass Item(models.Model):\n    pass\nclass Shelf(models.Model):\n    pass\n",
    );
    let found = seen.signals();
    assert_eq!(found.len(), 4, "{found:?}");
    assert!(found.contains(&format!("{DELETED} shop.handlers.log shop.Shelf")));
}

#[test]
fn receiver_inside_a_model() {
    let seen = seen(
        "# --- shop/models.py\nfrom django.db import models\nfrom django.db.models.signals import post_save\nfrom django.dispatch import receiver\nclass Item(models.Model):\n    @staticmethod\n    @receiver(post_save, sender='shop.Item')\n    def saved(sender, **kwargs):\n        pass\n",
    );
    assert_eq!(seen.signals(), [format!("{SAVED} shop.models.Item.saved shop.Item")]);
}

#[test]
fn signal_by_getattr_in_a_loop() {
    let seen = seen_signals(
        "from django.db.models import signals\ndef log(sender, **kwargs):\n    pass\nfor name in ('post_save', 'post_delete'):\n    getattr(signals, name).connect(log, sender=Item, dispatch_uid=f'log_{name}')\n",
    );
    assert_eq!(seen.signals(), [format!("{DELETED} shop.signals.log shop.Item"), format!("{SAVED} shop.signals.log shop.Item")]);
}

#[test]
fn sender_is_the_app_config() {
    let seen = seen(
        "# --- shop/apps.py\nfrom django.apps import AppConfig\nfrom django.db.models.signals import post_migrate\ndef after(sender, **kwargs):\n    pass\nclass ShopConfig(AppConfig):\n    name = 'shop'\n    def ready(self):\n        post_migrate.connect(after, sender=self)\n",
    );
    assert_eq!(seen.signals(), ["django.db.models.signals.post_migrate shop.apps.after shop.apps.ShopConfig"]);
}

// ---- receivers that never fire

/// Receiver and reason, of those that never fire.
fn silent(seen: &Seen) -> Vec<String> {
    seen.inventory.signals.iter().filter_map(|s| Some(format!("{}: {}", s.receiver.as_deref()?, s.never_fires.as_deref()?))).collect()
}

#[test]
fn abstract_sender_never_fires() {
    let seen = seen(
        "# --- shop/models.py\nfrom django.contrib.auth.models import AbstractUser\nfrom django.db import models\nfrom django.db.models.signals import class_prepared, post_save\nfrom django.dispatch import receiver\nclass Stamped(models.Model):\n    class Meta:\n        abstract = True\nclass Item(Stamped):\n    pass\n@receiver(post_save, sender=Stamped)\ndef a(sender, **kwargs):\n    pass\n@receiver(post_save, sender=Item)\ndef b(sender, **kwargs):\n    pass\n@receiver(post_save, sender=AbstractUser)\ndef c(sender, **kwargs):\n    pass\n",
    );
    assert_eq!(
        silent(&seen),
        [
            "shop.models.a: shop.Stamped is abstract: signals carry the concrete model",
            "shop.models.c: django.contrib.auth.models.AbstractUser is abstract: signals carry the concrete model"
        ]
    );
}

#[test]
fn swapped_sender_never_fires() {
    let text = |settings: &str| {
        format!(
            "# --- config/settings.py\nINSTALLED_APPS = ['shop']\n{settings}# --- shop/models.py\nfrom django.db import models\nfrom django.db.models.signals import post_save\nclass Basket(models.Model):\n    class Meta:\n        swappable = 'SHOP_BASKET_MODEL'\nclass Own(models.Model):\n    pass\ndef saved(sender, **kwargs):\n    pass\npost_save.connect(saved, sender=Basket)\n"
        )
    };
    assert_eq!(silent(&seen(&text("SHOP_BASKET_MODEL = 'shop.Own'\n"))), ["shop.models.saved: SHOP_BASKET_MODEL swaps shop.Basket out"]);
    assert!(silent(&seen(&text("SHOP_BASKET_MODEL = 'shop.Basket'\n"))).is_empty());
    assert!(silent(&seen(&text(""))).is_empty());
}

#[test]
fn swapped_user_never_fires() {
    let text = |settings: &str| {
        format!(
            "# --- config/settings.py\nINSTALLED_APPS = ['django.contrib.auth', 'shop']\n{settings}# --- shop/models.py\nfrom django.contrib.auth.models import AbstractUser, User\nfrom django.db.models.signals import post_save\nclass Person(AbstractUser):\n    pass\ndef saved(sender, **kwargs):\n    pass\npost_save.connect(saved, sender=User)\n"
        )
    };
    assert_eq!(silent(&seen(&text("AUTH_USER_MODEL = 'shop.Person'\n"))), ["shop.models.saved: AUTH_USER_MODEL swaps auth.User out"]);
    assert!(silent(&seen(&text(""))).is_empty());
}

#[test]
fn sender_that_is_no_model_never_fires() {
    let seen = seen_signals(
        "from django.apps import AppConfig\nclass Helper:\n    pass\n@receiver(post_save, sender=Helper)\ndef a(sender, **kwargs):\n    pass\nfrom nowhere import Base\nclass Thing(Base):\n    pass\n@receiver(post_save, sender=Thing)\ndef b(sender, **kwargs):\n    pass\n",
    );
    assert_eq!(silent(&seen), ["shop.signals.a: shop.signals.Helper is no model"]);
}

#[test]
fn many_to_many_signal_wants_the_through_model() {
    let seen = seen_signals(
        "@receiver(m2m_changed, sender=Item)\ndef a(sender, **kwargs):\n    pass\n@receiver(m2m_changed, sender=Item.shelves.through)\ndef b(sender, **kwargs):\n    pass\n",
    );
    assert_eq!(silent(&seen), ["shop.signals.a: shop.Item is the through model of no many-to-many field"]);
    let seen = crate::project::seen_models(
        "from django.db.models.signals import m2m_changed\nclass Shelf(models.Model):\n    items = models.ManyToManyField('Item', through='Place')\nclass Item(models.Model):\n    pass\nclass Place(models.Model):\n    shelf = models.ForeignKey(Shelf, models.CASCADE)\n    item = models.ForeignKey(Item, models.CASCADE)\ndef moved(sender, **kwargs):\n    pass\nm2m_changed.connect(moved, sender=Place)\n",
    );
    assert!(silent(&seen).is_empty());
}

#[test]
fn signal_that_nobody_sends() {
    let seen = seen_signals("__all__ = ['sold']\nsold = Signal()\n@receiver([sold])\ndef on_sold(sender, **kwargs):\n    pass\n");
    assert_eq!(silent(&seen), ["shop.signals.on_sold: nobody sends shop.signals.sold"]);
}

#[test]
fn signal_that_is_passed_on_may_be_sent() {
    for use_of_it in [
        "def sell():\n    sold.send_robust(sender=Item)\n",
        "def sell():\n    for signal in [sold]:\n        signal.send(sender=Item)\n",
        "def sell(name='sold'):\n    globals()[name].send(sender=Item)\n",
        "class Desk:\n    signal = sold\n    def sell(self):\n        self.signal.send(sender=Item)\n",
        "def sell():\n    from . import signals\n    tell(signals.sold)\n",
        "def sell():\n    from .signals import sold as done\n    tell(done)\n",
    ] {
        let seen = seen_signals(&format!("sold = Signal()\n@receiver(sold)\ndef on_sold(sender, **kwargs):\n    pass\n{use_of_it}"));
        assert!(silent(&seen).is_empty(), "{use_of_it}");
    }
}

#[test]
fn receiver_in_a_module_that_nothing_imports() {
    let text = |more: &str| {
        format!(
            "# --- shop/apps.py\nfrom django.apps import AppConfig\nclass ShopConfig(AppConfig):\n    name = 'shop'\n# --- shop/models.py\nfrom django.db import models\nclass Item(models.Model):\n    pass\n# --- shop/handlers.py\nfrom django.db.models.signals import post_save\nfrom django.dispatch import receiver\nfrom .models import Item\n@receiver(post_save, sender=Item)\ndef saved(sender, **kwargs):\n    pass\n{more}"
        )
    };
    assert_eq!(silent(&seen(&text(""))), ["shop.handlers.saved: nothing imports its module"]);
    for import in [
        "# --- shop/views.py\nfrom .handlers import saved\n",
        "# --- shop/views.py\ndef late():\n    from shop import handlers\n",
        "# --- shop/views.py\nimport shop.handlers\n",
        "# --- shop/__init__.py\nfrom .handlers import *\n",
        "# --- shop/loader.py\nfrom django.utils.module_loading import autodiscover_modules\nautodiscover_modules('handlers')\n",
        "# --- shop/loader.py\nfrom importlib import import_module\nimport_module('shop.handlers')\n",
    ] {
        assert!(silent(&seen(&text(import))).is_empty(), "{import}");
    }
}

#[test]
fn receiver_in_a_module_that_django_loads() {
    for file in ["admin", "models", "apps", "tasks", "management/commands/fill", "templatetags/shop"] {
        let seen = seen(&format!(
            "# --- shop/models.py\n# --- shop/{file}.py\nfrom django.db.models.signals import post_save\ndef saved(sender, **kwargs):\n    pass\npost_save.connect(saved)\n"
        ));
        assert_eq!(seen.inventory.signals.len(), 1, "{file}");
        assert!(silent(&seen).is_empty(), "{file}");
    }
}

#[test]
fn receiver_of_another_apps_signal_crosses() {
    let seen = seen(
        "# --- shop/models.py\nfrom . import handlers\n# --- shop/signals.py\nfrom django.dispatch import Signal\nsold = Signal()\n# --- shop/handlers.py\nfrom .signals import sold\ndef own(sender, **kwargs):\n    pass\nsold.connect(own)\n# --- stock/models.py\nfrom shop.signals import sold\ndef other(sender, **kwargs):\n    pass\nsold.connect(other)\n",
    );
    let found: Vec<(Option<&str>, bool)> = seen.inventory.signals.iter().map(|s| (s.receiver.as_deref(), s.crosses_modules)).collect();
    assert_eq!(found, [(Some("shop.handlers.own"), false), (Some("stock.models.other"), true)]);
}

#[test]
fn receivers_for_models_that_have_a_field_of_a_kind() {
    let seen = seen(
        r"
# --- shop/apps.py
from django.apps import AppConfig
class ShopConfig(AppConfig):
    name = 'shop'
    def ready(self):
        from .signals import connect
        connect()
# --- shop/signals.py
from django.apps import apps
from django.db import models
from django.db.models.signals import post_delete
def remove(sender, **kwargs):
    pass
def with_files():
    found = []
    for model in apps.get_models():
        for field in model._meta.fields:
            if isinstance(field, models.FileField):
                found.append(model)
                break
    return found
def connect():
    for model in with_files():
        post_delete.connect(remove, sender=model)
# --- shop/models.py
from django.db import models
class Base(models.Model):
    picture = models.ImageField()
    class Meta:
        abstract = True
class Item(Base):
    name = models.TextField()
class Plain(models.Model):
    name = models.TextField()
",
    );
    assert_eq!(seen.signals(), ["django.db.models.signals.post_delete shop.signals.remove shop.Item"]);
}

#[test]
fn through_of_a_model_from_outside() {
    let seen = seen_signals(
        "from django.contrib.auth.models import User\n@receiver(m2m_changed, sender=User.groups.through)\ndef changed(sender, **kwargs):\n    pass\n",
    );
    assert_eq!(seen.signals(), ["django.db.models.signals.m2m_changed shop.signals.changed auth.User_groups"]);
}

#[test]
fn sender_by_get_model_and_connected_once() {
    let seen = seen_signals(
        "from django.apps import apps\ndef saved(sender, **kwargs):\n    pass\npost_save.connect(saved, sender=apps.get_model('shop', 'item'), dispatch_uid='once')\n",
    );
    assert_eq!(seen.signals(), [format!("{SAVED} shop.signals.saved shop.Item")]);
    assert!(seen.inventory.signals[0].dispatch_uid);
}

#[test]
fn signal_of_a_package() {
    let seen = seen_signals(
        "from allauth.account.signals import email_confirmed\n@receiver(email_confirmed)\ndef confirmed(request, email_address, **kwargs):\n    pass\n",
    );
    assert_eq!(seen.signals(), ["allauth.account.signals.email_confirmed shop.signals.confirmed -"]);
}

#[test]
fn signal_of_a_class_with_its_own_connect() {
    let seen = seen_signals(
        "class Checked(Signal):\n    def connect(self, receiver, sender=None, weak=True, dispatch_uid=None):\n        if not allowed(receiver):\n            raise ValueError\n        return super().connect(receiver, sender, weak, dispatch_uid)\nplaced = Checked()\ndef clear(sender, **kwargs):\n    pass\nplaced.connect(clear, sender=Item)\n",
    );
    assert_eq!(seen.signals(), ["shop.signals.placed shop.signals.clear shop.Item"]);
    assert!(seen.inventory.signals[0].place.file.ends_with("shop/signals.py") && seen.inventory.signals[0].place.line > 10);
}

#[test]
fn receiver_of_a_signal_of_another_library() {
    let seen = seen_signals("from celery import signals\n@receiver(signals.task_prerun)\ndef prepare(sender, **kwargs):\n    pass\n");
    assert!(seen.signals().is_empty(), "{:?}", seen.signals());
}

#[test]
fn sender_that_the_app_config_loads_by_keyword() {
    let seen = seen(
        "# --- shop/apps.py\nfrom django.apps import AppConfig\nfrom django.db.models.signals import post_save\nclass ShopConfig(AppConfig):\n    name = 'shop'\n    def ready(self):\n        from .handlers import saved\n        Item = self.get_model(model_name='Item')\n        post_save.connect(receiver=saved, sender=Item)\n# --- shop/models.py\nfrom django.db import models\nclass Item(models.Model):\n    pass\n# --- shop/handlers.py\ndef saved(sender, **kwargs):\n    pass\n",
    );
    assert_eq!(seen.signals(), [format!("{SAVED} shop.handlers.saved shop.Item")]);
}

#[test]
fn method_behind_a_wrapper() {
    let seen = seen(
        "# --- shop/models.py\nfrom functools import wraps\nfrom django.db.models.signals import post_save\ndef enabled(f):\n    @wraps(f)\n    def wrapper(*args, **kwargs):\n        return f(*args, **kwargs)\n    return wrapper\nclass Processor:\n    def __init__(self):\n        post_save.connect(self.handle)\n    @enabled\n    def handle(self, **kwargs):\n        pass\nprocessor = Processor()\n",
    );
    assert!(seen.inventory.signals.iter().any(|signal| signal.receiver.as_deref() == Some("shop.models.Processor.handle")));
}

#[test]
fn table_in_between_of_a_field_of_an_abstract_model() {
    let text = |heirs: &str| {
        format!(
            "# --- shop/models.py\nfrom django.db import models\nclass Tag(models.Model):\n    pass\nclass Base(models.Model):\n    tags = models.ManyToManyField(Tag)\n    class Meta:\n        abstract = True\n{heirs}# --- shop/signals.py\nfrom django.db.models.signals import m2m_changed\nfrom .models import Item\ndef changed(sender, **kwargs):\n    pass\nm2m_changed.connect(changed, sender=Item.tags.through)\n"
        )
    };
    let one = "class Item(Base):\n    pass\n";
    let sender = |text: &str| seen(text).inventory.signals[0].sender.clone();
    assert_eq!(sender(&text(one)).as_deref(), Some("shop.Item_tags"));
    assert_eq!(sender(&text(&format!("{one}class Other(Base):\n    pass\n"))), None);
}

#[test]
fn receivers_of_an_attribute_of_the_model() {
    let seen = seen(
        "# --- shop/models.py\nfrom django.db import models\nfrom django.db.models import signals\nfrom simple_history.models import HistoricalRecords\nclass Early(models.Model):\n    pass\nclass Records(HistoricalRecords):\n    def post_save(self, instance, created, **kwargs):\n        super().post_save(instance, created, **kwargs)\n    def pre_save(self, instance, **kwargs):\n        pass\n    def finalize(self, sender, **kwargs):\n        super().finalize(sender, **kwargs)\n        signals.pre_save.connect(self.pre_save, sender=sender, weak=False)\nclass Item(models.Model):\n    history = Records()\nclass Shelf(models.Model):\n    history = HistoricalRecords()\n",
    );
    // What the package's own methods do is not the project's.
    let expected = [
        "django.db.models.signals.class_prepared shop.models.Records.finalize -",
        "django.db.models.signals.post_save shop.models.Records.post_save shop.Item",
        "django.db.models.signals.pre_save shop.models.Records.pre_save shop.Item",
        "django.db.models.signals.pre_save shop.models.Records.pre_save shop.Shelf",
    ];
    assert_eq!(seen.signals(), expected);
    assert_eq!(seen.models(), ["shop.Early", "shop.HistoricalItem", "shop.HistoricalShelf", "shop.Item", "shop.Shelf"]);
}

#[test]
fn receivers_of_a_class_that_a_setting_names_for_a_package() {
    let seen = seen(
        "# --- config/settings.py\nINSTALLED_APPS = ['haystack', 'shop']\nHAYSTACK_SIGNAL_PROCESSOR = 'shop.search.Processor'\n# --- shop/search.py\nfrom django.db.models import signals\nfrom haystack.signals import BaseSignalProcessor\nclass Processor(BaseSignalProcessor):\n    def handle_save(self, sender, instance, **kwargs):\n        pass\n    def setup(self):\n        signals.post_save.connect(self.handle_save)\n",
    );
    let found: Vec<&str> = seen.inventory.signals.iter().filter_map(|s| s.receiver.as_deref()).collect();
    assert_eq!(found, ["shop.search.Processor.handle_save"]);
}

#[test]
fn connect_as_a_decorator_never_fires() {
    let seen = seen_signals(
        "@post_save.connect\ndef a(sender, **kwargs):\n    pass\n@post_save.connect\n@receiver(post_delete)\ndef b(sender, **kwargs):\n    pass\ndone = Signal()\n@done.connect\ndef c(sender, **kwargs):\n    pass\ndone.send(None)\n",
    );
    let reason = "`connect` gives nothing back: as a decorator it leaves nobody who holds the function";
    assert_eq!(silent(&seen), [format!("shop.signals.a: {reason}"), format!("shop.signals.c: {reason}")]);
}
