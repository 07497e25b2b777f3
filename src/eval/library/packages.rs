//! Names of packages whose value the tables say: plain data of their settings modules, what a setting of the project chooses, what one of their
//! loaders finds in the project.

use std::rc::Rc;

use crate::base::{Loc, Sym, sym};
use crate::eval::Interp;
use crate::eval::value::*;

const REGISTER: &str = "django.contrib.admin.sites.site.register";

impl Interp<'_> {
    pub(in crate::eval) fn package_value(&mut self, name: Sym, at: Loc) -> Option<Value> {
        let said = self.project.packages.value(name)?;
        if let Some(setting) = &said.setting
            && let Some(found) = self.settings.as_ref().and_then(|frame| frame.vars.borrow().get(&sym(setting)).cloned())
        {
            return Some(self.force(found));
        }
        if let Some(loader) = &said.call {
            let args: Vec<Value> = said.args.iter().map(|arg| self.data(arg, at)).collect();
            let found = super::call(self, sym(loader), &args, &[], at)?;
            return match said.item {
                Some(item) => found.items()?.get(item).cloned(),
                None => Some(found),
            };
        }
        said.value.as_ref().map(|value| self.data(value, at))
    }

    /// What `from package.module import *` binds of what the tables say.
    pub(in crate::eval) fn bind_package_values(&mut self, module: Sym, frame: &Rc<Frame>, at: Loc) {
        for name in self.project.packages.values_of(module) {
            if let Some(value) = self.package_value(name, at) {
                self.bind(sym(crate::base::last_part(&name)), value, frame);
            }
        }
    }

    /// Admin classes of a package that its module registers, when it is imported, for models of the project.
    pub fn package_registrations(&mut self, module: Sym, at: Loc) {
        let Some(said) = self.project.packages.value(module).filter(|said| !said.registers.is_empty()) else { return };
        if !self.registering.insert(module) {
            return;
        }
        for registered in said.registers {
            let mut names = registered.iter();
            let Some(Value::Class(model)) = names.next().and_then(|name| self.registered(module, name, at)) else { continue };
            // The first of the names that stands for something.
            let admin = names.find_map(|name| self.registered(module, name, at));
            let args: Vec<Value> = std::iter::once(Value::Class(model)).chain(admin).collect();
            let model = self.class(model);
            // Where the project never imports the module, the model is what there is to see of it.
            let at = if at == Loc::default() { Loc { file: model.file, line: model.line } } else { at };
            self.record_call(Value::Ext(sym(REGISTER)), args, Vec::new(), false, at);
        }
    }

    /// A class of the project that a setting names, for the package to make an object of when Django is set up.
    pub fn package_ready(&mut self, app: Sym) {
        let Some(said) = self.project.packages.value(app) else { return };
        let (Some(setting), Some(method)) = (said.setting, said.runs) else { return };
        let named = self.settings.as_ref().and_then(|frame| frame.vars.borrow().get(&sym(&setting)).and_then(Value::as_str));
        let Some(Value::Class(class)) = named.and_then(|named| self.lookup_dotted(&named)) else { return };
        let object = self.class(class);
        let at = Loc { file: object.file, line: object.line };
        let made = self.instantiate(class, Vec::new(), Vec::new(), true, at);
        self.call_method_with(&made, &method, Vec::new(), at);
    }

    /// A name of the module, the model that a setting names, or the class whose path stands under a key of a setting.
    fn registered(&mut self, module: Sym, name: &str, at: Loc) -> Option<Value> {
        let Some(setting) = name.strip_prefix("settings.") else { return Some(self.attr(&Value::Ext(module), sym(name), at)) };
        let Some((setting, key)) = setting.split_once('.') else { return self.model_of_setting(setting, at) };
        let Value::Dict(options) = self.setting(sym(setting), at) else { return None };
        let path = options.get(key)?.as_str()?;
        self.lookup_dotted(&path)
    }

    /// Data of a table as Python has it: `{ "()" = […] }` is a tuple, `{project}` in a text the package that imports.
    pub(super) fn data(&mut self, value: &toml::Value, at: Loc) -> Value {
        match value {
            toml::Value::String(text) if text.contains("{project}") => {
                let module = self.module_name(at.file);
                Value::Str(sym(&text.replace("{project}", module.split('.').next().unwrap_or_default())))
            }
            toml::Value::String(text) => Value::Str(sym(text)),
            toml::Value::Integer(number) => Value::Int(*number),
            toml::Value::Float(number) => Value::Float(*number),
            toml::Value::Boolean(truth) => Value::Bool(*truth),
            toml::Value::Array(items) => Value::list(items.iter().map(|item| self.data(item, at)).collect()),
            toml::Value::Table(table) => match table.get("()") {
                Some(toml::Value::Array(items)) => Value::tuple(items.iter().map(|item| self.data(item, at)).collect()),
                _ => {
                    let dict = DictObj::default();
                    for (key, value) in table {
                        let value = self.data(value, at);
                        dict.insert(Value::Str(sym(key)), value);
                    }
                    Value::Dict(Rc::new(dict))
                }
            },
            toml::Value::Datetime(_) => self.unknown(WhyCode::UndefinedAttribute, "a date", at),
        }
    }
}
