//! `migscan rules-of PATH --moves FILE`: the proxy rules for moves that somebody names, as JSON. Not shown in the help: it is how the live
//! tests hold the rules against Django, until a plan names the moves.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::args::{Color, ProjectArgs};
use super::config::Text;
use super::run::{Job, Stop, refused};
use crate::plan::routing::{self, Move, Moves};
use crate::plan::rules::Side;

/// View → method, or `*` for the others → side.
type Asked = BTreeMap<String, BTreeMap<String, Name>>;

#[derive(Clone, Copy, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum Name {
    Django,
    FastApi,
    Canary,
}

impl From<Name> for Side {
    fn from(name: Name) -> Self {
        match name {
            Name::Django => Side::Django,
            Name::FastApi => Side::FastApi,
            Name::Canary => Side::Canary,
        }
    }
}

fn name(side: Side) -> Name {
    match side {
        Side::Django => Name::Django,
        Side::FastApi => Name::FastApi,
        Side::Canary => Name::Canary,
    }
}

#[derive(Serialize)]
struct Written {
    rules: Vec<WrittenRule>,
    manual: Vec<WrittenManual>,
}

#[derive(Serialize)]
struct WrittenRule {
    regex: String,
    path: String,
    methods: BTreeMap<String, Name>,
    rest: Name,
}

#[derive(Serialize)]
struct WrittenManual {
    path: String,
    reason: String,
    file: String,
    line: u32,
}

pub fn run(project: &ProjectArgs, moves: &Path) -> Result<Vec<u8>, Stop> {
    let text = Text::named(moves).map_err(|bad| refused(&bad, Color::Auto))?;
    let asked: Asked = serde_json::from_str(&text.text).map_err(|error| format!("what moves is not readable: {error}"))?;
    let inventory = Job::new(project, Color::Auto)?.analysis()?.0.inventory;
    let mut moved = Moves::new();
    for (index, route) in inventory.routes.iter().enumerate() {
        let Some(methods) = route.view.as_ref().and_then(|view| asked.get(view)) else { continue };
        let mut methods: BTreeMap<String, Side> = methods.iter().map(|(method, side)| (method.clone(), (*side).into())).collect();
        let rest = methods.remove("*").unwrap_or(Side::Django);
        moved.insert(index, Move { methods, rest });
    }
    let set = routing::rules(&inventory, &moved);
    let rules = set.rules.into_iter().map(|rule| WrittenRule {
        regex: rule.regex,
        path: rule.path,
        methods: rule.methods.into_iter().map(|(method, side)| (method, name(side))).collect(),
        rest: name(rule.rest),
    });
    let manual = set.manual.into_iter().map(|m| WrittenManual { path: m.path, reason: m.reason, file: m.file, line: m.line });
    let written = Written { rules: rules.collect(), manual: manual.collect() };
    let mut out = serde_json::to_vec_pretty(&written).map_err(|error| error.to_string())?;
    out.push(b'\n');
    Ok(out)
}
