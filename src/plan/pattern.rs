//! One pattern of Django's resolver as an expression for raw paths.
//!
//! There are two of each: `narrow` matches only what Django certainly answers with this pattern, and stands for a route that moves;
//! `wide` matches at least all of that, and keeps what a later rule may not have. On paths without encoded characters they are the same,
//! unless `exact` says otherwise.

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Repetition};

use rustc_hash::FxHashMap;

use crate::django::urls::{self, Languages, UrlEnd, UrlPart, UrlPattern, Urls};

use super::automata::{automaton, overlap};
use super::{python, raw};

#[derive(Clone, Debug)]
pub struct Expressions {
    /// Or why no rule can stand for it.
    pub narrow: Result<String, String>,
    /// None where nothing usual can match.
    pub wide: Option<String>,
    pub exact: bool,
}

pub struct Compiler<'a> {
    urls: &'a Urls,
    parsed: FxHashMap<(UrlPart, bool, bool), Result<Hir, String>>,
    ends_once: FxHashMap<String, bool>,
}

impl<'a> Compiler<'a> {
    pub fn new(urls: &'a Urls) -> Self {
        Compiler { urls, parsed: FxHashMap::default(), ends_once: FxHashMap::default() }
    }

    pub fn compile(&mut self, pattern: &UrlPattern) -> Expressions {
        let open = matches!(pattern.end, UrlEnd::Open(_));
        let (narrow, wide) = match self.path(&pattern.parts, open, false) {
            // Nothing was refused, so there is nothing to be left out or widened either.
            Ok(hir) => {
                let (narrow, wide) = raw::both(&hir);
                let refused = if open { "patterns that are not known" } else { "no path that a client would send" };
                (narrow.filter(|_| !open).ok_or_else(|| refused.to_owned()), wide)
            }
            Err(why) => {
                let wide = self.path(&pattern.parts, open, true).map_or_else(|_| Some("/.*".to_owned()), |hir| raw::expression(&hir, true));
                (Err(why), wide)
            }
        };
        let exact = narrow.is_ok();
        let narrow = narrow.and_then(|text| match text.starts_with("//") {
            true => Err("two slashes at the beginning, which every proxy treats in its own way".to_owned()),
            false => Ok(text),
        });
        Expressions { narrow, wide, exact }
    }

    /// The language of decoded paths.
    fn path(&mut self, parts: &[UrlPart], open: bool, wide: bool) -> Result<Hir, String> {
        let mut rest: Option<Hir> = if open { Some(anything()) } else { None };
        for part in parts.iter().rev() {
            let last = rest.is_none();
            let hir = match (part, &rest) {
                (UrlPart::Language(prefixed), Some(rest)) => localised(&self.urls.languages, *prefixed, rest, wide)?,
                (UrlPart::Unknown, _) if wide => anything(),
                (UrlPart::Unknown, _) => return Err("a part of the path that is not known".into()),
                (part, _) => {
                    let own = match self.part(part, last, wide) {
                        Err(_) if wide => anything(),
                        own => own?,
                    };
                    match &rest {
                        None => own,
                        Some(rest) => {
                            if !wide && !self.consumes_alike(&own, rest) {
                                return Err("an include whose beginning can end in several places".into());
                            }
                            Hir::concat(vec![own, rest.clone()])
                        }
                    }
                }
            };
            rest = Some(hir);
        }
        Ok(Hir::concat(vec![Hir::literal(*b"/"), rest.unwrap_or_else(Hir::empty)]))
    }

    fn part(&mut self, part: &UrlPart, last: bool, wide: bool) -> Result<Hir, String> {
        let key = (part.clone(), last, wide);
        if let Some(known) = self.parsed.get(&key) {
            return known.clone();
        }
        let hir = match part {
            UrlPart::Route(text) => self.route(text, wide),
            UrlPart::Regex(text) => regex(text, last, wide, self.urls.django_major),
            UrlPart::Language(_) | UrlPart::Unknown => Err("a language prefix without patterns".into()),
        };
        self.parsed.insert(key, hir.clone());
        hir
    }

    fn route(&self, text: &str, wide: bool) -> Result<Hir, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, inside, after)) = parameter(rest) {
            parts.push(Hir::literal(before.as_bytes()));
            let name = inside.rsplit_once(':').map_or("str", |(converter, _)| converter);
            parts.push(match self.converter(name, wide) {
                Err(_) if wide => anything(),
                hir => hir?,
            });
            rest = after;
        }
        parts.push(Hir::literal(rest.as_bytes()));
        Ok(Hir::concat(parts))
    }

    fn converter(&self, name: &str, wide: bool) -> Result<Hir, String> {
        if let Some(own) = self.urls.converters.iter().find(|converter| converter.name == name) {
            let regex = own.regex.as_deref().ok_or_else(|| format!("the converter {name}, whose expression is not known"))?;
            if own.refuses && !wide {
                return Err(format!("the converter {name}, whose to_python may refuse a value"));
            }
            return plain(&python::parse(regex, wide)?);
        }
        let class = match name {
            "int" => "IntConverter",
            "str" => "StringConverter",
            "uuid" => "UUIDConverter",
            "slug" => "SlugConverter",
            "path" => "PathConverter",
            "drf_format_suffix" => return plain(&python::parse(r"\.[a-z0-9]+/?", wide)?),
            _ => return Err("a converter that is not known".into()),
        };
        plain(&python::parse(urls::known(class).unwrap_or_default(), wide)?)
    }

    /// Django cuts off what the beginning of an include matches, and never comes back to try less. Whether that is the same as matching
    /// both in one expression.
    fn consumes_alike(&mut self, own: &Hir, rest: &Hir) -> bool {
        if matches!(own.kind(), HirKind::Empty | HirKind::Literal(_)) || self.ends_once(own) {
            return true;
        }
        // `…[^/]+` takes all it can: right if what follows cannot begin with more of it.
        let (front, end) = match own.kind() {
            HirKind::Concat(items) => match items.split_last() {
                Some((end, front)) => (Hir::concat(front.to_vec()), end),
                None => return false,
            },
            _ => (Hir::empty(), own),
        };
        let HirKind::Repetition(Repetition { max: None, greedy: true, sub, .. }) = end.kind() else { return false };
        let HirKind::Class(Class::Unicode(_)) = sub.kind() else { return false };
        let more = Hir::concat(vec![(**sub).clone(), anything()]);
        (matches!(front.kind(), HirKind::Empty | HirKind::Literal(_)) || self.ends_once(&front)) && !meet(rest, &more)
    }

    /// Whether nothing that it matches begins with something else that it matches.
    fn ends_once(&mut self, hir: &Hir) -> bool {
        let Some(key) = raw::expression(hir, true) else { return true };
        if let Some(known) = self.ends_once.get(&key) {
            return *known;
        }
        let more = Hir::concat(vec![hir.clone(), any_char(), anything()]);
        let once = !meet(hir, &more);
        self.ends_once.insert(key, once);
        once
    }
}

/// Whether some path matches both.
fn meet(a: &Hir, b: &Hir) -> bool {
    let both = |hir: &Hir| raw::expression(hir, true).map(|text| automaton(&text));
    match (both(a), both(b)) {
        (Some(Some(a)), Some(Some(b))) => overlap(&a, &b),
        // Nothing usual, or too large.
        (None, _) | (_, None) => false,
        _ => true,
    }
}

fn any_char() -> Hir {
    Hir::class(Class::Unicode(ClassUnicode::new([ClassUnicodeRange::new('\0', char::MAX)])))
}

fn anything() -> Hir {
    Hir::repetition(Repetition { min: 0, max: None, greedy: true, sub: Box::new(any_char()) })
}

/// `before<inside>after`
pub fn parameter(text: &str) -> Option<(&str, &str, &str)> {
    let open = text.find('<')?;
    let tail = text.get(open + 1..)?;
    let close = tail.find('>').filter(|close| *close > 0)?;
    Some((text.get(..open)?, tail.get(..close)?, tail.get(close + 1..)?))
}

/// Of a converter: no anchors.
fn plain(hir: &Hir) -> Result<Hir, String> {
    match hir.properties().look_set().is_empty() {
        true => Ok(hir.clone()),
        false => Err("an anchor inside".into()),
    }
}

/// What a regular expression matches of what is left of the path: Django searches, and asks for the whole only where a view's pattern ends
/// in `$`, since Django 3.
fn regex(text: &str, last: bool, wide: bool, django: Option<u32>) -> Result<Hir, String> {
    let branches = python::branches(&python::parse(text, wide)?)?;
    let whole = last && text.ends_with('$') && django.is_none_or(|major| major >= 3);
    let mut out = Vec::new();
    for branch in branches {
        let mut parts = Vec::new();
        if !branch.start && !whole {
            if !last && !wide {
                return Err("an include that can begin anywhere".into());
            }
            parts.push(anything());
        }
        parts.push(branch.hir);
        if last && !branch.end && !whole {
            parts.push(anything());
        }
        if !last && branch.end && !wide {
            return Err("an include that ends the path".into());
        }
        out.push(Hir::concat(parts));
    }
    if out.len() > 1 && !last && !wide {
        return Err("an include with alternatives".into());
    }
    Ok(Hir::alternation(out))
}

/// Behind `i18n_patterns`: the prefix is that of the request's language, which the middleware reads off the path itself.
fn localised(languages: &Languages, prefixed: Option<bool>, rest: &Hir, wide: bool) -> Result<Hir, String> {
    let (codes, prefixed) = match (&languages.codes, prefixed) {
        (Some(codes), Some(prefixed)) => (codes, prefixed),
        _ if wide => return Ok(Hir::concat(vec![anything(), rest.clone()])),
        _ => return Err("a language prefix, with languages that are not known".into()),
    };
    if let Some(code) = codes.iter().find(|code| codes.len() > 1 && !urls::LANGUAGES.contains(&code.as_str()))
        && !wide
    {
        return Err(format!("a language prefix, with {code:?} that Django has no translations for"));
    }
    let shown = codes.iter().filter(|code| prefixed || **code != languages.default);
    let prefixes: Vec<Hir> = shown.map(|code| Hir::literal(format!("{code}/").into_bytes())).collect();
    let with = Hir::concat(vec![Hir::alternation(prefixes), rest.clone()]);
    if prefixed {
        return Ok(with);
    }
    // A path that begins with another language is one in that language, whatever follows.
    let others: Vec<Hir> = codes
        .iter()
        .filter(|code| **code != languages.default)
        .filter_map(|code| {
            let generic = code.split('-').next().unwrap_or(code);
            python::parse(&format!(r"(?i)(?:{})(?:[-@]\w+){{0,2}}(?:/.*)?", regex_syntax::escape(generic)), false).ok()
        })
        .collect();
    if !wide && !others.is_empty() && meet(&Hir::alternation(others), rest) {
        return Err("a path without a language that also matches what begins with one".into());
    }
    Ok(Hir::alternation(vec![with, rest.clone()]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `compile` rests on it: where nothing is refused, asking for more gives the same.
    #[test]
    fn what_is_certain_is_not_read_in_two_ways() {
        let urls = Urls::default();
        let mut compiler = Compiler::new(&urls);
        let regexes = [r"^a/(?P<pk>[^/.]+)/$", r"^(a|b)/\w+/$", r"^x\.(?P<format>[a-z0-9]+)/?$", "(?i)^\u{e9}+", "b$|^c"];
        let routes = ["<int:pk>/", "<slug:a>-<uuid:b>/", "<path:p>", "plain"];
        let parts = regexes.map(|text| UrlPart::Regex(text.to_owned())).into_iter();
        for part in parts.chain(routes.map(|text| UrlPart::Route(text.to_owned()))) {
            let parts = [UrlPart::Route("x/".to_owned()), part];
            for open in [false, true] {
                let Ok(narrow) = compiler.path(&parts, open, false) else { continue };
                assert_eq!(Ok(narrow), compiler.path(&parts, open, true), "{parts:?}");
            }
            assert!(compiler.path(&parts, false, false).is_ok(), "{parts:?}");
        }
        let refused = [UrlPart::Regex("^(?!x)a$".to_owned())];
        assert!(compiler.path(&refused, false, false).is_err() && compiler.path(&refused, false, true).is_ok());
    }
}
