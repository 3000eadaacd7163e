//! Form bodies into a tree.

use serde_json::Value;
use switchboard_core::form::{Form, Limits};

/// A limit that a short input reaches, too.
const TIGHT: Limits = Limits {
    pairs: 12,
    depth: 2,
    key_bytes: 12,
};

/// U+FFFD, which stands for what is no UTF-8, has three bytes.
const MOST_BYTES_OF_ONE: usize = 3;

/// Reads a form. An odd pick takes tight limits, an even one the default ones; the rest of `input`
/// is the body.
///
/// The tree is never larger than what its body pays for, and no pair is lost without a report.
///
/// ```
/// use switchboard_testkit::fuzz::forms;
///
/// forms(b"\0leads[add][0][id]=7&leads[add][0][name]=Ann");
/// forms(b"\x01a[b][c][d]=deeper+than+the+tight+limits");
/// ```
///
/// # Panics
///
/// When that does not hold.
pub fn forms(input: &[u8]) {
    let Some((pick, body)) = input.split_first() else {
        return;
    };
    let limits = match pick % 2 {
        0 => Limits::default(),
        _ => TIGHT,
    };
    let pairs = form_urlencoded::parse(body).count();

    let read = Form::parse(body, limits);
    assert_eq!(read, Form::parse(body, limits), "read twice");
    assert_eq!(read.is_err(), pairs > limits.pairs, "of {pairs} pairs");
    let Ok(Form { value, reports, .. }) = read else {
        return;
    };

    assert!(value.is_object());
    let mut size = Size::default();
    size.measure(&value, usize::from(limits.depth) + 1, limits.key_bytes);
    assert!(size.texts <= pairs, "{} texts", size.texts);
    assert!(
        size.groups <= 1 + pairs * usize::from(limits.depth),
        "{} groups",
        size.groups
    );
    assert!(
        size.bytes <= body.len() * MOST_BYTES_OF_ONE,
        "{} bytes",
        size.bytes
    );

    let positions = reports.iter().map(|report| report.pair);
    assert!(positions.clone().all(|pair| (1..=pairs).contains(&pair)));
    assert!(positions.is_sorted());
    assert!(
        size.texts == pairs || !reports.is_empty(),
        "a pair was lost without a word"
    );
}

/// How large a tree is.
#[derive(Debug, Default)]
struct Size {
    texts: usize,
    groups: usize,
    /// Of the texts.
    bytes: usize,
}

impl Size {
    /// Counts `value`, which has at most `depth` groups within each other.
    fn measure(&mut self, value: &Value, depth: usize, key_bytes: usize) {
        match value {
            Value::String(text) => {
                self.texts += 1;
                self.bytes += text.len();
                return;
            }
            Value::Array(values) => {
                let below = depth.checked_sub(1).expect("the tree is within its depth");
                for value in values {
                    self.measure(value, below, key_bytes);
                }
            }
            Value::Object(entries) => {
                let below = depth.checked_sub(1).expect("the tree is within its depth");
                for (name, value) in entries {
                    assert!(name.len() <= key_bytes, "a name of {} bytes", name.len());
                    self.measure(value, below, key_bytes);
                }
            }
            odd => panic!("neither a text nor a group: {odd}"),
        }
        self.groups += 1;
    }
}
