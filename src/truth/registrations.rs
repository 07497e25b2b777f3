//! What is registered while a project boots: model admins and receivers of signals.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::judgement::{Claimed, Judgement, Wanted};
use super::rows::{claimed, flag, get, last, list, name_of, names, rows, set, shown, text, wanted};

/// Rows by model and class: the last name of a class that is not ours.
struct Registered<'a> {
    live: BTreeMap<String, &'a Value>,
    reported: BTreeMap<String, &'a Value>,
}

fn registered<'a>(truth: &'a Value, report: &'a Value) -> Registered<'a> {
    let mut out = Registered { live: BTreeMap::new(), reported: BTreeMap::new() };
    for row in list(truth, "admin") {
        let admin = shown(text(row, "admin"));
        let admin = if flag(row, "admin_first_party") { admin } else { last(admin) };
        out.live.insert(format!("{} by {admin}", shown(text(row, "model"))), row);
    }
    for row in rows(report, "admin") {
        let (model, admin) = (shown(text(row, "model")), text(row, "admin").filter(|admin| !admin.is_empty()));
        let mut key = format!("{model} by {}", admin.unwrap_or("ModelAdmin"));
        let short = format!("{model} by {}", last(shown(admin)));
        if !out.live.contains_key(&key) && out.live.contains_key(&short) {
            key = short;
        }
        if out.live.contains_key(&key) || !flag(row, "dynamic") {
            out.reported.insert(key, row);
        }
    }
    out
}

pub fn admin(truth: &Value, report: &Value) -> Judgement {
    let found = registered(truth, report);
    let optional: BTreeSet<String> = found.live.iter().filter(|(_, row)| flag(row, "model_dynamic")).map(|(key, _)| key.clone()).collect();
    let expected: Wanted =
        found.live.iter().filter(|(key, _)| !optional.contains(*key)).map(|(key, row)| (key.clone(), (*row).clone())).collect();
    let claimed: Claimed = found.reported.iter().map(|(key, row)| (key.clone(), Some(get(row, "site").clone()))).collect();
    let mut judgement = Judgement::with(&expected, &claimed, &optional, |live, site| {
        // The site that everybody has.
        let usual = text(live, "site") == Some("admin")
            && matches!(site.as_str(), None | Some("django.contrib.admin.site" | "django.contrib.admin.sites.site"));
        usual || ["site", "site_class", "site_variable"].iter().any(|name| get(live, name) == site)
    });
    for (_, live, _) in &mut judgement.wrong {
        *live = get(live, "site").clone();
    }
    judgement
}

fn lists(truth: &Value, report: &Value, name: &str, spelling: fn(&str) -> &str) -> Judgement {
    let found = registered(truth, report);
    let (mut expected, mut claimed) = (Wanted::new(), Claimed::new());
    for (key, live) in found.live.into_iter().filter(|(_, row)| !flag(row, "model_dynamic")) {
        if let Some(row) = found.reported.get(&key) {
            claimed.insert(key.clone(), Some(set(names(row, name).into_iter().map(spelling))));
        }
        expected.insert(key, set(names(live, name).into_iter().map(spelling)));
    }
    Judgement::of(&expected, &claimed)
}

pub fn admin_inlines(truth: &Value, report: &Value) -> Judgement {
    lists(truth, report, "inlines", |name| name)
}

pub fn admin_actions(truth: &Value, report: &Value) -> Judgement {
    lists(truth, report, "actions", last)
}

/// Signal, receiver, sender.
type Triple<'a> = (&'a str, &'a str, &'a str);

#[derive(Default)]
struct Received<'a> {
    live: BTreeSet<Triple<'a>>,
    reported: BTreeSet<Triple<'a>>,
    /// Neither wanted nor wrong.
    optional: BTreeSet<Triple<'a>>,
}

fn received<'a>(truth: &'a Value, report: &'a Value) -> Received<'a> {
    let models = list(truth, "models").iter();
    let labels: BTreeMap<&str, &str> = models.filter_map(|model| Some((text(model, "qualname")?, text(model, "label")?))).collect();
    let triple = |row: &'a Value, sender: &'a Value| {
        (shown(text(row, "signal")), shown(text(row, "receiver")), shown(sender.as_str().map(|name| *labels.get(name).unwrap_or(&name))))
    };
    let mut out = Received::default();
    for row in list(truth, "signals") {
        let found = (shown(text(row, "signal")), shown(text(row, "receiver")), shown(text(row, "sender")));
        if flag(row, "normal_boot") && !flag(row, "dynamic") {
            out.live.insert(found)
        } else {
            out.optional.insert(found)
        };
    }
    out.optional.retain(|found| !out.live.contains(found));
    for row in rows(report, "signals") {
        let sender = get(row, "sender");
        let senders = sender.as_array().map_or(std::slice::from_ref(sender), Vec::as_slice);
        for found in senders.iter().map(|sender| triple(row, sender)) {
            if out.live.contains(&found) || !(flag(row, "dynamic") || found.1.contains('<')) {
                out.reported.insert(found);
            }
        }
    }
    out
}

fn judged(found: &Received, arrow: impl Fn(&Triple) -> String) -> Judgement {
    let all = |triples: &BTreeSet<Triple>| -> BTreeSet<String> { triples.iter().map(&arrow).collect() };
    Judgement::except(&wanted(all(&found.live)), &claimed(all(&found.reported)), &all(&found.optional))
}

pub fn signals(truth: &Value, report: &Value) -> Judgement {
    judged(&received(truth, report), |(signal, receiver, _)| format!("{signal} -> {receiver}"))
}

pub fn signal_senders(truth: &Value, report: &Value) -> Judgement {
    judged(&received(truth, report), |(signal, receiver, sender)| format!("{signal} -> {receiver} from {sender}"))
}

pub fn signal_definitions(truth: &Value, report: &Value) -> Judgement {
    let expected = wanted(names(truth, "signal_definitions").into_iter().map(str::to_owned));
    Judgement::of(&expected, &claimed(rows(report, "signal_definitions").into_iter().filter_map(name_of).map(str::to_owned)))
}
