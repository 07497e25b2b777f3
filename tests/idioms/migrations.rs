//! Migrations as they are written.

use crate::project::{Seen, seen};

/// An app with these migrations; the first of them is `0001_initial`.
fn seen_migrations(body: &str) -> Seen {
    seen(&format!(
        "# --- shop/models.py\n# --- shop/migrations/0001_initial.py\nfrom django.conf import settings\nfrom django.db import migrations, models\n{body}"
    ))
}

fn operations(seen: &Seen, name: &str) -> Vec<String> {
    seen.migration("shop", name).operations.iter().map(|o| o.type_name.clone()).collect()
}

#[test]
fn dependencies_and_leaf() {
    let seen = seen_migrations(
        "class Migration(migrations.Migration):\n    initial = True\n    operations = []\n# --- shop/migrations/0002_next.py\nfrom django.db import migrations\nclass Migration(migrations.Migration):\n    dependencies = [('shop', '0001_initial')]\n    operations = []\n",
    );
    assert_eq!(seen.migration("shop", "0002_next").dependencies, [("shop".to_owned(), "0001_initial".to_owned())]);
    assert!(!seen.migration("shop", "0001_initial").leaf);
    assert!(seen.migration("shop", "0002_next").leaf);
}

#[test]
fn swappable_dependency() {
    let seen = seen_migrations(
        "class Migration(migrations.Migration):\n    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]\n    operations = []\n",
    );
    assert_eq!(seen.migration("shop", "0001_initial").dependencies, [("__setting__".to_owned(), "AUTH_USER_MODEL".to_owned())]);
}

#[test]
fn squashed() {
    let seen = seen_migrations(
        "class Migration(migrations.Migration):\n    replaces = [('shop', '0001_a'), ('shop', '0002_b')]\n    operations = []\n",
    );
    assert_eq!(seen.migration("shop", "0001_initial").replaces.len(), 2);
}

#[test]
fn operations_with_model_and_field() {
    let seen = seen_migrations(
        "class Migration(migrations.Migration):\n    operations = [\n        migrations.CreateModel(name='Item', fields=[('id', models.AutoField(primary_key=True))]),\n        migrations.AddField('item', 'name', models.TextField()),\n        migrations.RemoveField(model_name='item', name='old'),\n    ]\n",
    );
    let found: Vec<_> = seen
        .migration("shop", "0001_initial")
        .operations
        .iter()
        .map(|o| (o.type_name.as_str(), o.model.as_deref(), o.field.as_deref()))
        .collect();
    assert_eq!(
        found,
        [("CreateModel", Some("Item"), None), ("AddField", Some("item"), Some("name")), ("RemoveField", Some("item"), Some("old"))]
    );
}

#[test]
fn run_python_inside_separate_database_and_state() {
    let seen = seen_migrations(
        "def fill(apps, editor):\n    pass\nclass Migration(migrations.Migration):\n    atomic = False\n    operations = [\n        migrations.SeparateDatabaseAndState(database_operations=[migrations.RunPython(fill), migrations.RunSQL('select 1')]),\n        migrations.RunPython(fill, migrations.RunPython.noop),\n    ]\n",
    );
    let migration = seen.migration("shop", "0001_initial");
    assert_eq!((migration.run_python, migration.run_sql, migration.atomic), (2, 1, false));
}

#[test]
fn operations_of_a_package() {
    let seen = seen_migrations(
        "from django.contrib.postgres.operations import TrigramExtension\nclass Migration(migrations.Migration):\n    operations = [TrigramExtension()]\n",
    );
    assert_eq!(operations(&seen, "0001_initial"), ["TrigramExtension"]);
}

#[test]
fn operation_class_of_the_project() {
    let seen = seen_migrations(
        "class Fill(migrations.RunPython):\n    pass\nclass Migration(migrations.Migration):\n    operations = [Fill(print)]\n",
    );
    assert_eq!(operations(&seen, "0001_initial"), ["Fill"]);
    assert_eq!(seen.migration("shop", "0001_initial").run_python, 1);
}

#[test]
fn operations_made_by_a_comprehension() {
    let seen = seen_migrations(
        "class Migration(migrations.Migration):\n    operations = [migrations.DeleteModel(name) for name in ('A', 'B')] + [migrations.RunSQL('')]\n",
    );
    assert_eq!(operations(&seen, "0001_initial"), ["DeleteModel", "DeleteModel", "RunSQL"]);
}

#[test]
fn package_moved_by_the_setting() {
    let seen = seen(
        "# --- config/settings.py\nINSTALLED_APPS = ['shop']\nMIGRATION_MODULES = {'shop': 'core.shop_migrations'}\n# --- shop/models.py\n# --- core/shop_migrations/0001_initial.py\nfrom django.db import migrations\nclass Migration(migrations.Migration):\n    operations = []\n",
    );
    assert_eq!(seen.migration("shop", "0001_initial").file, "core/shop_migrations/0001_initial.py");
}

#[test]
fn operations_of_a_list_above_the_class() {
    let seen = seen_migrations(
        "from django.db.migrations import Migration as Base\nsteps = [migrations.RunPython(print)]\nclass Migration(Base):\n    dependencies = [('auth', '__first__')]\n    operations = steps\n    operations += [migrations.RunSQL('', '')]\n",
    );
    assert_eq!(operations(&seen, "0001_initial"), ["RunPython", "RunSQL"]);
}
