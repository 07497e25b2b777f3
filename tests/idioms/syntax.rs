//! Files that are broken, old, new, or strange.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use crate::project::{Seen, seen, seen_models, seen_with};

const ITEM: &str = "from django.db import models\nclass Item(models.Model):\n    name = models.TextField()\n";

fn partial(seen: &Seen) -> bool {
    seen.inventory.coverage.files_partial > 0
}

#[test]
fn classes_around_an_error_are_kept() {
    let seen = seen_models(
        "class A(models.Model):\n    a = models.TextField()\nclass B(models.Model:\n    b = = 3\n\nclass C(models.Model):\n    c = models.TextField()\n",
    );
    assert!(seen.models().contains(&"shop.A") && seen.models().contains(&"shop.C"), "{:?}", seen.models());
    assert!(partial(&seen));
}

#[test]
fn error_inside_a_method() {
    let seen = seen_models(
        "class A(models.Model):\n    a = models.TextField()\n    def save(self):\n        x = (1,,2)\n    b = models.TextField()\nclass C(models.Model):\n    pass\n",
    );
    assert_eq!(seen.models(), ["shop.A", "shop.C"]);
    assert_eq!(seen.fields("shop.A"), ["a", "b"]);
}

#[test]
fn error_that_lasts_to_the_end_of_the_file() {
    let seen = seen_models("class A(models.Model):\n    a = models.TextField()\nx = '''never closed\nclass B:\n");
    assert_eq!(seen.models(), ["shop.A"]);
    assert!(partial(&seen));
}

#[test]
fn broken_file_takes_nothing_from_others() {
    let seen = seen("# --- shop/models.py\nfrom django.db import models\nclass A(models.Model):\n    pass\n# --- shop/views.py\ndef (((\n");
    assert_eq!(seen.models(), ["shop.A"]);
}

#[test]
fn print_statement_of_python_2() {
    let seen =
        seen_models("print 'loading', 1\nclass A(models.Model):\n    a = models.TextField()\n    def f(self):\n        print >>out, 'x'\n");
    assert_eq!(seen.fields("shop.A"), ["a"]);
}

#[test]
fn except_of_python_2() {
    let seen = seen_models(
        "try:\n    import json\nexcept ImportError, error:\n    json = None\nclass A(models.Model):\n    a = models.TextField()\n",
    );
    assert_eq!(seen.fields("shop.A"), ["a"]);
}

#[test]
fn raise_and_backticks_of_python_2() {
    let seen =
        seen_models("def f(x):\n    if x <> 0777:\n        raise ValueError, `x`\nclass A(models.Model):\n    a = models.TextField()\n");
    assert_eq!(seen.fields("shop.A"), ["a"]);
}

#[test]
fn except_without_parentheses() {
    let seen = seen_models(
        "try:\n    import json\nexcept ImportError, ValueError:\n    pass\nexcept KeyError, OSError, TypeError:\n    pass\nclass A(models.Model):\n    a = models.TextField()\n",
    );
    assert_eq!(seen.fields("shop.A"), ["a"]);
}

#[test]
fn template_strings() {
    let seen =
        seen_models("name = 'x'\nquery = t'select {name} from {name!r:>{10}}'\nclass A(models.Model):\n    a = models.TextField()\n");
    assert_eq!(seen.fields("shop.A"), ["a"]);
}

#[test]
fn type_parameters_and_aliases() {
    let seen = seen_models(
        "type Pair[T] = tuple[T, T]\ndef first[T: int](items: list[T]) -> T:\n    return items[0]\nclass Box[T]:\n    pass\nclass A(models.Model):\n    a = models.TextField()\n",
    );
    assert_eq!(seen.fields("shop.A"), ["a"]);
}

#[test]
fn match_walrus_and_star_expressions() {
    let seen = seen_models(
        "def f(x):\n    match x:\n        case {'a': [1, *rest]} if (n := len(rest)) > 1:\n            return n\n        case A(b=3) | None:\n            pass\nclass A(models.Model):\n    a = models.TextField()\n",
    );
    assert_eq!(seen.fields("shop.A"), ["a"]);
}

#[test]
fn latin_1_cookie() {
    let mut bytes = b"# -*- coding: latin-1 -*-\n".to_vec();
    bytes.extend_from_slice(ITEM.as_bytes());
    bytes.extend_from_slice(b"    class Meta:\n        db_table = 'caf\xe9'\n");
    let seen = seen_with("shop/models.py", &bytes);
    assert_eq!(seen.model("shop.Item").db_table.as_deref(), Some("caf\u{e9}"));
}

#[test]
fn windows_line_ends() {
    let seen = seen_with("shop/models.py", ITEM.replace('\n', "\r\n").as_bytes());
    assert_eq!(seen.fields("shop.Item"), ["name"]);
    assert_eq!(seen.model("shop.Item").place.line, 2);
}

#[test]
fn lone_carriage_returns() {
    let seen = seen_with("shop/models.py", ITEM.replace('\n', "\r").as_bytes());
    assert_eq!(seen.fields("shop.Item"), ["name"]);
    assert_eq!(seen.model("shop.Item").place.line, 2);
}

#[test]
fn byte_order_mark() {
    let seen = seen_with("shop/models.py", format!("\u{feff}{ITEM}").as_bytes());
    assert_eq!(seen.fields("shop.Item"), ["name"]);
}

#[test]
fn byte_order_mark_before_the_settings() {
    let seen = seen_with("config/settings.py", "\u{feff}INSTALLED_APPS = ['a']\n".as_bytes());
    assert_eq!(seen.installed(), ["a"]);
}

#[test]
fn tabs_for_indentation() {
    assert_eq!(seen_with("shop/models.py", ITEM.replace("    ", "\t").as_bytes()).fields("shop.Item"), ["name"]);
}

#[test]
fn form_feed_between_classes() {
    let seen = seen_models("class A(models.Model):\n    pass\n\u{c}\nclass B(models.Model):\n    pass\n");
    assert_eq!(seen.models(), ["shop.A", "shop.B"]);
}

#[test]
fn no_line_end_at_the_end() {
    assert_eq!(seen_with("shop/models.py", ITEM.trim_end().as_bytes()).fields("shop.Item"), ["name"]);
}

#[test]
fn file_of_nothing_but_nul() {
    let seen = seen(&format!("# --- shop/views.py\n{}\n# --- shop/models.py\n{ITEM}", "\0".repeat(300)));
    assert_eq!(seen.models(), ["shop.Item"]);
}

#[test]
fn nul_inside_a_file_does_not_crash() {
    let seen = seen(&format!("# --- blog/models.py\nx = 1\0\nclass \0Y:\n    pass\n# --- shop/models.py\n{ITEM}"));
    assert!(seen.models().contains(&"shop.Item"));
}

#[test]
fn deeply_nested_blocks_do_not_crash() {
    let mut text = ITEM.to_owned();
    for depth in 0..511 {
        let _ = writeln!(text, "{}if x:", " ".repeat(depth));
    }
    let _ = writeln!(text, "{}pass", " ".repeat(511));
    let seen = seen(&format!("# --- blog/models.py\n{text}# --- shop/models.py\n{ITEM}"));
    assert!(seen.models().contains(&"shop.Item"));
}

#[test]
fn deeply_nested_parentheses_do_not_crash() {
    let deep = format!("x = {}1{}\n", "(".repeat(20_000), ")".repeat(20_000));
    let seen = seen(&format!("# --- blog/models.py\n{deep}# --- shop/models.py\n{ITEM}"));
    assert!(seen.models().contains(&"shop.Item"));
}

#[test]
fn long_sum_does_not_crash() {
    let seen = seen(&format!("# --- blog/models.py\nx = 1{}\n# --- shop/models.py\n{ITEM}", " + 1".repeat(20_000)));
    assert!(seen.models().contains(&"shop.Item"));
}

#[test]
fn long_chain_of_continuations_does_not_hang() {
    let start = Instant::now();
    let seen = seen(&format!("# --- blog/models.py\nx = 1 {}\n# --- shop/models.py\n{ITEM}", "\\\n".repeat(50_000)));
    assert!(seen.models().contains(&"shop.Item"));
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

#[test]
fn endless_recursion_of_a_function_ends() {
    let seen = seen_models("def f(x):\n    return f(x + 1)\nX = f(1)\nclass A(models.Model):\n    a = models.TextField()\n");
    assert_eq!(seen.fields("shop.A"), ["a"]);
}

#[test]
fn endless_loop_at_module_level_ends() {
    let seen = seen_models("x = []\nwhile True:\n    x.append(1)\nclass A(models.Model):\n    a = models.TextField()\n");
    assert!(seen.models().len() <= 1);
}

#[test]
fn class_that_inherits_itself() {
    let seen = seen_models(
        "class A(A):\n    pass\nclass B(C, models.Model):\n    pass\nclass C(B):\n    pass\nclass D(models.Model):\n    pass\n",
    );
    assert!(seen.models().contains(&"shop.D"));
}

#[test]
fn placeholders_of_a_project_template() {
    let seen = seen(
        "# --- shop/models.py\nfrom django.db import models\n{% if cookiecutter.x %}\nimport os\n{% endif %}\nclass A(models.Model):\n    a = models.TextField()\n",
    );
    assert_eq!(seen.fields("shop.A"), ["a"]);
}

#[test]
fn bracket_that_is_never_closed() {
    // The parser makes one error of the whole file; the lines of the last class are no lines of the module.
    let models =
        seen_models("class A(models.Model):\n    a = models.TextField()\nclass B(models.Model):\n    a = models.TextField()\n    (");
    assert!(partial(&models));
    let errors: Vec<&str> = models.inventory.coverage.unresolved.iter().map(|u| u.file.as_str()).collect();
    assert_eq!(errors, ["shop/models.py"]);
    let seen = seen(
        "# --- shop/apps.py\nfrom django.apps import AppConfig\nclass ShopConfig(AppConfig):\n    name = 'shop'\n    def ready(self):\n        x = 1\n        f((",
    );
    assert!(partial(&seen));
}

#[test]
fn header_without_a_block() {
    for text in ["class A(models.Model):\n", "if True:\nx = 1\n", "def f():\n    # nothing\n"] {
        assert!(partial(&seen_models(text)), "{text}");
    }
    assert!(!partial(&seen_models("class A(models.Model): pass\nclass B: ...\ndef f():\n    'text'\n")));
}
