//! What a new adapter begins with: a crate that passes its tests.

use super::name::Name;

/// The files, by their paths in the new crate.
const FILES: &[(&str, &str)] = &[
    (".gitignore", include_str!("template/gitignore")),
    // Cargo would take a folder with a `Cargo.toml` for a package of its own, and not publish it.
    ("Cargo.toml", include_str!("template/manifest.toml")),
    ("README.md", include_str!("template/README.md")),
    (
        "fixtures/captured.events.json",
        include_str!("template/fixtures/captured.events.json"),
    ),
    (
        "fixtures/captured.http",
        include_str!("template/fixtures/captured.http"),
    ),
    (
        "fixtures/forged.events.json",
        include_str!("template/fixtures/forged.events.json"),
    ),
    (
        "fixtures/forged.http",
        include_str!("template/fixtures/forged.http"),
    ),
    (
        "fixtures/no-json.events.json",
        include_str!("template/fixtures/no-json.events.json"),
    ),
    (
        "fixtures/no-json.http",
        include_str!("template/fixtures/no-json.http"),
    ),
    (
        "fixtures/sample-message.events.json",
        include_str!("template/fixtures/sample-message.events.json"),
    ),
    (
        "fixtures/sample-unknown.events.json",
        include_str!("template/fixtures/sample-unknown.events.json"),
    ),
    (
        "samples/message.json",
        include_str!("template/samples/message.json"),
    ),
    (
        "samples/unknown.json",
        include_str!("template/samples/unknown.json"),
    ),
    ("src/lib.rs", include_str!("template/src/lib.rs")),
    (
        "src/normalize.rs",
        include_str!("template/src/normalize.rs"),
    ),
    ("src/payload.rs", include_str!("template/src/payload.rs")),
    (
        "tests/conformance.rs",
        include_str!("template/tests/conformance.rs"),
    ),
];

/// Where the new crate finds the framework, as in a manifest: `version = ".."` or `path = ".."`.
pub(super) struct Framework {
    pub(super) core: String,
    pub(super) testkit: String,
}

/// The files of the adapter `name`: their paths and what is in them.
pub(super) fn files(name: &Name, framework: &Framework) -> Vec<(&'static str, String)> {
    let filled = |text: &str| {
        text.replace("{{name}}", &name.to_string())
            .replace("{{ident}}", &name.ident())
            .replace("{{type}}", &name.type_name())
            .replace("{{title}}", &name.title())
            .replace("{{core}}", &framework.core)
            .replace("{{testkit}}", &framework.testkit)
    };
    let files = FILES.iter();
    files.map(|(path, text)| (*path, filled(text))).collect()
}

/// Whether the code has the type `name` already, as its own or imported.
pub(super) fn has_type(name: &str) -> bool {
    let code = FILES.iter().filter(|(path, _)| path.ends_with(".rs"));
    let mut words = code.flat_map(|(_, text)| {
        let is_part = |char: char| char.is_ascii_alphanumeric() || char == '_';
        text.split(move |char| !is_part(char))
    });
    words.any(|word| word == name)
}
