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
