//! Settings of django-configurations and of django-environment-config: the upper-case attributes of the class that a variable names.

use std::rc::Rc;

use indexmap::IndexMap;

use crate::base::{Loc, Sym, last_part};
use crate::eval::{Base, ClassRef, Frame, FuncObj, Interp, Value, setting_default};

/// How settings modules and classes are called that serve nobody but those who develop.
const DEVELOPED: [&str; 8] = ["dev", "devel", "develop", "development", "local", "test", "testing", "ci"];
/// How classes are called that serve the site.
const SERVED: [&str; 3] = ["Production", "Prod", "Live"];

pub fn is_for_development(name: &str) -> bool {
    DEVELOPED.contains(&name.to_ascii_lowercase().as_str())
}

/// Put the settings of the class that is wanted, or of the one that serves the site, into the settings of the module.
pub fn load(interp: &mut Interp, module: &Rc<Frame>, wanted: Option<&str>, settings: &Rc<Frame>) {
    let Some(class) = chosen(interp, module, wanted) else { return };
    let at = Loc { file: interp.class(class).file, line: interp.class(class).line };
    let made = interp.instantiate(class, Vec::new(), Vec::new(), false, at);
    let Value::Instance(instance) = &made else { return };
    let mut methods: IndexMap<Sym, Rc<FuncObj>> = IndexMap::new();
    for base in interp.class(class).mro.iter().rev() {
        let Base::First(base) = *base else { continue };
        let object = interp.class(base);
        for (name, value) in object.frame.vars.borrow().iter().filter(|(name, _)| !name.chars().any(|c| c.is_ascii_lowercase())) {
            methods.shift_remove(name);
            if let Value::Func(method) = value {
                methods.insert(*name, Rc::clone(method));
                continue;
            }
            let value = plain(interp, name, value);
            instance.attrs.borrow_mut().insert(*name, value.clone());
            settings.vars.borrow_mut().insert(*name, value);
        }
    }
    // A method by the name of a setting is called for it.
    for (name, method) in methods {
        interp.restart();
        let value = interp.call_func(&method, Some(made.clone()), Vec::new(), Vec::new(), false, at);
        settings.vars.borrow_mut().insert(name, value);
    }
}

fn chosen(interp: &Interp, module: &Rc<Frame>, wanted: Option<&str>) -> Option<ClassRef> {
    let vars = module.vars.borrow();
    let classes = vars.iter().filter_map(|(name, value)| if let Value::Class(class) = value { Some((*name, *class)) } else { None });
    let configured: Vec<_> = classes.filter(|(_, class)| is_settings(interp, *class)).collect();
    let named = |wanted: &str| configured.iter().find(|(name, _)| name.as_str() == wanted);
    let served = SERVED.iter().find_map(|name| named(name)).filter(|_| wanted.is_none_or(is_for_development));
    served.or_else(|| named(wanted?)).or_else(|| configured.last()).map(|(_, class)| *class)
}

fn is_settings(interp: &Interp, class: ClassRef) -> bool {
    let packages = &interp.project.packages;
    interp.class(class).externals().any(|base| packages.class(base).is_some_and(|facts| facts.role.as_deref() == Some("settings_class")))
}

/// What a `values.Value(…)` stands for: what somebody told of its variable, else its default; any other value as it is.
fn plain(interp: &Interp, name: &str, value: &Value) -> Value {
    let Value::Call(call) = value else { return value.clone() };
    let Some(default) = setting_default(call) else { return value.clone() };
    let option = |option: &str| call.kwarg(option).and_then(Value::as_str);
    let given = option("environ_name").or_else(|| option("env_name"));
    let own = given.as_deref().unwrap_or(name);
    let prefixed = call.ext().is_some_and(|reader| reader.starts_with("configurations."));
    let variable = match call.kwarg("environ_prefix") {
        Some(Value::None) => own.to_owned(),
        _ if !prefixed => own.to_owned(),
        _ => format!("{}_{own}", option("environ_prefix").as_deref().unwrap_or("DJANGO")),
    };
    let reader = call.ext();
    interp.given(&variable, reader.as_deref().map_or("", last_part)).unwrap_or(default)
}
