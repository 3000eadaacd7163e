//! The adapters that an endpoint can choose from.

use switchboard::feature_of;

use super::report::Report;
use crate::core::Registration;

/// The adapters in this binary.
pub(crate) struct Linked<'a>(&'a [&'static Registration]);

impl<'a> Linked<'a> {
    /// Those in `registrations`. Two of one name are a mistake of whoever built the binary.
    pub(crate) fn new(registrations: &'a [&'static Registration], report: &mut Report) -> Self {
        for (position, one) in registrations.iter().enumerate() {
            let name = one.descriptor.name;
            let earlier = registrations[..position].iter();
            if let Some(other) = earlier.rev().find(|other| other.descriptor.name == name) {
                let (first, second) = (other.crate_name, one.crate_name);
                report.error(
                    "",
                    format!("two adapters `{name}` are linked, by {first} and {second}"),
                );
            }
        }
        Self(registrations)
    }

    /// The adapter called `name`.
    ///
    /// # Errors
    ///
    /// When there is none: what there is instead, and how to get it.
    pub(crate) fn find(&self, name: &str) -> Result<&'static Registration, String> {
        let found = self.0.iter().find(|one| one.descriptor.name == name);
        found.copied().ok_or_else(|| {
            let names: Vec<_> = self.0.iter().map(|one| one.descriptor.name).collect();
            let names = if names.is_empty() {
                "none".to_owned()
            } else {
                names.join(", ")
            };
            let hint = self
                .missing_feature(name)
                .map_or_else(String::new, |feature| {
                    format!("; enable cargo feature `{feature}`")
                });
            format!("no adapter `{name}` in this binary; linked: {names}{hint}")
        })
    }

    fn missing_feature(&self, name: &str) -> Option<&'static str> {
        let feature = feature_of(name)?;
        let home = format!("switchboard-adapter-{feature}");
        let is_enabled = self.0.iter().any(|one| one.crate_name == home);
        (!is_enabled).then_some(feature)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::tests::adapters::ALL;

    #[test]
    fn two_adapters_of_one_name_are_a_mistake() {
        let mut report = Report::default();

        Linked::new(&[ALL[1], ALL[2], ALL[1]], &mut report);

        let errors: Vec<_> = report.errors.iter().map(ToString::to_string).collect();
        let expected = "two adapters `keyed` are linked, by adapter-keyed and adapter-keyed";
        assert_eq!(errors, [expected]);
    }

    #[test]
    fn without_adapters_there_are_none_to_list() {
        let linked = Linked::new(&[], &mut Report::default());

        let message = linked.find("acme").unwrap_err();

        assert_eq!(message, "no adapter `acme` in this binary; linked: none");
    }
}
