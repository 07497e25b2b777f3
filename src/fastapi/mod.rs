//! FastAPI and Starlette applications of the repository, as routes, mounts and tables.
//!
//! Above `django`, because what is found is part of the same inventory and because half-moved projects import each other's halves. It runs the
//! evaluator once more, on an interpreter of its own: Django's boot neither sees these modules run nor is changed by them. A repository in which
//! nothing imports FastAPI or Starlette pays nothing.

mod apps;
mod describe;
pub mod matching;
mod routes;
mod tables;

use crate::base::Loc;
use crate::django::boot::choose_settings;
use crate::django::files::{imports_of, is_fastapi};
use crate::django::inventory::{FastApi, Place, Unresolved};
use crate::django::settings::Candidate;
use crate::eval::{FrameKind, Interp, Value, new_frame, show};
use crate::project::Project;

/// The reader: an evaluator, what it found, what it could not follow.
pub struct Reader<'p> {
    interp: Interp<'p>,
    out: FastApi,
}

/// Everything of FastAPI that the sources say.
pub fn collect(project: &Project, candidates: &[Candidate]) -> FastApi {
    let files: Vec<u32> = (0u32..).zip(&project.files).filter(|(_, file)| imports_of(file, is_fastapi)).map(|(number, _)| number).collect();
    if files.is_empty() {
        return FastApi::default();
    }
    let mut interp = Interp::new(project);
    // Modules of the Django half may ask for settings.
    let settings = choose_settings(&mut interp, &mut candidates.to_vec());
    interp.settings = Some(settings.unwrap_or_else(|| new_frame(FrameKind::Module, 0, None)));
    for file in &files {
        interp.module(*file);
    }
    interp.relink();
    let mut reader = Reader { interp, out: FastApi::default() };
    reader.factories(&files);
    reader.applications();
    reader.tables();
    let mut out = reader.out;
    out.apps.sort();
    out.apps.dedup();
    out.routes.sort();
    out.routes.dedup();
    out.mounts.sort();
    out.mounts.dedup();
    out.tables.sort();
    out.tables.dedup();
    out.unresolved.sort();
    out.unresolved.dedup();
    out
}

impl Reader<'_> {
    fn place(&self, at: Loc) -> Place {
        Place { file: self.interp.project.path(at.file).to_owned(), line: at.line }
    }

    /// The text of a condition that could not be decided.
    fn condition(&self, guard: Option<u32>) -> Option<String> {
        self.interp.condition(guard)
    }

    fn note(&mut self, at: Loc, reason: &str, text: String) {
        let Place { file, line } = self.place(at);
        self.out.unresolved.push(Unresolved { kind: "fastapi".to_owned(), file, line, reason: reason.to_owned(), text });
    }

    /// What a value that was needed is not known for.
    fn miss(&mut self, value: &Value, at: Loc, what: &str) {
        match value {
            Value::Unknown(why) => self.note(at, why.code.text(), format!("{what}: {}", why.what)),
            other => self.note(at, &format!("{what} is not a literal: {}", show::kind(other)), what.to_owned()),
        }
    }

    /// The dotted name of whatever has one.
    fn dotted(&self, value: &Value) -> Option<String> {
        match value {
            Value::Class(class) => Some(self.interp.class(*class).dotted()),
            Value::Func(func) => Some(self.interp.func_dotted(func)),
            Value::Method(parts) => Some(self.interp.func_dotted(&parts.1)),
            Value::Ext(name) => Some(name.to_string()),
            Value::Instance(made) => Some(self.interp.class(made.class).dotted()),
            Value::Call(call) => self.dotted(&call.callee),
            Value::Attr(parts) => self.dotted(&parts.0).map(|head| format!("{head}.{}", parts.1)),
            _ => None,
        }
    }
}
