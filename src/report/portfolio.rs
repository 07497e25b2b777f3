//! Reports of many repositories as one table: effort, verdicts, shared packages, which to start with.
//!
//! One report is in memory at a time, and of it only what a row needs; rows are small. A file that is no report is a row that says why.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Read;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::{Deserialize, Serialize};

use super::escape::{escape, fit};
use super::json::{self, Progress, Tool};
use super::numbers::{grouped, many, rounded};
use super::past::{self, Part, Project, Refused, Summary, Version};
use crate::plan::kit::encode::csv;

/// Version of the shape.
const SCHEMA_VERSION: &str = "1.0";
/// Share of established facts below which an estimate is not a reason to begin.
const UNDERSTOOD: f64 = 80.0;
/// Repositories that are named beside a package.
const NAMED: usize = 5;
/// Rows in the terminal.
const ROWS: usize = 30;

/// What is read of a report.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Brief {
    schema_version: Version,
    tool: past::Tool,
    project: Project,
    coverage: Covered,
    summary: Summary,
    progress: Progress,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Covered {
    percent: f64,
}

impl Part for Brief {
    fn head(&self) -> (&Version, &past::Tool, &Project) {
        (&self.schema_version, &self.tool, &self.project)
    }
}

/// The reports of many repositories, side by side.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "migscan portfolio")]
pub struct Portfolio {
    /// Version of this shape. Within a major version keys are only added.
    pub schema_version: String,
    pub tool: Option<Tool>,
    pub totals: Totals,
    /// In the order in which to start: by verdict, what is understood, cost, name; files that are no report last.
    pub repositories: Vec<Row>,
    /// Packages that more than one repository depends on, the most frequent first.
    pub packages: Vec<Shared>,
}

/// Over all reports that could be read. Percentiles do not add up, expected values do.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Totals {
    pub repositories: u64,
    pub not_read: u64,
    pub mean_hours: f64,
    pub routes: u64,
    pub models: u64,
    pub live_twice: u64,
    /// Verdict → repositories.
    pub verdicts: BTreeMap<String, u64>,
}

/// One report.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Row {
    /// Place in the order; null of a file that is no report.
    pub start: Option<u64>,
    pub repository: String,
    pub report: String,
    pub verdict: Option<String>,
    pub p50_hours: Option<f64>,
    pub p80_hours: Option<f64>,
    pub mean_hours: Option<f64>,
    pub coverage_percent: Option<f64>,
    pub routes: Option<u64>,
    /// Of those, answered by FastAPI as well.
    pub live_twice: Option<u64>,
    pub models: Option<u64>,
    /// Packages that it depends on.
    pub packages: Option<u64>,
    /// Why it stands where it stands; why it could not be read.
    pub because: String,
    /// It could not be read.
    pub error: bool,
}

/// A package that several repositories depend on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Shared {
    pub name: String,
    pub counterpart: Option<String>,
    pub repositories: u64,
    /// The first of them by name of the report.
    pub examples: Vec<String>,
}

/// Takes reports one after the other.
#[derive(Debug, Default)]
pub struct Builder {
    rows: Vec<Row>,
    packages: BTreeMap<String, Shared>,
}

impl Builder {
    /// A report from its text, or the row that says why it is none.
    pub fn add(&mut self, report: &str, text: impl Read) -> Result<(), Refused> {
        match past::read_part::<Brief>(text) {
            Ok(brief) => {
                self.packages(&brief);
                self.rows.push(row(report, &brief));
                Ok(())
            }
            Err(refused) => {
                self.refuse(report, &refused.0);
                Err(refused)
            }
        }
    }

    pub fn refuse(&mut self, report: &str, why: &str) {
        self.rows.push(Row { report: report.to_owned(), because: why.to_owned(), error: true, ..Row::default() });
    }

    fn packages(&mut self, brief: &Brief) {
        let mut names: Vec<(String, Option<&String>)> =
            brief.project.dependencies.iter().map(|d| (d.name.to_lowercase().replace('_', "-"), d.counterpart.as_ref())).collect();
        names.sort();
        names.dedup_by(|a, b| a.0 == b.0);
        for (name, counterpart) in names {
            let shared = self.packages.entry(name.clone()).or_insert_with(|| Shared { name, ..Shared::default() });
            shared.repositories += 1;
            if shared.counterpart.is_none() {
                shared.counterpart = counterpart.cloned();
            }
            if shared.examples.len() < NAMED {
                shared.examples.push(brief.project.name.clone());
            }
        }
    }

    pub fn finish(self) -> Portfolio {
        let mut rows = self.rows;
        rows.sort_by(before);
        let mut totals = Totals::default();
        for (number, row) in (1..).zip(&mut rows) {
            if row.error {
                totals.not_read += 1;
                continue;
            }
            row.start = Some(number);
            totals.repositories += 1;
            totals.mean_hours += row.mean_hours.unwrap_or_default();
            totals.routes += row.routes.unwrap_or_default();
            totals.models += row.models.unwrap_or_default();
            totals.live_twice += row.live_twice.unwrap_or_default();
            *totals.verdicts.entry(row.verdict.clone().unwrap_or_else(|| "none".to_owned())).or_default() += 1;
        }
        let mut packages: Vec<Shared> = self.packages.into_values().filter(|shared| shared.repositories > 1).collect();
        packages.sort_by(|a, b| b.repositories.cmp(&a.repositories).then_with(|| a.name.cmp(&b.name)));
        let tool = Tool { name: env!("CARGO_PKG_NAME").to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() };
        Portfolio { schema_version: SCHEMA_VERSION.to_owned(), tool: Some(tool), totals, repositories: rows, packages }
    }
}

fn row(report: &str, brief: &Brief) -> Row {
    let effort = brief.summary.effort.as_ref();
    let progress = &brief.progress;
    let verdict = brief.summary.verdict.clone();
    let percent = brief.coverage.percent;
    let mut because = verdict.clone().unwrap_or_else(|| "no verdict".to_owned());
    let _ = write!(because, "; {percent:.0} % of the facts established");
    if percent < UNDERSTOOD {
        because.push_str(", which is too little to rely on the hours");
    }
    if let Some(effort) = effort {
        let _ = write!(because, "; {} to {} focus-hours", rounded(effort.p50), rounded(effort.p80));
    }
    Row {
        start: None,
        repository: brief.project.name.clone(),
        report: report.to_owned(),
        verdict,
        p50_hours: effort.map(|whole| whole.p50),
        p80_hours: effort.map(|whole| whole.p80),
        mean_hours: effort.map(|whole| whole.mean),
        coverage_percent: Some(percent),
        routes: Some(progress.routes.django),
        live_twice: Some(progress.routes.live_twice),
        models: Some(progress.models.django),
        packages: Some(brief.project.dependencies.len() as u64),
        because,
        error: false,
    }
}

/// The order in which to start: what is advised to move before what is not; what is understood before what is not; the cheap before the dear,
/// as the first one teaches for the others.
fn before(a: &Row, b: &Row) -> Ordering {
    let rank = |row: &Row| match row.verdict.as_deref() {
        _ if row.error => 9,
        Some("migrate") => 0,
        Some("carve out") => 1,
        Some("improve in place") => 2,
        Some("do not migrate") => 3,
        _ => 4,
    };
    let vague = |row: &Row| row.coverage_percent.is_none_or(|percent| percent < UNDERSTOOD);
    let cost = |row: &Row| row.p80_hours.unwrap_or(f64::MAX);
    rank(a)
        .cmp(&rank(b))
        .then_with(|| vague(a).cmp(&vague(b)))
        .then_with(|| cost(a).total_cmp(&cost(b)))
        .then_with(|| (&a.repository, &a.report).cmp(&(&b.repository, &b.report)))
}

/// One document, with a newline at its end.
pub fn write(portfolio: &Portfolio) -> Vec<u8> {
    json::pretty(portfolio)
}

/// A row in a line.
pub fn lines(portfolio: &Portfolio) -> Vec<u8> {
    let mut out = Vec::new();
    for row in &portfolio.repositories {
        if let Ok(text) = serde_json::to_string(row) {
            // Nothing in a name breaks a line or is obeyed by a terminal.
            out.extend(
                text.chars()
                    .flat_map(|ch| match super::escape::is_hidden(ch) {
                        true => ch
                            .encode_utf16(&mut [0; 2])
                            .iter()
                            .map(|unit| format!("\\u{unit:04x}"))
                            .collect::<String>()
                            .chars()
                            .collect::<Vec<_>>(),
                        false => vec![ch],
                    })
                    .collect::<String>()
                    .into_bytes(),
            );
            out.push(b'\n');
        }
    }
    out
}

pub fn schema() -> Vec<u8> {
    json::pretty(&SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<Portfolio>())
}

const COLUMNS: &[&str] = &[
    "start",
    "repository",
    "report",
    "verdict",
    "p50_hours",
    "p80_hours",
    "mean_hours",
    "coverage_percent",
    "routes",
    "live_twice",
    "models",
    "packages",
    "because",
    "error",
];

/// The rows as a table for a spreadsheet or a database.
pub fn table(portfolio: &Portfolio) -> Vec<u8> {
    let mut out = format!("{}\r\n", COLUMNS.join(","));
    let whole = |value: Option<u64>| value.map_or_else(String::new, |number| number.to_string());
    let number = |value: Option<f64>| value.map_or_else(String::new, |number| format!("{number:.1}"));
    // It may go to a log: a runner that reads one looks for `##[`.
    let cell = |text: &str| csv(&text.replace("##", "#\\x23"));
    for row in &portfolio.repositories {
        let cells = [
            whole(row.start),
            cell(&row.repository),
            cell(&row.report),
            cell(row.verdict.as_deref().unwrap_or_default()),
            number(row.p50_hours),
            number(row.p80_hours),
            number(row.mean_hours),
            number(row.coverage_percent),
            whole(row.routes),
            whole(row.live_twice),
            whole(row.models),
            whole(row.packages),
            cell(&row.because),
            row.error.to_string(),
        ];
        out.push_str(&cells.join(","));
        out.push_str("\r\n");
    }
    out.into_bytes()
}

/// For the terminal.
pub fn text(portfolio: &Portfolio) -> String {
    let totals = &portfolio.totals;
    let mut out = String::new();
    let verdicts: Vec<String> = totals.verdicts.iter().map(|(verdict, count)| format!("{} {}", grouped(*count), escape(verdict))).collect();
    let _ = writeln!(
        out,
        "{}, {} not read; {} expected focus-hours, {}, {}",
        many(totals.repositories, "repository", "repositories"),
        grouped(totals.not_read),
        rounded(totals.mean_hours),
        many(totals.routes, "route", "routes"),
        many(totals.models, "model", "models")
    );
    let _ = writeln!(out, "Verdicts: {}\n", verdicts.join(", "));
    let _ = writeln!(out, "Start  {:<24}  {:<16}  {:>7}  {:>7}  cover  routes  models", "repository", "verdict", "P50 h", "P80 h");
    for row in portfolio.repositories.iter().filter(|row| !row.error).take(ROWS) {
        let _ = writeln!(
            out,
            "{:>5}  {:<24}  {:<16}  {:>7}  {:>7}  {:>3.0} %  {:>6}  {:>6}",
            row.start.unwrap_or_default(),
            fit(&row.repository, 24),
            fit(row.verdict.as_deref().unwrap_or("none"), 16),
            rounded(row.p50_hours.unwrap_or_default()),
            rounded(row.p80_hours.unwrap_or_default()),
            row.coverage_percent.unwrap_or_default(),
            grouped(row.routes.unwrap_or_default()),
            grouped(row.models.unwrap_or_default())
        );
    }
    if portfolio.repositories.len() > ROWS {
        let _ = writeln!(out, "and {} more: --json, --csv and --html have all", portfolio.repositories.len() - ROWS);
    }
    if !portfolio.packages.is_empty() {
        let _ = writeln!(out, "\nShared packages");
        for shared in portfolio.packages.iter().take(ROWS / 2) {
            let to = shared.counterpart.as_deref().map_or_else(String::new, |name| format!("  → {}", fit(name, 40)));
            let line = format!("{:>5}  {:<28}{to}", grouped(shared.repositories), fit(&shared.name, 28));
            let _ = writeln!(out, "{}", line.trim_end());
        }
    }
    out
}
