//! The rollout kit: files that a team copies, runs and reads. Pure functions from the analysis to their contents; `cli` writes them.

pub mod bridge;
mod checklist;
pub mod compose;
pub mod encode;
mod https;
mod ownership;
mod phases;
mod readme;
pub mod requests;

use super::Plan;
use super::proxy::{Options, Proxy, Refused};
use crate::effort::Analysis;

/// A file of the kit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KitFile {
    /// Below the kit's folder, with "/".
    pub path: String,
    pub text: String,
}

/// All files for these proxies, sorted by path. The first proxy is the one that `compose.yaml` starts.
pub fn files(analysis: &Analysis, plan: &Plan, proxies: &[Proxy], options: &Options) -> Result<Vec<KitFile>, Refused> {
    let inventory = &analysis.inventory;
    let https = https::https(inventory, options);
    let options = &Options { secure: https.secure.clone(), ..options.clone() };
    let front = proxies.first().copied().unwrap_or(Proxy::Nginx);
    let bridge = bridge::bridge(inventory);
    let requests = requests::requests(inventory, &plan.routes());
    let mut out = phases::phases(analysis, plan, proxies, options)?;
    out.push(file("README.md", readme::readme(plan, &bridge, &requests, front, proxies, options, &https.text(proxies, options))));
    // Without a phase there is no configuration that it could start.
    if !plan.phases.is_empty() {
        out.push(file("compose.yaml", compose::compose(front, options)));
    }
    out.push(file("contract/contract.py", include_str!("templates/contract.py").to_owned()));
    out.push(file("contract/requests.csv", requests.text));
    if let Some(text) = bridge.text {
        out.push(file("bridge/session_bridge.py", text));
        out.push(file("bridge/__init__.py", String::new()));
    }
    if matches!(bridge.kind, bridge::Kind::Ask(_)) {
        out.push(file("bridge/django_whoami.py", include_str!("templates/django_whoami.py").to_owned()));
    }
    out.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(out)
}

fn file(path: &str, text: String) -> KitFile {
    KitFile { path: path.to_owned(), text }
}

/// Whether a file of the kit may have this path: few folders, plain names, nothing hidden, no way out. The last door before the disk, whatever
/// made the path.
pub fn is_kit_path(path: &str) -> bool {
    let plain = |part: &str| {
        part.chars().next().is_some_and(|first| first.is_ascii_alphanumeric() || first == '_')
            && part.len() <= 64
            && part.chars().all(|ch| ch.is_ascii_alphanumeric() || matches!(ch, '_' | '-' | '.'))
            && !part.contains("..")
            && !part.ends_with('.')
    };
    path.split('/').count() <= 5 && path.split('/').all(plain)
}

#[cfg(test)]
mod tests;
