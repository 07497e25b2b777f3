//! A phase on the calendar: where it begins, how long it takes with even chances, and until when with four in five. One bar a row, so that the table
//! around it says the same in words.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::{share, ticks};
use crate::report::numbers::rounded;

/// Weeks from the start of the move.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    pub from: f64,
    pub p50: f64,
    pub p80: f64,
}

/// A phase's number, those that it waits for, and its weeks.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    pub number: usize,
    pub waits_for: &'a [usize],
    pub p50: f64,
    pub p80: f64,
}

/// One engineer takes phases one after the other; more of them begin each as soon as what it waits for is over. Beginnings are stretched so that the last
/// phase ends when the plan says, as hands are not without number.
pub fn spans(steps: &[Step<'_>], alone: bool, whole: f64) -> Vec<Span> {
    let mut ends: BTreeMap<usize, f64> = BTreeMap::new();
    let mut out: Vec<Span> = Vec::new();
    for step in steps {
        let before = if alone {
            out.last().map(|s: &Span| s.from + s.p50)
        } else {
            step.waits_for.iter().filter_map(|n| ends.get(n)).copied().reduce(f64::max)
        };
        let span = Span { from: before.unwrap_or(0.0), p50: step.p50, p80: step.p80 };
        ends.insert(step.number, span.from + span.p50);
        out.push(span);
    }
    let last = out.iter().copied().max_by(|a, b| (a.from + a.p50).total_cmp(&(b.from + b.p50)));
    if let Some(last) = last.filter(|l| l.from > 0.0 && whole > l.p50) {
        let stretch = (whole - last.p50) / last.from;
        out.iter_mut().for_each(|s| s.from *= stretch);
    }
    out
}

/// The right end of the calendar.
pub fn end(spans: &[Span]) -> f64 {
    spans.iter().map(|s| s.from + s.p80.max(s.p50)).fold(0.0, f64::max)
}

pub fn bar(span: Span, most: f64) -> Markup {
    let text = format!(
        "from week {} to week {}, or {} with four chances in five",
        rounded(span.from + 1.0),
        rounded((span.from + span.p50).max(span.from + 1.0)),
        rounded((span.from + span.p80).max(span.from + 1.0))
    );
    html! {
        svg.timeline role="img" aria-label=(text) width="100%" height="18" {
            @for tick in ticks(most) { line.grid x1=(share(tick, most)) x2=(share(tick, most)) y1="-9" y2="40" {} }
            rect.late x=(share(span.from, most)) width=(share(span.p80, most)) y="5" height="8" rx="2" {}
            rect.likely x=(share(span.from, most)) width=(share(span.p50, most)) y="2" height="14" rx="2" {}
        }
    }
}

/// The axis above the bars.
pub fn axis(most: f64) -> Markup {
    html! {
        svg.timeline aria-hidden="true" width="100%" height="14" {
            @for tick in ticks(most) { text x=(share(tick, most)) y="11" class=[(tick == 0.0).then_some("first")] { @if tick == 0.0 { "wk" } @else { (rounded(tick)) } } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phases_follow_each_other_and_end_with_the_plan() {
        let step = |number, waits_for, p50| Step { number, waits_for, p50, p80: p50 * 1.5 };
        let steps = [step(1, &[][..], 2.0), step(2, &[1][..], 4.0), step(3, &[1][..], 6.0)];
        let from = |alone, whole| spans(&steps, alone, whole).iter().map(|s| s.from).collect::<Vec<_>>();
        assert_eq!(from(true, 12.0), [0.0, 2.0, 6.0]);
        assert_eq!(from(false, 8.0), [0.0, 2.0, 2.0]);
        assert_eq!(from(false, 10.0), [0.0, 4.0, 4.0]);
        assert_eq!(end(&spans(&steps, true, 12.0)), 15.0);
    }

    #[test]
    fn a_bar_lies_on_its_weeks_and_says_them() {
        let text = bar(Span { from: 2.0, p50: 4.0, p80: 6.0 }, 8.0).into_string();
        assert!(text.contains(r#"aria-label="from week 3 to week 6, or 8 with four chances in five""#), "{text}");
        assert!(text.contains(r#"x="25%" width="75%""#) && text.contains(r#"x="25%" width="50%""#), "{text}");
    }
}
