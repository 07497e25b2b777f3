//! Comparison and conditions of a run: read before the scan, put into the report after it, judged when everything is written.

use std::path::PathBuf;

use super::args::ScanArgs;
use super::config::{BadConfig, Setup};
use super::earlier;
use super::run::{GATE, INCOMPLETE, Stop, refused};
use crate::effort::Analysis;
use crate::effort::choices::State;
use crate::report::changes::{self, Earlier};
use crate::report::gates::{Condition, Held};
use crate::report::incomplete::incomplete;
use crate::report::json::Report;
use crate::report::past::Past;
use crate::report::touched::Touched;
use crate::rules::Mistake;

pub struct Gates {
    conditions: Vec<Condition>,
    earlier: Option<Earlier>,
    touched: Option<Touched>,
    strict: bool,
}

impl Gates {
    /// Everything about them that can be refused before the scan.
    pub fn new(args: &ScanArgs, setup: &Setup) -> Result<Gates, Stop> {
        let wrong = |text: &str, mistake: &Mistake| refused(&BadConfig::at("--fail-on", text, mistake), args.color);
        let mut conditions = Vec::new();
        for text in &args.fail_on {
            conditions.push(Condition::read(text.trim()).map_err(|mistake| wrong(text.trim(), &mistake))?);
        }
        let earlier = args.baseline.as_deref().map(earlier::earlier).transpose()?;
        // A rolling baseline is the one input that may be replaced, and only by what it is.
        let rolling = earlier.as_ref().is_some_and(|earlier| earlier.report().is_some());
        let json = if rolling { None } else { args.json.as_deref() };
        let others = [&args.html, &args.markdown, &args.sarif, &args.gitlab, &args.junit].map(|path| path.as_deref());
        let inputs: Vec<PathBuf> = args.baseline.iter().chain(&args.changed).cloned().collect();
        earlier::spared(&inputs, &[&others[..], &[json]].concat())?;
        for (condition, text) in conditions.iter().zip(&args.fail_on) {
            let text = text.trim();
            if let Some(why) = condition.lacks(earlier.as_ref()) {
                return Err(wrong(text, &Mistake::new(0..text.len(), "a condition that cannot be judged", why)));
            }
            if condition.is_frozen() {
                let states: Vec<State> = setup.choices.modules.iter().filter_map(|module| module.state()).collect();
                let why = match (states.is_empty(), states.contains(&State::Frozen), &earlier) {
                    (true, _, _) => "no module is frozen or migrated: [[module]] name = \"…\", state = \"frozen\" in migscan.toml says it",
                    (_, true, None) => "a frozen module is compared with what it had: --baseline names a report or a baseline file",
                    _ => continue,
                };
                return Err(wrong(text, &Mistake::new(0..text.len(), "a condition that cannot be judged", why)));
            }
        }
        let touched = args.changed.as_deref().map(earlier::touched).transpose()?;
        Ok(Gates { conditions, earlier, touched, strict: args.strict })
    }

    /// Nothing is compared, and nothing judged.
    pub fn is_empty(&self) -> bool {
        self.conditions.is_empty() && self.earlier.is_none() && self.touched.is_none() && !self.strict
    }

    /// Fill in what the report says of them; the status and the last line where one does not hold.
    pub fn judge(&self, analysis: &Analysis, report: &mut Report) -> Option<(u8, String)> {
        if let Some(touched) = &self.touched {
            let found = &analysis.inventory;
            let known = |path: &str| {
                found.files.binary_search_by(|file| file.path.as_str().cmp(path)).is_ok()
                    || found.files.iter().any(|file| file.path == path)
                    || found.templates.iter().any(|template| template.file == path)
            };
            report.changed_files = Some(touched.files(known));
        }
        if self.earlier.is_some() || !self.conditions.is_empty() {
            let now = Past::of(report);
            report.changes = self.earlier.as_ref().map(|earlier| changes::since(earlier, &now));
            let held = Held { analysis, now: &now, earlier: self.earlier.as_ref(), changes: report.changes.as_ref() };
            let gates = self.conditions.iter().flat_map(|condition| condition.hold(&held)).collect();
            report.gates = gates;
        }
        let failed: Vec<&str> = report.gates.iter().filter(|gate| !gate.passed).map(|gate| gate.message.as_str()).collect();
        let open = self.strict.then(|| incomplete(&report.coverage, &report.skipped)).flatten();
        let status = match (failed.is_empty(), &open) {
            (false, _) => GATE,
            (true, Some(_)) => INCOMPLETE,
            (true, None) => return None,
        };
        let why: Vec<&str> = failed.into_iter().chain(open.as_deref()).collect();
        Some((status, format!("failed: {}", crate::report::escape::escape(&why.join("; ")))))
    }
}
