//! Where settings were written.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// The place a setting was written in. Ordered as a reader looks for it.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Origin {
    /// A configuration file, and the line, counted from one.
    File(Arc<Path>, Option<usize>),
    /// An environment variable.
    Variable(String),
    /// The command line.
    CommandLine,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path, Some(line)) => write!(f, "{}:{line}", path.display()),
            Self::File(path, None) => write!(f, "{}", path.display()),
            Self::Variable(name) => write!(f, "{name}"),
            Self::CommandLine => write!(f, "command line"),
        }
    }
}

/// The origin of every key that was written. Keys look like `sinks.app.endpoints[1]`; the empty one
/// is the file as a whole.
#[derive(Debug, Default)]
pub(crate) struct Origins(BTreeMap<String, Origin>);

impl Origins {
    /// Remembers where `key` was written.
    pub(crate) fn insert(&mut self, key: impl Into<String>, origin: Origin) {
        self.0.insert(key.into(), origin);
    }

    /// Lays `above` over these.
    pub(crate) fn extend(&mut self, above: Self) {
        self.0.extend(above.0);
    }

    /// Where exactly `key` was written; `None` for a default.
    pub(crate) fn exactly(&self, key: &str) -> Option<&Origin> {
        self.0.get(key)
    }

    /// Where `key` was written, or else what is inside it, or else what it would belong in.
    pub(crate) fn of(&self, key: &str) -> Option<&Origin> {
        self.0
            .get(key)
            .or_else(|| self.inside(key))
            .or_else(|| self.of(parent(key)?))
    }

    fn inside(&self, key: &str) -> Option<&Origin> {
        [".", "["].iter().find_map(|separator| {
            let start = format!("{key}{separator}");
            let (first, origin) = self.0.range(start.clone()..).next()?;
            first.starts_with(&start).then_some(origin)
        })
    }
}

fn parent(key: &str) -> Option<&str> {
    (!key.is_empty()).then(|| key.rfind(['.', '[']).map_or("", |end| &key[..end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_absent_is_looked_for_where_it_would_belong() {
        let line = |number| Origin::File(Path::new("a.toml").into(), Some(number));
        let mut origins = Origins::default();
        for (key, number) in [
            ("sinks.app", 3),
            ("sinks.app.urls[0]", 4),
            ("sinks.app-2.url", 9),
        ] {
            origins.insert(key, line(number));
        }

        assert_eq!(origins.of("sinks.app.urls[0]"), Some(&line(4)));
        assert_eq!(origins.of("sinks.app.urls"), Some(&line(4)));
        assert_eq!(origins.of("sinks.app.type"), Some(&line(3)));
        assert_eq!(origins.of("sinks.app-2.type"), Some(&line(9)));
        assert_eq!(origins.of("host.listen"), None);
    }
}
