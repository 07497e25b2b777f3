//! The rest of the inventory: forms, templates, migrations, commands, tasks, and uses of the framework inside functions.

use maud::{Markup, html};

use super::table::{Column, folded, number, text};
use super::text::{breakable, cell, place};
use crate::report::json::{Form, Inventory, Migration, Template, Use};

pub fn tables(found: &Inventory) -> Markup {
    html! {
        (migrations(&found.migrations))
        (drift(found))
        (forms(&found.forms))
        (templates(&found.templates))
        (named("template-tags", "Template tag libraries", found.template_tags.iter().map(|t| (t.library.as_str(), [t.tags.as_slice(), t.filters.as_slice()].concat().join(", "), t.file.as_str(), 1))))
        (named("middleware", "Middleware", found.middleware.iter().map(|m| (m.qualname.as_str(), m.hooks.join(", "), m.file.as_str(), m.line))))
        (named("commands", "Management commands", found.commands.iter().map(|c| (c.name.as_str(), c.app.clone(), c.file.as_str(), c.line))))
        (named("tasks", "Background tasks", found.tasks.iter().chain(&found.jobs).map(|t| (t.qualname.as_str(), t.kind.clone(), t.file.as_str(), t.line))))
        (named("consumers", "Channels consumers", found.consumers.iter().map(|c| (c.qualname.as_str(), c.paths.join(", "), c.file.as_str(), c.line))))
        (uses("caching", "Uses of the cache", &found.caching))
        (uses("transactions", "Transactions", &found.transactions))
        (uses("raw-sql", "SQL text", &found.raw_sql))
    }
}

fn migrations(migrations: &[Migration]) -> Markup {
    const COLUMNS: [Column; 6] =
        [text("App"), text("Migration"), number("Operations"), number("RunPython"), number("RunSQL"), text("Remarks")];
    let rows = html! {
        @for one in migrations {
            tr {
                td { (breakable(&one.app)) }
                th scope="row" { (breakable(&one.name)) }
                td.n { (cell(one.operations.len() as u64)) }
                td.n { (cell(u64::from(one.run_python))) }
                td.n { (cell(u64::from(one.run_sql))) }
                td { @if one.leaf { "last of its app" } @if !one.replaces.is_empty() { @if one.leaf { ", " } "squashes " (one.replaces.len()) } @if !one.atomic { @if one.leaf || !one.replaces.is_empty() { ", " } "not atomic" } }
            }
        }
    };
    folded("migrations", "Migrations", migrations.len(), "", &COLUMNS, &rows)
}

fn drift(found: &Inventory) -> Markup {
    const COLUMNS: [Column; 6] =
        [text("Model"), text("Field"), text("Difference"), text("In the models"), text("In the migrations"), text("Where")];
    let rows = html! {
        @for one in &found.drift {
            tr {
                th scope="row" { (breakable(one.model.as_deref().unwrap_or(&one.app))) }
                td { (one.field.as_deref().unwrap_or("·")) }
                td { (one.kind.replace('_', " ")) @if let Some(attribute) = &one.attribute { ": " (attribute) } }
                td { (one.in_models.as_deref().unwrap_or("·")) }
                td { (one.in_migrations.as_deref().unwrap_or("·")) }
                td.where { @if let (Some(file), Some(line)) = (&one.file, one.line) { (place(file, line)) } }
            }
        }
    };
    folded("drift", "Models and migrations that differ", found.drift.len(), "", &COLUMNS, &rows)
}

fn forms(forms: &[Form]) -> Markup {
    const COLUMNS: [Column; 6] = [text("Form"), text("Kind"), text("Model"), number("Fields"), text("Replaces"), text("Where")];
    let rows = html! {
        @for one in forms {
            tr {
                th scope="row" { (breakable(&one.qualname)) }
                td { (one.kind) }
                td { (breakable(one.model.as_deref().unwrap_or("·"))) }
                td.n { @match &one.fields { Some(fields) => (cell(fields.len() as u64)), None => "?" } }
                td { (breakable(&one.overrides.join(", "))) }
                td.where { (place(&one.file, one.line)) }
            }
        }
    };
    folded("forms", "Forms", forms.len(), "", &COLUMNS, &rows)
}

fn templates(templates: &[Template]) -> Markup {
    const COLUMNS: [Column; 6] =
        [text("Template"), text("Engine"), number("Lines"), text("Extends"), number("Includes"), number("Rendered by")];
    let rows = html! {
        @for one in templates {
            tr {
                th scope="row" { (breakable(&one.file)) }
                td { (one.engine) }
                td.n { (cell(u64::from(one.lines))) }
                td { (breakable(one.extends.as_deref().unwrap_or("·"))) }
                td.n { (cell(one.includes.len() as u64)) }
                td.n { (cell(one.rendered_by.len() as u64)) }
            }
        }
    };
    folded("templates", "Templates", templates.len(), "", &COLUMNS, &rows)
}

/// Things of which a name, a remark and a place say all.
fn named<'a>(id: &str, title: &str, things: impl Iterator<Item = (&'a str, String, &'a str, u32)> + Clone) -> Markup {
    const COLUMNS: [Column; 3] = [text("Name"), text("About"), text("Where")];
    let count = things.clone().count();
    let rows = html! {
        @for (name, about, file, line) in things {
            tr { th scope="row" { (breakable(name)) } td { (breakable(&about)) } td.where { (place(file, line)) } }
        }
    };
    folded(id, title, count, "", &COLUMNS, &rows)
}

fn uses(id: &str, title: &str, uses: &[Use]) -> Markup {
    const COLUMNS: [Column; 3] = [text("What"), text("In"), text("Where")];
    let rows = html! {
        @for one in uses {
            tr { th scope="row" { (one.what) } td { (breakable(&one.scope)) } td.where { (place(&one.file, one.line)) } }
        }
    };
    folded(id, title, uses.len(), "", &COLUMNS, &rows)
}
