"""Write one table `src/django/packages/<distribution>.toml`: what an installed distribution defines for Django projects.

Runs inside a virtual environment that holds Django and the distribution (see build.sh); one process per distribution.
Imports every module of its import roots, keeps what imports, and describes the classes a first-party class may derive from.
What cannot be seen at run time is written by hand in `extra/<distribution>.toml` and merged here (hand-written wins).

    introspect.py <distribution> --roots taggit --apps taggit --out src/django/packages --extra tools/packages/extra
"""

import argparse
import ast
import enum
import functools
import glob
import importlib
import importlib.machinery
import importlib.metadata
import importlib.util
import inspect
import io
import contextlib
import os
import pathlib
import re
import sys
import tempfile
import tomllib
import types
import warnings

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path = [p for p in sys.path if os.path.abspath(p or ".") != HERE]

# ---------------------------------------------------------------------------------------------------------------------
# kinds: the first root found in the linearised bases decides

ROOTS = [
    ("model", ["django.db.models.base.Model"]),
    ("field", ["django.db.models.fields.Field"]),
    ("queryset", ["django.db.models.query.QuerySet", "django.db.models.query.RawQuerySet"]),
    ("manager", ["django.db.models.manager.BaseManager"]),
    ("serializer", ["rest_framework.serializers.BaseSerializer"]),
    ("serializer_field", ["rest_framework.fields.Field"]),
    ("admin", ["django.contrib.admin.options.BaseModelAdmin"]),
    ("admin_site", ["django.contrib.admin.sites.AdminSite"]),
    ("filterset", ["django_filters.filterset.BaseFilterSet"]),
    ("form", ["django.forms.forms.BaseForm"]),
    ("formset", ["django.forms.formsets.BaseFormSet"]),
    ("form_field", ["django.forms.fields.Field"]),
    ("router", ["rest_framework.routers.BaseRouter"]),
    ("permission", ["rest_framework.permissions.BasePermission", "rest_framework.permissions.OperandHolder", "strawberry.permission.BasePermission", "ninja_extra.permissions.base.BasePermission"]),
    ("authentication", ["rest_framework.authentication.BaseAuthentication", "tastypie.authentication.Authentication", "ninja.security.base.AuthBase"]),
    ("throttle", ["rest_framework.throttling.BaseThrottle", "tastypie.throttle.BaseThrottle", "ninja.throttling.BaseThrottle"]),
    ("pagination", ["rest_framework.pagination.BasePagination", "ninja.pagination.PaginationBase", "tastypie.paginator.Paginator"]),
    ("filter_backend", ["rest_framework.filters.BaseFilterBackend"]),
    ("renderer", ["rest_framework.renderers.BaseRenderer", "ninja.renderers.BaseRenderer"]),
    ("parser", ["rest_framework.parsers.BaseParser", "ninja.parser.Parser"]),
    ("consumer", ["channels.consumer.AsyncConsumer", "channels.consumer.SyncConsumer"]),
    ("task", ["celery.app.task.Task", "celery.app.task.BaseTask", "huey.api.Task"]),
    ("command", ["django.core.management.base.BaseCommand"]),
    ("app_config", ["django.apps.config.AppConfig"]),
    ("signal_class", ["django.dispatch.dispatcher.Signal", "celery.utils.dispatch.signal.Signal"]),
    ("view", ["django.views.generic.base.View"]),
    ("middleware", ["django.utils.deprecation.MiddlewareMixin", "channels.middleware.BaseMiddleware"]),
    ("storage", ["django.core.files.storage.base.Storage"]),
    ("test", ["unittest.case.TestCase"]),
    ("enum", ["django.db.models.enums.Choices"]),
    ("backend", ["django.contrib.auth.backends.BaseBackend", "django.core.mail.backends.base.BaseEmailBackend",
                 "django.core.cache.backends.base.BaseCache", "django.contrib.sessions.backends.base.SessionBase",
                 "django.contrib.messages.storage.base.BaseStorage", "django.db.backends.base.base.BaseDatabaseWrapper",
                 "django.template.backends.base.BaseEngine", "social_core.backends.base.BaseAuth",
                 "haystack.backends.BaseSearchBackend", "wagtail.search.backends.base.BaseSearchBackend",
                 "celery.backends.base.Backend", "allauth.socialaccount.providers.base.provider.Provider",
                 "channels.layers.BaseChannelLayer", "django.tasks.backends.base.BaseTaskBackend"]),
    ("converter", ["django.urls.converters.IntConverter", "django.urls.converters.StringConverter", "django.urls.converters.UUIDConverter"]),
    ("graphql", ["graphene.types.base.BaseType", "graphene.types.unmountedtype.UnmountedType", "graphene.types.mountedtype.MountedType",
                 "graphene.types.schema.Schema", "graphene.types.base.BaseOptions", "graphene.types.structures.Structure", "strawberry.schema.base.BaseSchema",
                 "strawberry.extensions.base_extension.SchemaExtension", "strawberry.extensions.field_extension.FieldExtension"]),
    ("exception", ["builtins.BaseException"]),
    # kind "other" with a role
    ("other:resource", ["tastypie.resources.Resource"]),
    ("other:resource_field", ["tastypie.fields.ApiField"]),
    ("other:authorization", ["tastypie.authorization.Authorization"]),
    ("other:import_export_resource", ["import_export.resources.Resource", "import_export.resources.Diff", "import_export.widgets.Widget", "import_export.fields.Field"]),
    ("other:controller", ["ninja_extra.controllers.base.ControllerBase"]),
    ("other:schema", ["ninja.schema.Schema", "pydantic.main.BaseModel"]),
    ("other:api", ["ninja.main.NinjaAPI", "ninja.router.Router", "tastypie.api.Api"]),
    ("other:search_index", ["haystack.indexes.SearchIndex", "haystack.fields.SearchField"]),
    ("other:table", ["django_tables2.tables.TableBase", "django_tables2.tables.Table", "django_tables2.columns.base.Column"]),
    ("other:filter", ["django_filters.filters.Filter"]),
    ("other:admin_filter", ["django.contrib.admin.filters.ListFilter"]),
    ("other:widget", ["django.forms.widgets.Widget"]),
    ("other:block", ["wagtail.blocks.base.Block"]),
    ("other:panel", ["wagtail.admin.panels.base.Panel"]),
    ("other:viewset", ["wagtail.admin.viewsets.base.ViewSet"]),
    ("other:plugin", ["cms.plugin_base.CMSPluginBase", "cms.app_base.CMSApp", "cms.app_base.CMSAppConfig", "cms.toolbar_base.CMSToolbar", "cms.wizards.wizard_base.Wizard"]),
    ("other:metadata", ["rest_framework.metadata.BaseMetadata"]),
    ("other:versioning", ["rest_framework.versioning.BaseVersioning"]),
    ("other:negotiation", ["rest_framework.negotiation.BaseContentNegotiation"]),
    ("other:schema_generator", ["rest_framework.schemas.inspectors.ViewInspector", "rest_framework.schemas.generators.BaseSchemaGenerator"]),
    ("other:response", ["django.http.response.HttpResponseBase"]),
    ("other:request", ["django.http.request.HttpRequest", "rest_framework.request.Request"]),
    ("other:expression", ["django.db.models.expressions.BaseExpression", "django.db.models.expressions.F", "django.db.models.query_utils.Q", "django.db.models.query.Prefetch", "django.db.models.lookups.Lookup", "django.db.models.lookups.Transform"]),
    ("other:index", ["django.db.models.indexes.Index"]),
    ("other:constraint", ["django.db.models.constraints.BaseConstraint"]),
    ("other:operation", ["django.db.migrations.operations.base.Operation"]),
    ("other:syndication", ["django.contrib.syndication.views.Feed"]),
    ("other:sitemap", ["django.contrib.sitemaps.Sitemap"]),
    ("other:validator", ["django.core.validators." + n for n in ("BaseValidator", "RegexValidator", "EmailValidator", "DecimalValidator", "FileExtensionValidator",
                         "ProhibitNullCharactersValidator")] + ["django.utils.deconstruct.Validator", "tastypie.validation.Validation"]),
    ("other:encoder", ["json.encoder.JSONEncoder"]),
    ("other:core_serializer", ["django.core.serializers.base.Serializer", "django.core.serializers.base.Deserializer"]),
    ("other:metaclass", ["django.db.models.base.ModelBase", "django.forms.widgets.MediaDefiningClass", "rest_framework.serializers.SerializerMetaclass"]),
    ("other:adapter", ["allauth.core.internal.adapter.BaseAdapter", "allauth.account.adapter.DefaultAccountAdapter", "allauth.socialaccount.adapter.DefaultSocialAccountAdapter",
                       "allauth.socialaccount.providers.oauth2.views.OAuth2Adapter", "allauth.socialaccount.providers.oauth.views.OAuthAdapter"]),
    ("other:scheduler", ["celery.beat.Scheduler", "celery.schedules.BaseSchedule", "celery.beat.ScheduleEntry"]),
    ("other:bootstep", ["celery.bootsteps.Step"]),
    ("other:schema_extension", ["drf_spectacular.plumbing.OpenApiGeneratorExtension"]),
    ("other:document", ["django_elasticsearch_dsl.documents.DocType", "django_elasticsearch_dsl.fields.DEDField"]),
    ("other:factory", ["factory.base.BaseFactory"]),
    ("other:component", ["laces.components.Component", "django_components.component.Component"]),
    ("other:push", ["push_notifications.conf.base.BaseConfig"]),
    ("other:access_policy", ["rest_access_policy.access_policy.AccessPolicy"]),
    ("other:serpy", ["serpy.serializer.SerializerBase", "serpy.fields.Field"]),
    ("other:email", ["django.core.mail.message.EmailMessage"]),
    ("other:migration", ["django.db.migrations.migration.Migration"]),
    ("other:descriptor", ["django.db.models.fields.related_descriptors.ForwardManyToOneDescriptor", "django.db.models.fields.related_descriptors.ReverseOneToOneDescriptor"]),
    ("other:paginator", ["django.core.paginator.Paginator"]),
    ("other:template_node", ["django.template.base.Node"]),
    ("other:template_library", ["django.template.library.Library"]),
    ("other:password_hasher", ["django.contrib.auth.hashers.BasePasswordHasher"]),
    ("other:upload_handler", ["django.core.files.uploadhandler.FileUploadHandler"]),
    ("other:file", ["django.core.files.base.File"]),
    ("other:finder", ["django.contrib.staticfiles.finders.BaseFinder"]),
    ("other:test_client", ["django.test.client.RequestFactory"]),
    ("other:test_runner", ["django.test.runner.DiscoverRunner"]),
    ("other:contributor", ["simple_history.models.HistoricalRecords"]),
    ("other:descriptor", ["django.utils.functional.LazyObject"]),
]
ROOT_KIND = {root: kind for kind, roots in ROOTS for root in roots}
KIND_ORDER = {kind: i for i, (kind, _) in enumerate(ROOTS)}
# bases that never change a linearisation of Django classes
DROPPED_BASES = {"_thread._local", "builtins.object", "typing.Generic", "typing.Protocol", "abc.ABC", "typing_extensions.Protocol"}

HANDLERS = ["get", "post", "put", "patch", "delete"]
ACTIONS = ["list", "create", "retrieve", "update", "partial_update", "destroy"]
MIDDLEWARE_HOOKS = ["__call__", "__acall__", "process_request", "process_view", "process_template_response", "process_response", "process_exception"]
CONSUMER_HOOKS = ["connect", "receive", "receive_json", "disconnect", "websocket_connect", "websocket_receive", "websocket_disconnect", "http_request", "handle"]

VIEW_ATTRS = """permission_classes authentication_classes throttle_classes pagination_class serializer_class filter_backends parser_classes
renderer_classes versioning_class metadata_class content_negotiation_class http_method_names template_name template_name_suffix form_class fields model
queryset success_url context_object_name paginate_by page_kwarg paginate_orphans lookup_field lookup_url_kwarg lookup_value_regex slug_field slug_url_kwarg
pk_url_kwarg login_url permission_required raise_exception redirect_field_name pattern_name url permanent query_string filterset_class filterset_fields
search_fields ordering_fields ordering search_param ordering_param throttle_scope content_type date_field filter_class detail_serializer_class
history_serializer_class extra_lookup_fields formset_class inlines schema_class group_required required_permission""".split()
ADMIN_FEATURES = """list_display list_display_links list_filter list_select_related list_per_page list_max_show_all list_editable search_fields
search_help_text date_hierarchy save_as save_as_continue save_on_top paginator preserve_filters inlines form formset fieldsets fields exclude readonly_fields
autocomplete_fields raw_id_fields prepopulated_fields filter_horizontal filter_vertical radio_fields formfield_overrides ordering sortable_by show_facets
view_on_site actions actions_on_top actions_on_bottom actions_selection_counter add_form_template change_form_template change_list_template
delete_confirmation_template delete_selected_confirmation_template object_history_template popup_response_template fk_name extra max_num min_num can_delete
show_change_link template checks_class""".split()
ADMIN_METHODS = """get_urls get_queryset save_model delete_model delete_queryset save_formset save_related get_form get_formset get_inline_instances get_fieldsets
get_fields get_readonly_fields get_list_display get_list_filter get_search_results get_changelist get_changeform_initial_data changelist_view change_view add_view
delete_view history_view response_add response_change response_delete has_add_permission has_change_permission has_delete_permission has_view_permission
has_module_permission formfield_for_dbfield formfield_for_foreignkey formfield_for_manytomany formfield_for_choice_field log_addition log_change log_deletion
message_user render_change_form lookup_allowed""".split()
OTHER_ATTRS = {
    "pagination": "page_size page_query_param page_size_query_param max_page_size limit_query_param offset_query_param default_limit max_limit cursor_query_param ordering".split(),
    "throttle": "rate scope scope_attr cache_format".split(),
    "authentication": "keyword www_authenticate_realm model".split(),
    "exception": "status_code default_code".split(),
    "renderer": "media_type format charset template".split(),
    "parser": "media_type".split(),
    "filter_backend": "search_param ordering_param template".split(),
    "serializer_field": "initial".split(),
    "converter": "regex".split(),
    "other:response": "status_code".split(),
    "other:widget": "template_name input_type".split(),
    "other:admin_filter": "title parameter_name template".split(),
    "other:versioning": "default_version allowed_versions version_param".split(),
    "admin_site": "site_header site_title index_title index_template login_template".split(),
    "backend": "name vendor".split(),
    "test": "fixtures databases client_class".split(),
    "router": "include_root_view include_format_suffixes default_schema_renderers root_view_name APIRootView".split(),
}
PERMISSION_METHODS = ["has_permission", "has_object_permission"]

FIELD_DEFAULT_ATTRS = ["null", "blank", "unique", "primary_key", "db_index", "max_length", "editable", "max_digits", "decimal_places", "auto_now",
                       "auto_now_add", "unpack_ipv4", "protocol", "srid", "geography", "allow_unicode", "serialize", "db_collation"]

SKIP_MODULE = re.compile(
    r"(^|\.)(tests?|test_\w+|\w+_tests|testing|testproject|testapp|test_project|test_app|example|examples|demo|sandbox|conftest|migrations|locale|south_migrations|"
    r"runtests|project_template|app_template|__main__|wsgi|asgi|benchmarks?|typings|vendor|_vendor|contrib\.gis\.gdal\.prototypes|setup)(\.|$)")
KEEP_MODULE = re.compile(r"^(django\.test|django\.contrib\.staticfiles\.testing|django\.db\.migrations|django\.core\.handlers|anymail\.backends\.test|rest_framework\.test|rest_framework\.compat|channels\.testing|channels\.test\w*|celery\.contrib\.testing|wagtail\.test\.utils|oscar\.test|"
                         r"simple_history\.tests?_utils|ninja\.testing|ninja_extra\.testing|graphene_django\.utils\.testing|graphene\.test|strawberry\.test|"
                         r"strawberry_django\.test|tastypie\.test|import_export\.test\w*|reversion\.test\w*|openwisp_\w+\.tests?(\.\w+)?|import_export\.tests_utils|waffle\.testutils)(\.|$)")
SKIP_QUALNAME = re.compile(r"(^|\.)(Meta|Media|Config|Params|Arguments|NewMeta|DoesNotExist|MultipleObjectsReturned|NotUpdated)$|<locals>")
ALIAS_MODULES = {"models", "views", "serializers", "fields", "forms", "admin", "managers", "permissions", "mixins", "viewsets", "decorators", "signals",
                 "routers", "relations", "generics", "utils", "apps", "querysets", "abstract_models", "api", "schema", "filters", "pagination", "app"}


def canon(cls):
    name = f"{cls.__module__}.{cls.__qualname__}"
    return CANON_FIX.get(name, name)


CANON_FIX = {}


def safe(fn, default=None):
    try:
        return fn()
    except Exception:
        return default


# ---------------------------------------------------------------------------------------------------------------------
# importing

# Models that stand for those of a project, by the setting that names them.
STAND_INS = {}


def setup_django(dist, apps, user_settings):
    try:
        import django
        from django.conf import settings
    except ImportError:
        return
    base = ["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions", "django.contrib.messages", "django.contrib.staticfiles",
            "django.contrib.sites", "django.contrib.admin"]
    config = {
        "SECRET_KEY": "x" * 50, "BASE_DIR": pathlib.Path("/project"), "USE_TZ": True, "SITE_ID": 1, "STATIC_URL": "/static/", "MEDIA_URL": "/media/", "ROOT_URLCONF": "migscan_urls",
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField", "LANGUAGE_CODE": "en", "ALLOWED_HOSTS": ["*"],
        "DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        "MIDDLEWARE": ["django.contrib.sessions.middleware.SessionMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware",
                       "django.contrib.messages.middleware.MessageMiddleware"],
        "TEMPLATES": [{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [], "APP_DIRS": True, "OPTIONS": {"context_processors": [
            "django.template.context_processors.request", "django.contrib.auth.context_processors.auth", "django.contrib.messages.context_processors.messages"]}}],
    }
    config.update(user_settings)
    before = config.pop("APPS_BEFORE", [])
    without = set(config.pop("APPS_WITHOUT", []))
    stubs = config.pop("SETTINGS_MODULE_STAR", [])
    for name in stubs:
        module = importlib.import_module(name)
        for key in dir(module):
            if key.isupper() and key not in config:
                config[key] = getattr(module, key)
    source = config.pop("MODELS", None)
    for key, value in config.items():
        if isinstance(value, str) and value.startswith("migscan_app."):
            STAND_INS[value] = STAND_INS[value.replace(".", ".models.")] = f"settings.{key}"
    if source:  # models that the package expects of a project
        folder = tempfile.mkdtemp()
        os.mkdir(os.path.join(folder, "migscan_app"))
        for name, text in (("__init__", ""), ("models", source)):
            pathlib.Path(folder, "migscan_app", f"{name}.py").write_text(text)
        sys.path.append(folder)
        apps = apps + ["migscan_app"]
    config["INSTALLED_APPS"] = list(dict.fromkeys(before + [a for a in base if a not in without] + apps))
    gdal = glob.glob(os.path.join(sys.prefix, "lib", "python3*", "site-packages", "pyogrio.libs", "libgdal-*"))
    if gdal:
        config["GDAL_LIBRARY_PATH"] = gdal[0]
        config["GEOS_LIBRARY_PATH"] = gdal[0]
    urls = types.ModuleType("migscan_urls")
    urls.urlpatterns = []
    sys.modules["migscan_urls"] = urls
    settings_module = types.ModuleType("migscan_settings")
    # Settings modules of packages look for the project's package.
    settings_module.__file__, settings_module.__path__ = "/project/migscan_settings/__init__.py", []
    settings_module.__spec__ = importlib.machinery.ModuleSpec("migscan_settings", None, is_package=True)
    for key, value in config.items():
        setattr(settings_module, key, value)
    sys.modules["migscan_settings"] = settings_module
    os.environ["DJANGO_SETTINGS_MODULE"] = "migscan_settings"
    django.setup()
    from django.utils import translation
    translation.activate("en")


def walk(root, failures, skip):
    """Names of every module below `root`, without importing what is skipped."""
    out = []
    try:
        spec = importlib.machinery.PathFinder.find_spec(root) if "." not in root else importlib.util.find_spec(root)
    except Exception as error:
        failures.append((root, error))
        return out
    if spec is None:
        failures.append((root, "not found"))
        return out
    out.append(root)
    stack = [(root, list(spec.submodule_search_locations or []))]
    while stack:
        package, paths = stack.pop()
        names = {}
        for path in paths:
            if not os.path.isdir(path):
                continue
            for entry in sorted(os.listdir(path)):
                full = os.path.join(path, entry)
                if entry.endswith(".py") and entry != "__init__.py":
                    names.setdefault(entry[:-3], None)
                elif os.path.isdir(full) and entry.isidentifier() and (os.path.exists(os.path.join(full, "__init__.py")) or entry in ("management", "commands", "templatetags")
                                                                      or any(e.endswith(".py") for e in os.listdir(full))):
                    names[entry] = full
        for name, full in sorted(names.items()):
            dotted = f"{package}.{name}"
            if not name.isidentifier() or (SKIP_MODULE.search(dotted) and not KEEP_MODULE.match(dotted)) or (skip and skip.search(dotted)):
                continue
            out.append(dotted)
            if full:
                stack.append((dotted, [full]))
    return sorted(out)


def import_all(names, failures):
    modules = {}
    for name in names:
        try:
            with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                warnings.simplefilter("ignore")
                modules[name] = importlib.import_module(name)
        except (KeyboardInterrupt, GeneratorExit):
            raise
        except BaseException as error:  # noqa: B902 — modules that call sys.exit() exist
            failures.append((name, error))
    return modules


# ---------------------------------------------------------------------------------------------------------------------
# what the source says and the run time does not: class bodies that read settings, decorators, who assigns a name

class Source:
    def __init__(self, module):
        self.classes, self.assigned, self.defs, self.imported = {}, set(), set(), set()
        try:
            tree = ast.parse(inspect.getsource(module))
        except Exception:
            return
        self.visit(tree.body, "")

    def visit(self, body, prefix):
        for node in body:
            if isinstance(node, ast.ClassDef):
                self.classes[prefix + node.name] = node
                self.visit(node.body, prefix + node.name + ".")
            elif prefix:
                continue
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self.defs.add(node.name)
            elif isinstance(node, ast.Assign):
                if isinstance(node.value, (ast.Name, ast.Attribute)):
                    continue  # an alias of something else
                for target in node.targets:
                    for name in ast.walk(target):
                        if isinstance(name, ast.Name):
                            self.assigned.add(name.id)
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                self.assigned.add(node.target.id)
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    self.imported.add(alias.asname or alias.name)
            elif isinstance(node, (ast.If, ast.Try, ast.With)):
                self.visit(node.body, prefix)
                self.visit(getattr(node, "orelse", []), prefix)
                self.visit(getattr(node, "finalbody", []), prefix)
                for handler in getattr(node, "handlers", []):
                    self.visit(handler.body, prefix)


def settings_attrs(node, keys):
    """`permission_classes = api_settings.DEFAULT_PERMISSION_CLASSES` -> {"permission_classes": "api_settings.DEFAULT_PERMISSION_CLASSES"}"""
    out = {}
    for stmt in node.body if node else []:
        if isinstance(stmt, ast.Assign) and len(stmt.targets) == 1 and isinstance(stmt.targets[0], ast.Name):
            value, name = stmt.value, stmt.targets[0].id
            if isinstance(value, ast.Attribute) and isinstance(value.value, ast.Name) and "settings" in value.value.id.lower() and value.attr.isupper():
                if name in keys or not keys:
                    out[name] = f"{value.value.id}.{value.attr}"
    return out


def gate_of(node):
    """The gate that decorators on a class or on its entry methods put in front of it."""
    found = set()
    if node is None:
        return found
    lists = [node.decorator_list]
    lists += [m.decorator_list for m in node.body if isinstance(m, (ast.FunctionDef, ast.AsyncFunctionDef)) and m.name in ("dispatch", "as_view", *HANDLERS)]
    for decorators in lists:
        for decorator in decorators:
            text = ast.unparse(decorator)
            for word, gate in (("staff_member_required", "staff"), ("permission_required", "permission"), ("login_required", "login"), ("user_passes_test", "test"),
                               ("csrf_exempt", "csrf_exempt")):
                if word in text:
                    found.add(gate)
                    break
    return found


# ---------------------------------------------------------------------------------------------------------------------
# describing classes

class Describe:
    def __init__(self, roots, modules):
        self.roots, self.modules = roots, modules
        self.sources = {name: Source(module) for name, module in modules.items()}

    def own(self, dotted):
        return any(dotted == r or dotted.startswith(r + ".") for r in self.roots)

    def kind(self, cls):
        best = None
        for base in cls.__mro__:
            kind = ROOT_KIND.get(canon(base))
            if kind and (best is None or KIND_ORDER[kind] < KIND_ORDER[best]):
                best = kind
        if best in (None, "exception") or best == "other:descriptor":
            body = cls.__dict__
            last = cls.__module__.rsplit(".", 1)[-1]
            if best is None and ("middleware" in cls.__module__) and ("__call__" in body or any(h in body for h in MIDDLEWARE_HOOKS[2:])):
                return "middleware"
            if best is None and hasattr(cls, "regex") and hasattr(cls, "to_python") and hasattr(cls, "to_url"):
                return "converter"
            if best is None and hasattr(cls, "authenticate") and hasattr(cls, "get_user") and "backend" in cls.__module__:
                return "backend"
            if best is None and last in ("permissions", "permission") and hasattr(cls, "has_permission"):
                return "permission"
        return best

    def is_mixin(self, cls):
        body = cls.__dict__
        if any(k in body for k in VIEW_ATTRS if k not in ("model", "fields", "queryset", "ordering", "url", "schema_class", "content_type", "query_string")):
            return True
        functions = {k for k, v in body.items() if isinstance(v, (types.FunctionType, classmethod, staticmethod))}
        if functions & {"dispatch", "as_view", "get_context_data", "get_queryset", "get_object", "form_valid", "get_form_class", "get_form_kwargs", "get_serializer_class",
                        "get_serializer", "get_permissions", "perform_create", "perform_update", "perform_destroy", "filter_queryset", "render_to_response",
                        "get_template_names", "has_permission", "has_object_permission", "initial", "finalize_response", "contribute_to_class", "changelist_view",
                        "save_model", "formfield_for_dbfield", "get_urls", "get_inline_instances", "process_request", "process_response", "get_success_url",
                        "clean_fields", "full_clean", "pre_save", "to_representation", "to_internal_value", "get_fields", "formfield", "db_type"}:
            return True
        if any(self.handler(body, h) for h in HANDLERS) or any(self.standard_action(body, a) for a in ACTIONS) or self.extra_actions(body):
            return True
        return cls.__name__.endswith("Mixin") or cls.__name__.startswith("Mixin") or cls.__module__.rsplit(".", 1)[-1] == "mixins"

    def handler(self, body, name):
        fn = body.get(name)
        return isinstance(fn, types.FunctionType) and self.takes_request(fn)

    def standard_action(self, body, name):
        fn = body.get(name)
        return callable(fn) and not isinstance(fn, type) and self.takes_request(fn)

    @staticmethod
    def takes_request(fn):
        try:
            names = list(inspect.signature(fn).parameters)
        except Exception:
            return False
        return len(names) > 1 and names[1] in ("request", "_request", "req")

    @staticmethod
    def extra_actions(body):
        out = []
        for name, fn in body.items():
            mapping = getattr(fn, "mapping", None)
            if isinstance(fn, types.FunctionType) and mapping is not None and hasattr(fn, "detail") and hasattr(fn, "url_path"):
                out.append(drop({"name": name, "methods": sorted(mapping), "detail": bool(fn.detail), "url_path": fn.url_path if fn.url_path != name else None,
                                 "url_name": fn.url_name if fn.url_name not in (None, name.replace("_", "-")) else None}))
        return sorted(out, key=lambda a: a["name"])

    # -- one class ----------------------------------------------------------------------------------------------------

    def facts(self, cls, kind):
        node = self.sources.get(cls.__module__) and self.sources[cls.__module__].classes.get(cls.__qualname__)
        kind_name, _, role = kind.partition(":")
        out = {"kind": kind_name, "bases": self.bases(cls)}
        if role:
            out["role"] = role
        describe = getattr(self, "describe_" + kind_name, None)
        if describe:
            out.update(safe(lambda: describe(cls, node), None) or {})
        keys = OTHER_ATTRS.get(kind, [])
        if keys:
            self.attrs_into(out, cls, node, keys)
        return out

    def bases(self, cls):
        """Names of the bases; one that no module holds (made by a factory) is replaced by its own bases."""
        out = []
        for base in cls.__bases__:
            name = canon(base)
            if name in DROPPED_BASES:
                continue
            names = [name] if base.__module__ == "builtins" or self.importable(base) or base.__module__ not in sys.modules else self.bases(base)
            out += [n for n in names if n not in out]
        return out

    def attrs_into(self, out, cls, node, keys):
        from_settings = settings_attrs(node, keys)
        attrs = {}
        for key in keys:
            if key in cls.__dict__ and key not in from_settings:
                value = attr_value(cls.__dict__[key])
                if key == "queryset":
                    model = getattr(cls.__dict__[key], "model", None)
                    if isinstance(model, type):
                        attrs["queryset_model"] = model_name(model, cls)
                elif key == "model" and isinstance(cls.__dict__[key], type):
                    attrs[key] = model_name(cls.__dict__[key], cls)
                elif value is not None and not (key == "http_method_names" and len(value) >= 8):
                    attrs[key] = value
        if attrs:
            out["attrs"] = attrs
        if from_settings:
            out["settings_attrs"] = from_settings

    def view_like(self, cls, node):
        out, body = {}, cls.__dict__
        is_view = any(canon(b) == "django.views.generic.base.View" for b in cls.__mro__)
        methods = [h for h in HANDLERS if (callable(body.get(h)) if is_view else self.handler(body, h))]
        actions = [{"name": a} for a in ACTIONS if self.standard_action(body, a)] + self.extra_actions(body)
        out["methods"], out["actions"] = methods, actions
        self.attrs_into(out, cls, node, VIEW_ATTRS)
        gates = gate_of(node)
        if "csrf_exempt" in gates:
            out["csrf_exempt"] = True
        for gate in ("staff", "permission", "login", "test"):
            if gate in gates:
                out["permission"] = gate
                break
        return out

    def describe_view(self, cls, node):
        out = self.view_like(cls, node)
        if not any(b.__name__ == "ViewSetMixin" for b in cls.__mro__):
            out["actions"] = self.extra_actions(cls.__dict__)
        return out

    def describe_mixin(self, cls, node):
        out = self.view_like(cls, node)
        body = cls.__dict__
        features = [f for f in ADMIN_FEATURES if f in body and f not in ("fields", "form", "ordering", "template", "extra", "paginator")]
        if "admin" in cls.__module__ or "Admin" in cls.__name__:
            out.update(self.describe_admin(cls, node))
        else:
            out["admin_methods"] = []
        if "has_permission" in body or "has_object_permission" in body:
            out["checks"] = [m for m in PERMISSION_METHODS if m in body]
        del features
        hooks = [h for h in MIDDLEWARE_HOOKS if h in body]
        if hooks and "middleware" in cls.__module__:
            out["hooks"] = hooks
        declared = self.serializer_fields(cls)
        if declared:
            out["declared"] = declared
        return out

    def describe_other(self, cls, node):
        if any(canon(b) == "django.db.migrations.operations.base.Operation" for b in cls.__mro__):
            return {"args": positional(cls)}
        return {}

    def describe_admin(self, cls, node):
        body, out = cls.__dict__, {}
        out["features"] = [f for f in ADMIN_FEATURES if f in body]
        out["methods"] = [m for m in ADMIN_METHODS if m in body and m != "get_urls"]
        out["has_get_urls"] = "get_urls" in body
        actions = body.get("actions")
        if isinstance(actions, (list, tuple)):
            out["actions"] = [{"name": a if isinstance(a, str) else getattr(a, "__name__", "?")} for a in actions]
        attrs = {}
        for key in ("model", "inlines", "form", "formset", "add_form", "change_password_form", "change_list_template", "change_form_template", "template", "resource_class",
                    "resource_classes", "fk_name"):
            if key in body:
                value = attr_value(body[key])
                if value is not None:
                    attrs[key] = value
        if attrs:
            out["attrs"] = attrs
        return out

    def describe_admin_site(self, cls, node):
        return {"has_get_urls": "get_urls" in cls.__dict__, "methods": [m for m in ("index", "login", "logout", "each_context", "get_app_list", "password_change", "app_index", "register", "has_permission") if m in cls.__dict__]}

    # models
    def describe_model(self, cls, node):
        meta = cls._meta
        out = {}
        original = getattr(meta, "original_attrs", {})
        if meta.abstract:
            out["abstract"] = True
        else:
            out["label"] = meta.label
            if meta.proxy:
                out["proxy"] = True
            if meta.swappable:
                out["swappable"] = meta.swappable
            if "db_table" in original and not meta.proxy:
                out["db_table"] = meta.db_table
            if not meta.managed:
                out["managed"] = "false"
        if meta.abstract and "db_table" in original:
            out["db_table"] = meta.db_table
        out["fields"] = self.model_fields(cls)
        if "ordering" in original:
            out["ordering"] = [o for o in original["ordering"] or [] if isinstance(o, str)]
        if original.get("unique_together"):
            out["unique_together"] = [list(u) for u in meta.unique_together]
        managers = {m.name: canon(type(m)) for m in meta.local_managers if not m.auto_created and "<locals>" not in type(m).__qualname__}
        for manager in meta.local_managers:
            if "<locals>" in type(manager).__qualname__ or type(manager).__name__.startswith("ManagerFrom"):
                managers[manager.name] = canon(next(b for b in type(manager).__mro__ if self.importable(b)))
        inherited = set()
        for base in cls.__mro__[1:]:
            if hasattr(base, "_meta") and getattr(base._meta, "local_managers", None):
                inherited |= {m.name for m in base._meta.local_managers}
        out["managers"] = {k: v for k, v in managers.items() if k in cls.__dict__ or k not in inherited}
        return out

    @staticmethod
    def importable(cls):
        module = sys.modules.get(cls.__module__)
        obj = module
        for part in cls.__qualname__.split("."):
            obj = getattr(obj, part, None)
        return obj is cls

    def model_fields(self, cls):
        meta = cls._meta
        inherited = {}
        for base in cls.__mro__[1:]:
            if hasattr(base, "_meta") and getattr(base._meta, "abstract", False):
                for field in [*base._meta.local_fields, *base._meta.local_many_to_many, *base._meta.private_fields]:
                    inherited.setdefault(field.name, set()).add(getattr(field, "creation_counter", None))
        out, seen = [], set()
        fields = [*meta.local_fields, *meta.local_many_to_many, *meta.private_fields]
        fields.sort(key=lambda f: (getattr(f, "creation_counter", 0), f.name))
        for field in fields:
            if field.name in seen or getattr(field, "auto_created", False):
                continue
            if getattr(field, "creation_counter", None) in inherited.get(field.name, ()):
                continue
            if getattr(field, "model", cls) is not cls and not meta.abstract and getattr(field, "model", None) in cls.__mro__[1:]:
                continue
            seen.add(field.name)
            out.append(self.model_field(field))
        return out

    def model_field(self, field):
        out = {"name": field.name, "type": canon(type(field))}
        relation = relation_of(type(field))
        remote = getattr(field, "remote_field", None)
        if remote is not None and relation != "GenericForeignKey":
            out["to"] = target(field, remote)
            on_delete = getattr(remote, "on_delete", None)
            if on_delete is not None and relation in ("ForeignKey", "OneToOneField"):
                on_delete = getattr(on_delete, "action", on_delete)  # polymorphic wraps it
                name = getattr(on_delete, "__name__", type(on_delete).__name__)
                out["on_delete"] = "SET" if name == "set_on_delete" else name
            if getattr(remote, "related_name", None):
                out["related_name"] = str(remote.related_name)
            through = getattr(remote, "through", None)
            if through is not None:
                auto = getattr(getattr(through, "_meta", None), "auto_created", False)
                if not auto:
                    out["through"] = through if isinstance(through, str) else through._meta.label
            if relation in ("ForeignKey", "OneToOneField") and getattr(remote, "field_name", None) not in (None, "id", "pk") and not isinstance(remote.model, str):
                pk = safe(lambda: remote.model._meta.pk.name)
                if remote.field_name != pk:
                    out["to_field"] = remote.field_name
        if relation == "GenericForeignKey":
            if field.ct_field != "content_type":
                out["ct_field"] = field.ct_field
            if field.fk_field != "object_id":
                out["fk_field"] = field.fk_field
            return out
        for key in ("null", "blank", "primary_key"):
            if getattr(field, key, False):
                out[key] = True
        if getattr(field, "_unique", False) and not out.get("primary_key") and relation != "OneToOneField":
            out["unique"] = True
        if getattr(field, "db_index", False) and relation not in ("ForeignKey", "OneToOneField") and not isinstance_name(field, "django.db.models.fields.SlugField"):
            out["db_index"] = True
        if relation in ("ForeignKey",) and getattr(field, "db_index", True) is False:
            out["db_index"] = "false"
        if not relation:
            for key in ("max_length", "max_digits", "decimal_places"):
                value = getattr(field, key, None)
                if isinstance(value, int) and value is not None:
                    out[key] = value
            for key in ("auto_now", "auto_now_add"):
                if getattr(field, key, False):
                    out[key] = True
        if getattr(field, "db_column", None):
            out["column"] = field.db_column
        from django.db.models.fields import NOT_PROVIDED
        default = getattr(field, "default", NOT_PROVIDED)
        if default is not NOT_PROVIDED and not (default is None and relation):
            out["default"] = "callable" if callable(default) else "literal"
        if getattr(field, "choices", None):
            out["choices"] = True
        if getattr(field, "editable", True) is False and relation != "GenericRelation" and "auto_now" not in out and "auto_now_add" not in out:
            out["editable"] = "false"
        return out

    # fields
    def describe_field(self, cls, node):
        from django.db import models
        out = {}
        relation = relation_of(cls)
        if relation:
            out["relation"] = relation
        parent = next((b for b in cls.__mro__[1:] if issubclass(b, models.Field)), object)
        args, inherited = positional(cls), positional(parent)
        if args != inherited or cls is models.Field:
            out["args"] = args
        instance = None
        for make in (lambda: cls(), lambda: cls("self", models.CASCADE) if relation in ("ForeignKey", "OneToOneField") else cls("self"), lambda: cls(models.IntegerField()),
                     lambda: cls(max_digits=10, decimal_places=2), lambda: cls(choices=[("a", "A")]), lambda: cls(max_length=200, choices=[("a", "A")]),
                     lambda: cls(populate_from="name"), lambda: cls("self", on_delete=models.CASCADE), lambda: cls("auth.Group"), lambda: cls("auth.Group", on_delete=models.CASCADE), lambda: cls(on_delete=models.CASCADE)):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                instance = safe(make)
            if instance is not None:
                break
        if instance is None:
            return out
        safe(lambda: instance.set_attributes_from_name("probe"))
        if relation in ("ForeignKey", "OneToOneField", "ManyToManyField"):
            implied = target(instance, instance.remote_field)
            # It was made of these, or not told any.
            if implied not in ("self", "auth.Group", None):
                out["to"] = implied
        plain = models.Field()
        defaults = {}
        for key in FIELD_DEFAULT_ATTRS:
            value = safe(lambda: getattr(instance, key, None))
            if relation and (key == "serialize" or key == "db_index" and relation not in ("ForeignKey", "OneToOneField")):
                continue
            if key == "unique" and safe(lambda: instance.primary_key):
                continue
            if value != getattr(plain, key, None) and isinstance(value, (bool, int, str)) and value not in (None, ""):
                if value is False and getattr(plain, key, None) is None:
                    continue
                defaults[key] = value
        from django.db.models.fields import NOT_PROVIDED
        default = getattr(instance, "default", NOT_PROVIDED)
        if default is not NOT_PROVIDED and default != "":
            defaults["default"] = "callable" if callable(default) else "literal"
        if getattr(instance, "choices", None) and not accepts(cls, "choices_given"):
            if not (instance.choices and safe(lambda: list(instance.choices)[0][0]) == "a"):
                defaults["choices"] = True
        for key in ("upload_to",):
            if isinstance(getattr(instance, key, None), str) and getattr(instance, key):
                defaults[key] = getattr(instance, key)
        if defaults:
            out["defaults"] = defaults
        internal = safe(instance.get_internal_type)
        if isinstance(internal, str) and internal != cls.__name__:
            out["internal"] = internal
        if relation in ("GenericForeignKey", "GenericRelation"):
            out["no_column"] = True
        else:
            column = safe(lambda: instance.get_attname_column()[1], "?")
            if column is None and relation not in ("ManyToManyField",):
                out["no_column"] = True
            elif not relation:
                db = safe(lambda: instance.db_type(POSTGRES())) if POSTGRES else None
                if isinstance(db, str) and internal not in BUILTIN_INTERNAL:
                    out["db_type"] = db
        adds = self.added_fields(cls, instance, relation)
        if adds:
            out["adds"] = adds
        return out

    counter = 0

    def added_fields(self, cls, instance, relation):
        """Put the field on a throw-away model and see which other fields it brought."""
        from django.db import models
        if relation or cls.__module__.startswith("django."):
            return []
        Describe.counter += 1
        try:
            model = type(f"Probe{Describe.counter}", (models.Model,), {"__module__": "migscan_probe", "probe": instance,
                         "Meta": type("Meta", (), {"app_label": "migscan_probe"})})
        except Exception:
            return []
        out = []
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many, *model._meta.private_fields]:
            if field is instance or getattr(field, "auto_created", False) or field.name in ("id", "probe"):
                continue
            entry = self.model_field(field)
            name = entry.pop("name")
            prefix, found, suffix = name.partition("probe")
            out.append({**({"prefix": prefix} if found and prefix else {}), **({"suffix": suffix} if found and suffix else {}), **({} if found else {"name": name}), **entry})
        return out

    def describe_manager(self, cls, node):
        queryset = getattr(cls, "_queryset_class", None)
        if "_queryset_class" in cls.__dict__ and isinstance(queryset, type):
            return {"queryset": canon(queryset)}
        for base in cls.__bases__:
            if "_queryset_class" in base.__dict__ and base.__name__.startswith(("ManagerFrom", "BaseManagerFrom")) or "From" in base.__name__:
                return {"queryset": canon(base._queryset_class)}
        return {}

    # serializers and forms
    def serializer_fields(self, cls):
        declared = getattr(cls, "_declared_fields", None)
        if not isinstance(declared, dict):
            return []
        out = []
        for name, field in declared.items():
            if any(getattr(b, "_declared_fields", {}).get(name) is field for b in cls.__mro__[1:]):
                continue
            entry = {"name": name, "type": canon(type(field))}
            child = getattr(field, "child", None) or getattr(field, "child_relation", None)
            if child is not None and type(field).__name__ in ("ListSerializer", "ManyRelatedField"):
                entry["type"], entry["many"] = canon(type(child)), True
                field_type = type(child)
            else:
                field_type = type(field)
                if child is not None:
                    entry["child"] = canon(type(child))
            if any(canon(b) == "rest_framework.serializers.BaseSerializer" for b in field_type.__mro__):
                entry["nested"] = True
            for key in ("read_only", "write_only", "allow_null"):
                if getattr(field, key, False):
                    entry[key] = True
            if getattr(field, "required", True) is False and not getattr(field, "read_only", False):
                entry["required"] = "false"
            source = getattr(field, "_kwargs", {}).get("source")
            if source and source != name:
                entry["source"] = source
            out.append(entry)
        return out

    def meta_into(self, cls, out):
        meta = cls.__dict__.get("Meta")
        if meta is None:
            return out
        model = getattr(meta, "model", None)
        if isinstance(model, type):
            out["meta_model"] = model_name(model, cls)
        for key in ("fields", "exclude", "read_only_fields"):
            value = getattr(meta, key, None)
            if isinstance(value, str):
                out["meta_" + key] = [value]
            elif isinstance(value, (list, tuple, set, frozenset)):
                out["meta_" + key] = [str(v) for v in value]
            elif isinstance(value, dict):
                out["meta_" + key] = [str(v) for v in value]
        return out

    def describe_serializer(self, cls, node):
        out = self.meta_into(cls, {"declared": self.serializer_fields(cls)})
        mapping = cls.__dict__.get("serializer_field_mapping")
        if isinstance(mapping, dict):
            out["field_mapping"] = {canon(k): canon(v) for k, v in sorted(mapping.items(), key=lambda kv: canon(kv[0]))}
        return out

    def describe_form(self, cls, node):
        out = []
        for name, field in getattr(cls, "declared_fields", {}).items():
            if not any(getattr(b, "declared_fields", {}).get(name) is field for b in cls.__mro__[1:]):
                out.append(drop({"name": name, "type": canon(type(field)), "required": "false" if getattr(field, "required", True) is False else None}))
        return self.meta_into(cls, {"declared": out})

    def describe_filterset(self, cls, node):
        out = []
        for name, field in getattr(cls, "declared_filters", {}).items():
            if not any(getattr(b, "declared_filters", {}).get(name) is field for b in cls.__mro__[1:]):
                out.append({"name": name, "type": canon(type(field))})
        return self.meta_into(cls, {"declared": out})

    # small kinds
    def describe_middleware(self, cls, node):
        return {"hooks": [h for h in MIDDLEWARE_HOOKS if h in cls.__dict__]}

    def describe_command(self, cls, node):
        match = re.search(r"\.management\.commands\.(\w+)$", cls.__module__)
        return {"name": match.group(1)} if match and cls.__name__ == "Command" else {}

    def describe_app_config(self, cls, node):
        name = cls.__dict__.get("name")
        label = cls.__dict__.get("label") or (name.rsplit(".", 1)[-1] if isinstance(name, str) else None)
        auto = cls.__dict__.get("default_auto_field")
        return {"module": name if isinstance(name, str) else None, "label": label if isinstance(label, str) else None, "default_auto_field": auto if isinstance(auto, str) else None}

    def describe_permission(self, cls, node):
        return {"checks": [m for m in PERMISSION_METHODS if m in cls.__dict__]}

    def describe_authentication(self, cls, node):
        # Of the first class of a view it decides between 401 and 403. The root's own gives None.
        own = "authenticate_header" in cls.__dict__ and f"{cls.__module__}.{cls.__name__}" != "rest_framework.authentication.BaseAuthentication"
        return {"methods": ["authenticate_header"] if own else []}

    def describe_consumer(self, cls, node):
        out = self.view_like(cls, node)
        out["methods"] = [h for h in CONSUMER_HOOKS if h in cls.__dict__]
        out["actions"] = []
        return out

    def describe_enum(self, cls, node):
        members = list(getattr(cls, "__members__", {}).items())
        if not members or len(members) > 40:
            return {}
        return {"members": {k: v.value if isinstance(v.value, (str, int)) else str(v.value) for k, v in members}}

    def describe_router(self, cls, node):
        routes = []
        for route in cls.__dict__.get("routes") or []:
            entry = {"url": route.url, "name": route.name, "detail": route.detail}
            mapping = getattr(route, "mapping", None)
            if mapping is None:
                entry["dynamic"] = True
            else:
                entry["mapping"] = dict(mapping)
            routes.append(entry)
        return {"routes": routes, "has_get_urls": "get_urls" in cls.__dict__}


def isinstance_name(obj, dotted):
    return any(canon(c) == dotted for c in type(obj).__mro__)


def accepts(cls, name):
    return False


def relation_of(cls):
    for base in cls.__mro__:
        name = {"django.db.models.fields.related.OneToOneField": "OneToOneField", "django.db.models.fields.related.ForeignKey": "ForeignKey",
                "django.db.models.fields.related.ManyToManyField": "ManyToManyField", "django.contrib.contenttypes.fields.GenericForeignKey": "GenericForeignKey",
                "django.contrib.contenttypes.fields.GenericRelation": "GenericRelation"}.get(canon(base))
        if name:
            return name
    return None


def target(field, remote):
    setting = safe(lambda: field.swappable_setting)
    if setting:
        return "settings." + setting
    model = remote.model
    if isinstance(model, str):
        return model
    if model is getattr(field, "model", None):
        return "self"
    label = safe(lambda: model._meta.label)
    return label or safe(lambda: canon(model)) or str(model)


def positional(cls):
    """Positional parameter names of `cls(...)`; `*args` goes on with the next class that has an `__init__`."""
    names, mro = [], list(cls.__mro__)
    for index, base in enumerate(mro):
        if base is object:
            break
        init = base.__dict__.get("__init__")
        if init is None:
            continue
        try:
            params = list(inspect.signature(init).parameters.values())[1:]
        except Exception:
            break
        names += [p.name for p in params if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) and p.name not in names]
        if not any(p.kind is p.VAR_POSITIONAL for p in params):
            break
    return names


def model_name(model, cls):
    """A swappable model that another package names is whatever the project's setting says."""
    setting = safe(lambda: model._meta.swappable)
    if setting and model.__module__.split(".")[0] != cls.__module__.split(".")[0]:
        return "settings." + setting
    return canon(model)


def attr_value(value):
    if isinstance(value, bool):
        return value
    if isinstance(value, enum.Enum):
        return None
    if isinstance(value, (str, int)):
        return value
    if isinstance(value, type):
        return canon(value)
    if isinstance(value, (list, tuple)):
        out = []
        for item in value:
            if isinstance(item, str):
                out.append(item)
            elif isinstance(item, type):
                out.append(canon(item))
            elif type(item).__name__ in ("OperandHolder", "SingleOperandHolder"):
                out.append(operand(item))
            else:
                return None
        return out
    if type(value).__name__ == "__proxy__":
        return safe(lambda: str(value))
    return None


def operand(item):
    words = {"AND": "&", "OR": "|", "NOT": "~"}
    def show(x):
        if isinstance(x, type):
            return canon(x)
        if hasattr(x, "op2_class"):
            return f"({show(x.op1_class)} {words.get(x.operator_class.__name__, '?')} {show(x.op2_class)})"
        return f"~{show(x.op1_class)}"
    return show(item)


def drop(table):
    return {k: v for k, v in table.items() if v is not None}


POSTGRES = None
BUILTIN_INTERNAL = set()


def make_postgres():
    """An unconnected PostgreSQL wrapper: says what column type a field has there."""
    global POSTGRES, BUILTIN_INTERNAL
    try:
        from django.db.backends.postgresql.base import DatabaseWrapper
        wrapper = DatabaseWrapper({"NAME": "x", "ENGINE": "", "OPTIONS": {}, "TIME_ZONE": None, "CONN_MAX_AGE": 0, "AUTOCOMMIT": True, "USER": "", "PASSWORD": "", "HOST": "", "PORT": "",
                                   "CONN_HEALTH_CHECKS": False, "TEST": {}, "ATOMIC_REQUESTS": False}, "probe")
        POSTGRES = lambda: wrapper
        BUILTIN_INTERNAL = set(wrapper.data_types)
    except Exception:
        POSTGRES = None


# ---------------------------------------------------------------------------------------------------------------------
# TOML

def toml_key(key):
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else toml_string(key)


def toml_string(value):
    out = []
    for ch in str(value):
        if ch in '"\\':
            out.append("\\" + ch)
        elif ch == "\n":
            out.append("\\n")
        elif ch == "\t":
            out.append("\\t")
        elif ord(ch) < 32 or ord(ch) == 127:
            out.append(f"\\u{ord(ch):04x}")
        else:
            out.append(ch)
    return '"' + "".join(out) + '"'


def toml_value(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, str):
        return toml_string(STAND_INS.get(value, value))
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{toml_key(k)} = {toml_value(v)}" for k, v in value.items()) + " }" if value else "{}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(toml_value(v) for v in value) + "]"
    raise TypeError(f"no TOML for {value!r}")


KEY_ORDER = ["kind", "role", "bases", "abstract", "label", "module", "proxy", "managed", "swappable", "db_table", "relation", "internal", "db_type", "no_column", "permission",
             "csrf_exempt", "args", "to", "defaults", "adds", "name", "fields", "managers", "queryset", "ordering", "unique_together", "methods", "checks", "hooks", "actions", "has_get_urls",
             "attrs", "settings_attrs", "features", "declared", "meta_model", "meta_fields", "meta_exclude", "meta_read_only_fields", "members"]
# written as false, because the default is true
EXPLICIT_FALSE = {"managed", "required", "editable", "db_index", "unset"}


def compact(facts):
    out = {}
    for key in sorted(facts, key=lambda k: (KEY_ORDER.index(k) if k in KEY_ORDER else len(KEY_ORDER), k)):
        value = facts[key]
        if key in ("fields", "declared", "adds") and isinstance(value, list):
            value = [{k: (False if v == "false" and k in EXPLICIT_FALSE else v) for k, v in entry.items()} if isinstance(entry, dict) else entry for entry in value]
        if value == "false" and key in EXPLICIT_FALSE:
            value = False
        elif value is None or value is False or value == [] or value == {}:
            continue
        out[key] = value
    return out


def write(path, dist, version, data):
    lines = [f"# {dist} {version} — generated by tools/packages/introspect.py; hand-written part: tools/packages/extra", "", "[package]"]
    for key in ("distribution", "version", "also", "modules"):
        if key not in data["package"]:
            continue
        lines.append(f"{key} = {toml_value(data['package'][key])}")
    for app in data["app"]:
        lines += ["", "[[app]]"] + [f"{k} = {toml_value(v)}" for k, v in app.items()]
    for table in ("aliases", "module_aliases", "classes", "functions", "signals", "instances", "values", "template_libraries", "urlconfs", "urls"):
        content = data.get(table)
        if not content or content in ({"names": []}, {"modules": []}):
            continue
        lines += ["", f"[{table}]"]
        for key in sorted(content):
            value = content[key]
            if table in ("signals", "urlconfs"):
                lines += [f"{key} = ["] + [f"  {toml_value(v)}," for v in value] + ["]"]
            elif table == "urls":
                lines += [f"{toml_key(key)} = ["] + [f"  {toml_value(v)}," for v in value] + ["]"]
            else:
                lines.append(f"{toml_key(key)} = {toml_value(compact(value) if isinstance(value, dict) and table != "values" else value)}")
    text = "\n".join(lines) + "\n"
    tomllib.loads(text)
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)


def merge(base, extra):
    for key, value in extra.items():
        if isinstance(value, dict) and isinstance(base.get(key), dict):
            merge(base[key], value)
        else:
            base[key] = value


# ---------------------------------------------------------------------------------------------------------------------
# urls

def url_rows(patterns, seen=()):
    rows = []
    for pattern in patterns:
        route = str(pattern.pattern)
        regex = type(pattern.pattern).__name__ != "RoutePattern"
        row = {"route": route}
        if regex and route:
            row["regex"] = True
        if hasattr(pattern, "url_patterns"):
            module = getattr(pattern, "urlconf_name", None)
            if isinstance(module, types.ModuleType):
                row["include"] = module.__name__
            elif isinstance(module, str):
                row["include"] = module
            else:
                nested = safe(lambda: pattern.url_patterns, [])
                row["patterns"] = url_rows(nested)
            if getattr(pattern, "namespace", None):
                row["namespace"] = pattern.namespace
        else:
            callback = pattern.callback
            cls = getattr(callback, "cls", None) or getattr(callback, "view_class", None)
            if isinstance(cls, type):
                row["view"] = canon(cls)
                actions = getattr(callback, "actions", None)
                if actions:
                    row["actions"] = {k: v for k, v in sorted(actions.items())}
            elif hasattr(callback, "__qualname__"):
                row["view"] = f"{callback.__module__}.{callback.__qualname__}"
            if pattern.name:
                row["name"] = str(pattern.name)
        rows.append(row)
    return rows


# ---------------------------------------------------------------------------------------------------------------------

# ---------------------------------------------------------------------------------------------------------------------
# values

SECRETS = re.compile(r"SECRET|PASSWORD|TOKEN")


def plain(value, depth=0):
    """The value as a table holds it; raises for what is no data."""
    if isinstance(value, (bool, int, float)) and type(value) in (bool, int, float):
        return value
    if type(value) is str:
        return value.replace("migscan_settings", "{project}")
    if type(value) in (list, tuple) and depth < 6:
        items = [plain(v, depth + 1) for v in value]
        return items if type(value) is list else {"()": items}
    if type(value) is dict and depth < 6 and all(type(k) is str for k in value):
        return {k: plain(v, depth + 1) for k, v in value.items()}
    raise TypeError


def settings_values(module):
    """Upper-case names of a settings module that hold data; without those that the environment decides."""
    tree = ast.parse(inspect.getsource(module))
    decided = {n.name for n in tree.body if isinstance(n, (ast.FunctionDef, ast.ClassDef))} | {"config", "environ", "getenv", "env"}

    def depends(node):
        return any(isinstance(n, ast.Name) and n.id in decided or isinstance(n, ast.Attribute) and n.attr in decided for n in ast.walk(node))

    def targets(node):
        found = node.targets if isinstance(node, ast.Assign) else [node.target]
        return [n.id for t in found for n in ast.walk(t) if isinstance(n, ast.Name)]

    assigned = set()

    def read(body, conditional):
        for node in body:
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
                fresh = [n for n in targets(node) if not (conditional and n in assigned)]
                assigned.update(fresh)
                if conditional or depends(node.value):
                    decided.update(fresh)
            elif isinstance(node, ast.If):
                read(node.body + node.orelse, conditional or depends(node.test))

    read(tree.body, False)
    out = {}
    for name, value in vars(module).items():
        if name not in assigned or not name.isupper() or name in decided or name.startswith("_") or SECRETS.search(name):
            continue
        try:
            out[f"{module.__name__}.{name}"] = {"value": plain(value)}
        except TypeError:
            continue
    return out


def loaded_values(module, functions):
    """Names that a module binds to what a loader of the package finds: the call, which the project answers."""
    out = {}
    for node in ast.parse(inspect.getsource(module)).body:
        if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Name) and not node.value.keywords):
            continue
        function = getattr(module, node.value.func.id, None)
        called = f"{getattr(function, '__module__', '')}.{getattr(function, '__qualname__', '')}"
        if functions.get(called, {}).get("kind") != "class_loader":
            continue
        args = [safe(lambda: ast.literal_eval(a)) for a in node.value.args]
        if not args or None in args:
            continue
        made = {"call": called, "args": [list(a) if isinstance(a, tuple) else a for a in args]}
        target = node.targets[0]
        if isinstance(target, ast.Name):
            out[f"{module.__name__}.{target.id}"] = made
        elif isinstance(target, ast.Tuple):
            for position, element in enumerate(target.elts):
                out[f"{module.__name__}.{element.id}"] = {**made, "item": position}
    return out


def registrations(module):
    """`admin.site.register(Model, Admin)` in the body of a module."""
    out = []
    for node in ast.parse(inspect.getsource(module)).body:
        call = node.value if isinstance(node, ast.Expr) else None
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "admin.site.register" and call.args and all(isinstance(a, ast.Name) for a in call.args):
            out.append([call.args[0].id] + [a.id for a in call.args[1:2]])
    return out


def collect_values(modules, generator, data):
    values, starred = {}, re.compile(generator["star_modules"]) if generator.get("star_modules") else None
    for name in generator.get("settings_modules", []):
        values.update(settings_values(modules[name]) if name in modules else {})
    for name, module in modules.items():
        if not starred or not starred.search(name):
            continue
        values.update(loaded_values(module, data["functions"]))
        registered = registrations(module)
        if registered:
            values[name] = {"registers": registered}
        # What the module imported goes on with `import *`.
        for bound, value in vars(module).items():
            if bound.startswith("_") or bound not in Source(module).imported:
                continue
            if isinstance(value, types.ModuleType):
                data["aliases"][f"{name}.{bound}"] = value.__name__
            elif isinstance(value, (type, types.FunctionType)) and "<locals>" not in value.__qualname__:
                data["aliases"][f"{name}.{bound}"] = canon(value)
    return values


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("distribution")
    parser.add_argument("--roots", required=True)
    parser.add_argument("--apps", default="")
    parser.add_argument("--out", required=True)
    parser.add_argument("--extra", required=True)
    args = parser.parse_args()
    dist, roots = re.sub(r"[-_.]+", "-", args.distribution).lower(), args.roots.split()
    version = importlib.metadata.version(args.distribution)
    extra_path = os.path.join(args.extra, f"{dist}.toml")
    extra = {}
    if os.path.exists(extra_path):
        with open(extra_path, "rb") as handle:
            extra = tomllib.load(handle)
    generator = extra.pop("generator", {})
    failures = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        os.environ.update(generator.get("environment", {}))
        for name in generator.get("stub_modules", []):
            sys.modules[name] = types.ModuleType(name)
        with contextlib.redirect_stdout(io.StringIO()):
            setup_django(dist, args.apps.split(), extra.pop("settings", {}))
        make_postgres()
        skip = re.compile(generator["skip_modules"]) if generator.get("skip_modules") else None
        names = [n for root in roots for n in walk(root, failures, skip)]
        modules = import_all(names, failures)
        data = collect(dist, version, roots, modules, generator, set(extra.get("functions", {})) | set(extra.get("classes", {})) | set(extra.get("instances", {})))
    if generator.get("also"):
        data["package"]["also"] = generator["also"]
    merge(data, extra)
    values = collect_values(modules, generator, data)
    data["values"] = {**values, **data.get("values", {})}
    if generator.get("drop_classes"):
        pattern = re.compile(generator["drop_classes"])
        used, dropped = set(), set(data["classes"])
        keep = {k for k, v in data["classes"].items() if not pattern.search(f"{v['kind']}:{v.get('role', '')} {k}")}
        stack = list(keep)
        while stack:
            for base in data["classes"].get(stack.pop(), {}).get("bases", []):
                if base not in used:
                    used.add(base)
                    stack.append(base)
        data["classes"] = {k: v for k, v in data["classes"].items() if k in keep or k in used}
        data["aliases"] = {k: v for k, v in data["aliases"].items() if v not in dropped or v in data["classes"]}
    data["aliases"] = {k: v for k, v in data["aliases"].items() if k != v}
    os.makedirs(args.out, exist_ok=True)
    path = os.path.join(args.out, f"{dist}.toml")
    write(path, dist, version, data)
    check(data, roots, modules)
    for name, error in failures[:8]:
        print(f"  not imported: {name}: {type(error).__name__}: {str(error).splitlines()[0][:150] if str(error) else ''}", file=sys.stderr)
    print(f"{dist} {version}: {os.path.getsize(path) // 1024} KB, {len(modules)}/{len(names)} modules, {len(data['classes'])} classes, {len(data['aliases'])} aliases", file=sys.stderr)


def check(data, roots, modules):
    """Hand-written names must exist (a name that does not resolve is reported, not removed)."""
    for table in ("functions", "classes", "instances"):
        for name in data.get(table, {}):
            if any(name.startswith(r + ".") for r in roots):
                parts = name.split(".")
                for cut in range(len(parts) - 1, 0, -1):
                    module = sys.modules.get(".".join(parts[:cut]))
                    if module is not None:
                        obj = module
                        try:
                            for part in parts[cut:]:
                                obj = inspect.getattr_static(obj, part) if isinstance(obj, type) else getattr(obj, part)
                        except AttributeError:
                            print(f"  unknown name in [{table}]: {name}", file=sys.stderr)
                        break
                target_name = data["aliases"].get(name)
                if target_name and table != "aliases":
                    print(f"  alias used as canonical in [{table}]: {name} -> {target_name}", file=sys.stderr)


def collect(dist, version, roots, modules, generator, hand):
    describe = Describe(roots, modules)
    has_django = "django" in sys.modules

    # 1. the classes
    found, order = {}, []
    for module in modules.values():
        stack = [v for v in list(vars(module).values()) if isinstance(v, type)]
        while stack:
            cls = stack.pop()
            name = safe(lambda: canon(cls))
            if not isinstance(name, str) or name in found or not describe.own(cls.__module__) or cls.__module__ not in modules or SKIP_QUALNAME.search(cls.__qualname__):
                continue
            if not describe.importable(cls):
                continue
            found[name] = cls
            order.append(name)
            stack += [v for v in cls.__dict__.values() if isinstance(v, type) and v.__qualname__.startswith(cls.__qualname__ + ".")]
    classes = {}
    kinds = {}
    for name, cls in found.items():
        kind = describe.kind(cls)
        private = any(p.startswith("_") for p in cls.__qualname__.split("."))
        if kind and not private:
            if kind in ("exception",) and "." in cls.__qualname__:
                continue
            kinds[name] = kind
    for name, cls in found.items():
        if name not in kinds and not cls.__qualname__.startswith("_") and "." not in cls.__qualname__ and not issubclass(cls, type) and has_django and safe(lambda: describe.is_mixin(cls)):
            contributes = "contribute_to_class" in cls.__dict__ and not cls.__name__.endswith("Mixin")
            kinds[name] = "other:contributor" if contributes else "mixin"
    # every base of an included class
    stack = list(kinds)
    while stack:
        cls = found[stack.pop()]
        for base in cls.__bases__:
            name = canon(base)
            if name in found and name not in kinds:
                kinds[name] = describe.kind(base) or ("mixin" if safe(lambda: describe.is_mixin(base)) else "other")
                stack.append(name)
    for name, kind in kinds.items():
        facts = describe.facts(found[name], kind)
        classes[name] = facts

    # 2. names of functions, signals and instances
    signals, instances, canonical = [], {}, {}
    functions = {}
    decorator_functions = {}
    for module_name, module in modules.items():
        source = describe.sources[module_name]
        for name, value in list(vars(module).items()):
            if isinstance(value, type) or name.startswith("__") or isinstance(value, types.ModuleType):
                continue
            dotted = f"{module_name}.{name}"
            if isinstance(value, types.FunctionType) and "<locals>" not in value.__qualname__ and value.__module__ == module_name and value.__name__ == name and name in source.defs:
                canonical[id(value)] = dotted
                if module_name.rsplit(".", 1)[-1] == "decorators" or ".decorators." in module_name:
                    if not name.startswith("_"):
                        decorator_functions[dotted] = {"kind": "decorator"}
                continue
            if name in source.defs and callable(value):  # decorated functions
                canonical[id(value)] = dotted
                if (module_name.rsplit(".", 1)[-1] == "decorators" or ".decorators." in module_name) and not name.startswith("_"):
                    decorator_functions[dotted] = {"kind": "decorator"}
                continue
            if name in source.assigned and name not in source.imported:
                cls = type(value)
                mro = safe(lambda: [canon(c) for c in cls.__mro__], [])
                if "django.dispatch.dispatcher.Signal" in mro or cls.__name__ == "Signal":
                    canonical.setdefault(id(value), dotted)
                    if canonical[id(value)] == dotted:
                        signals.append(dotted)
                elif callable(value) and isinstance(value, (types.FunctionType, functools.partial, types.MethodType)):
                    canonical.setdefault(id(value), dotted)
                    view = getattr(value, "view_class", None) or getattr(value, "cls", None)
                    if isinstance(view, type) and not name.startswith("_"):  # login = LoginView.as_view()
                        functions[dotted] = {"kind": "view", "view_class": canon(view)}
                elif cls.__module__ not in ("builtins", "re", "logging", "collections", "pathlib", "datetime", "decimal", "typing", "types", "enum", "uuid", "os", "weakref", "string", "threading",
                                            "contextvars", "_contextvars", "asgiref.local", "_io", "ctypes", "functools", "operator", "_operator", "zoneinfo", "struct", "itertools") \
                        and not cls.__module__.startswith(("django.utils.functional", "django.template", "typing", "gettext")) and not name.startswith("_"):
                    kind = describe.kind(cls)
                    own = describe.own(cls.__module__) or cls.__module__.startswith(("django.", "celery", "rest_framework", "ninja", "graphene"))
                    if own and "<locals>" not in cls.__qualname__ and (kind not in (None, "exception", "field", "form_field", "enum", "converter", "other:expression", "other:widget", "other:file")) \
                            and name not in ("register",):
                        canonical.setdefault(id(value), dotted)
                        if canonical[id(value)] == dotted:
                            instances[dotted] = canon(cls)
    functions.update(decorator_functions)
    for dotted in hand:
        module_name, _, name = dotted.rpartition(".")
        value = getattr(modules.get(module_name), name, None)
        if value is not None and not isinstance(value, type):
            canonical[id(value)] = dotted

    # 3. aliases
    aliases = {}
    incidental = generator.get("incidental", ["model", "field", "view", "serializer", "form", "admin", "mixin", "manager", "queryset", "router"])
    facade = set(generator.get("facade_modules", []))
    no_alias = re.compile(generator["skip_aliases"]) if generator.get("skip_aliases") else None
    # Modules that others are asked for: `from django.contrib.admin.widgets import forms`.
    bound_modules = re.compile(generator["bound_modules"]) if generator.get("bound_modules") else None
    for module_name, module in modules.items():
        path = getattr(module, "__file__", None) or ""
        init = path.endswith("__init__.py")
        exported = set(safe(lambda: list(module.__all__), []) or [])
        last = module_name.rsplit(".", 1)[-1]
        source = describe.sources[module_name]
        for name in sorted(set(dir(module)) | exported):
            if name.startswith("_"):
                continue
            value = safe(lambda: getattr(module, name))
            dotted = f"{module_name}.{name}"
            if isinstance(value, types.ModuleType) and bound_modules and bound_modules.search(value.__name__) and dotted != value.__name__:
                aliases[dotted] = value.__name__
            if value is None or isinstance(value, types.ModuleType):
                continue
            if no_alias and no_alias.search(dotted):
                continue
            public = (name in exported) if exported and module_name not in facade else (init or module_name in facade)
            if isinstance(value, type):
                target_name = canon(value)
                own = describe.own(value.__module__)
                if own:
                    known = target_name in kinds or target_name in hand
                    if not public and not (last in ALIAS_MODULES and known and kinds.get(target_name) in incidental):
                        continue
                    if safe(lambda: value._meta.swappable) and name != value.__name__:
                        continue  # UserModel = get_user_model()
                    if not known:
                        continue
                else:
                    if not public or (init and name not in exported and (name not in source.imported or module_name not in facade and (source.classes or source.defs))) or not describe.kind(value):
                        continue
                    kind = describe.kind(value)
                    if kind == "exception" and not value.__module__.startswith(("django.", "rest_framework")):
                        continue
                    if not describe.importable(value):
                        continue
            elif isinstance(value, types.FunctionType) and "<locals>" not in value.__qualname__:
                if not public:
                    continue
                target_name = canonical.get(id(value)) or f"{value.__module__}.{value.__qualname__}"
                if not describe.own(value.__module__) and not (name in exported):
                    continue
                if value.__name__.startswith("_") or "templatetags" in module_name:
                    continue
            else:
                target_name = safe(lambda: canonical.get(id(value)))
                if target_name is None:
                    continue
                if not public:
                    continue
            if target_name != dotted:
                aliases[dotted] = target_name

    # 4. apps, template libraries, urlconfs
    apps_out, seen = [], set()
    if has_django:
        from django.apps import apps as registry, AppConfig
        from django.apps.config import AppConfig as Base
        for config in registry.get_app_configs() if registry.apps_ready else []:
            if describe.own(config.name):
                cls = type(config)
                entry = {"module": config.name, "label": config.label}
                if cls is not Base:
                    entry["config"] = canon(cls)
                    if isinstance(getattr(cls, "default_auto_field", None), str):
                        entry["default_auto_field"] = cls.default_auto_field
                    if safe(lambda: config.models_module.__name__) == f"{config.name}.models" and safe(lambda: any(True for _ in config.get_models())):
                        entry["models"] = True
                apps_out.append(entry)
                seen.add(config.name)
        for name, cls in sorted(found.items()):
            if issubclass(cls, AppConfig) and isinstance(cls.__dict__.get("name"), str) and cls.__dict__["name"] not in seen and describe.own(cls.__dict__["name"]):
                entry = {"module": cls.name, "label": cls.__dict__.get("label") or cls.name.rsplit(".", 1)[-1], "config": name}
                if isinstance(cls.__dict__.get("default_auto_field"), str):
                    entry["default_auto_field"] = cls.default_auto_field
                apps_out.append(entry)
                seen.add(cls.name)
    apps_out.sort(key=lambda a: (a["module"], a["label"]))
    libraries = {}
    for module_name, module in modules.items():
        if ".templatetags." in module_name and type(getattr(module, "register", None)).__name__ == "Library":
            libraries[module_name.split(".templatetags.", 1)[1]] = module_name
    urlconfs, urls = [], {}
    skip_urls = re.compile(generator["skip_urls"]) if generator.get("skip_urls") else None
    for module_name, module in modules.items():
        patterns = getattr(module, "urlpatterns", None)
        if isinstance(patterns, (list, tuple)) and "urlpatterns" not in describe.sources[module_name].imported:
            urlconfs.append(module_name)
            rows = safe(lambda: url_rows(patterns))
            if rows and skip_urls and skip_urls.search(module_name):
                continue
            if rows and len(rows) <= 200:
                urls[module_name] = rows
    return {
        "package": {"distribution": dist, "version": version, "modules": roots}, "app": apps_out, "aliases": aliases, "classes": classes, "functions": functions,
        "signals": {"names": sorted(set(signals))}, "instances": instances, "template_libraries": libraries, "urlconfs": {"modules": sorted(urlconfs)}, "urls": urls,
    }


if __name__ == "__main__":
    main()
