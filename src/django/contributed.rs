//! Receivers that an attribute of a model connects when it is put there, as the package tables say: methods that a class of the repository defines
//! over those of the package's.

use crate::base::{Loc, Sym, sym};
use crate::eval::{Base, ClassRef, Value};

use super::inventory::Model;
use super::made;
use super::models::is_abstract;
use super::world::{MODEL, World};

pub struct Contributed {
    pub signal: Sym,
    /// The method of the object.
    pub receiver: Value,
    pub sender: Option<Value>,
    pub at: Loc,
    pub guard: Option<u32>,
}

/// The receivers; what the methods connect in their turn is in the record of calls after this.
pub fn receivers(world: &mut World, models: &[Model]) -> Vec<Contributed> {
    let mut out = Vec::new();
    let mut told: Vec<(ClassRef, String)> = Vec::new();
    for maker in made::makers(world, models) {
        let Value::Instance(object) = &maker.value else { continue };
        let of_model = maker.facts.connects.iter().map(|found| (found, false));
        for ((method, signal), of_all) in of_model.chain(maker.facts.connects_all.iter().map(|found| (found, true))) {
            if world.interp.find_first_party(object.class, method).is_none() {
                continue;
            }
            let sender = (!of_all).then(|| Value::Str(sym(&maker.model.label)));
            let receiver = world.interp.attr(&maker.value, sym(method), object.loc);
            out.push(Contributed { signal: sym(signal), receiver, sender, at: object.loc, guard: object.guard });
            // The first of a class hears of all models that the later ones hear of.
            let first = (object.class, method.clone());
            if of_all && !told.contains(&first) {
                told.push(first);
                tell(world, &maker.value, maker.holder, method);
            }
        }
    }
    out
}

/// Calls the method with each model from this one on, as the signal does while they come about.
fn tell(world: &mut World, object: &Value, from: ClassRef, method: &str) {
    let model = Base::Ext(sym(MODEL));
    for class in world.class_refs().into_iter().filter(|class| *class >= from) {
        let found = world.interp.class(class);
        if found.mro.contains(&model) && !is_abstract(world, class) {
            world.interp.call_method_with(object, method, vec![Value::Class(class)], Loc { file: found.file, line: found.line });
        }
    }
}
