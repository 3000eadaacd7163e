//! The four layers, merged by figment into one tree.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use figment::Figment;
use figment::value::{Dict, Value};

use super::Inputs;
use super::diagnostic::Diagnostic;
use super::document;
use super::layer::Layer;
use super::origin::Origin;
use super::report::Report;
use super::secret;

const DEFAULTS: &str = include_str!("defaults.toml");
const DEFAULT_FILE: &str = "switchboard.toml";

/// The merged settings; `report` learns where each was written.
///
/// # Errors
///
/// When a file was named and is not there, or it cannot be read: then nothing else is worth telling.
pub(crate) fn merge(
    inputs: &Inputs,
    report: &mut Report,
) -> Result<serde_json::Value, Vec<Diagnostic>> {
    let (folder, mut file) = file(inputs.file.as_deref())?;
    report.folder = folder;
    let (variables, mistakes) = inputs.environment.layer(&file.values);
    report
        .errors
        .extend(mistakes.into_iter().map(|(variable, message)| Diagnostic {
            origin: Some(Origin::Variable(variable)),
            key: String::new(),
            message: message.to_owned(),
        }));
    let flags = flags(&inputs.flags);
    make_way(&mut file.values, &variables.values);

    let written = Figment::from(&file).merge(&variables).merge(&flags);
    let defaults = defaults(&tree(&written));
    let settings = tree(&written.join(&defaults));
    for layer in [file, variables, flags] {
        report.origins.extend(layer.origins);
    }
    Ok(settings
        .deserialize()
        .expect("settings are tables, lists, texts, numbers and flags"))
}

fn tree(figment: &Figment) -> Value {
    figment
        .find_value("")
        .expect("our layers always have values")
}

fn file(named: Option<&Path>) -> Result<(PathBuf, Layer), Vec<Diagnostic>> {
    let path = named.unwrap_or(Path::new(DEFAULT_FILE));
    let folder = path.parent().map(Path::to_owned).unwrap_or_default();
    match fs::read(path) {
        Ok(bytes) => Ok((folder, document::parse(path, &bytes)?)),
        Err(error) if named.is_none() && error.kind() == io::ErrorKind::NotFound => {
            Ok((PathBuf::new(), Layer::default()))
        }
        Err(error) => Err(vec![Diagnostic {
            origin: Some(Origin::File(path.into(), None)),
            key: String::new(),
            message: format!("cannot read the file: {error}"),
        }]),
    }
}

/// Takes out of `below` every secret that `above` has too: merged, the two ways to write one would
/// be none.
fn make_way(below: &mut Dict, above: &Dict) {
    for (name, value) in above.iter().filter(|(name, _)| *name != "options") {
        let Value::Dict(_, above) = value else {
            continue;
        };
        if secret::SOURCES
            .iter()
            .any(|source| above.contains_key(*source))
        {
            below.remove(name);
        } else if let Some(Value::Dict(_, below)) = below.get_mut(name) {
            make_way(below, above);
        }
    }
}

fn flags(given: &[(&str, String)]) -> Layer {
    let mut layer = Layer::default();
    for (key, text) in given {
        let path: Vec<_> = key.split('.').map(str::to_owned).collect();
        layer.set(&path, text, Origin::CommandLine);
    }
    layer
}

/// The defaults for what was `written`: those of `sinks."*"` hold for each sink that there is.
fn defaults(written: &Value) -> Layer {
    let mut layer = document::parse(Path::new("defaults.toml"), DEFAULTS.as_bytes())
        .expect("the defaults are TOML");
    if let Some(Value::Dict(_, sinks)) = layer.values.remove("sinks")
        && let Some(each) = sinks.get("*")
        && let Some(Value::Dict(_, named)) = written.find_ref("sinks")
    {
        let every: Dict = named
            .keys()
            .map(|name| (name.clone(), each.clone()))
            .collect();
        layer.values.insert("sinks".to_owned(), Value::from(every));
    }
    layer
}
