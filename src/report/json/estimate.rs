//! Modules, what they cost and why, findings, and the estimate of the whole.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::effort::choices::Known;
use crate::effort::estimate::{Alternative as FoundAlternative, ModuleEstimate};
use crate::effort::graph::EdgeKind;
use crate::effort::lines::Line;
use crate::effort::math::Range;
use crate::effort::{Analysis, Estimate, Risk as FoundRisk};
use crate::plan::scope::homes;
use crate::rules::Finding as FoundFinding;
use crate::rules::facts::is_api;

/// A part of the project that moves as one.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Module {
    /// Dotted; `project` for the glue.
    pub name: String,
    /// `app`, `package`, `project`
    pub kind: String,
    /// Directory; empty for the glue.
    pub path: String,
    /// Labels of the apps in it.
    pub apps: Vec<String>,
    /// Lines of code without migrations, comments and blanks.
    pub lines: u64,
    /// Constructs by kind.
    pub counts: BTreeMap<String, u64>,
    pub depends_on: Vec<DependsOn>,
    /// `migrate`, `hybrid`, `defer`, `keep`, `retire`
    pub verdict: String,
    /// The strongest first.
    pub verdict_reasons: Vec<Reason>,
    /// Points, 0 to 100.
    pub benefit: f64,
    /// Points, 0 to 100.
    pub friction: f64,
    /// How far the verdict is from turning, in points.
    pub margin: f64,
    pub would_change: String,
    pub effort: ModuleEffort,
    pub risk: Risk,
    pub tests: Tests,
    /// Who looks after it, as `team` in the configuration says; null where it does not.
    #[serde(default)]
    pub team: Option<String>,
}

/// What a module needs of another.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct DependsOn {
    pub module: String,
    /// `import`, `foreign_key`, `signal`, `url`, `template`, `migration` → places.
    pub kinds: BTreeMap<String, u64>,
    /// The first places of each kind.
    pub evidence: Vec<Evidence>,
}

/// A place that proves an edge.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    pub kind: String,
    pub file: String,
    pub line: u32,
}

/// One point for or against a move.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Reason {
    pub criterion: String,
    /// Positive speaks for the move, negative against it.
    pub weight: f64,
    pub evidence: String,
}

/// Focus-hours of a module: expected value, standard deviation, percentiles.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ModuleEffort {
    /// `hours`: focus-hours.
    pub unit: String,
    pub mean: f64,
    pub sd: f64,
    pub p10: f64,
    pub p50: f64,
    pub p80: f64,
    pub p90: f64,
    pub days: Days,
    /// They add up to `mean`.
    pub items: Vec<Item>,
    /// Factors on every item but overheads and integration; their bounded product is part of `scale`.
    pub multipliers: Vec<Multiplier>,
}

/// The same in days.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Days {
    pub p50: f64,
    pub p80: f64,
}

/// A line of the estimate: `mean = count × unit_mean × scale`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Item {
    /// A row of the cost table, or a name of the model's own.
    pub driver: String,
    pub rule: Option<String>,
    /// `api`, `data`, `adapter`, `web`, `admin`, `admin_kept`, `infra`, `packages`, `tests`, `overhead`, `integration`, `fixed`, `rules`
    pub group: String,
    pub count: f64,
    /// What one of them is.
    pub unit: String,
    /// Focus-hours.
    pub unit_mean: f64,
    /// Learning over repeats, times the module's multipliers.
    pub scale: f64,
    pub mean: f64,
    /// Spread of one unit: A 0.35, B 0.50, C 0.75, D 1.00 (standard deviation of the logarithm).
    pub class: String,
    /// `evidence`, `tuned`, `judgement`
    pub status: String,
    pub because: String,
    /// Of the findings that it counts.
    pub fingerprints: Vec<String>,
}

/// A factor on a module.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Multiplier {
    pub factor: String,
    pub value: f64,
    pub because: String,
}

/// How risky the move of a module is.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Risk {
    /// `low`, `medium`, `high`
    pub level: String,
    /// Titles of the rules of high risk that fire most often.
    pub reasons: Vec<String>,
}

/// Test code that exercises a module.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Tests {
    pub lines: u64,
    pub cases: u64,
}

/// A rule that fired at a place.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    pub rule: String,
    pub module: String,
    /// `blocker`, `mandatory`, `potential`, `info`
    pub severity: String,
    pub message: String,
    pub file: String,
    pub line: u32,
    pub column: u32,
    /// Empty where the finding stands for several places.
    pub symbol: String,
    /// Stable under moved lines and reordered files, unique in a report.
    pub fingerprint: String,
    /// How many places of the file it stands for; more than 1 only where the rule costs nothing and merely informs.
    pub places: u32,
    /// Lines of those places, without the first.
    #[serde(default)]
    pub also: Vec<u32>,
    /// Why a comment in the code says that it is settled; such a finding costs nothing.
    pub suppressed: Option<String>,
    /// Focus-hours that this place counts before learning, multipliers and overheads; null where the rule only warns.
    pub effort: Option<FindingEffort>,
}

/// Focus-hours of one finding.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct FindingEffort {
    pub mean: f64,
    pub p10: f64,
    pub p90: f64,
}

/// The estimate of the whole move.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Effort {
    /// `hours`: focus-hours.
    pub unit: String,
    /// The targets that it is for.
    pub strategy: String,
    pub mean: f64,
    pub sd: f64,
    pub p10: f64,
    pub p50: f64,
    pub p80: f64,
    pub p90: f64,
    /// Once for the project.
    pub fixed: Vec<Item>,
    /// Version of the effort model and hash of its numbers.
    pub model: String,
    /// Share of the mean that rests on judgement, 0 to 1.
    pub judgement_share: f64,
    pub alternatives: Vec<Alternative>,
}

/// One way of doing it, or of not doing it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Alternative {
    pub strategy: String,
    pub about: String,
    /// Names of the modules that move.
    pub modules: Vec<String>,
    pub mean: f64,
    pub p50: f64,
    pub p80: f64,
}

/// A rule of high risk, or a blocker, that fires.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct TopRisk {
    pub rule: String,
    pub title: String,
    /// `blocker`, `mandatory`, `potential`
    pub severity: String,
    /// What changes in behaviour.
    pub trap: Option<String>,
    /// How many places there are.
    pub count: u64,
    /// The first of them.
    pub places: Vec<Place>,
}

/// A place in the code.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Place {
    pub file: String,
    pub line: u32,
}

impl From<&FoundRisk> for TopRisk {
    fn from(from: &FoundRisk) -> Self {
        TopRisk {
            rule: from.rule.clone(),
            title: from.title.clone(),
            severity: from.severity.name().to_owned(),
            trap: from.trap.clone(),
            count: from.count as u64,
            places: from.places.iter().map(|(file, line)| Place { file: file.clone(), line: *line }).collect(),
        }
    }
}

/// Places of each kind of edge that are listed.
const EVIDENCE: usize = 3;

pub fn modules(analysis: &Analysis) -> Vec<Module> {
    let estimate = &analysis.estimate;
    let counts = counts(analysis);
    let risks = risks(analysis);
    let with_both = estimate.modules.iter().enumerate().zip(counts.into_iter().zip(risks));
    with_both.map(|((index, module), (counts, risk))| one(analysis, index, module, counts, risk)).collect()
}

fn one(analysis: &Analysis, index: usize, from: &ModuleEstimate, counts: BTreeMap<String, u64>, risk: Risk) -> Module {
    Module {
        name: from.module.name.clone(),
        kind: from.module.kind.name().to_owned(),
        path: from.module.path.clone(),
        apps: from.module.apps.clone(),
        lines: from.code,
        counts,
        depends_on: depends_on(&analysis.estimate, index),
        verdict: from.judged.verdict.name().to_owned(),
        verdict_reasons: from
            .judged
            .reasons
            .iter()
            .map(|r| Reason { criterion: r.criterion.clone(), weight: r.weight, evidence: r.evidence.clone() })
            .collect(),
        benefit: from.judged.benefit,
        friction: from.judged.friction,
        margin: from.judged.margin,
        would_change: from.judged.would_change.clone(),
        effort: ModuleEffort {
            unit: "hours".to_owned(),
            mean: from.range.mean,
            sd: from.range.sd,
            p10: from.range.p10,
            p50: from.range.p50,
            p80: from.range.p80,
            p90: from.range.p90,
            days: Days { p50: from.range.p50 / analysis.model.time.day, p80: from.range.p80 / analysis.model.time.day },
            items: from.lines.iter().map(|line| item(analysis, line)).collect(),
            multipliers: from
                .multipliers
                .iter()
                .map(|m| Multiplier { factor: m.factor.clone(), value: m.value, because: m.because.clone() })
                .collect(),
        },
        risk,
        tests: Tests { lines: from.test_lines, cases: from.test_cases },
        team: team(analysis, index),
    }
}

/// Of several entries that mean the module, by its name or by its app, the first that says it.
fn team(analysis: &Analysis, index: usize) -> Option<String> {
    let own = |known: &&Known| analysis.estimate.partition.named(known.name.get_ref()) == Some(index);
    let team = analysis.choices.modules.iter().filter(own).find_map(|known| known.team.as_ref())?;
    Some(team.get_ref().trim().to_owned())
}

/// How many there are of each construct, by module.
fn counts(analysis: &Analysis) -> Vec<BTreeMap<String, u64>> {
    let found = &analysis.inventory;
    let partition = &analysis.estimate.partition;
    let mut out: Vec<BTreeMap<String, u64>> = vec![BTreeMap::new(); partition.list.len()];
    // Where the plan has them too: with the code of their views, not with the list that happens to register them.
    let views = found.views.iter().map(|view| (view.qualname.as_str(), view)).collect();
    for (route, home) in found.routes.iter().zip(homes(found, &analysis.estimate, &views)) {
        if let Some(counts) = out.get_mut(home).filter(|_| route.first_party_view) {
            *counts.entry("routes".to_owned()).or_default() += 1;
        }
    }
    let mut count = |kind: &str, file: &str| {
        if let Some(counts) = out.get_mut(partition.of_file(file)) {
            *counts.entry(kind.to_owned()).or_default() += 1;
        }
    };
    found.models.iter().for_each(|m| count("models", &m.place.file));
    for view in &found.views {
        count("views", &view.place.file);
        if is_api(&view.kind) {
            count("api_views", &view.place.file);
        }
    }
    found.serializers.iter().for_each(|s| count("serializers", &s.place.file));
    found.admin.iter().for_each(|a| count("admin", &a.place.file));
    found.signals.iter().for_each(|s| count("signals", &s.place.file));
    found.migrations.iter().for_each(|m| count("migrations", &m.file));
    found.forms.iter().for_each(|f| count("forms", &f.place.file));
    found.templates.iter().for_each(|t| count("templates", &t.file));
    found.commands.iter().for_each(|c| count("commands", &c.file));
    found.tasks.iter().chain(&found.jobs).for_each(|t| count("tasks", &t.place.file));
    found.consumers.iter().for_each(|c| count("consumers", &c.place.file));
    out
}

fn depends_on(estimate: &Estimate, index: usize) -> Vec<DependsOn> {
    let mut out = Vec::new();
    for ((_, to), list) in estimate.graph.edges.range((index, 0)..(index + 1, 0)) {
        let Some(target) = estimate.partition.list.get(*to) else { continue };
        let mut kinds: BTreeMap<String, u64> = BTreeMap::new();
        let mut evidence = Vec::new();
        let mut last: Option<(EdgeKind, usize)> = None;
        for place in list {
            *kinds.entry(place.kind.name().to_owned()).or_default() += 1;
            let nth = last.filter(|(kind, _)| *kind == place.kind).map_or(0, |(_, n)| n + 1);
            last = Some((place.kind, nth));
            if nth < EVIDENCE {
                evidence.push(Evidence { kind: place.kind.name().to_owned(), file: place.file.clone(), line: place.line });
            }
        }
        out.push(DependsOn { module: target.name.clone(), kinds, evidence });
    }
    out.sort_by(|a, b| a.module.cmp(&b.module));
    out
}

/// By module and rule of high risk: how often it fires there.
fn risks(analysis: &Analysis) -> Vec<Risk> {
    let partition = &analysis.estimate.partition;
    let mut fired: Vec<BTreeMap<&str, (usize, &str)>> = vec![BTreeMap::new(); partition.list.len()];
    for finding in &analysis.findings {
        let rule = analysis.catalogue.rules.get(finding.rule).filter(|r| r.risk == crate::rules::schema::Risk::High);
        if let (Some(rule), Some(module)) = (rule, fired.get_mut(partition.of_file(&finding.file))) {
            module.entry(rule.id.as_str()).or_insert((0, rule.title.as_str())).0 += 1;
        }
    }
    fired.into_iter().map(risk).collect()
}

fn risk(fired: BTreeMap<&str, (usize, &str)>) -> Risk {
    let level = match fired.len() {
        0 => "low",
        1..=3 => "medium",
        _ => "high",
    };
    let mut ranked: Vec<(usize, &str)> = fired.into_values().collect();
    ranked.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    Risk { level: level.to_owned(), reasons: ranked.into_iter().take(5).map(|(count, title)| format!("{title} ({count})")).collect() }
}

fn item(analysis: &Analysis, from: &Line) -> Item {
    let fingerprint = |at: &usize| analysis.findings.get(*at).map(|finding| finding.fingerprint.clone());
    Item {
        driver: from.driver.clone(),
        rule: from.rule.clone(),
        group: from.group.clone(),
        count: from.count,
        unit: from.unit.clone(),
        unit_mean: from.unit_mean,
        scale: from.scale,
        mean: from.mean,
        class: from.class.name().to_owned(),
        status: from.status.name().to_owned(),
        because: from.because.clone(),
        fingerprints: from.findings.iter().filter_map(fingerprint).collect(),
    }
}

pub fn findings(analysis: &Analysis) -> Vec<Finding> {
    analysis.findings.iter().map(|finding| self::finding(analysis, finding)).collect()
}

fn finding(analysis: &Analysis, from: &FoundFinding) -> Finding {
    let partition = &analysis.estimate.partition;
    let cost = from.driver.as_deref().and_then(|d| analysis.catalogue.costs.get(d)).map(|c| (c.mean, c.class));
    let own = analysis.catalogue.rules.get(from.rule).and_then(|r| r.cost.as_ref()).map(|c| (c.mean, c.class));
    let effort = cost.or(own).map(|(mean, class)| {
        let range: Range = crate::effort::math::Work::line(mean * from.units, class.log_sd()).range();
        FindingEffort { mean: range.mean, p10: range.p10, p90: range.p90 }
    });
    Finding {
        rule: from.id.clone(),
        module: partition.list.get(partition.of_file(&from.file)).map_or_else(String::new, |m| m.name.clone()),
        severity: from.severity.name().to_owned(),
        message: from.message.clone(),
        file: from.file.clone(),
        line: from.line,
        column: 1,
        symbol: from.symbol.clone(),
        fingerprint: from.fingerprint.clone(),
        places: from.places,
        also: from.also.clone(),
        effort: effort.filter(|_| from.suppressed.is_none()),
        suppressed: from.suppressed.clone(),
    }
}

pub fn effort(analysis: &Analysis) -> Effort {
    let estimate = &analysis.estimate;
    let range = estimate.range;
    Effort {
        unit: "hours".to_owned(),
        strategy: estimate.strategy.name(),
        mean: range.mean,
        sd: range.sd,
        p10: range.p10,
        p50: range.p50,
        p80: range.p80,
        p90: range.p90,
        fixed: estimate.fixed.iter().map(|line| item(analysis, line)).collect(),
        model: estimate.model.clone(),
        judgement_share: estimate.judgement_share,
        alternatives: estimate.alternatives.iter().map(Alternative::from).collect(),
    }
}

impl From<&FoundAlternative> for Alternative {
    fn from(from: &FoundAlternative) -> Self {
        Alternative {
            strategy: from.name.clone(),
            about: from.about.clone(),
            modules: from.modules.clone(),
            mean: from.range.mean,
            p50: from.range.p50,
            p80: from.range.p80,
        }
    }
}
