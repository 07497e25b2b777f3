//! The plan of the rollout. Routes are named by their position in `inventory.routes`, so that a large project's report stays small.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::estimate::Evidence;
use crate::effort::Analysis;
use crate::plan::Plan as FoundPlan;
use crate::plan::data::{self, Moved};
use crate::plan::wording::{Wording, wording};

/// In which order the project moves, and what holds in each phase.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Plan {
    /// The targets that it is for.
    pub strategy: String,
    /// `recommended`: modules with the verdict migrate or hybrid, of hybrid ones without their pages; `everything`.
    pub scope: String,
    /// Of the whole project: `migrate`, `carve out`, `improve in place`, `do not migrate`. Where it advises against, the phases say what would
    /// come first all the same.
    pub verdict: String,
    pub verdict_reasons: Vec<String>,
    pub team: Team,
    pub effort: PlanEffort,
    pub calendar_weeks: Weeks,
    /// In order; empty where nothing moves.
    pub phases: Vec<Phase>,
    /// Modules that need each other.
    pub cycles: Vec<Cycle>,
    pub stays_in_django: Vec<Stays>,
    pub alternatives: Vec<Advice>,
}

/// Who the calendar counts on.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Team {
    pub engineers: f64,
    /// Nobody said how many; one is counted on.
    pub assumed: bool,
    /// Share of the week.
    pub allocation: f64,
    /// After losses by communication.
    pub effective: f64,
}

/// Focus-hours of all phases together: the estimate of the modules that move.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct PlanEffort {
    /// `hours`: focus-hours.
    pub unit: String,
    pub mean: f64,
    pub p10: f64,
    pub p50: f64,
    pub p80: f64,
    pub p90: f64,
    /// For cuts that the order needs; not part of `mean`.
    pub cuts: f64,
}

/// Weeks of the calendar.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Weeks {
    pub p50: f64,
    pub p80: f64,
}

/// A step after which the system works as a whole.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Phase {
    /// From 1.
    pub number: usize,
    /// `foundations`, `pilot`, `reads`, `writes`, `jobs`, `end`
    pub kind: String,
    pub title: String,
    /// Why it stands here; null where the order of its needs says it.
    pub because: Option<String>,
    pub modules: Vec<String>,
    pub routes: Vec<PlanRoute>,
    /// Numbers of earlier phases.
    pub waits_for: Vec<usize>,
    /// Numbers of later phases.
    pub unlocks: Vec<usize>,
    /// Phases of the same wave may run side by side.
    pub wave: usize,
    pub effort: PhaseEffort,
    /// What its modules do without, as that moves later or is needed the other way round; their hours are in `effort.cuts`.
    #[serde(default)]
    pub cuts: Vec<Cut>,
    pub calendar_weeks: Weeks,
    /// Tables whose owner changes with this phase.
    pub data: Vec<Ownership>,
    /// Foreign keys between a table handed over in this phase and one of the other side.
    pub border_keys: Vec<BorderKey>,
    pub crossings: Vec<Crossing>,
    pub auth: Vec<Auth>,
    pub proxy: ProxyPart,
    /// Copies of reads before anybody sees the answers; null where nothing reads.
    pub shadow: Option<Shadow>,
    /// Shares of clients, one after the other; empty where nothing reads.
    pub canary: Vec<CanaryStep>,
    pub exit_criteria: Vec<String>,
    /// Ways back that are still open after the phase, the quickest first.
    pub rollback: Vec<Rollback>,
    /// What is decided after it.
    pub decision_gate: Vec<String>,
    pub parity: Vec<Parity>,
    pub tasks: Vec<PlanTask>,
}

/// A route, or some methods of it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct PlanRoute {
    /// Position in `inventory.routes`.
    pub route: usize,
    pub path: String,
    /// Null: all of it, whatever the method. HEAD goes with GET; OPTIONS when every method has gone.
    pub methods: Option<Vec<String>>,
}

/// Focus-hours of a phase.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct PhaseEffort {
    pub mean: f64,
    pub p50: f64,
    pub p80: f64,
    /// For cuts, beside `mean`.
    pub cuts: f64,
}

/// Who owns a table after the phase.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Ownership {
    /// `app.Model`
    pub model: String,
    /// `django`, `shared-read`, `shared-write`, `fastapi`
    pub owner: String,
    /// How the hand-over happens.
    pub how: String,
    /// What on Django's side still writes it.
    pub django_writers: Vec<Writer>,
}

/// Something on Django's side that writes a table.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Writer {
    pub module: String,
    /// Through the admin.
    pub admin: bool,
    pub file: String,
    pub line: u32,
}

/// A foreign key between the two sides: it becomes a plain reference where the tables part for good.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct BorderKey {
    /// `app.Model` of the field.
    pub model: String,
    pub field: String,
    /// `app.Model`
    pub to: String,
    pub file: String,
    pub line: u32,
}

/// Something that works across the border, and what is done about it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Crossing {
    /// `signal_sent`, `signal_received`, `signal_within`, `signal_admin`, `signal_own`, `on_commit`, `task_sent`, `task_run`, `cache`, `messages`, `middleware`, `session`, `signed`, `schema`
    pub kind: String,
    pub what: String,
    pub module: String,
    pub other: Option<String>,
    pub file: String,
    pub line: u32,
    pub remedy: String,
}

/// How the routes of a phase know who asks.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Auth {
    /// Dotted class, or a word of ours.
    pub by: String,
    pub routes: usize,
    pub how: String,
}

/// What the proxy gets to know.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ProxyPart {
    /// One for each pattern that moves in this phase; `migscan plan` writes them with what has to stand before them.
    pub rules: Vec<ProxyRule>,
    /// Routes of which some paths stay.
    pub partly: Vec<Partly>,
    /// Django may answer when FastAPI is down: not once FastAPI owns a table.
    pub fail_back: bool,
}

/// The paths of a route as the proxy sees them.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ProxyRule {
    /// Position in the phase's `routes`.
    pub route: usize,
    /// For the whole raw path; without anchors.
    pub regex: String,
}

/// A route of which some paths stay.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Partly {
    /// Position in the phase's `routes`.
    pub route: usize,
    pub reason: String,
}

/// Copies of reads to the new side.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Shadow {
    pub percent: u32,
    pub requests: u64,
    pub days: u32,
    /// Share of answers that may differ without a reason.
    pub unexplained: f64,
}

/// A share of clients.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct CanaryStep {
    pub percent: u32,
    /// At least.
    pub hours: u32,
    /// At least.
    pub requests: u64,
}

/// A way back.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Rollback {
    pub level: String,
    pub how: String,
}

/// What the answers of some routes have to agree in.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Parity {
    /// Positions in the phase's `routes`.
    pub routes: Vec<usize>,
    /// About → the fact of these routes.
    pub checks: BTreeMap<String, String>,
}

/// A step, in order.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct PlanTask {
    pub title: String,
    pub module: Option<String>,
    pub hours: f64,
}

/// Modules that need each other.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Cycle {
    pub modules: Vec<String>,
    /// They move in one phase: what to break is a proposal only.
    pub together: bool,
    /// The cheapest couplings without which there is no cycle.
    #[serde(rename = "break")]
    pub cuts: Vec<Cut>,
}

/// A coupling to be cut: `from` needs `to`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Cut {
    pub from: String,
    pub to: String,
    /// The weightiest of its kinds.
    pub kind: String,
    pub kinds: BTreeMap<String, usize>,
    pub hours: f64,
    /// The order rests on it.
    pub needed: bool,
    pub evidence: Vec<Evidence>,
}

/// Routes that stay on Django for one reason.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Stays {
    /// `verdict`, `page`, `session`, `admin`, `development`, `third_party`, `view_unknown`, `format_suffix`, `path_unknown`, `no_rule`, `frozen`
    pub code: String,
    pub reason: String,
    pub module: Option<String>,
    pub routes: Vec<PlanRoute>,
}

/// Another way of doing it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Advice {
    /// `stop`, `blocked`, `in_process`, `ninja`, `carve_out`, `crew`
    pub code: String,
    pub what: String,
    /// The numbers by which it is offered.
    pub reason: String,
}

impl Plan {
    /// Why nothing can move, though modules should.
    pub fn blocked(&self) -> Option<&Advice> {
        self.alternatives.iter().find(|way| way.code == data::BLOCKED)
    }
}

struct Writing<'a> {
    analysis: &'a Analysis,
    wording: &'a Wording,
}

/// None where nobody has written the texts: a mistake of the program.
pub fn plan(analysis: &Analysis) -> Option<Plan> {
    let found = FoundPlan::of(analysis);
    let writing = Writing { analysis, wording: wording()? };
    let verdict = &analysis.estimate.verdict;
    Some(Plan {
        strategy: analysis.estimate.strategy.name(),
        scope: found.aim.name().to_owned(),
        verdict: verdict.name.clone(),
        verdict_reasons: verdict.reasons.clone(),
        team: Team {
            engineers: found.crew.engineers,
            assumed: found.crew.assumed,
            allocation: found.crew.allocation,
            effective: found.crew.effective,
        },
        effort: PlanEffort {
            unit: "hours".to_owned(),
            mean: found.range.mean,
            p10: found.range.p10,
            p50: found.range.p50,
            p80: found.range.p80,
            p90: found.range.p90,
            cuts: found.cut_hours,
        },
        calendar_weeks: weeks(found.weeks),
        phases: found.phases.iter().map(|phase| writing.phase(phase)).collect(),
        cycles: found.cycles.iter().map(|cycle| writing.cycle(cycle)).collect(),
        stays_in_django: found.stays.iter().map(|stays| writing.stays(stays)).collect(),
        alternatives: found
            .advice
            .iter()
            .map(|advice| Advice {
                code: advice.code.to_owned(),
                what: writing.wording.advice(advice.code).to_owned(),
                reason: advice.reason.clone(),
            })
            .collect(),
    })
}

fn weeks(weeks: data::Weeks) -> Weeks {
    Weeks { p50: weeks.p50, p80: weeks.p80 }
}

impl Writing<'_> {
    fn name(&self, module: usize) -> String {
        self.analysis.estimate.modules.get(module).map_or_else(String::new, |m| m.module.name.clone())
    }

    fn route(&self, moved: &Moved) -> PlanRoute {
        PlanRoute {
            route: moved.route,
            path: self.analysis.inventory.routes.get(moved.route).map_or_else(String::new, |route| route.path.clone()),
            methods: (!moved.methods.is_empty()).then(|| moved.methods.clone()),
        }
    }

    fn phase(&self, from: &data::Phase) -> Phase {
        let key = |key: &data::BorderKey| BorderKey {
            model: key.model.clone(),
            field: key.field.clone(),
            to: key.to.clone(),
            file: key.place.file.clone(),
            line: key.place.line,
        };
        Phase {
            number: from.number,
            kind: from.kind.name().to_owned(),
            title: from.title.clone(),
            because: (!from.because.is_empty()).then(|| from.because.clone()),
            modules: from.modules.iter().map(|module| self.name(*module)).collect(),
            routes: from.routes.iter().map(|moved| self.route(moved)).collect(),
            waits_for: from.waits_for.clone(),
            unlocks: from.unlocks.clone(),
            wave: from.wave,
            effort: PhaseEffort { mean: from.range.mean, p50: from.range.p50, p80: from.range.p80, cuts: from.cut_hours },
            cuts: from.cuts.iter().map(|cut| self.cut(cut)).collect(),
            calendar_weeks: weeks(from.weeks),
            data: from.data.iter().map(|line| self.ownership(line)).collect(),
            border_keys: from.data.iter().flat_map(|line| &line.keys).map(key).collect(),
            crossings: from.crossings.iter().map(|crossing| self.crossing(crossing)).collect(),
            auth: from
                .auth
                .iter()
                .map(|(by, routes)| Auth { by: by.clone(), routes: *routes, how: self.wording.auth(by).to_owned() })
                .collect(),
            proxy: ProxyPart {
                rules: from.proxy.rules.iter().map(|(route, regex)| ProxyRule { route: *route, regex: regex.clone() }).collect(),
                partly: from.proxy.partly.iter().map(|(route, reason)| Partly { route: *route, reason: reason.clone() }).collect(),
                fail_back: from.proxy.fail_back,
            },
            shadow: from.shadow.as_ref().map(|shadow| Shadow {
                percent: shadow.percent,
                requests: shadow.requests,
                days: shadow.days,
                unexplained: shadow.unexplained,
            }),
            canary: from
                .canary
                .iter()
                .map(|step| CanaryStep { percent: step.percent, hours: step.hours, requests: step.requests })
                .collect(),
            exit_criteria: from.exit.clone(),
            rollback: from
                .rollback
                .iter()
                .map(|level| Rollback { level: (*level).to_owned(), how: self.wording.rollback(level).to_owned() })
                .collect(),
            decision_gate: from.gate.clone(),
            parity: from
                .parity
                .iter()
                .map(|list| Parity {
                    routes: list.routes.clone(),
                    checks: list.checks.iter().map(|check| (check.about.to_owned(), check.fact.clone())).collect(),
                })
                .collect(),
            tasks: from
                .tasks
                .iter()
                .map(|task| PlanTask { title: task.title.clone(), module: task.module.map(|m| self.name(m)), hours: task.hours })
                .collect(),
        }
    }

    fn ownership(&self, from: &data::Ownership) -> Ownership {
        Ownership {
            model: self.analysis.inventory.models.get(from.model).map_or_else(String::new, |model| model.label.clone()),
            owner: from.owner.name().to_owned(),
            how: self.wording.how(from.how).to_owned(),
            django_writers: from
                .writers
                .iter()
                .map(|writer| Writer {
                    module: self.name(writer.module),
                    admin: writer.admin,
                    file: writer.place.file.clone(),
                    line: writer.place.line,
                })
                .collect(),
        }
    }

    fn crossing(&self, from: &data::Crossing) -> Crossing {
        Crossing {
            kind: from.kind.to_owned(),
            what: from.what.clone(),
            module: self.name(from.from),
            other: from.to.filter(|to| *to != from.from).map(|to| self.name(to)),
            file: from.place.file.clone(),
            line: from.place.line,
            remedy: self.wording.remedy(from.kind).to_owned(),
        }
    }

    fn cycle(&self, from: &data::Cycle) -> Cycle {
        Cycle {
            modules: from.modules.iter().map(|module| self.name(*module)).collect(),
            together: from.together,
            cuts: from.cuts.iter().map(|cut| self.cut(cut)).collect(),
        }
    }

    fn cut(&self, from: &data::Cut) -> Cut {
        Cut {
            from: self.name(from.from),
            to: self.name(from.to),
            kind: from
                .kinds
                .iter()
                .max_by_key(|(kind, count)| (**count, std::cmp::Reverse(**kind)))
                .map_or("", |(kind, _)| kind.name())
                .to_owned(),
            kinds: from.kinds.iter().map(|(kind, count)| (kind.name().to_owned(), *count)).collect(),
            hours: from.hours,
            needed: from.needed,
            evidence: from
                .places
                .iter()
                .map(|(kind, place)| Evidence { kind: kind.name().to_owned(), file: place.file.clone(), line: place.line })
                .collect(),
        }
    }

    fn stays(&self, from: &data::Stays) -> Stays {
        Stays {
            code: from.code.to_owned(),
            reason: from.reason.clone(),
            module: from.module.map(|module| self.name(module)),
            routes: from.routes.iter().map(|moved| self.route(moved)).collect(),
        }
    }
}
