//! What answers a request: routes and who may call them, views, serializers, forms, templates, middleware, admin.

use super::{Certainty, Place};

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
    /// Where `&`, `|` and `~` combine permissions, how.
    pub expression: Option<String>,
    /// Of each action of the route, where a method gives them different ones.
    pub by_action: Vec<(String, Vec<String>)>,
    /// Whether DRF's own permissions turn an anonymous request away, whatever else is asked.
    pub asks_user: bool,
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
    /// Where code of the view decides by itself who may go on: its first such places.
    pub own_checks: Vec<Place>,
    /// Whether whoever fails at DRF's authentication is told a scheme, with 401; otherwise it is 403. None where nobody can say.
    pub challenge: Option<bool>,
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

/// What a package answers below a path: included patterns, a view set.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Brought {
    pub name: String,
    pub path: String,
    pub place: Place,
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
    /// It exists only where `settings.DEBUG` holds.
    pub development: bool,
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
    pub body: crate::django::view_bodies::ViewBody,
    pub routed: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
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
    /// Fields of other serializers that hold one of it, as `serializer.field`, sorted.
    pub nested_in: Vec<String>,
}

/// A serializer made by a call, for the schema of one operation: `inline_serializer("Name", {…})`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct InlineSerializer {
    pub place: Place,
    pub name: Option<String>,
    pub app: Option<String>,
    /// None where they are not written as a dictionary.
    pub fields: Option<Vec<SerializerField>>,
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
    /// The models that the inlines edit on its pages, `app.Model`, as far as they are known; no report shows them as such.
    pub inline_models: Vec<String>,
    pub actions: Vec<String>,
    pub features: Vec<String>,
    /// Functions that compute a column or a read-only value.
    pub columns: Vec<String>,
    /// All of them, each where it is written.
    pub parts: Vec<AdminPart>,
}

/// A piece of an admin class. Those of a base class are the same in every registration below it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct AdminPart {
    /// `admin_inline`, `admin_action`, `admin_column`, `admin_feature`
    pub kind: &'static str,
    pub name: String,
    /// Dotted name of the class that writes it.
    pub class: String,
    pub place: Place,
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
