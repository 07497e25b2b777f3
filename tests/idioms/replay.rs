//! Migrations replayed: what each operation leaves behind, in which order, and where the models say something else.

use migscan::django::inventory::{Column, Drift, Table};

use crate::project::{Seen, seen};

const ITEM: &str =
    "migrations.CreateModel('Item', [('id', models.AutoField(primary_key=True)), ('name', models.CharField(max_length=10))]),";
const ITEM_MODEL: &str = "class Item(models.Model):\n    name = models.CharField(max_length=10)\n";
const IMPORTS: &str =
    "from django.conf import settings\nfrom django.db import migrations, models\nimport django.db.models.deletion\nimport shop.models\n";

/// The app `shop` with these models and one migration after the other, each given by its operations.
fn replayed(models: &str, migrations: &[&str]) -> Seen {
    let mut text = format!("# --- shop/models.py\nfrom django.db import models\n{models}\n");
    for (index, operations) in migrations.iter().enumerate() {
        let name = |n: usize| if n == 0 { "0001_initial".to_owned() } else { format!("{:04}_next", n + 1) };
        let needs = if index == 0 { String::new() } else { format!("('shop', '{}')", name(index - 1)) };
        text.push_str(&format!("# --- shop/migrations/{}.py\n{IMPORTS}class Migration(migrations.Migration):\n", name(index)));
        text.push_str(&format!("    dependencies = [{needs}]\n    operations = [\n{operations}\n    ]\n"));
    }
    seen(&text)
}

/// A project of these files; each migration's imports are put in.
fn project(text: &str) -> Seen {
    let mut out = String::new();
    for line in text.split_inclusive('\n') {
        out.push_str(line);
        if line.starts_with("# --- ") && line.contains("/migrations/") {
            out.push_str(&IMPORTS.replace("import shop.models\n", ""));
        }
    }
    seen(&out)
}

fn table<'a>(seen: &'a Seen, label: &str) -> &'a Table {
    let all: Vec<&str> = seen.inventory.schema.iter().map(|t| t.model.as_str()).collect();
    seen.inventory.schema.iter().find(|t| t.model == label).unwrap_or_else(|| panic!("no table of {label}: {all:?}"))
}

fn tables(seen: &Seen) -> Vec<&str> {
    seen.inventory.schema.iter().filter_map(|t| t.db_table.as_deref()).collect()
}

/// Column and type, with the length and `?` where it may be null; `-` where there is no column.
fn columns(seen: &Seen, label: &str) -> String {
    let show = |c: &Column| {
        let length = c.field.max_length.map_or(String::new(), |n| format!("({n})"));
        let null = if c.field.null == Some(true) { "?" } else { "" };
        format!("{} {}{length}{null}", c.field.column.as_deref().unwrap_or("-"), if c.unknown { "unknown" } else { &c.field.type_name })
    };
    table(seen, label).columns.iter().map(show).collect::<Vec<_>>().join(", ")
}

fn target(seen: &Seen, label: &str, field: &str) -> String {
    let column = table(seen, label).columns.iter().find(|c| c.field.name == field).unwrap();
    column.field.relation.as_ref().and_then(|r| r.to.clone()).unwrap_or_default()
}

/// Kind, model, field or attribute, and the two sides; `~` before what only changes what Django does.
fn drift(seen: &Seen) -> Vec<String> {
    let show = |d: &Drift| {
        let schema = if d.schema { "" } else { "~" };
        let mut parts = vec![format!("{schema}{}", d.kind)];
        let what = [d.model.as_deref().map(|m| m.trim_start_matches("shop.").to_owned()), d.field.clone(), d.attribute.clone()];
        parts.push(what.into_iter().flatten().collect::<Vec<_>>().join("."));
        if let (Some(model), Some(migration)) = (&d.in_models, &d.in_migrations) {
            parts.push(format!("{migration} → {model}"));
        }
        parts.retain(|p| !p.is_empty());
        parts.join(" ")
    };
    seen.inventory.drift.iter().map(show).collect()
}

fn unresolved(seen: &Seen, kind: &str) -> Vec<String> {
    let of_kind = seen.inventory.coverage.unresolved.iter().filter(|u| u.kind == kind);
    of_kind.map(|u| format!("{}:{}", u.file, u.line)).collect()
}

#[test]
fn create_model() {
    let seen = replayed(ITEM_MODEL, &[ITEM]);
    assert_eq!(columns(&seen, "shop.Item"), "id AutoField, name CharField(10)");
    assert_eq!(table(&seen, "shop.Item").db_table.as_deref(), Some("shop_item"));
    assert_eq!(table(&seen, "shop.Item").created_in.as_deref(), Some("0001_initial"));
    assert!(drift(&seen).is_empty(), "{:?}", drift(&seen));
}

#[test]
fn delete_model() {
    let seen = replayed("", &[ITEM, "migrations.DeleteModel('Item')"]);
    assert!(seen.inventory.schema.is_empty() && seen.inventory.drift.is_empty());
}

#[test]
fn model_without_migration_and_table_without_model() {
    let seen = replayed("class Order(models.Model):\n    pass\n", &[ITEM]);
    assert_eq!(drift(&seen), ["table_without_model Item", "model_without_migration Order"]);
}

#[test]
fn add_field() {
    let seen = replayed(
        &format!("{ITEM_MODEL}    note = models.TextField(null=True)\n"),
        &[ITEM, "migrations.AddField('item', 'note', models.TextField(null=True)),"],
    );
    assert_eq!(columns(&seen, "shop.Item"), "id AutoField, name CharField(10), note TextField?");
    assert!(drift(&seen).is_empty());
}

#[test]
fn field_without_migration() {
    let seen = replayed(&format!("{ITEM_MODEL}    note = models.TextField()\n"), &[ITEM]);
    assert_eq!(drift(&seen), ["field_without_migration Item.note"]);
}

#[test]
fn remove_field_and_column_without_field() {
    let removed = replayed("class Item(models.Model):\n    pass\n", &[ITEM, "migrations.RemoveField(model_name='item', name='name'),"]);
    assert_eq!(columns(&removed, "shop.Item"), "id AutoField");
    assert!(drift(&removed).is_empty());
    let left = replayed("class Item(models.Model):\n    pass\n", &[ITEM]);
    assert_eq!(drift(&left), ["column_without_field Item.name"]);
}

#[test]
fn alter_field() {
    let models = "class Item(models.Model):\n    name = models.CharField(max_length=20, null=True)\n";
    let seen = replayed(models, &[ITEM, "migrations.AlterField('Item', 'name', models.CharField(max_length=20, null=True)),"]);
    assert_eq!(columns(&seen, "shop.Item"), "id AutoField, name CharField(20)?");
    assert!(drift(&seen).is_empty());
    assert_eq!(
        drift(&replayed(models, &[ITEM])),
        ["field_altered Item.name.max_length 10 → 20", "field_altered Item.name.null False → True"]
    );
}

#[test]
fn type_altered() {
    let seen = replayed("class Item(models.Model):\n    name = models.TextField()\n", &[ITEM]);
    let found = drift(&seen);
    assert!(found.iter().any(|d| d.starts_with("field_altered Item.name.type")), "{found:?}");
}

#[test]
fn what_only_django_sees() {
    let models = "class Item(models.Model):\n    name = models.CharField('Name', max_length=10, help_text='Full', choices=[('a', 'A')], blank=True)\n";
    let found = drift(&replayed(models, &[ITEM]));
    let kinds: Vec<&str> = found.iter().map(|d| d.split(' ').take(2).last().unwrap()).collect();
    assert_eq!(kinds, ["Item.name.blank", "Item.name.choices", "Item.name.help_text", "Item.name.verbose_name"]);
    assert!(found.iter().all(|d| d.starts_with('~')), "{found:?}");
}

#[test]
fn equal_however_it_is_written() {
    let models = "from django.utils.translation import gettext_lazy as _\nclass Kind(models.TextChoices):\n    NEW = 'n', _('New')\n    OLD = 'o', _('Old')\nclass Item(models.Model):\n    name = models.CharField(_('name'), max_length=10, choices=Kind.choices, default=Kind.NEW, unique=True)\n    class Meta:\n        verbose_name = _('item')\n        ordering = ('name',)\n";
    let operation = "migrations.CreateModel(name='Item', fields=[('id', models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')), ('name', models.CharField(choices=[('n', 'New'), ('o', 'Old')], default='n', max_length=10, unique=True, verbose_name='name'))], options={'verbose_name': 'item', 'ordering': ['name']}),";
    assert_eq!(drift(&replayed(models, &[operation])), Vec::<String>::new());
}

#[test]
fn rename_field() {
    let models = "class Item(models.Model):\n    title = models.CharField(max_length=10)\n    class Meta:\n        unique_together = [('title', 'id')]\n";
    let seen = replayed(
        models,
        &[ITEM, "migrations.AlterUniqueTogether('item', {('name', 'id')}),", "migrations.RenameField('item', 'name', 'title'),"],
    );
    assert_eq!(columns(&seen, "shop.Item"), "id AutoField, title CharField(10)");
    assert_eq!(table(&seen, "shop.Item").unique_together, [["title", "id"]]);
    assert!(drift(&seen).is_empty(), "{:?}", drift(&seen));
}

#[test]
fn rename_field_that_a_key_refers_to() {
    let seen = replayed(
        "class Item(models.Model):\n    slug = models.CharField(max_length=10, unique=True)\nclass Line(models.Model):\n    item = models.ForeignKey(Item, models.CASCADE, to_field='slug')\n",
        &[
            "migrations.CreateModel('Item', [('id', models.AutoField(primary_key=True)), ('code', models.CharField(max_length=10, unique=True))]),",
            "migrations.CreateModel('Line', [('id', models.AutoField(primary_key=True)), ('item', models.ForeignKey('shop.Item', models.CASCADE, to_field='code'))]),",
            "migrations.RenameField('Item', 'code', 'slug'),",
        ],
    );
    assert!(drift(&seen).is_empty(), "{:?}", drift(&seen));
}

#[test]
fn rename_model_with_its_relations() {
    let seen = replayed(
        "class Product(models.Model):\n    name = models.CharField(max_length=10)\nclass Line(models.Model):\n    item = models.ForeignKey(Product, models.CASCADE)\n    others = models.ManyToManyField(Product, related_name='+')\n",
        &[
            ITEM,
            "migrations.CreateModel('Line', [('id', models.AutoField(primary_key=True)), ('item', models.ForeignKey('shop.Item', models.CASCADE)), ('others', models.ManyToManyField('shop.item', related_name='+'))]),",
            "migrations.RenameModel('Item', 'Product'),",
        ],
    );
    assert_eq!(target(&seen, "shop.Line", "item"), "shop.Product");
    assert_eq!(tables(&seen), ["shop_line", "shop_line_others", "shop_product"]);
    assert_eq!(table(&seen, "shop.Line_others").unique_together, [["line", "product"]]);
    assert!(drift(&seen).is_empty(), "{:?}", drift(&seen));
}

#[test]
fn rename_model_that_points_to_itself() {
    let seen = replayed(
        "class Node(models.Model):\n    parent = models.ForeignKey('self', models.CASCADE)\n",
        &[
            "migrations.CreateModel('Item', [('id', models.AutoField(primary_key=True)), ('parent', models.ForeignKey('self', models.CASCADE))]),",
            "migrations.RenameModel('Item', 'Node'),",
        ],
    );
    assert_eq!(target(&seen, "shop.Node", "parent"), "shop.Node");
    assert!(drift(&seen).is_empty(), "{:?}", drift(&seen));
}

#[test]
fn through_model_renamed() {
    let seen = replayed(
        "class Tag(models.Model):\n    pass\nclass Item(models.Model):\n    tags = models.ManyToManyField(Tag, through='Tagging')\nclass Tagging(models.Model):\n    item = models.ForeignKey(Item, models.CASCADE)\n    tag = models.ForeignKey(Tag, models.CASCADE)\n",
        &[
            "migrations.CreateModel('Tag', [('id', models.AutoField(primary_key=True))]),\nmigrations.CreateModel('Item', [('id', models.AutoField(primary_key=True))]),",
            "migrations.CreateModel('ItemTag', [('id', models.AutoField(primary_key=True)), ('item', models.ForeignKey('shop.item', models.CASCADE)), ('tag', models.ForeignKey('shop.tag', models.CASCADE))]),\nmigrations.AddField('item', 'tags', models.ManyToManyField('shop.Tag', through='shop.ItemTag')),",
            "migrations.RenameModel('ItemTag', 'Tagging'),",
        ],
    );
    assert_eq!(tables(&seen), ["shop_item", "shop_tag", "shop_tagging"]);
    assert!(drift(&seen).is_empty(), "{:?}", drift(&seen));
}

#[test]
fn alter_model_table() {
    let models = format!("{ITEM_MODEL}    class Meta:\n        db_table = 'goods'\n");
    let seen = replayed(&models, &[ITEM, "migrations.AlterModelTable('item', 'goods'),"]);
    assert_eq!(tables(&seen), ["goods"]);
    assert!(drift(&seen).is_empty());
    assert_eq!(drift(&replayed(&models, &[ITEM])), ["db_table_altered Item shop_item → goods"]);
}

#[test]
fn alter_model_table_back_to_the_default() {
    let seen = replayed(
        ITEM_MODEL,
        &[ITEM, "migrations.AlterModelTable('item', 'goods'),", "migrations.AlterModelTable(name='item', table=None),"],
    );
    assert_eq!(tables(&seen), ["shop_item"]);
    assert!(drift(&seen).is_empty());
}

#[test]
fn table_of_a_many_to_many_field_follows_its_model() {
    let models = "class Item(models.Model):\n    near = models.ManyToManyField('self')\n    class Meta:\n        db_table = 'goods'\n";
    let operation =
        "migrations.CreateModel('Item', [('id', models.AutoField(primary_key=True)), ('near', models.ManyToManyField('shop.Item'))]),";
    let seen = replayed(models, &[operation, "migrations.AlterModelTable('item', 'goods'),"]);
    assert_eq!(tables(&seen), ["goods", "goods_near"]);
    assert_eq!(columns(&seen, "shop.Item_near"), "id AutoField, from_item_id ForeignKey, to_item_id ForeignKey");
}

#[test]
fn alter_unique_together() {
    let models = format!("{ITEM_MODEL}    class Meta:\n        unique_together = ('name', 'id')\n");
    let seen = replayed(&models, &[ITEM, "migrations.AlterUniqueTogether(name='item', unique_together={('name', 'id')}),"]);
    assert!(drift(&seen).is_empty());
    assert_eq!(drift(&replayed(&models, &[ITEM])), ["unique_together_altered Item [] → [(name, id)]"]);
}

#[test]
fn alter_index_together_and_rename_index() {
    let models = format!("{ITEM_MODEL}    class Meta:\n        indexes = [models.Index(fields=['name', 'id'], name='named')]\n");
    let seen = replayed(
        &models,
        &[
            ITEM,
            "migrations.AlterIndexTogether('item', [('name', 'id')]),",
            "migrations.RenameIndex('item', new_name='named', old_fields=('name', 'id')),",
        ],
    );
    assert_eq!(table(&seen, "shop.Item").indexes[0].name.as_deref(), Some("named"));
    assert!(drift(&seen).is_empty(), "{:?}", drift(&seen));
}

#[test]
fn rename_index_by_its_name() {
    let models = format!("{ITEM_MODEL}    class Meta:\n        indexes = [models.Index(fields=['name'], name='new')]\n");
    let add = "migrations.AddIndex('item', models.Index(fields=['name'], name='old')),";
    assert!(drift(&replayed(&models, &[ITEM, add, "migrations.RenameIndex('item', new_name='new', old_name='old'),"])).is_empty());
    assert_eq!(drift(&replayed(&models, &[ITEM, add])), ["index_renamed Item old → new"]);
}

#[test]
fn add_and_remove_index() {
    let seen = replayed(
        ITEM_MODEL,
        &[
            ITEM,
            "migrations.AddIndex('item', models.Index(fields=['-name'], name='one')),\nmigrations.AddIndex('item', models.Index('id', name='two')),",
            "migrations.RemoveIndex('item', 'one'),",
        ],
    );
    assert_eq!(table(&seen, "shop.Item").indexes.len(), 1);
    assert_eq!(drift(&seen), ["index_without_model Item.two"]);
}

#[test]
fn index_without_a_name_gets_djangos() {
    let models = format!("{ITEM_MODEL}    class Meta:\n        indexes = [models.Index(fields=['-name', 'id'])]\n");
    let named = migscan::django::tables::of_index("shop_item", &["-name".into(), "id".into()], "idx").unwrap();
    let operation = format!("migrations.AddIndex('item', models.Index(fields=['-name', 'id'], name='{named}')),");
    assert_eq!(drift(&replayed(&models, &[ITEM, &operation])), Vec::<String>::new());
}

#[test]
fn constraints() {
    let models = format!(
        "{ITEM_MODEL}    class Meta:\n        constraints = [models.UniqueConstraint(fields=['name'], name='%(app_label)s_%(class)s_once'), models.CheckConstraint(check=models.Q(name='a') | models.Q(name='b'), name='ab')]\n"
    );
    let seen = replayed(
        &models,
        &[
            ITEM,
            "migrations.AddConstraint('item', models.UniqueConstraint(fields=('name',), name='shop_item_once')),\nmigrations.AddConstraint('item', models.CheckConstraint(condition=models.Q(('name', 'a'), ('name', 'b'), _connector='OR'), name='ab')),",
        ],
    );
    assert_eq!(drift(&seen), Vec::<String>::new());
    assert_eq!(
        drift(&replayed(&models, &[ITEM])),
        ["constraint_without_migration Item.ab", "constraint_without_migration Item.shop_item_once"]
    );
}

#[test]
fn negated_conditions() {
    let models = format!(
        "{ITEM_MODEL}    class Meta:\n        constraints = [models.CheckConstraint(check=~models.Q(name='a'), name='one'), models.CheckConstraint(check=~(models.Q(name='a') | models.Q(name='b')), name='two')]\n"
    );
    let add = |one: &str, two: &str| {
        format!(
            "migrations.AddConstraint('item', models.CheckConstraint(check=models.Q({one}, _negated=True), name='one')),\nmigrations.AddConstraint('item', models.CheckConstraint(check=models.Q({two}, _negated=True), name='two')),"
        )
    };
    let either = "('name', 'a'), ('name', 'b'), _connector='OR'";
    // As Django 4.2 writes it, and as those before it.
    assert!(drift(&replayed(&models, &[ITEM, &add("('name', 'a')", either)])).is_empty());
    assert!(drift(&replayed(&models, &[ITEM, &add("('name', 'a')", &format!("models.Q({either})"))])).is_empty());
    assert_eq!(drift(&replayed(&models, &[ITEM, &add("('name', 'b')", either)])).len(), 1);
}

#[test]
fn constraint_altered_and_removed() {
    let models =
        format!("{ITEM_MODEL}    class Meta:\n        constraints = [models.UniqueConstraint(fields=['name', 'id'], name='once')]\n");
    let add = "migrations.AddConstraint('item', models.UniqueConstraint(fields=['name'], name='once')),";
    let found = drift(&replayed(&models, &[ITEM, add]));
    assert!(found[0].starts_with("constraint_altered Item.once"), "{found:?}");
    let seen = replayed(ITEM_MODEL, &[ITEM, add, "migrations.RemoveConstraint('item', 'once'),"]);
    assert!(table(&seen, "shop.Item").constraints.is_empty() && drift(&seen).is_empty());
    let alter = "migrations.AlterConstraint('item', 'once', models.UniqueConstraint(fields=['name', 'id'], name='once')),";
    assert!(drift(&replayed(&models, &[ITEM, add, alter])).is_empty());
}

#[test]
fn order_with_respect_to() {
    let models = "class Item(models.Model):\n    name = models.CharField(max_length=10)\n    up = models.ForeignKey('self', models.CASCADE)\n    class Meta:\n        order_with_respect_to = 'up'\n";
    let add = "migrations.AddField('item', 'up', models.ForeignKey('shop.item', models.CASCADE)),";
    let seen = replayed(models, &[ITEM, add, "migrations.AlterOrderWithRespectTo('item', 'up'),"]);
    assert_eq!(columns(&seen, "shop.Item"), "id AutoField, name CharField(10), up_id ForeignKey, _order OrderWrt");
    assert!(drift(&seen).is_empty(), "{:?}", drift(&seen));
    let found = drift(&replayed(models, &[ITEM, add]));
    assert_eq!(found, ["order_with_respect_to_altered Item"]);
}

#[test]
fn alter_model_options() {
    let models = format!("{ITEM_MODEL}    class Meta:\n        ordering = ['name']\n        verbose_name_plural = 'goods'\n");
    let alter = "migrations.AlterModelOptions('item', {'ordering': ('name',), 'verbose_name_plural': 'goods'}),";
    assert!(drift(&replayed(&models, &[ITEM, alter])).is_empty());
    let found = drift(&replayed(ITEM_MODEL, &[ITEM, alter]));
    assert!(found.len() == 2 && found.iter().all(|d| d.starts_with("~options_altered Item.")), "{found:?}");
    // What a later operation leaves out is reset.
    assert!(drift(&replayed(ITEM_MODEL, &[ITEM, alter, "migrations.AlterModelOptions('item', {}),"])).is_empty());
}

#[test]
fn managers_and_comments_leave_the_schema_alone() {
    let seen = replayed(
        ITEM_MODEL,
        &[ITEM, "migrations.AlterModelManagers('item', [('objects', models.Manager())]),\nmigrations.AlterModelTableComment('item', 'x'),"],
    );
    assert!(drift(&seen).is_empty() && unresolved(&seen, "schema").is_empty());
}

#[test]
fn run_python_and_plain_sql_leave_the_state_alone() {
    let seen = replayed(ITEM_MODEL, &[ITEM, "migrations.RunPython(print),\nmigrations.RunSQL('update x', elidable=True),"]);
    assert!(drift(&seen).is_empty() && unresolved(&seen, "schema").is_empty());
}

#[test]
fn run_sql_with_state_operations() {
    let models = format!("{ITEM_MODEL}    note = models.TextField()\n");
    let seen = replayed(
        &models,
        &[
            ITEM,
            "migrations.RunSQL('alter table shop_item add note text', state_operations=[migrations.AddField('item', 'note', models.TextField())]),",
        ],
    );
    assert_eq!(columns(&seen, "shop.Item"), "id AutoField, name CharField(10), note TextField");
    let note = table(&seen, "shop.Item").columns.iter().find(|c| c.field.name == "note").unwrap();
    assert_eq!((note.state, note.database), (true, None));
    assert!(drift(&seen).is_empty(), "{:?}", drift(&seen));
}

#[test]
fn state_only() {
    let models = format!("{ITEM_MODEL}    note = models.TextField()\n");
    let seen = replayed(
        &models,
        &[ITEM, "migrations.SeparateDatabaseAndState(state_operations=[migrations.AddField('item', 'note', models.TextField())]),"],
    );
    let note = table(&seen, "shop.Item").columns.iter().find(|c| c.field.name == "note").unwrap();
    assert_eq!((note.state, note.database), (true, Some(false)));
    assert_eq!(drift(&seen), ["state_only Item.note.column"]);
}

#[test]
fn database_only() {
    let seen = replayed(
        "class Item(models.Model):\n    pass\n",
        &[ITEM, "migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField('item', 'name')]),"],
    );
    assert_eq!(drift(&seen), ["database_only Item.name.column"]);
    // Dropped for good later.
    let seen = replayed(
        "class Item(models.Model):\n    pass\n",
        &[
            ITEM,
            "migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField('item', 'name')]),",
            "migrations.SeparateDatabaseAndState(database_operations=[migrations.RunSQL('alter table shop_item drop column name')]),",
        ],
    );
    assert!(drift(&seen).iter().all(|d| d == "database_only Item.name.column"), "{:?}", drift(&seen));
}

#[test]
fn both_halves_the_same() {
    let operation = "migrations.AddField('item', 'note', models.TextField())";
    let seen = replayed(
        &format!("{ITEM_MODEL}    note = models.TextField()\n"),
        &[ITEM, &format!("migrations.SeparateDatabaseAndState(database_operations=[{operation}], state_operations=[{operation}]),")],
    );
    assert!(drift(&seen).is_empty(), "{:?}", drift(&seen));
}

#[test]
fn table_handed_to_another_app() {
    let seen = project(
        "# --- shop/models.py\n# --- stock/models.py\nfrom django.db import models\nclass Item(models.Model):\n    class Meta:\n        db_table = 'shop_item'\n# --- shop/migrations/0001_initial.py\nclass Migration(migrations.Migration):\n    operations = [migrations.CreateModel('Item', [('id', models.AutoField(primary_key=True))])]\n# --- shop/migrations/0002_move.py\nclass Migration(migrations.Migration):\n    dependencies = [('shop', '0001_initial')]\n    operations = [migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel('Item')])]\n# --- stock/migrations/0001_initial.py\nclass Migration(migrations.Migration):\n    dependencies = [('shop', '0002_move')]\n    operations = [migrations.SeparateDatabaseAndState(state_operations=[migrations.CreateModel('Item', [('id', models.AutoField(primary_key=True))], options={'db_table': 'shop_item'})])]\n",
    );
    assert_eq!(tables(&seen), ["shop_item"]);
    assert_eq!(table(&seen, "stock.Item").database, Some(true));
    assert!(drift(&seen).is_empty(), "{:?}", drift(&seen));
}

/// `shop.Item` moves to `stock` under another name in the database: the state forgets it here and learns it there, the table is renamed by this.
fn moved(rename: &str, new_first: bool) -> Seen {
    let separate = |state: &str, database: &str| {
        format!("    operations = [migrations.SeparateDatabaseAndState(state_operations=[{state}], database_operations=[{database}])]\n")
    };
    let key = "('id', models.AutoField(primary_key=True))";
    let forget = separate("migrations.RemoveField('item', 'shelf')", "");
    let delete = separate("migrations.DeleteModel('Item')", rename);
    let create =
        separate(&format!("migrations.CreateModel('Item', [{key}, ('shelf', models.ForeignKey('shop.shelf', models.CASCADE))])"), "");
    let (delete_needs, create_needs) = if new_first {
        ("('shop', '0002_forget'), ('stock', '0001_initial')", "('shop', '0002_forget')")
    } else {
        ("('shop', '0002_forget')", "('shop', '0003_delete')")
    };
    project(&format!(
        "# --- shop/models.py\nfrom django.db import models\nclass Shelf(models.Model):\n    pass\n# --- stock/models.py\nfrom django.db import models\nclass Item(models.Model):\n    shelf = models.ForeignKey('shop.Shelf', models.CASCADE)\n# --- shop/migrations/0001_initial.py\nclass Migration(migrations.Migration):\n    operations = [migrations.CreateModel('Shelf', [{key}]), migrations.CreateModel('Item', [{key}, ('shelf', models.ForeignKey('shop.shelf', models.CASCADE))])]\n# --- shop/migrations/0002_forget.py\nclass Migration(migrations.Migration):\n    dependencies = [('shop', '0001_initial')]\n{forget}# --- shop/migrations/0003_delete.py\nclass Migration(migrations.Migration):\n    dependencies = [{delete_needs}]\n{delete}# --- stock/migrations/0001_initial.py\nclass Migration(migrations.Migration):\n    dependencies = [{create_needs}]\n{create}"
    ))
}

#[test]
fn table_renamed_for_another_app() {
    for new_first in [true, false] {
        let seen = moved("migrations.AlterModelTable('Item', 'stock_item')", new_first);
        assert_eq!(tables(&seen), ["shop_shelf", "stock_item"]);
        assert_eq!(drift(&seen), Vec::<String>::new(), "{new_first}");
    }
    // By hand: nothing is claimed.
    let seen = moved("migrations.RunSQL('ALTER TABLE shop_item RENAME TO stock_item')", true);
    assert_eq!(drift(&seen), Vec::<String>::new());
    // Not at all: the new table is missing.
    let seen = moved("", true);
    assert_eq!(drift(&seen), ["database_only Item.table", "state_only stock.Item.table"]);
}

#[test]
fn a_through_model_without_a_table_of_its_own_at_first() {
    let seen = replayed(
        "class Tag(models.Model):\n    pass\nclass Item(models.Model):\n    tags = models.ManyToManyField(Tag, through='shop.ItemTag')\nclass ItemTag(models.Model):\n    item = models.ForeignKey(Item, models.CASCADE)\n    tag = models.ForeignKey(Tag, models.CASCADE)\n",
        &[
            "migrations.CreateModel('Tag', [('id', models.AutoField(primary_key=True))]), migrations.CreateModel('Item', [('id', models.AutoField(primary_key=True)), ('tags', models.ManyToManyField('shop.tag'))]),",
            "migrations.CreateModel('ItemTag', [('id', models.AutoField(primary_key=True))], options={'db_table': 'shop_item_tags', 'managed': False}), migrations.SeparateDatabaseAndState(state_operations=[migrations.AlterField('item', 'tags', models.ManyToManyField('shop.tag', through='shop.ItemTag'))]),",
            "migrations.AlterModelOptions('itemtag', {}), migrations.AlterModelTable('itemtag', None), migrations.SeparateDatabaseAndState(state_operations=[migrations.AddField('itemtag', 'item', models.ForeignKey('shop.item', models.CASCADE)), migrations.AddField('itemtag', 'tag', models.ForeignKey('shop.tag', models.CASCADE))]),",
        ],
    );
    assert_eq!(drift(&seen), Vec::<String>::new());
}

#[test]
fn squash_takes_the_place_of_what_it_replaces() {
    let old = "class Migration(migrations.Migration):\n    dependencies = DEPENDENCIES\n    operations = [migrations.CreateModel('NAME', [('id', models.AutoField(primary_key=True))])]\n";
    let one = old.replace("DEPENDENCIES", "[]").replace("NAME", "Item");
    let two = old.replace("DEPENDENCIES", "[('shop', '0001_a')]").replace("NAME", "Other");
    let seen = project(&format!(
        "# --- shop/models.py\nfrom django.db import models\nclass Item(models.Model):\n    pass\n# --- shop/migrations/0001_a.py\n{one}# --- shop/migrations/0002_b.py\n{two}# --- shop/migrations/0001_squashed.py\nclass Migration(migrations.Migration):\n    replaces = [('shop', '0001_a'), ('shop', '0002_b')]\n    operations = [migrations.CreateModel('Item', [('id', models.AutoField(primary_key=True))])]\n# --- shop/migrations/0003_c.py\nclass Migration(migrations.Migration):\n    dependencies = [('shop', '0002_b')]\n    operations = []\n",
    ));
    assert_eq!(table(&seen, "shop.Item").created_in.as_deref(), Some("0001_squashed"));
    assert!(drift(&seen).is_empty(), "{:?}", drift(&seen));
}

#[test]
fn run_before() {
    let seen = project(
        "# --- shop/models.py\nfrom django.db import models\nclass Item(models.Model):\n    a = models.TextField()\n# --- shop/migrations/0001_initial.py\nclass Migration(migrations.Migration):\n    operations = [migrations.CreateModel('Item', [('id', models.AutoField(primary_key=True))])]\n# --- shop/migrations/0002_last.py\nclass Migration(migrations.Migration):\n    dependencies = [('shop', '0001_initial')]\n    operations = [migrations.AlterField('item', 'a', models.TextField())]\n# --- other/models.py\n# --- shop/migrations/0003_first.py\nclass Migration(migrations.Migration):\n    dependencies = [('shop', '0001_initial')]\n    run_before = [('shop', '0002_last')]\n    operations = [migrations.AddField('item', 'a', models.IntegerField())]\n",
    );
    assert_eq!(columns(&seen, "shop.Item"), "id AutoField, a TextField");
    assert!(drift(&seen).is_empty(), "{:?}", drift(&seen));
}

#[test]
fn several_leaves() {
    let leaf = "class Migration(migrations.Migration):\n    dependencies = [('shop', '0001_initial')]\n    operations = []\n";
    let seen = project(&format!(
        "# --- shop/models.py\n# --- shop/migrations/0001_initial.py\nclass Migration(migrations.Migration):\n    operations = []\n# --- shop/migrations/0002_a.py\n{leaf}# --- shop/migrations/0002_b.py\n{leaf}",
    ));
    assert_eq!(drift(&seen), ["~conflicting_leaves"]);
}

#[test]
fn missing_and_circular_dependencies() {
    let migration = "class Migration(migrations.Migration):\n    dependencies = [('shop', 'NEEDS')]\n    operations = []\n";
    let missing =
        project(&format!("# --- shop/models.py\n# --- shop/migrations/0001_initial.py\n{}", migration.replace("NEEDS", "0000_gone")));
    assert_eq!(drift(&missing), ["~missing_dependency"]);
    let circle = project(&format!(
        "# --- shop/models.py\n# --- shop/migrations/0001_a.py\n{}# --- shop/migrations/0002_b.py\n{}",
        migration.replace("NEEDS", "0002_b"),
        migration.replace("NEEDS", "0001_a")
    ));
    assert_eq!(drift(&circle), ["~circular_dependency"]);
}

#[test]
fn swappable_user() {
    let seen = project(
        "# --- config/settings.py\nINSTALLED_APPS = ['django.contrib.auth', 'django.contrib.contenttypes', 'people', 'shop']\nAUTH_USER_MODEL = 'people.Person'\n# --- people/models.py\nfrom django.contrib.auth.models import AbstractBaseUser\nfrom django.db import models\nclass Person(AbstractBaseUser):\n    email = models.EmailField(unique=True)\n# --- people/migrations/0001_initial.py\nclass Migration(migrations.Migration):\n    operations = [migrations.CreateModel('Person', [('id', models.AutoField(primary_key=True)), ('password', models.CharField(max_length=128, verbose_name='password')), ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')), ('email', models.EmailField(max_length=254, unique=True))])]\n# --- shop/models.py\nfrom django.conf import settings\nfrom django.db import models\nclass Order(models.Model):\n    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)\n# --- shop/migrations/0001_initial.py\nclass Migration(migrations.Migration):\n    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]\n    operations = [migrations.CreateModel('Order', [('id', models.AutoField(primary_key=True)), ('by', models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=django.db.models.deletion.CASCADE))])]\n",
    );
    assert_eq!(target(&seen, "shop.Order", "by"), "people.Person");
    assert!(drift(&seen).is_empty(), "{:?}", drift(&seen));
}

#[test]
fn children_and_proxies() {
    let seen = replayed(
        "class Item(models.Model):\n    name = models.CharField(max_length=10)\nclass Book(Item):\n    pages = models.IntegerField()\nclass Listed(Item):\n    class Meta:\n        proxy = True\n",
        &[
            ITEM,
            "migrations.CreateModel('Book', [('item_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='shop.item')), ('pages', models.IntegerField())], bases=('shop.item',)),\nmigrations.CreateModel('Listed', [], options={'proxy': True, 'indexes': [], 'constraints': []}, bases=('shop.item',)),",
        ],
    );
    assert_eq!(columns(&seen, "shop.Book"), "item_ptr_id OneToOneField, pages IntegerField");
    assert_eq!(table(&seen, "shop.Book").bases, ["shop.Item"]);
    assert_eq!((table(&seen, "shop.Listed").proxy, table(&seen, "shop.Listed").db_table.as_deref()), (true, Some("shop_item")));
    assert!(drift(&seen).is_empty(), "{:?}", drift(&seen));
}

#[test]
fn fields_of_an_abstract_base_and_a_mixin() {
    let seen = replayed(
        "class Stamped(models.Model):\n    at = models.DateTimeField(auto_now_add=True)\n    class Meta:\n        abstract = True\n        ordering = ['at']\nclass Mixin:\n    pass\nclass Item(Mixin, Stamped):\n    name = models.CharField(max_length=10)\n",
        &[
            "migrations.CreateModel('Item', [('id', models.AutoField(primary_key=True)), ('at', models.DateTimeField(auto_now_add=True)), ('name', models.CharField(max_length=10))], options={'ordering': ['at'], 'abstract': False}, bases=(shop.models.Mixin, models.Model)),",
        ],
    );
    assert_eq!(table(&seen, "shop.Item").bases, ["shop.models.Mixin"]);
    assert!(drift(&seen).is_empty(), "{:?}", drift(&seen));
}

#[test]
fn unmanaged_tables_are_not_djangos() {
    let seen = replayed(
        "class View(models.Model):\n    total = models.IntegerField()\n    class Meta:\n        managed = False\n        db_table = 'a_view'\n",
        &[
            "migrations.CreateModel('View', [('id', models.AutoField(primary_key=True))], options={'managed': False, 'db_table': 'a_view'}),",
        ],
    );
    assert!(!table(&seen, "shop.View").managed);
    assert!(drift(&seen).is_empty(), "{:?}", drift(&seen));
}

#[test]
fn custom_field_class() {
    let models = "class Code(models.CharField):\n    def __init__(self, *args, **kwargs):\n        kwargs['max_length'] = 12\n        super().__init__(*args, **kwargs)\nclass Item(models.Model):\n    code = Code()\n";
    let seen = replayed(
        models,
        &["migrations.CreateModel('Item', [('id', models.AutoField(primary_key=True)), ('code', shop.models.Code(max_length=12))]),"],
    );
    assert_eq!(columns(&seen, "shop.Item"), "id AutoField, code Code(12)");
    assert!(drift(&seen).is_empty(), "{:?}", drift(&seen));
}

#[test]
fn field_that_calls_itself_by_its_base() {
    let models = "class Code(models.CharField):\n    def deconstruct(self):\n        name, path, args, kwargs = super().deconstruct()\n        return name, 'django.db.models.CharField', args, kwargs\nclass Item(models.Model):\n    code = Code(max_length=12)\n";
    let seen = replayed(
        models,
        &["migrations.CreateModel('Item', [('id', models.AutoField(primary_key=True)), ('code', models.CharField(max_length=12))]),"],
    );
    assert!(!drift(&seen).iter().any(|d| d.contains(".type")), "{:?}", drift(&seen));
}

#[test]
fn db_column_and_relations() {
    let models = "class Item(models.Model):\n    name = models.CharField(max_length=10, db_column='title')\n    up = models.ForeignKey('self', models.SET_NULL, null=True, db_column='parent')\n";
    let seen = replayed(
        models,
        &[
            ITEM,
            "migrations.AlterField('item', 'name', models.CharField(max_length=10, db_column='title')),\nmigrations.AddField('item', 'up', models.ForeignKey('shop.item', models.CASCADE, null=True)),",
        ],
    );
    assert_eq!(columns(&seen, "shop.Item"), "id AutoField, title CharField(10), up_id ForeignKey?");
    assert_eq!(drift(&seen), ["field_altered Item.up.db_column up_id → parent", "~field_altered Item.up.on_delete CASCADE → SET_NULL"]);
}

#[test]
fn one_becomes_many() {
    let models = "class Item(models.Model):\n    up = models.ManyToManyField('self')\n";
    let seen = replayed(
        models,
        &[
            "migrations.CreateModel('Item', [('id', models.AutoField(primary_key=True)), ('up', models.ForeignKey('shop.item', models.CASCADE))]),",
        ],
    );
    assert_eq!(drift(&seen), ["column_without_field Item.up", "field_without_migration Item.up"]);
}

#[test]
fn generic_relations_have_no_migration() {
    let models = "from django.contrib.contenttypes.fields import GenericForeignKey\nclass Item(models.Model):\n    kind = models.ForeignKey('contenttypes.ContentType', models.CASCADE)\n    number = models.IntegerField()\n    thing = GenericForeignKey('kind', 'number')\n";
    let seen = replayed(
        models,
        &[
            "migrations.CreateModel('Item', [('id', models.AutoField(primary_key=True)), ('kind', models.ForeignKey('contenttypes.contenttype', models.CASCADE)), ('number', models.IntegerField())]),",
        ],
    );
    assert!(drift(&seen).is_empty(), "{:?}", drift(&seen));
}

#[test]
fn names_that_are_too_long_are_shortened() {
    let long = "ItemWithAVeryLongNameThatNoDatabaseWouldEverWantToHaveForATable";
    let seen = project(&format!(
        "# --- config/settings.py\nINSTALLED_APPS = ['shop']\nDATABASES = {{'default': {{'ENGINE': 'django.db.backends.postgresql'}}}}\n# --- shop/models.py\nfrom django.db import models\nclass {long}(models.Model):\n    pass\n# --- shop/migrations/0001_initial.py\nclass Migration(migrations.Migration):\n    operations = [migrations.CreateModel('{long}', [('id', models.AutoField(primary_key=True))])]\n"
    ));
    let name = tables(&seen)[0].to_owned();
    assert_eq!(name.len(), 63);
    assert_eq!(seen.model(&format!("shop.{long}")).db_table.as_deref(), Some(name.as_str()));
    assert!(drift(&seen).is_empty());
}

#[test]
fn operation_class_of_the_project() {
    let body = "class AddNote(migrations.AddField):\n    def __init__(self, model):\n        super().__init__(model, 'note', models.TextField())\n";
    let seen = project(&format!(
        "# --- shop/models.py\nfrom django.db import models\n{ITEM_MODEL}    note = models.TextField()\n# --- shop/migrations/0001_initial.py\n{body}class Migration(migrations.Migration):\n    operations = [{ITEM} AddNote('item')]\n"
    ));
    assert_eq!(columns(&seen, "shop.Item"), "id AutoField, name CharField(10), note TextField");
    assert!(drift(&seen).is_empty(), "{:?}", drift(&seen));
}

#[test]
fn operation_with_its_own_state() {
    let body = "from django.db.migrations.operations.base import Operation\nclass AddNote(Operation):\n    def __init__(self, model):\n        self.model = model\n    def state_forwards(self, app_label, state):\n        state.add_field(app_label, self.model, 'note', models.TextField(), False)\n";
    let seen = project(&format!(
        "# --- shop/models.py\nfrom django.db import models\n{ITEM_MODEL}    note = models.TextField()\n# --- shop/migrations/0001_initial.py\n{body}class Migration(migrations.Migration):\n    operations = [{ITEM} AddNote('item')]\n"
    ));
    assert_eq!(columns(&seen, "shop.Item"), "id AutoField, name CharField(10), note TextField");
    assert!(drift(&seen).is_empty(), "{:?}", drift(&seen));
}

#[test]
fn operation_that_nobody_knows() {
    let seen = replayed(&format!("{ITEM_MODEL}    note = models.TextField()\n"), &[ITEM, "somewhere.magic('item'),"]);
    assert_eq!(unresolved(&seen, "schema").len(), 1);
    // Said, but not as certain.
    assert!(seen.inventory.drift.iter().all(|d| d.certainty != migscan::django::inventory::Certainty::Certain));
}

#[test]
fn change_of_what_the_migrations_do_not_make() {
    let seen = replayed("", &["migrations.AddField('gone', 'note', models.TextField()),"]);
    assert_eq!(unresolved(&seen, "schema").len(), 1);
}

#[test]
fn operation_under_a_condition() {
    let seen = project(&format!(
        "# --- shop/models.py\nfrom django.db import models\n{ITEM_MODEL}# --- shop/migrations/0001_initial.py\nimport os\nsteps = [{ITEM}]\nif os.environ.get('WIDE'):\n    steps.append(migrations.AddField('item', 'note', models.TextField()))\nclass Migration(migrations.Migration):\n    operations = steps\n"
    ));
    assert!(
        seen.inventory.drift.iter().all(|d| d.certainty != migscan::django::inventory::Certainty::Certain),
        "{:?}",
        seen.inventory.drift
    );
}

#[test]
fn app_without_migrations() {
    let seen = seen("# --- shop/models.py\nfrom django.db import models\nclass Item(models.Model):\n    pass\n");
    assert_eq!(drift(&seen), ["app_without_migrations"]);
}

#[test]
fn nothing_is_said_of_abstract_or_uninstalled_models() {
    let seen = project(
        "# --- config/settings.py\nINSTALLED_APPS = ['shop']\n# --- shop/models.py\nfrom django.db import models\nclass Base(models.Model):\n    class Meta:\n        abstract = True\n# --- shop/migrations/0001_initial.py\nclass Migration(migrations.Migration):\n    operations = []\n# --- labs/models.py\nfrom django.db import models\nclass Trial(models.Model):\n    pass\n",
    );
    assert!(drift(&seen).is_empty(), "{:?}", drift(&seen));
}

#[test]
fn default_auto_field() {
    let settings = "# --- config/settings.py\nINSTALLED_APPS = ['shop']\nDEFAULT_AUTO_FIELD = 'django.db.models.BigAutoField'\n";
    let rest = "# --- shop/models.py\nfrom django.db import models\nclass Item(models.Model):\n    near = models.ManyToManyField('self')\n# --- shop/migrations/0001_initial.py\nclass Migration(migrations.Migration):\n    operations = [migrations.CreateModel('Item', [('id', models.AutoField(primary_key=True)), ('near', models.ManyToManyField('shop.item'))])]\n";
    let seen = project(&format!("{settings}{rest}"));
    let found = drift(&seen);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("field_altered Item.id.type"), "{found:?}");
    assert!(columns(&seen, "shop.Item_near").starts_with("id BigAutoField"));
}

#[test]
fn default_that_is_not_kept() {
    let models = format!("{ITEM_MODEL}    size = models.IntegerField()\n");
    let add = "migrations.AddField('item', 'size', models.IntegerField(default=0), preserve_default=False),";
    assert_eq!(drift(&replayed(&models, &[ITEM, add])), Vec::<String>::new());
}

#[test]
fn equal_values_in_other_words() {
    let models = "import re\nfrom datetime import timedelta\nfrom decimal import Decimal\nfrom django.core.validators import MinValueValidator, RegexValidator\nclass Item(models.Model):\n    wait = models.DurationField(default=timedelta(hours=1))\n    price = models.DecimalField(max_digits=5, decimal_places=2, validators=[MinValueValidator(Decimal('0'))])\n    code = models.CharField(max_length=3, validators=[RegexValidator(re.compile('^a$'), 'No', 'no')])\n    near = models.ManyToManyField('self', symmetrical=False)\n";
    let create = "migrations.CreateModel('Item', [('id', models.AutoField(primary_key=True)), ('wait', models.DurationField(default=datetime.timedelta(0, 3600))), ('price', models.DecimalField(decimal_places=2, max_digits=5, validators=[django.core.validators.MinValueValidator(0)])), ('code', models.CharField(max_length=3, validators=[django.core.validators.RegexValidator(re.compile('^a$', 32), code='no', message='No')])), ('near', models.ManyToManyField(to='shop.Item'))]),";
    let text = format!(
        "# --- shop/models.py\nfrom django.db import models\n{models}\n# --- shop/migrations/0001_initial.py\nimport datetime, re\nimport django.core.validators\nclass Migration(migrations.Migration):\n    operations = [{create}]\n"
    );
    assert_eq!(drift(&project(&text)), Vec::<String>::new());
}

#[test]
fn constant_of_a_library_is_not_guessed() {
    let models = "import logging\nclass Item(models.Model):\n    level = models.IntegerField(default=logging.INFO)\n";
    let create =
        "migrations.CreateModel('Item', [('id', models.AutoField(primary_key=True)), ('level', models.IntegerField(default=20))]),";
    assert_eq!(drift(&replayed(models, &[create])), Vec::<String>::new());
}

#[test]
fn labels_that_an_enumeration_makes_up() {
    let models = "class Kind(models.TextChoices):\n    ON_SALE = 's'\n    OLD = 'o', 'Very old'\nclass Item(models.Model):\n    kind = models.CharField(max_length=1, choices=Kind)\n";
    let create = "migrations.CreateModel('Item', [('id', models.AutoField(primary_key=True)), ('kind', models.CharField(choices=[('s', 'On Sale'), ('o', 'Very old')], max_length=1))]),";
    assert_eq!(drift(&replayed(models, &[create])), Vec::<String>::new());
}

#[test]
fn field_within_a_field() {
    let models = "from django.contrib.postgres.fields import ArrayField\nclass Item(models.Model):\n    tags = ArrayField(models.CharField(max_length=9, blank=False), size=2)\n";
    let create = |length: u8| {
        format!(
            "migrations.CreateModel('Item', [('id', models.AutoField(primary_key=True)), ('tags', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length={length}), size=2))]),"
        )
    };
    let with = |create: String| {
        drift(&project(&format!(
            "# --- shop/models.py\nfrom django.db import models\n{models}\n# --- shop/migrations/0001_initial.py\nimport django.contrib.postgres.fields\nclass Migration(migrations.Migration):\n    operations = [{create}]\n"
        )))
    };
    assert_eq!(with(create(9)), Vec::<String>::new());
    let found = with(create(8));
    assert!(found.len() == 1 && found[0].starts_with("field_altered Item.tags.base_field"), "{found:?}");
}

#[test]
fn fields_by_name_in_a_constraint() {
    let models = format!(
        "from django.db.models.functions import Lower\n{ITEM_MODEL}    class Meta:\n        constraints = [models.UniqueConstraint(Lower('name'), 'id', name='once')]\n"
    );
    let add = "migrations.AddConstraint('item', models.UniqueConstraint(django.db.models.functions.text.Lower('name'), models.F('id'), name='once')),";
    assert_eq!(drift(&replayed(&models, &[ITEM, add])), Vec::<String>::new());
}

#[test]
fn project_that_changes_what_migrations_carry() {
    let patch = "from django.db.migrations.operations import AlterModelOptions\nAlterModelOptions.ALTER_OPTION_KEYS.remove('verbose_name')\ndef deconstruct(field):\n    pass\nmodels.Field.deconstruct = deconstruct\n";
    let models = format!(
        "{patch}class Item(models.Model):\n    name = models.CharField('Name', max_length=12)\n    class Meta:\n        verbose_name = 'thing'\n"
    );
    assert_eq!(drift(&replayed(&models, &[ITEM])), ["field_altered Item.name.max_length 10 → 12"]);
}

#[test]
fn field_changed_after_its_class() {
    let models = "class Base(models.Model):\n    name = models.CharField(max_length=10)\n    class Meta:\n        abstract = True\nBase._meta.get_field('name').blank = True\nclass Item(Base):\n    pass\n";
    let create = "migrations.CreateModel('Item', [('id', models.AutoField(primary_key=True)), ('name', models.CharField(max_length=10, blank=True))]),";
    assert_eq!(drift(&replayed(models, &[create])), Vec::<String>::new());
}

#[test]
fn meta_of_a_concrete_parent_is_not_there() {
    let models = "class Base(models.Model):\n    class Meta:\n        abstract = True\n        ordering = ['a']\nclass Item(Base):\n    name = models.CharField(max_length=10)\n    class Meta:\n        ordering = ['b']\nclass Book(Item):\n    class Meta(Item.Meta):\n        verbose_name = 'tome'\n";
    let create = "migrations.CreateModel('Item', [('id', models.AutoField(primary_key=True)), ('name', models.CharField(max_length=10))], options={'ordering': ['b']}),\nmigrations.CreateModel('Book', [('item_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='shop.item'))], options={'verbose_name': 'tome', 'ordering': ['a'], 'abstract': False}, bases=('shop.item',)),";
    assert_eq!(drift(&replayed(models, &[create])), Vec::<String>::new());
}

#[test]
fn property_that_takes_a_field_away() {
    let models = "class Named(models.Model):\n    name = models.CharField(max_length=10)\n    class Meta:\n        abstract = True\nclass Item(Named):\n    @property\n    def name(self):\n        return 'x'\n";
    let create = "migrations.CreateModel('Item', [('id', models.AutoField(primary_key=True))]),";
    assert_eq!(drift(&replayed(models, &[create])), Vec::<String>::new());
}

#[test]
fn index_by_the_name_of_a_column() {
    let models = "class Item(models.Model):\n    up = models.ForeignKey('self', models.CASCADE)\n    class Meta:\n        indexes = [models.Index(fields=['up_id'])]\n";
    let named = migscan::django::tables::of_index("shop_item", &["up_id".into()], "idx").unwrap();
    let create = format!(
        "migrations.CreateModel('Item', [('id', models.AutoField(primary_key=True)), ('up', models.ForeignKey('shop.item', models.CASCADE))]),\nmigrations.AddIndex('item', models.Index(fields=['up_id'], name='{named}')),"
    );
    assert_eq!(drift(&replayed(models, &[&create])), Vec::<String>::new());
}

#[test]
fn table_of_two_models_renamed_by_one() {
    let create = "migrations.CreateModel('Item', [('id', models.AutoField(primary_key=True))]";
    let seen = project(&format!(
        "# --- shop/models.py\n# --- stock/models.py\nfrom django.db import models\nclass Item(models.Model):\n    pass\n# --- shop/migrations/0001_initial.py\nclass Migration(migrations.Migration):\n    operations = [{create})]\n# --- stock/migrations/0001_initial.py\nclass Migration(migrations.Migration):\n    dependencies = [('shop', '0001_initial')]\n    operations = [migrations.SeparateDatabaseAndState(state_operations=[{create}, options={{'db_table': 'shop_item'}})])]\n# --- stock/migrations/0002_table.py\nclass Migration(migrations.Migration):\n    dependencies = [('stock', '0001_initial')]\n    operations = [migrations.AlterModelTable('item', None)]\n# --- shop/migrations/0002_gone.py\nclass Migration(migrations.Migration):\n    dependencies = [('shop', '0001_initial'), ('stock', '0002_table')]\n    operations = [migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel('Item')])]\n"
    ));
    assert_eq!(tables(&seen), ["stock_item"]);
    assert!(drift(&seen).is_empty(), "{:?}", drift(&seen));
}

#[test]
fn automatic_through_table_that_gets_a_model() {
    let seen = replayed(
        "class Tag(models.Model):\n    pass\nclass Item(models.Model):\n    tags = models.ManyToManyField(Tag, through='ItemTag')\nclass ItemTag(models.Model):\n    item = models.ForeignKey(Item, models.CASCADE)\n    tag = models.ForeignKey(Tag, models.CASCADE)\n    class Meta:\n        db_table = 'shop_item_tags'\n",
        &[
            "migrations.CreateModel('Tag', [('id', models.AutoField(primary_key=True))]),\nmigrations.CreateModel('Item', [('id', models.AutoField(primary_key=True)), ('tags', models.ManyToManyField('shop.tag'))]),",
            "migrations.SeparateDatabaseAndState(state_operations=[migrations.CreateModel('ItemTag', [('id', models.AutoField(primary_key=True)), ('item', models.ForeignKey('shop.item', models.CASCADE)), ('tag', models.ForeignKey('shop.tag', models.CASCADE))], options={'db_table': 'shop_item_tags'}), migrations.AlterField('item', 'tags', models.ManyToManyField('shop.tag', through='shop.ItemTag'))]),",
        ],
    );
    assert_eq!(tables(&seen), ["shop_item", "shop_item_tags", "shop_tag"]);
    assert!(drift(&seen).is_empty(), "{:?}", drift(&seen));
}
