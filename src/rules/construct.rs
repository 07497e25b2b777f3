//! The facts that rules match: every kind of construct with its attributes, read from the inventory without copying it.
//!
//! [`KINDS`] is the vocabulary of `construct = "…"` and `where = { … }`. A rule that names anything else is refused before a file is read.

use std::borrow::Cow;

use crate::django::inventory::{
    Admin, AdminPart, App, Command, Consumer, ContextProcessor, Dependency, Drift, Field, Form, Inventory, ManagerClass, Mention, MetaItem,
    Method, Middleware, Migration, Model, Operation, Query, Receiver, Route, Schedule, Serializer, SerializerField, SignalDefinition,
    SignalSend, Task, Template, TemplateLibrary, Use, View,
};

/// A kind of construct.
#[derive(Debug)]
pub struct Kind {
    pub name: &'static str,
    pub about: &'static str,
    /// Name and meaning.
    pub attributes: &'static [(&'static str, &'static str)],
}

macro_rules! kinds {
    ($($name:literal $about:literal { $($attribute:literal $meaning:literal)* })*) => {
        pub const KINDS: &[Kind] = &[$(Kind { name: $name, about: $about, attributes: &[$(($attribute, $meaning)),*] }),*];
    };
}

kinds! {
    "project" "the project as a whole: one fact, at the settings, for what counts once" {
        "test_cases" "number of test functions"
        "templates" "number of template files"
    }
    "app" "an application of the project" {
        "label" "its label"
        "installed" "whether settings install it"
        "config" "dotted name of its AppConfig"
        "ready" "whether its AppConfig has a ready() of the project"
    }
    "model" "a model of the project" {
        "name" "class name"
        "abstract" "whether it is abstract"
        "proxy" "whether it is a proxy"
        "managed" "whether Django makes its table"
        "swappable" "the setting that can swap it"
        "bases" "dotted names of its direct bases"
        "outside" "dotted names of all classes outside the project that it inherits from"
        "child" "whether a parent model has a table of its own (multi-table inheritance)"
        "parent_outside" "dotted names of all classes outside the project that this parent inherits from"
        "ordering" "Meta.ordering"
        "unique_together" "whether Meta.unique_together is set"
        "index_together" "whether Meta.index_together is set"
        "constraints" "names of Meta.constraints"
        "indexes" "names of Meta.indexes"
        "permissions" "codenames of Meta.permissions"
        "get_latest_by" "Meta.get_latest_by"
        "order_with_respect_to" "Meta.order_with_respect_to"
        "meta" "names of all options that Meta sets"
        "managers" "names or classes of its managers"
        "db_table" "its table"
        "table_differs" "whether the table is named otherwise than app_model"
    }
    "field" "a field of a concrete or abstract model, in whose body it stands" {
        "type" "class name"
        "type_qualname" "dotted name of the class"
        "internal_type" "the built-in field that it comes down to"
        "custom" "whether the class is not one of Django's"
        "own_class" "whether the project defines the class"
        "options" "names of the arguments that it is given; `name=False` where switched off, `name=callable` for a function or class"
        "null" "null="
        "blank" "blank="
        "unique" "unique="
        "primary_key" "primary_key="
        "db_index" "db_index="
        "auto_now" "auto_now or auto_now_add"
        "default" "`literal`, `callable` or `none`"
        "choices" "whether it has choices"
        "relation" "`ForeignKey`, `OneToOneField`, `ManyToManyField`, `GenericForeignKey`, `GenericRelation`"
        "to" "`app.Model` that it points to"
        "on_delete" "`CASCADE`, `PROTECT`, …"
        "related_name" "related_name="
        "through" "`app.Model` of an explicit through model"
        "self" "whether it points to its own model"
        "implied" "whether Django or a package added it"
        "column_differs" "whether the column is named otherwise than the field"
    }
    "constraint" "an element of Meta.constraints of a concrete model" {
        "type" "class name"
        "name" "its name"
        "options" "names of its arguments: `condition`, `expressions`, `include`, …"
    }
    "index" "an element of Meta.indexes of a concrete model" {
        "type" "class name"
        "name" "its name"
        "options" "names of its arguments: `condition`, `expressions`, `opclasses`, …"
    }
    "method" "a method of a model" {
        "name" "its name"
        "kind" "`property`, `override`, `classmethod`, `staticmethod`, `method`"
    }
    "manager_method" "a method of a manager or queryset class of the project" { "name" "its name" }
    "transaction" "a transaction, savepoint or callback after the commit" { "what" "`transaction.atomic`, `transaction.on_commit`, …" }
    "raw_sql" "raw SQL" { "what" "`connection.cursor`, `schema_editor.execute`, `queryset.raw`, `queryset.extra`, `RawSQL`" }
    "query" "a place that asks the database through the ORM" {
        "class" "`simple`, `moderate` (joins, loading, rows, bulk work), `complex` (aggregates, subqueries, functions, SQL)"
        "access" "`read`, `write`, `lock`"
        "chain" "its methods"
        "on" "what the first of them was called on: `manager`, `related`, `queryset`, `instance`, `form`, `serializer`, `function`"
        "model" "`app.Model`"
        "touches" "further models of the project that it reaches"
        "manager" "name of the manager, where it is not the default one"
        "database" "the alias that using names"
        "async" "whether it is asynchronous"
    }
    "cache" "a use of the cache" { "what" "`cache.get`, `cache_page`, …" }
    "route" "a route of the URL resolver" {
        "kind" "`path` or `regex`"
        "path" "its path"
        "name" "its name"
        "namespace" "its namespace"
        "i18n" "whether i18n_patterns prefixes it"
        "condition" "the condition under which it exists"
        "view" "dotted name of its view"
        "own" "whether its view is the project's"
        "admin" "whether it lies below an admin site"
        "converters" "names of the converters in its pattern: `int`, `slug`, …"
        "lookaround" "whether its regular expression looks ahead or back"
        "pattern" "Django's source patterns, joined"
        "format_suffix" "whether it is a twin made for `.{format}`"
        "hidden_by" "path of an earlier route that only its converter keeps from catching this one"
    }
    "operation" "an HTTP method of a route whose view is the project's own" {
        "method" "`GET`, `POST`, …"
        "view_kind" "kind of the view"
        "action" "method of the view set"
        "custom" "whether the project wrote the body that answers"
        "api" "whether the view belongs to an API framework"
        "page" "whether the view answers with a rendered template"
        "repeated" "whether an earlier route leads to the same method of the same view"
    }
    "view" "a view of the project" {
        "kind" "`function`, `class`, `generic`, `api_view`, `apiview`, `generic_apiview`, `viewset`, `model_viewset`, `graphql`, `ninja`, …"
        "async" "whether it is asynchronous"
        "decorators" "dotted names"
        "permissions" "dotted names"
        "authentication" "dotted names"
        "throttles" "dotted names"
        "pagination" "dotted name"
        "filters" "dotted names"
        "serializer" "dotted name"
        "template" "template that it renders"
        "forms" "dotted names of its forms"
        "routed" "whether a route reaches it"
        "page" "whether it answers with a rendered template"
        "methods" "methods that the project wrote for it or a base of it"
        "defines" "those of them that are written here, in its own body or a mixin"
        "sets" "attributes that its own body sets"
        "parsers" "dotted names"
        "renderers" "dotted names"
        "api" "whether it belongs to an API framework"
        "complexity" "cyclomatic complexity"
    }
    "serializer" "a serializer of the project" {
        "kind" "`ModelSerializer`, `Serializer`, `HyperlinkedModelSerializer`, …"
        "model" "`app.Model`"
        "dynamic" "whether it is made at run time"
        "meta" "options that its Meta sets: `fields`, `exclude`, `depth`, `validators`, …"
        "all_fields" "whether Meta.fields is `__all__`"
    }
    "serializer_field" "a declared field of a serializer" {
        "type" "class name, dotted for the project's own"
        "nested" "dotted name of the nested serializer"
        "many" "many=True"
        "source" "source="
        "read_only" "read_only="
        "method" "method of a SerializerMethodField"
        "custom" "whether the class is the project's own and no serializer"
        "first" "whether no field before it has the same class"
    }
    "serializer_override" "a method of a serializer that overrides the framework's" { "name" "its name" }
    "form" "a form, form set or filter set" {
        "kind" "`Form`, `ModelForm`, `FormSet`, `FilterSet`, …"
        "model" "`app.Model`"
        "overrides" "names of its own `clean`, `clean_…`, `save` and `__init__`"
    }
    "template" "a template file" {
        "engine" "`django` or `jinja2`"
        "libraries" "tag libraries that it loads"
        "tags" "tag libraries that it loads besides `static`"
        "name" "the name under which it is rendered"
        "links" "names of the routes that it links to"
    }
    "template_tag" "a template tag or filter" { "kind" "`tag` or `filter`" "name" "its name" }
    "admin" "a registered ModelAdmin" { "features" "what it uses: `list_display`, `custom_urls`, …" "model" "`app.Model`" }
    "admin_inline" "an inline of a ModelAdmin" { "name" "dotted name" }
    "admin_action" "an action of a ModelAdmin" { "name" "its name" }
    "admin_column" "a function that computes a column or a read-only value of a ModelAdmin" { "name" "its name" }
    "admin_feature" "a feature of a ModelAdmin, each on its own" { "name" "`list_display`, `custom_urls`, `get_queryset`, …" }
    "signal" "a receiver" {
        "signal" "dotted name"
        "receiver" "dotted name"
        "sender" "`app.Model` or dotted name"
        "how" "`decorator` or `connect`"
        "dispatch_uid" "whether it has one"
        "crosses_modules" "whether the sender, or the signal where any sender will do, belongs to another app"
        "own" "whether the project defines the signal"
        "never_fires" "why it can never be called"
    }
    "signal_definition" "a signal that the project defines" { "name" "dotted name" }
    "signal_send" "a place that sends a signal of the project" { "signal" "dotted name" "robust" "send_robust()" }
    "migration" "a migration" {
        "replaces" "whether it replaces others"
        "atomic" "whether it runs in a transaction"
        "leaf" "whether nothing follows it"
        "replaced" "whether a squashed migration stands for it"
        "merge" "whether it joins branches of its app"
        "swappable" "whether it depends on the user model by setting"
        "run_before" "whether it asks to run before migrations of other apps"
    }
    "migration_operation" "an operation of a migration that no squashed one stands for" { "type" "class name" }
    "drift" "a difference between the models and what the migrations build" {
        "kind" "`field_without_migration`, `field_altered`, `model_without_migration`, `state_only`, …"
        "attribute" "what differs: an argument of a field, an option, an index"
        "schema" "whether the database would change with it"
        "certain" "whether both sides are known"
    }
    "middleware" "an entry of MIDDLEWARE" {
        "name" "dotted name"
        "own" "whether the project defines it"
        "package" "whether it is neither the project's nor Django's"
        "hooks" "`process_view`, `process_exception`, …"
    }
    "context_processor" "a function that adds to the context of every template" {
        "name" "dotted name"
        "own" "whether the project defines it"
    }
    "command" "a management command" { "name" "its name" }
    "task" "a background task" { "queue" "`celery`, `rq`, `huey`, …" }
    "schedule" "an entry of Celery's schedule" { "name" "its name" "task" "name of the task" }
    "consumer" "a Channels consumer" { "kind" "its nearest base" }
    "setting" "a setting whose value is kept" { "name" "its name" "value" "its value as text" }
    "setting_read" "a setting that code reads, at the first place" { "name" "its name" }
    "package" "a package that the project declares or installs" { "name" "its name on PyPI, in small letters with -" }
    "mention" "a place of a call, decorator, subclass or import; used through those verbs" { "name" "dotted name" }
}

pub fn kind(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|k| k.name == name)
}

/// The value of an attribute.
#[derive(Clone, Debug, PartialEq)]
pub enum Attr<'a> {
    Unknown,
    Bool(bool),
    Int(i64),
    Text(Cow<'a, str>),
    List(Vec<Cow<'a, str>>),
}

/// One fact of the inventory.
#[derive(Clone, Copy, Debug)]
pub enum Fact<'a> {
    Project(&'a Inventory),
    App(&'a App),
    /// With the parent whose table it extends.
    Model(&'a Model, Option<&'a Model>),
    Field(&'a Model, &'a Field),
    MetaItem(&'a Model, &'a MetaItem),
    Method(&'a Model, &'a Method),
    ManagerMethod(&'a ManagerClass, &'a str, u32),
    Use(&'static str, &'a Use),
    Query(&'a Query),
    /// With the path of an earlier route that only a converter keeps from catching it.
    Route(&'a Route, Option<&'a str>),
    Operation(&'a Route, &'static str, Option<&'a View>, Body),
    View(&'a View),
    Serializer(&'a Serializer),
    /// And whether no field before it has the same class.
    SerializerField(&'a Serializer, &'a SerializerField, bool),
    SerializerOverride(&'a Serializer, &'a str),
    Form(&'a Form),
    Template(&'a Template),
    TemplateTag(&'a TemplateLibrary, &'static str, &'a str),
    Admin(&'a Admin),
    /// A piece of an admin class, and the first registration that has it.
    AdminPart(&'a Admin, &'a AdminPart),
    /// The project defines the signal.
    Signal(&'a Receiver, bool),
    SignalDefinition(&'a SignalDefinition),
    SignalSend(&'a SignalSend),
    Migration(&'a Migration, bool),
    MigrationOperation(&'a Migration, &'a Operation),
    Drift(&'a Drift),
    Middleware(&'a str, Option<&'a Middleware>),
    ContextProcessor(&'a ContextProcessor),
    Command(&'a Command),
    Schedule(&'a Schedule),
    Task(&'a Task),
    Consumer(&'a Consumer),
    Setting(&'a str, &'a str),
    RestFramework(&'a str, &'a str),
    Package(&'a Dependency),
    Mention(&'a Mention),
}

/// What answers an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Body {
    /// The project wrote it.
    pub custom: bool,
    /// An earlier route leads to it.
    pub repeated: bool,
}

/// A place, borrowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At<'a> {
    pub file: &'a str,
    pub line: u32,
}
