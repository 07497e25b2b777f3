//! What a function's parameters are: by annotation, by the framework that calls it, by the calls in view, by name.

use std::rc::Rc;

use crate::base::{Sym, last_part, sym};
use crate::eval::{Base, ClassRef, MODEL, Value};
use crate::facts::{BinOp, ExprId, ExprKind, FuncDef, ParamKind, Scope};

use super::Orm;
use super::classes::{ADMIN, FILTER, FILTERSET, MANAGER, MODEL_CLASS, QUERYSET, SERIALIZER, VIEW};
use super::tables::Key;
use super::types::{Chain, FuncKey, Type, Who, Why};
use super::walk::Walker;

/// Annotations within annotations.
const DEPTH: u32 = 6;
/// Requests of Django and DRF; their user is all that is asked of them.
const REQUESTS: &[&str] = &["ASGIRequest", "HttpRequest", "Request", "WSGIRequest"];
/// Characters of an annotation in quotes.
const TEXT: usize = 200;

impl Orm<'_, '_> {
    pub fn is_request(&self, class: ClassRef) -> bool {
        self.world.interp.class(class).mro.iter().any(|b| matches!(b, Base::Ext(e) if REQUESTS.contains(&last_part(e))))
    }
}

impl Walker<'_, '_, '_> {
    pub fn parameter(&mut self, def: &FuncDef, key: FuncKey, index: usize) -> Type {
        let Some(param) = def.params.get(index) else { return Type::Unknown };
        let class = match def.scope {
            Scope::Class(id) => self.orm.classes.of_def(self.file, id),
            _ => None,
        };
        if index == 0 && matches!(def.scope, Scope::Class(_)) {
            let marked = |what: &str| def.decorators.iter().any(|d| matches!(self.ast.expr(*d), ExprKind::Name(n) if n.as_str() == what));
            if !marked("staticmethod") {
                let Some(class) = class else { return Type::Unknown };
                let of_class = marked("classmethod") || matches!(def.name.as_str(), "__new__" | "__init_subclass__" | "__class_getitem__");
                return if of_class { self.class_self(class) } else { self.instance_self(class) };
            }
        }
        let annotated = param.annotation.map_or(Type::Unknown, |a| self.annotation(a, 0));
        match param.kind {
            ParamKind::VarArgs if !annotated.is_unknown() => return Type::many(annotated),
            ParamKind::VarArgs => return Type::Unknown,
            ParamKind::KwArgs => return self.known(Key::Param(key, index as u32)).unwrap_or_else(|| Type::record(Vec::new())),
            _ => {}
        }
        if annotated.carries() || matches!(annotated, Type::Request) {
            return from_parameter(annotated, index as u32);
        }
        if let Some(found) = self.hooked(def, class, index, param.name) {
            return from_parameter(found, index as u32);
        }
        if param.name.as_str() == "request" {
            return Type::Request;
        }
        if let Some(found) = self.known(Key::Param(key, index as u32)) {
            return from_parameter(found.unsure(), index as u32);
        }
        if let Some(found) = self.default(param.default) {
            return from_parameter(found.unsure(), index as u32);
        }
        // Nobody in view calls it, but nobody calls anything else by this name either.
        let name = param.name.as_str();
        if matches!(name, "queryset" | "qs") || name.ends_with("_queryset") || name.ends_with("_qs") {
            return Type::queryset(Who { from: Some(index as u32), ..Who::unknown(Why::Queryset).unsure() });
        }
        Type::Param(index as u32)
    }

    /// `model=Token`, `manager=Token.objects`: what a parameter is where nobody gives it. Names only, as calls are sites where they stand.
    fn default(&mut self, default: Option<ExprId>) -> Option<Type> {
        let id = default?;
        let plain = |id: ExprId| matches!(self.ast.expr(id), ExprKind::Name(_));
        let named = plain(id) || matches!(self.ast.expr(id), ExprKind::Attr(object, _) if plain(*object));
        let found = if named { self.expr(id) } else { return None };
        matches!(found, Type::Model(_) | Type::Manager(_) | Type::Value(Value::Class(_)) | Type::Object(_)).then_some(found)
    }

    /// `self`
    pub fn instance_self(&mut self, class: ClassRef) -> Type {
        if let Some(id) = self.orm.catalogue.of_class(class) {
            return Type::Instance(Who::of(self.orm.catalogue.concrete(id)));
        }
        let roles = self.orm.classes.roles(class);
        if roles & (MANAGER | QUERYSET) != 0 {
            return self.orm.manager_self(class);
        }
        if roles & MODEL_CLASS != 0 {
            return Type::Instance(self.heirs_models(class));
        }
        Type::Object(class)
    }

    /// `cls`
    fn class_self(&mut self, class: ClassRef) -> Type {
        if let Some(id) = self.orm.catalogue.of_class(class) {
            return Type::Model(Who::of(self.orm.catalogue.concrete(id)));
        }
        if self.orm.classes.roles(class) & MODEL_CLASS != 0 {
            return Type::Model(self.heirs_models(class));
        }
        Type::Value(Value::Class(class))
    }

    /// The models that a plain mixin is mixed into.
    fn heirs_models(&self, class: ClassRef) -> Who {
        let ids = self.orm.classes.heirs(class).iter().filter_map(|h| self.orm.catalogue.of_class(*h));
        let ids: Vec<_> = ids.map(|id| self.orm.catalogue.concrete(id)).collect();
        Who::one_of(ids, true)
    }

    /// What the framework passes to its hooks.
    fn hooked(&mut self, def: &FuncDef, class: Option<ClassRef>, index: usize, name: Sym) -> Option<Type> {
        let is_queryset = matches!(name.as_str(), "queryset" | "qs");
        let Some(class) = class else {
            return self.received(def, name).or_else(|| {
                // An action of an admin that is a plain function.
                let admin = def.params.first().is_some_and(|p| p.name.as_str() == "modeladmin");
                (admin && index == 2 && is_queryset).then(|| Type::queryset(Who::unknown(Why::Queryset)))
            });
        };
        let roles = self.orm.classes.roles(class);
        if roles == 0 {
            return self.received(def, name);
        }
        if roles & VIEW != 0 {
            match (def.name.as_str(), name.as_str()) {
                ("perform_create" | "perform_update" | "form_valid" | "form_invalid", _) if index == 1 => {
                    return Some(self.view_writer(class)).filter(|t| !t.is_unknown());
                }
                ("perform_destroy", _) if index == 1 => return Some(Type::Instance(self.view_model(class))),
                ("filter_queryset" | "get_object" | "paginate_queryset", _) if is_queryset => {
                    return Some(Type::queryset(self.view_model(class)));
                }
                _ => {}
            }
        }
        let about = self.orm.about(class);
        if roles & ADMIN != 0 {
            if is_queryset {
                return Some(Type::queryset(about));
            }
            // What an inline is shown below is of another model.
            let inline = self.orm.world.interp.derives(class, "django.contrib.admin.options.InlineModelAdmin");
            let hook = def.name.starts_with("has_") || def.name.starts_with("get_formset");
            if matches!(name.as_str(), "obj" | "instance") && index > 0 && about.is_known() && !(inline && hook) {
                return Some(Type::Instance(about));
            }
        }
        if roles & SERIALIZER != 0 && about.is_known() && index == 1 {
            let of_method =
                def.name.starts_with("get_") && !matches!(def.name.as_str(), "get_fields" | "get_field_names" | "get_attribute");
            if of_method && matches!(name.as_str(), "obj" | "instance" | "object" | "o")
                || matches!(def.name.as_str(), "to_representation" | "update")
            {
                return Some(Type::Instance(about));
            }
        }
        if roles & (FILTERSET | FILTER) != 0 && is_queryset {
            return Some(Type::queryset(if roles & FILTERSET != 0 { about } else { Who::unknown(Why::Queryset) }));
        }
        None
    }

    /// `sender` and `instance` of a receiver whose sender is known.
    fn received(&mut self, def: &FuncDef, name: Sym) -> Option<Type> {
        if !matches!(name.as_str(), "instance" | "sender" | "user") || !def.params.iter().any(|p| p.name.as_str() == "sender") {
            return None;
        }
        let dotted = format!("{}.{}", self.orm.world.interp.module_name(self.file), def.qualname);
        let connected = self.orm.receivers.get(&dotted)?.clone();
        let mut senders = Vec::new();
        for (signal, sender) in &connected {
            if name.as_str() == "user" && signal.starts_with("django.contrib.auth.signals.") {
                return Some(self.user());
            }
            if !signal.starts_with("django.db.models.signals.") || signal.ends_with("m2m_changed") {
                return None;
            }
            senders.push(self.orm.catalogue.label(self.orm.world, sender.as_deref()?));
        }
        if senders.is_empty() {
            return None;
        }
        let who = Who::one_of(senders, true);
        match name.as_str() {
            "instance" => Some(Type::Instance(who)),
            "sender" => Some(Type::Model(who)),
            _ => None,
        }
    }

    // ---- annotations

    /// The type of what is annotated like this.
    pub fn annotation(&mut self, id: ExprId, depth: u32) -> Type {
        if depth > DEPTH {
            return Type::Unknown;
        }
        let ast = self.ast;
        match ast.expr(id) {
            ExprKind::Name(_) | ExprKind::Attr(..) => {
                let named = self.expr(id);
                self.instance_of(&named)
            }
            ExprKind::Str(text) => self.quoted(text, depth),
            ExprKind::None => Type::None,
            ExprKind::Bin(BinOp::BitOr, left, right) => {
                let left = self.annotation(*left, depth + 1);
                let right = self.annotation(*right, depth + 1);
                left.join(right)
            }
            ExprKind::Tuple(items) => {
                let found: Vec<Type> = items.iter().map(|i| self.annotation(*i, depth + 1)).collect();
                found.into_iter().filter(|t| !t.is_unknown()).reduce(Type::join).unwrap_or(Type::Unknown)
            }
            ExprKind::Subscript(base, key) => {
                let head = match ast.expr(*base) {
                    ExprKind::Name(name) | ExprKind::Attr(_, name) => *name,
                    _ => return Type::Unknown,
                };
                let inner: Vec<Type> = match ast.expr(*key) {
                    ExprKind::Tuple(items) => items.iter().map(|i| self.annotation(*i, depth + 1)).collect(),
                    _ => vec![self.annotation(*key, depth + 1)],
                };
                self.generic(head.as_str(), inner)
            }
            _ => Type::Unknown,
        }
    }

    /// `Head[…]`
    fn generic(&mut self, head: &str, inner: Vec<Type>) -> Type {
        let first = inner.first().cloned().unwrap_or(Type::Unknown);
        match head {
            "QuerySet" | "Manager" | "BaseManager" | "RelatedManager" | "ManyRelatedManager" | "ValuesQuerySet" => match first {
                Type::Instance(who) => Type::queryset(who),
                _ => Type::queryset(Who::unknown(Why::Queryset)),
            },
            "Optional" | "Annotated" | "Final" | "ClassVar" | "Awaitable" | "Required" | "NotRequired" => first,
            "Union" => inner.into_iter().filter(|t| !matches!(t, Type::Unknown)).reduce(Type::join).unwrap_or(Type::Unknown),
            "Type" | "type" => match first {
                Type::Instance(who) => Type::Model(who),
                Type::Object(class) => Type::Value(Value::Class(class)),
                _ => Type::Unknown,
            },
            "Dict" | "dict" | "Mapping" | "MutableMapping" | "defaultdict" | "DefaultDict" | "OrderedDict" => {
                Type::map(inner.get(1).cloned().unwrap_or(Type::Unknown))
            }
            "List" | "list" | "Sequence" | "MutableSequence" | "Iterable" | "Iterator" | "Collection" | "Set" | "set" | "FrozenSet"
            | "frozenset" | "Generator" | "AsyncIterator" | "AsyncIterable" | "AsyncGenerator" | "deque" => Type::many(first),
            "Tuple" | "tuple" => {
                if inner.len() == 1 {
                    Type::many(first)
                } else {
                    Type::tuple(inner)
                }
            }
            _ => {
                // A queryset class of the project with a type parameter.
                let named = self.name(sym(head));
                self.instance_of(&named)
            }
        }
    }

    /// An annotation in quotes: dotted names, `|`, and one pair of brackets.
    fn quoted(&mut self, text: &str, depth: u32) -> Type {
        if depth > DEPTH || text.len() > TEXT {
            return Type::Unknown;
        }
        let text = text.trim();
        let mut level = 0usize;
        let mut parts = Vec::new();
        let mut start = 0;
        for (at, ch) in text.char_indices() {
            match ch {
                '[' => level += 1,
                ']' => level = level.saturating_sub(1),
                '|' if level == 0 => {
                    parts.push(text.get(start..at).unwrap_or(""));
                    start = at + 1;
                }
                _ => {}
            }
        }
        if !parts.is_empty() {
            parts.push(text.get(start..).unwrap_or(""));
            let found: Vec<Type> = parts.into_iter().map(|p| self.quoted(p, depth + 1)).collect();
            return found.into_iter().filter(|t| !t.is_unknown()).reduce(Type::join).unwrap_or(Type::Unknown);
        }
        if let Some((head, rest)) = text.split_once('[') {
            let inside = rest.strip_suffix(']').unwrap_or(rest);
            let inner: Vec<Type> = inside.split(',').map(|p| self.quoted(p, depth + 1)).collect();
            return self.generic(last_part(head.trim()), inner);
        }
        let mut names = text.split('.');
        let Some(first) = names.next().filter(|n| !n.is_empty() && n.chars().all(|c| c.is_alphanumeric() || c == '_')) else {
            return Type::Unknown;
        };
        let mut found = self.name(sym(first));
        for name in names {
            found = self.attr(&found, sym(name), 0);
        }
        self.instance_of(&found)
    }

    /// An instance of what a name in an annotation stands for.
    fn instance_of(&mut self, named: &Type) -> Type {
        match named {
            Type::Model(who) => Type::Instance(Who { id: who.id.map(|id| self.orm.catalogue.concrete(id)), ..who.clone() }),
            Type::Value(Value::Class(class)) => {
                if self.orm.is_request(*class) {
                    Type::Request
                } else {
                    self.instance_self(*class)
                }
            }
            Type::Value(Value::Ext(name)) => {
                let packages = &self.orm.world.interp.project.packages;
                let kind = packages.class(*name).map(|c| c.kind.clone()).unwrap_or_default();
                match (kind.as_str(), last_part(name)) {
                    ("queryset", _) => Type::queryset(Who::unknown(Why::Queryset)),
                    ("model", "AbstractBaseUser" | "AbstractUser") => self.user(),
                    (_, "AnonymousUser") => Type::None,
                    (_, last) if REQUESTS.contains(&last) => Type::Request,
                    _ if name.as_str() == MODEL => Type::Instance(Who::unknown(Why::Class)),
                    _ => Type::Unknown,
                }
            }
            // `UserType = "User"`, an alias of a text.
            Type::Text(_) | Type::Unknown => Type::Unknown,
            Type::Alt(options) => {
                let options = options.clone();
                let found: Vec<Type> = options.iter().map(|o| self.instance_of(o)).collect();
                found.into_iter().filter(|t| !t.is_unknown()).reduce(Type::join).unwrap_or(Type::Unknown)
            }
            // The same again, for `isinstance` with a tuple of classes that a variable holds.
            Type::Many(inner) => {
                let inner = (**inner).clone();
                if matches!(inner, Type::Many(_)) { Type::Unknown } else { self.instance_of(&inner) }
            }
            _ => Type::Unknown,
        }
    }
}

/// A parameter's type with the note that the parameter decides it.
fn from_parameter(found: Type, index: u32) -> Type {
    let mark = |who: &Who| Who { from: Some(index), ..who.clone() };
    match &found {
        Type::Instance(who) => Type::Instance(mark(who)),
        Type::Model(who) => Type::Model(mark(who)),
        Type::QuerySet(chain) => Type::QuerySet(Rc::new(Chain { who: mark(&chain.who), ..(**chain).clone() })),
        Type::Manager(chain) => Type::Manager(Rc::new(Chain { who: mark(&chain.who), ..(**chain).clone() })),
        Type::Many(inner) => Type::many(from_parameter((**inner).clone(), index)),
        Type::Alt(options) => Type::Alt(options.iter().map(|o| from_parameter(o.clone(), index)).collect()),
        _ => found,
    }
}
