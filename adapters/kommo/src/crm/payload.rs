//! Kommo's own words: what a request says of itself, and the things that it tells.
//!
//! The things are trees, not types: an account adds fields of its own to most of them.

use serde_json::{Map, Value};
use switchboard_core::form::Report;

use super::fields::{self, Fields};

/// The longest name and account id, in bytes, that may be repeated in every event of a batch.
pub(super) const LONGEST_NAME: usize = 64;

/// The most that is repeated of the account in every event of a batch, in bytes of JSON; Kommo's own
/// words take a tenth of it. Of a larger one the first event tells alone.
const LARGEST_ACCOUNT: usize = 1024;

/// How many reports on lost pairs every event repeats.
const MOST_REPORTS: usize = 16;

/// One request: what [`KommoCrm`](super::KommoCrm) parses.
#[derive(Debug)]
pub struct Payload {
    pub(super) heading: Heading,
    pub(super) items: Vec<Item>,
}

/// What holds for everything in a request.
#[derive(Debug, Default)]
pub(super) struct Heading {
    /// The account's id.
    pub(super) account: Option<String>,
    pub(super) subdomain: Option<String>,
    /// What is said of the account besides its id.
    pub(super) about_account: Fields,
    /// What was lost while the form was read.
    pub(super) reports: Vec<Report>,
    /// The form as it came, where something of it was lost.
    pub(super) torn_form: Option<String>,
    /// The name of the form's one variable that held it all, where it is not Kommo's own.
    pub(super) variable: Option<String>,
    /// Kommo's id of the request. Nobody knows whether it stays the same when it is sent again.
    pub(super) request: Option<String>,
}

impl Heading {
    /// What the first event tells of it beside the model, and what every other one repeats.
    pub(super) fn rests(&self) -> [Fields; 2] {
        let mut repeated = Map::new();
        if !self.reports.is_empty() {
            repeated.insert("form_reports".to_owned(), self.told_reports());
        }
        let mut first = repeated.clone();
        if !self.about_account.is_empty() {
            let account = Value::Object(self.about_account.clone());
            if account.to_string().len() <= LARGEST_ACCOUNT {
                repeated.insert("account".to_owned(), account.clone());
            }
            first.insert("account".to_owned(), account);
        }
        if let Some(name) = &self.variable {
            first.insert("form_variable".to_owned(), name.as_str().into());
        }
        [first, repeated]
    }

    fn told_reports(&self) -> Value {
        let untold = self.reports.len().saturating_sub(MOST_REPORTS);
        let told = self
            .reports
            .iter()
            .take(MOST_REPORTS)
            .map(Report::to_string);
        let more = (untold > 0).then(|| format!("and {untold} more"));
        told.chain(more).collect()
    }
}

/// One thing that happened: `leads[add][0]`.
#[derive(Debug)]
pub(super) struct Item {
    /// The top-level name, as Kommo writes it: `leads`.
    pub(super) group: String,
    /// What happened: `add`. Absent where the group is not divided into actions.
    pub(super) action: Option<String>,
    /// Its position among those of its action.
    pub(super) position: usize,
    pub(super) value: Value,
}

impl Item {
    /// All of a group that is not divided.
    pub(super) fn whole(group: impl Into<String>, value: Value) -> Self {
        Self {
            group: group.into(),
            action: None,
            position: 0,
            value,
        }
    }

    /// Kommo's name for it: `leads.add`.
    pub(super) fn name(&self) -> String {
        match &self.action {
            Some(action) => format!("{}.{action}", self.group),
            None => self.group.clone(),
        }
    }

    /// The account that it names itself.
    pub(super) fn account(&self) -> Option<String> {
        let account = fields::text(self.value.as_object()?, "account_id");
        account.filter(|id| id.len() <= LONGEST_NAME)
    }
}
