//! How a command shows what it found: a table for people, JSON for programs.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use crate::text::Printable;

/// The choice of a format
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct Output {
    /// How to write the result
    #[arg(
        short = 'o',
        long = "output",
        value_enum,
        default_value_t,
        value_name = "FORMAT"
    )]
    format: Format,
}

/// The formats of results.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, clap::ValueEnum)]
pub(crate) enum Format {
    /// Columns with a heading
    #[default]
    Table,
    /// One JSON array
    Json,
    /// One JSON object a line
    Jsonl,
}

/// One row of a result.
pub(crate) trait Row: Serialize {
    /// The columns of the table.
    const COLUMNS: &'static [&'static str];

    /// What stands in them.
    fn cells(&self) -> Vec<String>;
}

impl Output {
    /// Writes `rows` to `out`.
    ///
    /// # Errors
    ///
    /// When `out` does not take them.
    pub(crate) fn write<R: Row>(self, rows: &[R], out: &mut dyn Write) -> io::Result<()> {
        match self.format {
            Format::Table => write_table(R::COLUMNS, rows.iter().map(Row::cells), out),
            Format::Json => {
                serde_json::to_writer_pretty(&mut *out, rows)?;
                writeln!(out)
            }
            Format::Jsonl => rows.iter().try_for_each(|row| {
                serde_json::to_writer(&mut *out, row)?;
                writeln!(out)
            }),
        }
    }
}

impl Output {
    /// Writes one thing to `out`: as one JSON object, or a line for each of `fields`.
    ///
    /// # Errors
    ///
    /// When `out` does not take it.
    pub(crate) fn write_one(
        self,
        one: &impl Serialize,
        fields: Vec<(String, String)>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        match self.format {
            Format::Table => {
                let lines = fields.into_iter().map(|(name, value)| vec![name, value]);
                return write_table(&["field", "value"], lines, out);
            }
            Format::Json => serde_json::to_writer_pretty(&mut *out, one)?,
            Format::Jsonl => serde_json::to_writer(&mut *out, one)?,
        }
        writeln!(out)
    }
}

/// A column of a table of JSON objects: its name, and where in an object it is.
pub(crate) type Column = (&'static str, &'static str);

impl Output {
    /// Writes `rows`, of which a table shows `columns`.
    ///
    /// # Errors
    ///
    /// When `out` does not take them.
    pub(crate) fn write_values(
        self,
        columns: &[Column],
        rows: &[Value],
        out: &mut dyn Write,
    ) -> io::Result<()> {
        match self.format {
            Format::Table => {
                let names: Vec<_> = columns.iter().map(|(name, _)| *name).collect();
                let line = |row: &Value| {
                    let cell = |(_, pointer): &Column| cell(row.pointer(pointer));
                    columns.iter().map(cell).collect()
                };
                write_table(&names, rows.iter().map(line), out)
            }
            Format::Json => {
                serde_json::to_writer_pretty(&mut *out, rows)?;
                writeln!(out)
            }
            Format::Jsonl => rows.iter().try_for_each(|row| writeln!(out, "{row}")),
        }
    }
}

fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "-".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// Writes `lines` below the names of their columns, each as wide as its widest cell.
///
/// # Errors
///
/// When `out` does not take them.
pub(crate) fn write_table(
    columns: &[&str],
    lines: impl IntoIterator<Item = Vec<String>>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let heading = columns.iter().map(|name| name.to_uppercase()).collect();
    let printable = |line: Vec<String>| {
        line.iter()
            .map(|cell| Printable(cell).to_string())
            .collect()
    };
    let lines = [heading].into_iter().chain(lines).map(printable);
    let lines: Vec<Vec<String>> = lines.collect();
    let width = |column: usize| {
        let cells = lines.iter().filter_map(|line| line.get(column));
        cells
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or_default()
    };
    let widths: Vec<_> = (0..columns.len()).map(width).collect();
    for line in &lines {
        let cells = line
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:<width$}"));
        writeln!(out, "{}", cells.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Pair(&'static str, &'static str);

    impl Row for Pair {
        const COLUMNS: &'static [&'static str] = &["left", "right"];

        fn cells(&self) -> Vec<String> {
            vec![self.0.to_owned(), self.1.to_owned()]
        }
    }

    fn written(format: Format) -> String {
        let mut out = Vec::new();
        let rows = [Pair("é", "1"), Pair("longer", "")];
        Output { format }.write(&rows, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        assert_eq!(written(Format::Table), "LEFT    RIGHT\né       1\nlonger\n");
    }

    #[test]
    fn a_cell_cannot_steer_the_terminal() {
        let mut out = Vec::new();
        write_table(&["id"], [vec!["\u{1b}[2J".to_owned()]], &mut out).unwrap();

        assert_eq!(String::from_utf8(out).unwrap(), "ID\n\\u{1b}[2J\n");
    }

    #[test]
    fn json_is_one_array_and_jsonl_one_value_a_line() {
        let array: Vec<[String; 2]> = serde_json::from_str(&written(Format::Json)).unwrap();

        assert_eq!(array.len(), 2);
        assert_eq!(written(Format::Jsonl), "[\"é\",\"1\"]\n[\"longer\",\"\"]\n");
    }
}
