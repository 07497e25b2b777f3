//! URL patterns as text: converters and regular expressions become paths with `{name}` and `{var}`.

/// `users/<int:pk>/` → `users/{pk}/`
pub fn route_path(route: &str) -> String {
    let mut out = String::with_capacity(route.len());
    let mut rest = route;
    while let Some(open) = rest.find('<') {
        out.push_str(rest.get(..open).unwrap_or(""));
        let tail = rest.get(open + 1..).unwrap_or("");
        let Some(close) = tail.find('>') else {
            out.push_str(rest.get(open..).unwrap_or(""));
            return out;
        };
        let inside = tail.get(..close).unwrap_or("");
        let name = inside.rsplit_once(':').map_or(inside, |(_, n)| n).trim();
        out.push('{');
        out.push_str(name);
        out.push('}');
        rest = tail.get(close + 1..).unwrap_or("");
    }
    out.push_str(rest);
    out
}

/// A regular expression as a path: named groups by name, unnamed groups, classes and wildcards as `{var}`, optional parts present, anchors and
/// look-arounds gone. What does not parse is returned as it stands.
pub fn regex_path(regex: &str) -> String {
    let chars: Vec<char> = regex.chars().collect();
    let mut parser = Regex { chars: &chars, at: 0, verbose_depth: 0 };
    let Some(nodes) = parser.alternatives() else { return regex.to_string() };
    if parser.at < chars.len() {
        return regex.to_string();
    }
    merge(&emit(&nodes, false))
}

fn merge(text: &str) -> String {
    let mut out = text.to_string();
    while out.contains("{var}{var}") {
        out = out.replace("{var}{var}", "{var}");
    }
    out
}

#[derive(Debug, Clone)]
enum Re {
    Literal(char),
    Any,
    Class,
    Nothing,
    Group(Option<String>),
    Plain(Vec<Re>),
    Repeat(Box<Re>),
    Branch(Vec<Vec<Re>>),
}

struct Regex<'a> {
    chars: &'a [char],
    at: usize,
    verbose_depth: u32,
}

impl Regex<'_> {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        Some(c)
    }

    fn eat(&mut self, c: char) -> bool {
        let hit = self.peek() == Some(c);
        if hit {
            self.at += 1;
        }
        hit
    }

    fn starts(&self, text: &str) -> bool {
        text.chars().enumerate().all(|(i, c)| self.chars.get(self.at + i) == Some(&c))
    }

    fn alternatives(&mut self) -> Option<Vec<Re>> {
        self.verbose_depth += 1;
        if self.verbose_depth > 60 {
            return None;
        }
        let mut branches = vec![self.sequence()?];
        while self.eat('|') {
            branches.push(self.sequence()?);
        }
        self.verbose_depth -= 1;
        Some(match branches.len() {
            1 => branches.pop()?,
            _ => vec![Re::Branch(branches)],
        })
    }

    fn sequence(&mut self) -> Option<Vec<Re>> {
        let mut out = Vec::new();
        while let Some(c) = self.peek() {
            if c == '|' || c == ')' {
                break;
            }
            let item = self.item()?;
            out.push(self.repeated(item)?);
        }
        Some(out)
    }

    fn repeated(&mut self, item: Re) -> Option<Re> {
        let mut item = item;
        loop {
            match self.peek() {
                Some('*' | '+' | '?') => {
                    self.at += 1;
                    item = Re::Repeat(Box::new(item));
                }
                Some('{') => {
                    let close = self.chars.get(self.at..)?.iter().position(|c| *c == '}')?;
                    let inside = self.chars.get(self.at + 1..self.at + close)?;
                    if inside.is_empty() || !inside.iter().all(|c| c.is_ascii_digit() || *c == ',') {
                        return Some(item);
                    }
                    self.at += close + 1;
                    item = Re::Repeat(Box::new(item));
                }
                _ => return Some(item),
            }
        }
    }

    fn item(&mut self) -> Option<Re> {
        match self.next()? {
            '^' | '$' => Some(Re::Nothing),
            '.' => Some(Re::Any),
            '[' => self.class(),
            '(' => self.group(),
            '\\' => Some(match self.next()? {
                'A' | 'Z' | 'z' | 'b' | 'B' => Re::Nothing,
                'd' | 'D' | 'w' | 'W' | 's' | 'S' => Re::Class,
                c if c.is_ascii_digit() => Re::Class,
                'n' => Re::Literal('\n'),
                't' => Re::Literal('\t'),
                c => Re::Literal(c),
            }),
            c => Some(Re::Literal(c)),
        }
    }

    fn class(&mut self) -> Option<Re> {
        let negated = self.eat('^');
        let mut members = Vec::new();
        let mut first = true;
        let mut simple = true;
        loop {
            match self.next()? {
                ']' if !first => break,
                '\\' => {
                    let c = self.next()?;
                    if matches!(c, 'd' | 'D' | 'w' | 'W' | 's' | 'S') {
                        simple = false;
                    }
                    members.push(c);
                }
                '-' if !first && self.peek() != Some(']') => simple = false,
                c => members.push(c),
            }
            first = false;
        }
        Some(match members.as_slice() {
            [one] if simple && !negated => Re::Literal(*one),
            _ => Re::Class,
        })
    }

    fn group(&mut self) -> Option<Re> {
        if !self.eat('?') {
            self.alternatives()?;
            return self.eat(')').then_some(Re::Group(None));
        }
        if self.starts("P<") || (self.starts("<") && !self.starts("<=") && !self.starts("<!")) {
            self.at += if self.starts("P<") { 2 } else { 1 };
            let mut name = String::new();
            loop {
                match self.next()? {
                    '>' => break,
                    c => name.push(c),
                }
            }
            self.alternatives()?;
            return self.eat(')').then_some(Re::Group(Some(name)));
        }
        if self.starts("P=") {
            while self.next()? != ')' {}
            return Some(Re::Class);
        }
        if self.eat('#') {
            while self.next()? != ')' {}
            return Some(Re::Nothing);
        }
        let around = self.starts("=") || self.starts("!") || self.starts("<=") || self.starts("<!");
        if around {
            while matches!(self.peek(), Some('=' | '!' | '<')) {
                self.at += 1;
            }
            self.alternatives()?;
            return self.eat(')').then_some(Re::Nothing);
        }
        // Flags: `(?i)`, `(?i:…)`, `(?:…)`.
        while self.peek()?.is_ascii_alphabetic() || self.peek()? == '-' {
            self.at += 1;
        }
        if self.eat(')') {
            return Some(Re::Nothing);
        }
        if !self.eat(':') && !self.eat('>') {
            return None;
        }
        let inner = self.alternatives()?;
        self.eat(')').then_some(Re::Plain(inner))
    }
}

/// `repeated`: inside a repetition of one item, where a dot is a wildcard and not a dot.
fn emit(nodes: &[Re], repeated: bool) -> String {
    let mut out = String::new();
    for node in nodes {
        match node {
            Re::Literal(c) => out.push(*c),
            Re::Any if !repeated => out.push('.'),
            Re::Any | Re::Class => out.push_str("{var}"),
            Re::Nothing => {}
            Re::Group(name) => {
                out.push('{');
                out.push_str(name.as_deref().unwrap_or("var"));
                out.push('}');
            }
            Re::Plain(inner) => out.push_str(&emit(inner, repeated && inner.len() == 1)),
            Re::Repeat(inner) => match inner.as_ref() {
                Re::Plain(nodes) => out.push_str(&emit(nodes, nodes.len() == 1)),
                one => out.push_str(&emit(std::slice::from_ref(one), true)),
            },
            Re::Branch(branches) => {
                let parts: Vec<String> = branches.iter().map(|b| emit(b, false)).filter(|p| !p.is_empty()).collect();
                match parts.first() {
                    None => {}
                    Some(first) if parts.iter().all(|p| p == first) => out.push_str(first),
                    Some(first) => {
                        // A common beginning is outside the alternatives, as regular-expression compilers see it.
                        let common: String = first
                            .chars()
                            .enumerate()
                            .take_while(|(i, c)| parts.iter().all(|p| p.chars().nth(*i) == Some(*c)))
                            .map(|(_, c)| c)
                            .collect();
                        let common = if common.contains('{') || branches.iter().any(Vec::is_empty) { String::new() } else { common };
                        out.push_str(&common);
                        if parts.iter().any(|p| p.len() > common.len()) {
                            out.push_str("{var}");
                        }
                    }
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes() {
        assert_eq!(route_path("users/<int:pk>/<slug>/"), "users/{pk}/{slug}/");
        assert_eq!(route_path("a<b"), "a<b");
    }

    #[test]
    fn regexes() {
        assert_eq!(regex_path(r"^users/(?P<pk>\d+)/$"), "users/{pk}/");
        assert_eq!(regex_path(r"^(\d+)/[\w-]+/.*$"), "{var}/{var}/{var}");
        assert_eq!(regex_path(r"^robots.txt$"), "robots.txt");
        assert_eq!(regex_path(r"^a/(?:page(?P<page>[0-9]+)/)?$"), "a/page{page}/");
        assert_eq!(regex_path(r"^x/?$"), "x/");
        assert_eq!(regex_path(r"^(?!admin)y\.(?P<format>[a-z0-9]+)/?$"), "y.{format}/");
        assert_eq!(regex_path(r"^(?P<kind>foo|bar)/z$"), "{kind}/z");
        assert_eq!(regex_path(r"^(?:foo|bar)/z$"), "{var}/z");
        assert_eq!(regex_path(r"[unclosed"), "[unclosed");
    }
}
