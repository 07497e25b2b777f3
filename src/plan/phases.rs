//! Units → phases: foundations, a pilot, reads before writes of each unit, the end; with what each waits for, its hours and its weeks.

use std::collections::{BTreeMap, BTreeSet};

use crate::effort::lines::{self, Line};
use crate::effort::math::Work;
use crate::effort::price::{Moving, Price, doubt};
use crate::effort::{Analysis, estimate};

use super::advice;
use super::calendar;
use super::data::{Moved, Phase, PhaseKind, Plan, ProxyPart, Weeks};
use super::fill;
use super::hours::{self, operations};
use super::overrides::Overrides;
use super::scope::Scope;
use super::units::{Unit, Units};
use super::wording::{Wording, wording};

impl Plan {
    /// What moves, as far as anybody said.
    pub fn part(analysis: &Analysis) -> Moving {
        Scope::of(analysis, &Overrides::of(analysis)).moving()
    }

    pub fn of(analysis: &Analysis) -> Plan {
        let aim = analysis.choices.plan.scope;
        let overrides = Overrides::of(analysis);
        let scope = Scope::of(analysis, &overrides);
        let (price, work) = estimate::part(analysis.inputs(), &analysis.estimate, &scope.moving());
        let units = Units::of(analysis, &scope, &overrides, &hours::by_module(&price));
        let crew = calendar::crew(analysis);
        // Without a route that moves there is nothing to put a proxy in front of.
        let mut phases = match (scope.moved.is_empty(), wording()) {
            (false, Some(wording)) => Builder::new(analysis, &scope, &price, wording).phases(&units),
            _ => Vec::new(),
        };
        // Without a pilot the first phase that moves a route is what tells.
        let tells = |phase: &&mut Phase| !phase.routes.is_empty();
        if phases.iter().all(|phase| phase.kind != PhaseKind::Pilot)
            && let (Some(first), Some(wording)) = (phases.iter_mut().find(tells), wording())
        {
            first.gate = wording.exit("gate");
        }
        let work = if phases.is_empty() { Work::default() } else { work };
        let weeks = calendar::fill(&mut phases, analysis, crew, work);
        fill::fill(&mut phases, analysis, &scope, &overrides, &units.cut);
        let advice = advice::advice(analysis, aim, &scope, &price, crew);
        let cut_hours = phases.iter().map(|phase| phase.cut_hours).sum();
        Plan { aim, phases, cycles: units.cycles, stays: scope.stays, advice, crew, work, range: work.range(), cut_hours, weeks }
    }
}

struct Builder<'a> {
    analysis: &'a Analysis,
    scope: &'a Scope<'a>,
    price: &'a Price,
    wording: &'a Wording,
    phases: Vec<Phase>,
    /// The phases that a unit's reads and all of it are in, by the unit's position.
    reads_of: Vec<Option<usize>>,
    done_of: Vec<Option<usize>>,
}

/// One step of a unit: what moves, and the lines for it by module.
struct Part {
    kind: PhaseKind,
    routes: Vec<Moved>,
    lines: Vec<(usize, Vec<Line>)>,
    work: Work,
    /// Which piece it is of a step that is too large for one phase, and of how many.
    piece: Option<(usize, usize)>,
}

impl Part {
    /// What these of its routes make of it, with their share of the hours.
    fn only(&self, chosen: &BTreeSet<usize>, kind: PhaseKind) -> Part {
        let share = chosen.len() as f64 / self.routes.len().max(1) as f64;
        let scaled = |list: &Vec<Line>| list.iter().map(|line| line.clone().scaled(share)).collect();
        Part {
            kind,
            routes: self.routes.iter().enumerate().filter(|(at, _)| chosen.contains(at)).map(|(_, moved)| moved.clone()).collect(),
            lines: self.lines.iter().map(|(module, list)| (*module, scaled(list))).collect(),
            work: Work { mean: self.work.mean * share, variance: self.work.variance * share * share },
            piece: None,
        }
    }
}

impl<'a> Builder<'a> {
    fn new(analysis: &'a Analysis, scope: &'a Scope<'a>, price: &'a Price, wording: &'a Wording) -> Self {
        Builder { analysis, scope, price, wording, phases: Vec::new(), reads_of: Vec::new(), done_of: Vec::new() }
    }

    fn phases(mut self, units: &Units) -> Vec<Phase> {
        let list = &units.list;
        (self.reads_of, self.done_of) = (vec![None; list.len()], vec![None; list.len()]);
        self.fixed(PhaseKind::Foundations);
        let mut rest = self.pilot(list);
        for group in self.merged(list) {
            let members: Vec<&Unit> = group.iter().filter_map(|at| list.get(*at)).collect();
            let piloted = members.iter().any(|unit| unit.pilot);
            for part in self.parts(&members) {
                let part = if piloted && part.kind == PhaseKind::Reads { rest.take() } else { Some(part) };
                for piece in part.into_iter().flat_map(|part| self.pieces(part)).collect::<Vec<_>>() {
                    self.step(&group, list, piece);
                }
            }
        }
        self.fixed(PhaseKind::End);
        let waits: Vec<(usize, Vec<usize>)> = self.phases.iter().map(|phase| (phase.number, phase.waits_for.clone())).collect();
        for (number, earlier) in waits {
            for other in earlier {
                self.phases.iter_mut().filter(|phase| phase.number == other).for_each(|phase| phase.unlocks.push(number));
            }
        }
        self.phases
    }

    fn step(&mut self, group: &[usize], list: &[Unit], part: Part) {
        let kind = part.kind;
        let reads = kind.reads();
        let number = self.push(kind, group, list, part);
        for at in group {
            let slot = if reads { self.reads_of.get_mut(*at) } else { self.done_of.get_mut(*at) };
            slot.into_iter().for_each(|slot| *slot = Some(number));
        }
    }

    /// The pilot with what it stands on; gives those of its unit's reads that wait for their turn.
    fn pilot(&mut self, list: &[Unit]) -> Option<Part> {
        let at = list.iter().position(|unit| unit.pilot)?;
        let unit = list.get(at)?;
        let reads = self.parts(&[unit]).into_iter().find(|part| part.kind == PhaseKind::Reads)?;
        let (mut first, rest) = self.halved(reads);
        let early: Vec<usize> = list.iter().enumerate().filter(|(_, unit)| unit.early).map(|(at, _)| at).collect();
        let members: Vec<&Unit> = early.iter().filter_map(|at| list.get(*at)).collect();
        let hours: f64 = members.iter().map(|unit| unit.hours).sum();
        let mut group = vec![at];
        for part in self.parts(&members) {
            if hours > self.analysis.model.rollout.small_unit {
                self.step(&early, list, part);
            } else {
                first.work = first.work.plus(part.work);
                first.lines.extend(part.lines);
                group.extend(&early);
            }
        }
        group.sort_unstable();
        self.step(&group, list, first);
        for at in early {
            let number = self.phases.len();
            self.done_of.get_mut(at).into_iter().for_each(|slot| *slot = slot.or(Some(number)));
        }
        if let Some(phase) = self.phases.last_mut() {
            phase.cut_hours += unit.cut_hours;
            phase.because = "the cheapest reads of a module that is no hub".to_owned();
        }
        rest
    }

    /// The pilot: all reads where they are few hours, otherwise those of the views with the fewest routes, with their share of the hours.
    fn halved(&self, part: Part) -> (Part, Option<Part>) {
        let most = self.analysis.model.rollout.pilot;
        let mut views = self.by_view(&part);
        // First one that proves something, then as many as there is room for.
        let proves = |list: &Vec<usize>| {
            let mut routes = list.iter().filter_map(|at| part.routes.get(*at));
            routes.any(|moved| self.scope.proves(&self.analysis.inventory, moved.route))
        };
        views.sort_by_key(|list| (list.len(), list.first().copied()));
        if let Some(at) = views.iter().position(proves) {
            let first = views.remove(at);
            views.insert(0, first);
        }
        let all = part.routes.len().max(1) as f64;
        let hours = part.work.mean;
        let mut first: BTreeSet<usize> = BTreeSet::new();
        for view in views {
            if first.is_empty() || hours * (first.len() + view.len()) as f64 / all <= most {
                first.extend(view);
            }
        }
        if hours <= most || first.len() == part.routes.len() {
            return (Part { kind: PhaseKind::Pilot, ..part }, None);
        }
        let rest = (0..part.routes.len()).filter(|at| !first.contains(at)).collect();
        (part.only(&first, PhaseKind::Pilot), Some(part.only(&rest, PhaseKind::Reads)))
    }

    /// The routes of a step by their view.
    fn by_view(&self, part: &Part) -> Vec<Vec<usize>> {
        let mut views: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, moved) in part.routes.iter().enumerate() {
            let route = self.analysis.inventory.routes.get(moved.route);
            views.entry(route.and_then(|route| route.view.as_deref()).unwrap_or_default()).or_default().push(at);
        }
        views.into_values().collect()
    }

    /// A step of more hours than move together, in pieces of about that size: neighbours by their paths, each view with all its routes.
    fn pieces(&self, part: Part) -> Vec<Part> {
        let wanted = (part.work.mean / self.analysis.model.rollout.together).ceil();
        let mut views = self.by_view(&part);
        if wanted <= 1.0 || views.len() < 2 {
            return vec![part];
        }
        let path = |at: &usize| {
            let route = part.routes.get(*at).and_then(|moved| self.analysis.inventory.routes.get(moved.route));
            route.map(|route| route.path.as_str()).unwrap_or_default()
        };
        views.sort_by_key(|list| list.iter().map(path).min().unwrap_or_default());
        let size = part.routes.len() as f64 / wanted;
        let mut chosen: Vec<BTreeSet<usize>> = vec![BTreeSet::new()];
        for view in views {
            match chosen.last_mut().filter(|last| last.is_empty() || last.len() as f64 + view.len() as f64 / 2.0 <= size) {
                Some(last) => last.extend(view),
                None => chosen.push(view.into_iter().collect()),
            }
        }
        let of = chosen.len();
        let piece =
            |(at, chosen): (usize, BTreeSet<usize>)| Part { piece: (of > 1).then_some((at + 1, of)), ..part.only(&chosen, part.kind) };
        chosen.into_iter().enumerate().map(piece).collect()
    }

    /// Neighbours in the order that are too small for phases of their own.
    fn merged(&self, list: &[Unit]) -> Vec<Vec<usize>> {
        let small = self.analysis.model.rollout.small_unit;
        let mut out: Vec<Vec<usize>> = Vec::new();
        let mut sum = 0.0;
        for (at, unit) in list.iter().enumerate().filter(|(_, unit)| !unit.early) {
            let same = |other: &usize| list.get(*other).is_some_and(|other| (other.last, other.pilot) == (unit.last, unit.pilot));
            match out.last_mut().filter(|last| sum < small && last.iter().all(same)) {
                Some(last) => {
                    last.push(at);
                    sum += unit.hours;
                }
                None => {
                    out.push(vec![at]);
                    sum = unit.hours;
                }
            }
        }
        out
    }

    /// The steps of units that move together, in order.
    fn parts(&self, units: &[&Unit]) -> Vec<Part> {
        let reads: Vec<Moved> = units.iter().flat_map(|unit| unit.reads.iter().cloned()).collect();
        let writes: Vec<Moved> = units.iter().flat_map(|unit| unit.writes.iter().cloned()).collect();
        let mut first = Part { kind: PhaseKind::Reads, routes: reads, lines: Vec::new(), work: Work::default(), piece: None };
        let mut second = Part { kind: PhaseKind::Writes, routes: writes, lines: Vec::new(), work: Work::default(), piece: None };
        let whole = (first.routes.is_empty(), second.routes.is_empty());
        if whole == (true, true) {
            second.kind = PhaseKind::Jobs;
        }
        let (of_reads, of_writes) = (operations(&first.routes), operations(&second.routes));
        let (own_reads, own_writes) = (self.operations(&first.routes), self.operations(&second.routes));
        for module in units.iter().flat_map(|unit| unit.modules.iter().copied()) {
            let Some(priced) = self.price.modules.get(module) else { continue };
            let of = |counts: &BTreeMap<usize, f64>| counts.get(&module).copied().unwrap_or(0.0);
            let (a, b) = (of(&own_reads), of(&own_writes));
            // A module without routes of its own goes in proportion to the others.
            let share = if a + b > 0.0 { a / (a + b) } else { of_reads / (of_reads + of_writes).max(1.0) };
            let (reads, writes) = match whole {
                (false, true) => (priced.lines.clone(), Vec::new()),
                (true, _) => (Vec::new(), priced.lines.clone()),
                _ => self.wording.split.parts(&priced.lines, share),
            };
            for (part, list) in [(&mut first, reads), (&mut second, writes)] {
                if !list.is_empty() {
                    part.work = part.work.plus(hours::work(&list, priced.work, &priced.lines));
                    part.lines.push((module, list));
                }
            }
        }
        let mut out = vec![first, second];
        out.retain(|part| !part.routes.is_empty() || !part.lines.is_empty());
        out
    }

    /// Operations by module.
    fn operations(&self, list: &[Moved]) -> BTreeMap<usize, f64> {
        let mut out = BTreeMap::new();
        for moved in list {
            if let Some(home) = self.scope.home.get(moved.route) {
                *out.entry(*home).or_default() += moved.methods.len().max(1) as f64;
            }
        }
        out
    }

    fn fixed(&mut self, kind: PhaseKind) {
        let last = |line: &&Line| self.wording.fixed.end.contains(&line.driver);
        let list: Vec<Line> = self.price.fixed.iter().filter(|line| last(line) == (kind == PhaseKind::End)).cloned().collect();
        let number = self.phases.len() + 1;
        let waits_for = match kind {
            // What nothing else waits for yet.
            PhaseKind::End => self.open(),
            _ => Vec::new(),
        };
        let title = if kind == PhaseKind::End { "Take the old side down" } else { "Foundations" };
        let work = lines::work(&list);
        let tasks = list
            .iter()
            .filter(|line| line.mean > 0.0)
            .map(|line| super::data::Task { title: line.because.clone(), module: None, hours: line.mean })
            .collect();
        let phase = self.phase(number, kind, title.to_owned(), work);
        self.phases.push(Phase { waits_for, tasks, exit: self.wording.exit(kind.name()), ..phase });
    }

    /// Phases that no other waits for yet.
    fn open(&self) -> Vec<usize> {
        let waited: BTreeSet<usize> = self.phases.iter().flat_map(|phase| phase.waits_for.iter().copied()).collect();
        self.phases.iter().map(|phase| phase.number).filter(|number| !waited.contains(number)).collect()
    }

    fn phase(&self, number: usize, kind: PhaseKind, title: String, work: Work) -> Phase {
        Phase {
            number,
            kind,
            title,
            because: String::new(),
            modules: Vec::new(),
            routes: Vec::new(),
            waits_for: Vec::new(),
            unlocks: Vec::new(),
            wave: 0,
            work,
            range: work.shared(doubt(self.analysis.inputs())).range(),
            cut_hours: 0.0,
            cuts: Vec::new(),
            weeks: Weeks::default(),
            data: Vec::new(),
            crossings: Vec::new(),
            auth: Vec::new(),
            proxy: ProxyPart::default(),
            shadow: None,
            canary: Vec::new(),
            exit: Vec::new(),
            rollback: Vec::new(),
            gate: Vec::new(),
            parity: Vec::new(),
            tasks: Vec::new(),
        }
    }

    fn push(&mut self, kind: PhaseKind, group: &[usize], list: &[Unit], part: Part) -> usize {
        let number = self.phases.len() + 1;
        let mut modules: Vec<usize> = group.iter().filter_map(|at| list.get(*at)).flat_map(|unit| unit.modules.iter().copied()).collect();
        modules.sort_unstable();
        let mut routes = part.routes;
        routes.sort();
        let title = self.title(kind, part.piece, &modules);
        let phase = self.phase(number, kind, title, part.work);
        let waits_for = self.waits(kind, group, list, number);
        let because = group.iter().filter_map(|at| list.get(*at)).map(|unit| unit.because.as_str()).find(|why| !why.is_empty());
        let gate = if kind == PhaseKind::Pilot { self.wording.exit("gate") } else { Vec::new() };
        let tries = kind.reads() && !routes.is_empty();
        let exit = self.wording.exit(if kind == PhaseKind::Pilot { "reads" } else { kind.name() });
        self.phases.push(Phase {
            because: because.unwrap_or_default().to_owned(),
            tasks: self.wording.split.tasks(&part.lines),
            shadow: tries.then(|| self.wording.shadow.clone()),
            canary: if tries { self.wording.canary.clone() } else { Vec::new() },
            modules,
            routes,
            waits_for,
            exit,
            gate,
            ..phase
        });
        number
    }

    /// The phases of what its units need, without those that these wait for anyway.
    fn waits(&self, kind: PhaseKind, group: &[usize], list: &[Unit], number: usize) -> Vec<usize> {
        let mut out: BTreeSet<usize> = BTreeSet::new();
        for at in group {
            // Its own reads, and what of its writes moved before.
            out.extend(self.reads_of.get(*at).copied().flatten());
            out.extend(self.done_of.get(*at).copied().flatten());
            for need in list.get(*at).into_iter().flat_map(|unit| &unit.needs).filter(|need| !group.contains(need)) {
                let reads = self.reads_of.get(*need).copied().flatten();
                let done = self.done_of.get(*need).copied().flatten();
                out.extend(if kind == PhaseKind::Writes || reads.is_none() { done.or(reads) } else { reads });
            }
        }
        // What goes last waits for all that went before.
        if group.iter().filter_map(|at| list.get(*at)).any(|unit| unit.last) {
            out.extend(self.open());
        }
        let pilot = self.phases.iter().find(|phase| phase.kind == PhaseKind::Pilot);
        let base = pilot.or(self.phases.first()).map(|phase| phase.number);
        out.extend(base);
        out.retain(|other| *other < number);
        // Directly needed is what no other of them waits for.
        let mut behind: BTreeSet<usize> = BTreeSet::new();
        let mut open: Vec<usize> = out.iter().copied().collect();
        while let Some(other) = open.pop() {
            for earlier in self.phases.get(other.wrapping_sub(1)).into_iter().flat_map(|phase| phase.waits_for.iter().copied()) {
                if behind.insert(earlier) {
                    open.push(earlier);
                }
            }
        }
        out.into_iter().filter(|other| !behind.contains(other)).collect()
    }

    fn title(&self, kind: PhaseKind, piece: Option<(usize, usize)>, modules: &[usize]) -> String {
        let names: Vec<&str> =
            modules.iter().filter_map(|m| self.analysis.estimate.modules.get(*m)).map(|m| m.module.name.as_str()).collect();
        let some = match names.as_slice() {
            [a, b, c, rest @ ..] if rest.len() > 1 => format!("{a}, {b}, {c} and {} more", rest.len()),
            all => all.join(", "),
        };
        let what = match kind {
            PhaseKind::Pilot => "Pilot: reads",
            PhaseKind::Reads => "Reads",
            PhaseKind::Writes => "Writes",
            _ => "Tasks and code",
        };
        let piece = piece.map(|(at, of)| format!(" {at}/{of}")).unwrap_or_default();
        format!("{what}{piece} of {some}")
    }
}
