//! How settings are written: split, computed, switched.

use crate::project::{seen, seen_bare, seen_in, seen_settings};

#[test]
fn star_import_of_a_base_module() {
    let seen = seen(
        "# --- config/settings/base.py\nINSTALLED_APPS = ['shop']\nROOT_URLCONF = 'config.urls'\n# --- config/settings/__init__.py\nfrom .base import *\nAUTH_USER_MODEL = 'shop.User'\n# --- shop/models.py\n",
    );
    assert_eq!(seen.installed(), ["shop"]);
    assert_eq!(seen.inventory.settings.auth_user_model, "shop.User");
}

#[test]
fn environment_package_that_extends_the_base() {
    let seen = seen(
        r"
# --- manage.py
import os
os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings.dev')
# --- config/settings/base.py
INSTALLED_APPS = ['shop']
# --- config/settings/dev.py
from config.settings.base import *
INSTALLED_APPS += ['debugging']
# --- config/settings/production.py
from config.settings.base import *
INSTALLED_APPS += ['monitoring']
",
    );
    assert_eq!(seen.installed(), ["shop", "debugging"]);
    let chosen: Vec<&str> = seen.inventory.settings.modules.iter().filter(|m| m.chosen).map(|m| m.module.as_str()).collect();
    assert_eq!(chosen, ["config.settings.dev"]);
}

#[test]
fn module_attribute_of_another_settings_module() {
    let seen = seen(
        "# --- config/base.py\nAPPS = ['shop']\n# --- config/settings.py\nfrom config import base\nINSTALLED_APPS = base.APPS + ['blog']\n",
    );
    assert_eq!(seen.installed(), ["shop", "blog"]);
}

#[test]
fn added_with_plus_equals() {
    assert_eq!(seen_settings("INSTALLED_APPS = ['a']\nINSTALLED_APPS += ['b']\n").installed(), ["a", "b"]);
}

#[test]
fn added_tuple_with_plus_equals() {
    assert_eq!(seen_settings("INSTALLED_APPS = ('a',)\nINSTALLED_APPS += ('b', 'c')\n").installed(), ["a", "b", "c"]);
}

#[test]
fn appended() {
    assert_eq!(seen_settings("INSTALLED_APPS = ['a']\nINSTALLED_APPS.append('b')\n").installed(), ["a", "b"]);
}

#[test]
fn extended() {
    assert_eq!(seen_settings("INSTALLED_APPS = ['a']\nINSTALLED_APPS.extend(['b', 'c'])\n").installed(), ["a", "b", "c"]);
}

#[test]
fn inserted() {
    let seen = seen_settings("INSTALLED_APPS = []\nMIDDLEWARE = ['a.A', 'c.C']\nMIDDLEWARE.insert(1, 'b.B')\n");
    assert_eq!(seen.inventory.settings.middleware, ["a.A", "b.B", "c.C"]);
}

#[test]
fn inserted_behind_a_named_entry() {
    let seen = seen_settings("INSTALLED_APPS = []\nMIDDLEWARE = ['a.A', 'c.C']\nMIDDLEWARE.insert(MIDDLEWARE.index('a.A') + 1, 'b.B')\n");
    assert_eq!(seen.inventory.settings.middleware, ["a.A", "b.B", "c.C"]);
}

#[test]
fn removed() {
    assert_eq!(seen_settings("INSTALLED_APPS = ['a', 'b']\nINSTALLED_APPS.remove('a')\n").installed(), ["b"]);
}

#[test]
fn sum_of_lists() {
    assert_eq!(seen_settings("DJANGO = ['a']\nLOCAL = ['b']\nINSTALLED_APPS = DJANGO + LOCAL\n").installed(), ["a", "b"]);
}

#[test]
fn unpacked_lists() {
    assert_eq!(seen_settings("DJANGO = ['a']\nINSTALLED_APPS = [*DJANGO, 'b']\n").installed(), ["a", "b"]);
}

#[test]
fn sum_without_doubles_by_comprehension() {
    let seen =
        seen_settings("OURS = ['a', 'b']\nTHEIRS = ['b', 'c']\nINSTALLED_APPS = OURS + [app for app in THEIRS if app not in OURS]\n");
    assert_eq!(seen.installed(), ["a", "b", "c"]);
}

#[test]
fn comprehension_with_a_prefix() {
    assert_eq!(seen_settings("INSTALLED_APPS = [f'apps.{name}' for name in ('a', 'b')]\n").installed(), ["apps.a", "apps.b"]);
}

#[test]
fn comprehension_with_percent_format() {
    assert_eq!(seen_settings("INSTALLED_APPS = ['apps.%s' % name for name in ['a', 'b']]\n").installed(), ["apps.a", "apps.b"]);
}

#[test]
fn loop_that_appends() {
    assert_eq!(
        seen_settings("INSTALLED_APPS = []\nfor name in ['a', 'b']:\n    INSTALLED_APPS.append('apps.' + name)\n").installed(),
        ["apps.a", "apps.b"]
    );
}

#[test]
fn list_from_a_function() {
    assert_eq!(seen_settings("def build(*more):\n    return ['a'] + list(more)\nINSTALLED_APPS = build('b')\n").installed(), ["a", "b"]);
}

#[test]
fn default_of_os_environ_get() {
    let seen = seen_settings("import os\nINSTALLED_APPS = []\nROOT_URLCONF = os.environ.get('URLS', 'config.urls')\n");
    assert_eq!(seen.inventory.settings.root_urlconf.as_deref(), Some("config.urls"));
}

#[test]
fn default_of_os_getenv() {
    let seen = seen_settings("import os\nINSTALLED_APPS = []\nROOT_URLCONF = os.getenv('URLS', 'config.urls')\n");
    assert_eq!(seen.inventory.settings.root_urlconf.as_deref(), Some("config.urls"));
}

#[test]
fn default_of_environ_env() {
    let seen =
        seen_settings("import environ\nenv = environ.Env()\nINSTALLED_APPS = []\nROOT_URLCONF = env('URLS', default='config.urls')\n");
    assert_eq!(seen.inventory.settings.root_urlconf.as_deref(), Some("config.urls"));
}

#[test]
fn default_of_environ_list() {
    let seen = seen_settings("import environ\nenv = environ.Env()\nINSTALLED_APPS = ['a'] + env.list('MORE', default=['b'])\n");
    assert_eq!(seen.installed(), ["a", "b"]);
}

#[test]
fn default_of_decouple_config() {
    let seen = seen_settings("from decouple import config\nINSTALLED_APPS = []\nROOT_URLCONF = config('URLS', default='config.urls')\n");
    assert_eq!(seen.inventory.settings.root_urlconf.as_deref(), Some("config.urls"));
}

#[test]
fn decouple_config_with_a_cast() {
    let seen = seen_settings(
        "from decouple import config\nINSTALLED_APPS = ['a']\nif config('EXTRA', default=True, cast=bool):\n    INSTALLED_APPS += ['b']\n",
    );
    assert_eq!(seen.installed(), ["a", "b"]);
}

#[test]
fn environment_switch_with_default() {
    let seen = seen(
        r"
# --- config/settings/__init__.py
import os
if os.environ.get('STAGE', 'dev') == 'dev':
    from .dev import *
else:
    from .production import *
# --- config/settings/dev.py
INSTALLED_APPS = ['dev']
# --- config/settings/production.py
INSTALLED_APPS = ['production']
",
    );
    assert_eq!(seen.installed(), ["dev"]);
}

#[test]
fn optional_local_settings() {
    let seen = seen_settings("INSTALLED_APPS = ['a']\ntry:\n    from .local_settings import *\nexcept ImportError:\n    pass\n");
    assert_eq!(seen.installed(), ["a"]);
}

#[test]
fn written_through_globals() {
    assert_eq!(seen_settings("globals()['INSTALLED_APPS'] = ['a']\nROOT_URLCONF = 'config.urls'\nMIDDLEWARE = []\n").installed(), ["a"]);
}

#[test]
fn written_through_globals_in_a_loop() {
    let seen = seen_settings(
        "MIDDLEWARE = []\nROOT_URLCONF = ''\nfor key, value in {'INSTALLED_APPS': ['a'], 'AUTH_USER_MODEL': 'a.User'}.items():\n    globals()[key] = value\n",
    );
    assert_eq!(seen.installed(), ["a"]);
    assert_eq!(seen.inventory.settings.auth_user_model, "a.User");
}

#[test]
fn class_of_django_configurations() {
    let seen = seen(
        r"
# --- manage.py
import os
os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')
os.environ.setdefault('DJANGO_CONFIGURATION', 'Dev')
# --- config/settings.py
from configurations import Configuration
class Base(Configuration):
    INSTALLED_APPS = ['a']
    ROOT_URLCONF = 'config.urls'
class Dev(Base):
    INSTALLED_APPS = Base.INSTALLED_APPS + ['b']
class Production(Base):
    INSTALLED_APPS = Base.INSTALLED_APPS + ['c']
",
    );
    // `manage.py` is for those who develop; the site is another class.
    assert_eq!(seen.installed(), ["a", "c"]);
    assert_eq!(seen.inventory.settings.root_urlconf.as_deref(), Some("config.urls"));
}

#[test]
fn class_of_django_configurations_that_the_server_names() {
    let seen = seen(
        r#"
# --- manage.py
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("DJANGO_CONFIGURATION", "Dev")
# --- config/wsgi.py
import os
os.environ.setdefault("DJANGO_CONFIGURATION", "Heroku")
# --- config/settings.py
from configurations import Configuration, values
class Base(Configuration):
    INSTALLED_APPS = values.ListValue(["a"])
class Dev(Base):
    INSTALLED_APPS = values.ListValue(["b"])
class Heroku(Base):
    INSTALLED_APPS = values.ListValue(Base.INSTALLED_APPS.default + ["c"])
class Production(Base):
    INSTALLED_APPS = values.ListValue(["d"])
"#,
    );
    assert_eq!(seen.installed(), ["a", "c"]);
}

#[test]
fn methods_of_django_configurations_are_called_for_their_settings() {
    let seen = seen(
        r#"
# --- config/settings.py
from configurations import Configuration, values
class Core(Configuration):
    INSTALLED_APPS = ["a"]
    MIDDLEWARE = ["one.First"]
class Site(Core):
    EXTRA = ["one.Second"]
    SECURE = values.BooleanValue(False)
    def MIDDLEWARE(self):
        found = Core.MIDDLEWARE + self.EXTRA
        if self.SECURE:
            found.append("one.Secure")
        return found
    @property
    def ROOT_URLCONF(self):
        return "config.urls"
class Production(Site):
    EXTRA = ["one.Third"]
"#,
    );
    assert_eq!(seen.inventory.settings.middleware, ["one.First", "one.Third"]);
    assert_eq!(seen.inventory.settings.root_urlconf.as_deref(), Some("config.urls"));
}

#[test]
fn class_of_django_environment_config() {
    let seen = seen(
        r#"
# --- config/settings.py
from env_config import Environment, values
class Common(Environment):
    INSTALLED_APPS = ["a"]
    ROOT_URLCONF = values.StringValue(default="config.urls")
    MIDDLEWARE = values.ListValue(values.StringValue(), default=["one.First"])
class Local(Common, overrides_from=object):
    INSTALLED_APPS = ["b"]
class Production(Common, use_environ=True):
    INSTALLED_APPS = Common.INSTALLED_APPS + ["c"]
class Testing(Common):
    INSTALLED_APPS = ["d"]
"#,
    );
    assert_eq!(seen.installed(), ["a", "c"]);
    assert_eq!(seen.inventory.settings.root_urlconf.as_deref(), Some("config.urls"));
    assert_eq!(seen.inventory.settings.middleware, ["one.First"]);
}

#[test]
fn what_is_set_of_a_database_that_a_package_makes() {
    let seen = seen(
        "# --- config/settings.py\nimport environ\nenv = environ.Env()\nINSTALLED_APPS = []\nDATABASES = {'default': env.db('DATABASE_URL')}\nDATABASES['default']['ATOMIC_REQUESTS'] = True\n",
    );
    assert!(seen.inventory.settings.databases.iter().any(|database| database.alias == "default" && database.atomic_requests));
}

#[test]
fn settings_that_lie_elsewhere_than_where_manage_looks() {
    let files = "# --- manage.py\nimport os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n# --- deploy/kiosk_settings.py\nINSTALLED_APPS = ['kiosk']\nROOT_URLCONF = 'x'\nMIDDLEWARE = []\n# --- deploy/settings.py\nINSTALLED_APPS = ['site']\nROOT_URLCONF = 'x'\nMIDDLEWARE = []\n";
    assert_eq!(seen_bare(files).installed(), ["site"]);
}

#[test]
fn settings_that_the_server_names_come_before_those_for_development() {
    let files = |managed: &str| {
        format!(
            "# --- manage.py\nimport os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings.{managed}')\n# --- config/wsgi.py\nimport os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings.live')\n# --- config/settings/__init__.py\n# --- config/settings/{managed}.py\nINSTALLED_APPS = ['managed']\n# --- config/settings/live.py\nINSTALLED_APPS = ['live']\n"
        )
    };
    assert_eq!(seen_bare(&files("local")).installed(), ["live"]);
    assert_eq!(seen_bare(&files("main")).installed(), ["managed"]);
}

#[test]
fn included_by_split_settings() {
    let seen = seen(
        r"
# --- config/settings/__init__.py
from split_settings.tools import include, optional
include('components/base.py', 'components/more.py', optional('local.py'))
# --- config/settings/components/base.py
INSTALLED_APPS = ['a']
# --- config/settings/components/more.py
INSTALLED_APPS += ['b']
",
    );
    assert_eq!(seen.installed(), ["a", "b"]);
}

#[test]
fn included_by_split_settings_with_a_pattern() {
    let seen = seen(
        "# --- config/settings/__init__.py\nfrom split_settings.tools import include\ninclude('parts/*.py')\n# --- config/settings/parts/a.py\nINSTALLED_APPS = ['a']\n# --- config/settings/parts/b.py\nINSTALLED_APPS += ['b']\n",
    );
    assert_eq!(seen.installed(), ["a", "b"]);
}

#[test]
fn settings_named_by_pytest_ini() {
    let seen = seen(
        "# --- manage.py\n# --- pytest.ini\n[pytest]\nDJANGO_SETTINGS_MODULE = project.conf\n# --- project/conf.py\nINSTALLED_APPS = ['a']\n# --- config/settings/x.py\n",
    );
    assert_eq!(seen.installed(), ["a"]);
}

#[test]
fn databases_by_alias_and_engine() {
    let seen = seen_settings(
        "INSTALLED_APPS = []\nDATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'PASSWORD': 'x'}}\nDATABASES['replica'] = dict(DATABASES['default'], HOST='y')\n",
    );
    let found: Vec<String> =
        seen.inventory.settings.databases.iter().map(|d| format!("{} {}", d.alias, d.engine.as_deref().unwrap_or("?"))).collect();
    assert_eq!(found, ["default django.db.backends.postgresql", "replica django.db.backends.postgresql"]);
}

#[test]
fn condition_on_debug_of_the_settings() {
    assert_eq!(
        seen_settings("DEBUG = False\nINSTALLED_APPS = ['a']\nif DEBUG:\n    INSTALLED_APPS += ['debug_toolbar']\n").installed(),
        ["a"]
    );
}

#[test]
fn app_config_with_a_conditional_expression() {
    assert_eq!(seen_settings("EXTRA = True\nINSTALLED_APPS = ['a'] + (['b'] if EXTRA else [])\n").installed(), ["a", "b"]);
}

#[test]
fn debug_read_from_the_environment_is_off_by_default() {
    for condition in
        ["os.environ.get('DEBUG') == '1'", "bool(int(os.environ.get('DEBUG', '0')))", "os.getenv('DEBUG', '0').lower() in ('1', 'true')"]
    {
        let text = format!("import os\nINSTALLED_APPS = ['a']\nif {condition}:\n    INSTALLED_APPS += ['x']\n");
        assert_eq!(seen_settings(&text).installed(), ["a"], "{condition}");
    }
}

#[test]
fn debug_read_by_environ_is_off_by_default() {
    for condition in ["env('DEBUG', default=False)", "env.bool('DEBUG', False)", "env('DEBUG', cast=bool, default=False)"] {
        let text = format!("import environ\nenv = environ.Env()\nINSTALLED_APPS = ['a']\nif {condition}:\n    INSTALLED_APPS += ['x']\n");
        assert_eq!(seen_settings(&text).installed(), ["a"], "{condition}");
    }
}

#[test]
fn rewritten_several_times() {
    let seen = seen_settings(
        "INSTALLED_APPS = ['a', *filter(None, ['b', ''])]\nINSTALLED_APPS = list(dict.fromkeys(INSTALLED_APPS))\nINSTALLED_APPS = tuple(INSTALLED_APPS) + ('c',)\nINSTALLED_APPS = ['first'] + list(INSTALLED_APPS)\n",
    );
    assert_eq!(seen.installed(), ["first", "a", "b", "c"]);
}

#[test]
fn default_of_the_environ_scheme() {
    let seen = seen_settings(
        "import environ\nenv = environ.Env(DEBUG=(bool, False))\nINSTALLED_APPS = ['a']\nif env('DEBUG'):\n    INSTALLED_APPS += ['x']\nif env.bool('DEBUG'):\n    INSTALLED_APPS += ['y']\n",
    );
    assert_eq!(seen.installed(), ["a"]);
}

#[test]
fn slice_assignment() {
    let seen = seen_settings("INSTALLED_APPS = ['a']\nINSTALLED_APPS[0:0] = ['first']\n");
    assert_eq!(seen.installed(), ["first", "a"]);
}

#[test]
fn values_of_django_configurations() {
    let seen = seen(
        "# --- config/settings.py\nfrom configurations import Configuration, values\nclass Dev(Configuration):\n    INSTALLED_APPS = values.ListValue(['shop'])\n    ROOT_URLCONF = values.Value('config.urls')\n# --- shop/__init__.py\n",
    );
    assert_eq!(seen.inventory.settings.root_urlconf.as_deref(), Some("config.urls"));
}

#[test]
fn what_only_runs_if_the_unknown_holds_does_not_end_the_module() {
    let seen = seen_settings("import plant\nif plant.sick:\n    raise RuntimeError('no')\nINSTALLED_APPS = ['a']\n");
    assert_eq!(seen.installed(), ["a"]);
}

#[test]
fn celery_and_channels() {
    let seen = seen_settings(
        "CELERY_TASK_ACKS_LATE = True\nCELERY_BROKER_URL = 'redis://:hidden@host'\nCELERY_BEAT_SCHEDULE = {'a': {'task': 'x'}}\nCHANNEL_LAYERS = {'default': {'BACKEND': 'channels_redis.core.RedisChannelLayer', 'CONFIG': {'hosts': ['redis://:hidden@host']}}}\n",
    );
    let flags = &seen.inventory.settings.flags;
    let flag = |name: &str| flags.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
    assert_eq!(flag("CELERY_TASK_ACKS_LATE"), Some("true"));
    assert_eq!(flag("CELERY_BEAT_SCHEDULE"), Some("1 scheduled"));
    assert_eq!(flag("CHANNEL_LAYERS.default"), Some("channels_redis.core.RedisChannelLayer"));
    assert!(flags.iter().all(|(_, v)| !v.contains("hidden")));
}

#[test]
fn files_of_dynaconf() {
    let seen = seen(
        r"
# --- manage.py
import os
os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')
# --- config/settings/__init__.py
from .default import *
# --- config/settings/default.py
from dynaconf import Dynaconf, export
DYNACONF = Dynaconf(settings_files=['defaults.py', 'local.yaml'], environments=True)
DYNACONF.load_file('core.py')
# --- config/settings/defaults.py
API_PREFIX: str = 'api/v1'
# --- config/settings/core.py
INSTALLED_APPS = ['shop']
ROOT_URLCONF = 'config.urls'
# --- config/urls.py
from django.conf import settings
from django.urls import path
from shop import views
urlpatterns = [path(f'{settings.API_PREFIX}/one/', views.one)]
# --- shop/views.py
def one(request):
    pass
",
    );
    assert_eq!(seen.installed(), ["shop"]);
    assert_eq!(seen.paths(), ["/api/v1/one/"]);
}

#[test]
fn long_chain_of_conditions() {
    let arms: String = (0..40).map(|i| format!("elif host == '{i}':\n    PREFIX = '{i}'\n")).collect();
    let seen = seen_settings(&format!(
        "import socket\nhost = socket.gethostname()\nif host == 'x':\n    PREFIX = 'x'\n{arms}else:\n    INSTALLED_APPS = ['shop']\n"
    ));
    assert_eq!(seen.installed(), ["shop"]);
    assert!(seen.inventory.coverage.unresolved.iter().all(|place| place.kind != "evaluation"));
}

#[test]
fn attribute_of_one_of_two_objects_or_its_default() {
    let seen = seen_settings(
        "import importlib, os\ndef load(path):\n    if os.path.isfile(path):\n        spec = importlib.util.spec_from_file_location('deployment', path)\n        return importlib.util.module_from_spec(spec)\n    return importlib.import_module('config.deployment')\ndeployment = load('x')\nMETRICS = getattr(deployment, 'METRICS', False)\nINSTALLED_APPS = ['shop']\nif METRICS:\n    INSTALLED_APPS.append('metrics')\n",
    );
    assert_eq!(seen.installed(), ["shop"]);
}

#[test]
fn comprehension_over_a_list_that_is_partly_known() {
    let seen = seen_settings(
        "from outside import update\nupdate(globals())\nINSTALLED_APPS = ('django.contrib.auth', 'shop')\nINSTALLED_APPS = tuple(EXTRA or ()) + INSTALLED_APPS\nINSTALLED_APPS = [app for app in INSTALLED_APPS if app not in (OFF or ())]\nMIDDLEWARE = list(filter(None, ['a.B', *MORE]))\n",
    );
    assert_eq!(seen.installed(), ["django.contrib.auth", "shop"]);
    assert_eq!(seen.inventory.settings.middleware, ["a.B"]);
    assert!(seen.inventory.coverage.unresolved.iter().any(|u| u.text.contains("INSTALLED_APPS")));
}

#[test]
fn settings_that_each_installation_writes_after_an_example() {
    let seen = seen_bare(
        "# --- shop/__init__.py\n# --- shop/wsgi.py\nimport os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n# --- shop/settings_docker.py\nINSTALLED_APPS = ['docker']\n# --- shop/settings_example.py\nINSTALLED_APPS = ['shop']\n# --- shop/tool/__init__.py\n# --- shop/tool/run.py\nimport os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'shop.tool.settings'\n# --- shop/tool/settings.py\nINSTALLED_APPS: list[str] = []\n",
    );
    assert_eq!(seen.installed(), ["shop"]);
}

#[test]
fn settings_of_the_tests_do_not_change_those_that_they_extend() {
    let seen = seen(
        "# --- config/settings.py\nINSTALLED_APPS = ['shop']\nROOT_URLCONF = 'config.urls'\n# --- config/settings_ci.py\nfrom .settings import *\nINSTALLED_APPS += ('extra',)\n# --- shop/models.py\n",
    );
    assert_eq!(seen.installed(), ["shop"]);
}

#[test]
fn star_before_the_only_element() {
    for apps in [
        "[*base.APPS]",
        "[*base.apps('shop')]",
        "[*base.TABLE['x']]",
        "[*base.APPS[:1] + ['shop']]",
        "(*base.apps('shop'),)",
        "list({*base.APPS})",
    ] {
        let seen = seen(&format!(
            "# --- config/settings/__init__.py\nfrom . import base\nINSTALLED_APPS = {apps}\n# --- config/settings/base.py\nAPPS = ['rest_framework', 'shop']\nTABLE = {{'x': APPS}}\ndef apps(name):\n    return ['rest_framework', name]\n# --- shop/models.py\n"
        ));
        assert_eq!(seen.installed(), ["rest_framework", "shop"], "{apps}");
    }
}

#[test]
fn settings_split_by_whom_they_concern() {
    let seen = seen(
        "# --- config/settings/__init__.py\nfrom .third_party.rest_framework import *\nfrom .lost import *\ntry:\n    from .local import *\nexcept ImportError:\n    pass\nfrom contextlib import suppress\nwith suppress(ImportError):\n    from .override import *\nINSTALLED_APPS = ['rest_framework', 'shop']\n# --- config/settings/third_party/rest_framework.py\nREST_FRAMEWORK = {'URL_FIELD_NAME': 'resource_uri', 'PAGE_SIZE': 20}\n# --- shop/models.py\nfrom django.db import models\nclass Item(models.Model):\n    pass\n# --- shop/serializers.py\nfrom rest_framework import serializers\nfrom .models import Item\nclass S(serializers.HyperlinkedModelSerializer):\n    class Meta:\n        model = Item\n        fields = '__all__'\n",
    );
    assert_eq!(seen.serialized("shop.serializers.S"), "resource_uri");
    let lost: Vec<_> =
        seen.inventory.coverage.unresolved.iter().filter(|u| u.kind == "settings").map(|u| (u.line, u.text.as_str())).collect();
    assert_eq!(lost, [(2, "all names of config.settings.lost")]);
}

#[test]
fn settings_from_a_file_of_the_deployment() {
    let seen = seen(
        "# --- config/settings.py\nimport yaml\nwith open('/etc/shop.yaml') as file:\n    CONFIG = yaml.safe_load(file)\nINSTALLED_APPS = ['shop', *CONFIG.get('apps', [])]\nMIDDLEWARE = CONFIG.get('middleware', ['shop.middleware.One'])\n# --- shop/models.py\n# --- shop/middleware.py\nclass One:\n    def __init__(self, get_response):\n        self.get_response = get_response\n    def __call__(self, request):\n        return self.get_response(request)\n",
    );
    let names: Vec<_> = seen.inventory.middleware.iter().map(|m| m.qualname.as_str()).collect();
    assert_eq!(names, ["shop.middleware.One"]);
    assert!(seen.inventory.coverage.unresolved.iter().any(|u| u.kind == "settings" && u.text.contains("INSTALLED_APPS")));
}

#[test]
fn settings_of_tests_that_a_manage_py_names_beside_those_of_a_site() {
    let seen = seen_bare(
        "# --- site/manage.py\nimport os\nfrom tools import chosen\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', chosen())\n# --- site/web/__init__.py\n# --- site/web/settings.py\nINSTALLED_APPS = ['shop']\nMIDDLEWARE = []\nROOT_URLCONF = 'web.urls'\n# --- site/shop/__init__.py\n# --- lib/manage.py\nimport os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'lib.test_settings')\n# --- lib/__init__.py\n# --- lib/test_settings.py\nINSTALLED_APPS = ['lib']\n",
    );
    assert_eq!(seen.installed(), ["shop"]);
}

#[test]
fn settings_that_are_executed_from_elsewhere() {
    let seen = seen(
        "# --- config/settings.py\nimport glob\nfor path in sorted(glob.glob('*.conf')):\n    exec(compile(open(path).read(), path, 'exec'))\n# --- shop/models.py\nfrom django.db import models\nclass Item(models.Model):\n    pass\n",
    );
    assert_eq!(seen.models(), ["shop.Item"]);
    assert!(seen.inventory.diagnostics.iter().any(|d| d.code == "apps-not-known"));
}

/// The installed apps with and without a variable of the environment.
fn switched(settings: &str, name: &str, value: &str) -> (String, String) {
    let apps = |given: &[(&str, &str)]| seen_in(given, settings).installed().join(" ");
    (apps(&[]), apps(&[(name, value)]))
}

#[test]
fn variables_of_the_environment_that_somebody_tells() {
    let off_and_on = ("a".to_owned(), "a b".to_owned());
    let under = |condition: &str| {
        format!(
            "import os, environ, elsewhere\nfrom decouple import config, Csv\nfrom elsewhere.envs import get_bool\nenv = environ.Env(SCHEMED=(bool, False))\nINSTALLED_APPS = ['a']\nif {condition}:\n    INSTALLED_APPS.append('b')\n"
        )
    };
    for (condition, name, value) in [
        ("os.environ.get('MORE') == 'yes'", "MORE", "yes"),
        ("os.getenv('MORE', 'no') == 'yes'", "MORE", "yes"),
        ("env.bool('MORE', default=False)", "MORE", "on"),
        ("env('SCHEMED')", "SCHEMED", "true"),
        ("env.int('MORE', 3) > 4", "MORE", "7"),
        ("config('MORE', default=False, cast=bool)", "MORE", "1"),
        ("'y' in config('MORE', default='', cast=Csv())", "MORE", "x, y"),
        ("get_bool(name='MORE', default=False)", "MORE", "true"),
        ("elsewhere.env('MORE', '') == 'yes'", "MORE", "yes"),
    ] {
        assert_eq!(switched(&under(condition), name, value), off_and_on, "{condition}");
    }
    assert_eq!(switched("import os\nINSTALLED_APPS = [os.environ['APP']]\n", "APP", "shop").1, "shop");
    assert_eq!(switched(&under("not env.bool('MORE', default=True)"), "MORE", "false"), off_and_on);
    let values =
        "from configurations import Configuration, values\nclass Live(Configuration):\n    INSTALLED_APPS = values.ListValue(['a'])\n";
    assert_eq!(switched(values, "DJANGO_INSTALLED_APPS", "a,b"), off_and_on);
    let named = values.replace("['a'])", "['a'], environ_name='APPS', environ_prefix=None)");
    assert_eq!(switched(&named, "APPS", "a,b"), off_and_on);
}

#[test]
fn a_branch_that_a_told_variable_decides_is_no_question() {
    let text = "import os\nINSTALLED_APPS = ['a']\nif os.environ.get('MORE'):\n    INSTALLED_APPS.append('b')\n";
    let asked =
        |given: &[(&str, &str)]| seen_in(given, text).inventory.coverage.unresolved.iter().filter(|u| u.kind == "environment").count();
    assert_eq!((asked(&[]), asked(&[("MORE", "1")])), (1, 0));
}

#[test]
fn apps_that_only_some_environments_install_are_named() {
    let text = "import os\nMORE = os.environ.get('MORE')\nINSTALLED_APPS = ['shop']\nif MORE:\n    INSTALLED_APPS += ['extra.apps.ExtraConfig', 'elsewhere']\n# --- shop/models.py\n# --- extra/__init__.py\n# --- extra/apps.py\nfrom django.apps import AppConfig\nclass ExtraConfig(AppConfig):\n    name = 'extra'\n";
    let noted = |given: &[(&str, &str)]| {
        let notes = seen_in(given, text).inventory.diagnostics;
        notes.into_iter().filter(|note| note.code == "apps-behind-environment").map(|note| note.message).collect::<Vec<_>>()
    };
    let found = noted(&[]);
    assert!(found.len() == 1 && found[0].contains("(MORE): extra;"), "{found:?}");
    assert!(noted(&[("MORE", "1")]).is_empty());
}

#[test]
fn json_of_the_environment() {
    let seen = seen_settings(
        "import json, os\nSERVICES = json.loads(os.environ.get('SERVICES', '{}'))\nMORE = json.loads(os.getenv('MORE', '[\"shop\"]'))\nif SERVICES.get('cache'):\n    INSTALLED_APPS = ['elsewhere']\nelse:\n    INSTALLED_APPS = MORE\n",
    );
    assert_eq!(seen.installed(), ["shop"]);
}

#[test]
fn list_that_a_package_is_given_and_adds_to() {
    let seen = seen_settings(
        "from nobody_knows import with_static_files\nINSTALLED_APPS = ['a']\nMIDDLEWARE = ['django.middleware.common.CommonMiddleware']\nMIDDLEWARE = with_static_files(MIDDLEWARE)\n",
    );
    assert_eq!(seen.inventory.settings.middleware, ["django.middleware.common.CommonMiddleware"]);
    let more = seen_settings(
        "from nobody_knows import with_static_files\nINSTALLED_APPS = ['a']\nMIDDLEWARE = ['a.A'] + with_static_files(['b.B'])\n",
    );
    assert_eq!(more.inventory.settings.middleware, ["a.A", "b.B"]);
}

#[test]
fn defaults_of_a_library_whose_urls_are_those_of_its_tests() {
    let seen = seen_bare(
        "# --- testing/manage.py\nimport os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\n# --- testing/config/__init__.py\n# --- testing/config/settings.py\nfrom lib.core.settings import *\nINSTALLED_APPS = INSTALLED_APPS + ['lib.more']\n# --- testing/config/urls.py\nurlpatterns = []\n# --- lib/__init__.py\n# --- lib/__main__.py\nimport os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'lib.core.tool_settings')\n# --- lib/core/__init__.py\n# --- lib/core/tool_settings.py\nfrom .settings import *\nROOT_URLCONF = ''\n# --- lib/core/settings.py\nINSTALLED_APPS = ['lib.core']\nMIDDLEWARE = []\nROOT_URLCONF = 'config.urls'\n# --- lib/more/__init__.py\n",
    );
    assert_eq!(seen.installed(), ["lib.core", "lib.more"]);
}

#[test]
fn settings_of_the_tests_of_an_application_without_a_site() {
    let seen = seen_bare(
        "# --- check.py\nimport os\nif __name__ == '__main__':\n    os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.test_settings'\n# --- tests/__init__.py\n# --- tests/test_settings.py\nINSTALLED_APPS = ['shop']\nROOT_URLCONF = 'tests.urls'\n# --- tests/test_urls.py\n# --- tests/urls.py\nfrom django.urls import include, path\nurlpatterns = [path('shop/', include('shop.urls'))]\n# --- shop/__init__.py\n# --- shop/models.py\nfrom django.db import models\n# --- shop/urls.py\nfrom django.urls import path\nfrom . import views\nurlpatterns = [path('one/', views.one)]\n# --- shop/views.py\ndef one(request):\n    pass\n",
    );
    assert_eq!(seen.installed(), ["shop"]);
    assert_eq!(seen.routes(), ["/shop/one/ shop.views.one"]);
}

#[test]
fn what_only_tests_install() {
    let seen =
        seen_settings("import sys\nTESTING = 'test' in sys.argv\nINSTALLED_APPS = ['a']\nif TESTING:\n    INSTALLED_APPS += ['b']\n");
    assert_eq!(seen.installed(), ["a"]);
}
