//! The text that Prometheus reads.

use std::fmt::{Display, Write as _};
use std::time::Duration;

use bytes::Bytes;
use switchboard_core::histogram::Distribution;

/// A text of metrics, each called `switchboard_…`.
#[derive(Debug, Default)]
pub(crate) struct Text(String);

/// One metric, to which its samples are added.
pub(crate) struct Family<'a> {
    text: &'a mut Text,
    name: String,
}

impl Text {
    /// What only grows.
    pub(crate) fn counter(&mut self, name: &str, help: &str) -> Family<'_> {
        self.family(name, "counter", help)
    }

    /// What grows and shrinks.
    pub(crate) fn gauge(&mut self, name: &str, help: &str) -> Family<'_> {
        self.family(name, "gauge", help)
    }

    /// A distribution of microseconds, in seconds.
    pub(crate) fn times(&mut self, name: &str, help: &str, distribution: &Distribution) {
        self.histogram(name, help, distribution, |micros| {
            format!("{}", Duration::from_micros(micros).as_secs_f64())
        });
    }

    /// A distribution of numbers.
    pub(crate) fn sizes(&mut self, name: &str, help: &str, distribution: &Distribution) {
        self.histogram(name, help, distribution, |number| number.to_string());
    }

    fn histogram(
        &mut self,
        name: &str,
        help: &str,
        distribution: &Distribution,
        shown: impl Fn(u64) -> String,
    ) {
        let name = self.family(name, "histogram", help).name;
        for (bound, count) in &distribution.within {
            self.line(&format!("{name}_bucket"), &[("le", &shown(*bound))], count);
        }
        self.line(
            &format!("{name}_bucket"),
            &[("le", "+Inf")],
            distribution.count,
        );
        self.line(&format!("{name}_sum"), &[], shown(distribution.sum));
        self.line(&format!("{name}_count"), &[], distribution.count);
    }

    fn family(&mut self, name: &str, kind: &str, help: &str) -> Family<'_> {
        let name = format!("switchboard_{name}");
        // A text takes all that is written to it.
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
        Family { text: self, name }
    }

    fn line(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        self.0.push_str(name);
        for (index, (label, text)) in labels.iter().enumerate() {
            let before = if index == 0 { '{' } else { ',' };
            let _ = write!(self.0, "{before}{label}=\"{}\"", escaped(text));
        }
        let after = if labels.is_empty() { "" } else { "}" };
        let _ = writeln!(self.0, "{after} {value}");
    }
}

impl Family<'_> {
    pub(crate) fn sample(self, labels: &[(&str, &str)], value: u64) -> Self {
        self.text.line(&self.name, labels, value);
        self
    }

    pub(crate) fn seconds(self, labels: &[(&str, &str)], value: Duration) -> Self {
        self.text.line(&self.name, labels, value.as_secs_f64());
        self
    }
}

impl From<Text> for Bytes {
    fn from(text: Text) -> Self {
        text.0.into()
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', r"\\")
        .replace('"', "\\\"")
        .replace('\n', r"\n")
}

#[cfg(test)]
mod tests {
    use switchboard_core::histogram::Histogram;

    use super::*;

    #[test]
    fn a_label_cannot_begin_a_line_of_its_own() {
        let mut text = Text::default();

        text.gauge("x", "X.")
            .sample(&[("a", "1\"\n\\"), ("b", "2")], 3);

        let expected = "# HELP switchboard_x X.\n# TYPE switchboard_x gauge\n\
                        switchboard_x{a=\"1\\\"\\n\\\\\",b=\"2\"} 3\n";
        assert_eq!(text.0, expected);
    }

    #[test]
    fn a_histogram_of_times_is_in_seconds() {
        let (mut text, times) = (Text::default(), Histogram::times());
        times.took(Duration::from_millis(3));

        text.times("x_seconds", "X.", &times.distribution());

        for line in [
            "switchboard_x_seconds_bucket{le=\"0.0025\"} 0\n",
            "switchboard_x_seconds_bucket{le=\"0.005\"} 1\n",
            "switchboard_x_seconds_bucket{le=\"+Inf\"} 1\n",
            "switchboard_x_seconds_sum 0.003\n",
            "switchboard_x_seconds_count 1\n",
        ] {
            assert!(text.0.contains(line), "{line} is missing in {}", text.0);
        }
    }
}
