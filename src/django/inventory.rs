//! What the analysis found, as plain data: the shape that rules, effort, plan and reports read.
//!
//! Every list is sorted by its natural key (label, dotted name, path) before it leaves this layer.

use std::collections::BTreeMap;

/// How far a statement can be trusted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    #[default]
    Certain,
    /// Depends on a condition or on code that was only partly understood.
    Likely,
    Unknown,
}

/// A place in a file of the project.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub file: String,
    pub line: u32,
}

#[derive(Clone, Debug, Default)]
pub struct App {
    pub label: String,
    pub module: String,
    /// Directory, relative to the scanned root.
    pub path: String,
    pub config: Option<String>,
    pub installed: bool,
    pub default_auto_field: Option<String>,
    /// Its config does something in `ready()`.
    pub ready: bool,
    /// Lines of Python below the app's directory, tests and migrations left out.
    pub lines: u64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Relation {
    /// `ForeignKey`, `OneToOneField`, `ManyToManyField`, `GenericForeignKey`, `GenericRelation`
    pub kind: String,
    /// `app.Model`
    pub to: Option<String>,
    pub on_delete: Option<String>,
    pub related_name: Option<String>,
    /// `app.Model`; none where Django makes the table.
    pub through: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DefaultKind {
    #[default]
    None,
    Literal,
    Callable,
}

#[derive(Clone, Debug, Default)]
pub struct Field {
    pub name: String,
    /// The class name: `CharField`.
    pub type_name: String,
    pub type_qualname: String,
    /// The built-in Django field it comes down to.
    pub internal_type: Option<String>,
    pub column: Option<String>,
    pub null: Option<bool>,
    pub blank: Option<bool>,
    pub unique: Option<bool>,
    pub primary_key: Option<bool>,
    pub db_index: Option<bool>,
    pub max_length: Option<i64>,
    pub max_digits: Option<i64>,
    pub decimal_places: Option<i64>,
    pub auto_now: bool,
    pub auto_now_add: bool,
    pub default: DefaultKind,
    pub choices: bool,
    /// Dotted class in whose body it stands.
    pub declared_in: String,
    pub place: Place,
    pub relation: Option<Relation>,
    /// The other arguments as text, those that say what the default says left out; none for one that is not known. None where nobody knows which
    /// there are. For the comparison with the migrations.
    pub given: Option<BTreeMap<String, Option<String>>>,
    /// Added by Django, a package or another field; not written in the class body.
    pub implied: bool,
    /// The project defines the field's class.
    pub own_class: bool,
    /// Names of the arguments that it is given; `name=False` where one is switched off, `name=callable` where one is a function or class.
    pub options: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MethodKind {
    Property,
    /// `save`, `delete`, `clean`, … of the framework overridden.
    Override,
    ClassMethod,
    StaticMethod,
    Method,
}

#[derive(Clone, Debug)]
pub struct Method {
    pub name: String,
    pub kind: MethodKind,
    pub line: u32,
    pub complexity: u32,
}

#[derive(Clone, Debug, Default)]
pub struct Meta {
    pub unique_together: Vec<Vec<String>>,
    pub index_together: Vec<Vec<String>>,
    /// Constraint and index names; a class name where unnamed.
    pub constraints: Vec<String>,
    pub indexes: Vec<String>,
    pub ordering: Vec<String>,
    pub permissions: Vec<String>,
    pub get_latest_by: Option<String>,
    pub order_with_respect_to: Option<String>,
    pub verbose_name: Option<String>,
    /// Constraints and indexes, each with what it is made of.
    pub items: Vec<MetaItem>,
    /// Names of all options that it sets, those of its bases included.
    pub options: Vec<String>,
}

/// An element of Meta.constraints or Meta.indexes.
#[derive(Clone, Debug, Default)]
pub struct MetaItem {
    /// `constraint` or `index`
    pub kind: &'static str,
    /// Class name: `UniqueConstraint`, `GinIndex`, …
    pub type_name: String,
    pub name: Option<String>,
    /// Names of its keyword arguments, and `expressions` where it is given expressions by position.
    pub options: Vec<String>,
    pub place: Place,
}

#[derive(Clone, Debug, Default)]
pub struct Model {
    /// `app.Model`
    pub label: String,
    pub qualname: String,
    pub app: String,
    pub name: String,
    pub module: String,
    pub place: Place,
    pub installed: bool,
    pub is_abstract: bool,
    pub proxy: bool,
    pub managed: bool,
    pub db_table: Option<String>,
    /// Direct bases, dotted.
    pub bases: Vec<String>,
    /// Every class of a package or of Django among its ancestors, dotted, nearest first.
    pub outside: Vec<String>,
    /// First-party abstract models among its ancestors, dotted.
    pub mixed_in: Vec<String>,
    /// The setting that can swap the model out.
    pub swappable: Option<String>,
    /// The setting names another model.
    pub swapped: bool,
    pub fields: Vec<Field>,
    pub managers: Vec<String>,
    pub meta: Meta,
    pub methods: Vec<Method>,
    /// Query sites that read and that write it.
    pub reads: u32,
    pub writes: u32,
    /// Made at run time: by `type()`, inside a function, by a package.
    pub dynamic: bool,
    pub certainty: Certainty,
    /// An attribute is not known: it may be a further field.
    pub open: bool,
}

/// A manager or queryset class of the project.
#[derive(Clone, Debug, Default)]
pub struct ManagerClass {
    pub qualname: String,
    pub place: Place,
    /// Name and line of what it defines itself.
    pub methods: Vec<(String, u32)>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum RouteKind {
    #[default]
    Path,
    Regex,
}

/// A list of classes that DRF applies to a route, and where it is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Dotted names, in order.
    pub names: Vec<String>,
    /// `action`, `as_view`, `method`, `class`, `package`, `decorator`, `settings`, `default`; empty where DRF is not asked.
    pub from: &'static str,
    pub certainty: Certainty,
}

/// Who may call a route, and how it answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// Decorators and access mixins on the way to the view, the outermost first.
    pub decorators: Vec<String>,
    /// What they demand: `login`, `permission`, `staff`, `test`, …
    pub demands: Vec<String>,
    /// Whether an anonymous request is turned away; none where code decides that cannot be judged.
    pub login_required: Option<bool>,
    pub csrf_exempt: bool,
    pub permissions: Policy,
    pub authentication: Policy,
    pub throttles: Policy,
    pub parsers: Policy,
    pub renderers: Policy,
    pub pagination: Policy,
    pub filters: Policy,
    /// Dotted names of the serializers that it uses.
    pub serializers: Vec<String>,
    pub serializers_certainty: Certainty,
}

impl Access {
    pub fn set(&mut self, attribute: &str, policy: Policy) {
        match attribute {
            "permission_classes" => self.permissions = policy,
            "authentication_classes" => self.authentication = policy,
            "throttle_classes" => self.throttles = policy,
            "parser_classes" => self.parsers = policy,
            "renderer_classes" => self.renderers = policy,
            "pagination_class" => self.pagination = policy,
            _ => self.filters = policy,
        }
    }
}

#[derive(Clone, Debug, Default)]
pub struct Route {
    /// With `{?}` for each part that is not known.
    pub path: String,
    pub path_known: bool,
    /// The Django source patterns, joined.
    pub pattern: String,
    pub kind: RouteKind,
    /// Upper-case, without HEAD and OPTIONS; none where the view takes anything.
    pub methods: Option<Vec<String>>,
    pub methods_certainty: Certainty,
    /// Dotted name of the view; none where it is not known.
    pub view: Option<String>,
    /// HTTP method (lower-case) → method of the view set.
    pub actions: Vec<(String, String)>,
    pub name: Option<String>,
    pub namespace: Option<String>,
    pub app: Option<String>,
    /// Dotted module of the urlconf through which it is reached.
    pub urlconf: String,
    pub root_urlconf: String,
    pub place: Place,
    pub certainty: Certainty,
    pub condition: Option<String>,
    /// A `.{format}` twin made by DRF.
    pub format_suffix: bool,
    pub first_party_view: bool,
    pub i18n: bool,
    /// Below an admin site.
    pub admin: bool,
    /// Methods that a function view asks `request.method` for; none where it does not ask, or declares them.
    pub likely_methods: Option<Vec<String>>,
    pub access: Access,
}

#[derive(Clone, Debug, Default)]
pub struct View {
    pub qualname: String,
    /// `function`, `api_view`, `class`, `generic`, `apiview`, `generic_apiview`, `viewset`, `model_viewset`, `graphql`, `ninja`, `consumer`, …
    pub kind: String,
    pub app: Option<String>,
    pub place: Place,
    pub is_async: bool,
    pub decorators: Vec<String>,
    pub permissions: Vec<String>,
    pub authentication: Vec<String>,
    pub throttles: Vec<String>,
    pub pagination: Option<String>,
    pub filters: Vec<String>,
    /// `app.Model`
    pub queryset_model: Option<String>,
    /// Dotted name of the serializer.
    pub serializer: Option<String>,
    pub template: Option<String>,
    pub forms: Vec<String>,
    pub orm_calls: u32,
    pub complexity: u32,
    pub lines: u32,
    pub methods: Option<Vec<String>>,
    pub body: super::view_bodies::ViewBody,
    pub routed: bool,
}

#[derive(Clone, Debug, Default)]
pub struct SerializerField {
    pub name: String,
    /// Class name; dotted for first-party classes.
    pub type_name: String,
    /// Dotted name of the nested serializer.
    pub nested: Option<String>,
    pub many: bool,
    pub source: Option<String>,
    pub read_only: bool,
    /// The method of a `SerializerMethodField`.
    pub method: Option<String>,
    pub line: u32,
}

#[derive(Clone, Debug, Default)]
pub struct Serializer {
    pub qualname: String,
    /// `ModelSerializer`, `Serializer`, `HyperlinkedModelSerializer`, …
    pub kind: String,
    pub app: Option<String>,
    pub place: Place,
    pub model: Option<String>,
    /// Declared and from Meta, resolved; none where that is not known.
    pub fields: Option<Vec<String>>,
    pub declared_fields: Vec<SerializerField>,
    pub overrides: Vec<String>,
    pub dynamic: bool,
    /// Options that its Meta sets, sorted; a parent's too, if it inherits them.
    pub meta: Vec<String>,
    /// `fields = "__all__"`
    pub all_fields: bool,
}

#[derive(Clone, Debug, Default)]
pub struct Admin {
    /// The name given to the site; `?` where it is not known.
    pub site: String,
    /// `app.Model`; none where it is not known.
    pub model: Option<String>,
    /// Dotted name of the `ModelAdmin`.
    pub admin: String,
    pub place: Place,
    pub inlines: Vec<String>,
    pub actions: Vec<String>,
    pub features: Vec<String>,
    /// Functions that compute a column or a read-only value.
    pub columns: Vec<String>,
}

#[derive(Clone, Debug, Default)]
pub struct Receiver {
    /// Dotted name of the signal; none where it is not known.
    pub signal: Option<String>,
    pub receiver: Option<String>,
    /// `app.Model` or a dotted name.
    pub sender: Option<String>,
    /// `decorator` or `connect`
    pub how: String,
    pub dispatch_uid: bool,
    pub place: Place,
    pub app: Option<String>,
    pub crosses_modules: bool,
    pub certainty: Certainty,
    pub dynamic: bool,
    /// Why it can never be called; none where it can.
    pub never_fires: Option<String>,
}

#[derive(Clone, Debug, Default)]
pub struct SignalDefinition {
    pub qualname: String,
    pub place: Place,
}

#[derive(Clone, Debug, Default)]
pub struct SignalSend {
    pub signal: String,
    /// Dotted name of the function that sends.
    pub sent_by: String,
    pub robust: bool,
    pub place: Place,
}

#[derive(Clone, Debug, Default)]
pub struct Operation {
    pub type_name: String,
    pub line: u32,
    pub model: Option<String>,
    pub field: Option<String>,
}

#[derive(Clone, Debug, Default)]
pub struct Migration {
    pub app: String,
    pub name: String,
    pub file: String,
    pub installed: bool,
    /// App and name; a swappable dependency is `("__setting__", "AUTH_USER_MODEL")`.
    pub dependencies: Vec<(String, String)>,
    pub replaces: Vec<(String, String)>,
    pub operations: Vec<Operation>,
    pub run_python: u32,
    pub run_sql: u32,
    pub leaf: bool,
    pub atomic: bool,
    /// Wants to run before migrations of other apps.
    pub run_before: bool,
}

/// A column, or a many-to-many field, as the migrations build it.
#[derive(Clone, Debug, Default)]
pub struct Column {
    pub field: Field,
    /// The field's value in the migration is not known; only its name is.
    pub unknown: bool,
    /// The migration that made or last altered it; none for what Django adds.
    pub migration: Option<String>,
    /// Part of the state that Django computes from the migrations.
    pub state: bool,
    /// In the database; none where hand-written SQL decides.
    pub database: Option<bool>,
}

/// An index or constraint of a table.
#[derive(Clone, Debug, Default)]
pub struct Rule {
    pub name: Option<String>,
    /// The class name: `Index`, `UniqueConstraint`.
    pub type_name: String,
    /// Of an index a minus stands before those that descend.
    pub fields: Vec<String>,
    /// The whole definition without its name, as text; none where a part of it is not known.
    pub definition: Option<String>,
}

/// A table as the migrations build it; a proxy is one without columns.
#[derive(Clone, Debug, Default)]
pub struct Table {
    pub app: String,
    /// `app.Model`; of an automatic through table the label that Django gives it, `app.Model_field`.
    pub model: String,
    pub db_table: Option<String>,
    pub managed: bool,
    pub proxy: bool,
    /// Made for a many-to-many field.
    pub auto: bool,
    /// Models of which it is a child, `app.Model`, and mixins, dotted.
    pub bases: Vec<String>,
    pub columns: Vec<Column>,
    pub unique_together: Vec<Vec<String>>,
    pub index_together: Vec<Vec<String>>,
    pub indexes: Vec<Rule>,
    pub constraints: Vec<Rule>,
    pub order_with_respect_to: Option<String>,
    pub created_in: Option<String>,
    pub last_migration: Option<String>,
    pub place: Place,
    pub state: bool,
    pub database: Option<bool>,
    pub certainty: Certainty,
}

/// A difference between the models and what the migrations build.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Drift {
    pub app: String,
    /// `app.Model`
    pub model: Option<String>,
    pub field: Option<String>,
    pub kind: String,
    /// Of an altered field or model: what differs.
    pub attribute: Option<String>,
    pub in_models: Option<String>,
    pub in_migrations: Option<String>,
    /// The database would change with it.
    pub schema: bool,
    pub place: Option<Place>,
    pub migration: Option<String>,
    pub migration_place: Option<Place>,
    pub certainty: Certainty,
}

#[derive(Clone, Debug, Default)]
pub struct Form {
    pub qualname: String,
    /// `Form`, `ModelForm`, `FormSet`, `FilterSet`, …
    pub kind: String,
    pub app: Option<String>,
    pub place: Place,
    pub model: Option<String>,
    pub fields: Option<Vec<String>>,
    pub overrides: Vec<String>,
}

#[derive(Clone, Debug, Default)]
pub struct Template {
    pub file: String,
    /// The name under which it is rendered.
    pub name: String,
    /// `django` or `jinja2`
    pub engine: String,
    pub app: Option<String>,
    pub lines: u32,
    pub extends: Option<String>,
    pub includes: Vec<String>,
    pub libraries: Vec<String>,
    pub url_names: Vec<String>,
    /// Views and functions (dotted) that name it.
    pub rendered_by: Vec<String>,
}

#[derive(Clone, Debug, Default)]
pub struct TemplateLibrary {
    pub library: String,
    pub module: String,
    pub app: Option<String>,
    pub file: String,
    pub tags: Vec<String>,
    pub filters: Vec<String>,
}

#[derive(Clone, Debug, Default)]
pub struct Middleware {
    pub qualname: String,
    pub place: Place,
    /// `class` or `function`
    pub kind: String,
    /// `process_request`, `process_view`, …
    pub hooks: Vec<String>,
    /// Position in MIDDLEWARE; none where settings do not name it.
    pub position: Option<u32>,
}

/// A function that adds to the context of every template.
#[derive(Clone, Debug, Default)]
pub struct ContextProcessor {
    pub qualname: String,
    /// The project defines it.
    pub own: bool,
    /// Where it is defined; none of a package's.
    pub place: Option<Place>,
}

/// Something that runs by the clock.
#[derive(Clone, Debug, Default)]
pub struct Schedule {
    /// Name of the entry; the task's where it has none.
    pub name: String,
    pub task: Option<String>,
    pub place: Place,
}

#[derive(Clone, Debug, Default)]
pub struct Command {
    pub app: String,
    pub name: String,
    pub qualname: String,
    pub file: String,
    pub line: u32,
    pub installed: bool,
}

#[derive(Clone, Debug, Default)]
pub struct Task {
    pub qualname: String,
    /// The name under which it is queued where one is given.
    pub name: Option<String>,
    /// `celery`, `rq`, `huey`, …
    pub kind: String,
    pub place: Place,
    pub app: Option<String>,
}

#[derive(Clone, Debug, Default)]
pub struct Consumer {
    pub qualname: String,
    pub kind: String,
    pub place: Place,
    pub app: Option<String>,
    /// Paths under which WebSocket routing reaches it.
    pub paths: Vec<String>,
}

/// A parsed Python file.
#[derive(Clone, Debug, Default)]
pub struct PythonFile {
    pub path: String,
    /// Dotted.
    pub module: String,
    /// Lines that are neither blank nor comment.
    pub code: u32,
    pub functions: u32,
    /// Cyclomatic complexity of all functions together.
    pub complexity: u32,
    /// Calls such as `getattr` and `import_string`.
    pub dynamic: u32,
    pub imports: Vec<FileImport>,
    /// Comments that speak to us.
    pub notes: Vec<crate::facts::Note>,
}

/// An import of one file of the project by another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileImport {
    pub path: String,
    pub line: u32,
    /// Within a function.
    pub late: bool,
}

/// A file of test code, counted without being parsed.
#[derive(Clone, Debug, Default)]
pub struct TestFile {
    pub path: String,
    pub lines: u32,
    pub cases: u32,
    /// Dotted names that it imports.
    pub imports: Vec<String>,
}

/// How the project refers to something that a rule names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verb {
    Call,
    Decorator,
    Subclass,
    Import,
}

/// A place where the project calls, decorates with, subclasses or imports what a rule names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mention {
    pub verb: Verb,
    pub place: Place,
    /// Canonical dotted name of what is referred to.
    pub name: String,
    /// Dotted name of the enclosing, decorated or deriving definition.
    pub scope: String,
}

/// A use of something at a place: a cache call, a transaction, raw SQL.
#[derive(Clone, Debug, Default)]
pub struct Use {
    /// `cache.get`, `transaction.atomic`, `connection.cursor`, …
    pub what: String,
    /// Dotted name of the enclosing function or class; the module's where there is none.
    pub scope: String,
    pub place: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LinkKind {
    /// A string that names what is loaded.
    Name,
    /// What is queued.
    Task,
    /// A string in settings.
    Setting,
}

/// Something that code reaches by a name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    pub kind: LinkKind,
    /// Dotted, or `app.Model`; the project may have nothing of that name.
    pub to: String,
    pub place: Place,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum QueryAccess {
    #[default]
    Read,
    Write,
    /// `select_for_update`
    Lock,
}

/// How hard a query is to carry over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum QueryClass {
    #[default]
    Simple,
    /// Joins, loading of relations, values, bulk operations, conditions that are objects.
    Moderate,
    /// Annotations, aggregates, subqueries, window and conditional expressions, database functions, SQL text.
    Complex,
}

/// A place that asks the database through the ORM: one chain of methods, also where it goes on over several statements.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// Dotted name of the enclosing function or class; the module's where there is none.
    pub scope: String,
    pub app: Option<String>,
    /// Of the last method of the statement in which it begins.
    pub place: Place,
    /// `app.Model` that it asks for or writes; none where it is not known.
    pub model: Option<String>,
    /// Further first-party models that it reaches.
    pub touches: Vec<String>,
    pub access: QueryAccess,
    pub class: QueryClass,
    /// The methods in the order of the source.
    pub chain: Vec<String>,
    /// What the first of them was called on: `manager`, `related`, `queryset`, `instance`, `form`, `serializer` or `function`
    pub on: String,
    /// The alias that `using` names.
    pub database: Option<String>,
    pub is_async: bool,
    /// Where it is not the default one.
    pub manager: Option<String>,
    pub certainty: Certainty,
}

#[derive(Clone, Debug, Default)]
pub struct Database {
    pub alias: String,
    pub engine: Option<String>,
    /// Every request is one transaction.
    pub atomic_requests: bool,
}

#[derive(Clone, Debug, Default)]
pub struct SettingsModule {
    pub module: String,
    pub file: String,
    /// `manage.py`, `config`, `command line` or `guess`
    pub source: String,
    /// The module whose values the report uses.
    pub chosen: bool,
}

#[derive(Clone, Debug, Default)]
pub struct Settings {
    pub modules: Vec<SettingsModule>,
    pub installed_apps: Vec<String>,
    pub middleware: Vec<String>,
    pub root_urlconf: Option<String>,
    pub auth_user_model: String,
    pub default_auto_field: Option<String>,
    pub databases: Vec<Database>,
    /// Dotted names in DATABASE_ROUTERS.
    pub database_routers: Vec<String>,
    /// Keys of REST_FRAMEWORK with dotted names, numbers or booleans; text values only from an allow-list.
    pub rest_framework: Vec<(String, Vec<String>)>,
    /// Back ends of TEMPLATES.
    pub template_engines: Vec<String>,
    /// Dotted names of the functions that add to every template's context.
    pub context_processors: Vec<String>,
    /// Name and task of the entries of Celery's schedule.
    pub schedule: Vec<(String, Option<String>)>,
    /// Alias and back end of CACHES.
    pub caches: Vec<(String, Option<String>)>,
    pub session_engine: Option<String>,
    pub authentication_backends: Vec<String>,
    /// Settings that matter to a move and hold no secret: `USE_TZ` → `true`.
    pub flags: Vec<(String, String)>,
    /// Names of settings of the allow-list that are set, but to what is not known, or to one of several.
    pub undecided: Vec<String>,
    /// The entries of settings that list dotted names: `PASSWORD_HASHERS`, `AUTH_PASSWORD_VALIDATORS`.
    pub lists: Vec<(String, String)>,
}

#[derive(Clone, Debug, Default)]
pub struct Dependency {
    pub name: String,
    pub version: Option<String>,
    pub file: String,
}

/// A fact that could not be established.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unresolved {
    /// `routes`, `models`, `fields`, `serializers`, `settings`, …
    pub kind: String,
    pub file: String,
    pub line: u32,
    pub reason: String,
    /// The expression, shortened; empty for settings.
    pub text: String,
}

#[derive(Clone, Debug, Default)]
pub struct Counted {
    pub resolved: u64,
    pub unresolved: u64,
}

#[derive(Clone, Debug, Default)]
pub struct Coverage {
    pub files_parsed: u64,
    pub files_partial: u64,
    pub files_skipped: u64,
    /// Kind of fact → counts, sorted by kind.
    pub facts: Vec<(String, Counted)>,
    pub unresolved: Vec<Unresolved>,
}

impl Coverage {
    /// Share of facts resolved, in percent with one decimal, rounded down; 100 only when nothing is open.
    pub fn percent(&self) -> f64 {
        let (resolved, open) = self.facts.iter().fold((0u64, 0u64), |(r, u), (_, c)| (r + c.resolved, u + c.unresolved));
        let lost = self.files_partial + self.files_skipped;
        let total = resolved + open + lost;
        if total == 0 {
            return 0.0;
        }
        (resolved as f64 * 1000.0 / total as f64).floor() / 10.0
    }
}

#[derive(Clone, Debug, Default)]
pub struct Lines {
    pub python: u64,
    pub blank: u64,
    pub comment: u64,
    pub tests: u64,
    pub migrations: u64,
    pub templates: u64,
}

/// A file or directory that was left out, or only counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    pub path: String,
    pub reason: String,
}

/// Something about the run that a reader should know.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// `error`, `warning` or `info`
    pub severity: String,
    pub code: String,
    pub message: String,
    pub file: Option<String>,
    pub line: Option<u32>,
}

#[derive(Clone, Debug, Default)]
pub struct ProjectInfo {
    pub name: String,
    pub roots: Vec<String>,
    pub django_version: Option<String>,
    pub drf_version: Option<String>,
    pub python_version: Option<String>,
    pub dependencies: Vec<Dependency>,
    pub lines: Lines,
    pub files: u64,
    pub test_files: u64,
    pub test_cases: u64,
}

/// Everything that was found.
#[derive(Clone, Debug, Default)]
pub struct Inventory {
    pub project: ProjectInfo,
    pub settings: Settings,
    pub apps: Vec<App>,
    pub models: Vec<Model>,
    pub managers: Vec<ManagerClass>,
    pub routes: Vec<Route>,
    /// What the resolver tries, in its order; no report shows it as such.
    pub urls: super::urls::Urls,
    pub views: Vec<View>,
    pub serializers: Vec<Serializer>,
    pub admin: Vec<Admin>,
    pub signals: Vec<Receiver>,
    pub signal_definitions: Vec<SignalDefinition>,
    pub signal_sends: Vec<SignalSend>,
    pub migrations: Vec<Migration>,
    /// What the migrations build, by app and model.
    pub schema: Vec<Table>,
    /// Where the models say something else.
    pub drift: Vec<Drift>,
    pub forms: Vec<Form>,
    pub templates: Vec<Template>,
    pub template_tags: Vec<TemplateLibrary>,
    pub middleware: Vec<Middleware>,
    pub commands: Vec<Command>,
    /// Celery's.
    pub tasks: Vec<Task>,
    /// Of other queues.
    pub jobs: Vec<Task>,
    pub consumers: Vec<Consumer>,
    pub caching: Vec<Use>,
    pub transactions: Vec<Use>,
    pub raw_sql: Vec<Use>,
    /// Sorted by place and chain.
    pub queries: Vec<Query>,
    /// Templates that code names; `what` is the template's name.
    pub renders: Vec<Use>,
    pub context_processors: Vec<ContextProcessor>,
    pub schedules: Vec<Schedule>,
    /// Settings that code reads, each at its first place; `what` is the key.
    pub setting_reads: Vec<Use>,
    /// By string or through a queue; the plan's couplings.
    pub links: Vec<Link>,
    /// Where the session is used.
    pub session_uses: Vec<Use>,
    /// What the rules asked for; no report shows it as such.
    pub mentions: Vec<Mention>,
    /// Every parsed file, and every file of tests.
    pub files: Vec<PythonFile>,
    pub tests: Vec<TestFile>,
    pub coverage: Coverage,
    pub diagnostics: Vec<Diagnostic>,
    pub skipped: Vec<Skipped>,
}
