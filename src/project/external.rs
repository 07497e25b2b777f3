//! What a package table says of one class, function, application or name.

use indexmap::IndexMap;
use serde::Deserialize;

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct ExtField {
    pub name: Option<String>,
    /// Of a field that another field adds: its name is that field's name and this.
    pub suffix: Option<String>,
    pub prefix: Option<String>,
    #[serde(rename = "type")]
    pub type_name: String,
    pub null: bool,
    pub blank: bool,
    pub unique: bool,
    pub primary_key: bool,
    pub db_index: Option<bool>,
    pub max_length: Option<i64>,
    pub column: Option<String>,
    pub default: Option<String>,
    pub choices: bool,
    pub to: Option<String>,
    pub on_delete: Option<String>,
    pub related_name: Option<String>,
    pub through: Option<String>,
    /// A field that another field adds: only where the through model derives from this class.
    pub through_base: Option<String>,
    /// A field that a base adds: only where the class has something in this attribute.
    pub where_filled: Option<String>,
    pub source: Option<String>,
    pub read_only: bool,
    /// Only releases of the package before this major version have it.
    pub before: Option<u32>,
}

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct ExtAction {
    pub name: String,
    pub methods: Vec<String>,
    pub detail: Option<bool>,
    pub url_path: Option<String>,
    pub url_name: Option<String>,
}

/// The facts of one external class; `kind` says which of them apply.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct ExtClass {
    pub kind: String,
    pub role: Option<String>,
    pub bases: Vec<String>,
    #[serde(rename = "abstract")]
    pub is_abstract: bool,
    /// The package makes it abstract where its application is not installed.
    pub abstract_unless_installed: bool,
    pub label: Option<String>,
    pub proxy: bool,
    pub swappable: Option<String>,
    pub db_table: Option<String>,
    pub fields: Vec<ExtField>,
    pub managers: toml::Table,
    pub relation: Option<String>,
    /// Target and through model of a relation that has its own.
    pub to: Option<String>,
    pub through: Option<String>,
    pub no_column: bool,
    /// Positional parameters of the constructor, in order.
    pub args: Vec<String>,
    pub defaults: toml::Table,
    /// Attribute of a field → the argument that makes its constructor compute it from what only the package knows.
    pub computed_with: toml::Table,
    /// Attribute of a field → what its constructor makes of it, whatever it is given.
    pub sets: toml::Table,
    /// Attribute of a field → the argument that names the field of the same model whose attribute that is.
    pub taken_from: toml::Table,
    pub adds: Vec<ExtField>,
    pub internal: Option<String>,
    /// Handler or hook methods in the class's own body.
    pub methods: Vec<String>,
    pub actions: Vec<ExtAction>,
    pub attrs: toml::Table,
    /// The table of a router; of a view that is registered as an endpoint, its routes below that.
    pub routes: Vec<ExtRoute>,
    /// Of an API: how endpoints come to it.
    pub endpoints: Option<Endpoints>,
    /// Of an object that gives URL patterns of its own: which, and where they stand.
    pub view_set: Option<ViewSet>,
    /// Of a router: what ends its paths where its constructor is not told.
    pub trailing_slash: Option<String>,
    /// Of a router: what a registration may hold that is registered below it.
    pub nests: Option<Nests>,
    pub declared: Vec<ExtField>,
    pub meta_model: Option<String>,
    pub meta_fields: Vec<String>,
    pub meta_exclude: Vec<String>,
    pub meta_read_only_fields: Vec<String>,
    /// Of a serializer without a model: `fields` of its Meta lists fields beside those that it declares.
    pub lists_fields: bool,
    /// Of a serializer: the option of its Meta that names what its fields are the keys of.
    pub fields_from: Option<FieldsFrom>,
    pub name: Option<String>,
    pub features: Vec<String>,
    pub has_get_urls: bool,
    pub permission: Option<String>,
    pub csrf_exempt: bool,
    /// Of a view: handlers and actions by which it writes its model.
    pub saves: Vec<String>,
    /// Of a view: it begins or ends a session or a token.
    pub login: bool,
    /// Attributes whose value a setting gives.
    pub settings_attrs: toml::Table,
    pub module: Option<String>,
    pub default_auto_field: Option<String>,
    /// An attribute of this class makes another model beside the one that holds it, with these fields of its own.
    pub makes_model: Option<Making>,
    pub made_fields: Vec<ExtField>,
    /// Of a template tag: the attribute in its body that is the class's name to Python; without it, the words of the name as written.
    pub named_by: Option<String>,
    /// Methods of its own that it connects, with the signals: for the model that holds it, and for every model that comes after.
    pub connects: IndexMap<String, String>,
    pub connects_all: IndexMap<String, String>,
}

/// A method that registers a name and a class, and the argument of the API's class that names its URLs.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Endpoints {
    pub method: String,
    pub namespace: String,
    /// The method by which the class that is registered gives its patterns.
    pub patterns: String,
}

/// An argument of a router's `register()` that holds further registrations, with the same argument of their own.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Nests {
    pub argument: String,
    pub position: usize,
}

/// Fields of a serializer: the keys of this argument of the attribute of its model that the option names.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct FieldsFrom {
    pub option: String,
    pub argument: String,
}

/// What a name of a package holds: what the setting says, what a call of a loader gives (of several that it gives, the item), else the value.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct ExtValue {
    pub setting: Option<String>,
    pub call: Option<String>,
    pub args: Vec<toml::Value>,
    pub item: Option<usize>,
    pub value: Option<toml::Value>,
    /// Of a module: each model with the admin class that it registers when it is imported.
    pub registers: Vec<Vec<String>>,
    /// Of an application: when Django is set up, it makes an object of the class that the setting names, and this method of it runs.
    pub runs: Option<String>,
}

/// What a function registers that adds to a URL configuration: under this name a function that returns it, else what its argument is.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct UrlHook {
    pub name: String,
    pub below: String,
    /// The argument of that name makes the object, for the model that is registered.
    pub with: Option<String>,
    /// The function under the hook gets an object of this class, with this name and its URLs at this prefix.
    pub gets: Option<String>,
    pub called: String,
    pub prefix: String,
}

/// URL patterns of an object. In texts `{name}` is an attribute of it, `{prefix}` its prefix (`{prefix_}`: as a name); of several texts the first counts whose words are there.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct ViewSet {
    /// The method that gives the patterns, as a tuple or a list.
    pub method: String,
    pub tuple: bool,
    /// Attributes that its constructor takes by position.
    pub args: Vec<String>,
    pub prefix: Vec<String>,
    pub namespace: Vec<String>,
    pub views: Vec<SetView>,
    /// The attribute that holds more of them.
    pub items: Option<String>,
    /// More of them, whose classes attributes name.
    pub others: Vec<OtherSet>,
    /// Attributes that are objects of a class which another attribute names.
    pub parts: IndexMap<String, SetPart>,
    /// Of an application: the URL configuration that its view sets are added to.
    pub below: Option<String>,
}

/// One view of a view set: an attribute that is the view, or one that holds its class.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct SetView {
    pub url: String,
    pub regex: bool,
    pub view: String,
    /// Left out: the view's attribute and `_class`. Empty: the view is a method.
    pub class: Option<String>,
    pub name: String,
    /// The attribute that switches it on, and whether it is on where nothing is said.
    pub switch: Option<String>,
    pub on: bool,
    /// Only for models that derive from this class.
    pub mixin: Option<String>,
}

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct OtherSet {
    pub class: String,
    pub prefix: Vec<String>,
    pub namespace: Vec<String>,
}

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct SetPart {
    pub class: String,
    pub default: String,
    /// Attributes that its constructor gets under their names.
    pub gets: Vec<String>,
}

/// What a model is called that is made beside another, and what it takes over.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Making {
    pub prefix: Option<String>,
    pub suffix: Option<String>,
    pub table_suffix: Option<String>,
    /// Every column of the model.
    pub copies: bool,
    /// `kwargs`: the fields among the arguments.
    pub fields_from: Option<String>,
}

impl ExtClass {
    /// Whether the class's own body binds this name, as far as the table says.
    pub fn defines(&self, name: &str) -> bool {
        self.methods.iter().any(|m| m == name) || self.actions.iter().any(|a| a.name == name) || self.attrs.contains_key(name)
    }

    pub fn attr_str(&self, name: &str) -> Option<&str> {
        self.attrs.get(name).and_then(toml::Value::as_str)
    }
}

/// A row of a router's table.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct ExtRoute {
    pub url: String,
    pub name: String,
    pub detail: bool,
    pub dynamic: bool,
    /// Method → action, in the order of the package's source.
    pub mapping: IndexMap<String, String>,
}

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct ExtFunction {
    pub kind: String,
    pub permission: Option<String>,
    pub methods: Vec<String>,
    pub methods_arg: Option<String>,
    pub methods_default: Vec<String>,
    pub args: Vec<String>,
    pub view_class: Option<String>,
    /// Of a function that makes a class of views: its methods that give one.
    pub view_methods: Vec<String>,
    pub sets: Option<String>,
    pub detail: Option<bool>,
    pub returns: Option<String>,
    /// Of a reader of the environment without arguments: what it gives where the environment says nothing.
    pub unset: Option<toml::Value>,
    /// Of a text that a method gives: what it is where its first argument is this.
    pub where_given: IndexMap<String, String>,
    /// Of a text: what it is where a setting is true.
    pub where_set: IndexMap<String, String>,
    /// Of a loader: the package whose own module answers where no application of the project has the name.
    pub package: Option<String>,
    pub csrf: Option<String>,
    pub makes: Option<String>,
    /// Of one that gives back URL patterns: the argument that goes around each view.
    pub decorator: Option<String>,
    /// It registers what adds to URL configurations.
    pub urls: Vec<UrlHook>,
    /// Calling it with a model does what an attribute of this class does.
    pub like: Option<String>,
    /// Fields that it gives to the models that it is called with.
    pub adds: Vec<ExtField>,
}

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct ExtApp {
    pub module: String,
    pub label: String,
    pub config: Option<String>,
    pub default_auto_field: Option<String>,
}
