//! Tables that classes of SQLAlchemy and SQLModel declare: which of Django's tables the other side knows already.

use crate::base::Loc;
use crate::django::inventory::FastTable;
use crate::eval::{Base, ClassRef, Value};

use super::Reader;

impl Reader<'_> {
    pub fn tables(&mut self) {
        for number in 0..u32::try_from(self.interp.classes.len()).unwrap_or(u32::MAX) {
            let class = self.interp.class(ClassRef(number));
            let Some(Value::Str(name)) = class.own("__tablename__") else { continue };
            // A declarative base that a function makes leaves the line of bases open.
            let mapped = class.open
                || class
                    .mro
                    .iter()
                    .any(|base| matches!(base, Base::Ext(name) if name.starts_with("sqlalchemy") || name.starts_with("sqlmodel")));
            if mapped {
                let place = self.place(Loc { file: class.file, line: class.line });
                self.out.tables.push(FastTable { name: name.to_string(), class: class.dotted(), place });
            }
        }
    }
}
