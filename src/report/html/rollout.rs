//! The rollout: phases on a calendar, and each of them with what moves, who owns which table then, when it is over, and the way back.

use maud::{Markup, html};

use super::Page;
use super::chart::timeline::{Span, Step, axis, bar, end, spans};
use super::phase::phase;
use super::text::{about, capital, prose, scaled};
use crate::report::json::{Phase, Plan};
use crate::report::numbers::{plural, rounded};

pub fn rollout(page: &Page<'_>) -> Option<Markup> {
    let plan = page.report.plan.as_ref()?;
    if plan.phases.is_empty() {
        return Some(html! {
            p { @if plan.blocked().is_some() { "There is no phase." } @else { "There is nothing to roll out: no module moves." } }
            (ways(plan))
            (stays(plan))
        });
    }
    let steps: Vec<Step<'_>> = plan
        .phases
        .iter()
        .map(|p| Step { number: p.number, waits_for: &p.waits_for, p50: p.calendar_weeks.p50, p80: p.calendar_weeks.p80 })
        .collect();
    let placed = spans(&steps, plan.team.effective <= 1.0, plan.calendar_weeks.p50);
    let most = end(&placed);
    Some(html! {
        p {
            (plural(plan.phases.len(), "phase", "phases")) ", each of which leaves a system that works as a whole. Together "
            strong { (about(plan.effort.p50, "plan.effort.p50")) " – " (about(plan.effort.p80, "plan.effort.p80")) " focus-hours" }
            " for what moves, " (scaled(plan.calendar_weeks.p50, 1.0, "plan.calendar_weeks.p50")) " – " (scaled(plan.calendar_weeks.p80, 1.0, "plan.calendar_weeks.p80"))
            " weeks of " (crew(plan)) "."
            @if plan.effort.cuts >= 0.5 { " Cuts between modules that the order needs take " (rounded(plan.effort.cuts)) " hours beside that." }
        }
        (ways(plan))
        div.scroll { (calendar(plan, &placed, most)) }
        p.key { "The strong bar has even chances, the faint one four in five. Phases of the same wave do not wait for each other; a larger team may run them side by side." }
        @for (index, one) in plan.phases.iter().enumerate() { (phase(page, index, one)) }
        (stays(plan))
    })
}

pub fn crew(plan: &Plan) -> Markup {
    let team = &plan.team;
    html! {
        @if team.engineers <= 1.0 { "one engineer" } @else { (format!("{}", team.engineers)) " engineers" }
        @if team.assumed { ", as nobody has said how many there are" }
        @if team.allocation < 1.0 { ", " (format!("{:.0}", team.allocation * 100.0)) " % of the week" }
    }
}

fn calendar(plan: &Plan, placed: &[Span], most: f64) -> Markup {
    html! {
        table #rollout-table .still {
            caption.sr { "Phases on the calendar" }
            thead { tr {
                th.n scope="col" { "No." } th scope="col" { "Phase" } th.axis scope="col" { span.sr { "Calendar" } (axis(most)) }
                th.n scope="col" { "Weeks" } th.n scope="col" { "Hours" } th.n scope="col" { "Routes" } th scope="col" { "Waits for" } th scope="col" { "Unlocks" }
            } }
            tbody {
                @for (index, (one, span)) in plan.phases.iter().zip(placed).enumerate() {
                    @let of = |what: &str| format!("plan.phases.{index}.{what}");
                    tr {
                        td.n { (one.number) }
                        th scope="row" { a href={ "#phase-" (one.number) } { (one.title) } }
                        td.axis { (bar(*span, most)) }
                        td.n { (scaled(one.calendar_weeks.p50, 1.0, &of("calendar_weeks.p50"))) " – " (scaled(one.calendar_weeks.p80, 1.0, &of("calendar_weeks.p80"))) }
                        td.n { (about(one.effort.p50, &of("effort.p50"))) " – " (about(one.effort.p80, &of("effort.p80"))) }
                        td.n { (moved(one)) }
                        td { (links(&one.waits_for, " ")) }
                        td { (links(&one.unlocks, " ")) }
                    }
                }
            }
        }
    }
}

fn moved(phase: &Phase) -> Markup {
    html! { @if phase.routes.is_empty() { span.z { "·" } } @else { (phase.routes.len()) } }
}

pub fn links(numbers: &[usize], between: &str) -> Markup {
    html! {
        @if numbers.is_empty() { span.z { "·" } }
        @for (index, number) in numbers.iter().enumerate() { @if index > 0 { (between) } a href={ "#phase-" (number) } { (number) } }
    }
}

/// What else the rules of the plan offer.
fn ways(plan: &Plan) -> Markup {
    html! {
        @if !plan.alternatives.is_empty() {
            ul.asides { @for way in &plan.alternatives { li { (prose(&way.what)) " " span.faint { "(" (way.reason) ")" } } } }
        }
    }
}

fn stays(plan: &Plan) -> Markup {
    let routes: usize = plan.stays_in_django.iter().map(|s| s.routes.len()).sum();
    html! {
        @if !plan.stays_in_django.is_empty() {
            h3 { "What stays on Django" }
            p.note { (plural(routes, "route stays", "routes stay")) ", each for a reason." }
            ul.plain {
                @for one in &plan.stays_in_django {
                    li {
                        // What a package brings is no route of the list.
                        @if one.routes.is_empty() { strong { "More" } } @else { strong { (plural(one.routes.len(), "route", "routes")) } }
                        @if let Some(module) = &one.module { " of " (module) }
                        ": " (capital(&one.reason)) "."
                    }
                }
            }
        }
    }
}
