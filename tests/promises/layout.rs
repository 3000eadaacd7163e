//! Who may import whom. Every arrow that is missing here is missing on purpose.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

#[test]
fn crates_import_only_what_is_below_them() {
    for (package, imports) in ours() {
        for import in &imports {
            assert!(
                may_import(&package, &import.name),
                "{package} imports {}",
                import.name
            );
        }
    }
}

#[test]
fn adapters_pull_neither_a_runtime_nor_a_server() {
    for (package, imports) in ours() {
        if !package.starts_with("switchboard-adapter-") {
            continue;
        }
        for import in &imports {
            assert!(
                !import.has_defaults,
                "{package} takes core's default features"
            );
            assert!(
                import.features.is_empty(),
                "{package}: {:?}",
                import.features
            );
        }
    }
}

#[test]
fn host_and_pipeline_share_nothing_but_the_journal() {
    let core = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/core/src");

    assert_eq!(
        mentions(&core.join("host"), "pipeline"),
        Vec::<String>::new()
    );
    assert_eq!(
        mentions(&core.join("pipeline"), "host"),
        Vec::<String>::new()
    );
    assert_eq!(
        mentions(&core.join("journal"), "host"),
        Vec::<String>::new()
    );
    assert_eq!(
        mentions(&core.join("journal"), "pipeline"),
        Vec::<String>::new()
    );
    // What failed verification has no way to a sink but through the journal.
    for part in ["journal", "pipeline", "sink"] {
        assert_eq!(
            mentions(&core.join(part), "quarantine"),
            Vec::<String>::new()
        );
    }
    for part in ["host", "pipeline"] {
        assert_eq!(
            mentions(&core.join("quarantine"), part),
            Vec::<String>::new()
        );
    }
}

fn may_import(package: &str, import: &str) -> bool {
    let is_adapter = |name: &str| name.starts_with("switchboard-adapter-");
    match package {
        "switchboard-core" => false,
        "switchboard-admin"
        | "switchboard-journal-sqlite"
        | "switchboard-sinks"
        | "switchboard-testkit" => import == "switchboard-core",
        "switchboard" => {
            let below = [
                "switchboard-core",
                "switchboard-journal-sqlite",
                "switchboard-sinks",
            ];
            below.contains(&import) || is_adapter(import)
        }
        "switchboard-cli" => ["switchboard", "switchboard-admin"].contains(&import),
        "switchboard-tests" => true,
        adapter if is_adapter(adapter) => import == "switchboard-core",
        example => example.starts_with("example-") && import == "switchboard",
    }
}

/// One package's import of another.
struct Import {
    name: String,
    has_defaults: bool,
    features: Vec<Value>,
}

/// Our packages and what they import of ours, development aside.
fn ours() -> BTreeMap<String, Vec<Import>> {
    let told = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--no-deps", "--format-version=1"])
        .output()
        .expect("cargo can be started");
    assert!(
        told.status.success(),
        "{}",
        String::from_utf8_lossy(&told.stderr)
    );
    let metadata: Value = serde_json::from_slice(&told.stdout).expect("cargo speaks JSON");
    let packages = metadata["packages"].as_array().expect("there are packages");
    let name = |value: &Value| value["name"].as_str().expect("it has a name").to_owned();
    let all: BTreeSet<String> = packages.iter().map(name).collect();
    assert!(all.contains("switchboard-core"), "{all:?}");
    let imports = |package: &Value| {
        let dependencies = package["dependencies"]
            .as_array()
            .expect("it is a list")
            .iter();
        dependencies
            .filter(|dependency| dependency["kind"] != "dev" && all.contains(&name(dependency)))
            .map(|dependency| Import {
                name: name(dependency),
                has_defaults: dependency["uses_default_features"] == true,
                features: dependency["features"]
                    .as_array()
                    .cloned()
                    .unwrap_or_default(),
            })
            .collect()
    };
    packages
        .iter()
        .map(|package| (name(package), imports(package)))
        .collect()
}

/// The lines below `folder` that import from `module` of core.
fn mentions(folder: &Path, module: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it can be read").path();
        if path.is_dir() {
            found.extend(mentions(&path, module));
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("source is UTF-8");
        let import = format!("crate::{module}");
        let lines = text.lines().filter(|line| line.contains(&import));
        found.extend(lines.map(|line| format!("{}: {line}", path.display())));
    }
    found
}
