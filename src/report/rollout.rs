//! The plan for people, whole: each phase with its hours, weeks, routes and reasons, what stays, and what traffic and the running project say.
//!
//! Scanned text passes through `escape` and never stands at the start of a line.

use std::fmt::Write as _;

use crate::django::inventory::Inventory;
use crate::effort::Analysis;
use crate::plan::Plan;
use crate::plan::data::{Moved, Phase};
use crate::plan::observed::Differences;
use crate::plan::traffic::Traffic;
use crate::plan::wording::wording;
use crate::report::escape::escape;
use crate::report::numbers::{many, weeks};

/// Lines of a list that are shown unless all are asked for.
const SHOWN: usize = 12;

/// What was said beside the project itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seen<'a> {
    pub traffic: Option<&'a Traffic>,
    pub observed: Option<&'a Differences>,
}

pub fn write(analysis: &Analysis, plan: &Plan, seen: Seen<'_>, full: bool) -> String {
    let most = if full { usize::MAX } else { SHOWN };
    let mut page = Page { out: String::new(), most, inventory: &analysis.inventory };
    head(&mut page, plan);
    for phase in &plan.phases {
        one(&mut page, phase, seen.traffic);
    }
    stays(&mut page, plan);
    if let Some(wording) = wording() {
        let advice = plan.advice.iter().map(|advice| format!("{} ({})", wording.advice(advice.code), advice.reason));
        page.list("Other ways", advice.collect());
    }
    if let Some(traffic) = seen.traffic {
        calls(&mut page, plan, traffic);
    }
    if let Some(observed) = seen.observed {
        differences(&mut page, observed);
    }
    page.out
}

struct Page<'a> {
    out: String,
    most: usize,
    inventory: &'a Inventory,
}

impl Page<'_> {
    fn line(&mut self, text: &str) {
        let _ = writeln!(self.out, "{}", escape(text));
    }

    fn list(&mut self, title: &str, lines: Vec<String>) {
        if lines.is_empty() {
            return;
        }
        self.line("");
        self.line(title);
        self.rows(&lines);
    }

    fn rows(&mut self, lines: &[String]) {
        for line in lines.iter().take(self.most) {
            self.line(&format!("    {line}"));
        }
        if lines.len() > self.most {
            self.line(&format!("    and {} more (--verbose shows all)", lines.len() - self.most));
        }
    }

    fn path(&self, route: usize) -> &str {
        self.inventory.routes.get(route).map_or("", |route| route.path.as_str())
    }

    fn moved(&self, moved: &Moved) -> String {
        let methods = if moved.methods.is_empty() { "any method".to_owned() } else { moved.methods.join(" ") };
        format!("{methods} {}", self.path(moved.route))
    }
}

/// Weeks with their word.
fn in_weeks(number: f64) -> String {
    format!("{} {}", weeks(number), if number < 1.5 { "week" } else { "weeks" })
}

fn engineers(number: f64) -> String {
    if (number - 1.0).abs() < 1e-9 { "one engineer".to_owned() } else { format!("{number} engineers") }
}

fn head(page: &mut Page<'_>, plan: &Plan) {
    if plan.phases.is_empty() {
        match plan.blocked() {
            Some(_) => page.line("No phases: modules should move, but none of their routes can. Why stands below."),
            None => page.line("Nothing moves: no phases."),
        }
        return;
    }
    let assumed = if plan.crew.assumed { " (assumed)" } else { "" };
    page.line(&format!(
        "{}, {:.0} focus-hours (P80 {:.0}), {} (P80 {}) with {}{assumed}",
        many(plan.phases.len() as u64, "phase", "phases"),
        plan.range.p50,
        plan.range.p80,
        in_weeks(plan.weeks.p50),
        weeks(plan.weeks.p80),
        engineers(plan.crew.engineers)
    ));
}

fn one(page: &mut Page<'_>, phase: &Phase, traffic: Option<&Traffic>) {
    page.line("");
    page.line(&format!("Phase {}  {}", phase.number, phase.title));
    let mut line = format!(
        "{:.0} h (P80 {:.0}), {} (P80 {}), wave {}",
        phase.range.p50,
        phase.range.p80,
        in_weeks(phase.weeks.p50),
        weeks(phase.weeks.p80),
        phase.wave
    );
    let waits: Vec<String> = phase.waits_for.iter().map(ToString::to_string).collect();
    if !waits.is_empty() {
        let _ = write!(line, ", waits for {}", waits.join(", "));
    }
    if let Some(traffic) = traffic {
        let _ = write!(line, ", {} calls", traffic.of(&phase.routes));
    }
    page.line(&format!("    {line}"));
    if !phase.because.is_empty() {
        page.line(&format!("    why here: {}", phase.because));
    }
    let routes: Vec<String> = phase.routes.iter().map(|moved| page.moved(moved)).collect();
    page.rows(&routes);
    let partly: Vec<String> = phase
        .proxy
        .partly
        .iter()
        .filter_map(|(at, reason)| Some(format!("partly: {}: {reason}", page.path(phase.routes.get(*at)?.route))))
        .collect();
    page.rows(&partly);
}

fn stays(page: &mut Page<'_>, plan: &Plan) {
    let mut lines = Vec::new();
    for stays in &plan.stays {
        let first = stays.routes.first().map(|moved| page.path(moved.route));
        lines.push(match (first, stays.routes.len()) {
            (None, _) => stays.reason.clone(),
            (Some(first), 1) => format!("{first}: {}", stays.reason),
            (Some(first), many) => format!("{first} and {} more: {}", many - 1, stays.reason),
        });
    }
    page.list("Stays on Django", lines);
}

fn calls(page: &mut Page<'_>, plan: &Plan, traffic: &Traffic) {
    let sum = |list: u64| format!("{list} of {} calls", traffic.total);
    let mut phases: Vec<(u64, &Phase)> = plan.phases.iter().map(|phase| (traffic.of(&phase.routes), phase)).collect();
    phases.retain(|(count, phase)| *count > 0 || !phase.routes.is_empty());
    phases.sort_by_key(|(count, phase)| (std::cmp::Reverse(*count), phase.number));
    page.list(
        "Phases by traffic",
        phases.iter().map(|(count, phase)| format!("{count:>10}  phase {} {}", phase.number, phase.title)).collect(),
    );
    let mut routes: Vec<(u64, usize)> = traffic.routes.iter().enumerate().map(|(index, calls)| (calls.all, index)).collect();
    routes.retain(|(count, _)| *count > 0);
    routes.sort_by_key(|(count, index)| (std::cmp::Reverse(*count), *index));
    page.list("Routes by traffic", routes.iter().map(|(count, index)| format!("{count:>10}  {}", page.path(*index))).collect());
    let uncalled = traffic.uncalled(page.inventory);
    let title = format!("Routes that nobody called ({}): retire them?", uncalled.len());
    page.list(&title, uncalled.iter().map(|index| page.path(*index).to_owned()).collect());
    let mut blind: Vec<_> = traffic.blind.iter().collect();
    blind.sort_by_key(|(path, calls)| (std::cmp::Reverse((calls.answered, calls.all)), path.as_str()));
    let title = format!("Calls that match no route ({} paths): blind spots where they were answered", blind.len());
    page.list(&title, blind.iter().map(|(path, calls)| format!("{:>10}  {} answered  {path}", calls.all, calls.answered)).collect());
    let mut elsewhere: Vec<_> = traffic.elsewhere.iter().collect();
    elsewhere.sort_by_key(|(what, count)| (std::cmp::Reverse(**count), what.as_str()));
    page.list("Calls that go to patterns of packages", elsewhere.iter().map(|(what, count)| format!("{count:>10}  {what}")).collect());
    let more = [
        (traffic.unsure, "may have been answered by an earlier pattern that is not fully known"),
        (traffic.slashless, "lack the slash at the end, to which Django redirects"),
        (traffic.blind_more, "go to further paths that match no route"),
    ];
    let mut lines: Vec<String> =
        more.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{} {what}", sum(*count))).collect();
    if traffic.unreadable > 0 {
        lines.push(format!("{} lines could not be read", traffic.unreadable));
    }
    page.list("Also", lines);
}

fn differences(page: &mut Page<'_>, found: &Differences) {
    page.line("");
    page.line(&format!("The running project and the report agree on {} paths.", found.both - found.differ.len().min(found.both)));
    page.list("Only in the running project", found.live.iter().map(|(path, what)| format!("{path}  {what}")).collect());
    let read = found.read.iter().map(|(index, methods)| format!("{}  {methods}", page.path(*index))).collect();
    page.list("Only in the report", read);
    let differ = found.differ.iter().map(|(path, live, read)| format!("{path}  live: {live}  report: {read}")).collect();
    page.list("Told differently", differ);
}
