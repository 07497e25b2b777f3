//! Forms, model forms and form sets.

use crate::base::{last_part, sym};
use crate::eval::{Base, ClassRef, Value};

use super::inventory::Form;
use super::world::World;

const HOOKS: &[&str] = &["__init__", "clean", "is_valid", "save", "full_clean", "save_m2m"];

pub fn collect(world: &mut World) -> Vec<Form> {
    let mut out = Vec::new();
    for class in world.class_refs() {
        let object = world.interp.class(class);
        let derives = |name: &str| object.mro.contains(&Base::Ext(sym(name)));
        let kind = if derives("django.forms.models.BaseModelForm") {
            "ModelForm"
        } else if derives("django.forms.models.BaseModelFormSet") {
            "ModelFormSet"
        } else if derives("django.forms.formsets.BaseFormSet") {
            "FormSet"
        } else if derives("django.forms.forms.BaseForm") {
            "Form"
        } else {
            continue;
        };
        if object.dynamic {
            continue;
        }
        let meta = match world.interp.find_first_party(class, "Meta") {
            Some((Value::Class(meta), _)) => Some(meta),
            _ => None,
        };
        let model = meta
            .and_then(|m| world.interp.find_first_party(m, "model"))
            .and_then(|(v, _)| world.model_label(&v, None))
            .or_else(|| factory_model(world, class))
            .or_else(|| inherited_model(world, &object.mro));
        let declared: Vec<String> = declared(world, &object.mro);
        let listed = meta.and_then(|m| world.interp.find_first_party(m, "fields")).and_then(|(v, _)| v.items());
        let fields = match (kind, listed) {
            ("Form", _) => Some(declared),
            ("ModelForm", Some(items)) => {
                let mut names: Vec<String> = items.iter().filter_map(Value::as_str).map(|s| s.to_string()).collect();
                names.extend(declared.into_iter().filter(|d| !names.contains(d)).collect::<Vec<_>>());
                Some(names)
            }
            _ => None,
        };
        let mut overrides: Vec<String> = object
            .frame
            .vars
            .borrow()
            .iter()
            .filter(|(n, v)| matches!(v, Value::Func(_)) && (HOOKS.contains(&n.as_str()) || n.starts_with("clean_")))
            .map(|(n, _)| n.to_string())
            .collect();
        overrides.sort();
        out.push(Form {
            qualname: object.dotted(),
            kind: kind.to_string(),
            app: world.app_label_of(&object.module),
            place: world.class_place(&object),
            model,
            fields,
            overrides,
        });
    }
    out.sort_by(|a, b| (&a.qualname, &a.place).cmp(&(&b.qualname, &b.place)));
    out.dedup_by(|b, a| a.qualname == b.qualname);
    world.count("forms", out.len() as u64);
    out
}

/// The model that a class factory was called with, for the base of a class.
fn factory_model(world: &mut World, class: ClassRef) -> Option<String> {
    let call = world.interp.factories.get(&class).cloned()?;
    let factory = world.interp.project.packages.function(call.ext()?)?;
    let position = factory.args.iter().position(|argument| argument == "model")?;
    let model = call.arg(position, "model").cloned()?;
    world.model_label(&model, None)
}

/// The model of a package's form that a class extends.
fn inherited_model(world: &mut World, mro: &[Base]) -> Option<String> {
    let packages = &world.interp.project.packages;
    let model = mro.iter().find_map(|base| if let Base::Ext(name) = base { packages.class(*name)?.meta_model.clone() } else { None })?;
    match model.strip_prefix("settings.") {
        Some(setting) => world.setting_text(setting),
        None => packages.class(sym(&model)).and_then(|class| class.label.clone()).or(Some(model)),
    }
}

fn declared(world: &mut World, mro: &[Base]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let packages = &world.interp.project.packages;
    for base in mro.iter().rev() {
        match base {
            Base::First(class) => {
                for (name, value) in world.interp.class(*class).frame.vars.borrow().iter() {
                    let field = match value {
                        Value::Call(call) => call.ext().is_some_and(|e| {
                            packages.mro(e).iter().any(|c| c.as_str() == "django.forms.fields.Field")
                                || (last_part(&e).ends_with("Field") && !packages.knows_class(e))
                        }),
                        Value::Instance(made) => world
                            .interp
                            .class(made.class)
                            .mro
                            .iter()
                            .any(|b| matches!(b, Base::Ext(e) if e.as_str() == "django.forms.fields.Field")),
                        _ => false,
                    };
                    if field && !out.contains(&name.to_string()) {
                        out.push(name.to_string());
                    } else if matches!(value, Value::None) {
                        out.retain(|n| n.as_str() != name.as_str());
                    }
                }
            }
            Base::Ext(name) => {
                if let Some(facts) = packages.class(*name) {
                    for field in &facts.declared {
                        out.extend(field.name.clone().filter(|n| !out.contains(n)));
                    }
                }
            }
        }
    }
    out
}
