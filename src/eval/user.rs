//! The project's user model, and the names that packages take from it.

use super::value::Value;
use super::{ClassRef, Interp};

impl Interp<'_> {
    /// What `settings.AUTH_USER_MODEL` names.
    pub fn user(&mut self) -> Option<Value> {
        let user = self.user_model;
        let (app, model) = user.split_once('.')?;
        self.model(app, model)
    }

    /// The user model, where it is a class of the repository.
    pub fn user_class(&mut self) -> Option<ClassRef> {
        match self.user()? {
            Value::Class(class) => Some(class),
            _ => None,
        }
    }

    /// The names that tables of packages leave to the project's user model: `set_{user.USERNAME_FIELD}`.
    pub fn of_user(&mut self, text: &str) -> Vec<String> {
        if !text.contains("{user.") {
            return vec![text.to_owned()];
        }
        let class = self.user_class();
        let mut own = |name: &str| class.and_then(|class| self.find_first_party(class, name)).map(|(value, _)| value);
        if text == "{user.REQUIRED_FIELDS}" {
            let names = own("REQUIRED_FIELDS").and_then(|value| value.items());
            let names = names.map(|names| names.iter().filter_map(Value::as_str).map(|name| name.to_string()).collect());
            return names.unwrap_or_else(|| vec!["email".to_owned()]);
        }
        let mut named =
            |name: &str, default: &str| own(name).and_then(|v| v.as_str()).map_or_else(|| default.to_owned(), |v| v.to_string());
        let (login, email) = (named("USERNAME_FIELD", "username"), named("EMAIL_FIELD", "email"));
        let key = class.and_then(|class| self.key_name(class)).map_or_else(|| "id".to_owned(), |name| name.to_string());
        vec![text.replace("{user.USERNAME_FIELD}", &login).replace("{user.EMAIL_FIELD}", &email).replace("{user.pk}", &key)]
    }
}
