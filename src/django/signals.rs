//! Signals: receivers by decorator and by `connect()`, definitions, and the places that send.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::base::{Loc, last_part, parent_part, sym};
use crate::eval::{Base, CallObj, ClassRef, Value};

use super::contributed;
use super::inventory::{Certainty, Model, Receiver, SignalDefinition, SignalSend};
use super::models::is_abstract;
use super::names;
use super::silent;
use super::world::World;

const SIGNAL: &str = "django.dispatch.dispatcher.Signal";

#[derive(Default)]
pub struct Signals {
    pub receivers: Vec<Receiver>,
    pub definitions: Vec<SignalDefinition>,
    pub sends: Vec<SignalSend>,
}

pub fn collect(world: &mut World, models: &[Model]) -> Signals {
    let mut out = Signals::default();
    let names = definitions(world, &mut out);
    for found in contributed::receivers(world, models) {
        let signal = Value::Ext(found.signal);
        connect(world, &mut out, &names, &signal, &found.receiver, found.sender, false, "connect", found.at, found.guard);
    }
    for call in world.interp.calls.clone() {
        match &call.callee {
            Value::Call(decorator) if decorator.ext().is_some_and(|e| e.as_str() == "django.dispatch.dispatcher.receiver") => {
                let Some(receiver) = call.args.first() else { continue };
                let signals = decorator.arg(0, "signal").cloned().unwrap_or(Value::None);
                let signals = signals.items().unwrap_or_else(|| vec![signals]);
                for signal in signals.into_iter().filter(|signal| !looks_alike(signal)) {
                    connect(
                        world,
                        &mut out,
                        &names,
                        &signal,
                        receiver,
                        decorator.arg(1, "sender").cloned(),
                        decorator.kwarg("dispatch_uid").is_some(),
                        "decorator",
                        call.loc,
                        call.guard,
                    );
                }
            }
            Value::Attr(parts) if parts.1.as_str() == "connect" && is_signal(world, &parts.0) => {
                connected(world, &mut out, &names, &parts.0.clone(), &call)
            }
            Value::Ext(name) if name.ends_with(".connect") => {
                let signal = Value::Ext(sym(crate::base::parent_part(name)));
                if is_signal(world, &signal) {
                    connected(world, &mut out, &names, &signal, &call);
                }
            }
            _ => {}
        }
    }
    sends(world, &mut out);
    out.receivers.sort_by(|a, b| (&a.place, &a.signal, &a.receiver, &a.sender).cmp(&(&b.place, &b.signal, &b.receiver, &b.sender)));
    out.receivers.dedup_by(|b, a| a.place == b.place && a.signal == b.signal && a.receiver == b.receiver && a.sender == b.sender);
    silent::mark(world, models, &mut out);
    out
}

fn is_signal_class(world: &World, value: &Value) -> bool {
    match value {
        Value::Ext(name) => {
            world.interp.project.packages.mro(*name).contains(&sym(SIGNAL)) || name.ends_with(".Signal") || name.ends_with(".ModelSignal")
        }
        _ => false,
    }
}

/// Signals of other libraries, which are no `django.dispatch.Signal`.
fn looks_alike(value: &Value) -> bool {
    matches!(value, Value::Ext(name) if name.starts_with("celery.") || name.starts_with("flask."))
}

fn is_signal(world: &World, value: &Value) -> bool {
    match value {
        _ if looks_alike(value) => false,
        Value::Ext(name) => world.interp.project.packages.is_signal(*name) || name.contains(".signals."),
        Value::Call(call) => is_signal_class(world, &call.callee),
        Value::Instance(instance) => world.interp.class(instance.class).mro.contains(&Base::Ext(sym(SIGNAL))),
        _ => false,
    }
}

fn address(value: &Value) -> Option<usize> {
    match value {
        Value::Call(call) => Some(Rc::as_ptr(call) as usize),
        Value::Instance(instance) => Some(Rc::as_ptr(instance) as usize),
        _ => None,
    }
}

/// Signals of the repository by the name of the variable that holds them where they are made.
fn definitions(world: &mut World, out: &mut Signals) -> FxHashMap<usize, String> {
    let mut names = FxHashMap::default();
    let mut add = |value: &Value, name: String, place: super::inventory::Place, out: &mut Signals| {
        if let Some(address) = address(value)
            && !names.contains_key(&address)
        {
            names.insert(address, name.clone());
            out.definitions.push(SignalDefinition { qualname: name, place });
        }
    };
    for file in 0..world.interp.project.files.len() as u32 {
        let Some(frame) = world.interp.variables(file) else { continue };
        let module = world.interp.module_name(file);
        for (name, value) in frame.vars.borrow().iter() {
            let at = match value {
                Value::Call(call) if is_signal(world, value) => call.loc,
                Value::Instance(instance) if is_signal(world, value) => instance.loc,
                _ => continue,
            };
            if at.file == file {
                let place = world.place(at);
                add(value, format!("{module}.{name}"), place, out);
            }
        }
    }
    for class in world.class_refs() {
        let object = world.interp.class(class);
        for (name, value) in object.frame.vars.borrow().iter() {
            if is_signal(world, value)
                && let Some(at) = match value {
                    Value::Call(call) => Some(call.loc),
                    Value::Instance(instance) => Some(instance.loc),
                    _ => None,
                }
            {
                let place = world.place(at);
                add(value, format!("{}.{name}", object.dotted()), place, out);
            }
        }
    }
    out.definitions.sort_by(|a, b| a.qualname.cmp(&b.qualname));
    names
}

fn connected(world: &mut World, out: &mut Signals, names: &FxHashMap<usize, String>, signal: &Value, call: &Rc<CallObj>) {
    let Some(receiver) = call.arg(0, "receiver").cloned() else { return };
    let lost = lost(world, &receiver, signal, call);
    connect(
        world,
        out,
        names,
        signal,
        &receiver,
        call.arg(1, "sender").cloned(),
        call.kwarg("dispatch_uid").is_some(),
        "connect",
        call.loc,
        call.guard,
    );
    if let (true, Some(made)) = (lost, out.receivers.last_mut()) {
        made.never_fires = Some("`connect` gives nothing back: as a decorator it leaves nobody who holds the function".to_owned());
    }
}

/// `@signal.connect` on a function: the name is bound to None, and Django holds the function weakly only. Another decorator may keep it.
fn lost(world: &World, receiver: &Value, signal: &Value, call: &CallObj) -> bool {
    let Value::Func(receiver) = receiver else { return false };
    let djangos = match signal {
        Value::Ext(name) => world.interp.project.packages.is_signal(*name),
        Value::Call(made) => made.ext().is_some_and(|class| class.as_str() == SIGNAL),
        _ => false,
    };
    djangos && matches!(receiver.decorators.borrow().as_slice(), [only] if only.same(&call.callee))
}

#[allow(clippy::too_many_arguments)]
fn connect(
    world: &mut World,
    out: &mut Signals,
    names: &FxHashMap<usize, String>,
    signal: &Value,
    receiver: &Value,
    sender: Option<Value>,
    uid: bool,
    how: &str,
    at: Loc,
    guard: Option<u32>,
) {
    let signal = world.interp.force(signal.clone());
    let signal_name = address(&signal).and_then(|a| names.get(&a).cloned()).or_else(|| match &signal {
        Value::Ext(name) => Some(name.to_string()),
        _ => None,
    });
    let receiver_name = receiver_name(world, receiver);
    match (&signal_name, &receiver_name) {
        (Some(_), Some(_)) => world.count("signals", 1),
        (None, _) => world.miss("signals", &signal, at, "signal of a receiver"),
        _ => world.miss("signals", receiver, at, "receiver of a signal"),
    }
    let sender = match sender.filter(|s| !matches!(s, Value::None)) {
        None => None,
        Some(value) => {
            let found = sender_name(world, &value);
            if found.is_none() {
                world.miss("signals", &value, at, "sender of a signal");
            }
            found
        }
    };
    let module = world.interp.module_name(at.file);
    let app = world.app_label_of(&module);
    // A signal of the project couples by itself, whoever sends it.
    let signal_app = || names.values().find(|n| Some(*n) == signal_name.as_ref()).and_then(|n| world.app_label_of(parent_part(n)));
    let sender_app = match &sender {
        Some(sender) => sender.split('.').next().map(str::to_string),
        None => signal_app(),
    };
    let crosses = match (&sender_app, &app) {
        (Some(sender), Some(own)) => sender != own,
        _ => false,
    };
    let dynamic = receiver_name.as_deref().is_some_and(|n| n.contains("<locals>") || n.contains("<lambda>"));
    out.receivers.push(Receiver {
        signal: signal_name,
        receiver: receiver_name,
        sender,
        how: how.to_string(),
        dispatch_uid: uid,
        place: world.place(at),
        app,
        crosses_modules: crosses,
        certainty: if guard.is_some() { Certainty::Likely } else { Certainty::Certain },
        dynamic,
        never_fires: None,
    });
}

fn receiver_name(world: &mut World, receiver: &Value) -> Option<String> {
    let mut at = world.interp.force(receiver.clone());
    for _ in 0..20 {
        at = match &at {
            Value::Func(func) => {
                let wrapped = func.wrapped.borrow().clone();
                match wrapped {
                    Some(inner @ (Value::Func(_) | Value::Method(_))) => inner,
                    _ => return world.dotted(&at),
                }
            }
            // partial, `receiver(...)`, `shared_task(f)`: the function inside.
            Value::Call(call) => match call.args.iter().find(|a| matches!(a, Value::Func(_) | Value::Method(_) | Value::Class(_))) {
                Some(inner) => inner.clone(),
                None => return None,
            },
            Value::Method(_) | Value::Class(_) | Value::Instance(_) => return world.dotted(&at),
            Value::Ext(_) => return world.dotted(&at),
            Value::Attr(parts) if matches!(parts.0, Value::Instance(_) | Value::Class(_)) => return world.dotted(&at),
            _ => return None,
        };
    }
    None
}

fn sender_name(world: &mut World, value: &Value) -> Option<String> {
    match value {
        Value::Attr(parts) if parts.1.as_str() == "through" => through(world, &parts.0.clone()),
        Value::Ext(name) if name.ends_with(".through") => {
            through(world, &Value::Ext(sym(parent_part(name)))).or_else(|| Some(name.to_string()))
        }
        Value::Class(class) => world.label_of_class(*class).or_else(|| world.dotted(value)),
        Value::Func(_) | Value::Instance(_) => world.dotted(value),
        Value::Str(text) if !text.contains('.') => Some(text.to_string()),
        other => world.model_label(other, None).or_else(|| match other {
            Value::Ext(name) => Some(name.to_string()),
            _ => None,
        }),
    }
}

/// `Model.field.through`: the named through model, else the one Django makes.
fn through(world: &mut World, field: &Value) -> Option<String> {
    // A relation of a model from outside: Django's own name for its table in between.
    if let Value::Ext(dotted) = field {
        let facts = world.interp.project.packages.class(sym(parent_part(dotted)))?;
        let label = facts.label.clone().filter(|_| !facts.is_abstract)?;
        return Some(format!("{label}_{}", last_part(dotted)));
    }
    let Value::Call(call) = field else { return None };
    for class in world.class_refs() {
        let object = world.interp.class(class);
        let found = object.frame.vars.borrow().iter().find(|(_, v)| v.same(field)).map(|(n, _)| *n);
        if let Some(name) = found {
            let label = owner(world, class).and_then(|owner| world.label_of_class(owner))?;
            return match call.kwarg("through").cloned() {
                Some(value) => world.model_label(&value, Some(&label)),
                None => Some(format!("{label}_{name}")),
            };
        }
    }
    None
}

/// The model whose field it is: of an abstract one's, the model that inherits it, where there is just one.
fn owner(world: &World, class: ClassRef) -> Option<ClassRef> {
    if !is_abstract(world, class) {
        return Some(class);
    }
    let inherits = |heir: ClassRef, from: ClassRef| world.interp.class(heir).mro.contains(&Base::First(from));
    let mut heirs = world.class_refs().into_iter().filter(|heir| inherits(*heir, class) && !is_abstract(world, *heir));
    let first = heirs.next()?;
    heirs.all(|heir| inherits(heir, first)).then_some(first)
}

/// `signal.send(…)`, `send_robust`, `asend`.
fn sends(world: &mut World, out: &mut Signals) {
    let known: Vec<String> = out.definitions.iter().map(|d| d.qualname.clone()).collect();
    for (file, site) in names::call_sites(world, &["send", "send_robust", "asend", "asend_robust"]) {
        let Some(target) = names::callee(world, file, site) else { continue };
        let signal = crate::base::parent_part(&target).to_string();
        let external = world.interp.project.packages.is_signal(sym(&signal));
        if !external && !known.contains(&signal) {
            continue;
        }
        let line = world.interp.ast(file).line(site.expr);
        out.sends.push(SignalSend {
            signal,
            sent_by: names::scope_name(world, file, site.scope),
            robust: last_part(&target).contains("robust"),
            place: world.place(Loc { file, line }),
        });
    }
    out.sends.sort_by(|a, b| (&a.place, &a.signal).cmp(&(&b.place, &b.signal)));
}
