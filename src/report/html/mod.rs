//! The page for people who decide: one file, no request, whole without its script, good on paper.
//!
//! It is made from the structs of the JSON report, so that the two agree number by number; only the texts of rules come from the catalogue.
//! Each section is a file; `chart` has the pictures. maud builds the markup and escapes for text and attributes; styles and script are files
//! of their own, and the page's policy allows exactly these two by their hashes.

mod changes;
mod chart;
mod graph;
mod hazards;
#[cfg(test)]
mod hostile;
mod inventory;
pub mod many;
mod method;
mod modules;
mod packages;
mod phase;
mod platform;
mod rollout;
mod routes;
mod summary;
mod table;
mod text;
mod unseen;
mod verdict;
mod why;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use crate::effort::Analysis;
use crate::report::Difference;
use crate::report::escape::is_hidden;
use crate::report::json::Report;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// What the sections are made from. The report may bear pseudonyms: names and places come from it, in the order of the inventory that `analysis` holds.
pub struct Page<'a> {
    pub report: &'a Report,
    pub analysis: &'a Analysis,
}

/// Anchor, words in the list of contents, and the section itself; none where the project has nothing of the kind.
type Section = (&'static str, &'static str, Option<Markup>);

pub fn write(analysis: &Analysis, report: &Report) -> Vec<u8> {
    let page = Page { report, analysis };
    visible(document(&page).into_string()).into_bytes()
}

fn document(page: &Page<'_>) -> Markup {
    let sections: Vec<(&str, &str, Markup)> = sections(page).into_iter().filter_map(|(id, name, body)| Some((id, name, body?))).collect();
    let name = &page.report.project.name;
    html! {
        (DOCTYPE)
        html lang="en" {
            (head(&format!("Moving {name} to FastAPI"), &page.report.tool.version))
            body class=[large(page).then_some("large")] {
                a.skip href="#summary" { "Skip to the summary" }
                header.top {
                    p.brand { strong { "migscan" } " · Django to FastAPI" }
                    div #tools {}
                }
                div.page {
                    nav aria-label="Contents" {
                        ol { @for (id, name, _) in &sections { li { a href={ "#" (id) } { (name) } } } }
                    }
                    main {
                        (verdict::verdict(page))
                        @for (id, name, body) in &sections {
                            section id=(id) aria-labelledby={ (id) "-head" } {
                                h2 id={ (id) "-head" } { (name) }
                                (body)
                            }
                        }
                    }
                }
                footer {
                    p { "Written by migscan " (page.report.tool.version) ", effort model " code { (page.report.summary.effort.as_ref().map_or("", |e| e.model.as_str())) } ". The same project gives the same page." }
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
}

/// A page of its own for what has changed between two reports.
pub fn difference(from: &Difference) -> Vec<u8> {
    let title = format!("Changes of {}", from.project);
    let lead = html! { h1 { (title) } };
    let sections = [("changes", "Changes", changes::section(&from.changes))];
    visible(shell(&title, &lead, &sections, &from.tool.version).into_string()).into_bytes()
}

fn head(title: &str, version: &str) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta http-equiv="Content-Security-Policy" content=(policy());
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            meta name="generator" content={ "migscan " (version) };
            title { (title) }
            style { (PreEscaped(STYLE)) }
        }
    }
}

/// A page with sections of its own: anchor, name, body.
fn shell(title: &str, lead: &Markup, sections: &[(&str, &str, Markup)], version: &str) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            (head(title, version))
            body {
                @if let Some((id, name, _)) = sections.first() {
                    a.skip href={ "#" (id) } { "Skip to: " (name) }
                }
                header.top {
                    p.brand { strong { "migscan" } " · Django to FastAPI" }
                    div #tools {}
                }
                div.page {
                    nav aria-label="Contents" {
                        ol { @for (id, name, _) in sections { li { a href={ "#" (id) } { (name) } } } }
                    }
                    main {
                        (lead)
                        @for (id, name, body) in sections {
                            section id=(id) aria-labelledby={ (id) "-head" } {
                                h2 id={ (id) "-head" } { (name) }
                                (body)
                            }
                        }
                    }
                }
                footer { p { "Written by migscan " (version) ". The same reports give the same page." } }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
}

/// Whether what is unfolded but out of sight should not be laid out: that makes scroll bars jump, and is worth it for thousands of rows only.
fn large(page: &Page<'_>) -> bool {
    let found = &page.report.inventory;
    found.routes.len() + found.views.len() + found.models.len() > 1_000
}

/// In the order of reading: what to do, what it costs, why, then everything that it rests on.
fn sections(page: &Page<'_>) -> Vec<Section> {
    vec![
        ("summary", "Summary", Some(summary::summary(page))),
        ("changes", "Changes since the baseline", changes::changes(page)),
        ("modules", "Modules", modules::modules(page)),
        ("rollout", "Rollout", rollout::rollout(page)),
        ("dependencies", "Dependencies", graph::dependencies(page)),
        ("why", "Why this number", why::why(page)),
        ("hazards", "While both run", hazards::hazards(page)),
        ("packages", "Packages", packages::packages(page)),
        ("routes", "Routes", routes::routes(page)),
        ("inventory", "Inventory", inventory::inventory(page)),
        ("unseen", "What could not be seen", Some(unseen::unseen(page))),
        ("method", "Method and terms", Some(method::method(page))),
    ]
}

/// Nothing may be loaded, run or sent but the page's own style and script.
fn policy() -> String {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    )
}

/// Characters that a browser drops, obeys or hides are spelled out, and so is what a CI runner would obey if the page went through its log: `##`, and
/// `::` where a line begins. Over the whole page: our own text, style and script have none of them but line ends.
fn visible(page: String) -> String {
    let hidden = |ch: char| ch != '\n' && is_hidden(ch);
    let begins_a_line = |page: &str| page.split('\n').any(|line| line.trim_start().starts_with("::"));
    if !page.contains("##") && !begins_a_line(&page) && !page.chars().any(hidden) {
        return page;
    }
    let mut out = String::with_capacity(page.len() + 64);
    let (mut before, mut begins) = (' ', true);
    let mut chars = page.chars().peekable();
    while let Some(ch) = chars.next() {
        match ch {
            '#' if before == '#' => out.push_str("&#35;"),
            ':' if begins && chars.peek() == Some(&':') => out.push_str("&#58;"),
            _ if hidden(ch) => out.extend(ch.escape_default()),
            _ => out.push(ch),
        }
        begins = ch == '\n' || (begins && ch.is_whitespace());
        before = ch;
    }
    out
}
