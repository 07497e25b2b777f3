//! The page with names that try to get out of it, read back by a parser that we did not write.
//!
//! Whatever a project calls its things, the page has the same elements as with harmless names, no attribute that runs code, no address that leads
//! outside, and the name itself as text.

use std::collections::BTreeSet;

use html5ever::tendril::TendrilSink;
use html5ever::{ParseOpts, parse_document};
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use proptest::prelude::*;

use super::{SCRIPT, STYLE};
use crate::django::inventory::Inventory;
use crate::report::escape::is_hidden;
use crate::report::json::Report;
use crate::report::sample;

/// What a browser would build.
#[derive(Default)]
struct Seen {
    elements: BTreeSet<String>,
    attributes: BTreeSet<String>,
    hrefs: Vec<String>,
    labels: Vec<String>,
    scripts: Vec<String>,
    styles: Vec<String>,
    text: String,
    comments: usize,
}

fn parse(page: &[u8]) -> Seen {
    let text = String::from_utf8(page.to_vec()).unwrap();
    let dom = parse_document(RcDom::default(), ParseOpts::default()).one(text);
    assert!(dom.errors.borrow().is_empty(), "{:?}", dom.errors.borrow());
    let mut seen = Seen::default();
    visit(&dom.document, &mut seen);
    seen
}

fn content(node: &Handle) -> String {
    let mut inner = Seen::default();
    node.children.borrow().iter().for_each(|child| visit(child, &mut inner));
    inner.text
}

fn visit(node: &Handle, seen: &mut Seen) {
    match &node.data {
        NodeData::Text { contents } => seen.text.push_str(&contents.borrow()),
        NodeData::Comment { .. } => seen.comments += 1,
        NodeData::Element { name, attrs, .. } => {
            seen.elements.insert(name.local.to_string());
            for attribute in attrs.borrow().iter() {
                let key = attribute.name.local.to_string();
                match key.as_str() {
                    "href" => seen.hrefs.push(attribute.value.to_string()),
                    "aria-label" => seen.labels.push(attribute.value.to_string()),
                    _ => {}
                }
                seen.attributes.insert(key);
            }
            match name.local.as_ref() {
                "script" => return seen.scripts.push(content(node)),
                "style" => return seen.styles.push(content(node)),
                _ => {}
            }
        }
        _ => {}
    }
    node.children.borrow().iter().for_each(|child| visit(child, seen));
}

/// Every list of the sample with this text wherever a project may choose one.
fn named(bad: &str) -> Inventory {
    let mut found = sample::inventory();
    let bad = || bad.to_owned();
    found.project.name = bad();
    found.project.django_version = Some(bad());
    for one in &mut found.project.dependencies {
        (one.name, one.version, one.file) = (bad(), Some(bad()), bad());
    }
    for one in &mut found.settings.modules {
        (one.module, one.file, one.source) = (bad(), bad(), bad());
    }
    for one in &mut found.apps {
        (one.label, one.module) = (bad(), bad());
    }
    for (index, one) in found.models.iter_mut().enumerate() {
        one.label = format!("{}{index}", bad());
        (one.name, one.db_table, one.place.file) = (bad(), Some(bad()), bad());
        one.methods.iter_mut().for_each(|m| m.name = bad());
    }
    for one in &mut found.routes {
        (one.path, one.pattern, one.view) = (bad(), bad(), Some(bad()));
        (one.condition, one.place.file) = (Some(bad()), bad());
        one.actions = vec![("get".into(), bad())];
        one.access.serializers = vec![bad()];
        one.access.permissions.names = vec![bad()];
    }
    for one in &mut found.views {
        (one.qualname, one.kind, one.serializer) = (bad(), bad(), Some(bad()));
    }
    for one in &mut found.serializers {
        (one.qualname, one.model, one.overrides) = (bad(), Some(bad()), vec![bad()]);
    }
    for one in &mut found.admin {
        (one.admin, one.model, one.features) = (bad(), Some(bad()), vec![bad()]);
    }
    for one in &mut found.signals {
        (one.receiver, one.signal, one.sender, one.never_fires) = (Some(bad()), Some(bad()), Some(bad()), Some(bad()));
    }
    for one in &mut found.migrations {
        (one.app, one.name) = (bad(), bad());
    }
    for one in &mut found.templates {
        (one.file, one.extends) = (bad(), Some(bad()));
    }
    for one in &mut found.queries {
        one.model = Some(bad());
    }
    for one in &mut found.coverage.unresolved {
        (one.kind, one.reason, one.file, one.text) = (bad(), bad(), bad(), bad());
    }
    for one in &mut found.diagnostics {
        (one.severity, one.message, one.file) = (bad(), bad(), Some(bad()));
    }
    for one in &mut found.skipped {
        (one.path, one.reason) = (bad(), bad());
    }
    found
}

/// As the page spells what a browser would obey, drop or hide.
fn spelled(text: &str) -> String {
    text.chars().map(|ch| if ch != '\n' && is_hidden(ch) { ch.escape_default().to_string() } else { ch.to_string() }).collect()
}

fn page(found: Inventory) -> Vec<u8> {
    let analysis = sample::analysis(found);
    super::write(&analysis, &Report::from(&analysis))
}

fn holds(bad: &str) {
    let harmless = parse(&page(named("name")));
    let seen = parse(&page(named(bad)));
    assert!(
        seen.elements.is_subset(&harmless.elements) || seen.elements.difference(&harmless.elements).all(|e| e == "wbr" || e == "code"),
        "{:?}",
        seen.elements
    );
    assert!(seen.attributes.is_subset(&harmless.attributes), "{:?}", seen.attributes.difference(&harmless.attributes));
    assert_eq!((seen.scripts.as_slice(), seen.styles.as_slice()), (&[SCRIPT.to_owned()][..], &[STYLE.to_owned()][..]));
    assert!(seen.hrefs.iter().all(|h| h.starts_with('#') && h.chars().all(|c| c.is_ascii_graphic())), "{:?}", seen.hrefs);
    assert_eq!(seen.comments, 0);
    assert!(seen.text.contains(&spelled(bad)), "{bad:?}");
    assert!(!seen.text.chars().chain(seen.labels.iter().flat_map(|l| l.chars())).any(|ch| ch != '\n' && is_hidden(ch)));
}

#[test]
fn known_ways_out_of_text_and_attributes() {
    for bad in [
        "</script><script>alert(1)</script>",
        "</style><img src=x onerror=alert(1)>",
        "\" onmouseover=\"alert(1)",
        "' onfocus='alert(1)' autofocus='",
        "<svg/onload=alert(1)>",
        "</title><base href=//evil.example/>",
        "</text></svg><a href=javascript:alert(1)>",
        "]]><!--",
        "--><!DOCTYPE html>",
        "&lt;&#60;&amp;",
        "{{constructor}}${1}`x`",
        "\u{202e}gnp.\u{2066}\u{200b}\u{feff}",
        "\u{1b}[2J\u{9b}\u{0}\u{7f}",
        "<plaintext>",
        "<template><textarea>",
    ] {
        holds(bad);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_a_project_calls_its_things(bad in "[<>&\"'=/` \\-!a-z0-9\\]\\[;#(){}\u{0}\u{1b}\u{85}\u{a0}\u{200f}\u{202e}\u{2028}äשׁ]{1,40}") {
        holds(&bad);
    }
}
