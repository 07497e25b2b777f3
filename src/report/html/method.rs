//! How the numbers come about, what the words mean, and where the page ends.

use maud::{Markup, html};

use super::Page;

/// Terms in the order in which a reader meets them.
const TERMS: [(&str, &str); 14] = [
    ("Focus-hour", "An hour of an engineer who knows this code base, Django, FastAPI and SQLAlchemy; tests and review fixes included."),
    ("P50, P80", "The effort that is not exceeded with a chance of 50 or 80 in 100. P10 and P90 likewise."),
    ("Module", "What moves as one: an app, a sizeable package, or the glue of the project."),
    ("Migrate", "The module gains from FastAPI, and little holds it."),
    ("Hybrid", "Its routes gain from a move, but admin, shared tables or queries tie its data to Django: routes move first."),
    ("Defer", "The gain is small today; look again when others have moved."),
    ("Keep", "Django does this better, or nobody gains: it stays."),
    ("Retire", "Nobody calls it: it goes, instead of moving."),
    ("Benefit, friction", "Points from 0 to 100 for and against a move, each with its evidence."),
    ("Blocker", "Nothing can move, or not as planned, before it is settled."),
    ("Mandatory", "Has to be rewritten for the move."),
    ("Potential", "May behave differently after the move without anybody noticing."),
    ("Class A to D", "How far one unit of work may lie from its mean, from steady to wild."),
    ("Evidence, tuned, judgement", "Measured; fitted to measured migrations; an expert's opinion."),
];

pub fn method(page: &Page<'_>) -> Markup {
    let report = &page.report;
    let chosen = report.project.settings.iter().find(|s| s.chosen);
    html! {
        div.columns {
            div.prose {
                h3 { "How the numbers come about" }
                p { "migscan reads the source text of the project and never imports or runs it. It evaluates settings, URL configurations and class bodies as Django would, matches what it finds against a catalogue of rules, and counts." }
                p { "Rules count units of work; a cost table gives hours of one; learning over repeats, complexity and tests of the module scale them. Lines are expected values and add up. Ranges come from the spread of each kind of work, a factor for each module and one for the project, in closed form." }
                @if let Some(effort) = &report.summary.effort {
                    p { "Targets: " code { (effort.strategy) } ". A day has " (page.analysis.model.time.day) " focus-hours, a week " (page.analysis.model.time.week) "." }
                }
                @if let Some(chosen) = chosen {
                    p { "Settings: " code { (chosen.module) } ", named by " (chosen.source) @if report.project.settings.len() > 1 { "; " (report.project.settings.len() - 1) " other settings modules were not used" } "." }
                }
            }
            div.prose {
                h3 { "Limits" }
                ul {
                    li { "What exists only at run time is found as far as it follows from the text. The rest is listed as open, not guessed." }
                    li { "The model was compared with six measured migrations; predicted ranges held all six, means missed by 42 % on average. A module of your own, finished and fed back with " code { "migscan calibrate" } ", says more than any table." }
                    li { "In the reference class of IT projects, 18 in 100 exceed their budget by more than half, some by several times. No range on this page has that tail." }
                    li { "Verdicts weigh what the code shows. Traffic, clients and pains are known to people only; " code { "migscan.toml" } " takes them." }
                }
            }
        }
        h3 { "Terms" }
        dl.terms { @for (term, meaning) in TERMS { div { dt { (term) } dd { (meaning) } } } }
    }
}
