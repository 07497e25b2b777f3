//! How much there is of everything: the numbers that every format shows, counted in one place so that they agree.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::django::inventory::{Inventory, Model};

/// Counts per construct. They count what is in use: models of installed apps, routes without those of admin sites and without format-suffix
/// twins; the rest has a count of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Totals {
    /// Installed first-party apps.
    pub apps: u64,
    pub apps_not_installed: u64,
    /// Concrete models of installed apps, proxies included.
    pub models: u64,
    pub models_abstract: u64,
    pub models_not_installed: u64,
    /// Fields of the models counted under `models`, inherited ones included.
    pub fields: u64,
    /// Fields among them that point to other models.
    pub relations: u64,
    pub routes: u64,
    /// Routes below an admin site, not counted under `routes`.
    pub routes_admin: u64,
    /// `.{format}` twins made by DRF, not counted under `routes`.
    pub routes_format_suffix: u64,
    pub views: u64,
    pub serializers: u64,
    /// Admin registrations.
    pub admin: u64,
    /// Connected receivers.
    pub signals: u64,
    pub signal_definitions: u64,
    pub signal_sends: u64,
    pub migrations: u64,
    pub migration_operations: u64,
    pub run_python: u64,
    pub run_sql: u64,
    pub forms: u64,
    pub templates: u64,
    /// Tags and filters of all template libraries.
    pub template_tags: u64,
    pub middleware: u64,
    pub commands: u64,
    pub tasks: u64,
    pub consumers: u64,
    pub caching: u64,
    pub transactions: u64,
    pub raw_sql: u64,
    pub queries: u64,
}

/// True for models with a place in the running project.
pub fn counts_as_model(model: &Model) -> bool {
    model.installed && !model.is_abstract
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

impl Totals {
    pub fn of(found: &Inventory) -> Self {
        let apps = number(found.apps.iter().filter(|app| app.installed).count());
        let models: Vec<&Model> = found.models.iter().filter(|model| counts_as_model(model)).collect();
        let models_abstract = number(found.models.iter().filter(|model| model.is_abstract).count());
        let routes_format_suffix = number(found.routes.iter().filter(|route| route.format_suffix).count());
        let routes_admin = number(found.routes.iter().filter(|route| route.admin && !route.format_suffix).count());
        Totals {
            apps,
            apps_not_installed: number(found.apps.len()) - apps,
            models: number(models.len()),
            models_abstract,
            models_not_installed: number(found.models.len()) - number(models.len()) - models_abstract,
            fields: number(models.iter().map(|model| model.fields.len()).sum()),
            relations: number(models.iter().flat_map(|model| &model.fields).filter(|field| field.relation.is_some()).count()),
            routes: number(found.routes.len()) - routes_admin - routes_format_suffix,
            routes_admin,
            routes_format_suffix,
            views: number(found.views.len()),
            serializers: number(found.serializers.len()),
            admin: number(found.admin.len()),
            signals: number(found.signals.len()),
            signal_definitions: number(found.signal_definitions.len()),
            signal_sends: number(found.signal_sends.len()),
            migrations: number(found.migrations.len()),
            migration_operations: number(found.migrations.iter().map(|migration| migration.operations.len()).sum()),
            run_python: found.migrations.iter().map(|migration| u64::from(migration.run_python)).sum(),
            run_sql: found.migrations.iter().map(|migration| u64::from(migration.run_sql)).sum(),
            forms: number(found.forms.len()),
            templates: number(found.templates.len()),
            template_tags: number(found.template_tags.iter().map(|library| library.tags.len() + library.filters.len()).sum()),
            middleware: number(found.middleware.len()),
            commands: number(found.commands.len()),
            tasks: number(found.tasks.len() + found.jobs.len()),
            consumers: number(found.consumers.len()),
            caching: number(found.caching.len()),
            transactions: number(found.transactions.len()),
            raw_sql: number(found.raw_sql.len()),
            queries: number(found.queries.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn each_thing_is_counted_once() {
        let found = sample::inventory();
        let totals = Totals::of(&found);
        assert_eq!((totals.apps, totals.apps_not_installed), (2, 1));
        assert_eq!(totals.models + totals.models_abstract + totals.models_not_installed, found.models.len() as u64);
        assert_eq!(totals.routes + totals.routes_admin + totals.routes_format_suffix, found.routes.len() as u64);
    }
}
