//! How an app is named, configured and found.

use crate::project::{seen, seen_bare, seen_urls};

const CONFIG: &str = "from django.apps import AppConfig\n";

#[test]
fn path_of_an_app_config() {
    let seen = seen(&format!(
        "# --- config/settings.py\nINSTALLED_APPS = ['shop.apps.ShopConfig']\n# --- shop/apps.py\n{CONFIG}class ShopConfig(AppConfig):\n    name = 'shop'\n    label = 'store'\n"
    ));
    assert_eq!(seen.app("store").module, "shop");
    assert_eq!(seen.app("store").config.as_deref(), Some("shop.apps.ShopConfig"));
}

#[test]
fn single_config_is_found() {
    let seen = seen(&format!("# --- shop/apps.py\n{CONFIG}class ShopConfig(AppConfig):\n    name = 'shop'\n    label = 'store'\n"));
    assert_eq!(seen.app("store").config.as_deref(), Some("shop.apps.ShopConfig"));
}

#[test]
fn default_among_several_configs() {
    let seen = seen(&format!(
        "# --- shop/apps.py\n{CONFIG}class Plain(AppConfig):\n    name = 'shop'\nclass Main(AppConfig):\n    name = 'shop'\n    label = 'store'\n    default = True\n"
    ));
    assert_eq!(seen.app("store").config.as_deref(), Some("shop.apps.Main"));
}

#[test]
fn several_configs_without_default() {
    let seen = seen(&format!(
        "# --- shop/apps.py\n{CONFIG}class A(AppConfig):\n    name = 'shop'\n    label = 'a'\nclass B(AppConfig):\n    name = 'shop'\n    label = 'b'\n"
    ));
    assert_eq!(seen.app("shop").config, None);
}

#[test]
fn label_names_the_models_and_their_tables() {
    let seen = seen(&format!(
        "# --- shop/apps.py\n{CONFIG}class ShopConfig(AppConfig):\n    name = 'shop'\n    label = 'store'\n# --- shop/models.py\nfrom django.db import models\nclass Item(models.Model):\n    pass\n"
    ));
    assert_eq!(seen.models(), ["store.Item"]);
    assert_eq!(seen.model("store.Item").db_table.as_deref(), Some("store_item"));
}

/// The imported parent is a candidate too, so Django wants one to be the default.
#[test]
fn config_that_inherits_a_first_party_config() {
    let seen = seen(&format!(
        "# --- core/config.py\n{CONFIG}class Base(AppConfig):\n    default_auto_field = 'django.db.models.BigAutoField'\n# --- shop/apps.py\nfrom core.config import Base\nclass ShopConfig(Base):\n    name = 'shop'\n    default = True\n"
    ));
    assert_eq!(seen.app("shop").config.as_deref(), Some("shop.apps.ShopConfig"));
    assert_eq!(seen.app("shop").default_auto_field.as_deref(), Some("django.db.models.BigAutoField"));
}

#[test]
fn name_from_the_module() {
    let seen = seen(&format!(
        "# --- shop/apps.py\n{CONFIG}class ShopConfig(AppConfig):\n    name = __name__.rpartition('.')[0]\n    label = 'store'\n"
    ));
    assert_eq!(seen.app("store").module, "shop");
}

#[test]
fn default_app_config_of_old_projects() {
    let seen = seen(&format!(
        "# --- requirements.txt\nDjango==3.1\n# --- shop/__init__.py\ndefault_app_config = 'shop.conf.ShopConfig'\n# --- shop/conf.py\n{CONFIG}class ShopConfig(AppConfig):\n    name = 'shop'\n    label = 'store'\n"
    ));
    assert_eq!(seen.app("store").config.as_deref(), Some("shop.conf.ShopConfig"));
}

#[test]
fn nested_package_takes_its_last_name() {
    let seen = seen(
        "# --- config/settings.py\nINSTALLED_APPS = ['apps.shop']\n# --- apps/shop/models.py\nfrom django.db import models\nclass Item(models.Model):\n    pass\n",
    );
    assert_eq!(seen.models(), ["shop.Item"]);
    assert_eq!(seen.app("shop").path, "apps/shop");
}

#[test]
fn src_layout() {
    let seen = seen_bare(
        r"
# --- src/manage.py
import os
os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')
# --- src/config/__init__.py
# --- src/config/settings.py
INSTALLED_APPS = ['shop']
# --- src/shop/__init__.py
# --- src/shop/models.py
from django.db import models
class Item(models.Model):
    pass
",
    );
    assert_eq!(seen.models(), ["shop.Item"]);
    assert_eq!(seen.app("shop").path, "src/shop");
    assert_eq!(seen.model("shop.Item").qualname, "shop.models.Item");
}

#[test]
fn namespace_package() {
    let seen = seen_bare(
        r"
# --- manage.py
import os
os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')
# --- config/settings.py
INSTALLED_APPS = ['plugins.shop']
# --- plugins/shop/models.py
from django.db import models
class Item(models.Model):
    pass
",
    );
    assert_eq!(seen.models(), ["shop.Item"]);
    assert!(seen.app("shop").installed);
}

#[test]
fn app_that_is_not_installed() {
    let seen = seen(
        "# --- config/settings.py\nINSTALLED_APPS = ['shop']\n# --- shop/models.py\n# --- labs/models.py\nfrom django.db import models\nclass Trial(models.Model):\n    pass\n",
    );
    assert!(seen.app("shop").installed);
    assert!(!seen.model("labs.Trial").installed);
}

#[test]
fn explicit_app_label_of_a_model() {
    let seen = seen(
        "# --- shop/models.py\n# --- core/models.py\nfrom django.db import models\nclass Item(models.Model):\n    class Meta:\n        app_label = 'shop'\n",
    );
    assert_eq!(seen.models(), ["shop.Item"]);
}

#[test]
fn two_projects_in_one_repository() {
    let seen = seen_bare(
        r"
# --- one/manage.py
import os
os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'one.settings')
# --- one/one/__init__.py
# --- one/one/settings.py
INSTALLED_APPS = ['shop']
# --- one/shop/__init__.py
# --- one/shop/models.py
from django.db import models
class Item(models.Model):
    pass
# --- tools/lib/__init__.py
# --- tools/lib/models.py
class Item:
    pass
",
    );
    assert_eq!(seen.models(), ["shop.Item"]);
}

#[test]
fn config_that_names_another_package() {
    // Nothing before Django 3.2 looked for it.
    let seen = seen(
        "# --- config/settings.py\nINSTALLED_APPS = ['site.shop', 'site.core.Core']\n# --- site/base.py\nfrom django.apps import AppConfig\nclass Base(AppConfig):\n    label = 'core'\n# --- site/core/__init__.py\nfrom site.base import Base\nclass Core(Base):\n    name = 'site.core'\n# --- site/core/models.py\nfrom django.db import models\nclass Page(models.Model):\n    pass\n# --- site/shop/__init__.py\n# --- site/shop/apps.py\nfrom django.apps import AppConfig\nclass ShopConfig(AppConfig):\n    name = 'shop'\n# --- site/shop/models.py\nfrom django.db import models\nclass Item(models.Model):\n    pass\n",
    );
    assert_eq!(seen.models(), ["core.Page", "shop.Item"]);
    let apps: Vec<_> = seen.inventory.apps.iter().map(|app| (app.label.as_str(), app.module.as_str(), app.installed)).collect();
    assert_eq!(apps, [("core", "site.core", true), ("shop", "site.shop", true)]);
}

#[test]
fn apps_folder_that_a_setting_puts_on_sys_path() {
    let seen = seen(
        r"
# --- manage.py
import os, sys
from django.conf import settings
os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')
sys.path.append(settings.APPS_DIR)
# --- config/settings.py
import os
BASE_DIR = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
APPS_DIR = os.path.join(BASE_DIR, 'apps')
INSTALLED_APPS = ['{}.{}.apps.{}Config'.format(APPS_DIR.split('/')[-1], app, app.title()) for app in ['shop']]
# --- apps/__init__.py
# --- apps/shop/__init__.py
# --- apps/shop/apps.py
from django.apps import AppConfig
class ShopConfig(AppConfig):
    name = 'shop'
# --- apps/shop/models.py
from django.db import models
class Item(models.Model):
    pass
",
    );
    assert_eq!(seen.installed(), ["apps.shop.apps.ShopConfig"]);
    assert_eq!(seen.model("shop.Item").qualname, "shop.models.Item");
}

#[test]
fn apps_folder_on_sys_path() {
    let seen = seen_bare(
        r"
# --- manage.py
import os
os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')
# --- config/__init__.py
# --- config/settings.py
import os, sys
BASE_DIR = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(BASE_DIR, 'apps'))
INSTALLED_APPS = ['shop']
# --- apps/shop/__init__.py
# --- apps/shop/models.py
from django.db import models
class Item(models.Model):
    pass
",
    );
    assert_eq!(seen.models(), ["shop.Item"]);
    assert_eq!(seen.model("shop.Item").qualname, "shop.models.Item");
}

#[test]
fn configs_of_other_packages_are_not_the_projects_own() {
    let seen = seen(
        "# --- config/settings.py\nINSTALLED_APPS = ['django.contrib.auth', 'shop']\nROOT_URLCONF = 'config.urls'\n# --- shop/apps.py\nfrom django.apps import AppConfig\nclass Plugin(AppConfig):\n    default = False\nclass ShopConfig(Plugin):\n    name = 'shop'\n    default = True\n# --- config/urls.py\nfrom django.apps import apps\nfrom django.urls import path\nfrom shop import views\nfrom shop.apps import Plugin\nurlpatterns = [path(config.label + '/', views.one) for config in apps.get_app_configs() if isinstance(config, Plugin)]\n# --- shop/views.py\ndef one(request):\n    pass\n",
    );
    let paths: Vec<&str> = seen.inventory.routes.iter().map(|r| r.path.as_str()).collect();
    assert_eq!(paths, ["/shop/"]);
}

#[test]
fn config_that_cannot_be_read() {
    for entry in ["shop", "shop.apps.ShopConfig"] {
        let seen = seen(&format!(
            "# --- config/settings.py\nINSTALLED_APPS = ['{entry}']\nROOT_URLCONF = 'config.urls'\n# --- shop/apps.py\nfrom django.apps import AppConfig\ndef (((\n# --- shop/models.py\nfrom django.db import models\nclass Item(models.Model):\n    pass\n"
        ));
        assert!(seen.app("shop").installed, "{entry}");
        assert!(seen.inventory.coverage.unresolved.iter().any(|u| u.kind == "apps" && u.file == "shop/apps.py"), "{entry}");
    }
}

#[test]
fn app_of_one_word_below_a_package() {
    // Nobody imports it: the settings alone say that `site` lies on the path, and not above it.
    let seen = seen_bare(
        "# --- site/manage.py\nimport os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'core.settings')\n# --- site/__init__.py\n# --- site/core/__init__.py\n# --- site/core/settings.py\nINSTALLED_APPS = ['core', 'shop']\n# --- site/shop/__init__.py\n# --- site/shop/models.py\nfrom django.db import models\nclass Item(models.Model):\n    pass\n",
    );
    assert_eq!(seen.app("shop").module, "shop");
    assert_eq!(seen.inventory.models[0].qualname, "shop.models.Item");
}

#[test]
fn part_of_an_app_that_is_called_like_test_code() {
    let seen = seen(
        "# --- shop/models.py\nfrom shop.test.models import Test\n# --- shop/test/models.py\nfrom django.db import models\nclass Test(models.Model):\n    pass\n# --- shop/test/test_models.py\nfrom django.db import models\nclass Fake(models.Model):\n    pass\n",
    );
    let labels: Vec<&str> = seen.inventory.models.iter().map(|m| m.label.as_str()).collect();
    assert_eq!(labels, ["shop.Test"]);
}

#[test]
fn settings_of_which_nothing_is_known() {
    let seen = seen(
        "# --- config/settings.py\nfrom outside import everything\nINSTALLED_APPS = everything()\nROOT_URLCONF = 'config.urls'\n# --- shop/models.py\nfrom django.db import models\nclass Item(models.Model):\n    pass\n",
    );
    assert!(seen.app("shop").installed);
    assert!(seen.installed().is_empty());
    assert_eq!(seen.inventory.models[0].label, "shop.Item");
    assert_eq!(seen.inventory.diagnostics.iter().filter(|d| d.code == "apps-not-known").count(), 1);
    assert!(seen.inventory.coverage.unresolved.iter().any(|u| u.kind == "settings" && u.text.contains("INSTALLED_APPS")));
}

#[test]
fn config_class_in_a_package_without_init() {
    let seen = seen_bare(
        "# --- manage.py\nimport os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\n# --- config/settings.py\nINSTALLED_APPS = ['shop.items']\n# --- shop/__init__.py\n# --- shop/items/apps.py\nfrom shop.base import Base\nclass Items(Base):\n    name = 'shop.items'\n    label = 'shop_items'\n    default = True\n# --- shop/base.py\nfrom django.apps import AppConfig\nclass Base(AppConfig):\n    pass\n# --- shop/items/models.py\nfrom django.db import models\nclass Item(models.Model):\n    pass\n",
    );
    assert_eq!(seen.models(), ["shop_items.Item"]);
}

#[test]
fn default_of_a_config_class_is_inherited() {
    let seen = seen(
        "# --- shop/base.py\nfrom django.apps import AppConfig\nclass Base(AppConfig):\n    default = False\n# --- shop/apps.py\nfrom .base import Base\nclass Other(Base):\n    name = 'shop'\n    label = 'other'\nclass Shop(Base):\n    name = 'shop'\n    label = 'store'\n    default = True\n",
    );
    assert!(seen.app("store").installed);
}

#[test]
fn part_of_an_installed_app_that_claims_its_label() {
    let seen = seen(
        "# --- shop/apps.py\nfrom django.apps import AppConfig\nclass Shop(AppConfig):\n    name = 'shop'\n# --- shop/models.py\nfrom django.db import models\nclass Item(models.Model):\n    name = models.TextField()\n# --- shop/archive/apps.py\nfrom django.apps import AppConfig\nclass Archive(AppConfig):\n    name = 'shop.archive'\n    label = 'shop'\n# --- shop/archive/models.py\nfrom django.db import models\nclass Item(models.Model):\n    class Meta:\n        app_label = 'shop'\n",
    );
    assert_eq!(seen.inventory.apps.iter().filter(|app| app.label == "shop").count(), 1);
    assert_eq!(seen.model("shop.Item").qualname, "shop.models.Item");
}

#[test]
fn settings_that_only_add_to_those_of_another_project() {
    let seen = seen_bare(
        "# --- plugin/__init__.py\n# --- plugin/settings.py\nINSTALLED_APPS = ['rest_framework']\n# --- plugin/app/__init__.py\nfrom platform_of_others.plugin import PluginAppConfig\nclass Config(PluginAppConfig):\n    name = 'plugin.app'\n    label = 'plugin'\n# --- plugin/app/models.py\nfrom django.db import models\nclass Item(models.Model):\n    pass\n",
    );
    assert!(seen.app("plugin").installed);
    assert_eq!(seen.models(), ["plugin.Item"]);
    assert_eq!(seen.inventory.diagnostics.iter().filter(|d| d.code == "apps-not-known").count(), 1);
}

#[test]
fn module_that_only_its_name_makes_test_code() {
    let seen = seen_urls(
        "from shop import crash_test\nurlpatterns = [path('crash/', crash_test.start)]\n# --- shop/crash_test.py\ndef start(request):\n    pass\n# --- shop/other_test.py\ndef lost(request):\n    pass\n",
    );
    assert_eq!(seen.routes(), ["/crash/ shop.crash_test.start"]);
    assert_eq!(seen.inventory.project.test_files, 1);
}

#[test]
fn applications_that_packages_append() {
    let seen = seen(
        "# --- manage.py\nimport os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\n# --- config/__init__.py\nfrom config import more\n# --- config/settings.py\nINSTALLED_APPS = ['shop']\n# --- config/more.py\nfrom config.settings import INSTALLED_APPS\nINSTALLED_APPS.append('stock')\n# --- shop/models.py\n# --- stock/__init__.py\nfrom config.settings import INSTALLED_APPS\nINSTALLED_APPS.append('parts')\n# --- stock/models.py\n# --- parts/__init__.py\n# --- parts/models.py\nfrom django.db import models\nclass Part(models.Model):\n    pass\n",
    );
    let installed: Vec<_> = seen.inventory.apps.iter().filter(|app| app.installed).map(|app| app.label.as_str()).collect();
    assert_eq!(installed, ["parts", "shop", "stock"]);
    assert_eq!(seen.model("parts.Part").label, "parts.Part");
}

#[test]
fn application_without_an_init_file_below_manage_py() {
    let seen = seen_bare(
        "# --- shop/__init__.py\n# --- shop/manage.py\nimport os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n# --- shop/settings.py\nINSTALLED_APPS = ['items', 'project']\n# --- shop/items/models.py\nfrom django.db import models\nclass Item(models.Model):\n    pass\n# --- shop/project/__init__.py\n# --- shop/project/models.py\n",
    );
    let apps: Vec<_> = seen.inventory.apps.iter().map(|app| (app.label.as_str(), app.path.as_str())).collect();
    assert_eq!(apps, [("items", "shop/items"), ("project", "shop/project")]);
}

#[test]
fn package_whose_models_belong_to_an_application_from_elsewhere() {
    let seen = seen(
        "# --- config/settings.py\nINSTALLED_APPS = ['shop']\n# --- shop/models.py\nfrom shared.shop.models import *\n# --- shared/shop/apps.py\nfrom django.apps import AppConfig\nclass ShopConfig(AppConfig):\n    name = 'shared.shop'\n# --- shared/shop/models.py\nfrom django.db import models\nclass Item(models.Model):\n    class Meta:\n        app_label = 'shop'\n",
    );
    let apps: Vec<_> = seen.inventory.apps.iter().map(|app| (app.label.as_str(), app.module.as_str(), app.installed)).collect();
    assert_eq!(apps, [("shop", "shop", true)]);
    assert_eq!(seen.models(), ["shop.Item"]);
}
