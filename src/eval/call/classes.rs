//! Class statements: bases, the body, linearisation with C3, hooks of first-party bases.

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::FxHashSet;

use crate::base::{Loc, Sym, sym};
use crate::eval::budget::MAX_MRO;
use crate::eval::value::*;
use crate::eval::{Base, ClassObj, Interp, MODEL};
use crate::facts::*;
use crate::project::Project;

use super::Kwargs;

const FIELD: &str = "django.db.models.fields.Field";

/// Names in small letters of the models that the migrations of a package make, read off the calls as they are written.
fn created_models(project: &Project, package: &str) -> FxHashSet<Sym> {
    let mut out = FxHashSet::default();
    for file in &project.files {
        if !file.module.strip_prefix(package).is_some_and(|rest| rest.starts_with(".migrations.")) {
            continue;
        }
        let ast = &file.facts.ast;
        for call in &ast.calls {
            let ExprKind::Call(func, args) = ast.expr(call.expr) else { continue };
            if !matches!(ast.expr(*func), ExprKind::Attr(_, name) | ExprKind::Name(name) if name.as_str() == "CreateModel") {
                continue;
            }
            let name = args.iter().find_map(|arg| match arg {
                Arg::Pos(value) => Some(*value),
                Arg::Key(key, value) if key.as_str() == "name" => Some(*value),
                _ => None,
            });
            if let Some(ExprKind::Str(name)) = name.map(|name| ast.expr(name)) {
                out.insert(sym(&name.to_lowercase()));
            }
        }
    }
    out
}

impl<'p> Interp<'p> {
    pub(in crate::eval) fn class_stmt(&mut self, id: ClassId, ast: &'p Ast, frame: &Rc<Frame>) {
        let Some(def) = ast.classes.get(id as usize) else { return };
        let decorators: Vec<(Value, u32)> = def.decorators.iter().map(|d| (self.expr(*d, ast, frame), ast.line(*d))).collect();
        let (bases, keywords, open) = self.arguments(&def.bases, ast, frame);
        let qualname = def.qualname;
        let dynamic = qualname.contains("<locals>");
        let at = Loc { file: frame.file, line: def.line };
        let class = self.new_class(def.name, qualname, frame, Some(id), at, bases, keywords, open, dynamic);
        let body = Rc::clone(&self.class(class).frame);
        self.body(&def.body, ast, &body);
        self.model_after_all(class);
        self.serializer_after_all(class);
        self.after_class(class, at);
        let mut value = Value::Class(class);
        for (decorator, line) in decorators.into_iter().rev() {
            value = self.decorate(decorator, value, Loc { file: frame.file, line });
        }
        self.bind(def.name, value, frame);
    }

    /// A class whose base nobody describes is a model where its body holds model fields, or a migration of its app makes a model of that name.
    fn model_after_all(&mut self, class: ClassRef) {
        let object = self.class(class);
        let model = Base::Ext(sym(MODEL));
        let outside = |base: &Base| matches!(base, Base::Ext(name) if !self.project.packages.knows_class(*name));
        if !object.open || object.mro.contains(&model) || !object.mro.iter().any(outside) {
            return;
        }
        let is_field = |value: &Value| matches!(value, Value::Call(call) if call.ext().is_some_and(|name| self.project.packages.mro(name).contains(&sym(FIELD))));
        let holds = object.frame.vars.borrow().values().any(is_field);
        if holds || self.is_migrated(&object) {
            let mut mro = object.mro.clone();
            mro.push(model);
            self.replace_class(class, object.bases.clone(), mro, object.open, object.late);
        }
    }

    /// Whether the class stands among the models of a package whose migrations say `CreateModel` of its name.
    fn is_migrated(&mut self, object: &ClassObj) -> bool {
        let module = object.module.as_str();
        let package = match module.find(".models") {
            Some(end) if matches!(module.as_bytes().get(end + 7), None | Some(b'.')) => module.get(..end).unwrap_or(""),
            _ => return false,
        };
        let made = self.migrated.entry(sym(package)).or_insert_with(|| created_models(self.project, package));
        made.contains(&sym(&object.name.to_lowercase()))
    }

    /// What happens once a class body has run: names are told (`__set_name__` is not modelled), first-party hooks run.
    fn after_class(&mut self, class: ClassRef, at: Loc) {
        let object = self.class(class);
        let parent = object.mro.get(1).copied();
        if let Some(Base::First(_)) = parent {
            // `__init_subclass__` of a first-party base registers subclasses.
            for base in object.mro.iter().skip(1) {
                let Base::First(first) = base else { continue };
                let hook = self.class(*first).own("__init_subclass__");
                if let Some(Value::Func(hook)) = hook {
                    let kwargs = object.keywords.clone();
                    self.call_func(&hook, Some(Value::Class(class)), Vec::new(), kwargs, false, at);
                    break;
                }
            }
        }
    }

    #[allow(clippy::too_many_arguments)]
    pub fn new_class(
        &mut self,
        name: Sym,
        qualname: Sym,
        outer: &Rc<Frame>,
        def: Option<ClassId>,
        at: Loc,
        bases: Vec<Value>,
        keywords: Kwargs,
        open: bool,
        dynamic: bool,
    ) -> ClassRef {
        let class = ClassRef(self.classes.len() as u32);
        let frame = Rc::new(Frame {
            vars: RefCell::default(),
            parent: Some(Rc::clone(outer)),
            file: at.file,
            kind: FrameKind::Class,
            class: Some(class),
            this: None,
            globals: RefCell::default(),
        });
        let factory = bases.iter().find_map(|base| match base {
            Value::Call(call) if self.made_class(call, call.ext()?).is_some() => Some(Rc::clone(call)),
            _ => None,
        });
        self.factories.extend(factory.map(|call| (class, call)));
        let (mut bases, mut unresolved) = self.real_bases(bases);
        // Each class of a chain holds all those above it.
        let length = |base: &Value| if let Value::Class(class) = base { self.class(*class).mro.len() } else { 1 };
        let above: usize = bases.iter().map(length).sum();
        if above > MAX_MRO {
            bases.retain(|base| matches!(base, Value::Ext(_)));
            unresolved = true;
            self.exhausted_at(at);
        }
        // C3 compares each of them with each other.
        self.steps = self.steps.saturating_add((above * above / 64) as u64);
        let (mro, c3_failed) = self.linearise(class, &bases);
        let module = self.module_name(at.file);
        let late = bases.iter().any(|b| matches!(b, Value::Lazy(..)));
        self.add_class(ClassObj {
            name,
            qualname,
            module,
            file: at.file,
            line: at.line,
            def,
            bases,
            mro,
            open: open || unresolved || c3_failed,
            late,
            frame,
            keywords,
            decorators: RefCell::default(),
            dynamic,
            guard: self.guard,
        })
    }

    /// Bases as classes: `with_metaclass(M, A, B)`, generic aliases, one of several.
    fn real_bases(&mut self, bases: Vec<Value>) -> (Vec<Value>, bool) {
        let mut out = Vec::new();
        let mut unresolved = false;
        for base in bases {
            let base = self.force(base);
            match base {
                Value::Class(_) | Value::Ext(_) => out.push(base),
                Value::Lazy(..) => {
                    out.push(base);
                    unresolved = true;
                }
                Value::Alt(options) => match options.iter().find(|o| matches!(o, Value::Class(_) | Value::Ext(_))) {
                    Some(option) => out.push(option.clone()),
                    None => unresolved = true,
                },
                // `OwnManager.from_queryset(…)` makes a subclass of the manager.
                Value::Call(call) if matches!(&call.callee, Value::Attr(parts) if parts.1.as_str() == "from_queryset" && matches!(parts.0, Value::Class(_))) =>
                {
                    if let Value::Attr(parts) = &call.callee {
                        out.push(parts.0.clone());
                    }
                    unresolved = true;
                }
                // The table that Django makes for a many-to-many relation.
                Value::Attr(parts) if parts.1.as_str() == "through" => out.push(Value::Ext(sym(MODEL))),
                Value::Call(call) => match call.ext() {
                    Some(name) if name.ends_with("with_metaclass") => {
                        for base in call.args.iter().skip(1) {
                            out.push(base.clone());
                        }
                    }
                    Some(name) if self.made_class(&call, name).is_some() => out.extend(self.made_class(&call, name)),
                    Some(name) => {
                        // A class factory: known by the name of what made it.
                        let made = sym(&format!("{name}()"));
                        out.push(Value::Ext(made));
                        unresolved = true;
                    }
                    None => unresolved = true,
                },
                _ => unresolved = true,
            }
        }
        (out, unresolved)
    }

    /// What a class factory of a package builds on: the class that it is given for that, else the package's own.
    fn made_class(&self, call: &CallObj, name: Sym) -> Option<Value> {
        let factory = self.project.packages.function(name).filter(|factory| factory.kind == "class_factory")?;
        let makes = factory.makes.as_deref()?;
        let position = factory.args.iter().position(|argument| argument == makes);
        let given = call.kwarg(makes).or_else(|| call.args.get(position?));
        match given {
            Some(class @ (Value::Class(_) | Value::Ext(_))) => Some(class.clone()),
            _ => factory.returns.as_deref().map(|class| Value::Ext(sym(class))),
        }
    }

    /// C3. Where the bases contradict each other, depth first, left to right.
    pub(in crate::eval) fn linearise(&mut self, class: ClassRef, bases: &[Value]) -> (Vec<Base>, bool) {
        // One base: nothing to merge.
        if let [Value::Class(only)] = bases {
            let only = self.class(*only);
            let mut out = Vec::with_capacity(only.mro.len() + 1);
            out.push(Base::First(class));
            out.extend_from_slice(&only.mro);
            return (out, only.open);
        }
        let mut lists: Vec<Vec<Base>> = Vec::new();
        let mut direct = Vec::new();
        for base in bases {
            match base {
                Value::Class(c) => {
                    lists.push(self.class(*c).mro.clone());
                    direct.push(Base::First(*c));
                }
                Value::Ext(name) => {
                    let canonical = self.project.packages.canonical(*name);
                    lists.push(self.project.packages.mro(canonical).iter().copied().map(Base::Ext).collect());
                    direct.push(Base::Ext(canonical));
                }
                _ => {}
            }
        }
        lists.push(direct);
        let open = bases.iter().any(|b| match b {
            Value::Class(c) => self.class(*c).open,
            Value::Ext(name) => !self.project.packages.knows_class(*name),
            _ => true,
        });
        let flat: Vec<Base> = lists.iter().flatten().copied().collect();
        let mut out = vec![Base::First(class)];
        loop {
            lists.retain(|l| !l.is_empty());
            if lists.is_empty() {
                return (out, open);
            }
            let head = lists.iter().filter_map(|l| l.first()).find(|h| lists.iter().all(|l| !l.iter().skip(1).any(|x| x == *h))).copied();
            let Some(head) = head else { break };
            out.push(head);
            for list in &mut lists {
                if list.first() == Some(&head) {
                    list.remove(0);
                }
            }
        }
        for base in flat {
            if !out.contains(&base) {
                out.push(base);
            }
        }
        (out, true)
    }
}
