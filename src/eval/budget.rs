//! What the evaluator may spend on one value: every operation that makes a value longer than its operands goes through here.
//!
//! Steps alone bound nothing: a step that joins two texts of a megabyte is a megabyte of work, and forty of them that double their operand are
//! more than any machine has. So length is paid for in steps, and no text grows past [`MAX_TEXT`].

use super::value::*;
use super::{Interp, MAX_ITEMS};
use crate::base::{Loc, sym};
use crate::facts::BinOp;

/// Bytes of a text that an operation makes.
pub(super) const MAX_TEXT: usize = 100_000;
/// Classes in the linearisations of the bases of one, together: with more, the bases of the repository are not looked at.
pub(super) const MAX_MRO: usize = 2_000;
/// Classes that are made at run time.
pub(super) const MAX_MADE: u32 = 2_000;
/// Bytes or elements that cost a step.
const SIZE_OF_STEP: usize = 4;
/// What is this short is part of the step that makes it.
const FREE: usize = 64;

impl Interp<'_> {
    /// Pay for work that grows with the size of a value. The next statement or expression notices when it was too much.
    pub(super) fn charge(&mut self, size: usize) {
        self.steps = self.steps.saturating_add((size.saturating_sub(FREE) / SIZE_OF_STEP) as u64);
    }

    /// Pay for the comparisons of values that were made since the last time.
    pub(super) fn charge_comparisons(&mut self) {
        self.steps = self.steps.saturating_add(compared() / SIZE_OF_STEP as u64);
    }

    /// A text that an operation made; `holes` if a part of it is not known.
    pub(super) fn text(&mut self, text: &str, holes: bool, at: Loc) -> Value {
        if text.len() > MAX_TEXT {
            return self.exhausted_at(at);
        }
        self.charge(text.len());
        if holes { Value::Text(sym(text)) } else { Value::Str(sym(text)) }
    }

    /// What a call or operator gave: no text that is too long.
    pub(super) fn bounded(&mut self, value: Value, at: Loc) -> Value {
        self.charge_comparisons();
        match &value {
            Value::Str(text) | Value::Text(text) if text.len() > MAX_TEXT => self.exhausted_at(at),
            Value::Str(text) | Value::Text(text) => {
                self.charge(text.len());
                value
            }
            _ => value,
        }
    }

    /// Elements that an operation put together, cut at the limit.
    pub(super) fn bounded_items(&mut self, mut items: Vec<Value>, at: Loc) -> Vec<Value> {
        self.charge(items.len());
        if items.len() > MAX_ITEMS {
            items.truncate(MAX_ITEMS);
            self.exhausted_at(at);
        }
        items
    }
}

/// Arithmetic as Python does it, as long as the result fits: Python's integers have no end, so one that does not fit is not known.
pub(super) fn arithmetic(op: BinOp, a: i64, b: i64) -> Option<Value> {
    let differ = (a < 0) != (b < 0);
    let result = match op {
        BinOp::Add => a.checked_add(b),
        BinOp::Sub => a.checked_sub(b),
        BinOp::Mul => a.checked_mul(b),
        BinOp::Pow => u32::try_from(b).ok().and_then(|b| a.checked_pow(b)),
        BinOp::FloorDiv => {
            let rest = a.checked_rem(b)?;
            a.checked_div(b).and_then(|whole| if rest != 0 && differ { whole.checked_sub(1) } else { Some(whole) })
        }
        BinOp::Mod => a.checked_rem(b).and_then(|rest| if rest != 0 && differ { rest.checked_add(b) } else { Some(rest) }),
        BinOp::Div if b != 0 => return Some(Value::Float(a as f64 / b as f64)),
        _ => None,
    };
    result.map(Value::Int)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_as_in_python() {
        let of = |op, a, b| arithmetic(op, a, b).and_then(|value| value.as_int());
        assert_eq!(of(BinOp::FloorDiv, 7, -2), Some(-4));
        assert_eq!(of(BinOp::FloorDiv, -7, 2), Some(-4));
        assert_eq!(of(BinOp::FloorDiv, -7, -2), Some(3));
        assert_eq!(of(BinOp::FloorDiv, 8, -2), Some(-4));
        assert_eq!(of(BinOp::Mod, 7, -2), Some(-1));
        assert_eq!(of(BinOp::Mod, -7, 2), Some(1));
        assert_eq!(of(BinOp::Pow, 2, 10), Some(1024));
        for (op, a, b) in [
            (BinOp::Add, i64::MAX, 1),
            (BinOp::Sub, i64::MIN, 1),
            (BinOp::Mul, i64::MAX, 2),
            (BinOp::Pow, 2, 64),
            (BinOp::Pow, 2, -1),
            (BinOp::FloorDiv, i64::MIN, -1),
            (BinOp::FloorDiv, 1, 0),
            (BinOp::Mod, i64::MIN, -1),
            (BinOp::Mod, 1, 0),
            (BinOp::Div, 1, 0),
        ] {
            assert!(arithmetic(op, a, b).is_none(), "{op:?} {a} {b}");
        }
    }
}
