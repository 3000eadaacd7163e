//! The descriptor, held against the deliveries it describes.

use super::trial::Trial;
use crate::promise::{Broken, Checked};

pub(super) fn the_descriptor_fits_its_deliveries(trial: &Trial) -> Checked {
    let descriptor = trial.adapter.descriptor();
    let samples = descriptor.samples.iter().map(|sample| sample.name);
    for name in samples.chain([descriptor.name]) {
        if !is_name(name) {
            return broken(format!("`{name}` is not lower-case-with-dashes"));
        }
    }
    for (index, case) in trial.written.iter().enumerate() {
        let (name, delivery) = (&case.name, &case.delivery);
        if trial.written[..index]
            .iter()
            .any(|earlier| earlier.name == *name)
        {
            return broken(format!("there are two of the name `{name}`"));
        }
        if delivery.body.len() > descriptor.max_body {
            return broken(format!("{name}: the body is larger than `max_body`"));
        }
        if !descriptor.methods.contains(&delivery.method.as_str()) {
            return broken(format!(
                "{name}: {} is none of its methods",
                delivery.method
            ));
        }
    }
    Ok(())
}

fn broken(how: String) -> Checked {
    Err(Broken::new(how))
}

fn is_name(text: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    text.split('-').all(is_part)
}
