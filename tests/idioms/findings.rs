//! What a finding counts and where it points: once at what writes it, at the line that a reader has to change.

use migscan::effort::{Analysis, Choices, Model};
use migscan::rules::builtin;

use crate::project::seen_for;

fn analysis(text: &str) -> Analysis {
    let catalogue = builtin::catalogue().unwrap();
    let seen = seen_for(text, catalogue.wanted());
    Analysis::of(seen.inventory, catalogue, Model::builtin().unwrap(), Choices::default()).unwrap()
}

/// Places and symbols of a rule's findings.
fn found(analysis: &Analysis, rule: &str) -> Vec<String> {
    let of_rule = analysis.findings.iter().filter(|finding| finding.id == rule);
    of_rule.map(|finding| format!("{}:{} {}", finding.file, finding.line, finding.symbol)).collect()
}

const MODELS: &str = "# --- shop/models.py\nfrom django.db import models\nclass Item(models.Model):\n    pass\nclass Shelf(models.Model):\n    pass\nclass Shop(models.Model):\n    pass\n";

#[test]
fn a_hook_of_a_base_class_counts_once() {
    let seen = analysis(&format!(
        "{MODELS}# --- shop/base.py\nfrom django.contrib import admin\nclass Mixin:\n    def has_add_permission(self, request):\n        return False\nclass Base(Mixin, admin.ModelAdmin):\n    change_form_template = 'form.html'\n    def has_add_permission(self, request):\n        return super().has_add_permission(request)\n    def get_queryset(self, request):\n        return super().get_queryset(request)\n# --- shop/admin.py\nfrom django.contrib import admin\nfrom .base import Base\nfrom .models import Item, Shelf, Shop\n@admin.register(Item)\nclass ItemAdmin(Base):\n    pass\n@admin.register(Shelf)\nclass ShelfAdmin(Base):\n    def get_queryset(self, request):\n        return super().get_queryset(request).none()\nadmin.site.register(Shop, Base)\n"
    ));
    assert_eq!(
        found(&seen, "admin-queryset"),
        ["shop/admin.py:9 shop.admin.ShelfAdmin.get_queryset", "shop/base.py:9 shop.base.Base.get_queryset"]
    );
    // Both are written, and the nearer calls the other.
    assert_eq!(
        found(&seen, "admin-permissions"),
        ["shop/base.py:3 shop.base.Mixin.has_add_permission", "shop/base.py:7 shop.base.Base.has_add_permission"]
    );
    assert_eq!(found(&seen, "admin-templates"), ["shop/base.py:6 shop.base.Base.custom_template"]);
    assert_eq!(found(&seen, "admin-modeladmin").len(), 3);
    // The inventory still says what each registration has.
    assert!(seen.inventory.admin.iter().all(|admin| admin.features.contains(&"get_queryset".to_owned())));
}

#[test]
fn actions_columns_and_inlines_of_a_base_class_count_once() {
    let seen = analysis(&format!(
        "{MODELS}# --- shop/admin.py\nfrom django.contrib import admin\nfrom .models import Item, Shelf, Shop\nclass ItemInline(admin.TabularInline):\n    model = Item\nclass Base(admin.ModelAdmin):\n    inlines = [ItemInline]\n    actions = ['close']\n    list_display = ['size']\n    def close(self, request, queryset):\n        pass\n    def size(self, item):\n        return 1\n@admin.register(Item)\nclass ItemAdmin(Base):\n    pass\n@admin.register(Shelf)\nclass ShelfAdmin(Base):\n    pass\n"
    ));
    assert_eq!(found(&seen, "admin-inlines"), ["shop/admin.py:6 shop.admin.Base.ItemInline"]);
    assert_eq!(found(&seen, "admin-actions"), ["shop/admin.py:9 shop.admin.Base.close"]);
    assert_eq!(found(&seen, "admin-columns"), ["shop/admin.py:11 shop.admin.Base.size"]);
}

#[test]
fn a_polymorphic_hierarchy_is_no_multi_table_inheritance() {
    let seen = analysis(
        "# --- shop/models.py\nfrom django.db import models\nfrom polymorphic.models import PolymorphicModel\nclass Asset(PolymorphicModel):\n    pass\nclass Named(Asset):\n    class Meta:\n        abstract = True\nclass Picture(Asset):\n    pass\nclass Film(Named):\n    pass\nclass Place(models.Model):\n    pass\nclass Bar(Place):\n    pass\n",
    );
    assert_eq!(found(&seen, "model-polymorphic"), ["shop/models.py:3 shop.models.Asset"]);
    assert_eq!(found(&seen, "model-polymorphic-child"), ["shop/models.py:8 shop.models.Picture", "shop/models.py:10 shop.models.Film"]);
    assert_eq!(found(&seen, "meta-mti"), ["shop/models.py:14 shop.models.Bar"]);
}

#[test]
fn a_setting_is_found_where_it_is_written() {
    let seen = analysis(
        "# --- config/settings/__init__.py\ntry:\n    from .dev import *\nexcept ImportError:\n    from .prod import *\n# --- config/settings/base.py\nOWN = [\n    'shop',\n]\nINSTALLED_APPS = [\n    'django.contrib.auth',\n    'django_filters',\n] + OWN\nMIDDLEWARE = [\n    'django.middleware.common.CommonMiddleware',\n    'django.middleware.csrf.CsrfViewMiddleware',\n]\nCSRF_COOKIE_NAME = 'token'\nREST_FRAMEWORK = {\n    'DEFAULT_PAGINATION_CLASS': 'rest_framework.pagination.PageNumberPagination',\n    'PAGE_SIZE': 10,\n}\n# --- config/settings/dev.py\nfrom .base import *\nDEBUG = True\n# --- config/settings/prod.py\nfrom .base import *\nDEBUG = False\nMIDDLEWARE += ['django.middleware.csrf.CsrfViewMiddleware']\n# --- shop/models.py\n",
    );
    let places = |rule: &str| found(&seen, rule).iter().map(|one| one.split(' ').next().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(places("package-filter"), ["config/settings/base.py:6"]);
    assert_eq!(places("mw-csrf"), ["config/settings/base.py:10"]);
    assert_eq!(places("drf-pagination"), ["config/settings/base.py:14"]);
}

#[test]
fn a_dependency_is_found_in_its_line_and_code_comes_first() {
    let seen = analysis(
        "# --- requirements.txt\n# first\nDjango==5.2\ndjango-reversion==5.0\n# --- pyproject.toml\n[project]\nname = \"shop\"\ndependencies = [\n    \"celery>=5\",\n    'redis~=5.0',\n]\n[tool.poetry.dependencies]\npython = \"^3.12\"\nhuey = {version = \"^2.5\"}\n# --- shop/models.py\nimport reversion\nfrom django.db import models\n@reversion.register()\nclass Item(models.Model):\n    pass\n",
    );
    let lines: Vec<(&str, &str, u32)> =
        seen.inventory.project.dependencies.iter().map(|one| (one.name.as_str(), one.file.as_str(), one.line)).collect();
    assert_eq!(
        lines,
        [
            ("celery", "pyproject.toml", 4),
            ("django", "requirements.txt", 2),
            ("django-reversion", "requirements.txt", 3),
            ("huey", "pyproject.toml", 9),
            ("python", "pyproject.toml", 8),
            ("redis", "pyproject.toml", 5),
        ]
    );
    let history = seen.risks.iter().find(|risk| risk.rule == "package-simple-history").unwrap();
    assert_eq!(history.title, "History of rows (django-reversion)");
    assert_eq!(history.places.first().unwrap().0, "shop/models.py");
}

#[test]
fn what_only_developers_see_is_neither_billed_nor_planned() {
    let text = "# --- config/settings/__init__.py\nDEBUG = True\nINSTALLED_APPS = ['shop']\nROOT_URLCONF = 'config.urls'\n# --- config/urls.py\nfrom django.conf import settings\nfrom django.urls import path\nfrom shop import views\nurlpatterns = [path('items/', views.items)]\nif settings.DEBUG:\n    from shop import live\n    urlpatterns.append(path('live/', live.reload))\n# --- shop/views.py\nfrom django.http import JsonResponse\ndef items(request):\n    return JsonResponse({})\n# --- shop/live.py\nfrom django.http import HttpResponse\ndef reload(request):\n    return HttpResponse()\n";
    let seen = analysis(text);
    let routes: Vec<(&str, Option<&str>, bool)> =
        seen.inventory.routes.iter().map(|route| (route.path.as_str(), route.condition.as_deref(), route.development)).collect();
    assert_eq!(routes, [("/items/", None, false), ("/live/", Some("settings.DEBUG"), true)]);
    assert_eq!(found(&seen, "view-function").len(), 1);
    let plan = migscan::plan::Plan::of(&seen);
    assert!(plan.stays.iter().any(|stays| stays.code == "development" && stays.routes.len() == 1));
}
