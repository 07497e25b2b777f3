//! Third-party packages, and what takes the place of each beside FastAPI.

use maud::{Markup, html};

use super::Page;
use super::table::{Column, table, text};
use super::text::{breakable, prose};
use crate::report::packages::{Counterpart, counterpart};

const COLUMNS: [Column; 5] =
    [text("Package"), text("Version"), text("What becomes of it"), text("On the FastAPI side"), text("Declared in")];

pub fn packages(page: &Page<'_>) -> Option<Markup> {
    let declared = &page.report.project.dependencies;
    if declared.is_empty() {
        return None;
    }
    let rows = html! {
        @for package in declared {
            @let found = counterpart(&page.analysis.catalogue, &package.name);
            tr {
                th scope="row" { (breakable(&package.name)) }
                td { (breakable(package.version.as_deref().unwrap_or("·"))) }
                td { (fate(found.as_ref())) }
                td { @if let Some(found) = &found { (prose(found.fastapi)) } }
                td.where { code.p { (breakable(&package.file)) } }
            }
        }
    };
    Some(html! {
        p.note { "Packages that no rule speaks of know nothing of Django as far as the catalogue knows, and are used as they are." }
        div data-filter="packages" { (table("packages-table", "Declared packages", &COLUMNS, &rows)) }
    })
}

fn fate(found: Option<&Counterpart<'_>>) -> Markup {
    let (sign, words) = match found.map(|f| f.fate) {
        None | Some("same") => ("○", "used as it is"),
        Some("drop-in") => ("◔", "counterpart, little work"),
        Some("replace") => ("◑", "counterpart that wants work"),
        Some("rewrite") => ("◕", "written anew"),
        Some("blocker") => ("⬤", "to be settled first"),
        Some("keep") => ("■", "stays on Django"),
        Some("drop") => ("✕", "not needed any more"),
        Some(other) => ("·", other),
    };
    html! { span.fate { span aria-hidden="true" { (sign) } " " (words) } }
}
