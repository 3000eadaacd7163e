//! What the library crates offer to others, as rustdoc tells it.
//!
//! rustdoc's JSON is no stable format yet, so a stable rustdoc has to be asked to write it
//! (`RUSTC_BOOTSTRAP`), and what reads it fits one version of the format. A rustdoc of another version
//! is no failure of the crates: where `CI=true` it is one of the tests, elsewhere they say so.

mod example;
mod page;

use std::env;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use public_api::{Builder, PublicApi, PublicItem};
use rustdoc_types::{Crate, FORMAT_VERSION, ItemEnum};
use serde_json::Value;

use crate::build::cargo;
use crate::tool;

pub use page::{Bare, Pages};

/// A library crate as it is with some of its features.
#[derive(Debug)]
pub struct Library {
    /// What the list of its items is called.
    pub name: &'static str,
    /// Every public item but for what the compiler or the standard library adds by itself.
    pub listing: PublicApi,
    /// What rustdoc wrote.
    pub crate_: Crate,
}

/// The crates that others build on, with all their features.
const PACKAGES: [&str; 6] = [
    "switchboard",
    "switchboard-admin",
    "switchboard-core",
    "switchboard-journal-sqlite",
    "switchboard-sinks",
    "switchboard-testkit",
];

/// The library crates with all features, and behind them core with those it has by default. They are
/// documented once a run, in a folder of the target folder.
///
/// # Panics
///
/// When they cannot be; and where `CI=true`, when what rustdoc writes cannot be read.
pub fn libraries() -> Option<&'static [Library]> {
    static LIBRARIES: OnceLock<Option<Vec<Library>>> = OnceLock::new();
    LIBRARIES.get_or_init(document).as_deref()
}

fn document() -> Option<Vec<Library>> {
    let packages: Vec<String> = PACKAGES.map(|name| format!("--package={name}")).into();
    let packages: Vec<&str> = packages.iter().map(String::as_str).collect();
    let all = rustdoc(
        "all-features",
        &[&["--all-features"], &packages[..]].concat(),
    );
    let default = rustdoc("default-features", &["--package=switchboard-core"]);
    let all = PACKAGES.map(|name| match name {
        "switchboard-core" => (
            "switchboard-core.all-features",
            all.join("switchboard_core.json"),
        ),
        _ => (name, all.join(format!("{}.json", name.replace('-', "_")))),
    });
    let core = ("switchboard-core", default.join("switchboard_core.json"));
    let libraries = all.into_iter().chain([core]);
    libraries
        .map(|(name, path)| Library::read(name, &path))
        .collect()
}

impl Library {
    /// Every public item, one a line. What belongs together stands together.
    ///
    /// That a type has a trait is a line; that it has the trait's functions goes without saying.
    pub fn lines(&self) -> Vec<String> {
        let items = self.listing.items();
        let items = items.filter(|listed| !self.goes_without_saying(listed));
        items.map(ToString::to_string).collect()
    }

    fn goes_without_saying(&self, listed: &PublicItem) -> bool {
        let inner = |id| self.crate_.index.get(&id).map(|item| &item.inner);
        let parent = listed.parent_id().and_then(inner);
        match (inner(listed.id()), parent) {
            (Some(ItemEnum::Function(_)), Some(ItemEnum::Impl(of))) => of.trait_.is_some(),
            // The compiler's own mark of a derived `PartialEq`.
            (Some(ItemEnum::Impl(of)), _) => {
                let of = of.trait_.as_ref().map_or("", |of| &of.path);
                of.ends_with("StructuralPartialEq")
            }
            _ => false,
        }
    }

    /// The pages that rustdoc makes of it.
    pub fn pages(&self) -> Pages<'_> {
        Pages::new(&self.listing, &self.crate_)
    }

    fn read(name: &'static str, path: &Path) -> Option<Self> {
        let json = fs::read(path).expect("rustdoc wrote it");
        let json: Value = serde_json::from_slice(&json).expect("rustdoc speaks JSON");
        if json["format_version"] != FORMAT_VERSION {
            let written = &json["format_version"];
            tool::missing(&format!(
                "a rustdoc whose JSON has format {FORMAT_VERSION}, and this one's has {written}"
            ));
            return None;
        }
        let listing = Builder::from_rustdoc_json(path)
            .omit_auto_trait_impls(true)
            .omit_blanket_impls(true)
            .build();
        Some(Self {
            name,
            listing: listing.expect("it can be read"),
            crate_: serde_json::from_value(json).expect("it has this format"),
        })
    }
}

/// Documents these packages, and answers where the JSON is.
///
/// What is compiled for that is shared with every other call of cargo; what is documented is not, as
/// the files of a crate have the same names whatever its features.
fn rustdoc(folder: &str, arguments: &[&str]) -> PathBuf {
    let test = env::current_exe().expect("the system knows");
    let target = test.ancestors().nth(3).expect("it is in the target folder");
    let folder = target.join("tmp/api").join(folder);
    fs::create_dir_all(&folder).expect("it can be made");
    let rustdoc = folder.join("rustdoc");
    write_unstable_rustdoc(&rustdoc);
    let status = cargo()
        .args(["doc", "--locked", "--no-deps", "--quiet"])
        .args(arguments)
        .arg("--target-dir")
        .arg(&folder)
        .env("CARGO_BUILD_BUILD_DIR", target)
        .env("RUSTDOC", rustdoc)
        .env("RUSTDOCFLAGS", "-Zunstable-options --output-format=json")
        .status()
        .expect("cargo can be started");
    assert!(status.success(), "cannot be documented: {arguments:?}");
    folder.join("doc")
}

/// Writes a rustdoc that takes unstable options. It alone: what is compiled with `RUSTC_BOOTSTRAP` is
/// compiled again without it.
fn write_unstable_rustdoc(path: &Path) {
    let rustdoc = Path::new(env!("CARGO")).with_file_name("rustdoc");
    let rustdoc = rustdoc.display();
    let script = format!("#!/bin/sh\nRUSTC_BOOTSTRAP=1 exec '{rustdoc}' \"$@\"\n");
    fs::write(path, script).expect("it can be written");
    fs::set_permissions(path, Permissions::from_mode(0o755)).expect("it is ours");
}
