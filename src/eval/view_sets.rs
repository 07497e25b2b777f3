//! Objects of packages that give URL patterns of their own, as the tables describe them: view sets, groups of them, and what comes with them.
//!
//! Of the patterns of a package only those are made whose views are code of the project: the others are the package's, like the rest of the
//! URL configuration that they are added to.

use std::rc::Rc;

use crate::base::{Loc, Sym, joined, sym};
use crate::project::packages::{ExtClass, OtherSet, SetView, ViewSet};

use super::Interp;
use super::value::*;

/// Groups within groups, and what comes with a view set.
const NESTED: u32 = 6;

type Kwargs = Vec<(Sym, Value)>;

fn call(function: &str, args: Vec<Value>, kwargs: Kwargs, at: Loc) -> Value {
    Value::made_call(Value::Ext(sym(function)), args, kwargs, false, at)
}

impl Interp<'_> {
    /// What the tables say of the class of such an object, through `super()` too; of such a class.
    fn view_set(&self, object: &Value) -> Option<Rc<ExtClass>> {
        let packages = &self.project.packages;
        let described = |name: Sym| packages.class(name).filter(|facts| facts.view_set.is_some());
        match object {
            Value::Super(parts) => self.view_set(&parts.1),
            Value::Instance(made) => self.class(made.class).externals().find_map(described),
            Value::Class(class) => self.class(*class).externals().find_map(described),
            Value::Call(made) => packages.mro(made.ext()?).iter().copied().find_map(described),
            Value::Ext(name) => packages.mro(packages.instance(*name)?).iter().copied().find_map(described),
            _ => None,
        }
    }

    /// The URL configuration that the view sets of an application's config are added to.
    pub fn view_sets_below(&self, config: &Value) -> Option<String> {
        self.view_set(config)?.view_set.as_ref()?.below.clone()
    }

    /// What a registry adds to its URL configuration for what is registered with it; none where that is no view set.
    pub fn registered_patterns(&mut self, registered: &Value, at: Loc) -> Option<Vec<Value>> {
        self.registered_within(registered, at, 0)
    }

    fn registered_within(&mut self, registered: &Value, at: Loc, depth: u32) -> Option<Vec<Value>> {
        if depth > NESTED || !self.tick() {
            return None;
        }
        if let Some(items) = registered.items() {
            let patterns = |item: &Value| self.registered_within(item, at, depth + 1).unwrap_or_else(|| vec![item.clone()]);
            return Some(items.iter().flat_map(patterns).collect());
        }
        let facts = self.view_set(registered)?;
        let set = facts.view_set.as_ref()?;
        let object = match registered {
            Value::Class(class) => self.instantiate(*class, Vec::new(), Vec::new(), false, at),
            // An object that the package itself made.
            Value::Ext(_) => return Some(Vec::new()),
            other => other.clone(),
        };
        let mut out: Vec<Value> = self.mounted(&object, set).into_iter().collect();
        let beside = set.others.iter().filter_map(|other| self.beside(&object, set, other)).collect();
        let items = set.items.as_ref().and_then(|items| self.given_attr(&object, set, items));
        for more in [Some(Value::list(beside)), items].into_iter().flatten() {
            out.extend(self.registered_within(&more, at, depth + 1).unwrap_or_default());
        }
        Some(out)
    }

    /// The patterns of a view set below its prefix; where they have no namespace, the patterns.
    fn mounted(&mut self, object: &Value, set: &ViewSet) -> Option<Value> {
        let at = self.set_place(object);
        let own = self.call_method_with(object, &set.method, Vec::new(), at);
        let patterns = own.unwrap_or_else(|| self.package_patterns(object, set));
        if set.namespace.is_empty() || patterns.items().is_some_and(|items| items.is_empty()) {
            return Some(patterns);
        }
        let prefix = match self.set_text(object, set, &set.prefix, &[]) {
            Value::Str(prefix) => Value::Str(sym(&format!("{prefix}/"))),
            unknown => unknown,
        };
        let namespace = self.set_text(object, set, &set.namespace, &[]).as_str().map_or(Value::None, Value::Str);
        Some(call("django.urls.conf.path", vec![prefix, Value::tuple(vec![patterns, namespace.clone(), namespace])], Vec::new(), at))
    }

    /// An object of the class that an attribute of a view set names, if that is one of the project: for the same model, at a place of its own.
    fn beside(&mut self, object: &Value, set: &ViewSet, other: &OtherSet) -> Option<Value> {
        let at = self.set_place(object);
        let class = match self.given_attr(object, set, &other.class)? {
            Value::Str(path) => self.lookup_dotted(&path)?,
            class => class,
        };
        let Value::Class(class) = class else { return None };
        let name = self.set_text(object, set, &other.namespace, &[]);
        let prefix = self.set_text(object, set, &other.prefix, &[]);
        let model = self.given_attr(object, set, "model").map(|model| (sym("model"), model));
        Some(self.instantiate(class, vec![name], [(sym("url_prefix"), prefix)].into_iter().chain(model).collect(), false, at))
    }

    /// Methods of such objects whose result the tables say: patterns, and texts that a method makes of its arguments.
    pub(super) fn view_set_method(&mut self, object: &Value, name: Sym, args: &[Value], kwargs: &[(Sym, Value)], at: Loc) -> Option<Value> {
        let facts = self.view_set(object)?;
        let set = facts.view_set.as_ref()?;
        let this = if let Value::Super(parts) = object { parts.1.clone() } else { object.clone() };
        if name.as_str() == set.method {
            return Some(self.package_patterns(&this, set));
        }
        let function = match &this {
            Value::Instance(made) => self.class(made.class).externals().find_map(|base| self.text_method(base, name)),
            Value::Call(made) => self.project.packages.mro(made.ext()?).iter().find_map(|base| self.text_method(*base, name)),
            _ => None,
        }?;
        let value = |(i, name): (usize, &String)| {
            let given = kwargs.iter().find(|(key, _)| key.as_str() == name).map(|(_, value)| value).or_else(|| args.get(i));
            Some((name.clone(), given?.clone()))
        };
        let given: Vec<(String, Value)> = function.args.iter().enumerate().filter_map(value).collect();
        let first = given.first().and_then(|(_, value)| value.as_str());
        let text = first.and_then(|first| function.where_given.get(first.as_str())).or(function.returns.as_ref())?;
        Some(match first {
            Some(_) => self.set_text(&this, set, std::slice::from_ref(text), &given),
            None => self.unknown(WhyCode::ExternalResult, &name, at),
        })
    }

    fn text_method(&self, class: Sym, name: Sym) -> Option<Rc<crate::project::packages::ExtFunction>> {
        self.project.packages.function(joined(class, name)).filter(|facts| facts.kind == "text")
    }

    /// An attribute of such an object that is itself made of a class which another attribute names.
    pub(super) fn view_set_part(&mut self, object: &Value, name: Sym, at: Loc) -> Option<Value> {
        let facts = self.view_set(object)?;
        let set = facts.view_set.as_ref()?;
        let part = set.parts.get(name.as_str())?;
        let class = self.given_attr(object, set, &part.class).unwrap_or(Value::Ext(sym(&part.default)));
        let gets = part.gets.iter().filter_map(|name| Some((sym(name), self.given_attr(object, set, name)?))).collect();
        Some(match class {
            Value::Class(class) => self.instantiate(class, Vec::new(), gets, false, at),
            other => Value::made_call(other, Vec::new(), gets, false, at),
        })
    }

    /// Of the patterns that the package gives, those whose views are code of the project.
    fn package_patterns(&mut self, object: &Value, set: &ViewSet) -> Value {
        let at = self.set_place(object);
        let mut out = Vec::new();
        for row in set.views.iter() {
            if !self.switched_on(object, set, row) {
                continue;
            }
            let Some(view) = self.own_view(object, set, row, at) else { continue };
            let url = self.set_text(object, set, std::slice::from_ref(&row.url), &[]);
            let name = self.set_text(object, set, std::slice::from_ref(&row.name), &[]);
            let function = if row.regex { "django.urls.conf.re_path" } else { "django.urls.conf.path" };
            out.push(call(function, vec![url, view], vec![(sym("name"), name)], at));
        }
        if set.tuple { Value::tuple(out) } else { Value::list(out) }
    }

    fn switched_on(&mut self, object: &Value, set: &ViewSet, row: &SetView) -> bool {
        let switch = row.switch.as_ref().and_then(|switch| self.given_attr(object, set, switch));
        let on = switch.map_or(row.on || row.switch.is_none(), |value| self.truth(&value) != Some(false));
        on && row.mixin.as_ref().is_none_or(|mixin| match self.given_attr(object, set, "model") {
            Some(Value::Class(model)) => self.derives(model, mixin),
            _ => false,
        })
    }

    /// The view of a row: as code of the project gives it, or made of a class of the project.
    fn own_view(&mut self, object: &Value, set: &ViewSet, row: &SetView, at: Loc) -> Option<Value> {
        if let Value::Instance(made) = object
            && self.find_first_party(made.class, &row.view).is_some()
        {
            return Some(self.attr(object, sym(&row.view), at));
        }
        let class = row.class.clone().unwrap_or_else(|| format!("{}_class", row.view));
        let class = self.given_attr(object, set, &class)?;
        let own = class.options().iter().any(|option| matches!(option, Value::Class(_)));
        own.then(|| Value::made_call(Value::Attr(Rc::new((class, sym("as_view")))), Vec::new(), Vec::new(), true, at))
    }

    /// An attribute: what the constructor was given, else what code of the project says; none where it is empty.
    fn given_attr(&mut self, object: &Value, set: &ViewSet, name: &str) -> Option<Value> {
        let position = set.args.iter().position(|arg| arg == name);
        let found = match (object.argument(position, name), object) {
            (Some(given), _) => given,
            (None, Value::Instance(made)) => {
                let set = made.attrs.borrow().contains_key(&sym(name));
                if !set && self.find_first_party(made.class, name).is_none() {
                    return None;
                }
                self.attr(object, sym(name), made.loc)
            }
            _ => return None,
        };
        (!matches!(found, Value::None) && found.as_str().is_none_or(|text| !text.is_empty())).then_some(found)
    }

    /// The first of these texts whose words are there.
    fn set_text(&mut self, object: &Value, set: &ViewSet, texts: &[String], given: &[(String, Value)]) -> Value {
        let at = self.set_place(object);
        let found = texts.iter().find_map(|text| self.filled(object, set, text, given));
        found.unwrap_or_else(|| self.unknown(WhyCode::ExternalResult, texts.first().map_or("", String::as_str), at))
    }

    /// A text with its words filled in, `{?}` with what nobody knows; none where one is not there.
    fn filled(&mut self, object: &Value, set: &ViewSet, text: &str, given: &[(String, Value)]) -> Option<Value> {
        let (mut out, mut rest) = (String::new(), text);
        while let Some((before, after)) = rest.split_once("{") {
            let (word, after) = after.split_once('}')?;
            let value = match (word, given.iter().find(|(name, _)| name == word)) {
                ("?", _) => Value::Str(sym(&HOLE.to_string())),
                (_, Some((_, value))) => value.clone(),
                ("prefix" | "prefix_", None) => self.set_text(object, set, &set.prefix, &[]),
                (_, None) => self.set_word(object, set, word)?,
            };
            out.push_str(before);
            match value {
                Value::Str(value) if word == "prefix_" => out.push_str(&value.replace('/', "_")),
                Value::Str(value) => out.push_str(value.trim_matches('/')),
                unknown => return Some(unknown),
            }
            rest = after;
        }
        out.push_str(rest);
        Some(if out.contains(HOLE) { Value::Text(sym(&out)) } else { Value::Str(sym(&out)) })
    }

    /// `model._meta.app_label`: an attribute, and attributes of what it is.
    fn set_word(&mut self, object: &Value, set: &ViewSet, word: &str) -> Option<Value> {
        let at = self.set_place(object);
        let mut names = word.split('.');
        let first = self.given_attr(object, set, names.next()?)?;
        Some(names.fold(first, |value, name| self.attr(&value, sym(name), at)))
    }

    /// Where the class of a view set is written; of an object of a package's class, where that is made.
    fn set_place(&self, object: &Value) -> Loc {
        match object {
            Value::Instance(made) => {
                let class = self.class(made.class);
                Loc { file: class.file, line: class.line }
            }
            Value::Call(made) => made.loc,
            _ => Loc::default(),
        }
    }
}
