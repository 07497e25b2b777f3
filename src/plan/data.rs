//! The plan as plain data: phases in order, what moves in each, what stays and why. What every report and the rollout kit are made from.
//!
//! Routes are named by their index in the inventory, modules by theirs in the estimate: nothing of either is copied.

use std::collections::{BTreeMap, BTreeSet};

use crate::django::inventory::{Inventory, Place};
use crate::effort::Analysis;
use crate::effort::choices::Aim;
use crate::effort::graph::EdgeKind;
use crate::effort::math::{Range, Work};

use super::routing::{Move, Moves};
use super::rules::{SAFE, Side};

/// The advice for a plan in which nothing can move, though modules should.
pub const BLOCKED: &str = "blocked";

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PhaseKind {
    /// The proxy in front, with everything on Django; what every later phase stands on.
    Foundations,
    /// A few reads that prove the way there and back.
    Pilot,
    Reads,
    Writes,
    /// What answers no request: tasks, commands, libraries.
    Jobs,
    /// The old side is taken down, or what stays of it is settled.
    End,
}

impl PhaseKind {
    pub fn name(self) -> &'static str {
        match self {
            PhaseKind::Foundations => "foundations",
            PhaseKind::Pilot => "pilot",
            PhaseKind::Reads => "reads",
            PhaseKind::Writes => "writes",
            PhaseKind::Jobs => "jobs",
            PhaseKind::End => "end",
        }
    }

    /// Whether what moves in it only reads, so that it can be copied and tried out.
    pub fn reads(self) -> bool {
        matches!(self, PhaseKind::Pilot | PhaseKind::Reads)
    }
}

/// Methods of one route. The same route may be in two phases, but no method of it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moved {
    /// Index in `Inventory::routes`.
    pub route: usize,
    /// Upper-case; empty for all that have not moved before.
    pub methods: Vec<String>,
}

/// Routes that stay on Django for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stays {
    /// A word for programs: `verdict`, `page`, `third_party`, `admin`, `no_rule`, …
    pub code: &'static str,
    pub reason: String,
    /// Of the routes, where they are all of one.
    pub module: Option<usize>,
    pub routes: Vec<Moved>,
}

/// Weeks of the calendar.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Weeks {
    pub p50: f64,
    pub p80: f64,
}

/// A step of a phase with its focus-hours.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    pub title: String,
    pub module: Option<usize>,
    pub hours: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// Only Django uses the table.
    Django,
    /// Django writes, FastAPI reads.
    SharedRead,
    /// Both write.
    SharedWrite,
    FastApi,
}

impl Owner {
    pub fn name(self) -> &'static str {
        match self {
            Owner::Django => "django",
            Owner::SharedRead => "shared-read",
            Owner::SharedWrite => "shared-write",
            Owner::FastApi => "fastapi",
        }
    }
}

/// Who owns a model's table once a phase is over, where the phase changes that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ownership {
    /// Index in `Inventory::models`.
    pub model: usize,
    pub owner: Owner,
    /// Key of the wording that says how the hand-over happens.
    pub how: &'static str,
    /// What on Django's side still writes it: a module, or the admin.
    pub writers: Vec<Writer>,
    /// Foreign keys between it and tables that the other side owns.
    pub keys: Vec<BorderKey>,
}

/// What still writes a table on Django's side.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Writer {
    /// Through the admin, not through a query of its own.
    pub admin: bool,
    pub module: usize,
    pub place: Place,
}

/// A foreign key that crosses the border.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BorderKey {
    /// `app.Model` in which the field stands, and the field.
    pub model: String,
    pub field: String,
    /// `app.Model` to which it points.
    pub to: String,
    pub place: Place,
}

/// Something that works across the border while a phase holds, and what is done about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Crossing {
    /// `signal`, `on_commit`, `task`, `cache`, `session`, …: key of the remedy's wording.
    pub kind: &'static str,
    /// What it is about: a signal, a task, a cache call.
    pub what: String,
    pub place: Place,
    /// The module on whose side it is, and the one at the other.
    pub from: usize,
    pub to: Option<usize>,
}

/// A point that the answers of a route have to agree in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Check {
    /// `methods`, `errors`, `pagination`, …: key of the wording.
    pub about: &'static str,
    /// The fact of that very route.
    pub fact: String,
}

/// The checklist of routes whose facts are the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parity {
    /// Positions in the phase's `routes`.
    pub routes: Vec<usize>,
    pub checks: Vec<Check>,
}

/// A share of clients, for so long.
#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CanaryStep {
    pub percent: u32,
    pub hours: u32,
    /// Requests without which the step says nothing.
    pub requests: u64,
}

/// Copies of reads to the new side before anybody sees its answers.
#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shadow {
    pub percent: u32,
    pub requests: u64,
    pub days: u32,
    /// Share of answers that may differ without a reason.
    pub unexplained: f64,
}

/// The proxy's part of a phase.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProxyPart {
    /// Expressions for the paths of the routes that move: position in `routes`, and how the proxy sees its path.
    pub rules: Vec<(usize, String)>,
    /// Routes of which some paths stay, with the reason.
    pub partly: Vec<(usize, String)>,
    /// If the proxy can give a request to Django when FastAPI is down: not once FastAPI owns a table.
    pub fail_back: bool,
}

#[derive(Clone, Debug)]
pub struct Phase {
    /// From 1, in order.
    pub number: usize,
    pub kind: PhaseKind,
    pub title: String,
    /// Why it stands here.
    pub because: String,
    pub modules: Vec<usize>,
    pub routes: Vec<Moved>,
    /// Numbers of earlier phases that have to be over.
    pub waits_for: Vec<usize>,
    /// Numbers of later phases that wait for this one.
    pub unlocks: Vec<usize>,
    /// Phases of one wave do not wait for each other: they may run side by side.
    pub wave: usize,
    pub work: Work,
    pub range: Range,
    /// Hours for cuts of couplings that the order needs, beside the estimate.
    pub cut_hours: f64,
    /// What its modules do without, as that moves later or is needed the other way round; part of these hours.
    pub cuts: Vec<Cut>,
    pub weeks: Weeks,
    pub data: Vec<Ownership>,
    pub crossings: Vec<Crossing>,
    /// How its routes know who asks: a class, and the routes that use it.
    pub auth: Vec<(String, usize)>,
    pub proxy: ProxyPart,
    pub shadow: Option<Shadow>,
    pub canary: Vec<CanaryStep>,
    pub exit: Vec<String>,
    /// Ways back that are still open after it, the quickest first: keys of the wording.
    pub rollback: Vec<&'static str>,
    pub gate: Vec<String>,
    pub parity: Vec<Parity>,
    pub tasks: Vec<Task>,
}

/// A coupling that is cut so that the modules at its ends can move apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Cut {
    pub from: usize,
    pub to: usize,
    pub kinds: BTreeMap<EdgeKind, usize>,
    /// Of the cheapest way for each kind.
    pub hours: f64,
    /// The plan needs it: the two move in different phases, and the other way round.
    pub needed: bool,
    pub places: Vec<(EdgeKind, Place)>,
}

/// Modules that need each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Cycle {
    pub modules: Vec<usize>,
    /// They move in one phase.
    pub together: bool,
    /// The cheapest couplings whose removal leaves no cycle.
    pub cuts: Vec<Cut>,
}

/// Another way of doing it, and the rule by which it is offered.
#[derive(Clone, Debug, PartialEq)]
pub struct Advice {
    /// `in-process`, `ninja`, `carve-out`, `stop`
    pub code: &'static str,
    pub reason: String,
}

/// The people that the calendar counts on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Crew {
    pub engineers: f64,
    /// Nobody said how many.
    pub assumed: bool,
    pub allocation: f64,
    /// After losses by communication.
    pub effective: f64,
}

#[derive(Clone, Debug)]
pub struct Plan {
    pub aim: Aim,
    pub phases: Vec<Phase>,
    pub cycles: Vec<Cycle>,
    pub stays: Vec<Stays>,
    pub advice: Vec<Advice>,
    pub crew: Crew,
    /// Of the phases, cuts left out: the estimate of the modules that move.
    pub work: Work,
    pub range: Range,
    pub cut_hours: f64,
    pub weeks: Weeks,
}

impl Plan {
    /// The routes of which anything moves.
    pub fn routes(&self) -> BTreeSet<usize> {
        self.phases.iter().flat_map(|phase| &phase.routes).map(|moved| moved.route).collect()
    }

    /// Where each route goes once the phase with this number is over, for `routing::rules`. Phase 0 is before the first.
    pub fn moves(&self, inventory: &Inventory, number: usize) -> Moves {
        self.moves_with(inventory, number, Side::FastApi)
    }

    /// The same while the reads of the phase with this number are tried out on a share of clients; its writes are still on Django.
    pub fn canary(&self, inventory: &Inventory, number: usize) -> Moves {
        self.moves_with(inventory, number, Side::Canary)
    }

    fn moves_with(&self, inventory: &Inventory, number: usize, last: Side) -> Moves {
        let mut out = Moves::new();
        for phase in self.phases.iter().filter(|phase| phase.number <= number) {
            let side = if phase.number == number { last } else { Side::FastApi };
            // Nothing that may write is tried out.
            if side == Side::Canary && !phase.kind.reads() {
                continue;
            }
            for moved in &phase.routes {
                let to = out.entry(moved.route).or_default();
                if moved.methods.is_empty() {
                    to.rest = side;
                }
                let methods = moved.methods.iter().filter(|method| side != Side::Canary || SAFE.contains(&method.as_str()));
                to.methods.extend(methods.map(|method| (method.clone(), side)));
            }
        }
        for (route, to) in &mut out {
            let methods = inventory.routes.get(*route).and_then(|route| route.methods.as_deref()).unwrap_or_default();
            let of = |method: &String| to.methods.get(method).copied().unwrap_or(to.rest);
            let all = if methods.is_empty() { to.rest == Side::FastApi } else { methods.iter().all(|method| of(method) == Side::FastApi) };
            if all {
                *to = Move { methods: BTreeMap::new(), rest: Side::FastApi };
            }
        }
        out
    }

    /// The consumers that have moved once the phase with this number is over, by their index: each goes with the last phase of its module.
    pub fn sockets(&self, analysis: &Analysis, number: usize) -> BTreeSet<usize> {
        let done = |module: usize| {
            let last = self.phases.iter().filter(|phase| phase.modules.contains(&module)).map(|phase| phase.number).max();
            last.is_some_and(|last| last <= number)
        };
        let consumers = analysis.inventory.consumers.iter().enumerate();
        consumers.filter(|(_, c)| done(analysis.estimate.partition.of_file(&c.place.file))).map(|(index, _)| index).collect()
    }

    /// Why nothing can move, though modules should.
    pub fn blocked(&self) -> Option<&str> {
        self.advice.iter().find(|advice| advice.code == BLOCKED).map(|advice| advice.reason.as_str())
    }

    /// Modules of which something moves.
    pub fn moving(&self) -> BTreeSet<usize> {
        self.phases.iter().flat_map(|phase| phase.modules.iter().copied()).collect()
    }
}
