//! What the hours of a module go into: one bar, a part for each concern, the words beside it.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::share;
use crate::report::json::Item;
use crate::report::numbers::rounded;

/// Groups of the estimate in the order of the bar, with their words.
const GROUPS: [(&str, &str); 13] = [
    ("api", "API: routes, views, serializers"),
    ("data", "Data: models, queries, migrations"),
    ("adapter", "Django ORM kept behind FastAPI"),
    ("web", "Pages, forms, templates"),
    ("admin", "Admin, rebuilt"),
    ("admin_kept", "Admin, kept on Django"),
    ("infra", "Tasks, signals, caches, commands"),
    ("packages", "Third-party packages"),
    ("rules", "Rules of your own"),
    ("tests", "Tests"),
    ("integration", "Cut-over and borders"),
    ("overhead", "Stabilisation and review"),
    ("fixed", "Once for the project"),
];

/// Group → (position of its colour, words, hours), the bar's order.
pub fn split(items: &[Item]) -> Vec<(usize, &str, f64)> {
    let mut sums: BTreeMap<&str, f64> = BTreeMap::new();
    for item in items {
        *sums.entry(item.group.as_str()).or_default() += item.mean;
    }
    let known = GROUPS.iter().enumerate().filter_map(|(at, (group, words))| Some((at, *words, *sums.get(group)?)));
    let mut out: Vec<(usize, &str, f64)> = known.filter(|(_, _, hours)| *hours > 0.0).collect();
    // A group of the model that has no words here keeps its own name.
    out.extend(
        sums.iter()
            .filter(|(group, hours)| **hours > 0.0 && !GROUPS.iter().any(|(known, _)| known == *group))
            .map(|(group, hours)| (12, *group, *hours)),
    );
    out
}

/// The bar with its table.
pub fn concerns(items: &[Item]) -> Markup {
    let parts = split(items);
    let whole: f64 = parts.iter().map(|p| p.2).sum();
    let text: Vec<String> = parts.iter().map(|(_, words, hours)| format!("{words} {}", rounded(*hours))).collect();
    let placed = parts.iter().scan(0.0, |left, (at, _, hours)| {
        *left += hours;
        Some((at, *left - hours, *hours))
    });
    html! {
        svg.concerns role="img" aria-label={ "Focus-hours by concern: " (text.join("; ")) } width="100%" height="26" {
            @for (at, left, hours) in placed {
                rect class={ "part c" (at) } x=(share(left, whole)) width=(share(hours, whole)) y="0" height="26" {}
                @if hours / whole > 0.055 { text x=(share(left + hours / 2.0, whole)) y="17.5" { (rounded(hours)) } }
            }
        }
        table.legend {
            caption.sr { "Focus-hours by concern" }
            tbody {
                @for (at, words, hours) in &parts {
                    tr {
                        td { svg.swatch width="12" height="12" aria-hidden="true" { rect class={ "part c" (at) } width="12" height="12" {} } " " (words) }
                        td.n { (format!("{hours:.1}")) " h" }
                        td.n { (format!("{:.0}", hours / whole * 100.0)) " %" }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(group: &str, mean: f64) -> Item {
        let json = serde_json::json!({"driver": "d", "rule": null, "group": group, "count": 1.0, "unit": "u", "unit_mean": mean, "scale": 1.0,
            "mean": mean, "class": "A", "status": "evidence", "because": "b", "fingerprints": []});
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn parts_follow_each_other_and_fill_the_bar() {
        let text = concerns(&[item("data", 30.0), item("api", 50.0), item("data", 20.0)]).into_string();
        assert!(
            text.contains(r#"class="part c0" x="0%" width="50%""#) && text.contains(r#"class="part c1" x="50%" width="50%""#),
            "{text}"
        );
        assert!(
            text.contains("Focus-hours by concern: API: routes, views, serializers 50; Data: models, queries, migrations 50"),
            "{text}"
        );
    }

    #[test]
    fn a_group_without_words_is_not_lost() {
        let items = [item("new one", 5.0), item("tests", 1.0)];
        let parts = split(&items);
        assert_eq!(parts.iter().map(|p| p.2).sum::<f64>(), 6.0);
        assert!(parts.iter().any(|p| p.1 == "new one"));
    }
}
