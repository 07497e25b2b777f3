//! WebSockets: paths whose connections stay open. Channels has routing of its own beside the urlconf; what is known of it are the patterns of each
//! consumer.

use std::collections::{BTreeMap, BTreeSet};

use crate::django::inventory::{Inventory, Place};
use crate::django::urls::{UrlEnd, UrlPart, UrlPattern};

use super::pattern::{Compiler, Expressions};
use super::rules::{Rule, Side};

/// One pattern of a consumer, by the consumer's index.
struct Socket<'a> {
    consumer: usize,
    path: &'a str,
    expressions: Expressions,
}

pub struct Sockets<'a> {
    list: Vec<Socket<'a>>,
    /// Every path: a pattern that takes it says nothing about sockets.
    everything: Option<String>,
}

impl<'a> Sockets<'a> {
    pub fn new(inventory: &'a Inventory) -> Sockets<'a> {
        let mut compiler = Compiler::new(&inventory.urls);
        let pattern = |part| {
            let (parts, end, place) = (vec![part], UrlEnd::View(Vec::new()), Place::default());
            UrlPattern { parts, end, root: String::new(), place, doubt: None }
        };
        let everything = compiler.compile(&pattern(UrlPart::Regex(String::new()))).wide;
        let mut list = Vec::new();
        for (consumer, found) in inventory.consumers.iter().enumerate() {
            for (path, part) in found.paths.iter().zip(&found.patterns) {
                list.push(Socket { consumer, path, expressions: compiler.compile(&pattern(part.clone())) });
            }
        }
        Sockets { list, everything }
    }

    /// They come first: a WebSocket begins as a GET, and a view's pattern that also takes its path would get it. What cannot be a rule that moves
    /// stays on Django.
    pub fn rules(&self, moved: &BTreeSet<usize>) -> Vec<Rule> {
        let rule = |socket: &Socket| {
            let (regex, rest) = match &socket.expressions.narrow {
                Ok(narrow) if moved.contains(&socket.consumer) => (narrow.clone(), Side::FastApi),
                _ => (socket.expressions.wide.clone()?, Side::Django),
            };
            let some = self.everything.as_ref() != Some(&regex) && regex != "/.*";
            some.then(|| Rule { regex, path: socket.path.to_owned(), methods: BTreeMap::new(), rest, websocket: true })
        };
        self.list.iter().filter_map(rule).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::django::inventory::Consumer;

    #[test]
    fn sockets_stay_open_on_the_side_that_has_them() {
        let mut inventory = Inventory::default();
        let paths = vec!["/ws/{room}/".to_owned(), "/{var}".to_owned()];
        let patterns = vec![UrlPart::Regex(r"^ws/(?P<room>\d+)/$".into()), UrlPart::Regex("".into())];
        inventory.consumers.push(Consumer { paths, patterns, ..Consumer::default() });
        let sockets = Sockets::new(&inventory);
        let of = |moved: &[usize]| -> Vec<(String, Side)> {
            let rules = sockets.rules(&moved.iter().copied().collect());
            assert!(rules.iter().all(|rule| rule.websocket));
            rules.into_iter().map(|rule| (rule.path, rule.rest)).collect()
        };
        assert_eq!(of(&[]), [("/ws/{room}/".to_owned(), Side::Django)]);
        assert_eq!(of(&[0]), [("/ws/{room}/".to_owned(), Side::FastApi)]);
    }
}
