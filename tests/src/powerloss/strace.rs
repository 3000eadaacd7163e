//! Reads what `strace -f -xx` wrote down.

use std::collections::HashMap;

const UNFINISHED: &str = " <unfinished ...>";

/// One system call of the traced process, whole.
#[derive(Debug)]
pub(super) struct Call {
    /// Its name, for example `pwrite64`.
    pub name: String,
    /// What it was called with.
    pub args: Vec<Arg>,
    /// What it returned; `None` when the process ended first.
    pub returned: Option<i64>,
    /// The line of the trace on which it began.
    pub began: usize,
    /// The line on which it returned: the same, unless another thread came in between.
    pub ended: Option<usize>,
}

impl Call {
    /// Whether it failed and so did nothing.
    pub(super) fn failed(&self) -> bool {
        self.returned.is_some_and(|returned| returned < 0)
    }
}

/// One argument of a call.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Arg {
    /// A buffer or a path.
    Bytes(Vec<u8>),
    /// A number, a flag set, a structure: as strace spells it.
    Word(String),
}

/// The calls in `log`, in the order they began.
///
/// # Panics
///
/// When a line is not understood or a buffer was cut short: a model of half a trace proves nothing.
pub(super) fn parse(log: &str) -> Vec<Call> {
    let mut calls: Vec<Call> = Vec::new();
    let mut unfinished: HashMap<&str, (usize, &str)> = HashMap::new();

    for (line, text) in log.lines().enumerate() {
        let Some((thread, text)) = text.split_once(' ') else {
            panic!("line {line} of the trace names no thread: {text}");
        };
        let text = text.trim_start();
        if text.starts_with("+++") || text.starts_with("---") {
            continue;
        }
        if let Some(head) = text.strip_suffix(UNFINISHED) {
            unfinished.insert(thread, (line, head));
        } else if let Some(head) = text.strip_suffix("= ?") {
            // The process ended in this call.
            let head = head.trim_end().trim_end_matches(')');
            let head = head.strip_suffix(UNFINISHED).unwrap_or(head);
            unfinished.entry(thread).or_insert((line, head));
        } else if let Some((_, tail)) = text.split_once(" resumed>") {
            let (began, head) = unfinished
                .remove(thread)
                .unwrap_or_else(|| panic!("line {line} of the trace resumes nothing"));
            calls.push(call(&format!("{head}{tail}"), began, Some(line)));
        } else {
            calls.push(call(text, line, Some(line)));
        }
    }
    for (began, head) in unfinished.into_values() {
        calls.push(call(&format!("{head}) = ?"), began, None));
    }
    calls.sort_by_key(|call| call.began);
    calls
}

/// Reads `name(args) = result`.
fn call(text: &str, began: usize, ended: Option<usize>) -> Call {
    let wrong = || -> ! { panic!("line {began} of the trace is no call: {text:.200}") };
    let Some((name, rest)) = text.split_once('(') else {
        wrong()
    };
    let Some(close) = closing(rest) else { wrong() };
    let (args, result) = rest.split_at(close);
    let Some(result) = result[1..].trim_start().strip_prefix("= ") else {
        wrong()
    };
    // A pointer, as mmap returns it, says only that the call worked.
    let returned = match result.split(' ').next() {
        Some("?") | None => None,
        Some(pointer) if pointer.starts_with("0x") => Some(0),
        Some(number) => Some(number.parse().unwrap_or_else(|_| wrong())),
    };
    Call {
        name: name.to_owned(),
        args: split(args).map(|text| arg(text, began)).collect(),
        returned,
        began,
        ended: returned.and(ended),
    }
}

/// Where the bracket is closed that was open before `text`. Brackets stand in no string: those are
/// hex throughout.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    text.bytes().position(|byte| {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 0 => return true,
            b')' => depth -= 1,
            _ => {}
        }
        false
    })
}

/// The arguments in `text`; a structure is one.
fn split(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_usize;
    text.split(move |c| {
        match c {
            '{' | '[' | '(' => depth += 1,
            '}' | ']' | ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    })
    .map(str::trim)
    .filter(|arg| !arg.is_empty())
}

fn arg(text: &str, line: usize) -> Arg {
    let Some(quoted) = text.strip_prefix('"') else {
        return Arg::Word(text.to_owned());
    };
    let hex = quoted
        .strip_suffix('"')
        .unwrap_or_else(|| panic!("line {line} of the trace has a buffer that was cut short"));
    let bytes = hex
        .split("\\x")
        .skip(1)
        .map(|byte| u8::from_str_radix(byte, 16))
        .collect::<Result<_, _>>()
        .unwrap_or_else(|_| panic!("line {line} of the trace has a buffer that is not in hex"));
    Arg::Bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_reads_whole() {
        let calls = parse("7 pwrite64(4, \"\\x61\\x0a\", 2, 512) = 2\n7 +++ exited with 0 +++\n");

        assert_eq!(calls.len(), 1, "{calls:?}");
        assert_eq!(calls[0].name, "pwrite64");
        assert_eq!(calls[0].args[1], Arg::Bytes(b"a\n".to_vec()));
        assert_eq!(calls[0].args[3], Arg::Word("512".to_owned()));
        assert_eq!(calls[0].returned, Some(2));
    }

    #[test]
    fn a_call_that_another_thread_interrupts_keeps_both_its_lines() {
        let calls = parse(concat!(
            "7 fsync(4 <unfinished ...>\n",
            "8 write(1, \"\\x61\", 1)            = 1\n",
            "7 <... fsync resumed>)              = 0\n",
        ));

        assert_eq!((calls[0].began, calls[0].ended), (0, Some(2)));
        assert_eq!((calls[1].began, calls[1].ended), (1, Some(1)));
    }

    #[test]
    fn a_call_that_never_returns_has_no_end() {
        for log in [
            "7 fsync(4 <unfinished ...>\n7 +++ killed by SIGKILL +++\n",
            "7 fsync(4 <unfinished ...>\n7 <... fsync resumed>) = ?\n",
            "7 fsync(4 <unfinished ...>) = ?\n",
            "7 fsync(4)                 = ?\n",
        ] {
            let calls = parse(log);

            assert_eq!(calls.len(), 1, "{log}");
            assert_eq!(calls[0].args, [Arg::Word("4".to_owned())], "{log}");
            assert_eq!((calls[0].returned, calls[0].ended), (None, None), "{log}");
        }
    }

    #[test]
    fn a_failure_and_a_structure_are_understood() {
        let calls = parse(concat!(
            "7 unlink(\"\\x61\") = -1 ENOENT (No such file or directory)\n",
            "7 fcntl(3, F_SETLK, {l_type=F_WRLCK, l_len=1}) = 0\n",
        ));

        assert!(calls[0].failed());
        assert_eq!(calls[1].args.len(), 3, "{calls:?}");
    }

    #[test]
    #[should_panic(expected = "cut short")]
    fn a_buffer_that_was_cut_short_is_refused() {
        parse("7 write(4, \"\\x61\"..., 2) = 2\n");
    }
}
