//! What Django's resolver makes of a path that somebody asked for: the first pattern that matches it, read off the expressions that the proxy rules
//! are made of.

use std::cell::OnceCell;

use regex::Regex;

use crate::django::inventory::Inventory;
use crate::django::urls::UrlEnd;

use super::entries::{Entries, shown};

/// Who answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Routes behind the pattern, by their index; several share it by method.
    pub routes: Vec<usize>,
    /// What is included there, where the patterns behind it are no routes of the report.
    pub elsewhere: Option<String>,
    /// An earlier pattern, which is not fully known, may answer instead.
    pub unsure: bool,
}

pub struct Resolver<'a> {
    entries: Entries<'a>,
    compiled: Vec<OnceCell<Option<Regex>>>,
}

impl<'a> Resolver<'a> {
    pub fn new(inventory: &'a Inventory) -> Resolver<'a> {
        let entries = Entries::new(inventory);
        let compiled = entries.list.iter().map(|_| OnceCell::new()).collect();
        Resolver { entries, compiled }
    }

    /// Routes that it can get to.
    pub fn routes(&self) -> impl Iterator<Item = usize> {
        self.entries.list.iter().flat_map(|entry| entry.routes().iter().copied())
    }

    /// For a path as it was sent, without the query.
    pub fn find(&self, path: &str) -> Found {
        let path = usual(path);
        let mut vague: Option<usize> = None;
        for i in self.entries.beginning(&path) {
            let Some(entry) = self.entries.list.get(i) else { continue };
            if !self.matches(i, &path) {
                continue;
            }
            if entry.expressions.exact && !matches!(entry.pattern.end, UrlEnd::Open(_)) {
                return self.found(i, vague.is_some());
            }
            vague.get_or_insert(i);
        }
        vague.map_or_else(Found::default, |i| self.found(i, true))
    }

    fn found(&self, i: usize, unsure: bool) -> Found {
        let Some(entry) = self.entries.list.get(i) else { return Found::default() };
        let routes = entry.routes().to_vec();
        let elsewhere = routes.is_empty().then(|| shown(entry, self.entries.inventory));
        Found { unsure: unsure && elsewhere.is_none(), routes, elsewhere }
    }

    fn matches(&self, i: usize, path: &str) -> bool {
        let expression = |i: usize| {
            let expressions = &self.entries.list.get(i)?.expressions;
            let text = expressions.narrow.as_deref().ok().or(expressions.wide.as_deref())?;
            Regex::new(&format!("^(?:{text})$")).ok()
        };
        self.compiled.get(i).is_some_and(|cell| cell.get_or_init(|| expression(i)).as_ref().is_some_and(|regex| regex.is_match(path)))
    }
}

/// The same path written in the usual way: what needs no encoding is not encoded.
fn usual(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in bytes(path) {
        match byte {
            b'%' | b'?' | b'#' | 0..=0x20 | 0x7F.. => out.push_str(&format!("%{byte:02X}")),
            _ => out.push(char::from(byte)),
        }
    }
    out
}

/// A path without its percent signs.
pub fn bytes(path: &str) -> Vec<u8> {
    let hex = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut out = Vec::with_capacity(path.len());
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        let mut ahead = bytes.clone();
        let code = (byte == b'%').then(|| Some(hex(ahead.next()?)? * 16 + hex(ahead.next()?)?)).flatten();
        if code.is_some() {
            bytes = ahead;
        }
        out.push(code.unwrap_or(byte));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_written_in_one_way() {
        for (given, wanted) in [("/a%2Db/", "/a-b/"), ("/caf%c3%a9/", "/caf%C3%A9/"), ("/café/", "/caf%C3%A9/"), ("/a%2Fb%", "/a/b%25")] {
            assert_eq!(usual(given), wanted);
        }
    }
}
