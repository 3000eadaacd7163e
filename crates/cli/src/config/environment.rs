//! The environment: a layer of settings, and the place that secrets may come from.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt;

use figment::value::{Dict, Value};

use super::layer::Layer;
use super::origin::Origin;

const PREFIX: &str = "SWITCHBOARD__";

/// The variables of a process, read once. Never shows their values.
#[derive(Default)]
pub(crate) struct Environment(BTreeMap<OsString, OsString>);

impl Environment {
    /// Those of this process.
    pub(crate) fn of_this_process() -> Self {
        Self(std::env::vars_os().collect())
    }

    /// The value of `name`.
    pub(crate) fn get(&self, name: &str) -> Option<&OsStr> {
        self.0.get(OsStr::new(name)).map(OsString::as_os_str)
    }

    /// The settings in `SWITCHBOARD__SECTION__KEY` variables, and those that cannot be read with the
    /// reason. Values stay the text they are: `00123456` may be a secret, and its zeros count. A
    /// name that `below` already has with dashes is meant by its form with underscores.
    pub(crate) fn layer(&self, below: &Dict) -> (Layer, Vec<(String, &'static str)>) {
        let mut layer = Layer::default();
        let mut mistakes = Vec::new();
        for (name, value) in &self.0 {
            let Some(name) = name.to_str().filter(|name| name.starts_with(PREFIX)) else {
                continue;
            };
            let path = path(&name[PREFIX.len()..], below);
            match value.to_str() {
                None => mistakes.push((name.to_owned(), "the value is not UTF-8")),
                Some(_) if path.iter().any(String::is_empty) => {
                    mistakes.push((name.to_owned(), "a part of the name is empty"));
                }
                Some(text) => {
                    if !layer.set(&path, text, Origin::Variable(name.to_owned())) {
                        mistakes.push((name.to_owned(), "clashes with another variable"));
                    }
                }
            }
        }
        (layer, mistakes)
    }
}

impl<N: Into<OsString>, V: Into<OsString>> FromIterator<(N, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(variables: I) -> Self {
        let owned = |(name, value): (N, V)| (name.into(), value.into());
        Self(variables.into_iter().map(owned).collect())
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

fn path(name: &str, below: &Dict) -> Vec<String> {
    let mut path: Vec<_> = name.split("__").map(str::to_lowercase).collect();
    if let [section, id, ..] = path.as_mut_slice()
        && let Some(Value::Dict(_, known)) = below.get(section)
        && let Some(dashed) = known.keys().find(|known| known.replace('-', "_") == *id)
    {
        id.clone_from(dashed);
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stay_the_text_they_are() {
        for text in ["00123456", "\"q\"", "[x]", "{a=b}", " pad ", "true", ""] {
            let environment: Environment = [("SWITCHBOARD__A__B", text)].into_iter().collect();

            let (layer, mistakes) = environment.layer(&Dict::new());

            let set = Value::from(layer.values);
            assert_eq!(set.find_ref("a.b").and_then(Value::as_str), Some(text));
            assert_eq!(mistakes, []);
        }
    }

    #[test]
    fn underscores_mean_the_dashes_of_a_name_that_is_there() {
        let below = Dict::from([(
            "sinks".to_owned(),
            Value::from(Dict::from([("my-app".to_owned(), Value::from("any"))])),
        )]);
        let environment: Environment = [
            ("SWITCHBOARD__SINKS__MY_APP__URL", "known"),
            ("SWITCHBOARD__SINKS__NEW_APP__URL", "new"),
        ]
        .into_iter()
        .collect();

        let (layer, _) = environment.layer(&below);

        let set = Value::from(layer.values);
        assert!(set.find_ref("sinks.my-app.url").is_some());
        assert!(set.find_ref("sinks.new_app.url").is_some());
    }

    #[cfg(unix)]
    #[test]
    fn a_value_that_is_no_text_is_a_mistake() {
        use std::os::unix::ffi::OsStringExt;

        let value = OsString::from_vec(vec![0xff]);
        let environment: Environment = [("SWITCHBOARD__A__B", value)].into_iter().collect();

        let (_, mistakes) = environment.layer(&Dict::new());

        let expected = [("SWITCHBOARD__A__B".to_owned(), "the value is not UTF-8")];
        assert_eq!(mistakes, expected);
    }

    #[test]
    fn debug_shows_names_alone() {
        let environment: Environment = [("NAME", "hunter2")].into_iter().collect();

        assert_eq!(format!("{environment:?}"), r#"{"NAME"}"#);
    }
}
