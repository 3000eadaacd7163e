//! What a round consists of.

use std::num::NonZero;

use crate::bench::{RowKind, Stock, Subject};

/// One server under one load, in each round.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) subject: Subject,
    /// It is called half as often as the entry at this place answered.
    pub(super) half_of: Option<usize>,
    /// At this place the same row is measured on an empty journal.
    pub(super) empty: Option<usize>,
}

impl Entry {
    /// What it is called in a table.
    pub(super) fn title(&self) -> String {
        let half = self.half_of.map_or("", |_| ", half load");
        format!("{}{half}", self.subject.title())
    }

    /// The journal that it needs.
    pub(super) fn stock(&self) -> Option<Stock> {
        match &self.subject {
            Subject::Row(_, stock) => *stock,
            _ => None,
        }
    }
}

/// What was chosen on the command line.
#[derive(Clone, Debug, Default)]
pub(super) struct Choice {
    pub(super) rows: Vec<RowKind>,
    pub(super) peers: Vec<(String, String)>,
    pub(super) records: Vec<NonZero<u64>>,
    pub(super) backlogs: Vec<NonZero<u64>>,
    pub(super) half_load: bool,
}

impl Choice {
    /// Bare hyper, every row on an empty journal and then on the others, and every peer; each at half
    /// load too, if so chosen.
    pub(super) fn entries(&self) -> Vec<Entry> {
        let mut entries = Vec::new();
        self.add(&mut entries, Subject::Bare, None);
        for row in &self.rows {
            let empty = entries.len();
            self.add(&mut entries, Subject::Row(*row, None), None);
            for stock in self.stocks(*row) {
                self.add(&mut entries, Subject::Row(*row, Some(stock)), Some(empty));
            }
        }
        for (name, command) in &self.peers {
            let (name, command) = (name.clone(), command.clone());
            self.add(&mut entries, Subject::Peer { name, command }, None);
        }
        entries
    }

    /// The journals that `row` is measured on, beside the empty one.
    fn stocks(&self, row: RowKind) -> Vec<Stock> {
        let records = self.records.iter().map(|count| Stock::records(*count));
        // Where there is no sink, nothing is pending.
        let backlogs = self
            .backlogs
            .iter()
            .filter(|_| row.sinks().next().is_some());
        records
            .chain(backlogs.map(|count| Stock::backlog(*count, row)))
            .collect()
    }

    fn add(&self, entries: &mut Vec<Entry>, subject: Subject, empty: Option<usize>) {
        let full = entries.len();
        entries.push(Entry {
            subject: subject.clone(),
            half_of: None,
            empty,
        });
        if self.half_load {
            entries.push(Entry {
                subject,
                half_of: Some(full),
                empty: None,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(choice: &Choice) -> Vec<(String, Option<usize>, Option<usize>)> {
        let told = |entry: &Entry| (entry.title(), entry.half_of, entry.empty);
        choice.entries().iter().map(told).collect()
    }

    #[test]
    fn a_full_journal_is_told_beside_the_empty_one_of_its_row() {
        let choice = Choice {
            rows: vec![RowKind::Accept, RowKind::HttpDown],
            peers: vec![("other".to_owned(), "true".to_owned())],
            records: vec![NonZero::new(10).unwrap()],
            backlogs: vec![NonZero::new(5).unwrap()],
            half_load: false,
        };

        let expected = [
            ("bare hyper", None),
            ("accept", None),
            ("accept, 10 records", Some(1)),
            ("http-down", None),
            ("http-down, 10 records", Some(3)),
            ("http-down, 5 pending", Some(3)),
            ("other", None),
        ];
        let expected = expected.map(|(title, empty)| (title.to_owned(), None, empty));
        assert_eq!(told(&choice), expected);
    }

    #[test]
    fn half_a_load_follows_the_whole() {
        let choice = Choice {
            rows: vec![RowKind::Accept],
            records: vec![NonZero::new(10).unwrap()],
            half_load: true,
            ..Choice::default()
        };

        let expected = [
            ("bare hyper", None, None),
            ("bare hyper, half load", Some(0), None),
            ("accept", None, None),
            ("accept, half load", Some(2), None),
            ("accept, 10 records", None, Some(2)),
            ("accept, 10 records, half load", Some(4), None),
        ];
        let expected = expected.map(|(title, half, empty)| (title.to_owned(), half, empty));
        assert_eq!(told(&choice), expected);
    }
}
