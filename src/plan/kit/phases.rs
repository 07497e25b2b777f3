//! A folder for each phase: what the proxies get to know, the checklist, who owns which table. A phase whose reads are tried out has two folders
//! more with proxy configurations: `-shadow`, in which Django answers and FastAPI gets copies, and `-canary`, in which a share of clients is
//! answered by FastAPI.

use super::super::data::{Phase, Plan};
use super::super::proxy::{self, Options, Proxy, Refused};
use super::super::routing::Routing;
use super::checklist::Checklist;
use super::{KitFile, checklist, file, ownership};
use crate::effort::Analysis;

/// Proxies that can copy requests.
pub const MIRRORS: [Proxy; 3] = [Proxy::Nginx, Proxy::Traefik, Proxy::Envoy];

/// The name of a phase's folder.
pub fn folder(phase: &Phase) -> String {
    format!("{:02}", phase.number)
}

pub fn phases(analysis: &Analysis, plan: &Plan, proxies: &[Proxy], options: &Options) -> Result<Vec<KitFile>, Refused> {
    let inventory = &analysis.inventory;
    let routing = Routing::new(inventory);
    let mut out = Vec::new();
    let mut said = Vec::new();
    for phase in &plan.phases {
        let name = folder(phase);
        let sockets = plan.sockets(analysis, phase.number);
        let before = phase.number.saturating_sub(1);
        let ruled = routing.ruled(&plan.moves(inventory, phase.number), &sockets);
        let set = |name: &str, rules, proxies: &[Proxy], options: &Options, out: &mut Vec<KitFile>| -> Result<(), Refused> {
            for proxy in proxies {
                for made in proxy::render(*proxy, rules, options)? {
                    out.push(file(&format!("phases/{name}/{}/{}", proxy.name(), made.name), made.text));
                }
            }
            Ok(())
        };
        let fail_back = options.fail_back && phase.proxy.fail_back;
        set(&name, &ruled.set, proxies, &Options { fail_back, mirror_percent: 0, ..options.clone() }, &mut out)?;
        if !phase.canary.is_empty() {
            // The tables change hands at the end of a phase: while it is tried out, what held before holds.
            let earlier = plan.phases.iter().find(|other| other.number == before);
            let fail_back = options.fail_back && earlier.is_none_or(|earlier| earlier.proxy.fail_back);
            let tried = routing.ruled(&plan.canary(inventory, phase.number), &plan.sockets(analysis, before)).set;
            let with = Options { fail_back, mirror_percent: 0, ..options.clone() };
            set(&format!("{name}-canary"), &tried, proxies, &with, &mut out)?;
            if let Some(shadow) = &phase.shadow {
                let percent = if options.mirror_percent > 0 { options.mirror_percent } else { u8::try_from(shadow.percent).unwrap_or(100) };
                let mirrors: Vec<Proxy> = proxies.iter().copied().filter(|proxy| MIRRORS.contains(proxy)).collect();
                let with = Options { canary_percent: 0, mirror_percent: percent.min(100), ..with };
                set(&format!("{name}-shadow"), &tried, &mirrors, &with, &mut out)?;
            }
        }
        let by_hand: Vec<_> = ruled.set.manual.into_iter().filter(|manual| !said.contains(manual)).collect();
        let list = Checklist { analysis, plan, phase, by_hand: &by_hand };
        out.push(file(&format!("phases/{name}/checklist.md"), checklist::checklist(&list)));
        out.push(file(&format!("phases/{name}/ownership.csv"), ownership::table(analysis, plan, phase.number)));
        said.extend(by_hand);
    }
    Ok(out)
}
