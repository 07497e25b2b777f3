//! A range as a bar: thin from P10 to P90, thick from P50 to P80, on a scale that it shares with its neighbours.

use maud::{Markup, html};

use super::share;
use crate::report::numbers::rounded;

/// Percentiles in hours.
#[derive(Clone, Copy, Debug)]
pub struct Percentiles {
    pub p10: f64,
    pub p50: f64,
    pub p80: f64,
    pub p90: f64,
}

/// The bar; `most` is the right end of the scale.
pub fn range(at: Percentiles, most: f64) -> Markup {
    let text = format!("P10 {}, P50 {}, P80 {}, P90 {} focus-hours", rounded(at.p10), rounded(at.p50), rounded(at.p80), rounded(at.p90));
    html! {
        svg.range role="img" aria-label=(text) width="100%" height="16" {
            line.whisker x1=(share(at.p10, most)) x2=(share(at.p90, most)) y1="8" y2="8" {}
            rect.likely x=(share(at.p50, most)) width=(share(at.p80 - at.p50, most)) y="3" height="10" {}
            line.median x1=(share(at.p50, most)) x2=(share(at.p50, most)) y1="1" y2="15" {}
        }
    }
}

/// Only the likely part, where the ends are not known: from P50 to P80.
pub fn bar(p50: f64, p80: f64, most: f64) -> Markup {
    html! {
        svg.range role="img" aria-label={ "P50 " (rounded(p50)) ", P80 " (rounded(p80)) " focus-hours" } width="100%" height="16" {
            rect.base x="0" width=(share(p50, most)) y="5" height="6" {}
            rect.likely x=(share(p50, most)) width=(share(p80 - p50, most)) y="3" height="10" {}
            line.median x1=(share(p50, most)) x2=(share(p50, most)) y1="1" y2="15" {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_lies_where_the_numbers_are_and_says_them() {
        let text = range(Percentiles { p10: 10.0, p50: 25.0, p80: 50.0, p90: 75.0 }, 100.0).into_string();
        assert!(text.contains(r#"aria-label="P10 10, P50 25, P80 50, P90 75 focus-hours""#), "{text}");
        assert!(text.contains(r#"x1="10%" x2="75%""#) && text.contains(r#"x="25%" width="25%""#), "{text}");
        assert!(bar(10.0, 20.0, 40.0).into_string().contains(r#"x="25%" width="25%""#));
    }
}
