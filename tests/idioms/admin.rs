//! Registrations of admin classes.

use crate::project::{Seen, seen};

/// An app with the models `Item` and `Shelf` and this `admin.py`.
fn seen_admin(text: &str) -> Seen {
    seen(&format!(
        "# --- shop/models.py\nfrom django.db import models\nclass Shelf(models.Model):\n    pass\nclass Item(models.Model):\n    shelf = models.ForeignKey(Shelf, models.CASCADE)\n# --- shop/admin.py\nfrom django.contrib import admin\nfrom . import models\nfrom .models import Item, Shelf\n{text}"
    ))
}

#[test]
fn decorator() {
    let seen = seen_admin("@admin.register(Item)\nclass ItemAdmin(admin.ModelAdmin):\n    pass\n");
    assert_eq!(seen.admin(), ["shop.Item shop.admin.ItemAdmin admin"]);
}

#[test]
fn decorator_with_several_models() {
    let seen = seen_admin("@admin.register(Item, Shelf)\nclass AnyAdmin(admin.ModelAdmin):\n    pass\n");
    assert_eq!(seen.admin(), ["shop.Item shop.admin.AnyAdmin admin", "shop.Shelf shop.admin.AnyAdmin admin"]);
}

#[test]
fn call_with_a_class() {
    let seen = seen_admin("class ItemAdmin(admin.ModelAdmin):\n    pass\nadmin.site.register(Item, ItemAdmin)\n");
    assert_eq!(seen.admin(), ["shop.Item shop.admin.ItemAdmin admin"]);
}

#[test]
fn call_without_a_class() {
    assert_eq!(seen_admin("admin.site.register(models.Item)\n").admin(), ["shop.Item django.contrib.admin.options.ModelAdmin admin"]);
}

#[test]
fn call_with_a_list() {
    let seen = seen_admin("admin.site.register([Item, Shelf])\n");
    assert_eq!(seen.admin().len(), 2);
}

#[test]
fn loop_over_models() {
    let seen =
        seen_admin("class AnyAdmin(admin.ModelAdmin):\n    pass\nfor model in (Item, Shelf):\n    admin.site.register(model, AnyAdmin)\n");
    assert_eq!(seen.admin(), ["shop.Item shop.admin.AnyAdmin admin", "shop.Shelf shop.admin.AnyAdmin admin"]);
}

#[test]
fn custom_site() {
    let seen = seen_admin(
        "class StaffSite(admin.AdminSite):\n    pass\nstaff = StaffSite(name='staff')\n@admin.register(Item, site=staff)\nclass ItemAdmin(admin.ModelAdmin):\n    pass\nstaff.register(Shelf)\n",
    );
    assert_eq!(seen.admin(), ["shop.Item shop.admin.ItemAdmin staff", "shop.Shelf django.contrib.admin.options.ModelAdmin staff"]);
}

#[test]
fn unregistered_and_registered_anew() {
    let seen = seen_admin(
        "from django.contrib.auth.admin import UserAdmin\nfrom django.contrib.auth.models import User\nclass Mine(UserAdmin):\n    pass\nadmin.site.unregister(User)\nadmin.site.register(User, Mine)\n",
    );
    assert_eq!(seen.admin(), ["auth.User shop.admin.Mine admin"]);
}

#[test]
fn unregistered_for_good() {
    assert!(seen_admin("admin.site.register(Item)\nadmin.site.unregister(Item)\n").admin().is_empty());
}

#[test]
fn model_by_get_model() {
    let seen = seen_admin(
        "from django.apps import apps\nadmin.site.register(apps.get_model('shop', 'item'))\nadmin.site.register(apps.get_model('shop.SHELF'))\n",
    );
    assert_eq!(
        seen.admin(),
        ["shop.Item django.contrib.admin.options.ModelAdmin admin", "shop.Shelf django.contrib.admin.options.ModelAdmin admin"]
    );
}

#[test]
fn in_a_try_block() {
    let seen = seen_admin("try:\n    admin.site.register(Item)\nexcept admin.sites.AlreadyRegistered:\n    pass\n");
    assert_eq!(seen.admin().len(), 1);
}

#[test]
fn inlines_and_actions() {
    let seen = seen_admin(
        "class ItemInline(admin.TabularInline):\n    model = Item\n@admin.action(description='Sell')\ndef sell(modeladmin, request, queryset):\n    pass\n@admin.register(Shelf)\nclass ShelfAdmin(admin.ModelAdmin):\n    inlines = [ItemInline]\n    actions = [sell, 'close']\n    def close(self, request, queryset):\n        pass\n",
    );
    let found = &seen.inventory.admin.iter().find(|a| a.admin == "shop.admin.ShelfAdmin").unwrap();
    assert_eq!(found.inlines, ["shop.admin.ItemInline"]);
    assert_eq!(found.actions, ["close", "sell"]);
}

#[test]
fn inlines_of_a_parent() {
    let seen = seen_admin(
        "class ItemInline(admin.StackedInline):\n    model = Item\nclass Base(admin.ModelAdmin):\n    inlines = [ItemInline]\n@admin.register(Shelf)\nclass ShelfAdmin(Base):\n    pass\n",
    );
    assert_eq!(seen.inventory.admin[0].inlines, ["shop.admin.ItemInline"]);
}

#[test]
fn loop_over_all_models() {
    let seen = seen_admin(
        "from django.apps import apps\nfor model in apps.get_models():\n    try:\n        admin.site.register(model)\n    except admin.sites.AlreadyRegistered:\n        pass\n",
    );
    let found = seen.admin();
    assert!(found.iter().any(|a| a.starts_with("shop.Item ")) && found.iter().any(|a| a.starts_with("shop.Shelf ")), "{found:?}");
}

#[test]
fn loop_over_the_models_of_one_app() {
    let seen = seen(
        "# --- shop/models.py\nfrom django.db import models\nclass Item(models.Model):\n    pass\nclass Shelf(models.Model):\n    pass\n# --- shop/admin.py\nfrom django.apps import apps\nfrom django.contrib import admin\nfor model in apps.get_app_config('shop').get_models():\n    admin.site.register(model)\n",
    );
    let models: Vec<&str> = seen.inventory.admin.iter().filter_map(|a| a.model.as_deref()).collect();
    assert_eq!(models, ["shop.Item", "shop.Shelf"]);
}

#[test]
fn site_that_is_not_known() {
    let seen = seen_admin("from missing import desk\n@admin.register(Item, site=desk)\nclass ItemAdmin(admin.ModelAdmin):\n    pass\n");
    let sites: Vec<&str> = seen.inventory.admin.iter().map(|a| a.site.as_str()).collect();
    assert_eq!(sites, ["?"]);
    assert!(seen.inventory.coverage.unresolved.iter().any(|u| u.kind == "admin" && u.file == "shop/admin.py"));
    let seen = seen_admin("@admin.register(Item, site=None)\nclass ItemAdmin(admin.ModelAdmin):\n    pass\n");
    assert_eq!(seen.inventory.admin[0].site, "admin");
}

#[test]
fn computed_columns() {
    let seen = seen(
        "# --- shop/models.py\nfrom django.db import models\nclass Item(models.Model):\n    name = models.TextField()\n# --- shop/admin.py\nfrom django.contrib import admin\nfrom .models import Item\ndef upper(item):\n    return item.name.upper()\n@admin.register(Item)\nclass ItemAdmin(admin.ModelAdmin):\n    list_display = ['name', upper, 'total', 'missing']\n    readonly_fields = ('total', 'preview')\n    def total(self, item):\n        return 1\n    @admin.display(description='x')\n    def preview(self, item):\n        return ''\n    def unused(self, item):\n        return ''\n",
    );
    assert_eq!(seen.inventory.admin[0].columns, ["preview", "total", "upper"]);
}

#[test]
fn inherited_model_admin() {
    let seen = seen_admin(
        "class Base(admin.ModelAdmin):\n    actions = ['publish']\n    def publish(self, request, queryset):\n        pass\n@admin.register(Item)\nclass ItemAdmin(Base):\n    list_display = ['id']\n",
    );
    assert_eq!(seen.admin(), ["shop.Item shop.admin.ItemAdmin admin"]);
    assert_eq!(seen.inventory.admin[0].actions, ["publish"]);
}

#[test]
fn urls_templates_and_imports_of_an_admin_class() {
    let seen = seen_admin(
        "from import_export.admin import ImportExportModelAdmin\n@admin.register(Item)\nclass ItemAdmin(ImportExportModelAdmin):\n    change_list_template = 'shop/list.html'\n    def get_urls(self):\n        return super().get_urls()\n",
    );
    let features = &seen.inventory.admin.iter().find(|a| a.admin == "shop.admin.ItemAdmin").unwrap().features;
    for feature in ["custom_template", "custom_urls"] {
        assert!(features.iter().any(|f| f == feature), "{feature}: {features:?}");
    }
}

#[test]
fn options_that_the_constructor_sets() {
    let seen = seen_admin(
        "class ItemAdmin(admin.ModelAdmin):\n    actions = ['a']\n    def __init__(self, *args, **kwargs):\n        super().__init__(*args, **kwargs)\n        self.actions = ['close', 'open']\nadmin.site.register(Item, ItemAdmin)\n",
    );
    assert_eq!(seen.admin(), ["shop.Item shop.admin.ItemAdmin admin"]);
    assert_eq!(seen.inventory.admin[0].actions, ["close", "open"]);
}

#[test]
fn pages_that_admin_classes_add() {
    let seen = seen(
        "# --- config/urls.py\nfrom django.contrib import admin\nfrom django.urls import path\nurlpatterns = [path('admin/', admin.site.urls)]\n# --- shop/models.py\nfrom django.db import models\nclass Item(models.Model):\n    pass\n# --- shop/admin.py\nfrom django.contrib import admin\nfrom django.urls import path\nfrom .models import Item\nclass ItemAdmin(admin.ModelAdmin):\n    def get_urls(self):\n        return [path('<int:pk>/print/', self.admin_site.admin_view(self.print_view), name='print')] + super().get_urls()\n    def print_view(self, request, pk):\n        pass\nadmin.site.register(Item, ItemAdmin)\n",
    );
    let below: Vec<_> = seen
        .inventory
        .routes
        .iter()
        .filter(|route| route.admin)
        .map(|route| (route.path.as_str(), route.view.as_deref().unwrap()))
        .collect();
    assert_eq!(below, [("/admin/shop/item/{pk}/print/", "shop.admin.ItemAdmin.print_view")]);
    let view = seen.inventory.views.iter().find(|view| view.qualname == "shop.admin.ItemAdmin.print_view").unwrap();
    assert_eq!(view.kind, "function");
}

#[test]
fn options_given_to_register() {
    let seen = seen(
        "# --- shop/models.py\nfrom django.db import models\nclass Item(models.Model):\n    pass\n# --- shop/admin.py\nfrom django.contrib import admin\nfrom .models import Item\ndef close(modeladmin, request, queryset):\n    pass\nadmin.site.register(Item, list_display=['id'], actions=[close])\n",
    );
    let admin = &seen.inventory.admin[0];
    assert_eq!(
        (admin.actions.as_slice(), admin.features.as_slice()),
        (["close".to_owned()].as_slice(), ["list_display".to_owned()].as_slice())
    );
}

#[test]
fn actions_of_an_admin_class_from_a_package() {
    let seen = seen(
        "# --- shop/models.py\nfrom waffle.models import AbstractUserFlag\nclass Flag(AbstractUserFlag):\n    pass\n# --- shop/admin.py\nfrom django.contrib import admin\nfrom waffle.admin import FlagAdmin\nfrom .models import Flag\nclass Own(FlagAdmin):\n    pass\nadmin.site.register(Flag, Own)\n",
    );
    assert_eq!(seen.inventory.admin[0].actions, ["delete_individually", "disable_for_all", "enable_for_all"]);
}

#[test]
fn action_behind_a_decorator_that_hands_the_name_on() {
    let seen = seen(
        "# --- shop/models.py\nfrom django.db import models\nclass Item(models.Model):\n    pass\n# --- shop/admin.py\nfrom functools import wraps\nfrom django.contrib import admin\nfrom .models import Item\ndef checked(func):\n    @wraps(func)\n    def wrapper(modeladmin, request, queryset):\n        return func(modeladmin, request, queryset)\n    return wrapper\n@admin.action(description='Close')\n@checked\ndef close(modeladmin, request, queryset):\n    pass\n@admin.register(Item)\nclass ItemAdmin(admin.ModelAdmin):\n    actions = [close]\n",
    );
    assert_eq!(seen.inventory.admin[0].actions, ["close"]);
}

#[test]
fn models_of_a_package_that_nobody_describes() {
    let seen = seen(
        "# --- shop/__init__.py\n# --- shop/admin.py\nfrom django.contrib import admin\nfrom elsewhere.apps.billing.models import Invoice\nfrom elsewhere.apps.billing.forms import NoModel\nadmin.site.register(Invoice)\nadmin.site.register(NoModel)\n# --- shop/signals.py\nfrom django.db.models.signals import post_save\nfrom elsewhere.apps.billing.models import Invoice\npost_save.connect(print, sender=Invoice)\n",
    );
    let models: Vec<_> = seen.inventory.admin.iter().map(|admin| admin.model.as_deref()).collect();
    assert_eq!(models, [None, Some("billing.Invoice")]);
    // Presumed, and said to be.
    assert_eq!(seen.inventory.coverage.unresolved.iter().filter(|u| u.kind == "admin").count(), 2);
}

#[test]
fn pages_of_the_default_site_of_the_project() {
    let site = "from django.contrib import admin\nfrom django.urls import path\nfrom shop import views\nclass Site(admin.AdminSite):\n    def get_urls(self):\n        return [path('report/', self.admin_view(views.report))] + super().get_urls()\n";
    let rest = "# --- shop/views.py\ndef report(request):\n    pass\n# --- config/urls.py\nfrom django.contrib import admin\nfrom django.urls import path\nurlpatterns = [path('admin/', admin.site.urls)]\n";
    let named = seen(&format!(
        "# --- config/settings.py\nINSTALLED_APPS = ['shop.apps.OwnAdmin', 'shop']\nROOT_URLCONF = 'config.urls'\n# --- shop/apps.py\nfrom django.contrib.admin.apps import AdminConfig\nclass OwnAdmin(AdminConfig):\n    default_site = 'shop.site.Site'\n# --- shop/site.py\n{site}{rest}"
    ));
    let pages =
        |seen: Seen| seen.inventory.routes.into_iter().map(|route| (route.path, route.view.unwrap_or_default())).collect::<Vec<_>>();
    let report = ("/admin/report/".to_owned(), "shop.views.report".to_owned());
    assert!(pages(named).contains(&report));
    let swapped = seen(&format!("# --- shop/admin.py\n{site}admin.site.__class__ = Site\n{rest}"));
    assert!(pages(swapped).contains(&report));
}
