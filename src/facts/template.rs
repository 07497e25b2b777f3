//! What a template says of the rest of the project: the templates it extends and includes, the tag libraries it loads, the
//! URLs it names, and how much of it is logic.
//!
//! One pass over the `{% %}` and `{{ }}` of the text, for Django's language and for Jinja's, which look alike; which of the
//! two it is, is guessed from the path and the syntax. Separate from the Python facts because templates have no tree here:
//! their meaning is in their tags, and the text between is passed over.

use std::collections::BTreeMap;

use memchr::memmem;
use serde::{Deserialize, Serialize};

/// The facts of one template.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateFacts {
    pub engine: Engine,
    pub lines: u32,
    pub extends: Vec<Reference>,
    pub includes: Vec<Reference>,
    /// Tag libraries (`load`) and, for Jinja, templates whose macros are imported.
    pub loads: Vec<Load>,
    /// Names of routes, in tags and in Jinja calls.
    pub urls: Vec<Reference>,
    /// Static files.
    pub statics: Vec<Reference>,
    /// Names of blocks, in order.
    pub blocks: Vec<String>,
    /// Places with text to translate.
    pub translations: u32,
    pub csrf_tokens: u32,
    /// `if`, `for`, `with` and their like.
    pub logic: u32,
    /// `{{ … }}`.
    pub outputs: u32,
    /// Tags that neither Django nor Jinja brings along, by name.
    pub custom_tags: BTreeMap<String, TagUse>,
}

/// Whose language a template speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Engine {
    Django,
    Jinja,
    /// No tag at all: plain text to either.
    #[default]
    Plain,
}

/// A name in a template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    pub target: Target,
    pub line: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Target {
    /// A quoted string.
    Name(String),
    /// Anything else: known only when the page is rendered. The source, cut at 80 characters.
    Expression(String),
}

impl Target {
    /// The name, if it is known.
    pub fn name(&self) -> Option<&str> {
        match self {
            Target::Name(name) => Some(name),
            Target::Expression(_) => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Load {
    pub library: String,
    /// The tags and filters taken from it, or none for all (`load x y from library`).
    pub names: Vec<String>,
    pub line: u32,
}

/// How often a tag is used, and where first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagUse {
    pub count: u32,
    pub line: u32,
}

/// How long an expression may be that is kept as text.
const MAX_EXPRESSION: usize = 80;

/// Tags of Django and of the libraries it ships as built-in or under `django.templatetags`, and tags of Jinja. Sorted.
/// Those of `contrib` applications are left out: they have to be replaced as any other library has.
const KNOWN_TAGS: &[&str] = &[
    "autoescape",
    "block",
    "blocktrans",
    "blocktranslate",
    "break",
    "cache",
    "call",
    "comment",
    "continue",
    "csrf_token",
    "cycle",
    "debug",
    "do",
    "elif",
    "else",
    "empty",
    "extends",
    "filter",
    "firstof",
    "for",
    "from",
    "get_available_languages",
    "get_current_language",
    "get_current_language_bidi",
    "get_current_timezone",
    "get_language_info",
    "get_language_info_list",
    "get_media_prefix",
    "get_static_prefix",
    "if",
    "ifchanged",
    "ifequal",
    "ifnotequal",
    "import",
    "include",
    "language",
    "load",
    "localize",
    "localtime",
    "lorem",
    "macro",
    "now",
    "partial",
    "partialdef",
    "plural",
    "pluralize",
    "querystring",
    "raw",
    "regroup",
    "resetcycle",
    "set",
    "spaceless",
    "ssi",
    "static",
    "templatetag",
    "timezone",
    "trans",
    "translate",
    "url",
    "verbatim",
    "widthratio",
    "with",
];

/// Scan the text of the template at this path (relative, with `/`).
pub fn scan(path: &str, text: &str) -> TemplateFacts {
    let by_path = jinja_path(path);
    let mut scanner = Scanner { facts: TemplateFacts::default(), tags: Tags::new(text, by_path), jinja: 0, django: 0 };
    scanner.facts.lines = crate::base::text::count_lines(text).total;
    scanner.run();
    let tagged = scanner.tags.at > 0;
    scanner.facts.engine = match (by_path, tagged) {
        (true, _) => Engine::Jinja,
        (false, false) => Engine::Plain,
        (false, true) if scanner.django == 0 && scanner.jinja > 0 => Engine::Jinja,
        (false, true) => Engine::Django,
    };
    scanner.facts
}

/// Does the path alone say Jinja? Django's own Jinja backend looks for folders of that name.
fn jinja_path(path: &str) -> bool {
    let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
    [".jinja", ".jinja2", ".j2"].iter().any(|end| file.ends_with(end))
        || file.contains(".jinja.")
        || file.contains(".j2.")
        || folders.split('/').any(|folder| folder.starts_with("jinja"))
}

#[derive(Clone, Copy, PartialEq)]
enum TagKind {
    Statement,
    Output,
    Comment,
}

struct Tag<'a> {
    kind: TagKind,
    body: &'a str,
    line: u32,
}

/// The tags of a text, one after the other.
#[derive(Clone)]
struct Tags<'a> {
    text: &'a str,
    /// Behind the last tag; 0 as long as there was none.
    at: usize,
    line: u32,
    counted: usize,
    /// The next end of a tag of each kind, and of the line, remembered so that many beginnings do not each search for the
    /// same one.
    ends: [Option<usize>; 4],
    /// Jinja's comments may hold line ends; what looks like one in Django, or in a style sheet, is none.
    long_comments: bool,
}

/// In the order of [`TagKind`], then the end of a line.
const ENDS: [&[u8]; 4] = [b"%}", b"}}", b"#}", b"\n"];
const LINE_END: usize = 3;

impl<'a> Tags<'a> {
    fn new(text: &'a str, long_comments: bool) -> Self {
        Tags { text, at: 0, line: 1, counted: 0, ends: ENDS.map(|end| memmem::find(text.as_bytes(), end)), long_comments }
    }

    fn next(&mut self) -> Option<Tag<'a>> {
        let mut from = self.at;
        loop {
            let (start, kind) = opening(self.text, from)?;
            let inside = start + 2;
            let line_end = if kind == TagKind::Comment { self.end(LINE_END, inside) } else { None };
            let body = self.end(kind as usize, inside).and_then(|close| self.text.get(inside..close));
            let body = body.filter(|body| match kind {
                TagKind::Comment => self.long_comments || line_end.is_none_or(|end| end >= inside + body.len()),
                // A tag that was never ended: the end belongs to a later one.
                _ => opening(self.text, inside).is_none_or(|(next, _)| next >= inside + body.len()),
            });
            let Some(body) = body else {
                from = inside;
                continue;
            };
            let line = self.line_of(start);
            self.at = inside + body.len() + 2;
            return Some(Tag { kind, body, line });
        }
    }

    /// The first of these [`ENDS`] at or after `from`, which never goes back.
    fn end(&mut self, which: usize, from: usize) -> Option<usize> {
        let place = self.ends.get_mut(which)?;
        if place.is_some_and(|at| at < from) {
            let rest = self.text.as_bytes().get(from..)?;
            *place = memmem::find(rest, ENDS.get(which)?).map(|at| from + at);
        }
        *place
    }

    /// The 1-based line of a place at or after the last one asked for.
    fn line_of(&mut self, at: usize) -> u32 {
        let passed = self.text.as_bytes().get(self.counted..at).unwrap_or_default();
        self.line += u32::try_from(memchr::memchr_iter(b'\n', passed).count()).unwrap_or(u32::MAX);
        self.counted = at;
        self.line
    }

    /// Go to the statement `end` (`endcomment`, `endverbatim name`, `endraw`); nothing before it is a tag.
    fn skip_to(&mut self, end: &str) {
        let mut search = self.clone();
        while let Some(tag) = search.next() {
            let (_, body, _) = trimmed(tag.body);
            if tag.kind == TagKind::Statement && body == end {
                *self = search;
                return;
            }
        }
        self.at = self.text.len();
    }
}

/// The first beginning of a tag at or after `from`.
fn opening(text: &str, mut from: usize) -> Option<(usize, TagKind)> {
    let bytes = text.as_bytes();
    loop {
        let start = from + memchr::memchr(b'{', bytes.get(from..)?)?;
        match bytes.get(start + 1)? {
            b'%' => return Some((start, TagKind::Statement)),
            b'{' => return Some((start, TagKind::Output)),
            b'#' => return Some((start, TagKind::Comment)),
            _ => from = start + 1,
        }
    }
}

/// A body without the blanks and the whitespace marks of Jinja (`{%- … -%}`), and whether there were such marks at its
/// start and its end.
fn trimmed(body: &str) -> (bool, &str, bool) {
    let inner = body.strip_prefix(['-', '+']).unwrap_or(body);
    let text = inner.strip_suffix(['-', '+']).unwrap_or(inner);
    (inner.len() < body.len(), text.trim(), text.len() < inner.len())
}

struct Scanner<'a> {
    facts: TemplateFacts,
    tags: Tags<'a>,
    /// Signs of the one language and of the other.
    jinja: u32,
    django: u32,
}

impl Scanner<'_> {
    fn run(&mut self) {
        while let Some(tag) = self.tags.next() {
            let (before, body, after) = trimmed(tag.body);
            self.jinja += u32::from((before || after) && tag.kind != TagKind::Comment);
            match tag.kind {
                TagKind::Statement => self.statement(body, tag.line),
                TagKind::Output => {
                    self.facts.outputs += 1;
                    self.expression(body, tag.line);
                }
                TagKind::Comment => {}
            }
        }
    }

    fn statement(&mut self, body: &str, line: u32) {
        let end = body.find(|c: char| c.is_whitespace() || c == '(').unwrap_or(body.len());
        let (name, rest) = body.split_at_checked(end).unwrap_or((body, ""));
        let rest = rest.trim_start();
        let facts = &mut self.facts;
        match name {
            "extends" => facts.extends.push(reference(rest, line)),
            "include" => facts.includes.push(reference(rest, line)),
            "load" => {
                self.django += 1;
                load(rest, line, &mut facts.loads);
            }
            "import" | "from" => {
                self.jinja += 1;
                if let Some(library) = first_argument(rest) {
                    let names = rest.split_once(" import ").map_or("", |(_, names)| names);
                    let names = names.split(',').filter_map(|name| name.split_whitespace().next()).map(str::to_owned).collect();
                    facts.loads.push(Load { library: library.to_owned(), names, line });
                }
            }
            "url" => {
                self.django += 1;
                facts.urls.push(reference(rest, line));
            }
            "static" => {
                self.django += 1;
                facts.statics.push(reference(rest, line));
            }
            "block" => {
                if let Some(name) = rest.split_whitespace().next() {
                    facts.blocks.push(name.to_owned());
                }
            }
            "trans" | "translate" | "blocktrans" | "blocktranslate" => facts.translations += 1,
            "csrf_token" => {
                self.django += 1;
                facts.csrf_tokens += 1;
            }
            "comment" => {
                self.django += 1;
                self.tags.skip_to("endcomment");
            }
            "verbatim" => {
                self.django += 1;
                let close = format!("endverbatim {rest}");
                self.tags.skip_to(close.trim_end());
            }
            "raw" => {
                self.jinja += 1;
                self.tags.skip_to("endraw");
            }
            "set" | "macro" | "call" | "do" => {
                self.jinja += 1;
                facts.logic += u32::from(name != "call");
                self.expression(rest, line);
            }
            "if" | "elif" | "for" | "with" | "ifchanged" | "ifequal" | "ifnotequal" => {
                facts.logic += 1;
                self.expression(rest, line);
            }
            "" => {}
            _ if name.starts_with("end") || KNOWN_TAGS.binary_search(&name).is_ok() => {}
            _ if !name.starts_with(|c: char| c.is_alphabetic() || c == '_') => {}
            _ => {
                // A name as long as a page is no tag.
                let short: String = name.chars().take(MAX_EXPRESSION).collect();
                facts.custom_tags.entry(short).or_insert(TagUse { count: 0, line }).count += 1;
            }
        }
    }

    /// Calls in an expression: only Jinja has them, but for `_("…")`.
    fn expression(&mut self, body: &str, line: u32) {
        let bytes = body.as_bytes();
        let mut at = 0;
        while let Some(offset) = memchr::memchr3(b'(', b'"', b'\'', bytes.get(at..).unwrap_or_default()) {
            at += offset;
            let rest = body.get(at..).unwrap_or_default();
            let quote = match rest.as_bytes().first() {
                Some(b'(') => {
                    self.call(body.get(..at).unwrap_or_default(), rest.get(1..).unwrap_or_default(), line);
                    at += 1;
                    continue;
                }
                Some(quote) => *quote,
                None => return,
            };
            let inner = bytes.get(at + 1..).unwrap_or_default();
            at += 2 + memchr::memchr(quote, inner).unwrap_or(inner.len());
        }
        if body == "csrf_input" || body == "csrf_token" {
            self.facts.csrf_tokens += 1;
        }
    }

    fn call(&mut self, before: &str, arguments: &str, line: u32) {
        let function = before.rsplit(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or_default();
        // A lone parenthesis, or a call: both are beyond Django's language, except in conditions by mistake.
        self.jinja += u32::from(!function.is_empty() && function != "_");
        let facts = &mut self.facts;
        match function {
            "url" | "url_for" => facts.urls.push(reference(arguments, line)),
            "static" => facts.statics.push(reference(arguments, line)),
            "_" | "gettext" | "ngettext" | "pgettext" => facts.translations += 1,
            "csrf_token" | "csrf_input" => facts.csrf_tokens += 1,
            _ => {}
        }
    }
}

/// The first argument of a tag or call.
fn reference(arguments: &str, line: u32) -> Reference {
    let target = match first_argument(arguments) {
        Some(name) => Target::Name(name.to_owned()),
        None => {
            let end = |c: &char| !(c.is_whitespace() || matches!(c, ',' | ')'));
            Target::Expression(arguments.chars().take(MAX_EXPRESSION).take_while(end).collect())
        }
    };
    Reference { target, line }
}

/// The first argument, if it is a quoted string and nothing is done to it (`"a"|add:b`, `"a" ~ b` are expressions).
fn first_argument(arguments: &str) -> Option<&str> {
    let text = arguments.trim_start();
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (name, after) = text.strip_prefix(quote)?.split_once(quote)?;
    let changed = after.starts_with('|') || matches!(after.trim_start().chars().next(), Some('~' | '+' | '%'));
    (!changed).then_some(name)
}

/// `load a b` and `load x y from library`.
fn load(rest: &str, line: u32, loads: &mut Vec<Load>) {
    let words: Vec<&str> = rest.split_whitespace().collect();
    if let [names @ .., "from", library] = words.as_slice() {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        loads.push(Load { library: (*library).to_owned(), names, line });
        return;
    }
    loads.extend(words.into_iter().map(|library| Load { library: library.to_owned(), names: Vec::new(), line }));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(text: &str) -> TemplateFacts {
        scan("shop/templates/a.html", text)
    }

    fn targets(references: &[Reference]) -> Vec<&str> {
        references
            .iter()
            .map(|r| match &r.target {
                Target::Name(s) | Target::Expression(s) => s.as_str(),
            })
            .collect()
    }

    #[test]
    fn known_tags_are_sorted() {
        assert!(KNOWN_TAGS.is_sorted());
    }

    #[test]
    fn a_django_page() {
        let text = "{% extends \"base.html\" %}\n{% load i18n static %}{% load x y from shop_tags %}\n{% block title %}{% trans 'Cart' %}{% endblock title %}\n{% include 'a/b.html' with x=1 only %}\n<a href=\"{% url 'shop:cart' pk=1 %}\">{% url name %}</a>\n{% csrf_token %}{% static 'a.css' %}\n{% cart_total user %}{% cart_total user %}\n";
        let facts = facts(text);
        assert_eq!(facts.engine, Engine::Django);
        assert_eq!(facts.extends, [Reference { target: Target::Name("base.html".into()), line: 1 }]);
        assert_eq!(facts.includes, [Reference { target: Target::Name("a/b.html".into()), line: 4 }]);
        assert_eq!(
            facts.loads.iter().map(|l| (l.library.as_str(), l.names.join(" "))).collect::<Vec<_>>(),
            [("i18n", String::new()), ("static", String::new()), ("shop_tags", "x y".into())]
        );
        assert_eq!(targets(&facts.urls), ["shop:cart", "name"]);
        assert_eq!(facts.urls[1].target.name(), None);
        assert_eq!(facts.urls[1].line, 5);
        assert_eq!(targets(&facts.statics), ["a.css"]);
        assert_eq!(facts.blocks, ["title"]);
        assert_eq!((facts.translations, facts.csrf_tokens, facts.lines), (1, 1, 7));
        assert_eq!(facts.custom_tags.get("cart_total"), Some(&TagUse { count: 2, line: 7 }));
        assert_eq!(facts.custom_tags.len(), 1);
    }

    #[test]
    fn a_jinja_page() {
        let text = "{% extends 'base.html' %}\n{%- from 'macros.html' import field as f, row -%}\n{{ url('shop:cart', pk=1) }} {{ static('a.css') }} {{ _('Hello') }} {{ csrf_input }}\n{% if url(\"x\") == a %}{% endif %}{% set a = 1 %}";
        let facts = facts(text);
        assert_eq!(facts.engine, Engine::Jinja);
        assert_eq!(targets(&facts.urls), ["shop:cart", "x"]);
        assert_eq!(targets(&facts.statics), ["a.css"]);
        assert_eq!(facts.loads, [Load { library: "macros.html".into(), names: vec!["field".into(), "row".into()], line: 2 }]);
        assert_eq!((facts.translations, facts.csrf_tokens, facts.logic, facts.outputs), (1, 1, 2, 4));
        assert!(facts.custom_tags.is_empty());
    }

    #[test]
    fn engines() {
        assert_eq!(facts("<p>plain { text }</p>").engine, Engine::Plain);
        assert_eq!(facts("").engine, Engine::Plain);
        assert_eq!(facts("{{ x }}").engine, Engine::Django);
        assert_eq!(facts("{{ x() }}").engine, Engine::Jinja);
        assert_eq!(facts("{{ _(\"x\") }}").engine, Engine::Django);
        assert_eq!(facts("{{ x|default:\"a (b)\" }}").engine, Engine::Django);
        assert_eq!(facts("{% load static %}{{ x() }}").engine, Engine::Django);
        assert_eq!(facts("{%- if x %}").engine, Engine::Jinja);
        assert_eq!(scan("shop/jinja2/a.html", "{{ x }}").engine, Engine::Jinja);
        assert_eq!(scan("shop/a.html.j2", "").engine, Engine::Jinja);
        assert_eq!(scan("shop/ajinja2.html", "").engine, Engine::Plain);
    }

    #[test]
    fn nothing_inside_comments_and_raw_text() {
        let facts = facts(
            "{% comment \"why\" %}{% url 'a' %}{% endcomment %}{# {% url 'b' %} #}{% verbatim %}{% url 'c' %}{{ x() }}{% endverbatim %}{% verbatim v %}{% endverbatim %}{% url 'd' %}{% endverbatim v %}{% url 'e' %}",
        );
        assert_eq!(targets(&facts.urls), ["e"]);
        assert_eq!(targets(&self::facts("{% raw %}{% url 'a' %}{% endraw %}{% url 'b' %}").urls), ["b"]);
        assert!(self::facts("{% comment %}{% url 'a' %}").urls.is_empty());
    }

    #[test]
    fn changed_strings_are_expressions() {
        let facts = facts("{% extends 'a'|add:b %}{% include \"a\" ~ b %}{% include [\"a\", \"b\"] %}{% include x.template %}");
        assert_eq!(facts.extends[0].target.name(), None);
        assert!(facts.includes.iter().all(|r| r.target.name().is_none()));
        assert_eq!(targets(&facts.includes)[2], "x.template");
    }

    #[test]
    fn broken_tags() {
        assert_eq!(targets(&facts("{% url 'a' \n{% url 'b' %}").urls), ["b"]);
        assert_eq!(facts("{% url 'a' \n{% url 'b' %}").urls[0].line, 2);
        assert_eq!(targets(&facts("{{ {% url 'a' %}").urls), ["a"]);
        assert_eq!(targets(&facts("{{{ x }}} {%url 'a'%}").urls), ["a"]);
        assert_eq!(targets(&facts("style={{ {% url 'a' %}\n{{ x }}").urls), ["a"]);
        assert_eq!(targets(&facts("a{#b\n{% url 'a' %}{# c #}").urls), ["a"]);
        assert!(scan("a.jinja", "{# a\n{% url 'a' %} #}").urls.is_empty());
        for text in [
            "{",
            "{%",
            "{{",
            "{#",
            "{%%}",
            "{{}}",
            "{%-%}",
            "{%--%}",
            "{%\n%}",
            "{% % %}",
            "{% extends %}",
            "{% block %}",
            "{% url %}",
            "{% é %}",
            "{% (",
        ] {
            facts(text);
        }
    }

    #[test]
    fn many_beginnings_without_an_end_are_no_trouble() {
        let start = std::time::Instant::now();
        facts(&"{% x ".repeat(200_000));
        facts(&"{{ x {# ".repeat(100_000));
        facts(&"{% comment %}".repeat(50_000));
        facts(&format!("{}%}}", "{% x ".repeat(200_000)));
        facts(&"{% if x(((((((((((((((((((( %}".repeat(10_000));
        assert!(start.elapsed().as_secs() < 20);
    }

    #[test]
    fn one_long_expression_is_linear() {
        let start = std::time::Instant::now();
        facts(&format!("{{{{ {} }}}}", "f(".repeat(200_000)));
        facts(&format!("{{{{ {} }}}}", "(".repeat(400_000)));
        facts(&format!("{{{{ {} }}}}", "url(".repeat(100_000)));
        facts(&format!("{}\n#}}", "{# ".repeat(300_000)));
        assert!(start.elapsed().as_secs() < 20);
    }
}
