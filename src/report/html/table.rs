//! Tables: a caption, headings that say what is a number, rows. The script makes them sortable and filterable; without it they are whole.

use maud::{Markup, html};

use crate::report::numbers::plural;

/// A column's heading, and the class that says its width; `n` columns are numbers, stand at the right and sort by value.
pub struct Column {
    pub head: &'static str,
    pub class: &'static str,
}

pub const fn text(head: &'static str) -> Column {
    Column { head, class: "" }
}

pub const fn number(head: &'static str) -> Column {
    Column { head, class: "n" }
}

/// The same with a class of its own for its width.
pub const fn wide(head: &'static str, class: &'static str) -> Column {
    Column { head, class }
}

/// One table. `rows` is its body, row by row.
pub fn table(id: &str, caption: &str, columns: &[Column], rows: &Markup) -> Markup {
    html! {
        div.scroll {
            table id=(id) {
                caption { (caption) }
                thead { (heads(columns)) }
                tbody { (rows) }
            }
        }
    }
}

pub fn heads(columns: &[Column]) -> Markup {
    html! {
        tr {
            @for column in columns {
                th scope="col" class=[(!column.class.is_empty()).then_some(column.class)] { (column.head) }
            }
        }
    }
}

/// A table that is folded until somebody asks for it; a construct that the project does not have is no table.
pub fn folded(id: &str, title: &str, count: usize, about: &str, columns: &[Column], rows: &Markup) -> Markup {
    html! {
        @if count > 0 {
            details.fold id=(id) {
                summary { h3 { (title) } span.count { (plural(count, "row", "rows")) } }
                @if !about.is_empty() { p.note { (about) } }
                (table(&format!("{id}-table"), title, columns, rows))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_says_what_it_is_and_what_its_columns_are() {
        let rows = html! { tr { td { "a" } td.n { "1" } } };
        let text = folded("apps", "Apps", 1, "", &[text("Name"), number("Lines")], &rows).into_string();
        assert!(text.contains("<caption>Apps</caption>") && text.contains(r#"<th scope="col" class="n">Lines</th>"#), "{text}");
        assert_eq!(folded("apps", "Apps", 0, "", &[], &rows).into_string(), "");
    }
}
