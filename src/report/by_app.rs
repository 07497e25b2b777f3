//! The same counts, app by app: who owns what, by the app's label where it is known and by the directory where it is not.

use std::collections::BTreeMap;

use crate::django::inventory::{App, Inventory};
use crate::report::totals::counts_as_model;

/// What one installed app holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AppCounts {
    pub label: String,
    pub lines: u64,
    pub models: u64,
    pub routes: u64,
    pub views: u64,
    pub serializers: u64,
    pub admin: u64,
    pub signals: u64,
    pub migrations: u64,
}

/// The installed apps, largest first, and what belongs to none of them. The columns add up to the totals.
pub fn by_app(found: &Inventory) -> (Vec<AppCounts>, AppCounts) {
    let mut table = Table::new(&found.apps);
    for model in found.models.iter().filter(|model| counts_as_model(model)) {
        table.row(Some(&model.app), &model.place.file).models += 1;
    }
    for route in found.routes.iter().filter(|route| !route.admin && !route.format_suffix) {
        table.row(route.app.as_deref(), &route.place.file).routes += 1;
    }
    for view in &found.views {
        table.row(view.app.as_deref(), &view.place.file).views += 1;
    }
    for serializer in &found.serializers {
        table.row(serializer.app.as_deref(), &serializer.place.file).serializers += 1;
    }
    for admin in &found.admin {
        table.row(None, &admin.place.file).admin += 1;
    }
    for signal in &found.signals {
        table.row(signal.app.as_deref(), &signal.place.file).signals += 1;
    }
    for migration in &found.migrations {
        table.row(Some(&migration.app), &migration.file).migrations += 1;
    }
    let mut rows: Vec<AppCounts> = table.rows.into_values().collect();
    rows.sort_by(|a, b| b.lines.cmp(&a.lines).then_with(|| a.label.cmp(&b.label)));
    (rows, table.elsewhere)
}

struct Table<'a> {
    rows: BTreeMap<&'a str, AppCounts>,
    /// Directory and label of every app; the longest directory first, so that the innermost app is met first.
    directories: Vec<(&'a str, &'a str)>,
    elsewhere: AppCounts,
}

impl<'a> Table<'a> {
    fn new(apps: &'a [App]) -> Self {
        let rows = apps
            .iter()
            .filter(|app| app.installed)
            .map(|app| (app.label.as_str(), AppCounts { label: app.label.clone(), lines: app.lines, ..AppCounts::default() }))
            .collect();
        let mut directories: Vec<_> = apps.iter().map(|app| (app.path.trim_end_matches('/'), app.label.as_str())).collect();
        directories.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.cmp(b)));
        Table { rows, directories, elsewhere: AppCounts::default() }
    }

    fn row(&mut self, app: Option<&str>, file: &str) -> &mut AppCounts {
        let label = app.or_else(|| self.owner(file)).unwrap_or_default();
        self.rows.get_mut(label).unwrap_or(&mut self.elsewhere)
    }

    fn owner(&self, file: &str) -> Option<&'a str> {
        let inside =
            |directory: &str| matches!(directory, "" | ".") || file.strip_prefix(directory).is_some_and(|rest| rest.starts_with('/'));
        self.directories.iter().find(|(directory, _)| inside(directory)).map(|(_, label)| *label)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{sample, totals::Totals};

    #[test]
    fn columns_add_up_to_the_totals() {
        let found = sample::inventory();
        let totals = Totals::of(&found);
        let (mut rows, elsewhere) = by_app(&found);
        assert_eq!(rows.iter().map(|row| row.label.as_str()).collect::<Vec<_>>(), ["orders", "catalog"]);
        rows.push(elsewhere);
        let sum = |of: fn(&AppCounts) -> u64| rows.iter().map(of).sum::<u64>();
        assert_eq!(sum(|row| row.models), totals.models);
        assert_eq!(sum(|row| row.routes), totals.routes);
        assert_eq!(sum(|row| row.views), totals.views);
        assert_eq!(sum(|row| row.serializers), totals.serializers);
        assert_eq!(sum(|row| row.admin), totals.admin);
        assert_eq!(sum(|row| row.signals), totals.signals);
        assert_eq!(sum(|row| row.migrations), totals.migrations);
    }

    #[test]
    fn the_innermost_app_owns_a_file() {
        let app = |label: &str, path: &str| App { label: label.into(), path: path.into(), installed: true, ..App::default() };
        let apps = [app("shop", "shop"), app("orders", "shop/orders"), app("shopping", "shopping")];
        let table = Table::new(&apps);
        assert_eq!(table.owner("shop/orders/urls.py"), Some("orders"));
        assert_eq!(table.owner("shop/urls.py"), Some("shop"));
        assert_eq!(table.owner("shopping/urls.py"), Some("shopping"));
        assert_eq!(table.owner("config/urls.py"), None);
    }
}
