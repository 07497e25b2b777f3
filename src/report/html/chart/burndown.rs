//! Lines through reports: what is left, from the first to the last. Reports stand at equal distances: they carry no time.

use maud::{Markup, html};

use super::{share, ticks};
use crate::report::numbers::rounded;

/// Height of the drawing, in dots.
const HEIGHT: f64 = 180.0;

/// A line: the class of its colour, what it is, its values.
pub struct Line<'a> {
    pub class: &'a str,
    pub name: &'a str,
    pub values: Vec<f64>,
}

/// All lines on one scale; `marks` are reports to look at with care.
pub fn burndown(title: &str, lines: &[Line<'_>], marks: &[usize]) -> Markup {
    let most = lines.iter().flat_map(|line| &line.values).copied().fold(0.0, f64::max).max(1.0);
    let steps = lines.iter().map(|line| line.values.len()).max().unwrap_or(0);
    let last = steps.saturating_sub(1).max(1) as f64;
    let x = |index: usize| share(index as f64, last);
    let y = |value: f64| super::super::text::exact((8.0 + (HEIGHT - 16.0) * (1.0 - value / most)).round());
    let said: Vec<String> = lines
        .iter()
        .filter_map(|line| Some(format!("{} from {} to {}", line.name, rounded(*line.values.first()?), rounded(*line.values.last()?))))
        .collect();
    html! {
        figure {
            svg.burndown role="img" aria-label={ (title) ": " (said.join(", ")) } width="100%" height=(HEIGHT) {
                @for tick in ticks(most) {
                    line.grid x1="0%" x2="100%" y1=(y(tick)) y2=(y(tick)) {}
                    text x="-6" y=(y(tick)) dy="4" text-anchor="end" { (rounded(tick)) }
                }
                @for mark in marks { line.mark x1=(x(*mark)) x2=(x(*mark)) y1="0" y2=(HEIGHT) {} }
                @for line in lines {
                    @for (index, pair) in line.values.windows(2).enumerate() {
                        @if let [from, to] = pair {
                            line class=(line.class) x1=(x(index)) x2=(x(index + 1)) y1=(y(*from)) y2=(y(*to)) {}
                        }
                    }
                    @for (index, value) in line.values.iter().enumerate() {
                        circle class=(line.class) cx=(x(index)) cy=(y(*value)) r="3" {}
                    }
                }
            }
            figcaption.legend {
                @for line in lines { span { span class={ "key " (line.class) } {} " " (line.name) } " " }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_lie_where_the_numbers_are_and_the_text_says_them() {
        let line = Line { class: "left", name: "left", values: vec![10.0, 5.0, 0.0] };
        let text = burndown("Routes", &[line], &[1]).into_string();
        assert!(text.contains(r#"aria-label="Routes: left from 10 to 0""#), "{text}");
        assert!(text.contains(r#"x1="0%" x2="50%" y1="8" y2="90""#) && text.contains(r#"cx="100%" cy="172""#), "{text}");
        assert!(text.contains(r#"class="mark" x1="50%""#) && text.contains(r#"<span class="key left">"#), "{text}");
    }

    #[test]
    fn one_report_is_a_point() {
        let line = Line { class: "left", name: "left", values: vec![3.0] };
        assert!(burndown("Routes", &[line], &[]).into_string().contains("circle"));
    }
}
