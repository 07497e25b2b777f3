//! Expressions and values as short text, for conditions, reasons and unresolved places. Never used for values of settings.

use crate::facts::*;

use super::value::Value;

/// The expression as one line of Python, cut at 120 characters.
pub fn expr_text(ast: &Ast, id: ExprId) -> String {
    let mut out = String::new();
    write(ast, id, &mut out, 0);
    if out.chars().count() > 120 {
        out = out.chars().take(119).chain(['…']).collect();
    }
    out
}

/// Whether a string of a condition may be shown: the name of a variable or setting, or a word such as `production`. What else code compares with
/// could be a secret.
fn is_word(text: &str) -> bool {
    let name = text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_') && text.contains('_');
    let name = name || text.len() <= 12 && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    name || text.len() <= 12 && text.bytes().all(|byte| byte.is_ascii_lowercase())
}

fn write(ast: &Ast, id: ExprId, out: &mut String, depth: u32) {
    if depth > 12 || out.len() > 400 {
        out.push('…');
        return;
    }
    let sub = |id: ExprId, out: &mut String| write(ast, id, out, depth + 1);
    match ast.expr(id) {
        ExprKind::Name(name) => out.push_str(name),
        ExprKind::Attr(object, name) => {
            sub(*object, out);
            out.push('.');
            out.push_str(name);
        }
        ExprKind::Call(func, args) => {
            sub(*func, out);
            out.push('(');
            for (i, arg) in args.iter().enumerate() {
                if i > 0 {
                    out.push_str(", ");
                }
                match arg {
                    Arg::Pos(value) => sub(*value, out),
                    Arg::Key(name, value) => {
                        out.push_str(name);
                        out.push('=');
                        sub(*value, out);
                    }
                    Arg::Star(value) => {
                        out.push('*');
                        sub(*value, out);
                    }
                    Arg::DoubleStar(value) => {
                        out.push_str("**");
                        sub(*value, out);
                    }
                }
            }
            out.push(')');
        }
        ExprKind::Str(text) | ExprKind::LongStr(text) if !is_word(text) => out.push_str("'…'"),
        ExprKind::Str(text) | ExprKind::LongStr(text) => {
            out.push('\'');
            out.extend(text.chars().flat_map(char::escape_debug).take(60));
            out.push('\'');
        }
        ExprKind::Int(n) => out.push_str(&n.to_string()),
        ExprKind::Float(n) => out.push_str(&n.to_string()),
        ExprKind::Bool(true) => out.push_str("True"),
        ExprKind::Bool(false) => out.push_str("False"),
        ExprKind::None => out.push_str("None"),
        ExprKind::Not(value) => {
            out.push_str("not ");
            sub(*value, out);
        }
        ExprKind::And(a, b) => {
            sub(*a, out);
            out.push_str(" and ");
            sub(*b, out);
        }
        ExprKind::Or(a, b) => {
            sub(*a, out);
            out.push_str(" or ");
            sub(*b, out);
        }
        ExprKind::Compare(parts) => {
            sub(parts.0, out);
            for (op, value) in &parts.1 {
                out.push_str(match op {
                    CmpOp::Eq => " == ",
                    CmpOp::Ne => " != ",
                    CmpOp::Lt => " < ",
                    CmpOp::Le => " <= ",
                    CmpOp::Gt => " > ",
                    CmpOp::Ge => " >= ",
                    CmpOp::In => " in ",
                    CmpOp::NotIn => " not in ",
                    CmpOp::Is => " is ",
                    CmpOp::IsNot => " is not ",
                });
                sub(*value, out);
            }
        }
        ExprKind::Subscript(object, key) => {
            sub(*object, out);
            out.push('[');
            sub(*key, out);
            out.push(']');
        }
        ExprKind::List(items) | ExprKind::Tuple(items) | ExprKind::Set(items) => {
            let (open, close) = match ast.expr(id) {
                ExprKind::List(_) => ('[', ']'),
                ExprKind::Set(_) => ('{', '}'),
                _ => ('(', ')'),
            };
            out.push(open);
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push_str(", ");
                }
                sub(*item, out);
            }
            out.push(close);
        }
        ExprKind::Bin(op, a, b) => {
            sub(*a, out);
            out.push_str(match op {
                BinOp::Add => " + ",
                BinOp::Sub => " - ",
                BinOp::Mul => " * ",
                BinOp::Div => " / ",
                BinOp::Mod => " % ",
                BinOp::BitOr => " | ",
                BinOp::BitAnd => " & ",
                _ => " ∘ ",
            });
            sub(*b, out);
        }
        _ => out.push('…'),
    }
}

/// What kind of thing a value is, for messages.
pub fn kind(value: &Value) -> &'static str {
    match value {
        Value::Unknown(_) => "unknown",
        Value::None => "None",
        Value::Bool(_) => "bool",
        Value::Int(_) => "int",
        Value::Float(_) => "float",
        Value::Str(_) => "str",
        Value::Text(_) => "text with unknown parts",
        Value::Tuple(_) => "tuple",
        Value::List(_) => "list",
        Value::Set(_) => "set",
        Value::Dict(_) => "dict",
        Value::Module(_) | Value::Namespace(_) => "module",
        Value::Class(_) => "class",
        Value::Func(_) | Value::Method(_) => "function",
        Value::Instance(_) => "instance",
        Value::Ext(_) => "external object",
        Value::Call(_) => "result of an external call",
        Value::Attr(_) => "attribute of an external object",
        Value::Super(_) => "super()",
        Value::Alt(_) => "one of several values",
        Value::Lazy(..) => "name of a module still loading",
        Value::Spread(_) => "elements of an external object",
    }
}
