//! What the gateway says about itself, to stderr: text for people, JSON for programs.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::field::MakeExt;
use tracing_subscriber::fmt::FormatFields;
use tracing_subscriber::fmt::format::debug_fn;

use crate::text::Printable;

/// How much is said, and in which form
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Logging")]
pub(crate) struct Logging {
    /// Text or JSON; text on a terminal, else JSON
    #[arg(
        long,
        global = true,
        value_enum,
        env = "SWITCHBOARD_LOG_FORMAT",
        value_name = "FORMAT"
    )]
    log_format: Option<LogFormat>,
    /// error, warn, info, debug, trace, or directives such as `info,switchboard_core=debug`
    #[arg(long, global = true, env = "SWITCHBOARD_LOG_LEVEL", value_parser = level, value_name = "LEVEL")]
    log_level: Option<String>,
    /// Say nothing but errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Say more; twice: everything
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
}

/// The forms of log lines.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub(crate) enum LogFormat {
    /// One line a record
    Text,
    /// One JSON object a line
    Json,
}

impl Logging {
    /// Sends the log to stderr from now on, panics too. Only `main` calls this, once.
    pub(crate) fn install(&self) {
        let log = tracing_subscriber::fmt()
            .with_writer(io::stderr)
            .with_env_filter(EnvFilter::new(self.level()));
        match self.format(io::stderr().is_terminal()) {
            LogFormat::Text => log
                .with_ansi(io::stderr().is_terminal())
                .fmt_fields(printable_fields())
                .init(),
            LogFormat::Json => log.json().flatten_event(true).init(),
        }
        std::panic::set_hook(Box::new(|panic| {
            // Where, and nothing else: what a panic says may quote a delivery.
            let location = panic.location().map(ToString::to_string);
            tracing::error!(location, "Panicked.");
        }));
    }

    /// Whether only errors are wanted.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    fn format(&self, is_terminal: bool) -> LogFormat {
        let usual = if is_terminal {
            LogFormat::Text
        } else {
            LogFormat::Json
        };
        self.log_format.unwrap_or(usual)
    }

    fn level(&self) -> &str {
        match (&self.log_level, self.quiet, self.verbose) {
            // What was just typed tells more than a variable that was set once.
            (_, true, _) => "error",
            (_, _, 1) => "debug",
            (_, _, 2..) => "trace",
            (Some(level), ..) => level,
            (None, ..) => "info",
        }
    }
}

/// Fields as text in which nothing steers a terminal or begins a line of its own.
fn printable_fields() -> impl for<'writer> FormatFields<'writer> + 'static {
    debug_fn(|writer, field, value| {
        let value = Printable(format_args!("{value:?}"));
        match field.name() {
            "message" => write!(writer, "{value}"),
            name => write!(writer, "{name}={value}"),
        }
    })
    .delimited(" ")
}

fn level(text: &str) -> Result<String, String> {
    match EnvFilter::try_new(text) {
        Ok(_) if !text.trim().is_empty() => Ok(text.to_owned()),
        Ok(_) => Err("a level is missing".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex, PoisonError};

    use tracing_subscriber::fmt::MakeWriter;

    use super::*;

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let mut written = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            written.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl MakeWriter<'_> for Written {
        type Writer = Self;

        fn make_writer(&self) -> Self {
            self.clone()
        }
    }

    #[test]
    fn what_others_wrote_stays_on_its_line() {
        let written = Written::default();
        let log = tracing_subscriber::fmt()
            .with_writer(written.clone())
            .with_ansi(false)
            .without_time()
            .with_target(false)
            .fmt_fields(printable_fields())
            .finish();
        let forged = "a\n ERROR \u{1b}[31mforged";

        tracing::subscriber::with_default(log, || {
            tracing::info!(shown = %forged, quoted = forged, "Hello {forged}.");
        });

        let lines = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
        assert_eq!(
            lines,
            " INFO Hello a\\n ERROR \\u{1b}[31mforged. \
             shown=a\\n ERROR \\u{1b}[31mforged \
             quoted=\"a\\n ERROR \\u{1b}[31mforged\"\n"
        );
    }

    #[test]
    fn what_was_just_typed_wins() {
        let level = |quiet, verbose, log_level: Option<&str>| {
            let logging = Logging {
                log_format: None,
                log_level: log_level.map(str::to_owned),
                quiet,
                verbose,
            };
            logging.level().to_owned()
        };

        assert_eq!(level(false, 0, None), "info");
        assert_eq!(level(false, 0, Some("warn")), "warn");
        assert_eq!(level(false, 1, Some("warn")), "debug");
        assert_eq!(level(true, 0, Some("trace")), "error");
    }
}
